using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;

namespace Marketplace.Domain.Matching;

/// <summary>What a pair is compared by. Stored by name.</summary>
public enum ScorePart { Text, Targets, Field, Trl, Way, Budget, Region, Freshness }

/// <summary>How the two sides agree in one part. Stored by name.</summary>
public enum Fit
{
    /// <summary>One side, or both, says nothing that may be used: the part neither helps nor hurts.</summary>
    Unknown,
    Miss,
    Near,
    Hit,
}

/// <summary>A must-target with the words of its metric.</summary>
public sealed record TargetWords(string Metric, IReadOnlyCollection<string> Words);

/// <summary>What one reader's side may use of a demand: public facts, and the budget where its owner may be among the readers.</summary>
/// <param name="Words">The terms of the public text by their weight, in thousandths; where feedback has been given, as it left them.</param>
/// <param name="TextWeight">Of all words as they were without feedback: what is learned moves single works, never the measure.</param>
/// <param name="BudgetFen">The upper end; null when there is none or it may not be used.</param>
/// <param name="Region">Never finer than the demand's page shows to everybody.</param>
public sealed record DemandFacts(
    IReadOnlyDictionary<string, int> Words, long TextWeight, ImmutableArray<TargetWords> Targets, TechField? Field, ImmutableArray<Highland> Highlands, int? Trl,
    ImmutableArray<WayOfCooperation> Ways, long? BudgetFen, string? Region, DateOnly PublishedOn);

/// <summary>What is used of an achievement.</summary>
/// <inheritdoc cref="DemandFacts"/>
public sealed record AchievementFacts(
    IReadOnlyDictionary<string, int> Words, TechField? Field, ImmutableArray<Highland> Highlands, int? Trl, ImmutableArray<WayOfTrade> Ways, long? PriceFen, string? Region, DateOnly PublishedOn);

/// <summary>One part of a score with what both sides say; facts are stored names, digits or codes, which pages write in the reader's language.</summary>
/// <param name="Weight">Its share of the whole, in hundredths.</param>
/// <param name="Value">0 to 10,000; without meaning while <paramref name="Fit"/> is unknown.</param>
/// <param name="Demand">Null when the demand does not say.</param>
/// <param name="Missing">What was looked for and is not there.</param>
public sealed record PartScore(ScorePart Part, int Weight, int Value, Fit Fit, string? Demand, string? Achievement, ImmutableArray<string> Missing);

/// <summary>How well a demand and an achievement fit, and why.</summary>
/// <param name="Value">0 to 10,000.</param>
public sealed record PairScore(int Value, ImmutableArray<PartScore> Parts)
{
    public PartScore this[ScorePart part] => Parts.First(p => p.Part == part);

    public int Hits => Parts.Count(p => p.Fit == Fit.Hit);

    /// <summary>The parts that both sides speak of.</summary>
    public int Known => Parts.Count(p => p.Fit != Fit.Unknown);
}

/// <summary>
/// 推荐: scores a pair from facts. The same pair gets the same score from whichever side one looks, nothing paid is among
/// the facts, and what is not stated is left out of the sum instead of counting against anybody.
/// </summary>
public static class Scoring
{
    /// <summary>Counts up whenever the same facts give another score: everything stored is then made anew.</summary>
    public const int Edition = 1;

    public const int Whole = 10_000;

    /// <summary>From this part of the words on, the two speak of the same thing.</summary>
    public const int SameThing = 3_500;

    /// <summary>Below this part of the words a pair is no recommendation, whatever else fits.</summary>
    public const int LeastText = 2_500;

    /// <summary>A text of fewer words is compared as if it had so much: two words in common are not yet one subject.</summary>
    private const int LeastWeight = 20_000;

    private const int FreshDays = 730;

    /// <summary>A market's texts are counted with so many others beside them: what all of a handful have is no common word yet.</summary>
    private const int OtherTexts = 300;

    /// <summary>The weights, which every page names; together a hundred.</summary>
    public static readonly ImmutableArray<(ScorePart Part, int Weight)> Weights =
    [
        (ScorePart.Text, 48), (ScorePart.Targets, 10), (ScorePart.Field, 14), (ScorePart.Trl, 8), (ScorePart.Way, 6), (ScorePart.Budget, 6), (ScorePart.Region, 4), (ScorePart.Freshness, 4),
    ];

    public static PairScore Of(DemandFacts demand, AchievementFacts achievement, DateOnly today)
    {
        var parts = Weights.Select(w => Part(w.Part, w.Weight, demand, achievement, today)).ToImmutableArray();
        return new PairScore(Total(parts), parts);
    }

