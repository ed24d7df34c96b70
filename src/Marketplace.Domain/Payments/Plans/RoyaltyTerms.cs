using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Plans;

/// <summary>What a royalty is measured on. Stored by name.</summary>
public enum RoyaltyBase
{
    /// <summary>净销售额: sales less returns, discounts, freight and tax, in fen.</summary>
    NetSales,

    /// <summary>销售额, in fen.</summary>
    GrossSales,

    /// <summary>产量: pieces sold.</summary>
    Units,
}

/// <summary>For how long one declaration is; the value is its months. Periods follow the calendar. Stored by name.</summary>
public enum RoyaltyCycle { Quarter = 3, HalfYear = 6, Year = 12 }

/// <summary>A band of the base, summed from the first day of the terms.</summary>
/// <param name="UpTo">Where the band ends, in fen or pieces; null for the last one.</param>
/// <param name="Rate">Basis points of sales, or fen a piece.</param>
public sealed record RoyaltyBand(long? UpTo, long Rate);

/// <summary>A period of the terms, from 1; the first and the last may be shorter than the calendar's.</summary>
/// <param name="Until">The last day.</param>
/// <param name="CalendarDays">How many days the whole period of the calendar has.</param>
public sealed record RoyaltyPeriod(int Number, DateOnly From, DateOnly Until, int CalendarDays)
{
    public int Length => Until.DayNumber - From.DayNumber + 1;
}

/// <summary>
/// 提成约定 (民法典 846). One band is a fixed rate; several are a rising or falling one, each only for the part of the summed base
/// that lies in it. Days, minimum and inspection start from what licences usually say: defaults of the market, no law.
/// </summary>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day, to 24:00 in Beijing.</param>
public sealed record RoyaltyTerms(RoyaltyBase Base, DateOnly From, DateOnly Until, RoyaltyCycle Cycle = RoyaltyCycle.Quarter)
{
    public const int MostBands = 5;

    /// <summary>A patent lives no longer (专利法 42).</summary>
    public const int MostYears = 20;

    public const int MostDays = 90;

    /// <summary>The working days of later years are not known (<see cref="Days"/>).</summary>
    public const int LastYear = 2090;

    /// <summary>100 %.</summary>
    private const int WholeBp = 10_000;

    public ImmutableArray<RoyaltyBand> Bands { get; init; } = [];

    /// <summary>保底: the least that a whole period comes to; a short one in proportion to its days.</summary>
    public long? MinimumFen { get; init; }

    /// <summary>封顶: the most that all royalties come to, without the entry fee. It goes before the minimum.</summary>
    public long? CapFen { get; init; }

    /// <summary>From the end of a period to its declaration.</summary>
    public int DeclareDays { get; init; } = 30;

    /// <summary>From a declaration to its payment. Late payment bears no interest here.</summary>
    public int PayDays { get; init; } = 15;

    /// <summary>From the seller's notice to the inspection of the books.</summary>
    public int NoticeDays { get; init; } = 15;

    /// <summary>Compared by what it says; an array would compare by where it lies.</summary>
    public bool Equals(RoyaltyTerms? other) => other is not null && Bands.SequenceEqual(other.Bands)
        && (Base, From, Until, Cycle, MinimumFen, CapFen, DeclareDays) == (other.Base, other.From, other.Until, other.Cycle, other.MinimumFen, other.CapFen, other.DeclareDays)
        && (PayDays, NoticeDays) == (other.PayDays, other.NoticeDays);

    public override int GetHashCode() => HashCode.Combine(Base, From, Until, Cycle, MinimumFen, CapFen);

