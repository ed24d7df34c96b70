using Marketplace.Domain.Auctions;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>我的竞买: an enterprise's applications and paddles, what is live first, then what it has to do next. Its own eyes only.</summary>
public sealed class BidDeskModel(MarketplaceDb db, IGrainFactory grains, CurrentActor actor, TimeProvider clock) : PageModel
{
    private const int Shown = 100;

    /// <param name="Key">The name of the text that says where it stands.</param>
    public sealed record Row(Lot Lot, Application Application, int? Paddle, string Key, string Tone, int Rank);

    public IReadOnlyList<Row> Rows { get; private set; } = [];
    public bool Demo { get; private set; }

    /// <summary>What sellers who refused owe this enterprise.</summary>
    public IReadOnlyList<ObligationRow> Owed { get; private set; } = [];
    public DateTimeOffset Now { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var may = await actor.May(Act.ApplyToBid, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        (Now, Demo) = (clock.GetUtcNow(), may.Value.Demo);
        var own = may.Value.Organisation;
        var found = await (
            from a in db.Set<Application>().AsNoTracking()
            join l in db.Set<Lot>().AsNoTracking() on a.Auction equals l.Id
            where a.Organisation == own
            orderby l.EndsAt descending
            select new { Application = a, Lot = l }).Take(Shown).ToListAsync(cancellation);
        var ids = found.ConvertAll(f => f.Lot.Id);
        var paddles = await db.Set<PaddleRow>().AsNoTracking().Where(p => p.Organisation == own && p.AdmittedAt != null && ids.Contains(p.Auction))
            .ToDictionaryAsync(p => p.Auction, p => p.Paddle, cancellation);
        var defaulted = (await db.Set<DefaultRow>().AsNoTracking().Where(d => d.Organisation == own && ids.Contains(d.Auction)).Select(d => d.Auction).ToListAsync(cancellation)).ToHashSet();
        // Only where the winner defaulted can it be this one's turn.
        var asked = new HashSet<string>();
        foreach (var lot in found.Where(f => f.Lot.Outcome == "defaulted" && paddles.ContainsKey(f.Lot.Id)).Select(f => f.Lot))
        {
            if ((await grains.GetGrain<IAuctionGrain>(lot.Id).Course()) is { Offer: { } offer, Answer: null } && offer.Paddle == paddles[lot.Id]) asked.Add(lot.Id);
        }

        Owed = await db.Set<ObligationRow>().AsNoTracking().Where(o => o.Creditor == own && o.Kind == ObligationKind.SellerRefusal && o.Cancelled == null && o.PaidFen < o.AmountFen).OrderByDescending(o => o.RaisedAt).ToListAsync(cancellation);
        Rows = [.. found.Select(f => RowOf(f.Lot, f.Application, paddles.TryGetValue(f.Lot.Id, out var p) ? p : null, asked, defaulted)).OrderBy(r => r.Rank)];
        return Page();
    }

    /// <summary>Applications that can still be finished by the applicant.</summary>
    internal static async Task<int> Waits(IServiceProvider services, Membership member, CancellationToken cancellation)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var open = await (
            from a in services.GetRequiredService<MarketplaceDb>().Set<Application>().AsNoTracking()
            join l in services.GetRequiredService<MarketplaceDb>().Set<Lot>().AsNoTracking() on a.Auction equals l.Id
            where a.Organisation == member.Organisation && a.AdmittedAt == null && a.Review != PapersReview.Refused && l.Outcome == null && (l.ApplyUntil > now || !l.Opened)
            select new { Application = a, Lot = l }).ToListAsync(cancellation);
        // After the deadline what is left is to freeze money that was at the bank in time.
        return open.Count(o => o.Application.Next is not null && (o.Lot.ApplyUntil > now || o.Application.MayFreeze(Applications.Seen(o.Lot), now).Done));
    }

    private Row RowOf(Lot lot, Application application, int? paddle, HashSet<string> asked, HashSet<string> defaulted)
    {
        var (key, tone, rank) = (paddle, lot.Phase) switch
        {
            (not null, "open" or "closing") => lot.Leader == paddle ? ("Leads", "ok", 0) : ("Behind", "live", 0),
            (not null, "paused") => ("Paused", "warn", 0),
            (not null, "announced") => lot.Resumes() ? ("Resumes", "warn", 0) : ("Admitted", "ok", 2),
            (not null, _) when asked.Contains(lot.Id) => ("Asked", "warn", 0),
            (not null, _) when defaulted.Contains(lot.Id) => ("Barred", "bad", 5),
            (not null, _) => lot.Outcome switch
            {
                "sold" => lot.Winner == paddle ? ("Won", "ok", 4) : ("Lost", "off", 5),
                "cancelled" => ("Cancelled", "off", 5),
                "void" => ("Void", "bad", 5),
                "defaulted" => ("Defaulted", "off", 5),
                "refused" => ("SellerRefused", "bad", 5),
                _ => ("Unsold", "off", 5),
            },
            _ when application.Review == PapersReview.Refused => ("Refused", "bad", 3),
            _ when lot.ApplyUntil <= Now && !application.MayFreeze(Applications.Seen(lot), Now).Done => ("TooLate", "off", 5),
            _ when application.Next is not null => ("ToDo", "warn", 1),
            _ => ("InReview", "plan", 2),
        };
        return new Row(lot, application, paddle, key, tone, rank);
    }
}
