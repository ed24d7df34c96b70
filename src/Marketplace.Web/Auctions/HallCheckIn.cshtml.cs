using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>签到发牌: only the house's check-in clerks see this page, and only they know who holds which paddle.</summary>
public sealed class HallCheckInModel(MarketplaceDb db, Halls halls, CheckIns checkIns, FileStore files, CurrentActor actor, Refusals refusals, TimeProvider clock) : PageModel
{
    public sealed record Holder(int Paddle, string Organisation, string Representative, DateTimeOffset At, string Lots);

    public Session Session { get; private set; } = null!;
    public HallSession Hall { get; private set; } = null!;
    public string HouseName { get; private set; } = "";
    public IReadOnlyList<Lot> Lots { get; private set; } = [];
    public IReadOnlyList<Holder> Holders { get; private set; } = [];
    public IReadOnlyList<int> Free { get; private set; } = [];
    public DateTimeOffset Now { get; private set; }
    public FieldFaults Faults { get; } = new(refusals);
    public string Uscc { get; private set; } = "";
    public string Representative { get; private set; } = "";
    public IReadOnlyList<string> Chosen { get; private set; } = [];

    /// <summary>The paddle that was handed out just now.</summary>
    public int? Given { get; private set; }
    public int All => Hall.FloorTo - Hall.FloorFrom + 1;

    public async Task<IActionResult> OnGetAsync(Guid session, int? given, CancellationToken cancellation)
    {
        if (await Load(session, cancellation) is { } refused) return refused;
        Given = Holders.Any(h => h.Paddle == given) ? given : null;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(
        Guid session, string? uscc, string? representative, IFormFile? mandate, string[]? lots, int? paddle, bool identity, bool pledge, bool interest, CancellationToken cancellation)
    {
        if (await Load(session, cancellation) is { } refused) return refused;
        (Uscc, Representative, Chosen) = (uscc ?? "", representative ?? "", lots ?? []);
        // What a clerk sees with their own eyes is said before anything is written.
        if (!identity || !pledge || !interest) Faults.Add(Refusal.Required, "seen");
        var kept = await HallHouseModel.Keep(files, mandate, null, null, "mandate", cancellation);
        Faults.Add(kept, "mandate");
        if (Faults.Any) return Page();
        var clerk = (await actor.Get(cancellation)).Person!.Value;
        var done = await checkIns.Do(Hall, Session, new CheckIn(uscc, representative, kept.Value.Sha, Chosen, paddle), clerk, cancellation);
        if (done.Done) return Redirect($"/hall/{session}/checkin?given={done.Value.Paddle}");
        Faults.Add(done, "uscc", "representative", "mandate", "lots", "paddle");
        return await Load(session, cancellation) ?? Page();
    }

    private async Task<IActionResult?> Load(Guid id, CancellationToken cancellation)
    {
        if (await halls.Find(id, cancellation) is not { } hall) return NotFound();
        var may = await actor.May(Act.CheckInBidders, hall.House, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        (Hall, HouseName, Now) = (hall, may.Value.OrganisationName, clock.GetUtcNow());
        Session = await db.SessionsWithRehearsals().AsNoTracking().SingleAsync(s => s.Id == id, cancellation);
        if (Session.RehearsalOf is not null) return Redirect($"/hall/{id}/practice");
        Lots = await HallEndpoints.Lots(db, id, cancellation);
        Free = await checkIns.Free(hall, cancellation);
        var ids = Lots.Select(l => l.Id).ToList();
        var rows = await db.Set<PaddleRow>().AsNoTracking().Where(p => ids.Contains(p.Auction) && p.AdmittedAt != null).Select(p => new { p.Auction, p.Paddle }).ToListAsync(cancellation);
        var holders = await (
            from p in db.Set<FloorPaddle>().AsNoTracking()
            join o in db.Set<Organisation>().AsNoTracking() on p.Organisation equals o.Id
            where p.Session == id
            select new { p.Paddle, o.Name, p.Representative, p.At }).ToListAsync(cancellation);
        Holders = [.. holders.OrderByDescending(h => h.At).Select(h => new Holder(
            h.Paddle, h.Name, h.Representative, h.At, string.Join(' ', Lots.Where(l => rows.Exists(r => r.Auction == l.Id && r.Paddle == h.Paddle)).Select(l => l.Place))))];
        return null;
    }
}
