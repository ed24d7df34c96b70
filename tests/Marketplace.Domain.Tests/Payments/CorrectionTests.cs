using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>冲正: a correction is a new movement, by a second person, of money that nothing rests on.</summary>
public sealed class CorrectionTests
{
    private readonly Bookkeeper _book = new();

    [Fact]
    public void What_was_confirmed_wrong_is_taken_back_and_may_be_confirmed_as_it_was()
    {
        _book.Credit(1, A, 5_000, bank: "20261101-7");
        Assert.Null(_book.Reverse(1));
        Assert.Equal((0, 0), (_book.State.View(A).AvailableFen, _book.State.View(A).Credits.Length));
        Assert.Equal(0, _book.State.Ledger[new Account(Purpose.CustodianBank)].PostedFen);
        Assert.Null(_book.Credit(2, A, 500, bank: "20261101-7"));
        Assert.Equal(500, _book.State.View(A).AvailableFen);
        // Both movements stay: nothing was edited.
        Assert.Equal(3, _book.State.Ledger.Transfers.Count);
    }

    [Fact]
    public void Twice_is_once_and_what_is_gone_is_not_assigned()
    {
        _book.Credit(1, null, 500);
        Assert.Null(_book.Reverse(1));
        Assert.Null(_book.Reverse(1));
        Assert.Equal(2, _book.Lines.Count);
        Assert.Equal(Refusal.CreditIsReversed, _book.Assign(1, A));
    }

    [Fact]
    public void Who_found_the_owner_may_not_take_it_back_alone_either()
    {
        Assert.Null(_book.Credit(1, null, 500));
        Assert.Null(_book.Assign(1, A));
        Assert.Equal(Refusal.ConfirmerMayNotReverse, _book.Reverse(1, Clerk));
        Assert.Null(_book.Reverse(1, OtherClerk));
    }

    [Fact]
    public void Money_that_two_found_to_be_nobodys_deposit_stays_and_may_still_find_its_owner()
    {
        _book.Credit(1, null, 500);
        Assert.Equal(Refusal.Required, _book.Examine(9, Clerk, " "));
        Assert.Equal(Refusal.UnknownCredit, _book.Examine(9, Clerk));
        Assert.Equal(Refusal.ProposerMayNotConfirm, _book.Examine(1, Clerk));
        Assert.Null(_book.Examine(1));
        Assert.Null(_book.Examine(1, Clerk));
        Assert.Equal(2, _book.Lines.Count);
        Assert.NotNull(_book.State.Credits[Id(1)].ExaminedAt);
        Assert.Equal(500, _book.State.Ledger[new Account(Purpose.Suspense)].PostedFen);
        Assert.Null(_book.Assign(1, A));
        Assert.Equal(500, _book.State.View(A).AvailableFen);
        _book.Credit(2, A, 500);
        Assert.Equal(Refusal.CreditAlreadyAssigned, _book.Examine(2, Clerk));
        _book.Reverse(2);
        Assert.Equal(Refusal.CreditIsReversed, _book.Examine(2, Clerk));
    }

    [Fact]
    public void Refusals_come_in_their_order()
    {
        _book.Credit(1, A, 500);
        _book.Freeze(1, A, "lot", 100);
        Assert.Equal(Refusal.Required, _book.Reverse(9, Clerk, " "));
        Assert.Equal(Refusal.TooLong, _book.Reverse(9, Clerk, new string('因', Deposits.LongestReason + 1)));
        Assert.Equal(Refusal.UnknownCredit, _book.Reverse(9, Clerk));
        Assert.Equal(Refusal.ConfirmerMayNotReverse, _book.Reverse(1, Clerk));
        Assert.Equal(Refusal.CreditInUse, _book.Reverse(1));
        _book.Release(1, byAuction: false);
        Assert.Null(_book.Reverse(1));
    }

    [Fact]
    public void Money_that_a_hold_needs_for_its_deadline_stays_though_other_money_came_later()
    {
        _book.Credit(1, A, 100, creditedAt: Start.AddDays(-3));
        _book.Credit(2, A, 100, creditedAt: Start.AddHours(-1));
        Assert.Null(_book.Freeze(1, A, "lot", 100, creditedBy: Start.AddDays(-2)));
        Assert.Equal(Refusal.CreditInUse, _book.Reverse(1));
        Assert.Null(_book.Reverse(2));
    }
}
