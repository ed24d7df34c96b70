using Marketplace.Auctions;
using Marketplace.Deals;
using Marketplace.Demands;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Domain.Payments;
using Marketplace.Organisations.Mandates;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>A deal that an introduction led to, with what the agreed scale and the law say of the fee.</summary>
/// <param name="SignedAt">签约: both have signed the contract.</param>
/// <param name="PaidAt">到账: when the first payment was there.</param>
/// <param name="ReceivedFen">What was received of the price until now.</param>
public sealed record AttributedDeal(IntroductionRow Row, DealRow Deal, DateTimeOffset? SignedAt, DateTimeOffset? PaidAt, long ReceivedFen, IReadOnlyList<FeeLine> Fees);

/// <summary>A demand that ended in a signed contract, by an introduction.</summary>
public sealed record SignedDemand(Guid Demand, DealRow Deal);

/// <summary>What one mandate gives.</summary>
/// <param name="Mandate">Null when the agency had none: nothing is agreed then.</param>
public sealed record FeeLine(MandateRow? Mandate, FeeDue Due)
{
    /// <summary>What the two sides of the mandate said of this sale; nothing where the mandate has a scale.</summary>
    public FeeAgreement Agreement { get; init; } = FeeAgreement.None;

    /// <summary>Where the two agree on it; null where there is nothing to agree on.</summary>
    public string? AgreeAt(string deal) =>
        Mandate is { } mandate && mandate.Read().Terms.Fee.Kind is FeeKind.Unagreed && Due.Basis is FeeBasis.ToBeAgreed or FeeBasis.Agreed ? $"/desk/mandates/{mandate.Id}/fee/{Uri.EscapeDataString(deal)}" : null;
}

/// <summary>Which deals follow from which introductions: worked out from the records each time, never stored.</summary>
public static class Attribution
{
    private const int MostShown = 200;

    /// <summary>The deals that an agency's introductions led to, newest first.</summary>
    public static async Task<IReadOnlyList<AttributedDeal>> Of(MarketplaceDb db, Guid agency, CancellationToken cancellation, Guid? broker = null)
    {
        var own = Confirmed(db).Where(i => i.Agency == agency && (broker == null || i.Broker == broker));
        return await WithFees(db, [.. (await Led(db, own, cancellation)).Where(l => l.Row.Agency == agency && (broker is null || l.Row.Broker == broker))], cancellation);
    }

    /// <summary>The introduction that a deal carries.</summary>
    public static async Task<AttributedDeal?> Of(MarketplaceDb db, DealRow deal, CancellationToken cancellation)
    {
        var lot = Deal.LotOf(deal.Auction);
        var between = Confirmed(db).Where(i => i.DemandOwner == deal.Buyer && db.Set<Lot>().Any(l => l.Id == lot && l.Achievement == i.Achievement));
        return (await WithFees(db, [.. (await Led(db, between, cancellation)).Where(l => l.Deal.Auction == deal.Auction)], cancellation)).SingleOrDefault();
    }

    /// <summary>For whoever decides on fees: the newest deals that introductions led to, or the one that is named.</summary>
    public static async Task<IReadOnlyList<AttributedDeal>> Newest(MarketplaceDb db, string? deal, CancellationToken cancellation)
    {
        // The newest of what could have led to a deal; older ones are found by their number.
        var asked = Confirmed(db).Where(i => db.Set<DealRow>().Any(d => d.Buyer == i.DemandOwner && (deal == null || d.Auction == deal))).OrderByDescending(i => i.ConfirmedAt).Take(MostShown);
        return await WithFees(db, [.. (await Led(db, asked, cancellation)).Where(l => deal is null || l.Deal.Auction == deal)], cancellation);
    }

    /// <summary>签约: of these demands those whose introduction led to a deal that both have signed. A deal that fell counts nowhere.</summary>
    public static async Task<IReadOnlyList<SignedDemand>> Signed(MarketplaceDb db, IQueryable<Demand> demands, CancellationToken cancellation)
    {
        var led = await Led(db, Confirmed(db).Where(i => demands.Any(d => d.Id == i.Demand)), cancellation);
        var ids = led.Select(l => l.Row.Demand).Distinct().ToList();
        var asked = await demands.Where(d => ids.Contains(d.Id)).Select(d => d.Id).ToListAsync(cancellation);
        var steps = await StepsOf(db, led, cancellation);
        return [.. led.Where(l => asked.Contains(l.Row.Demand) && l.Deal.EndedBecause is null && Done(steps, l.Deal, Step.SignContract) is not null).Select(l => new SignedDemand(l.Row.Demand, l.Deal))];
    }

    private static IQueryable<IntroductionRow> Confirmed(MarketplaceDb db) => db.Set<IntroductionRow>().AsNoTracking().Where(i => i.State == IntroductionState.Confirmed);

