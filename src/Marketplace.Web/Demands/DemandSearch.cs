using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Search;
using Marketplace.Search.Index;
using Marketplace.Search.Words;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>What is looked for among public demands. There is no filter by budget or owner: what is hidden must not be found by trying.</summary>
public sealed record DemandQuery
{
    public string? Q { get; init; }
    public IReadOnlyList<TechField> Fields { get; init; } = [];
    public IReadOnlyList<Highland> Highlands { get; init; } = [];
    public DemandKind? Kind { get; init; }
    public WayOfCooperation? Way { get; init; }

    /// <summary>Only those that responses still come in to.</summary>
    public bool Open { get; init; }

    public Paging Paging { get; init; } = new(1, Paging.Usual);

    /// <summary>Reads page, size and text as they stand in an address; bad values are refused by name.</summary>
    public static Result<DemandQuery> Read(string? q, string? page, string? size)
    {
        var text = Text.Allow(q, SearchRequest.MostText, "q");
        if (!text.Done) return Result<DemandQuery>.Refuse(text.Refusal.Value, text.Detail);
        return Paging.Read(page, size).Then<DemandQuery>(paging => new DemandQuery { Q = text.Value, Paging = paging });
    }
}

/// <summary>A demand as a list shows it to anybody.</summary>
/// <param name="Owner">Null unless the owner opened its name to everybody.</param>
/// <param name="OwnerRegion">The owner's city: six digits, the last two are zero.</param>
public sealed record FoundDemand(Demand Row, DemandContent Content, string? Owner, OrganisationKind OwnerKind, string? OwnerRegion, int Responses);

/// <param name="Fields">How many results each field has, whichever fields are chosen.</param>
public sealed record DemandPage(int Total, IReadOnlyList<FoundDemand> Items, IReadOnlyDictionary<TechField, int> Fields);

/// <summary>
/// The list of demands. Words are looked for in the index; a demand with a block list stands in none, because an index does
/// not know who asks, and is looked for in the rows themselves, among those that this reader may know of.
/// </summary>
public static class DemandSearch
{
    /// <summary>Of so many results of the full text, the best, the list is made: nobody reads further by words alone.</summary>
    public const int MostRanked = 2_000;

    private const int MostTerms = 8;

    private static readonly DemandState[] Hidden = [DemandState.Draft, DemandState.InReview, DemandState.Withdrawn];

    /// <summary>What this reader may know of at all: lists, counts, pages and programs begin here.</summary>
    public static IQueryable<Demand> Visible(MarketplaceDb db, Actor actor)
    {
        var open = db.Set<Demand>().AsNoTracking().Where(d => !Hidden.Contains(d.State));
        // A block would be worth nothing if signing out went around it: then one must say who one is.
        var (real, demo) = (Policy.Check(actor.Among(demo: false), Act.ReadRegisteredTier).Done, Policy.Check(actor.Among(demo: true), Act.ReadRegisteredTier).Done);
        var own = actor.Memberships.Select(m => m.Organisation).ToList();
        return open.Where(d => !d.Blocks || ((d.Demo ? demo : real) && !db.Set<DemandBlock>().Any(b => b.Demand == d.Id && own.Contains(b.Organisation))));
    }

    public static async Task<Result<DemandPage>> Find(MarketplaceDb db, ISearchIndex index, Actor actor, DemandQuery query, CancellationToken cancellation)
    {
        var visible = Visible(db, actor);
        if (query.Q is not { } words) return await Page(db, visible, query, null, cancellation);
        try
        {
            var ranked = (await index.Find(
                new SearchQuery
                {
                    Text = words,
                    Audience = SearchEndpoints.AudienceOf(actor),
                    Wanted = new Dictionary<Facet, IReadOnlyList<string>> { [Facet.Kind] = [nameof(Search.Index.Found.Demand)] },
                    Take = MostRanked,
                },
                cancellation)).Hits.Select(h => Guid.Parse(h.Document.Key.Id)).ToList();
            var blocking = Written(db.Set<Demand>().Where(d => d.Blocks), words).Select(d => d.Id);
            return await Page(db, visible.Where(d => ranked.Contains(d.Id) || blocking.Contains(d.Id)), query, ranked, cancellation);
        }
        catch (SearchUnavailableException)
        {
            return Refusal.SearchUnavailable;
        }
    }

