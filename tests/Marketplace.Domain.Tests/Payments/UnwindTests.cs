using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>The sale no longer stands: everybody has again what it had, as far as the book can give it.</summary>
public sealed class UnwindTests
{
    private const string Sale = "ZJP-1";
    private readonly Bookkeeper _book = new();

    public UnwindTests() => _book.Raise(Sale, Price(11, 600), Price(12, 400, ReleaseRule.Milestone), SellerFee(13, 50), BrokerFee(14, 30), BuyerFee(15, 20));

    [Fact]
    public void Before_anything_is_paid_nothing_is_owed_any_more()
    {
        Assert.Null(_book.Unwind(Sale));
        Assert.All(_book.State.ObligationsAbout(Sale), o => Assert.Equal(("void", 0, true), (o.Cancelled, o.OutstandingFen, o.IsOver)));
        Assert.Equal(6, _book.Lines.Count);
    }

    [Fact]
    public void What_was_paid_of_it_goes_back_in_whole_or_in_part_also_in_dispute()
    {
        _book.Credit(1, A, 1_000);
        _book.Pay(21, 11, 600);
        _book.Pay(22, 12, 100);
        _book.Claim(31, 11);
        _book.Object(11);
        _book.Propose(41, 11, 300);
        Assert.Null(_book.Unwind(Sale));
        Assert.Equal((1_000, 0), (_book.Free(A), _book.Kept));
        Assert.Equal(1_000, _book.State.View(A).AvailableFor(null));
        Assert.Equal((null, "void"), (_book[11].Cancelled, _book[12].Cancelled));
        Assert.Equal(Refusal.ReleasedAlready, _book.Agree(11));
        Assert.Equal(Refusal.ReleasedAlready, _book.Confirm(11, 41));
        Assert.Null(_book.Unopposed(11));
        Assert.Equal(Refusal.NoLongerOwed, _book.Pay(23, 12, 1));
        Assert.Equal(Refusal.NotPaidYet, _book.Claim(32, 12));
    }

    [Fact]
    public void The_deposit_that_became_price_goes_back_too()
    {
        _book.Credit(1, A, 200);
        _book.Freeze(2, A, Sale, 200);
        _book.Bind(2);
        _book.UseFor(2, Sale);
        Assert.Null(_book.Unwind(Sale));
        Assert.Equal((200, 0), (_book.Free(A), _book.Kept));
    }

    [Fact]
    public void Who_defaulted_gets_back_what_it_paid_beside_its_deposit_and_not_the_deposit()
    {
        _book.Credit(1, A, 300);
        _book.Freeze(2, A, Sale, 200);
        _book.Bind(2);
        _book.UseFor(2, Sale);
        _book.Pay(21, 11, 100);
        Assert.Null(_book.Unwind(Sale, because: "defaulted", keepsDeposit: true));
        Assert.Equal((100, 200, 0), (_book.Free(A), _book.Kept, _book[11].OutstandingFen));
        Assert.Empty(Trials.Of(_book.State).Failed);
        Assert.Null(_book.Unwind(Sale, because: "defaulted", keepsDeposit: true));
        Assert.Equal((100, 200), (_book.Free(A), _book.Kept));
    }

    [Theory]
    // costs, shortfall → fees, seller
    [InlineData(0, 0, 0, 200)]
    [InlineData(30, 100, 30, 170)]
    [InlineData(500, 10, 200, 0)]
    public void The_deposit_in_the_price_of_a_sale_that_a_default_ended_goes_down_the_waterfall_once(long costs, long shortfall, long fees, long seller)
    {
        _book.Credit(1, A, 200);
        _book.Freeze(2, A, Sale, 200);
        _book.Bind(2);
        _book.UseFor(2, Sale);
        Assert.Equal(Refusal.SaleStands, _book.ForfeitKept(Sale, costs, shortfall));
        _book.Unwind(Sale, because: "defaulted", keepsDeposit: true);
        Assert.Equal(Refusal.AmountOutOfRange, _book.ForfeitKept(Sale, -1, 0));
        Assert.Equal(Refusal.UnknownObligation, _book.ForfeitKept("ZJP-9", 0, 0));
        for (var again = 0; again < 2; again++) Assert.Null(_book.ForfeitKept(Sale, costs, shortfall));
        Assert.Equal((0, fees, seller, 0), (_book.Kept, _book.State.Ledger[new Account(Purpose.Fee)].PostedFen, _book.Free(Seller), _book.Sum));
        Assert.True(_book[11].IsOver);
        Assert.Empty(Trials.Of(_book.State).Failed);
    }

