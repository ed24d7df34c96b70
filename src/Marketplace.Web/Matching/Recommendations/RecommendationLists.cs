using Marketplace.Achievements;
using Marketplace.Demands;
using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching.Recommendations;

/// <summary>In which order a list is shown: made for who asks, or the same for everybody.</summary>
public enum RecommendationOrder { Personal, Best, Newest }

/// <summary>An achievement that is recommended to a demand.</summary>
/// <param name="Owner">Read by the demand's side, with budget and feedback in it.</param>
/// <param name="Said">The newest judgement of the demand's side.</param>
public sealed record RecommendedWork(RecommendationRow Row, Explanation Why, Achievement Work, string Unit, bool Owner, RecommendationJudgementRow? Said)
{
    public int Score => Owner ? Row.Score : Row.OpenScore;
}

/// <summary>A demand to which an achievement is recommended, by its public facts.</summary>
public sealed record RecommendedNeed(RecommendationRow Row, Explanation Why, FoundDemand Need)
{
    public int Score => Row.OpenScore;
}

/// <summary>Which recommendations a reader sees, and in which order.</summary>
public sealed class RecommendationLists(MarketplaceDb db, CurrentActor actor, IHttpContextAccessor http)
{
    /// <summary>The cookie that says that nothing personal is wanted (个人信息保护法 24).</summary>
    public const string Cookie = "recommendations", Plain = "plain";

    public bool IsPersonal => http.HttpContext?.Request.Cookies[Cookie] != Plain;

    public RecommendationOrder Order(string? asked) => IsPersonal ? RecommendationOrder.Personal : asked == "newest" ? RecommendationOrder.Newest : RecommendationOrder.Best;

    /// <summary>The demand's own desk, or an agency with its mandate.</summary>
    public ValueTask<Result<Membership>> MayRead(Demand demand, CancellationToken cancellation) => actor.MayOn(Act.ReadDemandRecommendations, demand.Organisation, demand.Id, cancellation);

    /// <summary>The unit's own desk, or an agency with its mandate.</summary>
    public ValueTask<Result<Membership>> MayRead(Achievement work, CancellationToken cancellation) => actor.MayOn(Act.ReadAchievementRecommendations, work.Organisation, work.Id, cancellation);

    /// <summary>For whoever may read them (<see cref="MayRead(Demand, CancellationToken)"/>). What was found bad is not shown again, except where nothing is personal.</summary>
    public async Task<IReadOnlyList<RecommendedWork>> Of(Demand demand, RecommendationOrder order, CancellationToken cancellation)
    {
        var personal = order == RecommendationOrder.Personal;
        var found = await (
            from r in db.Set<RecommendationRow>().AsNoTracking()
            where r.Demand == demand.Id && (personal ? r.ForOwner : r.ForDemand)
            join a in Listings.Works(db, demand.Demo) on r.Achievement equals a.Id
            join o in db.Set<Organisation>().AsNoTracking() on a.Organisation equals o.Id
            select new { r, a, o.Name }).ToListAsync(cancellation);
        var said = await Said(demand.Id, cancellation);
        var shown = found.Select(f => new RecommendedWork(f.r, f.r.Read(personal), f.a, f.Name, personal, said.GetValueOrDefault(f.a.Id))).Where(f => !personal || f.Said?.Verdict != Verdict.Bad);
        return
        [
            .. (order == RecommendationOrder.Newest ? shown.OrderByDescending(f => f.Work.PublishedAt) : shown.OrderByDescending(f => f.Score).ThenByDescending(f => f.Work.PublishedAt))
                .ThenBy(f => f.Work.Id).Take(Recommender.MostForDemand),
        ];
    }

    /// <summary>The demands that this reader may know of, by what anybody may conclude from.</summary>
    public async Task<IReadOnlyList<RecommendedNeed>> Of(Achievement work, RecommendationOrder order, CancellationToken cancellation)
    {
        var rows = await Open(work, await actor.Get(cancellation)).ToDictionaryAsync(r => r.Demand, cancellation);
        var ids = rows.Keys.ToList();
        var needs = await DemandSearch.Read(db, Listings.Demands(db, work.Demo).Where(d => ids.Contains(d.Id)), cancellation);
        var shown = needs.Select(n => new RecommendedNeed(rows[n.Row.Id], rows[n.Row.Id].Read(owner: false), n));
        return
        [
            .. (order == RecommendationOrder.Newest ? shown.OrderByDescending(f => f.Need.Row.PublishedAt) : shown.OrderByDescending(f => f.Score).ThenByDescending(f => f.Need.Row.PublishedAt))
                .ThenBy(f => f.Need.Row.Id).Take(Recommender.MostForAchievement),
        ];
    }

    /// <summary>For anybody: how many works speak of something near. By public facts alone.</summary>
    public Task<int> Count(Demand demand, CancellationToken cancellation) =>
        db.Set<RecommendationRow>().CountAsync(r => r.Demand == demand.Id && r.ForDemand && Listings.Works(db, demand.Demo).Any(a => a.Id == r.Achievement), cancellation);

    /// <summary>For anybody: how many demands that this reader may know of.</summary>
    public async Task<int> Count(Achievement work, CancellationToken cancellation) => await Open(work, await actor.Get(cancellation)).CountAsync(cancellation);

    /// <summary>The newest judgements of a demand's side, by achievement.</summary>
    public async Task<Dictionary<Guid, RecommendationJudgementRow>> Said(Guid demand, CancellationToken cancellation) =>
        await Judgements.Newest(db.Set<RecommendationJudgementRow>().AsNoTracking().Where(j => j.Demand == demand)).ToDictionaryAsync(j => j.Achievement, cancellation);

    /// <summary>Never a demand that is kept from the reader, nor one that is kept from the work's own unit: its agency is no way around the list.</summary>
    private IQueryable<RecommendationRow> Open(Achievement work, Actor reader)
    {
        var visible = DemandSearch.Visible(db, reader).Where(d => !db.Set<DemandBlock>().Any(b => b.Demand == d.Id && b.Organisation == work.Organisation));
        return db.Set<RecommendationRow>().AsNoTracking()
            .Where(r => r.Achievement == work.Id && (r.ForDemand || r.ForAchievement) && Listings.Demands(db, work.Demo).Any(d => d.Id == r.Demand) && visible.Any(d => d.Id == r.Demand));
    }
}
