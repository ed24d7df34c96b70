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
        Of(application.Auction, application.Organisation, application.Interest, application.InterestAt is not null, cancellation);

    /// <summary>Why this organisation may not come near a lot for which it has not applied; null when it may.</summary>
    public Task<Refusal?> Of(string auction, Guid organisation, CancellationToken cancellation = default) => Of(auction, organisation, Interest.None, declared: false, cancellation);

    private async Task<Refusal?> Of(string auction, Guid organisation, Interest interest, bool declared, CancellationToken cancellation)
    {
        var lot = await db.Set<Lot>().AsNoTracking().Where(l => l.Id == auction).Select(l => new { l.Seller, l.AnnouncedAt, l.Demo }).SingleAsync(cancellation);
        // Operators of the demonstration have no part in a real lot, and the other way round.
        var operators = await db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.Operator && o.Demo == lot.Demo).Select(o => o.Id).ToListAsync(cancellation);
        Guid[] asked = [organisation, lot.Seller, .. operators];
        var members = await db.Set<MembershipRow>().AsNoTracking().Where(m => asked.Contains(m.Organisation)).ToListAsync(cancellation);
        var ties = await db.Set<RelatedPartyRow>().AsNoTracking()
            .Where(r => r.EndedAt == null && (r.Organisation == organisation || r.Other == organisation)).ToListAsync(cancellation);
        var parties = new Parties(
            organisation, Members(organisation), lot.Seller, Members(lot.Seller), operators, [.. operators.SelectMany(Members)],
            [.. ties.Select(t => new DeclaredTie(t.Organisation, t.Other, t.At))], lot.AnnouncedAt, interest);
        return Conflict.Of(parties, declared);

        List<Officer> Members(Guid of) => [.. members.Where(m => m.Organisation == of).Select(m => new Officer(m.Person, m.Role))];
    }
}
