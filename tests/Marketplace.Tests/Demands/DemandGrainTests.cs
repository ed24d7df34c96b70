using Marketplace.Demands;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Platform;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Demands;

public class DemandGrainTests : IAsyncLifetime
{
    private readonly MarketHost _host = new();
    private Guid _owner;
    private Guid _first;
    private Guid _second;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _owner = await _host.UnitInTheBooks("澜岛石化装备有限公司", kind: OrganisationKind.Enterprise);
        _first = await _host.UnitInTheBooks("钱江理工大学");
        _second = await _host.UnitInTheBooks("越州大学");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_problem_goes_from_the_draft_over_the_choice_to_its_acceptance()
    {
        var id = await _host.PublishedDemand(_owner);
        var grain = _host.Demand(id);
        Assert.Equal(Refusal.OwnDemand, (await grain.Respond(Order(_owner), Needs.Answer())).Refusal);
        Assert.True((await grain.Respond(Order(_first), Needs.Answer())).Done);
        Assert.True((await grain.Respond(Order(_second), Needs.Answer("光纤法珀", 120_000_000))).Done);
        Assert.Equal(Refusal.AlreadyResponded, (await grain.Respond(Order(_first), Needs.Answer())).Refusal);
        Assert.Equal(Refusal.NotInThisState, (await grain.Choose(Order(_owner), [], "早了")).Refusal);
        await _host.PassDeadline(id);
        Assert.Equal(DemandState.Selecting, (await _host.DemandRow(id)).State);
        Assert.Equal(Refusal.ResponsesClosed, (await grain.WithdrawResponse(Order(_first), null)).Refusal);
        var (chosen, other) = (await _host.ResponseRow(id, _first), await _host.ResponseRow(id, _second));
        Assert.Equal(Refusal.ReasonRequired, (await grain.Choose(Order(_owner), [chosen.Id], " ")).Refusal);
        Assert.Equal(Refusal.Required, (await grain.Choose(Order(_owner), [chosen.Id, other.Id], "两份")).Refusal);
        Assert.True((await grain.Choose(Order(_owner), [chosen.Id], "指标余量最大")).Done);
        Assert.Equal((ResponseState.Chosen, ResponseState.NotChosen), ((await _host.ResponseRow(id, _first)).State, (await _host.ResponseRow(id, _second)).State));
        // Who was chosen steps back: the choice is open among the others.
        Assert.Equal(Refusal.ResponseNotStanding, (await grain.Decline(Order(_second), "不是我")).Refusal);
        Assert.True((await grain.Decline(Order(_first), "人员变动")).Done);
        Assert.Equal((ResponseState.Withdrawn, ResponseState.Standing), ((await _host.ResponseRow(id, _first)).State, (await _host.ResponseRow(id, _second)).State));
        Assert.True((await grain.Choose(Order(_owner), [other.Id], "次优")).Done);
        Assert.True((await grain.StartWork(Order(_owner))).Done);
        Assert.Equal(Refusal.MilestonesDone, (await grain.PassMilestone(Order(_owner), null)).Refusal);
        Assert.True((await grain.Accept(Order(_owner), null, null)).Done);
        Assert.Equal(DemandState.Accepted, (await _host.DemandRow(id)).State);
        Assert.Equal(Refusal.NotInThisState, (await grain.Fail(Order(_owner), "晚了")).Refusal);
    }