    /// <summary>The weighted mean of what is known.</summary>
    public static int Total(IReadOnlyCollection<PartScore> parts)
    {
        var known = parts.Where(p => p.Fit != Fit.Unknown).ToList();
        var weight = known.Sum(p => p.Weight);
        return weight == 0 ? 0 : (int)(known.Sum(p => (long)p.Weight * p.Value) / weight);
    }

    /// <summary>How much it says that a term stands in a text: the rarer, the more. In thousandths.</summary>
    /// <param name="texts">How many texts were counted.</param>
    /// <param name="with">In how many of them the term stands.</param>
    public static int Rarity(int texts, int with) => (int)Math.Round(1000 * Math.Pow(Math.Log(1 + (Math.Max(texts, with) + OtherTexts - with + 0.5) / (with + 0.5)), 1.3));

    /// <summary>The part of the words that both have, of what the shorter text has; the same from both sides.</summary>
    public static int Overlap(IReadOnlyDictionary<string, int> one, IReadOnlyDictionary<string, int> other) => Overlap(one, Sum(one), other, Sum(other));

    /// <summary>What all words of a text weigh.</summary>
    public static long Sum(IReadOnlyDictionary<string, int> words) => words.Values.Sum(w => (long)w);

    private static int Overlap(IReadOnlyDictionary<string, int> one, long oneWeight, IReadOnlyDictionary<string, int> other, long otherWeight)
    {
        var (few, many) = one.Count <= other.Count ? (one, other) : (other, one);
        // Doubled, because the mean of two weights may be half a thousandth.
        var shared = few.Sum(w => many.TryGetValue(w.Key, out var weight) ? (long)w.Value + weight : 0);
        var whole = 2 * Math.Max(LeastWeight, Math.Min(oneWeight, otherWeight));
        // The root: a fifth of a long text in common is much already.
        return (int)Math.Min(Whole, Math.Sqrt((double)shared / whole) * Whole);
    }

    private static PartScore Part(ScorePart part, int weight, DemandFacts demand, AchievementFacts achievement, DateOnly today) => part switch
    {
        ScorePart.Text => Text(weight, demand, achievement),
        ScorePart.Targets => Targets(weight, demand, achievement),
        ScorePart.Field => Field(weight, demand, achievement),
        ScorePart.Trl => Trl(weight, demand.Trl, achievement.Trl),
        ScorePart.Way => Way(weight, demand.Ways, achievement.Ways),
        ScorePart.Budget => Budget(weight, demand.BudgetFen, achievement.PriceFen),
        ScorePart.Region => Region(weight, demand.Region, achievement.Region),
        ScorePart.Freshness => Freshness(weight, demand.PublishedOn, achievement.PublishedOn, today),
    };

    private static PartScore Text(int weight, DemandFacts demand, AchievementFacts achievement)
    {
        var value = Overlap(demand.Words, demand.TextWeight, achievement.Words, Sum(achievement.Words));
        return new PartScore(ScorePart.Text, weight, value, value >= SameThing ? Fit.Hit : value >= LeastText ? Fit.Near : Fit.Miss, null, null, []);
    }

    /// <summary>A must-target is spoken of when more than half of its metric's words stand in the achievement's text.</summary>
    private static PartScore Targets(int weight, DemandFacts demand, AchievementFacts achievement)
    {
        var asked = demand.Targets.Where(t => t.Words.Count > 0).ToList();
        if (asked.Count == 0) return Unknown(ScorePart.Targets, weight, null, null);
        var missing = asked.Where(t => 2 * t.Words.Count(achievement.Words.ContainsKey) < t.Words.Count).Select(t => t.Metric).ToImmutableArray();
        var met = asked.Count - missing.Length;
        return new PartScore(ScorePart.Targets, weight, Whole * met / asked.Count, met == asked.Count ? Fit.Hit : met > 0 ? Fit.Near : Fit.Miss, Number(asked.Count), Number(met), missing);
    }

    /// <summary>A 高地 in common is near where the fields are two.</summary>
    private static PartScore Field(int weight, DemandFacts demand, AchievementFacts achievement)
    {
        var (wanted, there) = (demand.Field?.ToString(), achievement.Field?.ToString());
        var shared = demand.Highlands.Intersect(achievement.Highlands).Any();
        if (demand.Field is null || achievement.Field is null) return shared ? new PartScore(ScorePart.Field, weight, Whole / 2, Fit.Near, wanted, there, []) : Unknown(ScorePart.Field, weight, wanted, there);
        return demand.Field == achievement.Field ? new PartScore(ScorePart.Field, weight, Whole, Fit.Hit, wanted, there, [])
            : new PartScore(ScorePart.Field, weight, shared ? Whole / 2 : 0, shared ? Fit.Near : Fit.Miss, wanted, there, []);
    }

