using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Search;
using Marketplace.Search.Index;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>What is looked for among public achievements.</summary>
public sealed record AchievementQuery
{
    public string? Q { get; init; }
    public Paging Paging { get; init; } = new(1, Paging.Usual);

    /// <summary>Reads page, size and text as they stand in an address; bad values are refused by name.</summary>
    public static Result<AchievementQuery> Read(string? q, string? page, string? size, int usual = Paging.Usual)
    {
        var text = Text.Allow(q, SearchRequest.MostText, "q");
        if (!text.Done) return Result<AchievementQuery>.Refuse(text.Refusal.Value, text.Detail);
        return Paging.Read(page, size, usual).Then<AchievementQuery>(paging => new AchievementQuery { Q = text.Value, Paging = paging });
    }
}

/// <summary>A result with its owner's name.</summary>
public sealed record FoundAchievement(Achievement Row, string OrganisationName);

public sealed record AchievementPage(int Total, IReadOnlyList<FoundAchievement> Items);

/// <summary>The list for programs: the results of the full text, with the rows as they stand.</summary>
public static class AchievementSearch
{
    private static readonly AchievementState[] Public = [AchievementState.Published, AchievementState.InTrade, AchievementState.Traded];

    /// <summary>The results of the full text in the order of the index, with the rows as they stand now.</summary>
    public static async Task<Result<AchievementPage>> Find(MarketplaceDb db, ISearchIndex index, AchievementQuery query, CancellationToken cancellation)
    {
        try
        {
            var answer = await index.Find(
                new SearchQuery
                {
                    Text = query.Q,
                    Audience = Audience.Public,
                    Wanted = new Dictionary<Facet, IReadOnlyList<string>> { [Facet.Kind] = [nameof(Search.Index.Found.Achievement)] },
                    Order = query.Q is null ? SearchOrder.Newest : SearchOrder.Relevance,
                    Skip = query.Paging.Skip,
                    Take = query.Paging.Size,
                },
                cancellation);
            var ids = answer.Hits.Select(h => Guid.Parse(h.Document.Key.Id)).ToList();
            var rows = await (
                from a in db.Set<Achievement>().AsNoTracking().Where(a => ids.Contains(a.Id) && Public.Contains(a.State))
                join o in db.Set<Organisation>() on a.Organisation equals o.Id
                select new { Row = a, o.Name }).ToDictionaryAsync(r => r.Row.Id, cancellation);
            // What left the market since the index last looked is not shown.
            return new AchievementPage(answer.Total, [.. ids.Where(rows.ContainsKey).Select(id => new FoundAchievement(rows[id].Row, rows[id].Name))]);
        }
        catch (SearchUnavailableException)
        {
            return Refusal.SearchUnavailable;
        }
    }
}
