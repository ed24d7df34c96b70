using Marketplace.Browser.Tests.Host;
using Marketplace.Tests.Host;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Browser.Tests;

/// <summary>拍卖 with floor and net in one queue, on the pages of everybody who takes part, from check-in to the signed minutes.</summary>
[Collection("browser")]
public sealed class HallStoryTests(MarketBrowser market)
{
    private Somebody _auctioneer = null!, _recorder = null!, _first = null!, _second = null!, _visitor = null!, _screen = null!;

    [Fact]
    public async Task A_house_sells_in_its_hall_to_floor_and_net_in_one_queue()
    {
        const string Title = "兆瓦级永磁同步风力发电机无速度传感器矢量控制方法";
        var stage = await market.Stage();
        var people = await stage.AuctionHouse();
        (_auctioneer, _recorder, _first, _second) = (people.Auctioneer, people.Recorder, stage.First, stage.Second);
        await stage.PublishAchievement(Title);
        var lot = await stage.OfferLot(Title, lastsSeconds: 40, softCloseSeconds: 20);
        var code = await stage.PriorityCode(lot);
        var (session, opens) = await stage.AnnounceInHall(people, lot, Title, TimeSpan.FromSeconds(60));
        await Task.WhenAll(Stage.Apply(_first, lot, 150_000), Stage.Apply(_second, lot, 200_000));
        await stage.PassEveryApplication();
        var (first, second) = (await Stage.Paddle(_first, lot), await Stage.Paddle(_second, lot));
        Assert.True(DateTimeOffset.UtcNow < opens, "The applications took longer than the time until the call.");
        Assert.Equal("101", await stage.CheckInNewcomer(people.Clerk, session, "北仑新能源有限公司", "MA2AB777", picture: "hall-checkin-zh"));
        Assert.Equal("102", await stage.CheckInNewcomer(people.Clerk, session, "椒江阀门集团有限公司", "MA2AB778", code));
        await Pictures.Of(people.Clerk, "hall-checkin-given-zh");

        await Gather(stage, session, lot);
        await CallAndBid(first, second);
        await CorrectAskAndPause(first);
        await StopFromOutside(stage.Operator, lot);
        await LoseTheUplink();
        await AskTheHolders(first);
        await TooLate(lot, second);
        await SignAndRead(lot);
        Assert.Empty(people.All.Concat([stage.Operator, stage.University, _first, _second, _visitor, _screen]).SelectMany(p => p.Faults));
    }

    private async Task Gather(Stage stage, string session, string lot)
    {
        _visitor = await stage.Visitor("en");
        await _visitor.Go("/?culture=en");
        _screen = await stage.Visitor(width: 1920, height: 1080);
        foreach (var person in (Somebody[])[_first, _second, _visitor]) await person.Go($"/hall/lots/{lot}");
        await _screen.Go($"/hall/{session}/screen");
        foreach (var desk in (Somebody[])[_auctioneer, _recorder])
        {
            await desk.Go($"/hall/{session}/console");
            await Expect(desk.Page.Locator("[data-r=link][data-t=ok]")).ToBeVisibleAsync(Soon);
        }

        await Expect(_visitor.Page.Locator("a[href='https://live.market.test/hall']")).ToBeVisibleAsync();
        await Pictures.Of(_auctioneer, "hall-console-announced-zh");
        await Pictures.Of(_visitor, "hall-room-announced-en");
        // The call is refused until the hour of the terms; whoever presses too early is told and presses again.
        await Eventually.Become("called up", TimeSpan.FromSeconds(90), async () =>
        {
            await Key("c");
            return await _auctioneer.Page.Locator("[data-r=phase][data-t=live]").CountAsync() > 0;
        });
        await Expect(_screen.Page.Locator("[data-r=ask]")).ToContainTextAsync("100,000");
    }