    [Fact]
    public async Task A_changed_must_target_waits_for_review_and_asks_every_responder_again()
    {
        var id = await _host.PublishedDemand(_owner);
        var grain = _host.Demand(id);
        await grain.Respond(Order(_first), Needs.Answer());
        await grain.Respond(Order(_second), Needs.Answer("光纤法珀"));
        var content = DemandContent.Read((await _host.DemandRow(id)).Content);
        Assert.Equal(Refusal.NothingToConfirm, (await grain.ConfirmResponse(Order(_first))).Refusal);
        Assert.Equal(Refusal.DeadlineMayNotMoveEarlier, (await grain.ProposeChange(Order(_owner), content with { Deadline = content.Deadline!.Value.AddDays(-1) })).Refusal);
        var harder = content with { Lines = content.Lines.SetItem(0, content.Lines[0] with { Target = "230" }) };
        Assert.True((await grain.ProposeChange(Order(_owner), harder)).Done);
        Assert.Equal(Refusal.ChangeWaits, (await grain.ProposeChange(Order(_owner), harder)).Refusal);
        var row = await _host.DemandRow(id);
        Assert.Equal((1, 1, true, "210"), (row.Edition, row.TargetsEdition, row.ChangeWaits, DemandContent.Read(row.PublicContent!).Lines[0].Target));
        Assert.True((await grain.Review(Order(_owner), publish: true, null)).Done);
        row = await _host.DemandRow(id);
        Assert.Equal((2, 2, false, "230"), (row.Edition, row.TargetsEdition, row.ChangeWaits, DemandContent.Read(row.PublicContent!).Lines[0].Target));
        Assert.True((await grain.ConfirmResponse(Order(_first))).Done);
        await _host.PassDeadline(id);
        var (confirmed, silent) = (await _host.ResponseRow(id, _first), await _host.ResponseRow(id, _second));
        Assert.Equal(Refusal.ResponseNotConfirmed, (await grain.Choose(Order(_owner), [silent.Id], "理由")).Refusal);
        Assert.True((await grain.Choose(Order(_owner), [confirmed.Id], "理由")).Done);
    }

    [Fact]
    public async Task Changed_targets_that_are_reviewed_too_late_are_not_published()
    {
        var id = await _host.PublishedDemand(_owner);
        var grain = _host.Demand(id);
        await grain.Respond(Order(_first), Needs.Answer());
        var content = DemandContent.Read((await _host.DemandRow(id)).Content);
        Assert.True((await grain.ProposeChange(Order(_owner), content with { Lines = content.Lines.SetItem(0, content.Lines[0] with { Target = "230" }) })).Done);
        await Left(TimeSpan.FromDays(3) - TimeSpan.FromMinutes(1));
        var late = await grain.Review(Order(_owner), publish: true, null);
        Assert.Equal((Refusal.TooLateToChange, "deadline"), (late.Refusal, late.Detail));
        Assert.Equal((1, 1), ((await _host.DemandRow(id)).TargetsEdition, (await _host.ResponseRow(id, _first)).ConfirmedEdition));
        await Left(TimeSpan.FromDays(3) + TimeSpan.FromMinutes(1));
        Assert.True((await grain.Review(Order(_owner), publish: true, null)).Done);

        Task<int> Left(TimeSpan left) => _host.InDatabase(async db =>
        {
            var row = await db.Set<Demand>().SingleAsync(d => d.Id == id, Now);
            row.Deadline = Instant.Cut(_host.MarketTime + left);
            (row.Content, row.PublicContent) = ((DemandContent.Read(row.Content) with { Deadline = row.Deadline }).Write(), (DemandContent.Read(row.PublicContent!) with { Deadline = row.Deadline }).Write());
            return await db.SaveChangesAsync(Now);
        });
    }

    [Fact]
    public async Task A_later_deadline_holds_at_once_and_a_change_that_came_too_late_is_gone()
    {
        var id = await _host.PublishedDemand(_owner);
        var grain = _host.Demand(id);
        var before = (await _host.DemandRow(id)).Deadline!.Value;
        Assert.Equal(Refusal.DeadlineMayNotMoveEarlier, (await grain.Extend(Order(_owner), before)).Refusal);
        Assert.True((await grain.Extend(Order(_owner), before.AddDays(5))).Done);
        var row = await _host.DemandRow(id);
        Assert.Equal((before.AddDays(5), 2, 1), (row.Deadline!.Value, row.Edition, row.TargetsEdition));
        Assert.True((await grain.ProposeChange(Order(_owner), DemandContent.Read(row.Content) with { Title = "改过的名称" })).Done);
        await _host.PassDeadline(id);
        row = await _host.DemandRow(id);
        Assert.Equal((DemandState.Unmet, false, "200 ℃ 以上井下压力在线测量"), (row.State, row.ChangeWaits, DemandContent.Read(row.Content).Title));
    }

