using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Organisations;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Achievements;

/// <summary>An agency works on a unit's achievements under a mandate: those it covers, and new ones where it covers all.</summary>
public sealed class ForClientModel(MarketplaceDb db, CurrentActor actor, IGrainFactory grains) : PageModel
{
    private const int Most = 500;

    public Organisation Unit { get; private set; } = null!;
    public Membership Agent { get; private set; } = null!;
    public IReadOnlyList<Achievement> Rows { get; private set; } = [];

    /// <summary>The mandate covers what is not there yet.</summary>
    public bool MayBegin { get; private set; }
    public Refusal? Refused { get; private set; }
    public string? NewTitle { get; private set; }

    public async Task<IActionResult> OnGet(Guid unit, CancellationToken cancellation) => await Open(unit, cancellation) ?? Page();

    public async Task<IActionResult> OnPost(Guid unit, Guid command, string? title, CancellationToken cancellation)
    {
        if (await Open(unit, cancellation) is { } refused) return refused;
        if (!MayBegin) return this.Refused(Refusal.NotAllowed);
        var content = new DisclosedResult { Title = title ?? "" }.ToContent(Unit.Name, Unit.Region);
        // The command's id is the achievement's id: the form sent twice begins once.
        var id = command == Guid.Empty ? Guid.CreateVersion7() : command;
        var done = await grains.GetGrain<IAchievementGrain>(id).Begin(new By(id, (await actor.Get(cancellation)).Person!.Value, Agency: Agent.Organisation), unit, content);
        if (done.Done) return Redirect($"/desk/achievements/{id}/edit");
        (Refused, NewTitle) = (done.Refusal, title);
        ModelState.Clear();
        return Page();
    }

    private async Task<IActionResult?> Open(Guid unit, CancellationToken cancellation)
    {
        var known = await actor.Get(cancellation);
        if (!known.SignedIn) return this.Refused(Refusal.NotSignedIn);
        var held = known.Mandates.Where(m => m.Client == unit && m.Powers.Contains(MandatePower.WriteAchievements)).ToList();
        if (held.Count == 0) return this.Refused(Refusal.NotAllowed);
        // A mandate counts where the policy says so, and nowhere else.
        var all = Policy.Check(known, Act.WriteAchievement, unit);
        var any = all.Done ? all : Policy.Check(known, Act.WriteAchievement, unit, held.SelectMany(h => h.Subjects).FirstOrDefault());
        if (!any.Done) return this.Refused(any.Refusal.Value);
        (Agent, MayBegin) = (any.Value, all.Done);
        Unit = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == unit, cancellation);
        var mine = db.Set<Achievement>().AsNoTracking().Where(a => a.Organisation == unit);
        if (!MayBegin)
        {
            var named = held.SelectMany(h => h.Subjects).ToList();
            mine = mine.Where(a => named.Contains(a.Id));
        }

        Rows = await mine.OrderByDescending(a => a.UpdatedAt).ThenByDescending(a => a.Id).Take(Most).ToListAsync(cancellation);
        ViewData["Demo"] = Unit.Demo;
        return null;
    }

    /// <summary>What mandates of the supply side are about.</summary>
    internal static readonly MandateSubjects Subjects = new(MandateSide.Supply, MandatePower.WriteAchievements, "/desk/achievements/for/", Of, Done);

    private static async Task<IReadOnlyList<MandateSubject>> Of(IServiceProvider services, Guid unit, bool own, CancellationToken cancellation) =>
        await services.GetRequiredService<MarketplaceDb>().Set<Achievement>().AsNoTracking()
            .Where(a => a.Organisation == unit && (a.State == AchievementState.Published || a.State == AchievementState.InTrade || (own && (a.State == AchievementState.Draft || a.State == AchievementState.InReview))))
            .OrderBy(a => a.Title).ThenBy(a => a.Id).Take(1000).Select(a => new MandateSubject(a.Id, a.Title)).ToListAsync(cancellation);

    private static async Task<IReadOnlyList<MandateDoing>> Done(IServiceProvider services, Guid agency, Guid unit, CancellationToken cancellation)
    {
        var texts = services.GetRequiredService<IStringLocalizer<AchievementTexts>>();
        var db = services.GetRequiredService<MarketplaceDb>();
        var rows = await (
            from v in db.Set<AchievementVersion>().AsNoTracking()
            where v.Agency == agency
            join a in db.Set<Achievement>().AsNoTracking() on v.Achievement equals a.Id
            where a.Organisation == unit
            orderby v.At descending
            select new { v.At, v.Act, v.Person, a.Id, a.Title }).Take(50).ToListAsync(cancellation);
        return rows.ConvertAll(r => new MandateDoing(r.At, texts[$"Act.{r.Act}"], r.Title, $"/achievements/{r.Id}/history", r.Person));
    }
}
