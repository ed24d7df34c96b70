using System.Net;
using System.Text.Json;
using Marketplace.Demands;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Demands;

public class DemandPagesTests : IAsyncLifetime
{
    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_demand_goes_from_the_owner_over_broker_and_operator_to_a_chosen_response()
    {
        var owner = await _host.Enterprise("澜岛石化装备有限公司");
        var broker = await _host.Organisation(OrganisationKind.Agency, "方舟技术转移");
        var market = await _host.Operator();
        var unit = await _host.University("钱江理工大学");
        var begun = await owner.Pages.Submit("/desk/demands", new() { ["command"] = Guid.CreateVersion7().ToString(), ["kind"] = "Problem", ["title"] = "井下压力测量" }, "Begin");
        var edit = begun.Headers.Location!.ToString();
        var id = Guid.Parse(edit.Split('/')[3]);
        var incomplete = await owner.Pages.Submit(edit, Fields(1, "仍在这里", target: "很高"), "Submit");
        var page = await incomplete.Content.ReadAsStringAsync(Now);
        Assert.Equal(HttpStatusCode.OK, incomplete.StatusCode);
        Assert.Contains("仍在这里", page, StringComparison.Ordinal);
        Assert.Contains("目标须是一个数", page, StringComparison.Ordinal);
        var named = await (await owner.Pages.Submit(edit, Fields(1, "澜岛石化装备的井"), "Submit")).Content.ReadAsStringAsync(Now);
        Assert.Contains("公开文字里有需求方的名称", named, StringComparison.Ordinal);
        // The text was kept before the review was refused: the form that comes back goes on from there.
        var version = (await _host.DemandRow(id)).Version;
        Assert.Equal((2, version), (version, Seen(named)));
        Assert.Equal(HttpStatusCode.Redirect, (await owner.Pages.Submit(edit, Fields(Seen(named), "井下压力测量"), "Submit")).StatusCode);
        Assert.Equal(DemandState.InReview, (await _host.DemandRow(id)).State);
        using var visitor = _host.CreateClient();
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/demands/{id}", Now)).StatusCode);

        // The broker judges without the name.
        var grading = await broker.Pages.GetStringAsync("/desk/demands/grading", Now);
        Assert.Contains("井下压力测量", grading, StringComparison.Ordinal);
        Assert.DoesNotContain("澜岛", grading, StringComparison.Ordinal);
        var graded = await broker.Pages.Submit($"/desk/demands/grading?id={id}", Judgement((await _host.DemandRow(id)).Version));
        Assert.Equal(HttpStatusCode.Redirect, graded.StatusCode);

        // The operator publishes.
        Assert.Contains("澜岛石化装备有限公司", await market.Pages.GetStringAsync("/desk/demands/review", Now), StringComparison.Ordinal);
        var published = await market.Pages.Submit($"/desk/demands/review?id={id}", new() { ["command"] = Guid.CreateVersion7().ToString(), ["seen"] = $"{(await _host.DemandRow(id)).Version}", ["verdict"] = "publish" });
        Assert.Equal(HttpStatusCode.Redirect, published.StatusCode);
        page = await visitor.GetStringAsync($"/demands/{id}", Now);
        Assert.Contains("A 级", page, StringComparison.Ordinal);
        Assert.Contains("≥ 210", page, StringComparison.Ordinal);
        await _host.Indexed();
        Assert.Contains("<mark>井下</mark>", await visitor.GetStringAsync("/demands?q=" + Uri.EscapeDataString("井下"), Now), StringComparison.Ordinal);

        // The university answers line by line.
        var half = await unit.Pages.Submit($"/demands/{id}/respond", Answer(met2: ""), "Send");
        Assert.Contains("这一项还没有答复", await half.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await unit.Pages.Submit($"/demands/{id}/respond", Answer("no"), "Send")).StatusCode);
        Assert.Contains("响应 1 份", await visitor.GetStringAsync($"/demands/{id}", Now), StringComparison.Ordinal);
        Assert.Contains("碳化硅", await unit.Pages.GetStringAsync("/desk/responses", Now), StringComparison.Ordinal);

