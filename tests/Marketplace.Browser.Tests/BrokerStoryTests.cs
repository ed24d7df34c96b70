using Marketplace.Browser.Tests.Host;
using Marketplace.Tests.Host;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Browser.Tests;

/// <summary>A broker brings a client's demand and a university's result together, is confirmed by both, and the deal says so.</summary>
[Collection("browser")]
public sealed class BrokerStoryTests(MarketBrowser market)
{
    private const string Title = "微纳器件装配用静电吸附拾取头", Need = "微纳器件无损拾取与装配";

    [Fact]
    public async Task A_broker_posts_for_a_client_introduces_what_is_recommended_and_the_deal_is_attributed()
    {
        var stage = await market.Stage();
        var client = stage.Second;
        var work = await stage.PublishAchievement(Title);
        var broker = await stage.Agency("之澜技术转移有限公司", "MA2AB101", "周经纪", "zhou@zhilan.test");
        var rival = await stage.Agency("别处技术转移有限公司", "MA2AB102", "吴经纪", "wu@biechu.test");

        await SignMandate(broker, client);
        var demand = await PostDemand(broker, stage.Operator);
        var introduction = await IntroduceWhatIsRecommended(broker, demand);
        // Each owner for its own side; who is behind the demand is told with the confirmation.
        await stage.University.Go(introduction);
        await Expect(stage.University.Page.Locator("main")).Not.ToContainTextAsync(Stage.WinnerName);
        await client.Go(introduction);
        await client.Press("form[action*=Confirm] button.primary");
        await stage.University.Go(introduction);
        await Expect(stage.University.Page.Locator("main")).ToContainTextAsync(Stage.WinnerName);
        await stage.University.Press("form[action*=Confirm] button.primary");
        var number = await stage.University.Read("header .tab");
        Assert.StartsWith("YJ-", number, StringComparison.Ordinal);

        await IsRefusedWithTheRecord(rival, demand, work, number);
        await Answers(stage.University, demand);
        await client.Go("/desk/demands");
        await Expect(client.Page.Locator($"tr:has-text('{Need}')").First).ToContainTextAsync("1");

        var lot = await Sell(stage, client);
        foreach (var party in (Somebody[])[client, stage.University])
        {
            await party.Go($"/deals/{lot}");
            await Expect(party.Page.Locator($"a[href='{introduction}']")).ToContainTextAsync(number);
        }

        await broker.Go("/desk/broker/commission");
        // Three per cent of 100,000 as agreed in the mandate.
        await Expect(broker.Page.Locator($"tr:has(a[href='{introduction}'])")).ToContainTextAsync("3,000.00");
        await rival.Go("/desk/broker/commission");
        await Expect(rival.Page.Locator("table")).ToHaveCountAsync(0);
        Assert.Empty(((Somebody[])[stage.Operator, stage.University, client, broker, rival]).SelectMany(p => p.Faults));
    }

    /// <summary>Proposed by the agency under the client's code, signed by both.</summary>
    private static async Task SignMandate(Somebody broker, Somebody client)
    {
        await broker.Go("/desk/mandates/new");
        await broker.Tick("input[name=side][value=Demand]");
        await broker.Fill("#code", Stage.WinnerCode);
        await broker.Press("form:has(#code) button.primary");
        await broker.Tick("input[name='Form.BothSides']");
        await broker.Press("form:has(#from) button.primary");
        var mandate = new Uri(broker.Page.Url).AbsolutePath;
        await broker.Press("form[action*=Sign] button.primary");
        await client.Go(mandate);
        await client.Press("form[action*=Sign] button.primary");
        await broker.Go(mandate);
    }

