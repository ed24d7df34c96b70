using System.Globalization;
using System.Text;

namespace Marketplace.Domain.Common;

/// <summary>Money is a whole number of fen (1/100 yuan) in a <see cref="long"/>.</summary>
public static class Fen
{
    /// <summary>10^14 fen (one trillion yuan): exact in a JavaScript number, and sums of thousands stay inside a long.</summary>
    public const long Most = 100_000_000_000_000;

    private static readonly (string Unit, int Shift)[] Units = [("万元", 4), ("亿元", 8), ("元", 0), ("万", 4), ("亿", 8), ("million", 6), ("m", 6), ("", 0)];

    /// <summary>A positive amount that the market can carry.</summary>
    public static bool IsAmount(long fen) => fen is > 0 and <= Most;

    /// <summary>Exact yuan with grouping, two decimals only when there are fen: <c>2,960,000</c>, <c>0.05</c>.</summary>
    public static string Yuan(long fen) =>
        (fen / 100m).ToString(fen % 100 == 0 ? "#,##0" : "#,##0.00", CultureInfo.InvariantCulture);

    /// <summary>Exact yuan, always with two decimals, for ledgers: <c>2,960,000.00</c>.</summary>
    public static string Exact(long fen) => (fen / 100m).ToString("#,##0.00", CultureInfo.InvariantCulture);

    /// <summary>Ten-thousands of yuan for reading beside the exact amount, at most four decimals: <c>296</c>, <c>1.5</c>.</summary>
    public static string TenThousandYuan(long fen) =>
        (fen / 1_000_000m).ToString("#,##0.####", CultureInfo.InvariantCulture);

    /// <summary>The amount in capitals with the currency in front, as confirmations print it: <c>人民币叁佰壹拾贰万元整</c>.</summary>
    public static string Capital(long fen)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fen);
        return "人民币" + Capitals.Of(fen);
    }

    /// <summary>Without grouping, for a form field: <c>2960000</c>, <c>0.05</c>.</summary>
    public static string Plain(long fen) => (fen / 100m).ToString(fen % 100 == 0 ? "0" : "0.00", CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads yuan as people type them: <c>2,980,000</c>, <c>298万</c>, <c>￥ 2980000.50</c>, full-width digits. Exact, never
    /// through a float. False for anything that is not one amount of whole fen from zero to <see cref="Most"/>.
    /// </summary>
    public static bool TryRead(string? typed, out long fen)
    {
        fen = 0;
        if (typed is null || !Text.IsStorable(typed)) return false;
        var plain = string.Concat(typed.Normalize(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c))).ToLowerInvariant();
        plain = plain.StartsWith('¥') ? plain[1..] : plain.StartsWith("rmb", StringComparison.Ordinal) || plain.StartsWith("cny", StringComparison.Ordinal) ? plain[3..] : plain;
        var (unit, shift) = Units.First(u => plain.EndsWith(u.Unit, StringComparison.Ordinal));
        var number = plain[..^unit.Length].Split('.');
        if (number.Length > 2 || !IsWhole(number[0]) || (number.Length == 2 && (number[1].Length == 0 || !number[1].All(char.IsAsciiDigit)))) return false;
        var fraction = number.Length == 2 ? number[1].TrimEnd('0') : "";
        if (fraction.Length > shift + 2) return false;
        var digits = (number[0].Replace(",", "", StringComparison.Ordinal) + fraction.PadRight(shift + 2, '0')).TrimStart('0');
        if (digits.Length == 0) return true;
        if (digits.Length > 15 || long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) is var read && read > Most) return false;
        fen = read;
        return true;
    }

    /// <summary>Digits alone, or grouped by three; any other grouping may be a typing error.</summary>
    private static bool IsWhole(string digits)
    {
        var groups = digits.Split(',');
        return groups.All(g => g.Length > 0 && g.All(char.IsAsciiDigit))
            && (groups.Length == 1 || (groups[0].Length <= 3 && groups.Skip(1).All(g => g.Length == 3)));
    }
}
