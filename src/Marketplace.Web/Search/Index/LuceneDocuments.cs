using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Util;
using Marketplace.Search.Words;
using Token = Marketplace.Search.Words.Token;

namespace Marketplace.Search.Index;

/// <summary>How a document lies in Lucene: postings of words, columns for counting and sorting, and what is shown.</summary>
internal static class LuceneDocuments
{
    public const string Key = "key", Shown = "shown", Code = "code", Phrase = "phrase", RegisteredPhrase = "phrase.registered";

    /// <summary>Pairs, words and terms of the dictionary; and single characters, which only decide among the best.</summary>
    public const string Terms = "terms", Singles = "singles", RegisteredTerms = "terms.registered", RegisteredSingles = "singles.registered";

    /// <summary>Columns.</summary>
    public const string Length = "length", RegisteredLength = "length.registered", Trl = "trl", Price = "price", PriceFor = "price.for", At = "at", For = "for", Tie = "tie";

    /// <summary>What stands before, between and after the values of a facet with several.</summary>
    public const char Bar = '|';

    private static readonly FieldType Counted = Made(IndexOptions.DOCS_AND_FREQS);
    private static readonly FieldType Named = Made(IndexOptions.DOCS_ONLY);

    public static string Column(Facet facet) => "f." + facet;

    public static Document Make(SearchDocument document)
    {
        var made = new Document
        {
            new StringField(Key, document.Key.ToString(), Field.Store.NO),
            new StoredField(Shown, document.Write()),
            new NumericDocValuesField(For, (long)document.Audience),
            new NumericDocValuesField(Trl, document.Trl ?? 0),
            new NumericDocValuesField(Price, document.PriceFen ?? -1),
            new NumericDocValuesField(PriceFor, (long)document.PriceAudience),
            new NumericDocValuesField(At, document.At.UtcTicks),
            new NumericDocValuesField(Tie, Stable(document.Key.ToString())),
        };
        Texts(made, Tokens.Of(document.PublicText), Terms, Singles, Length);
        Texts(made, Tokens.Of(document.Registered), RegisteredTerms, RegisteredSingles, RegisteredLength);
        foreach (var code in document.Codes.Select(Codes.Bare).Where(c => c.Length > 0).Distinct()) made.Add(new Field(Code, code, Named));
        foreach (var phrase in document.Phrases) made.Add(new Field(document.Audience == Audience.Public ? Phrase : RegisteredPhrase, phrase, Named));
        foreach (var facet in Enum.GetValues<Facet>()) made.Add(new SortedDocValuesField(Column(facet), new BytesRef(Kept(facet, document.Of(facet)))));
        return made;
    }

    private static string Kept(Facet facet, IReadOnlyList<string> values) =>
        values.Count == 0 ? "" : facet is Facet.Field or Facet.Highland or Facet.Way ? $"{Bar}{string.Join(Bar, values)}{Bar}" : values[0];

    /// <summary>The same number for the same key for ever: it orders what nothing else orders.</summary>
    private static long Stable(string key)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in key) hash = (hash ^ c) * 1099511628211UL;
        return (long)(hash >> 1);
    }

    private static void Texts(Document made, List<Token> tokens, string terms, string singles, string length)
    {
        var words = Tokens.Terms(tokens, singles: false).ToList();
        var characters = Tokens.Terms(tokens, singles: true).ToList();
        if (words.Count > 0) made.Add(new Field(terms, new Given(words), Counted));
        if (characters.Count > 0) made.Add(new Field(singles, new Given(characters), Counted));
        // The exact length of the text in terms; one byte of a norm would be too coarse.
        made.Add(new NumericDocValuesField(length, ((long)words.Count << 32) | (uint)characters.Count));
    }

    private static FieldType Made(IndexOptions options)
    {
        var type = new FieldType { IsIndexed = true, IsTokenized = options == IndexOptions.DOCS_AND_FREQS, OmitNorms = true, IndexOptions = options };
        type.Freeze();
        return type;
    }

    /// <summary>Hands Lucene the terms that were cut already.</summary>
    private sealed class Given : TokenStream
    {
        private readonly List<string> _terms;
        private readonly ICharTermAttribute _term;
        private int _next;

        public Given(List<string> terms)
        {
            _terms = terms;
            _term = AddAttribute<ICharTermAttribute>();
        }

        public override bool IncrementToken()
        {
            if (_next == _terms.Count) return false;
            ClearAttributes();
            _term.SetEmpty().Append(_terms[_next++]);
            return true;
        }

        public override void Reset()
        {
            base.Reset();
            _next = 0;
        }
    }
}
