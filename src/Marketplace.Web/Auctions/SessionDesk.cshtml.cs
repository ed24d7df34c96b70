using Marketplace.Domain.Auctions;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>The operator's sessions, and the lots that universities offered and nobody put into one yet.</summary>
public sealed class SessionDeskModel(MarketplaceDb db, Rehearsals rehearsals, CurrentActor actor) : PageModel
{
    public sealed record Row(Session Session, int Lots, int Announced);

    public IReadOnlyList<Row> Sessions { get; private set; } = [];
    public IReadOnlyList<Session> Practised { get; private set; } = [];
    public IReadOnlyList<Lot> Offered { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var may = await actor.May(Act.BuildSession, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var sessions = await db.Set<Session>().AsNoTracking().OrderByDescending(s => s.OpensAt).Take(100).ToListAsync(cancellation);
        var counts = await db.Set<Lot>().AsNoTracking().Where(l => l.Session != null).GroupBy(l => new { l.Session, l.State })
            .Select(g => new { g.Key.Session, g.Key.State, Count = g.Count() }).ToListAsync(cancellation);
        Sessions = [.. sessions.Select(s => new Row(
            s, counts.Where(c => c.Session == s.Id).Sum(c => c.Count), counts.Where(c => c.Session == s.Id && c.State == LotState.Announced).Sum(c => c.Count)))];
        Practised = await rehearsals.Of(null, cancellation);
        Offered = await db.Set<Lot>().AsNoTracking().Where(l => l.State == LotState.Offered && l.Session == null).OrderBy(l => l.Id).Take(100).ToListAsync(cancellation);
        return Page();
    }
}
