using System.Text;

namespace Marketplace.Platform.Documents;

/// <summary>
/// Where a line ends (pure). Between Chinese characters anywhere, but closing marks never begin a line and opening ones never end it
/// (行首行末禁则); Latin words whole, unless one is wider than the line.
/// </summary>
public static class LineBreaks
{
    private const string NeverFirst = "，。、；：？！）》」』】〕〉”’…—～·％‰℃々〗｝］｠ー,.;:?!)]}%»›";
    private const string NeverLast = "（《「『【〔〈“‘￥＄＃〖｛［｟([{«‹¥$#";

    /// <param name="advance">How wide a character is, in the unit of <paramref name="width"/>.</param>
    public static IReadOnlyList<string> Wrap(string paragraph, double width, Func<Rune, double> advance)
    {
        var runes = paragraph.EnumerateRunes().ToArray();
        var lines = new List<string>();
        var (start, breakAt, at, used) = (0, -1, 0, 0.0);
        while (at < runes.Length)
        {
            if (at > start && MayBreak(runes[at - 1], runes[at])) breakAt = at;
            used += advance(runes[at]);
            // Blanks at the end of a line take no room.
            if (used <= width || at == start || runes[at].Value == ' ')
            {
                at++;
                continue;
            }

            var end = breakAt > start ? breakAt : at;
            lines.Add(Text(runes, start, end));
            while (end < runes.Length && runes[end].Value == ' ') end++;
            (start, breakAt, at, used) = (end, -1, end, 0);
        }

        lines.Add(Text(runes, start, runes.Length));
        return lines;
    }

    private static string Text(Rune[] runes, int start, int end)
    {
        var text = new StringBuilder();
        foreach (var rune in runes.AsSpan(start, end - start)) text.Append(rune);
        return text.ToString().TrimEnd(' ');
    }

    private static bool MayBreak(Rune before, Rune after)
    {
        if (after.Value == ' ' || In(NeverFirst, after) || In(NeverLast, before)) return false;
        if (before.Value == ' ') return true;
        if (IsWide(before) || IsWide(after)) return true;
        // An address or a compound may end a line at its stroke.
        return before.Value is '-' or '/' && Rune.IsLetterOrDigit(after) && !Rune.IsDigit(after);
    }

    private static bool In(string marks, Rune rune) => rune.IsBmp && marks.Contains((char)rune.Value);

    private static bool IsWide(Rune rune) => rune.Value is >= 0x2E80 and <= 0xA4CF or >= 0xAC00 and <= 0xD7A3 or >= 0xF900 and <= 0xFAFF or >= 0xFE30 and <= 0xFE4F or >= 0xFF00 and <= 0xFF60 or >= 0xFFE0 and <= 0xFFE6 or >= 0x20000
        or '—' or '…' or '“' or '”' or '‘' or '’';
}
