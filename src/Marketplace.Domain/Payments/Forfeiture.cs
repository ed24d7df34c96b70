namespace Marketplace.Domain.Payments;

/// <summary>Where a forfeited deposit goes, in this order: costs of the sale, what the resale brought less, the seller.</summary>
/// <remarks>网络司法拍卖规定 art. 24. The three shares always sum to the deposit.</remarks>
public sealed record Forfeiture(long CostsFen, long ShortfallFen, long SellerFen)
{
    /// <param name="depositFen">The whole forfeited deposit.</param>
    /// <param name="costsFen">What the failed sale cost.</param>
    /// <param name="shortfallFen">By how much the resale stayed below the first price; nothing when it did not.</param>
    public static Forfeiture Of(long depositFen, long costsFen, long shortfallFen)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(depositFen);
        var costs = Math.Clamp(costsFen, 0, depositFen);
        var shortfall = Math.Clamp(shortfallFen, 0, depositFen - costs);
        return new Forfeiture(costs, shortfall, depositFen - costs - shortfall);
    }

    /// <summary>What the defaulting winner still owes: costs and shortfall beyond the deposit (补交差额).</summary>
    public static long StillOwedFen(long depositFen, long costsFen, long shortfallFen) =>
        Math.Max(0, Math.Max(0, costsFen) + Math.Max(0, shortfallFen) - depositFen);
}
