namespace Marketplace.StandIns;

/// <summary>What can go wrong with one request.</summary>
public enum Fault
{
    None,

    /// <summary>The work is done and kept under the key, but the connection drops before the answer.</summary>
    Dropped,

    /// <summary>The work is done; the answer, also that to the same key, is 500.</summary>
    FailedAfter,

    /// <summary>500 before anything began: nothing is kept, the same key does the work next time.</summary>
    FailedBefore,

    /// <summary>500, nothing was done, and the key says 500 for a day.</summary>
    FailedForGood,

    /// <summary>409: another request with this key runs.</summary>
    Conflict,

    /// <summary>429 with Retry-After.</summary>
    RateLimited,

    /// <summary>The work is done at once, the answer waits for <see cref="FaultPlan.SlowBy"/>; the key is in use meanwhile.</summary>
    Slow,
}

/// <summary>How often things go wrong: shares from 0 to 1, drawn from the seed.</summary>
public sealed record FaultPlan
{
    public static FaultPlan None { get; } = new();

    public double Dropped { get; init; }

    public double FailedAfter { get; init; }

    public double FailedBefore { get; init; }

    public double FailedForGood { get; init; }

    public double Conflict { get; init; }

    public double RateLimited { get; init; }

    public double Slow { get; init; }

    public TimeSpan SlowBy { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The share of webhooks that are never sent.</summary>
    public double WebhooksLost { get; init; }

    /// <summary>The share of webhooks that are sent two to five times.</summary>
    public double WebhooksRepeated { get; init; }

    /// <summary>What is due together is sent in any order.</summary>
    public bool WebhooksReordered { get; init; }

    /// <summary>Each webhook is due up to so much later.</summary>
    public TimeSpan WebhooksLateBy { get; init; }

    internal Fault Of(double drawn)
    {
        foreach (var (fault, share) in (ReadOnlySpan<(Fault, double)>)[(Fault.Dropped, Dropped), (Fault.FailedAfter, FailedAfter), (Fault.FailedBefore, FailedBefore), (Fault.FailedForGood, FailedForGood), (Fault.Conflict, Conflict), (Fault.RateLimited, RateLimited), (Fault.Slow, Slow)])
        {
            if (drawn < share) return fault;
            drawn -= share;
        }

        return Fault.None;
    }
}
