using System.Collections.Concurrent;
using System.Net;
using Marketplace.Domain.Auctions;

namespace Marketplace.Auctions;

/// <summary>
/// How fast bids may come from one paddle and from one address, on this node. Only bids: reading the room is never
/// limited here. A bid that is turned away was not looked at and may be repeated with its id.
/// </summary>
public sealed class BidLimits(TimeProvider clock)
{
    /// <summary>Buckets from which on those that filled up again are forgotten.</summary>
    private const int Many = 10_000;

    private readonly ConcurrentDictionary<(string Auction, int Paddle), BidPace> _paddles = new();
    private readonly ConcurrentDictionary<string, BidPace> _addresses = new();

    /// <returns>After how many seconds to come again; null when the bid may be looked at.</returns>
    public int? Take(IPAddress? address) =>
        // Whoever sits at this machine is the proxy before it, or has other ways.
        address is null || IPAddress.IsLoopback(address) ? null : Take(_addresses, Network(address), BidPace.OfAddress);

    public int? Take(string auction, int paddle) => Take(_paddles, (auction, paddle), BidPace.OfPaddle);

    private int? Take<TKey>(ConcurrentDictionary<TKey, BidPace> buckets, TKey key, (int AtOnce, int PerSecond) limit)
        where TKey : notnull
    {
        var now = clock.GetUtcNow();
        if (buckets.Count > Many)
        {
            foreach (var (old, pace) in buckets)
            {
                if (pace.IsFull(limit, now)) buckets.TryRemove(KeyValuePair.Create(old, pace));
            }
        }

        while (true)
        {
            var before = buckets.GetOrAdd(key, static (_, full) => BidPace.Full(full.limit, full.now), (limit, now));
            var (next, wait) = before.Take(limit, now);
            if (buckets.TryUpdate(key, next, before)) return wait;
        }
    }

    /// <summary>One customer of a provider has a whole /64 of IPv6 addresses.</summary>
    private static string Network(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString()
        : address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes(), 0, 8)
        : address.ToString();
}
