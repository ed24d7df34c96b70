using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>What follows when a lot is not sold; decided before its first round and part of its announcement. Stored by name.</summary>
public enum FailedPlan
{
    /// <summary>Nothing: the achievement is free again.</summary>
    None,

    /// <summary>重新竞价 once, at a lower start price.</summary>
    Again,

    /// <summary>重新竞价, then 降价.</summary>
    AgainThenDutch,

    /// <summary>重新竞价, then 降价, then 挂牌交易.</summary>
    AgainThenDutchThenListed,
}

/// <summary>Which round of the plan a lot is. Stored by name.</summary>
public enum LotRound { First, Again, Dutch, Listed }

/// <summary>流拍安排 (网络司法拍卖规定 26): the ladder of a lot that was not sold.</summary>
/// <param name="WithinDays">The next round opens within so many days of the failed one.</param>
/// <param name="LowerBasisPoints">How much lower the start price of the next round is, in hundredths of a percent.</param>
public sealed record FailedLot(FailedPlan Plan, int WithinDays, int LowerBasisPoints)
{
    public const int MostDays = 30, MostLowerBasisPoints = 2000;

    /// <summary>The notice of a later round runs at least so many statutory days.</summary>
    public const int NoticeDays = 15;

    /// <summary>The notice, the day it is published on and the one it opens on: a plan of fewer days could not be kept.</summary>
    public const int LeastDays = NoticeDays + 2;

    public static readonly FailedLot Nothing = new(FailedPlan.None, 0, 0);

    /// <summary>Order of refusals: the days, the percentage. Without a plan nothing is asked.</summary>
    public Result<FailedLot> Check() =>
        Plan == FailedPlan.None ? Nothing
        : WithinDays is < LeastDays or > MostDays ? Result<FailedLot>.Refuse(Refusal.PlanOutOfRange, "planDays")
        : LowerBasisPoints is < 0 or > MostLowerBasisPoints ? Result<FailedLot>.Refuse(Refusal.PlanOutOfRange, "planLower")
        : this;

    /// <summary>The round after this one; null when the ladder ends here.</summary>
    public LotRound? After(LotRound round) => (Plan, round) switch
    {
        (FailedPlan.None, _) => null,
        (_, LotRound.First) => LotRound.Again,
        (FailedPlan.AgainThenDutch or FailedPlan.AgainThenDutchThenListed, LotRound.Again) => LotRound.Dutch,
        (FailedPlan.AgainThenDutchThenListed, LotRound.Dutch) => LotRound.Listed,
        _ => null,
    };

    /// <summary>The lower start price, up to a whole yuan so that it is never lower than planned.</summary>
    public long LowerFen(long startFen)
    {
        var lower = (long)(((Int128)startFen * (10_000 - LowerBasisPoints) + 9_999) / 10_000);
        return (lower + 99) / 100 * 100;
    }

    /// <summary>24:00 of the last day on which the next round may open; a listing begins with its notice.</summary>
    public DateTimeOffset OpensBy(DateTimeOffset failedAt) => StatutoryDays.StartOf(Days.Of(failedAt).AddDays(WithinDays + 1));

    /// <summary>The id of the lot that follows: the same however often it is asked.</summary>
    public static string NextId(string first, LotRound round) => $"{first}-{(int)round + 1}";
}
