using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>应付款: what is raised, how it is paid, and what fees come out of a price.</summary>
public sealed class SettlementTests
{
    private const string Sale = "ZJP-1";
    private readonly Bookkeeper _book = new();

    [Fact]
    public void A_price_is_kept_until_its_ground_comes_and_is_neither_side_s_money_meanwhile()
    {
        _book.Credit(1, A, 1_000);
        Assert.Null(_book.Raise(Sale, Price(11, 600)));
        Assert.Null(_book.Pay(21, 11, 600));
        Assert.Equal((400, 600, 0), (_book.Free(A), _book.Kept, _book.Free(Seller)));
        Assert.Equal((true, 0, 600), (_book[11].IsPaid, _book[11].OutstandingFen, _book[11].KeptFen));
        Assert.NotNull(_book[11].PaidAt);
        Assert.False(_book[11].IsOver);
    }

    [Fact]
    public void In_two_parts_it_is_paid_with_the_last_fen()
    {
        _book.Credit(1, A, 1_000);
        _book.Raise(Sale, Price(11, 600));
        Assert.Null(_book.Pay(21, 11, 599));
        Assert.Equal((false, 1, null), (_book[11].IsPaid, _book[11].OutstandingFen, _book[11].PaidAt));
        Assert.Null(_book.Pay(22, 11, 1));
        Assert.True(_book[11].IsPaid);
        Assert.Equal(_book.Lines[^1].At, _book[11].PaidAt);
    }

    [Fact]
    public void What_is_not_kept_is_its_creditor_s_with_the_payment()
    {
        _book.Credit(1, A, 1_000);
        _book.Raise(Sale, new Owed(Id(11), ObligationKind.Royalty, A, Seller, 300, Due, ReleaseRule.AtOnce), BuyerFee(12, 50));
        Assert.Null(_book.Pay(21, 11, 300));
        Assert.Null(_book.Pay(22, 12, 50));
        Assert.Equal((650, 0, 300, 50), (_book.Free(A), _book.Kept, _book.Free(Seller), _book.Fees));
        Assert.True(_book[11].IsOver && _book[12].IsOver);
        Assert.Equal(300, _book.State.View(Seller).AvailableFor(null));
    }

    [Fact]
    public void A_payment_sent_twice_pays_once()
    {
        _book.Credit(1, A, 1_000);
        _book.Raise(Sale, Price(11, 600), Price(12, 200));
        Assert.Null(_book.Pay(21, 11, 100));
        Assert.Null(_book.Pay(21, 11, 100));
        Assert.Equal((900, 3), (_book.Free(A), _book.Lines.Count));
        Assert.Equal(Refusal.PaymentIdReused, _book.Pay(21, 11, 101));
        Assert.Equal(Refusal.PaymentIdReused, _book.Pay(21, 12, 100));
        Assert.Null(_book.Pay(22, 11, 100));
        Assert.Equal(800, _book.Free(A));
    }

    [Fact]
    public void Refusals_of_a_payment_come_in_their_order()
    {
        _book.Raise(Sale, Price(11, 600), SellerFee(12, 60), BuyerFee(13, 5));
        _book.Raise("ZJP-2", Price(14, 100));
        _book.CreditFor(1, A, 600, 11);
        _book.CreditFor(2, A, 100, 14);
        Assert.Equal(Refusal.MalformedRequest, _book.Pay(0, 99, 0));
        Assert.Equal(Refusal.AmountOutOfRange, _book.Pay(1, 99, 0));
        Assert.Equal(Refusal.AmountOutOfRange, _book.Pay(1, 99, Fen.Most + 1));
        Assert.Equal(Refusal.UnknownObligation, _book.Pay(1, 99, 1));
        Assert.Equal(Refusal.PaymentIdReused, _book.Pay(1, 12, 1));
        Assert.Equal(Refusal.NotPaidApart, _book.Pay(3, 12, 61));
        Assert.Equal(Refusal.PaidAlready, _book.Pay(3, 14, 1));
        Assert.Equal(Refusal.PaysTooMuch, _book.Pay(3, 13, 6));
        Assert.Equal(Refusal.InsufficientFunds, _book.Pay(3, 13, 5));
        Assert.Null(_book.Unwind(Sale));
        Assert.Equal(Refusal.NotPaidApart, _book.Pay(3, 12, 1));
        Assert.Equal(Refusal.NoLongerOwed, _book.Pay(3, 13, 6));
        Assert.Equal(Refusal.PaidAlready, _book.Pay(3, 11, 601));
    }

    [Theory]
    // deposit, price → kept, free again, still owed
    [InlineData(200, 1_000, 200, 0, 800)]
    [InlineData(1_000, 1_000, 1_000, 0, 0)]
    [InlineData(1_500, 1_000, 1_000, 500, 0)]
    public void The_deposit_pays_what_it_can_of_the_price_and_the_rest_is_free_again(long deposit, long price, long kept, long free, long owed)
    {
        _book.Credit(1, A, deposit);
        _book.Freeze(2, A, Sale, deposit);
        _book.Bind(2);
        _book.Raise(Sale, Price(11, price));
        Assert.Null(_book.UseFor(2, Sale));
        Assert.Null(_book.UseFor(2, Sale));
        Assert.Equal((kept, free, owed), (_book.Kept, _book.Free(A), _book[11].OutstandingFen));
        Assert.Equal(free, _book.State.View(A).AvailableFor(null));
        Assert.Equal(owed == 0, _book[11].PaidAt is not null);
    }

