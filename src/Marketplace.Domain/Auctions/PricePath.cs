using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>How a falling price falls: by the same step after each interval, until the floor.</summary>
/// <param name="StepBasisPoints">Hundredths of a per cent of the start price; null when the step is in fen.</param>
/// <param name="StepFen">The step in fen; null when it is a share of the start price.</param>
public sealed record PricePath(int? StepBasisPoints, long? StepFen, int IntervalSeconds, long FloorFen)
{
    private const int MostSteps = 10_000;

    public TimeSpan Interval => TimeSpan.FromSeconds(IntervalSeconds);

    /// <summary>
    /// The price after so many steps: <c>start × (10000 − bp·k) / 10000</c>, exactly, then up to a whole fen, so that it
    /// never lies below the announced path; never below the floor.
    /// </summary>
    public long PriceAfter(long startFen, long steps)
    {
        if (steps <= 0) return startFen;
        var price = StepFen is { } step
            ? (Int128)startFen - (Int128)step * steps
            : Up((Int128)startFen * (10_000 - (Int128)StepBasisPoints!.Value * steps), 10_000);
        return price < FloorFen ? FloorFen : (long)price;
    }

    /// <summary>The price at a moment, counted from the moment the path began.</summary>
    public long PriceAt(long startFen, TimeSpan since) => PriceAfter(startFen, since.Ticks / Interval.Ticks);

    /// <summary>Steps until the floor is reached.</summary>
    public long Steps(long startFen)
    {
        var fall = (Int128)startFen - FloorFen;
        return (long)(StepFen is { } step ? Up(fall, step) : Up(fall * 10_000, (Int128)startFen * StepBasisPoints!.Value));
    }

    /// <summary>From the start price to the end of the interval at the floor.</summary>
    public TimeSpan Lasts(long startFen) => Interval * (Steps(startFen) + 1);

    /// <summary>Null when the price can fall like this.</summary>
    public string? FirstFault(long startFen)
    {
        if (StepFen.HasValue == StepBasisPoints.HasValue) return "path.step";
        if (StepFen is { } step && !Fen.IsAmount(step)) return "path.stepFen";
        if (StepBasisPoints is < 1 or > 10_000) return "path.stepBasisPoints";
        if (IntervalSeconds is < 1 or > 86_400) return "path.intervalSeconds";
        if (!Fen.IsAmount(FloorFen) || FloorFen >= startFen) return "path.floorFen";
        return Steps(startFen) > MostSteps ? "path.floorFen" : null;
    }

    private static Int128 Up(Int128 dividend, Int128 divisor) => dividend <= 0 ? 0 : (dividend + divisor - 1) / divisor;
}