    /// <param name="ranked">In the order of the index; those that stand in none come first. Null: the newest first.</param>
    private static async Task<DemandPage> Page(MarketplaceDb db, IQueryable<Demand> found, DemandQuery query, List<Guid>? ranked, CancellationToken cancellation)
    {
        var fields = await Filter(found, query with { Fields = [] }).Where(d => d.Field != null)
            .GroupBy(d => d.Field!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        var filtered = Filter(found, query).OrderByDescending(d => d.PublishedAt).ThenByDescending(d => d.Id).Select(d => d.Id);
        List<Guid> ids;
        int total;
        if (ranked is null)
        {
            (total, ids) = (await filtered.CountAsync(cancellation), await filtered.Skip(query.Paging.Skip).Take(query.Paging.Size).ToListAsync(cancellation));
        }
        else
        {
            var place = ranked.Select((id, i) => (id, i)).ToDictionary(r => r.id, r => r.i);
            var all = (await filtered.ToListAsync(cancellation)).OrderBy(id => place.GetValueOrDefault(id, -1)).ToList();
            (total, ids) = (all.Count, [.. all.Skip(query.Paging.Skip).Take(query.Paging.Size)]);
        }

        var rows = (await Read(db, db.Set<Demand>().AsNoTracking().Where(d => ids.Contains(d.Id)), cancellation)).ToDictionary(r => r.Row.Id);
        return new DemandPage(total, [.. ids.Where(rows.ContainsKey).Select(id => rows[id])], fields);
    }

    /// <summary>The rows with what anybody may know of their owners.</summary>
    public static async Task<List<FoundDemand>> Read(MarketplaceDb db, IQueryable<Demand> rows, CancellationToken cancellation)
    {
        var found = await (
            from d in rows
            join o in db.Set<Organisation>() on d.Organisation equals o.Id
            select new { Row = d, o.Name, o.Kind, o.Region, Responses = db.Set<DemandResponse>().Count(r => r.Demand == d.Id && r.State != ResponseState.Withdrawn) }).ToListAsync(cancellation);
        return found.ConvertAll(f => new FoundDemand(
            f.Row, DemandContent.Read(f.Row.PublicContent ?? f.Row.Content), f.Row.NameOpens == Opens.Public ? f.Name : null, f.Kind, Region.CityOf(f.Region), f.Responses));
    }

    /// <summary>Every word stands in the public texts as it was written.</summary>
    private static IQueryable<Demand> Written(IQueryable<Demand> found, string words)
    {
        foreach (var term in Folding.Fold(words).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct().Take(MostTerms))
        {
            var pattern = $"%{term.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            found = found.Where(d => EF.Functions.Like(d.SearchText, pattern, "\\"));
        }

        return found;
    }

    private static IQueryable<Demand> Filter(IQueryable<Demand> found, DemandQuery query)
    {
        if (query.Fields.Count > 0) found = found.Where(d => d.Field != null && query.Fields.Contains(d.Field.Value));
        foreach (var highland in query.Highlands.Select(h => $"|{h}|")) found = found.Where(d => d.Highlands.Contains(highland));
        if (query.Kind is { } kind) found = found.Where(d => d.Kind == kind);
        if (query.Open) found = found.Where(d => d.State == DemandState.Published);
        if (query.Way is { } way)
        {
            var word = $"|{way}|";
            found = found.Where(d => d.Ways.Contains(word));
        }

        return found;
    }
}
