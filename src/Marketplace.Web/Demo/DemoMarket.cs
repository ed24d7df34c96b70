using System.Collections.Concurrent;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demo;

/// <summary>
/// Keeps a few demonstration auctions under way: announces the next when one ends, and lets demo bidders bid. What is
/// under way is read from the market each time, so that a restart goes on where the last run stopped.
/// </summary>
public sealed class DemoMarket(
    DemoStage stage, MarketOptions options, IConfiguration configuration, IMarketplaceDbFactory databases, DemoLoading loading, DemoLots lots, DemoBidders bidders, DemoHall hall, DemoDemands demands,
    DemoRemoval removal, ILogger<DemoMarket> log) : IHostedService, IDisposable
{
    /// <summary>Announced or live at any moment; each is announced for half a minute and live for some minutes.</summary>
    private const int UnderWay = 7;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Announced = TimeSpan.FromSeconds(25);
    private readonly SemaphoreSlim _one = new(1);
    private readonly ConcurrentDictionary<string, Task> _bidding = new();
    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;

    private bool IsOff => string.Equals(options.Demo, "off", StringComparison.OrdinalIgnoreCase);

    private bool IsOn => string.Equals(options.Demo, "on", StringComparison.OrdinalIgnoreCase);

    /// <summary>Loads by itself only what nobody else can see; afterwards the market is ready with everything in it.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!stage.Serves || IsOff || !(IsOn || DemoFeature.ListensOnLoopbackOnly(configuration))) return;
        // A removal that was cut off is finished by its due work; nothing is begun before.
        if (await loading.IsLeaving(cancellationToken)) return;
        if (!await loading.IsThere(cancellationToken))
        {
            if (!await loading.IsEmptyButForTheCast(cancellationToken)) return;
            await loading.Load(cancellationToken);
            // Whoever looks as soon as the market is ready sees an auction about to open.
            await lots.Announce(AtOnce, cancellationToken);
        }

        Begin();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stop is null) return;
        await _stop.CancelAsync();
        await Task.WhenAll(_bidding.Values.Append(_running)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _bidding.Clear();
        _stop = null;
    }

    /// <summary>Loads on demand, beside whatever else is in the market.</summary>
    /// <returns>How many works are listed; null when the demonstration was there already.</returns>
    public async Task<int?> Load(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (await loading.IsLeaving(cancellation)) await removal.RemoveAll(cancellation);
            if (await loading.IsThere(cancellation)) return null;
            var works = await loading.Load(cancellation);
            if (stage.Serves && !IsOff) Begin();
            return works;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Stops it and removes all of it.</summary>
    /// <returns>How many rows went.</returns>
    public async Task<int> Remove(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            await StopAsync(cancellation);
            return await removal.RemoveAll(cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Finishes a removal that was cut off. One that ended meanwhile leaves nothing to do, least of all with what was loaded since.</summary>
    public async Task FinishRemoval(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (!await loading.IsLeaving(cancellation)) return;
            await StopAsync(cancellation);
            await removal.RemoveAll(cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _stop?.Dispose();
        _one.Dispose();
    }

    private void Begin()
    {
        _stop = new CancellationTokenSource();
        _running = Run(_stop.Token);
    }

    private async Task Run(CancellationToken stop)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(LookEvery);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Turn(stop);
                await timer.WaitForNextTickAsync(stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                log.TurnFailed(e);
                await Task.Delay(LookEvery, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task Turn(CancellationToken stop)
    {
        await demands.GoOn(stop);
        await using var db = databases.Create();
        var underWay = await db.Set<Lot>().AsNoTracking().Where(l => l.Demo && l.State == LotState.Announced && l.Outcome == null && l.OpensAt != null && l.Session != null
                && !db.Set<HallSession>().Any(h => h.Session == l.Session))
            .Select(l => l.Id).ToListAsync(stop);
        foreach (var auction in underWay) Attend(auction, stop);
        foreach (var (auction, _) in _bidding.Where(b => b.Value.IsCompleted)) _bidding.TryRemove(auction, out _);
        if (underWay.Count >= UnderWay)
        {
            await hall.Prepare(stop);
            return;
        }

        // When the curtain rises, the first few open at once, the others one after the other.
        var soon = underWay.Count < 4;
        if (await lots.Announce(soon ? AtOnce : Announced, stop) is { } next) Attend(next, stop);
    }

    private void Attend(string auction, CancellationToken stop)
    {
        if (!_bidding.ContainsKey(auction)) _bidding[auction] = bidders.Bid(auction, stop);
    }
}

internal static partial class DemoLog
{
    [LoggerMessage(70, LogLevel.Warning, "A turn of the demonstration failed; it goes on")]
    public static partial void TurnFailed(this ILogger log, Exception reason);

    [LoggerMessage(71, LogLevel.Warning, "The bidders of {Auction} stopped")]
    public static partial void BiddingFailed(this ILogger log, string auction, Exception reason);
}
