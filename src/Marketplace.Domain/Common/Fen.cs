using System.Globalization;
using System.Text;

namespace Marketplace.Domain.Common;

/// <summary>Money is a whole number of fen (1/100 yuan) in a <see cref="long"/>.</summary>
public static class Fen
{
    /// <summary>10^14 fen (one trillion yuan): exact in a JavaScript number, and sums of thousands stay inside a long.</summary>
    public const long Most = 100_000_000_000_000;

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

    /// <summary>Reads yuan as people write them: grouping, full-width digits and a currency sign are welcome, at most two decimals.</summary>
    public static bool TryRead(string? typed, out long fen)
    {
        fen = 0;
        if (typed is null || typed.Length > 32) return false;
        var text = typed.Normalize(NormalizationForm.FormKC).Trim().TrimStart('¥').Replace(",", "", StringComparison.Ordinal).Trim();
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var yuan)) return false;
        if (yuan > Most / 100m || yuan * 100 % 1 != 0) return false;
        fen = (long)(yuan * 100);
        return true;
    }
}
