using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications;

/// <summary>消息投递, for the operator: whether the channels work. Numbers only; who was told what is nobody's here.</summary>
public sealed class DeskNoticesModel(CurrentActor actor, MarketplaceDb db, IEnumerable<INoticeChannel> channels, TimeProvider clock) : PageModel
{
    public const int DaysBack = 7;

    public sealed record Line(NoticeChannel Channel, bool IsConfigured, int Waiting, int Sent, int Failed, IReadOnlyList<(string Code, int Count)> Codes);

    public IReadOnlyList<Line> Lines { get; private set; } = [];

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var may = await actor.May(Act.SeeOperations, null, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var since = clock.GetUtcNow().AddDays(-DaysBack);
        var counts = await db.Set<NoticeDeliveryRow>().AsNoTracking().Where(d => d.State == DeliveryState.Waiting || d.DoneAt >= since)
            .GroupBy(d => new { d.Channel, d.State, d.Code }).Select(g => new { g.Key.Channel, g.Key.State, g.Key.Code, Count = g.Count() }).ToListAsync(cancellation);
        Lines = [.. channels.OrderBy(c => c.Channel).Select(c => new Line(
            c.Channel, c.IsConfigured, Sum(c.Channel, DeliveryState.Waiting), Sum(c.Channel, DeliveryState.Sent), Sum(c.Channel, DeliveryState.Failed),
            [.. counts.Where(n => n.Channel == c.Channel && n.Code is not null).GroupBy(n => n.Code!).Select(g => (g.Key, g.Sum(n => n.Count))).OrderByDescending(g => g.Item2)]))];
        return Page();

        int Sum(NoticeChannel channel, DeliveryState state) => counts.Where(n => n.Channel == channel && n.State == state).Sum(n => n.Count);
    }
}
