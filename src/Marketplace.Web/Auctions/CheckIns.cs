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
public sealed record CheckIn(string? Uscc, string? Representative, string? MandateSha256, IReadOnlyList<string> Lots, int? Paddle);

/// <summary>
/// 签到发牌: a verified enterprise, its representative with a mandate, its deposit frozen, a paddle from the floor's range.
/// Every step may be repeated: the paddle comes first, then lot by lot the deposit and the admission.
/// </summary>
public sealed class CheckIns(MarketplaceDb db, DepositAccounts deposits, IGrainFactory grains, TimeProvider clock)
{
    public async Task<IReadOnlyList<int>> Free(HallSession hall, CancellationToken cancellation = default)
    {
        var taken = await db.Set<FloorPaddle>().Where(p => p.Session == hall.Session).Select(p => p.Paddle).ToListAsync(cancellation);
        return [.. Enumerable.Range(hall.FloorFrom, hall.FloorTo - hall.FloorFrom + 1).Except(taken)];
    }

    /// <summary>
    /// Order of refusals: UsccMalformed, NotAnEnterpriseHere, Required (representative, mandate, lots), FloorRangeFull, NoFloorPaddle,
    /// PaddleTaken; then of each lot: SellerMayNotBid, AlreadyAdmitted (over the net), what the deposit account says, AlreadyEnded.
    /// </summary>
    public async Task<Result<FloorPaddle>> Do(HallSession hall, Session session, CheckIn checkIn, Guid clerk, CancellationToken cancellation = default)
    {
        var uscc = Uscc.Read(checkIn.Uscc);
        if (!uscc.Done) return Result<FloorPaddle>.Refuse(uscc.Refusal.Value, "uscc");
        var code = uscc.Value.ToString();
        var enterprise = await db.Set<Organisation>().AsNoTracking().SingleOrDefaultAsync(
            o => o.Uscc == code && o.State == VerificationState.Verified && o.Kind == OrganisationKind.Enterprise && o.Demo == session.Demo, cancellation);
        if (enterprise is null) return Result<FloorPaddle>.Refuse(Refusal.NotAnEnterpriseHere, "uscc");
        var representative = Text.Require(checkIn.Representative, 100, "representative");
        if (!representative.Done) return Result<FloorPaddle>.Refuse(representative.Refusal.Value, "representative");
        var held = await db.Set<FloorPaddle>().SingleOrDefaultAsync(p => p.Session == hall.Session && p.Organisation == enterprise.Id, cancellation);
        if (checkIn.MandateSha256 is null && held is null) return Result<FloorPaddle>.Refuse(Refusal.Required, "mandate");
        var lots = await db.Set<Lot>().AsNoTracking().Where(l => l.Session == hall.Session && l.State == LotState.Announced && checkIn.Lots.Contains(l.Id))
            .OrderBy(l => l.Place).ToListAsync(cancellation);
        if (lots.Count == 0) return Result<FloorPaddle>.Refuse(Refusal.Required, "lots");
        if (lots.Exists(l => l.Seller == enterprise.Id)) return Result<FloorPaddle>.Refuse(Refusal.SellerMayNotBid, "lots");
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
                MandateSha256 = checkIn.MandateSha256!,
                Clerk = clerk,
                At = clock.GetUtcNow(),
            };
        }

        foreach (var lot in lots)
        {
            var admitted = await Admit(held, lot, cancellation);
            if (!admitted.Done) return Result<FloorPaddle>.Refuse(admitted.Refusal.Value, "lots");
        }

        return held;
    }

    /// <summary>The deposit first, then the paddle with its row, then the auction; a repetition finishes what was begun.</summary>
    private async Task<Result<int>> Admit(FloorPaddle held, Lot lot, CancellationToken cancellation)
    {
        var row = await db.Set<PaddleRow>().SingleOrDefaultAsync(p => p.Auction == lot.Id && p.Organisation == held.Organisation, cancellation);
        if (row is not null && row.Paddle != held.Paddle) return Refusal.AlreadyAdmitted;
        if (row is { AdmittedAt: not null }) return row.Paddle;
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
            if (db.Entry(held).State == EntityState.Detached) db.Add(held);
            await db.SaveChangesAsync(cancellation);
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
        return admitted;
    }
}
