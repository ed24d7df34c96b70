using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>Public records that bear the name of their owner. Every capability that has some registers them.</summary>
/// <param name="Key">What they are called in the capability's texts.</param>
/// <param name="Texts">The marker class of the capability's texts.</param>
/// <param name="Found">Where they are listed; an owner is added to it.</param>
/// <param name="Owners">One owner for each record.</param>
public sealed record NamedRecords(string Key, Type Texts, string Found, Func<MarketplaceDb, IQueryable<Guid>> Owners);

/// <summary>How many of them an organisation has.</summary>
public sealed record NamedCount(NamedRecords Of, int Count);

/// <summary>
/// Which organisations the market shows to everybody. Whoever is here to serve others is shown as soon as it is verified.
/// An enterprise may be here only to bid or to ask under a closed name, and a list of all enterprises of a town would tell
/// who that is: it is shown while a public record bears its name, by its own decision, and not before.
/// </summary>
public sealed class PublicOrganisations(IEnumerable<NamedRecords> records)
{
    private readonly List<NamedRecords> _records = [.. records];

    public IQueryable<Organisation> In(MarketplaceDb db)
    {
        var verified = db.Set<Organisation>().AsNoTracking().Where(o => o.State == VerificationState.Verified && o.Kind != OrganisationKind.Operator);
        if (_records.Count == 0) return verified.Where(o => o.Kind != OrganisationKind.Enterprise);
        var named = _records.Select(r => r.Owners(db)).Aggregate((all, more) => all.Concat(more));
        return verified.Where(o => o.Kind != OrganisationKind.Enterprise || named.Contains(o.Id));
    }

    /// <summary>Of each kind of record how many bear this name; what bears none is in no number.</summary>
    public async Task<IReadOnlyList<NamedCount>> Count(MarketplaceDb db, Guid organisation, CancellationToken cancellation)
    {
        var counts = new List<NamedCount>();
        foreach (var of in _records) counts.Add(new NamedCount(of, await of.Owners(db).CountAsync(owner => owner == organisation, cancellation)));
        return counts;
    }
}