    private async Task CallAndBid(string first, string second)
    {
        await Floor("101");
        await Stands("100,000", "101");
        await Bid(_second, "101,000");
        await Stands("101,000", second);

        // The floor goes before at the same amount, with a reason; who is over-ruled hears of it, the recorder signs.
        await Choose("101");
        await Key("x");
        await Expect(_auctioneer.Page.Locator("dialog[open]")).ToContainTextAsync("101,000");
        await Pictures.Of(_auctioneer, "hall-console-over-zh");
        await Key("1");
        await Stands("101,000", "101");
        await Expect(_second.Page.Locator("[data-r=told]")).ToBeVisibleAsync(Soon);
        await Countersign();

        await Bid(_second, "102,000");
        await Stands("102,000", second);
        await Warn(1);
        await Expect(_screen.Page.Locator("[data-r=call][data-k=warn]")).ToBeVisibleAsync(Soon);
        await Expect(_visitor.Page.Locator("[data-r=warning]")).ToBeVisibleAsync(Soon);
        await Picture(_screen, "hall-screen-warned-zh");
        await Pictures.Of(_auctioneer, "hall-console-warned-zh");
        await Pictures.Of(_visitor, "hall-room-warned-en");
        // A bid over the net takes the warning back by itself.
        await Bid(_first, "103,000");
        await Stands("103,000", first);
        await Expect(_screen.Page.Locator("[data-r=call][data-k=calm]")).ToBeVisibleAsync(Soon);
        await Expect(_visitor.Page.Locator("[data-r=warning]")).ToBeHiddenAsync(Hidden);
        await Expect(_second.Page.Locator("[data-r=go-title]")).ToContainTextAsync("104,000");
    }

    private async Task CorrectAskAndPause(string first)
    {
        await Floor("102");
        await Stands("104,000", "102");
        await Key("z");
        await Expect(_auctioneer.Page.Locator("dialog[open]")).ToContainTextAsync("104,000");
        await Key("1");
        await Stands("103,000", first);
        await Countersign();

        await Key("n");
        await _auctioneer.Page.Locator("dialog[open] input.input").FillAsync("105000");
        await _auctioneer.Page.Keyboard.PressAsync("Enter");
        await Expect(_screen.Page.Locator("[data-r=ask]")).ToContainTextAsync("105,000", new() { Timeout = 20_000 });

        await Key("p");
        await _auctioneer.Page.Locator("dialog[open] input.input").FillAsync("核对现场号牌");
        await _auctioneer.Page.Keyboard.PressAsync("Enter");
        await Expect(_second.Page.Locator("[data-r=paused-text]")).ToContainTextAsync("核对现场号牌", new() { Timeout = 20_000 });
        await Expect(_second.Page.Locator("[data-r=go]")).ToBeDisabledAsync();
        await Picture(_screen, "hall-screen-paused-zh");
        await GoOn();
    }

    /// <summary>The market stops the lot: the console offers no way on before the stop is lifted, and then the auctioneer goes on.</summary>
    private async Task StopFromOutside(Somebody @operator, string lot)
    {
        await @operator.Go($"/desk/lots/{lot}/course");
        await @operator.Page.FillAsync("form[action*='handler=Pause'] textarea", "权属异议核查");
        await @operator.Press("form[action*='handler=Pause'] button.primary");
        await Expect(_auctioneer.Page.Locator("[data-r=paused-text]")).ToContainTextAsync("权属异议核查", new() { Timeout = 20_000 });
        await Expect(_auctioneer.Page.Locator("[data-key=goon]")).ToBeHiddenAsync();
        await Expect(_second.Page.Locator("[data-r=paused-text]")).ToContainTextAsync("权属异议核查", new() { Timeout = 20_000 });
        await Picture(_auctioneer, "hall-console-stopped-zh");
        await Expect(_screen.Page.Locator("[data-r=call][data-k=pause]")).ToBeVisibleAsync(Soon);
        await Picture(_screen, "hall-screen-stopped-zh");
        await @operator.Go($"/desk/lots/{lot}/course");
        await Pictures.Of(@operator, "hall-course-stopped-zh");
        await @operator.Press("form[action*='handler=Lift'] button.primary");
        await GoOn();
    }

    /// <summary>Console and screen lose the line: nothing old is shown, what the floor bid is kept and sent when the auctioneer goes on.</summary>
    private async Task LoseTheUplink()
    {
        foreach (var person in (Somebody[])[_auctioneer, _screen]) await person.Page.Context.SetOfflineAsync(true);
        await Expect(_auctioneer.Page.Locator("[data-r=lost]")).ToBeVisibleAsync(Soon);
        await Expect(_screen.Page.Locator("[data-r=stale]")).ToBeVisibleAsync(Soon);
        await Expect(_auctioneer.Page.Locator("[data-key=hammer]")).ToBeDisabledAsync();
        await Floor("101");
        await Expect(_auctioneer.Page.Locator("[data-r=kept]")).ToContainTextAsync("1");
        await Pictures.Of(_auctioneer, "hall-console-lost-zh");
        await Picture(_screen, "hall-screen-lost-zh");
        // The market notices by itself, and the net waits for the floor.
        await Expect(_second.Page.Locator("[data-r=phase][data-t=warn]")).ToBeVisibleAsync(Soon);
        foreach (var person in (Somebody[])[_auctioneer, _screen]) await person.Page.Context.SetOfflineAsync(false);
        await Expect(_screen.Page.Locator("[data-r=call][data-k=pause]")).ToBeVisibleAsync(Soon);
        await GoOn();
        await Stands("105,000", "101");
        await Expect(_auctioneer.Page.Locator("[data-r=lost]")).ToBeHiddenAsync(Hidden);
    }

