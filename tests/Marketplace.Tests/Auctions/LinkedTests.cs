using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>Lots of one session that end together, and sessions that end or open their lots one after the other.</summary>
public class LinkedTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _market.DisposeAsync();

    [Fact]
    public async Task A_bid_in_the_window_of_one_lot_keeps_the_others_of_its_group_open()
    {
        var opens = TimeSpan.FromSeconds(45);
        var first = await _market.ScheduleAuction(opens, lastsSeconds: 12, softCloseSeconds: 6, group: "A");
        var left = first.OpensAt - Clock.GetUtcNow();
        var second = await _market.ScheduleAuction(left, lastsSeconds: 12, softCloseSeconds: 6, title: "低温等离子刻蚀方法", into: first.Session, group: "A");
        var apart = await _market.ScheduleAuction(left, lastsSeconds: 12, softCloseSeconds: 6, title: "高通量单细胞分选芯片", into: first.Session);
        var bidder = await _market.Join(first);
        await Eventually.Become("near its end", TimeSpan.FromSeconds(90), async () => Clock.GetUtcNow() > (await _market.Auction(first.Id).Look()).EndsAt.AddSeconds(-3));
        Assert.Null((await _market.Auction(first.Id).PlaceBid(new BidCommand(bidder.Paddle, "b1", 100_000_00, null, Clock.GetUtcNow()))).Refusal);
        var end = (await _market.Auction(first.Id).Look()).EndsAt;
        await Eventually.Become("told", TimeSpan.FromSeconds(5), async () => (await _market.Auction(second.Id).Look()).EndsAt == end);
        await Eventually.Become("closed", TimeSpan.FromSeconds(30), async () => (await _market.Auction(second.Id).Look()).Phase == "closed");
        Assert.Equal(end, (await _market.Auction(second.Id).Look()).EndsAt);
        Assert.Equal("closed", (await _market.Auction(apart.Id).Look()).Phase);
        Assert.True((await _market.Auction(apart.Id).Look()).EndsAt < end);
    }

    [Fact]
    public async Task While_one_lot_waits_for_holders_of_priority_the_others_close()
    {
        var first = await _market.ScheduleAuction(TimeSpan.FromSeconds(35), lastsSeconds: 8, service: NoticeService.Unproven, group: "B");
        var second = await _market.ScheduleAuction(first.OpensAt - Clock.GetUtcNow(), lastsSeconds: 8, title: "低温等离子刻蚀方法", into: first.Session, group: "B");
        var bidder = await _market.Join(first);
        await Eventually.Become("open", TimeSpan.FromSeconds(60), async () => (await _market.Auction(first.Id).Look()).Phase == "open");
        Assert.Null((await _market.Auction(first.Id).PlaceBid(new BidCommand(bidder.Paddle, "b1", 100_000_00, null, Clock.GetUtcNow()))).Refusal);
        var end = (await _market.Auction(second.Id).Look()).EndsAt;
        await Eventually.Become("matching", TimeSpan.FromSeconds(30), async () => (await _market.Auction(first.Id).Look()).Stage == "matching");
        await Eventually.Become("closed", TimeSpan.FromSeconds(10), async () => (await _market.Auction(second.Id).Look()).Phase == "closed");
        Assert.Equal(end, (await _market.Auction(second.Id).Look()).EndsAt);
    }

    [Fact]
    public async Task Only_a_rising_lot_that_is_not_announced_is_linked()
    {
        var announced = await _market.ScheduleAuction(TimeSpan.FromHours(1));
        var (id, _, _) = await _market.OfferLot(title: "低温等离子刻蚀方法");
        await using var scope = _market.Services.CreateAsyncScope();
        var (lots, sessions) = (scope.ServiceProvider.GetRequiredService<Lots>(), scope.ServiceProvider.GetRequiredService<Sessions>());
        Assert.Equal(Refusal.LotFixed, (await sessions.Link((await lots.Find(announced.Id, Token))!, "A", Token)).Refusal);
        var lot = (await lots.Find(id, Token))!;
        Assert.Equal(Refusal.NotLinked, (await sessions.Link(lot, "not a name", Token)).Refusal);
        Assert.Null((await sessions.Link(lot, " b2 ", Token)).Refusal);
        Assert.Equal("B2", lot.LinkedGroup);
        Assert.Null((await sessions.Link(lot, "", Token)).Refusal);
        Assert.Null(lot.LinkedGroup);
    }

    [Fact]
    public async Task A_staggered_session_ends_its_lots_in_the_order_of_the_catalogue_and_one_in_sequence_opens_them_so()
    {
        var staggered = await Made(SessionTiming.Staggered, 120);
        var first = await _market.ScheduleAuction(TimeSpan.FromHours(1), lastsSeconds: 600, into: staggered);
        var second = await _market.ScheduleAuction(first.OpensAt - Clock.GetUtcNow(), lastsSeconds: 600, title: "低温等离子刻蚀方法", into: staggered);
        var (a, b) = (await Row(first.Id), await Row(second.Id));
        Assert.Equal(TimeSpan.FromSeconds(600), a.EndsAt - a.OpensAt);
        Assert.Equal(TimeSpan.FromSeconds(720), b.EndsAt - b.OpensAt);

        var inSequence = await Made(SessionTiming.InSequence, 60);
        var before = await Row((await _market.ScheduleAuction(TimeSpan.FromHours(1), lastsSeconds: 600, title: "高通量单细胞分选芯片", into: inSequence)).Id);
        var (third, _, _) = await _market.OfferLot(title: "多模态无损检测方法");
        await using var scope = _market.Services.CreateAsyncScope();
        var sessions = scope.ServiceProvider.GetRequiredService<Sessions>();
        var lot = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(third, Token))!;
        var session = (await sessions.Find(inSequence, Token))!;
        Assert.Null((await sessions.Take(session, lot, Token)).Refusal);
        var turn = before.EndsAt!.Value.AddSeconds(60);
        Assert.Equal(turn, await sessions.OpensAfter(session, lot, Token));
        var announcements = scope.ServiceProvider.GetRequiredService<Announcements>();
        Assert.Equal(Refusal.BeforeItsTurn, (await announcements.Check(lot, new AnnouncedTerms(turn.AddSeconds(-1), turn.AddSeconds(-1), 0, Bearer.Seller), Token)).Refusal);
        Assert.Null((await announcements.Check(lot, new AnnouncedTerms(turn, turn, 0, Bearer.Seller), Token)).Refusal);

        // A place before one that is announced already has to be over, with the gap, when that one opens.
        await _market.InDatabase(db => db.Set<Lot>().Where(l => l.Id == lot.Id).ExecuteUpdateAsync(s => s.SetProperty(l => l.Place, 0), Token));
        lot.Place = 0;
        Assert.Equal(before.OpensAt!.Value.AddSeconds(-60), await sessions.EndsBefore(session, lot, Token));
        var lasts = TimeSpan.FromSeconds(lot.DurationSeconds);
        var latest = before.OpensAt.Value.AddSeconds(-60) - lasts;
        Assert.Equal(Refusal.AfterItsTurn, (await announcements.Check(lot, new AnnouncedTerms(latest.AddSeconds(1), latest.AddSeconds(1), 0, Bearer.Seller), Token)).Refusal);
        Assert.Null((await announcements.Check(lot, new AnnouncedTerms(latest, latest, 0, Bearer.Seller), Token)).Refusal);
    }

    private TimeProvider Clock => _market.Services.GetRequiredService<TimeProvider>();

    private Task<Lot> Row(string id) => _market.InDatabase(db => db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Id == id, Token));

    private async Task<Guid> Made(SessionTiming timing, int gapSeconds)
    {
        await using var scope = _market.Services.CreateAsyncScope();
        var opens = Clock.GetUtcNow().AddHours(1);
        var made = await scope.ServiceProvider.GetRequiredService<Sessions>().Create(
            Guid.CreateVersion7(), new SessionWriting("专场", "Session", "测试区", SessionBrand.HighTechZone, SessionProfile.Demo, opens, opens, Demo: true, timing, gapSeconds), Token);
        return made.Value.Id;
    }
}
