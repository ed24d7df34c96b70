using System.Runtime.CompilerServices;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Search;

/// <summary>How an organisation is found: those that the market shows to everybody, by their public facts. It stands here because the room of organisations knows of no index.</summary>
internal sealed class OrganisationDocuments(PublicOrganisations organisations) : IDocumentSource
{
    private const int Portion = 500;

    public Found Kind => Found.Organisation;

    public string Told => Organisation.Told;

    public async Task<IReadOnlyList<SearchDocument>> Read(MarketplaceDb db, IReadOnlyList<string> keys, CancellationToken cancellation) =>
        await Documents(db, keys.Select(Guid.Parse).ToList(), cancellation);

    public async IAsyncEnumerable<IReadOnlyList<SearchDocument>> ReadAll(MarketplaceDb db, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ids = await organisations.In(db).OrderBy(o => o.Id).Select(o => o.Id).ToListAsync(cancellation);
        foreach (var portion in ids.Chunk(Portion)) yield return await Documents(db, portion, cancellation);
    }

    private async Task<IReadOnlyList<SearchDocument>> Documents(MarketplaceDb db, IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        var found = await organisations.In(db).Where(o => ids.Contains(o.Id)).ToListAsync(cancellation);
        return
        [
            .. found.Select(o => new SearchDocument
            {
                Key = new DocumentKey(Found.Organisation, o.Id.ToString()),
                Title = o.Name,
                Codes = [o.Code ?? ""],
                Type = o.Kind.ToString(),
                Region = o.Region,
                At = o.CreatedAt,
                Demo = o.Demo,
                Url = $"/organisations/{o.Id}",
            }),
        ];
    }
}