    /// <summary>A holder of priority takes the price that stands, is over-ruled by more, is asked again and says nothing.</summary>
    private async Task AskTheHolders(string first)
    {
        for (var n = 1; n <= 3; n++) await Warn(n);
        await Expect(_auctioneer.Page.Locator("[data-key=holders]")).ToBeEnabledAsync(Enabled);
        await Pictures.Of(_auctioneer, "hall-console-holders-zh");
        await Key("q");
        await Expect(_auctioneer.Page.Locator("[data-key=holders]")).ToBeDisabledAsync(new() { Timeout = 20_000 });
        await Key("v");
        await Stands("105,000", "102");
        await Bid(_first, "106,000");
        await Stands("106,000", first);
        for (var n = 1; n <= 3; n++) await Warn(n);
        await Expect(_auctioneer.Page.Locator("[data-key=holders]")).ToBeEnabledAsync(Enabled);
        await Expect(_auctioneer.Page.Locator("[data-key=hammer]")).ToBeDisabledAsync();
        await Key("q");
        await Expect(_auctioneer.Page.Locator("[data-key=hammer]")).ToBeEnabledAsync(Enabled);
        await Key("h");
        foreach (var person in (Somebody[])[_first, _second, _visitor]) await Expect(person.Page.Locator("a[href$='/minutes']")).ToBeVisibleAsync(Soon);
        await Expect(_screen.Page.Locator("[data-r=call][data-k=sold]")).ToContainTextAsync(first, new() { Timeout = 20_000 });
        await Picture(_screen, "hall-screen-sold-zh");
    }

    /// <summary>A program of the second bidder sends its bid after the hammer: refused, kept, shown.</summary>
    private async Task TooLate(string lot, string second)
    {
        var status = await _second.Page.EvaluateAsync<int>(
            "async lot => (await fetch(`/api/auctions/${lot}/bids`, { method: 'POST', headers: { 'content-type': 'application/json', 'X-CSRF-TOKEN': sessionStorage.getItem('csrf') }, body: JSON.stringify({ bidId: crypto.randomUUID(), amountFen: 10700000 }) })).status", lot);
        Assert.Equal(409, status);
        await _second.Go($"/hall/lots/{lot}");
        await Expect(_second.Page.Locator(".note[data-t=warn]")).ToContainTextAsync("107,000");
        await Expect(_auctioneer.Page.Locator("[data-r=late] tr")).ToContainTextAsync(second, new() { Timeout = 20_000 });
        await Pictures.Of(_auctioneer, "hall-console-sold-zh");
        await Pictures.Of(_second, "hall-room-late-zh");
        await _visitor.Go($"/hall/lots/{lot}");
        await Expect(_visitor.Page.Locator("main")).Not.ToContainTextAsync("107,000");
        await Pictures.Of(_visitor, "hall-room-sold-en");
    }

