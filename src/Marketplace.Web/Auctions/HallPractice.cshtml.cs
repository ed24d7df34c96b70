using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Auctions;

/// <summary>The check-in desk of a rehearsal: practice paddles for whoever sits in the hall.</summary>
public sealed class HallPracticeModel(MarketplaceDb db, Halls halls, Rehearsals rehearsals, PracticeSeats seats, CurrentActor actor, Refusals refusals) : PageModel
{
    public Session Session { get; private set; } = null!;
    public HallSession Hall { get; private set; } = null!;
    public string HouseName { get; private set; } = "";
    public IReadOnlyList<PracticeSeat> Seats { get; private set; } = [];
    public IReadOnlyList<int> Free { get; private set; } = [];
    public bool AnyLotLeft { get; private set; }
    public Guid NewId { get; } = Guid.CreateVersion7();

    /// <summary>The paddle that was handed out just now.</summary>
    public int? Given { get; private set; }
    public FieldFaults Faults { get; } = new(refusals);

    public async Task<IActionResult> OnGetAsync(Guid session, int? given, CancellationToken cancellation)
    {
        if (await Load(session, cancellation) is { } refused) return refused;
        Given = Seats.Any(s => s.Paddle == given) ? given : null;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid session, Guid id, int? paddle, CancellationToken cancellation)
    {
        if (await Load(session, cancellation) is { } refused) return refused;
        var clerk = (await actor.Get(cancellation)).Person!.Value;
        var done = await seats.Give(Hall, Session, id == Guid.Empty ? NewId : id, paddle, clerk, cancellation);
        if (done.Done) return Redirect($"/hall/{session}/practice?given={done.Value.Paddle}");
        Faults.Add(done, "paddle");
        return Page();
    }

    private async Task<IActionResult?> Load(Guid id, CancellationToken cancellation)
    {
        if (await halls.Find(id, cancellation) is not { } hall || await rehearsals.Find(id, cancellation) is not { } session) return NotFound();
        var may = await actor.May(Act.CheckInBidders, hall.House, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        (Hall, Session, HouseName) = (hall, session, may.Value.OrganisationName);
        Seats = await seats.Of(id, cancellation);
        Free = PracticeSeats.Free(hall, Seats);
        AnyLotLeft = (await HallEndpoints.Lots(db, id, cancellation)).Exists(l => l.Outcome is null);
        return null;
    }
}
