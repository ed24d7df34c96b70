using System.Globalization;

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

    /// <summary>Ten-thousands of yuan for reading beside the exact amount, at most four decimals: <c>296</c>, <c>1.5</c>.</summary>
    public static string TenThousandYuan(long fen) =>
        (fen / 1_000_000m).ToString("#,##0.####", CultureInfo.InvariantCulture);
}
