using Lucene.Net.Index;
using Marketplace.Domain.Organisations;
using Marketplace.Search.Words;

namespace Marketplace.Search.Index;

/// <summary>Answers one query on one state of the index: who is a result, in what order, and what there is to choose from.</summary>
internal sealed class LuceneSearch(IndexReader reader, SearchQuery query)
{
    /// <summary>So many of the best are looked at once more.</summary>
    private const int Refined = 80;

    private static readonly HashSet<string> OnlyShown = [LuceneDocuments.Shown];

    /// <summary>A result and what orders it.</summary>
    private readonly record struct Candidate(int Leaf, int Doc, double First, long At, long Tie);

    public SearchAnswer Answer()
    {
        var tokens = query.Text is { } text ? Tokens.Of(text) : [];
        using var scoring = new LuceneScoring(reader, query.Audience);
        var coded = query.Text is not null && scoring.ScoreCodes(Codes.In(query.Text));
        if (tokens.Any(t => t.Kind != TokenKind.Single))
        {
            if (!coded) scoring.Score(tokens);
        }
        else if (!coded && string.IsNullOrWhiteSpace(query.Text))
        {
            scoring.ScoreAll();
        }

        var counts = query.Count.ToDictionary(f => f, _ => new Dictionary<string, int>());
        var passed = Gather(scoring, counts);
        if (query.Order == SearchOrder.Relevance && tokens.Count > 0 && !coded && query.Skip < Refined) Refine(query.Text!, scoring, tokens, passed);
        var highlights = new Highlights(tokens);
        return new SearchAnswer
        {
            Total = passed.Count,
            Hits = [.. Best(passed, query.Skip + query.Take).Skip(query.Skip).Select(c => Hit(c, highlights))],
            Facets = counts.ToDictionary(f => f.Key, f => (IReadOnlyList<FacetCount>)[.. f.Value.OrderByDescending(v => v.Value).ThenBy(v => v.Key, StringComparer.Ordinal).Select(v => new FacetCount(v.Key, v.Value))]),
            Loose = !coded && scoring.Loose && tokens.Count > 0,
            Meant = !coded && scoring.Unknown ? new LuceneGuesses(reader, query.Audience).Meant(query.Text!) : null,
        };
    }

    /// <summary>The results that pass every filter; on the way, how many pass all but the one of each facet.</summary>
    private List<Candidate> Gather(LuceneScoring scoring, Dictionary<Facet, Dictionary<string, int>> counts)
    {
        var passed = new List<Candidate>();
        for (var leaf = 0; leaf < reader.Leaves.Count; leaf++)
        {
            var columns = LuceneColumns.Of(reader.Leaves[leaf].AtomicReader);
            var (covered, scores) = (scoring.Covered(leaf), scoring.Scores(leaf));
            var wanted = query.Wanted.Where(w => w.Value.Count > 0).Select(w => (w.Key, Column: columns.Facets[(int)w.Key], Passes: Passing(columns.Facets[(int)w.Key], w.Key, w.Value))).ToArray();
            var tallies = counts.Keys.Select(f => (Facet: f, Column: columns.Facets[(int)f], Numbers: new int[columns.Facets[(int)f].Values.Length])).ToArray();
            for (var d = 0; d < columns.At.Length; d++)
            {
                if (covered[d] < scoring.Least || !InRanges(columns, d)) continue;
                var failed = -1;
                var failures = 0;
                for (var w = 0; w < wanted.Length && failures < 2; w++)
                {
                    if (wanted[w].Passes[wanted[w].Column.Numbers[d]]) continue;
                    failures++;
                    failed = (int)wanted[w].Key;
                }

                if (failures > 1) continue;
                foreach (var tally in tallies)
                {
                    if (failures == 0 || failed == (int)tally.Facet) tally.Numbers[tally.Column.Numbers[d]]++;
                }

                if (failures == 0) passed.Add(new Candidate(leaf, d, First(columns, d, scores[d]), columns.At[d], columns.Tie[d]));
            }

            foreach (var (facet, column, numbers) in tallies) Tally(counts[facet], facet, column, numbers);
        }

        return passed;
    }

