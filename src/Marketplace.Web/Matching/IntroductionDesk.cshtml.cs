using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>引荐: what agencies introduced to this organisation; what waits for its confirmation comes first.</summary>
public sealed class IntroductionDeskModel(CurrentActor actor, MarketplaceDb db, TimeProvider clock) : PageModel
{
    private const int Most = 500;

    public sealed record Line(IntroductionRow Row, Introduction Introduction, IntroductionSide Side, string Agency, bool Waits);

    public IReadOnlyList<Line> Lines { get; private set; } = [];
    public DateTimeOffset Now { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        var may = await actor.May(Act.AnswerIntroduction, actor.Acting?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Now = clock.GetUtcNow();
        ViewData["Demo"] = may.Value.Demo;
        var mine = may.Value.Organisation;
        var rows = await (
            from i in db.Set<IntroductionRow>().AsNoTracking()
            where (i.DemandOwner == mine || i.AchievementOwner == mine) && !i.IsSealed
            join o in db.Set<Organisation>() on i.Agency equals o.Id
            orderby i.At descending
            select new { i, o.Name }).Take(Most).ToListAsync(cancellation);
        Lines = [.. rows.Select(r => (r.i, r.Name, Claim: r.i.Read(), Side: r.i.DemandOwner == mine ? IntroductionSide.Demand : IntroductionSide.Supply))
            .Select(r => new Line(r.i, r.Claim, r.Side, r.Name, r.Claim.IsOpen(Now) && r.Claim.Of(r.Side) is null)).OrderBy(l => !l.Waits).ThenByDescending(l => l.Row.At)];
        return Page();
    }
}
