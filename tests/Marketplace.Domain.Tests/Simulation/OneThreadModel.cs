using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>
/// The rules once more, as one would explain them: one bid after the other, no grain, no batch, no crash. Says what is
/// wrong with a log, or null.
/// </summary>
internal static class OneThreadModel
{
    public static string? Fault(IReadOnlyList<FactLine> log)
    {
        var terms = ((TermsFixed)log[0].Fact).Terms;
        var reserve = ((TermsFixed)log[0].Fact).Reserve?.ValueFen;
        var (end, opens, paused, restricted) = (terms.EndsAt, terms.OpensAt, false, false);
        long? price = null;
        (int Paddle, long Good)? leader = null;
        var ranks = new Dictionary<int, int>();
        var (bid, ids, closed) = (new HashSet<int>(), new HashSet<(int, string)>(), false);
        var (prev, before) = (FactLine.Genesis, DateTimeOffset.MinValue);
        for (var i = 0; i < log.Count; i++)
        {
            var line = log[i];
            if (line.Version != i + 1) return $"line {i + 1} has the number {line.Version}";
            if (!System.Text.Encoding.UTF8.GetString(line.Bytes).Contains($"\"prev\":\"{prev}\"", StringComparison.Ordinal)) return $"line {line.Version} does not name the line before it";
            if (line.At < before) return $"line {line.Version} is earlier than the line before it";
            if (closed && line.Fact is not SecretsOpened) return $"line {line.Version} comes after the close";
            (prev, before) = (line.Hash, line.At);
            switch (line.Fact)
            {
                case BidAccepted f:
                    if (Accept(line, f.Paddle, f.BidId, f.AmountFen, hidden: false, f.After) is { } open) return open;
                    break;
                case ProxyAccepted f:
                    if (Accept(line, f.Paddle, f.BidId, f.Maximum!.ValueFen, hidden: true, f.After) is { } hidden) return hidden;
                    break;
                case PriorityGranted f:
                    ranks[f.Paddle] = f.Rank;
                    break;
                case Resumed f:
                    if (f.EndsAt < end) return $"line {line.Version} moves the end earlier";
                    (end, paused) = (f.EndsAt, paused || f.Paused);
                    break;
                case BreakpointSet f:
                    if (!paused) return $"line {line.Version} restarts what was not paused";
                    (opens, end, paused, restricted) = (f.RestartsAt, f.EndsAt, false, bid.Count > 0);
                    break;
                case Closed f:
                    if (paused) return "closed while paused";
                    if (line.At != Instant.Later(end, log[i - 1].At)) return $"closed at {line.At:O}, the end was {end:O}";
                    var sold = leader is not null && (reserve is null || price >= reserve);
                    if (f.Winner != (sold ? leader!.Value.Paddle : null) || f.PriceFen != (sold ? price : null)) return $"closed for {f.Winner} at {f.PriceFen}";
                    closed = true;
                    break;
            }
        }

        return closed ? null : "never closed";

        string? Accept(FactLine line, int paddle, string id, long offer, bool hidden, Standing told)
        {
            var say = $"line {line.Version}, paddle {paddle} with {offer}{(hidden ? " hidden" : "")}:";
            if (!ids.Add((paddle, id))) return $"{say} the id {id} a second time";
            if (paused || line.At < opens || line.At >= end) return $"{say} not while bidding was open";
            if (restricted && !bid.Contains(paddle)) return $"{say} not among the earlier bidders";
            var step = terms.StepAt(price ?? terms.StartPriceFen);
            var matches = leader is { } against && Before(paddle, against.Paddle);
            var least = matches && offer == price ? price : price + step;
            if (leader?.Paddle == paddle ? !hidden || offer <= leader.Value.Good : offer < (least ?? terms.StartPriceFen)) return $"{say} too little";
            if (!hidden && terms.OnStep == OnStep.Multiple && (offer - (price ?? terms.StartPriceFen)) % step != 0) return $"{say} not on a step";

            var was = price;
            if (leader is not { } first) (price, leader) = (hidden ? terms.StartPriceFen : offer, (paddle, offer));
            else if (first.Paddle == paddle) leader = (paddle, offer);
            else if (offer > first.Good || (offer == first.Good && matches)) (price, leader) = (hidden ? Math.Min(offer, matches ? first.Good : first.Good + terms.StepAt(first.Good)) : offer, (paddle, offer));
            else price = Math.Min(first.Good, Before(first.Paddle, paddle) ? offer : offer + terms.StepAt(offer));
            if (reserve is { } floor && leader!.Value.Good >= floor && price < floor) price = floor;
            if (line.At >= end - terms.SoftClose && line.At + terms.SoftClose > end) end = line.At + terms.SoftClose;
            bid.Add(paddle);
            if (was > price) return $"{say} the price fell";
            return told == new Standing(price!.Value, leader!.Value.Paddle, end)
                ? null
                : $"{say} price {price}, leader {leader.Value.Paddle}, end {end:O}, the log says {told.PriceFen}, {told.Leader}, {told.EndsAt:O}";
        }

        bool Before(int one, int other) => ranks.GetValueOrDefault(one, 10) < ranks.GetValueOrDefault(other, 10);
    }
}
