using System.Text.Json;

namespace Marketplace.Domain.Common;

/// <summary>What the market's own probe measured when it failed; each only when it was beyond its bound.</summary>
/// <param name="AppendMs">A durable write took so long, or had not come back after so long.</param>
/// <param name="ClockOffsetMs">The clock may have been so far from its reference.</param>
/// <param name="HubSilentMs">The news to the browsers had stood still for so long.</param>
/// <param name="AppendsFailed">So many durable writes in a row were not slow but failed.</param>
/// <param name="ClockSilentMs">The clock had not been compared with its reference for so long.</param>
public sealed record ProbeFigures(long? AppendMs = null, long? ClockOffsetMs = null, long? HubSilentMs = null, long? AppendsFailed = null, long? ClockSilentMs = null)
{
    public bool IsEmpty => AppendMs is null && ClockOffsetMs is null && HubSilentMs is null && AppendsFailed is null && ClockSilentMs is null;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("figures");
        if (AppendMs is { } append) json.WriteNumber("appendMs", append);
        if (ClockOffsetMs is { } offset) json.WriteNumber("clockOffsetMs", offset);
        if (HubSilentMs is { } hub) json.WriteNumber("hubSilentMs", hub);
        if (AppendsFailed is { } failed) json.WriteNumber("appendsFailed", failed);
        if (ClockSilentMs is { } silent) json.WriteNumber("clockSilentMs", silent);
        json.WriteEndObject();
    }

    public static ProbeFigures? Read(JsonElement line)
    {
        if (!line.TryGetProperty("figures", out var figures)) return null;
        return new ProbeFigures(Number("appendMs"), Number("clockOffsetMs"), Number("hubSilentMs"), Number("appendsFailed"), Number("clockSilentMs"));
        long? Number(string name) => figures.TryGetProperty(name, out var number) ? number.GetInt64() : null;
    }
}

/// <summary>What one look of the market at itself gave.</summary>
/// <param name="AppendMs">How long a durable write took; null when it failed.</param>
/// <param name="Clock">How far off the clock may be; null while it is within its bound.</param>
/// <param name="HubSilentMs">How long the news to the browsers has stood still.</param>
public readonly record struct ProbeReading(long? AppendMs, LostClock? Clock, long HubSilentMs);

/// <summary>A clock beyond its bound: it may be off by so much, or it has not been compared for so long that nobody can say.</summary>
public readonly record struct LostClock(long? OffsetMs, long? SilentMs);

/// <summary>When the market's own probe says that it cannot serve bidders (domain.md §8a.8). Nothing that a bidder does is looked at.</summary>
public static class ProbeRule
{
    /// <summary>A durable write that takes so long is a failure.</summary>
    public const long SlowAppendMs = 3_000;

    /// <summary>So many failures in a row count; a single slow write does not.</summary>
    public const int InARow = 3;

    /// <summary>A write that has not come back after so long counts by itself.</summary>
    public const long LostAppendMs = InARow * SlowAppendMs;

    /// <summary>News that stand still so long.</summary>
    public const long SilentHubMs = 15_000;

    /// <param name="last">The last readings, oldest first.</param>
    /// <param name="pendingMs">For how long a write has been out; null when none is.</param>
    /// <returns>What failed, or null while the market can serve.</returns>
    public static ProbeFigures? Verdict(IReadOnlyList<ProbeReading> last, long? pendingMs)
    {
        var lately = last.Count >= InARow ? last.Skip(last.Count - InARow).ToList() : [];
        var slow = lately.Count > 0 && lately.All(r => r.AppendMs is null or >= SlowAppendMs);
        var append = pendingMs >= LostAppendMs ? pendingMs : slow ? lately.Max(r => r.AppendMs) : null;
        var failed = slow ? lately.Count(r => r.AppendMs is null) : 0;
        var clockLost = lately.Count > 0 && lately.All(r => r.Clock is not null);
        var hub = lately.Count > 0 && lately.All(r => r.HubSilentMs >= SilentHubMs) ? lately[^1].HubSilentMs : (long?)null;
        var figures = new ProbeFigures(
            append, clockLost ? lately.Max(r => r.Clock!.Value.OffsetMs) : null, hub,
            failed > 0 ? failed : null, clockLost ? lately.Max(r => r.Clock!.Value.SilentMs) : null);
        return figures.IsEmpty ? null : figures;
    }
}
