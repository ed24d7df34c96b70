using Marketplace.Achievements;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>
/// What a close began: losers' deposits go back at once (the rules say within 24 hours), the winner's stays bound, the deal
/// is opened, the achievement is sold or free again. Each step is safe to repeat, and the whole is repeated until it is done.
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
            Expect(await achievement.LeaveTrade(auction));
            return null;
        }

        var buyer = await db.Set<PaddleRow>().AsNoTracking().SingleAsync(p => p.Auction == auction && p.Paddle == winner, cancellation);
        Expect(await deals.Open(new OpenDeal(
            auction, lot.Seller, buyer.Organisation, lot.Title, lot.PriceFen!.Value, lot.EndsAt!.Value, lot.ContractSha256!, lot.Demo,
            buyer.Hold, lot.DepositFen, TransfersPatent: lot.Right == RightOffered.Assignment)));
        // The deal has the auction's id: the stream is the outbox, and says so when the hand-over is done.
        Expect(await grains.GetGrain<IAuctionGrain>(auction).RecordDeal(auction));

        // An ordinary licence can be given again; a transfer or an exclusive one cannot.
        Expect(lot.Right == RightOffered.OrdinaryLicence ? await achievement.LeaveTrade(auction) : await achievement.MarkTraded(auction));
        return null;
    }

    private async Task ReleaseLosers(Lot lot, int? winner, CancellationToken cancellation)
    {
        var losers = await db.Set<PaddleRow>().Where(p => p.Auction == lot.Id && p.SettledAt == null && p.Paddle != winner).ToListAsync(cancellation);
        foreach (var paddle in losers)
        {
            await Free(paddle.Hold);
            paddle.SettledAt = clock.GetUtcNow();
            await db.SaveChangesAsync(cancellation);
        }
    }

    /// <summary>Who froze a deposit but never got a paddle: the papers were not decided in time.</summary>
    private async Task ReleaseUnadmitted(Lot lot, CancellationToken cancellation)
    {
        // By the ledger, not by the application: a click whose answer was lost may have frozen without a note.
        var admitted = await db.Set<PaddleRow>().AsNoTracking().Where(p => p.Auction == lot.Id).Select(p => p.Hold).ToListAsync(cancellation);
        var holds = (await deposits.ActiveHolds(lot.Id, cancellation)).Except(admitted);
        foreach (var hold in holds) await Free(hold);
    }

    private async Task Free(Guid hold)
    {
        var released = await deposits.Release(hold);
        if (released.Refusal is not (Refusal.UnknownHold or Refusal.HoldEnded)) Expect(released);
    }

    /// <summary>A refusal here is a bug or a race that the next turn of the due work sees settled.</summary>
    private static void Expect<T>(Result<T> result)
    {
        if (!result.Done) throw new InvalidOperationException($"Settling was refused: {result.Refusal} {result.Detail}");
    }
}
