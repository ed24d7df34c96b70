namespace Marketplace.StandIns;

/// <summary>A request as it was received, and what it was answered (the answer a dropped connection swallowed, too).</summary>
public sealed record ReceivedRequest(DateTimeOffset At, string Method, string Path, string Query, string Body, string? Key, int Status, string Answer, bool Replayed, Fault Fault);

/// <summary>A signed webhook: the body and the Stripe-Signature header to post to the address.</summary>
public sealed record WebhookMessage(string EventId, string Type, Uri Url, string Body, string Signature);

/// <summary>A webhook that was sent; status 0 when nobody answered.</summary>
public sealed record WebhookDelivery(WebhookMessage Message, int Status);

/// <summary>What truly happened to money, whatever was answered.</summary>
public sealed record ChargeTruth(string Id, string PaymentIntent, string Currency, long Captured, long Refunded, bool Disputed, IReadOnlyDictionary<string, string> Metadata);

/// <summary>What is still authorised: neither captured nor let go.</summary>
public sealed record HoldTruth(string PaymentIntent, string Currency, long Amount, IReadOnlyDictionary<string, string> Metadata);
