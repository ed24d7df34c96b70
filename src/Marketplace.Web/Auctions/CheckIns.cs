using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>Who came to the desk and what for.</summary>
/// <param name="Lots">The lots the paddle is for; each asks for its own deposit.</param>
/// <param name="Code">优先竞买代码 from the notice to a holder of 优先受让权, for one of the lots.</param>
public sealed record CheckIn(string? Uscc, string? Representative, string? MandateSha256, IReadOnlyList<string> Lots, int? Paddle, string? Code = null);

/// <summary>
/// 签到发牌: an enterprise that is verified here or that the house checked itself, its representative with a mandate, its deposit
/// frozen, a paddle from the floor's range.
/// Every step may be repeated: the paddle comes first, then lot by lot the deposit and the admission.
/// </summary>
public sealed class CheckIns(MarketplaceDb db, DepositAccounts deposits, WalkIns walkIns, Conflicts conflicts, NextRounds rounds, Holders holders, IGrainFactory grains, TimeProvider clock)
{
    public async Task<IReadOnlyList<int>> Free(HallSession hall, CancellationToken cancellation = default)
    {
        var taken = await db.Set<FloorPaddle>().Where(p => p.Session == hall.Session).Select(p => p.Paddle).ToListAsync(cancellation);
        return [.. Enumerable.Range(hall.FloorFrom, hall.FloorTo - hall.FloorFrom + 1).Except(taken)];
    }

    /// <summary>
    /// Order of refusals: Required, UsccMalformed, NotAnEnterpriseHere, Required (representative, mandate, lots), PriorityCodeUnknown, PriorityCodeUsed;
    /// of each lot SellerMayNotBid, DefaultedBefore, those of <see cref="Conflict"/>; FloorRangeFull, NoFloorPaddle, PaddleTaken; then of each lot
    /// AlreadyAdmitted (over the net), what the deposit account says, AlreadyEnded, RankGiven, RankAfterBid.
    /// </summary>
    public async Task<Result<FloorPaddle>> Do(HallSession hall, Session session, CheckIn checkIn, Guid clerk, CancellationToken cancellation = default)
    {
        var uscc = Uscc.Read(checkIn.Uscc);
        if (!uscc.Done) return Result<FloorPaddle>.Refuse(uscc.Refusal.Value, "uscc");
        var code = uscc.Value.ToString();
        var enterprise = await db.Set<Organisation>().AsNoTracking().SingleOrDefaultAsync(
            o => o.Uscc == code && o.State == VerificationState.Verified && o.Kind == OrganisationKind.Enterprise && o.Demo == session.Demo, cancellation);
        var walkIn = enterprise is null ? await walkIns.Find(hall.Session, code, cancellation) : null;
        enterprise ??= walkIn?.Organisation;
        if (enterprise is null) return Result<FloorPaddle>.Refuse(Refusal.NotAnEnterpriseHere, "uscc");
        var representative = Text.Require(walkIn?.Row.Representative ?? checkIn.Representative, 100, "representative");
        if (!representative.Done) return Result<FloorPaddle>.Refuse(representative.Refusal.Value, "representative");
        var held = await db.Set<FloorPaddle>().SingleOrDefaultAsync(p => p.Session == hall.Session && p.Organisation == enterprise.Id, cancellation);
        if (checkIn.MandateSha256 is null && held is null && walkIn is null) return Result<FloorPaddle>.Refuse(Refusal.Required, "mandate");
        var lots = await db.Set<Lot>().AsNoTracking().Where(l => l.Session == hall.Session && l.State == LotState.Announced && checkIn.Lots.Contains(l.Id))
            .OrderBy(l => l.Place).ToListAsync(cancellation);
        if (lots.Count == 0) return Result<FloorPaddle>.Refuse(Refusal.Required, "lots");
        PriorityCode? priority = null;
        if (!string.IsNullOrWhiteSpace(checkIn.Code))
        {
            var shown = await holders.AtDesk([.. lots.Select(l => l.Id)], enterprise.Id, checkIn.Code, cancellation);
            if (!shown.Done) return Result<FloorPaddle>.Refuse(shown.Refusal.Value, "code");
            priority = shown.Value;
        }

        foreach (var lot in lots)
        {
            if (await Bars(lot, enterprise, session.Demo, cancellation) is { } barred) return Result<FloorPaddle>.Refuse(barred, "lots");
        }

        if (held is null)
        {
            var free = await Free(hall, cancellation);
            if (free.Count == 0) return Result<FloorPaddle>.Refuse(Refusal.FloorRangeFull, "paddle");
            var paddle = checkIn.Paddle ?? free[0];
            if (!hall.Terms.IsFloor(paddle)) return Result<FloorPaddle>.Refuse(Refusal.NoFloorPaddle, "paddle");
            if (!free.Contains(paddle)) return Result<FloorPaddle>.Refuse(Refusal.PaddleTaken, "paddle");
            held = new FloorPaddle
            {
                Session = hall.Session,
                Paddle = paddle,
                Organisation = enterprise.Id,
                Representative = representative.Value,
                MandateSha256 = walkIn?.Row.MandateSha256 ?? checkIn.MandateSha256,
                Clerk = clerk,
                At = clock.GetUtcNow(),
            };
        }

        foreach (var lot in lots)
        {
            var admitted = await Admit(held, lot, priority?.Lot == lot.Id ? priority : null, cancellation);
            if (!admitted.Done) return Result<FloorPaddle>.Refuse(admitted.Refusal.Value, admitted.Detail ?? "lots");
        }

        return held;
    }

