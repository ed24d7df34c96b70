using Marketplace.Achievements;
using Marketplace.Demands;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Matching;
using Marketplace.Platform.Database;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching.Recommendations;

/// <summary>
/// The engine of 推荐: asks the index who speaks of the same, scores pair by pair, and keeps the best of each side.
/// Idempotent: done twice it leaves the same rows.
/// </summary>
public sealed class Recommender(IMarketplaceDbFactory databases, ISearchIndex index, Rarities rarities, TimeProvider clock)
{
    /// <summary>So many are kept for a demand, and for an achievement.</summary>
    public const int MostForDemand = 30, MostForAchievement = 15;

    /// <summary>So many of the index's best are scored.</summary>
    private const int MostScored = 60;

    /// <summary>The index knows of no demand that is kept from somebody: these few are compared one by one.</summary>
    private const int MostKeptBack = 200;

    private const int MostTries = 4;

    private static readonly string[] Works = [nameof(AchievementState.Published), nameof(AchievementState.InTrade)];
    private static readonly string[] Needs = [nameof(DemandState.Published), nameof(DemandState.Selecting)];

    /// <summary>Finds anew what is recommended to a demand; what is no longer in the market loses its rows.</summary>
    /// <exception cref="SearchUnavailableException">The index does not answer; nothing was changed.</exception>
    public async Task OfDemand(Guid id, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var row = await db.Set<Demand>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellation);
        if (row is null || !await Listings.Demands(db, row.Demo).AnyAsync(d => d.Id == id, cancellation))
        {
            await Forget(r => r.Demand == id, cancellation);
            return;
        }

