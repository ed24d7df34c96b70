using Marketplace.Domain.Common;

namespace Marketplace.Platform;

/// <summary>
/// The only clock of the market: monotonic, whole microseconds. A node reads the wall clock once; from then on time
/// follows the hardware counter, corrected towards a reference (the database's clock when several nodes share one).
/// </summary>
/// <param name="hardware">The machine's wall clock, counter and timers; a test brings its own.</param>
public sealed class MarketClock(TimeProvider hardware) : TimeProvider
{
    /// <summary>A node that cannot bound its offset to this is not ready and stamps nothing.</summary>
    public static readonly TimeSpan WorstOffset = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a comparison holds.</summary>
    public static readonly TimeSpan Holds = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly long _startedAt = hardware.GetTimestamp();
    private readonly long _startTicks = hardware.GetUtcNow().UtcTicks;
    private long _correction;
    private long _lastTicks;
    private long? _comparedAt;
    private TimeSpan _uncertainty;
    private bool _disciplined;

    /// <summary>The clock of this machine, as it runs.</summary>
    public static MarketClock OfThisMachine() => new(System);

    public TimeProvider Hardware => hardware;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return new DateTimeOffset(_lastTicks = Told(), TimeSpan.Zero);
    }

    /// <summary>
    /// What this clock says lies within <see cref="WorstOffset"/> of the reference; true when there is none to follow.
    /// After a correction backwards it stands still and is not bounded before the reference has come near.
    /// </summary>
    public bool IsBounded => Lost is null;

    /// <summary>What keeps it from being bounded, as measured: how far it may be off, or for how long nothing was compared.</summary>
    public LostClock? Lost
    {
        get
        {
            lock (_lock)
            {
                if (!_disciplined) return null;
                var since = hardware.GetElapsedTime(_comparedAt ?? _startedAt);
                if (_comparedAt is null || since >= Holds) return new LostClock(null, (long)since.TotalMilliseconds);
                var off = TimeSpan.FromTicks(Told() - Corrected()) + _uncertainty;
                return off > WorstOffset ? new LostClock((long)Math.Ceiling(off.TotalMilliseconds), null) : null;
            }
        }
    }

    /// <summary>Whether moments of this clock may be written into a record. Only the market's own clock can be unbounded.</summary>
    public static bool IsTrusted(TimeProvider clock) => clock is not MarketClock market || market.IsBounded;

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
            _correction += reference.UtcTicks + (roundTrip / 2).Ticks - Corrected();
            (_comparedAt, _uncertainty) = (hardware.GetTimestamp(), roundTrip / 2);
        }
    }

    /// <summary>What a fact may carry: the moment of receipt, never before the last fact and never older than two seconds.</summary>
    public static DateTimeOffset FactMoment(DateTimeOffset receivedAt, DateTimeOffset lastFact, DateTimeOffset now) =>
        Instant.Later(Instant.Later(receivedAt, now - TimeSpan.FromSeconds(2)), lastFact);

    private long Corrected() => _startTicks + _correction + hardware.GetElapsedTime(_startedAt).Ticks;

    private long Told()
    {
        var ticks = Corrected();
        return Math.Max(_lastTicks, ticks - ticks % TimeSpan.TicksPerMicrosecond);
    }
}

/// <summary>
/// This node does not know the time well enough to stamp anything: nothing was decided. Another node, or this one a
/// little later, answers the same command with the same id.
/// </summary>
[GenerateSerializer]
public sealed class ClockUnboundedException() : Exception("The clock of this node is not bounded; repeat with the same id.");
