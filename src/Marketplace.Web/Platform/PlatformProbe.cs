using System.Diagnostics;
using Marketplace.Domain.Common;
using Marketplace.Platform.Streams;

namespace Marketplace.Platform;

/// <summary>
/// The market looks at itself every second: a durable write through the same store that takes the bids, the clock's
/// bound, the news to the browsers. It measures nothing of any bidder. The rule is <see cref="ProbeRule"/>.
/// </summary>
public sealed class PlatformProbe(IFactStore store, TimeProvider clock, ILogger<PlatformProbe> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly Queue<ProbeReading> _last = new();
    private readonly string _stream = $"probe/{Environment.MachineName}";
    private long? _pendingSince;
    private long _hubBeat = Stopwatch.GetTimestamp();

    /// <summary>The news go out.</summary>
    public void HubBeats() => Volatile.Write(ref _hubBeat, Stopwatch.GetTimestamp());

    /// <summary>What fails now; null while the market can serve.</summary>
    public ProbeFigures? Failing()
    {
        lock (_lock)
        {
            var pending = _pendingSince is { } since ? (long)Stopwatch.GetElapsedTime(since).TotalMilliseconds : (long?)null;
            return ProbeRule.Verdict([.. _last], pending);
        }
    }

    /// <summary>One look; the loop takes one each second.</summary>
    public async Task Look(CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        lock (_lock) _pendingSince = began;
        long? took = null;
        try
        {
            await store.Serve(_stream, clock.GetUtcNow(), cancellation);
            took = (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            log.AppendFailed(e);
        }

        var reading = new ProbeReading(
            took, (clock as MarketClock)?.Lost, (long)Stopwatch.GetElapsedTime(Volatile.Read(ref _hubBeat)).TotalMilliseconds);
        lock (_lock)
        {
            _pendingSince = null;
            _last.Enqueue(reading);
            while (_last.Count > ProbeRule.InARow) _last.Dequeue();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await Look(stoppingToken);
    }
}

internal static partial class ProbeLog
{
    [LoggerMessage(40, LogLevel.Warning, "The market's own probe could not write")]
    public static partial void AppendFailed(this ILogger log, Exception reason);
}
