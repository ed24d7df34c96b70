using System.Runtime.CompilerServices;
using Marketplace.Domain.Achievements;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Search;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>How an achievement is found: its published version, the public tier for everybody and the registered tier for its readers.</summary>
internal sealed class AchievementDocuments : IDocumentSource
{
    /// <summary>Under this name a changed row stands in the outbox.</summary>
    public const string Name = "achievement";

    private const int Portion = 500;

    /// <summary>In these states everybody reads it.</summary>
    public static readonly AchievementState[] Public = [AchievementState.Published, AchievementState.InTrade, AchievementState.Traded];

    public Found Kind => Found.Achievement;

    public string Told => Name;

    public async Task<IReadOnlyList<SearchDocument>> Read(MarketplaceDb db, IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        var ids = keys.Select(Guid.Parse).ToList();
        return await Documents(db, db.Set<Achievement>().Where(a => ids.Contains(a.Id)), cancellation);
    }

    public async IAsyncEnumerable<IReadOnlyList<SearchDocument>> ReadAll(MarketplaceDb db, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ids = await db.Set<Achievement>().Where(a => Public.Contains(a.State)).OrderBy(a => a.Id).Select(a => a.Id).ToListAsync(cancellation);
        foreach (var portion in ids.Chunk(Portion)) yield return await Documents(db, db.Set<Achievement>().Where(a => portion.Contains(a.Id)), cancellation);
    }

    private static async Task<IReadOnlyList<SearchDocument>> Documents(MarketplaceDb db, IQueryable<Achievement> rows, CancellationToken cancellation)
    {
        var found = await (
            from a in rows.AsNoTracking().Where(a => Public.Contains(a.State) && a.PublicContent != null)
            join o in db.Set<Organisation>() on a.Organisation equals o.Id
            select new { a.Id, a.ExternalId, a.State, a.PublicContent, a.PublishedAt, a.Demo, a.Organisation, o.Name, Code = o.RegistryNumber ?? o.Uscc }).ToListAsync(cancellation);
        return
        [
            .. found.Select(a =>
            {
                var content = AchievementContent.Read(a.PublicContent!);
                return new SearchDocument
                {
                    Key = new DocumentKey(Found.Achievement, a.Id.ToString()),
                    Title = content.Title,
                    Summary = content.Summary,
                    Keywords = content.Keywords,
                    More = string.Join('\n', content.Ipc.Concat(content.Ip.Select(i => i.Title ?? "")).Concat(content.Completers.Select(c => c.Name))),
                    Registered = content.Details ?? "",
                    Codes = [.. AchievementWriting.Stems(content), .. content.Ip.Select(i => i.Number ?? ""), a.ExternalId ?? "", a.Code ?? ""],
                    Field = content.Field?.ToString(),
                    Highlands = [.. content.Highlands.Select(h => h.ToString())],
                    Trl = content.Trl,
                    Ways = [.. content.Ways.Select(w => w.ToString())],
                    Region = content.Region,
                    Owner = a.Organisation,
                    OwnerName = a.Name,
                    State = a.State.ToString(),
                    PriceFen = content.PriceIdeaFen,
                    PriceAudience = Audience.Registered,
                    At = a.PublishedAt!.Value,
                    Demo = a.Demo,
                    Url = $"/achievements/{a.Id}",
                };
            }),
        ];
    }
}
