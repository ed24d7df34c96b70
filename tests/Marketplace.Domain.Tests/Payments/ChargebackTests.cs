using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>拒付: what a card's bank takes back comes from the payer's account, then from what is kept for its purchases, and the rest is owed by the payer.</summary>
public sealed class ChargebackTests
{
    private readonly Bookkeeper _keeper = new();

    [Fact]
    public void What_is_free_on_the_payers_account_pays_and_comes_back_when_the_dispute_is_won()
    {
        Assert.Null(_keeper.Charge(1, A, 500));
        Assert.Null(_keeper.Dispute("dp_1", 1, 500));
        Assert.Equal((0, 0, 0), (_keeper.Free(A), _keeper.Owes(A), Posted(Purpose.CustodianBank)));
        Assert.Null(_keeper.WinDispute("dp_1"));
        Assert.Equal((500, 0, -500), (_keeper.Free(A), _keeper.Owes(A), Posted(Purpose.CustodianBank)));
        InOrder();
    }

    [Fact]
    public void What_is_kept_for_the_purchase_waits_while_the_bank_has_not_decided_and_is_released_after()
    {
        Sold();
        Assert.Null(_keeper.Dispute("dp_1", 1, 800));
        Assert.Equal((800, 800), (_keeper.Owes(A), _keeper.Kept));
        Assert.Equal(Refusal.ChargebackStopsRelease, _keeper.Agree(9));
        _keeper.Wait(TimeToObject);
        Assert.Equal(Refusal.ChargebackStopsRelease, _keeper.Unopposed(9));
        InOrder();
        Assert.Null(_keeper.WinDispute("dp_1"));
        Assert.Null(_keeper.Unopposed(9));
        Assert.Equal((800, 0), (_keeper.Free(Seller), _keeper.Owes(A)));
        InOrder();
    }

    [Fact]
    public void A_ruling_waits_as_well()
    {
        Sold();
        Assert.Null(_keeper.Object(9));
        Assert.Null(_keeper.Propose(31, 9, 500));
        Assert.Null(_keeper.Dispute("dp_1", 1, 800));
        Assert.Equal(Refusal.ChargebackStopsRelease, _keeper.Confirm(9, 31));
        Assert.Null(_keeper.LoseDispute("dp_1", 40));
        Assert.Equal(Refusal.NotPaidYet, _keeper.Confirm(9, 31));
        Assert.Null(_keeper.Charge(2, A, 800, 9));
        Assert.Null(_keeper.Confirm(9, 31));
        Assert.Equal((500, 300), (_keeper.Free(Seller), _keeper.Free(A)));
        InOrder();
    }

    [Fact]
    public void A_lost_dispute_takes_back_what_was_kept_and_the_price_is_owed_again()
    {
        Sold();
        Assert.Null(_keeper.Dispute("dp_1", 1, 800));
        Assert.Null(_keeper.LoseDispute("dp_1", 40));
        Assert.Equal((0, 800, 0, 0), (_keeper[9].PaidFen, _keeper[9].OutstandingFen, _keeper.Kept, _keeper.Owes(A)));
        Assert.False(_keeper.State.Obligations.ContainsKey(Id(40)));
        Assert.Null(_keeper.Charge(2, A, 800, 9));
        // What was claimed stands: the payer agrees to it, and the seller has its money.
        Assert.Null(_keeper.Agree(9));
        Assert.Equal(800, _keeper.Free(Seller));
        InOrder();
    }

    [Fact]
    public void A_part_that_was_taken_back_stops_the_release_until_it_is_paid_again()
    {
        Sold();
        Assert.Null(_keeper.Dispute("dp_1", 1, 300));
        Assert.Null(_keeper.LoseDispute("dp_1", 40));
        Assert.Equal((500, 500), (_keeper[9].PaidFen, _keeper.Kept));
        _keeper.Wait(TimeToObject);
        Assert.Equal(Refusal.NotPaidYet, _keeper.Unopposed(9));
        Assert.Null(_keeper.Charge(2, A, 300, 9));
        Assert.Null(_keeper.Unopposed(9));
        Assert.Equal(800, _keeper.Free(Seller));
        InOrder();
    }

