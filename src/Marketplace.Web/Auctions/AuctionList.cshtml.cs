using Marketplace.Domain.Auctions;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>浙江拍: what is live, what is coming, what has ended, and the sessions they belong to.</summary>
public sealed class AuctionListModel(MarketplaceDb db) : PageModel
{
    private const int PageSize = 25;

    public IReadOnlyList<Lot> Live { get; private set; } = [];
    public IReadOnlyList<Lot> Coming { get; private set; } = [];
    public IReadOnlyList<Lot> Ended { get; private set; } = [];
    public IReadOnlyList<Session> Sessions { get; private set; } = [];
    public int EndedTotal { get; private set; }
    public int At { get; private set; } = 1;
    public int Pages => (EndedTotal + PageSize - 1) / PageSize;
    public bool AnyDemo => Live.Concat(Coming).Concat(Ended).Any(l => l.Demo) || Sessions.Any(s => s.Demo);

    public async Task OnGetAsync(int? at, CancellationToken cancellation)
    {
        var lots = db.Set<Lot>().AsNoTracking().Where(l => l.State == LotState.Announced);
        Live = await lots.Where(l => l.Phase == "open" || l.Phase == "closing" || l.Phase == "paused").OrderBy(l => l.EndsAt).Take(100).ToListAsync(cancellation);
        Coming = await lots.Where(l => l.Phase == "announced").OrderBy(l => l.OpensAt).ThenBy(l => l.Place).Take(100).ToListAsync(cancellation);
        var ended = lots.Where(l => l.Phase == "closed");
        EndedTotal = await ended.CountAsync(cancellation);
        At = Math.Clamp(at ?? 1, 1, Math.Max(1, Pages));
        Ended = await ended.OrderByDescending(l => l.EndsAt).Skip((At - 1) * PageSize).Take(PageSize).ToListAsync(cancellation);
        Sessions = await db.Set<Session>().AsNoTracking().Where(s => db.Set<Lot>().Any(l => l.Session == s.Id && l.State == LotState.Announced))
            .OrderByDescending(s => s.OpensAt).Take(12).ToListAsync(cancellation);
    }
}
