namespace Marketplace.StandIns.Engine;

/// <summary>A request as it came, from a socket or from the handler in the process.</summary>
internal sealed record Call(string Method, string Path, string Query, string Body)
{
    public string? Authorization { get; init; }

    public string? Key { get; init; }

    public string? Version { get; init; }

    public string? Account { get; init; }
}

/// <summary>What is answered; the body is kept under the idempotency key as it is.</summary>
internal sealed record Answer(int Status, byte[] Body)
{
    public string RequestId { get; init; } = "";

    /// <summary>The request whose answer this repeats.</summary>
    public string? Original { get; init; }

    /// <summary>What the client libraries are told about trying again; null leaves it to them.</summary>
    public bool? ShouldRetry { get; init; }

    public int? RetryAfterSeconds { get; init; }

    /// <summary>The headers besides the content type.</summary>
    public IEnumerable<(string Name, string Value)> Headers(Call call)
    {
        yield return ("Request-Id", RequestId);
        if (call.Version is not null) yield return ("Stripe-Version", call.Version);
        if (call.Key is not null) yield return ("Idempotency-Key", call.Key);
        if (Original is not null)
        {
            yield return ("Original-Request", Original);
            yield return ("Idempotent-Replayed", "true");
        }

        if (ShouldRetry is { } retry) yield return ("Stripe-Should-Retry", retry ? "true" : "false");
        if (RetryAfterSeconds is { } seconds) yield return ("Retry-After", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