    /// <summary>
    /// The deals on what was introduced, each with the introduction that led to it, which need not be one of those asked about: of several demands of one
    /// buyer the first introduction counts, and of several agencies too. Newest first.
    /// </summary>
    private static async Task<List<(IntroductionRow Row, DealRow Deal)>> Led(MarketplaceDb db, IQueryable<IntroductionRow> asked, CancellationToken cancellation)
    {
        var lots = await db.Set<Lot>().AsNoTracking().Where(l => asked.Any(i => i.Achievement == l.Achievement)).Select(l => new { l.Id, l.Achievement }).ToDictionaryAsync(l => l.Id, l => l.Achievement, cancellation);
        var names = lots.Keys.SelectMany(l => new[] { l, l + Deal.SecondMark }).ToList();
        var deals = await db.Set<DealRow>().AsNoTracking().Where(d => names.Contains(d.Auction) && asked.Any(i => i.DemandOwner == d.Buyer)).OrderByDescending(d => d.ConcludedAt).ToListAsync(cancellation);
        var (works, buyers) = (lots.Values.Distinct().ToList(), deals.Select(d => d.Buyer).Distinct().ToList());
        var claims = (await Confirmed(db).Where(i => works.Contains(i.Achievement) && buyers.Contains(i.DemandOwner)).OrderBy(i => i.ConfirmedAt).ToListAsync(cancellation))
            .ConvertAll(i => (Row: i, Introduction: i.Read()));
        return
        [
            .. deals.Select(d => (claims.Find(c => c.Row.DemandOwner == d.Buyer && c.Introduction.LedTo(lots[Deal.LotOf(d.Auction)], d.Buyer, d.ConcludedAt)).Row, d))
                .Where(l => l.Row is not null),
        ];
    }

    private static async Task<IReadOnlyList<AttributedDeal>> WithFees(MarketplaceDb db, IReadOnlyList<(IntroductionRow Row, DealRow Deal)> led, CancellationToken cancellation)
    {
        var steps = await StepsOf(db, led, cancellation);
        var introductions = led.Select(l => l.Row.Read()).ToList();
        var named = introductions.SelectMany(i => new[] { i.DemandMandate, i.SupplyMandate }).OfType<Guid>().Distinct().ToList();
        var mandates = await db.Set<MandateRow>().AsNoTracking().Where(m => named.Contains(m.Id)).OrderBy(m => m.Side).ToListAsync(cancellation);
        var names = led.Select(l => l.Deal.Auction).ToList();
        var received = await db.Set<ObligationRow>().AsNoTracking().Where(o => o.Kind == ObligationKind.Price && names.Contains(o.About)).GroupBy(o => o.About)
            .Select(g => new { Deal = g.Key, Fen = g.Sum(o => o.PaidFen) }).ToDictionaryAsync(p => p.Deal, p => p.Fen, cancellation);
        var agreed = (await db.Set<FeeAgreementRow>().AsNoTracking().Where(f => names.Contains(f.Deal)).OrderBy(f => f.Number).ToListAsync(cancellation)).ToLookup(f => (f.Deal, f.Mandate));
        var findings = (await db.Set<FeeFindingRow>().AsNoTracking().Where(f => names.Contains(f.Deal)).OrderBy(f => f.Number).ToListAsync(cancellation)).ToLookup(f => f.Deal);
        return
        [
            .. led.Zip(introductions, (l, introduction) =>
            {
                var found = FeeFindingDesk.Standing(findings[l.Deal.Auction]);
                var fees = mandates.Where(m => m.Id == introduction.DemandMandate || m.Id == introduction.SupplyMandate).Select(m =>
                {
                    var agreement = FeeAgreement.Of(agreed[(l.Deal.Auction, m.Id)].Select(r => r.Read()));
                    return new FeeLine(m, Due(l.Deal, found, FeeClause.Mandate, m.Read().Terms.Fee, agreement.AgreedFen)) { Agreement = agreement };
                }).ToList();
                if (fees.Count == 0) fees.Add(new FeeLine(null, Due(l.Deal, found, found.Contains(FeeFinding.ClauseInContract) ? FeeClause.MainContract : FeeClause.None, null)));
                return new AttributedDeal(l.Row, l.Deal, Done(steps, l.Deal, Step.SignContract), Done(steps, l.Deal, Step.Pay), received.GetValueOrDefault(l.Deal.Auction), fees);
            }),
        ];

        static FeeDue Due(DealRow deal, IReadOnlySet<FeeFinding> found, FeeClause clause, MandateFee? scale, long? later = null) => FeeRules.Of(new FeeFacts(
            Concluded: true, deal.PriceFen, clause, scale, Fell: deal.EndedBecause is not null, BrokersFault: found.Contains(FeeFinding.BrokersFault), FactHidden: found.Contains(FeeFinding.FactHidden), LaterFen: later));
    }

    private static async Task<ILookup<string, DealStepRow>> StepsOf(MarketplaceDb db, IReadOnlyList<(IntroductionRow Row, DealRow Deal)> led, CancellationToken cancellation)
    {
        var names = led.Select(l => l.Deal.Auction).ToList();
        return (await db.Set<DealStepRow>().AsNoTracking().Where(s => names.Contains(s.Auction) && (s.Step == Step.SignContract || s.Step == Step.Pay)).ToListAsync(cancellation)).ToLookup(s => s.Auction);
    }

    /// <summary>When all who must had done it; null before.</summary>
    private static DateTimeOffset? Done(ILookup<string, DealStepRow> steps, DealRow deal, Step step)
    {
        var parts = steps[deal.Auction].Where(s => s.Step == step).ToList();
        return parts.Count > 0 && parts.Count == Steps.All.Single(r => r.Step == step).Parties.Length ? parts.Max(p => p.At) : null;
    }
}
