using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>Each format that can be chosen, from the offer through bids by the programs' interface to a transcript that replays.</summary>
public class FormatTests : IAsyncLifetime
{
    private const long Start = 100_000_00;

    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _market.DisposeAsync();

    [Fact]
    public async Task A_dynamic_auction_goes_on_in_cycles_until_one_is_silent()
    {
        var lot = await _market.ScheduleAuction(
            TimeSpan.FromSeconds(25), Start, lastsSeconds: 6, write: w => w with { Format = Formats.Dynamic, CycleSeconds = 6, LatestEndSeconds = 600, MinBidders = 2 });
        var a = await _market.Join(lot);
        var b = await _market.Join(lot);
        await Reach(lot.Id, p => Phase(p) == "open");
        Assert.Equal(200, await Bid(lot.Id, a, Start));
        var free = await Look(lot.Id);
        Assert.Equal(("dynamic", "rising", 0), (free.GetProperty("format").GetString(), free.GetProperty("stage").GetString(), free.GetProperty("cycles").GetProperty("number").GetInt32()));
        Assert.Equal("zjp-dynamic.1", free.GetProperty("rules").GetString());

        // Whoever bids in the first cycle begins the second one.
        await Reach(lot.Id, p => p.GetProperty("cycles").GetProperty("number").GetInt32() == 1);
        Assert.Equal(200, await Bid(lot.Id, b, Start + 1_000_00));
        var second = await Look(lot.Id);
        Assert.Equal(2, second.GetProperty("cycles").GetProperty("number").GetInt32());
        Assert.True(second.GetProperty("endsAt").GetDateTimeOffset() > second.GetProperty("cycles").GetProperty("freeUntil").GetDateTimeOffset().AddSeconds(6));

        var check = await Verified(lot.Id);
        Assert.Equal((Outcome.Sold, Start + 1_000_00, b.Paddle), (check.Replayed!.Result!.Outcome, check.Replayed.Result.PriceFen, check.Replayed.Result.Winner));
        var terms = check.Replayed.Terms!;
        Assert.Equal((Formats.Dynamic, 6, 2, terms.FirstEnd.AddSeconds(600)), (terms.Format, terms.CycleSeconds, terms.MinBidders, terms.LatestEndsAt));
    }

