namespace Marketplace.StandIns;

/// <summary>How a local Stripe starts; the defaults are Stripe's own where it has any.</summary>
public sealed record LocalStripeOptions
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Draws ids and faults: the same seed and the same requests give the same transcript.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The loopback port to listen at; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The version events are written in; its release train must be that of the client library (EventUtility refuses others).</summary>
    public string ApiVersion { get; init; } = "2026-10-28.endive";

    public IReadOnlyList<WebhookEndpoint> Webhooks { get; init; } = [];

    /// <summary>Sends the webhooks; null sends them over the network.</summary>
    public HttpMessageHandler? WebhookHandler { get; init; }

    /// <summary>Sends what is due by itself, so often; null (tests) sends only on <see cref="LocalStripe.Deliver"/>.</summary>
    public TimeSpan? DeliverEvery { get; init; }

    public FaultPlan Faults { get; init; } = FaultPlan.None;

    /// <summary>Of every request over the socket, "METHOD /path": before the work (false), and after it while nothing is answered yet (true).</summary>
    public Func<string, bool, Task>? Passing { get; init; }

    /// <summary>How long a search does not see what changed; Stripe says under a minute in normal times.</summary>
    public TimeSpan SearchLag { get; init; }

    /// <summary>How long a bank takes to pay or to refuse.</summary>
    public TimeSpan ProcessingTime { get; init; } = TimeSpan.FromDays(4);

    /// <summary>How long a refund that is not instant takes to succeed or to fail.</summary>
    public TimeSpan RefundTime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>What Stripe keeps of a charge: this share (1/10,000) of it, rounded half up, and <see cref="FixedFee"/>; 0 and 0 keep nothing.</summary>
    public int FeeBasisPoints { get; init; }

    public long FixedFee { get; init; }

    /// <summary>What Stripe keeps for a dispute, won or lost.</summary>
    public long DisputeFee { get; init; }

    /// <summary>How long the money of a charge stays pending in the balance.</summary>
    public TimeSpan SettlementTime { get; init; } = TimeSpan.FromDays(2);
}

/// <summary>Where events are told; an empty list of types means all.</summary>
public sealed record WebhookEndpoint(Uri Url, string Secret)
{
    public IReadOnlyList<string> Types { get; init; } = [];
}
