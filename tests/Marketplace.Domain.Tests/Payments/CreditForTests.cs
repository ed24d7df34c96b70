using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>Money whose reference says what it is for pays that at once; whatever is left, or cannot be paid, is the payer's own.</summary>
public sealed class CreditForTests
{
    private const string Sale = "ZJP-1";
    private readonly Bookkeeper _book = new();

    public CreditForTests() => _book.Raise(Sale, Price(11, 600), SellerFee(12, 60));

    [Theory]
    // came → kept, on the account, still owed
    [InlineData(600, 600, 0, 0)]
    [InlineData(900, 600, 300, 0)]
    [InlineData(200, 200, 0, 400)]
    public void It_pays_as_much_as_is_owed(long came, long kept, long free, long owed)
    {
        Assert.Null(_book.CreditFor(1, A, came, 11));
        Assert.Null(_book.CreditFor(1, A, came, 11));
        Assert.Equal((kept, free, owed, 3), (_book.Kept, _book.Free(A), _book[11].OutstandingFen, _book.Lines.Count));
        Assert.Null(_book.CreditFor(2, A, 1_000, 11));
        Assert.Equal((600, came + 1_000 - 600), (_book.Kept, _book.Free(A)));
        Assert.Equal(_book.Free(A), _book.State.View(A).AvailableFor(null));
    }

    [Fact]
    public void What_is_another_s_or_paid_or_fallen_or_unknown_or_no_payment_of_its_own_is_left_alone()
    {
        Assert.Null(_book.CreditFor(1, B, 600, 11));
        Assert.Null(_book.CreditFor(2, B, 600, 99));
        Assert.Null(_book.CreditFor(3, Seller, 60, 12));
        Assert.Equal((1_200, 60, 0, 600), (_book.Free(B), _book.Free(Seller), _book.Kept, _book[11].OutstandingFen));
        _book.CreditFor(4, A, 600, 11);
        Assert.Null(_book.CreditFor(5, A, 600, 11));
        Assert.Equal((600, 600), (_book.Kept, _book.Free(A)));
        _book.Raise("ZJP-2", Price(13, 100));
        _book.Unwind("ZJP-2");
        Assert.Null(_book.CreditFor(6, A, 100, 13));
        Assert.Equal(700, _book.Free(A));
        // The id of a person's own payment is no second one.
        _book.Raise("ZJP-3", Price(14, 100));
        _book.Pay(21, 14, 30);
        Assert.Null(_book.CreditFor(21, A, 70, 14));
        Assert.Equal((70, 740), (_book[14].OutstandingFen, _book.Free(A)));
    }

    [Fact]
    public void It_is_paid_when_the_bank_had_the_money_and_not_when_it_was_matched()
    {
        _book.Credit(1, null, 600, creditedAt: Start.AddDays(-2));
        Assert.Null(_book.AssignFor(1, A, 11));
        Assert.Equal(Start.AddDays(-2), _book[11].PaidAt);
    }

    [Fact]
    public void Money_that_waited_for_its_owner_pays_when_it_is_found()
    {
        _book.Credit(1, null, 700);
        Assert.Null(_book.AssignFor(1, A, 11));
        Assert.Null(_book.AssignFor(1, A, 11));
        Assert.Equal((600, 100), (_book.Kept, _book.Free(A)));
        _book.Credit(2, null, 50);
        Assert.Null(_book.AssignFor(2, B, 11));
        Assert.Equal(50, _book.Free(B));
    }

    [Fact]
    public void What_paid_something_is_not_taken_back_while_the_money_is_gone()
    {
        _book.CreditFor(1, A, 600, 11);
        Assert.Equal(Refusal.CreditInUse, _book.Reverse(1));
        _book.Credit(2, A, 599);
        Assert.Equal(Refusal.CreditInUse, _book.Reverse(1));
        // Other money of the payer stands in for it.
        _book.Credit(3, A, 1);
        Assert.Null(_book.Reverse(1));
        Assert.Equal((0, 600), (_book.Free(A), _book.Kept));
        Assert.Empty(Trials.Of(_book.State).Failed);
    }

    [Fact]
    public void What_came_back_may_be_taken_back_again()
    {
        _book.CreditFor(1, A, 600, 11);
        _book.Unwind(Sale);
        Assert.Null(_book.Reverse(1));
        Assert.Equal((0, 0), (_book.Free(A), _book.State.View(A).AvailableFor(null)));
        _book.Credit(2, A, 500);
        _book.Instruct(61, A, 500);
        Assert.Equal(Refusal.CreditInUse, _book.Reverse(2));
        _book.Fail(61);
        Assert.Null(_book.Reverse(2));
        Assert.Equal(0, _book.State.View(A).AvailableFor(Start));
        Assert.Equal(0, _book.State.Ledger[new Account(Purpose.CustodianBank)].PostedFen);
    }

    [Fact]
    public void A_deposit_that_was_used_and_came_back_binds_its_money_no_longer()
    {
        _book.Credit(1, A, 200);
        _book.Freeze(2, A, Sale, 200, creditedBy: Start);
        _book.Bind(2);
        _book.UseFor(2, Sale);
        Assert.Equal(Refusal.CreditInUse, _book.Reverse(1));
        _book.Unwind(Sale);
        Assert.Null(_book.Reverse(1));
    }

    [Fact]
    public void A_hold_keeps_the_early_money_that_it_needs_though_spent_money_came_back()
    {
        _book.Credit(1, A, 100, creditedAt: Start.AddDays(-3));
        Assert.Null(_book.Freeze(2, A, "lot", 100, creditedBy: Start.AddDays(-2)));
        _book.CreditFor(3, A, 600, 11);
        _book.Unwind(Sale);
        Assert.Equal(Refusal.CreditInUse, _book.Reverse(1));
        _book.Release(2, byAuction: false);
        Assert.Null(_book.Reverse(1));
    }
}
