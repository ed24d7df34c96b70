namespace Marketplace.StandIns;

/// <summary>A clock that can be moved on: development need not wait days for a bank.</summary>
public sealed class MovableTime(TimeProvider real) : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => real.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
