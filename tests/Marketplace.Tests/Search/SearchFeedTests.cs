using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Search;

/// <summary>A search as a feed: what everybody may find, whoever asks, the newest first.</summary>
public sealed class SearchFeedTests : IAsyncLifetime
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_feed_has_the_newest_of_a_search_and_nothing_registered()
    {
        var unit = await _host.UnitInTheBooks("越州大学");
        var first = await _host.PublishedAchievement(unit, Works.Complete("压力传感器 一"));
        var second = await _host.PublishedAchievement(unit, Works.Complete("压力传感器 \u0001 <二> \U0001F600"));
        await _host.PublishedAchievement(unit, Works.Complete("水稻育种") with { Summary = "育种", Keywords = ["水稻"] });
        await _host.Indexed();
        var firm = await _host.Enterprise();
        var query = "?kind=Achievement&order=CheapFirst&q=" + Uri.EscapeDataString("压力传感器");
        var json = await firm.Pages.GetStringAsync("/search/feed.json" + query, Now);
        var items = JsonDocument.Parse(json).RootElement.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal([$"http://localhost/achievements/{second}", $"http://localhost/achievements/{first}"], items.Select(i => i.GetProperty("url").GetString()));
        Assert.Equal("越州大学", items[0].GetProperty("authors")[0].GetProperty("name").GetString());
        var text = await firm.Pages.GetStringAsync("/search/feed.xml" + query, Now);
        var entries = XDocument.Parse(text).Root!.Elements(Atom + "entry").ToList();
        Assert.Equal(["压力传感器 \uFFFD <二> \U0001F600", "压力传感器 一"], entries.Select(e => e.Element(Atom + "title")!.Value));
        foreach (var feed in new[] { json, text })
        {
            Assert.DoesNotContain("隔离层", feed, StringComparison.Ordinal);
            Assert.DoesNotContain("296", feed, StringComparison.Ordinal);
        }

        Assert.Empty(XDocument.Parse(await firm.Pages.GetStringAsync("/search/feed.xml?q=" + Uri.EscapeDataString("隔离层"), Now)).Root!.Elements(Atom + "entry"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await firm.Pages.GetAsync("/search/feed.xml?trlFrom=12", Now)).StatusCode);
        Assert.Contains("/search/feed.json?q=", await firm.Pages.GetStringAsync("/search?page=1&size=5&q=x", Now), StringComparison.Ordinal);
    }
}
