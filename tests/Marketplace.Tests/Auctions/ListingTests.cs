using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>挂牌交易 from the offer to the deal, and as the last rung of a failed lot's plan.</summary>
public class ListingTests : IAsyncLifetime
{
    private const long Posted = 100_000_00;

    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _market.DisposeAsync();

    [Fact]
    public async Task One_intent_has_the_lot_at_the_posted_price_and_a_deal_that_says_how()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromSeconds(25), Posted, write: Listed(0));
        var a = await _market.Join(lot);
        var apply = await a.Enterprise.Pages.GetStringAsync($"/auctions/{lot.Id}/apply", Token);
        Assert.Contains("报名即接受挂牌价", apply, StringComparison.Ordinal);
        var check = await Verified(lot.Id);
        Assert.Equal((Outcome.Sold, Posted, a.Paddle, ListingCourse.Agreed), (check.Replayed!.Result!.Outcome, check.Replayed.Result.PriceFen, check.Replayed.Result.Winner, check.Replayed.Listed!.Course));
        var deal = await Eventually.Get("the deal", TimeSpan.FromSeconds(60), () => _market.Deals.Find(lot.Id, Token));
        Assert.Equal((true, Posted, a.Enterprise.Organisation), (deal.Opened!.Listed, deal.Opened.PriceFen, deal.Opened.Buyer));
        var confirmation = await a.Enterprise.Pages.GetStringAsync($"/deals/{lot.Id}/confirmation", Token);
        Assert.Contains("<dd>在技术交易市场挂牌交易</dd>", confirmation, StringComparison.Ordinal);
        Assert.Equal("在技术交易市场挂牌交易", (await Announced(lot.Id)).GetProperty("wayOfPricing").GetString());
        // One bidder, as the archive counts.
        var row = await _market.InDatabase(db => db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Id == lot.Id, Token));
        Assert.Equal((1, "sold"), (row.ActiveBidders, row.Outcome));
    }

    [Fact]
    public async Task Nobody_comes_then_two_come_in_the_extension_and_bid()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromSeconds(6), Posted, lastsSeconds: 8, write: Listed(3));
        await Reach(lot.Id, p => p.GetProperty("listing").GetProperty("extended").GetInt32() > 0);
        var row = await _market.InDatabase(db => db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Id == lot.Id, Token));
        Assert.Equal((row.OpensAt, "announced", false), (row.ApplyUntil, row.Phase, row.Opened));
        Assert.True(row.OpensAt >= lot.OpensAt.AddSeconds(30));
        var joined = await Task.WhenAll(_market.Join(lot), _market.Join(lot));
        await Reach(lot.Id, p => p.GetProperty("phase").GetString() == "open");
        var opened = await Look(lot.Id);
        Assert.Equal(("rising", Posted, "bidding"), (opened.GetProperty("stage").GetString(), opened.GetProperty("priceFen").GetInt64(), opened.GetProperty("listing").GetProperty("course").GetString()));
        var second = joined.Single(j => j.Paddle != opened.GetProperty("leaderPaddle").GetInt32());
        var bid = await second.Enterprise.Api.PostAsJsonAsync($"/api/auctions/{lot.Id}/bids", new { bidId = Guid.CreateVersion7(), amountFen = Posted + 1_000_00 }, Token);
        Assert.True(bid.IsSuccessStatusCode, await bid.Content.ReadAsStringAsync(Token));
        var check = await Verified(lot.Id);
        Assert.Equal((Outcome.Sold, Posted + 1_000_00, second.Paddle), (check.Replayed!.Result!.Outcome, check.Replayed.Result.PriceFen, check.Replayed.Result.Winner));
    }

    [Fact]
    public async Task Each_page_shows_a_listing_in_both_languages()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromMinutes(30), Posted, write: Listed(2));
        foreach (var (language, says) in new[] { ("zh-CN", "挂牌交易"), ("en", "Listing") })
        {
            using var reader = _market.Browser();
            foreach (var page in new[] { $"/auctions/{lot.Id}", $"/auctions/{lot.Id}/notice", $"/auctions/{lot.Id}/transcript-view", $"/sessions/{lot.Session}/catalogue", "/auctions", "/auctions/rules", "/auctions/rules/listed" })
            {
                var answer = await reader.GetAsync($"{page}?culture={language}", Token);
                var html = await answer.Content.ReadAsStringAsync(Token);
                Assert.True(answer.IsSuccessStatusCode && (page.EndsWith("transcript-view", StringComparison.Ordinal) || html.Contains(says, StringComparison.Ordinal)), $"{page} {language} {answer.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task What_a_listing_does_not_allow_is_refused_by_name_at_its_field()
    {
        var (id, _, _) = await _market.OfferLot(Posted, write: Listed(2));
        await using var scope = _market.Services.CreateAsyncScope();
        var lots = scope.ServiceProvider.GetRequiredService<Lots>();
        var sessions = scope.ServiceProvider.GetRequiredService<Sessions>();
        var announcements = scope.ServiceProvider.GetRequiredService<Announcements>();
        var lot = (await lots.Find(id, Token))!;
        Assert.Equal((2, Formats.Listed, 1), (lot.ListingCycles, lot.Format, lot.MinBidders));
        var opens = DateTimeOffset.UtcNow.AddHours(1);
        var session = await Session(SessionTiming.Staggered, opens);
        Assert.True((await sessions.Take(session, lot, Token)).Done);
        Assert.Equal(Refusal.NotLinked, (await sessions.Link(lot, "A", Token)).Refusal);
        Assert.Equal(Refusal.ListingMovesItsTimes, (await announcements.Check(lot, new AnnouncedTerms(opens, opens, 0, Bearer.Seller), Token)).Refusal);
        await lots.TakeBack(lot, "换专场", Token);
        await lots.Offer(lot, Token);
        Assert.True((await sessions.Take(await Session(SessionTiming.Together, opens), lot, Token)).Done);
        // Applications that close longer before the end than a cycle lasts would never open again.
        var early = await announcements.Check(lot, new AnnouncedTerms(opens, opens.AddSeconds(-30), 0, Bearer.Seller), Token);
        Assert.Equal((Refusal.SessionTimesInvalid, "applyUntil"), (early.Refusal, early.Detail));
        Assert.True((await announcements.Check(lot, new AnnouncedTerms(opens, opens.AddSeconds(-29), 0, Bearer.Seller), Token)).Done);

        async Task<Session> Session(SessionTiming timing, DateTimeOffset at) => (await sessions.Create(
            Guid.CreateVersion7(), new SessionWriting("挂牌专场", "Listings", "测试区", SessionBrand.HighTechZone, SessionProfile.Demo, at, at, Demo: true, timing, GapSeconds: 60), Token)).Value;
    }

    [Fact]
    public async Task An_unsold_falling_round_is_followed_by_the_listing_of_its_plan_at_the_floor()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromMinutes(30), Posted, write: w => w with { Format = Formats.Dutch, Path = new PricePath(100, null, 300, 80_000_00), IfUnsold = new FailedLot(FailedPlan.AgainThenDutchThenListed, 30, 2000) });
        await using var scope = _market.Services.CreateAsyncScope();
        var rounds = scope.ServiceProvider.GetRequiredService<NextRounds>();
        var failed = await _market.InDatabase(db => db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Id == lot.Id, Token));
        failed.Round = LotRound.Dutch;
        await rounds.Make(failed, DateTimeOffset.UtcNow, lower: true, Token);
        await rounds.Make(failed, DateTimeOffset.UtcNow, lower: true, Token);
        var next = await _market.InDatabase(db => db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Follows == lot.Id, Token));
        Assert.Equal((LotState.Offered, LotRound.Listed, Formats.Listed, 80_000_00L, 80_000_00L), (next.State, next.Round, next.Format, next.StartPriceFen, next.PlannedLowestFen));
        Assert.Equal((2, 86_400, 300, "0 10000"), (next.ListingCycles, next.DurationSeconds, next.SoftCloseSeconds, next.Steps));
        Assert.Null(next.Path);
        Assert.Null(next.IfUnsold.After(next.Round));
    }

    private static Func<LotWriting, LotWriting> Listed(int cycles) => w => w with { Format = Formats.Listed, ListingCycles = cycles, MinBidders = 3, SealedSeconds = 9 };

    private async Task<JsonElement> Announced(string id) =>
        JsonElement.Parse(await _market.InDatabase(db => db.Set<AnnouncementRow>().Where(r => r.Auction == id).Select(r => r.Bytes).SingleAsync(Token)));

    private async Task<JsonElement> Look(string id) => await _market.CreateClient().GetFromJsonAsync<JsonElement>($"/api/auctions/{id}", Token);

    private Task Reach(string id, Func<JsonElement, bool> there) => Eventually.Become($"{id} gets there", TimeSpan.FromSeconds(120), async () => there(await Look(id)));

    private async Task<TranscriptCheck> Verified(string id)
    {
        await Reach(id, p => p.GetProperty("phase").GetString() == "closed");
        var check = Transcript.Verify(await _market.CreateClient().GetByteArrayAsync($"/api/auctions/{id}/transcript", Token));
        Assert.Null(check.Fault);
        Assert.NotNull(check.Replayed);
        return check;
    }
}

[OnPostgres]
public sealed class PostgresListingTests : ListingTests;