    [Fact]
    public async Task A_challenge_is_promised_first_stands_to_its_deadline_and_its_result_is_on_notice()
    {
        var id = Guid.CreateVersion7();
        var grain = _host.Demand(id);
        var content = Needs.Complete(DemandKind.OpenChallenge, _host.MarketTime);
        await grain.Begin(Order(_owner), _owner, DemandKind.OpenChallenge, content);
        await grain.SubmitForReview(Order(_owner));
        Assert.Equal(Refusal.RewardNotPromised, (await grain.Review(Order(_owner), publish: true, null)).Refusal);
        Assert.Equal(Refusal.PromiseDiffers, (await grain.PromiseReward(Order(_owner), 1)).Refusal);
        Assert.True((await grain.PromiseReward(Order(_owner), content.RewardFen!.Value)).Done);
        Assert.True((await grain.Review(Order(_owner), publish: true, null)).Done);
        Assert.Equal(Refusal.ChallengeStands, (await grain.Withdraw(Order(_owner), "反悔")).Refusal);
        Assert.Equal(Refusal.RewardMayNotFall, (await grain.ProposeChange(Order(_owner), content with { RewardFen = 1 })).Refusal);
        // More money is promised before it is published.
        Assert.True((await grain.ProposeChange(Order(_owner), content with { RewardFen = 130_000_000 })).Done);
        Assert.Equal(Refusal.RewardNotPromised, (await grain.Review(Order(_owner), publish: true, null)).Refusal);
        Assert.True((await grain.PromiseReward(Order(_owner), 130_000_000)).Done);
        Assert.True((await grain.Review(Order(_owner), publish: true, null)).Done);
        await grain.Respond(Order(_first), Needs.Answer());
        await _host.PassDeadline(id);
        Assert.True((await grain.Choose(Order(_owner), [(await _host.ResponseRow(id, _first)).Id], "论证通过")).Done);
        var row = await _host.DemandRow(id);
        Assert.Equal((DemandState.ResultNotice, ResultNotices.Ends(row.UpdatedAt, 7)), (row.State, row.NoticeEndsAt!.Value));
        Assert.Equal(Refusal.NotInThisState, (await grain.StartWork(Order(_owner))).Refusal);
        Assert.Equal(row.NoticeEndsAt, await grain.Poke());
        await _host.PassDeadline(id);
        Assert.Equal(DemandState.Chosen, (await _host.DemandRow(id)).State);
        Assert.True((await grain.StartWork(Order(_owner))).Done);
        Assert.Equal(Refusal.MilestonesOpen, (await grain.Accept(Order(_owner), null, null)).Refusal);
        await grain.PassMilestone(Order(_owner), "样机合格");
        await grain.PassMilestone(Order(_owner), null);
        Assert.True((await grain.Accept(Order(_owner), null, null)).Done);
    }

