using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>关联方: an organisation's owner names those it belongs together with. They do not bid on each other's lots.</summary>
public sealed class DeskRelatedModel(CurrentActor actor, MarketplaceDb db, TimeProvider clock) : PageModel
{
    public sealed record Line(Guid Id, string Name, string? Code, DateTimeOffset At);

    [BindProperty]
    public string? Code { get; set; }

    public string OrganisationName { get; private set; } = "";
    public IReadOnlyList<Line> Lines { get; private set; } = [];
    public Refusal? Refusal { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var may = await May(cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        await Load(may.Value, cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        var may = await May(cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Refusal = await Declare(may.Value, cancellation);
        if (Refusal is null) return LocalRedirect("/desk/related");
        await Load(may.Value, cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPostEnd(Guid id, CancellationToken cancellation)
    {
        var may = await May(cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var mine = may.Value.Organisation;
        var row = await db.Set<RelatedPartyRow>().SingleOrDefaultAsync(r => r.Id == id && r.Organisation == mine && r.EndedAt == null, cancellation);
        if (row is null) return NotFound();
        row.EndedAt = clock.GetUtcNow();
        await db.SaveChangesAsync(cancellation);
        return LocalRedirect("/desk/related");
    }

    private async Task<Refusal?> Declare(Membership member, CancellationToken cancellation)
    {
        var named = await db.Set<Organisation>().Named(Code, member.Demo, cancellation);
        if (!named.Done) return named.Refusal;
        if (named.Value is not { } other || other.Id == member.Organisation) return Domain.Common.Refusal.RelatedPartyUnknown;
        if (await db.Set<RelatedPartyRow>().AnyAsync(r => r.Organisation == member.Organisation && r.Other == other.Id && r.EndedAt == null, cancellation))
            return Domain.Common.Refusal.RelatedPartyDeclared;
        db.Add(new RelatedPartyRow
        {
            Id = Guid.CreateVersion7(),
            Organisation = member.Organisation,
            Other = other.Id,
            DeclaredBy = (await actor.Get(cancellation)).Person!.Value,
            At = clock.GetUtcNow(),
        });
        await db.SaveChangesAsync(cancellation);
        return null;
    }

    private async ValueTask<Result<Membership>> May(CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        return await actor.May(Act.DeclareRelated, actor.Acting?.Organisation, cancellation);
    }

    private async Task Load(Membership member, CancellationToken cancellation)
    {
        OrganisationName = member.OrganisationName;
        var found = await (
            from r in db.Set<RelatedPartyRow>().AsNoTracking()
            where r.Organisation == member.Organisation && r.EndedAt == null
            join o in db.Set<Organisation>() on r.Other equals o.Id
            orderby r.At
            select new { Row = r, Other = o }).ToListAsync(cancellation);
        Lines = [.. found.Select(f => new Line(f.Row.Id, f.Other.Name, f.Other.ShownCode, f.Row.At))];
    }
}
