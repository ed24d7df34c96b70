using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>一份保证金参与多件标的: what one deposit covers, and how it ends.</summary>
public sealed class SharedDepositTests
{
    private readonly Bookkeeper _book = new();

    [Fact]
    public void What_is_frozen_for_one_lot_covers_another_without_new_money()
    {
        _book.Credit(1, A, 500);
        Assert.Null(_book.Freeze(1, A, "one", 500));
        Assert.Equal(Refusal.InsufficientFunds, _book.Freeze(2, A, "two", 300));
        Assert.Null(_book.Freeze(2, A, "two", 300, null, "one"));
        Assert.Null(_book.Freeze(2, A, "two", 300, null, "one"));
        Assert.Equal((0, 500), (_book.State.View(A).AvailableFen, _book.State.View(A).FrozenFen));
        Assert.Equal(Refusal.AlreadyFrozen, _book.Freeze(3, A, "two", 300, null, "one"));
        // As much as this lot asks for, of this organisation, for a lot beside.
        Assert.Equal(Refusal.InsufficientFunds, _book.Freeze(3, A, "three", 501, null, "one", "two"));
        Assert.Equal(Refusal.InsufficientFunds, _book.Freeze(3, B, "three", 100, null, "one", "two"));
        Assert.Equal(Refusal.InsufficientFunds, _book.Freeze(3, A, "three", 100, null, "two"));
        Assert.Equal(0, _book.Sum);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void It_is_free_when_the_last_of_its_lots_has_let_it_go(int first, int last)
    {
        Shared();
        Assert.Null(_book.Release(first, byAuction: true));
        Assert.Equal(500, _book.State.View(A).FrozenFen);
        Assert.Equal(0, _book.State.View(A).AvailableFor(null));
        Assert.Null(_book.Release(first, byAuction: true));
        Assert.Null(_book.Release(last, byAuction: true));
        Assert.Null(_book.Release(last, byAuction: true));
        Assert.Equal((500, 0), (_book.State.View(A).AvailableFen, _book.State.View(A).FrozenFen));
        Assert.Single(_book.Lines, l => l.Fact is HoldReleased);
        Assert.Empty(_book.State.Ledger.Open);
        Assert.Empty(Trials.Of(_book.State).Failed);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void The_first_contract_uses_it_and_the_other_is_paid_without_an_offset(int first, int other)
    {
        Shared();
        Assert.Null(_book.Use(first));
        Assert.Equal((0, 0), (_book.State.View(A).AvailableFen, _book.State.View(A).FrozenFen));
        Assert.Null(_book.Use(other));
        var price = _book.State.Obligations.Values.Where(o => o.Terms.Kind == ObligationKind.Price).ToList();
        Assert.Equal([500L, 0L], price.Select(o => o.DepositFen).OrderDescending());
        // Nothing is left that a default in the other lot could take.
        Assert.Equal(Refusal.HoldEnded, _book.Forfeit(other, 10, 10));
        Assert.Equal(Refusal.HoldEnded, _book.Release(other, byAuction: true));
        Assert.Equal(0, _book.Sum);
        Assert.Empty(Trials.Of(_book.State).Failed);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void A_default_in_any_lot_loses_all_of_it_once(int first, int other)
    {
        Shared();
        Assert.Null(_book.Forfeit(first, 100, 50));
        Assert.Null(_book.Forfeit(first, 100, 50));
        Assert.Equal(400, _book.State.View(Seller).AvailableFen);
        Assert.Equal(Refusal.HoldEnded, _book.Forfeit(other, 100, 50));
        Assert.Equal(Refusal.HoldEnded, _book.Use(other));
        Assert.Single(_book.Lines, l => l.Fact is HoldForfeitedTo);
        Assert.Empty(Trials.Of(_book.State).Failed);
    }

    [Fact]
    public void Money_that_stayed_for_the_other_lot_is_lost_there_too()
    {
        Shared();
        Assert.Null(_book.Release(1, byAuction: true));
        Assert.Null(_book.Forfeit(2, 0, 0));
        Assert.Equal(500, _book.State.View(Seller).AvailableFen);
        Assert.Equal((0, 0), (_book.State.View(A).AvailableFen, _book.State.View(A).FrozenFen));
        Assert.Empty(Trials.Of(_book.State).Failed);
    }

    [Fact]
    public void It_covers_only_what_was_at_the_bank_by_that_lots_deadline_and_is_kept_for_it()
    {
        var (early, late) = (Start.AddDays(-3), Start.AddDays(-1));
        _book.Credit(1, A, 500, creditedAt: late);
        Assert.Null(_book.Freeze(1, A, "one", 500, late));
        Assert.Equal(Refusal.InsufficientFunds, _book.Freeze(2, A, "two", 300, early, "one"));
        _book.Credit(2, A, 500, creditedAt: early);
        Assert.Null(_book.Freeze(2, A, "two", 300, early, "one"));
        Assert.Equal(500, _book.State.View(A).FrozenFen);
        // The early money is what covers both now.
        Assert.Equal(0, _book.State.View(A).AvailableFor(early));
        Assert.Equal(Refusal.CreditInUse, _book.Reverse(2));
        Assert.Null(_book.Reverse(1));
    }

    [Fact]
    public void What_admitted_nobody_yet_is_taken_back_lot_by_lot()
    {
        _book.Credit(1, A, 500);
        _book.Freeze(1, A, "one", 500);
        _book.Freeze(2, A, "two", 300, null, "one");
        _book.Bind(2);
        Assert.Null(_book.Release(1, byAuction: false));
        Assert.Equal(Refusal.HoldIsBound, _book.Release(2, byAuction: false));
        Assert.Equal(500, _book.State.View(A).FrozenFen);
        // It covers nothing new, and the lot that let it go asks for money of its own.
        Assert.Equal(Refusal.InsufficientFunds, _book.Freeze(3, A, "three", 100, null, "one", "two"));
        Assert.Equal(Refusal.InsufficientFunds, _book.Freeze(4, A, "one", 500, null, "two"));
    }

    private void Shared()
    {
        _book.Credit(1, A, 500);
        Assert.Null(_book.Freeze(1, A, "one", 500));
        Assert.Null(_book.Freeze(2, A, "two", 300, null, "one"));
        Assert.Null(_book.Bind(1));
        Assert.Null(_book.Bind(2));
    }
}
