using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Tests.Host;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Tests.Auctions;

/// <summary>回避, who opened what, and how fast bids may come.</summary>
public class FairnessTests : IAsyncLifetime
{
    private readonly StillMarket _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Who_serves_the_seller_is_refused_at_the_application_by_name()
    {
        var lot = await _market.ScheduleAuction();
        var enterprise = await _market.Organisation(OrganisationKind.Enterprise, demo: true);
        await _market.GiveRole(lot.Seller.Organisation, enterprise.Person, MemberRole.Staff);
        Assert.Equal(Refusal.SharesPersonWithSeller, await Start(lot, enterprise));
        var page = await enterprise.Pages.GetStringAsync($"/auctions/{lot.Id}/apply?culture=zh-CN", Token);
        Assert.Contains("同时在转让方任职", page, StringComparison.Ordinal);

        var other = await _market.Organisation(OrganisationKind.Enterprise, demo: true);
        Assert.Null(await Start(lot, other));
    }

    [Fact]
    public async Task Declared_related_parties_are_refused_and_may_bid_again_when_it_ends()
    {
        var lot = await _market.ScheduleAuction();
        var enterprise = await _market.Organisation(OrganisationKind.Enterprise, demo: true);
        var code = await _market.InDatabase(db => db.Set<Organisation>().Where(o => o.Id == lot.Seller.Organisation).Select(o => o.Uscc).SingleAsync(Token));
        Assert.Equal(HttpStatusCode.OK, (await enterprise.Pages.Submit("/desk/related", new() { ["Code"] = "91330000MA00000000" })).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await enterprise.Pages.Submit("/desk/related", new() { ["Code"] = code! })).StatusCode);
        Assert.Equal(Refusal.RelatedToSeller, await Start(lot, enterprise));

