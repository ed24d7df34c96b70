using Marketplace.Demands;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>What an introduction needs to know of a demand.</summary>
public sealed record DemandCard(Guid Id, Guid Owner, string Title, bool Demo);

/// <summary>The demands that may be introduced: those in the market that still look for an answer, as far as this member may know of them.</summary>
internal static class DemandCards
{
    private const int Most = 500;

    /// <summary>One of them; null when this member may not know of it, or nothing is looked for any more.</summary>
    public static Task<DemandCard?> Find(MarketplaceDb db, Membership member, Guid id, CancellationToken cancellation) =>
        Open(db, member).Where(d => d.Id == id).Select(d => new DemandCard(d.Id, d.Organisation, d.Title, d.Demo)).FirstOrDefaultAsync(cancellation);

    /// <summary>All of them, the newest first.</summary>
    public static async Task<IReadOnlyList<DemandCard>> For(MarketplaceDb db, Membership member, CancellationToken cancellation) =>
        await Open(db, member).OrderByDescending(d => d.PublishedAt).ThenByDescending(d => d.Id).Take(Most).Select(d => new DemandCard(d.Id, d.Organisation, d.Title, d.Demo)).ToListAsync(cancellation);

    private static IQueryable<Demand> Open(MarketplaceDb db, Membership member) =>
        DemandSearch.Visible(db, new Actor(Guid.Empty, [member])).Where(d => d.Demo == member.Demo && (d.State == DemandState.Published || d.State == DemandState.Selecting));
}