    [Fact]
    public void The_deposit_pays_the_part_that_is_due_first()
    {
        _book.Credit(1, A, 150);
        _book.Freeze(2, A, Sale, 150);
        _book.Bind(2);
        _book.Raise(Sale, Price(11, 400, due: Due.AddDays(30)), Price(12, 100), BuyerFee(13, 9));
        Assert.Null(_book.UseFor(2, Sale));
        Assert.Equal((50, 100, 0), (_book[11].PaidFen, _book[12].PaidFen, _book[13].PaidFen));
    }

    [Fact]
    public void Refusals_of_the_deposit_come_in_their_order_and_a_paid_price_leaves_all_of_it()
    {
        _book.Credit(1, A, 500);
        Assert.Equal(Refusal.UnknownHold, _book.UseFor(2, Sale));
        _book.Freeze(2, A, Sale, 200);
        Assert.Equal(Refusal.HoldNotBound, _book.UseFor(2, Sale));
        _book.Bind(2);
        Assert.Equal(Refusal.UnknownObligation, _book.UseFor(2, Sale));
        _book.Raise("ZJP-2", Price(12, 300, buyer: B));
        Assert.Equal(Refusal.UnknownObligation, _book.UseFor(2, "ZJP-2"));
        _book.Raise(Sale, Price(11, 300));
        _book.Pay(21, 11, 300);
        Assert.Null(_book.UseFor(2, Sale));
        Assert.Equal((300, 200), (_book.Kept, _book.Free(A)));
        _book.Freeze(3, A, "ZJP-3", 100);
        _book.Release(3, byAuction: false);
        Assert.Equal(Refusal.HoldEnded, _book.UseFor(3, Sale));
    }

    [Fact]
    public void What_is_raised_has_to_be_something_that_can_end()
    {
        Owed price = Price(11, 100), fee = SellerFee(12, 10);
        Owed[] malformed =
        [
            price with { Id = Guid.Empty },
            price with { Debtor = Guid.Empty },
            price with { Creditor = Guid.Empty },
            price with { Creditor = A },
            price with { Creditor = null },
            price with { Milestone = "中试完成" },
            price with { Release = ReleaseRule.Milestone },
            price with { Release = ReleaseRule.Milestone, Milestone = " " },
            price with { Release = ReleaseRule.Milestone, Milestone = "\0" },
            // Nothing would keep the deposit that became part of such a price.
            price with { Release = ReleaseRule.AtOnce },
            price with { Release = ReleaseRule.OutOfPrice },
        ];
        Assert.All(malformed, owed => Assert.Equal(Refusal.MalformedRequest, _book.Raise(Sale, owed)));
        Assert.Equal(Refusal.MalformedRequest, _book.Raise(Sale));
        Assert.Equal(Refusal.MalformedRequest, _book.Raise(Sale, [.. Enumerable.Range(1, Settlements.MostOwed + 1).Select(i => Price(i, 1))]));
        Assert.Equal(Refusal.MalformedRequest, _book.Raise("", price));
        Assert.Equal(Refusal.MalformedRequest, _book.Raise(new string('Z', Deposits.LongestAuction + 1), price));
        Assert.Equal(Refusal.MalformedRequest, _book.RaiseFor("", Sale, price));
        Assert.Equal(Refusal.MalformedRequest, _book.Raise(Sale, price with { Id = Guid.Empty, AmountFen = 0 }));
        Assert.Equal(Refusal.AmountOutOfRange, _book.Raise(Sale, price with { AmountFen = 0 }));
        // One sale has one buyer and one seller.
        Assert.Equal(Refusal.MalformedRequest, _book.Raise(Sale, price, Price(13, 100, buyer: B)));
        Assert.Equal(Refusal.MalformedRequest, _book.Raise(Sale, price, Price(13, 100) with { Creditor = B }));
        // A fee comes out of a price, and of no more than there is.
        Assert.Equal(Refusal.AmountOutOfRange, _book.Raise(Sale, fee));
        Assert.Equal(Refusal.AmountOutOfRange, _book.Raise(Sale, price, fee with { AmountFen = 101 }));
        Assert.Equal(Refusal.AmountOutOfRange, _book.Raise(Sale, price, fee with { AmountFen = 51 }, BrokerFee(13, 50)));
        Assert.Equal(Refusal.ObligationIdReused, _book.Raise(Sale, price, Price(11, 1)));
        Assert.Empty(_book.Lines);
        Assert.Null(_book.Raise(Sale, price, fee));
        Assert.Null(_book.Raise(Sale, price, fee));
        Assert.Single(_book.Lines);
        Assert.Equal(Refusal.ObligationIdReused, _book.Raise(Sale, price));
        Assert.Equal(Refusal.ObligationIdReused, _book.RaiseFor("more", "ZJP-2", price));
        Assert.Equal(Refusal.MalformedRequest, _book.RaiseFor("more", Sale, Price(13, 100, buyer: B)));
        Assert.Equal(Refusal.AmountOutOfRange, _book.RaiseFor("more", Sale, BrokerFee(13, 91)));
        Assert.Null(_book.RaiseFor("more", Sale, BrokerFee(13, 90)));
    }

