using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>An agency's desk of answers under mandates: for whom it may answer, and what it handed in and still has in its hands.</summary>
public sealed class ClientResponsesModel(MarketplaceDb db, CurrentActor actor) : PageModel
{
    private const int Most = 200;

    public sealed record Line(DemandResponse Row, ResponseContent Content, Demand Demand, string Title, string Client);

    public Membership Member { get; private set; } = null!;

    public IReadOnlyList<Organisation> Clients { get; private set; } = [];

    public IReadOnlyList<Line> Lines { get; private set; } = [];

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var known = await actor.Get(cancellation);
        var may = await actor.May(Act.Introduce, actor.Acting?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Member = may.Value;
        ViewData["Demo"] = Member.Demo;
        // What was handed in under a mandate that is over is the client's alone.
        var clients = known.Mandates.Where(m => m.Agency == Member.Organisation && m.Subjects.IsEmpty && m.Covers(Act.RespondToDemand, null)).Select(m => m.Client).Distinct().ToList();
        Clients = await db.Set<Organisation>().AsNoTracking().Where(o => clients.Contains(o.Id)).OrderBy(o => o.Name).ToListAsync(cancellation);
        var rows = await (
            from r in db.Set<DemandResponse>().AsNoTracking()
            where r.Agency == Member.Organisation && clients.Contains(r.Organisation)
            join d in db.Set<Demand>().AsNoTracking() on r.Demand equals d.Id
            orderby r.UpdatedAt descending, r.Id
            select new { Row = r, Demand = d }).Take(Most).ToListAsync(cancellation);
        var names = Clients.ToDictionary(c => c.Id, c => c.Name);
        Lines = [.. rows.Select(r => new Line(r.Row, ResponseContent.Read(r.Row.Content), r.Demand, DemandContent.Read(r.Demand.PublicContent!).Title, names[r.Row.Organisation]))
            .OrderByDescending(l => ResponseDeskModel.NeedsConfirming(l.Row, l.Demand))];
        return Page();
    }
}