    [Fact]
    public async Task A_race_stops_lanes_at_its_gates_and_ends_with_the_best()
    {
        var third = await _host.UnitInTheBooks("舟岛海工研究所");
        var id = await _host.PublishedDemand(_owner, DemandKind.ParallelLanes);
        var grain = _host.Demand(id);
        foreach (var unit in new[] { _first, _second, third }) Assert.True((await grain.Respond(Order(unit), Needs.Answer($"方案 {unit}"))).Done);
        await _host.PassDeadline(id);
        var lanes = new List<Guid>();
        foreach (var unit in new[] { _first, _second, third }) lanes.Add((await _host.ResponseRow(id, unit)).Id);
        Assert.Equal(Refusal.LanesOutOfRange, (await grain.Choose(Order(_owner), [lanes[0]], "一条")).Refusal);
        var choice = Order(_owner);
        Assert.True((await grain.Choose(choice, [.. lanes], "三条路线互补")).Done);
        Assert.True((await grain.Choose(choice, [lanes[2], lanes[0], lanes[1]], "三条路线互补")).Done);
        Assert.Equal(Refusal.CommandIdReused, (await grain.Choose(choice, [lanes[0], lanes[1]], "三条路线互补")).Refusal);
        Assert.True((await grain.StartWork(Order(_owner))).Done);
        Assert.Equal(Refusal.LanesUndecided, (await grain.CloseStage(Order(_owner))).Refusal);
        Assert.Equal(Refusal.ReasonRequired, (await grain.DecideLane(Order(_owner), lanes[0], true, null)).Refusal);
        Assert.True((await grain.DecideLane(Order(_owner), lanes[0], true, "漂移最小")).Done);
        Assert.Equal(Refusal.AlreadyDecided, (await grain.DecideLane(Order(_owner), lanes[0], false, "改主意")).Refusal);
        await grain.DecideLane(Order(_owner), lanes[1], true, "次小");
        await grain.DecideLane(Order(_owner), lanes[2], false, "漂移最大");
        Assert.Equal(Refusal.MilestonesOpen, (await grain.Accept(Order(_owner), lanes[0], "早")).Refusal);
        Assert.True((await grain.CloseStage(Order(_owner))).Done);
        Assert.Equal((2, ResponseState.Stopped), ((await _host.DemandRow(id)).Stage, (await _host.ResponseRow(id, third)).State));
        Assert.Equal(Refusal.LaneNotRunning, (await grain.Accept(Order(_owner), lanes[2], "已停")).Refusal);
        Assert.Equal(Refusal.ReasonRequired, (await grain.Accept(Order(_owner), lanes[0], null)).Refusal);
        Assert.True((await grain.Accept(Order(_owner), lanes[0], "样机对比第一")).Done);
        Assert.Equal((ResponseState.Best, ResponseState.Stopped), ((await _host.ResponseRow(id, _first)).State, (await _host.ResponseRow(id, _second)).State));
    }

    [Fact]
    public async Task What_is_too_vague_is_not_published_until_it_was_edited()
    {
        var agency = await _host.UnitInTheBooks("方舟技术转移", kind: OrganisationKind.Agency);
        var id = Guid.CreateVersion7();
        var grain = _host.Demand(id);
        var content = Needs.Complete(DemandKind.Problem, _host.MarketTime);
        await grain.Begin(Order(_owner), _owner, DemandKind.Problem, content);
        Assert.Equal(Refusal.NotInThisState, (await grain.Judge(Order(agency), Sheet(Grade.C, Finding.Missing))).Refusal);
        var submit = Order(_owner);
        await grain.SubmitForReview(submit);
        Assert.Equal(Refusal.GradeDisagrees, (await grain.Judge(Order(agency), Sheet(Grade.A, Finding.Missing))).Refusal);
        var telling = Sheet(Grade.B, Finding.Good);
        Assert.Equal(Refusal.NameInPublicText, (await grain.Judge(Order(agency), telling with { Items = telling.Items.SetItem(1, telling.Items[1] with { Reason = "澜岛石化装备年度预算" }) })).Refusal);
        Assert.Equal(Refusal.DemoMeetsReal, (await grain.Judge(Order(await _host.UnitInTheBooks("演示转移", demo: true, OrganisationKind.Agency)), Sheet(Grade.B, Finding.Good))).Refusal);
        var judge = Order(agency);
        Assert.Equal(1, (await grain.Judge(judge, Sheet(Grade.C, Finding.Missing))).Value);
        Assert.Equal(1, (await grain.Judge(judge, Sheet(Grade.C, Finding.Missing))).Value);
        Assert.Equal(Refusal.CommandIdReused, (await grain.Judge(judge, Sheet(Grade.B, Finding.Good))).Refusal);
        Assert.Equal(Refusal.CommandIdReused, (await grain.Judge(submit, Sheet(Grade.C, Finding.Missing, back: true))).Refusal);
        Assert.Equal(Refusal.GradedTooVague, (await grain.Review(Order(_owner), publish: true, null)).Refusal);
        Assert.Equal(2, (await grain.Judge(Order(agency), Sheet(Grade.C, Finding.Missing, back: true))).Value);
        Assert.Equal(DemandState.Draft, (await _host.DemandRow(id)).State);
        // Handed in as it is it is still C.
        await grain.SubmitForReview(Order(_owner));
        Assert.Equal(Refusal.GradedTooVague, (await grain.Review(Order(_owner), publish: true, null)).Refusal);
        await grain.Review(Order(_owner), publish: false, "先补测试方法");
        await grain.Edit(Order(_owner), content with { Title = "更清楚的名称" });
        await grain.SubmitForReview(Order(_owner));
        Assert.Equal(3, (await grain.Judge(Order(agency), Sheet(Grade.A, Finding.Good))).Value);
        Assert.True((await grain.Review(Order(_owner), publish: true, null)).Done);
        Assert.Equal(Grade.A, (await _host.DemandRow(id)).Grade);
        Assert.Equal(3, await _host.InDatabase(db => db.Set<DemandGrade>().CountAsync(g => g.Demand == id, Now)));
    }

