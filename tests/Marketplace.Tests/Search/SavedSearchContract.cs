using Marketplace.Domain.Achievements;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Search;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Platform.Outbox;
using Marketplace.Search;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Search;

/// <summary>Persons are told of what appears, once, and of nothing that they may not see.</summary>
public abstract class SavedSearchContract : IAsyncLifetime
{
    private const string Words = "/search?q=%E5%8E%8B%E5%8A%9B%E4%BC%A0%E6%84%9F%E5%99%A8", Hidden = "/search?q=%E9%9A%94%E7%A6%BB%E5%B1%82";

    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_appears_is_told_once_and_what_only_changes_is_not()
    {
        var (unit, firm) = (await _host.UnitInTheBooks(), await _host.Enterprise());
        await _host.PublishedAchievement(unit);
        await Watched();
        var search = await Save(firm, Words, Alert.AtOnce);
        await Save(firm, "/search?q=%E6%B0%B4%E7%A8%BB", Alert.AtOnce);
        var id = await _host.PublishedAchievement(unit, Works.Complete("新的压力传感器"));
        await Watched();
        await Told("at-once");
        var notice = Assert.Single(await Notices(firm));
        Assert.Equal((firm.Person, true, $"{search}", $"/account/searches/{search}"), (notice.Recipient, notice.ToPerson, notice.Subject, notice.Url));
        Assert.Contains("新的压力传感器", System.Text.RegularExpressions.Regex.Unescape(notice.Fills), StringComparison.Ordinal);
        // The outbox says that it changed, and that it left and came back; it has appeared once.
        await _host.InDatabase(async db =>
        {
            Outbox.Tell(db, "achievement", $"{id}");
            return await db.SaveChangesAsync(Now);
        });
        await Watched();
        await MayBeToldAgain();
        await Told("at-once");
        Assert.Single(await Notices(firm));
        // Another node, or this one after a restart, begins behind what was asked.
        using (var again = ActivatorUtilities.CreateInstance<SavedSearchWatch>(_host.Services)) await again.TakeIn(Now);
        await Told("at-once");
        Assert.Single(await Notices(firm));
        await _host.PublishedAchievement(unit, Works.Complete("又一个压力传感器"));
        await Watched();
        await Told("at-once");
        Assert.Equal(2, (await Notices(firm)).Count);
    }

    [Fact]
    public async Task Told_at_once_a_search_is_told_a_while_apart()
    {
        var (unit, firm) = (await _host.UnitInTheBooks(), await _host.Enterprise());
        await Watched();
        await Save(firm, Words, Alert.AtOnce);
        for (var i = 0; i < 2; i++)
        {
            await _host.PublishedAchievement(unit, Works.Complete($"压力传感器 {i}"));
            await Watched();
            await Told("at-once");
        }

        Assert.Single(await Notices(firm));
        await MayBeToldAgain();
        await Told("at-once");
        Assert.Equal(2, (await Notices(firm)).Count);
    }

    [Fact]
    public async Task Nobody_is_told_or_counts_what_is_above_the_tier_of_the_moment()
    {
        var unit = await _host.UnitInTheBooks();
        var (member, waiting, leaving) = (await _host.Enterprise(), await _host.Organisation(OrganisationKind.Enterprise, state: VerificationState.Pending), await _host.Enterprise());
        await Watched();
        foreach (var somebody in new[] { member, waiting, leaving }) await Save(somebody, Hidden, Alert.Daily);
        await _host.PublishedAchievement(unit);
        await Watched();
        Assert.Equal((1, 0, 1), (await Counted(member), await Counted(waiting), await Counted(leaving)));
        await _host.InDatabase(db => db.Set<MembershipRow>().Where(m => m.Person == leaving.Person).ExecuteDeleteAsync(Now));
        Assert.Equal(0, await Counted(leaving));
        await Told("daily/2026-11-30");
        Assert.Equal((1, 0, 0), ((await Notices(member)).Count, (await Notices(waiting)).Count, (await Notices(leaving)).Count));
    }

