using Marketplace.Achievements;
using Marketplace.Deals;
using Marketplace.Domain.Auctions;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>
/// What a close began: losers' deposits go back at once (the law says within 24 hours), the winner's stays bound, the deal
/// is opened, the achievement is sold or free again. Each step is safe to repeat and is noted before the next.
/// </summary>
public sealed class Settling(MarketplaceDb db, DepositAccounts deposits, Deals.Deals deals, IGrainFactory grains, TimeProvider clock)
{
    public async Task<DateTimeOffset?> Settle(string auction, CancellationToken cancellation)
    {
        var lot = await db.Set<Lot>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == auction, cancellation);
        if (lot is null) return null;
        if (lot.Outcome is null) return clock.GetUtcNow() + TimeSpan.FromSeconds(1);
        var winner = lot.Outcome == "sold" ? lot.Winner : null;

        // Money first: nobody's deposit waits for paperwork between others.
        await ReleaseLosers(lot, winner, cancellation);
        await ReleaseUnadmitted(lot, cancellation);
        var achievement = grains.GetGrain<IAchievementGrain>(lot.Achievement);
        if (winner is null)
        {
            await achievement.LeaveTrade(auction);
            return null;
        }

        var buyer = await db.Set<PaddleRow>().AsNoTracking().SingleAsync(p => p.Auction == auction && p.Paddle == winner, cancellation);
        var opened = await deals.Open(new OpenDeal(
            auction, lot.Seller, buyer.Organisation, lot.Title, lot.PriceFen!.Value, lot.EndsAt!.Value, lot.ContractSha256!, lot.Demo));
        if (!opened.Done) throw new InvalidOperationException($"No deal for {auction}: {opened.Refusal}");
        await grains.GetGrain<IAuctionGrain>(auction).RecordDeal(opened.Value.Id.ToString());

        // An ordinary licence can be given again; a transfer or an exclusive one cannot.
        if (lot.Right == RightOffered.OrdinaryLicence) await achievement.LeaveTrade(auction);
        else await achievement.MarkTraded(auction);
        return null;
    }

    private async Task ReleaseLosers(Lot lot, int? winner, CancellationToken cancellation)
    {
        var losers = await db.Set<PaddleRow>().Where(p => p.Auction == lot.Id && p.SettledAt == null && p.Paddle != winner).ToListAsync(cancellation);
        foreach (var paddle in losers)
        {
            await deposits.Release(paddle.Hold);
            paddle.SettledAt = clock.GetUtcNow();
            await db.SaveChangesAsync(cancellation);
        }
    }

    /// <summary>Who froze a deposit but never got a paddle: the papers were not decided in time.</summary>
    private async Task ReleaseUnadmitted(Lot lot, CancellationToken cancellation)
    {
        var holds = await db.Set<Application>().AsNoTracking()
            .Where(a => a.Auction == lot.Id && a.Hold != null && !db.Set<PaddleRow>().Any(p => p.Application == a.Id)).Select(a => a.Hold!.Value).ToListAsync(cancellation);
        foreach (var hold in holds) await deposits.Release(hold);
    }
}
