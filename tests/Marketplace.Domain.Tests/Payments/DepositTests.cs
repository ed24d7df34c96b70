using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>What may be done with a deposit account, one rule a test.</summary>
public sealed class DepositTests
{
    private readonly Bookkeeper _book = new();

    [Fact]
    public void Confirmed_money_is_available_and_the_books_balance()
    {
        Assert.Null(_book.Credit(1, A, 500));
        Assert.Equal(500, _book.State.View(A).AvailableFen);
        Assert.Equal(-500, _book.State.Ledger[new Account(Purpose.CustodianBank)].PostedFen);
        Assert.Equal(0, _book.Sum);
    }

    [Fact]
    public void The_same_credit_sent_twice_credits_once()
    {
        Assert.Null(_book.Credit(1, A, 500));
        Assert.Null(_book.Credit(1, A, 500));
        Assert.Single(_book.State.Ledger.Transfers);
        Assert.Equal(Refusal.CreditIdReused, _book.Credit(1, A, 501));
    }

    [Fact]
    public void One_entry_of_the_bank_is_credited_once_even_under_another_id()
    {
        Assert.Null(_book.Credit(1, A, 500, bank: "20261101-7"));
        Assert.Equal(Refusal.BankReferenceUsed, _book.Credit(2, A, 500, bank: "20261101-7"));
    }

    [Fact]
    public void The_bank_cannot_have_credited_tomorrow() =>
        Assert.Equal(Refusal.CreditInFuture, _book.Credit(1, A, 500, creditedAt: Start.AddDays(1)));

    [Fact]
    public void Money_without_a_known_owner_waits_and_keeps_its_credit_time()
    {
        Assert.Null(_book.Credit(1, null, 500, creditedAt: Start.AddDays(-2)));
        Assert.Equal(500, _book.State.Ledger[new Account(Purpose.Suspense)].PostedFen);
        Assert.Equal(0, _book.State.View(A).AvailableFen);
        Assert.Null(_book.Assign(1, A));
        Assert.Null(_book.Assign(1, A));
        Assert.Equal(Refusal.CreditAlreadyAssigned, _book.Assign(1, B));
        Assert.Equal(Refusal.UnknownCredit, _book.Assign(9, A));
        Assert.Equal(0, _book.State.Ledger[new Account(Purpose.Suspense)].PostedFen);
        Assert.Null(_book.Freeze(1, A, "lot", 500, creditedBy: Start.AddDays(-1)));
    }

    [Fact]
    public void The_bank_s_credit_time_decides_against_the_deadline_not_the_moment_of_freezing()
    {
        var deadline = Start.AddHours(-1);
        _book.Credit(1, A, 300, creditedAt: deadline);
        _book.Credit(2, A, 300, creditedAt: deadline.AddMicroseconds(1));
        Assert.Equal(Refusal.InsufficientFunds, _book.Freeze(1, A, "lot", 601, creditedBy: deadline));
        Assert.Equal(Refusal.CreditedTooLate, _book.Freeze(1, A, "lot", 301, creditedBy: deadline));
        Assert.Equal(300, _book.State.View(A).AvailableFor(deadline));
        Assert.Null(_book.Freeze(1, A, "lot", 300, creditedBy: deadline));
    }

    [Fact]
    public void Early_money_is_kept_for_the_auction_that_needs_it()
    {
        var (early, late) = (Start.AddDays(-2), Start.AddDays(-1));
        _book.Credit(1, A, 100, creditedAt: early);
        _book.Credit(2, A, 100, creditedAt: late);
        // The later auction can live on the late money, so the early money is still there for the earlier deadline.
        Assert.Null(_book.Freeze(1, A, "later", 100, creditedBy: late));
        Assert.Equal(100, _book.State.View(A).AvailableFor(early));
        Assert.Null(_book.Freeze(2, A, "earlier", 100, creditedBy: early));
        Assert.Equal(0, _book.State.View(A).AvailableFor(null));
    }

    [Fact]
    public void A_hold_reserves_and_the_release_frees()
    {
        _book.Credit(1, A, 500);
        Assert.Null(_book.Freeze(1, A, "lot", 300));
        Assert.Equal((200, 300), (_book.State.View(A).AvailableFen, _book.State.View(A).FrozenFen));
        Assert.Equal(Refusal.InsufficientFunds, _book.Freeze(2, A, "other", 201));
        Assert.Null(_book.Release(1, byAuction: true));
        Assert.Null(_book.Release(1, byAuction: true));
        Assert.Equal((500, 0), (_book.State.View(A).AvailableFen, _book.State.View(A).FrozenFen));
    }

