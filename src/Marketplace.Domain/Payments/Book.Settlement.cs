using System.Collections.Immutable;

namespace Marketplace.Domain.Payments;

/// <summary>What is owed, what is kept for it, and what is paid out.</summary>
public sealed partial record Book
{
    public ImmutableDictionary<Guid, Obligation> Obligations { get; private init; } = ImmutableDictionary<Guid, Obligation>.Empty;

    public ImmutableDictionary<Guid, Payout> Payouts { get; private init; } = ImmutableDictionary<Guid, Payout>.Empty;

    /// <summary>The bank's numbers of entries that were payouts.</summary>
    public ImmutableHashSet<string> PayoutReferences { get; private init; } = [];

    /// <summary>Payments by their ids.</summary>
    internal ImmutableDictionary<Guid, ObligationPaid> Payments { get; private init; } = ImmutableDictionary<Guid, ObligationPaid>.Empty;

    /// <summary>The ids of all claims and rulings: each may release once.</summary>
    internal ImmutableHashSet<Guid> Causes { get; private init; } = [];

    private ImmutableDictionary<string, ImmutableList<Guid>> RaisedAbout { get; init; } = ImmutableDictionary<string, ImmutableList<Guid>>.Empty;

    private ImmutableDictionary<(string About, string Cause), ObligationsRaised> RaisedFor { get; init; } = ImmutableDictionary<(string, string), ObligationsRaised>.Empty;

    private ImmutableDictionary<Guid, ImmutableArray<AccountMove>> MovesOf { get; init; } = ImmutableDictionary<Guid, ImmutableArray<AccountMove>>.Empty;

    /// <summary>What follows from a deal or an auction, as it was raised.</summary>
    public IEnumerable<Obligation> ObligationsAbout(string about) => RaisedAbout.GetValueOrDefault(about, []).Select(id => Obligations[id]);

    internal ObligationsRaised? Raised(string about, string cause) => RaisedFor.GetValueOrDefault((about, cause));

    private Book WithObligations(ObligationsRaised fact, DateTimeOffset at) => this with
    {
        Obligations = Obligations.SetItems(fact.Owed.Select(o => KeyValuePair.Create(o.Id, new Obligation(o, fact.About, at)))),
        RaisedAbout = RaisedAbout.SetItem(fact.About, RaisedAbout.GetValueOrDefault(fact.About, []).AddRange(fact.Owed.Select(o => o.Id))),
        RaisedFor = RaisedFor.SetItem((fact.About, fact.Cause), fact),
    };

    private Book WithObligation(ObligationFact fact, DateTimeOffset at)
    {
        var owed = Obligations[fact.Obligation];
        return fact switch
        {
            ObligationPaid f => (this with { Payments = Payments.SetItem(f.Payment, f) }).With(Paid(owed, f.AmountFen, f.CreditedAt ?? at))
                .Moved(f.Debtor, -f.AmountFen, at).Moved(f.Kept ? null : f.Creditor, f.AmountFen, at, f.CreditedAt ?? at),
            ReleaseClaimed f => With(owed with { Claim = new ReleaseClaim(f.Claim, at, f.EvidenceSha256, f.ObjectUntil, EvidenceName: f.EvidenceName) }) with { Causes = Causes.Add(f.Claim) },
            ReleaseObjected f => With(owed with { Claim = owed.Claim! with { Objection = f.Reason, ObjectedAt = at } }),
            RulingProposed f => With(owed with { Claim = owed.Claim! with { Ruling = new ReleaseRuling(f.Ruling, f.ReleaseFen, f.Reason, f.By) } }) with { Causes = Causes.Add(f.Ruling) },
            ObligationReleased f => f.Fees.Aggregate(
                With(owed with { ReleasedFen = owed.ReleasedFen + f.AmountFen }).Moved(f.Creditor, f.AmountFen - f.Fees.Sum(fee => fee.AmountFen), at, owed.LatestAt),
                (book, fee) => book.With(Paid(book.Obligations[fee.Obligation], fee.AmountFen, at)).Moved(fee.Payee, fee.AmountFen, at, owed.LatestAt)),
            ObligationRefunded f => With(owed with { RefundedFen = owed.RefundedFen + f.AmountFen, ReleasedFen = owed.ReleasedFen - (f.Kept ? 0 : f.AmountFen) })
                .Moved(f.Debtor, f.AmountFen, at).Moved(f.Kept ? null : f.Creditor, -f.AmountFen, at),
            DepositForfeited f => With(owed with { ReleasedFen = owed.ReleasedFen + f.AmountFen }).Moved(f.Creditor, f.Shares.ShortfallFen + f.Shares.SellerFen, at, owed.LatestAt),
            ObligationCancelled f => With(owed with { Cancelled = f.Because }),
            var unknown => throw new InvalidOperationException($"A fact that nobody folds: {unknown.Type}"),
        };
    }

    private Book WithDeposit(HoldUsedForPrice fact, DateTimeOffset at) =>
        fact.Shares.Aggregate(this, (book, share) => book.With(Paid(book.Obligations[share.Obligation], share.AmountFen, at) with { DepositFen = share.AmountFen })).Moved(fact.Organisation, fact.RestFen, at);

    private Book WithPayout(PayoutFact fact, DateTimeOffset at) => fact switch
    {
        PayoutInstructed f => (this with
        {
            Payouts = Payouts.SetItem(f.Payout, new Payout(f.Payout, f.Organisation, f.AmountFen, f.Account, at)),
            PayoutsTo = Append(PayoutsTo, f.Account, f.Payout),
        }).Moved(f.Organisation, -f.AmountFen, at),
        PayoutMade f => this with
        {
            Payouts = Payouts.SetItem(f.Payout, Payouts[f.Payout] with { State = PayoutState.Made, BankReference = f.BankReference, EndedAt = at }),
            PayoutReferences = PayoutReferences.Add(f.BankReference),
        },
        PayoutFailed f => (this with { Payouts = Payouts.SetItem(f.Payout, Payouts[f.Payout] with { State = PayoutState.Failed, Failure = f.Reason, EndedAt = at }) })
            .Moved(f.Organisation, f.AmountFen, at),
        PayoutReturned f => (this with
        {
            Payouts = Payouts.SetItem(f.Payout, Payouts[f.Payout] with { State = PayoutState.Returned, Failure = f.Reason, EndedAt = at, ReturnReference = f.BankReference }),
            BankReferences = f.BankReference is { } entry ? BankReferences.Add(entry) : BankReferences,
        })
            .Moved(f.Organisation, f.AmountFen, at),
        var unknown => throw new InvalidOperationException($"A fact that nobody folds: {unknown.Type}"),
    };

    private Book With(Obligation obligation) => this with { Obligations = Obligations.SetItem(obligation.Id, obligation) };

    /// <summary>What is not kept went on with the payment.</summary>
    private static Obligation Paid(Obligation owed, long amountFen, DateTimeOffset at)
    {
        var paid = owed.PaidFen + amountFen;
        return owed with
        {
            PaidFen = paid,
            ReleasedFen = owed.ReleasedFen + (owed.Terms.Release is ReleaseRule.AtOnce or ReleaseRule.OutOfPrice ? amountFen : 0),
            LatestAt = owed.LatestAt is { } before && before > at ? before : at,
        };
    }

    private Book Moved(Guid? organisation, long amountFen, DateTimeOffset at, DateTimeOffset? chargedBy = null) =>
        organisation is { } owner && amountFen != 0 ? this with { MovesOf = MovesOf.SetItem(owner, MovesOf.GetValueOrDefault(owner, []).Add(new AccountMove(amountFen, at, chargedBy))) } : this;
}
