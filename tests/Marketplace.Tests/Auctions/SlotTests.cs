using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>永不落幕: ends in slots with a capacity.</summary>
public class SlotTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _market.DisposeAsync();

    [Fact]
    public async Task The_last_seat_of_a_slot_goes_to_one_and_the_next_free_slot_takes_the_other()
    {
        await using var scope = _market.Services.CreateAsyncScope();
        var sessions = scope.ServiceProvider.GetRequiredService<Sessions>();
        var opens = StatutoryDays.EndOf(_market.Services.GetRequiredService<TimeProvider>().GetUtcNow(), 20);
        var session = (await sessions.Create(
            Guid.CreateVersion7(),
            new SessionWriting("永不落幕", "Round the clock", "市场", SessionBrand.HighTechZone, SessionProfile.RoundTheClock, opens, opens, Demo: true, SlotCapacity: 1), Token)).Value;
        var person = (await _market.Operator()).Person;
        var first = await Offered(session.Id, "耐高温压力传感器");
        var second = await Offered(session.Id, "低温等离子刻蚀方法");

        var both = await Task.WhenAll(Announce(first, opens, person), Announce(second, opens, person));
        Assert.Single(both, refusal => refusal is null);
        Assert.Single(both, refusal => refusal is Refusal.SlotFull);
        var late = both[0] is null ? second : first;
        Assert.Equal(Refusal.SlotFull, await Announce(late, opens, person));

        var slots = scope.ServiceProvider.GetRequiredService<SessionSlots>();
        var lasts = TimeSpan.FromSeconds(600);
        var free = (await slots.Next(session, opens + lasts, 1, Token)).Single();
        Assert.Null(await Announce(late, free + Slots.Length - lasts, person));
        Assert.Equal(2, await _market.InDatabase(db => db.Set<SessionSlot>().CountAsync(s => s.Session == session.Id, Token)));
    }

    [Fact]
    public async Task From_its_first_announcement_on_a_session_stays_as_it_was_and_a_cancelled_lot_gives_its_seat_back()
    {
        await using var scope = _market.Services.CreateAsyncScope();
        var sessions = scope.ServiceProvider.GetRequiredService<Sessions>();
        var opens = StatutoryDays.EndOf(_market.Services.GetRequiredService<TimeProvider>().GetUtcNow(), 20);
        var writing = new SessionWriting("永不落幕", "Round the clock", "市场", SessionBrand.County, SessionProfile.RoundTheClock, opens, opens, Demo: true, SlotCapacity: 1);
        var session = (await sessions.Create(Guid.CreateVersion7(), writing, Token)).Value;
        var operators = await _market.Operator();
        var first = await Offered(session.Id, "耐高温压力传感器");
        var second = await Offered(session.Id, "低温等离子刻蚀方法");
        Assert.True((await sessions.Edit(session, writing with { SlotCapacity = 2 }, Token)).Done);
        Assert.True((await sessions.Edit(session, writing, Token)).Done);
        Assert.Null(await Announce(first, opens, operators.Person));

        foreach (var changed in new[] { writing with { SlotCapacity = 2 }, writing with { Profile = SessionProfile.Demo }, writing with { Timing = SessionTiming.InSequence, GapSeconds = 60 }, writing with { Brand = SessionBrand.University } })
            Assert.Equal(Refusal.SessionFixed, (await sessions.Edit(session, changed, Token)).Refusal);
        Assert.True((await sessions.Edit(session, writing with { Name = "永不落幕（更正）" }, Token)).Done);
        Assert.Equal(Refusal.SessionFixed, (await sessions.Order(session, new Dictionary<string, int> { [second] = 1, [first] = 2 }, Token)).Refusal);
        Assert.Equal([first, second], (await sessions.LotsOf(session.Id, Token)).Select(l => l.Id));

        Assert.Equal(Refusal.SlotFull, await Announce(second, opens, operators.Person));
        await _market.Decide(first, MeasureKind.Cancel, nameof(CancelGround.TitleDispute), operators, await _market.Operator());
        await Eventually.Become("the seat to be free", TimeSpan.FromSeconds(20), () => _market.InDatabase(async db => !await db.Set<SessionSlot>().AnyAsync(s => s.Lot == first, Token)));
        Assert.Null(await Announce(second, opens, operators.Person));
    }

    private async Task<string> Offered(Guid session, string title)
    {
        var (id, _, _) = await _market.OfferLot(lastsSeconds: 600, title: title);
        await using var scope = _market.Services.CreateAsyncScope();
        var sessions = scope.ServiceProvider.GetRequiredService<Sessions>();
        Assert.Null((await sessions.Take((await sessions.Find(session, Token))!, (await scope.ServiceProvider.GetRequiredService<Lots>().Find(id, Token))!, Token)).Refusal);
        return id;
    }

    private async Task<Refusal?> Announce(string id, DateTimeOffset opens, Guid person)
    {
        await using var scope = _market.Services.CreateAsyncScope();
        var lot = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(id, Token))!;
        return (await scope.ServiceProvider.GetRequiredService<Announcements>().Announce(lot, new AnnouncedTerms(opens, opens, 0, Bearer.Seller), person, Token)).Refusal;
    }
}