    public static TheoryData<long[], long, long[]> FeesOfParts => new()
    {
        { [100], 100, [100] },
        { [150, 350], 10, [3, 7] },
        { [1, 1, 1], 1, [0, 0, 1] },
        { [333, 333, 334], 100, [33, 33, 34] },
        { [1, 999], 999, [0, 999] },
        // Product of both far beyond a long.
        { [Fen.Most / 4, Fen.Most / 4], Fen.Most / 5, [Fen.Most / 10, Fen.Most / 10] },
    };

    [Theory]
    [MemberData(nameof(FeesOfParts))]
    public void A_fee_comes_out_of_each_part_in_proportion_and_all_of_it_with_the_last(long[] parts, long fee, long[] taken)
    {
        _book.Raise(Sale, [.. parts.Select((p, i) => Price(i + 11, p)), SellerFee(50, fee)]);
        _book.PayAll(Sale);
        for (var i = 0; i < parts.Length; i++)
        {
            var before = _book.Fees;
            Assert.Null(_book.Claim(i + 31, i + 11));
            Assert.Null(_book.Agree(i + 11));
            Assert.Equal(taken[i], _book.Fees - before);
        }

        Assert.Equal((parts.Sum() - fee, fee, 0), (_book.Free(Seller), _book.Fees, _book.Kept));
        Assert.Equal(_book.Free(Seller), _book.State.View(Seller).AvailableFor(null));
        Assert.True(_book[50].IsOver);
        Assert.Null(_book[50].Cancelled);
    }

    [Fact]
    public void Many_fees_never_take_more_than_a_small_release_is()
    {
        _book.Raise("ZJP-2", Price(90, 500));
        _book.Raise(Sale, [Price(11, 9_999), Price(12, 1), .. Enumerable.Range(51, 5).Select(i => BrokerFee(i, 3))]);
        _book.PayAll("ZJP-2");
        _book.PayAll(Sale);
        _book.Claim(31, 11);
        Assert.Null(_book.Agree(11));
        Assert.Equal(14, _book.Free(Broker));
        _book.Claim(32, 12);
        Assert.Null(_book.Agree(12));
        Assert.All(Enumerable.Range(51, 5), i => Assert.Equal(3, _book[i].PaidFen));
        // What is kept for another sale of the same seller is untouched.
        Assert.Equal((500, 15, 9_985), (_book.Kept, _book.Free(Broker), _book.Free(Seller)));
    }

    [Fact]
    public void A_fee_that_was_agreed_late_catches_up_out_of_what_is_still_kept()
    {
        _book.Raise(Sale, Price(11, 90), Price(12, 4), Price(13, 6));
        _book.PayAll(Sale);
        _book.Claim(31, 11);
        _book.Agree(11);
        Assert.Equal(Refusal.AmountOutOfRange, _book.RaiseFor("broker", Sale, BrokerFee(50, 11)));
        Assert.Null(_book.RaiseFor("broker", Sale, BrokerFee(50, 10)));
        _book.Claim(32, 12);
        Assert.Null(_book.Agree(12));
        Assert.Equal((4, 90, 6), (_book.Free(Broker), _book.Free(Seller), _book.Kept));
        _book.Claim(33, 13);
        Assert.Null(_book.Agree(13));
        Assert.Equal((10, 90), (_book.Free(Broker), _book.Free(Seller)));
        Assert.Equal(10, _book.State.View(Broker).AvailableFor(null));
        Assert.Equal(Refusal.AmountOutOfRange, _book.RaiseFor("late", Sale, BrokerFee(51, 1)));
    }

    [Theory]
    // price, fee, released by ruling → fee taken; the rest of it is no longer owed
    [InlineData(1_000, 60, 500, 30)]
    [InlineData(1_000, 60, 0, 0)]
    [InlineData(1_000, 60, 1_000, 60)]
    [InlineData(3, 2, 1, 0)]
    [InlineData(3, 2, 2, 1)]
    public void Of_what_goes_back_no_fee_is_owed(long price, long fee, long released, long taken)
    {
        _book.Raise(Sale, Price(11, price), SellerFee(50, fee));
        _book.PayAll(Sale);
        _book.Claim(31, 11);
        _book.Object(11);
        _book.Propose(41, 11, released);
        Assert.Null(_book.Confirm(11, 41));
        Assert.Equal((price - released, released - taken, taken), (_book.Free(A), _book.Free(Seller), _book.Fees));
        Assert.Equal((0, taken, taken < fee), (_book[50].OutstandingFen, _book[50].PaidFen, _book[50].Cancelled is not null));
    }
}
