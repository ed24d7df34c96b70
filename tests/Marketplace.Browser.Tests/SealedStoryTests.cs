using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Browser.Tests.Host;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Browser.Tests;

/// <summary>Offers nobody reads early, on the pages that people use: keys, announcement, sealing, opening by two of three.</summary>
[Collection("browser")]
public sealed class SealedStoryTests(MarketBrowser market)
{
    private const string Passphrase = "三家同到才开得了这只信封";

    [Fact]
    public async Task Three_register_keys_two_enterprises_seal_and_two_holders_open()
    {
        const string Title = "低温等离子体表面改性装置";
        var stage = await market.Stage();
        var notary = await stage.Notary();
        await Stage.BecomeSignatory(stage.Operator);
        await Stage.BecomeSignatory(stage.University);
        await RegisterKey(stage.Operator);
        var university = await RegisterKey(stage.University);
        var notarys = await RegisterKey(notary);
        await Pictures.Of(notary, "opening-key-registered-zh");
        await stage.University.Go("/desk/opening-key?culture=en");
        await Pictures.Of(stage.University, "opening-key-en");
        await stage.University.Go("/desk/opening-key?culture=zh-CN");

        await stage.PublishAchievement(Title);
        var lot = await stage.OfferLot(Title, lastsSeconds: 45, softCloseSeconds: 0, format: "sealed");
        await stage.Announce(lot, Title, TimeSpan.FromSeconds(75));
        await Task.WhenAll(Stage.Apply(stage.First, lot, 150_000), Stage.Apply(stage.Second, lot, 400_000));
        await stage.PassEveryApplication();
        var winner = await Stage.Paddle(stage.Second, lot);
        await Stage.Paddle(stage.First, lot);
        var visitor = await stage.Visitor("en-US");
        await visitor.Go($"/auctions/{lot}/opening?culture=en");
        await Pictures.Of(visitor, "opening-before-en");
        await stage.Second.Go($"/auctions/{lot}?culture=en");
        await Pictures.Of(stage.Second, "seal-announced-en");

        await Task.WhenAll(Seal(stage.First, lot, "100001.23", "100,001.23"), Seal(stage.Second, lot, "234567.89", "234,567.89"));
        await HasProof(stage.Second, 23_456_789);
        await Pictures.Of(stage.Second, "seal-handed-en");
        Assert.DoesNotContain("234,567", await visitor.Page.ContentAsync(), StringComparison.Ordinal);

        // Before the end a holder may look whether its share is good; nothing leaves its browser.
        await Bring(notary, lot, notarys, "[data-r=answer][data-t=ok]");
        await Expect(visitor.Page.Locator("form[data-r=bring]")).ToHaveCountAsync(0);

        await stage.University.Go($"/auctions/{lot}/opening");
        foreach (var holder in (Somebody[])[notary, stage.University])
        {
            await Expect(holder.Page.Locator(".chip[data-t=live]", new() { HasText = "等待启封" })).ToBeVisibleAsync(new() { Timeout = 90_000 });
            await Pictures.Of(holder, holder == notary ? "opening-waits-notary-zh" : "opening-waits-university-zh");
            await Bring(holder, lot, holder == notary ? notarys : university, ".note[data-t=ok], .t tr.mark");
        }

        await Expect(visitor.Page.Locator("tr.mark .paddle")).ToHaveTextAsync(winner, new() { Timeout = 30_000 });
        await Expect(visitor.Page.Locator("tr.mark")).ToContainTextAsync("234,567.89");
        await Pictures.Of(visitor, "opening-opened-en");
        await stage.First.Go($"/auctions/{lot}/opening");
        await Pictures.Of(stage.First, "opening-opened-zh");
        await visitor.Go($"/auctions/{lot}");
        await Expect(visitor.Page.Locator(".result .paddle")).ToHaveTextAsync(winner, new() { Timeout = 30_000 });
        await visitor.Go($"/auctions/{lot}/transcript-view");
        await visitor.Page.Locator("[data-r=verify]").ClickAsync();
        await Expect(visitor.Page.Locator("[data-r=verdict]")).ToHaveAttributeAsync("data-t", "ok");
        var download = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor.Page.Locator("a[download]").First.ClickAsync());
        using var said = new StringWriter();
        Assert.True(Verifier.Program.Run(["verify", await download.PathAsync()], said, said) == Verifier.Program.Good, $"{said}");
        await Rehearse(stage.Operator, lot);
        Assert.Empty(((Somebody[])[stage.Operator, stage.University, notary, stage.First, stage.Second, visitor]).SelectMany(p => p.Faults));
    }

    /// <summary>The session is copied for practice: the operator's browser makes the copy an opening key of its own.</summary>
    private static async Task Rehearse(Somebody @operator, string lot)
    {
        await @operator.Go($"/auctions/{lot}/notice");
        var session = await @operator.Page.Locator("main a[href^='/sessions/']").First.GetAttributeAsync("href");
        await @operator.Go($"/desk{session}/rehearsal");
        await Expect(@operator.Page.Locator("#notary")).ToContainTextAsync("公证处");
        await Pictures.Of(@operator, "rehearsal-form-sealed-zh");
        await @operator.Page.Locator("aside form button.primary").ClickAsync();
        await Expect(@operator.Page).ToHaveURLAsync(new Regex("/desk/rehearsals/"), new() { Timeout = 30_000 });
        await Expect(@operator.Page.Locator("main")).ToContainTextAsync("低温等离子体表面改性装置");
        await Pictures.Of(@operator, "rehearsal-desk-sealed-zh");
    }

    /// <summary>Makes a key in the browser, saves its file and registers the public half.</summary>
    private static async Task<byte[]> RegisterKey(Somebody keeper)
    {
        await keeper.Go("/desk/opening-key");
        await keeper.Fill("#pass", Passphrase);
        await keeper.Fill("#again", Passphrase);
        await keeper.Page.Locator("[data-r=go]").ClickAsync();
        var download = await keeper.Page.RunAndWaitForDownloadAsync(() => keeper.Page.Locator("[data-r=file]").ClickAsync());
        var file = await File.ReadAllBytesAsync(await download.PathAsync());
        await keeper.Page.Locator("label:has([data-r=kept])").ClickAsync();
        await keeper.Press("[data-r=send]");
        await Expect(keeper.Page.Locator(".note[data-t=ok]:not([data-r])")).ToBeVisibleAsync();
        Assert.DoesNotContain(Passphrase, System.Text.Encoding.UTF8.GetString(file), StringComparison.Ordinal);
        return file;
    }

    private static async Task Seal(Somebody enterprise, string lot, string typed, string shown)
    {
        await enterprise.Go($"/auctions/{lot}");
        await Expect(enterprise.Page.Locator("#sealed")).ToBeVisibleAsync(new() { Timeout = 90_000 });
        await enterprise.Fill("#sealed", "99999");
        await Expect(enterprise.Page.Locator("[data-r=seal-go]")).ToBeDisabledAsync();
        await enterprise.Fill("#sealed", typed);
        await Pictures.Of(enterprise, $"seal-form-{typed}");
        await enterprise.Page.Locator("[data-r=seal-go]").ClickAsync();
        await Expect(enterprise.Page.Locator("[data-r=seal-ask-yuan]")).ToHaveTextAsync(shown);
        await enterprise.Page.Locator("[data-r=seal-yes]").ClickAsync();
        await Expect(enterprise.Page.Locator("[data-r=sealed]")).ToBeVisibleAsync();
    }

    private static async Task HasProof(Somebody enterprise, long fen)
    {
        var download = await enterprise.Page.RunAndWaitForDownloadAsync(() => enterprise.Page.Locator("[data-r=copy]").ClickAsync());
        using var copy = JsonDocument.Parse(await File.ReadAllBytesAsync(await download.PathAsync()));
        Assert.Equal(fen, copy.RootElement.GetProperty("amountFen").GetInt64());
        Assert.Equal("ES256", copy.RootElement.GetProperty("receipt").GetProperty("alg").GetString());
    }

    /// <summary>A wrong passphrase first, which is said; then the right one.</summary>
    private static async Task Bring(Somebody holder, string lot, byte[] file, string done)
    {
        await holder.Go($"/auctions/{lot}/opening");
        await holder.Page.Locator("#key").SetInputFilesAsync(new FilePayload { Name = "key.json", MimeType = "application/json", Buffer = file });
        await holder.Fill("#pass", "not this one at all");
        await holder.Page.Locator("form[data-r=bring] [data-r=go]").ClickAsync();
        await Expect(holder.Page.Locator("[data-r=answer][data-t=bad]")).ToBeVisibleAsync();
        await holder.Fill("#pass", Passphrase);
        await holder.Page.Locator("form[data-r=bring] [data-r=go]").ClickAsync();
        await Expect(holder.Page.Locator(done).First).ToBeVisibleAsync();
    }
}