    private static PartScore Trl(int weight, int? wanted, int? there)
    {
        if (wanted is not { } least || there is not { } has) return Unknown(ScorePart.Trl, weight, wanted is { } w ? Number(w) : null, there is { } t ? Number(t) : null);
        var lacks = Math.Max(0, least - has);
        return new PartScore(ScorePart.Trl, weight, Math.Max(0, Whole - lacks * 4_000), lacks == 0 ? Fit.Hit : lacks == 1 ? Fit.Near : Fit.Miss, Number(least), Number(has), []);
    }

    private static PartScore Way(int weight, ImmutableArray<WayOfCooperation> wanted, ImmutableArray<WayOfTrade> offered)
    {
        var (demand, achievement) = (Names(wanted), Names(offered));
        var possible = wanted.SelectMany(w => Answering(w)).ToHashSet();
        if (possible.Count == 0 || offered.IsEmpty) return Unknown(ScorePart.Way, weight, demand, achievement);
        var fits = offered.Any(possible.Contains);
        return new PartScore(ScorePart.Way, weight, fits ? Whole : 0, fits ? Fit.Hit : Fit.Miss, demand, achievement, []);
    }

    /// <summary>The ways in which a right can be had that answer a wish. Advice and service are not traded as rights: nothing is known of them.</summary>
    public static ImmutableArray<WayOfTrade> Answering(WayOfCooperation wish) => wish switch
    {
        WayOfCooperation.Commission or WayOfCooperation.CoDevelopment => [WayOfTrade.CoDevelopment],
        WayOfCooperation.Assignment => [WayOfTrade.Assignment, WayOfTrade.UseFirst],
        WayOfCooperation.Licence => [WayOfTrade.ExclusiveLicence, WayOfTrade.SoleLicence, WayOfTrade.OrdinaryLicence, WayOfTrade.OpenLicence, WayOfTrade.UseFirst],
        WayOfCooperation.EquityContribution => [WayOfTrade.EquityContribution],
        WayOfCooperation.Consulting or WayOfCooperation.Service => [],
    };

    /// <summary>Within the budget is whole; from there it falls, at twice the budget nothing is left.</summary>
    private static PartScore Budget(int weight, long? budget, long? price)
    {
        if (budget is not > 0 || price is not { } asked) return Unknown(ScorePart.Budget, weight, budget is { } b ? Number(b) : null, price is { } p ? Number(p) : null);
        var over = Math.Max(0, asked - budget.Value);
        var value = over >= budget.Value ? 0 : (int)(Whole - (Int128)Whole * over / budget.Value);
        return new PartScore(ScorePart.Budget, weight, value, over == 0 ? Fit.Hit : over * 4 <= budget.Value ? Fit.Near : Fit.Miss, Number(budget.Value), Number(asked), []);
    }

    private static PartScore Region(int weight, string? wanted, string? there)
    {
        if (wanted is not { Length: 6 } || there is not { Length: 6 }) return Unknown(ScorePart.Region, weight, wanted, there);
        var same = wanted[..4] == there[..4] ? 4 : wanted[..2] == there[..2] ? 2 : 0;
        return new PartScore(ScorePart.Region, weight, same switch { 4 => Whole, 2 => Whole / 2, _ => 0 }, same switch { 4 => Fit.Hit, 2 => Fit.Near, _ => Fit.Miss }, wanted, there, []);
    }

    private static PartScore Freshness(int weight, DateOnly demand, DateOnly achievement, DateOnly today)
    {
        var value = (Fresh(demand, today) + Fresh(achievement, today)) / 2;
        return new PartScore(ScorePart.Freshness, weight, value, value >= Whole / 2 ? Fit.Hit : value > 0 ? Fit.Near : Fit.Miss, Day(demand), Day(achievement), []);
    }

    private static int Fresh(DateOnly published, DateOnly today) => Whole - Whole * Math.Clamp(today.DayNumber - published.DayNumber, 0, FreshDays) / FreshDays;

    private static PartScore Unknown(ScorePart part, int weight, string? demand, string? achievement) => new(part, weight, 0, Fit.Unknown, demand, achievement, []);

    private static string? Names<T>(ImmutableArray<T> values)
        where T : struct, Enum => values.IsEmpty ? null : string.Join('|', values);

    private static string Number(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
