using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Plans;

/// <summary>A part of a price that is not known yet.</summary>
/// <param name="ShareBp">Of the price, in hundredths of a percent.</param>
/// <param name="Due">From the day on which both have signed the contract to the last day of this part.</param>
public sealed record AnnouncedPart(int ShareBp, Period Due, PartRelease Release, string? Milestone = null);

/// <summary>付款方式 as a seller announces it with a lot: shares for amounts and periods for days. <see cref="Of"/> makes a <see cref="PaymentPlan"/> of it.</summary>
public sealed record AnnouncedPlan(PlanKind Kind)
{
    public const int WholeBp = 10_000;

    public ImmutableArray<AnnouncedPart> Parts { get; init; } = [];

    public AnnouncedRoyalty? Royalty { get; init; }

    /// <summary>The whole price within five working days, and released when the patent is transferred or, of a licence, accepted.</summary>
    public static AnnouncedPlan Default(bool transfersPatent) => new(PlanKind.AtOnce)
    {
        Parts = [new AnnouncedPart(WholeBp, new Period(PaymentPlans.FirstWorkingDays, PeriodUnit.WorkingDays), transfersPatent ? PartRelease.Registration : PartRelease.Acceptance)],
    };

    /// <summary>The plan of one sale. Its parts sum to the price to the fen.</summary>
    /// <param name="signed">When both have signed the contract.</param>
    public PaymentPlan Of(long priceFen, DateOnly signed)
    {
        var (parts, before, bp) = (ImmutableArray.CreateBuilder<PlannedPart>(), 0L, 0);
        foreach (var part in Parts)
        {
            bp += part.ShareBp;
            // What is due by then is rounded up, so that the first payment is not a fen short of its share; the last part takes the rest.
            var until = parts.Count == Parts.Length - 1 ? priceFen : (long)(((Int128)priceFen * bp + WholeBp - 1) / WholeBp);
            parts.Add(new PlannedPart(parts.Count + 1, until - before, part.Due.From(signed), part.Release, part.Milestone));
            before = until;
        }

        return new PaymentPlan(Kind) { Parts = parts.ToImmutable(), Royalty = Royalty?.From(signed) };
    }

    /// <summary>
    /// Everything that keeps it from being announced: first what shares and periods alone show, whatever price and day of signing
    /// come, then what <see cref="PaymentPlans.Check"/> says of the plan at the least price.
    /// </summary>
    /// <param name="signed">Any day: what is found sound here is sound for every other.</param>
    public ImmutableArray<Fault> Check(long leastPriceFen, DateOnly signed, bool transfersPatent)
    {
        if (!Enum.IsDefined(Kind)) return [new Fault("kind", Refusal.UnknownWord)];
        if (Kind == PlanKind.RoyaltyOnly) return [new Fault("kind", Refusal.PlanWithoutPrice)];
        var faults = ImmutableArray.CreateBuilder<Fault>();
        if (Parts.Sum(p => (long)p.ShareBp) != WholeBp) faults.Add(new Fault("parts", Refusal.PartSharesNotWhole));
        for (var i = 0; i < Parts.Length; i++)
        {
            var part = Parts[i];
            if (part.ShareBp is < 1 or > WholeBp) faults.Add(new Fault($"parts[{i}].share", Refusal.PartSharesNotWhole));
            // Rounding could leave such a part without a fen.
            else if ((Int128)leastPriceFen * part.ShareBp < WholeBp) faults.Add(new Fault($"parts[{i}].share", Refusal.AmountOutOfRange));
            if (!IsPeriod(part.Due)) faults.Add(new Fault($"parts[{i}].due", Refusal.PartDueInvalid));
            else if (i == 0 && (part.Due.Unit == PeriodUnit.Months || part.Due.Count > PaymentPlans.FirstWorkingDays)) faults.Add(new Fault("parts[0].due", Refusal.FirstPartTooLate));
            else if (i > 0 && IsPeriod(Parts[i - 1].Due) && !NeverBefore(part.Due, Parts[i - 1].Due)) faults.Add(new Fault($"parts[{i}].due", Refusal.PartsOutOfOrder));
        }

        if (Parts.Length > 1 && Parts.Where(p => p.Due == Parts[0].Due).Sum(p => (long)p.ShareBp) < PaymentPlans.LeastFirstBp) faults.Add(new Fault("parts[0].share", Refusal.FirstPartTooSmall));
        if (Royalty is { Months: < 1 or > AnnouncedRoyalty.MostMonths }) faults.Add(new Fault("royalty.months", Refusal.RoyaltyTimeInvalid));
        if (faults.Count > 0) return faults.ToImmutable();
        return
        [
            .. PaymentPlans.Check(Of(leastPriceFen, signed), leastPriceFen, signed, transfersPatent).Select(f => f with
            {
                Field = f.Field.EndsWith(".amount", StringComparison.Ordinal) ? f.Field.Replace(".amount", ".share", StringComparison.Ordinal) : f.Field is "royalty.from" or "royalty.until" ? "royalty.months" : f.Field,
            }),
        ];
    }

    /// <summary>Compared by what it says; an array would compare by where it lies.</summary>
    public bool Equals(AnnouncedPlan? other) => other is not null && (Kind, Royalty) == (other.Kind, other.Royalty) && Parts.SequenceEqual(other.Parts);

    public override int GetHashCode() => HashCode.Combine(Kind, Royalty, Parts.Length);

    private static bool IsPeriod(Period due) => due.Unit switch
    {
        PeriodUnit.WorkingDays => due.Count is >= 1 and <= PaymentPlans.FirstWorkingDays,
        PeriodUnit.Days => due.Count is >= 1 and <= 365,
        PeriodUnit.Months => due.Count is >= 1 and <= PaymentPlans.MostMonths,
        _ => false,
    };

    /// <summary>Whatever the day of signing is.</summary>
    private static bool NeverBefore(Period later, Period earlier) => later.Unit == earlier.Unit ? later.Count >= earlier.Count : LeastDays(later) >= MostDays(earlier);

    // The longest holidays are nine days, and weeks lie between two of them; n months have from 30n − 2 to 31n days.
    private static int MostDays(Period due) => due.Unit switch { PeriodUnit.WorkingDays => 2 * due.Count + 11, PeriodUnit.Days => due.Count, PeriodUnit.Months => 31 * due.Count };

    private static int LeastDays(Period due) => due.Unit switch { PeriodUnit.WorkingDays or PeriodUnit.Days => due.Count, PeriodUnit.Months => 30 * due.Count - 2 };
}