    [Fact]
    public void What_has_gone_on_is_a_debt_of_the_payer_to_the_market_and_the_sellers_money_stays_its_own()
    {
        Sold();
        Assert.Null(_keeper.Agree(9));
        Assert.Null(_keeper.Dispute("dp_1", 1, 800));
        Assert.Equal((800, 800, 800), (_keeper.Owes(A), _keeper.State.ShortFen, _keeper.Free(Seller)));
        Assert.Null(_keeper.LoseDispute("dp_1", 40));
        Assert.Equal((ObligationKind.Chargeback, A, 800), (_keeper[40].Terms.Kind, _keeper[40].Terms.Debtor, _keeper[40].OutstandingFen));
        Assert.Equal(800, _keeper.Owes(A));
        InOrder();
        Assert.Null(_keeper.Credit(20, A, 1_000));
        Assert.Null(_keeper.Pay(21, 40, 300));
        Assert.Equal((500, 500, 0), (_keeper.Owes(A), _keeper.State.ShortFen, _keeper.Fees));
        Assert.Null(_keeper.Pay(22, 40, 500));
        Assert.Equal((0, 200), (_keeper.Owes(A), _keeper.Free(A)));
        Assert.True(_keeper[40].IsOver);
        InOrder();
    }

    [Fact]
    public void What_came_onto_the_account_has_no_name_so_every_purchase_of_the_payer_waits_the_latest_first()
    {
        Assert.Null(_keeper.Charge(1, A, 1_000));
        Assert.Null(_keeper.Raise("one", Price(9, 400)));
        Assert.Null(_keeper.Raise("two", Price(10, 600)));
        Assert.Null(_keeper.Pay(21, 9, 400));
        Assert.Null(_keeper.Pay(22, 10, 600));
        Assert.Null(_keeper.Claim(31, 9));
        Assert.Null(_keeper.Raise("other", Price(11, 50, buyer: B)));
        Assert.Null(_keeper.CreditFor(23, B, 50, 11));
        Assert.Null(_keeper.Claim(32, 11));
        Assert.Null(_keeper.Dispute("dp_1", 1, 700));
        Assert.Equal(Refusal.ChargebackStopsRelease, _keeper.Agree(9));
        // Nobody else's purchase waits.
        Assert.Null(_keeper.Agree(11));
        Assert.Null(_keeper.LoseDispute("dp_1", 40));
        Assert.Equal((300, 0, 0), (_keeper[9].PaidFen, _keeper[10].PaidFen, _keeper.Owes(A)));
        InOrder();
    }

    [Fact]
    public void The_purchase_that_the_card_paid_waits_alone_where_it_is_enough()
    {
        Sold();
        Assert.Null(_keeper.Raise("two", Price(10, 600)));
        Assert.Null(_keeper.CreditFor(20, A, 600, 10));
        Assert.Null(_keeper.Claim(32, 10));
        Assert.Null(_keeper.Dispute("dp_1", 1, 800));
        Assert.Null(_keeper.Agree(10));
        Assert.Equal(Refusal.ChargebackStopsRelease, _keeper.Agree(9));
    }

    [Fact]
    public void A_deposit_that_is_part_of_the_price_does_not_go_to_the_seller_while_the_bank_has_not_decided()
    {
        Assert.Null(_keeper.Charge(1, A, 300));
        Assert.Null(_keeper.Freeze(3, A, "lot", 300));
        Assert.Null(_keeper.Bind(3));
        // What is frozen is not taken.
        Assert.Null(_keeper.Dispute("dp_1", 1, 300));
        Assert.Equal((300, 300), (_keeper.Owes(A), _keeper.State.View(A).FrozenFen));
        Assert.Null(_keeper.Raise("lot", Price(9, 800)));
        Assert.Null(_keeper.UseFor(3, "lot"));
        Assert.Null(_keeper.Unwind("lot", keepsDeposit: true));
        Assert.Equal(Refusal.ChargebackStopsRelease, _keeper.ForfeitKept("lot", 0, 0));
        Assert.Null(_keeper.LoseDispute("dp_1", 40));
        Assert.Equal((0, 0, 0), (_keeper.Kept, _keeper.Owes(A), _keeper[9].DepositFen));
        Assert.Equal(Refusal.UnknownObligation, _keeper.ForfeitKept("lot", 0, 0));
        InOrder();
    }

