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
public sealed class Admitting(MarketplaceDb db, Applications applications, Conflicts conflicts, Holders holders, DepositAccounts deposits, LotNews news, IGrainFactory grains, TimeProvider clock)
{
    public const int LastPaddle = 999;

    /// <summary>Called when the hold stands, when the papers are decided and when the ceiling is set: whichever is last admits.</summary>
    public async Task<DateTimeOffset?> Admit(Guid id, CancellationToken cancellation)
    {
        var application = await db.Set<Application>().SingleOrDefaultAsync(a => a.Id == id, cancellation);
        if (application is null) return null;
        if (application.AdmittedAt is not null)
        {
            var drawn = await db.Set<PaddleRow>().AsNoTracking().SingleAsync(p => p.Application == id, cancellation);
            await holders.Grant(application, drawn.Paddle);
            return await Save(cancellation) ? null : clock.GetUtcNow();
        }

        Guid? placed = (await deposits.HoldsFor(application.Organisation, application.Auction, cancellation)) is [.., { Active: true } last] ? last.Id : null;
        if (application.Review == PapersReview.Refused)
        {
            // The organisation hears why and has its money again.
            if (placed is { } back) await Free(back);
            return null;
        }

        // Not frozen, or taken back, or the rest is still to come: what the ledger holds is noted, the rest comes later.
        if (placed is not { } hold || application.Review != PapersReview.Passed || application.CeilingAt is null) return await Note(application, placed, cancellation);
        // Asked again at the last moment: who joined the seller since, or declared a tie, gets no paddle.
        if (!await db.Set<PaddleRow>().AnyAsync(p => p.Application == id, cancellation) && await conflicts.Of(application, cancellation) is { } conflict)
        {
            applications.Change(application, application.Excluded(conflict, clock.GetUtcNow()));
            await news.Decided(application, null, cancellation);
            // The next turn finds it refused and gives the money back.
            await Save(cancellation);
            return clock.GetUtcNow();
        }

        if (!(await deposits.BindToAuction(hold)).Done) return clock.GetUtcNow();
        var paddle = await PaddleOf(application, hold, cancellation);
        var ceiling = await db.Set<CeilingRow>().AsNoTracking().SingleAsync(c => c.Application == id, cancellation);
        var admitted = await grains.GetGrain<IAuctionGrain>(application.Auction).Admit(paddle.Paddle, new Secret(ceiling.Nonce, ceiling.ValueFen));
        var now = clock.GetUtcNow();
        if (!admitted.Done)
        {
            // Bidding, or the notice of a listing, ended before the papers were decided.
            if (admitted.Refusal is not (Refusal.AlreadyEnded or Refusal.ListingOver)) throw new InvalidOperationException($"An auction did not admit a paddle: {admitted.Refusal}");
            await Free(hold);
            paddle.SettledAt = now;
        }
        else
        {
            paddle.AdmittedAt = now;
        }

        applications.Change(application, application.Held(hold, now) with { AdmittedAt = admitted.Done ? now : null });
        if (admitted.Done) await news.Decided(application, paddle.Paddle, cancellation);
        if (admitted.Done) await holders.Grant(application, paddle.Paddle);
        // Ended in this very moment: then nobody waits.
        if (admitted.Done && application.SecondConsent is { } consent) await grains.GetGrain<IAuctionGrain>(application.Auction).WaitAsSecond(paddle.Paddle, consent);
        return await Save(cancellation) ? null : now;
    }

    private async Task<DateTimeOffset?> Note(Application application, Guid? hold, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (application.Hold == hold) return null;
        applications.Change(application, application.Held(hold, now));
        return await Save(cancellation) ? null : now;
    }

    /// <summary>False when the applicant's own click changed the application at the same moment: once more with what it says now.</summary>
    private async Task<bool> Save(CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    /// <summary>Gives a hold back if there is one that still holds.</summary>
    private async Task Free(Guid hold)
    {
        var released = await deposits.Release(hold);
        if (!released.Done && released.Refusal is not (Refusal.UnknownHold or Refusal.HoldEnded)) throw new InvalidOperationException($"No release: {released.Refusal}");
    }

    /// <summary>
    /// A paddle that nobody has; null when none is left. At random: neither the order of admission nor anything else about the
    /// bidder can be read from it. In a hall the floor's numbers are handed out at the check-in desk.
    /// </summary>
    internal static int? Draw(IEnumerable<int> taken, HallSession? hall)
    {
        var free = Enumerable.Range(1, LastPaddle).Except(taken).Where(p => hall?.Terms.IsFloor(p) != true).ToList();
        return free.Count == 0 ? null : free[RandomNumberGenerator.GetInt32(free.Count)];
    }

    private async Task<PaddleRow> PaddleOf(Application application, Guid hold, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (await db.Set<PaddleRow>().SingleOrDefaultAsync(p => p.Application == application.Id, cancellation) is { } drawn) return drawn;
            var taken = await db.Set<PaddleRow>().Where(p => p.Auction == application.Auction).Select(p => p.Paddle).ToListAsync(cancellation);
            var hall = await (from l in db.Set<Lot>() join h in db.Set<HallSession>() on l.Session equals h.Session where l.Id == application.Auction select h).AsNoTracking().SingleOrDefaultAsync(cancellation);
            var row = new PaddleRow
            {
                Auction = application.Auction,
                Paddle = Draw(taken, hall) ?? throw new InvalidOperationException($"{application.Auction} has no paddle left."),
                Organisation = application.Organisation,
                Application = application.Id,
                Hold = hold,
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
