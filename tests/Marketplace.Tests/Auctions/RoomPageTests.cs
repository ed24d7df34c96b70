using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Auctions;

/// <summary>The pages that anyone opens first: whole without script, in both languages, and honest when there is nothing.</summary>
public partial class RoomPageTests : IAsyncLifetime
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private readonly MarketHost _host = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("zh-CN", "此刻没有进行中的竞价", "还没有已发布的成果")]
    [InlineData("en", "No auction is live at this moment", "No achievement is published yet")]
    public async Task An_empty_market_says_so_on_its_first_page(string culture, string nothingLive, string nothingNew)
    {
        var page = await Read($"/?culture={culture}");
        Assert.Contains(nothingLive, page, StringComparison.Ordinal);
        Assert.Contains(nothingNew, page, StringComparison.Ordinal);
        IsClean(page);
    }

    [Theory]
    [InlineData("/auctions/nobody-knows-this")]
    [InlineData("/auctions/nobody-knows-this/transcript-view")]
    [InlineData("/auctions/%F0%9F%94%A8")]
    public async Task An_unknown_auction_is_the_designed_404(string address)
    {
        using var browser = _host.Browser();
        var answer = await browser.GetAsync(address, Stop);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("error-page", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zh-CN", "公告中", "尚无出价", "起拍价")]
    [InlineData("en", "Announced", "No bid yet", "Start price")]
    public async Task A_visitor_reads_an_announced_auction(string culture, params string[] says)
    {
        var auction = await _host.AnnouncedAuction("<b>耐高温</b>压力传感器");
        var page = await Read($"/auctions/{auction}?culture={culture}");
        Assert.All(says, text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.Contains("2,000,000", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>耐高温</b>", page, StringComparison.Ordinal);
        IsClean(page);
        IsClean(await Read($"/auctions/{auction}/transcript-view?culture={culture}"));
        IsClean(await Read($"/verify?culture={culture}"));
    }

    [Fact]
    public async Task A_bidder_bids_without_script_and_sees_where_it_leads()
    {
        var buyer = await _host.Enterprise();
        var auction = await _host.OpenAuction();
        await _host.Admitted(auction, buyer.Organisation, 36);
        var address = $"/auctions/{auction}";

        var accepted = await Post(buyer.Pages, address, ("amount", "200万"));
        Assert.Equal(HttpStatusCode.OK, accepted.Status);
        Assert.Contains("data-s=\"lead\"", accepted.Page, StringComparison.Ordinal);
        Assert.Equal(200_000_000, (await _host.Auction(auction).Look()).PriceFen);

        var twice = await Post(buyer.Pages, address, ("amount", "2,020,000"));
        Assert.Equal(HttpStatusCode.Conflict, twice.Status);
        Assert.Contains("您已领先", twice.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_amount_is_refused_with_its_reason_and_stays_in_the_field()
    {
        var buyer = await _host.Enterprise();
        var auction = await _host.OpenAuction();
        await _host.Admitted(auction, buyer.Organisation, 36);
        var refused = await Post(buyer.Pages, $"/auctions/{auction}", ("amount", "1,2345 元钱"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("value=\"1,2345 元钱\"", refused.Page, StringComparison.Ordinal);
        Assert.Null((await _host.Auction(auction).Look()).PriceFen);
    }

    [Fact]
    public async Task A_large_amount_is_asked_about_in_capitals_before_it_is_a_bid()
    {
        var buyer = await _host.Enterprise();
        var auction = await _host.OpenAuction();
        await _host.Admitted(auction, buyer.Organisation, 36);
        var asked = await Post(buyer.Pages, $"/auctions/{auction}", ("amount", "20,000,000"));
        Assert.Contains("贰仟万元整", asked.Page, StringComparison.Ordinal);
        Assert.Null((await _host.Auction(auction).Look()).PriceFen);
        await Post(buyer.Pages, $"/auctions/{auction}", ("amount", "20,000,000"), ("sure", "true"));
        Assert.Equal(2_000_000_000, (await _host.Auction(auction).Look()).PriceFen);
    }

    [Fact]
    public async Task Nobody_learns_from_the_page_who_holds_a_paddle()
    {
        var buyer = await _host.Enterprise("甬江精密仪器有限公司");
        var auction = await _host.OpenAuction();
        await _host.Admitted(auction, buyer.Organisation, 36);
        await Post(buyer.Pages, $"/auctions/{auction}", ("amount", "2000000"));
        foreach (var address in new[] { $"/auctions/{auction}", $"/auctions/{auction}/transcript-view", $"/api/auctions/{auction}/updates?after=0", "/api/auctions?state=live" })
            Assert.DoesNotContain("甬江", await Read(address), StringComparison.Ordinal);
    }

    private async Task<string> Read(string address)
    {
        using var browser = _host.Browser();
        return await browser.GetStringAsync(address, Stop);
    }

    private static async Task<(HttpStatusCode Status, string Page)> Post(HttpClient browser, string address, params (string Name, string Value)[] fields)
    {
        var form = await browser.GetStringAsync(address, Stop);
        var token = Token().Match(form).Groups[1].Value;
        var answer = await browser.PostAsync(
            $"{address}?handler=Bid",
            new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)).Append(KeyValuePair.Create("__RequestVerificationToken", token))), Stop);
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop)));
    }

    /// <summary>Nothing that the policy forbids, and no text without its words.</summary>
    private static void IsClean(string page)
    {
        Assert.DoesNotMatch(InlineCode(), page);
        Assert.DoesNotMatch(BareKey(), page);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("""\sstyle="|\son[a-z]+="|<script(?![^>]*(src=|application/json))""")]
    private static partial Regex InlineCode();

    /// <summary>A key that has no text stands on the page as itself.</summary>
    [GeneratedRegex(@">\s*(Nav|Phase|Step|Js|Outcome|Figure|Live|Week|Newest|Event|Check)\.[A-Za-z.]+\s*<")]
    private static partial Regex BareKey();
}
