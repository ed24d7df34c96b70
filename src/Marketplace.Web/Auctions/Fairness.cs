using Marketplace.Domain.Auctions;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>
/// 回避 while bidding runs: who came to the seller or the market after the admission, or declared a tie since, bids no more.
/// Its paddle is suspended by a fact; what it bid before stands, and a sale to it is a ground to void the result.
/// </summary>
public sealed class Fairness(MarketplaceDb db, Conflicts conflicts, LotNews news, IGrainFactory grains, TimeProvider clock)
{
    /// <summary>Due work: at the opening, and every minute until the end.</summary>
    public const string Work = "auctions.fairness";

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async Task<DateTimeOffset?> Look(string auction, CancellationToken cancellation)
    {
        // A rehearsal binds nobody.
        if (!await db.Set<Lot>().AnyAsync(l => l.Id == auction && l.Phase != "closed", cancellation)) return null;
        var admitted = await (
            from p in db.Set<PaddleRow>().AsNoTracking()
            join a in db.Set<Application>().AsNoTracking() on p.Application equals a.Id
            where p.Auction == auction && p.AdmittedAt != null
            select new { p.Paddle, Application = a }).ToListAsync(cancellation);
        foreach (var bidder in admitted)
        {
            // The auction knows it already when it was suspended before; the same fact is written once.
            if (await conflicts.Of(bidder.Application, cancellation) is null || !(await grains.GetGrain<IAuctionGrain>(auction).Suspend(bidder.Paddle)).Done) continue;
            await news.Suspended(bidder.Application, bidder.Paddle, cancellation);
        }

        return clock.GetUtcNow() + Every;
    }
}