    private async Task SignAndRead(string lot)
    {
        var minutes = $"/hall/lots/{lot}/minutes";
        foreach (var officer in (Somebody[])[_auctioneer, _recorder])
        {
            await officer.Go(minutes);
            await officer.Press("article.paper form button.primary");
        }

        await Expect(_recorder.Page.Locator("article.paper form button.primary")).ToHaveCountAsync(0);
        await Pictures.Of(_recorder, "hall-minutes-zh");
        await _first.Go(minutes);
        await Expect(_first.Page.Locator("main")).ToContainTextAsync(Stage.LoserName);
        await _visitor.Go(minutes);
        // The buyer is public from the hammer on, whoever lost never is.
        await Expect(_visitor.Page.Locator("main")).ToContainTextAsync(Stage.LoserName);
        await Expect(_visitor.Page.Locator("main")).Not.ToContainTextAsync(Stage.WinnerName);
        await _visitor.Go($"/hall/lots/{lot}");
        await Expect(_visitor.Page.Locator("main")).ToContainTextAsync(Stage.LoserName);
        await Pictures.Of(_visitor, "hall-room-sold-en");
        await Pictures.Of(_screen, "hall-screen-sold-zh");
        await _visitor.Go($"/auctions/{lot}/transcript-view");
        await Expect(_visitor.Page.Locator("main")).ToContainTextAsync("107,000");
        await _visitor.Page.Locator("[data-r=verify]").ClickAsync();
        await Expect(_visitor.Page.Locator("[data-r=verdict]")).ToHaveAttributeAsync("data-t", "ok", new() { Timeout = 30_000 });
        await Pictures.Of(_visitor, "hall-record-en");
        var download = await _visitor.Page.RunAndWaitForDownloadAsync(() => _visitor.Page.Locator("a[download]").First.ClickAsync());
        using var said = new StringWriter();
        Assert.True(Verifier.Program.Run(["verify", await download.PathAsync()], said, said) == Verifier.Program.Good, $"{said}");
    }

    /// <summary>Price and leader on the desk, on the hall screen and in everybody's room.</summary>
    private async Task Stands(string yuan, string paddle)
    {
        foreach (var person in (Somebody[])[_auctioneer, _screen, _visitor, _first, _second]) await Expect(person.Page.Locator("[data-r=price]")).ToHaveTextAsync(yuan, new() { Timeout = 20_000 });
        await Expect(_screen.Page.Locator("[data-r=paddle]")).ToHaveTextAsync(paddle, new() { Timeout = 20_000 });
        await Expect(_visitor.Page.Locator("[data-r=lead]")).ToContainTextAsync(paddle, new() { Timeout = 20_000 });
    }

    private Task Key(string key) => _auctioneer.Page.Keyboard.PressAsync(key);

    private async Task Choose(string paddle)
    {
        await Expect(_auctioneer.Page.Locator($"[data-r=pads] button:text-is('{paddle}')")).ToBeEnabledAsync(Enabled);
        await _auctioneer.Page.Keyboard.TypeAsync($"/{paddle}");
        await Expect(_auctioneer.Page.Locator($"[data-r=pads] .primary:text-is('{paddle}')")).ToBeVisibleAsync();
    }

    private async Task Floor(string paddle)
    {
        await Choose(paddle);
        await Key("Space");
    }

    private async Task Warn(int number)
    {
        await Expect(_auctioneer.Page.Locator($"[data-key=warn{number}]")).ToBeEnabledAsync(Enabled);
        await Key($"{number}");
        await Expect(_auctioneer.Page.Locator($"[data-key=warn{number}].on")).ToBeVisibleAsync(Soon);
    }

    private async Task GoOn()
    {
        await Expect(_auctioneer.Page.Locator("[data-key=goon]")).ToBeVisibleAsync(Soon);
        await Key("g");
        await Expect(_second.Page.Locator("[data-r=phase][data-t=live]")).ToBeVisibleAsync(Soon);
    }

    private async Task Countersign()
    {
        await _recorder.Page.Locator("[data-r=unsigned] button").ClickAsync(new() { Timeout = 20_000 });
        await Expect(_recorder.Page.Locator("[data-r=none-unsigned]")).ToBeVisibleAsync(Soon);
    }

    private static async Task Bid(Somebody bidder, string yuan)
    {
        await bidder.Page.EvaluateAsync("() => sessionStorage.setItem('csrf', JSON.parse(document.querySelector('#hall-data').textContent).csrf)");
        await Expect(bidder.Page.Locator("[data-r=go-title]")).ToContainTextAsync(yuan, new() { Timeout = 20_000 });
        await Expect(bidder.Page.Locator("[data-r=go]")).ToBeEnabledAsync(Enabled);
        await bidder.Page.Locator("[data-r=go]").ClickAsync();
    }

    private static Task Picture(Somebody person, string name) => person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures.Folder, $"{name}.png") });

    private static LocatorAssertionsToBeVisibleOptions Soon => new() { Timeout = 30_000 };

    private static LocatorAssertionsToBeHiddenOptions Hidden => new() { Timeout = 20_000 };

    private static LocatorAssertionsToBeEnabledOptions Enabled => new() { Timeout = 20_000 };
}
