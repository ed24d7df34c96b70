using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>What the runs met: a simulation that never meets a thing says nothing of it.</summary>
internal sealed class Coverage
{
    /// <summary>How often each must have been met in a thousand seeds.</summary>
    private static readonly (int Least, string[] What)[] Asked =
    [
        (200_000, ["accepted or repeated"]),
        (1_000, ["refused BelowNextMinimum"]),
        (2_000, ["take-over", "line resumed", "line bid-accepted", "line proxy-accepted", "refused NotAboveCurrentPrice", "refused AlreadyEnded", "refused NotAdmitted"]),
        (300, ["run english", "refused AboveCeiling", "refused AlreadyLeading", "refused NotOnStep", "refused AuctionPaused", "refused NotOpenYet", "refused BidIdReused", "refused PaddleSuspended", "line offer-sealed",
            "line hall-bid", "line warning-called", "refused BelowAskedPrice", "refused OfferAlreadyMade", "refused NotInThisStage"]),
        (100, ["run dynamic", "run sealed", "run dutch", "run hybrid-dutch", "run hall", "sold english", "line breakpoint-set", "line paused", "line ceiling-set", "line suspended", "extended"]),
        (20, ["sold dynamic", "sold sealed", "sold dutch", "sold hybrid-dutch", "sold hall", "unsold english", "unsold dynamic", "unsold sealed", "line end-linked", "held at the latest end", "long silence", "line continued", "line matching-opened",
            "line priority-granted", "bid after a breakpoint", "bid after a continuation", "hall over-ruled", "line bid-corrected", "line waits-as-second", "line winner-defaulted", "line second-offered", "line second-answered", "line result-voided", "refused NoStandingSale", "refused NothingSold",
            "line hall-paused", "line stop-lifted", "refused StopStands", "line countersigned",
            "envelope that does not count", "turned away by a clock", "refused OnlyPriorityHolders", "refused PriceTakerWaits", "refused RestartTooEarly", "refused RestartTooLate", "refused ProbeIsGood"]),
        (3, ["line cancelled", "line left-waiting", "line seller-refused", "line second-deal-recorded", "second offer expired", "second accepted", "refused SecondOfferExpired", "refused SecondOfferAnswered", "refused SecondOfferOpen", "refused ResultIsVoid", "last word", "price matched in the window", "refused OnlyThePriceTaker", "refused WouldBeSold", "unsold hall", "refused NoMaximumHere", "refused MaximumNotRaised", "refused RankGiven"]),
    ];

    private readonly SortedDictionary<string, int> _seen = new(StringComparer.Ordinal);

    public void Add(Simulation run)
    {
        var format = run.Lot.Terms.Format;
        var lines = run.Store.Lines;
        var result = lines.FindLast(l => l.Fact is Closed)?.Fact as Closed;
        lock (_seen)
        {
            Count($"run {format}");
            Count($"sold {format}", result?.Outcome == Outcome.Sold);
            Count($"unsold {format}", result?.Outcome == Outcome.Unsold);
            Count("take-over", times: run.Takeovers);
            Count("turned away by a clock", times: run.TurnedAway);
            foreach (var line in lines) Count($"line {line.Fact.Type}");
            foreach (var heard in run.Heard) Count(heard.Reply.Refusal is { } refusal ? $"refused {refusal}" : "accepted or repeated");
            Count("extended", lines.Exists(l => l.Fact is BidAccepted f && f.After.EndsAt > run.Lot.Terms.FirstEnd));
            Count("held at the latest end", run.Lot.Terms.LatestEndsAt is { } latest && latest > run.Lot.Terms.FirstEnd && lines.Exists(l => l.Fact is BidAccepted f && f.After.EndsAt == latest));
            Count("long silence", lines.Exists(l => l.Fact is Resumed { Paused: true }));
            Count("bid after a breakpoint", lines.SkipWhile(l => l.Fact is not BreakpointSet).Any(IsBid));
            Count("bid after a continuation", lines.SkipWhile(l => l.Fact is not Continued).Any(IsBid));
            Count("price matched in the window", lines.SkipWhile(l => l.Fact is not MatchingOpened).Any(IsBid));
            Count("last word", format == Formats.HybridDutch && lines.SkipWhile(l => l.Fact is not OffersOpened).TakeWhile(l => l.Fact is not MatchingOpened).Any(IsBid));
            Count("second offer expired", lines.Exists(l => l.Fact is SecondAnswered { Answer: SecondAnswer.Expired }));
            Count("second accepted", lines.Exists(l => l.Fact is SecondAnswered { Answer: SecondAnswer.Accepted }));
            Count("hall over-ruled", lines.Exists(l => l.Fact is HallBid { OverRules: not null }));
            Count("envelope that does not count", lines.Exists(l => l.Fact is OffersOpened f && f.Items.Any(i => i.Fault is not null)));
        }
    }

    /// <summary>What was met too seldom for so many seeds; null when everything was met often enough.</summary>
    public string? Lacks(int seeds)
    {
        var lacking = from asked in Asked
                      from what in asked.What
                      where _seen.GetValueOrDefault(what) < asked.Least * (long)seeds / 1_000
                      select $"{what}: {_seen.GetValueOrDefault(what)} of {asked.Least}";
        return lacking.Any() ? string.Join('\n', lacking) : null;
    }

    public override string ToString() => string.Join('\n', _seen.Select(pair => $"{pair.Key}: {pair.Value}"));

    private static bool IsBid(FactLine line) => line.Fact is BidAccepted or ProxyAccepted or OfferSealed;

    private void Count(string what, bool happened = true, int times = 1) => _seen[what] = _seen.GetValueOrDefault(what) + (happened ? times : 0);
}
