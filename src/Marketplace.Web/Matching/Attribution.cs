using Marketplace.Auctions;
using Marketplace.Deals;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>A deal that an introduction led to, with what the agreed scale and the law say of the fee.</summary>
/// <param name="SignedAt">签约: both have signed the contract.</param>
/// <param name="PaidAt">到账</param>
public sealed record AttributedDeal(IntroductionRow Row, DealRow Deal, DateTimeOffset? SignedAt, DateTimeOffset? PaidAt, IReadOnlyList<FeeLine> Fees);

/// <summary>A demand that ended in a signed contract, by an introduction.</summary>
public sealed record SignedDemand(Guid Demand, DealRow Deal);

/// <summary>What one mandate gives.</summary>
/// <param name="Mandate">Null when the agency had none: nothing is agreed then.</param>
public sealed record FeeLine(MandateRow? Mandate, FeeDue Due);

/// <summary>Which deals follow from which introductions: worked out from the records each time, never stored.</summary>
public static class Attribution
{
    /// <summary>The deals that an agency's introductions led to, newest first.</summary>
    public static async Task<IReadOnlyList<AttributedDeal>> Of(MarketplaceDb db, Guid agency, CancellationToken cancellation, Guid? broker = null)
    {
        var confirmed = await db.Set<IntroductionRow>().AsNoTracking()
            .Where(i => i.Agency == agency && i.State == IntroductionState.Confirmed && (broker == null || i.Broker == broker)).ToListAsync(cancellation);
        if (confirmed.Count == 0) return [];
        var works = confirmed.Select(i => i.Achievement).Distinct().ToList();
        var lots = await db.Set<Lot>().AsNoTracking().Where(l => works.Contains(l.Achievement)).Select(l => new { l.Id, l.Achievement }).ToListAsync(cancellation);
        var sold = lots.ToDictionary(l => l.Id, l => l.Achievement);
        var names = lots.SelectMany(l => new[] { l.Id, l.Id + Deal.SecondMark }).ToList();
        var deals = await db.Set<DealRow>().AsNoTracking().Where(d => names.Contains(d.Auction)).OrderByDescending(d => d.ConcludedAt).ToListAsync(cancellation);
        var found = new List<AttributedDeal>();
        foreach (var deal in deals)
        {
            var leads = confirmed.Where(i => i.Read().LedTo(sold[Deal.LotOf(deal.Auction)], deal.Buyer, deal.ConcludedAt)).OrderBy(i => i.ConfirmedAt).ToList();
            // Of several demands of one buyer the first introduction counts, and of several agencies too.
            if (leads.Count > 0 && await First(db, sold[Deal.LotOf(deal.Auction)], deal, cancellation) == leads[0].Id) found.Add(await WithFees(db, leads[0], deal, cancellation));
        }

        return found;
    }

    /// <summary>The introduction that a deal carries.</summary>
    public static async Task<AttributedDeal?> Of(MarketplaceDb db, DealRow deal, CancellationToken cancellation)
    {
        var lot = Deal.LotOf(deal.Auction);
        if (await db.Set<Lot>().AsNoTracking().Where(l => l.Id == lot).Select(l => (Guid?)l.Achievement).FirstOrDefaultAsync(cancellation) is not { } achievement) return null;
        if (await First(db, achievement, deal, cancellation) is not { } id) return null;
        return await WithFees(db, await db.Set<IntroductionRow>().AsNoTracking().FirstAsync(i => i.Id == id, cancellation), deal, cancellation);
    }

    /// <summary>签约: the deals that introductions led to and whose contract both have signed. A deal that fell counts nowhere.</summary>
    public static async Task<IReadOnlyList<SignedDemand>> Signed(MarketplaceDb db, bool demo, CancellationToken cancellation)
    {
        var parties = Steps.All.Single(r => r.Step == Step.SignContract).Parties.Length;
        var deals = await db.Set<DealRow>().AsNoTracking()
            .Where(d => d.Demo == demo && d.EndedBecause == null && db.Set<DealStepRow>().Count(s => s.Auction == d.Auction && s.Step == Step.SignContract) == parties).ToListAsync(cancellation);
        var lots = deals.Select(d => Deal.LotOf(d.Auction)).Distinct().ToList();
        var sold = await db.Set<Lot>().AsNoTracking().Where(l => lots.Contains(l.Id)).Select(l => new { l.Id, l.Achievement }).ToDictionaryAsync(l => l.Id, l => l.Achievement, cancellation);
        var works = sold.Values.Distinct().ToList();
        var confirmed = (await db.Set<IntroductionRow>().AsNoTracking().Where(i => i.State == IntroductionState.Confirmed && works.Contains(i.Achievement)).OrderBy(i => i.ConfirmedAt).ToListAsync(cancellation))
            .ConvertAll(i => (Row: i, Introduction: i.Read()));
        return
        [
            .. deals.Where(d => sold.ContainsKey(Deal.LotOf(d.Auction)))
                .Select(d => (Deal: d, Led: confirmed.Find(c => c.Introduction.LedTo(sold[Deal.LotOf(d.Auction)], d.Buyer, d.ConcludedAt)).Row))
                .Where(f => f.Led is not null).Select(f => new SignedDemand(f.Led.Demand, f.Deal)),
        ];
    }

    private static async Task<Guid?> First(MarketplaceDb db, Guid achievement, DealRow deal, CancellationToken cancellation) =>
        (await db.Set<IntroductionRow>().AsNoTracking().Where(i => i.Achievement == achievement && i.DemandOwner == deal.Buyer && i.State == IntroductionState.Confirmed).OrderBy(i => i.ConfirmedAt).ToListAsync(cancellation))
            .Find(i => i.Read().LedTo(achievement, deal.Buyer, deal.ConcludedAt))?.Id;

    private static async Task<AttributedDeal> WithFees(MarketplaceDb db, IntroductionRow row, DealRow deal, CancellationToken cancellation)
    {
        var introduction = row.Read();
        var steps = await db.Set<DealStepRow>().AsNoTracking().Where(s => s.Auction == deal.Auction && (s.Step == Step.SignContract || s.Step == Step.Pay)).ToListAsync(cancellation);
        var mandates = await db.Set<MandateRow>().AsNoTracking().Where(m => m.Id == introduction.DemandMandate || m.Id == introduction.SupplyMandate).OrderBy(m => m.Side).ToListAsync(cancellation);
        var fees = mandates.ConvertAll(m => new FeeLine(m, Due(FeeClause.Mandate, m.Read().Terms.Fee)));
        if (fees.Count == 0) fees.Add(new FeeLine(null, Due(FeeClause.None, null)));
        return new AttributedDeal(row, deal, Done(Step.SignContract), Done(Step.Pay), fees);

        FeeDue Due(FeeClause clause, MandateFee? scale) => FeeRules.Of(new FeeFacts(Concluded: true, deal.PriceFen, clause, scale, Fell: deal.EndedBecause is not null));

        DateTimeOffset? Done(Step step)
        {
            var parts = steps.Where(s => s.Step == step).ToList();
            return parts.Count > 0 && parts.Count == Steps.All.Single(r => r.Step == step).Parties.Length ? parts.Max(p => p.At) : null;
        }
    }
}
