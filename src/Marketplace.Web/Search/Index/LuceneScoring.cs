using System.Buffers;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Marketplace.Search.Words;

namespace Marketplace.Search.Index;

/// <summary>
/// Scores the documents of a reader for the words of a query: BM25 over pairs, words and dictionary terms, the rarer ones
/// weighted more than usual, and how much of the query stands in the document at all. One array of scores per segment:
/// each posting is touched once, and facets are counted over the same arrays.
/// </summary>
internal sealed class LuceneScoring : IDisposable
{
    /// <summary>Only documents that have at least this part of what the best one has of the query are results at all.</summary>
    private const float LeastPart = 0.35f;

    /// <summary>When hardly any are left, nearer ones than none are: down to this part.</summary>
    private const float LeastPartOfFew = 0.15f;

    private const int Few = 20;

    private const float K1 = 1.2f, B = 0.75f, Rareness = 1.3f, ConceptWeight = 0.7f, SingleWeight = 0.6f, GuessWeight = 0.6f;

    /// <summary>A bit each.</summary>
    private const int MostThings = 30;

    private static readonly ArrayPool<float> Pool = ArrayPool<float>.Shared;
    private readonly IReadOnlyList<AtomicReaderContext> _leaves;
    private readonly Audience _audience;
    private readonly float[][] _scores;
    private readonly float[][] _covered;

    /// <summary>Which things of the dictionary a document names, one bit each.</summary>
    private readonly int[][] _named;
    private readonly int _documents;

    private readonly LuceneTerms _terms;
    private float _asked;

    public LuceneScoring(IndexReader reader, Audience audience)
    {
        (_leaves, _audience, _documents) = ([.. reader.Leaves], audience, Math.Max(1, reader.NumDocs));
        _terms = new LuceneTerms(_leaves, audience, _documents);
        _scores = new float[_leaves.Count][];
        _covered = new float[_leaves.Count][];
        _named = new int[_leaves.Count][];
        for (var i = 0; i < _leaves.Count; i++)
        {
            _scores[i] = Empty(_leaves[i].Reader.MaxDoc);
            _covered[i] = Empty(_leaves[i].Reader.MaxDoc);
            _named[i] = [];
        }
    }

    /// <summary>No document has all that was asked for.</summary>
    public bool Loose { get; private set; }

    /// <summary>Some term of the query is in no text at all.</summary>
    public bool Unknown { get; private set; }

    /// <summary>The least a document must cover; what covers less is no result.</summary>
    public float Least { get; private set; }

    public float[] Scores(int leaf) => _scores[leaf];

    public float[] Covered(int leaf) => _covered[leaf];

    /// <summary>Scores by the terms of a query; afterwards <see cref="Least"/> says who is a result.</summary>
    public void Score(IReadOnlyList<Token> tokens)
    {
        var asked = tokens.Where(t => t.Kind is TokenKind.Pair or TokenKind.Word).GroupBy(t => t.Term).Select(g => new Asked(g.Key, [.. g])).ToList();
        // The longest first: what one thing covers, a shorter one inside its name does not cover again.
        var things = tokens.Where(t => t.Kind == TokenKind.Concept).OrderByDescending(t => t.Length).DistinctBy(t => t.Term).Take(MostThings).ToList();
        var named = things.ConvertAll(thing => _terms.Look(thing.Term));
        foreach (var term in asked)
        {
            term.Found = _terms.Look(term.Term);
            term.Weight = Rarity(term.Found.Frequency) * term.Places.Count;
            term.Things = things.Select((thing, i) => term.Places.All(p => p.IsInside(thing)) ? 1 << i : 0).Sum();
        }

        _asked = asked.Sum(t => t.Weight);
        for (var i = 0; i < things.Count; i++)
        {
            var covers = asked.Where(t => (t.Things & (1 << i)) != 0).Sum(t => t.Weight);
            var around = Enumerable.Range(0, i).Where(j => things[i].IsInside(things[j])).Sum(j => 1 << j);
            Add(named[i], Rarity(named[i].Frequency) * ConceptWeight, covers, around, 1 << i);
        }

        foreach (var term in asked)
        {
            Add(term.Found, term.Weight, term.Weight, term.Things, 0);
            if (term.Found.Frequency > 0 || named.Where((thing, i) => thing.Frequency > 0 && (term.Things & (1 << i)) != 0).Any()) continue;
            Unknown = true;
            if (term.Places[0].Kind != TokenKind.Word) continue;
            foreach (var near in _terms.Near(term.Term).Select(_terms.Look)) Add(near, GuessWeight * Rarity(near.Frequency), GuessWeight * term.Weight, 0, 0);
        }

        var best = 0f;
        for (var i = 0; i < _leaves.Count; i++)
        {
            var audience = LuceneColumns.Of(_leaves[i].AtomicReader).Audience;
            for (var d = 0; d < audience.Length; d++)
            {
                if (audience[d] > (byte)_audience) _covered[i][d] = 0;
                else if (_covered[i][d] > best) best = _covered[i][d];
            }
        }

        Least = best > 0 ? best * LeastPart : float.MaxValue;
        if (best > 0 && Reaching(Least) < Few) Least = best * LeastPartOfFew;
        Loose = Unknown || best < _asked * 0.999f;
    }

