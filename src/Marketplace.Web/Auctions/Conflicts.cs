using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>回避: asks who stands behind an applicant, the seller and the market, and leaves the answer to <see cref="Conflict"/>.</summary>
public sealed class Conflicts(MarketplaceDb db)
{
    /// <summary>Why this applicant may not bid for its lot, as things stand now; null when it may.</summary>
    public Task<Refusal?> Of(Application application, CancellationToken cancellation = default) =>
        Of(application.Auction, application.Organisation, application.Demo, application.Interest, application.InterestAt is not null, cancellation);

    /// <summary>Why this organisation may not come near a lot for which it has not applied; null when it may.</summary>
    public async Task<Refusal?> Of(string auction, Guid organisation, CancellationToken cancellation = default) =>
        await Of(auction, organisation, await db.Set<Lot>().Where(l => l.Id == auction).Select(l => l.Demo).SingleAsync(cancellation), Interest.None, declared: false, cancellation);

    /// <summary>The same for whoever stands at a check-in desk.</summary>
    /// <param name="declared">The applicant has said what its interest is.</param>
    public async Task<Refusal?> Of(string auction, Guid organisation, bool demo, Interest interest, bool declared, CancellationToken cancellation = default)
    {
        var lot = await db.Set<Lot>().AsNoTracking().Where(l => l.Id == auction).Select(l => new { l.Seller, l.AnnouncedAt, l.Session }).SingleAsync(cancellation);
        // Operators of the demonstration have no part in a real lot, and the other way round.
        var operators = await db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.Operator && o.Demo == demo).Select(o => o.Id).ToListAsync(cancellation);
        // 拍卖人 and its staff bid at no auction that it holds (拍卖法 22).
        operators.AddRange(await db.Set<HallSession>().Where(h => h.Session == lot.Session).Select(h => h.House).ToListAsync(cancellation));
        Guid[] asked = [organisation, lot.Seller, .. operators];
        var members = await db.Set<MembershipRow>().AsNoTracking().Where(m => asked.Contains(m.Organisation)).ToListAsync(cancellation);
        var ties = await db.Set<RelatedPartyRow>().AsNoTracking()
            .Where(r => r.EndedAt == null && (r.Organisation == organisation || r.Other == organisation)).ToListAsync(cancellation);
        // Whoever bids for one applicant as its agent has no part in another.
        var people = members.Where(m => m.Organisation == organisation).Select(m => m.Person).ToList();
        if (await (
            from r in db.Set<BuyerAgencyRow>()
            join a in db.Set<Application>() on r.Application equals a.Id
            join m in db.Set<MembershipRow>() on r.Agency equals m.Organisation
            where r.Auction == auction && a.Organisation != organisation && r.Agency != organisation && people.Contains(m.Person)
            select r).AnyAsync(cancellation)) return Refusal.PersonActsForAnother;
        var parties = new Parties(
            organisation, Members(organisation), lot.Seller, Members(lot.Seller), operators, [.. operators.SelectMany(Members)],
            [.. ties.Select(t => new DeclaredTie(t.Organisation, t.Other, t.At))], lot.AnnouncedAt, interest);
        return Conflict.Of(parties, declared);

        List<Officer> Members(Guid of) => [.. members.Where(m => m.Organisation == of).Select(m => new Officer(m.Person, m.Role))];
    }
}