    [Fact]
    public void The_same_hold_sent_twice_freezes_once_and_other_content_is_refused()
    {
        _book.Credit(1, A, 500);
        Assert.Null(_book.Freeze(1, A, "lot", 200));
        Assert.Null(_book.Freeze(1, A, "lot", 200));
        Assert.Equal(200, _book.State.View(A).FrozenFen);
        Assert.Equal(Refusal.HoldIdReused, _book.Freeze(1, A, "lot", 100));
        Assert.Equal(Refusal.HoldIdReused, _book.Freeze(1, A, "other", 200));
        Assert.Equal(Refusal.AlreadyFrozen, _book.Freeze(2, A, "lot", 200));
    }

    [Fact]
    public void What_admitted_a_bidder_only_the_auction_lets_go()
    {
        _book.Credit(1, A, 500);
        _book.Freeze(1, A, "lot", 200);
        Assert.Equal(Refusal.HoldNotBound, _book.Use(1));
        Assert.Null(_book.Bind(1));
        Assert.Null(_book.Bind(1));
        Assert.Equal(Refusal.HoldIsBound, _book.Release(1, byAuction: false));
        Assert.Null(_book.Release(1, byAuction: true));
        Assert.Equal(Refusal.HoldEnded, _book.Bind(1));
        Assert.Equal(Refusal.HoldEnded, _book.Use(1));
        Assert.Equal(Refusal.UnknownHold, _book.Release(7, byAuction: true));
    }

    [Fact]
    public void What_was_taken_back_can_be_frozen_again_under_a_new_id()
    {
        _book.Credit(1, A, 500);
        _book.Freeze(1, A, "lot", 500);
        Assert.Null(_book.Release(1, byAuction: false));
        Assert.Null(_book.Freeze(2, A, "lot", 500));
    }

    [Fact]
    public void The_winner_s_deposit_becomes_part_of_the_price_once()
    {
        _book.Credit(1, A, 500);
        _book.Freeze(1, A, "lot", 200);
        _book.Bind(1);
        Assert.Null(_book.Use(1));
        Assert.Null(_book.Use(1));
        Assert.Equal(Refusal.HoldEnded, _book.Release(1, byAuction: true));
        Assert.Equal(200, _book.State.Ledger[new Account(Purpose.Escrow, Seller)].PostedFen);
        Assert.Equal((300, 0), (_book.State.View(A).AvailableFen, _book.State.View(A).FrozenFen));
        Assert.Equal(0, _book.Sum);
    }

    [Theory]
    // deposit, costs, shortfall → costs, shortfall, seller, still owed
    [InlineData(200, 30, 100, 30, 100, 70, 0)]
    [InlineData(200, 0, 0, 0, 0, 200, 0)]
    [InlineData(200, 200, 50, 200, 0, 0, 50)]
    [InlineData(200, 50, 500, 50, 150, 0, 350)]
    [InlineData(200, 900, 0, 200, 0, 0, 700)]
    public void A_forfeited_deposit_goes_to_costs_then_the_shortfall_then_the_seller(
        long deposit, long costs, long shortfall, long toCosts, long toShortfall, long toSeller, long stillOwed)
    {
        Assert.Equal(new Forfeiture(toCosts, toShortfall, toSeller), Forfeiture.Of(deposit, costs, shortfall));
        Assert.Equal(stillOwed, Forfeiture.StillOwedFen(deposit, costs, shortfall));
        _book.Credit(1, A, deposit);
        _book.Freeze(1, A, "lot", deposit);
        _book.Bind(1);
        Assert.Null(_book.Forfeit(1, costs, shortfall));
        Assert.Null(_book.Forfeit(1, costs, shortfall));
        Assert.Equal(toCosts, _book.State.Ledger[new Account(Purpose.Fee)].PostedFen);
        Assert.Equal(toShortfall + toSeller, _book.State.View(Seller).AvailableFen);
        Assert.Equal(0, _book.State.Ledger[new Account(Purpose.Settlement)].PostedFen);
        Assert.Equal(0, _book.Sum);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(Fen.Most + 1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void An_amount_that_is_none_is_refused_everywhere(long amount)
    {
        Assert.Equal(Refusal.AmountOutOfRange, _book.Credit(1, A, amount));
        Assert.Equal(Refusal.AmountOutOfRange, _book.Freeze(1, A, "lot", amount));
    }

    [Fact]
    public void A_book_takes_no_more_than_it_can_count_exactly()
    {
        Assert.Null(_book.Credit(1, A, Fen.Most));
        Assert.Equal(Refusal.AmountOutOfRange, _book.Credit(2, B, 1));
    }
}
