using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>One rehearsal at the operator's desk: where it stands, its doors, and its removal.</summary>
public sealed class RehearsalDeskModel(MarketplaceDb db, Rehearsals rehearsals, Sessions sessions, CurrentActor actor, Refusals refusals) : PageModel
{
    public Session Session { get; private set; } = null!;

    /// <summary>The session it was copied from; null when that is gone.</summary>
    public Session? Source { get; private set; }
    public bool InHall { get; private set; }
    public IReadOnlyList<Lot> Lots { get; private set; } = [];
    public bool Runs => Lots.Any(l => l.Phase is "open" or "closing");
    public FieldFaults Faults { get; } = new(refusals);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellation) => await Load(id, cancellation) ?? Page();

    public async Task<IActionResult> OnPostRemoveAsync(Guid id, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        var removed = await rehearsals.Remove(Session, cancellation);
        if (removed.Done) return Redirect("/desk/sessions");
        Faults.Add(removed);
        return Page();
    }

    private async Task<IActionResult?> Load(Guid id, CancellationToken cancellation)
    {
        var may = await actor.May(Act.BuildSession, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (await rehearsals.Find(id, cancellation) is not { } session) return NotFound();
        Session = session;
        Source = await sessions.Find(session.RehearsalOf!.Value, cancellation);
        InHall = await db.Set<HallSession>().AnyAsync(h => h.Session == id, cancellation);
        Lots = await sessions.LotsOf(id, cancellation);
        return null;
    }
}
