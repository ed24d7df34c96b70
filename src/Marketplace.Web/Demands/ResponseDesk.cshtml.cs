using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>The responder's desk: what must be confirmed anew first, then all own responses.</summary>
public sealed class ResponseDeskModel(MarketplaceDb db, CurrentActor actor, TimeProvider clock) : PageModel
{
    private const int Most = 200;

    public Membership Member { get; private set; } = null!;

    public IReadOnlyList<(DemandResponse Row, ResponseContent Content, Demand Demand, string? Agency)> Rows { get; private set; } = [];

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var may = await actor.May(Act.RespondToDemand, null, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Member = may.Value;
        ViewData["Demo"] = Member.Demo;
        var rows = await (
            from r in db.Set<DemandResponse>().AsNoTracking()
            where r.Organisation == Member.Organisation
            join d in db.Set<Demand>().AsNoTracking() on r.Demand equals d.Id
            join a in db.Set<Organisation>().AsNoTracking() on r.Agency equals (Guid?)a.Id into agencies
            from agency in agencies.DefaultIfEmpty()
            orderby r.UpdatedAt descending, r.Id
            select new { Row = r, Demand = d, Agency = agency == null ? null : agency.Name }).Take(Most).ToListAsync(cancellation);
        Rows = [.. rows.Select(r => (r.Row, ResponseContent.Read(r.Row.Content), r.Demand, r.Agency)).OrderByDescending(r => NeedsConfirming(r.Row, r.Demand))];
        return Page();
    }

    public static bool NeedsConfirming(DemandResponse row, Demand demand) =>
        row.State == ResponseState.Standing && demand.State == DemandState.Published && row.ConfirmedEdition < demand.TargetsEdition;
}
