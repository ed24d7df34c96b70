using System.Collections.Immutable;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>One line of the review queue.</summary>
public sealed record ReviewLine(Guid Id, string Title, string Organisation, bool Demo, bool Change, DateTimeOffset Since, int Passed, int Gates);

/// <summary>The operator's review: the queue, oldest first, and beside it what the chosen one says anew.</summary>
public sealed class ReviewModel(MarketplaceDb db, CurrentActor actor, PrivilegedReads reads, IGrainFactory grains, TimeProvider clock) : PageModel
{
    public const int Size = 25;

    public IReadOnlyList<ReviewLine> Queue { get; private set; } = [];

    public int Total { get; private set; }

    public int PageNumber { get; private set; } = 1;

    public Achievement? Row { get; private set; }

    public Organisation? Unit { get; private set; }

    public AchievementContent Working { get; private set; } = new();

    public ImmutableArray<FieldChange> Changes { get; private set; } = [];

    public ImmutableArray<Gate> Gates { get; private set; } = [];

    public Refusal? Refused { get; private set; }

    public string? Reasons { get; private set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public async Task<IActionResult> OnGet(Guid? id, CancellationToken cancellation) => await Open(cancellation) ?? await Show(id, cancellation);

    public async Task<IActionResult> OnPost(Guid id, Guid command, int seen, string? verdict, string? reasons, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        var by = new By(command, (await actor.Get(cancellation)).Person!.Value, seen);
        var grain = grains.GetGrain<IAchievementGrain>(id);
        var done = verdict switch
        {
            "publish" => await grain.Review(by, publish: true, reasons),
            "return" => await grain.Review(by, publish: false, reasons),
            "delist" => await grain.Delist(by, reasons),
            _ => Refusal.UnknownWord,
        };
        if (done.Done) return Redirect("/desk/review?done=" + verdict);
        (Refused, Reasons) = (done.Refusal, reasons);
        return await Show(id, cancellation);
    }

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        var may = await actor.May(Act.ReviewAchievement, null, cancellation);
        return may.Done ? null : this.Refused(may.Refusal.Value);
    }

    private async Task<IActionResult> Show(Guid? id, CancellationToken cancellation)
    {
        ModelState.Clear();
        var waiting = db.Set<Achievement>().AsNoTracking().Where(a => a.State == AchievementState.InReview || a.Revision == Revision.InReview);
        Total = await waiting.CountAsync(cancellation);
        if (int.TryParse(Request.Query["page"], out var page)) PageNumber = Math.Clamp(page, 1, Math.Max(1, (Total + Size - 1) / Size));
        var rows = await (
            from a in waiting
            join o in db.Set<Organisation>().AsNoTracking() on a.Organisation equals o.Id
            orderby a.UpdatedAt, a.Id
            select new { Row = a, o.Name }).Skip((PageNumber - 1) * Size).Take(Size).ToListAsync(cancellation);
        Queue = [.. rows.Select(r => Line(r.Row, AchievementContent.Read(r.Row.Content), r.Name))];
        if ((id ?? Queue.FirstOrDefault()?.Id) is { } chosen)
        {
            Row = await db.Set<Achievement>().AsNoTracking().FirstOrDefaultAsync(a => a.Id == chosen, cancellation);
            // What was never handed in is the unit's own business.
            if (Row is null || !(Row.Standing.IsPublic || Row.State == AchievementState.InReview || Row.Revision == Revision.InReview || Row.State == AchievementState.Delisted)) return NotFound();
            Unit = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == Row.Organisation, cancellation);
            await reads.Note((await actor.Get(cancellation)).Person!.Value, "draft", $"{Unit.Name} · {Row.Id}", "review", cancellation);
            Working = AchievementContent.Read(Row.Content);
            Changes = ContentDiff.Between(Row.PublicContent is { } known ? AchievementContent.Read(known) : null, Working);
            Gates = Domain.Achievements.Gates.Of(Working);
        }

        ViewData["Demo"] = Row?.Demo == true || Queue.Any(l => l.Demo);
        return Page();
    }

    private static ReviewLine Line(Achievement row, AchievementContent content, string organisation)
    {
        var gates = Domain.Achievements.Gates.Of(content);
        return new ReviewLine(row.Id, content.Title, organisation, row.Demo, row.PublishedVersion is not null, row.UpdatedAt, gates.Count(g => g.Missing is null), gates.Length);
    }
}
