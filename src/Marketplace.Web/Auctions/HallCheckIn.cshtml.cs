using System.Collections.Immutable;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>签到发牌: only the house's check-in clerks see this page, and only they know who holds which paddle.</summary>
public sealed class HallCheckInModel(
    MarketplaceDb db, Halls halls, CheckIns checkIns, WalkIns walkIns, Holders priority, DepositAccounts deposits, FileStore files, CurrentActor actor, Refusals refusals, TimeProvider clock) : PageModel
{
    public sealed record Holder(int Paddle, Guid Organisation, string Name, string Representative, DateTimeOffset At, string Lots, Guid? WalkIn);

    /// <summary>An enterprise that the house checked itself.</summary>
    /// <param name="Funded">Its account covers the deposit of at least one lot that is still to come.</param>
    public sealed record Visitor(WalkInRow Row, string Name, string Uscc, bool Funded, int? Paddle, bool Won, VerificationState State);

    public Session Session { get; private set; } = null!;
    public HallSession Hall { get; private set; } = null!;
    public string HouseName { get; private set; } = "";
    public IReadOnlyList<Lot> Lots { get; private set; } = [];
    public IReadOnlyList<Lot> Open => [.. Lots.Where(l => l.Outcome is null)];
    public IReadOnlyList<Holder> Holders { get; private set; } = [];
    public IReadOnlyList<Visitor> Visitors { get; private set; } = [];
    public IReadOnlyList<int> Free { get; private set; } = [];
    public DateTimeOffset Now { get; private set; }
    public FieldFaults Faults { get; } = new(refusals);
    public string Uscc { get; private set; } = "";
    public string Representative { get; private set; } = "";
    public IReadOnlyList<string> Chosen { get; private set; } = [];

    /// <summary>One of the lots has holders of 优先受让权 who did not waive.</summary>
    public bool AsksCode { get; private set; }
    public string Code { get; private set; } = "";

    /// <summary>The paddle that was handed out just now.</summary>
    public int? Given { get; private set; }

    /// <summary>Somebody who is not in the market is being written down.</summary>
    public bool Writing { get; private set; }
    public WalkInForm Form { get; private set; } = new(null, false, null, null, null, null, null, null, null);
    public bool UsccLooksWrong { get; private set; }

    /// <summary>The code typed for a newcomer belongs to a verified enterprise, which checks in as itself.</summary>
    public bool InTheMarket { get; private set; }

    /// <summary>The walk-in on the desk now.</summary>
    public Visitor? Who { get; private set; }
    public string? Link { get; private set; }
    public int All => Hall.FloorTo - Hall.FloorFrom + 1;

    public async Task<IActionResult> OnGetAsync(Guid session, int? given, Guid? who, bool newcomer, CancellationToken cancellation)
    {
        if (await Load(session, who, cancellation) is { } refused) return refused;
        (Given, Writing) = (Holders.Any(h => h.Paddle == given) ? given : null, newcomer);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(
        Guid session, Guid? who, string? uscc, string? representative, IFormFile? mandate, string[]? lots, int? paddle, string? code, bool identity, bool pledge, bool interest, CancellationToken cancellation)
    {
        if (await Load(session, who, cancellation) is { } refused) return refused;
        (Uscc, Representative, Chosen, Code) = (Who?.Uscc ?? uscc ?? "", representative ?? "", lots ?? [], code ?? "");
        // What a clerk sees with their own eyes is said before anything is written.
        if (!identity || !pledge || !interest) Faults.Add(Refusal.Required, "seen");
        var kept = await HallHouseModel.Keep(files, mandate, null, null, "mandate", cancellation);
        Faults.Add(kept, "mandate");
        if (Faults.Any) return Page();
        var clerk = (await actor.Get(cancellation)).Person!.Value;
        var done = await checkIns.Do(Hall, Session, new CheckIn(Uscc, representative, kept.Value.Sha, Chosen, paddle, code), clerk, cancellation);
        if (done.Done) return Redirect($"/hall/{session}/checkin?given={done.Value.Paddle}");
        Faults.Add(done, "uscc", "representative", "mandate", "lots", "paddle", "code");
        return await Load(session, who, cancellation) ?? Page();
    }

    public async Task<IActionResult> OnPostRegisterAsync(
        Guid session, string? uscc, bool usccSeen, string? name, string? legalRepresentative, string? representative, IdentityDocument? document, string? documentEnd,
        IFormFile? licence, IFormFile? mandate, bool identity, CancellationToken cancellation)
    {
        if (await Load(session, null, cancellation) is { } refused) return refused;
        Writing = true;
        var licenceFile = await HallHouseModel.Keep(files, licence, null, null, "licence", cancellation);
        var mandateFile = await HallHouseModel.Keep(files, mandate, null, null, "mandate", cancellation);
        Form = new WalkInForm(uscc, usccSeen, name, legalRepresentative, representative, document, documentEnd, licenceFile.Done ? licenceFile.Value.Sha : null, mandateFile.Done ? mandateFile.Value.Sha : null);
        UsccLooksWrong = Domain.Organisations.Uscc.Read(uscc) is { Done: true, Value.Warnings.IsEmpty: false };
        if (!identity) Faults.Add(Refusal.Required, "identity");
        // Everything that is wrong is said at once; nothing is written before all of it is right.
        foreach (var fault in identity ? ImmutableArray<FieldRefusal>.Empty : WalkIn.Read(Form).Refusals) Faults.Add(fault.Refusal, fault.Field);
        if (Faults.Any) return Page();
        var (row, wrong) = await walkIns.Register(Hall, Session, HouseName, Form, (await actor.Get(cancellation)).Person!.Value, cancellation);
        if (row is not null) return Redirect($"/hall/{session}/checkin?who={row.Number}");
        InTheMarket = wrong.Any(w => w.Refusal is Refusal.UsccTaken);
        if (InTheMarket) (Writing, Uscc, Representative) = (false, uscc ?? "", representative ?? "");
        else foreach (var fault in wrong) Faults.Add(fault.Refusal, fault.Field);
        Faults.Add(licenceFile, "licence");
        Faults.Add(mandateFile, "mandate");
        return Page();
    }

    public async Task<IActionResult> OnPostInviteAsync(Guid session, Guid who, string? email, CancellationToken cancellation)
    {
        if (await Load(session, who, cancellation) is { } refused) return refused;
        if (Who is null) return NotFound();
        var token = await walkIns.Invite(session, Who.Row.Organisation, email, (await actor.Get(cancellation)).Person!.Value, cancellation);
        if (token.Done) Link = $"{Request.Scheme}://{Request.Host}/join?code={token.Value}";
        Faults.Add(token, "email");
        return Page();
    }

    private async Task<IActionResult?> Load(Guid id, Guid? who, CancellationToken cancellation)
    {
        if (await halls.Find(id, cancellation) is not { } hall) return NotFound();
        var may = await actor.May(Act.CheckInBidders, hall.House, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        (Hall, HouseName, Now) = (hall, may.Value.OrganisationName, clock.GetUtcNow());
        Session = await db.SessionsWithRehearsals().AsNoTracking().SingleAsync(s => s.Id == id, cancellation);
        if (Session.RehearsalOf is not null) return Redirect($"/hall/{id}/practice");
        Lots = await HallEndpoints.Lots(db, id, cancellation);
        Free = await checkIns.Free(hall, cancellation);
        foreach (var lot in Open) AsksCode |= await priority.AnyOf(lot.Id, cancellation);
        var ids = Lots.Select(l => l.Id).ToList();
        var rows = await db.Set<PaddleRow>().AsNoTracking().Where(p => ids.Contains(p.Auction) && p.AdmittedAt != null).Select(p => new { p.Auction, p.Paddle }).ToListAsync(cancellation);
        var holders = await (
            from p in db.Set<FloorPaddle>().AsNoTracking()
            join o in db.Set<Organisation>().AsNoTracking() on p.Organisation equals o.Id
            where p.Session == id
            select new { p.Paddle, p.Organisation, o.Name, p.Representative, p.At, WalkIn = db.Set<WalkInRow>().Where(w => w.Session == id && w.Organisation == o.Id).Select(w => (Guid?)w.Number).FirstOrDefault() }).ToListAsync(cancellation);
        Holders = [.. holders.OrderByDescending(h => h.At).Select(h => new Holder(
            h.Paddle, h.Organisation, h.Name, h.Representative, h.At, string.Join(' ', Lots.Where(l => rows.Exists(r => r.Auction == l.Id && r.Paddle == h.Paddle)).Select(l => l.Place)), h.WalkIn))];
        await LoadVisitors(id, cancellation);
        Who = Visitors.FirstOrDefault(v => v.Row.Number == who);
        return null;
    }

    private async Task LoadVisitors(Guid id, CancellationToken cancellation)
    {
        var came = await (
            from w in db.Set<WalkInRow>().AsNoTracking()
            join o in db.Set<Organisation>().AsNoTracking() on w.Organisation equals o.Id
            where w.Session == id
            orderby w.At
            select new { w, o }).ToListAsync(cancellation);
        var winners = await walkIns.Winners(id, cancellation);
        var least = Open.Count == 0 ? 0 : Open.Min(l => l.DepositFen);
        var visitors = new List<Visitor>();
        foreach (var v in came)
        {
            var funded = (await deposits.Account(v.o.Id)).AvailableFen >= least;
            visitors.Add(new Visitor(v.w, v.o.Name, v.o.Uscc ?? "", funded, Holders.FirstOrDefault(h => h.Organisation == v.o.Id)?.Paddle, winners.Contains(v.o.Id), v.o.State));
        }

        Visitors = visitors;
    }
}
