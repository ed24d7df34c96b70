using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>保函 in place of a frozen deposit.</summary>
public sealed class GuaranteeTests
{
    private readonly Bookkeeper _book = new();

    [Fact]
    public void Deposits_rest_on_a_letter_without_money()
    {
        Assert.Null(_book.Letter(1, A, 500));
        Assert.Null(_book.FreezeOn(1, 1, A, "one", 300));
        Assert.Null(_book.FreezeOn(1, 1, A, "one", 300));
        var view = _book.State.View(A);
        Assert.Equal((0, 0, 0), (view.AvailableFen, view.FrozenFen, view.AvailableFor(null)));
        Assert.Equal((200, 300), (_book.Line(1).LeftFen, _book.Line(1).RestingFen));
        Assert.Equal((_book.Line(1), 1), (Assert.Single(view.Letters), view.Holds.Length));
        Assert.Empty(_book.State.View(B).Letters);
        Assert.Equal(0, _book.Sum);
        Assert.Equal(-500, _book.State.Ledger[new Account(Purpose.Guarantors)].PostedFen);
        Assert.Equal(default, _book.State.Ledger[new Account(Purpose.CustodianBank)]);
        InOrder();
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_this_order()
    {
        var (early, late) = (Start.AddDays(-3), Start.AddDays(-1));
        _book.Letter(1, A, 500, until: new DateOnly(2026, 12, 31), received: late);
        Assert.Equal(Refusal.UnknownGuarantee, _book.FreezeOn(9, 1, A, "one", 600, early, Far));
        Assert.Equal(Refusal.UnknownGuarantee, _book.FreezeOn(1, 1, B, "one", 600, early, Far));
        Assert.Equal(Refusal.GuaranteeTooLate, _book.FreezeOn(1, 1, A, "one", 600, early, Far));
        Assert.Equal(Refusal.GuaranteeTooShort, _book.FreezeOn(1, 1, A, "one", 600, late, Far));
        Assert.Equal(Refusal.GuaranteeSpent, _book.FreezeOn(1, 1, A, "one", 600, late, new DateOnly(2026, 12, 31)));
        Assert.Null(_book.FreezeOn(1, 1, A, "one", 500, late, new DateOnly(2026, 12, 31)));
        Assert.Equal(Refusal.AlreadyFrozen, _book.FreezeOn(1, 2, A, "one", 1));
        Assert.Equal(Refusal.HoldIdReused, _book.Freeze(1, A, "one", 500, late));
        Assert.Equal(Refusal.GuaranteeSpent, _book.FreezeOn(1, 2, A, "two", 1));
        _book.Release(1, byAuction: true);
        _book.Return(1, A);
        Assert.Equal(Refusal.GuaranteeEnded, _book.FreezeOn(1, 3, A, "two", 600, early, Far));
        // One whose last day is over has ended, whether the clock has said so or not.
        _book.Letter(2, A, 500, until: Days.Of(Start));
        _book.Wait(TimeSpan.FromDays(1));
        Assert.Equal(Refusal.GuaranteeEnded, _book.FreezeOn(2, 3, A, "two", 1));
    }

    [Fact]
    public void A_letter_is_confirmed_once_and_its_number_answers_once()
    {
        Assert.Equal(Refusal.AmountOutOfRange, _book.Letter(1, A, 0));
        Assert.Equal(Refusal.Required, _book.Letter(1, A, 1, issuer: " "));
        Assert.Equal(Refusal.TooLong, _book.Letter(1, A, 1, number: new string('9', Guarantees.LongestNumber + 1)));
        Assert.Equal(Refusal.MalformedRequest, _book.Letter(1, A, 1, received: Start.AddDays(1)));
        Assert.Null(_book.Letter(1, A, 500, number: "LG-1"));
        Assert.Null(_book.Letter(1, A, 500, number: "LG-1"));
        Assert.Single(_book.Lines);
        Assert.Equal(Refusal.GuaranteeIdReused, _book.Letter(1, A, 501, number: "LG-1"));
        Assert.Equal(Refusal.GuaranteeNumberUsed, _book.Letter(2, B, 100, number: "LG-1"));
        Assert.Null(_book.Letter(2, B, 100, number: "LG-1", issuer: "另一家银行"));
        _book.Return(1, A);
        Assert.Null(_book.Letter(3, A, 500, number: "LG-1"));
        // Repeated with what became of it since.
        Assert.Null(_book.Letter(1, A, 500, number: "LG-1"));
        InOrder();
    }

    [Fact]
    public void It_ends_only_while_nothing_rests_on_it()
    {
        _book.Letter(1, A, 500, until: Days.Of(Start).AddDays(1));
        _book.FreezeOn(1, 1, A, "one", 300);
        _book.Bind(1);
        Assert.Equal(Refusal.UnknownGuarantee, _book.Return(1, B));
        Assert.Equal(Refusal.GuaranteeInUse, _book.Return(1, A));
        Assert.Equal(Refusal.GuaranteeStillGood, _book.Expire(1));
        Assert.Equal(Refusal.UnknownGuarantee, _book.Expire(9));
        _book.Wait(TimeSpan.FromDays(2));
        Assert.Equal(Refusal.GuaranteeInUse, _book.Expire(1));
        Assert.Null(_book.Release(1, byAuction: true));
        Assert.Null(_book.Expire(1));
        Assert.Null(_book.Expire(1));
        Assert.Equal((0, 0), (_book.Line(1).LeftFen, _book.Line(1).RestingFen));
        Assert.Equal((GuaranteeEnd.Expired, 500), (_book.State.Guarantees[Id(1)].Ended!.Value, ((GuaranteeEnded)_book.Lines[^1].Fact).AmountFen));
        Assert.Equal(0, _book.State.Ledger[new Account(Purpose.Guarantors)].PostedFen);
        InOrder();
    }

    [Fact]
    public void It_pays_no_price_and_stays_bound_until_it_is_let_go()
    {
        _book.Letter(1, A, 500);
        _book.FreezeOn(1, 1, A, "one", 300);
        Assert.Equal(Refusal.HoldNotBound, _book.Use(1));
        _book.Bind(1);
        Assert.Null(_book.Use(1));
        Assert.Equal((HoldState.Bound, 300), (_book.State.Holds[Id(1)].State, _book.Line(1).RestingFen));
        Assert.All(_book.State.Obligations.Values, o => Assert.Equal((0, 0), (o.PaidFen, o.DepositFen)));
        Assert.Equal(Refusal.HoldIsBound, _book.Release(1, byAuction: false));
        Assert.Null(_book.Release(1, byAuction: true));
        Assert.Equal(500, _book.Line(1).LeftFen);
        InOrder();
    }

    [Fact]
    public void After_a_default_the_issuer_owes_it_down_the_waterfall()
    {
        _book.Letter(1, A, 500);
        _book.FreezeOn(1, 1, A, "one", 300);
        _book.Bind(1);
        Assert.Equal(Refusal.MalformedRequest, _book.Do((book, at) => Settlements.Forfeit(book, new ForfeitHold(Id(1), 100, 50), Seller, at)));
        Assert.Null(_book.Forfeit(1, 100, 50));
        Assert.Null(_book.Forfeit(1, 100, 50));
        Assert.Single(_book.Lines, l => l.Fact is GuaranteeCalled);
        Assert.Equal((HoldState.Forfeited, 200, 0, 300L), (_book.State.Holds[Id(1)].State, _book.Line(1).LeftFen, _book.Line(1).RestingFen, _book.State.Guarantees[Id(1)].CalledFen));
        var owed = _book.State.ObligationsAbout("one").ToList();
        Assert.Equal(new (Guid?, long)[] { (null, 100), (Seller, 200) }, owed.Select(o => (o.Terms.Creditor, o.Terms.AmountFen)));
        Assert.All(owed, o => Assert.Equal((ObligationKind.GuaranteeCall, A, ReleaseRule.AtOnce), (o.Terms.Kind, o.Terms.Debtor, o.Terms.Release)));
        Assert.Equal(0, _book.Free(Seller));
        InOrder();
        // Its transfers, with the references of what is owed.
        foreach (var (o, i) in owed.Select((o, i) => (o, i))) Assert.Null(_book.Do((book, at) => Deposits.Confirm(book, new ConfirmCredit(Id(50 + i), A, o.Terms.AmountFen, Start, $"B{50 + i}", "ZJP", Clerk, o.Id), at)));
        Assert.Equal((200, 100, 0), (_book.Free(Seller), _book.Fees, _book.Free(A)));
        Assert.Null(_book.Return(1, A));
        Assert.Equal(0, _book.Sum);
        InOrder();
    }

    [Fact]
    public void Costs_that_take_all_of_it_leave_nothing_to_the_seller()
    {
        _book.Letter(1, A, 300);
        _book.FreezeOn(1, 1, A, "one", 300);
        _book.Bind(1);
        Assert.Null(_book.Forfeit(1, 1_000, 50));
        var owed = Assert.Single(_book.State.ObligationsAbout("one"));
        Assert.Equal(((Guid?)null, 300), (owed.Terms.Creditor, owed.Terms.AmountFen));
        // Nothing is left of the letter, and it ends all the same.
        Assert.Null(_book.Return(1, A));
        Assert.Equal(0, ((GuaranteeEnded)_book.Lines[^1].Fact).AmountFen);
        InOrder();
    }

    [Fact]
    public void A_letter_covers_no_second_lot_and_money_is_apart_from_it()
    {
        _book.Letter(1, A, 500);
        _book.FreezeOn(1, 1, A, "one", 500);
        Assert.Equal(Refusal.InsufficientFunds, _book.Freeze(2, A, "two", 300, null, "one"));
        _book.Credit(1, A, 300);
        Assert.Equal(300, _book.State.View(A).AvailableFor(null));
        Assert.Null(_book.Reverse(1));
        InOrder();
    }

    [Fact]
    public void The_proof_says_when_a_letter_and_its_line_differ()
    {
        _book.Letter(1, A, 500);
        InOrder();
        _book.Append(new GuaranteeEnded("custodian", Id(1), A, 400, GuaranteeEnd.Returned));
        Assert.Contains(BookCheck.BankAgrees, Trials.Of(_book.State).Failed);
    }

    private void InOrder() => Assert.Empty(Trials.Of(_book.State).Failed);
}
