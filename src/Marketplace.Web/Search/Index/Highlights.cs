using Marketplace.Search.Words;

namespace Marketplace.Search.Index;

/// <summary>Marks in a text what was looked for, and cuts a long text to the stretch where most of it stands.</summary>
public sealed class Highlights
{
    /// <summary>As much of a text as a row of a list has room for.</summary>
    public const int MostExcerpt = 160;

    private readonly HashSet<string> _terms;

    public Highlights(IEnumerable<Token> query) => _terms = [.. query.Where(t => t.Kind != TokenKind.Single).Select(t => t.Term)];

    /// <summary>The whole text with its marks.</summary>
    public MarkedText Whole(string text) => new(text, _terms.Count == 0 ? [] : Join(Found(text)));

    /// <summary>At most so many characters, chosen so that as much as possible of what was looked for is seen.</summary>
    public MarkedText Excerpt(string text, int most)
    {
        if (text.Length <= most) return Whole(text);
        var found = _terms.Count == 0 ? [] : Found(text);
        var start = Best(found, most, text.Length);
        var end = Math.Min(text.Length, start + most);
        // Never half of a character.
        if (start > 0 && char.IsLowSurrogate(text[start])) start++;
        if (end < text.Length && char.IsLowSurrogate(text[end])) end--;
        var cut = found.Select(m => (From: Math.Max(m.Start, start), To: Math.Min(m.Start + m.Length, end))).Where(m => m.From < m.To)
            .Select(m => new Mark(m.From - start + (start > 0 ? 1 : 0), m.To - m.From)).ToList();
        return new MarkedText((start > 0 ? "…" : "") + text[start..end] + (end < text.Length ? "…" : ""), Join(cut));
    }

    private List<Mark> Found(string text) =>
        [.. Tokens.Of(text).Where(t => t.Kind != TokenKind.Single && _terms.Contains(t.Term)).Select(t => new Mark(t.Start, t.Length)).OrderBy(m => m.Start).ThenByDescending(m => m.Length)];

    /// <summary>Where the window of that length begins that holds most marked characters; a little before its first mark.</summary>
    private static int Best(List<Mark> found, int most, int length)
    {
        var (best, held, first) = (0, 0, 0);
        var now = 0;
        for (var last = 0; last < found.Count; last++)
        {
            now += found[last].Length;
            // A single one that is longer than the window stays in it, cut.
            while (first < last && found[last].Start + found[last].Length - found[first].Start > most - 20) now -= found[first++].Length;
            if (now > held) (held, best) = (now, Math.Max(0, found[first].Start - 10));
        }

        return Math.Min(best, length - most);
    }

    private static List<Mark> Join(List<Mark> marks)
    {
        var joined = new List<Mark>(marks.Count);
        foreach (var mark in marks)
        {
            if (joined.Count > 0 && mark.Start <= joined[^1].Start + joined[^1].Length)
                joined[^1] = new Mark(joined[^1].Start, Math.Max(joined[^1].Length, mark.Start + mark.Length - joined[^1].Start));
            else
                joined.Add(mark);
        }

        return joined;
    }
}
