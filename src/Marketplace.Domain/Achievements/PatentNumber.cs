using System.Text;

namespace Marketplace.Domain.Achievements;

/// <summary>A patent or application number in one spelling, so that the same right is found again.</summary>
/// <param name="Value">Digits and capital letters; a Chinese number as <c>201810472196.3</c>.</param>
/// <param name="CheckDigitAgrees">Null when the number carries no check digit. A wrong one is a warning, never a refusal.</param>
/// <param name="Kind">What the number itself says of a Chinese right; null for others.</param>
public sealed record PatentNumber(string Value, bool? CheckDigitAgrees, IpKind? Kind)
{
    public const int Most = 40;

    private static readonly int[] Weights = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];

    /// <summary>Reads what people write: <c>ZL 2018 1 0472196.3</c>, <c>CN201810472196</c>, full-width characters.</summary>
    public static PatentNumber Normalise(string text)
    {
        var kept = new StringBuilder();
        foreach (var c in Common.Text.Narrow(text))
        {
            if (char.IsAsciiLetterOrDigit(c)) kept.Append(char.ToUpperInvariant(c));
        }

        var bare = kept.ToString();
        foreach (var prefix in (ReadOnlySpan<string>)["ZL", "CN"])
        {
            if (bare.StartsWith(prefix, StringComparison.Ordinal)) bare = bare[2..];
        }

        return Chinese(bare, 12) ?? Chinese(bare, 8) ?? new PatentNumber(kept.ToString(), null, null);
    }

    /// <summary>Twelve digits since October 2003 (year, kind, serial), eight before; each with or without its check digit.</summary>
    private static PatentNumber? Chinese(string bare, int digits)
    {
        if (bare.Length != digits && bare.Length != digits + 1) return null;
        for (var i = 0; i < digits; i++)
        {
            if (!char.IsAsciiDigit(bare[i])) return null;
        }

        IpKind? kind = bare[digits == 12 ? 4 : 2] switch
        {
            '1' or '8' => IpKind.Invention,
            '2' or '9' => IpKind.UtilityModel,
            '3' => IpKind.Design,
            _ => null,
        };
        if (kind is null || digits == 12 && bare[..2] is not ("19" or "20")) return null;
        if (bare.Length == digits) return new PatentNumber(bare, null, kind);
        if (!char.IsAsciiDigit(bare[digits]) && bare[digits] != 'X') return null;
        return new PatentNumber($"{bare[..digits]}.{bare[digits]}", CheckDigit(bare[..digits]) == bare[digits], kind);
    }

    /// <summary>Σ digit × weight mod 11; ten is written X.</summary>
    public static char CheckDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++) sum += (digits[i] - '0') * Weights[i];
        return (sum % 11) is 10 ? 'X' : (char)('0' + sum % 11);
    }

    /// <summary>The number without its check digit: what two spellings of the same right have in common.</summary>
    public string Stem => Value.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? Value[..dot] : Value;
}

/// <summary>How long a right lives (专利法 42).</summary>
public static class IpLife
{
    /// <summary>外观设计 applied for before this day live ten years, from this day on fifteen.</summary>
    public static readonly DateOnly DesignReform = new(2021, 6, 1);

    /// <summary>The last day of the term: 20, 10 or 15 years from the day of application. Null for rights without a term from filing.</summary>
    public static DateOnly? Ends(IpKind kind, DateOnly? appliedOn)
    {
        if (appliedOn is not { } day) return null;
        int? years = kind switch
        {
            IpKind.Invention => 20,
            IpKind.UtilityModel => 10,
            IpKind.Design => day < DesignReform ? 10 : 15,
            IpKind.SoftwareCopyright or IpKind.IcLayout or IpKind.PlantVariety or IpKind.KnowHow => null,
        };
        return years is { } term && day.Year + term <= 9999 ? day.AddYears(term).AddDays(-1) : null;
    }
}
