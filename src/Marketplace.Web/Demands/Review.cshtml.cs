using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>One line of the review queue.</summary>
public sealed record DemandReviewLine(Demand Row, string Organisation);

/// <summary>The operator's review: the queue, oldest first, and beside it what the chosen one says anew. Each look is logged.</summary>
public sealed class ReviewModel(MarketplaceDb db, CurrentActor actor, PrivilegedReads reads, IGrainFactory grains, TimeProvider clock) : PageModel
{
    public const int Size = 25;

    public IReadOnlyList<DemandReviewLine> Queue { get; private set; } = [];

    public int Total { get; private set; }

    public int PageNumber { get; private set; } = 1;

    public DemandReading? Reading { get; private set; }

    public DemandContent Working { get; private set; } = new();

    public ImmutableArray<FieldChange> Changes { get; private set; } = [];

    public ShownGrade? Graded { get; private set; }

    public Refusal? Refused { get; private set; }

    public string? Reasons { get; private set; }

    public async Task<IActionResult> OnGet(Guid? id, CancellationToken cancellation) => await Open(cancellation) ?? await Show(id, cancellation);

    public async Task<IActionResult> OnPost(Guid id, Guid command, int seen, string? verdict, string? reasons, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        var row = await db.Set<Demand>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellation);
        if (row is null) return NotFound();
        var may = await actor.May(Act.ReviewDemand, row.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var by = new ActedBy(command, (await actor.Get(cancellation)).Person!.Value, may.Value.Organisation, seen);
        var done = verdict is "publish" or "return" ? await grains.GetGrain<IDemandGrain>(id).Review(by, verdict == "publish", reasons) : Refusal.UnknownWord;
        if (done.Done) return Redirect("/desk/demands/review?done=" + verdict);
        (Refused, Reasons) = (done.Refusal, reasons);
        return await Show(id, cancellation);
    }

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        var may = await actor.May(Act.ReviewDemand, null, cancellation);
        return may.Done ? null : this.Refused(may.Refusal.Value);
    }

    private async Task<IActionResult> Show(Guid? id, CancellationToken cancellation)
    {
        ModelState.Clear();
        var waiting = db.Set<Demand>().AsNoTracking().Where(d => d.State == DemandState.InReview || d.ChangeWaits);
        Total = await waiting.CountAsync(cancellation);
        if (int.TryParse(Request.Query["page"], out var page)) PageNumber = Math.Clamp(page, 1, Math.Max(1, (Total + Size - 1) / Size));
        Queue = await (
            from d in waiting
            join o in db.Set<Organisation>().AsNoTracking() on d.Organisation equals o.Id
            orderby d.UpdatedAt, d.Id
            select new DemandReviewLine(d, o.Name)).Skip((PageNumber - 1) * Size).Take(Size).ToListAsync(cancellation);
        if ((id ?? Queue.FirstOrDefault()?.Row.Id) is { } chosen)
        {
            Reading = await DemandReading.Open(db, actor, chosen, cancellation);
            // What waits for nobody here is the owner's own business.
            if (Reading is not { Operates: true } reading) return NotFound();
            await reading.Log(db, reads, "review", clock.GetUtcNow(), cancellation);
            Working = DemandContent.Read(reading.Row.Content);
            Changes = DemandDiff.Between(reading.Row.PublicContent is { } known ? DemandContent.Read(known) : null, Working);
            Graded = await DetailModel.GradeOf(db, reading.Row, cancellation);
        }

        ViewData["Demo"] = Reading?.Row.Demo == true || Queue.Any(l => l.Row.Demo);
        return Page();
    }
}
