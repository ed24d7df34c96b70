using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>
/// Money in 暂收 that was at the bank in time holds the openings it may be a deposit for, and lets them go when it is resolved. The rules are
/// <see cref="UnmatchedMoney"/> and <see cref="DepositHold"/>; no bidder is within reach here.
/// </summary>
public sealed class OpeningHolds(MarketplaceDb db, INotifier notifier, IGrainFactory grains, TimeProvider clock)
{
    /// <summary>Due work of a lot from its announcement to its opening.</summary>
    public const string Work = "auctions.deposits";

    /// <summary>A hold is looked at again so often, should nobody say that it may go.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    /// <summary>The market's people heard of it in this turn.</summary>
    private bool _alarmed;

    /// <summary>Lots that are announced and have an opening ahead; a rehearsal asks for no deposit and is not among them.</summary>
    private static IQueryable<Lot> Ahead(MarketplaceDb db, bool demo) =>
        db.Set<Lot>().AsNoTracking().Where(l => l.State == LotState.Announced && l.Demo == demo && !l.Opened && l.Outcome == null && l.DepositFen > 0 && l.ApplyUntil != null && l.OpensAt != null);

    private static bool Waits(Lot lot, IEnumerable<UnmatchedCredit> unmatched) => !UnmatchedMoney.Holding(unmatched, lot.DepositFen, lot.ApplyUntil!.Value).IsEmpty;

    /// <summary>Whether a lot, at the very moment that it would open, has to wait.</summary>
    internal static async Task<bool> Waits(IMarketplaceDbFactory databases, string auction, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        return await db.Set<Lot>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == auction, cancellation) is { DepositFen: > 0, ApplyUntil: not null } lot
            && Waits(lot, await Unmatched.Of(db, lot.Demo, cancellation));
    }

    /// <summary>For the bank's desk: what waits, or will.</summary>
    internal static async Task<HeldOpenings> Of(MarketplaceDb db, bool demo, CancellationToken cancellation)
    {
        var unmatched = await Unmatched.Of(db, demo, cancellation);
        if (unmatched.Count == 0) return HeldOpenings.None;
        var waiting = (await Ahead(db, demo).ToListAsync(cancellation)).FindAll(l => Waits(l, unmatched));
        return waiting.Count == 0 ? HeldOpenings.None : new HeldOpenings(waiting.Count, waiting.Min(l => l.OpensAt));
    }

    /// <summary>Holds one lot, or lets it go, and says when to look again.</summary>
    public async Task<DateTimeOffset?> Look(string auction, CancellationToken cancellation)
    {
        var known = await db.Set<Lot>().AsNoTracking().Where(l => l.Id == auction).Select(l => new { l.Demo }).SingleOrDefaultAsync(cancellation);
        if (known is null || await Ahead(db, known.Demo).SingleOrDefaultAsync(l => l.Id == auction, cancellation) is not { } lot) return null;
        var now = clock.GetUtcNow();
        var held = lot.PauseCause == nameof(PauseCause.DepositMatching);
        if (!held && lot.PausedAt is not null) return null;
        if (!held && now < lot.OpensAt - DepositHold.From) return lot.OpensAt - DepositHold.From;
        var waits = Waits(lot, await Unmatched.Of(db, lot.Demo, cancellation));
        if (held == waits) return held ? now + LookEvery : null;
        var grain = grains.GetGrain<IAuctionGrain>(lot.Id);
        if (held)
        {
            await grain.OpenAfterMatching(lot.Demo ? DepositHold.DemoNotice : DepositHold.Notice);
            return null;
        }

        await grain.HoldOpening();
        await Alarm(lot.Demo, $"near/{lot.OpensAt!.Value.UtcTicks}", cancellation);
        return now + LookEvery;
    }

    /// <summary>Money came into 暂收, or left it: the market's people hear of what may wait, and each lot near its opening is looked at.</summary>
    public async Task<DateTimeOffset?> Changed(string book, CancellationToken cancellation)
    {
        var demo = DepositAccounts.IsOfDemo(book);
        var unmatched = await Unmatched.Of(db, demo, cancellation);
        var until = clock.GetUtcNow() + DepositHold.From;
        var lots = await Ahead(db, demo).ToListAsync(cancellation);
        foreach (var lot in lots.Where(l => l.OpensAt <= until || l.PauseCause == nameof(PauseCause.DepositMatching))) await Look(lot.Id, cancellation);
        // One alarm for what came together: the entry that was confirmed last stands for it.
        if (!_alarmed && lots.SelectMany(l => UnmatchedMoney.Holding(unmatched, l.DepositFen, l.ApplyUntil!.Value)).MaxBy(c => c.ConfirmedAt) is { } last) await Alarm(demo, $"came/{last.Id}", cancellation);
        return null;
    }

    private async Task Alarm(bool demo, string what, CancellationToken cancellation)
    {
        if (await Of(db, demo, cancellation) is not { First: { } first } held) return;
        var operators = await db.Set<Organisation>().AsNoTracking().Where(o => o.Kind == OrganisationKind.Operator && o.Demo == demo).Select(o => o.Id).ToListAsync(cancellation);
        notifier.Tell(db, operators.Select(o => new Notice(
            $"openings/{what}", NoticeKind.OpeningsWait, Recipient.Organisation(o), DepositAccounts.BookOf(demo), "/desk/bank", clock.GetUtcNow(),
            [NoticeValue.Text(held.Count.ToString(CultureInfo.InvariantCulture)), NoticeValue.Moment(first)])));
        await db.SaveChangesAsync(cancellation);
        _alarmed = true;
    }
}
