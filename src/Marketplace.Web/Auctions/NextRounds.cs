using System.Collections.Immutable;
using Marketplace.Auctions.Dossiers;
using Marketplace.Domain.Auctions;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>
/// 流拍后的下一轮: made by itself as the plan says that the announcement fixed, and offered, never announced by itself. Its
/// id follows from the first round's, so that it is made once however often it is asked.
/// </summary>
public sealed class NextRounds(MarketplaceDb db)
{
    // What a falling round begins with; the university may write others before the announcement.
    private const int FallBasisPoints = 100;
    private const int FallSeconds = 300;

    // What a listed round begins with: a day of bidding when several want it.
    private const int ListedSeconds = 86_400, ListedSoftClose = 300, ListedCycles = 2;
    private static readonly ImmutableArray<Step> ListedSteps = [new Step(0, 1_000_000)];

    /// <param name="lower">The start price falls by the plan; after a default it stays.</param>
    public async Task Make(Lot failed, DateTimeOffset failedAt, bool lower, CancellationToken cancellation)
    {
        if (failed.IfUnsold.After(failed.Round) is not { } round) return;
        var first = await FirstOf(failed, cancellation);
        var id = FailedLot.NextId(first.Id, round);
        if (await db.Set<Lot>().AnyAsync(l => l.Id == id || l.Follows == failed.Id, cancellation)) return;
        // The price falls from where the failed round began, down to what the plan allows.
        var falls = round == LotRound.Dutch;
        // What nobody took at the floor is posted at the floor.
        var lowest = round == LotRound.Listed && failed.FloorFen is { } floor ? floor : failed.IfUnsold.LowerFen(failed.StartPriceFen);
        var next = failed.Again(id);
        (next.State, next.Follows, next.Round) = (LotState.Offered, failed.Id, round);
        next.StartPriceFen = falls || (!lower && round != LotRound.Listed) ? failed.StartPriceFen : lowest;
        next.DepositFen = lower ? Math.Min(failed.DepositFen, lowest / 5) : failed.DepositFen;
        (next.ContractSha256, next.ContractName) = (failed.ContractSha256, failed.ContractName);
        (next.FailedPlan, next.PlanDays, next.PlanLowerBasisPoints) = (failed.FailedPlan, failed.PlanDays, failed.PlanLowerBasisPoints);
        (next.PlannedFromFen, next.PlannedLowestFen) = (failed.PlannedFromFen ?? failed.StartPriceFen, lowest);
        next.OpensBy = failed.IfUnsold.OpensBy(failedAt);
        // The house sold by its contract for one auction; the next round is the platform's own until the seller says otherwise.
        if (failed.Format == Formats.Hall) next.Set((failed.Settings() with { Format = Formats.English }).Trimmed());
        if (falls) next.Set((failed.Settings() with { Format = Formats.Dutch, Path = new PricePath(FallBasisPoints, null, FallSeconds, Math.Max(lowest, next.DepositFen)) }).Trimmed());
        if (round == LotRound.Listed)
            next.Set((first.Settings() with { Format = Formats.Listed, Steps = Formats.HasLadder(first.Format) ? first.Settings().Steps : ListedSteps, DurationSeconds = ListedSeconds, SoftCloseSeconds = ListedSoftClose, LatestEndSeconds = null, ListingCycles = ListedCycles }).Trimmed());
        db.Add(next);
        // The proofs stay good, but holders of 优先受让权 are told of each round anew.
        var gates = await db.Set<LotGate>().AsNoTracking().Where(g => g.Lot == failed.Id && g.Gate != Gate.PriorityHolders).ToListAsync(cancellation);
        foreach (var gate in gates) db.Add(gate.For(id));
        await LotDossiers.Copy(db, failed.Id, id, cancellation);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>The lots that this one is a later round of, the newest first.</summary>
    public async Task<IReadOnlyList<Lot>> Before(Lot lot, CancellationToken cancellation)
    {
        var before = new List<Lot>();
        for (var id = lot.Follows; id is not null;)
        {
            if (await db.Set<Lot>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, cancellation) is not { } earlier) break;
            before.Add(earlier);
            id = earlier.Follows;
        }

        return before;
    }

    /// <summary>The organisation won an earlier round of this lot and defaulted.</summary>
    public async Task<bool> Bars(Lot lot, Guid organisation, CancellationToken cancellation)
    {
        if (lot.Follows is null) return false;
        var ids = (await Before(lot, cancellation)).Select(l => l.Id).ToList();
        return await db.Set<DefaultRow>().AnyAsync(d => d.Organisation == organisation && ids.Contains(d.Auction), cancellation);
    }

    private async Task<Lot> FirstOf(Lot lot, CancellationToken cancellation) =>
        lot.Round == LotRound.First ? lot : (await Before(lot, cancellation)).FirstOrDefault(l => l.Round == LotRound.First) ?? lot;
}
