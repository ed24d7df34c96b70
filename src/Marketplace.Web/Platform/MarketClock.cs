using System.Diagnostics;
using Marketplace.Domain.Common;

namespace Marketplace.Platform;

/// <summary>
/// The only clock of the market: monotonic, whole microseconds. A node reads the wall clock once; from then on time
/// follows the hardware counter, corrected towards a reference (the database's clock when several nodes share one).
/// </summary>
public sealed class MarketClock : TimeProvider
{
    /// <summary>A node that cannot bound its offset to this is not ready and stamps nothing.</summary>
    public static readonly TimeSpan WorstOffset = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly long _startTicks = DateTimeOffset.UtcNow.UtcTicks;
    private long _correction;
    private long _lastTicks;
    private long _boundedAt;
    private bool _disciplined;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            var ticks = _startTicks + _correction + Stopwatch.GetElapsedTime(_startedAt).Ticks;
            ticks -= ticks % TimeSpan.TicksPerMicrosecond;
            _lastTicks = Math.Max(_lastTicks, ticks);
            return new DateTimeOffset(_lastTicks, TimeSpan.Zero);
        }
    }

    /// <summary>The clock follows a reference, and the last comparison is recent and close enough; true when there is none to follow.</summary>
    public bool IsBounded
    {
        get
        {
            lock (_lock) return !_disciplined || (_boundedAt != 0 && Stopwatch.GetElapsedTime(_boundedAt) < TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>From now on the clock counts only while it is compared with a reference.</summary>
    public void FollowReference()
    {
        lock (_lock) _disciplined = true;
    }

    /// <summary>Compares with the reference and moves towards it; time never runs backwards.</summary>
    /// <param name="reference">What the reference said.</param>
    /// <param name="roundTrip">How long asking took; half of it is the uncertainty.</param>
    public void Compare(DateTimeOffset reference, TimeSpan roundTrip)
    {
        lock (_lock)
        {
            if (roundTrip / 2 > WorstOffset) return;
            var mine = _startTicks + _correction + Stopwatch.GetElapsedTime(_startedAt).Ticks;
            _correction += reference.UtcTicks + (roundTrip / 2).Ticks - mine;
            _boundedAt = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>What a fact may carry: the moment of receipt, never before the last fact and never older than two seconds.</summary>
    public static DateTimeOffset FactMoment(DateTimeOffset receivedAt, DateTimeOffset lastFact, DateTimeOffset now) =>
        Instant.Later(Instant.Later(receivedAt, now - TimeSpan.FromSeconds(2)), lastFact);
}
