using System.Net;
using System.Text.Json;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Matching.Recommendations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Matching;

/// <summary>推荐 for each kind of reader: found by itself, explained, judged, and nothing hidden in it.</summary>
public class RecommendationTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();
    private Somebody _buyer = null!;
    private Somebody _unit = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _buyer = await _market.Signer(OrganisationKind.Enterprise, "澜石传感");
        _unit = await _market.Signer(OrganisationKind.University, "婺江大学");
    }

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_published_pair_finds_itself_and_each_reader_sees_what_is_for_it()
    {
        var (demand, work) = (await Demand(), await _market.PublishedAchievement(_unit.Organisation));
        await _market.Followed();
        var agency = await _market.Signer(OrganisationKind.Agency, "之澜技术转移");
        var stranger = await _market.Signer(OrganisationKind.Enterprise, "别的企业");
        var (list, mine) = ($"/demands/{demand}/recommendations", $"/achievements/{work}/recommendations");

        // The owner reads why, in words that both wrote; everybody else learns a number.
        var page = await _buyer.Pages.GetStringAsync(list, Token);
        Assert.Contains("耐高温压力传感器", page, StringComparison.Ordinal);
        Assert.Contains("高温", page, StringComparison.Ordinal);
        Assert.Contains("没有付费因素", page, StringComparison.Ordinal);
        Assert.Contains("耐高温压力传感器", await _buyer.Pages.GetStringAsync($"/demands/{demand}", Token), StringComparison.Ordinal);
        foreach (var other in new[] { stranger.Pages, _unit.Pages, agency.Pages, _market.CreateClient() })
        {
            var seen = await other.GetStringAsync($"/demands/{demand}", Token);
            Assert.Contains("1 项成果与此相近", seen, StringComparison.Ordinal);
            Assert.DoesNotContain("耐高温压力传感器", seen, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Pages.GetAsync(list, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.Pages.GetAsync(list, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.Pages.GetAsync(mine, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _market.CreateClient(new() { AllowAutoRedirect = false }).GetAsync(list, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _buyer.Pages.GetAsync($"/demands/{Guid.CreateVersion7()}/recommendations", Token)).StatusCode);
        Assert.Contains("井下压力在线测量", await _unit.Pages.GetStringAsync(mine, Token), StringComparison.Ordinal);
        Assert.Contains("1 条需求与此相近", await stranger.Pages.GetStringAsync($"/achievements/{work}", Token), StringComparison.Ordinal);

        // A mandate of its side opens each list, whatever powers it gives, and leads on to the introduction.
        await _market.SignedMandate(agency, _buyer, _market.YearOf(MandateSide.Demand) with { Powers = [] });
        var link = $"/desk/broker/introduce?Demand={demand}&Achievement={work}";
        Assert.Contains(link, await agency.Pages.GetStringAsync(list, Token), StringComparison.Ordinal);
        Assert.Contains(link, await agency.Pages.GetStringAsync("/desk/recommendations", Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.Pages.GetAsync(mine, Token)).StatusCode);
        await _market.SignedMandate(agency, _unit, _market.YearOf(MandateSide.Supply) with { Subjects = [work], Powers = [MandatePower.WriteAchievements] });
        Assert.Contains(link, await agency.Pages.GetStringAsync(mine, Token), StringComparison.Ordinal);
        var form = await agency.Pages.GetStringAsync(link, Token);
        Assert.Contains($"value=\"{work}\"", form, StringComparison.Ordinal);
        Assert.Matches($"value=\"{demand}\" selected", form);
    }

    [Fact]
    public async Task Programs_read_the_list_with_its_reasons()
    {
        var (demand, work) = (await Demand(), await _market.PublishedAchievement(_unit.Organisation));
        await _market.Followed();
        var answer = await _buyer.Api.GetAsync($"/api/demands/{demand}/recommendations", Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement;
        var item = Assert.Single(json.GetProperty("items").EnumerateArray());
        Assert.Equal(work, item.GetProperty("achievement").GetGuid());
        Assert.Equal(100, item.GetProperty("parts").EnumerateArray().Sum(p => p.GetProperty("weight").GetInt32()));
        var targets = item.GetProperty("parts").EnumerateArray().Single(p => p.GetProperty("part").GetString() == "targets");
        Assert.Equal("1", targets.GetProperty("demand").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, (await _unit.Api.GetAsync($"/api/demands/{demand}/recommendations", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _market.CreateClient().GetAsync($"/api/demands/{demand}/recommendations", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _buyer.Api.GetAsync("/api/demands/nothing/recommendations", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _buyer.Api.GetAsync($"/api/demands/{demand}/recommendations?order=paid", Token)).StatusCode);
        var contract = await _market.CreateClient().GetStringAsync("/openapi/v1.json", Token);
        Assert.Contains("ListRecommendations", contract, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_infers_a_budget_from_what_is_recommended_to_an_achievement()
    {
        // Two demands alike but for a budget that only their owners know: one far above the price idea, one far below.
        var work = await _market.PublishedAchievement(_unit.Organisation);
        var rich = await Demand(c => c with { BudgetFromFen = null, BudgetToFen = 9_000_000_000 });
        var poor = await Demand(c => c with { BudgetFromFen = null, BudgetToFen = 1_000_000 });
        await _market.Followed();
        var rows = await _market.InDatabase(db => db.Set<RecommendationRow>().AsNoTracking().ToDictionaryAsync(r => r.Demand, Token));
        Assert.Equal(rows[rich].OpenScore, rows[poor].OpenScore);
        Assert.True(rows[rich].Score > rows[poor].Score);
        Assert.Equal(Fit.Unknown, rows[poor].Read(owner: false).Parts.Single(p => p.Part == ScorePart.Budget).Fit);
        Assert.DoesNotContain("1000000", rows[poor].OpenBody!, StringComparison.Ordinal);
        Assert.DoesNotContain("9000000000", rows[rich].OpenBody!, StringComparison.Ordinal);
        foreach (var (demand, amount) in new[] { (rich, "90,000,000"), (poor, "¥10,000") })
        {
            Assert.DoesNotContain(amount, await _unit.Pages.GetStringAsync($"/achievements/{work}/recommendations?with={demand}", Token), StringComparison.Ordinal);
            Assert.Contains(amount, await _buyer.Pages.GetStringAsync($"/demands/{demand}/recommendations", Token), StringComparison.Ordinal);
        }

        // The unit's page gives both the same number; whoever opened its budget let it count.
        var open = await Demand(c => c with { BudgetFromFen = null, BudgetToFen = 1_000_000 }, new RevealSettings(Budget: Opens.Public));
        await _market.Followed();
        var row = await _market.InDatabase(db => db.Set<RecommendationRow>().AsNoTracking().SingleAsync(r => r.Demand == open, Token));
        Assert.Equal(Fit.Miss, row.Read(owner: false).Parts.Single(p => p.Part == ScorePart.Budget).Fit);
        Assert.True(row.OpenScore < rows[poor].OpenScore);
    }

    [Fact]
    public async Task Blocked_organisations_the_other_world_and_what_left_the_market_are_not_recommended()
    {
        var work = await _market.PublishedAchievement(_unit.Organisation);
        var real = await _market.PublishedAchievement(await _market.UnitInTheBooks("真实大学"));
        var rival = await _market.Signer(OrganisationKind.University, "对手大学");
        var theirs = await _market.PublishedAchievement(rival.Organisation, Works.Complete("对手的高温压力传感器") with { Ip = [new IpItem(IpKind.KnowHow, null, "工艺", null)] });
        var demand = await _market.PublishedDemand(_buyer.Organisation, blocked: rival.Organisation);
        await _market.Followed();
        Assert.Equal([work], await Recommended(demand));
        Assert.False(await _market.InDatabase(db => db.Set<RecommendationRow>().AnyAsync(r => r.Achievement == theirs || r.Achievement == real, Token)));
        Assert.DoesNotContain("井下压力在线测量", await rival.Pages.GetStringAsync($"/achievements/{theirs}/recommendations", Token), StringComparison.Ordinal);
        // A demand that is kept from somebody is counted for those alone who may know of it.
        Assert.Contains("0 条需求与此相近", await _market.CreateClient().GetStringAsync($"/achievements/{work}", Token), StringComparison.Ordinal);
        Assert.Contains("井下压力在线测量", await _unit.Pages.GetStringAsync($"/achievements/{work}/recommendations", Token), StringComparison.Ordinal);

        Assert.True((await _market.Achievement(work).Withdraw(new By(Guid.CreateVersion7(), _unit.Person), "改作他用")).Done);
        Assert.DoesNotContain("耐高温压力传感器", await _buyer.Pages.GetStringAsync($"/demands/{demand}/recommendations", Token), StringComparison.Ordinal);
        await _market.Followed();
        Assert.Empty(await Recommended(demand));
    }

    [Fact]
    public async Task What_was_found_bad_stays_away_and_what_was_found_good_is_looked_for()
    {
        var demand = await Demand(c => c with { Title = "高温环境的压力测量", Problem = "要在高温环境里测压力，例如烤箱的发酵控制。", Keywords = ["高温", "压力测量"], Lines = [c.Lines[0] with { Metric = "工作温度" }] });
        var good = await Published("碳化硅压阻芯片用于高温环境压力测量", "碳化硅衬底的压阻芯片，在高温环境里做压力测量，无引线封装。");
        var bad = await Published("高温环境下面包烤箱的压力测量", "面包烤箱在高温环境里的压力测量与发酵控制。");
        var kin = await Published("碳化硅压阻芯片的无引线封装", "碳化硅衬底上的压阻芯片，无引线封装工艺，高温可靠。");
        // Shares nothing with the demand but what the good work brings.
        var far = await Published("碳化硅衬底的无引线封装", "碳化硅衬底，压阻芯片，无引线封装。");
        await _market.Followed();
        var before = await Scores(demand);
        Assert.Contains(bad, before.Keys);
        Assert.DoesNotContain(far, before.Keys);
        var path = $"/demands/{demand}/recommendations";

        // Only the demand's side judges, with a reason, once per command.
        var command = Guid.CreateVersion7();
        Dictionary<string, string> Fields(Guid about, string verdict, string? reason = null, string? note = null, Guid? id = null) =>
            new() { ["Command"] = $"{id ?? Guid.CreateVersion7()}", ["Achievement"] = $"{about}", ["Verdict"] = verdict, ["Reason"] = reason ?? "", ["Note"] = note ?? "" };
        Assert.Equal(HttpStatusCode.Forbidden, (await _unit.Pages.Submit(await _unit.Pages.GetStringAsync("/account/second-factor", Token), path, Fields(bad, "Bad", "WrongField"))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _buyer.Pages.Submit(path, Fields(bad, "Bad"))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _buyer.Pages.Submit(path, Fields(bad, "Godo"))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _buyer.Pages.Submit(path, Fields(bad, "Bad", "Other"))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _buyer.Pages.Submit(path, Fields(bad, "Bad", "WrongField", "烤箱", command))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _buyer.Pages.Submit(path, Fields(bad, "Bad", "WrongField", "烤箱", command))).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await _buyer.Pages.Submit(path, Fields(good, "Good", id: command))).StatusCode);
        await _market.Followed();
        Assert.True((await Scores(demand))[bad].Full < before[bad].Full, "What is like the bad one has lost.");
        Assert.Equal(HttpStatusCode.Conflict, (await _buyer.Pages.Submit(path, Fields(Guid.CreateVersion7(), "Good"))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _buyer.Pages.Submit(path, Fields(good, "Good"))).StatusCode);
        var said = await _market.InDatabase(db => db.Set<RecommendationJudgementRow>().AsNoTracking().OrderBy(j => j.At).ToListAsync(Token));
        Assert.Equal([(bad, BadReason.WrongField, _buyer.Person, _buyer.Organisation), (good, null, _buyer.Person, _buyer.Organisation)], said.Select(j => (j.Achievement, j.Reason, j.Person, j.Organisation)));

        await _market.Followed();
        Assert.DoesNotContain(bad, await Recommended(demand));
        var after = await Scores(demand);
        Assert.True(after[kin].Full > before.GetValueOrDefault(kin).Full, "What is like the good one has gained.");
        var page = await _buyer.Pages.GetStringAsync($"{path}?with={kin}", Token);
        Assert.Contains("您说合适的成果让这些词更重", page, StringComparison.Ordinal);
        Assert.Contains("碳化硅", page, StringComparison.Ordinal);
        Assert.Contains("烤箱", page, StringComparison.Ordinal);
        // Nobody else's list moves by it, and no count.
        Assert.Contains(far, after.Keys);
        Assert.All(
            await _market.InDatabase(db => db.Set<RecommendationRow>().AsNoTracking().Where(r => r.Demand == demand && (r.ForDemand || r.ForAchievement)).ToListAsync(Token)),
            r => Assert.True(r.Read(owner: false).Parts.Single(p => p.Part == ScorePart.Text).Value >= Scoring.LeastText));
        Assert.Equal(before[good].Open, after[good].Open);
        Assert.DoesNotContain("您说合适的成果", await _unit.Pages.GetStringAsync($"/achievements/{good}/recommendations", Token), StringComparison.Ordinal);

        // Taken back, it is as if nothing had been said.
        Assert.Equal(HttpStatusCode.Redirect, (await _buyer.Pages.Submit(path, Fields(bad, "TakenBack"))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _buyer.Pages.Submit(path, Fields(good, "TakenBack"))).StatusCode);
        await _market.Followed();
        Assert.Contains(bad, await Recommended(demand));
        Assert.Equal(before[bad], (await Scores(demand))[bad]);
    }

    [Fact]
    public async Task The_order_for_everybody_is_one_click_away_and_is_remembered()
    {
        var demand = await Demand();
        await Published("旧的高温压力传感器", "高温压力测量的旧方案。");
        await _market.Followed();
        var path = $"/demands/{demand}/recommendations";
        Assert.Contains("关闭个性化推荐", await _buyer.Pages.GetStringAsync(path, Token), StringComparison.Ordinal);
        var off = await _buyer.Pages.Submit(await _buyer.Pages.GetStringAsync(path, Token), "/desk/recommendations?handler=Order", new Dictionary<string, string> { ["Plain"] = "true", ["ReturnUrl"] = path });
        Assert.Equal(path, off.Headers.Location?.ToString());
        var page = await _buyer.Pages.GetStringAsync(path, Token);
        Assert.Contains("打开个性化推荐", page, StringComparison.Ordinal);
        // The budget is its owner's own to see, and has no part in an order that is the same for everybody.
        Assert.Contains("未公开或未说明", page, StringComparison.Ordinal);
        Assert.Contains("市场最新", await _buyer.Pages.GetStringAsync("/desk/recommendations", Token), StringComparison.Ordinal);
        var elsewhere = await _buyer.Pages.Submit(await _buyer.Pages.GetStringAsync(path, Token), "/desk/recommendations?handler=Order", new Dictionary<string, string> { ["Plain"] = "false", ["ReturnUrl"] = "https://elsewhere.example/" });
        Assert.Equal("/desk/recommendations", elsewhere.Headers.Location?.ToString());
        Assert.Contains("关闭个性化推荐", await _buyer.Pages.GetStringAsync("/desk/recommendations", Token), StringComparison.Ordinal);
    }

    private Task<Guid> Demand(Func<DemandContent, DemandContent>? with = null, RevealSettings? reveal = null) => _market.PublishedDemand(_buyer.Organisation, with: with, reveal: reveal);

    private Task<Guid> Published(string title, string summary) =>
        _market.PublishedAchievement(_unit.Organisation, Works.Complete(title) with { Summary = summary, Keywords = ["传感器"], Ip = [new IpItem(IpKind.KnowHow, null, "工艺", null)], Region = "330100" });

    private async Task<List<Guid>> Recommended(Guid demand)
    {
        var answer = await _buyer.Api.GetStringAsync($"/api/demands/{demand}/recommendations", Token);
        return [.. JsonDocument.Parse(answer).RootElement.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("achievement").GetGuid())];
    }

    private Task<Dictionary<Guid, (int Full, int Open)>> Scores(Guid demand) => _market.InDatabase(async db =>
        (await db.Set<RecommendationRow>().AsNoTracking().Where(r => r.Demand == demand).ToListAsync(Token)).ToDictionary(r => r.Achievement, r => (r.Score, r.OpenScore)));
}
