using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Plans;

/// <summary>What happened to a royalty account. <see cref="Royalties"/> says what may happen.</summary>
public abstract record RoyaltyEvent(DateTimeOffset At);

/// <summary>提成申报, the first of a period or a later one that corrects it.</summary>
/// <param name="Base">Fen or pieces, as the terms say.</param>
public sealed record RoyaltyDeclared(int Period, long Base, DateTimeOffset At) : RoyaltyEvent(At);

/// <summary>The seller gives notice that it wants to see the books of these periods.</summary>
public sealed record InspectionAsked(int First, int Last, DateTimeOffset At) : RoyaltyEvent(At);

/// <summary>The day is agreed, or another one than before.</summary>
public sealed record InspectionScheduled(DateOnly Day, DateTimeOffset At) : RoyaltyEvent(At);

/// <param name="Found">The base of each inspected period, from the first to the last.</param>
public sealed record InspectionReported(ImmutableArray<long> Found, DateTimeOffset At) : RoyaltyEvent(At);

/// <summary>What was found counts from now on.</summary>
public sealed record InspectionSettled(DateTimeOffset At) : RoyaltyEvent(At);

/// <summary>The seller gives it up; what was declared stands.</summary>
public sealed record InspectionWithdrawn(DateTimeOffset At) : RoyaltyEvent(At);

/// <summary>An amount the buyer has to pay.</summary>
/// <param name="Period">Whose declaration made it; null after an inspection.</param>
/// <param name="Due">The last day.</param>
public sealed record RoyaltyCharge(int? Period, long AmountFen, DateOnly Due, DateTimeOffset At);

public enum InspectionState { Asked, Scheduled, Reported, Settled, Withdrawn }

/// <summary>What an inspection comes to.</summary>
/// <param name="DeclaredFen">All royalties by what was declared.</param>
/// <param name="FoundFen">All royalties by what was found: a moved base may move the bands of later periods too.</param>
/// <param name="InspectedFen">The part of them that belongs to the inspected periods.</param>
public sealed record RoyaltyFinding(long DeclaredFen, long FoundFen, long InspectedFen)
{
    /// <summary>5 %: from a shortfall above it the buyer bears the costs. A default of the market.</summary>
    public const int CostsAboveBp = 500;

    public long ShortfallFen => Math.Max(0, FoundFen - DeclaredFen);

    /// <summary>Otherwise the seller, who asked.</summary>
    public bool BuyerBearsCosts => (Int128)ShortfallFen * 10_000 > (Int128)InspectedFen * CostsAboveBp;
}

/// <summary>查账: an inspection of the books (民法典 846).</summary>
/// <param name="Day">Null until it is scheduled.</param>
/// <param name="Found">Null until it is reported.</param>
/// <param name="Settled">Null until it is settled.</param>
public sealed record Inspection(int First, int Last, DateTimeOffset AskedAt, DateOnly? Day = null, ImmutableArray<long>? Found = null, RoyaltyFinding? Settled = null, bool Withdrawn = false)
{
    public InspectionState State =>
        Withdrawn ? InspectionState.Withdrawn :
        Settled is not null ? InspectionState.Settled
        : Found is not null ? InspectionState.Reported
        : Day is not null ? InspectionState.Scheduled
        : InspectionState.Asked;

    public bool Covers(int period) => period >= First && period <= Last;
}

/// <summary>
/// What was declared, found and charged under one set of terms. What all periods come to is worked out anew after each
/// event; more than before is charged, less is a credit that later charges use up and that is not paid back.
/// </summary>
public sealed record RoyaltyAccount(RoyaltyTerms Terms, ImmutableArray<RoyaltyPeriod> Periods)
{
    /// <summary>By the number of the period: what was found, else what was declared last.</summary>
    public ImmutableSortedDictionary<int, long> Bases { get; private init; } = ImmutableSortedDictionary<int, long>.Empty;

    /// <summary>The periods whose books were inspected.</summary>
    public ImmutableSortedSet<int> Inspected { get; private init; } = [];

    public ImmutableArray<RoyaltyCharge> Charges { get; private init; } = [];

    /// <summary>The last one.</summary>
    public Inspection? Inspection { get; private init; }

    /// <summary>The last one, while it is under way.</summary>
    public Inspection? OpenInspection => Inspection is { State: not (InspectionState.Settled or InspectionState.Withdrawn) } open ? open : null;

    /// <summary>What each period comes to.</summary>
    public ImmutableArray<long> Dues => Terms.Dues(Periods, Bases);

    public long TotalFen => Dues.Sum();

    public long ChargedFen => Charges.Sum(c => c.AmountFen);

    /// <summary>Charged, and no longer owed since a correction.</summary>
    public long CreditFen => ChargedFen - TotalFen;

    /// <summary>Of the last inspection, once it is reported; it moves with other declarations until it is settled.</summary>
    public RoyaltyFinding? Finding => Inspection is { Settled: null, Withdrawn: false, Found: { } found } open ? Find(open, found) : Inspection?.Settled;

    /// <summary>The account of terms that <see cref="RoyaltyTerms.Check"/> found nothing in.</summary>
    public static RoyaltyAccount Of(RoyaltyTerms terms) => new(terms, terms.Periods());

    /// <summary>The period of this number; null where there is none.</summary>
    public RoyaltyPeriod? Period(int number) => number >= 1 && number <= Periods.Length ? Periods[number - 1] : null;

    /// <summary>The last day for the declaration of a period.</summary>
    public DateOnly DeclarationDue(RoyaltyPeriod period) => Days.After(period.Until, Terms.DeclareDays);

    /// <summary>Takes what <see cref="Royalties"/> answered.</summary>
    public RoyaltyAccount Fold(RoyaltyEvent happened) => happened switch
    {
        RoyaltyDeclared e => (this with { Bases = Bases.SetItem(e.Period, e.Base) }).Charge(e.Period, e.At),
        InspectionAsked e => this with { Inspection = new Inspection(e.First, e.Last, e.At) },
        InspectionScheduled e => this with { Inspection = Inspection! with { Day = e.Day } },
        InspectionReported e => this with { Inspection = Inspection! with { Found = e.Found } },
        InspectionWithdrawn => this with { Inspection = Inspection! with { Withdrawn = true } },
        InspectionSettled e => Settle(Inspection!).Charge(null, e.At),
        var unknown => throw new InvalidOperationException($"An event that nobody folds: {unknown.GetType().Name}"),
    };

    /// <summary>The bases with these in place of the inspected ones.</summary>
    public ImmutableSortedDictionary<int, long> With(Inspection inspection, ImmutableArray<long> found) =>
        Bases.SetItems(found.Select((of, i) => KeyValuePair.Create(inspection.First + i, of)));

    private RoyaltyAccount Settle(Inspection open) => this with
    {
        Bases = With(open, open.Found!.Value),
        Inspected = Inspected.Union(Enumerable.Range(open.First, open.Last - open.First + 1)),
        Inspection = open with { Settled = Finding },
    };

    private RoyaltyFinding Find(Inspection open, ImmutableArray<long> found)
    {
        var dues = Terms.Dues(Periods, With(open, found));
        return new RoyaltyFinding(TotalFen, dues.Sum(), Periods.Where(p => open.Covers(p.Number)).Sum(p => dues[p.Number - 1]));
    }

    private RoyaltyAccount Charge(int? period, DateTimeOffset at) =>
        CreditFen >= 0 ? this : this with { Charges = Charges.Add(new RoyaltyCharge(period, -CreditFen, Days.After(Days.Of(at), Terms.PayDays), at)) };
}
