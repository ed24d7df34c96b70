using Marketplace.Demands;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Statistics;
using Marketplace.Matching;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Statistics;

/// <summary>The match rate of one year.</summary>
public sealed record MatchYear(int Year, bool Demo, IReadOnlyList<CountedDemand> Demands, DateTimeOffset At)
{
    public MatchCounts Total => MatchFigures.Of(Demands);

    public IReadOnlyList<MatchGroup> Months => MatchFigures.ByMonth(Demands, Year, At);

    public IReadOnlyList<MatchGroup> Fields => MatchFigures.ByField(Demands);
}

/// <summary>A record behind a figure, with the page where this reader may read it.</summary>
public sealed record MatchRecord(FoundDemand Demand, IReadOnlyList<string> Introductions, IReadOnlyList<string> Deals);

/// <summary>Reads the figures from the records of demands, introductions and deals, each time anew: nothing is added up in between.</summary>
public static class MatchRecords
{
    private static readonly ResponseState[] Chosen = [ResponseState.Chosen, ResponseState.Stopped, ResponseState.Best];

    /// <summary>
    /// The demands of a year. One with a block list is in no figure, because a count would tell whom it is kept from that
    /// there is one; demonstration and real are never in one.
    /// </summary>
    public static async Task<MatchYear> Read(MarketplaceDb db, int year, bool demo, DateTimeOffset now, CancellationToken cancellation)
    {
        var (from, until) = MatchFigures.Span(year);
        var rows = await Published(db, demo).Where(d => d.PublishedAt >= from && d.PublishedAt < until)
            .Select(d => new
            {
                d.Id,
                d.PublishedAt,
                d.Field,
                Answered = db.Set<DemandResponse>().Any(r => r.Demand == d.Id && r.State != ResponseState.Withdrawn),
                Chosen = db.Set<DemandResponse>().Any(r => r.Demand == d.Id && Chosen.Contains(r.State)),
                Introduced = db.Set<IntroductionRow>().Any(i => i.Demand == d.Id && i.State == IntroductionState.Confirmed),
            }).ToListAsync(cancellation);
        var signed = (await Attribution.Signed(db, demo, cancellation)).Select(s => s.Demand).ToHashSet();
        return new MatchYear(year, demo, rows.ConvertAll(d => new CountedDemand(d.Id, d.PublishedAt!.Value, d.Field?.ToString(), d.Answered, d.Chosen || d.Introduced, signed.Contains(d.Id))), now);
    }

    /// <summary>The years that have a demand, the newest first, this year always among them.</summary>
    public static async Task<IReadOnlyList<int>> Years(MarketplaceDb db, bool demo, DateTimeOffset now, CancellationToken cancellation)
    {
        var first = await Published(db, demo).MinAsync(d => d.PublishedAt, cancellation) is { } oldest ? MatchFigures.Year(oldest) : MatchFigures.Year(now);
        return [.. Enumerable.Range(0, Math.Max(1, MatchFigures.Year(now) - first + 1)).Select(i => MatchFigures.Year(now) - i)];
    }

    /// <summary>Of these demands those that this reader may know of, with the introductions and deals that are its own.</summary>
    public static async Task<IReadOnlyList<MatchRecord>> Named(MarketplaceDb db, Actor actor, bool demo, IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        var own = actor.Memberships.Where(m => m.Verified).Select(m => m.Organisation).ToList();
        var found = await DemandSearch.Read(db, DemandSearch.Visible(db, actor).Where(d => ids.Contains(d.Id)), cancellation);
        var introductions = await db.Set<IntroductionRow>().AsNoTracking()
            .Where(i => ids.Contains(i.Demand) && i.State == IntroductionState.Confirmed && (own.Contains(i.Agency) || own.Contains(i.DemandOwner) || own.Contains(i.AchievementOwner)))
            .OrderBy(i => i.ConfirmedAt).Select(i => new { i.Demand, i.Id }).ToListAsync(cancellation);
        var deals = (await Attribution.Signed(db, demo, cancellation)).Where(s => own.Contains(s.Deal.Buyer) || own.Contains(s.Deal.Seller)).ToLookup(s => s.Demand, s => $"/deals/{s.Deal.Auction}");
        var led = introductions.ToLookup(i => i.Demand, i => $"/introductions/{i.Id}");
        return [.. found.OrderByDescending(f => f.Row.PublishedAt).ThenByDescending(f => f.Row.Id).Select(f => new MatchRecord(f, [.. led[f.Row.Id]], [.. deals[f.Row.Id]]))];
    }

    /// <summary>Everybody reads by its state that a response was chosen.</summary>
    public static bool ShowsChoice(Demand row) => row.State is DemandState.ResultNotice or DemandState.Chosen or DemandState.InWork or DemandState.Accepted or DemandState.Failed;

    private static IQueryable<Demand> Published(MarketplaceDb db, bool demo) => db.Set<Demand>().AsNoTracking().Where(d => d.PublishedAt != null && !d.Blocks && d.Demo == demo);
}