    private static void Tally(Dictionary<string, int> counts, Facet facet, FacetColumn column, int[] numbers)
    {
        for (var n = 1; n < numbers.Length; n++)
        {
            if (numbers[n] == 0) continue;
            foreach (var value in column.Values[n].Select(v => facet == Facet.Region ? Region.CityOf(v) ?? v : v)) counts[value] = counts.GetValueOrDefault(value) + numbers[n];
        }
    }

    private static bool[] Passing(FacetColumn column, Facet facet, IReadOnlyList<string> wanted) =>
        [.. column.Values.Select(values => values.Any(value => wanted.Any(w => SearchQuery.IsWanted(facet, value, w))))];

    private bool InRanges(LuceneColumns columns, int d) => query.InRanges(columns.Trl[d] == 0 ? null : columns.Trl[d], Price(columns, d));

    /// <summary>The price as far as who asks may know it.</summary>
    private long? Price(LuceneColumns columns, int d) => columns.Price[d] >= 0 && columns.PriceFor[d] <= (byte)query.Audience ? columns.Price[d] : null;

    private double First(LuceneColumns columns, int d, float score) => query.Order switch
    {
        SearchOrder.Relevance => score,
        SearchOrder.Newest => 0,
        SearchOrder.TrlFirst => columns.Trl[d],
        SearchOrder.CheapFirst => -(Price(columns, d) ?? double.MaxValue),
        SearchOrder.DearFirst => Price(columns, d) ?? -1,
        _ => throw new ArgumentOutOfRangeException(nameof(d), query.Order, null),
    };

    private static void Refine(string text, LuceneScoring scoring, IReadOnlyList<Token> tokens, List<Candidate> passed)
    {
        var best = Best(passed, Refined);
        scoring.Refine(text, tokens, [.. best.Select(c => (c.Leaf, c.Doc)).OrderBy(c => c.Leaf).ThenBy(c => c.Doc)]);
        var chosen = best.Select(c => (c.Leaf, c.Doc)).ToHashSet();
        // All that were looked at stand before all that were not, whatever they gained.
        var above = best.Count == passed.Count ? 0 : best.Max(c => c.First);
        for (var i = 0; i < passed.Count; i++)
        {
            var c = passed[i];
            if (chosen.Contains((c.Leaf, c.Doc))) passed[i] = c with { First = above + scoring.Scores(c.Leaf)[c.Doc] };
        }
    }

    /// <summary>The first of all, in order; without sorting the rest.</summary>
    private static List<Candidate> Best(List<Candidate> candidates, int most)
    {
        if (candidates.Count <= most) return [.. candidates.Order(InOrder)];
        var worstFirst = new PriorityQueue<Candidate, Candidate>(Math.Min(most, candidates.Count) + 1, Comparer<Candidate>.Create((a, b) => InOrder.Compare(b, a)));
        foreach (var candidate in candidates)
        {
            if (worstFirst.Count < most) worstFirst.Enqueue(candidate, candidate);
            else if (most > 0 && InOrder.Compare(candidate, worstFirst.Peek()) < 0) worstFirst.DequeueEnqueue(candidate, candidate);
        }

        var best = new List<Candidate>(worstFirst.Count);
        while (worstFirst.TryDequeue(out var candidate, out _)) best.Add(candidate);
        best.Reverse();
        return best;
    }

    private static readonly Comparer<Candidate> InOrder = Comparer<Candidate>.Create(static (a, b) =>
        a.First != b.First ? b.First.CompareTo(a.First) : a.At != b.At ? b.At.CompareTo(a.At) : a.Tie.CompareTo(b.Tie));

    private SearchHit Hit(Candidate candidate, Highlights highlights)
    {
        var kept = reader.Leaves[candidate.Leaf].AtomicReader.Document(candidate.Doc, OnlyShown).GetBinaryValue(LuceneDocuments.Shown);
        var document = SearchDocument.Read(kept.Bytes.AsSpan(kept.Offset, kept.Length));
        if (document.PriceAudience > query.Audience) document = document with { PriceFen = null, PriceToFen = null };
        return new SearchHit(document, candidate.First, highlights.Whole(document.Title), highlights.Excerpt(document.Summary, Highlights.MostExcerpt));
    }
}
