namespace Marketplace.Shared;

/// <summary>How a cell of a CSV file is written.</summary>
public static class Sheet
{
    /// <summary>Quoted, and never a formula in a spreadsheet.</summary>
    public static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var safe = text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
