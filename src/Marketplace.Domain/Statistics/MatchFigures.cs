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
/// <param name="Matched">Null where the group is too small to say it (<see cref="MatchFigures.LeastNamed"/>).</param>
public sealed record MatchCounts(int Published, int Answered, int? Matched, int? Signed)
{
    public int? AnsweredBasisPoints => Rate(Answered);

    /// <summary>撮合率: of the published demands those that were matched.</summary>
    public int? MatchedBasisPoints => Rate(Matched);

    public int? SignedBasisPoints => Rate(Signed);

    /// <summary>The group is too small for its rates.</summary>
    public bool IsFew => Published < MatchFigures.LeastRated;

    /// <summary>Rounded half up; null where the group is small or the part is not said.</summary>
    private int? Rate(int? part) => part is { } known && !IsFew ? (int)((known * 20_000L + Published) / (2L * Published)) : null;
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

    /// <summary>Of fewer demands it is not said how many were matched or signed: which demands a group has is public, and of one or two the figure would be a statement about each.</summary>
    public const int LeastNamed = 3;

    /// <summary>Of fewer demands there is no rate, as for every figure of the market.</summary>
    public const int LeastRated = 10;

    /// <summary>What stands for demands that name no field.</summary>
    public const string NoField = "";

    public static MatchCounts Of(IReadOnlyCollection<CountedDemand> demands)
    {
        var named = demands.Count >= LeastNamed;
        return new MatchCounts(demands.Count, demands.Count(d => d.Answered), named ? demands.Count(d => d.Matched) : null, named ? demands.Count(d => d.Signed) : null);
    }

    /// <summary>Every month of the year until now, those without a demand among them.</summary>
    public static ImmutableArray<MatchGroup> ByMonth(IReadOnlyCollection<CountedDemand> demands, int year, DateTimeOffset now)
    {
        var months = demands.ToLookup(d => d.Month);
        var last = Year(now) == year ? now.ToOffset(Instant.Beijing).Month : 12;
        return [.. Enumerable.Range(1, last).Select(m => $"{year:D4}-{m:D2}").Select(key => new MatchGroup(key, Of([.. months[key]])))];
    }

    /// <summary>The fields that have a demand, the most first.</summary>
    public static ImmutableArray<MatchGroup> ByField(IReadOnlyCollection<CountedDemand> demands) =>
        [.. demands.GroupBy(d => d.Field ?? NoField).Select(g => new MatchGroup(g.Key, Of([.. g]))).OrderByDescending(g => g.Counts.Published).ThenBy(g => g.Key, StringComparer.Ordinal)];

    /// <summary>The year in Beijing.</summary>
    public static int Year(DateTimeOffset at) => at.ToOffset(Instant.Beijing).Year;

    public static string MonthOf(DateTimeOffset at) => at.ToOffset(Instant.Beijing).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>From the first moment of the year in Beijing to the first that is too late.</summary>
    public static (DateTimeOffset From, DateTimeOffset Until) Span(int year) => (First(year), First(year + 1));

    private static DateTimeOffset First(int year) => new DateTimeOffset(year, 1, 1, 0, 0, 0, Instant.Beijing).ToUniversalTime();
}
