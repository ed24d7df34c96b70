using Marketplace.Achievements;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Achievements;

public sealed class AchievementGrainTests : IAsyncLifetime
{
    private static readonly Guid Researcher = Guid.CreateVersion7();
    private readonly MarketHost _host = new();
    private Guid _unit;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _unit = await _host.UnitInTheBooks();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_disclosure_becomes_a_draft_is_reviewed_and_published()
    {
        var id = Guid.CreateVersion7();
        var grain = _host.Achievement(id);
        Assert.True((await grain.Disclose(Order(), _unit, new DisclosedResult { Title = "新方法", Summary = "做什么", Trl = 3 })).Done);
        Assert.Equal(Refusal.AlreadyDisclosed, (await grain.Disclose(Order(), _unit, new DisclosedResult { Title = "别的" })).Refusal);
        Assert.True((await grain.Decide(Order(), DisclosureDecision.List, null)).Done);
        Assert.Equal(Refusal.DisclosureDecided, (await grain.Decide(Order(), DisclosureDecision.Release, "晚了")).Refusal);
        Assert.Equal(Refusal.Required, (await grain.SubmitForReview(Order())).Refusal);
        Assert.Equal(2, (await grain.Edit(Order(), Works.Complete("新方法"))).Value);
        Assert.Equal(3, (await grain.SubmitForReview(Order())).Value);
        Assert.Equal(Refusal.UnderReview, (await grain.Edit(Order(), Works.Complete())).Refusal);
        Assert.Equal(Refusal.ReasonRequired, (await grain.Review(Order(), publish: false, " ")).Refusal);
        Assert.Equal(4, (await grain.Review(Order(), publish: false, "缺少检测报告")).Value);
        Assert.Equal(AchievementState.Draft, (await _host.Row(id)).State);
        await grain.SubmitForReview(Order());
        Assert.True((await grain.Review(Order(), publish: true, null)).Done);
        var row = await _host.Row(id);
        Assert.Equal((AchievementState.Published, 6, (int?)6, "新方法"), (row.State, row.Version, row.PublishedVersion, row.Title));
        await using var db = _host.Database();
        Assert.Equal([1, 2, 3, 4, 5, 6], await db.Set<AchievementVersion>().Where(v => v.Achievement == id).OrderBy(v => v.Number).Select(v => v.Number).ToListAsync(Now));
    }

    [Fact]
    public async Task Holding_needs_a_reason_and_what_is_held_may_be_released()
    {
        var id = Guid.CreateVersion7();
        var grain = _host.Achievement(id);
        await grain.Disclose(Order(), _unit, new DisclosedResult { Title = "甲", Summary = "乙" });
        Assert.Equal(Refusal.ReasonRequired, (await grain.Decide(Order(), DisclosureDecision.Hold, null)).Refusal);
        Assert.True((await grain.Decide(Order(), DisclosureDecision.Hold, "等待专利申请")).Done);
        Assert.True((await grain.Decide(Order(), DisclosureDecision.Release, "本单位不实施")).Done);
        await using var db = _host.Database();
        Assert.Equal(DisclosureState.Released, (await db.Set<Disclosure>().SingleAsync(d => d.Id == id, Now)).State);
        Assert.Equal(2, await db.Set<DisclosureDecisionRow>().CountAsync(d => d.Disclosure == id, Now));
        Assert.False(await db.Set<Achievement>().AnyAsync(a => a.Id == id, Now));
    }

    [Fact]
    public async Task A_command_given_twice_is_one_command_and_its_id_serves_no_other()
    {
        var id = Guid.CreateVersion7();
        var grain = _host.Achievement(id);
        var begin = Order();
        Assert.Equal(1, (await grain.Begin(begin, _unit, Works.Complete())).Value);
        Assert.Equal(1, (await grain.Begin(begin, _unit, Works.Complete())).Value);
        Assert.Equal(Refusal.CommandIdReused, (await grain.Begin(begin, _unit, Works.Complete() with { Title = "另一个" })).Refusal);
        var submit = Order();
        Assert.Equal(2, (await grain.SubmitForReview(submit)).Value);
        Assert.Equal(2, (await grain.SubmitForReview(submit)).Value);
        Assert.Equal(Refusal.CommandIdReused, (await grain.Withdraw(submit, "理由")).Refusal);
        Assert.Equal(2, (await _host.Row(id)).Version);
    }

    [Fact]
    public async Task What_somebody_else_changed_meanwhile_is_not_overwritten()
    {
        var id = Guid.CreateVersion7();
        var grain = _host.Achievement(id);
        await grain.Begin(Order(), _unit, Works.Complete());
        Assert.True((await grain.Edit(Order() with { Seen = 1 }, Works.Complete("一"))).Done);
        Assert.Equal(Refusal.ChangedMeanwhile, (await grain.Edit(Order() with { Seen = 1 }, Works.Complete("二"))).Refusal);
        Assert.Equal("一", (await _host.Row(id)).Title);
    }

    [Fact]
    public async Task What_is_published_stays_as_it_was_reviewed_until_the_next_version_is_reviewed()
    {
        var id = await _host.PublishedAchievement(_unit);
        var grain = _host.Achievement(id);
        Assert.True((await grain.Edit(Order(), Works.Complete("改过的名称"))).Done);
        var row = await _host.Row(id);
        Assert.Equal(("耐高温压力传感器", AchievementState.Published, Revision.Draft), (row.Title, row.State, row.Revision));
        await grain.SubmitForReview(Order());
        await grain.Review(Order(), publish: true, null);
        Assert.Equal("改过的名称", (await _host.Row(id)).Title);
    }

    [Fact]
    public async Task A_trade_locks_the_content_and_its_three_steps_are_idempotent()
    {
        var id = await _host.PublishedAchievement(_unit);
        var grain = _host.Achievement(id);
        Assert.True((await grain.EnterTrade("lot-1")).Done);
        Assert.True((await grain.EnterTrade("lot-1")).Done);
        Assert.Equal(Refusal.InAnotherAuction, (await grain.EnterTrade("lot-2")).Refusal);
        Assert.Equal(Refusal.LockedByTrade, (await grain.Edit(Order(), Works.Complete("改"))).Refusal);
        Assert.Equal(Refusal.LockedByTrade, (await grain.Withdraw(Order(), "理由")).Refusal);
        Assert.Equal(Refusal.InAnotherAuction, (await grain.LeaveTrade("lot-2")).Refusal);
        Assert.True((await grain.LeaveTrade("lot-1")).Done);
        Assert.True((await grain.LeaveTrade("lot-1")).Done);
        Assert.True((await grain.EnterTrade("lot-2")).Done);
        Assert.True((await grain.MarkTraded("lot-2")).Done);
        Assert.True((await grain.MarkTraded("lot-2")).Done);
        Assert.Equal(AchievementState.Traded, (await _host.Row(id)).State);
        Assert.Equal(Refusal.AlreadyTraded, (await grain.Delist(Order(), "理由")).Refusal);
        Assert.Equal(Refusal.NotFound, (await _host.Achievement().EnterTrade("lot-3")).Refusal);
    }

    private static By Order() => new(Guid.CreateVersion7(), Researcher);
}