    [Fact]
    public async Task The_first_to_accept_a_falling_price_has_it_at_once()
    {
        var lot = await _market.ScheduleAuction(
            TimeSpan.FromSeconds(25), Start, write: w => w with { Format = Formats.Dutch, Path = new PricePath(100, null, 2, Start / 2), CycleSeconds = 9, SoftCloseSeconds = 99 });
        var a = await _market.Join(lot);
        var b = await _market.Join(lot);
        await Reach(lot.Id, p => Phase(p) == "open" && p.GetProperty("askedFen").GetInt64() < Start);
        var falling = await Look(lot.Id);
        var path = falling.GetProperty("path");
        Assert.Equal(("falling", 50, Start / 2), (falling.GetProperty("stage").GetString(), path.GetProperty("steps").GetInt32(), path.GetProperty("floorFen").GetInt64()));
        Assert.Equal(JsonValueKind.Null, falling.GetProperty("priceFen").ValueKind);
        Assert.Equal(409, await Bid(lot.Id, a, Start / 2));
        Assert.Equal(200, await Bid(lot.Id, a, falling.GetProperty("askedFen").GetInt64()));
        Assert.Equal(409, await Bid(lot.Id, b, Start));

        var check = await Verified(lot.Id);
        var result = check.Replayed!.Result!;
        Assert.Equal((Outcome.Sold, a.Paddle), (result.Outcome, result.Winner));
        Assert.InRange(result.PriceFen!.Value, Start / 2, Start - 1);
        Assert.Equal(result.PriceFen, await _market.InDatabase(db => db.Set<Lot>().Where(l => l.Id == lot.Id).Select(l => l.PriceFen).SingleAsync(Token)));

        // The announcement carries the whole path, and nothing of other formats.
        var bytes = await _market.InDatabase(db => db.Set<AnnouncementRow>().Where(r => r.Auction == lot.Id).Select(r => r.Bytes).SingleAsync(Token));
        var terms = JsonDocument.Parse(bytes).RootElement.GetProperty("terms");
        Assert.Equal(("dutch", "zjp-dutch.1", 0), (terms.GetProperty("format").GetString(), terms.GetProperty("rules").GetString(), terms.GetProperty("softCloseSeconds").GetInt32()));
        Assert.Equal("""{"stepBasisPoints":100,"intervalSeconds":2,"floorFen":5000000}""", terms.GetProperty("path").GetRawText());
        Assert.False(terms.TryGetProperty("cycleSeconds", out _));
        Assert.Equal(terms.GetProperty("opensAt").GetDateTimeOffset().AddSeconds(102), terms.GetProperty("endsAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_falling_price_that_nobody_accepts_ends_unsold_at_the_floor()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromSeconds(15), Start, write: w => w with { Format = Formats.Dutch, Path = new PricePath(null, 20_000_00, 2, Start / 2) });
        await Reach(lot.Id, p => Phase(p) == "closed");
        Assert.Equal(Outcome.Unsold, (await Verified(lot.Id)).Replayed!.Result!.Outcome);
    }

    public static readonly TheoryData<string, Func<LotWriting, LotWriting>, Refusal, string> Refused = new()
    {
        { "a format that is no word", w => w with { Format = "auction" }, Refusal.FormatNotOffered, "format" },
        { "cycles without a length", w => w with { Format = Formats.Dynamic }, Refusal.CycleInvalid, "cycle" },
        { "cycles of more than an hour", w => w with { Format = Formats.Dynamic, CycleSeconds = 3601 }, Refusal.CycleInvalid, "cycle" },
        { "a latest end at the end itself", w => w with { LatestEndSeconds = 0 }, Refusal.LatestEndInvalid, "latestEnd" },
        { "no bidders", w => w with { MinBidders = 0 }, Refusal.TermsInvalid, "minBidders" },
        { "a price that falls nowhere", w => w with { Format = Formats.Dutch }, Refusal.PricePathInvalid, "fall" },
        { "two kinds of steps", w => w with { Format = Formats.Dutch, Path = new PricePath(100, 100, 300, Start / 2) }, Refusal.PricePathInvalid, "fall" },
        { "a floor at the start", w => w with { Format = Formats.Dutch, Path = new PricePath(100, null, 300, Start) }, Refusal.PricePathInvalid, "floor" },
        { "a floor below the deposit", w => w with { Format = Formats.Dutch, Path = new PricePath(100, null, 300, Start / 100) }, Refusal.PricePathInvalid, "floor" },
        { "no interval", w => w with { Format = Formats.Dutch, Path = new PricePath(100, null, 0, Start / 2) }, Refusal.PricePathInvalid, "interval" },
        { "a path of months", w => w with { Format = Formats.Dutch, Path = new PricePath(1, null, 86_400, Start / 2) }, Refusal.PricePathInvalid, "interval" },
        { "a secret reserve under a public floor", w => w with { Format = Formats.Dutch, ReserveFen = Start, Path = new PricePath(100, null, 300, Start / 2) }, Refusal.TermsInvalid, "reserve" },
    };

    [Fact]
    public async Task What_a_format_does_not_allow_is_refused_by_name_at_its_field()
    {
        var (id, _, _) = await _market.OfferLot(Start);
        await using var scope = _market.Services.CreateAsyncScope();
        var lots = scope.ServiceProvider.GetRequiredService<Lots>();
        var lot = (await lots.Find(id, Token))!;
        foreach (var row in Refused)
        {
            var (what, change, refusal, field) = row.Data;
            var saved = await lots.Save(lot, change(Writing), Token);
            Assert.True((saved.Refusal, saved.Detail) == (refusal, field), $"{what}: {saved.Refusal} {saved.Detail}");
        }

        // Changing the format forgets what only the one before had.
        Assert.True((await lots.Save(lot, Writing with { Format = Formats.Dutch, Path = new PricePath(100, null, 300, Start / 2) }, Token)).Done);
        Assert.Equal((Start / 2, 0), (lot.FloorFen, lot.SoftCloseSeconds));
        Assert.True((await lots.Save(lot, Writing with { Format = Formats.Dynamic, CycleSeconds = 300, Path = new PricePath(100, null, 300, Start / 2) }, Token)).Done);
        Assert.Equal((null, 300), (lot.Path, lot.CycleSeconds));
    }

    private static LotWriting Writing => new()
    {
        Right = RightOffered.Assignment,
        StartPriceFen = Start,
        Steps = "0 1000",
        OnStep = OnStep.Multiple,
        SoftCloseSeconds = 300,
        DurationSeconds = 3600,
        DepositFen = Start / 10,
        ReserveFen = null,
        OpensReserve = false,
        Conditions = BuyerConditions.None,
        Deliverables = "图纸",
        TaxIncluded = true,
        Invoice = InvoiceKind.None,
        StampDuty = Bearer.Buyer,
        RegistrationFees = Bearer.Buyer,
    };

    private static string? Phase(JsonElement picture) => picture.GetProperty("phase").GetString();

    private async Task<JsonElement> Look(string id) => await _market.CreateClient().GetFromJsonAsync<JsonElement>($"/api/auctions/{id}", Token);

    private Task Reach(string id, Func<JsonElement, bool> there) => Eventually.Become($"{id} gets there", TimeSpan.FromSeconds(90), async () => there(await Look(id)));

    private static async Task<int> Bid(string id, Joined bidder, long fen) =>
        (int)(await bidder.Enterprise.Api.PostAsJsonAsync($"/api/auctions/{id}/bids", new { bidId = Guid.CreateVersion7(), amountFen = fen }, Token)).StatusCode;

    /// <summary>The record after the close, as anybody downloads it, played through the rules again.</summary>
    private async Task<TranscriptCheck> Verified(string id)
    {
        await Reach(id, p => Phase(p) == "closed");
        var check = Transcript.Verify(await _market.CreateClient().GetByteArrayAsync($"/api/auctions/{id}/transcript", Token));
        Assert.Null(check.Fault);
        Assert.NotNull(check.Replayed);
        return check;
    }
}
