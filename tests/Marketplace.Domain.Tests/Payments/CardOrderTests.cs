using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>Payments by card in a book: one open for each thing owed, charged or ended once, refunded to the card up to what it paid.</summary>
public sealed class CardOrderTests
{
    private readonly Bookkeeper _keeper = new();

    [Fact]
    public void What_was_charged_is_on_the_account_at_the_moment_of_the_charge()
    {
        Assert.Null(Open(1, 500));
        Assert.Equal((CardOrderState.Open, 0), (_keeper.State.Cards[Id(1)].State, _keeper.Free(A)));
        Assert.Null(Charged(1, "ch_1", Start.AddMinutes(-3)));
        Assert.Equal((CardOrderState.Paid, 500), (_keeper.State.Cards[Id(1)].State, _keeper.Free(A)));
        Assert.Equal(Start.AddMinutes(-3), _keeper.State.Credits[Id(1)].CreditedAt);
        var lines = _keeper.Lines.Count;
        Assert.Null(Charged(1, "ch_1", Start.AddMinutes(-3)));
        Assert.Null(Open(1, 500));
        Assert.Equal(lines, _keeper.Lines.Count);
    }

    [Fact]
    public void The_providers_clock_may_be_ahead_and_brings_no_money_of_tomorrow()
    {
        Assert.Null(Open(1, 500));
        Assert.Null(Charged(1, "ch_1", _keeper.Now.AddSeconds(40)));
        Assert.True(_keeper.State.Credits[Id(1)].CreditedAt <= _keeper.Now);
    }

    [Fact]
    public void Of_one_obligation_one_payment_is_open_at_a_time()
    {
        Owe(9, 800);
        Assert.Null(Open(1, 800, 9));
        Assert.Equal(Refusal.CardPaymentOpen, Open(2, 800, 9));
        Assert.Equal(Refusal.CardPaymentOpen, Open(3, 1, 9));
        Assert.Null(End(1, "declined"));
        Assert.Null(Open(2, 800, 9));
        Assert.Null(Charged(2, "ch_2", Start));
        Assert.Equal(800, _keeper[9].PaidFen);
        Assert.Equal(Refusal.PaidAlready, Open(4, 800, 9));
        // The account needs no order of its own: it takes as many as somebody wants.
        Assert.Null(Open(5, 10));
        Assert.Null(Open(6, 10));
    }

    [Fact]
    public void What_somebody_paid_otherwise_meanwhile_leaves_the_cards_money_on_the_account()
    {
        Owe(9, 800);
        Assert.Null(_keeper.Credit(20, A, 300));
        Assert.Null(Open(1, 800, 9));
        Assert.Null(_keeper.Pay(21, 9, 300));
        Assert.Null(Charged(1, "ch_1", Start));
        Assert.Equal((800, 300), (_keeper[9].PaidFen, _keeper.Free(A)));
    }

    [Theory]
    [InlineData(8, 800, Refusal.UnknownObligation)]
    [InlineData(9, 801, Refusal.PaysTooMuch)]
    [InlineData(9, 0, Refusal.AmountOutOfRange)]
    public void What_is_not_owed_is_not_paid(int owed, long fen, Refusal refusal)
    {
        Owe(9, 800);
        Assert.Equal(refusal, Open(1, fen, owed));
        Assert.Empty(_keeper.State.Cards);
    }

    [Fact]
    public void Who_ends_late_takes_nothing_of_who_is_open_now()
    {
        Owe(9, 800);
        Assert.Null(Open(1, 800, 9));
        Assert.Null(End(1, "expired"));
        Assert.Null(Open(2, 800, 9));
        Assert.True(CardOrders.IsStillOwed(_keeper.State, Id(2)));
        // Charged after all: the price is paid, and the other one is open still, for nothing.
        Assert.Null(Charged(1, "ch_1", Start));
        Assert.Equal(Refusal.PaidAlready, Open(3, 800, 9));
        Assert.False(CardOrders.IsStillOwed(_keeper.State, Id(2)));
        Assert.Equal(CardOrderState.Open, _keeper.State.Cards[Id(2)].State);
        Assert.Equal(Refusal.CardAmountTooLarge, Open(4, CardOrders.MostFen + 1));
        Assert.Null(_keeper.Credit(5, A, 10));
        Assert.Equal(Refusal.CardIdReused, Open(5, 10));
    }