    /// <summary>Everything that keeps these terms from being agreed, in this order: base and cycle; bands; first and last day; minimum; cap; days.</summary>
    public ImmutableArray<Fault> Check()
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        if (!Enum.IsDefined(Base)) faults.Add(new Fault("base", Refusal.UnknownWord));
        if (!Enum.IsDefined(Cycle)) faults.Add(new Fault("cycle", Refusal.UnknownWord));
        if (!AreBands()) faults.Add(new Fault("bands", Refusal.RoyaltyRatesInvalid));
        if (From.Year is < 2000 or > LastYear) faults.Add(new Fault("from", Refusal.DateImpossible));
        else if (Until.Year > LastYear) faults.Add(new Fault("until", Refusal.DateImpossible));
        else if (Until < From || Until >= From.AddYears(MostYears)) faults.Add(new Fault("until", Refusal.RoyaltyTimeInvalid));
        if (MinimumFen is { } minimum && !Fen.IsAmount(minimum)) faults.Add(new Fault("minimum", Refusal.AmountOutOfRange));
        if (CapFen is { } cap && !Fen.IsAmount(cap)) faults.Add(new Fault("cap", Refusal.AmountOutOfRange));
        else if (CapFen < MinimumFen) faults.Add(new Fault("cap", Refusal.CapBelowMinimum));
        faults.AddRange(
            from days in new[] { (Field: "declareDays", Count: DeclareDays), (Field: "payDays", Count: PayDays), (Field: "noticeDays", Count: NoticeDays) }
            where days.Count is < 1 or > MostDays
            select new Fault(days.Field, Refusal.DaysOutOfRange, MostDays.ToString(CultureInfo.InvariantCulture)));
        return faults.ToImmutable();
    }

    /// <summary>The periods of terms that <see cref="Check"/> found nothing in.</summary>
    public ImmutableArray<RoyaltyPeriod> Periods()
    {
        var (months, periods) = ((int)Cycle, ImmutableArray.CreateBuilder<RoyaltyPeriod>());
        for (var start = new DateOnly(From.Year, (From.Month - 1) / months * months + 1, 1); start <= Until; start = start.AddMonths(months))
        {
            var end = start.AddMonths(months).AddDays(-1);
            periods.Add(new RoyaltyPeriod(periods.Count + 1, start < From ? From : start, end > Until ? Until : end, end.DayNumber - start.DayNumber + 1));
        }

        return periods.ToImmutable();
    }

    /// <summary>The royalty on everything sold so far, without minimum and cap.</summary>
    public Int128 On(long sum)
    {
        // One rounding, down, over all bands and periods: neither a finer scale nor shorter periods change what is paid in all.
        var (from, weighed) = (0L, Int128.Zero);
        foreach (var band in Bands)
        {
            var end = Math.Min(sum, band.UpTo ?? sum);
            if (end > from) weighed += (Int128)(end - from) * band.Rate;
            from = Math.Max(from, end);
        }

        return Base == RoyaltyBase.Units ? weighed : weighed / WholeBp;
    }

    /// <summary>What is guaranteed for a period, rounded down to the fen.</summary>
    public long MinimumOf(RoyaltyPeriod period) => (long)((Int128)(MinimumFen ?? 0) * period.Length / period.CalendarDays);

    /// <summary>
    /// What each of the periods comes to: its own part of the royalty on the base summed over the declared periods, at least
    /// its minimum, at most what the cap leaves. A period without a base comes to nothing yet.
    /// </summary>
    /// <param name="bases">By the number of the period; never negative, and in all an amount of <see cref="Fen"/> or that many pieces.</param>
    public ImmutableArray<long> Dues(ImmutableArray<RoyaltyPeriod> periods, IReadOnlyDictionary<int, long> bases)
    {
        var dues = ImmutableArray.CreateBuilder<long>(periods.Length);
        // What the market cannot carry is never owed.
        var (sum, left) = (0L, CapFen ?? Fen.Most);
        foreach (var period in periods)
        {
            var due = 0L;
            if (bases.TryGetValue(period.Number, out var amount))
            {
                due = (long)Int128.Min(Int128.Max(On(sum + amount) - On(sum), MinimumOf(period)), left);
                sum += amount;
                left -= due;
            }

            dues.Add(due);
        }

        return dues.ToImmutable();
    }

    private bool AreBands()
    {
        var most = Base == RoyaltyBase.Units ? Fen.Most : WholeBp;
        if (Bands.Length is < 1 or > MostBands || Bands.Any(b => b.Rate < 0 || b.Rate > most) || Bands.All(b => b.Rate == 0)) return false;
        long from = 0;
        foreach (var band in Bands[..^1])
        {
            if (band.UpTo is not { } end || end <= from || !Fen.IsAmount(end)) return false;
            from = end;
        }

        return Bands[^1].UpTo is null;
    }
}
