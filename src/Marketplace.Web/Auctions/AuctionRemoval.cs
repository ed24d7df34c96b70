using Marketplace.Auctions.Dossiers;
using Marketplace.Auctions.Sealing;
using Marketplace.Deals;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Organisations;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Payments.Royalties;
using Marketplace.Platform.Database;
using Marketplace.Platform.Outbox;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;
using Orleans.Core.Internal;

namespace Marketplace.Auctions;

/// <summary>Takes whole auctions out of the market: demonstrations and rehearsals. Nothing that counts is ever removed.</summary>
public static class AuctionRemoval
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Grains keep what they know in memory; those of an auction must be gone before its stream goes.</summary>
    /// <param name="isOne">By the key of a grain.</param>
    public static async Task PutToRest(IGrainFactory grains, TimeProvider clock, Func<string, bool> isOne, CancellationToken cancellation)
    {
        var management = grains.GetGrain<IManagementGrain>(0);
        for (var until = clock.GetUtcNow() + Patience; ;)
        {
            var awake = (await management.GetDetailedGrainStatistics()).Select(s => s.GrainId).Where(id => isOne(id.Key.ToString()!)).ToList();
            if (awake.Count == 0) return;
            if (clock.GetUtcNow() > until) throw new TimeoutException($"{awake.Count} grains that are to go do not rest, {awake[0]} among them.");
            foreach (var grain in awake) await grains.GetGrain(grain).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellation);
        }
    }

    /// <summary>Deletes lots with all that hangs on them. Leaves of the market's public log stay: it never loses one.</summary>
    public static async Task<int> Delete(MarketplaceDb db, IQueryable<Lot> lots, CancellationToken token)
    {
        foreach (var lot in await lots.Where(l => l.RehearsalOf == null).Select(l => new { l.Id, l.Session }).ToListAsync(token))
        {
            db.Tell(LotNotices.Name, lot.Id);
            if (lot.Session is { } session) db.Tell(SessionNotices.Name, session.ToString());
        }

        await db.SaveChangesAsync(token);
        var ids = lots.Select(l => l.Id);
        var applications = db.Set<Application>().Where(a => ids.Contains(a.Auction)).Select(a => a.Id);
        var streams = ids.Select(id => "auction/" + id).Concat(ids.Select(id => "deal/" + id)).Concat(ids.Select(id => "deal/" + id + Deal.SecondMark))
            .Concat(ids.Select(id => "royalty/" + id)).Concat(ids.Select(id => "royalty/" + id + Deal.SecondMark));
        var deals = ids.Concat(ids.Select(id => id + Deal.SecondMark));
        return await db.Set<CeilingRow>().Where(c => applications.Contains(c.Application)).ExecuteDeleteAsync(token)
            + await db.Set<PaddleRow>().Where(p => ids.Contains(p.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<Application>().Where(a => ids.Contains(a.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<AskerRow>().Where(a => db.Set<QuestionRow>().Any(q => q.Id == a.Question && ids.Contains(q.Lot))).ExecuteDeleteAsync(token)
            + await db.Set<QuestionRow>().Where(q => ids.Contains(q.Lot)).ExecuteDeleteAsync(token)
            + await db.Set<DossierViewRow>().Where(v => ids.Contains(v.Lot)).ExecuteDeleteAsync(token)
            + await db.Set<NdaRow>().Where(n => ids.Contains(n.Lot)).ExecuteDeleteAsync(token)
            + await db.Set<DossierFileRow>().Where(f => ids.Contains(f.Lot)).ExecuteDeleteAsync(token)
            + await db.Set<DossierRow>().Where(d => ids.Contains(d.Lot)).ExecuteDeleteAsync(token)
            + await db.Set<AnnouncementRow>().Where(a => ids.Contains(a.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<LotReserve>().Where(r => ids.Contains(r.Lot)).ExecuteDeleteAsync(token)
            + await db.Set<LotGate>().Where(g => ids.Contains(g.Lot)).ExecuteDeleteAsync(token)
            + await db.Set<PriorityCode>().Where(c => ids.Contains(c.Lot)).ExecuteDeleteAsync(token)
            + await db.Set<SessionSlot>().Where(s => ids.Contains(s.Lot)).ExecuteDeleteAsync(token)
            + await db.Set<LotKeyRow>().Where(k => ids.Contains(k.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<LotShareRow>().Where(s => ids.Contains(s.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<GivenShareRow>().Where(s => ids.Contains(s.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<EnvelopeRow>().Where(e => ids.Contains(e.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<HallLot>().Where(l => ids.Contains(l.Lot)).ExecuteDeleteAsync(token)
            + await db.Set<RefusedBidRow>().Where(r => ids.Contains(r.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<DealStepRow>().Where(s => deals.Contains(s.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<DealReadingRow>().Where(r => deals.Contains(r.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<DealRow>().Where(d => deals.Contains(d.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<RoyaltyFileRow>().Where(f => deals.Contains(f.Deal)).ExecuteDeleteAsync(token)
            + await db.Set<RoyaltyRow>().Where(r => deals.Contains(r.Deal)).ExecuteDeleteAsync(token)
            + await db.Set<ForfeitRow>().Where(f => ids.Contains(f.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<DefaultRow>().Where(d => ids.Contains(d.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<ObligationEventRow>().Where(e => db.Set<ObligationRow>().Any(o => o.Id == e.Obligation && deals.Contains(o.About))).ExecuteDeleteAsync(token)
            + await db.Set<PaymentReferenceRow>().Where(r => db.Set<ObligationRow>().Any(o => o.Id == r.Obligation && deals.Contains(o.About))).ExecuteDeleteAsync(token)
            + await db.Set<InvoiceRow>().Where(i => deals.Contains(i.About)).ExecuteDeleteAsync(token)
            + await db.Set<ObligationRow>().Where(o => deals.Contains(o.About)).ExecuteDeleteAsync(token)
            + await db.Set<Approval>().Where(a => ids.Contains(a.Subject)).ExecuteDeleteAsync(token)
            + await db.Set<DeskAct>().Where(a => ids.Contains(a.Subject)).ExecuteDeleteAsync(token)
            + await db.Set<HoldRow>().Where(h => ids.Contains(h.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<OutbidCursorRow>().Where(c => ids.Contains(c.Auction)).ExecuteDeleteAsync(token)
            + await db.Set<NoticeRow>().Where(n => deals.Contains(n.Subject)).ExecuteDeleteAsync(token)
            + await db.Set<StatementRow>().Where(s => deals.Contains(s.Auction)).ExecuteDeleteAsync(token)
            + await DeleteStreams(db, streams, token)
            // Last: everything above is found by it.
            + await lots.ExecuteDeleteAsync(token);
    }

    public static async Task<int> DeleteStreams(MarketplaceDb db, IQueryable<string> streams, CancellationToken token) =>
        await db.Set<SecretRow>().Where(s => streams.Contains(s.Stream)).ExecuteDeleteAsync(token)
        + await db.Set<ServedRow>().Where(s => streams.Contains(s.Stream)).ExecuteDeleteAsync(token)
        + await db.Set<HeadRow>().Where(h => streams.Contains(h.Stream)).ExecuteDeleteAsync(token)
        + await db.Set<FactRow>().Where(f => streams.Contains(f.Stream)).ExecuteDeleteAsync(token);

    /// <summary>Deletes sessions whose lots are gone, with their halls.</summary>
    public static async Task<int> DeleteSessions(MarketplaceDb db, IReadOnlyCollection<Guid> sessions, CancellationToken token)
    {
        foreach (var session in sessions) db.Tell(SessionNotices.Name, session.ToString());
        await db.SaveChangesAsync(token);
        return await db.Set<PracticeSeat>().Where(p => sessions.Contains(p.Session)).ExecuteDeleteAsync(token)
            + await db.Set<FloorPaddle>().Where(p => sessions.Contains(p.Session)).ExecuteDeleteAsync(token)
            + await db.Set<HallSession>().Where(h => sessions.Contains(h.Session)).ExecuteDeleteAsync(token)
            + await db.SessionsWithRehearsals().Where(s => sessions.Contains(s.Id)).ExecuteDeleteAsync(token);
    }
}
