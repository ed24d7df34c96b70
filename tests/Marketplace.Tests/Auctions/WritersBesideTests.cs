using System.Diagnostics;
using Marketplace.Platform;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Auctions;

/// <summary>On SQLite all writers share one file: ordinary saves must not hold up a hot auction.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class WritersBesideTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Bids_stay_quick_while_others_write()
    {
        await using var market = await AuctionCluster.Create(null);
        var grain = await market.AnnounceAndOpen("beside", 16);
        var (clock, amount, saves) = (Stopwatch.StartNew(), 1_000_000L, 0);
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var n = 0; clock.Elapsed < TimeSpan.FromSeconds(4); n++)
            {
                await using var db = market.Databases.Create();
                db.Add(new DueWorkRow { Kind = "beside", Key = $"{writer}-{n}", DueAt = DateTimeOffset.MaxValue.AddYears(-1000) });
                await db.SaveChangesAsync();
                Interlocked.Increment(ref saves);
            }
        })).ToList();
        var latencies = await Task.WhenAll(Enumerable.Range(0, 8).Select(async bidder =>
        {
            var mine = new List<double>();
            for (var n = 0; clock.Elapsed < TimeSpan.FromSeconds(4); n++)
            {
                var sent = Stopwatch.GetTimestamp();
                await grain.PlaceBid(market.Bid(bidder * 2 + n % 2 + 1, $"{n}", Interlocked.Add(ref amount, 10_000)));
                mine.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }

            return mine;
        }));
        await Task.WhenAll(writers);

        var all = latencies.SelectMany(l => l).Order().ToArray();
        var p99 = TimeSpan.FromMilliseconds(all[(int)(all.Length * 0.99)]);
        TestContext.Current.SendDiagnosticMessage($"{all.Length} bids beside {saves} saves: p99 {p99.TotalMilliseconds:F1} ms, worst {all[^1]:F1} ms, bound {Bound.TotalMilliseconds} ms");
        Assert.True(saves > 20, "the writers wrote");
        Assert.True(p99 < Bound, $"p99 {p99.TotalMilliseconds:F1} ms is beyond {Bound.TotalMilliseconds} ms");
    }
}