    [Fact]
    public void What_the_bank_of_a_card_took_back_is_not_taken_back_again_by_hand()
    {
        Assert.Null(_keeper.Charge(1, A, 300));
        Assert.Null(_keeper.Dispute("dp_1", 1, 100));
        Assert.Equal(Refusal.CardPaymentDisputed, _keeper.Reverse(1));
        Assert.Null(_keeper.WinDispute("dp_1"));
        Assert.Null(_keeper.Reverse(1));
        InOrder();
    }

    [Fact]
    public void Who_owes_for_a_card_draws_no_more_than_is_over_and_the_card_gets_nothing_besides()
    {
        Sold();
        Assert.Null(_keeper.Agree(9));
        Assert.Null(_keeper.Dispute("dp_1", 1, 500));
        Assert.Null(_keeper.Charge(2, A, 700));
        Assert.Equal(Refusal.InsufficientFunds, _keeper.Instruct(50, A, 701));
        Assert.Equal(Refusal.ChargebackOwed, _keeper.Instruct(50, A, 201, account: 2));
        Assert.Equal(Refusal.CardPaymentDisputed, _keeper.Instruct(50, A, 1, account: 1));
        Assert.Null(_keeper.Instruct(50, A, 200, account: 2));
        // When it is lost what is free by then is taken.
        Assert.Null(_keeper.LoseDispute("dp_1", 40));
        Assert.Equal((0, 0), (_keeper.Free(A), _keeper.Owes(A)));
        InOrder();
    }

    [Fact]
    public void A_dispute_begins_and_ends_once()
    {
        Assert.Equal(Refusal.UnknownCardPayment, _keeper.Dispute("dp_1", 1, 100));
        Assert.Equal(Refusal.UnknownChargeback, _keeper.WinDispute("dp_1"));
        Assert.Equal(Refusal.UnknownChargeback, _keeper.LoseDispute("dp_1", 40));
        Assert.Null(_keeper.Do((book, at) => CardOrders.Open(book, new OpenCard(Id(1), A, 500, null, Clerk), at)));
        Assert.Equal(Refusal.CardPaymentNotInThisState, _keeper.Dispute("dp_1", 1, 100));
        Assert.Null(_keeper.Charge(1, A, 500));
        Assert.Equal(Refusal.AmountOutOfRange, _keeper.Dispute("dp_1", 1, 0));
        Assert.Equal(Refusal.Required, _keeper.Dispute(" ", 1, 100));
        for (var again = 0; again < 2; again++) Assert.Null(_keeper.Dispute("dp_1", 1, 100));
        Assert.Equal(Refusal.ChargebackIdReused, _keeper.Dispute("dp_1", 1, 101));
        for (var again = 0; again < 2; again++) Assert.Null(_keeper.LoseDispute("dp_1", 40));
        Assert.Equal(Refusal.ChargebackEnded, _keeper.WinDispute("dp_1"));
        Assert.Null(_keeper.Dispute("dp_2", 1, 100));
        Assert.Null(_keeper.WinDispute("dp_2"));
        Assert.Equal(Refusal.ChargebackEnded, _keeper.LoseDispute("dp_2", 41));
        Assert.Equal(Refusal.MalformedRequest, _keeper.Do((book, at) => Chargebacks.Lose(book, "dp_2", Guid.Empty, Due, at)));
        Assert.Equal(400, _keeper.Free(A));
        InOrder();
    }

    /// <summary>A buys for 800, pays by card 1, and the seller claims it.</summary>
    private void Sold()
    {
        Assert.Null(_keeper.Raise("lot", Price(9, 800)));
        Assert.Null(_keeper.Charge(1, A, 800, 9));
        Assert.Null(_keeper.Claim(30, 9));
    }

    private long Posted(Purpose purpose) => _keeper.State.Ledger[new Account(purpose)].PostedFen;

    private void InOrder()
    {
        Assert.Empty(Trials.Of(_keeper.State).Failed);
        Assert.Equal(0, _keeper.Sum);
    }
}