    /// <summary>From the page of the mandate to the client's demands; the operator publishes what was written.</summary>
    private static async Task<string> PostDemand(Somebody broker, Somebody operators)
    {
        await broker.Press("a[href^='/desk/demands?owner=']");
        await broker.Fill("form[action*=Begin] input[name=title]", Need);
        await broker.Press("form[action*=Begin] button");
        await broker.Fill("#Problem", "微纳器件装配时机械夹爪压伤器件，真空吸附漏气。要静电吸附或别的拾取方法，指端力可控，换型无需停线。");
        await broker.Fill("#Keywords", "静电吸附；精密装配；力控");
        await broker.Fill("[name='Form.Lines[0].Metric']", "拾取力控制精度");
        await broker.Fill("[name='Form.Lines[0].Unit']", "mN");
        await broker.Fill("[name='Form.Lines[0].Now']", "50");
        await broker.Pick("[name='Form.Lines[0].Comparison']", "AtMost");
        await broker.Fill("[name='Form.Lines[0].Target']", "5");
        await broker.Fill("[name='Form.Lines[0].Test']", "标准测力计，100 次");
        await broker.Tick("input[name='Form.Field'][value=AdvancedManufacturing]");
        await broker.Tick("input[name='Form.Ways'][value=Assignment]");
        await broker.Pick("#Ip", "ToBeAgreed");
        await broker.Fill("#BudgetFrom", "80000");
        await broker.Fill("#BudgetTo", "150000");
        await broker.Fill("#DeadlineDay", "2099-12-01");
        await broker.Fill("#Confidentiality", "无");
        await broker.Press("button[formaction*=Submit]");
        await Expect(broker.Page.Locator(".note[data-t=ok]")).ToBeVisibleAsync();
        var demand = "/demands/" + new Uri(broker.Page.Url).Segments[^2].TrimEnd('/');
        await operators.Go("/desk/demands/review");
        await operators.Press($"table.pick a:text-is('{Need}')");
        await operators.Press("button[name=verdict][value=publish]");
        return demand;
    }

    /// <summary>The engine's first proposal with its reasons; introducing is the broker's act.</summary>
    private static async Task<string> IntroduceWhatIsRecommended(Somebody broker, string demand)
    {
        await Eventually.Become("the recommendation", TimeSpan.FromSeconds(30), async () =>
        {
            await broker.Go("/desk/recommendations");
            return await broker.Page.Locator($"table.pick tr:has-text('{Need}'):has-text('{Title}')").CountAsync() > 0;
        });
        await broker.Press($"table.pick tr:has-text('{Need}'):has-text('{Title}') a");
        await Expect(broker.Page.Locator("#why")).ToContainTextAsync("静电吸附");
        await broker.Press($"#why a.primary[href*='{demand[9..]}']");
        await Expect(broker.Page.Locator("#demand option:checked")).ToHaveTextAsync(Need);
        await broker.Page.CheckAsync("input[name=IsRelated][value=false]");
        await broker.Press("form:has(#demand) button.primary");
        return new Uri(broker.Page.Url).AbsolutePath;
    }

    private static async Task IsRefusedWithTheRecord(Somebody rival, string demand, string work, string number)
    {
        await rival.Go("/desk/broker/introduce");
        await rival.Pick("#demand", demand["/demands/".Length..]);
        await rival.Fill("#achievement", work);
        await rival.Page.CheckAsync("input[name=IsRelated][value=false]");
        await rival.Page.Locator("form:has(#demand) button.primary").ClickAsync();
        await Expect(rival.Page.Locator(".note[data-t=bad]")).ToContainTextAsync(number);
    }

    private static async Task Answers(Somebody university, string demand)
    {
        await university.Go($"{demand}/respond");
        await university.Pick("select[name$='.Met']", "yes");
        await university.Fill("input[name$='.Value']", "3");
        await university.Fill("#Title", Title);
        await university.Fill("#Plan", "静电吸附拾取头，吸附力由电压闭环控制，已在两条产线试用六个月。");
        await university.Fill("#Price", "100000");
        await university.Fill("#Months", "3");
        await university.Press("button[formaction*=Send]");
        await Expect(university.Page.Locator(".note[data-t=ok]")).ToBeVisibleAsync();
    }

    /// <summary>The client is the only bidder and buys at the start price.</summary>
    private static async Task<string> Sell(Stage stage, Somebody client)
    {
        var lot = await stage.OfferLot(Title, lastsSeconds: 20, softCloseSeconds: 10);
        await stage.Announce(lot, Title, TimeSpan.FromSeconds(30));
        await Stage.Apply(client, lot, 150_000);
        await stage.PassEveryApplication();
        await Stage.Paddle(client, lot);
        await client.Go($"/auctions/{lot}");
        await Expect(client.Page.Locator("#room[data-phase=open]")).ToBeVisibleAsync(new() { Timeout = 90_000 });
        await client.Fill("#own", "100000");
        await client.Page.Locator("#own").PressAsync("Enter");
        await Expect(client.Page.Locator(".result")).ToBeVisibleAsync(new() { Timeout = 90_000 });
        await Eventually.Become("the deal", TimeSpan.FromSeconds(30), async () => (await client.Page.GotoAsync($"/deals/{lot}"))?.Ok == true);
        return lot;
    }
}
