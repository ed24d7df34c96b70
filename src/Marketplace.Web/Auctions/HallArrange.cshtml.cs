using System.Globalization;
using Marketplace.Domain.Auctions;
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

/// <summary>
/// A session becomes 拍卖 in a hall: the operator names the house, the place and the rules that the announcement fixes; the
/// house brings the proofs without which no lot is called up.
/// </summary>
public sealed class HallArrangeModel(MarketplaceDb db, Halls halls, Sessions sessions, FileStore files, CurrentActor actor, Refusals refusals, TimeProvider clock) : PageModel
{
    public sealed class Writing
    {
        public Guid House { get; set; }
        public string? Place { get; set; }
        public string? StreamUrl { get; set; }
        public int WarningSeconds { get; set; } = HallTerms.DefaultWarningSeconds;
        public TieRule TieGoesTo { get; set; } = TieRule.FirstReceived;
        public int FloorFrom { get; set; } = 101;
        public int FloorTo { get; set; } = 120;
    }

    public sealed record LotLine(Lot Lot, HallLot? Papers);

    public Session Session { get; private set; } = null!;
    public HallSession? Hall { get; private set; }
    public Writing Input { get; private set; } = new();
    public bool IsOperator { get; private set; }
    public bool IsHouse { get; private set; }
    public IReadOnlyList<(Guid Id, string Name)> Houses { get; private set; } = [];
    public IReadOnlyList<HallOfficer> Recorders { get; private set; } = [];
    public IReadOnlyList<LotLine> Lots { get; private set; } = [];

    /// <summary>What stands in the way of the next lot's call today; null when nothing does.</summary>
    public HallGate? Open { get; private set; }
    public FieldFaults Faults { get; } = new(refusals);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellation) => await Load(id, cancellation) ?? Page();

    public async Task<IActionResult> OnPostHallAsync(Guid id, [FromForm(Name = "Input")] Writing input, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        if (!IsOperator) return this.Refused(Refusal.NotAllowed);
        Input = input;
        if (!ModelState.IsValid)
        {
            Faults.Add(Refusal.NumberInvalid, "hall.floor");
            return Page();
        }

        var arranged = await halls.Arrange(
            Session, new HallWriting(input.House, input.Place, input.StreamUrl, input.WarningSeconds, input.TieGoesTo, input.FloorFrom, input.FloorTo), cancellation);
        if (arranged.Done) return Redirect($"/desk/sessions/{id}/hall");
        Faults.Add(arranged, "house", "place", "streamUrl", "hall.warningSeconds", "hall.floor");
        return Page();
    }

    public async Task<IActionResult> OnPostProofsAsync(
        Guid id, Guid? recorder, string? noticeMedium, string? noticeDate, string? displayFrom, string? displayTo, string? displayPlace, IFormFile? notice, IFormFile? rules,
        CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        if (Hall is null || !IsHouse) return this.Refused(Refusal.NotAllowed);
        var keptNotice = await HallHouseModel.Keep(files, notice, null, null, "notice", cancellation);
        var keptRules = await HallHouseModel.Keep(files, rules, null, null, "rules", cancellation);
        Faults.Add(keptNotice, "notice");
        Faults.Add(keptRules, "rules");
        if (Faults.Any) return Page();
        var proven = await halls.Prove(
            Hall,
            new HallProofs(
                recorder, noticeMedium, BeijingTime.ReadDay(noticeDate), keptNotice.Value.Sha, BeijingTime.ReadDay(displayFrom), BeijingTime.ReadDay(displayTo), displayPlace, keptRules.Value.Sha),
            cancellation);
        if (proven.Done) return Redirect($"/desk/sessions/{id}/hall");
        Faults.Add(proven, "noticeMedium", "displayPlace");
        return Page();
    }

    public async Task<IActionResult> OnPostMandateAsync(Guid id, string lot, string? date, string? roadshow, IFormFile? file, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        if (Hall is null || !IsHouse || Lots.All(l => l.Lot.Id != lot)) return this.Refused(Refusal.NotAllowed);
        var kept = await HallHouseModel.Keep(files, file, null, null, lot, cancellation);
        Faults.Add(kept, lot);
        if (Faults.Any) return Page();
        await halls.Mandate(lot, kept.Value.Sha, BeijingTime.ReadDay(date), BeijingTime.TryRead(roadshow, out var at) ? at : null, cancellation);
        return Redirect($"/desk/sessions/{id}/hall");
    }

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private async Task<IActionResult?> Load(Guid id, CancellationToken cancellation)
    {
        if (await db.SessionsWithRehearsals().SingleOrDefaultAsync(s => s.Id == id, cancellation) is not { } session) return NotFound();
        Session = session;
        Hall = await halls.Find(id, cancellation);
        var builds = await actor.May(Act.BuildSession, cancellation: cancellation);
        IsOperator = builds.Done;
        IsHouse = Hall is { } held && (await actor.May(Act.ArrangeHall, held.House, cancellation)).Done;
        if (!IsOperator && !IsHouse) return this.Refused(builds.Refusal!.Value);
        Houses = [.. (await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.AuctionHouse && o.State == VerificationState.Verified && o.Demo == session.Demo)
            .OrderBy(o => o.Name).Select(o => new { o.Id, o.Name }).Take(200).ToListAsync(cancellation)).Select(o => (o.Id, o.Name))];
        var lots = await sessions.LotsOf(id, cancellation);
        var ids = lots.ConvertAll(l => l.Id);
        var papers = await db.Set<HallLot>().AsNoTracking().Where(l => ids.Contains(l.Lot)).ToDictionaryAsync(l => l.Lot, cancellation);
        Lots = [.. lots.Select(l => new LotLine(l, papers.GetValueOrDefault(l.Id)))];
        if (Hall is not { } hall) return null;
        Input = new Writing
        {
            House = hall.House,
            Place = hall.Place,
            StreamUrl = hall.StreamUrl,
            WarningSeconds = hall.WarningSeconds,
            TieGoesTo = hall.TieGoesTo,
            FloorFrom = hall.FloorFrom,
            FloorTo = hall.FloorTo,
        };
        var recorders = db.Set<MembershipRow>().Where(m => m.Organisation == hall.House && m.Role == MemberRole.Recorder).Select(m => m.Person);
        Recorders = await db.Set<HallOfficer>().AsNoTracking().Where(o => o.Organisation == hall.House && recorders.Contains(o.Person)).OrderBy(o => o.Name).ToListAsync(cancellation);
        if (lots.Find(l => l.Outcome is null) is { } next)
        {
            // Any registered auctioneer will do for the question what is missing.
            var auctioneer = await db.Set<HallOfficer>().AsNoTracking().FirstOrDefaultAsync(o => o.Organisation == hall.House && o.Qualification != null, cancellation)
                ?? new HallOfficer { Organisation = hall.House, Person = Guid.Empty, Name = "" };
            Open = HallGates.FirstOpen(await halls.PapersOf(hall, next, auctioneer, cancellation), Instant.Later(next.OpensAt ?? session.OpensAt, clock.GetUtcNow()), session.RehearsalOf is not null);
        }

        return null;
    }
}
