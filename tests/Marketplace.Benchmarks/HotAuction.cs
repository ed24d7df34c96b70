using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Benchmarks;

/// <summary>Durable bids a second on one auction through its grain, beside a stored procedure on the same PostgreSQL in the same run.</summary>
internal static class HotAuction
{
    public static async Task Run(string[] args)
    {
        var seconds = Option(args, "--seconds") is { } s ? int.Parse(s, CultureInfo.InvariantCulture) : 5;
        int[] rows = Option(args, "--bidders") is { } b ? [int.Parse(b, CultureInfo.InvariantCulture)] : [1, 16, 64, 256];
        string[] stores = Option(args, "--store") is { } only ? [only] : ["postgres", "sqlite"];
        var duration = TimeSpan.FromSeconds(seconds);
        await using var server = await PostgresServer.Start();
        var database = await server.CreateDatabase();

        var rivals = new Dictionary<int, Measured>();
        await using (var source = NpgsqlDataSource.Create(database))
        {
            var rival = new Rival(source);
            await rival.Prepare();
            foreach (var clients in rows) rivals[clients] = await rival.Measure(clients, duration);
        }

        var best = rivals.Values.MaxBy(r => r.PerSecond)!;
        Console.WriteLine($"{Environment.ProcessorCount} processors, fsync on, {seconds} s a row; the stored procedure is best at {best.Clients} clients: {best.PerSecond:F0}/s");
        Console.WriteLine("store     bidders   bids/s    p99 ms   procedure/s   ratio   ratio to its best   refused");
        var results = new List<object>();
        foreach (var store in stores)
        {
            await using var market = await Market.Start(store == "postgres" ? await server.CreateDatabase() : null);
            foreach (var bidders in rows)
            {
                var ours = await market.Measure(bidders, duration);
                var rival = rivals[bidders];
                Console.WriteLine($"{store,-9} {bidders,7} {ours.PerSecond,8:F0} {ours.P99Ms,9:F2} {rival.PerSecond,13:F0} {ours.PerSecond / rival.PerSecond,7:F1} {ours.PerSecond / best.PerSecond,19:F1} {ours.Refused,9}");
                results.Add(new
                {
                    benchmark = "hot-auction",
                    store,
                    bidders,
                    bidsPerSecond = Math.Round(ours.PerSecond),
                    p99Ms = Math.Round(ours.P99Ms, 2),
                    rivalPerSecond = Math.Round(rival.PerSecond),
                    ratio = Math.Round(ours.PerSecond / rival.PerSecond, 2),
                    ratioToRivalsBest = Math.Round(ours.PerSecond / best.PerSecond, 2),
                });
            }

            Console.WriteLine($"{store,-9} replay of 100,000 facts: {await market.ReplayTime():F0} ms");
        }

        foreach (var row in results) Console.WriteLine(JsonSerializer.Serialize(row));
    }

    private static string? Option(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    private sealed class Market(BareMarket bare) : IAsyncDisposable
    {
        private string? _longest;
        private long _longestVersion;

        public static async Task<Market> Start(string? postgres) => new(await BareMarket.Start(postgres));

        public async Task<Measured> Measure(int bidders, TimeSpan duration)
        {
            var id = $"hot-{bidders}";
            var grain = bare.Services.GetRequiredService<IGrainFactory>().GetGrain<IAuctionGrain>(id);
            var clock = bare.Services.GetRequiredService<TimeProvider>();
            var opens = clock.GetUtcNow() + TimeSpan.FromMilliseconds(2000 + bidders * 8);
            var terms = new Terms
            {
                Auction = id,
                StartPriceFen = 100,
                Steps = [new Step(0, 1)],
                OnStep = OnStep.Minimum,
                OpensAt = opens,
                EndsAt = opens + TimeSpan.FromHours(1),
                SoftCloseSeconds = 300,
            };
            if (!(await grain.FixTerms(terms, null)).Done) throw new InvalidOperationException("The terms were refused.");
            // Two paddles a client: nobody outbids himself.
            for (var paddle = 1; paddle <= bidders * 2; paddle++) await grain.Admit(paddle, null);
            await Eventually.Become("the auction to open", TimeSpan.FromMinutes(1), () => Task.FromResult(clock.GetUtcNow() >= opens));

            long amount = 100;
            var measured = await Load.Drive(bidders, duration, client => Task.FromResult<Func<int, Task<bool>>>(async number =>
            {
                var command = new BidCommand(client * 2 + number % 2 + 1, $"{client}-{number}", Interlocked.Increment(ref amount), null, clock.GetUtcNow());
                return (await grain.PlaceBid(command)).Refusal is null;
            }));
            var version = (await grain.Look()).Version;
            if (version > _longestVersion) (_longest, _longestVersion) = (id, version);
            return measured;
        }

        /// <summary>Milliseconds to read, check and fold 100,000 facts of the longest log as an activation does, scaled when it is shorter.</summary>
        public async Task<double> ReplayTime()
        {
            var store = bare.Services.GetRequiredService<IFactStore>();
            var (auction, prev) = (Auction.Nothing, FactLine.Genesis);
            var watch = Stopwatch.StartNew();
            await foreach (var stored in store.Read(AuctionGrain.StreamOf(_longest!)))
            {
                var line = AuctionLines.Read(stored.Bytes, stored.Secret, stored.Hash);
                if (line.Prev != prev) throw new InvalidOperationException("The chain breaks.");
                (auction, prev) = (auction.Fold(line), line.Hash);
                if (auction.Version == 100_000) break;
            }

            return watch.Elapsed.TotalMilliseconds * 100_000 / auction.Version;
        }

        public ValueTask DisposeAsync() => bare.DisposeAsync();
    }
}
