using System.Collections.Concurrent;
using System.Diagnostics;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>
/// P1 and P4 of the market's promises under simulated faults. <c>MARKETPLACE_SEEDS=n</c> runs more seeds, a failing one
/// is named and runs the same again.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 1_000;
    private const int Commands = 1_000;

    /// <summary>For the thousand seeds on two quiet cores; other tests run beside them.</summary>
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_thousand_seeds_of_a_thousand_commands_keep_every_promise()
    {
        var seeds = int.TryParse(Environment.GetEnvironmentVariable("MARKETPLACE_SEEDS"), out var more) ? more : Seeds;
        var (faults, coverage, began) = (new ConcurrentBag<string>(), new Coverage(), Stopwatch.GetTimestamp());
        Parallel.For(1, seeds + 1, seed =>
        {
            var run = Simulation.Run(seed, Commands);
            if (Verdict.Of(run) is { } fault) faults.Add($"seed {seed} ({run.Lot.Terms.Format}): {fault}");
            coverage.Add(run);
        });
        var took = Stopwatch.GetElapsedTime(began);
        output.WriteLine($"{seeds} seeds of {Commands} commands in {took.TotalSeconds:0.0} s on {Environment.ProcessorCount} cores, at most {AtMost.TotalSeconds:0} s for {Seeds}\n{coverage}");
        Assert.True(faults.IsEmpty, string.Join('\n', faults.Order(StringComparer.Ordinal).Take(5)));
        Assert.Null(coverage.Lacks(seeds));
        Assert.True(took < AtMost * Math.Max(1, seeds / (double)Seeds), $"{took}");
    }

    public static TheoryData<Planted> Faults => [.. Enum.GetValues<Planted>().Where(planted => planted != Planted.Nothing)];

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_found_and_its_seed_shows_it_again(Planted planted)
    {
        var (found, fault) = Enumerable.Range(1, 400).Select(seed => (seed, Fault(seed, planted))).FirstOrDefault(s => s.Item2 is not null);
        Assert.NotNull(fault);
        output.WriteLine($"seed {found}: {fault}");
        var (once, again) = (Simulation.Run(found, Commands, planted), Simulation.Run(found, Commands, planted));
        Assert.Equal(fault, Verdict.Of(again));
        Assert.Equal(once.Trace(), again.Trace());
        // It is the planted fault that was found: without it the same seed is good.
        Assert.Null(Verdict.Of(Simulation.Run(found, Commands)));
    }

    /// <summary>What is wrong with a run. One that the market's own assertions stop has no end to be judged; another seed shows its fault whole.</summary>
    private static string? Fault(int seed, Planted planted)
    {
        try
        {
            return Verdict.Of(Simulation.Run(seed, Commands, planted));
        }
        catch (ArgumentException) when (planted == Planted.NoFence)
        {
            return null;
        }
    }
}
