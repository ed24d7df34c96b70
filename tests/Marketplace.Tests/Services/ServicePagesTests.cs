using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Services;
using Marketplace.Organisations;
using Marketplace.Services;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Services;

public class ServicePagesTests : IAsyncLifetime
{
    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_service_goes_from_the_provider_over_the_operator_to_the_public()
    {
        var provider = await _host.Provider("临澜检测技术服务有限公司");
        var market = await _host.Operator();
        using var visitor = _host.Browser();
        var command = Guid.CreateVersion7();
        var begun = await provider.Pages.Submit("/desk/services", new() { ["command"] = $"{command}", ["title"] = "高温检测" });
        var edit = begun.Headers.Location!.ToString();
        Assert.Equal($"/desk/services/{command}/edit", edit);
        Assert.Equal(edit, (await provider.Pages.Submit("/desk/services", new() { ["command"] = $"{command}", ["title"] = "高温检测" })).Headers.Location!.ToString());

        var incomplete = await Send(provider, edit, "Submit", Fields("仍在这里", trlFrom: "12"));
        Assert.Equal(HttpStatusCode.OK, incomplete.StatusCode);
        var page = WebUtility.HtmlDecode(await incomplete.Content.ReadAsStringAsync(Now));
        Assert.Contains("仍在这里", page, StringComparison.Ordinal);
        Assert.Contains("技术成熟度须为 1 至 9", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/services/{command}", Now)).StatusCode);
        foreach (var handler in new[] { "More", "Save", "Withdraw" })
            Assert.Equal(HttpStatusCode.OK, (await Send(provider, edit, handler, new() { ["Command"] = $"{Guid.CreateVersion7()}", ["Form.Qualifications.index"] = "0" })).StatusCode);

        // Its first step was done when the market was killed; sent again it goes on from there.
        var form = Fields("高温可靠性检测");
        form["Seen"] = "1";
        foreach (var (handler, said) in new[] { ("Save", "saved"), ("Submit", "submitted"), ("Submit", "submitted") })
            Assert.Equal($"{edit}?done={said}", (await provider.Pages.Submit(edit, form, handler)).Headers.Location?.ToString());
        Assert.Contains("高温可靠性检测", await market.Pages.GetStringAsync("/desk/services/review", Now), StringComparison.Ordinal);
        await Decide(market, command, "return", "请补充证书附件");
        Assert.Contains("请补充证书附件", await provider.Pages.GetStringAsync(edit, Now), StringComparison.Ordinal);
        Assert.Contains("被退回", await provider.Pages.GetStringAsync("/desk/services", Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Send(provider, edit, "Submit", Fields("高温可靠性检测"))).StatusCode);
        await Decide(market, command, "list", "");

        page = WebUtility.HtmlDecode(await visitor.GetStringAsync($"/services/{command}", Now));
        foreach (var text in new[] { "高温可靠性检测", "8,000–65,000", "CMA-1", "2199-12-31", "TRL 5–8", "20 天", "电子信息，先进制造", "临澜检测技术服务有限公司" }) Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.DoesNotContain("已过期", page, StringComparison.Ordinal);
        // Strangers read what was listed; reasons and drafts stay between the provider and the desk.
        var history = WebUtility.HtmlDecode(await visitor.GetStringAsync($"/services/{command}/history", Now));
        Assert.DoesNotContain("请补充证书附件", history, StringComparison.Ordinal);
        Assert.DoesNotContain("高温检测", history, StringComparison.Ordinal);
        Assert.Contains("请补充证书附件", WebUtility.HtmlDecode(await provider.Pages.GetStringAsync($"/services/{command}/history", Now)), StringComparison.Ordinal);

        // A change is read by nobody until it is reviewed.
        Assert.Equal(HttpStatusCode.Redirect, (await Send(provider, edit, "Submit", Fields("改过的名称"))).StatusCode);
        Assert.DoesNotContain("改过的名称", await visitor.GetStringAsync($"/services/{command}", Now) + await visitor.GetStringAsync($"/services/{command}/history", Now), StringComparison.Ordinal);
        var review = WebUtility.HtmlDecode(await market.Pages.GetStringAsync($"/desk/services/review?id={command}", Now));
        Assert.Contains("<del>高温可靠性检测</del>", review, StringComparison.Ordinal);
        Assert.Contains("<ins>改过的名称</ins>", review, StringComparison.Ordinal);
        await Decide(market, command, "list", "");
        Assert.Contains("改过的名称", await visitor.GetStringAsync($"/services/{command}", Now), StringComparison.Ordinal);
        var withdrawn = await Send(provider, edit, "Withdraw", Fields("改过的名称", reason: "不再提供"));
        Assert.Equal($"{edit}?done=withdrawn", withdrawn.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/services/{command}", Now)).StatusCode);
    }

    [Fact]
    public async Task A_service_is_found_while_it_is_listed_and_by_what_is_listed_alone()
    {
        var firm = await _host.Enterprise("暗渠中试基地");
        var id = await _host.ListedService(firm.Organisation, Offers.Complete("海洋装备部件中试线") with { Kind = ServiceKind.PilotScale });
        Assert.True((await _host.Service(id).Edit(MarketHost.Ordered(), Offers.Complete("未审核的暗号"))).Done);
        var draft = Guid.CreateVersion7();
        Assert.True((await _host.Service(draft).Begin(MarketHost.Ordered(), firm.Organisation, Offers.Complete("草稿里的暗号"))).Done);
        await _host.Indexed();
        using var client = _host.CreateClient();
        foreach (var words in new[] { "中试线", "老化试验", "暗渠", "检测报告", "CMA 2411 0834 0731" }) Assert.Equal([id], await Found(client, words));
        foreach (var part in new[] { "CMA2411", "暗号" }) Assert.Empty(await Found(client, part));
        // It is for two fields, and counted in both.
        foreach (var filter in new[] { "type=PilotScale", "field=ElectronicInformation", "field=AdvancedManufacturing", "region=330100", $"owner={firm.Organisation}" }) Assert.Equal([id], await Found(client, "", filter));
        foreach (var filter in new[] { "type=Testing", "field=Agriculture" }) Assert.Empty(await Found(client, "", filter));
        var item = (await Search(client, "", "")).GetProperty("items")[0];
        Assert.Equal((812_300, "PilotScale", $"/services/{id}"), (item.GetProperty("priceFen").GetInt64(), item.GetProperty("type").GetString(), item.GetProperty("url").GetString()));
        Assert.Equal(["ElectronicInformation", "AdvancedManufacturing"], item.GetProperty("fields").EnumerateArray().Select(f => f.GetString()));
        var page = WebUtility.HtmlDecode(await client.GetStringAsync("/search?kind=Service", Now));
        Assert.Contains("中试", page, StringComparison.Ordinal);
        Assert.Contains("服务类型", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/search?kind=Service\" aria-current=\"page\">服务</a>", page, StringComparison.Ordinal);
        // An enterprise that lists a service puts its name to it.
        Assert.Contains($"owner={firm.Organisation}\">服务</a></td><td class=\"num\">1</td>", WebUtility.HtmlDecode(await client.GetStringAsync($"/organisations/{firm.Organisation}", Now)), StringComparison.Ordinal);
        Assert.True((await _host.Service(id).Delist(MarketHost.Ordered(), "不再符合")).Done);
        await _host.Indexed();
        Assert.Empty(await Found(client, "中试线"));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/organisations/{firm.Organisation}", Now)).StatusCode);
        using var browser = _host.Browser();
        Assert.Equal("/search?kind=Service&q=" + Uri.EscapeDataString("检测 & x"), (await browser.GetAsync("/services?q=" + Uri.EscapeDataString("检测 & x") + "&other=1", Now)).Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task What_is_not_listed_is_read_by_its_provider_and_as_far_as_it_decides_by_the_operator()
    {
        var provider = await _host.Provider();
        var market = await _host.Operator();
        var strangers = new[] { _host.Browser(), (await _host.Provider()).Pages, (await _host.University()).Pages, (await _host.Organisation(OrganisationKind.ServiceProvider, state: VerificationState.Pending)).Pages };
        var id = Guid.CreateVersion7();
        var grain = _host.Service(id);
        await grain.Begin(MarketHost.Ordered(), provider.Organisation, Offers.Complete());
        await Reads(provider: true, operates: false);
        await grain.SubmitForReview(MarketHost.Ordered());
        await Reads(provider: true, operates: true);
        await grain.Review(MarketHost.Ordered(), list: false, "理由");
        await Reads(provider: true, operates: false);
        await grain.Withdraw(MarketHost.Ordered(), "理由");
        await Reads(provider: true, operates: false);

        async Task Reads(bool provider, bool operates)
        {
            foreach (var path in new[] { $"/services/{id}", $"/services/{id}/history" })
            {
                foreach (var stranger in strangers) Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path, Now)).StatusCode);
                Assert.Equal(provider ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await Own().GetAsync(path, Now)).StatusCode);
                Assert.Equal(operates ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await market.Pages.GetAsync(path, Now)).StatusCode);
            }

            Assert.Equal(operates ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await market.Pages.GetAsync($"/desk/services/review?id={id}", Now)).StatusCode);
        }

        HttpClient Own() => provider.Pages;
    }

    [Fact]
    public async Task A_qualification_that_has_run_out_is_marked()
    {
        var provider = await _host.Provider();
        var id = await _host.ListedService(provider.Organisation);
        // Listed while it was good; time has passed since.
        var over = Days.Of(_host.MarketTime).AddDays(-1);
        var content = Offers.Complete() with { Qualifications = [new("资质认定证书", "CMA-1", null, over), new("备案", "B-2", null, null)] };
        await _host.InDatabase(db => db.Set<Service>().Where(s => s.Id == id).ExecuteUpdateAsync(set => set.SetProperty(s => s.PublicContent, content.Write()), Now));
        using var visitor = _host.Browser();
        var page = WebUtility.HtmlDecode(await visitor.GetStringAsync($"/services/{id}", Now));
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(page, "已过期"));
        Assert.Contains($"已过期</span> {over:yyyy-MM-dd}", page, StringComparison.Ordinal);
        Assert.Contains("长期", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Desks_are_closed_to_who_may_not_work_there()
    {
        var provider = await _host.Provider();
        var researcher = await _host.Member(provider.Organisation, MemberRole.Researcher);
        var other = await _host.Provider();
        var house = await _host.Organisation(OrganisationKind.AuctionHouse);
        var id = await _host.ListedService(provider.Organisation);
        using var visitor = _host.Browser();
        foreach (var page in new[] { "/desk/services", $"/desk/services/{id}/edit", "/desk/services/review" })
        {
            Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync(page, Now)).StatusCode);
            foreach (var stranger in new[] { researcher, house }) Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Pages.GetAsync(page, Now)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await other.Pages.GetAsync($"/desk/services/{id}/edit", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Send(other, $"/desk/services/{id}/edit", "Withdraw", Fields("x", reason: "理由"), "/desk/services")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await provider.Pages.GetAsync("/desk/services/review", Now)).StatusCode);
        Assert.Equal(ServiceState.Listed, (await _host.ServiceRow(id)).State);
        Assert.Contains("/desk/services", await provider.Pages.GetStringAsync("/desk", Now), StringComparison.Ordinal);
    }

    internal static Dictionary<string, string> Fields(string title, string trlFrom = "5", string? reason = null) => new()
    {
        ["Command"] = $"{Guid.CreateVersion7()}",
        ["Form.Kind"] = "Testing",
        ["Form.Title"] = title,
        ["Form.Description"] = "恒温油浴 300 ℃",
        ["Form.Deliverables"] = "检测报告",
        ["Form.Keywords"] = "可靠性；老化",
        ["Form.Fields[0]"] = "ElectronicInformation",
        ["Form.Fields[1]"] = "AdvancedManufacturing",
        ["Form.TrlFrom"] = trlFrom,
        ["Form.TrlTo"] = "8",
        ["Form.Pricing"] = "Amount",
        ["Form.PriceFrom"] = "8,000",
        ["Form.PriceTo"] = "6.5万",
        ["Form.Days"] = "20",
        ["Form.Region"] = "330106",
        ["Form.Qualifications[0].Name"] = "资质认定证书",
        ["Form.Qualifications[0].Number"] = "CMA-1",
        ["Form.Qualifications[0].Until"] = "2199-12-31",
        ["Reason"] = reason ?? "",
    };

    /// <summary>Sends the form as it stands on its page, with these values.</summary>
    internal static async Task<HttpResponseMessage> Send(Somebody who, string page, string handler, Dictionary<string, string> fields, string? opened = null)
    {
        var html = await who.Pages.GetStringAsync(opened ?? page, Now);
        var seen = System.Text.RegularExpressions.Regex.Match(html, "name=\"Seen\" value=\"(\\d+)\"").Groups[1].Value;
        return await who.Pages.Submit(html, $"{page}?handler={handler}", new(fields) { ["Seen"] = seen.Length > 0 ? seen : "1" });
    }

    private static async Task Decide(Somebody market, Guid id, string verdict, string reasons)
    {
        var page = $"/desk/services/review?id={id}";
        var html = await market.Pages.GetStringAsync(page, Now);
        var seen = System.Text.RegularExpressions.Regex.Match(html, "name=\"seen\" value=\"(\\d+)\"").Groups[1].Value;
        var answer = await market.Pages.Submit(html, page, new() { ["id"] = $"{id}", ["command"] = $"{Guid.CreateVersion7()}", ["seen"] = seen, ["verdict"] = verdict, ["reasons"] = reasons });
        Assert.Equal($"/desk/services/review?done={verdict}", answer.Headers.Location?.ToString());
    }

    private static Task<JsonElement> Search(HttpClient client, string words, string more) => client.GetFromJsonAsync<JsonElement>($"/api/search?kind=Service&q={Uri.EscapeDataString(words)}&{more}", Now);

    private static async Task<List<Guid>> Found(HttpClient client, string words, string more = "") =>
        [.. (await Search(client, words, more)).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid())];
}
