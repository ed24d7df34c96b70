using System.Collections.Immutable;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Notifications;
using Marketplace.Notifications;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>
/// What bidders and the seller are told about a lot, apart from a lost lead (<see cref="OutbidNews"/>). Nothing of it is on the
/// way of a bid: it is told from what is durable, by due work that knows the lot alone.
/// </summary>
public sealed class LotNews(MarketplaceDb db, INotifier notifier, TimeProvider clock)
{
    /// <summary>Due work of a lot from its announcement to its end.</summary>
    public const string Work = "auctions.news";

    public static readonly TimeSpan BeforeOpening = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan BeforeClosing = TimeSpan.FromMinutes(10);

    /// <summary>Tells what the clock or a pause has brought, and says when to look again.</summary>
    public async Task<DateTimeOffset?> Look(string auction, CancellationToken cancellation)
    {
        // A rehearsal is not found here: it binds nobody. What an end brings, the settling tells.
        if (await db.Set<Lot>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == auction, cancellation) is not { Outcome: null, OpensAt: { } opens } lot) return null;
        var now = clock.GetUtcNow();
        if (lot.PausedAt is { } paused)
        {
            // Going on again is on the list by itself.
            await Tell(lot, NoticeKind.LotPaused, $"paused/{paused.UtcTicks}", [.. await AllBidders(lot, cancellation), lot.Seller], now, cancellation, NoticeValue.Moment(paused));
            return null;
        }

        if (now < opens - BeforeOpening) return opens - BeforeOpening;
        if (now < opens)
        {
            await Tell(lot, NoticeKind.OpeningSoon, $"opening/{opens.UtcTicks}", await AllBidders(lot, cancellation), now, cancellation, NoticeValue.Moment(opens));
            return opens;
        }