    [Fact]
    public void A_deposit_in_a_part_that_was_paid_is_lost_by_a_default_on_a_later_one()
    {
        PayFirstPartWithDeposit();
        Assert.Equal(Refusal.SaleStands, _book.ForfeitKept(Sale, 0, 0));
        Assert.Null(_book.Unwind(Sale, because: "defaulted", keepsDeposit: true));
        Assert.Equal((500, 200, null), (_book.Free(A), _book.Kept, _book[11].Cancelled));
        for (var again = 0; again < 2; again++) Assert.Null(_book.ForfeitKept(Sale, 30, 100));
        Assert.Equal((0, 30, 170, 0), (_book.Kept, _book.State.Ledger[new Account(Purpose.Fee)].PostedFen, _book.Free(Seller), _book.Sum));
        Assert.Empty(Trials.Of(_book.State).Failed);
    }

    [Fact]
    public void What_was_claimed_of_the_part_before_the_default_releases_nothing_past_the_costs()
    {
        PayFirstPartWithDeposit();
        Assert.Null(_book.Claim(31, 11));
        Assert.Null(_book.Unwind(Sale, because: "defaulted", keepsDeposit: true));
        Assert.Equal(Refusal.DepositIsLost, _book.Agree(11));
        _book.Wait(TimeToObject);
        Assert.Equal(Refusal.DepositIsLost, _book.Unopposed(11));
        Assert.Equal((200, 0), (_book.Kept, _book.Free(Seller)));
        Assert.Null(_book.ForfeitKept(Sale, 30, 100));
        Assert.Equal((0, 30, 170, 0), (_book.Kept, _book.State.Ledger[new Account(Purpose.Fee)].PostedFen, _book.Free(Seller), _book.Sum));
        Assert.Null(_book.Unopposed(11));
    }

    [Fact]
    public void An_objection_before_the_default_is_not_decided_past_the_costs_either()
    {
        PayFirstPartWithDeposit();
        Assert.Null(_book.Claim(31, 11));
        Assert.Null(_book.Object(11));
        Assert.Null(_book.Propose(41, 11, 100));
        Assert.Null(_book.Unwind(Sale, because: "defaulted", keepsDeposit: true));
        Assert.Equal(Refusal.DepositIsLost, _book.Confirm(11, 41));
        // The default itself fell: then it goes back.
        Assert.Null(_book.Unwind(Sale));
        Assert.Equal((700, 0), (_book.Free(A), _book.Kept));
    }

    [Fact]
    public void What_was_released_is_owed_back_by_who_has_it_and_the_market_gives_back_its_fees()
    {
        _book.PayAll(Sale);
        _book.Claim(31, 11);
        _book.Agree(11);
        // 30 of 50 and 18 of 30 came out of the 600; 20 were paid apart.
        Assert.Equal((552, 18, 50, 400), (_book.Free(Seller), _book.Free(Broker), _book.Fees, _book.Kept));
        Assert.Null(_book.Unwind(Sale, restitution: 71));
        Assert.Equal((420, 582, 18, 0, 0), (_book.Free(A), _book.Free(Seller), _book.Free(Broker), _book.Fees, _book.Kept));
        Assert.Equal(
            new Owed(Id(71), ObligationKind.Restitution, Seller, A, 600, Due.AddDays(30), ReleaseRule.AtOnce),
            _book[71].Terms);
        Assert.Equal(600, _book[71].OutstandingFen);
        Assert.Equal(582, _book.State.View(Seller).AvailableFor(null));
        // Said again it does nothing, and what came of the fall is no part of the sale.
        var lines = _book.Lines.Count;
        Assert.Null(_book.Unwind(Sale, restitution: 72));
        Assert.Equal(lines, _book.Lines.Count);
        Assert.Null(_book.CreditFor(3, Seller, 18, 71));
        Assert.Null(_book.Pay(23, 71, 582));
        Assert.Equal((1_020, 0), (_book.Free(A), _book.Free(Seller)));
        Assert.Null(_book.Unwind(Sale, restitution: 72));
        Assert.True(_book[71].IsOver);
        Assert.Null(_book[71].Cancelled);
    }

