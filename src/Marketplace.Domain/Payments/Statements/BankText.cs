using System.Text;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>Text of banks made comparable.</summary>
internal static class BankText
{
    /// <summary>Longer than any 附言; what is longer is no text of a payment.</summary>
    public const int Longest = 2000;

    /// <summary>NFKC, which makes full-width letters, digits and brackets their usual ones. Never throws.</summary>
    public static string Fold(string text)
    {
        if (Ascii.IsValid(text)) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // Normalisation throws on noncharacters, which GB18030 and UTF-8 can both carry.
            if ((rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF) clean.Append(' ');
            else clean.Append(rune.ToString());
        }

        return clean.ToString().Normalize(NormalizationForm.FormKC);
    }

    /// <summary>Two names with the same key are one name, however a bank spaced, widened or bracketed it.</summary>
    public static string NameKey(string? name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > Longest) return "";
        var key = new StringBuilder(name.Length);
        foreach (var c in Fold(name))
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format) continue;
            key.Append(c switch { '〔' or '【' or '[' => '(', '〕' or '】' or ']' => ')', _ => char.ToUpperInvariant(c) });
        }

        return key.ToString();
    }

    /// <summary>What stands in a cell: without the wrapping that keeps spreadsheets from rounding numbers; blank and dashes are nothing.</summary>
    public static string? Cell(string raw)
    {
        var text = raw.Trim();
        if (text.Length > 2 && text.StartsWith("=\"", StringComparison.Ordinal) && text[^1] == '"') text = text[2..^1].Trim();
        if (text.Length > 1 && text[0] is '\'' or '`' && text.Skip(1).All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) text = text[1..];
        return text.All(c => c is '-' or '—' or '－') ? null : text;
    }

    /// <summary>A bank's amount with its sign: grouped, full width, <c>+</c>, <c>¥</c>; exact, never through a float.</summary>
    public static bool TryAmount(string text, out long fen, out bool signed)
    {
        (fen, signed) = (0, false);
        if (text.Length > 64) return false;
        var plain = string.Concat(Text.Narrow(text).Where(c => !char.IsWhiteSpace(c))).Replace('−', '-').TrimStart('¥', '￥');
        if (plain.StartsWith("CNY", StringComparison.Ordinal) || plain.StartsWith("RMB", StringComparison.Ordinal)) plain = plain[3..];
        signed = plain.Length > 0 && plain[0] is '+' or '-';
        var digits = (signed ? plain[1..] : plain).TrimStart('¥', '￥');
        if (digits.StartsWith('.')) digits = "0" + digits;
        if (digits.Length == 0 || !digits.All(c => char.IsAsciiDigit(c) || c is '.' or ',') || !Fen.TryRead(digits, out fen)) return false;
        if (plain[0] == '-') fen = -fen;
        return true;
    }

    /// <summary>An exact difference of yuan, also one that no amount of the market can be.</summary>
    public static string Yuan(Int128 fen) => ((decimal)fen / 100m).ToString("#,##0.00", System.Globalization.CultureInfo.InvariantCulture);

    public static bool IsYuan(string currency) => Fold(currency).Trim().ToUpperInvariant() is "CNY" or "RMB" or "人民币" or "人民币元" or "156" or "CNY人民币" or "人民币(CNY)" or "人民币CNY";
}
