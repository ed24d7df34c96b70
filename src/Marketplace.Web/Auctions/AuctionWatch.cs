using System.Collections.Concurrent;
using Marketplace.Platform;
using Microsoft.AspNetCore.SignalR;

namespace Marketplace.Auctions;

/// <summary>
/// One per web node: takes pictures from the auctions that somebody here watches and hands the newest on to the
/// browsers, at most twenty a second per auction. A push may be lost; the renewal every two seconds brings the truth.
/// </summary>
public sealed class AuctionWatch(IGrainFactory grains, IHubContext<AuctionHub> hub, PlatformProbe probe, ILogger<AuctionWatch> log) : BackgroundService
{
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, Watched> _watched = new();
    private readonly ConcurrentDictionary<string, string> _connections = new();

    public static string GroupOf(string auction) => "auction/" + auction;

    /// <summary>A browser begins to watch; answers the picture of this moment.</summary>
    public async Task<AuctionPicture> Join(string auction, string connection)
    {
        Leave(connection);
        _connections[connection] = auction;
        var watched = _watched.GetOrAdd(auction, id => new Watched(id, this));
        Interlocked.Increment(ref watched.Viewers);
        return await Renew(watched);
    }

    public void Leave(string connection)
    {
        if (_connections.TryRemove(connection, out var auction) && _watched.TryGetValue(auction, out var watched)) Interlocked.Decrement(ref watched.Viewers);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RenewEvery);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            probe.HubBeats();
            foreach (var (auction, watched) in _watched)
            {
                if (Volatile.Read(ref watched.Viewers) <= 0) _watched.TryRemove(auction, out _);
                else _ = RenewAndShow(watched);
            }
        }
    }

    private async Task RenewAndShow(Watched watched)
    {
        try
        {
            watched.Offer(await Renew(watched));
        }
        catch (Exception e)
        {
            // The next renewal comes in two seconds; browsers see the age of their picture meanwhile.
            log.RenewFailed(watched.Auction, e);
        }
    }

    private Task<AuctionPicture> Renew(Watched watched) => grains.GetGrain<IAuctionGrain>(watched.Auction).Watch(watched.Reference(grains));

    /// <summary>Sends the newest picture and waits out the spacing; a slow browser delays nobody but the next send of this auction.</summary>
    private async Task Send(Watched watched)
    {
        while (watched.Take() is { } picture)
        {
            // A group send waits for its slowest member; it is bounded by the spacing, laggards heal by version.
            var sent = hub.Clients.Group(GroupOf(watched.Auction)).SendAsync("picture", picture);
            await Task.WhenAny(sent, Task.Delay(Spacing));
            await Task.Delay(Spacing);
        }
    }

    /// <summary>An auction that this node shows.</summary>
    private sealed class Watched(string auction, AuctionWatch watch) : IAuctionWatcher
    {
        private readonly Lock _lock = new();
        private IAuctionWatcher? _reference;
        private AuctionPicture? _newest;
        private bool _sending;

        public int Viewers;

        public string Auction => auction;

        public IAuctionWatcher Reference(IGrainFactory grains) => _reference ??= grains.CreateObjectReference<IAuctionWatcher>(this);

        public Task Show(AuctionPicture picture)
        {
            Offer(picture);
            return Task.CompletedTask;
        }

        /// <summary>Keeps the newest picture and starts sending when nobody is at it.</summary>
        public void Offer(AuctionPicture picture)
        {
            lock (_lock)
            {
                if (_newest is { } waiting && waiting.Version > picture.Version) return;
                _newest = picture;
                if (_sending) return;
                _sending = true;
            }

            _ = watch.Send(this);
        }

        public AuctionPicture? Take()
        {
            lock (_lock)
            {
                var picture = _newest;
                _newest = null;
                _sending = picture is not null;
                return picture;
            }
        }
    }
}

internal static partial class WatchLog
{
    [LoggerMessage(30, LogLevel.Warning, "The watch on {Auction} could not be renewed")]
    public static partial void RenewFailed(this ILogger log, string auction, Exception reason);
}