    private int Reaching(float least)
    {
        var reaching = 0;
        for (var i = 0; i < _leaves.Count && reaching < Few; i++)
        {
            var (covered, documents) = (_covered[i], _leaves[i].Reader.MaxDoc);
            for (var d = 0; d < documents && reaching < Few; d++)
            {
                if (covered[d] >= least) reaching++;
            }
        }

        return reaching;
    }

    /// <summary>Exactly these documents: their code was given.</summary>
    public bool ScoreCodes(IEnumerable<string> codes)
    {
        var found = false;
        foreach (var code in codes)
        {
            for (var i = 0; i < _leaves.Count; i++)
            {
                var reader = _leaves[i].AtomicReader;
                if (_terms.Postings(LuceneDocuments.Code, code, i, DocsFlags.NONE, out _) is not { } docs) continue;
                var audience = LuceneColumns.Of(reader).Audience;
                while (docs.NextDoc() is var d && d != DocIdSetIterator.NO_MORE_DOCS)
                {
                    if (audience[d] > (byte)_audience) continue;
                    found = true;
                    (_scores[i][d], _covered[i][d]) = (1, 1);
                }
            }
        }

        Least = found ? 0.5f : float.MaxValue;
        return found;
    }

    /// <summary>Everybody who may be seen, alike.</summary>
    public void ScoreAll()
    {
        for (var i = 0; i < _leaves.Count; i++)
        {
            var reader = _leaves[i].AtomicReader;
            var (audience, live) = (LuceneColumns.Of(reader).Audience, reader.LiveDocs);
            for (var d = 0; d < audience.Length; d++)
            {
                if (audience[d] <= (byte)_audience && live?.Get(d) != false) _covered[i][d] = 1;
            }
        }

        Least = 0.5f;
    }

    /// <summary>
    /// What decides among the best: how much of the query a document has at all, whether a part of the query is one of its keywords or its name as a
    /// whole, and single characters, which too many texts have to look through all.
    /// </summary>
    /// <param name="best">Leaf and document, in this order.</param>
    public void Refine(string text, IReadOnlyList<Token> tokens, IReadOnlyList<(int Leaf, int Doc)> best)
    {
        if (_asked > 0)
        {
            foreach (var (leaf, doc) in best) _scores[leaf][doc] *= Math.Min(1, _covered[leaf][doc] / _asked);
        }

        foreach (var phrase in Phrases.In(text))
        {
            Refine(LuceneDocuments.Phrase, phrase, best);
            if (_audience == Audience.Registered) Refine(LuceneDocuments.RegisteredPhrase, phrase, best);
        }

        foreach (var group in tokens.Where(t => t.Kind == TokenKind.Single).GroupBy(t => t.Term))
        {
            Refine(LuceneDocuments.Singles, group.Key, group.Count(), best, registered: false);
            if (_audience == Audience.Registered) Refine(LuceneDocuments.RegisteredSingles, group.Key, group.Count(), best, registered: true);
        }
    }

    public void Dispose()
    {
        foreach (var array in _scores.Concat(_covered)) Pool.Return(array);
    }

    private void Refine(string field, string phrase, IReadOnlyList<(int Leaf, int Doc)> best)
    {
        var (postings, frequency) = _terms.Look(field, phrase, DocsFlags.NONE);
        var weight = Rarity(frequency);
        foreach (var (leaf, doc) in Having(postings, best)) _scores[leaf][doc] += weight;
    }