    [Fact]
    public void What_is_kept_does_not_wait_for_a_fee_that_the_market_had_paid_out()
    {
        _book.PayAll(Sale);
        Assert.Null(_book.Instruct(61, null, 20));
        _book.Make(61, "D1");
        Assert.Null(_book.Unwind(Sale));
        Assert.Equal((1_000, 0), (_book.Free(A), _book[15].RefundedFen));
        _book.Raise("ZJP-2", BuyerFee(91, 25, B));
        _book.PayAll("ZJP-2");
        Assert.Null(_book.Unwind(Sale));
        Assert.Equal((1_020, 5, 20), (_book.Free(A), _book.Fees, _book[15].RefundedFen));
    }

    [Fact]
    public void Other_sales_and_what_was_earned_meanwhile_stand()
    {
        _book.RaiseFor("2026Q4", Sale, new Owed(Id(16), ObligationKind.Royalty, A, Seller, 70, Due, ReleaseRule.AtOnce));
        _book.Raise("ZJP-2", Price(91, 500));
        _book.PayAll("ZJP-2");
        Assert.Null(_book.Unwind(Sale));
        Assert.Equal((70, 500), (_book[16].OutstandingFen, _book[91].KeptFen));
        Assert.Null(_book.Unwind("ZJP-unknown"));
    }

    [Fact]
    public void Whatever_was_to_come_out_of_the_price_is_no_longer_owed_either()
    {
        Assert.Null(_book.RaiseFor("inventors", Sale, new Owed(Id(16), ObligationKind.Royalty, Seller, B, 100, Due, ReleaseRule.OutOfPrice)));
        Assert.Null(_book.Unwind(Sale));
        Assert.True(_book[16].IsOver);
    }

    [Fact]
    public void Refusals_come_in_their_order()
    {
        _book.PayAll(Sale);
        _book.Claim(31, 11);
        _book.Agree(11);
        Assert.Equal(Refusal.MalformedRequest, _book.Unwind(Sale, restitution: 0, because: " "));
        Assert.Equal(Refusal.Required, _book.Unwind(Sale, restitution: 11, because: " "));
        Assert.Equal(Refusal.TextNotAllowed, _book.Unwind(Sale, because: "\0"));
        // Another obligation would be overwritten.
        Assert.Equal(Refusal.ObligationIdReused, _book.Unwind(Sale, restitution: 11));
        Assert.Equal((400, 600), (_book.Kept, _book[11].ReleasedFen));
    }

    [Fact]
    public void A_forfeited_deposit_is_the_seller_s_own_money_but_for_the_costs()
    {
        _book.Credit(1, B, 200);
        _book.Freeze(2, B, Sale, 200);
        Assert.Equal(Refusal.HoldNotBound, _book.Forfeit(2, 30, 100));
        _book.Bind(2);
        Assert.Equal(Refusal.MalformedRequest, _book.Do((book, at) => Settlements.Forfeit(book, new ForfeitHold(Id(2), -1, 0), Guid.Empty, at)));
        Assert.Equal(Refusal.AmountOutOfRange, _book.Forfeit(9, -1, 0));
        Assert.Equal(Refusal.AmountOutOfRange, _book.Forfeit(9, 0, Fen.Most + 1));
        Assert.Equal(Refusal.UnknownHold, _book.Forfeit(9, 0, 0));
        Assert.Null(_book.Forfeit(2, 30, 100));
        Assert.Null(_book.Forfeit(2, 30, 100));
        Assert.Equal((170, 170, 30, 0), (_book.Free(Seller), _book.State.View(Seller).AvailableFor(null), _book.Fees, _book.Free(B)));
        Assert.Null(_book.Instruct(61, Seller, 170));
        Assert.Equal(Refusal.HoldEnded, _book.UseFor(2, Sale));
    }

    /// <summary>600 of the first part: 200 by the deposit, 400 from the account, which has 100 left.</summary>
    private void PayFirstPartWithDeposit()
    {
        _book.Credit(1, A, 700);
        _book.Freeze(2, A, Sale, 200);
        _book.Bind(2);
        _book.UseFor(2, Sale);
        _book.Pay(21, 11, 400);
    }
}
