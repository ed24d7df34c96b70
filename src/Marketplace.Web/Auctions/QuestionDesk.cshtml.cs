using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>Questions that wait: a seller's own, or for the operator all of them. The first to fall due comes first.</summary>
public sealed class QuestionDeskModel(MarketplaceDb db, CurrentActor actor, TimeProvider clock) : PageModel
{
    public sealed record Row(string Lot, string Title, bool Demo, DateTimeOffset OpensAt, int Waiting, DateTimeOffset Oldest);

    public IReadOnlyList<Row> Rows { get; private set; } = [];
    public bool Operates { get; private set; }
    public DateTimeOffset Now => clock.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var may = await actor.May(Act.AnswerQuestion, cancellation: cancellation);
        Operates = !may.Done && (await actor.May(Act.WithdrawQuestion, cancellation: cancellation)).Done;
        if (!may.Done && !Operates) return this.Refused(may.Refusal.Value);
        var waiting = await Waiting(db, may.Done ? may.Value.Organisation : null, Now).Select(q => new { q.Lot, q.AskedAt }).ToListAsync(cancellation);
        var ids = waiting.Select(w => w.Lot).Distinct().ToList();
        var lots = await db.Set<Lot>().AsNoTracking().Where(l => ids.Contains(l.Id)).ToListAsync(cancellation);
        Rows = [.. lots.OrderBy(l => l.OpensAt).Select(l => new Row(
            l.Id, l.Title, l.Demo, l.OpensAt!.Value, waiting.Count(w => w.Lot == l.Id), waiting.Where(w => w.Lot == l.Id).Min(w => w.AskedAt)))];
        return Page();
    }

    /// <summary>Unanswered questions that can still be answered.</summary>
    internal static IQueryable<QuestionRow> Waiting(MarketplaceDb db, Guid? seller, DateTimeOffset now) =>
        db.Set<QuestionRow>().AsNoTracking().Where(q => q.PublishedAt == null && q.WithdrawnAt == null
            && db.Set<Lot>().Any(l => l.Id == q.Lot && l.OpensAt > now && (seller == null || l.Seller == seller)));
}
