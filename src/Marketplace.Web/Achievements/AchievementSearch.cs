using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>What is looked for among public achievements.</summary>
public sealed record AchievementQuery
{
    public const int MostQuery = 200;
    public const int MostSize = 100;

    /// <summary>No page begins behind this many results: who needs them all reads the open data.</summary>
    public const int Deepest = 100_000;

    public string? Q { get; init; }
    public IReadOnlyList<TechField> Fields { get; init; } = [];
    public IReadOnlyList<Highland> Highlands { get; init; } = [];
    public int? TrlFrom { get; init; }
    public WayOfTrade? Way { get; init; }
    public int Page { get; init; } = 1;
    public int Size { get; init; } = 25;

    /// <summary>The words looked for, folded.</summary>
    public IReadOnlyList<string> Terms => string.IsNullOrWhiteSpace(Q) ? [] : [.. AchievementSearch.Fold(Q).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct().Take(8)];

    /// <summary>Reads page, size and text as they stand in an address; bad values are refused by name.</summary>
    public static Result<AchievementQuery> Read(string? q, string? page, string? size, int usual = 25)
    {
        var text = Text.Allow(q, MostQuery, "q");
        if (!text.Done) return Result<AchievementQuery>.Refuse(text.Refusal.Value, text.Detail);
        if (!Whole(size, usual, out var items) || items is < 1 or > MostSize) return Result<AchievementQuery>.Refuse(Refusal.SizeOutOfRange, "size");
        if (!Whole(page, 1, out var number) || number < 1 || (long)(number - 1) * items > Deepest) return Result<AchievementQuery>.Refuse(Refusal.PageOutOfRange, "page");
        return new AchievementQuery { Q = text.Value, Page = number, Size = items };
    }

    private static bool Whole(string? text, int absent, out int number)
    {
        number = absent;
        return string.IsNullOrEmpty(text) || int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number);
    }
}

/// <summary>A result with its owner's name.</summary>
public sealed record FoundAchievement(Achievement Row, string OrganisationName);

public sealed record AchievementPage(int Total, IReadOnlyList<FoundAchievement> Items);

/// <summary>The simple search: every word must stand in title, summary, keywords or external id. Full text comes later in its place.</summary>
public static class AchievementSearch
{
    private static readonly AchievementState[] Public = [AchievementState.Published, AchievementState.InTrade, AchievementState.Traded];

    /// <summary>One spelling for storing and for looking: full-width letters as usual ones, lower case; every character keeps its place.</summary>
    public static string Fold(string text) => Text.Narrow(text).ToLowerInvariant();

    public static async Task<AchievementPage> Find(MarketplaceDb db, AchievementQuery query, CancellationToken cancellation)
    {
        var found = Filter(Matching(db, query), query);
        var total = await found.CountAsync(cancellation);
        var rows = await (
            from a in found.OrderByDescending(a => a.PublishedAt).ThenByDescending(a => a.Id).Skip((query.Page - 1) * query.Size).Take(query.Size)
            join o in db.Set<Organisation>() on a.Organisation equals o.Id
            select new { Row = a, o.Name }).ToListAsync(cancellation);
        return new AchievementPage(total, [.. rows.OrderByDescending(r => r.Row.PublishedAt).ThenByDescending(r => r.Row.Id).Select(r => new FoundAchievement(r.Row, r.Name))]);
    }

    /// <summary>How many results each field has, whichever fields are chosen.</summary>
    public static Task<Dictionary<TechField, int>> FieldCounts(MarketplaceDb db, AchievementQuery query, CancellationToken cancellation) =>
        Filter(Matching(db, query), query with { Fields = [] })
            .Where(a => a.Field != null)
            .GroupBy(a => a.Field!.Value)
            .Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);

    private static IQueryable<Achievement> Matching(MarketplaceDb db, AchievementQuery query)
    {
        var found = db.Set<Achievement>().AsNoTracking().Where(a => Public.Contains(a.State));
        foreach (var term in query.Terms)
        {
            var pattern = $"%{term.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            found = found.Where(a => EF.Functions.Like(a.SearchText, pattern, "\\"));
        }

        return found;
    }

    private static IQueryable<Achievement> Filter(IQueryable<Achievement> found, AchievementQuery query)
    {
        if (query.Fields.Count > 0) found = found.Where(a => a.Field != null && query.Fields.Contains(a.Field.Value));
        foreach (var highland in query.Highlands.Select(h => $"|{h}|")) found = found.Where(a => a.Highlands.Contains(highland));
        if (query.TrlFrom is { } trl) found = found.Where(a => a.Trl >= trl);
        if (query.Way is { } way)
        {
            var word = $"|{way}|";
            found = found.Where(a => a.Ways.Contains(word));
        }

        return found;
    }
}
