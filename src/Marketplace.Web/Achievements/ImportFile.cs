using System.Globalization;
using System.Text;
using System.Text.Json;
using Marketplace.Domain.Common;
using MiniExcelLibs;

namespace Marketplace.Achievements;

/// <summary>One row as it stands in the file: its line, its columns by name as written, or why it cannot be read.</summary>
public sealed record ImportLine(int Line, IReadOnlyDictionary<string, IReadOnlyList<string>> Columns, Refusal? Broken = null, string? Detail = null);

/// <summary>Reads JSONL, CSV and XLSX into lines. Numbers, texts and lists of texts are all that a column may hold.</summary>
public static class ImportFile
{
    public const int MostLine = 1_000_000;
    private static readonly Dictionary<string, IReadOnlyList<string>> None = [];

    /// <summary>All lines of the file, or why it cannot be read at all. Empty lines are passed over, but counted.</summary>
    public static Result<IReadOnlyList<ImportLine>> Read(byte[] content, string fileName)
    {
        if (content.Length == 0) return Refusal.FileEmpty;
        var extension = Path.GetExtension(fileName).ToLowerInvariant();
        if (extension is ".xlsx") return Excel(content, fileName);
        if (extension is not (".jsonl" or ".ndjson" or ".json" or ".csv" or ".tsv")) return Result<IReadOnlyList<ImportLine>>.Refuse(Refusal.FileTypeNotAllowed, ".jsonl .csv .xlsx");
        var text = Decode(content);
        if (text is null) return Result<IReadOnlyList<ImportLine>>.Refuse(Refusal.FileUnreadable, "UTF-8 / GB18030");
        IReadOnlyList<ImportLine> lines = extension is ".csv" ? Table(Csv(text, ',')) : extension is ".tsv" ? Table(Csv(text, '\t')) : [.. Json(text)];
        return lines.Count == 0 ? Refusal.NoRows : Result<IReadOnlyList<ImportLine>>.Of(lines);
    }

