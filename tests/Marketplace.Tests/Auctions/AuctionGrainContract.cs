using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Auctions;

/// <summary>Order, durability and recovery of the live auction, on both databases.</summary>
public abstract class AuctionGrainContract : IAsyncLifetime
{
    private AuctionCluster _market = null!;

    protected abstract Task<AuctionCluster> CreateCluster();

    public async ValueTask InitializeAsync() => _market = await CreateCluster();

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_hundred_equal_bids_at_once_give_one_acceptance_and_one_order()
    {
        var grain = await _market.AnnounceAndOpen("rule-10", 100);
        var replies = await Task.WhenAll(Enumerable.Range(1, 100).Select(paddle => grain.PlaceBid(_market.Bid(paddle, "1", 1_010_000))));

        Assert.Single(replies, r => r.Refusal is null);
        Assert.Equal(99, replies.Count(r => r.Refusal == Refusal.NotAboveCurrentPrice));
        var (state, lines) = await _market.Log("rule-10");
        Assert.Equal(1_010_000, state.PriceFen);
        var accepted = Assert.IsType<BidAccepted>(Assert.Single(lines, l => l.Fact is BidAccepted).Fact);
        var moment = _market.Clock.GetUtcNow();
        _market.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        // The grain's own timer may be at it already.
        await Eventually.Become("the close", TimeSpan.FromSeconds(10), async () => await grain.Poke() is null);

        // The total order can be told afterwards from what is kept: the winner's line, then the others in the order of their refusals.
        await using var db = _market.Databases.Create();
        var refused = await db.Set<RefusedBidRow>().AsNoTracking().Where(r => r.Auction == "rule-10").OrderBy(r => r.Ordinal).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, 99).Select(n => (long)n), refused.Select(r => r.Ordinal));
        Assert.Equal(Enumerable.Range(1, 100), refused.Select(r => r.Paddle).Append(accepted.Paddle).Order());
        Assert.All(refused, r => Assert.Equal((moment, 1_010_000L, nameof(Refusal.NotAboveCurrentPrice)), (r.At, r.AmountFen, r.Reason)));
        var closed = (await _market.Log("rule-10")).State.Result!;
        Assert.Equal(KeptRefusals.Of(refused.Select(r => r.Line)), new KeptRefusals(closed.RefusedCount, closed.RefusedDigest));
        Assert.Equal(99, closed.RefusedCount);
    }

    [Fact]
    public async Task Bids_that_arrive_during_an_append_share_the_next_one()
    {
        var grain = await _market.AnnounceAndOpen("gather", 52);
        await grain.PlaceBid(_market.Bid(1, "first", 1_000_000));
        var before = _market.Store.Appends;
        var release = _market.Store.Hold();
        List<Task<BidReply>> bids = [grain.PlaceBid(_market.Bid(2, "b1", 1_010_000))];
        await Eventually.Become("the append to be under way", TimeSpan.FromSeconds(10), () => Task.FromResult(_market.Store.Appends > before));
        bids.AddRange(Enumerable.Range(2, 49).Select(n => grain.PlaceBid(_market.Bid(1 + n, $"b{n}", 1_000_000 + n * 10_000))));
        var refused = grain.PlaceBid(_market.Bid(52, "low", 1));
        // Calls that are not awaited may overtake each other; three questions later all are inside.
        for (var i = 0; i < 3; i++) await grain.Look();
        Assert.All(bids, b => Assert.False(b.IsCompleted));
        Assert.False(refused.IsCompleted);
        release();
        await Task.WhenAll(bids);
        Assert.Equal(Refusal.NotAboveCurrentPrice, (await refused).Refusal);
        Assert.InRange(_market.Store.Appends - before, 2, 8);
    }

    [Fact]
    public async Task The_same_bid_id_gets_the_first_answer_and_the_same_receipt_also_after_a_restart()
    {
        var grain = await _market.AnnounceAndOpen("again", 2);
        var first = await grain.PlaceBid(_market.Bid(1, "b", 1_000_000));
        await grain.PlaceBid(_market.Bid(2, "c", 1_500_000));
        await AuctionCluster.Deactivate(grain);
        var again = await grain.PlaceBid(_market.Bid(1, "b", 1_000_000));

        Assert.Null(again.Refusal);
        Assert.Equal((first.Version, first.ReceivedAt, first.PriceFen, first.Leading), (again.Version, again.ReceivedAt, again.PriceFen, again.Leading));
        Assert.Equal(first.Proof!.Hashes, again.Proof!.Hashes);
        Assert.Equal(first.Proof.Head.Signature, again.Proof.Head.Signature);
        Assert.Equal(Refusal.BidIdReused, (await grain.PlaceBid(_market.Bid(1, "b", 1_600_000))).Refusal);
    }

    [Fact]
    public async Task A_new_activation_takes_over_with_a_fact_before_it_answers()
    {
        var grain = await _market.AnnounceAndOpen("takeover", 1);
        await grain.PlaceBid(_market.Bid(1, "b", 1_000_000));
        await AuctionCluster.Deactivate(grain);
        var picture = await grain.Look();

        var (state, lines) = await _market.Log("takeover");
        Assert.IsType<Resumed>(lines[^1].Fact);
        Assert.Equal(1, state.Epoch);
        Assert.Equal(state.Version, picture.Version);
        Assert.Equal(1_000_000, picture.PriceFen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_append_with_an_unknown_outcome_is_told_to_everyone_and_the_same_id_finds_the_truth(bool afterCommit)
    {
        var id = $"unknown-{afterCommit}";
        var grain = await _market.AnnounceAndOpen(id, 2);
        await grain.PlaceBid(_market.Bid(1, "a", 1_000_000));
        if (afterCommit) _market.Store.BreakAfterCommit();
        else _market.Store.BreakBeforeCommit();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => grain.PlaceBid(_market.Bid(2, "b", 1_100_000)));
        var repeated = await grain.PlaceBid(_market.Bid(2, "b", 1_100_000));

        Assert.Null(repeated.Refusal);
        var (state, lines) = await _market.Log(id);
        Assert.Single(lines, l => l.Fact is BidAccepted { BidId: "b" });
        Assert.Single(lines, l => l.Fact is Resumed);
        Assert.Equal(1_100_000, state.PriceFen);
    }

    [Fact]
    public async Task An_older_activation_that_lost_its_version_replays_and_goes_on()
    {
        var grain = await _market.AnnounceAndOpen("fence", 2);
        await grain.PlaceBid(_market.Bid(1, "a", 1_000_000));
        // Another activation, as a partition could leave one behind, takes the next version.
        var (state, lines) = await _market.Log("fence");
        var foreign = FactLine.Write(new Resumed(1, state.At, state.EndsAt, false), state.Version + 1, lines[^1].Hash, state.At);
        await _market.Store.Append(AuctionGrain.StreamOf("fence"), [new NewLine(foreign, foreign.Fact.CommandKey)], _market.Sign("fence", foreign), []);

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => grain.PlaceBid(_market.Bid(2, "b", 1_100_000)));
        Assert.Null((await grain.PlaceBid(_market.Bid(2, "b", 1_100_000))).Refusal);
        (state, lines) = await _market.Log("fence");
        Assert.Equal(2, state.Epoch);
        Assert.Single(lines, l => l.Fact is BidAccepted { BidId: "b" });
    }

    [Fact]
    public async Task The_close_is_the_last_word_and_opens_what_the_rules_need()
    {
        var reserve = new Secret(new string('1', 64), 1_200_000);
        var grain = await _market.AnnounceAndOpen("close", 2, reserve);
        await grain.PlaceBid(_market.Proxy(1, "a", 2_000_000));
        await grain.PlaceBid(_market.Proxy(2, "b", 1_500_000));
        _market.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMicroseconds(1));
        Assert.Null((await grain.PlaceBid(_market.Bid(2, "last", 1_600_000))).Refusal);
        _market.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(Refusal.AlreadyEnded, (await grain.PlaceBid(_market.Bid(2, "late", 1_900_000))).Refusal);
        _market.Clock.Advance(TimeSpan.FromSeconds(1));
        // The grain's own timer may be at it already.
        await Eventually.Become("the close", TimeSpan.FromSeconds(10), async () => await grain.Poke() is null);

        var (state, lines) = await _market.Log("close");
        var closed = Assert.IsType<Closed>(lines[^2].Fact);
        Assert.Equal((Outcome.Sold, 1_610_000L, 1), (closed.Outcome, closed.PriceFen, closed.Winner));
        Assert.Equal(state.EndsAt, lines[^2].At);
        var opened = Assert.IsType<SecretsOpened>(lines[^1].Fact);
        Assert.DoesNotContain(opened.Items, i => i.ValueFen == 2_000_000);
        Assert.Contains(opened.Items, i => i.ValueFen == 1_500_000 && i.Nonce is not null);
        Assert.Equal(1, closed.RefusedCount);
    }

    [Fact]
    public async Task The_end_names_exactly_the_refused_bids_that_are_published_also_when_bids_keep_coming()
    {
        var grain = await _market.AnnounceAndOpen("refused", 4);
        // One more than is kept of a paddle.
        const int most = 1000;
        for (var bid = 0; bid <= most; bid++) await grain.PlaceBid(_market.Bid(4, $"low-{bid}", 1_000));
        await grain.PlaceBid(_market.Bid(1, "a", 1_000_000));
        await AuctionCluster.Deactivate(grain);
        await grain.PlaceBid(_market.Bid(2, "b", 1_000_000));
        _market.Clock.Advance(TimeSpan.FromHours(2));
        // Refused while the end is being decided and after it.
        var closing = grain.Poke();
        var late = Enumerable.Range(0, 50).Select(n => grain.PlaceBid(_market.Bid(3, $"late-{n}", 2_000_000))).ToList();
        await closing;
        Assert.All(await Task.WhenAll(late), reply => Assert.Equal(Refusal.AlreadyEnded, reply.Refusal));
        await grain.Poke();

        var (state, lines) = await _market.Log("refused");
        var closed = lines.Select(l => l.Fact).OfType<Closed>().Single();
        Assert.InRange(closed.RefusedCount, most + 1, most + 51);
        await using var db = _market.Databases.Create();
        var published = await db.Set<RefusedBidRow>().Where(row => row.Auction == "refused" && row.Ordinal <= state.Result!.RefusedCount).OrderBy(row => row.Ordinal).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Null(KeptRefusals.Check([.. published.SelectMany(row => (byte[])[.. row.Line.Write(), (byte)'\n'])], lines));
        Assert.Equal(most, published.Count(row => row.Paddle == 4));
    }

    [Fact]
    public async Task A_silence_in_the_closing_window_moves_the_end_and_a_long_one_pauses()
    {
        var grain = await _market.AnnounceAndOpen("outage", 2);
        await grain.PlaceBid(_market.Bid(1, "a", 1_000_000));
        _market.Clock.Advance(TimeSpan.FromMinutes(56));
        await grain.Poke();
        await AuctionCluster.Deactivate(grain);
        _market.Clock.Advance(TimeSpan.FromSeconds(8));
        var moved = await grain.Look();
        Assert.Equal(_market.Clock.GetUtcNow() + TimeSpan.FromMinutes(5), moved.EndsAt);

        await grain.Poke();
        await AuctionCluster.Deactivate(grain);
        _market.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("paused", (await grain.Look()).Phase);
        Assert.Equal(Refusal.AuctionPaused, (await grain.PlaceBid(_market.Bid(2, "b", 1_100_000))).Refusal);

        var restart = _market.Clock.GetUtcNow() + TimeSpan.FromMinutes(2);
        Assert.True((await grain.SetBreakpoint("bp", restart)).Done);
        Assert.Equal(Refusal.NotOpenYet, (await grain.PlaceBid(_market.Bid(1, "c", 1_100_000))).Refusal);
        _market.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(Refusal.NotAdmitted, (await grain.PlaceBid(_market.Bid(2, "d", 1_100_000))).Refusal);
    }

    [Fact]
    public async Task A_node_that_does_not_know_the_time_writes_no_moment_and_stops_the_clocks_when_it_lasts()
    {
        var grain = await _market.AnnounceAndOpen("unbounded", 2);
        await grain.PlaceBid(_market.Bid(1, "a", 1_000_000));
        _market.Clock.Advance(TimeSpan.FromMinutes(56));
        await grain.Poke();
        var before = (await _market.Log("unbounded")).Lines.Count;
        _market.Told.FollowReference();
        await Assert.ThrowsAsync<ClockUnboundedException>(() => grain.PlaceBid(_market.Bid(2, "b", 1_100_000)));
        await Assert.ThrowsAsync<ClockUnboundedException>(() => grain.Suspend(2));
        Assert.Equal(before, (await _market.Log("unbounded")).Lines.Count);

        // Taking an auction over is a moment too; it is done as soon as the time is known.
        await AuctionCluster.Deactivate(grain);
        await Assert.ThrowsAnyAsync<Exception>(() => grain.PlaceBid(_market.Bid(2, "b", 1_100_000)));
        Assert.Equal(before, (await _market.Log("unbounded")).Lines.Count);
        _market.Told.Compare(_market.Clock.GetUtcNow(), TimeSpan.FromMilliseconds(2));
        Assert.Null((await grain.PlaceBid(_market.Bid(2, "b", 1_100_000))).Refusal);
        var end = (await grain.Look()).EndsAt;

        // For some seconds of the window nobody was served: whoever was turned away gets it back.
        var blindUntil = _market.Clock.GetUtcNow() + MarketClock.Holds + TimeSpan.FromSeconds(3);
        await Eventually.Become("blind for a while", TimeSpan.FromSeconds(30), () =>
        {
            _market.Clock.Advance(TimeSpan.FromSeconds(0.5));
            return Task.FromResult(_market.Clock.GetUtcNow() >= blindUntil);
        });
        _market.Told.Compare(_market.Clock.GetUtcNow(), TimeSpan.FromMilliseconds(2));
        await Eventually.Become("the end moved", TimeSpan.FromSeconds(20), async () => (await grain.Look()).EndsAt > end);
        Assert.Equal("open", (await grain.Look()).Phase);

        // Nobody was served for three looks of the probe, inside the window: that is a pause and no close.
        _market.Clock.Advance(MarketClock.Holds);
        for (var look = 0; look < ProbeRule.InARow; look++) await _market.Probe.Look(TestContext.Current.CancellationToken);
        await Eventually.Become("the pause", TimeSpan.FromSeconds(20), async () => (await grain.Look()).Phase == "paused");
        var (_, lines) = await _market.Log("unbounded");
        // It says what was measured: nothing was compared for as long as the clock went on.
        Assert.Equal(new ProbeFigures(ClockSilentMs: (long)MarketClock.Holds.TotalMilliseconds), Assert.IsType<AuctionPaused>(lines[^1].Fact).Figures);
    }
}

public sealed class SqliteAuctionGrainTests : AuctionGrainContract
{
    protected override Task<AuctionCluster> CreateCluster() => AuctionCluster.Create(null);
}

public sealed class PostgresAuctionGrainTests(PostgresFixture postgres) : AuctionGrainContract
{
    protected override async Task<AuctionCluster> CreateCluster() => await AuctionCluster.Create(await postgres.CreateMarket());
}