    [Fact]
    public void Only_the_debtor_pays_and_a_fee_out_of_the_price_is_not_paid_apart()
    {
        Owe(9, 800);
        Assert.Null(_keeper.RaiseFor("fee", "lot", SellerFee(10, 5)));
        Assert.Equal(Refusal.UnknownObligation, _keeper.Do((book, at) => CardOrders.Open(book, new OpenCard(Id(1), B, 800, Id(9), Clerk), at)));
        Assert.Equal(Refusal.NotPaidApart, _keeper.Do((book, at) => CardOrders.Open(book, new OpenCard(Id(1), Seller, 5, Id(10), Clerk), at)));
        Assert.Null(_keeper.Unwind("lot"));
        Assert.Equal(Refusal.NoLongerOwed, Open(1, 800, 9));
    }

    [Fact]
    public void A_payment_ends_one_way_and_an_id_is_one_payment()
    {
        Assert.Equal(Refusal.UnknownCardPayment, End(1, "declined"));
        Assert.Equal(Refusal.UnknownCardPayment, Charged(1, "ch_1", Start));
        Assert.Null(Open(1, 500));
        Assert.Equal(Refusal.CardIdReused, Open(1, 501));
        Assert.Equal(Refusal.Required, End(1, " "));
        Assert.Equal(Refusal.TooLong, End(1, new string('x', CardOrders.LongestReason + 1)));
        Assert.Null(End(1, "insufficient_funds"));
        Assert.Null(End(1, "another word"));
        Assert.Equal((CardOrderState.Ended, "insufficient_funds"), (_keeper.State.Cards[Id(1)].State, _keeper.State.Cards[Id(1)].Because));
        Assert.Null(Open(2, 500));
        Assert.Null(Charged(2, "ch_2", Start));
        Assert.Equal(Refusal.CardPaymentNotInThisState, End(2, "declined"));
        Assert.Null(Open(3, 500));
        Assert.Equal(Refusal.BankReferenceUsed, Charged(3, "ch_2", Start));
    }

    [Fact]
    public void Money_that_came_after_all_is_never_lost()
    {
        Assert.Null(Open(1, 500));
        Assert.Null(End(1, "expired"));
        Assert.Null(Charged(1, "ch_1", Start));
        Assert.Equal((CardOrderState.Paid, 500), (_keeper.State.Cards[Id(1)].State, _keeper.Free(A)));
    }

    [Fact]
    public void A_card_gets_back_what_it_paid_and_no_more()
    {
        Assert.Null(_keeper.Credit(20, A, 1_000));
        Assert.Null(Open(1, 500));
        Assert.Equal(Refusal.CardPaymentNotInThisState, _keeper.Instruct(30, A, 100, account: 1));
        Assert.Null(Charged(1, "ch_1", Start));
        Assert.Equal(Refusal.UnknownCardPayment, _keeper.Instruct(30, B, 100, account: 1));
        Assert.Equal(Refusal.CardRefundTooMuch, _keeper.Instruct(30, A, 501, account: 1));
        Assert.Null(_keeper.Instruct(30, A, 300, account: 1));
        Assert.Equal(Refusal.CardRefundTooMuch, _keeper.Instruct(31, A, 201, account: 1));
        Assert.Null(_keeper.Instruct(31, A, 200, account: 1));
        Assert.Null(_keeper.Make(30, "re_1"));
        Assert.Null(_keeper.Fail(31));
        // What did not go back may be tried again, and so may what came back.
        Assert.Null(_keeper.Instruct(32, A, 200, account: 1));
        Assert.Null(_keeper.Make(32, "re_2"));
        Assert.Null(Returned(30, "lost_or_stolen_card"));
        Assert.Null(_keeper.Instruct(33, A, 300, account: 1));
        Assert.Equal(1_000, _keeper.Free(A));
        Assert.Equal([Id(30), Id(31), Id(32), Id(33)], _keeper.State.PayoutsFor(Id(1)).Select(p => p.Id));
    }

    [Fact]
    public void A_charge_that_was_taken_back_is_not_refunded_too()
    {
        Assert.Null(Open(1, 500));
        Assert.Null(Charged(1, "ch_1", Start));
        Assert.Null(_keeper.Credit(20, A, 1_000));
        Assert.Null(_keeper.Reverse(1));
        Assert.Equal(Refusal.CreditIsReversed, _keeper.Instruct(30, A, 100, account: 1));
    }

    [Fact]
    public void A_payout_that_came_back_is_its_owners_money_again()
    {
        Assert.Null(_keeper.Credit(20, A, 1_000));
        Assert.Null(_keeper.Instruct(30, A, 400));
        Assert.Equal(Refusal.PayoutEnded, Returned(30, "账户已销户"));
        Assert.Null(_keeper.Make(30, "D1"));
        Assert.Equal(600, _keeper.Free(A));
        Assert.Equal(Refusal.Required, Returned(30, " "));
        Assert.Null(Returned(30, "账户已销户"));
        Assert.Null(Returned(30, "账户已销户"));
        Assert.Equal((PayoutState.Returned, 1_000), (_keeper.State.Payouts[Id(30)].State, _keeper.Free(A)));
        Assert.Equal(Refusal.PayoutEnded, _keeper.Make(30, "D1"));
        Assert.Equal(Refusal.PayoutEnded, _keeper.Fail(30));
        Assert.Empty(Trials.Of(_keeper.State).Failed);
        Assert.Equal(0, _keeper.Sum);
    }

