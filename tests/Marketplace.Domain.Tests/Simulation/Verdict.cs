using Marketplace.Domain.Auctions;
using Marketplace.Domain.Tests.Auctions;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>What is wrong with a run: its log against the model, every answer against the model, the order and the times.</summary>
internal static class Verdict
{
    private static readonly TimeSpan Bound = TimeSpan.FromMicroseconds(SimulatedClock.Worst);

    public static string? Of(Simulation run) => AgainstTheModel(run) ?? OfTheOrder(run) ?? OfTheTimes(run) ?? OfTheTranscript(run);

    /// <summary>Line after line, and between the lines whatever was answered on the state after them.</summary>
    private static string? AgainstTheModel(Simulation run)
    {
        var log = run.Store.Lines;
        var model = OneThreadModel.Of((TermsFixed)log[0].Fact, run.Contents);
        var keys = log.Select(l => l.Fact.CommandKey).ToHashSet(StringComparer.Ordinal);
        var (told, next) = (run.Heard.OrderBy(h => h.Reply.Version).ToList(), 0);
        for (var i = 0; i < log.Count; i++)
        {
            var line = log[i];
            if (line.Version != i + 1) return $"line {i + 1} has the number {line.Version}";
            if (i > 0 && line.Prev != log[i - 1].Hash) return $"line {line.Version} does not name the line before it";
            if (i > 0 && model.Take(line, run.Asked.GetValueOrDefault(line.Fact.CommandKey) ?? [], run.Store.Witnessed) is { } wrong) return $"line {line.Version} ({line.Fact.Type}) {wrong}";
            for (; next < told.Count && told[next].Reply.Version == line.Version; next++)
            {
                var (heard, reply) = (told[next], told[next].Reply);
                var say = model.Judge(heard.Command, reply.At);
                if (say.Refusal != reply.Refusal) return $"{heard.Command} was told {reply.Refusal?.ToString() ?? "yes"} after line {line.Version} at {reply.At:O}, and should be {say}";
                if (say.Fact is { } fact && !keys.Contains(fact.CommandKey)) return $"{heard.Command} was told yes after line {line.Version}, and no line says so";
            }
        }

        if (next < told.Count) return $"{told[next].Command.Key} was told what rests on line {told[next].Reply.Version} of {log.Count}";
        if (!log.Exists(l => l.Fact is Closed or Cancelled)) return "never closed";
        foreach (var heard in run.Heard)
        {
            if (heard.Reply.Answer is not BidAnswer answer) continue;
            if (!model.Answers.TryGetValue(heard.Command.Key, out var first) || first != answer) return $"{heard.Command.Key} was told {answer}, and its line says {first}";
        }

        return null;
    }

    /// <summary>Whoever had an answer before he sent the next bid has them in this order in the log.</summary>
    private static string? OfTheOrder(Simulation run)
    {
        foreach (var client in run.Heard.Where(h => h.Reply.Answer is BidAnswer).GroupBy(h => h.Command.Key.Split('/')[1]))
        {
            var (told, next, known) = (client.OrderBy(h => h.At).ToList(), 0, 0L);
            foreach (var sent in client.Where(h => h.SentAt == run.FirstSent[h.Command.Key]).OrderBy(h => h.SentAt))
            {
                while (next < told.Count && told[next].At < sent.SentAt) known = Math.Max(known, ((BidAnswer)told[next++].Reply.Answer!).Version);
                if (((BidAnswer)sent.Reply.Answer!).Version <= known) return $"{sent.Command.Key} was sent after version {known} was told and stands before it";
            }
        }

        return null;
    }

    /// <summary>
    /// P4 against the true time: a command counts at its arrival, later only for what is in the log before it or when it was
    /// kept for two seconds, and no line bears a moment that has not come.
    /// </summary>
    private static string? OfTheTimes(Simulation run)
    {
        var log = run.Store.Lines;
        foreach (var heard in run.Heard)
        {
            if ((heard.ReceivedAt - heard.Arrived).Duration() > Bound) return $"{heard.Command.Key} arrived at {heard.Arrived:O} and was stamped {heard.ReceivedAt:O}";
            var at = heard.Reply.At;
            if (at < heard.ReceivedAt) return $"{heard.Command.Key} counts at {at:O}, before it was received at {heard.ReceivedAt:O}";
            if (at == heard.ReceivedAt || at == log[(int)heard.Reply.Version - 1].At) continue;
            if (at > heard.Reply.Decided - TimeSpan.FromSeconds(2) + Bound) return $"{heard.Command.Key} was received at {heard.ReceivedAt:O} and counts at {at:O}";
        }

        for (var i = 0; i < log.Count; i++)
        {
            if (log[i].At > run.Store.StoredAt[i] + Bound) return $"line {i + 1} says {log[i].At:O} and was stored at {run.Store.StoredAt[i]:O}";
        }

        return null;
    }

    /// <summary>What is stored reads back to the same result, and anybody can check it.</summary>
    private static string? OfTheTranscript(Simulation run)
    {
        var check = Transcript.Verify(Live.TranscriptOf(run.Store.Lines, Transcript.StreamOf(RandomLot.Id)));
        return check.IsGood ? null : $"the transcript is not good: line {check.Fault!.Line} {check.Fault.Why} {check.Fault.Detail}";
    }
}
