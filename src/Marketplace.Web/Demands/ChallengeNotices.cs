using System.Runtime.CompilerServices;
using Marketplace.Domain.Demands;
using Marketplace.Platform.Database;
using Marketplace.Search;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>Notices of this room.</summary>
public enum DemandNotice { ChallengeResult }

/// <summary>Where such a notice stands.</summary>
public enum ResultNoticeState { Running, Over }

/// <summary>揭榜结果公示: how the notice of who won a 榜 is found, by what anybody may read of the demand. The winner's name stands on its page alone, because it goes with a choice that is taken back.</summary>
internal sealed class ChallengeNotices : IDocumentSource
{
    private static readonly DemandState[] Noticed = [DemandState.ResultNotice, DemandState.Chosen, DemandState.InWork, DemandState.Accepted, DemandState.Failed];

    public Found Kind => Found.Notice;

    public string Told => DemandDocuments.Name;

    public static string Chip(ResultNoticeState state) => state == ResultNoticeState.Running ? "plan" : "off";

    public async Task<IReadOnlyList<SearchDocument>> Read(MarketplaceDb db, IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        var ids = keys.Select(Guid.Parse).ToList();
        return await Documents(db, All(db).Where(d => ids.Contains(d.Id)), cancellation);
    }

    public async IAsyncEnumerable<IReadOnlyList<SearchDocument>> ReadAll(MarketplaceDb db, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return await Documents(db, All(db), cancellation);
    }

    private static IQueryable<Demand> All(MarketplaceDb db) =>
        DemandSearch.Visible(db, Domain.Organisations.Actor.Visitor).Where(d => d.Kind == DemandKind.OpenChallenge && Noticed.Contains(d.State) && d.PublicContent != null);

    private static async Task<IReadOnlyList<SearchDocument>> Documents(MarketplaceDb db, IQueryable<Demand> demands, CancellationToken cancellation)
    {
        var found = (await DemandSearch.Read(db, demands, cancellation)).OrderBy(f => f.Row.Id).ToList();
        var ids = found.ConvertAll(f => f.Row.Id);
        // The notice runs from the last choice on.
        var since = await db.Set<DemandVersion>().Where(v => ids.Contains(v.Demand) && v.Act == DemandAct.Choose).GroupBy(v => v.Demand)
            .Select(g => new { g.Key, At = g.Max(v => v.At) }).ToDictionaryAsync(g => g.Key, g => g.At, cancellation);
        return [.. found.Select(f => Document(f, since[f.Row.Id]))];
    }

    private static SearchDocument Document(FoundDemand found, DateTimeOffset since)
    {
        var row = found.Row;
        return new SearchDocument
        {
            Key = new DocumentKey(Found.Notice, row.Id.ToString()),
            Title = row.Title,
            Summary = row.Problem,
            Codes = [row.Number],
            Type = $"{DemandNotice.ChallengeResult}",
            Field = row.Field?.ToString(),
            Owner = found.Owner is null ? null : row.Organisation,
            OwnerName = found.Owner,
            State = $"{(row.State == DemandState.ResultNotice ? ResultNoticeState.Running : ResultNoticeState.Over)}",
            At = since,
            Demo = row.Demo,
            Url = $"/demands/{row.Id}",
        };
    }
}
