using System.Diagnostics;

namespace Marketplace.Benchmarks;

/// <summary>Accepted bids a second and the 99th percentile of their answers.</summary>
internal sealed record Measured(int Clients, double PerSecond, double P99Ms, long Accepted, long Refused);

/// <summary>Closed-loop clients: each sends its next bid when the one before is answered.</summary>
internal static class Load
{
    /// <summary>Before anything counts, caches fill, connections open and just-in-time compilation comes to rest.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <param name="connect">Makes a client's action; it answers whether the bid was accepted.</param>
    public static async Task<Measured> Drive(int clients, TimeSpan duration, Func<int, Task<Func<int, Task<bool>>>> connect)
    {
        var actions = new List<Func<int, Task<bool>>>();
        for (var client = 0; client < clients; client++) actions.Add(await connect(client));
        var warm = Stopwatch.StartNew();
        await Task.WhenAll(actions.Select(a => Loop(a, 0, () => warm.Elapsed < WarmUp, null)));
        var latencies = actions.ConvertAll(_ => new List<double>());
        var clock = Stopwatch.StartNew();
        var refused = await Task.WhenAll(actions.Select((a, i) => Loop(a, 1_000_000, () => clock.Elapsed < duration, latencies[i])));
        var elapsed = clock.Elapsed.TotalSeconds;
        var all = latencies.SelectMany(l => l).Order().ToArray();
        return new Measured(clients, all.Length / elapsed, all.Length == 0 ? 0 : all[(int)(all.Length * 0.99)], all.Length, refused.Sum());
    }

    private static async Task<long> Loop(Func<int, Task<bool>> bid, int number, Func<bool> goOn, List<double>? latencies)
    {
        long refused = 0;
        // The first await leaves the caller, so that all clients start together.
        await Task.Yield();
        while (goOn())
        {
            var sent = Stopwatch.GetTimestamp();
            if (await bid(number++)) latencies?.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            else refused++;
        }

        return refused;
    }
}
