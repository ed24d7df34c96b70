using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>优先受让权 from the notice to the close, with real clocks.</summary>
public class PriorityTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _market.DisposeAsync();

    [Fact]
    public async Task A_holder_comes_by_the_code_of_the_notice_matches_the_price_and_wins()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromSeconds(25), lastsSeconds: 10);
        var code = (await Codes(lot.Id)).Single();
        var rival = await _market.Join(lot);
        var holder = await _market.Join(lot, priorityCode: code);
        await Eventually.Become("ranked", TimeSpan.FromSeconds(30), async () => (await _market.Auction(lot.Id).LookAt(holder.Paddle))!.Rank == 2);
        await Become(lot.Id, "open");
        Assert.Null(await Bid(lot.Id, rival.Paddle, 100_000_00));
        Assert.Equal(Refusal.AlreadyLeading, await Bid(lot.Id, rival.Paddle, 100_000_00));
        Assert.Null(await Bid(lot.Id, holder.Paddle, 100_000_00));
        Assert.Equal(Refusal.NotAboveCurrentPrice, await Bid(lot.Id, rival.Paddle, 100_000_00));
        await Become(lot.Id, "closed");
        Assert.Equal(holder.Paddle, (await _market.Auction(lot.Id).Look()).WinnerPaddle);
    }

    [Fact]
    public async Task A_holder_without_proof_of_notice_comes_after_the_price_is_known_and_matches_it()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromSeconds(20), lastsSeconds: 5, service: NoticeService.Unproven);
        var code = (await Codes(lot.Id)).Single();
        var rival = await _market.Join(lot);
        await Become(lot.Id, "open");
        Assert.Null(await Bid(lot.Id, rival.Paddle, 100_000_00));
        await Eventually.Become("known", TimeSpan.FromSeconds(30), async () =>
            await _market.InDatabase(db => db.Set<Lot>().AnyAsync(l => l.Id == lot.Id && l.MatchUntil != null, Token)));
        var holder = await _market.Join(lot, priorityCode: code);
        await Eventually.Become("ranked", TimeSpan.FromSeconds(10), async () => (await _market.Auction(lot.Id).LookAt(holder.Paddle))!.Rank == 2);
        Assert.Equal(Refusal.OnlyThePriceItself, await Bid(lot.Id, holder.Paddle, 101_000_00));
        Assert.Null(await Bid(lot.Id, holder.Paddle, 100_000_00));
        await Become(lot.Id, "closed");
        Assert.Equal((holder.Paddle, 100_000_00L), await _market.Auction(lot.Id).Look() is var picture ? (picture.WinnerPaddle, picture.PriceFen) : default);
    }

    [Fact]
    public async Task A_code_serves_one_application_of_its_lot_and_no_other()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromHours(1));
        var other = await _market.ScheduleAuction(TimeSpan.FromHours(1), title: "低温等离子刻蚀方法");
        var code = (await Codes(lot.Id)).Single();
        var (_, first, _) = await _market.Apply(lot, priorityCode: code.ToLowerInvariant());
        var (_, second, _) = await _market.Apply(lot);
        Assert.Equal(Refusal.PriorityCodeUsed, await Claim(lot.Id, second, code));
        Assert.Equal(Refusal.PriorityCodeUnknown, await Claim(lot.Id, second, (await Codes(other.Id)).Single()));
        Assert.Equal(Refusal.Required, await Claim(lot.Id, second, " "));
        Assert.Null(await Claim(lot.Id, first, code));
    }

    [Fact]
    public async Task A_seller_names_a_holder_whom_the_achievement_does_not_show_and_takes_him_back()
    {
        var (id, _, _) = await _market.OfferLot();
        await using var scope = _market.Services.CreateAsyncScope();
        var (lots, holders) = (scope.ServiceProvider.GetRequiredService<Lots>(), scope.ServiceProvider.GetRequiredService<Holders>());
        var lot = (await lots.Find(id, Token))!;
        Assert.Equal(Refusal.MalformedRequest, (await holders.Name(lot, "某人", PriorityGround.Completer, Token)).Refusal);
        Assert.Equal(Refusal.Required, (await holders.Name(lot, " ", PriorityGround.Agreed, Token)).Refusal);
        Assert.Null((await holders.Name(lot, "合作企业", PriorityGround.Agreed, Token)).Refusal);
        Assert.Contains(await lots.OpenGates(lot, Token), f => f is { Gate: Marketplace.Domain.Auctions.Gate.PriorityHolders, Party: "合作企业" });
        Assert.Equal(2, (await Codes(id)).Count);
        Assert.Null((await holders.Forget(lot, "合作企业", Token)).Refusal);
        Assert.Empty(await lots.OpenGates(lot, Token));
        Assert.Single(await Codes(id));
    }

    private async Task<IReadOnlyList<string>> Codes(string lot)
    {
        await using var scope = _market.Services.CreateAsyncScope();
        return [.. (await scope.ServiceProvider.GetRequiredService<Holders>().CodesForSeller(lot, Token)).Values];
    }

    private async Task<Refusal?> Claim(string lotId, Guid application, string code)
    {
        await using var scope = _market.Services.CreateAsyncScope();
        var lot = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(lotId, Token))!;
        var row = await scope.ServiceProvider.GetRequiredService<Marketplace.Platform.Database.MarketplaceDb>().Set<Application>().SingleAsync(a => a.Id == application, Token);
        return (await scope.ServiceProvider.GetRequiredService<Holders>().Claim(lot, row, code, null, null, Token)).Refusal;
    }

    private Task Become(string id, string phase) => Eventually.Become(phase, TimeSpan.FromSeconds(60), async () => (await _market.Auction(id).Look()).Phase == phase);

    private async Task<Refusal?> Bid(string id, int paddle, long amount) =>
        (await _market.Auction(id).PlaceBid(new BidCommand(paddle, Guid.CreateVersion7().ToString(), amount, null, _market.Services.GetRequiredService<TimeProvider>().GetUtcNow()))).Refusal;
}
