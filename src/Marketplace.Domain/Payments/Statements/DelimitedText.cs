using System.Text;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>A row of a table. <paramref name="Line"/> is the line of the file on which it begins.</summary>
/// <param name="Whole">False when its quotes do not close or text follows a closing quote.</param>
internal sealed record Row(int Line, IReadOnlyList<string> Cells, bool Whole)
{
    public bool IsBlank => Whole && Cells.All(string.IsNullOrWhiteSpace);
}

/// <summary>RFC 4180: quotes, doubled quotes, line breaks inside quotes; spaces around a quoted cell are no part of it.</summary>
internal static class DelimitedText
{
    private const int MostCells = 500;

    private enum In { Plain, Quoted, Closed }

    public static IEnumerable<Row> Rows(string text, char delimiter)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var (line, begin, state, whole, blank) = (1, 1, In.Plain, true, true);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            // A carriage return alone ends a line, too; before a line feed it is a part of the same end.
            var end = c == '\n' || (c == '\r' && (i + 1 == text.Length || text[i + 1] != '\n'));
            if (end) line++;
            if (state == In.Quoted)
            {
                if (c != '"') cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
                else state = In.Closed;
            }
            else if (c == delimiter)
            {
                Take();
            }
            else if (end)
            {
                Take();
                yield return new Row(begin, cells, whole);
                (cells, begin, whole) = ([], line, true);
            }
            else if (c == '\r')
            {
                continue;
            }
            else if (state == In.Closed)
            {
                whole &= char.IsWhiteSpace(c);
            }
            else if (c == '"' && blank)
            {
                cell.Clear();
                state = In.Quoted;
            }
            else
            {
                blank &= char.IsWhiteSpace(c);
                cell.Append(c);
            }
        }

        if (state == In.Quoted) whole = false;
        if (cell.Length > 0 || cells.Count > 0 || state != In.Plain)
        {
            Take();
            yield return new Row(begin, cells, whole);
        }

        void Take()
        {
            // No table is that wide; the row is refused without keeping the rest of it.
            if (cells.Count < MostCells) cells.Add(cell.ToString());
            else whole = false;
            cell.Clear();
            (state, blank) = (In.Plain, true);
        }
    }
}
