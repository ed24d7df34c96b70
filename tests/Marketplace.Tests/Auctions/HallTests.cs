using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Payments;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>拍卖 from check-in to the signed minutes, through the interfaces that console and room use, with real clocks.</summary>
public class HallTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_walk_in_bidder_over_rules_the_net_wins_and_everything_is_signed()
    {
        var stage = await _market.ScheduleHall(reserveFen: 101_000_00, opensIn: TimeSpan.FromSeconds(25));
        var net = await _market.Join(stage.Lot, "姚江注塑机械有限公司");
        var (walkIn, given) = await _market.CheckIn(stage, "北仑新能源有限公司");
        Assert.Equal(101, given.Value.Paddle);
        Assert.DoesNotContain(net.Paddle, Enumerable.Range(101, 3));
        Assert.Equal("NotCalledUp", await CodeOf(Act(stage, "warn", number: 1)));
        await Eventually.Become("callable", TimeSpan.FromSeconds(60), async () => await CodeOf(Post(stage.Auctioneer, $"/api/hall/lots/{stage.Lot.Id}/call", new { })) is null);
        Assert.Equal("open", (await _market.Auction(stage.Lot.Id).Look()).Phase);

        var kept = (await (await Post(net.Enterprise, $"/api/auctions/{stage.Lot.Id}/bids", new { bidId = "n1", amountFen = 100_000_00 })).Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("receipt");
        Assert.Equal("BelowTheAsk", await CodeOf(Floor(stage, "low", 101, 100_500_00)));
        Assert.Equal("NoResultYet", await CodeOf(_market.CreateClient().GetAsync($"/api/auctions/{stage.Lot.Id}/refused", Stop)));
        Assert.False((await Beat(stage.Auctioneer, stage)).GetProperty("reserveReached").GetBoolean());
        Assert.Equal(JsonValueKind.Null, (await Beat(stage.Recorder, stage)).GetProperty("reserveReached").ValueKind);
        Assert.Null(await CodeOf(Floor(stage, "f1", 101, 101_000_00)));
        Assert.Null(await CodeOf(Floor(stage, "f1", 101, 101_000_00)));
        Assert.Null(await CodeOf(Post(net.Enterprise, $"/api/auctions/{stage.Lot.Id}/bids", new { bidId = "n2", amountFen = 102_000_00 })));
        // The floor goes before at the same amount; the net bidder is told, the recorder signs.
        Assert.Equal("ReasonRequired", await CodeOf(Floor(stage, "f2", 101, 102_000_00)));
        Assert.Null(await CodeOf(Floor(stage, "f2", 101, 102_000_00, nameof(OverRuleReason.RaisedBefore))));
        var hall = (await _market.Auction(stage.Lot.Id).Look()).Hall!;
        Assert.Equal((net.Paddle, "OverRuled"), (hall.Told[0].Paddle, hall.Told[0].What));
        for (var n = 1; n <= 3; n++)
        {
            var number = n;
            await Eventually.Become($"warning {n}", TimeSpan.FromSeconds(20), async () => await CodeOf(Act(stage, "warn", number: number)) is null);
        }

        Assert.Equal("NotAllowed", await CodeOf(Post(stage.Recorder, $"/api/hall/lots/{stage.Lot.Id}/acts", new { id = "x", act = "hammer" })));
        await Eventually.Become("the hammer", TimeSpan.FromSeconds(20), async () => await CodeOf(Act(stage, "hammer")) is null);
        Assert.Equal("AlreadyEnded", await CodeOf(Post(net.Enterprise, $"/api/auctions/{stage.Lot.Id}/bids", new { bidId = "late", amountFen = 103_000_00 })));

        // From the hammer on, before anybody has signed.
        var minutes = $"/hall/lots/{stage.Lot.Id}/minutes";
        Assert.Equal(HttpStatusCode.OK, (await stage.Auctioneer.Pages.GetAsync($"{minutes}.pdf", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stage.Auctioneer.Pages.Submit(minutes, [])).StatusCode);
        var unsigned = (await Beat(stage.Recorder, stage)).GetProperty("unsigned").EnumerateArray().Single().GetInt64();
        Assert.Equal("NotAllowed", await CodeOf(Act(stage, "countersign", of: unsigned)));
        Assert.Null(await CodeOf(Post(stage.Recorder, $"/api/hall/lots/{stage.Lot.Id}/acts", new { id = "c", act = "countersign", of = unsigned })));
        Assert.Equal(HttpStatusCode.Redirect, (await stage.Auctioneer.Pages.Submit(minutes, [])).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await stage.Recorder.Pages.Submit(minutes, [])).StatusCode);

        var confirmation = await stage.Lot.Seller.Pages.GetStringAsync(minutes, Stop);
        Assert.Contains("北仑新能源有限公司", confirmation, StringComparison.Ordinal);
        Assert.Contains(Domain.Common.Capitals.Of(102_000_00), confirmation, StringComparison.Ordinal);
        using (var visitor = _market.Browser()) Assert.Contains("北仑新能源有限公司", WebUtility.HtmlDecode(await visitor.GetStringAsync(minutes, Stop)), StringComparison.Ordinal);
        await PapersNameTheBuyer(stage, "北仑新能源有限公司", "姚江注塑机械有限公司");
        await Eventually.Become("settled", TimeSpan.FromSeconds(60), async () => (await _market.Row(stage.Lot.Achievement)).State == AchievementState.Traded);
        var deal = await _market.Services.GetRequiredService<Marketplace.Deals.Deals>().Find(stage.Lot.Id, Stop);
        Assert.Equal((walkIn, 102_000_00L), (deal!.Opened!.Buyer, deal.Opened.PriceFen));
        Assert.Equal(HoldState.Released, (await _market.Deposits.Account(net.Enterprise.Organisation)).Holds.Single().State);
        using var reader = _market.CreateClient();
        var check = Transcript.Verify(await reader.GetByteArrayAsync($"/api/auctions/{stage.Lot.Id}/transcript", Stop));
        Assert.Null(check.Fault);
        // What the bidder kept, and what was refused up to the hammer; the late bid lies behind it.
        Assert.Equal(ReceiptFinding.InTheRecord, ReceiptCheck.Of(System.Text.Encoding.UTF8.GetBytes(kept.GetRawText()), check, [], out var line));
        Assert.Equal("n1", Assert.IsType<HallBid>(line!.Fact).BidId);
        var refused = await reader.GetByteArrayAsync($"/api/auctions/{stage.Lot.Id}/refused", Stop);
        Assert.Null(KeptRefusals.Check(refused, check.Lines));
        Assert.Contains("BelowTheAsk", System.Text.Encoding.UTF8.GetString(refused), StringComparison.Ordinal);
        Assert.DoesNotContain("AlreadyEnded", System.Text.Encoding.UTF8.GetString(refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_proofs_no_lot_is_called_and_a_paddle_needs_its_deposit()
    {
        var stage = await _market.ScheduleHall(proven: false);
        await Eventually.Become("a gate", TimeSpan.FromSeconds(30), async () => await CodeOf(Post(stage.Auctioneer, $"/api/hall/lots/{stage.Lot.Id}/call", new { })) == "HallGateOpen");
        Assert.Equal("NotAllowed", await CodeOf(Post(stage.Recorder, $"/api/hall/lots/{stage.Lot.Id}/call", new { })));
        Assert.Equal("NotAllowed", await CodeOf(Post(stage.Lot.Seller, $"/api/hall/lots/{stage.Lot.Id}/call", new { })));
        var (_, poor) = await _market.CheckIn(stage, "没有余额的公司", fundsFen: 0);
        Assert.NotNull(poor.Refusal);
        Assert.Equal(0, await _market.InDatabase(db => db.Set<FloorPaddle>().CountAsync(Stop)));
        // No paper before there is anything to tell.
        foreach (var paper in new[] { "minutes", "confirmation" }) Assert.Equal(HttpStatusCode.NotFound, (await stage.Auctioneer.Pages.GetAsync($"/hall/lots/{stage.Lot.Id}/{paper}.pdf", Stop)).StatusCode);
    }

    [Fact]
    public async Task Only_the_clerk_knows_who_holds_a_paddle_of_the_floor()
    {
        var stage = await _market.ScheduleHall();
        var (organisation, given) = await _market.CheckIn(stage, "谁也不该知道的公司");
        Assert.True(given.Done);
        // Checked in twice is checked in once.
        Assert.Equal(given.Value.Paddle, (await _market.CheckIn(stage, organisation)).Value.Paddle);
        var session = stage.Lot.Session;
        Assert.Contains("谁也不该知道的公司", await stage.Clerk.Pages.GetStringAsync($"/hall/{session}/checkin", Stop), StringComparison.Ordinal);
        var desk = await (await Post(stage.Auctioneer, $"/api/hall/lots/{stage.Lot.Id}/beat", new { })).Content.ReadAsStringAsync(Stop);
        Assert.Contains("\"floorPaddles\":[101]", desk, StringComparison.Ordinal);
        (HttpClient Reader, string Page, HttpStatusCode Answer)[] others =
        [
            (stage.Auctioneer.Pages, $"/hall/{session}/checkin", HttpStatusCode.Forbidden),
            (stage.Recorder.Pages, $"/hall/{session}/checkin", HttpStatusCode.Forbidden),
            (stage.Lot.Operator.Pages, $"/hall/{session}/checkin", HttpStatusCode.Forbidden),
            (stage.Auctioneer.Pages, $"/hall/{session}/console", HttpStatusCode.OK),
            (stage.Recorder.Pages, $"/hall/{session}/console", HttpStatusCode.OK),
            (stage.Lot.Operator.Pages, $"/hall/{session}/console", HttpStatusCode.Forbidden),
            (stage.Lot.Operator.Pages, $"/desk/sessions/{session}/hall", HttpStatusCode.OK),
            (stage.Lot.Operator.Pages, $"/desk/sessions/{session}", HttpStatusCode.OK),
            (stage.Lot.Seller.Pages, $"/hall/lots/{stage.Lot.Id}", HttpStatusCode.OK),
            (stage.Auctioneer.Pages, "/desk/hall", HttpStatusCode.OK),
            (stage.Lot.Seller.Pages, $"/hall/{session}/screen", HttpStatusCode.OK),
            (stage.Lot.Seller.Pages, $"/api/hall/{session}", HttpStatusCode.OK),
            (stage.Lot.Seller.Pages, $"/sessions/{session}?culture=en", HttpStatusCode.OK),
            (stage.Lot.Seller.Pages, $"/auctions/{stage.Lot.Id}/notice", HttpStatusCode.OK),
            (stage.Lot.Seller.Pages, "/auctions", HttpStatusCode.OK),
            (stage.Lot.Seller.Pages, "/", HttpStatusCode.OK),
            (stage.Lot.Seller.Pages, "/auctions/rules/hall", HttpStatusCode.OK),
            (stage.Lot.Seller.Pages, $"/auctions/{stage.Lot.Id}", HttpStatusCode.Redirect),
        ];
        foreach (var (reader, page, expected) in others)
        {
            var answer = await reader.GetAsync(page, Stop);
            var text = await answer.Content.ReadAsStringAsync(Stop);
            Assert.Equal((page, expected), (page, answer.StatusCode));
            Assert.False(text.Contains("谁也不该知道的公司", StringComparison.Ordinal) || text.Contains($"{organisation}", StringComparison.Ordinal), page);
        }
    }

    /// <summary>Both papers for everybody, with the buyer's name and no other.</summary>
    private async Task PapersNameTheBuyer(HallStage stage, string buyer, string loser)
    {
        using var visitor = _market.Browser();
        foreach (var reader in new[] { stage.Lot.Seller.Pages, stage.Auctioneer.Pages, visitor, stage.Lot.Operator.Pages })
        {
            foreach (var (paper, title) in new[] { ("minutes", "拍卖笔录"), ("confirmation", "成交确认书") })
            {
                var answer = await reader.GetAsync($"/hall/lots/{stage.Lot.Id}/{paper}.pdf?culture=zh-CN", Stop);
                Assert.Equal(("application/pdf", "attachment", $"{title} {stage.Lot.Id.Replace(':', '-')}.pdf"), PdfText.Sent(answer));
                Assert.True(answer.Headers.CacheControl is { Private: true, NoStore: true });
                var text = PdfText.Of(await answer.Content.ReadAsByteArrayAsync(Stop));
                foreach (var said in new[] { title, stage.Lot.Title, "演示文书", "衡正拍卖有限公司", "102,000.00", Domain.Common.Capitals.Of(102_000_00) }) Assert.Contains(said, text, StringComparison.Ordinal);
                Assert.Contains(buyer, text, StringComparison.Ordinal);
                Assert.DoesNotContain(loser, text, StringComparison.Ordinal);
            }
        }

        var once = await visitor.GetByteArrayAsync($"/hall/lots/{stage.Lot.Id}/minutes.pdf", Stop);
        Assert.Equal(once, await visitor.GetByteArrayAsync($"/hall/lots/{stage.Lot.Id}/minutes.pdf", Stop));
        Assert.Contains("Auction minutes", PdfText.Of(await visitor.GetByteArrayAsync($"/hall/lots/{stage.Lot.Id}/minutes.pdf?culture=en", Stop)), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> Act(HallStage stage, string act, int? number = null, long? of = null) =>
        Post(stage.Auctioneer, $"/api/hall/lots/{stage.Lot.Id}/acts", new { id = $"{Guid.CreateVersion7()}", act, number, of });

    private Task<HttpResponseMessage> Floor(HallStage stage, string bidId, int paddle, long amountFen, string? reason = null) =>
        Post(stage.Auctioneer, $"/api/hall/lots/{stage.Lot.Id}/floor-bids", new { bidId, paddle, amountFen, reason });

    private static async Task<JsonElement> Beat(Somebody who, HallStage stage) =>
        await (await Post(who, $"/api/hall/lots/{stage.Lot.Id}/beat", new { })).Content.ReadFromJsonAsync<JsonElement>(Stop);

    private static Task<HttpResponseMessage> Post(Somebody who, string address, object body) => who.Api.PostAsJsonAsync(address, body, Stop);

    private static async Task<string?> CodeOf(Task<HttpResponseMessage> asked)
    {
        var answer = await asked;
        return answer.IsSuccessStatusCode ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString();
    }
}

[OnPostgres]
public sealed class PostgresHallTests : HallTests;
