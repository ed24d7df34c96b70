using Marketplace.Achievements;
using Marketplace.Auctions;
using Marketplace.Demo;
using Marketplace.Domain.Auctions;
using Marketplace.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Demo;

/// <summary>Demonstration auctions older than a day go by themselves, and nothing else goes with them; a removal that was begun ends.</summary>
public sealed class PruneTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Yesterdays_demonstration_auctions_go_and_everything_else_stays()
    {
        await using var market = new MarketHost();
        // Switched off, nothing of the demonstration was loaded.
        Assert.False(await market.InDatabase(db => db.Set<Organisation>().AnyAsync(Now)));

        var (old, recent) = (await market.ScheduleAuction(TimeSpan.FromSeconds(4), lastsSeconds: 5), await market.ScheduleAuction(TimeSpan.FromSeconds(4), lastsSeconds: 5));
        var (late, application, _) = await market.Apply(await market.ScheduleAuction());
        var real = await market.AnnouncedAuction();
        foreach (var lot in (ScheduledLot[])[old, recent])
        {
            await Eventually.Become("settled", TimeSpan.FromSeconds(60), () => market.InDatabase(async db =>
                await db.Set<Lot>().AnyAsync(l => l.Id == lot.Id && l.Outcome == "unsold", Now) && !await db.Set<DueWorkRow>().AnyAsync(w => w.Key == lot.Id, Now)));
        }

        var yesterday = market.Services.GetRequiredService<TimeProvider>().GetUtcNow().AddHours(-25);
        await market.InDatabase(db => db.Set<Lot>().Where(l => l.Id == old.Id).ExecuteUpdateAsync(s => s.SetProperty(l => l.EndsAt, yesterday), Now));
        await market.InDatabase(db => db.Set<Session>().Where(s => s.Id == old.Session).ExecuteUpdateAsync(s => s.SetProperty(x => x.OpensAt, yesterday), Now));
        var again = await market.Services.GetRequiredService<DemoRemoval>().Prune(Now);
        Assert.NotNull(again);

        Assert.False(await Known(old.Id));
        Assert.False(await market.InDatabase(db => db.Set<Session>().AnyAsync(s => s.Id == old.Session, Now)));
        Assert.True(await Known(recent.Id));
        Assert.True(await Known(real));
        Assert.True(await market.InDatabase(db => db.Set<Application>().AnyAsync(a => a.Id == application && a.Organisation == late.Organisation, Now)));
        Assert.True(await market.InDatabase(db => db.Set<Achievement>().AnyAsync(a => a.Id == old.Achievement, Now)));

        Task<bool> Known(string lot) => market.InDatabase(async db =>
            await db.Set<Lot>().AnyAsync(l => l.Id == lot, Now) | await db.Set<FactRow>().AnyAsync(f => f.Stream == "auction/" + lot, Now)
            | await db.Set<HeadRow>().AnyAsync(h => h.Stream == "auction/" + lot, Now));
    }

    [Fact]
    public async Task A_removal_that_was_cut_off_is_finished()
    {
        await using var market = new MarketHost();
        var (loading, removal) = (market.Services.GetRequiredService<DemoLoading>(), market.Services.GetRequiredService<DemoRemoval>());
        var later = market.Services.GetRequiredService<TimeProvider>().GetUtcNow().AddDays(1);
        await market.InDatabase(async db =>
        {
            db.Add(new DueWorkRow { Kind = DemoRemoval.PruneWork, Key = DemoRemoval.PruneKey, DueAt = later });
            db.Add(new DueWorkRow { Kind = LotNews.Work, Key = "demo:waits", DueAt = later });
            // Somebody is at this one, so the removal waits.
            db.Add(new DueWorkRow { Kind = LotNews.Work, Key = "demo:busy", DueAt = later, LeaseUntil = later });
            return await db.SaveChangesAsync(Now);
        });
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(Now))
        {
            var removing = removal.RemoveAll(stop.Token);
            await Eventually.Become("the removal to have begun", TimeSpan.FromSeconds(20), () => market.InDatabase(async db => !await db.Set<DueWorkRow>().AnyAsync(w => w.Key == "demo:waits", Now)));
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => removing);
        }

        Assert.True(await loading.IsThere(Now));
        Assert.True(await loading.IsLeaving(Now));
        var due = later.AddDays(-2);
        await market.InDatabase(db => db.Set<DueWorkRow>().Where(w => w.Key == "demo:busy").ExecuteUpdateAsync(set => set.SetProperty(w => w.LeaseUntil, (DateTimeOffset?)null), Now));
        await market.InDatabase(db => db.Set<DueWorkRow>().Where(w => w.Kind == DemoRemoval.RemoveWork).ExecuteUpdateAsync(set => set.SetProperty(w => w.DueAt, due), Now));
        await Eventually.Become("the removal to be finished", TimeSpan.FromSeconds(20), async () => !await loading.IsThere(Now) && !await loading.IsLeaving(Now));
    }
}
