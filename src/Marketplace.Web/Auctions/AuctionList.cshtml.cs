using Marketplace.Domain.Auctions;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>浙江拍: what is live, what is coming, what has ended, and the sessions they belong to.</summary>
public sealed class AuctionListModel(MarketplaceDb db, Deals.Deals deals, Rehearsals rehearsals, CurrentActor actor, TimeProvider clock) : PageModel
{
    private const int PageSize = 25;

    public IReadOnlyList<Lot> Live { get; private set; } = [];
    public IReadOnlyList<Lot> Coming { get; private set; } = [];
    public IReadOnlyList<Lot> Ended { get; private set; } = [];
    public IReadOnlyList<Session> Sessions { get; private set; } = [];

    /// <summary>For members of verified organisations alone, who may join them: they are no part of the programme.</summary>
    public IReadOnlyList<Session> Practised { get; private set; } = [];
    public int EndedTotal { get; private set; }

    /// <summary>One of all, closed, sold, signed, paid: the real records behind a figure, alone on the page. Null: the whole list.</summary>
    public string? Records { get; private set; }
    public IReadOnlyList<Lot> Counted { get; private set; } = [];

    /// <summary>When each deal reached the stage that the records are of.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Reached { get; private set; } = new Dictionary<string, DateTimeOffset>();
    public DateTimeOffset Now => clock.GetUtcNow();
    public int At { get; private set; } = 1;
    public int Pages => (EndedTotal + PageSize - 1) / PageSize;
    public bool AnyDemo => Live.Concat(Coming).Concat(Ended).Any(l => l.Demo) || Sessions.Any(s => s.Demo);

    public async Task OnGetAsync(int? at, string? records, CancellationToken cancellation)
    {
        if (records is "all" or "closed" or "sold" or "signed" or "paid")
        {
            await Count(records, at ?? 1, cancellation);
            return;
        }

        var lots = db.Set<Lot>().AsNoTracking().Where(l => l.State == LotState.Announced);
        Live = await lots.Where(l => AuctionLists.LivePhases.Contains(l.Phase)).OrderBy(l => l.EndsAt).Take(100).ToListAsync(cancellation);
        Coming = await lots.Where(l => l.Phase == "announced").OrderBy(l => l.OpensAt).ThenBy(l => l.Place).Take(100).ToListAsync(cancellation);
        var ended = lots.Where(l => l.Phase == "closed");
        EndedTotal = await ended.CountAsync(cancellation);
        At = Math.Clamp(at ?? 1, 1, Math.Max(1, Pages));
        Ended = await ended.OrderByDescending(l => l.EndsAt).Skip((At - 1) * PageSize).Take(PageSize).ToListAsync(cancellation);
        Sessions = await db.Set<Session>().AsNoTracking().Where(s => db.Set<Lot>().Any(l => l.Session == s.Id && l.State == LotState.Announced))
            .OrderByDescending(s => db.Set<Lot>().Any(l => l.Session == s.Id && l.State == LotState.Announced && l.Phase != "closed")).ThenByDescending(s => s.OpensAt).Take(12).ToListAsync(cancellation);
        if ((await actor.May(Act.JoinRehearsal, cancellation: cancellation)) is { Done: true } may)
            Practised = await rehearsals.Ahead(may.Value.Demo, cancellation);
    }

    /// <summary>Demonstration records are never among them, as they are in no figure.</summary>
    private async Task Count(string records, int at, CancellationToken cancellation)
    {
        Records = records;
        var real = db.Set<Lot>().AsNoTracking().Where(l => l.State == LotState.Announced && !l.Demo);
        if (records is "signed" or "paid")
        {
            var reached = await deals.Reached(records == "signed" ? Domain.Deals.Step.SignContract : Domain.Deals.Step.Pay, cancellation);
            Reached = reached.ToDictionary(d => Domain.Deals.Deal.LotOf(d.Auction), d => d.At);
            real = real.Where(l => Reached.Keys.Contains(l.Id));
        }
        else if (records != "all")
        {
            real = records == "sold" ? real.Where(l => l.Outcome == "sold") : real.Where(l => l.Phase == "closed");
        }

        EndedTotal = await real.CountAsync(cancellation);
        At = Math.Clamp(at, 1, Math.Max(1, Pages));
        Counted = await real.OrderByDescending(l => l.EndsAt).ThenBy(l => l.Id).Skip((At - 1) * PageSize).Take(PageSize).ToListAsync(cancellation);
    }
}
