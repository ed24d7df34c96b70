using System.Security.Cryptography;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>
/// Gives a paddle to an application whose papers passed and whose deposit is frozen. Every step may be repeated: the row
/// of the paddle comes first and never changes, and the auction admits a paddle once.
/// </summary>
public sealed class Admitting(MarketplaceDb db, Applications applications, DepositAccounts deposits, IGrainFactory grains, TimeProvider clock)
{
    public const int LastPaddle = 999;

    /// <summary>Called when the hold stands, when the papers are decided and when the ceiling is set: whichever is last admits.</summary>
    public async Task<DateTimeOffset?> Admit(Guid id, CancellationToken cancellation)
    {
        var application = await db.Set<Application>().SingleOrDefaultAsync(a => a.Id == id, cancellation);
        if (application is null || application.AdmittedAt is not null) return null;
        if (application.Review == PapersReview.Refused)
        {
            // The organisation hears why and has its money again.
            await Free(id);
            return null;
        }

        if (application.Review != PapersReview.Passed || application.CeilingAt is null) return null;
        var bound = await deposits.BindToAuction(id);
        // No hold yet, or taken back: the deposit is still to come.
        if (!bound.Done) return null;
        var paddle = await PaddleOf(application, cancellation);
        var ceiling = await db.Set<CeilingRow>().AsNoTracking().SingleAsync(c => c.Application == id, cancellation);
        var admitted = await grains.GetGrain<IAuctionGrain>(application.Auction).Admit(paddle.Paddle, new Secret(ceiling.Nonce, ceiling.ValueFen));
        var now = clock.GetUtcNow();
        if (!admitted.Done)
        {
            // Bidding ended before the papers were decided.
            if (admitted.Refusal != Refusal.AlreadyEnded) throw new InvalidOperationException($"An auction did not admit a paddle: {admitted.Refusal}");
            await Free(id);
            paddle.SettledAt = now;
        }
        else
        {
            paddle.AdmittedAt = now;
        }

        applications.Change(application, application.Held(id, now) with { AdmittedAt = admitted.Done ? now : null });
        try
        {
            await db.SaveChangesAsync(cancellation);
            return null;
        }
        catch (DbUpdateConcurrencyException)
        {
            // The applicant's click, which placed the hold, noted it at the same moment: once more with what it says now.
            return now;
        }
    }

    /// <summary>Gives a hold back if there is one that still holds.</summary>
    private async Task Free(Guid hold)
    {
        var released = await deposits.Release(hold);
        if (!released.Done && released.Refusal is not (Refusal.UnknownHold or Refusal.HoldEnded)) throw new InvalidOperationException($"No release: {released.Refusal}");
    }

    private async Task<PaddleRow> PaddleOf(Application application, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (await db.Set<PaddleRow>().SingleOrDefaultAsync(p => p.Application == application.Id, cancellation) is { } drawn) return drawn;
            var taken = await db.Set<PaddleRow>().Where(p => p.Auction == application.Auction).Select(p => p.Paddle).ToListAsync(cancellation);
            var free = Enumerable.Range(1, LastPaddle).Except(taken).ToList();
            if (free.Count == 0) throw new InvalidOperationException($"{application.Auction} has no paddle left.");
            var row = new PaddleRow
            {
                // At random: neither the order of admission nor anything else about the bidder can be read from it.
                Auction = application.Auction,
                Paddle = free[RandomNumberGenerator.GetInt32(free.Count)],
                Organisation = application.Organisation,
                Application = application.Id,
                Hold = application.Id,
                DrawnAt = clock.GetUtcNow(),
            };
            db.Add(row);
            try
            {
                await db.SaveChangesAsync(cancellation);
                return row;
            }
            catch (DbUpdateException) when (attempt < 10)
            {
                // Somebody drew the same number at the same moment.
                db.Entry(row).State = EntityState.Detached;
            }
        }
    }
}
