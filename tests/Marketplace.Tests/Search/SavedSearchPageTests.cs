using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Search;
using Marketplace.Search;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Search;

/// <summary>Saving a search and coming back to it, without script.</summary>
public sealed class SavedSearchPageTests : IAsyncLifetime
{
    private const string Query = "?q=%E5%8E%8B%E5%8A%9B&kind=Achievement&field=NewMaterials&region=330100";

    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task From_the_search_over_the_list_back_to_the_search()
    {
        await _host.UnitInTheBooks();
        await _host.Indexed();
        var visitor = _host.Browser();
        var page = await visitor.GetStringAsync("/search" + Query + "&page=2&order=Newest&size=10", Now);
        Assert.Contains($"href=\"/account/searches/new{WebUtility.HtmlEncode(Query)}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/account/searches/new", await visitor.GetStringAsync("/search", Now), StringComparison.Ordinal);
        var asked = await visitor.GetAsync("/account/searches/new" + Query, Now);
        Assert.Equal(HttpStatusCode.Redirect, asked.StatusCode);
        Assert.Contains(Uri.EscapeDataString("/account/searches/new"), asked.Headers.Location!.OriginalString, StringComparison.OrdinalIgnoreCase);

        var firm = await _host.Enterprise();
        var form = await firm.Pages.GetStringAsync("/account/searches/new" + Query, Now);
        Assert.Contains("value=\"成果 · 压力 · 新材料及其应用 · 杭州市\"", form, StringComparison.Ordinal);
        var command = Regex.Match(form, "name=\"command\" value=\"([^\"]+)\"").Groups[1].Value;
        var fields = new Dictionary<string, string> { ["command"] = command, ["name"] = "<b>我的</b>", ["alert"] = "AtOnce" };
        foreach (var _ in new[] { 1, 2 })
        {
            var saved = await firm.Pages.Submit(form, "/account/searches/new" + Query, fields);
            Assert.Equal((HttpStatusCode.Redirect, "/account/searches?done=saved"), (saved.StatusCode, saved.Headers.Location!.OriginalString));
        }

        // Whoever goes back and saves something else is not told that it was saved, and the form has a command of its own for it.
        foreach (var (address, name, alert) in new[] { (Query, "另一个", "AtOnce"), (Query, "<b>我的</b>", "Never"), ("?q=x", "<b>我的</b>", "AtOnce") })
        {
            var reused = await firm.Pages.Submit(form, "/account/searches/new" + address, new() { ["command"] = command, ["name"] = name, ["alert"] = alert });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, reused.StatusCode);
            var shown = await reused.Content.ReadAsStringAsync(Now);
            Assert.Equal(address == Query, shown.Contains("此检索已保存为", StringComparison.Ordinal));
            Assert.DoesNotContain($"value=\"{command}\"", shown, StringComparison.Ordinal);
        }

        var list = await firm.Pages.GetStringAsync("/account/searches", Now);
        Assert.Contains("&lt;b&gt;我的&lt;/b&gt;", list, StringComparison.Ordinal);
        Assert.Contains("即时提醒", list, StringComparison.Ordinal);
        Assert.Single(await Rows(firm));
        Assert.Contains(">已保存此检索</a>", await firm.Pages.GetStringAsync("/search" + Query + "&page=1", Now), StringComparison.Ordinal);
        Assert.Contains("此检索已保存为", await firm.Pages.GetStringAsync("/account/searches/new" + Query, Now), StringComparison.Ordinal);
        var opened = await firm.Pages.GetAsync($"/account/searches/{command}", Now);
        Assert.Equal("/search" + Query + "&order=Newest", opened.Headers.Location!.OriginalString);

