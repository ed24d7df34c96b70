using System.Collections.Concurrent;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Tests.Auctions;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>
/// P1 and P4 of the market's promises under simulated faults. <c>MARKETPLACE_SEEDS=n</c> runs more seeds, a failing one
/// is named and runs the same again.
/// </summary>
public sealed class SimulationTests
{
    private const int Commands = 1_000;

    [Fact]
    public void A_thousand_seeds_of_a_thousand_commands_keep_every_promise()
    {
        var seeds = int.TryParse(Environment.GetEnvironmentVariable("MARKETPLACE_SEEDS"), out var more) ? more : 1_000;
        var faults = new ConcurrentBag<string>();
        long heard = 0, takeovers = 0, extended = 0, paused = 0;
        Parallel.For(1, seeds + 1, seed =>
        {
            var run = Simulation.Run(seed, Commands);
            if (Fault(run) is { } fault) faults.Add($"seed {seed}: {fault}");
            Interlocked.Add(ref heard, run.Heard.Count);
            Interlocked.Add(ref takeovers, run.Takeovers);
            if (run.Store.Lines.Exists(l => l.Fact is Resumed { Paused: true })) Interlocked.Increment(ref paused);
            if (run.Store.Lines[^1].At > ((TermsFixed)run.Store.Lines[0].Fact).Terms.EndsAt) Interlocked.Increment(ref extended);
        });
        Assert.True(faults.IsEmpty, string.Join('\n', faults.Order(StringComparer.Ordinal).Take(5)));

        // The runs met what they are for.
        Assert.True(heard > seeds * Commands / 2 && takeovers > 2 * seeds && extended > seeds / 4 && paused > seeds / 20, $"{heard} answers, {takeovers} take-overs, {extended} extended, {paused} paused");
    }

    [Theory]
    [InlineData(Planted.AnswersBeforeCommit)]
    [InlineData(Planted.NoFence)]
    [InlineData(Planted.SoftCloseFromTheOldEnd)]
    [InlineData(Planted.LeaderRaisedAgainstHimself)]
    public void A_planted_fault_is_found_and_its_seed_shows_it_again(Planted planted)
    {
        var found = Enumerable.Range(1, 50).Select(seed => (Seed: seed, Run: Simulation.Run(seed, Commands, planted)))
            .FirstOrDefault(s => Fault(s.Run) is not null);
        Assert.NotNull(found.Run);
        var again = Simulation.Run(found.Seed, Commands, planted);
        Assert.Equal(Fault(found.Run), Fault(again));
        Assert.Equal(found.Run.Trace(), again.Trace());
    }

    private static string? Fault(Simulation run) => OneThreadModel.Fault(run.Store.Lines) ?? Acknowledged(run) ?? Replays(run);

    /// <summary>Whatever a client was told is what the log says, for ever and in the order in which the client acted.</summary>
    private static string? Acknowledged(Simulation run)
    {
        var log = run.Store.Lines;
        var first = new Dictionary<(int, string), BidAnswer>();
        foreach (var heard in run.Heard)
        {
            if (heard.Reply.Answer is not { } answer) continue;
            var id = (heard.Paddle, heard.BidId);
            if (answer.Version > log.Count) return $"{id} was told version {answer.Version} of {log.Count}";
            var (paddle, bidId, after) = log[(int)answer.Version - 1].Fact switch
            {
                BidAccepted f => (f.Paddle, f.BidId, f.After),
                ProxyAccepted f => (f.Paddle, f.BidId, f.After),
                _ => (0, "", default),
            };
            if ((paddle, bidId) != id) return $"{id} was told version {answer.Version}, where another line stands";
            if (after.PriceFen != answer.PriceFen || log[(int)answer.Version - 1].At != answer.ReceivedAt) return $"{id} was told {answer.PriceFen}, the log says {after.PriceFen}";
            if (!first.TryAdd(id, answer) && first[id] != answer) return $"{id} was given two answers";
        }

        var ends = Ends(log);
        foreach (var heard in run.Heard)
        {
            if (heard.Reply.Refusal is not { } refusal) continue;
            // A refusal rests on lines that are in the log, and one for lateness on an end that had passed then.
            if (heard.Reply.Version > log.Count) return $"{heard.BidId} was refused on version {heard.Reply.Version} of {log.Count}";
            if (refusal == Refusal.AlreadyEnded && heard.Reply.At < ends[(int)heard.Reply.Version - 1]) return $"{heard.BidId} was called late at {heard.Reply.At:O}";
        }

        foreach (var client in run.Heard.Where(h => h.Reply.Answer is not null).GroupBy(h => h.Paddle))
        {
            var (told, next, known) = (client.OrderBy(h => h.At).ToList(), 0, 0L);
            foreach (var sent in client.Where(h => h.SentAt == run.FirstSent[(h.Paddle, h.BidId)]).OrderBy(h => h.SentAt))
            {
                while (next < told.Count && told[next].At < sent.SentAt) known = Math.Max(known, told[next++].Reply.Answer!.Version);
                if (sent.Reply.Answer!.Version <= known) return $"{sent.BidId} was sent after version {known} was told and stands before it";
            }
        }

        return null;
    }

    /// <summary>The end as it stood after each line.</summary>
    private static List<DateTimeOffset> Ends(List<FactLine> log)
    {
        var ends = new List<DateTimeOffset>(log.Count);
        foreach (var line in log)
        {
            ends.Add(line.Fact switch
            {
                TermsFixed f => f.Terms.EndsAt,
                BidAccepted f => f.After.EndsAt,
                ProxyAccepted f => f.After.EndsAt,
                Resumed f => f.EndsAt,
                BreakpointSet f => f.EndsAt,
                _ => ends[^1],
            });
        }

        return ends;
    }

    /// <summary>What is stored reads back to the same state, and anybody can check it (every tenth seed: it costs the most).</summary>
    private static string? Replays(Simulation run)
    {
        var log = run.Store.Lines;
        if (log.Count % 10 != 0) return null;
        var check = Transcript.Verify(Live.TranscriptOf(log, Transcript.StreamOf("s1")));
        return check.IsGood ? null : $"the transcript is not good: line {check.Fault!.Line} {check.Fault.Why} {check.Fault.Detail}";
    }
}
