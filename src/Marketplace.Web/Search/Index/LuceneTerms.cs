using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Marketplace.Search.Index;

/// <summary>A term and, by segment, the documents whose public or registered text has it.</summary>
internal sealed record Occurrences(string Term, DocsEnum?[] Open, DocsEnum?[] Hidden, int Frequency);

/// <summary>The terms of an index and where they stand: each is looked up once in each segment, and one walks through the terms for all of a query.</summary>
internal sealed class LuceneTerms(IReadOnlyList<AtomicReaderContext> leaves, Audience audience, int documents)
{
    private readonly Dictionary<(string Field, int Leaf), TermsEnum?> _terms = [];

    /// <summary>Where a term stands, of all texts that may be looked through.</summary>
    public Occurrences Look(string term)
    {
        var (open, frequency) = Look(LuceneDocuments.Terms, term, DocsFlags.FREQS);
        if (audience != Audience.Registered) return new Occurrences(term, open, new DocsEnum?[leaves.Count], Math.Min(documents, frequency));
        var (hidden, more) = Look(LuceneDocuments.RegisteredTerms, term, DocsFlags.FREQS);
        return new Occurrences(term, open, hidden, Math.Min(documents, frequency + more));
    }

    public (DocsEnum?[] Postings, int Frequency) Look(string field, string term, DocsFlags flags)
    {
        var (postings, sum) = (new DocsEnum?[leaves.Count], 0);
        for (var i = 0; i < postings.Length; i++)
        {
            postings[i] = Postings(field, term, i, flags, out var frequency);
            sum += frequency;
        }

        return (postings, sum);
    }

    public DocsEnum? Postings(string field, string term, int leaf, DocsFlags flags, out int frequency)
    {
        frequency = 0;
        var reader = leaves[leaf].AtomicReader;
        if (!_terms.TryGetValue((field, leaf), out var terms)) _terms[(field, leaf)] = terms = reader.GetTerms(field)?.GetEnumerator();
        if (terms is null || !terms.SeekExact(new BytesRef(term))) return null;
        frequency = terms.DocFreq;
        return terms.Docs(reader.LiveDocs, null, flags);
    }

    /// <summary>Words one letter away, from eight letters on two: only asked for a word that nobody wrote.</summary>
    public List<string> Near(string word)
    {
        if (word.Length < 4 || word.Any(char.IsDigit)) return [];
        var near = new List<(string Term, int Frequency)>();
        foreach (var leaf in leaves)
        {
            if (leaf.AtomicReader.GetTerms(LuceneDocuments.Terms) is not { } terms) continue;
            var close = new FuzzyTermsEnum(terms, new AttributeSource(), new Term(LuceneDocuments.Terms, word), word.Length < 8 ? 1 : 2, 1, true);
            while (near.Count < 200 && close.MoveNext()) near.Add((close.Term.Utf8ToString(), close.DocFreq));
        }

        return [.. near.GroupBy(n => n.Term).OrderByDescending(g => g.Sum(n => n.Frequency)).Take(3).Select(g => g.Key)];
    }
}
