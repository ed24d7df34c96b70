using System.Text.RegularExpressions;
using Marketplace.Browser.Tests.Host;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Browser.Tests;

/// <summary>Looking for something by keyboard: what is suggested, what filters do without a reload, and back.</summary>
[Collection("browser")]
public sealed class SearchStoryTests(MarketBrowser market)
{
    [Fact]
    public async Task Words_are_suggested_and_filters_change_the_results_in_place()
    {
        var stage = await market.Stage();
        const string Title = "海藻酸钠微球缓释材料";
        await stage.PublishAchievement(Title);
        var visitor = await stage.Visitor();
        await visitor.Go("/search?kind=Achievement");
        var box = visitor.Page.Locator("#q");
        await box.ClickAsync();
        await Expect(box).ToHaveAttributeAsync("role", "combobox");
        var option = visitor.Page.GetByRole(Microsoft.Playwright.AriaRole.Option, new() { Name = Title });
        await box.PressSequentiallyAsync("海藻酸", new() { Delay = 30 });
        await Expect(option).ToBeVisibleAsync();
        await Expect(box).ToHaveAttributeAsync("aria-expanded", "true");
        await box.PressAsync("ArrowDown");
        await Expect(option).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(box).ToHaveValueAsync(Title);
        await box.PressAsync("Escape");
        await Expect(box).ToHaveValueAsync("海藻酸");
        await Expect(box).ToHaveAttributeAsync("aria-expanded", "false");

        // A mark on the window outlives everything but a reload.
        await visitor.Page.EvaluateAsync("() => { window.kept = true }");
        await box.PressAsync("Enter");
        await Expect(visitor.Page.Locator("#found mark").First).ToHaveTextAsync("海藻酸");
        await Expect(visitor.Page).ToHaveURLAsync(new Regex("\\?kind=Achievement&q="));
        await visitor.Page.Locator("#facets input[name=field][value=Aerospace]").CheckAsync();
        await Expect(visitor.Page).ToHaveURLAsync(new Regex("field=Aerospace"));
        await Expect(visitor.Page.Locator("#found .empty")).ToBeVisibleAsync();
        // The focus stays on the box that was ticked.
        await Expect(visitor.Page.Locator("#facets input[name=field][value=Aerospace]")).ToBeFocusedAsync();
        await visitor.Page.Locator("#found .ach-chosen .tag").ClickAsync();
        await Expect(visitor.Page.Locator("#found .empty")).ToHaveCountAsync(0);
        await visitor.Page.GoBackAsync();
        await Expect(visitor.Page.Locator("#facets input[name=field][value=Aerospace]")).ToBeCheckedAsync();
        await visitor.Page.GoBackAsync();
        await Expect(visitor.Page.Locator("#found a.title").First).ToHaveTextAsync(Title);
        Assert.True(await visitor.Page.EvaluateAsync<bool>("() => window.kept === true"));
        Assert.Empty(visitor.Faults);
    }
}