    private void Refine(string field, string term, int times, IReadOnlyList<(int Leaf, int Doc)> best, bool registered)
    {
        var (postings, frequency) = _terms.Look(field, term, DocsFlags.FREQS);
        var weight = SingleWeight * times * Rarity(frequency);
        var usual = Average(c => c.AllCharacters);
        foreach (var (leaf, doc) in Having(postings, best))
        {
            var columns = LuceneColumns.Of(_leaves[leaf].AtomicReader);
            _scores[leaf][doc] += weight * Saturated(postings[leaf]!.Freq, (registered ? columns.RegisteredCharacters : columns.Characters)[doc] / usual);
        }
    }

    /// <summary>Those of the best that are among the postings, which stand at each of them in turn.</summary>
    private static IEnumerable<(int Leaf, int Doc)> Having(DocsEnum?[] postings, IReadOnlyList<(int Leaf, int Doc)> best) =>
        best.Where(b => postings[b.Leaf] is { } docs && docs.DocID <= b.Doc && (docs.DocID == b.Doc || docs.Advance(b.Doc) == b.Doc));

    /// <summary>Adds a term to every document that has it.</summary>
    /// <param name="covers">How much of the query a document with it covers.</param>
    /// <param name="unless">The things of the dictionary whose documents are covered there already.</param>
    /// <param name="names">The thing that this term is, or 0.</param>
    private void Add(Occurrences found, float weight, float covers, int unless, int names)
    {
        var usual = Average(c => c.AllWords);
        for (var i = 0; i < _leaves.Count; i++)
        {
            var reader = _leaves[i].AtomicReader;
            var columns = LuceneColumns.Of(reader);
            if (names != 0 && _named[i].Length == 0) _named[i] = new int[reader.MaxDoc];
            if (found.Open[i] is { } open) Add(open, i, columns.Words, usual, weight, covers, unless, names, null);
            if (found.Hidden[i] is { } hidden) Add(hidden, i, columns.RegisteredWords, usual, weight, covers, unless, names, _terms.Postings(LuceneDocuments.Terms, found.Term, i, DocsFlags.NONE, out _));
        }
    }

    /// <param name="before">Who has the term in the other text already and is not covered by it twice.</param>
    private void Add(DocsEnum docs, int leaf, int[] lengths, float usual, float weight, float covers, int unless, int names, DocsEnum? before)
    {
        var (scores, covered, named) = (_scores[leaf], _covered[leaf], _named[leaf]);
        while (docs.NextDoc() is var d && d != DocIdSetIterator.NO_MORE_DOCS)
        {
            scores[d] += weight * Saturated(docs.Freq, lengths[d] / usual);
            if (before is not null && before.DocID < d) before.Advance(d);
            if (before?.DocID == d || (named.Length > 0 && (named[d] & unless) != 0)) continue;
            covered[d] += covers;
            if (names != 0) named[d] |= names;
        }
    }

    private static float Saturated(int times, float length) => times * (K1 + 1) / (times + K1 * (1 - B + B * length));

    /// <param name="frequency">As the segments count it: with copies that were replaced and are not merged away yet, so perhaps more than there are documents.</param>
    private float Rarity(int frequency)
    {
        var having = Math.Min(_documents, frequency);
        return MathF.Pow(MathF.Log(1 + (_documents - having + 0.5f) / (having + 0.5f)), Rareness);
    }

    private float Average(Func<LuceneColumns, long> all) => Math.Max(1f, _leaves.Sum(leaf => all(LuceneColumns.Of(leaf.AtomicReader))) / (float)_documents);

    private static float[] Empty(int length)
    {
        var array = Pool.Rent(Math.Max(1, length));
        Array.Clear(array, 0, length);
        return array;
    }

    /// <summary>A term of the query with the places where it stands.</summary>
    private sealed class Asked(string term, List<Token> places)
    {
        public string Term { get; } = term;
        public List<Token> Places { get; } = places;
        public Occurrences Found { get; set; } = null!;
        public float Weight { get; set; }

        /// <summary>The things of the dictionary inside whose name all of its places lie.</summary>
        public int Things { get; set; }
    }
}
