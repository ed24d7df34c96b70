using System.Globalization;
using System.Text.Json;
using Marketplace.Domain.Payments;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Benchmarks;

/// <summary>Posted transfers a second on one book through its grain, beside a ledger of one transaction a transfer on the same database in the same run.</summary>
internal static class LedgerSpeed
{
    private const int Organisations = 100;

    public static async Task Run(int seconds)
    {
        var duration = TimeSpan.FromSeconds(seconds);
        await using var server = await PostgresServer.Start();
        Console.WriteLine($"{Environment.ProcessorCount} processors, fsync on, {seconds} s a row");
        Console.WriteLine("store     clients   transfers/s    p99 ms   one a transaction/s    p99 ms   ratio   proof of all, ms   lines   replayed, ms");
        foreach (var store in new[] { "postgres", "sqlite" })
        {
            foreach (var clients in new[] { 1, 16, 64, 256 })
            {
                await using var naive = store == "postgres" ? await NaiveLedger.OnPostgres(await server.CreateDatabase(), Organisations) : await NaiveLedger.OnSqlite(Organisations);
                var rival = await naive.Measure(clients, duration);
                await using var market = await BareMarket.Start(store == "postgres" ? await server.CreateDatabase() : null);
                var ours = await Measure(market, clients, duration);
                var watch = System.Diagnostics.Stopwatch.StartNew();
                var proof = await market.Services.GetRequiredService<LedgerProving>().Prove(DepositAccounts.RealBook, "benchmark", CancellationToken.None);
                if (proof is not { Proof.Holds: true }) throw new InvalidOperationException("The book does not hold.");
                var proved = watch.Elapsed.TotalMilliseconds;
                var (lines, replayed) = await Replay(market);
                Console.WriteLine($"{store,-9} {clients,7} {ours.PerSecond,13:F0} {ours.P99Ms,9:F2} {rival.PerSecond,21:F0} {rival.P99Ms,9:F2} {ours.PerSecond / rival.PerSecond,7:F1} {proved,18:F0} {lines,7} {replayed,14:F0}");
                Console.WriteLine(JsonSerializer.Serialize(new
                {
                    benchmark = "ledger",
                    store,
                    clients,
                    transfersPerSecond = Math.Round(ours.PerSecond),
                    p99Ms = Math.Round(ours.P99Ms, 2),
                    naivePerSecond = Math.Round(rival.PerSecond),
                    naiveP99Ms = Math.Round(rival.P99Ms, 2),
                    ratio = Math.Round(ours.PerSecond / rival.PerSecond, 2),
                    proofMs = Math.Round(proved),
                    lines,
                    replayMs = Math.Round(replayed),
                }));
            }
        }
    }

    /// <summary>How long a book that no node has in memory takes to answer, from its first line to its last.</summary>
    private static async Task<(int Lines, double Ms)> Replay(BareMarket market)
    {
        var grains = market.Services.GetRequiredService<IGrainFactory>();
        await grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await grains.GetGrain<IBookGrain>(DepositAccounts.RealBook).Look(Guid.CreateVersion7());
        var took = watch.Elapsed.TotalMilliseconds;
        await using var db = market.Services.GetRequiredService<IMarketplaceDbFactory>().Create();
        return (await db.Set<FactRow>().CountAsync(f => f.Stream == "ledger/" + DepositAccounts.RealBook), took);
    }

    /// <summary>Each transfer is a credit of an organisation of its own: chained, signed, in every table that pages read, with its notice.</summary>
    private static Task<Measured> Measure(BareMarket market, int clients, TimeSpan duration)
    {
        var book = market.Services.GetRequiredService<IGrainFactory>().GetGrain<IBookGrain>(DepositAccounts.RealBook);
        var creditedAt = market.Services.GetRequiredService<TimeProvider>().GetUtcNow().AddHours(-1);
        var (by, owners) = (Guid.CreateVersion7(), Enumerable.Range(0, Organisations).Select(_ => Guid.CreateVersion7()).ToArray());
        return Load.Drive(clients, duration, client => Task.FromResult<Func<int, Task<bool>>>(async number =>
        {
            var command = new ConfirmCredit(Guid.CreateVersion7(), owners[(client * 31 + number) % Organisations], 1, creditedAt, string.Create(CultureInfo.InvariantCulture, $"{client}-{number}"), null, by);
            return (await book.Confirm(command)).Done;
        }));
    }
}