        var rarity = await rarities.Of(row.Demo, cancellation);
        var need = await Need.Read(db, row, rarity, cancellation);
        var few = await Few(Listings.Works(db, row.Demo).Select(a => a.Id), cancellation);
        var (open, more) = (few ?? await Ask(Found.Achievement, Works, need.Asked, row.Demo, cancellation), few is not null ? [] : await Ask(Found.Achievement, Works, need.AskedMore, row.Demo, cancellation));
        var known = await db.Set<RecommendationRow>().AsNoTracking().Where(r => r.Demand == id).Select(r => r.Achievement).ToListAsync(cancellation);
        var wanted = open.Concat(more).Concat(known).Distinct().ToList();
        var blocked = db.Set<DemandBlock>().Where(b => b.Demand == id).Select(b => b.Organisation);
        var works = await Listings.Works(db, row.Demo).Where(a => wanted.Contains(a.Id) && !blocked.Contains(a.Organisation) && a.Organisation != row.Organisation).ToListAsync(cancellation);
        var scored = works.Select(w => need.With(Work.Read(w, rarity), rarity, Today)).Where(s => s.IsOne).ToList();
        var openly = open.ToHashSet();
        var (owner, demand) = (Best(scored, s => s.Score.Value), Best(scored.Where(s => s.IsOpenly && openly.Contains(s.Achievement)), s => s.OpenScore.Value));
        var ids = scored.ConvertAll(s => s.Achievement);
        var full = await db.Set<RecommendationRow>().Where(r => ids.Contains(r.Achievement) && r.Demand != id && r.ForAchievement).GroupBy(r => r.Achievement)
            .Select(g => new { g.Key, Count = g.Count(), Least = g.Min(r => r.OpenScore) }).Where(g => g.Count >= MostForAchievement).ToDictionaryAsync(g => g.Key, g => g.Least, cancellation);
        await Write(
            r => r.Demand == id, scored, row.Demo,
            (r, s) =>
            {
                (r.ForOwner, r.ForDemand) = (owner.Contains((s.Demand, s.Achievement)), demand.Contains((s.Demand, s.Achievement)));
                r.ForAchievement = openly.Contains(s.Achievement) ? Enters(full, s.Achievement, s.OpenScore) : r.ForAchievement;
            },
            cancellation);
    }

    /// <summary>Finds anew to which demands an achievement is recommended.</summary>
    /// <inheritdoc cref="OfDemand"/>
    public async Task OfAchievement(Guid id, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var row = await db.Set<Achievement>().AsNoTracking().FirstOrDefaultAsync(a => a.Id == id, cancellation);
        if (row is null || !await Listings.Works(db, row.Demo).AnyAsync(a => a.Id == id, cancellation))
        {
            await Forget(r => r.Achievement == id, cancellation);
            return;
        }

        var few = await Few(Listings.Demands(db, row.Demo).Select(d => d.Id), cancellation);
        var known = await db.Set<RecommendationRow>().AsNoTracking().Where(r => r.Achievement == id).Select(r => r.Demand).ToListAsync(cancellation);
        if (few is { Count: 0 } && known.Count == 0) return;
        var rarity = await rarities.Of(row.Demo, cancellation);
        var work = Work.Read(row, rarity);
        var found = few ?? await Ask(Found.Demand, Needs, work.Asked, row.Demo, cancellation);
        var keptBack = await Listings.Demands(db, row.Demo).Where(d => d.Blocks && !db.Set<DemandBlock>().Any(b => b.Demand == d.Id && b.Organisation == row.Organisation))
            .OrderByDescending(d => d.PublishedAt).Select(d => d.Id).Take(MostKeptBack).ToListAsync(cancellation);
        var wanted = found.Concat(keptBack).Concat(known).Distinct().ToList();
        var demands = await Listings.Demands(db, row.Demo)
            .Where(d => wanted.Contains(d.Id) && d.Organisation != row.Organisation && !db.Set<DemandBlock>().Any(b => b.Demand == d.Id && b.Organisation == row.Organisation)).ToListAsync(cancellation);
        var scored = new List<Scored>();
        foreach (var demand in demands)
        {
            var pair = (await Need.Read(db, demand, rarity, cancellation)).With(work, rarity, Today);
            if (pair.IsOne) scored.Add(pair);
        }

        var best = Best(scored.Where(s => s.IsOpenly), s => s.OpenScore.Value, MostForAchievement);
        if (scored.Count == 0 && known.Count == 0) return;
        var ids = scored.ConvertAll(s => s.Demand);
        var others = db.Set<RecommendationRow>().Where(r => ids.Contains(r.Demand) && r.Achievement != id);
        var full = await others.Where(r => r.ForDemand).GroupBy(r => r.Demand)
            .Select(g => new { g.Key, Count = g.Count(), Least = g.Min(r => r.OpenScore) }).Where(g => g.Count >= MostForDemand).ToDictionaryAsync(g => g.Key, g => g.Least, cancellation);
        var fullForOwner = await others.Where(r => r.ForOwner).GroupBy(r => r.Demand)
            .Select(g => new { g.Key, Count = g.Count(), Least = g.Min(r => r.Score) }).Where(g => g.Count >= MostForDemand).ToDictionaryAsync(g => g.Key, g => g.Least, cancellation);
        await Write(
            r => r.Achievement == id, scored, row.Demo,
            (r, s) => (r.ForAchievement, r.ForDemand, r.ForOwner) = (best.Contains((s.Demand, s.Achievement)), Enters(full, s.Demand, s.OpenScore), Enters(fullForOwner, s.Demand, s.Score)), cancellation);
    }

    /// <summary>On the other side's list it takes a place that is free, or that a lesser one has; the night takes out whoever is too many.</summary>
    /// <param name="full">The lists that have no free place, with their least score.</param>
    private static bool Enters(Dictionary<Guid, int> full, Guid whose, PairScore score) =>
        score[ScorePart.Text].Value >= Scoring.LeastText && (!full.TryGetValue(whose, out var least) || score.Value > least);

    /// <summary>Where there is hardly anything all of it is compared: an index of a handful of texts knows no rare word. Null when there is more.</summary>
    private static async Task<List<Guid>?> Few(IQueryable<Guid> ids, CancellationToken cancellation) =>
        await ids.OrderBy(i => i).Take(MostScored + 1).ToListAsync(cancellation) is { Count: <= MostScored } few ? few : null;

    private DateOnly Today => Days.Of(clock.GetUtcNow());

    private static HashSet<(Guid, Guid)> Best(IEnumerable<Scored> scored, Func<Scored, int> by, int most = MostForDemand) =>
        [.. RankedPair.Best(scored.Select(s => new RankedPair(s.Demand, s.Achievement, by(s), s.PublishedOn)), most).Select(r => (r.Demand, r.Achievement))];

    /// <summary>Whom the index names for the pieces of a text, those that many name near their top first.</summary>
    private async Task<List<Guid>> Ask(Found kind, string[] states, IReadOnlyList<string> pieces, bool demo, CancellationToken cancellation)
    {
        // Reciprocal ranks, so that scores of different questions need not be compared.
        const int Flat = 20;
        var ranks = new Dictionary<Guid, double>();
        foreach (var piece in pieces)
        {
            var place = 0;
            foreach (var id in await Ask(kind, states, piece, demo, cancellation)) ranks[id] = ranks.GetValueOrDefault(id) + 1.0 / (Flat + ++place);
        }

        return [.. ranks.OrderByDescending(r => r.Value).ThenBy(r => r.Key).Take(MostScored).Select(r => r.Key)];
    }

    /// <summary>The best of the same world: the demonstration and what is real stand in one index, and page after page is read until there are enough.</summary>
    private async Task<List<Guid>> Ask(Found kind, string[] states, string text, bool demo, CancellationToken cancellation)
    {
        const int Page = 50, Pages = 4;
        var found = new List<Guid>();
        for (var page = 0; page < Pages && found.Count < Page; page++)
        {
            var answer = await index.Find(
                new SearchQuery
                {
                    Text = text,
                    Audience = Audience.Public,
                    Wanted = new Dictionary<Facet, IReadOnlyList<string>> { [Facet.Kind] = [kind.ToString()], [Facet.State] = states },
                    Skip = page * Page,
                    Take = Page,
                },
                cancellation);
            found.AddRange(answer.Hits.Where(h => h.Document.Demo == demo).Select(h => Guid.Parse(h.Document.Key.Id)));
            if (answer.Hits.Count < Page) break;
        }

        return found;
    }

    private async Task Forget(System.Linq.Expressions.Expression<Func<RecommendationRow, bool>> which, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        if (await db.Set<RecommendationRow>().AnyAsync(which, cancellation)) await db.WriteAsync(token => db.Set<RecommendationRow>().Where(which).ExecuteDeleteAsync(token), cancellation);
    }

    /// <summary>Puts what was scored in place of what stood there; a row that is among nobody's best goes.</summary>
    private async Task Write(
        System.Linq.Expressions.Expression<Func<RecommendationRow, bool>> of, IReadOnlyCollection<Scored> scored, bool demo, Action<RecommendationRow, Scored> mark, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = databases.Create();
            try
            {
                await db.WriteAsync(
                    async token =>
                    {
                        var rows = await db.Set<RecommendationRow>().Where(of).ToDictionaryAsync(r => (r.Demand, r.Achievement), token);
                        foreach (var one in scored)
                        {
                            var isNew = !rows.Remove((one.Demand, one.Achievement), out var row);
                            row ??= new RecommendationRow { Demand = one.Demand, Achievement = one.Achievement };
                            mark(row, one);
                            if (row is { ForOwner: false, ForDemand: false, ForAchievement: false })
                            {
                                if (!isNew) db.Remove(row);
                                continue;
                            }

                            one.Put(row);
                            (row.Demo, row.Edition, row.ComputedAt) = (demo, Scoring.Edition, clock.GetUtcNow());
                            if (isNew) db.Add(row);
                        }

                        // What was there and is not a pair any more.
                        db.RemoveRange(rows.Values);
                        await db.SaveChangesAsync(token);
                    },
                    cancellation);
                return;
            }
            catch (DbUpdateException) when (attempt < MostTries)
            {
                // Another node wrote one of the pairs meanwhile: look again.
            }
        }
    }
}
