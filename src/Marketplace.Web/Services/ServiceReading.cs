using Marketplace.Domain.Organisations;
using Marketplace.Domain.Services;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Services;

/// <summary>One person's look at one service.</summary>
/// <param name="Content">The listed version while it is listed, else the working version.</param>
/// <param name="Own">A member of the provider's desk.</param>
/// <param name="Operates">The operator, while there is something for its desk.</param>
public sealed record ServiceReading(Service Row, Organisation Provider, ServiceContent Content, bool Own, bool Operates, Guid? Person)
{
    /// <summary>Sees drafts, every version and the reasons.</summary>
    public bool Works => Own || Operates;

    /// <summary>Null when there is no such service for this person.</summary>
    public static async Task<ServiceReading?> Open(MarketplaceDb db, CurrentActor current, Guid id, CancellationToken cancellation)
    {
        var row = await db.Set<Service>().AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, cancellation);
        if (row is null) return null;
        var own = (await current.May(Act.WriteService, row.Organisation, cancellation)).Done;
        // What was never handed in, and what was taken back, is the provider's own business.
        var operates = (row.Standing.AwaitsReview || row.State is ServiceState.Listed or ServiceState.Delisted) && (await current.May(Act.ReviewService, row.Organisation, cancellation)).Done;
        if (row.State != ServiceState.Listed && !own && !operates) return null;
        var provider = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == row.Organisation, cancellation);
        var content = ServiceContent.Read(row is { State: ServiceState.Listed, PublicContent: { } known } ? known : row.Content);
        return new ServiceReading(row, provider, content, own, operates, (await current.Get(cancellation)).Person);
    }

    /// <summary>Who reads because it runs the market is written down with what for; nothing when it reads as anybody may.</summary>
    public Task NoteOperator(PrivilegedReads reads, string purpose, CancellationToken cancellation) =>
        this is { Operates: true, Own: false, Person: { } person } && (Row.State != ServiceState.Listed || purpose == "history")
            ? reads.Note(person, "draft", $"{Provider.Name} · {Row.Id}", purpose, cancellation)
            : Task.CompletedTask;
}
