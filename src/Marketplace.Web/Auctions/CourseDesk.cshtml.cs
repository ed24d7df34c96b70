using Marketplace.Domain.Auctions;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>运行处置: what stands still or waits for a second person first, then what runs, then what ended lately.</summary>
public sealed class CourseDeskModel(MarketplaceDb db, CurrentActor actor, TimeProvider clock) : PageModel
{
    private static readonly TimeSpan Lately = TimeSpan.FromDays(30);

    public sealed record Row(Lot Lot, Approval? Waiting);

    public IReadOnlyList<Row> Urgent { get; private set; } = [];
    public IReadOnlyList<Row> Running { get; private set; } = [];
    public IReadOnlyList<Row> Ended { get; private set; } = [];
    public DateTimeOffset Now { get; private set; }
    public bool AnyDemo => Urgent.Concat(Running).Concat(Ended).Any(r => r.Lot.Demo);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var may = await actor.May(Act.PauseAuction, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Now = clock.GetUtcNow();
        var since = Now - Lately;
        var lots = await db.Set<Lot>().AsNoTracking()
            .Where(l => l.State == LotState.Announced && (l.Outcome == null || (l.EndsAt >= since && l.Outcome != "unsold")))
            .OrderBy(l => l.EndsAt).Take(300).ToListAsync(cancellation);
        var open = may.Value.Kind == OrganisationKind.Operator ? await OpenProposals(db, Now, cancellation) : [];
        var rows = lots.ConvertAll(l => new Row(l, open.FirstOrDefault(a => a.Subject == l.Id)));
        Urgent = [.. rows.Where(r => r.Waiting is not null || r.Lot.PausedAt is not null)];
        Running = [.. rows.Where(r => !Urgent.Contains(r) && r.Lot.Outcome is null).OrderBy(r => r.Lot.Phase == "announced").ThenBy(r => r.Lot.EndsAt)];
        Ended = [.. rows.Where(r => !Urgent.Contains(r) && r.Lot.Outcome is not null).OrderByDescending(r => r.Lot.EndsAt)];
        return Page();
    }

    /// <summary>What stands still, and proposals that wait for a second person.</summary>
    internal static async Task<int> Waits(IServiceProvider services, Membership member, CancellationToken cancellation)
    {
        var db = services.GetRequiredService<MarketplaceDb>();
        var paused = await db.Set<Lot>().CountAsync(l => l.PausedAt != null, cancellation);
        return member.Kind != OrganisationKind.Operator ? paused : paused + (await OpenProposals(db, services.GetRequiredService<TimeProvider>().GetUtcNow(), cancellation)).Count;
    }

    private static Task<List<Approval>> OpenProposals(MarketplaceDb db, DateTimeOffset now, CancellationToken cancellation) =>
        db.Set<Approval>().AsNoTracking().Where(a => a.What.StartsWith(Measures.Prefix) && a.ConfirmedAt == null && a.WithdrawnAt == null && a.ExpiresAt > now).ToListAsync(cancellation);
}
