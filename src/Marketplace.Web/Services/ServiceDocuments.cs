using System.Runtime.CompilerServices;
using Marketplace.Domain.Services;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Search;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Services;

/// <summary>How a service is found: its listed version, all of which is public.</summary>
internal sealed class ServiceDocuments : IDocumentSource
{
    /// <summary>Under this name a changed row stands in the outbox.</summary>
    public const string Name = "service";

    private const int Portion = 500;

    public Found Kind => Found.Service;

    public string Told => Name;

    public async Task<IReadOnlyList<SearchDocument>> Read(MarketplaceDb db, IReadOnlyList<string> keys, CancellationToken cancellation) =>
        await Documents(db, [.. keys.Select(Guid.Parse)], cancellation);

    public async IAsyncEnumerable<IReadOnlyList<SearchDocument>> ReadAll(MarketplaceDb db, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ids = await db.Set<Service>().Where(s => s.State == ServiceState.Listed).OrderBy(s => s.Id).Select(s => s.Id).ToListAsync(cancellation);
        foreach (var portion in ids.Chunk(Portion)) yield return await Documents(db, portion, cancellation);
    }

    private static async Task<IReadOnlyList<SearchDocument>> Documents(MarketplaceDb db, IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        var found = await (
            from s in db.Set<Service>().AsNoTracking()
            where ids.Contains(s.Id) && s.State == ServiceState.Listed && s.PublicContent != null
            join o in db.Set<Organisation>() on s.Organisation equals o.Id
            select new { Row = s, o.Name, Code = o.RegistryNumber ?? o.Uscc }).ToListAsync(cancellation);
        return [.. found.Select(f => Document(f.Row, ServiceContent.Read(f.Row.PublicContent!), f.Name, f.Code))];
    }

    private static SearchDocument Document(Service row, ServiceContent c, string provider, string? code) => new()
    {
        Key = new DocumentKey(Found.Service, row.Id.ToString()),
        Title = c.Title,
        Summary = c.Description,
        Keywords = c.Keywords,
        More = string.Join('\n', c.Qualifications.SelectMany(q => new[] { q.Name, q.Issuer ?? "" }).Prepend(c.PriceNote ?? "").Prepend(c.Deliverables)),
        Codes = [.. c.Qualifications.Select(q => q.Number), code ?? ""],
        Type = c.Kind?.ToString(),
        Field = c.Fields.Length > 0 ? c.Fields[0].ToString() : null,
        AlsoFields = [.. c.Fields.Skip(1).Select(f => f.ToString())],
        Region = c.Region,
        Owner = row.Organisation,
        OwnerName = provider,
        PriceFen = c.PriceFromFen,
        PriceToFen = c.PriceToFen,
        At = row.ListedAt!.Value,
        Demo = row.Demo,
        Url = $"/services/{row.Id}",
    };
}
