using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Search;

/// <summary>The search as a person sees it, without script.</summary>
public sealed partial class SearchPageTests : IAsyncLifetime
{
    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_visitor_neither_finds_nor_counts_what_is_registered()
    {
        var unit = await _host.UnitInTheBooks();
        await _host.PublishedAchievement(unit);
        await _host.PublishedAchievement(unit, Works.Complete("便宜的传感器") with { Details = null, PriceIdeaFen = 1_000_000 });
        await _host.Indexed();
        using var visitor = _host.CreateClient();
        var waiting = await _host.Organisation(OrganisationKind.Enterprise, state: VerificationState.Pending);
        var firm = await _host.Enterprise("甬江精密仪器");
        foreach (var stranger in new[] { visitor, waiting.Pages })
        {
            var hidden = await stranger.GetStringAsync("/search?q=" + Uri.EscapeDataString("隔离层"), Now);
            Assert.Equal(0, Total(hidden));
            Assert.All(Counts(hidden, "field"), c => Assert.Equal(0, c.Count));
            // No price is shown, and none can be found out by asking for more or less, or by their order.
            var all = await stranger.GetStringAsync("/search", Now);
            foreach (var asked in new[] { "priceFrom=1", "priceFrom=2000000", "priceTo=1", "order=CheapFirst", "order=DearFirst", "order=CheapFirst&priceFrom=20000" })
            {
                var page = await stranger.GetStringAsync("/search?" + asked, Now);
                Assert.Equal(Titles(all), Titles(page));
                Assert.DoesNotContain("2,960,000", page, StringComparison.Ordinal);
                Assert.DoesNotContain("10,000", page, StringComparison.Ordinal);
            }

            Assert.Equal(0, Total(await stranger.GetStringAsync("/search?priced=only", Now)));
            Assert.Contains("登录后可见", all, StringComparison.Ordinal);
            Assert.DoesNotContain("name=\"priceFrom\"", all, StringComparison.Ordinal);
        }

        Assert.Equal(1, Total(await firm.Pages.GetStringAsync("/search?q=" + Uri.EscapeDataString("隔离层"), Now)));
        var cheap = await firm.Pages.GetStringAsync("/search?kind=Achievement&order=CheapFirst", Now);
        Assert.Equal(["便宜的传感器", "耐高温压力传感器"], Titles(cheap));
        Assert.Contains("2,960,000", cheap, StringComparison.Ordinal);
        Assert.Equal(["耐高温压力传感器"], Titles(await firm.Pages.GetStringAsync("/search?kind=Achievement&priceFrom=2000000", Now)));
    }