    [Fact]
    public async Task What_left_the_market_before_the_telling_is_not_told()
    {
        var (unit, firm) = (await _host.UnitInTheBooks(), await _host.Enterprise());
        await Watched();
        await Save(firm, Words, Alert.Daily);
        var gone = await _host.PublishedAchievement(unit, Works.Complete("撤回的压力传感器"));
        await _host.PublishedAchievement(unit, Works.Complete("留下的压力传感器"));
        await Watched();
        await _host.InDatabase(db => db.Set<Marketplace.Achievements.Achievement>().Where(a => a.Id == gone).ExecuteUpdateAsync(set => set.SetProperty(a => a.State, AchievementState.Withdrawn), Now));
        await Told("daily/2026-11-30");
        var told = System.Text.RegularExpressions.Regex.Unescape(Assert.Single(await Notices(firm)).Fills);
        Assert.Contains("留下的", told, StringComparison.Ordinal);
        Assert.DoesNotContain("撤回的", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_notice_of_the_house_and_of_a_result_is_told_and_keeps_nobody_waiting()
    {
        // The auctions here are the demonstration's.
        var (reader, firm) = (await _host.Organisation(OrganisationKind.Enterprise, demo: true), await _host.Enterprise());
        await Watched();
        await Save(reader, "/search?kind=Notice", Alert.Daily);
        await Save(firm, Words, Alert.Daily);
        var lot = await _host.ScheduleAuction(title: "激光焊缝跟踪");
        await _host.InDatabase(async db =>
        {
            // Its end, without waiting for it.
            await db.Set<Marketplace.Auctions.Lot>().Where(l => l.Id == lot.Id).ExecuteUpdateAsync(set => set.SetProperty(l => l.Outcome, "unsold"), Now);
            Outbox.Tell(db, "lot", lot.Id);
            return await db.SaveChangesAsync(Now);
        });
        await _host.PublishedAchievement(await _host.UnitInTheBooks());
        await Watched();
        await Told("daily/2026-11-30");
        // The lot, its session and its result.
        Assert.Contains("\"t3\"", Assert.Single(await Notices(reader)).Fills, StringComparison.Ordinal);
        Assert.Single(await Notices(firm));
    }

    [Fact]
    public async Task A_day_is_one_notice_whatever_found_something()
    {
        var (unit, firm) = (await _host.UnitInTheBooks(), await _host.Enterprise());
        await Watched();
        await Save(firm, Words, Alert.Daily, "传感");
        await Save(firm, "/search?kind=Achievement", Alert.Daily, "全部成果");
        await Save(firm, "/search?kind=Achievement&trlFrom=1", Alert.Never, "不要提醒");
        for (var i = 0; i < 2; i++) await _host.PublishedAchievement(unit, Works.Complete($"压力传感器 {i}"));
        await Watched();
        var due = await _host.InDatabase(db => db.Set<Marketplace.Platform.DueWorkRow>().AsNoTracking().Where(w => w.Kind == SavedSearchTelling.Work).ToListAsync(Now));
        Assert.StartsWith("daily/", Assert.Single(due).Key, StringComparison.Ordinal);
        Assert.Equal(6, await Counted(firm));
        await Told(due[0].Key);
        var notice = Assert.Single(await Notices(firm));
        var told = System.Text.RegularExpressions.Regex.Unescape(notice.Fills);
        Assert.Equal("/account/searches", notice.Url);
        Assert.Contains("传感 · 全部成果", told, StringComparison.Ordinal);
        Assert.Contains("\"t2\"", told, StringComparison.Ordinal);
        Assert.DoesNotContain("不要提醒", told, StringComparison.Ordinal);
        await Told(due[0].Key);
        Assert.Single(await Notices(firm));
        // Told is not looked at: the count goes when the person opens it.
        Assert.Equal(6, await Counted(firm));
    }

    [Fact]
    public async Task What_appeared_while_nobody_watched_is_asked_afterwards()
    {
        var (unit, firm) = (await _host.UnitInTheBooks(), await _host.Enterprise());
        await Watched();
        await Save(firm, Words, Alert.Daily);
        await Watched();
        await _host.PublishedAchievement(unit);
        await Watched();
        await _host.InDatabase(async db =>
        {
            // As if the outbox had been emptied before anybody read it: what is not known to have appeared is asked all the same.
            await db.Set<AppearedRow>().ExecuteDeleteAsync(Now);
            await db.Set<SavedSearchFindRow>().ExecuteDeleteAsync(Now);
            await db.Set<OutboxFloorRow>().ExecuteDeleteAsync(Now);
            db.Add(new OutboxFloorRow { Xid = long.MaxValue, Seq = long.MaxValue });
            return await db.SaveChangesAsync(Now);
        });
        await Eventually.Become("all records to be walked", TimeSpan.FromSeconds(20), () => _host.InDatabase(db => db.Set<SavedSearchFindRow>().AnyAsync(Now)));
        await Told("daily/2026-11-30");
        Assert.Single(await Notices(firm));
    }

    private Task<Guid> Save(Somebody somebody, string address, Alert alert, string name = "我的检索") => Scoped(async services =>
    {
        var id = Guid.CreateVersion7();
        await using var db = _host.Database();
        var actor = await CurrentActor.Absent(db, somebody.Person, Now);
        Assert.True((await services.GetRequiredService<SavedSearchDesk>().Save(id, actor, name, alert, SearchAddress.Of(address), Now)).Done);
        return id;
    });

    private Task<int> Counted(Somebody somebody) => Scoped(async services =>
    {
        await using var db = _host.Database();
        var actor = await CurrentActor.Absent(db, somebody.Person, Now);
        var audience = Policy.Check(actor, Act.ReadRegisteredTier).Done ? Marketplace.Search.Index.Audience.Registered : Marketplace.Search.Index.Audience.Public;
        return (await services.GetRequiredService<SavedSearchDesk>().Of(somebody.Person, audience, Now)).Sum(s => s.New);
    });

    /// <summary>What is committed cannot be read while an older transaction runs, and on PostgreSQL one of any database of the server is older.</summary>
    private Task Watched() => Eventually.Become("everything to be asked", TimeSpan.FromSeconds(20), async () =>
    {
        await using var db = _host.Database();
        var (committed, readable) = (await Outbox.Waiting(db, default, int.MaxValue, Now), await Outbox.Read(db, default, int.MaxValue, Now));
        return committed == readable.Count && await _host.Services.GetRequiredService<SavedSearchWatch>().TakeIn(Now) == 0;
    });

    private Task<DateTimeOffset?> Told(string key) => Scoped(services => SavedSearchTelling.Tell(services, key, Now));

    private Task MayBeToldAgain() => _host.InDatabase(db =>
    {
        var before = _host.MarketTime - SavedSearches.Gap;
        return db.Set<SavedSearchRow>().ExecuteUpdateAsync(set => set.SetProperty(s => s.ToldAt, before), Now);
    });

    private Task<List<NoticeRow>> Notices(Somebody somebody) => _host.InDatabase(db => db.Set<NoticeRow>().AsNoTracking().Where(n => n.Recipient == somebody.Person).ToListAsync(Now));

    private async Task<T> Scoped<T>(Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider);
    }
}

public sealed class SqliteSavedSearchTests : SavedSearchContract;

[OnPostgres]
public sealed class PostgresSavedSearchTests : SavedSearchContract;
