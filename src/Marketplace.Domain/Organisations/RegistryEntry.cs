using System.Text;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Organisations;

/// <summary>What names an organisation that is registered outside mainland China: a country or territory and the number in its company register.</summary>
/// <param name="Country">ISO 3166-1 alpha-2, never the mainland.</param>
/// <param name="Number">As <see cref="ReadNumber"/> gives it.</param>
public sealed record RegistryEntry(string Country, string Number)
{
    /// <summary>Fewest characters, and fewest letters and digits among them.</summary>
    public const int Least = 2;

    public const int Most = 40;

    private const string Signs = " .-/";

    /// <summary>
    /// Reads a number as people type it: full-width, lower case, with several blanks in a row. Letters of the Latin alphabet
    /// alone: two numbers that look alike must not be two organisations.
    /// </summary>
    public static Result<string> ReadNumber(string? text)
    {
        var number = Normalise(text);
        if (number.Length == 0) return Result<string>.Refuse(Refusal.Required, "registryNumber");
        var isNumber = number.Length <= Most && Compact(number).Length >= Least
            && number.All(c => char.IsAsciiLetterOrDigit(c) || Signs.Contains(c, StringComparison.Ordinal));
        return isNumber ? number : Result<string>.Refuse(Refusal.RegistryNumberMalformed, "registryNumber");
    }

    /// <summary>The letters and digits alone: registers write the same number with and without blanks, dots and hyphens.</summary>
    public static string Compact(string number) => string.Concat(number.Where(char.IsAsciiLetterOrDigit));

    /// <summary>Half-width capitals, one blank for several, a hyphen for every dash; what else is in it stays, to be refused.</summary>
    private static string Normalise(string? text)
    {
        var kept = new StringBuilder();
        foreach (var c in Text.Narrow(text ?? ""))
        {
            if (c is '\u200B' or '\uFEFF') continue;
            if (!char.IsWhiteSpace(c)) kept.Append(c is >= '\u2010' and <= '\u2015' or '\u2212' ? '-' : c is >= 'a' and <= 'z' ? (char)(c - 32) : c);
            else if (kept.Length > 0 && kept[^1] != ' ') kept.Append(' ');
        }

        return kept.ToString().TrimEnd(' ');
    }
}
