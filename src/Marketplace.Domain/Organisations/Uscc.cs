using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Organisations;

/// <summary>What is odd about a code that has the right shape. None of it is proof: real firms carry such codes.</summary>
public enum UsccWarning
{
    /// <summary>The 18th character is not the one that GB 32100-2015 computes.</summary>
    CheckCharacter,

    /// <summary>The 17th character is not the one that GB 11714 computes for the organisation code in places 9 to 16.</summary>
    OrganisationCode,

    /// <summary>Places 3 to 8 are not six digits, so they name no region.</summary>
    Region,
}

/// <summary>
/// 统一社会信用代码, GB 32100-2015: 登记管理部门 (1), 类别 (2), 区划 (3–8), 组织机构代码 (9–17), check character (18).
/// Only a wrong length or alphabet is refused; everything else sends the sign-up to the verification desk with a warning.
/// </summary>
public sealed record Uscc
{
    /// <summary>Thirty-one characters: the digits and the capitals without I, O, S, V, Z.</summary>
    public const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    public const int Length = 18;

    // 3^(i−1) mod 31
    private static readonly int[] Weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    private static readonly int[] OrganisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

    private Uscc(string value, ImmutableArray<UsccWarning> warnings) => (Value, Warnings) = (value, warnings);

    /// <summary>Eighteen characters of <see cref="Alphabet"/>.</summary>
    public string Value { get; }

    public ImmutableArray<UsccWarning> Warnings { get; }

    /// <summary>Reads a code as people type it: full-width, lower case, with spaces or hyphens.</summary>
    public static Result<Uscc> Read(string? text)
    {
        var value = Normalise(text);
        if (value.Length == 0) return Result<Uscc>.Refuse(Refusal.Required, "uscc");
        if (value.Length != Length || value.AsSpan().ContainsAnyExcept(Alphabet)) return Result<Uscc>.Refuse(Refusal.UsccMalformed, "uscc");
        return new Uscc(value, WarningsOf(value));
    }

    /// <summary>Half-width capitals without spaces and hyphens; what else is in it stays, to be refused.</summary>
    public static string Normalise(string? text)
    {
        if (text is null) return "";
        Span<char> kept = text.Length <= 256 ? stackalloc char[text.Length] : new char[text.Length];
        var length = 0;
        foreach (var c in text)
        {
            var half = c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : c;
            if (char.IsWhiteSpace(half) || half is '-' or '\u200B' or '\uFEFF') continue;
            kept[length++] = half is >= 'a' and <= 'z' ? (char)(half - 32) : half;
        }

        return new string(kept[..length]);
    }

    /// <summary>C18 of seventeen characters of <see cref="Alphabet"/>: (31 − Σ mod 31) mod 31, so Σ mod 31 = 0 gives 0 and 1 gives Y.</summary>
    public static char CheckCharacter(ReadOnlySpan<char> first17)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++) sum += Alphabet.IndexOf(first17[i], StringComparison.Ordinal) * Weights[i];
        return Alphabet[(31 - sum % 31) % 31];
    }

    /// <summary>The ninth character of an organisation code by GB 11714: 11 − Σ mod 11, where 10 is written X and 11 is 0.</summary>
    public static char OrganisationCheck(ReadOnlySpan<char> first8)
    {
        var sum = 0;
        for (var i = 0; i < OrganisationWeights.Length; i++)
        {
            var c = first8[i];
            // Here the letters count on without gaps: A is 10, Z is 35.
            sum += (char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10) * OrganisationWeights[i];
        }

        return (11 - sum % 11) switch { 10 => 'X', 11 => '0', var digit => (char)('0' + digit) };
    }

    public override string ToString() => Value;

    private static ImmutableArray<UsccWarning> WarningsOf(string value)
    {
        var warnings = ImmutableArray.CreateBuilder<UsccWarning>();
        if (CheckCharacter(value.AsSpan(0, 17)) != value[17]) warnings.Add(UsccWarning.CheckCharacter);
        if (OrganisationCheck(value.AsSpan(8, 8)) != value[16]) warnings.Add(UsccWarning.OrganisationCode);
        if (value.AsSpan(2, 6).ContainsAnyExceptInRange('0', '9')) warnings.Add(UsccWarning.Region);
        return warnings.ToImmutable();
    }
}
