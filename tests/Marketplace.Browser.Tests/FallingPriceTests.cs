using System.Globalization;
using Marketplace.Browser.Tests.Host;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Browser.Tests;

/// <summary>A falling price from the seller's form to the acceptance by keyboard alone.</summary>
[Collection("browser")]
public sealed class FallingPriceTests(MarketBrowser market)
{
    [Fact]
    public async Task A_falling_price_is_offered_watched_and_accepted_by_keyboard()
    {
        const string Title = "低温等离子体灭菌装置";
        var stage = await market.Stage();
        var (taker, other) = (stage.First, stage.Second);
        await stage.PublishAchievement(Title);
        var lot = await stage.OfferLot(Title, lastsSeconds: 40, softCloseSeconds: 20, ChooseFalling);
        var opens = await stage.Announce(lot, Title, TimeSpan.FromSeconds(60));
        await Task.WhenAll(Stage.Apply(taker, lot, 95_000), Stage.Apply(other, lot, 200_000));
        await stage.PassEveryApplication();
        var paddle = await Stage.Paddle(taker, lot);
        Assert.True(DateTimeOffset.UtcNow < opens, "The applications took longer than the time until bidding.");

        var visitor = await stage.Visitor("en");
        foreach (var person in (Somebody[])[taker, other, visitor]) await person.Go($"/auctions/{lot}");
        await Expect(taker.Page.Locator("#room[data-phase=open]")).ToBeVisibleAsync(new() { Timeout = 90_000 });

        // The price falls on the page by itself, and what is above the signatory's ceiling waits until it is below.
        await Expect(visitor.Page.Locator("[data-step=Falling]")).ToHaveAttributeAsync("aria-current", "step");
        await taker.Page.WaitForFunctionAsync("() => Number(document.querySelector('[data-r=price]').textContent.replaceAll(',', '')) <= 95000", null, new() { Timeout = 60_000 });
        await taker.Page.Keyboard.PressAsync("Alt+KeyB");
        await Expect(taker.Page.Locator("[data-r=accept]")).ToBeFocusedAsync();
        await taker.Page.Keyboard.PressAsync("Enter");
        var asked = decimal.Parse(await taker.Page.Locator("[data-r=ask-yuan]").InnerTextAsync(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        await Expect(taker.Page.Locator("[data-r=ask-words]")).ToContainTextAsync("人民币玖万");
        await taker.Page.Keyboard.PressAsync("Tab");
        await taker.Page.Keyboard.PressAsync("Enter");

        // Who accepted has it at once, at the price of the moment of receipt.
        foreach (var person in (Somebody[])[taker, other, visitor]) await Expect(person.Page.Locator(".result")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(taker.Page.Locator(".mine")).ToHaveAttributeAsync("data-s", "won");
        await Expect(other.Page.Locator(".mine")).ToHaveAttributeAsync("data-s", "lost");
        await Expect(visitor.Page.Locator(".result .paddle")).ToHaveTextAsync(paddle);
        var price = decimal.Parse((await visitor.Page.Locator(".result .price .v").InnerTextAsync()).TrimStart('¥'), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        Assert.InRange(price, 90_000m, asked);

        await visitor.Go($"/auctions/{lot}/transcript-view");
        await visitor.Page.Locator("[data-r=verify]").ClickAsync();
        await Expect(visitor.Page.Locator("[data-r=verdict]")).ToHaveAttributeAsync("data-t", "ok", new() { Timeout = 30_000 });
    }

    private static async Task ChooseFalling(Somebody university)
    {
        // Not its label, which holds the link to the rules.
        await university.Page.Locator("input[name='Input.Format'][value=dutch]").CheckAsync();
        await Expect(university.Page.Locator("#soft")).ToBeHiddenAsync();
        await Expect(university.Page.Locator("#reserve")).ToBeHiddenAsync();
        await university.Fill("#floor", "90000");
        await university.Fill("#fall", "1");
        await university.Fill("#interval", "3");
        await Expect(university.Page.Locator("[data-preview=path]")).ToContainTextAsync("共降 10 次到底价 ¥90,000");
    }
}