    /// <summary>UTF-8 or UTF-16 by its mark, else UTF-8, else GB18030 as Chinese office programs write it.</summary>
    private static string? Decode(byte[] content)
    {
        if (content.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return Strict(Encoding.Unicode, content.AsSpan(2));
        if (content.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return Strict(Encoding.BigEndianUnicode, content.AsSpan(2));
        var body = content.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? content.AsSpan(3) : content.AsSpan();
        return Strict(Encoding.UTF8, body) ?? Strict(CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!, body);
    }

    private static string? Strict(Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        var exact = (Encoding)encoding.Clone();
        exact.DecoderFallback = DecoderFallback.ExceptionFallback;
        try
        {
            return exact.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static IEnumerable<ImportLine> Json(string text)
    {
        var number = 0;
        foreach (var range in text.AsSpan().Split('\n').ToRanges())
        {
            number++;
            var line = text.AsMemory(range);
            if (line.Span.IsWhiteSpace()) continue;
            yield return line.Length > MostLine ? new ImportLine(number, None, Refusal.LineTooLong, MostLine.ToString(CultureInfo.InvariantCulture)) : JsonLine(number, line);
        }
    }

    private static List<Range> ToRanges(this MemoryExtensions.SpanSplitEnumerator<char> split)
    {
        var ranges = new List<Range>();
        foreach (var range in split) ranges.Add(range);
        return ranges;
    }

    private static ImportLine JsonLine(int number, ReadOnlyMemory<char> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return new ImportLine(number, None, Refusal.LineBroken, "{…}");
            var columns = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (Values(property.Value) is not { } values) return new ImportLine(number, None, Refusal.LineBroken, Shorten(property.Name));
                columns[property.Name] = values;
            }

            return new ImportLine(number, columns);
        }
        catch (JsonException e)
        {
            return new ImportLine(number, None, Refusal.LineBroken, $"JSON, {(e.BytePositionInLine ?? 0) + 1}");
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate written as an escape cannot become a text.
            return new ImportLine(number, None, Refusal.TextNotAllowed);
        }
    }

    private static IReadOnlyList<string>? Values(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => [],
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => [value.GetRawText()],
        JsonValueKind.Array when value.EnumerateArray().All(v => v.ValueKind is JsonValueKind.String or JsonValueKind.Number) =>
            [.. value.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.String ? v.GetString()! : v.GetRawText())],
        _ => null,
    };

    private static Result<IReadOnlyList<ImportLine>> Excel(byte[] content, string fileName)
    {
        var type = Platform.Files.FileCheck.Check(content, fileName);
        if (!type.Done) return Result<IReadOnlyList<ImportLine>>.Refuse(type.Refusal.Value, type.Detail);
        try
        {
            using var stream = new MemoryStream(content, writable: false);
            var rows = MiniExcel.Query(stream, useHeaderRow: false, excelType: ExcelType.XLSX)
                .Select((row, i) => (Line: i + 1, Cells: (IReadOnlyList<string>)[.. ((IDictionary<string, object?>)row).Values.Select(Cell)], Whole: true));
            var lines = Table(rows);
            return lines.Count == 0 ? Refusal.NoRows : Result<IReadOnlyList<ImportLine>>.Of(lines);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or System.Xml.XmlException or NullReferenceException or KeyNotFoundException or ArgumentException or InvalidOperationException)
        {
            // Whatever the reader stumbles over, it is the file: nothing of ours runs inside.
            return Refusal.FileUnreadable;
        }
    }

    private static string Cell(object? value) => value switch
    {
        null => "",
        DateTime day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static List<ImportLine> Table(IEnumerable<(int Line, IReadOnlyList<string> Cells, bool Whole)> rows)
    {
        IReadOnlyList<string>? header = null;
        var lines = new List<ImportLine>();
        foreach (var (line, cells, whole) in rows)
        {
            if (cells.All(string.IsNullOrWhiteSpace)) continue;
            if (header is null)
            {
                header = cells;
                continue;
            }

            if (!whole || cells.Count > header.Count && cells.Skip(header.Count).Any(c => c.Length > 0))
            {
                lines.Add(new ImportLine(line, None, Refusal.LineBroken, whole ? $"{cells.Count} > {header.Count}" : "\""));
                continue;
            }

            if (cells.Sum(c => (long)c.Length) > MostLine)
            {
                lines.Add(new ImportLine(line, None, Refusal.LineTooLong, MostLine.ToString(CultureInfo.InvariantCulture)));
                continue;
            }

            var columns = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < Math.Min(header.Count, cells.Count); i++)
            {
                if (header[i].Length > 0 && cells[i].Length > 0) columns.TryAdd(header[i], [cells[i]]);
                else if (header[i].Length > 0) columns.TryAdd(header[i], []);
            }

            lines.Add(new ImportLine(line, columns));
        }

        return lines;
    }

    /// <summary>RFC 4180: quotes, doubled quotes, line breaks inside quotes; the line is the one on which the row begins.</summary>
    private static IEnumerable<(int Line, IReadOnlyList<string> Cells, bool Whole)> Csv(string text, char separator)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var (line, begin, quoted) = (1, 1, false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n') line++;
            if (quoted)
            {
                if (c != '"') cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
                else quoted = false;
            }
            else if (c == '"' && cell.Length == 0) quoted = true;
            else if (c == separator) Take();
            else if (c == '\n')
            {
                Take();
                yield return (begin, cells, true);
                (cells, begin) = ([], line);
            }
            else if (c != '\r' || i + 1 < text.Length && text[i + 1] != '\n') cell.Append(c);
        }

        if (quoted)
        {
            yield return (begin, ["\""], false);
        }
        else if (cell.Length > 0 || cells.Count > 0)
        {
            Take();
            yield return (begin, cells, true);
        }

        void Take()
        {
            cells.Add(cell.ToString());
            cell.Clear();
        }
    }

    internal static string Shorten(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[59]) ? 59 : 60), "…");
}
