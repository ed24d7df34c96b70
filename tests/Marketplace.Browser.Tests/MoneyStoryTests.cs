using System.Text;
using Marketplace.Browser.Tests.Host;
using Marketplace.Tests.Host;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Browser.Tests;

/// <summary>The money of a sale on the pages that people use: a buyer abroad pays by card, its rival by bank; the seller gets the price, the buyer a paper.</summary>
[Collection("browser")]
public sealed class MoneyStoryTests(MarketBrowser market)
{
    private const string Title = "高温合金激光熔覆修复工艺", Buyer = "Rheinlauf Lasertechnik GmbH", Visa = "4242 4242 4242 4242";

    [Fact]
    public async Task A_price_goes_from_a_card_through_escrow_to_the_seller_and_the_rest_back_to_the_card()
    {
        var stage = await market.Stage();
        var (rival, buyer) = (stage.First, await stage.Abroad(Buyer));
        var deposit = await PayIn(buyer, "20,000.00");
        await stage.PublishAchievement(Title);
        var lot = await stage.OfferLot(Title, lastsSeconds: 30, softCloseSeconds: 10, choose: async university =>
        {
            // A lot that admits buyers from abroad.
            if (await university.Page.Locator("input[name='Input.Conditions'][value=DomesticLegalPerson]").IsCheckedAsync()) await university.Tick("input[name='Input.Conditions'][value=DomesticLegalPerson]");
        });
        await stage.Announce(lot, Title, TimeSpan.FromSeconds(60));
        await Task.WhenAll(Stage.Apply(rival, lot, 150_000), Stage.Apply(buyer, lot, 200_000));
        await stage.PassEveryApplication();
        await Stage.Paddle(rival, lot);
        await Stage.Paddle(buyer, lot);
        await Win(rival, buyer, lot);

        // Contract, price by card, delivery, release: whoever has something to do does it.
        await Eventually.Become("the deal", TimeSpan.FromSeconds(60), async () => (await buyer.Page.GotoAsync($"/deals/{lot}"))?.Ok == true);
        await Eventually.Become("the release of the price", TimeSpan.FromMinutes(3), async () =>
        {
            await Act(stage.University, lot);
            await Act(buyer, lot);
            return await stage.University.Page.Locator("#money .chip[data-t=ok]").CountAsync() > 0;
        });
        Assert.Equal(2, market.Stripe.Charges().Count);
        Assert.Equal(91_000_00, market.Stripe.Charges().Max(c => c.Captured));

        await Invoice(stage.University, buyer, lot);
        await BackToTheCard(buyer, deposit);
        await Proof(stage.Operator);
        Assert.Empty(((Somebody[])[stage.Operator, stage.University, rival, buyer]).SelectMany(p => p.Faults));
    }

    /// <summary>Onto the account, with a card that the bank takes after it had refused another.</summary>
    /// <returns>The payment.</returns>
    private static async Task<string> PayIn(Somebody buyer, string yuan)
    {
        await buyer.Go("/desk/account");
        await buyer.Fill("#amount", yuan);
        await buyer.Press("form[action*='/desk/cards/'] button");
        await Choose(buyer, "4000 0000 0000 9995", "bad", mistyped: "4000 0000 0000");
        await buyer.Page.Locator("form[action*=Open] button.primary").ClickAsync();
        await Choose(buyer, Visa, "ok");
        return new Uri(buyer.Page.Url).Segments[^1];
    }

    /// <summary>Types the card into the provider's own form, which says at once what is no number of a card.</summary>
    private static async Task Choose(Somebody buyer, string number, string end, string? mistyped = null)
    {
        var (field, pay) = (buyer.Page.Locator("#card-element input"), buyer.Page.Locator("#card-form button.primary"));
        await Expect(pay).ToBeEnabledAsync();
        if (mistyped is not null)
        {
            await field.FillAsync(mistyped);
            await pay.ClickAsync();
            await Expect(buyer.Page.Locator("#card-fault")).ToHaveTextAsync("您的卡号无效。");
        }

        await field.FillAsync(number);
        await pay.ClickAsync();
        // The page follows by itself.
        await Expect(buyer.Page.Locator($".note[data-t={end}]")).ToBeVisibleAsync(new() { Timeout = 30_000 });
    }

    private static async Task Win(Somebody rival, Somebody buyer, string lot)
    {
        foreach (var person in (Somebody[])[rival, buyer])
        {
            await person.Go($"/auctions/{lot}");
            await Expect(person.Page.Locator("#room[data-phase=open]")).ToBeVisibleAsync(new() { Timeout = 90_000 });
        }

        foreach (var (bidder, yuan) in ((Somebody, string)[])[(rival, "100000"), (buyer, "101000")])
        {
            await bidder.Fill("#own", yuan);
            await bidder.Page.Locator("#own").PressAsync("Enter");
            await Expect(bidder.Page.Locator("[data-r=my-state]")).ToHaveTextAsync("领先");
        }

        await Expect(buyer.Page.Locator(".mine")).ToHaveAttributeAsync("data-s", "won", new() { Timeout = 90_000 });
    }

    /// <summary>One thing that the deal waits for from this side.</summary>
    private static async Task Act(Somebody party, string lot)
    {
        await party.Go($"/deals/{lot}");
        var (byCard, agree) = (party.Page.Locator("#money form[action*='/desk/cards/'] button"), party.Page.Locator("#money form[action*=Agree] button"));
        if (await party.Page.Locator("#do #file").CountAsync() > 0)
        {
            await party.Give("#file", "已签.pdf");
            await party.Press("#do button.primary");
        }
        else if (await byCard.CountAsync() > 0)
        {
            await party.Press("#money form[action*='/desk/cards/'] button");
            await Choose(party, Visa, "ok");
        }
        else if (await agree.CountAsync() > 0) await party.Press("#money form[action*=Agree] button");
    }

    private static async Task Invoice(Somebody seller, Somebody buyer, string lot)
    {
        await seller.Go("/desk/invoices");
        var row = $"tr:has(a[href='/deals/{lot}']) form[action*=Issue]";
        // With its tax, whether the contract is registered by now or not.
        await seller.Pick($"{row} select[name=choice]", "Ordinary-600");
        await seller.Press($"{row} button.primary");
        await buyer.Go("/desk/invoices");
        var paper = buyer.Page.Locator($"tr:has(a[href='/deals/{lot}']) a[href$='.pdf']");
        await Expect(paper).ToBeVisibleAsync();
        var file = await buyer.Page.APIRequest.GetAsync(await paper.GetAttributeAsync("href") ?? "");
        Assert.Equal((200, "%PDF"), (file.Status, Encoding.ASCII.GetString((await file.BodyAsync())[..4])));
    }

    private async Task BackToTheCard(Somebody buyer, string deposit)
    {
        await buyer.Go("/desk/payouts");
        await buyer.Pick("#Account", deposit);
        await buyer.Fill("#Amount", "10,000.00");
        await buyer.Press("form:has(#Amount) button.primary");
        await Eventually.Become("the refund", TimeSpan.FromSeconds(30), async () =>
        {
            await buyer.Go("/desk/payouts");
            return await buyer.Page.Locator("td .chip[data-t=ok]").CountAsync() > 0;
        });
        Assert.Equal(10_000_00, market.Stripe.Charges().Sum(c => c.Refunded));
    }

    private static async Task Proof(Somebody clerk)
    {
        await clerk.Go("/desk/ledger?of=cards");
        await clerk.Press("form[method=post] button.primary");
        await Expect(clerk.Page.Locator(".note[data-t=ok]")).ToBeVisibleAsync();
    }
}