    [Fact]
    public void What_the_provider_keeps_is_the_markets_cost_and_each_of_its_movements_counts_once()
    {
        Assert.Equal(Refusal.UnknownCardPayment, Fee(1, "txn_1", 20));
        Assert.Null(Open(1, 500));
        Assert.Equal(Refusal.CardPaymentNotInThisState, Fee(1, "txn_1", 20));
        Assert.Null(Charged(1, "ch_1", Start));
        Assert.Null(Fee(1, "txn_1", 20));
        Assert.Null(Fee(1, "txn_1", 20));
        Assert.Equal(Refusal.CardIdReused, Fee(1, "txn_1", 21));
        Assert.Null(Fee(1, "txn_2", 15));
        Assert.Null(Fee(1, "txn_3", -15));
        Assert.Equal(Refusal.AmountOutOfRange, Fee(1, "txn_4", 0));
        // The payer has all of it; what is at the provider is less.
        Assert.Equal((500, 20, -480, -20), (_keeper.Free(A), _keeper.State.Cards[Id(1)].FeeFen, Posted(Purpose.CustodianBank), Posted(Purpose.ProviderCosts)));
        Assert.Empty(Trials.Of(_keeper.State).Failed);
        Assert.Equal(0, _keeper.Sum);
    }

    [Fact]
    public void A_charge_and_its_fee_are_entered_together()
    {
        Assert.Null(Open(1, 500));
        for (var again = 0; again < 2; again++) Assert.Null(_keeper.Do((book, at) => CardOrders.Charged(book, Id(1), "ch_1", Start, at, new ProviderFee("txn_1", 20))));
        Assert.Equal((500, 20, -480), (_keeper.Free(A), _keeper.State.Cards[Id(1)].FeeFen, Posted(Purpose.CustodianBank)));
        Assert.Equal(3, _keeper.Lines.Count);
    }

    [Fact]
    public void The_market_draws_its_fees_only_when_nothing_is_missing_for_others()
    {
        Assert.Null(Open(1, 500));
        Assert.Null(Charged(1, "ch_1", Start));
        Assert.Null(_keeper.Raise("lot", new Owed(Id(9), ObligationKind.PlatformFee, A, null, 100, new DateOnly(2026, 11, 9), ReleaseRule.AtOnce)));
        Assert.Null(_keeper.Pay(21, 9, 100));
        Assert.Null(Fee(1, "txn_1", 30));
        Assert.Equal((30, Refusal.InsufficientFunds), (_keeper.State.ShortFen, _keeper.Instruct(30, null, 71)));
        Assert.Null(_keeper.Instruct(31, null, 70));
        Assert.Equal(Refusal.InsufficientFunds, _keeper.Instruct(32, null, 1));
        for (var again = 0; again < 2; again++) Assert.Null(_keeper.TopUp("txn_2", 40));
        Assert.Equal(Refusal.CardIdReused, _keeper.TopUp("txn_2", 41));
        Assert.Equal((0, 10), (_keeper.State.ShortFen, Posted(Purpose.ProviderCosts)));
        Assert.Null(_keeper.Instruct(33, null, 30));
        // What was paid in beyond the costs is no fee.
        Assert.Equal(Refusal.InsufficientFunds, _keeper.Instruct(34, null, 1));
        Assert.Empty(Trials.Of(_keeper.State).Failed);
    }

    private long Posted(Purpose purpose) => _keeper.State.Ledger[new Account(purpose)].PostedFen;

    private Refusal? Fee(int id, string transaction, long fen) => _keeper.Fee(id, transaction, fen);

    private void Owe(int id, long fen) => Assert.Null(_keeper.Raise("lot", Price(id, fen)));

    private Refusal? Open(int id, long fen, int? owed = null) => _keeper.Do((book, at) => CardOrders.Open(book, new OpenCard(Id(id), A, fen, owed is { } o ? Id(o) : null, Clerk), at));

    private Refusal? Charged(int id, string charge, DateTimeOffset when) => _keeper.Do((book, at) => CardOrders.Charged(book, Id(id), charge, when, at));

    private Refusal? End(int id, string because) => _keeper.Do((book, at) => CardOrders.End(book, Id(id), because, at));

    private Refusal? Returned(int id, string reason) => _keeper.Do((book, at) => PayingOut.Return(book, Id(id), reason, null, at));
}
