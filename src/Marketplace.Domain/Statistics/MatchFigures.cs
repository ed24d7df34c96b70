using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Statistics;

/// <summary>A published demand as the match rate counts it: what the records say of it now.</summary>
/// <param name="Answered">At least one response stands.</param>
/// <param name="Matched">Both sides confirmed an introduction, or a response was chosen.</param>
/// <param name="Signed">An introduction of it led to a deal whose contract both have signed.</param>
public sealed record CountedDemand(Guid Id, DateTimeOffset PublishedAt, string? Field, bool Answered, bool Matched, bool Signed)
{
    /// <summary>The month in Beijing, <c>2026-11</c>.</summary>
    public string Month => MatchFigures.MonthOf(PublishedAt);
}

/// <summary>What became of the demands of a group.</summary>
/// <param name="Matched">Null where it is not said: the group is small (<see cref="MatchFigures.Least"/>), or would give a small one away.</param>
/// <param name="Signed">Null as <paramref name="Matched"/>.</param>
public sealed record MatchCounts(int Published, int Answered, int? Matched, int? Signed)
{
    public int? AnsweredBasisPoints => Rate(Answered);

    /// <summary>撮合率: of the published demands those that were matched.</summary>
    public int? MatchedBasisPoints => Rate(Matched);

    public int? SignedBasisPoints => Rate(Signed);

    /// <summary>Rounded half up; null where the group is small or the part is not said.</summary>
    private int? Rate(int? part) => part is { } known && Published >= MatchFigures.Least ? (int)((known * 20_000L + Published) / (2L * Published)) : null;
}

public sealed record MatchGroup(string Key, MatchCounts Counts);

/// <summary>
/// 撮合率 per month and per field: what became of the demands that were published in it. A cohort, so no figure is more than
/// the whole, and no figure of a closed month changes by what is published later.
/// </summary>
public static class MatchFigures
{
    /// <summary>Named in every file; another way of counting gets another name.</summary>
    public const string Method = "match-rate.1";

    /// <summary>
    /// Of fewer demands there is no rate, and it is not said how many were matched or signed (domain §8a.11): which demands a group has is public, and
    /// the figure would be a statement about each.
    /// </summary>
    public const int Least = 10;

    /// <summary>What stands for demands that name no field.</summary>
    public const string NoField = "";

    public static MatchCounts Of(IReadOnlyCollection<CountedDemand> demands) => Of(demands, demands.Count >= Least);

    /// <summary>Every month of the year until now, those without a demand among them.</summary>
    public static ImmutableArray<MatchGroup> ByMonth(IReadOnlyCollection<CountedDemand> demands, int year, DateTimeOffset now)
    {
        var months = demands.ToLookup(d => d.Month);
        var last = Year(now) == year ? now.ToOffset(Instant.Beijing).Month : 12;
        return Said(Enumerable.Range(1, last).Select(m => $"{year:D4}-{m:D2}").Select(key => (key, (IReadOnlyCollection<CountedDemand>)[.. months[key]])));
    }

    /// <summary>The fields that have a demand, the most first.</summary>
    public static ImmutableArray<MatchGroup> ByField(IReadOnlyCollection<CountedDemand> demands) =>
        [.. Said(demands.GroupBy(d => d.Field ?? NoField).Select(g => (g.Key, (IReadOnlyCollection<CountedDemand>)[.. g]))).OrderByDescending(g => g.Counts.Published).ThenBy(g => g.Key, StringComparer.Ordinal)];

    /// <summary>
    /// The groups of one table. The whole is said beside them, so what the small ones have together follows by subtraction: as long as that is fewer than
    /// <see cref="Least"/>, the next larger group keeps silent with them.
    /// </summary>
    private static ImmutableArray<MatchGroup> Said(IEnumerable<(string Key, IReadOnlyCollection<CountedDemand> Demands)> groups)
    {
        var all = groups.ToList();
        var (silent, together) = (new HashSet<string>(), 0);
        foreach (var (key, demands) in all.Where(g => g.Demands.Count > 0).OrderBy(g => g.Demands.Count).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            if (demands.Count >= Least && (silent.Count == 0 || together >= Least)) break;
            silent.Add(key);
            together += demands.Count;
        }

        return [.. all.Select(g => new MatchGroup(g.Key, Of(g.Demands, g.Demands.Count > 0 && !silent.Contains(g.Key))))];
    }

    private static MatchCounts Of(IReadOnlyCollection<CountedDemand> demands, bool said) =>
        new(demands.Count, demands.Count(d => d.Answered), said ? demands.Count(d => d.Matched) : null, said ? demands.Count(d => d.Signed) : null);

    /// <summary>The year in Beijing.</summary>
    public static int Year(DateTimeOffset at) => at.ToOffset(Instant.Beijing).Year;

    public static string MonthOf(DateTimeOffset at) => at.ToOffset(Instant.Beijing).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>From the first moment of the year in Beijing to the first that is too late.</summary>
    public static (DateTimeOffset From, DateTimeOffset Until) Span(int year) => (First(year), First(year + 1));

    private static DateTimeOffset First(int year) => new DateTimeOffset(year, 1, 1, 0, 0, 0, Instant.Beijing).ToUniversalTime();
}
