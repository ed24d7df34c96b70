using System.Collections.Immutable;
using Marketplace.Achievements;
using Marketplace.Demands;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Search.Words;

namespace Marketplace.Matching.Recommendations;

/// <summary>The public texts of both sides, cut as the index cuts them, and the facts for scoring.</summary>
internal static class PairTexts
{
    /// <summary>Longer pieces are not asked of the index; the whole text is compared afterwards.</summary>
    private const int MostAsked = 80, MostKeywords = 4, MostSentences = 4;

    private static readonly char[] Ends = ['。', '；', '！', '？', ';', '!', '?', '\n'];

    private const int MostWords = 8, Clear = 3;

    /// <summary>Characters that bind others and say nothing: a pair with one of them is no word.</summary>
    private const string Binding = "的了和与及在是于以其将而或这该";

    public static string Of(AchievementContent c) => string.Join('\n', [c.Title, .. c.Keywords, c.Summary]);

    public static string Of(DemandContent c) => string.Join('\n', [c.Title, .. c.Keywords, .. c.Lines.Select(l => l.Metric), c.Problem]);

    /// <summary>
    /// What is asked of the index, piece by piece: title, keywords, first sentences. The whole text would find its own
    /// document above all, and the index drops whatever has too little of what the best one has.
    /// </summary>
    public static IReadOnlyList<string> Asked(string title, IEnumerable<string> keywords, string body) =>
    [
        .. keywords.Take(MostKeywords).Prepend(title).Concat(body.Split(Ends, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MostSentences)).Select(Cut).Where(p => p.Length > 1).Distinct(),
    ];

    private static string Cut(string text) => text.Length <= MostAsked ? text : text[..(char.IsHighSurrogate(text[MostAsked - 1]) ? MostAsked - 1 : MostAsked)];

    /// <summary>The tokens that say something: no single characters, no pairs around a binding one, no bare numbers.</summary>
    public static IEnumerable<Token> Terms(string text) =>
        Tokens.Of(text).Where(t => t.Kind != TokenKind.Single && !(t.Kind == TokenKind.Pair && t.Term.AsSpan().ContainsAny(Binding)) && t.Term.AsSpan().ContainsAnyExceptInRange('0', '9') && (t.Length > 1 || t.Kind == TokenKind.Concept));

    /// <param name="words">The demand's words, by feedback or plain.</param>
    /// <param name="weight">Of the plain ones.</param>
    /// <param name="openly">Only what anybody may conclude from: the budget only where it is open to everybody.</param>
    public static DemandFacts Facts(Demand row, DemandContent c, IReadOnlyDictionary<string, int> words, long weight, bool openly)
    {
        var targets = c.Lines.Where(l => l.Necessity == Necessity.Must).Select(l => new TargetWords(l.Metric, [.. Terms(l.Metric).Select(t => t.Term).Distinct()]));
        var budget = openly && !Ladder.Of(row.Reveal, Rung.Public).Budget ? null : c.BudgetToFen ?? c.BudgetFromFen;
        // The reward of a challenge is public with it.
        return new DemandFacts(words, weight, [.. targets], c.Field, c.Highlands, c.Trl, c.Ways, budget ?? c.RewardFen, Region.CityOf(c.Region), Days.Of(row.PublishedAt!.Value));
    }

    public static AchievementFacts Facts(Achievement row, AchievementContent c, IReadOnlyDictionary<string, int> words) =>
        new(words, c.Field, c.Highlands, c.Trl, c.Ways, c.PriceIdeaFen, c.Region, Days.Of(row.PublishedAt!.Value));

    /// <summary>The words that both texts have, as they are written there, the rarest first.</summary>
    public static ImmutableArray<SharedWord> Shared(string demand, string achievement, Rarity rarity)
    {
        var there = Terms(achievement).GroupBy(t => t.Term).ToDictionary(g => g.Key, g => g.First());
        var (here, other) = (Folding.Fold(demand), Folding.Fold(achievement));
        var found = new List<(SharedWord Word, int Start, int End, int Weight)>();
        var reached = 0;
        foreach (var token in Terms(demand).Where(t => t.Kind != TokenKind.Concept && there.ContainsKey(t.Term)).OrderBy(t => t.Start))
        {
            if (token.Start + token.Length <= reached) continue;
            var end = token.Start + token.Length;
            // On as far as the other text goes along, but never over a word's edge.
            while (end < here.Length && Folding.IsUnspaced(here[end]) && Folding.IsUnspaced(here[token.Start]) && other.Contains(here[token.Start..(end + 1)], StringComparison.Ordinal)) end++;
            while (end - token.Start > 2 && Binding.Contains(here[end - 1], StringComparison.Ordinal)) end--;
            reached = end;
            var place = other.IndexOf(here[token.Start..end], StringComparison.Ordinal);
            var theirs = place < 0 ? Piece(achievement, there[token.Term]) : achievement.Substring(place, end - token.Start);
            found.Add((new SharedWord(demand[token.Start..end], theirs), token.Start, end, Terms(demand[token.Start..end]).Sum(t => rarity.Of(t.Term))));
        }

        // One thing by two names: only where the letters themselves did not show it already.
        foreach (var thing in Terms(demand).Where(t => t.Kind == TokenKind.Concept && there.ContainsKey(t.Term)))
        {
            if (found.Exists(f => f.Start <= thing.Start && f.End >= thing.Start + thing.Length)) continue;
            found.RemoveAll(f => f.Start >= thing.Start && f.End <= thing.Start + thing.Length);
            found.Add((new SharedWord(Piece(demand, thing), Piece(achievement, there[thing.Term])), thing.Start, thing.Start + thing.Length, 2 * rarity.Of(thing.Term)));
        }

        // Two characters inside a longer run may be the end of one word and the beginning of the next.
        if (found.Count(f => f.End - f.Start > 2) >= Clear) found.RemoveAll(f => f.End - f.Start == 2 && Folding.IsUnspaced(here[f.Start]) && (IsInRun(f.Start - 1) || IsInRun(f.End)));
        return [.. found.OrderByDescending(f => f.Weight).ThenBy(f => f.Start).Select(f => f.Word).DistinctBy(w => Folding.Fold(w.Demand)).Take(MostWords)];

        bool IsInRun(int at) => at >= 0 && at < here.Length && Folding.IsUnspaced(here[at]);
    }

    private static string Piece(string text, Token token) => text.Substring(token.Start, token.Length);
}
