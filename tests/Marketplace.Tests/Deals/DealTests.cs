using System.Net;
using System.Net.Http.Headers;
using Marketplace.Deals;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Deals;

/// <summary>A deal through the market: opened once, walked by its parties, invisible to everyone else.</summary>
public class DealTests : IAsyncDisposable
{
    private const string Auction = "ZJP-2026-0719";
    private readonly MarketHost _host = new();
    private readonly Guid _hold = Guid.CreateVersion7();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_same_close_opens_one_deal_and_other_content_is_refused()
    {
        var (seller, buyer) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"));
        var command = Command(seller, buyer);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _host.Deals.Open(command)));
        Assert.All(answers, a => Assert.Equal(Auction, a.Value.Id));
        Assert.Equal(Refusal.DealIdReused, (await _host.Deals.Open(command with { PriceFen = 1 })).Refusal);
        Assert.Equal(1, await _host.InDatabase(db => db.Set<DealRow>().CountAsync(Token)));
    }

    [Fact]
    public async Task Both_sign_with_a_file_and_the_deposit_becomes_part_of_the_price()
    {
        var (seller, buyer) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"));
        await _host.Credit(buyer.Organisation, 500_000_00);
        await _host.Deposits.Freeze(_hold, buyer.Organisation, Auction, 200_000_00);
        await _host.Deposits.BindToAuction(_hold);
        await _host.Deals.Open(Command(seller, buyer) with { Hold = _hold, DepositFen = 200_000_00 });
        foreach (var step in new[] { "sign-confirmation", "sign-contract" })
        {
            foreach (var side in new[] { seller, buyer }) Assert.Equal(HttpStatusCode.Redirect, (await Upload(side, step)).StatusCode);
        }

        await Eventually.Become(
            "the deposit to become part of the price", TimeSpan.FromSeconds(20),
            async () => (await _host.Deposits.Account(buyer.Organisation)).Holds.Single().State == HoldState.Used);
        Assert.Equal(300_000_00, (await _host.Deposits.Account(buyer.Organisation)).BalanceFen);
        var page = await seller.Pages.GetStringAsync($"/deals/{Auction}", Token);
        Assert.Contains("签章.pdf", page, StringComparison.Ordinal);
        var file = await buyer.Pages.GetAsync($"/deals/{Auction}/files/sign-contract/seller", Token);
        Assert.Equal("attachment", file.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Contains("sandbox", file.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_confirmation_on_paper_is_for_the_two_parties()
    {
        var (seller, buyer, other) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"), await _host.Enterprise("路过的公司"));
        await _host.Deals.Open(Command(seller, buyer));
        var address = $"/deals/{Auction}/confirmation.pdf";
        foreach (var side in new[] { seller, buyer })
        {
            var answer = await side.Pages.GetAsync(address, Token);
            Assert.Equal(("application/pdf", "attachment", $"成交确认书 {Auction}.pdf"), PdfText.Sent(answer));
            Assert.Contains("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            var text = PdfText.Of(await answer.Content.ReadAsByteArrayAsync(Token));
            foreach (var said in new[] { "越州大学", "甬江精密仪器", "¥3,120,000.00", "312 万元", "人民币叁佰壹拾贰万元整", "第四条" }) Assert.Contains(said, text, StringComparison.Ordinal);
            Assert.DoesNotContain("演示文书", text, StringComparison.Ordinal);
            Assert.Contains("第 1 页 共 1 页", text, StringComparison.Ordinal);
        }

        Assert.Contains("Page 1 of 1", PdfText.Of(await buyer.Pages.GetByteArrayAsync($"{address}?culture=en", Token)), StringComparison.Ordinal);
        // The second-best's deal has an id of its own, its record is the auction's.
        await _host.Deals.Open(Command(seller, buyer) with { Auction = Auction + Deal.SecondMark, Demo = true });
        var second = PdfText.Of(await buyer.Pages.GetByteArrayAsync($"/deals/{Auction}{Deal.SecondMark}/confirmation.pdf?culture=en", Token));
        Assert.Contains($"/auctions/{Auction}", second, StringComparison.Ordinal);
        Assert.DoesNotContain($"/auctions/{Auction}{Deal.SecondMark}", second, StringComparison.Ordinal);
        Assert.Contains("Page 1 of 1", second, StringComparison.Ordinal);

        var @operator = await _host.Operator();
        using var visitor = _host.Browser();
        (HttpClient, string, HttpStatusCode)[] others = [(other.Pages, address, HttpStatusCode.NotFound), (@operator.Pages, address, HttpStatusCode.NotFound), (visitor, address, HttpStatusCode.Unauthorized), (visitor, "/deals/none/confirmation.pdf", HttpStatusCode.Unauthorized), (seller.Pages, "/deals/none/confirmation.pdf", HttpStatusCode.NotFound)];
        foreach (var (reader, asked, expected) in others) Assert.Equal(expected, (await reader.GetAsync(asked, Token)).StatusCode);
    }

    [Fact]
    public async Task A_buyer_abroad_stands_on_the_confirmation_by_its_country_and_number()
    {
        var seller = await _host.University("越州大学");
        var buyer = await _host.Member(await _host.RegisterOrganisation(OrganisationKind.Enterprise, "Rheinlauf Messtechnik GmbH", abroad: new RegistryEntry("DE", "KOELN HRB 999001")), MemberRole.Owner);
        await _host.Deals.Open(Command(seller, buyer));
        foreach (var (culture, said) in new[] { ("zh-CN", "境外登记号 德国 KOELN HRB 999001"), ("en", "Registry number abroad Germany KOELN HRB 999001") })
        {
            Assert.Contains(said, PdfText.Of(await seller.Pages.GetByteArrayAsync($"/deals/{Auction}/confirmation.pdf?culture={culture}", Token)), StringComparison.Ordinal);
            var page = WebUtility.HtmlDecode(await buyer.Pages.GetStringAsync($"/deals/{Auction}/confirmation?culture={culture}", Token));
            Assert.Contains(said, System.Text.RegularExpressions.Regex.Replace(page, "<[^>]+>", ""), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_deal_is_signed_when_both_have_signed_and_the_first_page_counts_it_then()
    {
        var (seller, buyer) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"));
        await _host.Deals.Open(Command(seller, buyer));
        foreach (var side in new[] { seller, buyer }) await Upload(side, "sign-confirmation");
        await Upload(seller, "sign-contract");
        Assert.Empty(await _host.Deals.Reached(Step.SignContract, Token));
        await Upload(buyer, "sign-contract");
        var signed = Assert.Single(await _host.Deals.Reached(Step.SignContract, Token));
        Assert.Equal((Auction, 3_120_000_00L), (signed.Auction, signed.AmountFen));
        Assert.Empty(await _host.Deals.Reached(Step.Pay, Token));
        var home = await buyer.Pages.GetStringAsync("/?culture=en", Token);
        Assert.Contains("1 technology contract, signed by both", home, StringComparison.Ordinal);
        Assert.Contains("href=\"/auctions?records=signed\"", home, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_demonstration_counts_in_no_figure()
    {
        var (seller, buyer) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"));
        await _host.Deals.Open(Command(seller, buyer) with { Demo = true });
        foreach (var step in new[] { "sign-confirmation", "sign-contract" })
        {
            foreach (var side in new[] { seller, buyer }) await Upload(side, step);
        }

        Assert.Empty(await _host.Deals.Reached(Step.SignContract, Token));
    }

    [Fact]
    public async Task A_refused_upload_says_why_beside_the_field()
    {
        var (seller, buyer) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"));
        await _host.Deals.Open(Command(seller, buyer));
        var nothing = await Upload(seller, "sign-confirmation", content: []);
        Assert.Equal(HttpStatusCode.OK, nothing.StatusCode);
        Assert.Contains("aria-invalid=\"true\"", await nothing.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains("请先完成前面的步骤", await (await Upload(buyer, "deliver")).Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_but_the_parties_learns_that_there_is_a_deal()
    {
        var (seller, buyer, stranger) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"), await _host.Enterprise("瓯江科技"));
        await _host.Deals.Open(Command(seller, buyer));
        foreach (var path in new[] { $"/deals/{Auction}", $"/deals/{Auction}/confirmation", $"/deals/{Auction}/files/pay/buyer" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Pages.GetAsync(path, Token)).StatusCode);
            var visitor = await _host.Browser().GetAsync(path, Token);
            Assert.Contains(visitor.StatusCode, new[] { HttpStatusCode.Redirect, HttpStatusCode.Unauthorized });
        }

        Assert.DoesNotContain(Auction, await stranger.Pages.GetStringAsync("/desk/deals", Token), StringComparison.Ordinal);
        Assert.Contains(Auction, await buyer.Pages.GetStringAsync("/desk/deals", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operator_says_why_before_anything_is_shown_and_it_is_kept()
    {
        var (seller, buyer, clerk) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"), await _host.Operator());
        await _host.Deals.Open(Command(seller, buyer));
        Assert.DoesNotContain("甬江精密仪器", await clerk.Pages.GetStringAsync("/desk/deals", Token), StringComparison.Ordinal);
        Assert.DoesNotContain("甬江精密仪器", await clerk.Pages.GetStringAsync($"/deals/{Auction}", Token), StringComparison.Ordinal);
        var silent = await clerk.Pages.Submit($"/deals/{Auction}", new() { ["reason"] = "" }, "Read");
        Assert.DoesNotContain("甬江精密仪器", await silent.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        var shown = await clerk.Pages.Submit($"/deals/{Auction}", new() { ["reason"] = "处理工单 GD-1" }, "Read");
        Assert.Contains("甬江精密仪器", await shown.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        var kept = await _host.InDatabase(db => db.Set<DealReadingRow>().SingleAsync(Token));
        Assert.Equal((Auction, clerk.Person, "处理工单 GD-1"), (kept.Auction, kept.Person, kept.Reason));
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.Pages.GetAsync($"/deals/{Auction}/confirmation", Token)).StatusCode);
    }

    [Fact]
    public async Task The_reward_is_the_seller_s_own_matter()
    {
        var (seller, buyer) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"));
        await _host.Deals.Open(Command(seller, buyer));
        Assert.Contains("奖酬分配", await seller.Pages.GetStringAsync($"/deals/{Auction}", Token), StringComparison.Ordinal);
        Assert.DoesNotContain("奖酬分配", await buyer.Pages.GetStringAsync($"/deals/{Auction}", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_confirmation_says_the_price_in_figures_and_in_capitals_in_both_languages()
    {
        var (seller, buyer) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"));
        await _host.Deals.Open(Command(seller, buyer));
        var page = await buyer.Pages.GetStringAsync($"/deals/{Auction}/confirmation", Token);
        foreach (var text in new[] { "3,120,000.00", "人民币叁佰壹拾贰万元整", "越州大学", "甬江精密仪器", new string('a', 64) }) Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.Contains("Confirmation of sale", await buyer.Pages.GetStringAsync($"/deals/{Auction}/confirmation?culture=en", Token), StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static OpenDeal Command(Somebody seller, Somebody buyer) => new(
        Auction, seller.Organisation, buyer.Organisation, "用于恶劣环境的耐高温压力传感器", 3_120_000_00,
        new DateTimeOffset(2026, 11, 24, 7, 39, 49, TimeSpan.Zero), new string('a', 64), Demo: false);

    private static async Task<HttpResponseMessage> Upload(Somebody side, string step, byte[]? content = null)
    {
        // A side that is not to act sees no form; the token of any page of the same browser does.
        var token = System.Text.RegularExpressions.Regex.Match(
            await side.Pages.GetStringAsync("/sign-out", Token), "name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"").Groups[1].Value;
        var form = new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" }, { new StringContent(step), "step" } };
        var file = new ByteArrayContent(content ?? "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"u8.ToArray());
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        form.Add(file, "file", "签章.pdf");
        return await side.Pages.PostAsync($"/deals/{Auction}?handler=Do", form, Token);
    }
}
