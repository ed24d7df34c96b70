using CsCheck;
using Marketplace.Domain.Auctions;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>The random auctions really meet what they are there for; otherwise the properties would prove nothing.</summary>
public sealed class RandomCoverage
{
    [Fact]
    public void Random_auctions_meet_every_kind_of_event()
    {
        var seen = new Dictionary<string, int>();
        RandomAuction.Any.Sample(
            auction =>
            {
                var closed = auction.Play().Live.Close();
                var state = auction.Live.Auction;
                lock (seen)
                {
                    Count("sold", closed.Outcome == Outcome.Sold);
                    Count("unsold", closed.Outcome == Outcome.Unsold);
                    Count("reserve missed", state.Reserve is { } r && state.PriceFen < r.ValueFen);
                    Count("reserve lifted", state.ReserveLifted && state.Reserve!.ValueFen > state.Terms!.StartPriceFen);
                    Count("extended", state.Extensions > 0);
                    Count("own raise", auction.Accepted.Exists(b => b.Before.Leader == b.Paddle));
                    Count("own raise lifts to the reserve", auction.Accepted.Exists(b => b.Before.Leader == b.Paddle && b.Before.PriceFen != b.After.PriceFen));
                    Count("tie", auction.Accepted.GroupBy(b => b.OfferFen).Any(g => g.Select(b => b.Paddle).Distinct().Count() > 1));
                    Count("beaten maximum", state.Maxima.Any(m => m.Beaten));
                    Count("unbeaten maximum", state.Maxima.Any(m => m.InForce));
                    Count("maximum replaced by its owner", state.Maxima.Any(m => !m.InForce && !m.Beaten));
                    Count("open bid beats a maximum", auction.Accepted.Exists(b => !b.IsProxy && b.Before.Leader > 0 && b.Before.Leader != b.Paddle && b.After.Leader == b.Paddle && b.OfferFen > b.Before.PriceFen));
                    Count("short outage", auction.Live.Lines.Exists(l => l.Fact is Resumed { Paused: false }));
                    Count("long outage", auction.Live.Lines.Exists(l => l.Fact is Resumed { Paused: true }));
                    Count("breakpoint then bid", auction.Live.Lines.SkipWhile(l => l.Fact is not BreakpointSet).Any(l => l.Fact is BidAccepted or ProxyAccepted));
                    Count("matched in the course", auction.Accepted.Exists(b => b.Before.Leader > 0 && b.Before.Leader != b.Paddle && b.After.Leader == b.Paddle && b.OfferFen == b.Before.PriceFen));
                    Count("matched after the end", auction.Live.Lines.SkipWhile(l => l.Fact is not MatchingOpened).Any(l => l.Fact is BidAccepted));
                    Count("rank before rank", auction.Accepted.Exists(b => b.Before.Leader > 0 && state.RankOf(b.Before.Leader) > 1 && state.RankOf(b.Paddle) == 1 && b.After.Leader == b.Paddle));
                    Count("suspended", auction.Live.Lines.Exists(l => l.Fact is Suspended));
                    Count("ceiling", auction.Live.Lines.Exists(l => l.Fact is CeilingSet));
                }
            },
            iter: 1_000,
            threads: 1);
        Assert.All(seen, pair => Assert.True(pair.Value >= 3, $"{pair.Key}: {pair.Value}"));

        void Count(string what, bool happened) => seen[what] = seen.GetValueOrDefault(what) + (happened ? 1 : 0);
    }
}
