using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>A session in public: its clocks, its catalogue, its rules, and its figures once lots are closed.</summary>
public sealed class SessionPageModel(MarketplaceDb db, CurrentActor actor, Rehearsals rehearsals, Refusals refusals, TimeProvider clock) : PageModel
{
    public Session Session { get; private set; } = null!;
    public IReadOnlyList<Lot> Lots { get; private set; } = [];

    /// <summary>The lots that the reader's own organisation applied for; nobody else's.</summary>
    public IReadOnlySet<string> Mine { get; private set; } = new HashSet<string>();
    /// <summary>The house that holds it as 拍卖 in a hall; null when it is the platform's own 竞价.</summary>
    public string? House { get; private set; }

    /// <summary>In a rehearsal: how the reader takes part, and why a press came to nothing.</summary>
    public JoinRehearsalView? Join { get; private set; }
    public string? Notice { get; private set; }

    /// <summary>Lots of the session itself that the rehearsal had to leave out; only what is public anyway.</summary>
    public IReadOnlyList<Lot> LeftOut { get; private set; } = [];
    /// <summary>The hall it is held in; null on the platform.</summary>
    public HallSession? Hall { get; private set; }

    /// <summary>路演 by lot.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Roadshows { get; private set; } = new Dictionary<string, DateTimeOffset>();
    public DateTimeOffset Now => clock.GetUtcNow();

    public string Name => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh" ? Session.Name : Session.NameEn;
    public DateTimeOffset? ApplyUntil => Lots.Count == 0 ? null : Lots.Max(l => l.ApplyUntil);
    public DateTimeOffset OpensAt => Lots.Count == 0 ? Session.OpensAt : Lots.Min(l => l.OpensAt)!.Value;
    public DateTimeOffset? AnnouncedAt => Lots.Count == 0 ? null : Lots.Min(l => l.AnnouncedAt);
    public IEnumerable<Lot> Closed => Lots.Where(l => l.Outcome is not null);
    public IReadOnlyList<Lot> Sold => [.. Lots.Where(l => l.Outcome == "sold")];

    /// <summary>In percent of the start price, over the sold lots.</summary>
    public decimal? MedianPremium
    {
        get
        {
            var sorted = Sold.Select(l => (l.PriceFen!.Value - l.StartPriceFen) * 100m / l.StartPriceFen).Order().ToList();
            return sorted.Count == 0 ? null : sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
        }
    }

    /// <summary>参加彩排, in all its lots at once.</summary>
    public async Task<IActionResult> OnPostJoinAsync(Guid id, string? lot, CancellationToken cancellation)
    {
        if (await rehearsals.Find(id, cancellation) is not { } session) return NotFound();
        var may = await actor.May(Act.JoinRehearsal, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var joined = await rehearsals.JoinAll(session, may.Value, cancellation);
        if (joined.Done) return Redirect(lot is not null && Rehearsal.IsId(lot) ? $"/auctions/{Uri.EscapeDataString(lot)}" : $"/sessions/{id}");
        Notice = refusals.Say(joined.Refusal.Value);
        Response.StatusCode = Refusals.StatusOf(joined.Refusal.Value);
        return await OnGetAsync(id, cancellation);
    }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellation)
    {
        var session = await db.SessionsWithRehearsals().AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellation);
        if (session is null) return NotFound();
        Session = session;
        Lots = await db.LotsWithRehearsals().AsNoTracking().Where(l => l.Session == id && l.State == LotState.Announced).OrderBy(l => l.Place).ToListAsync(cancellation);
        // Round the clock what ends next comes first, and what has ended last.
        if (session.Profile == SessionProfile.RoundTheClock) Lots = [.. Lots.OrderBy(l => l.Outcome is not null).ThenBy(l => l.EndsAt)];
        var held = await (from h in db.Set<HallSession>().AsNoTracking() join o in db.Set<Organisation>() on h.House equals o.Id where h.Session == id select new { Hall = h, o.Name }).SingleOrDefaultAsync(cancellation);
        (Hall, House) = (held?.Hall, held?.Name);
        if (Hall is not null)
        {
            var inHall = Lots.Select(l => l.Id).ToList();
            Roadshows = await db.Set<HallLot>().Where(l => inHall.Contains(l.Lot) && l.RoadshowAt != null).ToDictionaryAsync(l => l.Lot, l => l.RoadshowAt!.Value, cancellation);
        }

        var ids = Lots.Select(l => l.Id).ToList();
        if (session.RehearsalOf is { } source)
        {
            var practises = await actor.May(Act.JoinRehearsal, cancellation: cancellation);
            var joined = practises.Done && await db.Set<PaddleRow>().AnyAsync(p => p.Organisation == practises.Value.Organisation && ids.Contains(p.Auction), cancellation);
            Join = new JoinRehearsalView(
                id, null, practises.Refusal != Refusal.NotSignedIn, practises.Done && practises.Value.Demo == session.Demo, joined, Lots.Count > 0 && Lots.All(l => l.Outcome is not null));
            var copied = Lots.Select(l => l.RehearsalOf).ToList();
            var announced = await db.Set<Lot>().AsNoTracking().Where(l => l.Session == source && l.State == LotState.Announced && !copied.Contains(l.Id)).OrderBy(l => l.Place).ToListAsync(cancellation);
            LeftOut = [.. announced.Where(l => Formats.Seals(l.Format) || !Rehearsal.CanPractise(l.Format))];
            return Page();
        }

        var may = await actor.May(Act.ApplyToBid, cancellation: cancellation);
        if (may.Done)
        {
            Mine = (await db.Set<Application>().AsNoTracking().Where(a => a.Organisation == may.Value.Organisation && ids.Contains(a.Auction))
                .Select(a => a.Auction).ToListAsync(cancellation)).ToHashSet();
        }

        return Page();
    }
}