    /// <summary>Whether this enterprise may not bid for the lot at all. A walk-in answers for whatever was done under its code.</summary>
    private async Task<Refusal?> Bars(Lot lot, Organisation enterprise, bool demo, CancellationToken cancellation)
    {
        if (lot.Seller == enterprise.Id) return Refusal.SellerMayNotBid;
        foreach (var same in await db.Set<Organisation>().Where(o => o.Uscc == enterprise.Uscc).Select(o => o.Id).ToListAsync(cancellation))
        {
            if (await rounds.Bars(lot, same, cancellation)) return Refusal.DefaultedBefore;
        }

        return await conflicts.Of(lot.Id, enterprise.Id, demo, Interest.None, declared: true, cancellation);
    }

    /// <summary>The deposit first, then the paddle with its row, then the auction; a repetition finishes what was begun.</summary>
    private async Task<Result<int>> Admit(FloorPaddle held, Lot lot, PriorityCode? priority, CancellationToken cancellation)
    {
        var row = await db.Set<PaddleRow>().SingleOrDefaultAsync(p => p.Auction == lot.Id && p.Organisation == held.Organisation, cancellation);
        if (row is not null && row.Paddle != held.Paddle) return Refusal.AlreadyAdmitted;
        if (row is { AdmittedAt: not null }) return await Rank(row, priority, cancellation);
        if (row is null)
        {
            var hold = (await deposits.HoldsFor(held.Organisation, lot.Id, cancellation)) is [.., { Active: true } placed] ? placed.Id : Guid.CreateVersion7();
            var frozen = await deposits.Freeze(hold, held.Organisation, lot.Id, lot.DepositFen);
            if (!frozen.Done && frozen.Refusal != Refusal.AlreadyFrozen) return frozen.Refusal.Value;
            row = new PaddleRow
            {
                Auction = lot.Id,
                Paddle = held.Paddle,
                Organisation = held.Organisation,
                Application = Guid.CreateVersion7(),
                Hold = hold,
                DrawnAt = clock.GetUtcNow(),
            };
            db.Add(row);
            // The paddle is handed out with its first deposit, never before.
            var isNew = db.Entry(held).State == EntityState.Detached;
            if (isNew) db.Add(held);
            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException) when (isNew)
            {
                // The clerk beside handed out the same number at the same moment.
                db.ChangeTracker.Clear();
                await deposits.Release(hold);
                return Result<int>.Refuse(Refusal.PaddleTaken, "paddle");
            }
        }

        var bound = await deposits.BindToAuction(row.Hold);
        if (!bound.Done) return bound.Refusal.Value;
        var admitted = await grains.GetGrain<IAuctionGrain>(lot.Id).Admit(held.Paddle, null);
        if (!admitted.Done)
        {
            // Too late for this lot: the money goes back, the paddle stays for the lots to come.
            await deposits.Release(row.Hold);
            db.Remove(row);
        }
        else
        {
            row.AdmittedAt = clock.GetUtcNow();
        }

        await db.SaveChangesAsync(cancellation);
        return admitted.Done ? await Rank(row, priority, cancellation) : admitted;
    }

    private async Task<Result<int>> Rank(PaddleRow row, PriorityCode? priority, CancellationToken cancellation)
    {
        if (priority is null) return row.Paddle;
        var granted = await holders.GrantAtDesk(priority, row, cancellation);
        return granted.Done ? row.Paddle : granted;
    }
}
