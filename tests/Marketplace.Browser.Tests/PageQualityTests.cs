using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Marketplace.Browser.Tests.Host;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Browser.Tests;

/// <summary>Pages for everybody: by assistive technology, on a small phone, by keyboard alone. Pictures are kept to be looked at.</summary>
[Collection("browser")]
public sealed partial class PageQualityTests(MarketBrowser market)
{
    private static readonly AxeRunOptions Wcag = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
    };

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task Nothing_serious_stands_in_the_way_of_assistive_technology(string language)
    {
        var found = new List<string>();
        await OnEveryPage(language, 1440, async (person, name) =>
        {
            var result = await person.Page.RunAxe(Wcag);
            found.AddRange(result.Violations.Where(v => v.Impact is "serious" or "critical")
                .Select(v => $"{name}: {v.Id} {string.Join(" | ", v.Nodes.Take(3).Select(n => $"{n.Html} {string.Join(' ', n.Any.Select(a => a.Message))}"))}"));
        });
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task Nothing_scrolls_sideways_on_a_phone_of_360_pixels(string language)
    {
        var wide = new List<string>();
        await OnEveryPage(language, 360, async (person, name) =>
        {
            var width = await person.Page.EvaluateAsync<int>("() => document.scrollingElement.scrollWidth");
            if (width <= 360) return;
            var widest = await person.Page.EvaluateAsync<string>(
                "() => [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > 361).slice(-3).map(e => e.outerHTML.slice(0, 120)).join(' | ')");
            wide.Add($"{name}: {width} px {widest}");
        });
        Assert.True(wide.Count == 0, string.Join('\n', wide));
    }

    [Fact]
    public async Task The_pictures_of_a_wide_screen_are_kept()
    {
        await OnEveryPage("zh-CN", 1920, (_, _) => Task.CompletedTask);
        Assert.NotEmpty(Directory.GetFiles(Pictures(), "*-1920-zh-CN.png"));
    }

    [Fact]
    public async Task A_bid_can_be_made_by_keyboard_alone()
    {
        var (stage, lot, _) = await market.LiveAuction();
        var bidder = stage.Second;
        await bidder.Page.SetViewportSizeAsync(1440, 1000);
        await bidder.Go($"/auctions/{lot}");
        await Expect(bidder.Page.Locator("#room[data-phase=open]")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(bidder.Page.Locator("[data-r=link-chip]")).ToHaveAttributeAsync("data-t", "ok");
        var before = await bidder.Read("[data-r=price-label]");
        for (var tabs = 0; !await IsAt(bidder, "own"); tabs++)
        {
            Assert.True(tabs < 60, "Sixty tabs do not lead to the field for an own amount.");
            await bidder.Page.Keyboard.PressAsync("Tab");
            Assert.True(await FocusIsVisible(bidder), $"The focus cannot be seen on {await Focused(bidder)}");
        }

        await bidder.Page.Keyboard.TypeAsync("100000");
        await bidder.Page.Keyboard.PressAsync("Enter");
        await Expect(bidder.Page.Locator("[data-r=my-state]")).ToHaveTextAsync("领先");
        await Expect(bidder.Page.Locator("[data-r=price-label]")).Not.ToHaveTextAsync(before);
    }

    /// <summary>Goes through the pages as those who use them, keeps a picture of each, and does something there.</summary>
    private async Task OnEveryPage(string language, int width, Func<Somebody, string, Task> look)
    {
        var (stage, lot, achievement) = await market.LiveAuction();
        var visitor = await stage.Visitor();
        (Somebody Person, string Name, string Path)[] pages =
        [
            (visitor, "home", "/"), (visitor, "search", "/search?kind=Achievement"), (visitor, "search-none", "/search?q=zzzzqqqq&field=Agriculture"), (visitor, "search-services", "/search?kind=Service"), (visitor, "search-organisations", "/search?kind=Organisation"), (visitor, "search-notices", "/search?kind=Notice"), (stage.First, "search-member", "/search?trlFrom=2&order=CheapFirst"), (visitor, "match-rate", "/figures/matching"), (visitor, "match-records", "/figures/matching/records"), (stage.First, "saved", "/account/searches"), (stage.First, "save", "/account/searches/new?q=x&trlFrom=2"), (visitor, "achievement", achievement), (visitor, "auctions", "/auctions"),
            (visitor, "room-visitor", $"/auctions/{lot}"), (visitor, "notice", $"/auctions/{lot}/notice"), (visitor, "transcript", $"/auctions/{lot}/transcript-view"),
            (visitor, "verify", "/verify"), (visitor, "records", "/auctions?records=sold"), (visitor, "history", $"{achievement}/history"), (visitor, "sign-in", "/sign-in"), (visitor, "sign-up", "/sign-up"),
            (stage.First, "room-bidder", $"/auctions/{lot}"), (stage.First, "apply", $"/auctions/{lot}/apply"), (stage.First, "account", "/desk/account"), (stage.First, "bids", "/desk/bids"), (stage.First, "second-factor", "/account/second-factor"),
            (stage.First, "desk-enterprise", "/desk"), (stage.First, "members", "/desk/members"), (stage.First, "deals", "/desk/deals"),
            (stage.Researcher, "disclosures", "/desk/disclosures"), (stage.University, "desk-university", "/desk"), (stage.University, "unit", "/desk/achievements"),
            (stage.University, "edit", $"/desk{achievement}/edit"), (stage.University, "lots", "/desk/lots"), (stage.University, "import", "/desk/import"), (stage.University, "services", "/desk/services"),
            (stage.Operator, "desk-operator", "/desk"), (stage.Operator, "organisations", "/desk/organisations?state=Verified"), (stage.Operator, "review", "/desk/review"),
            (stage.Operator, "sessions", "/desk/sessions"), (stage.Operator, "qualifications", "/desk/qualifications"), (stage.Operator, "bank", "/desk/bank"), (stage.Operator, "index", "/desk/index"), (stage.Operator, "services-review", "/desk/services/review"),
            (stage.First, "recommendations", "/desk/recommendations"), (stage.University, "recommendations-unit", $"{achievement}/recommendations"),
        ];
        foreach (var (person, name, path) in pages)
        {
            await person.Page.SetViewportSizeAsync(width, width > 1000 ? 1080 : 760);
            await person.Go($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}culture={language}");
            Assert.StartsWith(language[..2], await person.Page.Locator("html").GetAttributeAsync("lang"), StringComparison.Ordinal);
            await person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures(), $"{name}-{width}-{language}.png"), FullPage = true });
            var bare = NameOfText().Match(await person.Page.Locator("body").InnerTextAsync());
            Assert.False(bare.Success, $"{name} shows the name of a text that nobody wrote: {bare.Value}");
            await look(person, name);
        }
    }

    private static Task<bool> IsAt(Somebody person, string id) => person.Page.EvaluateAsync<bool>("id => document.activeElement?.id === id", id);

    private static Task<string> Focused(Somebody person) => person.Page.EvaluateAsync<string>("() => document.activeElement?.outerHTML.slice(0, 160) ?? ''");

    private static Task<bool> FocusIsVisible(Somebody person) => person.Page.EvaluateAsync<bool>(
        "() => { const e = document.activeElement; if (!e || e === document.body) return true; const s = getComputedStyle(e); return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none' }");

    [GeneratedRegex(@"\b(?!Marketplace\.)[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+)+\b")]
    private static partial Regex NameOfText();

    /// <summary>Beside the build's own products, so that nobody commits them.</summary>
    private static string Pictures()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "src"))) folder = folder.Parent;
        return Directory.CreateDirectory(Path.Combine(folder?.FullName ?? AppContext.BaseDirectory, "artifacts", "screenshots")).FullName;
    }
}