    [Fact]
    public async Task A_command_given_twice_is_one_command_and_its_id_serves_no_other()
    {
        var id = Guid.CreateVersion7();
        var grain = _host.Demand(id);
        var (begin, submit) = (Order(_owner), Order(_owner));
        var content = Needs.Complete(DemandKind.Problem, _host.MarketTime);
        Assert.Equal(1, (await grain.Begin(begin, _owner, DemandKind.Problem, content)).Value);
        Assert.Equal(1, (await grain.Begin(begin, _owner, DemandKind.Problem, content)).Value);
        Assert.Equal(Refusal.ChangedMeanwhile, (await grain.Edit(Order(_owner) with { Seen = 7 }, content)).Refusal);
        Assert.Equal(Refusal.CommandIdReused, (await grain.Begin(begin, _owner, DemandKind.Problem, content with { Title = "另一个" })).Refusal);
        var (edit, reveal) = (Order(_owner), Order(_owner));
        for (var i = 0; i < 2; i++) Assert.Equal(2, (await grain.Edit(edit, content with { Title = "改过" })).Value);
        Assert.Equal(Refusal.CommandIdReused, (await grain.Edit(edit, content)).Refusal);
        for (var i = 0; i < 2; i++) Assert.Equal(3, (await grain.SetReveal(reveal, new RevealSettings(), [_second, _first])).Value);
        Assert.Equal(Refusal.CommandIdReused, (await grain.SetReveal(reveal, new RevealSettings(), [_second])).Refusal);
        Assert.Equal(4, (await grain.SetReveal(Order(_owner), new RevealSettings(), [])).Value);
        Assert.Equal(5, (await grain.SubmitForReview(submit)).Value);
        Assert.Equal(5, (await grain.SubmitForReview(submit)).Value);
        Assert.Equal(Refusal.CommandIdReused, (await grain.Withdraw(submit, "理由")).Refusal);
        await grain.Review(Order(_owner), publish: true, null);
        var answer = Order(_first);
        Assert.Equal(1, (await grain.Respond(answer, Needs.Answer())).Value);
        Assert.Equal(1, (await grain.Respond(answer, Needs.Answer())).Value);
        // When the reply was lost, what was sent first comes again as a revision.
        Assert.Equal(1, (await grain.ReviseResponse(answer with { Seen = 0 }, Needs.Answer())).Value);
        Assert.Equal(Refusal.CommandIdReused, (await grain.ReviseResponse(answer, Needs.Answer("另一个"))).Refusal);
        Assert.Equal(Refusal.CommandIdReused, (await grain.WithdrawResponse(answer, null)).Refusal);
        Assert.True((await grain.ReviseResponse(Order(_first, seen: 1), Needs.Answer("修订"))).Done);
        Assert.Equal(Refusal.ChangedMeanwhile, (await grain.ReviseResponse(Order(_first, seen: 1), Needs.Answer("再修订"))).Refusal);
        Assert.True((await grain.WithdrawResponse(Order(_first), "不做了")).Done);
        Assert.True((await grain.Respond(Order(_first), Needs.Answer("又来"))).Done);
    }

