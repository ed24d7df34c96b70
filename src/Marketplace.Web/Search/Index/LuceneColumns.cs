using System.Runtime.CompilerServices;
using Lucene.Net.Index;
using Lucene.Net.Util;

namespace Marketplace.Search.Index;

/// <summary>The columns of one segment in memory: a segment never changes, so they are read once.</summary>
internal sealed class LuceneColumns
{
    private static readonly ConditionalWeakTable<object, LuceneColumns> Known = [];

    private LuceneColumns(AtomicReader reader)
    {
        (Audience, Trl, PriceFor) = (Bytes(reader, LuceneDocuments.For), Bytes(reader, LuceneDocuments.Trl), Bytes(reader, LuceneDocuments.PriceFor));
        (Price, At, Tie) = (Longs(reader, LuceneDocuments.Price), Longs(reader, LuceneDocuments.At), Longs(reader, LuceneDocuments.Tie));
        (Words, Characters, AllWords, AllCharacters) = Lengths(reader, LuceneDocuments.Length);
        (RegisteredWords, RegisteredCharacters, _, _) = Lengths(reader, LuceneDocuments.RegisteredLength);
        Facets = [.. Enum.GetValues<Facet>().Select(facet => new FacetColumn(reader, facet))];
    }

    public byte[] Audience { get; }
    public byte[] Trl { get; }
    public long[] Price { get; }
    public byte[] PriceFor { get; }
    public long[] At { get; }
    public long[] Tie { get; }

    /// <summary>How many terms each text has.</summary>
    public int[] Words { get; }
    public int[] Characters { get; }
    public int[] RegisteredWords { get; }
    public int[] RegisteredCharacters { get; }
    public long AllWords { get; }
    public long AllCharacters { get; }

    /// <summary>By <see cref="Facet"/>.</summary>
    public FacetColumn[] Facets { get; }

    public static LuceneColumns Of(AtomicReader reader) => Known.GetValue(reader.CoreCacheKey, _ => new LuceneColumns(reader));

    private static long[] Longs(AtomicReader reader, string name)
    {
        var read = reader.GetNumericDocValues(name);
        var values = new long[reader.MaxDoc];
        if (read is not null)
        {
            for (var i = 0; i < values.Length; i++) values[i] = read.Get(i);
        }

        return values;
    }

    private static byte[] Bytes(AtomicReader reader, string name) => Array.ConvertAll(Longs(reader, name), value => (byte)value);

    private static (int[] Words, int[] Characters, long AllWords, long AllCharacters) Lengths(AtomicReader reader, string name)
    {
        var both = Longs(reader, name);
        var words = Array.ConvertAll(both, b => (int)(b >> 32));
        var characters = Array.ConvertAll(both, b => (int)(uint)b);
        return (words, characters, words.Sum(w => (long)w), characters.Sum(c => (long)c));
    }
}

/// <summary>A facet of one segment: a small number for each document, and what the number stands for.</summary>
internal sealed class FacetColumn
{
    public FacetColumn(AtomicReader reader, Facet facet)
    {
        Numbers = new int[reader.MaxDoc];
        var read = reader.GetSortedDocValues(LuceneDocuments.Column(facet));
        if (read is null)
        {
            Values = [[]];
            return;
        }

        // Number 0 is a document without a value; Lucene calls it -1.
        Values = new string[read.ValueCount + 1][];
        Values[0] = [];
        var bytes = new BytesRef();
        for (var i = 0; i < read.ValueCount; i++)
        {
            read.LookupOrd(i, bytes);
            Values[i + 1] = Split(facet, bytes.Utf8ToString());
        }

        for (var i = 0; i < Numbers.Length; i++) Numbers[i] = read.GetOrd(i) + 1;
    }

    public int[] Numbers { get; }

    /// <summary>The values that a number stands for: none, one, or several.</summary>
    public string[][] Values { get; }

    private static string[] Split(Facet facet, string kept) => facet switch
    {
        _ when kept.Length == 0 => [],
        Facet.Field or Facet.Highland or Facet.Way => kept.Split(LuceneDocuments.Bar, StringSplitOptions.RemoveEmptyEntries),
        _ => [kept],
    };
}
