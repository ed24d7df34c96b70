using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Matching;

/// <summary>What the demand's side says of a recommendation. Stored by name.</summary>
public enum Verdict
{
    Good,

    /// <summary>Not shown to this side again.</summary>
    Bad,

    /// <summary>What was said before no longer holds.</summary>
    TakenBack,
}

/// <summary>Why a recommendation is of no use. Stored by name.</summary>
public enum BadReason { WrongField, TooImmature, TooExpensive, KnownAlready, Competitor, Other }

/// <summary>A judgement of a recommendation, as it was checked.</summary>
public sealed record Judgement(Verdict Verdict, BadReason? Reason, string? Note)
{
    public const int MostNote = 500;

    /// <summary>Only these say that the subject itself is another one; who finds a work too dear still looks for such works.</summary>
    public bool IsAboutTheSubject => Verdict == Verdict.Bad && Reason is BadReason.WrongField or BadReason.Other;

    /// <summary>Order of refusals: UnknownWord, BadNeedsReason, OtherNeedsText, the text itself.</summary>
    public static Result<Judgement> Read(Verdict verdict, BadReason? reason, string? note)
    {
        if (!Enum.IsDefined(verdict)) return Result<Judgement>.Refuse(Refusal.UnknownWord, "verdict");
        if (reason is { } named && !Enum.IsDefined(named)) return Result<Judgement>.Refuse(Refusal.UnknownWord, "reason");
        if (verdict == Verdict.Bad && reason is null) return Result<Judgement>.Refuse(Refusal.BadNeedsReason, "reason");
        if (verdict == Verdict.Bad && reason == BadReason.Other && string.IsNullOrWhiteSpace(note)) return Result<Judgement>.Refuse(Refusal.OtherNeedsText, "note");
        var text = Text.Allow(note, MostNote, "note");
        return text.Done ? new Judgement(verdict, verdict == Verdict.Bad ? reason : null, text.Value?.Trim()) : Result<Judgement>.Refuse(text.Refusal.Value, "note");
    }
}

/// <summary>Relevance feedback after Rocchio: what was found good adds its words to what is looked for, what only the bad have counts less.</summary>
public static class Learning
{
    /// <summary>So much of its rarity a word gains that all good works have, and loses that all bad ones have; in hundredths.</summary>
    private const int Gain = 60, Loss = 60;

    /// <summary>So many new words at most; more would turn the demand into another one.</summary>
    private const int MostNew = 40;

    /// <param name="demand">The demand's own words by weight.</param>
    /// <param name="good">The words of each work that was found good, by weight.</param>
    /// <param name="bad">The same of those that are about another subject.</param>
    public static IReadOnlyDictionary<string, int> Learn(
        IReadOnlyDictionary<string, int> demand, IReadOnlyCollection<IReadOnlyDictionary<string, int>> good, IReadOnlyCollection<IReadOnlyDictionary<string, int>> bad)
    {
        if (good.Count == 0 && bad.Count == 0) return demand;
        var learned = new Dictionary<string, int>(demand.Count + MostNew);
        foreach (var (word, weight) in demand)
        {
            var (for_, against) = (Share(good, word), Share(bad, word));
            var hundredths = 100 + (for_ > 0 ? Gain * for_ / 100 : -Loss * against / 100);
            learned[word] = (int)((long)weight * hundredths / 100);
        }

        var fresh =
            from word in good.SelectMany(g => g).DistinctBy(g => g.Key)
            where !demand.ContainsKey(word.Key)
            let gained = (int)((long)word.Value * Gain * Share(good, word.Key) / 10_000)
            where gained > 0
            orderby gained descending, word.Key
            select (word.Key, gained);
        foreach (var (word, gained) in fresh.Take(MostNew)) learned[word] = gained;
        return learned;
    }

    /// <summary>The part of the texts that have the word, in hundredths.</summary>
    private static int Share(IReadOnlyCollection<IReadOnlyDictionary<string, int>> texts, string word) => texts.Count == 0 ? 0 : 100 * texts.Count(t => t.ContainsKey(word)) / texts.Count;
}

/// <summary>The order in which recommendations are shown: the better first, of equals the newer, then by id, so that it never changes by chance.</summary>
public sealed record RankedPair(Guid Demand, Guid Achievement, int Value, DateOnly PublishedOn) : IComparable<RankedPair>
{
    public int CompareTo(RankedPair? other) =>
        other is null ? -1
        : Value != other.Value ? other.Value.CompareTo(Value)
        : PublishedOn != other.PublishedOn ? other.PublishedOn.CompareTo(PublishedOn)
        : Achievement != other.Achievement ? Achievement.CompareTo(other.Achievement)
        : Demand.CompareTo(other.Demand);

    /// <summary>The best of a side, in order.</summary>
    public static ImmutableArray<RankedPair> Best(IEnumerable<RankedPair> pairs, int most) => [.. pairs.Order().Take(most)];
}
