using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Services;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Services;

/// <summary>One line of the review queue.</summary>
public sealed record ServiceReviewLine(Service Row, ServiceContent Content, string Provider);

/// <summary>The operator's review: the queue, the longest waiting first, and beside it what the chosen one says anew.</summary>
public sealed class ServiceReviewModel(MarketplaceDb db, CurrentActor actor, PrivilegedReads reads, IGrainFactory grains, TimeProvider clock) : PageModel
{
    public const int Size = 25;

    public IReadOnlyList<ServiceReviewLine> Queue { get; private set; } = [];

    public int Total { get; private set; }

    public int PageNumber { get; private set; } = 1;

    public Service? Row { get; private set; }

    public Organisation? Provider { get; private set; }

    public ServiceContent Working { get; private set; } = new();

    public ImmutableArray<FieldChange> Changes { get; private set; } = [];

    public ImmutableArray<ServiceGate> Gates { get; private set; } = [];

    public Refusal? Refused { get; private set; }

    public string? Reasons { get; private set; }

    public static IQueryable<Service> Waiting(MarketplaceDb db) => db.Set<Service>().AsNoTracking().Where(s => s.State == ServiceState.InReview || s.Revision == ServiceRevision.InReview);

    public async Task<IActionResult> OnGet(Guid? id, CancellationToken cancellation) => await Open(cancellation) ?? await List(id, cancellation);

    public async Task<IActionResult> OnPost(Guid id, Guid command, int seen, string? verdict, string? reasons, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        var order = new ServiceOrder(command, (await actor.Get(cancellation)).Person!.Value, seen);
        var grain = grains.GetGrain<IServiceGrain>(id);
        var done = verdict switch
        {
            "list" => await grain.Review(order, list: true, reasons),
            "return" => await grain.Review(order, list: false, reasons),
            "delist" => await grain.Delist(order, reasons),
            _ => Refusal.UnknownWord,
        };
        if (done.Done) return Redirect("/desk/services/review?done=" + verdict);
        (Refused, Reasons) = (done.Refusal, reasons);
        return await List(id, cancellation);
    }

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        var may = await actor.May(Act.ReviewService, null, cancellation);
        return may.Done ? null : this.Refused(may.Refusal.Value);
    }

    private async Task<IActionResult> List(Guid? id, CancellationToken cancellation)
    {
        ModelState.Clear();
        var waiting = Waiting(db);
        Total = await waiting.CountAsync(cancellation);
        if (int.TryParse(Request.Query["page"], out var page)) PageNumber = Math.Clamp(page, 1, Math.Max(1, (Total + Size - 1) / Size));
        var rows = await (
            from s in waiting
            join o in db.Set<Organisation>().AsNoTracking() on s.Organisation equals o.Id
            orderby s.UpdatedAt, s.Id
            select new { Row = s, o.Name }).Skip((PageNumber - 1) * Size).Take(Size).ToListAsync(cancellation);
        Queue = [.. rows.Select(r => new ServiceReviewLine(r.Row, ServiceContent.Read(r.Row.Content), r.Name))];
        if ((id ?? Queue.FirstOrDefault()?.Row.Id) is { } chosen)
        {
            Row = await db.Set<Service>().AsNoTracking().FirstOrDefaultAsync(s => s.Id == chosen, cancellation);
            // What was never handed in is the provider's own business.
            if (Row is null || !(Row.Standing.AwaitsReview || Row.State is ServiceState.Listed or ServiceState.Delisted)) return NotFound();
            Provider = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == Row.Organisation, cancellation);
            await reads.Note((await actor.Get(cancellation)).Person!.Value, "draft", $"{Provider.Name} · {Row.Id}", "review", cancellation);
            Working = ServiceContent.Read(Row.Standing.AwaitsReview ? Row.Content : Row.PublicContent ?? Row.Content);
            Changes = ServiceDiff.Between(Row.Standing.AwaitsReview && Row.PublicContent is { } known ? ServiceContent.Read(known) : null, Working);
            Gates = ServiceGates.Of(Working, Days.Of(clock.GetUtcNow()));
        }

        ViewData["Demo"] = Row?.Demo == true || Queue.Any(l => l.Row.Demo);
        return Page();
    }
}
