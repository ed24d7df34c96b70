using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Auctions;

/// <summary>A lot in a hall as a grain: one queue under real concurrency, the hammer, the lost uplink, on both databases.</summary>
public abstract class HallGrainContract : IAsyncLifetime
{
    private static readonly HallPapers Papers = new()
    {
        House = "衡正拍卖有限公司",
        HouseLicence = "浙拍证 2021-0815",
        HouseLicenceUntil = new DateOnly(2028, 12, 31),
        Auctioneer = "周正",
        Qualification = "1233081507",
        Recorder = "冯录",
        Place = "杭州",
        MandateSha256 = new string('a', 64),
        MandateDate = new DateOnly(2026, 10, 20),
        NoticeMedium = "浙江日报",
        NoticeSha256 = new string('b', 64),
        NoticeDate = new DateOnly(2026, 11, 5),
        DisplayFrom = new DateOnly(2026, 11, 17),
        DisplayTo = new DateOnly(2026, 11, 18),
        DisplayPlace = "钱江理工大学",
        RulesSha256 = new string('c', 64),
    };

    private AuctionCluster _market = null!;
    private int _ids;

    protected abstract Task<AuctionCluster> CreateCluster();

    public async ValueTask InitializeAsync() => _market = await CreateCluster();

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Floor_and_net_at_once_are_one_queue_that_anybody_can_play_again()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            var (id, tie) = ($"queue-{seed}", (TieRule)(seed % 3));
            var grain = await _market.AnnounceHall(id, tie, each: 6);
            Assert.True((await grain.CallUp(Papers)).Done);
            var calls = Enumerable.Range(0, 80).Select(n => (Floor: random.Next(2) == 0, Paddle: random.Next(6), Amount: 1_000_000L + random.Next(12) * 10_000L, Id: $"{n}")).ToList();
            var replies = await Task.WhenAll(calls.Select(c => c.Floor
                ? grain.PlaceFloorBid(_market.Bid(101 + c.Paddle, c.Id, c.Amount), OverRuleReason.AnnouncedTie)
                : grain.PlaceBid(_market.Bid(201 + c.Paddle, c.Id, c.Amount))));

            // The log alone says what became of each: the same bids in its order through the rules give the same answers.
            var (state, lines) = await _market.Log(id);
            var bids = lines.Select(l => l.Fact).OfType<HallBid>().ToList();
            Assert.Equal(replies.Where(r => r.Refusal is null).Select(r => r.Version).Order(), lines.Where(l => l.Fact is HallBid).Select(l => l.Version));
            Assert.Equal(bids.Count, replies.Count(r => r.Refusal is null));
            Assert.Equal(bids.Select(b => b.AmountFen), bids.Select(b => b.AmountFen).Order());
            var again = Auction.Nothing;
            foreach (var line in lines)
            {
                if (line.Fact is HallBid bid)
                {
                    var decision = HallBidding.PlaceBid(again, new PlaceBid(bid.Paddle, bid.BidId, bid.AmountFen, null, ""), bid.IsFloor, line.At, bid.Because);
                    Assert.Equal(bid, Assert.Single(decision.Facts));
                }

                again = again.Fold(line);
            }

