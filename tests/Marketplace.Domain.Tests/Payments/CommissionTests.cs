using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using static Marketplace.Domain.Tests.Payments.Bookkeeper;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>佣金: what an agency gets from its client follows what the records say, whatever became of it before.</summary>
public sealed class CommissionTests
{
    private const string Sale = "ZJP-1";
    private readonly Bookkeeper _book = new();

    public CommissionTests() => _book.Raise(Sale, Price(11, 1_000));

    [Fact]
    public void The_sellers_agency_is_paid_out_of_the_price_in_proportion_and_the_buyers_apart()
    {
        Assert.Null(_book.Commission(Sale, Seller, Broker, 100, 1));
        Assert.Null(_book.Commission(Sale, A, Broker, 30, 2));
        var lines = _book.Lines.Count;
        Assert.Null(_book.Commission(Sale, Seller, Broker, 100, 1));
        Assert.Equal(lines, _book.Lines.Count);
        Assert.Equal([ReleaseRule.OutOfPrice, ReleaseRule.AtOnce], Fees.Select(f => f.Terms.Release));
        _book.PayAll(Sale);
        Assert.Equal(30, _book.Free(Broker));
        _book.Claim(31, 11);
        _book.Agree(11);
        Assert.Equal((130, 900), (_book.Free(Broker), _book.Free(Seller)));
    }

    [Fact]
    public void More_than_the_price_has_is_owed_apart()
    {
        Assert.Null(_book.Commission(Sale, Seller, Broker, 1_001, 1));
        Assert.Equal(ReleaseRule.AtOnce, Assert.Single(Fees).Terms.Release);
    }

    [Fact]
    public void No_fee_any_more_ends_what_is_unpaid_and_gives_back_what_was_paid()
    {
        _book.Commission(Sale, A, Broker, 100, 1);
        _book.Credit(1, A, 40);
        _book.Pay(21, Fee(1), 40);
        Assert.Null(_book.Commission(Sale, A, Broker, 0, 2));
        Assert.Equal((40, 0, 0), (_book.Free(A), _book.Free(Broker), Fees.Sum(f => f.OutstandingFen)));
        Assert.Null(_book.Commission(Sale, A, Broker, 0, 2));
        // The finding fell away: the whole is owed anew.
        Assert.Null(_book.Commission(Sale, A, Broker, 100, 3));
        Assert.Equal(100, Fees.Sum(f => f.OutstandingFen));
    }

    [Fact]
    public void What_the_agency_no_longer_has_it_owes_back_once()
    {
        _book.Commission(Sale, A, Broker, 100, 1);
        _book.Credit(1, A, 100);
        _book.Pay(21, Fee(1), 100);
        _book.Instruct(41, Broker, 70);
        Assert.Null(_book.Commission(Sale, A, Broker, 0, 2));
        Assert.Null(_book.Commission(Sale, A, Broker, 0, 2));
        Assert.Null(_book.Commission(Sale, A, Broker, 0, 3));
        var back = Assert.Single(_book.State.ObligationsAbout(Sale), o => o.Terms.Kind == ObligationKind.Restitution);
        Assert.Equal((Broker, A, 100), (back.Terms.Debtor, back.Terms.Creditor!.Value, back.OutstandingFen));
        Assert.Equal(Refusal.InsufficientFunds, _book.Pay(22, BitConverter.ToInt32(back.Id.ToByteArray()), 100));
    }

    [Fact]
    public void A_smaller_fee_leaves_what_was_paid_up_to_it()
    {
        _book.Commission(Sale, A, Broker, 100, 1);
        _book.Credit(1, A, 40);
        _book.Pay(21, Fee(1), 40);
        Assert.Null(_book.Commission(Sale, A, Broker, 60, 2));
        Assert.Equal((20, 40), (Fees.Sum(f => f.OutstandingFen), _book.Free(Broker)));
        Assert.Null(_book.Commission(Sale, A, Broker, 30, 3));
        Assert.Equal((0, 30, 10), (Fees.Sum(f => f.OutstandingFen), _book.Free(Broker), _book.Free(A)));
    }

    /// <summary>技术合同解释 41: a contract that falls without the broker's fault leaves the fee.</summary>
    [Fact]
    public void A_sale_that_falls_leaves_the_commission_owed_and_paid()
    {
        _book.Commission(Sale, Seller, Broker, 100, 1);
        _book.Commission(Sale, A, Broker, 30, 2);
        Assert.Null(_book.Unwind(Sale));
        Assert.Equal([0, 30], Fees.Select(f => f.OutstandingFen));
        Assert.Null(_book.Commission(Sale, Seller, Broker, 100, 3));
        Assert.Equal((100, ReleaseRule.AtOnce), (Fees.Last().OutstandingFen, Fees.Last().Terms.Release));
    }

    [Fact]
    public void Nonsense_and_ids_of_something_else_are_refused()
    {
        Assert.Equal(Refusal.MalformedRequest, _book.Commission(Sale, A, A, 1, 1));
        Assert.Equal(Refusal.MalformedRequest, _book.Commission(Sale, Guid.Empty, Broker, 1, 1));
        Assert.Equal(Refusal.AmountOutOfRange, _book.Commission(Sale, A, Broker, -1, 1));
        Assert.Equal(Refusal.ObligationIdReused, _book.Do((book, at) => Settlements.Commission(book, new SetCommission(Sale, "x", A, Broker, 5, Due, true, Id(11), Id(12)), at)));
        Assert.Null(_book.Commission(Sale, A, Broker, 0, 1));
        Assert.Single(_book.Lines);
    }

    private List<Obligation> Fees => [.. _book.State.ObligationsAbout(Sale).Where(o => o.Terms.Kind == ObligationKind.BrokerFee)];

    private static int Fee(int state) => 0x4000_0000 + state;
}
