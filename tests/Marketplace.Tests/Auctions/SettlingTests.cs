using Marketplace.Auctions;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Payments;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>What the close sets off, with real clocks: an auction of some seconds.</summary>
public class SettlingTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _market.DisposeAsync();

    // Rule test 14 of domain.md §5: the release is instructed at once, long before 24 hours; the winner's stays for the price.
    [Fact]
    public async Task The_losers_deposit_is_free_at_once_and_the_winner_has_a_deal()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromSeconds(25), lastsSeconds: 10);
        var loser = await _market.Join(lot);
        var winner = await _market.Join(lot);
        await Open(lot.Id);
        await Bid(lot.Id, loser.Paddle, 100_000_00);
        await Bid(lot.Id, winner.Paddle, 101_000_00);
        await Eventually.Become("settled", TimeSpan.FromSeconds(90), async () => (await _market.Row(lot.Achievement)).State == AchievementState.Traded);

        var free = await _market.Deposits.Account(loser.Enterprise.Organisation);
        Assert.Equal((1_000_000_00L, HoldState.Released), (free.AvailableFen, free.Holds.Single().State));
        Assert.Equal(HoldState.Bound, (await _market.Deposits.Account(winner.Enterprise.Organisation)).Holds.Single().State);
        var deal = await _market.Services.GetRequiredService<Marketplace.Deals.Deals>().Find(lot.Id, Token);
        Assert.Equal((winner.Enterprise.Organisation, 101_000_00L), (deal!.Opened!.Buyer, deal.Opened.PriceFen));

        // Settling again changes nothing.
        await using var scope = _market.Services.CreateAsyncScope();
        Assert.Null(await scope.ServiceProvider.GetRequiredService<Settling>().Settle(lot.Id, Token));
        Assert.Equal(1_000_000_00, (await _market.Deposits.Account(loser.Enterprise.Organisation)).AvailableFen);
    }

    [Fact]
    public async Task Without_a_sale_everybody_has_the_deposit_back_and_the_achievement_is_free()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromSeconds(20), lastsSeconds: 5);
        var silent = await _market.Join(lot);
        var (late, application, _) = await _market.Apply(lot);
        await _market.Credit(late.Organisation, 10_000_00, demo: true);
        Assert.Null((await _market.Freeze(lot, application)).Refusal);
        await Eventually.Become("settled", TimeSpan.FromSeconds(90), async () => (await _market.Row(lot.Achievement)).State == AchievementState.Published);
        Assert.Equal(1_000_000_00, (await _market.Deposits.Account(silent.Enterprise.Organisation)).AvailableFen);
        Assert.Equal(10_000_00, (await _market.Deposits.Account(late.Organisation)).AvailableFen);
        Assert.Equal("unsold", await _market.InDatabase(db => db.Set<Lot>().Where(l => l.Id == lot.Id).Select(l => l.Outcome).SingleAsync(Token)));
    }

    private Task Open(string id) => Eventually.Become("open", TimeSpan.FromSeconds(60), async () => (await _market.Auction(id).Look()).Phase == "open");

    private async Task Bid(string id, int paddle, long amount)
    {
        var reply = await _market.Auction(id).PlaceBid(new BidCommand(paddle, Guid.CreateVersion7().ToString(), amount, null, _market.Services.GetRequiredService<TimeProvider>().GetUtcNow()));
        Assert.Null(reply.Refusal);
    }
}
