using System.Globalization;
using System.Text;
using Marketplace.Browser.Tests.Host;
using Marketplace.Tests.Host;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Browser.Tests;

/// <summary>The market's main job from a told result to a released deposit, on the pages that people use.</summary>
[Collection("browser")]
public sealed class AuctionStoryTests(MarketBrowser market)
{
    private const int SoftCloseSeconds = 20;

    [Fact]
    public async Task A_result_is_told_listed_bid_for_by_two_enterprises_sold_and_verified()
    {
        const string Title = "柔性力控夹爪及其装配方法";
        var stage = await market.Stage();
        var (first, second) = (stage.First, stage.Second);
        await stage.PublishAchievement(Title);
        var lot = await stage.OfferLot(Title, lastsSeconds: 40, SoftCloseSeconds);
        var opens = await stage.Announce(lot, Title, TimeSpan.FromSeconds(60));
        // Another auction of this run may hold a deposit of theirs.
        var before = (First: await Frozen(first), Second: await Frozen(second));
        await Task.WhenAll(Stage.Apply(first, lot, 150_000), Stage.Apply(second, lot, 200_000));
        Assert.Equal(before.First + 10_000m, await Frozen(first));
        await stage.PassEveryApplication();
        var (loser, winner) = (await Stage.Paddle(first, lot), await Stage.Paddle(second, lot));
        Assert.NotEqual(loser, winner);
        Assert.True(DateTimeOffset.UtcNow < opens, "The applications took longer than the time until bidding.");

        var visitor = await stage.Visitor();
        foreach (var person in (Somebody[])[first, second, visitor]) await EnterRoom(person, lot);
        await BidAgainstEachOther(first, second, visitor, loser, winner);

        // The close comes by itself, to everybody.
        foreach (var person in (Somebody[])[first, second, visitor]) await Expect(person.Page.Locator(".result")).ToBeVisibleAsync(Within(90));
        await Expect(first.Page.Locator(".mine")).ToHaveAttributeAsync("data-s", "lost");
        await Expect(second.Page.Locator(".mine")).ToHaveAttributeAsync("data-s", "won");
        await Expect(visitor.Page.Locator(".result .paddle")).ToHaveTextAsync(winner);
        await Expect(visitor.Page.Locator(".result .price .v")).ToContainTextAsync("113,000");

        await VerifyTranscript(visitor, lot);
        await SeesNoLoser(visitor, lot, loser);
        await SettlesDepositsAndDeal(stage, lot, before);
        Assert.Empty(((Somebody[])[stage.Operator, stage.University, stage.Researcher, first, second, visitor]).SelectMany(p => p.Faults));
    }

    private static async Task BidAgainstEachOther(Somebody first, Somebody second, Somebody visitor, string loser, string winner)
    {
        await Expect(first.Page.Locator("#room[data-phase=open]")).ToBeVisibleAsync(Within(90));
        await BidOwn(first, "100000");
        await Leads(first, "100,000");
        await Expect(visitor.Page.Locator("[data-r=leader-paddle]")).ToHaveTextAsync(loser);
        await Expect(second.Page.Locator("[data-r=price]")).ToHaveTextAsync("100,000");

        await BidNext(second);
        await Leads(second, "101,000");
        await IsBehind(first, "101,000");

        // A hidden maximum answers every bid by itself, one step above it.
        await first.Fill("#max", "110000");
        await first.Page.Locator("[data-r=max-go]").ClickAsync();
        await Leads(first, "102,000");
        await IsBehind(second, "102,000");
        await BidOwn(second, "105000");
        await IsBehind(second, "106,000");
        await Leads(first, "106,000");
        Assert.DoesNotContain("110,000", await visitor.Page.ContentAsync(), StringComparison.Ordinal);

        // Inside the window a bid moves the end to twenty seconds after itself.
        await second.Page.WaitForFunctionAsync(
            "() => { const m = /^(\\d\\d):(\\d\\d)$/.exec(document.querySelector('[data-r=left]').textContent); return m && Number(m[1]) * 60 + Number(m[2]) <= 15 }", null, new() { Timeout = 60_000 });
        var endBefore = await second.Read("[data-r=until]");
        await BidOwn(second, "113000");
        await Leads(second, "113,000");
        foreach (var person in (Somebody[])[first, second, visitor])
        {
            await Expect(person.Page.Locator("[data-r=extended]")).ToBeVisibleAsync();
            await Expect(person.Page.Locator("[data-r=until]")).Not.ToHaveTextAsync(endBefore);
        }

        await IsBehind(first, "113,000");
        await Expect(first.Page.Locator("[data-r=leader-paddle]")).ToHaveTextAsync(winner);
        foreach (var person in (Somebody[])[first, second, visitor])
            Assert.True(await person.Page.EvaluateAsync<bool>("() => window.stayed === true"), "The room was loaded again while bidding.");
    }

    private static async Task EnterRoom(Somebody person, string lot)
    {
        await person.Go($"/auctions/{lot}");
        await person.Page.EvaluateAsync("() => { window.stayed = true }");
        await Expect(person.Page.Locator("[data-r=link-chip]")).ToHaveAttributeAsync("data-t", "ok");
    }

    private static async Task BidOwn(Somebody bidder, string yuan)
    {
        await bidder.Fill("#own", yuan);
        await bidder.Page.Locator("#own").PressAsync("Enter");
    }

    /// <summary>The large button; it holds back while its amount has just moved, as a hand does.</summary>
    private static async Task BidNext(Somebody bidder)
    {
        await bidder.Page.WaitForFunctionAsync("() => { const b = document.querySelector('[data-r=go]'); return !b.disabled && performance.now() - Number(b.dataset.changed ?? 0) > 400 }");
        await bidder.Page.Locator("[data-r=go]").ClickAsync();
    }

