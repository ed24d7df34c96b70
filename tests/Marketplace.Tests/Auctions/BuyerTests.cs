using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>Whose name everybody reads after a close, and whose nobody ever does.</summary>
public class BuyerTests : IAsyncLifetime
{
    private const string Buyer = "富春江传感科技有限公司", Loser = "曹娥江测控技术有限公司", Third = "楠溪江材料研究有限公司";
    private const string Particulars = "持股百分之七点三";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);
    private readonly MarketHost _market = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_the_close_the_buyer_alone_is_named_and_not_where_the_notice_agreed_confidentiality(bool confidential)
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromSeconds(30), lastsSeconds: 12, title: "石墨烯导热膜", write: w => w with { BuyerNameConfidential = confidential });
        using var visitor = _market.Browser();
        Assert.Equal(confidential, (await Json(visitor, $"/auctions/{lot.Id}/announcement")).TryGetProperty("buyerNameConfidential", out _));
        var term = confidential ? "依约保密，成交后只公布号牌" : "成交后公布";
        foreach (var page in (string[])[$"/auctions/{lot.Id}", $"/auctions/{lot.Id}/notice", $"/sessions/{lot.Session}/catalogue"])
            Assert.Contains($"<dd>{term}</dd>", WebUtility.HtmlDecode(await visitor.GetStringAsync(page, Stop)), StringComparison.Ordinal);
        Assert.Contains(term, PdfText.Of(await visitor.GetByteArrayAsync($"/sessions/{lot.Session}/catalogue.pdf", Stop)).Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);

        var (loser, buyer) = (await _market.Join(lot, Loser), await _market.Join(lot, Buyer, inventor: "陈某某", particulars: Particulars));
        await Become(lot.Id, "open");
        Assert.Null(await Bid(lot.Id, loser.Paddle, 100_000_00));
        Assert.Null(await Bid(lot.Id, buyer.Paddle, 101_000_00));
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/api/auctions/nobody/result", Stop)).StatusCode);
        var early = await visitor.GetAsync($"/api/auctions/{lot.Id}/result", Stop);
        Assert.Equal((HttpStatusCode.Conflict, "NoResultYet"), (early.StatusCode, (await early.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString()));
        foreach (var name in (string[])[Buyer, Loser, "已申报的利益关系"]) Assert.Empty(await Naming(name, lot));
        await Become(lot.Id, "closed");

        // Everything that a visitor comes upon from these addresses on.
        var crawl = new Crawl(() => Task.CompletedTask);
        await crawl.From(new Reader("visitor", null, visitor), Addresses(lot));
        Assert.Empty(crawl.Answers.Where(a => Says(a.Text, Loser) || Says(a.Text, Particulars)).Select(a => a.Asked));
        string[] published = [$"/auctions/{lot.Id}", $"/auctions/{lot.Id}/notice", $"/api/auctions/{lot.Id}/result", "/api/auctions?state=ended", "/auctions/archive?demo=true", "/auctions/archive.csv?demo=true", "/auctions/archive.json?demo=true"];
        Assert.Equal(confidential ? [] : published.Order(), crawl.Answers.Where(a => Says(a.Text, Buyer)).Select(a => a.Asked[4..]).Where(a => Addresses(lot).Contains(a)).Distinct().Order());
        if (confidential) Assert.Empty(crawl.Answers.Where(a => Says(a.Text, Buyer)).Select(a => a.Asked));
        var says = confidential ? "完成人之一对买受人有已申报的利益关系" : "完成人陈某某在买受人处持股或任职，报名时已申报";
        foreach (var page in (string[])[$"/auctions/{lot.Id}", $"/auctions/{lot.Id}/notice", "/auctions/archive?demo=true"])
        {
            var text = WebUtility.HtmlDecode(await visitor.GetStringAsync(page, Stop));
            Assert.Contains(says, text, StringComparison.Ordinal);
            Assert.Equal(confidential, text.Contains("买受人姓名依约保密", StringComparison.Ordinal));
        }

        var result = await Json(visitor, $"/api/auctions/{lot.Id}/result");
        var named = result.GetProperty("buyer");
        Assert.Equal(
            ("sold", 101_000_00L, buyer.Paddle, confidential ? null : Buyer, confidential, "inventor", confidential ? null : "陈某某"),
            (result.GetProperty("outcome").GetString()!, result.GetProperty("priceFen").GetInt64(), named.GetProperty("paddle").GetInt32(), named.GetProperty("name").GetString(),
            named.GetProperty("confidential").GetBoolean(), named.GetProperty("interest").GetString()!, named.GetProperty("interestOf").GetString()));
        var record = (await Json(visitor, "/auctions/archive.json?demo=true")).GetProperty("lots").EnumerateArray().Single();
        Assert.Equal(named.GetRawText(), record.GetProperty("buyer").GetRawText());

        // An operator has no other page that names them; the parties' own paper says the declared interest too.
        foreach (var page in Addresses(lot).Where(a => !published.Contains(a)).Append($"/desk/lots/{lot.Id}/course").Append($"/desk/sessions/{lot.Session}"))
            Assert.False(Says(await lot.Operator.Pages.GetStringAsync(page, Stop), Loser), page);
        await Eventually.Become("the deal", Soon, async () => (await _market.Deals.Find(lot.Id, Stop))?.Opened is not null);
        var paper = WebUtility.HtmlDecode(await lot.Seller.Pages.GetStringAsync($"/deals/{lot.Id}/confirmation", Stop));
        Assert.Contains("完成人陈某某在受让方处持股或任职", paper, StringComparison.Ordinal);
        Assert.DoesNotContain(Particulars, paper, StringComparison.Ordinal);
        Assert.Contains("陈某某", PdfText.Of(await lot.Seller.Pages.GetByteArrayAsync($"/deals/{lot.Id}/confirmation.pdf", Stop)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_default_nobody_is_named_then_whoever_was_promoted_and_after_a_void_nobody()
    {
        var sold = await _market.Sold("递补公布", bidders: 3, waits: true, names: [Third, Loser, Buyer]);
        var lot = sold.Lot;
        using var visitor = _market.Browser();
        Assert.Contains($"/auctions/{lot.Id}/notice", await Naming(Buyer, lot));
        var confirmer = await _market.Operator();
        await _market.Decide(lot.Id, MeasureKind.Default, nameof(DefaultGround.NotPaid), lot.Operator, confirmer);
        await NobodyIsNamed(lot, visitor, "defaulted");
        Assert.True((await _market.Auction(lot.Id).AnswerOffer(sold.Bidders[1].Paddle, true)).Value);
        await Eventually.Become("promoted", Soon, async () => await _market.OutcomeOf(lot.Id) == "sold");
        foreach (var name in (string[])[Buyer, Third]) Assert.Empty(await Naming(name, lot));
        foreach (var page in (string[])[$"/auctions/{lot.Id}", $"/auctions/{lot.Id}/notice", "/auctions/archive.csv?demo=true"]) Assert.Contains(page, await Naming(Loser, lot));
        var result = await Json(visitor, $"/api/auctions/{lot.Id}/result");
        Assert.Equal((true, 101_000_00L, Loser), (result.GetProperty("promoted").GetBoolean(), result.GetProperty("priceFen").GetInt64(), result.GetProperty("buyer").GetProperty("name").GetString()));
        await Eventually.Become("the second deal", Soon, async () => await _market.Deals.Find(lot.Id + ":2", Stop) is not null);
        await _market.Decide(lot.Id, MeasureKind.Void, nameof(VoidGround.UnqualifiedBuyer), lot.Operator, confirmer);
        await NobodyIsNamed(lot, visitor, "void");
    }

    [Fact]
    public async Task The_term_is_fixed_with_the_announcement_and_a_next_round_takes_it_over_with_its_day_on_the_sellers_desk()
    {
        var lot = await _market.ScheduleAuction(write: w => w with { BuyerNameConfidential = true, IfUnsold = new FailedLot(FailedPlan.Again, 30, 2000) });
        await using (var scope = _market.Services.CreateAsyncScope())
        {
            var failed = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(lot.Id, Stop))!;
            await scope.ServiceProvider.GetRequiredService<NextRounds>().Make(failed, lot.OpensAt, lower: true, Stop);
            Assert.Equal(Refusal.LotFixed, (await scope.ServiceProvider.GetRequiredService<Lots>().SetContract(failed, "x", "x", Stop)).Refusal);
        }

        var next = await _market.InDatabase(db => db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Follows == lot.Id, Stop));
        Assert.True(next.BuyerNameConfidential);
        var form = await lot.Seller.Pages.GetStringAsync($"/desk/lots/{next.Id}", Stop);
        Assert.Contains("name=\"Input.BuyerNameConfidential\" value=\"true\" checked=\"checked\"", form, StringComparison.Ordinal);
        Assert.Equal($"/auctions/{lot.Id}/notice", (await lot.Seller.Pages.GetAsync($"/desk/lots/{lot.Id}", Stop)).Headers.Location!.OriginalString);

        // The promised day stands where the draft lies, and is counted until the round is announced.
        Assert.Contains($"须在 {BeijingTime.Through(next.OpensBy!.Value)} 前开始", WebUtility.HtmlDecode(await lot.Seller.Pages.GetStringAsync("/desk/lots", Stop)), StringComparison.Ordinal);
        Assert.Equal(1, await Waiting(lot.Seller));
        await _market.InDatabase(db => db.Set<Lot>().Where(l => l.Id == next.Id).ExecuteUpdateAsync(set => set.SetProperty(l => l.OpensBy, DateTimeOffset.UnixEpoch), Stop));
        Assert.Contains("已过期", WebUtility.HtmlDecode(await lot.Seller.Pages.GetStringAsync("/desk/lots", Stop)), StringComparison.Ordinal);
        Assert.Equal(1, await Waiting(lot.Seller));
        await _market.InDatabase(db => db.Set<Lot>().Where(l => l.Id == next.Id).ExecuteUpdateAsync(set => set.SetProperty(l => l.State, LotState.Announced), Stop));
        Assert.Equal(0, await Waiting(lot.Seller));
    }

    [Fact]
    public async Task The_declaration_says_which_of_the_published_completers_it_is_about()
    {
        var lot = await _market.ScheduleAuction();
        var enterprise = await _market.Organisation(OrganisationKind.Enterprise, Buyer, demo: true);
        var page = $"/auctions/{lot.Id}/apply";
        Dictionary<string, string> typed = new() { ["Interest"] = "Inventor", ["InterestText"] = Particulars };
        foreach (var nobody in (string?[])[null, "路人甲"])
        {
            if (nobody is not null) typed["InterestOf"] = nobody;
            var refused = await enterprise.Pages.Submit(page, typed, "Interests");
            Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
            // What was typed is still there.
            Assert.Contains(Particulars, WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        }

        typed["InterestOf"] = "陈某某";
        Assert.Equal(HttpStatusCode.Redirect, (await enterprise.Pages.Submit(page, typed, "Interests")).StatusCode);
        var kept = await _market.InDatabase(db => db.Set<Application>().AsNoTracking().SingleAsync(a => a.Auction == lot.Id, Stop));
        Assert.Equal((Interest.Inventor, "陈某某", Particulars), (kept.Interest, kept.InterestOf, kept.InterestText));
        Assert.Contains("陈某某", WebUtility.HtmlDecode(await enterprise.Pages.GetStringAsync(page, Stop)), StringComparison.Ordinal);
    }

    private async Task NobodyIsNamed(ScheduledLot lot, HttpClient visitor, string outcome)
    {
        Assert.Equal(outcome, await _market.OutcomeOf(lot.Id));
        foreach (var name in (string[])[Buyer, Loser, Third]) Assert.Empty(await Naming(name, lot));
        Assert.Contains("没有有效的成交，不公布买受人", WebUtility.HtmlDecode(await visitor.GetStringAsync($"/auctions/{lot.Id}", Stop)), StringComparison.Ordinal);
        var result = await Json(visitor, $"/api/auctions/{lot.Id}/result");
        Assert.Equal((outcome, JsonValueKind.Null, JsonValueKind.Null), (result.GetProperty("outcome").GetString()!, result.GetProperty("buyer").ValueKind, result.GetProperty("priceFen").ValueKind));
    }

    /// <summary>How much waits for a seller on the lots' desk.</summary>
    private async Task<int> Waiting(Somebody seller)
    {
        var desk = WebUtility.HtmlDecode(await seller.Pages.GetStringAsync("/desk", Stop));
        var line = desk[desk.IndexOf("href=\"/desk/lots\"", StringComparison.Ordinal)..];
        var chip = System.Text.RegularExpressions.Regex.Match(line[..line.IndexOf("</li>", StringComparison.Ordinal)], "class=\"chip waiting\"[^>]*>[^<0-9]*([0-9]+)");
        return chip.Success ? int.Parse(chip.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : 0;
    }

    private static string[] Addresses(ScheduledLot lot) =>
    [
        "/", "/auctions", "/auctions?records=all", "/api/auctions?state=ended", "/auctions/archive?demo=true", "/auctions/archive.csv?demo=true", "/auctions/archive.json?demo=true",
        $"/auctions/{lot.Id}", $"/auctions/{lot.Id}/notice", $"/auctions/{lot.Id}/announcement", $"/auctions/{lot.Id}/questions", $"/auctions/{lot.Id}/transcript-view",
        $"/api/auctions/{lot.Id}", $"/api/auctions/{lot.Id}/updates?after=0", $"/api/auctions/{lot.Id}/transcript", $"/api/auctions/{lot.Id}/refused", $"/api/auctions/{lot.Id}/result",
        $"/sessions/{lot.Session}", $"/sessions/{lot.Session}/catalogue", $"/achievements/{lot.Achievement}",
    ];

    /// <summary>The public addresses whose answer has this name.</summary>
    private async Task<List<string>> Naming(string name, ScheduledLot lot)
    {
        using var visitor = _market.Browser();
        var found = new List<string>();
        foreach (var address in Addresses(lot))
        {
            if (Says(await (await visitor.GetAsync(address, Stop)).Content.ReadAsStringAsync(Stop), name)) found.Add(address);
        }

        return found;
    }

    private static bool Says(string text, string name) => WebUtility.HtmlDecode(text).Contains(name, StringComparison.Ordinal) || System.Text.RegularExpressions.Regex.Unescape(Escapes(text)).Contains(name, StringComparison.Ordinal);

    /// <summary>The escapes of a script's data, and nothing else that a pattern would read.</summary>
    private static string Escapes(string text) => string.Concat(System.Text.RegularExpressions.Regex.Matches(text, @"(?:\\u[0-9a-fA-F]{4})+").Select(m => m.Value + " "));

    private static async Task<JsonElement> Json(HttpClient client, string address) => await client.GetFromJsonAsync<JsonElement>(address, Stop);

    private async Task<Refusal?> Bid(string lot, int paddle, long fen) =>
        (await _market.Auction(lot).PlaceBid(new BidCommand(paddle, $"{Guid.CreateVersion7()}", fen, null, _market.Services.GetRequiredService<TimeProvider>().GetUtcNow()))).Refusal;

    private Task Become(string lot, string phase) => Eventually.Become(phase, Soon, async () => (await _market.Auction(lot).Look()).Phase == phase);
}

[OnPostgres]
public sealed class PostgresBuyerTests : BuyerTests;
