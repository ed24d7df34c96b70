using Marketplace.Achievements;
using Marketplace.Demands;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching.Recommendations;

/// <summary>推荐 of a whole desk: for an enterprise's demands, a unit's achievements, or all that an agency has a mandate for.</summary>
public sealed class RecommendationDeskModel(MarketplaceDb db, CurrentActor actor, RecommendationLists lists) : PageModel
{
    /// <summary>Of each demand or achievement, and in all.</summary>
    private const int MostOfOne = 5, MostSubjects = 100, Most = 50;

    /// <param name="Side">What the reader has: its demand, or its achievement.</param>
    /// <param name="Url">Where the pair stands in its own list.</param>
    public sealed record Line(MandateSide Side, Guid Demand, string DemandTitle, Guid Achievement, string AchievementTitle, string Partner, Explanation Why, int Score, string Url);

    public sealed record Listing(string Title, string Url, DateTimeOffset At, bool IsDemand);

    [BindProperty(SupportsGet = true)]
    public Guid? Demand { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? Achievement { get; set; }

    public Membership Member { get; private set; } = null!;
    public IReadOnlyList<Line> Lines { get; private set; } = [];
    public Line? Selected { get; private set; }

    /// <summary>What is new in the market for everybody alike; shown instead when nothing personal is wanted.</summary>
    public IReadOnlyList<Listing> Newest { get; private set; } = [];

    /// <summary>Whether there is anything that something could be recommended to.</summary>
    public bool HasSubjects { get; private set; }
    public RecommendationOrder Shown { get; private set; }
    public bool Introduces { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var reader = await actor.Get(cancellation);
        if (!reader.SignedIn) return this.Refused(Refusal.NotSignedIn);
        var mine = actor.Acting?.Organisation;
        Result<Membership>[] asked = [await actor.May(Act.ReadDemandRecommendations, mine, cancellation), await actor.May(Act.ReadAchievementRecommendations, mine, cancellation), await actor.May(Act.Introduce, mine, cancellation)];
        if (asked.FirstOrDefault(a => a.Done) is not { Done: true } may) return this.Refused(asked[0].Refusal!.Value);
        (Member, Introduces, Shown) = (may.Value, may.Value.Kind == OrganisationKind.Agency, lists.Order(null));
        ViewData["Demo"] = Member.Demo;
        if (Shown != RecommendationOrder.Personal)
        {
            await ReadNewest(reader, cancellation);
            return Page();
        }

        var lines = new Dictionary<(Guid, Guid), Line>();
        foreach (var work in await Works(reader, cancellation))
        {
            foreach (var found in (await lists.Of(work, Shown, cancellation)).Take(MostOfOne))
                lines[(found.Need.Row.Id, work.Id)] = new Line(MandateSide.Supply, found.Need.Row.Id, found.Need.Row.Title, work.Id, work.Title, work.Title, found.Why, found.Score, $"/achievements/{work.Id}/recommendations?with={found.Need.Row.Id}");
        }

        // Whoever stands on both sides reads the pair as the demand's side does.
        foreach (var demand in await Demands(reader, cancellation))
        {
            foreach (var found in (await lists.Of(demand, Shown, cancellation)).Take(MostOfOne))
                lines[(demand.Id, found.Work.Id)] = new Line(MandateSide.Demand, demand.Id, demand.Title, found.Work.Id, found.Work.Title, found.Unit, found.Why, found.Score, $"/demands/{demand.Id}/recommendations?with={found.Work.Id}");
        }

        Lines = [.. lines.Values.OrderByDescending(l => l.Score).ThenBy(l => l.Demand).ThenBy(l => l.Achievement).Take(Most)];
        Selected = Lines.FirstOrDefault(l => l.Demand == Demand && l.Achievement == Achievement) ?? (Lines.Count > 0 ? Lines[0] : null);
        return Page();
    }

    /// <summary>Remembers whether lists are made for who asks; for a year, in this browser.</summary>
    public async Task<IActionResult> OnPostOrder(bool plain, string? returnUrl, CancellationToken cancellation)
    {
        if (!(await actor.Get(cancellation)).SignedIn) return this.Refused(Refusal.NotSignedIn);
        Response.Cookies.Append(
            RecommendationLists.Cookie, plain ? RecommendationLists.Plain : "personal",
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = Request.IsHttps, MaxAge = TimeSpan.FromDays(365), IsEssential = true });
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl! : "/desk/recommendations");
    }

    private async Task<IReadOnlyList<Demand>> Demands(Actor reader, CancellationToken cancellation)
    {
        var (all, named) = Scope(reader, MandateSide.Demand, OrganisationKind.Enterprise);
        var rows = await Listings.Demands(db, Member.Demo).Where(d => all.Contains(d.Organisation) || named.Contains(d.Id)).OrderByDescending(d => d.PublishedAt).Take(MostSubjects).ToListAsync(cancellation);
        HasSubjects |= rows.Count > 0;
        return rows.FindAll(d => Policy.Check(reader, Act.ReadDemandRecommendations, d.Organisation, d.Id).Done);
    }

    private async Task<IReadOnlyList<Achievement>> Works(Actor reader, CancellationToken cancellation)
    {
        var (all, named) = Scope(reader, MandateSide.Supply, OrganisationKind.University);
        // Those with something to show first: a unit may list thousands.
        var rows = await Listings.Works(db, Member.Demo).Where(a => all.Contains(a.Organisation) || named.Contains(a.Id))
            .OrderByDescending(a => db.Set<RecommendationRow>().Where(r => r.Achievement == a.Id && (r.ForDemand || r.ForAchievement)).Max(r => (int?)r.OpenScore) ?? 0).ThenBy(a => a.Id).Take(MostSubjects).ToListAsync(cancellation);
        HasSubjects |= rows.Count > 0;
        return rows.FindAll(a => Policy.Check(reader, Act.ReadAchievementRecommendations, a.Organisation, a.Id).Done);
    }

    /// <summary>Whose things the desk is about, and which single ones besides.</summary>
    private (List<Guid> All, List<Guid> Named) Scope(Actor reader, MandateSide side, OrganisationKind kind)
    {
        var held = reader.Mandates.Where(m => m.Agency == Member.Organisation && m.Side == side).ToList();
        List<Guid> own = Member.Kind == kind ? [Member.Organisation] : [];
        return ([.. own, .. held.Where(m => m.Subjects.IsEmpty).Select(m => m.Client)], [.. held.SelectMany(m => m.Subjects)]);
    }

    private async Task ReadNewest(Actor reader, CancellationToken cancellation)
    {
        List<Listing> found = [];
        if (Member.Kind is not OrganisationKind.University)
            found.AddRange(await Listings.Works(db, Member.Demo).OrderByDescending(a => a.PublishedAt).ThenBy(a => a.Id).Take(Most / 2).Select(a => new Listing(a.Title, $"/achievements/{a.Id}", a.PublishedAt!.Value, false)).ToListAsync(cancellation));
        if (Member.Kind is not OrganisationKind.Enterprise)
        {
            var visible = DemandSearch.Visible(db, reader);
            found.AddRange(await Listings.Demands(db, Member.Demo).Where(d => visible.Any(v => v.Id == d.Id)).OrderByDescending(d => d.PublishedAt).ThenBy(d => d.Id).Take(Most / 2)
                .Select(d => new Listing(d.Title, $"/demands/{d.Id}", d.PublishedAt!.Value, true)).ToListAsync(cancellation));
        }

        Newest = [.. found.OrderByDescending(l => l.At).ThenBy(l => l.Url, StringComparer.Ordinal)];
    }
}