        // The owner asks for more: the responder must confirm.
        version = (await _host.DemandRow(id)).Version;
        var harder = Fields(version, "井下压力测量", target: "230");
        Assert.Equal(HttpStatusCode.Redirect, (await owner.Pages.Submit(edit, harder, "Save")).StatusCode);
        Assert.True((await _host.DemandRow(id)).ChangeWaits);
        await market.Pages.Submit($"/desk/demands/review?id={id}", new() { ["command"] = Guid.CreateVersion7().ToString(), ["seen"] = $"{(await _host.DemandRow(id)).Version}", ["verdict"] = "publish" });
        Assert.Contains("请重新确认", await unit.Pages.GetStringAsync($"/demands/{id}/respond", Now), StringComparison.Ordinal);
        var confirm = new Dictionary<string, string> { ["Command"] = Guid.CreateVersion7().ToString(), ["Seen"] = "1" };
        Assert.Equal(HttpStatusCode.Redirect, (await unit.Pages.Submit($"/demands/{id}/respond", confirm, "Confirm")).StatusCode);

        // After the deadline the owner chooses; the broker does not.
        await _host.PassDeadline(id);
        var response = await _host.ResponseRow(id, unit.Organisation);
        var work = $"/desk/demands/{id}/responses";
        Assert.Contains("碳化硅", await owner.Pages.GetStringAsync($"{work}?open={response.Id}", Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await broker.Pages.GetAsync(work, Now)).StatusCode);
        var chosen = await owner.Pages.Submit(work, new() { ["command"] = Guid.CreateVersion7().ToString(), ["seen"] = $"{(await _host.DemandRow(id)).Version}", ["act"] = "choose", ["responses"] = $"{response.Id}", ["reason"] = "余量最大" });
        Assert.Equal(HttpStatusCode.Redirect, chosen.StatusCode);
        Assert.Contains("余量最大", await unit.Pages.GetStringAsync($"/demands/{id}/respond", Now), StringComparison.Ordinal);
        await using var db = _host.Database();
        var versions = await db.Set<DemandVersion>().Where(v => v.Demand == id).ToListAsync(Now);
        Assert.Contains(versions, v => v.Act == DemandAct.Publish && v.Actor == market.Organisation && v.Person == market.Person);
        Assert.Contains(versions, v => v.Act == DemandAct.Choose && v.Actor == owner.Organisation && v.Person == owner.Person);
    }

    [Fact]
    public async Task A_signatory_promises_with_the_second_factor_and_the_page_says_what_it_is_worth()
    {
        var owner = await _host.Enterprise();
        var staff = await _host.Member(owner.Organisation, MemberRole.Staff);
        var id = Guid.CreateVersion7();
        await _host.Demand(id).Begin(MarketHost.Order(owner.Organisation), owner.Organisation, DemandKind.OpenChallenge, Needs.Complete(DemandKind.OpenChallenge, _host.MarketTime));
        Assert.Equal(HttpStatusCode.Forbidden, (await staff.Pages.GetAsync("/desk/demands/promises", Now)).StatusCode);
        // A session without a second factor is sent to show one.
        var plain = await _host.Member(owner.Organisation, MemberRole.Signatory);
        Assert.StartsWith("/account/second-factor", (await plain.Pages.GetAsync("/desk/demands/promises", Now)).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Contains("款项尚未冻结", await owner.Pages.GetStringAsync("/desk/demands/promises", Now), StringComparison.Ordinal);
        var order = new Dictionary<string, string> { ["id"] = id.ToString(), ["command"] = Guid.CreateVersion7().ToString(), ["seen"] = "1", ["amount"] = "1200001" };
        Assert.Contains("金额与需求中的不一致", await (await owner.Pages.Submit("/desk/demands/promises", order)).Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        order["amount"] = "120万";
        Assert.Equal(HttpStatusCode.Redirect, (await owner.Pages.Submit("/desk/demands/promises", order)).StatusCode);
        var row = await _host.DemandRow(id);
        Assert.Equal(((long?)120_000_000, (Guid?)owner.Person), (row.PromisedFen, row.PromisedBy));
        Assert.Contains("书面承诺于", await owner.Pages.GetStringAsync($"/demands/{id}", Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Desks_are_closed_to_who_may_not_work_there()
    {
        var owner = await _host.Enterprise();
        var other = await _host.Enterprise();
        var unit = await _host.University();
        var agency = await _host.Organisation(OrganisationKind.Agency);
        var id = await _host.PublishedDemand(owner.Organisation);
        using var visitor = _host.Browser();
        foreach (var page in new[] { "/desk/demands", $"/desk/demands/{id}/edit", $"/desk/demands/{id}/responses", "/desk/demands/grading", "/desk/demands/review", "/desk/responses", "/desk/demands/promises", $"/demands/{id}/respond" })
            Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync(page, Now)).StatusCode);
        foreach (var page in new[] { $"/desk/demands/{id}/edit", $"/desk/demands/{id}/responses", "/desk/demands/grading", "/desk/demands/review", $"/desk/demands?owner={owner.Organisation}" })
            Assert.Equal(HttpStatusCode.Forbidden, (await other.Pages.GetAsync(page, Now)).StatusCode);
        foreach (var page in new[] { "/desk/demands", "/desk/demands/grading", "/desk/demands/review", $"/desk/demands/{id}/responses" })
            Assert.Equal(HttpStatusCode.Forbidden, (await unit.Pages.GetAsync(page, Now)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.Pages.GetAsync("/desk/responses", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await owner.Pages.GetAsync($"/demands/{id}/respond", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await agency.Pages.GetAsync("/desk/demands/grading", Now)).StatusCode);
    }

    [Fact]
    public async Task A_form_sent_twice_or_broken_off_between_its_steps_is_one_form()
    {
        var owner = await _host.Enterprise();
        var id = Guid.CreateVersion7();
        var edit = $"/desk/demands/{id}/edit";
        await _host.Demand(id).Begin(MarketHost.Order(owner.Organisation), owner.Organisation, DemandKind.Problem, new DemandContent { Title = "井下压力测量" });
        var form = Fields(1, "井下压力测量");
        for (var i = 0; i < 2; i++) Assert.Equal($"{edit}?done=saved", (await owner.Pages.Submit(edit, form, "Save")).Headers.Location?.ToString());
        Assert.Equal(2, (await _host.DemandRow(id)).Version);
        // Another text under the same form is not said to be saved, and is there to be sent again.
        var other = await (await owner.Pages.Submit(edit, new(form) { ["Form.Title"] = "另一个名称" }, "Save")).Content.ReadAsStringAsync(Now);
        Assert.Contains("另一个名称", other, StringComparison.Ordinal);
        Assert.Equal(2, Seen(other));
        // Its first step was done when the market was killed.
        Assert.Equal($"{edit}?done=submitted", (await owner.Pages.Submit(edit, form, "Submit")).Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.Redirect, (await owner.Pages.Submit(edit, form, "Submit")).StatusCode);
        Assert.Equal((DemandState.InReview, 3), ((await _host.DemandRow(id)).State, (await _host.DemandRow(id)).Version));
        other = await (await owner.Pages.Submit(edit, new(form) { ["Form.Title"] = "另一个名称" }, "Save")).Content.ReadAsStringAsync(Now);
        Assert.Contains("另一个名称", other, StringComparison.Ordinal);
        Assert.Contains("内容刚被别人改过", other, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_gone_leaves_its_key_and_a_row_without_fields_is_none()
    {
        var owner = await _host.Enterprise();
        var id = await _host.PublishedDemand(owner.Organisation);
        var edit = $"/desk/demands/{id}/edit";
        var (seen, content) = ((await _host.DemandRow(id)).Version, DemandContent.Read((await _host.DemandRow(id)).Content));
        var form = Fields(seen, "井下压力测量");
        form["Form.DeadlineDay"] = content.Deadline!.Value.AddDays(1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        foreach (var name in new[] { "Metric", "Target" }) form[$"Form.Lines[1].{name}"] = "";
        Assert.Equal(HttpStatusCode.Redirect, (await owner.Pages.Submit(edit, form, "Save")).StatusCode);
        Assert.Null((await _host.Demand(id).Review(MarketHost.Order(owner.Organisation), publish: true, null)).Refusal);
        form = new(form) { ["Command"] = $"{Guid.CreateVersion7()}", ["Seen"] = $"{seen + 2}", ["Form.Lines[1].Key"] = "", ["Form.Lines[1].Metric"] = "长度", ["Form.Lines[1].Target"] = "900" };
        Assert.Equal(HttpStatusCode.Redirect, (await owner.Pages.Submit(edit, form, "Save")).StatusCode);
        Assert.Equal([(1, "工作温度"), (3, "长度")], DemandContent.Read((await _host.DemandRow(id)).Content).Lines.Select(l => (l.Key, l.Metric)));
        foreach (var handler in new[] { "More", "Save" })
        {
            var made = new Dictionary<string, string> { ["Command"] = $"{Guid.CreateVersion7()}", ["Seen"] = $"{seen + 3}", ["Form.Lines.index"] = "0", ["Form.Stages.index"] = "0" };
            Assert.True((int)(await owner.Pages.Submit(edit, made, handler)).StatusCode < 500);
            Assert.True((int)(await owner.Pages.Submit($"/desk/demands/{await Draft(owner)}/edit", made, handler)).StatusCode < 500);
        }
    }

    [Fact]
    public async Task A_block_list_that_is_too_long_is_refused_whole()
    {
        var owner = await _host.Enterprise();
        var id = await Draft(owner);
        var form = Fields(1, "井下压力测量");
        form["Form.Blocked"] = string.Join('\n', Enumerable.Range(1, DemandCheck.MostItems + 1).Select(i => $"对手{i}"));
        var page = await (await owner.Pages.Submit($"/desk/demands/{id}/edit", form, "Save")).Content.ReadAsStringAsync(Now);
        Assert.Contains("条目太多", page, StringComparison.Ordinal);
        Assert.Contains("对手41", page, StringComparison.Ordinal);
        Assert.Equal(1, (await _host.DemandRow(id)).Version);
    }

    [Theory]
    [InlineData("size=0", "SizeOutOfRange")]
    [InlineData("size=101", "SizeOutOfRange")]
    [InlineData("page=0", "PageOutOfRange")]
    [InlineData("page=2000000&size=100", "PageOutOfRange")]
    [InlineData("q=%00", "TextNotAllowed")]
    public async Task Bad_values_of_the_list_are_refused_by_name(string query, string code)
    {
        using var client = _host.CreateClient();
        var answer = await client.GetAsync("/api/demands?" + query, Now);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(code, await answer.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_for_programs_has_total_and_items_and_finds_wildcards_as_they_are()
    {
        var owner = await _host.UnitInTheBooks(kind: OrganisationKind.Enterprise);
        await _host.PublishedDemand(owner, with: c => c with { Title = "产率 100% 的方法" });
        var id = await _host.PublishedDemand(owner, DemandKind.OpenChallenge, c => c with { Title = "ＡＢＣ全角与 under_score" });
        await _host.Indexed();
        using var client = _host.CreateClient();
        Assert.Equal(2, await Total(client, ""));
        Assert.Equal(1, await Total(client, "?q=100%25"));
        Assert.Equal(0, await Total(client, "?q=%25"));
        Assert.Equal(1, await Total(client, "?q=UNDER_SCORE"));
        Assert.Equal(1, await Total(client, "?q=abc"));
        var item = JsonDocument.Parse(await client.GetStringAsync("/api/demands?size=1&page=1", Now)).RootElement.GetProperty("items")[0];
        Assert.Equal((id.ToString(), "openChallenge", "published", 120_000_000L), (item.GetProperty("id").GetString(), item.GetProperty("kind").GetString(), item.GetProperty("state").GetString(), item.GetProperty("rewardFen").GetInt64()));
        Assert.Equal(JsonValueKind.Null, item.GetProperty("owner").ValueKind);
        var one = JsonDocument.Parse(await client.GetStringAsync($"/api/demands/{id}", Now)).RootElement;
        Assert.Equal(("210", "330900"), (one.GetProperty("lines")[0].GetProperty("target").GetString(), one.GetProperty("region").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/api/demands/nonsense", Now)).StatusCode);
    }

    private async Task<Guid> Draft(Somebody owner)
    {
        var id = Guid.CreateVersion7();
        Assert.True((await _host.Demand(id).Begin(MarketHost.Order(owner.Organisation), owner.Organisation, DemandKind.Problem, new DemandContent { Title = "井下压力测量" })).Done);
        return id;
    }

    private static int Seen(string page) => int.Parse(System.Text.RegularExpressions.Regex.Match(page, "name=\"Seen\" value=\"(\\d+)\"").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<int> Total(HttpClient client, string query) =>
        JsonDocument.Parse(await client.GetStringAsync("/api/demands" + query, Now)).RootElement.GetProperty("total").GetInt32();

    private Dictionary<string, string> Fields(int seen, string title, string target = "210") => new()
    {
        ["Seen"] = $"{seen}",
        ["Command"] = Guid.CreateVersion7().ToString(),
        ["Form.Title"] = title,
        ["Form.Problem"] = "三个月就漂移超差",
        // A line that is there already brings its key along; an unknown key is none.
        ["Form.Lines[0].Key"] = "1",
        ["Form.Lines[1].Key"] = "2",
        ["Form.Lines[0].Metric"] = "工作温度",
        ["Form.Lines[0].Unit"] = "℃",
        ["Form.Lines[0].Comparison"] = "AtLeast",
        ["Form.Lines[0].Target"] = target,
        ["Form.Lines[0].Necessity"] = "Must",
        ["Form.Lines[0].Test"] = "恒温油浴",
        ["Form.Lines[1].Metric"] = "外径",
        ["Form.Lines[1].Comparison"] = "AtMost",
        ["Form.Lines[1].Target"] = "22",
        ["Form.Lines[1].Necessity"] = "Wish",
        ["Form.Field"] = "AdvancedManufacturing",
        ["Form.Ways"] = "Commission",
        ["Form.Ip"] = "ToBeAgreed",
        ["Form.BudgetTo"] = "80万",
        ["Form.DeadlineDay"] = _host.MarketTime.AddDays(40).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        ["Form.DeadlineTime"] = "17:00",
        ["Form.Region"] = "330106",
    };

    private static Dictionary<string, string> Judgement(int seen)
    {
        var form = new Dictionary<string, string> { ["command"] = Guid.CreateVersion7().ToString(), ["seen"] = $"{seen}", ["Grade"] = "A", ["verdict"] = "graded" };
        foreach (var item in Enum.GetNames<GradedItem>()) (form[$"Finding[{item}]"], form[$"Why[{item}]"]) = ("Good", "核对过");
        return form;
    }

    private static Dictionary<string, string> Answer(string met2) => new()
    {
        ["Command"] = Guid.CreateVersion7().ToString(),
        ["Form.Title"] = "碳化硅压阻芯片",
        ["Form.Plan"] = "无引线封装",
        ["Form.Price"] = "65万",
        ["Form.Months"] = "9",
        ["Form.Claims[1].Met"] = "yes",
        ["Form.Claims[1].Value"] = "225",
        ["Form.Claims[2].Met"] = met2,
    };
}
