using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>管道: an agency's own leads by stage, moved by hand, each move dated with who.</summary>
public sealed class LeadDeskModel(CurrentActor actor, Leads leads, MarketplaceDb db) : PageModel
{
    [BindProperty]
    public Guid Command { get; set; }

    [BindProperty]
    public Guid? Id { get; set; }

    [BindProperty]
    public int Seen { get; set; }

    [BindProperty]
    public LeadStage? Stage { get; set; }

    [BindProperty]
    public string? Title { get; set; }

    [BindProperty]
    public string? Contact { get; set; }

    [BindProperty]
    public string? Estimate { get; set; }

    [BindProperty]
    public Guid? Introduction { get; set; }

    [BindProperty]
    public string? NextStep { get; set; }

    [BindProperty]
    public DateOnly? NextOn { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    public Membership Member { get; private set; } = null!;
    public IReadOnlyList<LeadRow> Rows { get; private set; } = [];
    public ILookup<Guid, LeadMoveRow> Moves { get; private set; } = Array.Empty<LeadMoveRow>().ToLookup(m => m.Lead);
    public IReadOnlyList<PipelineStage> Stages { get; private set; } = [];
    public IReadOnlyList<IntroductionRow> Introductions { get; private set; } = [];
    public IReadOnlyDictionary<Guid, string> People { get; private set; } = new Dictionary<Guid, string>();
    public Refusal? Refused { get; private set; }
    public string? Field { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        return await Show(cancellation);
    }

    /// <summary>Begins a lead, or changes the one that is named.</summary>
    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        var done = await Write((await actor.Get(cancellation)).Person!.Value, cancellation);
        if (done.Done) return LocalRedirect(Id is null ? "/desk/broker/leads" : $"/desk/broker/leads#lead-{Id}");
        (Refused, Field) = (done.Refusal, done.Detail);
        db.ChangeTracker.Clear();
        return await Show(cancellation);
    }

    private async Task<Result<Nothing>> Write(Guid person, CancellationToken cancellation)
    {
        // What could not be read must not be kept as if nothing had been typed.
        if (ModelState.FirstOrDefault(s => s.Value?.Errors.Count > 0).Key is { } garbled) return Result<Nothing>.Refuse(Refusal.MalformedRequest, garbled.ToLowerInvariant());
        var writing = new LeadWriting(Title, Contact, Estimate, Introduction, NextStep, NextOn);
        if (Id is not { } id) return (await leads.Begin(Command, Member.Organisation, Member.Demo, person, writing, cancellation)).Then<Nothing>(_ => default(Nothing));
        if (Stage is not { } stage) return Result<Nothing>.Refuse(Refusal.UnknownWord, "stage");
        return await leads.Change(Command, Member.Organisation, id, Seen, person, stage, Note, writing, cancellation);
    }

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        var may = await actor.May(Act.Introduce, actor.Acting?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Member = may.Value;
        ViewData["Demo"] = Member.Demo;
        return null;
    }

    private async Task<IActionResult> Show(CancellationToken cancellation)
    {
        (Rows, Moves, Stages) = await leads.Board(Member.Organisation, cancellation);
        Introductions = await db.Set<IntroductionRow>().AsNoTracking().Where(i => i.Agency == Member.Organisation).OrderByDescending(i => i.At).Take(200).ToListAsync(cancellation);
        var people = Moves.SelectMany(m => m).Select(m => m.Person).Distinct().ToList();
        People = await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation);
        return Page();
    }
}
