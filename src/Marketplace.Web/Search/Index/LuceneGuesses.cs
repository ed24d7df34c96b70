using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;
using Marketplace.Search.Words;

namespace Marketplace.Search.Index;

/// <summary>What somebody is about to write, and what somebody perhaps meant: from the keywords, titles and names that may be seen.</summary>
internal sealed class LuceneGuesses(IndexReader reader, Audience audience)
{
    /// <summary>So many terms of a segment are looked at for one beginning.</summary>
    private const int MostLookedAt = 2_000;

    /// <summary>Shorter ones are near to everything; longer ones nobody writes from memory, and the more letters the longer the search takes.</summary>
    private const int ShortestGuess = 3, LongestGuess = 16;

    private string[] Fields => audience == Audience.Registered ? [LuceneDocuments.Phrase, LuceneDocuments.RegisteredPhrase] : [LuceneDocuments.Phrase];

    /// <summary>Phrases that begin like this, the most used first, then the shortest.</summary>
    public IReadOnlyList<string> Beginning(string text, int most)
    {
        var beginning = Phrases.Of(text);
        if (beginning.Length == 0) return [];
        var found = new Dictionary<string, int>();
        foreach (var (terms, live) in Fields.SelectMany(Terms))
        {
            var each = terms.GetEnumerator();
            var status = each.SeekCeil(new BytesRef(beginning));
            for (var looked = 0; status != TermsEnum.SeekStatus.END && looked < MostLookedAt; looked++)
            {
                var phrase = each.Term.Utf8ToString();
                if (!phrase.StartsWith(beginning, StringComparison.Ordinal)) break;
                if (IsAlive(each, live)) found[phrase] = found.GetValueOrDefault(phrase) + each.DocFreq;
                if (!each.MoveNext()) break;
            }
        }

        return [.. found.OrderByDescending(f => f.Value).ThenBy(f => f.Key.Length).ThenBy(f => f.Key, StringComparer.Ordinal).Take(most).Select(f => f.Key)];
    }

    /// <summary>The text with known phrases in place of parts that are one character away from them; null when there are none.</summary>
    public string? Meant(string text)
    {
        if (text.Length > LongestGuess * 3) return null;
        if (Nearest(Phrases.Of(text)) is { } whole) return whole;
        var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2) return null;
        var guessed = parts.Select(part => Nearest(Phrases.Of(part)) ?? part).ToArray();
        return guessed.SequenceEqual(parts) ? null : string.Join(' ', guessed);
    }

    private string? Nearest(string phrase)
    {
        if (phrase.Length is < ShortestGuess or > LongestGuess) return null;
        // The first letter may be wrong in Chinese as easily as any other, but looking for it goes through all terms: only when nothing else is near.
        return Near(phrase, 1, out var known) ?? (known || !Folding.IsUnspaced(phrase[0]) ? null : Near(phrase, 0, out _));
    }

    /// <summary>The most used phrase one character away, the first few being right.</summary>
    /// <param name="known">The phrase is one itself: nothing else was meant.</param>
    private string? Near(string phrase, int right, out bool known)
    {
        var (best, frequency) = ((string?)null, 0);
        known = false;
        foreach (var (field, terms, live) in Fields.SelectMany(f => Terms(f).Select(t => (f, t.Terms, t.Live))))
        {
            var close = new FuzzyTermsEnum(terms, new AttributeSource(), new Term(field, phrase), 1, right, true);
            for (var looked = 0; looked < 100 && close.MoveNext(); looked++)
            {
                if (!IsAlive(close, live)) continue;
                var term = close.Term.Utf8ToString();
                known |= term == phrase;
                if (term != phrase && close.DocFreq > frequency) (best, frequency) = (term, close.DocFreq);
            }
        }

        return known ? null : best;
    }

    /// <summary>The terms of each segment, with those of its documents that are still there; null for all of them.</summary>
    private IEnumerable<(Terms Terms, IBits? Live)> Terms(string field) =>
        from leaf in reader.Leaves
        let terms = leaf.AtomicReader.GetTerms(field)
        where terms is not null
        select (terms, (IBits?)leaf.AtomicReader.LiveDocs);

    /// <summary>A document that is gone leaves its words in its segment until that is merged: a name that was withdrawn would still be proposed.</summary>
    private static bool IsAlive(TermsEnum each, IBits? live) => live is null || each.Docs(live, null, DocsFlags.NONE).NextDoc() != DocIdSetIterator.NO_MORE_DOCS;
}
