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
    public async Task<Refusal?> Of(Application application, CancellationToken cancellation = default)
    {
        var lot = await db.Set<Lot>().AsNoTracking().Where(l => l.Id == application.Auction).Select(l => new { l.Seller, l.AnnouncedAt, l.Session }).SingleAsync(cancellation);
        // Operators of the demonstration have no part in a real lot, and the other way round.
        var operators = await db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.Operator && o.Demo == application.Demo).Select(o => o.Id).ToListAsync(cancellation);
        // 拍卖人 and its staff bid at no auction that it holds (拍卖法 22).
        operators.AddRange(await db.Set<HallSession>().Where(h => h.Session == lot.Session).Select(h => h.House).ToListAsync(cancellation));
        Guid[] asked = [application.Organisation, lot.Seller, .. operators];
        var members = await db.Set<MembershipRow>().AsNoTracking().Where(m => asked.Contains(m.Organisation)).ToListAsync(cancellation);
        var ties = await db.Set<RelatedPartyRow>().AsNoTracking()
            .Where(r => r.EndedAt == null && (r.Organisation == application.Organisation || r.Other == application.Organisation)).ToListAsync(cancellation);
        var parties = new Parties(
            application.Organisation, Of(application.Organisation), lot.Seller, Of(lot.Seller), operators, [.. operators.SelectMany(Of)],
            [.. ties.Select(t => new DeclaredTie(t.Organisation, t.Other, t.At))], lot.AnnouncedAt, application.Interest);
        return Conflict.Of(parties, application.InterestAt is not null);

        List<Officer> Of(Guid organisation) => [.. members.Where(m => m.Organisation == organisation).Select(m => new Officer(m.Person, m.Role))];
    }
}
