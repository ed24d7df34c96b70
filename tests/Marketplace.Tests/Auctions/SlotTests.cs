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