        // A hall has no clock, and what lasts no longer than the warning needs none.
        if (lot.EndsAt is not { } ends || ends - opens <= BeforeClosing || now >= ends) return null;
        if (now < ends - BeforeClosing) return ends - BeforeClosing;
        await Tell(lot, NoticeKind.ClosingSoon, $"closing/{opens.UtcTicks}", await AllBidders(lot, cancellation), now, cancellation, NoticeValue.Moment(ends));
        return null;
    }

    /// <summary>What an end, or a turn after it, means for each; every turn of the settling may say it again.</summary>
    public async Task Ended(Lot lot, Course course, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var bidders = await Bidders(lot, cancellation);
        if (course.Standing is { } sale)
        {
            var round = sale.Promoted ? "second" : "sale";
            var price = NoticeValue.Money(sale.PriceFen);
            await Tell(lot, NoticeKind.LotSold, $"{round}/seller", [lot.Seller], now, cancellation, price);
            // Whoever bought on the floor of a hall has no paddle of the net.
            await Tell(lot, NoticeKind.LotWon, $"{round}/won", bidders[sale.Winner], now, cancellation, price);
            // Its deposit stays; that it returns it hears when it does.
            if (course is { SecondBound: { } waits, SecondWaitsUntil: { } until })
                await Tell(lot, NoticeKind.SecondWaits, "sale/waits", bidders[waits], now, cancellation, price, NoticeValue.Moment(until));
            await Tell(lot, NoticeKind.LotNotWon, "sale/lost", bidders.Where(b => b.Key != sale.Winner && b.Key != course.SecondBound && !course.Defaulters.Contains(b.Key)).SelectMany(b => b), now, cancellation, price);
        }
        else if (course.Outcome is "unsold" or "cancelled")
        {
            await Tell(lot, course.Outcome == "unsold" ? NoticeKind.LotUnsold : NoticeKind.LotCancelled, course.Outcome, [.. bidders.SelectMany(b => b), lot.Seller], now, cancellation);
        }
        else
        {
            await Tell(lot, NoticeKind.ResultUndone, $"undone/{course.Outcome}", [.. await Buyers(lot, cancellation), lot.Seller], now, cancellation, NoticeValue.Word($"Undone.{course.Outcome}"));
            // A signatory of the bidder's own answers, no agency.
            if (course is { Offer: { Paddle: { } asked, PriceFen: { } offered, Until: { } until }, Answer: null, Outcome: "defaulted" })
                await Tell(lot, NoticeKind.SecondOffered, "second/asked", bidders[asked].Take(1), now, cancellation, NoticeValue.Money(offered), NoticeValue.Moment(until));
        }

        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>The papers were decided; saved by the caller, with the decision.</summary>
    /// <param name="paddle">The number of who was admitted; null for a refusal.</param>
    public async Task Decided(Application application, int? paddle, CancellationToken cancellation)
    {
        // A rehearsal's applications are no applications.
        if (await db.Set<Lot>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == application.Auction, cancellation) is not { } lot) return;
        var (kind, values) = paddle is { } number
            ? (NoticeKind.ApplicationAdmitted, ImmutableArray.Create(NoticeValue.Text(Show.Paddle(number)), NoticeValue.Moment(lot.OpensAt ?? application.StartedAt)))
            : (NoticeKind.ApplicationRefused, ImmutableArray.Create(NoticeValue.Reason(application.ReviewReason)));
        Add(lot, kind, $"application/{application.Id}/{(paddle is null ? "refused" : "admitted")}", [application.Organisation], clock.GetUtcNow(), values);
    }

    /// <summary>A paddle may bid no more.</summary>
    public async Task Suspended(Application application, int paddle, CancellationToken cancellation)
    {
        var lot = await db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Id == application.Auction, cancellation);
        await Tell(lot, NoticeKind.PaddleSuspended, $"suspended/{paddle}", [application.Organisation], clock.GetUtcNow(), cancellation, NoticeValue.Text(Show.Paddle(paddle)));
    }

    /// <summary>竞买代理: an applicant named the agency; saved by the caller, with the naming. Told again after an end it is another event.</summary>
    public Task Named(Application application, Guid agency, CancellationToken cancellation) =>
        Between(application, NoticeKind.AgencyAppointed, "named", agency, application.Organisation, clock.GetUtcNow(), cancellation);

    /// <summary>The other side hears that it is over; saved by the caller.</summary>
    public Task AgencyEnded(Application application, Guid agency, bool byAgency, DateTimeOffset at, CancellationToken cancellation) =>
        byAgency ? Between(application, NoticeKind.AgencyEnded, "ended", application.Organisation, agency, at, cancellation) : Between(application, NoticeKind.AgencyEnded, "ended", agency, application.Organisation, at, cancellation);

    private async Task Between(Application application, NoticeKind kind, string what, Guid told, Guid by, DateTimeOffset at, CancellationToken cancellation)
    {
        var lot = await db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Id == application.Auction, cancellation);
        var name = await db.Set<Organisations.Organisation>().Where(o => o.Id == by).Select(o => o.Name).SingleAsync(cancellation);
        Add(lot, kind, $"application/{application.Id}/agency/{what}/{at.UtcTicks}", [told], at, [NoticeValue.Text(name)]);
    }

    /// <summary>Whoever was told of having bought it.</summary>
    private Task<List<Guid>> Buyers(Lot lot, CancellationToken cancellation) =>
        db.Set<NoticeRow>().AsNoTracking().Where(n => n.Subject == lot.Id && n.Kind == NoticeKind.LotWon).Select(n => n.Recipient).Distinct().ToListAsync(cancellation);

    private async Task<IEnumerable<Guid>> AllBidders(Lot lot, CancellationToken cancellation) => (await Bidders(lot, cancellation)).SelectMany(b => b);

    /// <summary>By paddle the bidder, and after it the agency that bids for it.</summary>
    private async Task<ILookup<int, Guid>> Bidders(Lot lot, CancellationToken cancellation)
    {
        var admitted = db.Set<PaddleRow>().AsNoTracking().Where(p => p.Auction == lot.Id && p.AdmittedAt != null);
        var own = await admitted.Select(p => new { p.Paddle, p.Organisation }).ToListAsync(cancellation);
        var agencies = await admitted.Join(BuyerAgencies.InForce(db), p => p.Application, r => r.Application, (p, r) => new { p.Paddle, Organisation = r.Agency }).ToListAsync(cancellation);
        return own.Concat(agencies).ToLookup(b => b.Paddle, b => b.Organisation);
    }

    private async Task Tell(Lot lot, NoticeKind kind, string what, IEnumerable<Guid> organisations, DateTimeOffset at, CancellationToken cancellation, params NoticeValue[] values)
    {
        Add(lot, kind, $"lot/{lot.Id}/{what}", organisations, at, [.. values]);
        await db.SaveChangesAsync(cancellation);
    }

    private void Add(Lot lot, NoticeKind kind, string id, IEnumerable<Guid> organisations, DateTimeOffset at, ImmutableArray<NoticeValue> values) => notifier.Tell(
        db, organisations.Distinct().Select(o => new Notice(id, kind, Recipient.Organisation(o), lot.Id, kind is NoticeKind.SecondOffered ? $"/auctions/{lot.Id}/second" : $"/auctions/{lot.Id}", at, [NoticeValue.Text(lot.Title), .. values])));
}
