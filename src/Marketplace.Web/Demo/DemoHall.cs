using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demo;

/// <summary>
/// One session in a hall, with its house, its officers and its proofs, waits for a newcomer who signs in as its auctioneer.
/// Nothing in it moves by itself: the market's own bidders bid on the platform's sessions only.
/// </summary>
public sealed class DemoHall(IServiceProvider services, DemoLots lots, FileStore files, TimeProvider clock)
{
    private const int LotsOfSession = 3;

    /// <summary>Makes the next session when the last one is finished.</summary>
    public async Task Prepare(CancellationToken cancellation)
    {
        await using var scope = services.CreateAsyncScope();
        var (db, halls) = (scope.ServiceProvider.GetRequiredService<MarketplaceDb>(), scope.ServiceProvider.GetRequiredService<Halls>());
        var house = await db.Set<Organisation>().Where(o => o.Demo && o.Name == DemoCast.House).Select(o => (Guid?)o.Id).FirstOrDefaultAsync(cancellation);
        if (house is not { } held) return;
        if (await db.Set<Lot>().AnyAsync(l => l.Outcome == null && db.Set<HallSession>().Any(h => h.Session == l.Session && h.House == held), cancellation)) return;
        var now = Instant.Cut(clock.GetUtcNow());
        var today = StatutoryDays.DayOf(now);
        using var content = new MemoryStream(DemoPaper.Write("Auction papers"));
        var kept = await files.Keep(content, "拍卖材料（演示）.pdf", cancellation);
        if (!kept.Done) throw new InvalidOperationException($"Demo papers were refused: {kept.Refusal}");
        var proof = kept.Value;
        await halls.SetLicence(held, "浙拍证 2021-0815（演示）", today.AddYears(2), proof.Sha256, proof.FileName, cancellation);
        var people = await (
            from m in db.Set<MembershipRow>()
            join p in db.Set<Person>() on m.Person equals p.Id
            where m.Organisation == held
            select new { p.Id, p.DisplayName, m.Role }).ToListAsync(cancellation);
        foreach (var person in people.DistinctBy(p => p.Id))
        {
            var hammers = people.Any(p => p.Id == person.Id && p.Role == Domain.Organisations.MemberRole.Auctioneer);
            await halls.SetOfficer(held, person.Id, person.DisplayName, hammers ? "1233081507" : null, cancellation);
        }

        var name = $"长三角拍 · 现场演示专场（{today.Month}月{today.Day}日）";
        var session = await scope.ServiceProvider.GetRequiredService<Sessions>().Create(
            Guid.CreateVersion7(now),
            new SessionWriting(name, $"Yangtze Delta Auction · hall demonstration ({today:yyyy-MM-dd})", "浙江拍演示运营中心", SessionBrand.YangtzeDelta, SessionProfile.Demo, now, now, Demo: true), cancellation);
        var hall = await halls.Arrange(session.Value, new HallWriting(held, "杭州国际博览中心 3 层（演示）", null, HallTerms.DefaultWarningSeconds, TieRule.Floor, 101, 120), cancellation);
        if (!hall.Done) throw new InvalidOperationException($"The demo hall was refused: {hall.Refusal} {hall.Detail}");
        await halls.Prove(
            hall.Value,
            new HallProofs(
                people.First(p => p.Role == Domain.Organisations.MemberRole.Recorder).Id, "浙江日报（演示）", today.AddDays(-20), proof.Sha256, today.AddDays(-3), today.AddDays(-1), "技术转移中心（演示）", proof.Sha256),
            cancellation);
        for (var n = 0; n < LotsOfSession; n++) await lots.Announce(TimeSpan.FromSeconds(20), cancellation, session.Value.Id);
    }
}
