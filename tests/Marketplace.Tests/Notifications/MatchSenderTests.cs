using System.Net;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Matching;
using Marketplace.Notifications;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Notifications;

/// <summary>Demands, introductions and services: who is told of which step, once, and what no notice says.</summary>
public class MatchSenderTests : IAsyncLifetime
{
    private const string Owner = "澜岛石化装备有限公司";
    private readonly MarketHost _host = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Owner_and_responders_are_told_of_every_step_once_and_no_responder_of_whose_demand_it_is()
    {
        var owner = await _host.Enterprise(Owner);
        var (first, second) = (await _host.University("钱江理工大学"), await _host.University("越州大学"));
        var strangers = new[] { await _host.Enterprise("瓯江科技"), await _host.Organisation(OrganisationKind.Agency, "方舟技术转移"), await _host.Operator() };
        var (id, market) = (Guid.CreateVersion7(), MarketHost.Order(strangers[2].Organisation));
        var grain = _host.Demand(id);
        var content = Needs.Complete(DemandKind.Problem, _host.MarketTime);
        await grain.Begin(MarketHost.Order(owner.Organisation), owner.Organisation, DemandKind.Problem, content);
        await grain.SubmitForReview(MarketHost.Order(owner.Organisation));
        for (var again = 0; again < 2; again++) Assert.True((await grain.Review(market, publish: false, "验收条件不清")).Done);
        Assert.Equal(["DemandReturned"], await Kinds(owner));
        Assert.Contains("“200 ℃ 以上井下压力在线测量”退回修改：验收条件不清。", await Inbox(owner), StringComparison.Ordinal);
        await grain.SubmitForReview(MarketHost.Order(owner.Organisation));
        Assert.True((await grain.Review(MarketHost.Order(strangers[2].Organisation), publish: true, null)).Done);
        Assert.Equal(["DemandPublished", "DemandReturned"], await Kinds(owner));

        var answer = MarketHost.Order(first.Organisation);
        for (var again = 0; again < 2; again++) Assert.True((await grain.Respond(answer, Needs.Answer())).Done);
        Assert.Contains("钱江理工大学响应了“200 ℃ 以上井下压力在线测量”。", await Inbox(owner, "Matching"), StringComparison.Ordinal);
        Assert.True((await grain.Respond(MarketHost.Order(second.Organisation), Needs.Answer("光纤法珀"))).Done);
        Assert.True((await grain.WithdrawResponse(MarketHost.Order(second.Organisation), null)).Done);
        Assert.True((await grain.Respond(MarketHost.Order(second.Organisation), Needs.Answer("光纤法珀"))).Done);
        // Refused, and so told to nobody.
        Assert.Equal(Refusal.AlreadyResponded, (await grain.Respond(MarketHost.Order(second.Organisation), Needs.Answer())).Refusal);
        Assert.Equal(["DemandPublished", "DemandReturned", "ResponseCame", "ResponseCame", "ResponseCame", "ResponseWithdrawn"], await Kinds(owner));
        Assert.Empty(await Kinds(first));

        Assert.True((await grain.ProposeChange(MarketHost.Order(owner.Organisation), content with { Lines = content.Lines.SetItem(0, content.Lines[0] with { Target = "230" }) })).Done);
        Assert.Empty(await Kinds(first));
        Assert.True((await grain.Review(MarketHost.Order(strangers[2].Organisation), publish: true, null)).Done);
        foreach (var unit in new[] { first, second })
        {
            Assert.Equal(["ResponseToConfirm"], await Kinds(unit));
            Assert.True((await grain.ConfirmResponse(MarketHost.Order(unit.Organisation))).Done);
        }

        await _host.PassDeadline(id);
        Assert.Contains("DemandToDecide", await Kinds(owner));
        var choice = MarketHost.Order(owner.Organisation);
        for (var again = 0; again < 2; again++) Assert.True((await grain.Choose(choice, [(await _host.ResponseRow(id, first.Organisation)).Id], "余量最大")).Done);
        Assert.Equal(["ResponseChosen", "ResponseToConfirm"], await Kinds(first));
        Assert.Equal(["ResponseNotChosen", "ResponseToConfirm"], await Kinds(second));
        Assert.True((await grain.Decline(MarketHost.Order(first.Organisation), "人员变动")).Done);
        Assert.Contains("ChoiceReopened", await Kinds(owner));
        Assert.Equal(["ChoiceReopened", "ResponseNotChosen", "ResponseToConfirm"], await Kinds(second));
        await grain.Choose(MarketHost.Order(owner.Organisation), [(await _host.ResponseRow(id, second.Organisation)).Id], "次优");
        await grain.StartWork(MarketHost.Order(owner.Organisation));
        Assert.True((await grain.Accept(MarketHost.Order(owner.Organisation), null, null)).Done);
        Assert.Equal(["ChoiceReopened", "DemandEnded", "ResponseChosen", "ResponseNotChosen", "ResponseToConfirm"], await Kinds(second));
        Assert.Equal(["ResponseChosen", "ResponseToConfirm"], await Kinds(first));
        Assert.Contains("“200 ℃ 以上井下压力在线测量” has ended: the work was accepted.", await Inbox(second, "Result&culture=en"), StringComparison.Ordinal);

        // The owner itself ended it, and nobody else ever knew of anything.
        Assert.DoesNotContain("DemandEnded", await Kinds(owner));
        foreach (var stranger in strangers) Assert.Empty(await Kinds(stranger));
        Assert.All(await Told(first, second), n => Assert.DoesNotContain("澜岛", n.Fills, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_challenge_the_end_of_the_notice_is_told_and_of_a_race_every_gate()
    {
        var owner = await _host.Enterprise(Owner);
        var units = new[] { await _host.University("钱江理工大学"), await _host.University("越州大学"), await _host.University("婺江大学") };
        var challenge = await _host.PublishedDemand(owner.Organisation, DemandKind.OpenChallenge);
        await _host.Demand(challenge).Respond(MarketHost.Order(units[0].Organisation), Needs.Answer());
        await _host.PassDeadline(challenge);
        await _host.Demand(challenge).Choose(MarketHost.Order(owner.Organisation), [(await _host.ResponseRow(challenge, units[0].Organisation)).Id], "唯一达标");
        await _host.PassDeadline(challenge);
        Assert.Equal(["ResponseChosen", "ResultNoticeOver"], await Kinds(units[0]));
        Assert.Equal(["DemandPublished", "DemandToDecide", "ResponseCame", "ResultNoticeOver"], await Kinds(owner));

        var race = await _host.PublishedDemand(owner.Organisation, DemandKind.ParallelLanes);
        var grain = _host.Demand(race);
        foreach (var unit in units) await grain.Respond(MarketHost.Order(unit.Organisation), Needs.Answer());
        await _host.PassDeadline(race);
        var lanes = new List<Guid>();
        foreach (var unit in units) lanes.Add((await _host.ResponseRow(race, unit.Organisation)).Id);
        Assert.True((await grain.Choose(MarketHost.Order(owner.Organisation), [.. lanes], "三条路线")).Done);
        await grain.StartWork(MarketHost.Order(owner.Organisation));
        foreach (var (lane, n) in lanes.Select((l, n) => (l, n))) Assert.True((await grain.DecideLane(MarketHost.Order(owner.Organisation), lane, n != 2, "按漂移")).Done);
        Assert.True((await grain.CloseStage(MarketHost.Order(owner.Organisation))).Done);
        Assert.Contains("贵方停止", await Inbox(units[2]), StringComparison.Ordinal);
        Assert.Contains("贵方进入下一阶段", await Inbox(units[1]), StringComparison.Ordinal);
        Assert.True((await grain.Accept(MarketHost.Order(owner.Organisation), lanes[1], "漂移最小")).Done);
        Assert.Contains("验收通过，贵方最优", await Inbox(units[1]), StringComparison.Ordinal);
        Assert.Contains("已结束：验收通过。", await Inbox(units[0]), StringComparison.Ordinal);
        Assert.Equal(["LaneDecided", "ResponseChosen"], await Kinds(units[2]));
    }

    [Fact]
    public async Task The_owner_hears_of_an_end_that_the_clock_or_its_broker_brought_and_responders_of_every_one()
    {
        var owner = await _host.Enterprise(Owner);
        var unit = await _host.University();
        var lapsed = await _host.PublishedDemand(owner.Organisation);
        await _host.PassDeadline(lapsed);
        Assert.Contains("已结束：征集截止，没有可比选的响应。", await Inbox(owner), StringComparison.Ordinal);
        var taken = await _host.PublishedDemand(owner.Organisation);
        await _host.Demand(taken).Respond(MarketHost.Order(unit.Organisation), Needs.Answer());
        Assert.True((await _host.Demand(taken).Withdraw(MarketHost.Order(await _host.UnitInTheBooks("之澜", kind: OrganisationKind.Agency)), "客户改主意")).Done);
        Assert.Equal(["DemandEnded", "DemandEnded", "DemandPublished", "DemandPublished", "ResponseCame"], await Kinds(owner));
        Assert.Equal(["DemandEnded"], await Kinds(unit));
        // A responder learns that it ended, not why.
        Assert.All(await Told(unit), n => Assert.DoesNotContain("客户改主意", n.Fills, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Both_owners_and_the_agency_follow_an_introduction_each_by_its_own_thing()
    {
        var (buyer, unit, agency) = (await _host.Signer(OrganisationKind.Enterprise, Owner), await _host.Signer(OrganisationKind.University, "婺江大学"), await _host.Signer(OrganisationKind.Agency, "之澜技术转移"));
        var work = await _host.PublishedAchievement(unit.Organisation, Works.Complete("溅射薄膜压力芯片"));
        await Forget(unit);
        var (pair, command) = (Pair(work), new By(Guid.CreateVersion7(), agency.Person));
        var id = (await pair.Claim(command, Claim(agency, buyer))).Value;
        Assert.Equal(id, (await pair.Claim(command, Claim(agency, buyer))).Value);
        foreach (var side in new[] { buyer, unit }) Assert.Equal(["IntroductionProposed"], await Kinds(side));
        Assert.Empty(await Kinds(agency));
        Assert.Contains("“井下压力在线测量”有一项引荐 YJ-", await Inbox(buyer, "Matching"), StringComparison.Ordinal);

        var confirm = By(buyer);
        for (var again = 0; again < 2; again++) Assert.True((await pair.Confirm(confirm, id, IntroductionSide.Demand)).Done);
        Assert.Equal(["IntroductionProposed"], await Kinds(buyer));
        Assert.Equal(["IntroductionAnswered", "IntroductionProposed"], await Kinds(unit));
        Assert.Equal(["IntroductionAnswered"], await Kinds(agency));
        Assert.True((await pair.Confirm(By(unit), id, IntroductionSide.Supply)).Done);
        foreach (var one in new[] { buyer, unit, agency }) Assert.Single(await Kinds(one), k => k == "IntroductionConfirmed");
        // Whose demand it is stands in no notice, and neither side reads of the other's thing.
        Assert.All(await Told(unit, agency), n => Assert.DoesNotContain("澜岛", n.Fills, StringComparison.Ordinal));
        Assert.All(await Told(unit), n => Assert.DoesNotContain("井下", n.Fills, StringComparison.Ordinal));
        Assert.All(await Told(buyer), n => Assert.DoesNotContain("溅射", n.Fills, StringComparison.Ordinal));

        var declined = await _host.PublishedAchievement(unit.Organisation, Works.Complete("光纤法珀压力计"));
        await Forget(unit, buyer, agency);
        var other = (await Pair(declined).Claim(By(agency), Claim(agency, buyer))).Value;
        Assert.True((await Pair(declined).Decline(By(unit), other, "已有合作方")).Done);
        foreach (var one in new[] { buyer, unit, agency }) Assert.Single(await Kinds(one), k => k == "IntroductionEnded");
        Assert.Contains("已结束：一方谢绝。", await Inbox(agency), StringComparison.Ordinal);
        await Forget(unit, buyer, agency);
        other = (await Pair(declined).Claim(By(agency), Claim(agency, buyer))).Value;
        Assert.True((await Pair(declined).Withdraw(By(agency), other)).Done);
        foreach (var one in new[] { buyer, unit }) Assert.Equal(["IntroductionEnded", "IntroductionProposed"], await Kinds(one));
        Assert.Empty(await Kinds(agency));
    }

    [Fact]
    public async Task What_nobody_confirmed_in_time_is_told_to_all_three_once()
    {
        var (buyer, unit, agency) = (await _host.Signer(OrganisationKind.Enterprise), await _host.Signer(OrganisationKind.University), await _host.Signer(OrganisationKind.Agency));
        var work = await _host.PublishedAchievement(unit.Organisation);
        var id = (await Pair(work).Claim(By(agency), Claim(agency, buyer))).Value;
        var due = await _host.InDatabase(db => db.Set<Marketplace.Platform.DueWorkRow>().AsNoTracking().SingleAsync(w => w.Kind == IntroductionNotices.EndWork && w.Key == id.ToString(), Stop));
        var row = await _host.InDatabase(db => db.Set<IntroductionRow>().AsNoTracking().SingleAsync(i => i.Id == id, Stop));
        Assert.Equal(Days.EndOf(row.Read().StandsUntil), due.DueAt);
        await Forget(unit, buyer, agency);
        // Too early: it comes again at its day.
        Assert.Equal(due.DueAt, await Lapse(id));
        Assert.Empty(await Kinds(agency));
        var aged = (row.Read() with { At = row.At.AddDays(-60) }).Write();
        await _host.InDatabase(db => db.Set<IntroductionRow>().Where(i => i.Id == id).ExecuteUpdateAsync(set => set.SetProperty(i => i.Body, aged), Stop));
        for (var again = 0; again < 2; again++) Assert.Null(await Lapse(id));
        foreach (var one in new[] { buyer, unit, agency }) Assert.Equal(["IntroductionEnded"], await Kinds(one));
        Assert.Null(await Lapse(Guid.CreateVersion7()));
    }

    [Fact]
    public async Task Of_a_claim_on_a_live_lot_nobody_is_told_before_the_close()
    {
        var (buyer, unit, agency) = (await _host.Signer(OrganisationKind.Enterprise), await _host.Signer(OrganisationKind.University), await _host.Signer(OrganisationKind.Agency));
        var (rival, operators) = (await _host.Signer(OrganisationKind.Agency), await _host.Operator());
        var work = await _host.PublishedAchievement(unit.Organisation);
        Assert.True((await _host.Achievement(work).EnterTrade("demo:封存")).Done);
        await Forget(unit);
        var id = (await Pair(work).Claim(By(agency), Claim(agency, buyer))).Value;
        var other = (await Pair(work).Claim(By(rival), Claim(rival, buyer))).Value;
        Assert.True((await Pair(work).Withdraw(By(rival), other)).Done);
        Assert.False(await Pair(work).OpenSealed());
        Assert.Null(await Lapse(id));
        foreach (var one in new[] { buyer, unit, agency, rival, operators }) Assert.Empty(await Kinds(one));

        Assert.True((await _host.Achievement(work).LeaveTrade("demo:封存")).Done);
        for (var again = 0; again < 2; again++) Assert.True(await Pair(work).OpenSealed());
        foreach (var side in new[] { buyer, unit }) Assert.Single(await Kinds(side), k => k == "IntroductionProposed");
        Assert.Equal(["IntroductionOpened"], await Kinds(agency));
        Assert.NotNull(await Lapse(id));
        // Who took its claim back stays unknown, and so does whoever runs the market.
        foreach (var one in new[] { rival, operators }) Assert.Empty(await Kinds(one));
    }

    [Fact]
    public async Task A_decision_between_claims_is_told_to_each_agency_of_its_own_and_to_both_owners()
    {
        var (buyer, unit, agency) = (await _host.Signer(OrganisationKind.Enterprise), await _host.Signer(OrganisationKind.University), await _host.Signer(OrganisationKind.Agency, "之澜技术转移"));
        var rival = await _host.Signer(OrganisationKind.Agency, "别的机构");
        var work = await _host.PublishedAchievement(unit.Organisation);
        var mine = (await Pair(work).Claim(By(agency), Claim(agency, buyer))).Value;
        var theirs = (await Pair(work).Claim(By(rival), Claim(rival, buyer))).Value;
        foreach (var one in new[] { agency, rival }) Assert.Empty(await Kinds(one));
        await Forget(unit, buyer);
        var decision = new By(Guid.CreateVersion7(), (await _host.Operator()).Person);
        for (var again = 0; again < 2; again++) Assert.True((await Pair(work).Decide(decision, mine, "先接触者有据")).Done);
        Assert.Equal(["ClaimUpheld"], await Kinds(agency));
        Assert.Equal(["ClaimRefused"], await Kinds(rival));
        Assert.Contains("经裁定不成立：先接触者有据。", await Inbox(rival, "Result"), StringComparison.Ordinal);
        foreach (var side in new[] { buyer, unit }) Assert.Equal(["IntroductionEnded", "IntroductionProposed"], await Kinds(side));
        // Each agency reads its own number and nothing of the other.
        foreach (var (one, hidden, number) in new[] { (agency, "别的机构", theirs), (rival, "之澜", mine) })
        {
            var others = await _host.InDatabase(db => db.Set<IntroductionRow>().AsNoTracking().SingleAsync(i => i.Id == number, Stop));
            Assert.All(await Told(one), n => Assert.False(n.Fills.Contains(hidden, StringComparison.Ordinal) || n.Fills.Contains(others.Number, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_provider_is_told_what_the_desk_decided_about_its_service()
    {
        var provider = await _host.Provider("临澜检测");
        var id = Guid.CreateVersion7();
        var grain = _host.Service(id);
        await grain.Begin(MarketHost.Ordered(), provider.Organisation, Offers.Complete());
        await grain.SubmitForReview(MarketHost.Ordered());
        var back = MarketHost.Ordered();
        for (var again = 0; again < 2; again++) Assert.True((await grain.Review(back, list: false, "缺少证书")).Done);
        Assert.Contains("“传感器高温可靠性检测”的审核被退回：缺少证书。", await Inbox(provider), StringComparison.Ordinal);
        await grain.SubmitForReview(MarketHost.Ordered());
        await grain.Review(MarketHost.Ordered(), list: true, null);
        await grain.Delist(MarketHost.Ordered(), "证书被吊销");
        Assert.Equal(["ServiceDelisted", "ServiceListed", "ServiceReturned"], await Kinds(provider));
    }

    [Fact]
    public async Task Work_on_demands_can_be_switched_off_and_decisions_cannot_and_neither_leaves_the_market_by_name()
    {
        var owner = await _host.Enterprise(Owner);
        var unit = await _host.University();
        var id = await _host.PublishedDemand(owner.Organisation);
        await _host.Demand(id).Respond(MarketHost.Order(unit.Organisation), Needs.Answer());
        await using (var scope = _host.Services.CreateAsyncScope())
        {
            var readers = scope.ServiceProvider.GetRequiredService<Readers>();
            Assert.True((await readers.Switch(owner.Person, [(NoticeGroup.Matching, NoticeChannel.InApp, false)], Stop)).Done);
            Assert.Equal(Refusal.NoticeCannotBeSwitchedOff, (await readers.Switch(owner.Person, [(NoticeGroup.Result, NoticeChannel.InApp, false)], Stop)).Refusal);
        }

        var inbox = await Inbox(owner);
        Assert.Contains("需求已发布", inbox, StringComparison.Ordinal);
        Assert.DoesNotContain("需求收到新响应", inbox, StringComparison.Ordinal);
        var says = _host.Services.GetRequiredService<NoticeSays>();
        foreach (var notice in await Told(owner))
        {
            foreach (var language in new[] { "zh-CN", "en" })
            {
                var words = says.Outside(notice, language);
                Assert.DoesNotContain("井下", words.Title + words.Text, StringComparison.Ordinal);
                Assert.DoesNotContain("大学", words.Title + words.Text, StringComparison.Ordinal);
            }
        }
    }

    private async Task<DateTimeOffset?> Lapse(Guid introduction)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        return await IntroductionNotices.Lapse(scope.ServiceProvider, introduction.ToString(), Stop);
    }

    private IPairGrain Pair(Guid achievement) => _host.Services.GetRequiredService<IGrainFactory>().GetGrain<IPairGrain>(PairGrain.KeyOf(Demand, achievement));

    private static readonly Guid Demand = new("00000000-0000-0000-0000-0000000000d1");

    private static NewClaim Claim(Somebody agency, Somebody buyer) => new(agency.Organisation, buyer.Organisation, "井下压力在线测量");

    private static By By(Somebody who) => new(Guid.CreateVersion7(), who.Person);

    private static async Task<string> Inbox(Somebody who, string show = "") => WebUtility.HtmlDecode(await who.Pages.GetStringAsync("/inbox" + (show.Length == 0 ? "" : $"?show={show}"), Stop));

    private Task<List<NoticeRow>> Told(params Somebody[] whom)
    {
        var ids = whom.Select(w => w.Organisation).ToList();
        return _host.InDatabase(db => db.Set<NoticeRow>().AsNoTracking().Where(n => ids.Contains(n.Recipient)).ToListAsync(Stop));
    }

    private async Task<List<string>> Kinds(Somebody who) => [.. (await Told(who)).Select(n => $"{n.Kind}").Order(StringComparer.Ordinal)];

    /// <summary>What was told so far is not what the test is about.</summary>
    private async Task Forget(params Somebody[] whom)
    {
        foreach (var id in whom.Select(w => w.Organisation)) await _host.InDatabase(db => db.Set<NoticeRow>().Where(n => n.Recipient == id).ExecuteDeleteAsync(Stop));
    }
}
