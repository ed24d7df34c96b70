using System.Globalization;
using System.Text;

namespace Marketplace.Domain.Common;

/// <summary>Reads yuan as people type them: <c>2,980,000</c>, <c>298万</c>, <c>￥ 2980000.50</c>, full-width digits. Exact, never through a float.</summary>
public static class YuanText
{
    private static readonly (string Unit, int Shift)[] Units = [("万元", 4), ("亿元", 8), ("元", 0), ("万", 4), ("亿", 8), ("million", 6), ("m", 6), ("", 0)];

    /// <summary>False for anything that is not one positive amount of whole fen that the market can carry.</summary>
    public static bool TryRead(string text, out long fen)
    {
        fen = 0;
        if (!Text.IsStorable(text)) return false;
        var plain = string.Concat(text.Normalize(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c))).ToLowerInvariant();
        plain = plain.StartsWith('¥') ? plain[1..] : plain.StartsWith("rmb", StringComparison.Ordinal) || plain.StartsWith("cny", StringComparison.Ordinal) ? plain[3..] : plain;
        var (unit, shift) = Units.First(u => plain.EndsWith(u.Unit, StringComparison.Ordinal));
        var number = plain[..^unit.Length].Split('.');
        if (number.Length > 2 || !IsWhole(number[0]) || (number.Length == 2 && (number[1].Length == 0 || !number[1].All(char.IsAsciiDigit)))) return false;
        var fraction = number.Length == 2 ? number[1].TrimEnd('0') : "";
        if (fraction.Length > shift + 2) return false;
        var digits = (number[0].Replace(",", "", StringComparison.Ordinal) + fraction.PadRight(shift + 2, '0')).TrimStart('0');
        return digits.Length is > 0 and <= 15 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out fen) && Fen.IsAmount(fen);
    }

    /// <summary>Digits alone, or grouped by three; any other grouping may be a typing error.</summary>
    private static bool IsWhole(string digits)
    {
        var groups = digits.Split(',');
        return groups.All(g => g.Length > 0 && g.All(char.IsAsciiDigit))
            && (groups.Length == 1 || (groups[0].Length <= 3 && groups.Skip(1).All(g => g.Length == 3)));
    }
}