    [Fact]
    public async Task Blocked_demonstrations_and_late_comers_do_not_answer()
    {
        var demo = await _host.UnitInTheBooks("演示大学", demo: true);
        var id = await _host.PublishedDemand(_owner, blocked: [_second]);
        var grain = _host.Demand(id);
        Assert.Equal(Refusal.NotFound, (await grain.Respond(Order(_second), Needs.Answer())).Refusal);
        Assert.Equal(Refusal.DemoMeetsReal, (await grain.Respond(Order(demo), Needs.Answer())).Refusal);
        Assert.Equal(Refusal.ClaimMissing, (await grain.Respond(Order(_first), Needs.Answer() with { Claims = [] })).Refusal);
        Assert.True((await grain.Respond(Order(_first), Needs.Answer())).Done);
        Assert.Equal(Refusal.AlreadyResponded, (await grain.SetReveal(Order(_owner), new RevealSettings(), [_first])).Refusal);
        Assert.Equal(Refusal.NameInPublicText, (await grain.ProposeChange(Order(_owner), Needs.Complete(DemandKind.Problem, _host.MarketTime) with { Deadline = _host.MarketTime.AddDays(50), Title = "澜岛石化装备要换压力计" })).Refusal);
        await _host.InDatabase(db => db.Set<Demand>().Where(d => d.Id == id).ExecuteUpdateAsync(set => set.SetProperty(d => d.Deadline, _host.MarketTime.AddSeconds(-1))));
        // Late is late, before the clock has been here too.
        Assert.Equal(Refusal.ResponsesClosed, (await grain.ReviseResponse(Order(_first), Needs.Answer())).Refusal);
        Assert.Equal(Refusal.ResponsesClosed, (await grain.Extend(Order(_owner), _host.MarketTime.AddDays(60))).Refusal);
    }

    [Fact]
    public async Task The_deadline_passes_by_itself()
    {
        var id = await _host.PublishedDemand(_owner);
        var due = await _host.InDatabase(db => db.Set<DueWorkRow>().AsNoTracking().SingleAsync(w => w.Kind == DemandGrain.ClockWork && w.Key == id.ToString(), Now));
        Assert.Equal((await _host.DemandRow(id)).Deadline, due.DueAt);
        var past = _host.MarketTime.AddSeconds(-1);
        await _host.InDatabase(db => db.Set<Demand>().Where(d => d.Id == id).ExecuteUpdateAsync(set => set.SetProperty(d => d.Deadline, past)));
        await _host.InDatabase(db => db.Set<DueWorkRow>().Where(w => w.Key == id.ToString()).ExecuteUpdateAsync(set => set.SetProperty(w => w.DueAt, past)));
        await Eventually.Become("a demand nobody answered to end", TimeSpan.FromSeconds(20), async () => (await _host.DemandRow(id)).State == DemandState.Unmet);
        await Eventually.Become("nothing more to be due", TimeSpan.FromSeconds(20), () => _host.InDatabase(async db => !await db.Set<DueWorkRow>().AnyAsync(w => w.Key == id.ToString(), Now)));
    }

    private static GradeSheet Sheet(Grade grade, Finding measurable, bool back = false) => new(
        grade,
        [
            new ItemGrade(GradedItem.Measurable, measurable, "每项是否可测"), new ItemGrade(GradedItem.Budget, Finding.Good, "有批复"),
            new ItemGrade(GradedItem.Scenario, Finding.Good, "试验井可进"), new ItemGrade(GradedItem.PriorArt, Finding.Partly, "检得 6 项"),
        ],
        back);

    private static ActedBy Order(Guid organisation, int? seen = null) => MarketHost.Order(organisation, seen);
}
