namespace Marketplace.Domain.Common;

/// <summary>What text may enter the market. Any script is welcome; only what a database or a reader cannot hold is refused.</summary>
public static class Text
{
    /// <summary>
    /// U+0000 cannot be stored in PostgreSQL and a lone surrogate is not a character: both are refused by name at the
    /// edge, on both databases, so that a text either comes back unchanged or never entered.
    /// </summary>
    public static bool IsStorable(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\0') return false;
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (char.IsSurrogate(c)) return false;
        }

        return true;
    }

    /// <summary>A required text of at most <paramref name="most"/> UTF-16 units, returned unchanged.</summary>
    public static Result<string> Require(string? text, int most, string field) =>
        string.IsNullOrWhiteSpace(text) ? Result<string>.Refuse(Refusal.Required, field) : Allow(text, most, field).Then(t => Result<string>.Of(t!));

    /// <summary>An optional text of at most <paramref name="most"/> UTF-16 units, returned unchanged; blank becomes null.</summary>
    public static Result<string?> Allow(string? text, int most, string field) =>
        string.IsNullOrWhiteSpace(text) ? Result<string?>.Of(null)
        : !IsStorable(text) ? Result<string?>.Refuse(Refusal.TextNotAllowed, field)
        : text.Length > most ? Result<string?>.Refuse(Refusal.TooLong, field)
        : Result<string?>.Of(text);

    /// <summary>
    /// Full-width letters, digits, signs and spaces as their usual ones, every character in its place. Unicode
    /// normalisation would do more, but throws on noncharacters, which people may store.
    /// </summary>
    public static string Narrow(string text) => string.Create(text.Length, text, static (narrow, wide) =>
    {
        for (var i = 0; i < wide.Length; i++)
        {
            narrow[i] = wide[i] switch
            {
                >= '\uFF01' and <= '\uFF5E' => (char)(wide[i] - 0xFEE0),
                '\u3000' => ' ',
                _ => wide[i],
            };
        }
    });
}
