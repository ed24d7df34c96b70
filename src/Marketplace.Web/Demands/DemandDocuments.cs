using System.Runtime.CompilerServices;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Search;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>
/// How a demand is found: what anybody may read of it, and nothing else. A demand that somebody shall never see stands in
/// no index, because an index does not know who asks: the list of demands shows it.
/// </summary>
internal sealed class DemandDocuments : IDocumentSource
{
    /// <summary>Under this name a changed row stands in the outbox.</summary>
    public const string Name = "demand";

    private const int Portion = 500;

    public Found Kind => Found.Demand;

    public string Told => Name;

    public async Task<IReadOnlyList<SearchDocument>> Read(MarketplaceDb db, IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        var ids = keys.Select(Guid.Parse).ToList();
        return await Documents(db, ids, cancellation);
    }

    public async IAsyncEnumerable<IReadOnlyList<SearchDocument>> ReadAll(MarketplaceDb db, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ids = await db.Set<Demand>().Where(d => d.PublishedAt != null && !d.Blocks).OrderBy(d => d.Id).Select(d => d.Id).ToListAsync(cancellation);
        foreach (var portion in ids.Chunk(Portion)) yield return await Documents(db, portion, cancellation);
    }

    private static async Task<IReadOnlyList<SearchDocument>> Documents(MarketplaceDb db, IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        var found = await DemandSearch.Read(db, DemandSearch.Visible(db, Actor.Visitor).Where(d => ids.Contains(d.Id) && d.PublicContent != null), cancellation);
        return [.. found.Select(Document)];
    }

    private static SearchDocument Document(FoundDemand found)
    {
        var (row, content) = (found.Row, found.Content);
        var sight = Ladder.Of(row.Reveal, Rung.Public);
        return new SearchDocument
        {
            Key = new DocumentKey(Found.Demand, row.Id.ToString()),
            Title = row.Title,
            Summary = row.Problem,
            More = row.SearchText,
            Codes = [row.Number],
            Type = row.Kind.ToString(),
            Field = row.Field?.ToString(),
            Highlands = row.Highlands.Split('|', StringSplitOptions.RemoveEmptyEntries),
            Trl = row.Trl,
            Ways = row.Ways.Split('|', StringSplitOptions.RemoveEmptyEntries),
            Region = sight.Name ? content.Region : Region.CityOf(content.Region),
            Owner = found.Owner is null ? null : row.Organisation,
            OwnerName = found.Owner,
            State = row.State.ToString(),
            PriceFen = sight.Budget ? content.BudgetToFen ?? content.BudgetFromFen : null,
            At = row.PublishedAt!.Value,
            Demo = row.Demo,
            Url = $"/demands/{row.Id}",
        };
    }
}
