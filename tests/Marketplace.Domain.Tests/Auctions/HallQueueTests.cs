using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>
/// Rule test 23 of domain.md §5: floor and net at once, 500 random interleavings, one queue. A failing seed reproduces.
/// The model beside it knows one thread, a price, a leader and an ask, and nothing of facts.
/// </summary>
public sealed class HallQueueTests
{
    private const int Interleavings = 500, Steps = 60;

    [Fact]
    public void Five_hundred_random_interleavings_of_floor_and_net_give_one_queue()
    {
        var (corrections, overRuled, matched, taken) = (0, 0, 0, 0);
        for (var seed = 0; seed < Interleavings; seed++)
        {
            var auction = Run(seed).Auction;
            corrections += auction.Done.Values.OfType<BidCorrected>().Count();
            overRuled += auction.InHall!.Tellings.Count(t => t.What == HallTold.OverRuled);
            matched += auction.InHall!.Tellings.Count(t => t.What == HallTold.Matched);
            taken += (int)auction.Bids;
        }

        // The seeds reach what they are there for.
        Assert.True(corrections > 200 && overRuled > 100 && matched > 100 && taken > 3_000, $"{corrections} {overRuled} {matched} {taken}");
    }

    private static Live Run(int seed)
    {
        var random = new Random(seed);
        var tie = (TieRule)random.Next(3);
        var live = HallScript.Play("0:00 | call | ok |", tie).Live;
        foreach (var paddle in new[] { 103, 203 }) live.Do(live.Auction.At, (a, t) => Announcing.Admit(a, paddle, null, t));
        // In every third seed two holders of 优先受让权 sit among them, one on each side.
        var ranks = seed % 3 == 0 ? new Dictionary<int, int> { [102] = 2, [203] = 1 } : [];
        foreach (var (paddle, rank) in ranks) live.Do(live.Auction.At, (a, t) => Priority.Grant(a, paddle, rank, t));
        var model = new Model(tie, ranks);
        var at = Live.Noon.AddSeconds(1);
        for (var step = 0; step < Steps; step++)
        {
            at += TimeSpan.FromMilliseconds(random.Next(0, 4000));
            var (before, version) = (live.Auction.PriceFen, live.Auction.Version);
            var what = random.Next(20);
            if (what < 15)
            {
                var isFloor = random.Next(2) == 0;
                var paddle = (isFloor ? 101 : 201) + random.Next(3);
                // What a bidder saw may be old by some steps: equal and lower offers are part of every real queue.
                var offer = model.Ask + random.Next(-2, 3) * 1_000_000L;
                var decision = live.Do(at, (a, t) => HallBidding.PlaceBid(a, new PlaceBid(paddle, $"s{step}", offer, null, ""), isFloor, t));
                Assert.Equal((seed, step, model.Bid(paddle, isFloor, offer, live.Auction.Version)), (seed, step, decision.Refusal is null));
                Assert.True(live.Auction.PriceFen >= before || before is null, $"seed {seed}: the price fell by a bid");
                if (random.Next(4) == 0)
                {
                    // The same once more, as a program does that got no answer.
                    var again = live.Do(at, (a, t) => HallBidding.PlaceBid(a, new PlaceBid(paddle, $"s{step}", offer, null, ""), isFloor, t));
                    if (decision.Refusal is null) Assert.Equal((null, 0), (again.Refusal, again.Facts.Count));
                }
            }
            else if (what < 17)
            {
                var warned = live.Do(at, (a, t) => Hall.Do(a, new HallCommand($"w{step}", HallAct.Warn, "1", Number: a.InHall!.Warnings + 1), t));
                if (warned.Refusal is null) model.Warnings++;
            }
            else if (what < 18)
            {
                var corrected = live.Do(at, (a, t) => Hall.Do(a, new HallCommand($"c{step}", HallAct.Correct, "1", Of: a.InHall!.Top?.Version, Reason: nameof(CorrectionReason.WrongPaddle)), t));
                Assert.Equal((seed, step, model.Correct()), (seed, step, corrected.Refusal is null));
            }
            else
            {
                var ask = model.Least + random.Next(3) * 1_000_000L;
                if (live.Do(at, (a, t) => Hall.Do(a, new HallCommand($"a{step}", HallAct.Ask, "1", AmountFen: ask), t)).Refusal is null) model.Call(ask);
            }

            if (live.Auction.PriceFen < before) Assert.IsType<BidCorrected>(live.Lines[^1].Fact);
            Assert.Equal((seed, step, model.Price, model.Leader, model.Ask, model.Warnings), (seed, step, live.Auction.PriceFen, live.Auction.Leader, live.Auction.InHall!.AskFen, live.Auction.InHall.Warnings));
            Assert.True(live.Auction.Version - version <= 1);
        }

        Assert.Equal(model.Matched, live.Auction.InHall!.Tellings.Where(t => t.What == HallTold.Matched).Select(t => t.Paddle));
        Assert.Equal(model.OverRuled, live.Auction.InHall!.Tellings.Where(t => t.What == HallTold.OverRuled).Select(t => t.Paddle));
        SameAuction.Assert(live.Auction, Live.Replay(live.Lines));
        return live;
    }

    /// <summary>One thread with a list of bids.</summary>
    private sealed class Model(TieRule tie, Dictionary<int, int> ranks)
    {
        private readonly List<(int Paddle, bool IsFloor, long Amount)> _bids = [];
        private bool _lastWasBid;

        public long Ask { get; private set; } = 100_000_000;

        public int Warnings { get; set; }

        public List<int> OverRuled { get; } = [];

        public List<int> Matched { get; } = [];

        public long? Price => _bids.Count == 0 ? null : _bids[^1].Amount;

        public int? Leader => _bids.Count == 0 ? null : _bids[^1].Paddle;

        public long Least => Price is { } price ? price + 1_000_000 : 100_000_000;

        public bool Bid(int paddle, bool isFloor, long amount, long version)
        {
            if (Leader == paddle) return false;
            var wins = isFloor ? tie == TieRule.Floor : tie == TieRule.Net;
            var first = Leader is { } leader && Price == amount && ranks.TryGetValue(paddle, out var rank) && rank < ranks.GetValueOrDefault(leader, 10);
            var equal = !first && _bids.Count > 0 && wins && Warnings == 0 && _bids[^1].Amount == amount && _bids[^1].IsFloor != isFloor && !ranks.ContainsKey(_bids[^1].Paddle);
            if (first) Matched.Add(_bids[^1].Paddle);
            if (!first && !equal && (amount < Ask || amount <= Price)) return false;
            if (equal) OverRuled.Add(_bids[^1].Paddle);
            _bids.Add((paddle, isFloor, amount));
            (Ask, Warnings, _lastWasBid) = (amount + 1_000_000, 0, true);
            return version > 0;
        }

        public bool Correct()
        {
            if (!_lastWasBid || !_bids[^1].IsFloor) return false;
            _bids.RemoveAt(_bids.Count - 1);
            (_lastWasBid, Warnings) = (false, 0);
            Ask = Least;
            return true;
        }

        public void Call(long ask) => (Ask, Warnings) = (ask, 0);
    }
}
