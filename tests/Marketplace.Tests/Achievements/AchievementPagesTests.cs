using System.Net;
using System.Text;
using System.Text.Json;
using Marketplace.Achievements;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Achievements;

public class AchievementPagesTests : IAsyncLifetime
{
    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_result_goes_from_the_researcher_over_the_unit_and_the_operator_to_the_public()
    {
        var unit = await _host.University("钱江理工大学");
        var researcher = await _host.Member(unit.Organisation, MemberRole.Researcher, "罗研究员");
        var market = await _host.Operator();
        var told = await researcher.Pages.Submit("/desk/disclosures", new()
        {
            ["Id"] = Guid.CreateVersion7().ToString(),
            ["Title"] = "稀土改性聚苯乙烯",
            ["Summary"] = "更耐摔的塑料",
            ["Completers"] = "罗某某；彭某某",
            ["Field"] = "NewMaterials",
            ["Trl"] = "4",
        });
        Assert.Equal(HttpStatusCode.Redirect, told.StatusCode);
        await using var db = _host.Database();
        var disclosure = await db.Set<Disclosure>().SingleAsync(Now);
        var decided = await unit.Pages.Submit("/desk/achievements", new()
        {
            ["id"] = disclosure.Id.ToString(),
            ["command"] = Guid.CreateVersion7().ToString(),
            ["seen"] = "1",
            ["decision"] = "List",
        }, "Decide");
        var edit = decided.Headers.Location!.ToString();
        Assert.Equal($"/desk/achievements/{disclosure.Id}/edit", edit);
        var incomplete = await Send(unit, edit, "Submit", Fields(await _host.Row(disclosure.Id), title: "仍在这里", trl: "12"));
        var page = await incomplete.Content.ReadAsStringAsync(Now);
        Assert.Equal(HttpStatusCode.OK, incomplete.StatusCode);
        Assert.Contains("仍在这里", page, StringComparison.Ordinal);
        Assert.Contains("技术成熟度须为 1 至 9", page, StringComparison.Ordinal);
        var submitted = await Send(unit, edit, "Submit", Fields(await _host.Row(disclosure.Id), "稀土改性聚苯乙烯材料", "4"));
        Assert.Equal(HttpStatusCode.Redirect, submitted.StatusCode);
        var row = await _host.Row(disclosure.Id);
        Assert.Equal(AchievementState.InReview, row.State);
        using var visitor = _host.CreateClient();
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/achievements/{row.Id}", Now)).StatusCode);
        var queue = await market.Pages.GetStringAsync("/desk/review", Now);
        Assert.Contains("稀土改性聚苯乙烯材料", queue, StringComparison.Ordinal);
        var published = await market.Pages.Submit($"/desk/review?id={row.Id}", new()
        {
            ["command"] = Guid.CreateVersion7().ToString(),
            ["seen"] = $"{row.Version}",
            ["verdict"] = "publish",
        });
        Assert.Equal(HttpStatusCode.Redirect, published.StatusCode);
        Assert.Contains("稀土改性聚苯乙烯材料", await visitor.GetStringAsync($"/achievements/{row.Id}", Now), StringComparison.Ordinal);
        await _host.Indexed();
        Assert.Contains("<mark>改性聚苯</mark>", await visitor.GetStringAsync("/achievements?q=" + Uri.EscapeDataString("改性聚苯"), Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync($"/achievements/{row.Id}/history", Now)).StatusCode);
        Assert.Contains("罗", await researcher.Pages.GetStringAsync("/desk/disclosures", Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_registered_tier_is_for_members_only_and_each_look_is_logged()
    {
        var unit = await _host.University();
        var id = await _host.PublishedAchievement(unit.Organisation);
        using var visitor = _host.CreateClient();
        Assert.DoesNotContain("隔离层 367", await visitor.GetStringAsync($"/achievements/{id}", Now), StringComparison.Ordinal);
        await _host.Indexed();
        Assert.DoesNotContain("2,960,000", await visitor.GetStringAsync("/search?kind=Achievement", Now), StringComparison.Ordinal);
        Assert.DoesNotContain("隔离层", await visitor.GetStringAsync($"/api/achievements/{id}", Now), StringComparison.Ordinal);
        var waiting = await _host.Organisation(OrganisationKind.Enterprise, state: Marketplace.Organisations.VerificationState.Pending);
        Assert.DoesNotContain("隔离层 367", await waiting.Pages.GetStringAsync($"/achievements/{id}", Now), StringComparison.Ordinal);
        var demo = await _host.Organisation(OrganisationKind.Enterprise, demo: true);
        Assert.DoesNotContain("隔离层 367", await demo.Pages.GetStringAsync($"/achievements/{id}", Now), StringComparison.Ordinal);
        var firm = await _host.Enterprise("甬江精密仪器");
        Assert.Contains("隔离层 367", await firm.Pages.GetStringAsync($"/achievements/{id}", Now), StringComparison.Ordinal);
        await using var db = _host.Database();
        var view = await db.Set<AchievementView>().SingleAsync(Now);
        Assert.Equal((firm.Organisation, firm.Person, "fields"), (view.Organisation, view.Person, view.What));
        Assert.Contains("甬江精密仪器", await unit.Pages.GetStringAsync($"/desk/achievements/{id}/edit", Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_sent_sandboxed_and_only_to_whom_its_tier_allows()
    {
        var unit = await _host.University();
        var id = await _host.PublishedAchievement(unit.Organisation);
        var edit = $"/desk/achievements/{id}/edit";
        var row = await _host.Row(id);
        var form = Fields(row, row.Title, "7");
        form["UploadTier"] = "Registered";
        var kept = await Send(unit, edit, "Submit", form, ("标定报告.txt", "每一行都是数据"));
        Assert.Equal(HttpStatusCode.Redirect, kept.StatusCode);
        Assert.True((await _host.Achievement(id).Review(new By(Guid.CreateVersion7(), Guid.Empty), publish: true, null)).Done);
        var sha = AchievementContent.Read((await _host.Row(id)).PublicContent!).Files.Single().Sha256;
        using var visitor = _host.CreateClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.GetAsync($"/achievements/{id}/files/{sha}", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/files/{sha}", Now)).StatusCode);
        var firm = await _host.Enterprise();
        var answer = await firm.Pages.GetAsync($"/achievements/{id}/files/{sha}", Now);
        Assert.Equal("每一行都是数据", await answer.Content.ReadAsStringAsync(Now));
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Contains("sandbox", string.Join(';', answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        var refused = await Send(unit, edit, "Save", Fields(await _host.Row(id), "改名", "7"), ("图.png", "<script>"));
        Assert.Contains("改名", await refused.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Desks_are_closed_to_who_may_not_work_there()
    {
        var unit = await _host.University();
        var other = await _host.University();
        var firm = await _host.Enterprise();
        var researcher = await _host.Member(unit.Organisation, MemberRole.Researcher);
        var id = await _host.PublishedAchievement(unit.Organisation);
        using var visitor = _host.Browser();
        foreach (var page in new[] { "/desk/disclosures", "/desk/achievements", $"/desk/achievements/{id}/edit", "/desk/review", "/desk/import" })
        {
            Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync(page, Now)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await firm.Pages.GetAsync(page, Now)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await other.Pages.GetAsync($"/desk/achievements/{id}/edit", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await unit.Pages.GetAsync("/desk/review", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await researcher.Pages.GetAsync("/desk/achievements", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await researcher.Pages.GetAsync("/desk/disclosures", Now)).StatusCode);
    }

    [Fact]
    public async Task The_import_page_shows_the_faults_first_and_then_imports()
    {
        var unit = await _host.University();
        var checkedFile = await Send(unit, "/desk/import", "Check", [], ("成果.csv", "编号,名称,摘要\r\nP1,页面导入,摘要\r\nP2,,摘要\r\n"), "file");
        var job = checkedFile.Headers.Location!.ToString();
        var preview = await unit.Pages.GetStringAsync(job, Now);
        Assert.Contains("P2", preview, StringComparison.Ordinal);
        await using var db = _host.Database();
        Assert.False(await db.Set<Achievement>().AnyAsync(Now));
        var run = await unit.Pages.Submit(job, new() { ["job"] = job[(job.IndexOf('=', StringComparison.Ordinal) + 1)..] }, "Run");
        Assert.Equal(HttpStatusCode.Redirect, run.StatusCode);
        var jobs = (ImportJobs)_host.Services.GetService(typeof(ImportJobs))!;
        await jobs.Find(Guid.Parse(job[(job.IndexOf('=', StringComparison.Ordinal) + 1)..]))!.Ended;
        Assert.Equal("P1", (await db.Set<Achievement>().SingleAsync(Now)).ExternalId);
        Assert.Contains("导入完成", await unit.Pages.GetStringAsync(job, Now), StringComparison.Ordinal);
        var other = await _host.University();
        Assert.Equal(HttpStatusCode.Redirect, (await other.Pages.GetAsync(job, Now)).StatusCode);
    }

    [Theory]
    [InlineData("size=0", "SizeOutOfRange")]
    [InlineData("size=101", "SizeOutOfRange")]
    [InlineData("size=ten", "SizeOutOfRange")]
    [InlineData("page=0", "PageOutOfRange")]
    [InlineData("page=-1", "PageOutOfRange")]
    [InlineData("page=1.5", "PageOutOfRange")]
    [InlineData("page=99999999999", "PageOutOfRange")]
    [InlineData("page=2000000&size=100", "PageOutOfRange")]
    [InlineData("q=%00", "TextNotAllowed")]
    public async Task Bad_values_of_the_list_are_refused_by_name(string query, string code)
    {
        using var client = _host.CreateClient();
        var answer = await client.GetAsync("/api/achievements?" + query, Now);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(code, await answer.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_for_programs_has_total_and_items_and_finds_wildcards_as_they_are()
    {
        var unit = await _host.University("越州大学");
        await _host.PublishedAchievement(unit.Organisation, Works.Complete("产率 100% 的方法"));
        var id = await _host.PublishedAchievement(unit.Organisation, Works.Complete("ＡＢＣ全角与 under_score"));
        await _host.Indexed();
        using var client = _host.CreateClient();
        Assert.Equal(2, await Total(client, ""));
        Assert.Equal(1, await Total(client, "?q=100%25"));
        Assert.Equal(0, await Total(client, "?q=1%25method"));
        Assert.Equal(1, await Total(client, "?q=UNDER_SCORE"));
        Assert.Equal(1, await Total(client, "?q=abc"));
        var items = JsonDocument.Parse(await client.GetStringAsync("/api/achievements?size=1&page=1", Now)).RootElement.GetProperty("items");
        Assert.Equal(id.ToString(), items[0].GetProperty("id").GetString());
        Assert.Equal("越州大学", items[0].GetProperty("organisation").GetString());
        Assert.Equal("published", items[0].GetProperty("state").GetString());
        var one = JsonDocument.Parse(await client.GetStringAsync($"/api/achievements/{id}", Now)).RootElement;
        Assert.Equal(7, one.GetProperty("trl").GetInt32());
        Assert.Equal("2038-05-17", one.GetProperty("ip")[0].GetProperty("endsOn").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/achievements/{Guid.CreateVersion7()}", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/api/achievements/nonsense", Now)).StatusCode);
    }

    private static async Task<int> Total(HttpClient client, string query) =>
        JsonDocument.Parse(await client.GetStringAsync("/api/achievements" + query, Now)).RootElement.GetProperty("total").GetInt32();

    internal static Dictionary<string, string> Fields(Achievement row, string title, string trl, string summary = "更耐摔的塑料") => new()
    {
        ["Seen"] = $"{row.Version}",
        ["Command"] = Guid.CreateVersion7().ToString(),
        ["Form.Title"] = title,
        ["Form.Summary"] = summary,
        ["Form.Keywords"] = "塑料；稀土",
        ["Form.Field"] = "NewMaterials",
        ["Form.Trl"] = trl,
        ["Form.Evidence[0].Level"] = "9",
        ["Form.Evidence[0].What"] = "检测报告",
        ["Form.Owners[0].Name"] = "本单位",
        ["Form.Owners[0].Share"] = "100",
        ["Form.Owners[0].Consent"] = "Own",
        ["Form.Completers[0].Name"] = "罗某某",
        ["Form.Funding"] = "Provincial",
        ["Form.Ways"] = "Assignment",
        ["Form.Region"] = "330106",
    };

    internal static async Task<HttpResponseMessage> Send(
        Somebody who, string page, string handler, Dictionary<string, string> fields, (string Name, string Text)? upload = null, string field = "Uploads")
    {
        var shown = await who.Pages.GetStringAsync(page, Now);
        var token = System.Text.RegularExpressions.Regex.Match(shown, "name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"").Groups[1].Value;
        using var content = new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" } };
        foreach (var (name, value) in fields) content.Add(new StringContent(value), name);
        if (upload is { } file) content.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(file.Text)), field, file.Name);
        return await who.Pages.PostAsync($"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}handler={handler}", content, Now);
    }
}
