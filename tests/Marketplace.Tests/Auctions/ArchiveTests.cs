using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>The archive and the catalogue, from records to the page.</summary>
public class ArchiveTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Figures_lead_to_their_records_and_demo_and_real_are_apart()
    {
        var seller = await _market.Organisation(OrganisationKind.University, "钱江理工大学");
        for (var i = 0; i < 10; i++) await Ended($"ZJP-S{i}", seller.Organisation, "sold", bidders: i < 6 ? 2 : 1, price: 110_00 + (i * 10_00));
        await Ended("ZJP-U1", seller.Organisation, "unsold", bidders: 1, price: 90_00, missed: true);
        await Ended("ZJP-C1", seller.Organisation, "cancelled", bidders: 0, price: null);
        await Ended("demo:ZJP-D1", seller.Organisation, "sold", bidders: 3, price: 900_00, demo: true);
        using var visitor = _market.Browser();

        var page = await visitor.GetStringAsync("/auctions/archive", Token);
        Assert.Contains("90.91%", page, StringComparison.Ordinal); // 10 of 11
        Assert.Contains("54.55%", page, StringComparison.Ordinal); // 6 of 11 contested
        Assert.Contains("55.00%", page, StringComparison.Ordinal); // 1,550 for 1,000
        Assert.Contains("ZJP-U1", page, StringComparison.Ordinal);
        Assert.DoesNotContain("ZJP-D1", page, StringComparison.Ordinal);
        Assert.Contains("有，未达到", page, StringComparison.Ordinal);
        var contested = await visitor.GetStringAsync("/auctions/archive?show=contested", Token);
        Assert.Contains("/auctions/ZJP-S5/", contested, StringComparison.Ordinal);
        Assert.DoesNotContain("/auctions/ZJP-S6/", contested, StringComparison.Ordinal);
        Assert.Contains("钱江理工大学", await visitor.GetStringAsync("/auctions/archive?by=seller", Token), StringComparison.Ordinal);

        var demo = await visitor.GetStringAsync("/auctions/archive?demo=true", Token);
        Assert.Contains("/auctions/demo:ZJP-D1/", demo, StringComparison.Ordinal);
        Assert.DoesNotContain("ZJP-S1", demo, StringComparison.Ordinal);
        Assert.Contains("不足 10 项，不公布", demo, StringComparison.Ordinal);
        Assert.DoesNotContain("800.00%", demo[..demo.IndexOf("id=\"lots\"", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_takes_the_records_away_computes_the_same_figures()
    {
        var seller = await _market.Organisation(OrganisationKind.University);
        for (var i = 0; i < 11; i++) await Ended($"ZJP-S{i:00}", seller.Organisation, "sold", bidders: i % 4, price: 100_00 + (i * 7_77));
        await Ended("ZJP-U1", seller.Organisation, "unsold", bidders: 0, price: null, title: "=HYPERLINK(\"x\"),\"引号\"");
        using var visitor = _market.Browser();
        var json = await visitor.GetFromJsonAsync<JsonElement>("/auctions/archive.json", Token);
        var lots = json.GetProperty("lots").EnumerateArray().ToList();
        var sold = lots.Where(l => l.GetProperty("ending").GetString() == "sold").ToList();
        var (start, price) = (sold.Sum(l => l.GetProperty("startPriceFen").GetInt64()), sold.Sum(l => l.GetProperty("priceFen").GetInt64()));
        Assert.Equal(Archive.Premium(start, price), json.GetProperty("figures").GetProperty("premiumBasisPoints").GetInt64());
        Assert.Equal(lots.Count(l => l.GetProperty("bidders").GetInt32() >= 2), json.GetProperty("figures").GetProperty("contested").GetInt32());
        Assert.Equal(Archive.Method, json.GetProperty("method").GetString());

        var csv = await visitor.GetStringAsync("/auctions/archive.csv", Token);
        Assert.Equal(1 + lots.Count, csv.Trim().Split("\r\n").Length);
        Assert.Contains("\"'=HYPERLINK(\"\"x\"\"),\"\"引号\"\"\"", csv, StringComparison.Ordinal);
        Assert.Equal("text/csv", (await visitor.GetAsync("/auctions/archive.csv", Token)).Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task An_empty_archive_says_so_and_has_its_method()
    {
        using var visitor = _market.Browser();
        var page = await visitor.GetStringAsync("/auctions/archive", Token);
        Assert.Contains("还没有到期的标的", page, StringComparison.Ordinal);
        Assert.Contains(Archive.Method, page, StringComparison.Ordinal);
        Assert.Empty((await visitor.GetFromJsonAsync<JsonElement>("/auctions/archive.json", Token)).GetProperty("lots").EnumerateArray());
    }

    [Fact]
    public async Task The_record_of_a_real_close_counts_those_who_bid_and_says_that_the_reserve_was_missed()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromSeconds(20), lastsSeconds: 5, reserveFen: 150_000_00);
        var bidder = await _market.Join(lot);
        await _market.Join(lot);
        await Eventually.Become("open", TimeSpan.FromSeconds(60), async () => (await _market.Auction(lot.Id).Look()).Phase == "open");
        var reply = await _market.Auction(lot.Id).PlaceBid(new BidCommand(bidder.Paddle, "b-1", 100_000_00, null, _market.Services.GetRequiredService<TimeProvider>().GetUtcNow()));
        Assert.Null(reply.Refusal);
        await Eventually.Become("closed", TimeSpan.FromSeconds(60), async () => (await Row(lot.Id)).Outcome is not null);
        var row = await Row(lot.Id);
        Assert.Equal((2, 1, (bool?)true), (row.Bidders, row.ActiveBidders, row.ReserveMissed));
        using var visitor = _market.Browser();
        var record = (await visitor.GetFromJsonAsync<JsonElement>("/auctions/archive.json?demo=true", Token)).GetProperty("lots").EnumerateArray().Single();
        Assert.Equal(("missed", "unsold", 1), (record.GetProperty("reserve").GetString(), record.GetProperty("ending").GetString(), record.GetProperty("bidders").GetInt32()));
    }

    [Fact]
    public async Task The_catalogue_prints_every_announced_lot_with_its_terms_and_a_code_to_its_notice()
    {
        var lot = await _market.ScheduleAuction(reserveFen: 123_457_00);
        using var visitor = _market.Browser();
        var page = await visitor.GetStringAsync($"/sessions/{lot.Session}/catalogue", Token);
        var sha = await _market.InDatabase(db => db.Set<AnnouncementRow>().Where(a => a.Auction == lot.Id).Select(a => a.Sha256).SingleAsync(Token));
        foreach (var said in new[] { lot.Id, lot.Title, "ZL 2018 1 0472196.3", "2038-05-17", "陈某某", "¥100,000", "data:image/png;base64,", sha }) Assert.Contains(said, page, StringComparison.Ordinal);
        Assert.DoesNotContain("123,457", page, StringComparison.Ordinal);
        Assert.Contains($"/sessions/{lot.Session}/catalogue", await visitor.GetStringAsync($"/sessions/{lot.Session}", Token), StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await visitor.GetAsync($"/sessions/{Guid.CreateVersion7()}/catalogue", Token)).StatusCode);
        var file = await visitor.GetByteArrayAsync($"/sessions/{lot.Session}/catalogue.pdf", Token);
        var printed = PdfText.Of(file);
        foreach (var said in new[] { lot.Id, lot.Title, "ZL 2018 1 0472196.3", "2038-05-17", "陈某某", "¥100,000", sha[..8], sha[^8..] }) Assert.Contains(said, printed, StringComparison.Ordinal);
        Assert.DoesNotContain("123,457", printed, StringComparison.Ordinal);
        Assert.Equal(file, await visitor.GetByteArrayAsync($"/sessions/{lot.Session}/catalogue.pdf", Token));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await visitor.GetAsync($"/sessions/{Guid.CreateVersion7()}/catalogue.pdf", Token)).StatusCode);
    }

    private Task<Lot> Row(string id) => _market.InDatabase(db => db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Id == id, Token));

    /// <summary>An ended lot straight into the read model; how a close writes it is another test's.</summary>
    private Task Ended(string id, Guid seller, string outcome, int bidders, long? price, bool? missed = null, bool demo = false, string? title = null) => _market.InDatabase(db =>
    {
        var ended = new DateTimeOffset(2026, 11, 20, 7, 0, 0, TimeSpan.Zero);
        db.Add(new Lot
        {
            Id = id,
            Achievement = Guid.CreateVersion7(),
            Seller = seller,
            SellerName = "钱江理工大学",
            Title = title ?? "标的 " + id,
            Summary = "",
            Steps = "0 1000",
            Demo = demo,
            State = LotState.Announced,
            Phase = "closed",
            Outcome = outcome,
            StartPriceFen = 100_00,
            PriceFen = price,
            ActiveBidders = bidders,
            Bidders = bidders + 1,
            Bids = bidders,
            HasReserve = missed is not null,
            ReserveMissed = missed,
            OpensAt = ended.AddHours(-1),
            ApplyUntil = ended.AddHours(-1),
            EndsAt = ended,
        });
        return db.SaveChangesAsync(Token);
    });
}