        await _market.InDatabase(db => db.Set<RelatedPartyRow>().ExecuteUpdateAsync(set => set.SetProperty(r => r.EndedAt, DateTimeOffset.UnixEpoch), Token));
        Assert.Null(await Start(lot, enterprise));
    }

    [Fact]
    public async Task Who_joins_the_seller_before_the_admission_gets_no_paddle_and_its_money_back()
    {
        var lot = await _market.ScheduleAuction();
        var (enterprise, application, code) = await _market.Apply(lot);
        await _market.Credit(enterprise.Organisation, 1_000_000_00, demo: true);
        Assert.Null((await _market.Freeze(lot, application)).Refusal);
        await _market.GiveRole(lot.Seller.Organisation, enterprise.Person, MemberRole.Staff);
        await _market.Review(code, lot.Operator);
        await Eventually.Become("the exclusion", TimeSpan.FromSeconds(60), () => _market.InDatabase(async db =>
            await db.Set<Application>().AnyAsync(a => a.Id == application && a.Review == PapersReview.Refused && a.ReviewReason == nameof(Refusal.SharesPersonWithSeller), Token)));
        await Eventually.Become("the deposit", TimeSpan.FromSeconds(60), async () =>
            (await _market.Services.GetRequiredService<Marketplace.Payments.DepositAccounts>().Account(enterprise.Organisation)).FrozenFen == 0);
        Assert.False(await _market.InDatabase(db => db.Set<PaddleRow>().AnyAsync(p => p.Auction == lot.Id, Token)));
        Assert.Contains("任职", await enterprise.Pages.GetStringAsync($"/auctions/{lot.Id}/apply?culture=zh-CN", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_joins_the_seller_while_bidding_runs_bids_no_more_and_what_it_bid_stands()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromSeconds(30), lastsSeconds: 120);
        var bidder = await _market.Join(lot);
        await Eventually.Become("open", TimeSpan.FromSeconds(60), async () => (await _market.Auction(lot.Id).Look()).Phase == "open");
        Assert.Equal(HttpStatusCode.OK, (await bidder.Enterprise.Api.PostAsJsonAsync($"/api/auctions/{lot.Id}/bids", new { bidId = "before", amountFen = 100_000_00 }, Token)).StatusCode);
        await _market.GiveRole(lot.Seller.Organisation, bidder.Enterprise.Person, MemberRole.Staff);
        await using var scope = _market.Services.CreateAsyncScope();
        Assert.NotNull(await scope.ServiceProvider.GetRequiredService<Fairness>().Look(lot.Id, Token));
        var refused = await bidder.Enterprise.Api.PostAsJsonAsync($"/api/auctions/{lot.Id}/bids", new { bidId = "after", proxyMaxFen = 200_000_00 }, Token);
        Assert.Equal("PaddleSuspended", (await refused.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("code").GetString());
        Assert.Equal(bidder.Paddle, (await _market.Auction(lot.Id).Look()).LeaderPaddle);
    }

    [Fact]
    public async Task Bids_beyond_what_a_hand_can_do_are_turned_away_by_name_and_reading_never_is()
    {
        var auction = await _market.OpenAuction();
        var (bidder, rival) = (await _market.Enterprise(), await _market.Enterprise());
        await _market.Admitted(auction, bidder.Organisation, 17);
        await _market.Admitted(auction, rival.Organisation, 18);
        var bid = new { bidId = "again", amountFen = 200_000_000 };
        for (var call = 0; call < BidPace.OfPaddle.AtOnce; call++)
        {
            Assert.Equal(HttpStatusCode.OK, (await bidder.Api.PostAsJsonAsync($"/api/auctions/{auction}/bids", bid, Token)).StatusCode);
        }

        // The clock of the limits stands still: the next one is one too many.
        using var refused = await bidder.Api.PostAsJsonAsync($"/api/auctions/{auction}/bids", bid, Token);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("1", refused.Headers.RetryAfter!.ToString());
        Assert.Equal(nameof(Refusal.BidsTooFast), (await refused.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("code").GetString());

        // Nobody else is hurt, and the room goes on being read by the same person.
        Assert.Equal(HttpStatusCode.OK, (await rival.Api.PostAsJsonAsync($"/api/auctions/{auction}/bids", new { bidId = "r", amountFen = 202_000_000 }, Token)).StatusCode);
        foreach (var path in new[] { $"/api/auctions/{auction}", $"/api/auctions/{auction}/updates?after=0", $"/api/auctions/{auction}/mine" })
        {
            for (var read = 0; read < 50; read++) Assert.Equal(HttpStatusCode.OK, (await bidder.Api.GetAsync(path, Token)).StatusCode);
        }

        _market.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await bidder.Api.PostAsJsonAsync($"/api/auctions/{auction}/bids", bid, Token)).StatusCode);
    }

    [Fact]
    public async Task What_the_operator_opens_is_chained_and_shown_to_its_owner_and_a_change_shows()
    {
        var lot = await _market.ScheduleAuction();
        var (_, _, code) = await _market.Apply(lot);
        await lot.Operator.Pages.GetStringAsync($"/desk/qualifications/{code}", Token);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => lot.Operator.Pages.GetStringAsync("/desk/bank", Token)));
        Assert.Equal(HttpStatusCode.Forbidden, (await lot.Operator.Pages.GetAsync("/desk/reads", Token)).StatusCode);
        var owner = await _market.Member(lot.Operator.Organisation, MemberRole.Owner, "审计员");
        var page = await owner.Pages.GetStringAsync("/desk/reads?culture=zh-CN", Token);
        Assert.Contains(code, page, StringComparison.Ordinal);
        Assert.Contains("链条完整，共 9 条", page, StringComparison.Ordinal);
        Assert.DoesNotContain(lot.Id, page, StringComparison.Ordinal);

        await _market.InDatabase(db => db.Set<PrivilegedReadRow>().Where(r => r.Seq == 4).ExecuteUpdateAsync(set => set.SetProperty(r => r.Purpose, "nothing"), Token));
        Assert.Contains("链条在第 4 条断开", await owner.Pages.GetStringAsync("/desk/reads?culture=zh-CN", Token), StringComparison.Ordinal);
    }

    private async Task<Refusal?> Start(ScheduledLot scheduled, Somebody who)
    {
        await using var scope = _market.Services.CreateAsyncScope();
        var lot = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(scheduled.Id, Token))!;
        var member = new Membership(who.Organisation, "企业", OrganisationKind.Enterprise, MemberRole.Owner, Verified: true, Demo: true);
        return (await scope.ServiceProvider.GetRequiredService<Applications>().Start(lot, member, who.Person, Token)).Refusal;
    }

    /// <summary>A market whose limits have a clock of their own.</summary>
    private sealed class StillMarket : MarketHost
    {
        public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureTestServices(services => services.AddSingleton(new BidLimits(Clock)));
        }
    }
}

[OnPostgres]
public sealed class FairnessOnPostgres : FairnessTests;