    [Fact]
    public async Task What_a_facet_counts_is_what_choosing_it_finds()
    {
        var (one, two) = (await _host.UnitInTheBooks("越州大学"), await _host.UnitInTheBooks("瓯江工学院"));
        (TechField Field, Highland[] Highlands, int Trl, WayOfTrade[] Ways, string Region, Guid Unit)[] works =
        [
            (TechField.Agriculture, [Highland.LifeHealth], 4, [WayOfTrade.Assignment], "330106", one),
            (TechField.Agriculture, [], 6, [WayOfTrade.Assignment, WayOfTrade.OpenLicence], "330108", one),
            (TechField.NewMaterials, [Highland.NewMaterials, Highland.InternetPlus], 8, [WayOfTrade.OpenLicence], "330302", two),
            (TechField.NewEnergy, [Highland.NewMaterials], 8, [WayOfTrade.UseFirst], "330302", two),
        ];
        foreach (var (work, number) in works.Select((w, i) => (w, i)))
        {
            await _host.PublishedAchievement(work.Unit, Works.Complete($"压力传感器 {number}") with
            {
                Field = work.Field,
                Highlands = [.. work.Highlands],
                Trl = work.Trl,
                Evidence = [new TrlEvidence(9, "用户报告", "用户", new DateOnly(2026, 3, 9))],
                Ways = [.. work.Ways],
                Region = work.Region,
            });
        }

        await _host.Indexed();
        using var visitor = _host.CreateClient();
        var page = await visitor.GetStringAsync("/search?kind=Achievement", Now);
        Assert.Equal(works.Length, Total(page));
        Assert.Equal(11, Counts(page, "field").Count);
        foreach (var facet in new[] { "field", "highland", "way", "region", "owner", "state" })
        {
            var counts = Counts(page, facet);
            Assert.NotEmpty(counts);
            // Every work has one of each of these, so the counts are all works.
            if (facet is "field" or "region" or "owner" or "state") Assert.Equal(works.Length, counts.Sum(c => c.Count));
            foreach (var (value, count) in counts)
            {
                var narrowed = await visitor.GetStringAsync($"/search?kind=Achievement&{facet}={Uri.EscapeDataString(value)}", Now);
                Assert.Equal(count, Total(narrowed));
                Assert.Contains($"name=\"{facet}\" value=\"{value}\" checked=\"checked\"", narrowed, StringComparison.Ordinal);
                // What is chosen does not change what the others of its facet count.
                Assert.Equal(counts.Order(), Counts(narrowed, facet).Order());
            }
        }

        Assert.Equal(["压力传感器 2", "压力传感器 3"], Titles(await visitor.GetStringAsync("/search?trlFrom=7", Now)).Order());
        Assert.Equal(["压力传感器 0", "压力传感器 1"], Titles(await visitor.GetStringAsync("/search?trlTo=6", Now)).Order());
        var most = await visitor.GetStringAsync("/search?kind=Achievement&field=NewMaterials&field=NewEnergy&highland=InternetPlus&trlFrom=2&trlTo=8", Now);
        Assert.Equal(["压力传感器 2"], Titles(most));
        Assert.Contains("href=\"/search?kind=Achievement&amp;field=NewMaterials&amp;highland=InternetPlus&amp;trlFrom=2&amp;trlTo=8\"", most, StringComparison.Ordinal);
        Assert.Contains("href=\"/search?kind=Achievement&amp;field=NewMaterials&amp;field=NewEnergy&amp;highland=InternetPlus\"", most, StringComparison.Ordinal);
        Assert.Contains("href=\"/search?kind=Achievement\">全部清除", most, StringComparison.Ordinal);
        Assert.Contains("杭州市", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Marks_are_markup_and_what_is_marked_never_is()
    {
        var unit = await _host.UnitInTheBooks("<b>大学</b>");
        await _host.PublishedAchievement(unit, Works.Complete("<script>alert(1)</script> & \"压力传感器\" <img src=x onerror=alert(2)>") with
        {
            Summary = "<script>高温</script> 压力传感器 </mark><svg onload=alert(3)>",
            Keywords = ["<i>词</i>"],
        });
        await _host.Indexed();
        using var visitor = _host.CreateClient();
        foreach (var words in new[] { "压力传感器", "script alert", "<script>alert(1)</script>", "svg onload mark" })
        {
            var page = await visitor.GetStringAsync("/search?q=" + Uri.EscapeDataString(words), Now);
            Assert.Equal(1, Total(page));
            Assert.Contains("<mark>", page, StringComparison.Ordinal);
            // Every sign of markup in what people wrote is written as text; only the marks are the page's own.
            var row = Hits().Match(page).Value;
            Assert.DoesNotMatch("<(?!/?(?:ul|li|div|a|span|i|p|mark|small)[ >])", row);
            Assert.DoesNotContain("<script>", row, StringComparison.Ordinal);
            Assert.DoesNotContain("<i>词", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<b>大学", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_found_shows_what_is_nearest()
    {
        using var visitor = _host.CreateClient();
        await _host.Indexed();
        Assert.Contains("还没有发布的内容", await visitor.GetStringAsync("/search", Now), StringComparison.Ordinal);
        await _host.PublishedAchievement(await _host.UnitInTheBooks());
        await _host.Indexed();
        var filtered = await visitor.GetStringAsync("/search?q=" + Uri.EscapeDataString("压力传感器") + "&field=Agriculture", Now);
        Assert.Contains("没有符合条件的结果", filtered, StringComparison.Ordinal);
        Assert.Contains("不加筛选有 1 项", filtered, StringComparison.Ordinal);
        Assert.Equal(["耐高温压力传感器"], Titles(filtered));
        var unknown = await visitor.GetStringAsync("/search?q=zzzzqqqq", Now);
        Assert.Contains("最近发布", unknown, StringComparison.Ordinal);
        Assert.Contains("耐高温压力传感器", Titles(unknown));
        Assert.Contains("您是不是要找", await visitor.GetStringAsync("/search?q=SIMOK", Now), StringComparison.Ordinal);
        Assert.Contains("以下结果含有其中一部分", await visitor.GetStringAsync("/search?q=" + Uri.EscapeDataString("压力传感器 水稻育种"), Now), StringComparison.Ordinal);
        Assert.Contains("这一页没有内容", await visitor.GetStringAsync("/search?page=7", Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_stand_on_pages_that_lead_to_each_other()
    {
        var unit = await _host.UnitInTheBooks();
        for (var i = 0; i < 7; i++) await _host.PublishedAchievement(unit, Works.Complete($"成果 {i}"));
        await _host.Indexed();
        using var visitor = _host.CreateClient();
        var (seen, next) = (new List<string>(), "/search?kind=Achievement&size=3");
        for (var pages = 1; ; pages++)
        {
            var page = await visitor.GetStringAsync(next, Now);
            Assert.Equal(7, Total(page));
            seen.AddRange(Titles(page));
            if (Next().Match(page) is not { Success: true } link)
            {
                Assert.Equal(3, pages);
                break;
            }

            next = WebUtility.HtmlDecode(link.Groups[1].Value);
        }

        Assert.Equal(Enumerable.Range(0, 7).Reverse().Select(i => $"成果 {i}"), seen);
    }

    [Fact]
    public async Task The_first_address_of_the_list_leads_to_the_search_for_the_same()
    {
        using var visitor = _host.Browser();
        var answer = await visitor.GetAsync("/achievements?q=" + Uri.EscapeDataString("传感器 & x") + "&field=NewEnergy&field=Agriculture&highland=LifeHealth&trl=6&way=Assignment&page=2&other=1", Now);
        Assert.Equal(HttpStatusCode.MovedPermanently, answer.StatusCode);
        Assert.Equal(
            "/search?kind=Achievement&q=" + Uri.EscapeDataString("传感器 & x") + "&field=NewEnergy&field=Agriculture&highland=LifeHealth&trlFrom=6&way=Assignment&page=2",
            answer.Headers.Location!.OriginalString);
        var page = await visitor.GetStringAsync("/search?kind=Achievement", Now);
        Assert.Matches("<a href=\"/search\\?kind=Achievement\" aria-current=\"page\">成果</a>", page);
    }

    /// <summary>How many results the page says there are.</summary>
    internal static int Total(string page) => int.Parse(Count().Match(page).Groups[1].Value, CultureInfo.InvariantCulture);

    internal static IReadOnlyList<string> Titles(string page) =>
        [.. Title().Matches(page).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value.Replace("<mark>", "", StringComparison.Ordinal).Replace("</mark>", "", StringComparison.Ordinal)))];

    private static List<(string Value, int Count)> Counts(string page, string facet) =>
        [.. Box().Matches(page).Where(m => m.Groups[1].Value == facet).Select(m => (WebUtility.HtmlDecode(m.Groups[2].Value), int.Parse(m.Groups[3].Value, CultureInfo.InvariantCulture)))];

    [GeneratedRegex("<h1 id=\"found-title\"[^>]*>\\s*([0-9]+) ")]
    private static partial Regex Count();

    [GeneratedRegex("<a class=\"title\" href=\"[^\"]*\">(.*?)</a>")]
    private static partial Regex Title();

    [GeneratedRegex("<label><input type=\"checkbox\" name=\"([a-z]+)\" value=\"([^\"]*)\"[^>]*><span>[^<]*</span><span class=\"n\">([0-9]+)</span>")]
    private static partial Regex Box();

    [GeneratedRegex("<ul class=\"rows\">.*?</ul>", RegexOptions.Singleline)]
    private static partial Regex Hits();

    [GeneratedRegex("<a href=\"([^\"]*)\" rel=\"next\">")]
    private static partial Regex Next();
}
