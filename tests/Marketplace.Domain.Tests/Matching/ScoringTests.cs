using System.Collections.Immutable;
using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Matching;

namespace Marketplace.Domain.Tests.Matching;

/// <summary>The score of a pair: bounds, direction of each part, what is not stated, and an order that never changes by chance.</summary>
public sealed class ScoringTests
{
    private static readonly DateOnly Today = new(2026, 11, 29);

    private static readonly Gen<IReadOnlyDictionary<string, int>> GenWords =
        Gen.Dictionary(Gen.Int[0, 60].Select(n => $"w{n}"), Gen.Int[1, 9_000])[0, 40].Select(d => (IReadOnlyDictionary<string, int>)d);

    private static readonly Gen<ImmutableArray<Highland>> GenHighlands = Some<Highland>();

    private static readonly Gen<DemandFacts> GenDemand =
        from words in GenWords
        from targets in Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 4], Gen.Int[0, 60].Select(n => $"w{n}").Array[0, 3], (m, w) => new TargetWords(m, w)).Array[0, 4]
        from field in Maybe<TechField>()
        from highlands in GenHighlands
        from trl in Gen.Int[1, 9].Nullable()
        from ways in Some<WayOfCooperation>()
        from budget in Gen.Long[1, 1_000_000_000_000].Nullable()
        from region in GenRegion()
        from age in Gen.Int[-3, 2_000]
        select new DemandFacts(words, Scoring.Sum(words), [.. targets], field, highlands, trl, ways, budget, region, Today.AddDays(-age));

    private static readonly Gen<AchievementFacts> GenAchievement =
        from words in GenWords
        from field in Maybe<TechField>()
        from highlands in GenHighlands
        from trl in Gen.Int[1, 9].Nullable()
        from ways in Some<WayOfTrade>()
        from price in Gen.Long[0, 2_000_000_000_000].Nullable()
        from region in GenRegion()
        from age in Gen.Int[-3, 2_000]
        select new AchievementFacts(words, field, highlands, trl, ways, price, region, Today.AddDays(-age));

    [Fact]
    public void The_weights_are_a_whole_and_every_part_has_one()
    {
        Assert.Equal(100, Scoring.Weights.Sum(w => w.Weight));
        Assert.Equal(Enum.GetValues<ScorePart>(), Scoring.Weights.Select(w => w.Part));
    }

    [Fact]
    public void A_score_lies_between_its_worst_and_its_best_known_part() => Gen.Select(GenDemand, GenAchievement).Sample((demand, achievement) =>
    {
        var score = Scoring.Of(demand, achievement, Today);
        Assert.All(score.Parts, p => Assert.InRange(p.Value, 0, Scoring.Whole));
        var known = score.Parts.Where(p => p.Fit != Fit.Unknown).ToList();
        Assert.InRange(score.Value, known.Min(p => p.Value), known.Max(p => p.Value));
        Assert.All(score.Parts.Where(p => p.Fit == Fit.Hit), p => Assert.True(p.Value >= Scoring.SameThing, $"{p}"));
        Assert.InRange(score.Hits, 0, score.Known);
    });

    [Fact]
    public void What_is_not_stated_neither_helps_nor_hurts() => Gen.Select(GenDemand, GenAchievement).Sample((demand, achievement) =>
    {
        var all = Scoring.Of(demand, achievement, Today);
        foreach (var (part, silent) in new[]
        {
            (ScorePart.Trl, Scoring.Of(demand, achievement with { Trl = null }, Today)), (ScorePart.Budget, Scoring.Of(demand with { BudgetFen = null }, achievement, Today)),
            (ScorePart.Way, Scoring.Of(demand, achievement with { Ways = [] }, Today)), (ScorePart.Region, Scoring.Of(demand with { Region = null }, achievement, Today)),
            (ScorePart.Targets, Scoring.Of(demand with { Targets = [] }, achievement, Today)),
        })
        {
            Assert.Equal(Fit.Unknown, silent[part].Fit);
            Assert.Equal(Scoring.Total([.. all.Parts.Where(p => p.Part != part)]), silent.Value);
        }
    });

    [Fact]
    public void A_part_that_grows_never_makes_the_whole_less() => Gen.Select(GenDemand, GenAchievement, Gen.Int[0, 7], Gen.Int[0, Scoring.Whole]).Sample((demand, achievement, which, more) =>
    {
        var parts = Scoring.Of(demand, achievement, Today).Parts;
        if (parts[which].Fit == Fit.Unknown) return;
        var grown = parts.SetItem(which, parts[which] with { Value = Math.Min(Scoring.Whole, parts[which].Value + more) });
        Assert.True(Scoring.Total(grown) >= Scoring.Total(parts));
    });

    [Fact]
    public void Each_part_goes_in_its_own_direction() => Gen.Select(GenDemand, GenAchievement, Gen.Int[1, 8], Gen.Long[1, 1_000_000]).Sample((demand, achievement, trl, cheaper) =>
    {
        int Of(ScorePart part, DemandFacts d, AchievementFacts a) => Scoring.Of(d, a, Today)[part].Value;
        Assert.True(Of(ScorePart.Trl, demand, achievement with { Trl = trl + 1 }) >= Of(ScorePart.Trl, demand, achievement with { Trl = trl }));
        var price = achievement.PriceFen ?? 1;
        Assert.True(Of(ScorePart.Budget, demand, achievement with { PriceFen = Math.Max(0, price - cheaper) }) >= Of(ScorePart.Budget, demand, achievement with { PriceFen = price }));
        Assert.True(Of(ScorePart.Freshness, demand, achievement with { PublishedOn = achievement.PublishedOn.AddDays(30) }) >= Of(ScorePart.Freshness, demand, achievement));
        var more = achievement with { Words = achievement.Words.Concat(demand.Words).DistinctBy(w => w.Key).ToDictionary() };
        Assert.True(Of(ScorePart.Targets, demand, more) >= Of(ScorePart.Targets, demand, achievement));
        Assert.True(Of(ScorePart.Way, demand, achievement with { Ways = [.. Enum.GetValues<WayOfTrade>()] }) >= Of(ScorePart.Way, demand, achievement));
    });

    [Fact]
    public void Two_texts_have_the_same_in_common_from_both_sides_and_one_more_word_in_common_is_never_less() => Gen.Select(GenWords, GenWords, Gen.Int[1, 9_000]).Sample((one, other, weight) =>
    {
        var overlap = Scoring.Overlap(one, other);
        Assert.Equal(overlap, Scoring.Overlap(other, one));
        Assert.InRange(overlap, 0, Scoring.Whole);
        IReadOnlyDictionary<string, int> More(IReadOnlyDictionary<string, int> words) => new Dictionary<string, int>(words) { ["common"] = weight };
        Assert.True(Scoring.Overlap(More(one), More(other)) >= overlap);
        Assert.True(one.Keys.Intersect(other.Keys).Any() || overlap == 0);
    });

    [Fact]
    public void The_rarer_a_word_the_more_it_says() => Gen.Select(Gen.Int[0, 100_000], Gen.Int[0, 100_000]).Sample((texts, with) =>
    {
        Assert.True(Scoring.Rarity(texts, with) > 0 || with > 300 * texts);
        Assert.True(Scoring.Rarity(texts, with) >= Scoring.Rarity(texts, with + 1));
    });

    [Fact]
    public void Pairs_are_ordered_alike_in_whatever_order_they_come() => Gen.Select(Gen.Select(Gen.Guid, Gen.Guid, Gen.Int[0, 3], Gen.Int[0, 2]).Array[0, 30], Gen.Int).Sample((found, seed) =>
    {
        var pairs = found.Select(f => new RankedPair(f.Item1, f.Item2, f.Item3, Today.AddDays(-f.Item4))).ToArray();
        var order = RankedPair.Best(pairs, 10);
        new Random(seed).Shuffle(pairs);
        Assert.Equal(order, RankedPair.Best(pairs, 10));
        Assert.Equal(order.Select(p => p.Value).OrderDescending(), order.Select(p => p.Value));
    });

    [Fact]
    public void Feedback_raises_what_the_good_have_and_lowers_what_only_the_bad_have()
    {
        Dictionary<string, int> Text(params string[] words) => words.ToDictionary(w => w, _ => 1_000);
        var demand = Text("sensor", "pressure", "oven");
        Assert.Same(demand, Learning.Learn(demand, [], []));
        var learned = Learning.Learn(demand, [Text("sensor", "silicon")], [Text("oven", "sensor", "bread")]);
        Assert.Equal(1_600, learned["sensor"]);
        Assert.Equal(1_000, learned["pressure"]);
        Assert.Equal(400, learned["oven"]);
        Assert.Equal(600, learned["silicon"]);
        Assert.False(learned.ContainsKey("bread"));
    }

    [Fact]
    public void A_work_like_the_bad_ones_falls_and_one_like_the_good_ones_rises() => Gen.Select(GenDemand, GenAchievement).Sample((demand, work) =>
    {
        int With(params IReadOnlyDictionary<string, int>[][] said) => Scoring.Of(demand with { Words = Learning.Learn(demand.Words, said[0], said[1]) }, work, Today)[ScorePart.Text].Value;
        var before = With([], []);
        Assert.True(With([], [work.Words]) <= before);
        Assert.True(With([work.Words], []) >= before);
    });

    [Fact]
    public void Learning_adds_few_words_and_never_turns_one_against_the_demand() => Gen.Select(GenWords, GenWords.Array[0, 4], GenWords.Array[0, 4]).Sample((demand, good, bad) =>
    {
        var learned = Learning.Learn(demand, good, bad);
        Assert.All(learned.Values, weight => Assert.True(weight >= 0));
        Assert.Superset(demand.Keys.ToHashSet(), learned.Keys.ToHashSet());
        Assert.InRange(learned.Count - demand.Count, 0, 40);
        Assert.All(learned.Keys.Except(demand.Keys), word => Assert.Contains(good, g => g.ContainsKey(word)));
    });

    [Theory]
    [InlineData(Verdict.Good, null, null, null)]
    [InlineData(Verdict.Good, BadReason.Competitor, null, null)]
    [InlineData(Verdict.Bad, null, "太贵", Refusal.BadNeedsReason)]
    [InlineData(Verdict.Bad, BadReason.Other, " ", Refusal.OtherNeedsText)]
    [InlineData(Verdict.Bad, BadReason.Other, "没有井下试验", null)]
    [InlineData(Verdict.Bad, BadReason.TooImmature, null, null)]
    [InlineData((Verdict)9, null, null, Refusal.UnknownWord)]
    [InlineData(Verdict.Bad, (BadReason)9, null, Refusal.UnknownWord)]
    [InlineData(Verdict.TakenBack, null, "a\0b", Refusal.TextNotAllowed)]
    public void A_judgement_names_its_reason(Verdict verdict, BadReason? reason, string? note, Refusal? refusal)
    {
        var read = Judgement.Read(verdict, reason, note);
        Assert.Equal(refusal, read.Refusal);
        if (refusal is null) Assert.Equal(verdict == Verdict.Bad ? reason : null, read.Value.Reason);
    }

    private static Gen<T?> Maybe<T>()
        where T : struct, Enum => OneOf(Enum.GetValues<T>()).Nullable();

    private static Gen<ImmutableArray<T>> Some<T>()
        where T : struct, Enum => OneOf(Enum.GetValues<T>()).Array[0, 3].Select(a => a.Distinct().ToImmutableArray());

    private static Gen<string?> GenRegion() => OneOf<string?>(null, "330100", "330106", "330200", "310000");

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