        // Renamed, told otherwise, deleted; a name that is refused changes nothing.
        await firm.Pages.Submit("/account/searches", new() { ["id"] = command, ["name"] = "新名称", ["alert"] = "Never" }, "Change");
        var row = Assert.Single(await Rows(firm));
        Assert.Equal(("新名称", Alert.Never), (row.Name, row.Alert));
        foreach (var (name, alert) in new[] { ("", "Daily"), (new string('x', 101), "Daily"), ("名称", "Sometimes"), ("名称", "1") })
        {
            var refused = await firm.Pages.Submit("/account/searches", new() { ["id"] = command, ["name"] = name, ["alert"] = alert }, "Change");
            Assert.Contains("role=\"alert\"", await refused.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        }

        row = Assert.Single(await Rows(firm));
        Assert.Equal(("新名称", Alert.Never), (row.Name, row.Alert));
        foreach (var _ in new[] { 1, 2 }) Assert.Equal(HttpStatusCode.Redirect, (await firm.Pages.Submit(form, "/account/searches?handler=Delete", new() { ["id"] = command })).StatusCode);
        Assert.Empty(await Rows(firm));
        Assert.Contains("还没有保存的检索", await firm.Pages.GetStringAsync("/account/searches", Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_saved_search_is_its_persons_alone()
    {
        var (owner, colleague) = (await _host.Enterprise(), await _host.University());
        var id = await Save(owner, Query);
        foreach (var stranger in new[] { colleague, await _host.Operator() })
        {
            Assert.DoesNotContain("我的检索", await stranger.Pages.GetStringAsync("/account/searches", Now), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Pages.GetAsync($"/account/searches/{id}", Now)).StatusCode);
            var form = await stranger.Pages.GetStringAsync("/account/searches/new?q=x", Now);
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Pages.Submit(form, "/account/searches?handler=Change", new() { ["id"] = $"{id}", ["name"] = "x", ["alert"] = "Never" })).StatusCode);
            await stranger.Pages.Submit(form, "/account/searches?handler=Delete", new() { ["id"] = $"{id}" });
            // The id of another's command is refused, not answered.
            var reused = await stranger.Pages.Submit(form, "/account/searches/new?q=x", new() { ["command"] = $"{id}", ["name"] = "x", ["alert"] = "Never" });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, reused.StatusCode);
        }

