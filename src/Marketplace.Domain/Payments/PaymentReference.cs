using System.Text;

namespace Marketplace.Domain.Payments;

/// <summary>
/// What an organisation writes into its bank transfer so that the money finds its account: <c>ZJP-7K2M-Q9TX</c>. It names
/// no lot and says nothing about the organisation; seven drawn characters and one that checks them.
/// </summary>
public static class PaymentReference
{
    public const string Prefix = "ZJP";

    // 31 characters, a prime, without those that are misread in handwriting and on screens (0 O 1 I L).
    private const string Alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    private const int Drawn = 7;

    /// <summary>The reference for a random number; the caller makes sure that it is not taken.</summary>
    public static string From(ulong random)
    {
        Span<char> code = stackalloc char[Drawn + 1];
        for (var i = 0; i < Drawn; i++, random /= (ulong)Alphabet.Length) code[i] = Alphabet[(int)(random % (ulong)Alphabet.Length)];
        code[Drawn] = CheckOf(code[..Drawn]);
        return $"{Prefix}-{code[..4]}-{code[4..]}";
    }

    /// <summary>Reads what a payer or a bank clerk made of it: any case, any width, spaces and dashes anywhere, prefix or not.</summary>
    /// <returns>The reference as it was issued, or null when it is none or a character is wrong.</returns>
    public static string? Read(string? typed)
    {
        if (typed is null || typed.Length > 64) return null;
        var code = new StringBuilder();
        foreach (var c in typed.Normalize(NormalizationForm.FormKC))
        {
            if (char.IsWhiteSpace(c) || c is '-' or '_' or '‐' or '–' or '—') continue;
            code.Append(char.ToUpperInvariant(c));
        }

        var text = code.ToString();
        if (text.Length == Prefix.Length + Drawn + 1 && text.StartsWith(Prefix, StringComparison.Ordinal)) text = text[Prefix.Length..];
        if (text.Length != Drawn + 1 || text.Any(c => !Alphabet.Contains(c)) || CheckOf(text.AsSpan(0, Drawn)) != text[Drawn]) return null;
        return $"{Prefix}-{text[..4]}-{text[4..]}";
    }

    // Different weights modulo a prime find every wrong character and every two that changed places.
    private static char CheckOf(ReadOnlySpan<char> drawn)
    {
        var sum = 0;
        for (var i = 0; i < drawn.Length; i++) sum += (i + 2) * Alphabet.IndexOf(drawn[i]);
        return Alphabet[(Alphabet.Length - sum % Alphabet.Length) % Alphabet.Length];
    }
}
