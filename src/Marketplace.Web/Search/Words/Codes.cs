namespace Marketplace.Search.Words;

/// <summary>Patent numbers, credit codes and the like: found as a whole, however they are written.</summary>
public static class Codes
{
    private const int Shortest = 6;

    /// <summary>Letters and digits alone, in capitals, without the country's and the patent's letters before a number.</summary>
    public static string Bare(string code)
    {
        var bare = string.Concat(Folding.Fold(code).Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        return bare.Length > 8 && bare[..2] is "ZL" or "CN" && bare.AsSpan(2).IndexOfAnyExceptInRange('0', '9') is var letter && (letter < 0 || letter == bare.Length - 3) ? bare[2..] : bare;
    }

    /// <summary>What the text could mean if it is a code: itself, and without a check digit. Nothing when it is a sentence.</summary>
    public static IReadOnlyList<string> In(string text)
    {
        var bare = Bare(text);
        if (bare.Length is < Shortest or > 64 || !bare.Any(char.IsAsciiDigit) || text.Any(Folding.IsUnspaced)) return [];
        // Chinese application numbers have 8 or 12 digits and one to check them by.
        return bare.Length is 9 or 13 && bare[..^1].All(char.IsAsciiDigit) ? [bare, bare[..^1]] : [bare];
    }
}