            Assert.Equal(bids.Where(b => b.OverRules is not null).Select(b => b.OverRules), state.InHall!.Tellings.Select(t => (int?)t.Paddle));
            var picture = await grain.Look();
            Assert.Equal((state.PriceFen, state.Leader, state.Version), (picture.PriceFen, picture.LeaderPaddle, picture.Version));
        }
    }

    [Fact]
    public async Task After_three_warnings_the_hammer_falls_once_and_late_net_bids_are_refused_and_kept()
    {
        var grain = await _market.AnnounceHall("hammer");
        Assert.Equal(Refusal.NotOpenYet, (await grain.PlaceBid(_market.Bid(201, "early", 1_000_000))).Refusal);
        await grain.CallUp(Papers);
        Assert.Null((await grain.PlaceBid(_market.Bid(201, "1", 1_000_000))).Refusal);
        Assert.Null((await grain.PlaceFloorBid(_market.Bid(101, "1", 1_010_000))).Refusal);
        for (var n = 1; n <= 3; n++)
        {
            Assert.Null((await Act(grain, HallAct.Warn, number: n)).Refusal);
            Assert.Equal(Refusal.WarningTooEarly, (await Act(grain, n < 3 ? HallAct.Warn : HallAct.Hammer, number: n + 1)).Refusal);
            _market.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Null((await grain.Look()).End);
        var hammer = new HallCommand("the-hammer", HallAct.Hammer, Papers.Qualification);
        var answers = await Task.WhenAll(grain.AtDesk(hammer), grain.AtDesk(hammer));
        Assert.All(answers, a => Assert.True(a.Done));
        var late = await grain.PlaceBid(_market.Bid(202, "late", 1_020_000));
        Assert.Equal(Refusal.AlreadyEnded, late.Refusal);

        var (state, lines) = await _market.Log("hammer");
        Assert.Equal((Outcome.Sold, 101, 1_010_000L), (state.Result!.Outcome, state.Result.Winner!.Value, state.Result.PriceFen!.Value));
        Assert.Single(lines, l => l.Fact is HammerFell);
        Assert.Equal(state.End, (await grain.Look()).End);
        Assert.Contains((await grain.Beat()).Refused, r => (r.Paddle, r.Reason) == (202, nameof(Refusal.AlreadyEnded)));
    }

    [Fact]
    public async Task Without_the_console_the_net_waits_and_floor_bids_sent_again_count_once()
    {
        var grain = await _market.AnnounceHall("uplink");
        await grain.CallUp(Papers);
        await grain.Beat();
        await Act(grain, HallAct.Warn, number: 1);
        _market.Clock.Advance(AuctionGrain.UplinkPatience + TimeSpan.FromSeconds(1));
        await Eventually.Become("paused", TimeSpan.FromSeconds(20), async () => (await grain.Look()) is { Phase: "paused", Hall.Paused: "UplinkLost" });
        Assert.Equal(Refusal.AuctionPaused, (await grain.PlaceBid(_market.Bid(201, "1", 1_000_000))).Refusal);
        await grain.Beat();
        Assert.Null((await Act(grain, HallAct.GoOn)).Refusal);
        var first = await grain.PlaceFloorBid(_market.Bid(101, "kept", 1_000_000));
        var again = await grain.PlaceFloorBid(_market.Bid(101, "kept", 1_000_000));
        Assert.Equal((first.Version, null), (again.Version, again.Refusal));
        Assert.Equal((1L, 0), ((await grain.Look()).Bids, (await grain.Look()).Hall!.Warnings));
    }

    [Fact]
    public async Task A_stop_is_lifted_by_the_market_and_ended_by_the_auctioneer()
    {
        var grain = await _market.AnnounceHall("stopped");
        await grain.CallUp(Papers);
        await grain.Beat();
        Assert.True((await grain.Pause("stop", PausedBy.Authority, PauseCause.Order, "主管部门要求")).Done);
        Assert.Equal(("paused", "Stopped", "主管部门要求"), await Said());
        Assert.True((await grain.Course()).May is var may && may.HasFlag(Remedies.Lift) && !may.HasFlag(Remedies.Restart) && !may.HasFlag(Remedies.Pause));
        Assert.Equal(Refusal.StopStands, (await Act(grain, HallAct.GoOn)).Refusal);
        await AuctionCluster.Deactivate(grain);
        Assert.Equal(Refusal.StopStands, (await Act(grain, HallAct.GoOn)).Refusal);
        var lifted = await grain.LiftStop("lift");
        Assert.Equal(lifted.Value, (await grain.LiftStop("lift")).Value);
        Assert.Equal(("paused", "Lifted", null), await Said());
        Assert.True((await grain.Course()).May is var then && !then.HasFlag(Remedies.Lift) && then.HasFlag(Remedies.Pause));
        Assert.Null((await Act(grain, HallAct.GoOn)).Refusal);
        Assert.Null((await grain.PlaceBid(_market.Bid(201, "1", 1_000_000))).Refusal);

        async Task<(string, string?, string?)> Said() => await grain.Look() is var p ? (p.Phase, p.Hall!.Paused, p.Hall.PausedBecause) : default;
    }

    [Fact]
    public async Task A_node_that_takes_a_called_lot_over_takes_the_warnings_back_or_pauses_and_never_hammers()
    {
        var grain = await _market.AnnounceHall("takeover");
        await grain.CallUp(Papers);
        await grain.PlaceFloorBid(_market.Bid(101, "1", 1_000_000));
        for (var n = 1; n <= 3; n++)
        {
            await Act(grain, HallAct.Warn, number: n);
            _market.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        await AuctionCluster.Deactivate(grain);
        Assert.NotNull((await Act(grain, HallAct.Hammer)).Refusal);
        var (state, lines) = await _market.Log("takeover");
        Assert.Contains(lines, l => l.Fact is Resumed);
        Assert.Equal((null, 0), (state.Result, state.InHall!.Warnings));
    }

    private Task<Result<bool>> Act(IAuctionGrain grain, HallAct act, int? number = null) =>
        grain.AtDesk(new HallCommand($"h{Interlocked.Increment(ref _ids)}", act, Papers.Qualification, Number: number));
}

public sealed class SqliteHallGrainTests : HallGrainContract
{
    protected override Task<AuctionCluster> CreateCluster() => AuctionCluster.Create(null);
}

public sealed class PostgresHallGrainTests(PostgresFixture postgres) : HallGrainContract
{
    protected override async Task<AuctionCluster> CreateCluster() => await AuctionCluster.Create(await postgres.CreateMarket());
}