        Assert.Equal("我的检索", Assert.Single(await Rows(owner)).Name);
        foreach (var path in new[] { "/account/searches", $"/account/searches/{id}", "/account/searches/new?q=x" })
            Assert.StartsWith("http://localhost/sign-in", (await _host.Browser().GetAsync(path, Now)).Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_keeps_fifty_and_none_twice()
    {
        var firm = await _host.Enterprise();
        for (var i = 0; i < SavedSearches.MostOfAPerson; i++) await Save(firm, $"?q=word{i}");
        var form = await firm.Pages.GetStringAsync("/account/searches/new?q=more", Now);
        var full = await firm.Pages.Submit(form, "/account/searches/new?q=more", new() { ["command"] = $"{Guid.NewGuid()}", ["name"] = "再一个", ["alert"] = "Daily" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, full.StatusCode);
        var page = await full.Content.ReadAsStringAsync(Now);
        Assert.Contains("最多保存 50 个检索", page, StringComparison.Ordinal);
        Assert.Contains("value=\"再一个\"", page, StringComparison.Ordinal);
        // The same search once more is the one that there is.
        Assert.Equal(HttpStatusCode.Redirect, (await firm.Pages.Submit(form, "/account/searches/new?q=word7&order=Newest", new() { ["command"] = $"{Guid.NewGuid()}", ["name"] = "x", ["alert"] = "Daily" })).StatusCode);
        Assert.Equal(SavedSearches.MostOfAPerson, (await Rows(firm)).Count);
    }

    [Theory]
    [InlineData("", "没有检索词，也没有筛选条件")]
    [InlineData("?page=2&order=Newest", "没有检索词，也没有筛选条件")]
    [InlineData("?q=%00", "")]
    [InlineData("?trlFrom=99", "")]
    public async Task What_cannot_be_looked_for_cannot_be_saved(string query, string said)
    {
        var firm = await _host.Enterprise();
        var answer = await firm.Pages.GetAsync("/account/searches/new" + query, Now);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(said, await answer.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        var form = await firm.Pages.GetStringAsync("/account/searches/new?q=x", Now);
        var saved = await firm.Pages.Submit(form, "/account/searches/new" + query, new() { ["command"] = $"{Guid.NewGuid()}", ["name"] = "x", ["alert"] = "Daily" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, saved.StatusCode);
        Assert.Empty(await Rows(firm));
    }

    [Fact]
    public async Task Whatever_is_written_is_saved_as_it_is_or_refused_by_name()
    {
        var firm = await _host.Enterprise();
        var form = await firm.Pages.GetStringAsync("/account/searches/new?q=x", Now);
        var naughty = NaughtyTexts.All;
        foreach (var text in naughty.Where((_, i) => i % 7 == 0).Append(new string('长', 10_000)).Append("(a+)+$"))
        {
            var part = Uri.EscapeDataString(text);
            var shown = await firm.Pages.GetAsync($"/account/searches/new?q={part}&field={part}&owner={part}&kind={part}", Now);
            Assert.True(shown.StatusCode is HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity, part);
            var id = Guid.CreateVersion7();
            var answer = await firm.Pages.Submit(form, $"/account/searches/new?q={part}", new() { ["command"] = $"{id}", ["name"] = text, ["alert"] = "Never" });
            Assert.True(answer.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.UnprocessableEntity, part);
            var row = (await Rows(firm)).Find(r => r.Id == id);
            if (row is null) continue;
            Assert.Equal(text.Trim(), row.Name);
            Assert.Equal(HttpStatusCode.OK, (await firm.Pages.GetAsync("/account/searches", Now)).StatusCode);
            Assert.Equal(HttpStatusCode.Redirect, (await firm.Pages.GetAsync($"/account/searches/{id}", Now)).StatusCode);
            await firm.Pages.Submit(form, "/account/searches?handler=Delete", new() { ["id"] = $"{id}" });
        }

        await _host.Services.GetRequiredService<SavedSearchWatch>().TakeIn(Now);
    }

    [Fact]
    public async Task What_is_not_there_can_be_posted_as_a_demand_and_nothing_is_written_by_looking()
    {
        await _host.PublishedAchievement(await _host.UnitInTheBooks());
        await _host.Indexed();
        const string Words = "zzzz \"qqqq\" & <b>";
        var (firm, unit) = (await _host.Enterprise(), await _host.University());
        var address = "/search?q=" + Uri.EscapeDataString(Words);
        var link = "/desk/demands?title=" + Uri.EscapeDataString(Words) + "#begin";
        foreach (var client in new[] { _host.Browser(), firm.Pages }) Assert.Contains($"href=\"{WebUtility.HtmlEncode(link)}\"", await client.GetStringAsync(address, Now), StringComparison.Ordinal);
        Assert.DoesNotContain("/desk/demands?title", await unit.Pages.GetStringAsync(address, Now), StringComparison.Ordinal);
        Assert.DoesNotContain("/desk/demands?title", await firm.Pages.GetStringAsync("/search?q=" + Uri.EscapeDataString("压力传感器"), Now), StringComparison.Ordinal);
        var desk = await firm.Pages.GetStringAsync(link, Now);
        Assert.Contains($"value=\"{WebUtility.HtmlEncode(Words)}\"", desk.Replace("&#x22;", "&quot;", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(0, await _host.InDatabase(db => db.Set<Marketplace.Demands.Demand>().CountAsync(Now)));
        Assert.Equal(HttpStatusCode.OK, (await firm.Pages.GetAsync("/desk/demands?title=" + new string('x', 500), Now)).StatusCode);
    }

    private async Task<Guid> Save(Somebody somebody, string query)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        var id = Guid.CreateVersion7();
        var saved = await scope.ServiceProvider.GetRequiredService<SavedSearchDesk>().Save(id, new Actor(somebody.Person, []), "我的检索", Alert.Daily, SearchAddress.Of("/search" + query), Now);
        Assert.Null(saved.Refusal);
        return id;
    }

    private Task<List<SavedSearchRow>> Rows(Somebody somebody) => _host.InDatabase(db => db.Set<SavedSearchRow>().AsNoTracking().Where(s => s.Person == somebody.Person).ToListAsync(Now));
}
