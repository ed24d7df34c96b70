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

/// <summary>运行处置: the operator's page of a lot in trouble: what happened, what may be done now and by whom. The authority orders a stop here.</summary>
public sealed class LotCourseModel(
    MarketplaceDb db, Measures measures, Approvals approvals, FileStore files, IGrainFactory grains, CurrentActor actor, PrivilegedReads reads, Refusals refusals, TimeProvider clock) : PageModel
{
    private static readonly TimeSpan SuggestedNotice = TimeSpan.FromMinutes(10);

    /// <summary>What was typed and could not be done.</summary>
    public sealed class Typed
    {
        public PauseCause Cause { get; set; } = PauseCause.Fault;
        public string? Text { get; set; }
        public string? RestartsAt { get; set; }
        public MeasureKind? Kind { get; set; }
        public string? Ground { get; set; }
        public string? Reason { get; set; }

        /// <summary>The command's id comes with the form: sent twice, done once.</summary>
        public Guid Command { get; set; }
    }

    public sealed record Done(string What, string Who, DateTimeOffset At);

    public Lot Lot { get; private set; } = null!;
    public Course Course { get; private set; } = null!;
    public IReadOnlyList<Approval> Proposals { get; private set; } = [];
    public IReadOnlyList<Done> Acts { get; private set; } = [];
    public IReadOnlyDictionary<Guid, string> Names { get; private set; } = new Dictionary<Guid, string>();
    public Typed Input { get; private set; } = new();
    public FieldFaults Faults { get; } = new(refusals);
    public Guid Me { get; private set; }
    public DateTimeOffset Now { get; private set; }

    /// <summary>Sees only what an authority needs for its stop.</summary>
    public bool IsAuthority { get; private set; }
    public Guid NewCommand { get; } = Guid.CreateVersion7();
    public CourseView View => new(Lot, Course, Now);

    public string NameOf(Guid person) => Names.GetValueOrDefault(person, "—");

    public bool May(Remedies remedy) => Course.May.HasFlag(remedy) && (!IsAuthority || remedy == Remedies.Pause);

    /// <summary>The kinds that can be proposed now: allowed by the lot and not waiting for a second person already.</summary>
    public IEnumerable<MeasureKind> Proposable => Enum.GetValues<MeasureKind>()
        .Where(k => Lot.RehearsalOf is null && May(Measure.RemedyOf(k)) && !Proposals.Any(p => p.What == Measures.NameOf(k) && p.IsOpen(Now)));

    public string Refusal(string name) => Enum.TryParse<Refusal>(name, out var refusal) ? refusals.Say(refusal) : name;

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        Input = new Typed { RestartsAt = BeijingTime.Input(Now + SuggestedNotice) };
        return Page();
    }

    public async Task<IActionResult> OnPostPauseAsync(string id, [FromForm(Name = "Input")] Typed input, CancellationToken cancellation)
    {
        if (await Load(id, cancellation) is { } refused) return refused;
        Input = input;
        var paused = await measures.Pause(Lot, Command(input), IsAuthority ? PausedBy.Authority : PausedBy.Operator, input.Cause, input.Text, Me, cancellation);
        return Answer(paused, "text");
    }

    public async Task<IActionResult> OnPostRestartAsync(string id, [FromForm(Name = "Input")] Typed input, CancellationToken cancellation)
    {
        if (await Load(id, cancellation, Act.SetBreakpoint) is { } refused) return refused;
        Input = input;
        if (BeijingTime.TryRead(input.RestartsAt, out var restarts)) return Answer(await measures.Restart(Lot, Command(input), restarts, Me, cancellation), "restartsAt");
        Faults.Add(Domain.Common.Refusal.Required, "restartsAt");
        return Page();
    }

    public async Task<IActionResult> OnPostLiftAsync(string id, [FromForm(Name = "Input")] Typed input, CancellationToken cancellation)
    {
        if (await Load(id, cancellation, Act.SetBreakpoint) is { } refused) return refused;
        Input = input;
        return Answer(await measures.LiftStop(Lot, Command(input), Me, cancellation));
    }

    public async Task<IActionResult> OnPostProposeAsync(string id, [FromForm(Name = "Input")] Typed input, IFormFile? file, CancellationToken cancellation)
    {
        if (input.Kind is not { } kind) return BadRequest();
        if (await Load(id, cancellation, Measures.ActFor(kind)) is { } refused) return refused;
        Input = input;
        (string, string)? evidence = null;
        if (file is { Length: > 0 })
        {
            await using var content = file.OpenReadStream();
            var kept = await files.Keep(content, file.FileName, cancellation);
            if (!kept.Done) return Answer(Result<Nothing>.Refuse(kept.Refusal.Value, "file"), "file");
            evidence = (kept.Value.Sha256, kept.Value.FileName);
        }

        return Answer(await measures.Propose(Lot, Command(input), kind, input.Ground, input.Reason, evidence, Me, cancellation), "ground", "reason", "file");
    }

    public Task<IActionResult> OnPostConfirmAsync(string id, Guid proposal, CancellationToken cancellation) =>
        OnProposal(id, proposal, approval => measures.Confirm(approval, Me, cancellation), cancellation);

    public Task<IActionResult> OnPostWithdrawAsync(string id, Guid proposal, CancellationToken cancellation) =>
        OnProposal(id, proposal, approval => approvals.Withdraw(approval, Me, cancellation), cancellation);

    public async Task<IActionResult> OnGetEvidenceAsync(string id, Guid proposal, CancellationToken cancellation)
    {
        if (await Load(id, cancellation, Act.RecordDefault) is { } refused) return refused;
        if (Proposals.FirstOrDefault(p => p.Id == proposal) is not { EvidenceSha256: { } sha, EvidenceName: { } name } || files.Open(sha) is not { } content) return NotFound();
        await reads.Note(Me, "evidence", $"{id} · {sha}", "default", cancellation);
        return File(content, "application/octet-stream", name);
    }

    private async Task<IActionResult> OnProposal(string id, Guid proposal, Func<Approval, Task<Result<Approval>>> act, CancellationToken cancellation)
    {
        var approval = await approvals.Find(proposal, cancellation);
        if (approval is null || approval.Subject != id || Measures.KindOf(approval.What) is not { } kind) return NotFound();
        if (await Load(id, cancellation, Measures.ActFor(kind)) is { } refused) return refused;
        Input = new Typed { RestartsAt = BeijingTime.Input(Now + SuggestedNotice) };
        return Answer(await act(approval));
    }

    private IActionResult Answer<T>(Result<T> result, params string[] fields)
    {
        if (result.Done) return Redirect($"/desk/lots/{Lot.Id}/course");
        Faults.Add(result, fields);
        return Page();
    }

    private static Guid Command(Typed input) => input.Command == Guid.Empty ? Guid.CreateVersion7() : input.Command;

    private async Task<IActionResult?> Load(string id, CancellationToken cancellation, Act act = Act.PauseAuction)
    {
        var may = await actor.May(act, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var lot = await db.LotsWithRehearsals().SingleOrDefaultAsync(l => l.Id == id, cancellation);
        if (lot is not { State: LotState.Announced }) return NotFound();
        (Lot, Now, Me) = (lot, clock.GetUtcNow(), (await actor.Get(cancellation)).Person!.Value);
        IsAuthority = may.Value.Kind == OrganisationKind.Authority;
        Course = await grains.GetGrain<IAuctionGrain>(id).Course();
        Proposals = IsAuthority ? [] : await approvals.Of(id, cancellation);
        var acts = await db.Set<DeskAct>().AsNoTracking().Where(a => a.Subject == id).OrderByDescending(a => a.At).Take(50).ToListAsync(cancellation);
        var people = acts.Select(a => a.Person).Concat(Proposals.Select(p => p.ProposedBy)).Concat(Proposals.Select(p => p.ConfirmedBy).OfType<Guid>()).Distinct().ToList();
        Names = await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation);
        Acts = [.. acts.Select(a => new Done(a.What, NameOf(a.Person), a.At))];
        ViewData["Demo"] = lot.Demo;
        ViewData["Rehearsal"] = lot.RehearsalOf is not null;
        return null;
    }
}
