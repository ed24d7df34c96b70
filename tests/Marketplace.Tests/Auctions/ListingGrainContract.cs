using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Auctions;

/// <summary>挂牌: the market decides the end of each notice by itself, whatever node is there; on both databases.</summary>
public abstract class ListingGrainContract : IAsyncLifetime
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
    public async Task Without_an_intent_it_is_extended_and_then_unsold_and_each_end_is_decided_once()
    {
        var grain = await _market.AnnounceListed("none", 0);
        // Whoever pokes is told when to come again: at the end of the notice, not before.
        Assert.Equal(_market.Clock.GetUtcNow() + TimeSpan.FromMinutes(1), await grain.Poke());
        _market.Clock.Advance(TimeSpan.FromMinutes(1));
        await Reach(grain, p => p.Listing!.Extended == 1);
        Assert.Equal(_market.Clock.GetUtcNow() + TimeSpan.FromMinutes(10), await grain.Poke());
        var extended = await grain.Look();
        Assert.Equal(("announced", "listing", new ListingPicture(1, 1, null)), (extended.Phase, extended.Stage, extended.Listing));
        await AuctionCluster.Deactivate(grain);
        _market.Clock.Advance(TimeSpan.FromMinutes(9));
        await grain.Poke();
        Assert.Equal("announced", (await grain.Look()).Phase);
        _market.Clock.Advance(TimeSpan.FromMinutes(1));
        await AuctionCluster.Deactivate(grain);
        await Reach(grain, p => p.Listing!.Course == "ended");
        _market.Clock.Advance(TimeSpan.FromSeconds(2));
        await AuctionCluster.Deactivate(grain);
        await Reach(grain, p => p.Outcome is not null);
        // The grain's own timer may be at it already.
        await Eventually.Become("the close", TimeSpan.FromSeconds(10), async () => await grain.Poke() is null);
        var closed = await grain.Look();
        Assert.Equal(("closed", "unsold", new ListingPicture(1, 1, "ended")), (closed.Phase, closed.Outcome, closed.Listing));
        Assert.Equal([ListingCourse.Extended, ListingCourse.Ended], await Decided("none"));
    }

    [Fact]
    public async Task One_intent_is_sold_at_the_posted_price_although_the_node_died_between_the_decision_and_the_close()
    {
        var grain = await _market.AnnounceListed("one", 1);
        Assert.Equal(Refusal.NotOpenYet, (await grain.PlaceBid(_market.Bid(1, "a", 1_000_000))).Refusal);
        await AuctionCluster.Deactivate(grain);
        _market.Clock.Advance(TimeSpan.FromMinutes(1));
        await Reach(grain, p => p.Listing!.Course == "agreed");
        Assert.Equal(("closing", "rising", 1_000_000L, 1), ((await grain.Look()).Phase, (await grain.Look()).Stage, (await grain.Look()).PriceFen, (await grain.Look()).LeaderPaddle));
        await AuctionCluster.Deactivate(grain);
        _market.Clock.Advance(TimeSpan.FromMinutes(5));
        await Reach(grain, p => p.Outcome is not null);
        var closed = await grain.Look();
        Assert.Equal(("sold", 1, 1_000_000L), (closed.Outcome, closed.WinnerPaddle, closed.PriceFen));
        Assert.Equal([ListingCourse.Agreed], await Decided("one"));
        Assert.Equal(Refusal.AlreadyEnded, (await grain.Admit(2, null)).Refusal);
    }

    [Fact]
    public async Task Several_intents_bid_to_the_end_although_the_answer_of_the_decision_was_lost()
    {
        var grain = await _market.AnnounceListed("two", 2);
        _market.Store.BreakAfterCommit();
        _market.Clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.Become("bidding is open", TimeSpan.FromSeconds(30), async () =>
        {
            try
            {
                await grain.Poke();
                return (await grain.Look()).Phase == "open";
            }
            catch (OutcomeUnknownException)
            {
                return false;
            }
        });
        Assert.Equal(Refusal.ListingOver, (await grain.Admit(3, null)).Refusal);
        Assert.Equal(Refusal.AlreadyLeading, (await grain.PlaceBid(_market.Bid(1, "a", 1_010_000))).Refusal);
        Assert.Equal(Refusal.NotAboveCurrentPrice, (await grain.PlaceBid(_market.Bid(2, "b", 1_000_000))).Refusal);
        Assert.Null((await grain.PlaceBid(_market.Bid(2, "c", 1_010_000))).Refusal);
        await AuctionCluster.Deactivate(grain);
        Assert.Null((await grain.PlaceBid(_market.Proxy(1, "d", 1_100_000))).Refusal);
        _market.Clock.Advance(TimeSpan.FromMinutes(54));
        await grain.Poke();
        for (var second = 0; second < 6 * 60 + 5; second += 5)
        {
            _market.Clock.Advance(TimeSpan.FromSeconds(5));
            await grain.Poke();
        }

        await Reach(grain, p => p.Outcome is not null);
        var closed = await grain.Look();
        Assert.Equal(("sold", 1, 1_020_000L, "bidding"), (closed.Outcome, closed.WinnerPaddle, closed.PriceFen, closed.Listing!.Course));
        Assert.Equal([ListingCourse.Bidding], await Decided("two"));
    }

    [Fact]
    public async Task When_nobody_bids_the_first_intent_has_it_at_the_posted_price()
    {
        var grain = await _market.AnnounceListed("still", 3);
        Assert.Equal(1, (await grain.GrantPriority(2, 1)).Value);
        _market.Clock.Advance(TimeSpan.FromMinutes(1));
        await Reach(grain, p => p.Phase == "open");
        _market.Clock.Advance(TimeSpan.FromMinutes(54));
        await grain.Poke();
        for (var second = 0; second < 6 * 60 + 5; second += 5)
        {
            _market.Clock.Advance(TimeSpan.FromSeconds(5));
            await grain.Poke();
        }

        await Reach(grain, p => p.Outcome is not null);
        Assert.Equal(("sold", 2, 1_000_000L), ((await grain.Look()).Outcome, (await grain.Look()).WinnerPaddle, (await grain.Look()).PriceFen));
    }

    [Fact]
    public async Task A_pause_in_the_notice_moves_its_end()
    {
        var grain = await _market.AnnounceListed("pause", 1);
        Assert.True((await grain.Pause("p", PausedBy.Operator, PauseCause.TitleDispute, "第三人主张权属")).Done);
        _market.Clock.Advance(TimeSpan.FromHours(2));
        await grain.Poke();
        Assert.Equal(("paused", "listing"), ((await grain.Look()).Phase, (await grain.Look()).Stage));
        var course = await grain.Course();
        Assert.Equal((true, TimeSpan.FromMinutes(1)), (course.GoesOn, course.Left));
        Assert.True((await grain.Restart("r", _market.Clock.GetUtcNow() + TimeSpan.FromMinutes(2))).Done);
        _market.Clock.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(59));
        await grain.Poke();
        Assert.Equal("announced", (await grain.Look()).Phase);
        _market.Clock.Advance(TimeSpan.FromSeconds(1));
        await Reach(grain, p => p.Listing!.Course == "agreed");
        Assert.Equal([ListingCourse.Agreed], await Decided("pause"));
    }

    /// <summary>A turn of the grain's own timer may be under way, and then a poke leaves the work to it.</summary>
    private static Task Reach(IAuctionGrain grain, Func<AuctionPicture, bool> there) => Eventually.Become("the auction gets there", TimeSpan.FromSeconds(30), async () =>
    {
        await grain.Poke();
        return there(await grain.Look());
    });

    private async Task<List<ListingCourse>> Decided(string id)
    {
        var (_, lines) = await _market.Log(id);
        return [.. lines.Select(l => l.Fact).OfType<ListingDecided>().Select(f => f.Course)];
    }
}

public sealed class SqliteListingGrainTests : ListingGrainContract
{
    protected override Task<AuctionCluster> CreateCluster() => AuctionCluster.Create(null);
}

public sealed class PostgresListingGrainTests(PostgresFixture postgres) : ListingGrainContract
{
    protected override async Task<AuctionCluster> CreateCluster() => await AuctionCluster.Create(await postgres.CreateMarket());
}