    private static async Task Leads(Somebody bidder, string yuan)
    {
        await Expect(bidder.Page.Locator("[data-r=price]")).ToHaveTextAsync(yuan);
        await Expect(bidder.Page.Locator("[data-r=my-state]")).ToHaveTextAsync("领先");
    }

    private static async Task IsBehind(Somebody bidder, string yuan)
    {
        await Expect(bidder.Page.Locator("[data-r=price]")).ToHaveTextAsync(yuan);
        await Expect(bidder.Page.Locator("[data-r=my-state]")).ToHaveTextAsync("被超过");
    }

    private static async Task VerifyTranscript(Somebody visitor, string lot)
    {
        await visitor.Go($"/auctions/{lot}/transcript-view");
        await visitor.Page.Locator("[data-r=verify]").ClickAsync();
        await Expect(visitor.Page.Locator("[data-r=verdict]")).ToHaveAttributeAsync("data-t", "ok");
        await Expect(visitor.Page.Locator("[data-r=verdict-text]")).ToContainTextAsync("113,000");
        var download = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor.Page.Locator("a[download]").First.ClickAsync());
        var file = await download.PathAsync();
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var aside = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor.Page.Locator("a[download][href$='/refused']").ClickAsync());
        var refused = await aside.PathAsync();
        Assert.True(Verifier.Program.Run(["verify", file, "--refused", refused], output, errors) == Verifier.Program.Good, $"{output}{errors}");
        await VerifyFiles(visitor, file, refused);
        var lines = await File.ReadAllTextAsync(file, Encoding.UTF8);
        Assert.DoesNotContain(Stage.LoserName, lines, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, lines.Replace("11300000", "11200000", StringComparison.Ordinal), new UTF8Encoding(false));
        Assert.Equal(Verifier.Program.Unsound, Verifier.Program.Run(["verify", file], output, errors));
    }

    /// <summary>The same on the page for files; a receipt that is none is said to be none.</summary>
    private static async Task VerifyFiles(Somebody visitor, string transcript, string refused)
    {
        await visitor.Go("/verify");
        var verdict = visitor.Page.Locator("[data-r=verdict]");
        await visitor.Page.SetInputFilesAsync("#file", transcript);
        await visitor.Page.Locator("details.more summary").ClickAsync();
        await visitor.Page.SetInputFilesAsync("#refused", refused);
        await visitor.Page.Locator("[data-r=verify]").ClickAsync();
        await Expect(verdict).ToHaveAttributeAsync("data-t", "ok");
        await Expect(verdict).ToContainTextAsync("与结束条目的摘要一致");
        await visitor.Page.SetInputFilesAsync("#receipt", refused);
        await visitor.Page.Locator("[data-r=verify]").ClickAsync();
        await Expect(verdict).ToHaveAttributeAsync("data-t", "bad");
        await Expect(verdict).ToContainTextAsync("这个文件不是回执或密封报价副本");
    }

    private static async Task SeesNoLoser(Somebody visitor, string lot, string loser)
    {
        foreach (var path in (string[])[$"/auctions/{lot}", $"/auctions/{lot}/transcript-view", $"/auctions/{lot}/notice", $"/api/auctions/{lot}", $"/api/auctions/{lot}/updates?after=0"])
        {
            await visitor.Go(path);
            Assert.DoesNotContain(Stage.LoserName, await visitor.Page.ContentAsync(), StringComparison.Ordinal);
        }

        // The paddle is public, and stays a number.
        await visitor.Go($"/auctions/{lot}");
        await Expect(visitor.Page.Locator(".bids .paddle", new PageLocatorOptions { HasText = loser }).First).ToBeVisibleAsync();
    }

    private static async Task<decimal> Frozen(Somebody enterprise)
    {
        await enterprise.Go("/desk/account");
        var said = await enterprise.Read(".figs div:nth-child(2) b");
        return decimal.Parse(string.Concat(said.Where(c => char.IsAsciiDigit(c) || c == '.')), CultureInfo.InvariantCulture);
    }

    private static async Task SettlesDepositsAndDeal(Stage stage, string lot, (decimal First, decimal Second) before)
    {
        await Eventually.Become("the loser's deposit to be released", TimeSpan.FromSeconds(30), async () => await Frozen(stage.First) == before.First);
        Assert.Equal(before.Second + 10_000m, await Frozen(stage.Second));

        await Eventually.Become("the deal", TimeSpan.FromSeconds(30), async () => (await stage.Second.Page.GotoAsync($"/deals/{lot}"))?.Ok == true);
        await stage.University.Go($"/deals/{lot}");
        foreach (var party in (Somebody[])[stage.Second, stage.University])
        {
            Assert.True(await party.Page.Locator(".steps-of-deal tbody tr").CountAsync() >= 5);
            await Expect(party.Page.Locator(".steps-of-deal .chip[data-t=ok]").First).ToBeVisibleAsync();
        }

        // The deal's first step leads to the record of the auction.
        var record = await stage.Second.Page.Locator("#step-close a, .steps-of-deal tbody tr:first-child a").First.GetAttributeAsync("href");
        await stage.Second.Go(record!);
        Assert.NotEqual(200, (await stage.First.Page.GotoAsync($"/deals/{lot}"))?.Status);
    }

    private static LocatorAssertionsToBeVisibleOptions Within(int seconds) => new() { Timeout = seconds * 1000 };
}
