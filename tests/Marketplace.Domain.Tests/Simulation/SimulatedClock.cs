namespace Marketplace.Domain.Tests.Simulation;

/// <summary>A node's clock, as the market's own: never backwards, and not bounded while it is far off or stands still.</summary>
/// <param name="skew">How far the machine's hour is from the true one, in microseconds.</param>
internal sealed class SimulatedClock(World world, long skew)
{
    /// <summary>What a bounded clock may be off, in microseconds.</summary>
    public const long Worst = 200_000;

    private long _skew = skew;
    private long _told = long.MinValue;
    private bool _compared = Math.Abs(skew) <= Worst;

    public DateTimeOffset Now => World.Begin.AddMicroseconds(_told = Math.Max(_told, world.Elapsed + _skew));

    public bool IsBounded => _compared && Math.Max(_told, world.Elapsed + _skew) - (world.Elapsed + _skew) <= Worst / 2;

    /// <summary>The reference answers, and from now on the clock is no further off than this.</summary>
    public void Compare(long off)
    {
        _skew = off;
        _compared = true;
    }
}
