using Marketplace.Demands;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Statistics;
using Marketplace.Matching;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Statistics;

/// <summary>The match rate of one year.</summary>
public sealed record MatchYear(int Year, bool Demo, IReadOnlyList<CountedDemand> Demands, DateTimeOffset At)
{
    public MatchCounts Total => MatchFigures.Of(Demands);

    public IReadOnlyList<MatchGroup> Months => MatchFigures.ByMonth(Demands, Year, At);

    public IReadOnlyList<MatchGroup> Fields => MatchFigures.ByField(Demands);

    /// <summary>As the tables say them: of a month, of a field, or of the whole year.</summary>
    public MatchCounts Of(string? month, string? field) =>
        (month is not null ? Months.FirstOrDefault(g => g.Key == month) : field is not null ? Fields.FirstOrDefault(g => g.Key == field) : new MatchGroup("", Total))?.Counts ?? new MatchCounts(0, 0, null, null);
}

/// <summary>A record behind a figure, with the page where this reader may read it.</summary>
public sealed record MatchRecord(FoundDemand Demand, IReadOnlyList<string> Introductions, IReadOnlyList<string> Deals);

/// <summary>A page of the records behind a figure.</summary>
/// <param name="Named">How many this reader may know of, and of them that they belong to the figure.</param>
public sealed record MatchRecordPage(int Named, IReadOnlyList<MatchRecord> Rows);

/// <summary>Reads the figures from the records of demands, introductions and deals, each time anew: nothing is added up in between.</summary>
public static class MatchRecords
{
    private static readonly ResponseState[] Chosen = [ResponseState.Chosen, ResponseState.Stopped, ResponseState.Best];

    /// <summary>Everybody reads by these states that a response was chosen.</summary>
    private static readonly DemandState[] ShowsChoice = [DemandState.ResultNotice, DemandState.Chosen, DemandState.InWork, DemandState.Accepted, DemandState.Failed];

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
        var signed = (await Attribution.Signed(db, Published(db, demo).Where(d => d.PublishedAt >= from && d.PublishedAt < until), cancellation)).Select(s => s.Demand).ToHashSet();
        return new MatchYear(year, demo, rows.ConvertAll(d => new CountedDemand(d.Id, d.PublishedAt!.Value, d.Field?.ToString(), d.Answered, d.Chosen || d.Introduced, signed.Contains(d.Id))), now);
    }

    /// <summary>The years that have a demand, the newest first, this year always among them.</summary>
    public static async Task<IReadOnlyList<int>> Years(MarketplaceDb db, bool demo, DateTimeOffset now, CancellationToken cancellation)
    {
        var first = await Published(db, demo).MinAsync(d => d.PublishedAt, cancellation) is { } oldest ? MatchFigures.Year(oldest) : MatchFigures.Year(now);
        return [.. Enumerable.Range(0, Math.Max(1, MatchFigures.Year(now) - first + 1)).Select(i => MatchFigures.Year(now) - i)];
    }

    /// <summary>
    /// The records behind one figure, the newest first: those demands that this reader may know of, and that they were matched or signed only where the
    /// demand's state, the reader's own introduction or its own deal says so.
    /// </summary>
    public static async Task<MatchRecordPage> Named(MarketplaceDb db, Actor actor, string figure, IReadOnlyList<Guid> counted, Paging paging, CancellationToken cancellation)
    {
        var own = actor.Memberships.Where(m => m.Verified).Select(m => m.Organisation).ToList();
        var visible = DemandSearch.Visible(db, actor).Where(d => counted.Contains(d.Id));
        var introductions = db.Set<IntroductionRow>().AsNoTracking()
            .Where(i => i.State == IntroductionState.Confirmed && (own.Contains(i.Agency) || own.Contains(i.DemandOwner) || own.Contains(i.AchievementOwner)));
        var deals = Array.Empty<(Guid, string)>().ToLookup(d => d.Item1, d => d.Item2);
        if (figure == "matched") visible = visible.Where(d => ShowsChoice.Contains(d.State) || introductions.Any(i => i.Demand == d.Id));
        if (figure == "signed")
        {
            var mine = db.Set<Demand>().AsNoTracking().Where(d => counted.Contains(d.Id) && introductions.Any(i => i.Demand == d.Id));
            deals = (await Attribution.Signed(db, mine, cancellation)).Where(s => own.Contains(s.Deal.Buyer) || own.Contains(s.Deal.Seller)).ToLookup(s => s.Demand, s => $"/deals/{s.Deal.Auction}");
            var led = deals.Select(d => d.Key).ToList();
            visible = visible.Where(d => led.Contains(d.Id));
        }

        var page = await visible.OrderByDescending(d => d.PublishedAt).ThenByDescending(d => d.Id).Skip(paging.Skip).Take(paging.Size).Select(d => d.Id).ToListAsync(cancellation);
        var found = (await DemandSearch.Read(db, db.Set<Demand>().AsNoTracking().Where(d => page.Contains(d.Id)), cancellation)).ToDictionary(f => f.Row.Id);
        var pairs = figure == "matched" ? await introductions.Where(i => page.Contains(i.Demand)).OrderBy(i => i.ConfirmedAt).Select(i => new { i.Demand, i.Id }).ToListAsync(cancellation) : [];
        var links = pairs.ToLookup(i => i.Demand, i => $"/introductions/{i.Id}");
        return new MatchRecordPage(await visible.CountAsync(cancellation), [.. page.Select(id => new MatchRecord(found[id], [.. links[id]], [.. deals[id]]))]);
    }

    private static IQueryable<Demand> Published(MarketplaceDb db, bool demo) => db.Set<Demand>().AsNoTracking().Where(d => d.PublishedAt != null && !d.Blocks && d.Demo == demo);
}
