namespace Marketplace.Search.Words;

/// <summary>Keywords, titles and names in the spelling in which they are proposed while somebody writes.</summary>
public static class Phrases
{
    /// <summary>Longer ones nobody writes to the end.</summary>
    public const int Most = 60;

    private const int MostInQuery = 30;

    public static string Of(string text)
    {
        var folded = Folding.Fold(text).Trim();
        return folded.Length is 0 or > Most ? "" : string.Join(' ', folded.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>What of a query could be a keyword or a name as a whole: all of it, and each part between spaces and commas.</summary>
    public static IReadOnlyList<string> In(string query) =>
        [.. query.Split([' ', '\u3000', '\t', '\n', ',', '，', '、', ';', '；'], StringSplitOptions.RemoveEmptyEntries).Take(MostInQuery).Append(query).Select(Of).Where(p => p.Length > 1).Distinct()];
}
