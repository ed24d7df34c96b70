using Marketplace.Achievements;
using Marketplace.Auctions;
using Marketplace.Auctions.Sealing;
using Marketplace.Demands;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Organisations;
using Marketplace.Matching.Recommendations;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Payments.Cards;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Marketplace.Platform.Outbox;
using Marketplace.Platform.Streams;
using Marketplace.Proofs;
using Marketplace.Search;
using Marketplace.Services;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demo;

/// <summary>Takes demonstration data out of the market: old auctions by themselves, everything on demand, nothing else ever.</summary>
public sealed class DemoRemoval(IMarketplaceDbFactory databases, IServiceProvider services, IGrainFactory grains, FileStore files, DueWorkRunner runner, TimeProvider clock)
{
    public const string PruneWork = "demo.prune";
    public const string PruneKey = "demo";

    /// <summary>On the list while a removal is under way: one that was cut off is finished.</summary>
    public const string RemoveWork = "demo.remove";

    /// <summary>Work about records whose ids say nothing of the demonstration.</summary>
    private static readonly string[] Keyed = [Applications.AdmitWork, Applications.CeilingWork, DemandGrain.ClockWork, CardEvents.Work, Unmatched.ExamineWork];

    private const int AtOnce = 50;
    private static readonly TimeSpan Keep = TimeSpan.FromDays(1);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(10);

    /// <summary>How long work in hand is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Longer than a removal takes: one that has not ended by then was cut off.</summary>
    private static readonly TimeSpan Unfinished = TimeSpan.FromMinutes(2);

    /// <summary>Deletes auctions that ended more than a day ago, with all that hangs on them.</summary>
    public async Task<DateTimeOffset?> Prune(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.Create();
        var before = now - Keep;
        var old = await db.LotsWithRehearsals().AsNoTracking().Where(l => l.Demo && l.Outcome != null && l.EndsAt < before && !db.Set<DueWorkRow>().Any(w => w.Key == l.Id))
            .OrderBy(l => l.EndsAt).Select(l => l.Id).Take(AtOnce).ToListAsync(cancellation);
        if (old.Count > 0)
        {
            // A winner's deposit waits for a contract that nobody signs here; where somebody did, what was paid goes back.
            var (deposits, obligations) = (services.GetRequiredService<DepositAccounts>(), services.GetRequiredService<Obligations>());
            foreach (var deal in old.SelectMany(id => new[] { id, id + Domain.Deals.Deal.SecondMark })) await obligations.Unwind(deal, "void", cancellation: cancellation);
            foreach (var hold in await db.Set<PaddleRow>().Where(p => old.Contains(p.Auction) && p.SettledAt == null).Select(p => p.Hold).ToListAsync(cancellation)) await deposits.Release(hold);
            await db.WriteAsync(token => AuctionRemoval.Delete(db, db.LotsWithRehearsals().Where(l => old.Contains(l.Id)), token), cancellation);
        }

        await db.WriteAsync(
            async token =>
            {
                var lots = db.LotsWithRehearsals();
                var empty = await db.SessionsWithRehearsals().Where(s => s.Demo && s.OpensAt < before && !lots.Any(l => l.Session == s.Id)).Select(s => s.Id).ToListAsync(token);
                await AuctionRemoval.DeleteSessions(db, empty, token);
            },
            cancellation);
        return clock.GetUtcNow() + (old.Count == AtOnce ? TimeSpan.FromSeconds(1) : PruneEvery);
    }

    /// <summary>Removes everything that is marked as demo. The bidders have been stopped before.</summary>
    /// <returns>How many rows went.</returns>
    public async Task<int> RemoveAll(CancellationToken cancellation)
    {
        await using var db = databases.Create();
        await db.SaveWithWork(RemoveWork, PruneKey, clock.GetUtcNow() + Unfinished, cancellation);
        // Nothing wakes the auctions up again while they are put to rest, and nothing that a runner has in its hands writes once more when all is gone.
        for (var until = clock.GetUtcNow() + Patience; await IsInHand(db, cancellation);)
        {
            if (clock.GetUtcNow() > until) throw new TimeoutException("Work of the demonstration does not end.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellation);
        }

        await AuctionRemoval.PutToRest(grains, clock, key => key.StartsWith(DepositAccounts.DemoPrefix, StringComparison.Ordinal), cancellation);
        var candidates = await DemoFiles.Named(db, cancellation);
        var (rows, gone) = await db.WriteAsync(
            async token =>
            {
                await TellGone(db, token);
                var deleted = (await Work(db, null, token)).Gone + await AuctionRemoval.Delete(db, db.LotsWithRehearsals().Where(l => l.Demo), token) + await Rest(db, token);
                var unused = await DemoFiles.Unused(db, candidates, token);
                deleted += await db.Set<KeptFileRow>().Where(f => unused.Contains(f.Sha256)).ExecuteDeleteAsync(token);
                await db.Set<DueWorkRow>().Where(w => w.Kind == RemoveWork).ExecuteDeleteAsync(token);
                return (deleted, unused);
            },
            cancellation);
        foreach (var sha in gone) files.Forget(sha);
        return rows;
    }

    /// <summary>Takes off the list what waits there.</summary>
    /// <returns>Some runner is still at work: another node by its lease, this one by what it holds.</returns>
    private async Task<bool> IsInHand(MarketplaceDb db, CancellationToken cancellation)
    {
        var (leased, its) = await db.WriteAsync(async token => ((await Work(db, clock.GetUtcNow(), token)).InHand, await Its(db, token)), cancellation);
        return leased > 0 || runner.IsAt(its);
    }

    /// <summary>Which work is the demonstration's.</summary>
    private static async Task<Func<string, string, bool>> Its(MarketplaceDb db, CancellationToken token)
    {
        var books = DepositAccounts.DemoBooks;
        var keys = (await db.Set<Application>().Where(a => a.Demo).Select(a => a.Id).Concat(db.Set<Demand>().Where(d => d.Demo).Select(d => d.Id))
            .Concat(db.Set<CardPaymentRow>().Where(c => books.Contains(c.Book)).Select(c => c.Id))
            .Concat(db.Set<Approval>().Where(a => a.Demo && a.What == Unmatched.What).Select(a => a.Id)).ToListAsync(token)).Select(id => id.ToString()).ToHashSet();
        keys.UnionWith(await db.Set<CardDisputeRow>().Where(d => books.Contains(d.Book)).Select(d => d.Id).ToListAsync(token));
        return (kind, key) => key.StartsWith(DepositAccounts.DemoPrefix, StringComparison.Ordinal) || kind == PruneWork || (Keyed.Contains(kind) && keys.Contains(key));
    }

    /// <summary>Takes the demonstration's work off the list.</summary>
    /// <param name="freeAt">Only what no runner has in its hands then, and the mark that the demonstration is there stays and waits; null for all of it.</param>
    private static async Task<(int Gone, int InHand)> Work(MarketplaceDb db, DateTimeOffset? freeAt, CancellationToken token)
    {
        var its = await Its(db, token);
        var all = await db.Set<DueWorkRow>().AsNoTracking().Where(w => w.Key.StartsWith(DepositAccounts.DemoPrefix) || w.Kind == PruneWork || Keyed.Contains(w.Kind)).ToListAsync(token);
        var (gone, inHand) = (0, 0);
        foreach (var work in all.Where(w => its(w.Kind, w.Key)))
        {
            var free = db.Set<DueWorkRow>().Where(w => w.Kind == work.Kind && w.Key == work.Key && (freeAt == null || w.LeaseUntil == null || w.LeaseUntil <= freeAt));
            var later = freeAt + Keep;
            var went = work.Kind == PruneWork && later is { } then ? await free.ExecuteUpdateAsync(set => set.SetProperty(w => w.DueAt, then), token) : await free.ExecuteDeleteAsync(token);
            gone += went;
            if (went == 0 && work.LeaseUntil > freeAt) inHand++;
        }

        return (gone, inHand);
    }

    /// <summary>What is deleted by statements is told by hand, or it would be found for ever.</summary>
    private static async Task TellGone(MarketplaceDb db, CancellationToken token)
    {
        foreach (var id in await db.Set<Achievement>().Where(a => a.Demo).Select(a => a.Id).ToListAsync(token)) db.Tell(AchievementDocuments.Name, id.ToString());
        foreach (var id in await db.Set<Demand>().Where(d => d.Demo).Select(d => d.Id).ToListAsync(token)) db.Tell(DemandDocuments.Name, id.ToString());
        foreach (var id in await db.Set<Service>().Where(s => s.Demo).Select(s => s.Id).ToListAsync(token)) db.Tell(ServiceDocuments.Name, id.ToString());
        foreach (var id in await db.Set<Session>().Where(s => s.Demo).Select(s => s.Id).ToListAsync(token)) db.Tell(SessionNotices.Name, id.ToString());
        foreach (var id in await db.Set<Organisation>().Where(o => o.Demo).Select(o => o.Id).ToListAsync(token)) db.Tell(Organisation.Told, id.ToString());
        await db.SaveChangesAsync(token);
        db.ChangeTracker.Clear();
    }

    private static async Task<int> Demands(MarketplaceDb db, CancellationToken token)
    {
        var demands = db.Set<Demand>().Where(d => d.Demo).Select(d => d.Id);
        var responses = db.Set<DemandResponse>().Where(r => demands.Contains(r.Demand)).Select(r => r.Id);
        return await db.Set<RecommendationJudgementRow>().Where(j => demands.Contains(j.Demand)).ExecuteDeleteAsync(token)
            + await db.Set<RecommendationRow>().Where(r => r.Demo).ExecuteDeleteAsync(token)
            + await db.Set<DemandLaneDecision>().Where(d => demands.Contains(d.Demand)).ExecuteDeleteAsync(token)
            + await db.Set<DemandResponseVersion>().Where(v => responses.Contains(v.Response)).ExecuteDeleteAsync(token)
            + await db.Set<DemandResponse>().Where(r => demands.Contains(r.Demand)).ExecuteDeleteAsync(token)
            + await db.Set<DemandGrade>().Where(g => demands.Contains(g.Demand)).ExecuteDeleteAsync(token)
            + await db.Set<DemandView>().Where(v => demands.Contains(v.Demand)).ExecuteDeleteAsync(token)
            + await db.Set<DemandGuest>().Where(g => demands.Contains(g.Demand)).ExecuteDeleteAsync(token)
            + await db.Set<DemandBlock>().Where(b => demands.Contains(b.Demand)).ExecuteDeleteAsync(token)
            + await db.Set<DemandVersion>().Where(v => demands.Contains(v.Demand)).ExecuteDeleteAsync(token)
            + await db.Set<Demand>().Where(d => d.Demo).ExecuteDeleteAsync(token);
    }

    /// <summary>What is left of the demonstration when its auctions are gone.</summary>
    private static async Task<int> Rest(MarketplaceDb db, CancellationToken token)
    {
        var books = DepositAccounts.DemoBooks;
        var streams = books.Select(book => $"ledger/{book}").ToArray();
        var organisations = db.Set<Organisation>().Where(o => o.Demo).Select(o => o.Id);
        var sessions = db.SessionsWithRehearsals();
        var works = db.Set<Achievement>().Where(a => a.Demo).Select(a => a.Id);
        var told = db.Set<Disclosure>().Where(d => d.Demo).Select(d => d.Id);
        // Whoever is a member of a real organisation too stays, without the demo's memberships.
        var people = await db.Set<Person>()
            .Where(p => (p.NormalizedEmail!.EndsWith(DemoCast.EmailEnd.ToUpper()) || db.Set<MembershipRow>().Any(m => m.Person == p.Id && organisations.Contains(m.Organisation)))
                && !db.Set<MembershipRow>().Any(m => m.Person == p.Id && !organisations.Contains(m.Organisation)))
            .Select(p => p.Id).ToListAsync(token);
        return await MarketLog.ForgetDemo(db, token)
            + await Demands(db, token)
            + await DemoServices.Remove(db, token)
            + await db.Set<NoticeRow>().Where(n => organisations.Contains(n.Recipient) || people.Contains(n.Recipient)).ExecuteDeleteAsync(token)
            + await db.Set<NoticeReadRow>().Where(r => people.Contains(r.Person)).ExecuteDeleteAsync(token)
            + await db.Set<NoticeReaderRow>().Where(r => people.Contains(r.Person)).ExecuteDeleteAsync(token)
            + await db.Set<NoticeSwitchRow>().Where(s => people.Contains(s.Person)).ExecuteDeleteAsync(token)
            + await db.Set<NoticeAddressRow>().Where(a => people.Contains(a.Person)).ExecuteDeleteAsync(token)
            + await db.Set<SavedSearchFindRow>().Where(f => db.Set<SavedSearchRow>().Any(s => s.Id == f.Search && (s.Demo || people.Contains(s.Person)))).ExecuteDeleteAsync(token)
            + await db.Set<SavedSearchRow>().Where(s => s.Demo || people.Contains(s.Person)).ExecuteDeleteAsync(token)
            + await db.Set<AppearedRow>().Where(a => a.Demo).ExecuteDeleteAsync(token)
            + await DemoBrokers.Remove(db, organisations, token)
            + await db.Set<FloorPaddle>().Where(p => organisations.Contains(p.Organisation)).ExecuteDeleteAsync(token)
            + await db.Set<WalkInRow>().Where(w => organisations.Contains(w.Organisation)).ExecuteDeleteAsync(token)
            + await db.Set<HolderKeyRow>().Where(k => organisations.Contains(k.Organisation)).ExecuteDeleteAsync(token)
            + await db.Set<HallSession>().Where(h => organisations.Contains(h.House)).ExecuteDeleteAsync(token)
            + await db.Set<HallOfficer>().Where(o => organisations.Contains(o.Organisation)).ExecuteDeleteAsync(token)
            + await db.Set<AuctionHouse>().Where(h => organisations.Contains(h.Organisation)).ExecuteDeleteAsync(token)
            + await db.Set<PracticeSeat>().Where(p => sessions.Any(s => s.Demo && s.Id == p.Session)).ExecuteDeleteAsync(token)
            + await sessions.Where(s => s.Demo).ExecuteDeleteAsync(token)
            + await db.Set<SecretRow>().Where(s => streams.Contains(s.Stream)).ExecuteDeleteAsync(token)
            + await db.Set<ServedRow>().Where(s => streams.Contains(s.Stream)).ExecuteDeleteAsync(token)
            + await db.Set<HeadRow>().Where(h => streams.Contains(h.Stream)).ExecuteDeleteAsync(token)
            + await db.Set<FactRow>().Where(f => streams.Contains(f.Stream)).ExecuteDeleteAsync(token)
            + await LedgerProving.ForgetDemo(db, token)
            + await db.Set<HoldRow>().Where(h => books.Contains(h.Book)).ExecuteDeleteAsync(token)
            + await db.Set<GuaranteeRow>().Where(g => books.Contains(g.Book)).ExecuteDeleteAsync(token)
            + await db.Set<StatementRow>().Where(s => books.Contains(s.Book)).ExecuteDeleteAsync(token)
            + await db.Set<BankLineRow>().Where(l => books.Contains(l.Book)).ExecuteDeleteAsync(token)
            + await db.Set<BankStatementRow>().Where(s => books.Contains(s.Book)).ExecuteDeleteAsync(token)
            + await db.Set<DeskAct>().Where(a => db.Set<Approval>().Any(p => p.Demo && p.What == Unmatched.What && p.Subject == a.Subject)).ExecuteDeleteAsync(token)
            + await db.Set<Approval>().Where(a => a.Demo && a.What == Unmatched.What).ExecuteDeleteAsync(token)
            + await db.Set<BankCreditRow>().Where(c => books.Contains(c.Book)).ExecuteDeleteAsync(token)
            + await db.Set<DepositAccountRow>().Where(a => books.Contains(a.Book)).ExecuteDeleteAsync(token)
            + await db.Set<ObligationEventRow>().Where(e => books.Contains(e.Book)).ExecuteDeleteAsync(token)
            + await db.Set<ObligationRow>().Where(o => books.Contains(o.Book)).ExecuteDeleteAsync(token)
            + await db.Set<PayoutRow>().Where(p => books.Contains(p.Book)).ExecuteDeleteAsync(token)
            + await db.Set<InvoiceRow>().Where(i => books.Contains(i.Book)).ExecuteDeleteAsync(token)
            + await db.Set<CardDisputeRow>().Where(d => books.Contains(d.Book)).ExecuteDeleteAsync(token)
            + await db.Set<CardPaymentRow>().Where(c => books.Contains(c.Book)).ExecuteDeleteAsync(token)
            + await db.Set<PayoutAccountRow>().Where(a => organisations.Contains(a.Organisation)).ExecuteDeleteAsync(token)
            + await db.Set<PaymentReferenceRow>().Where(r => organisations.Contains(r.Organisation)).ExecuteDeleteAsync(token)
            + await db.Set<AchievementView>().Where(v => works.Contains(v.Achievement) || organisations.Contains(v.Organisation)).ExecuteDeleteAsync(token)
            + await db.Set<AchievementPatent>().Where(p => works.Contains(p.Achievement)).ExecuteDeleteAsync(token)
            + await db.Set<AchievementVersion>().Where(v => works.Contains(v.Achievement)).ExecuteDeleteAsync(token)
            + await db.Set<Achievement>().Where(a => a.Demo).ExecuteDeleteAsync(token)
            + await db.Set<DisclosureDecisionRow>().Where(d => told.Contains(d.Disclosure)).ExecuteDeleteAsync(token)
            + await db.Set<Disclosure>().Where(d => d.Demo).ExecuteDeleteAsync(token)
            + await db.Set<OrganisationHistoryRow>().Where(h => organisations.Contains(h.Organisation)).ExecuteDeleteAsync(token)
            + await db.Set<RelatedPartyRow>().Where(r => organisations.Contains(r.Organisation) || organisations.Contains(r.Other)).ExecuteDeleteAsync(token)
            + await db.Set<InvitationRow>().Where(i => organisations.Contains(i.Organisation)).ExecuteDeleteAsync(token)
            + await db.Set<MembershipRow>().Where(m => organisations.Contains(m.Organisation)).ExecuteDeleteAsync(token)
            + await db.Set<IdentityUserClaim<Guid>>().Where(c => people.Contains(c.UserId)).ExecuteDeleteAsync(token)
            + await db.Set<IdentityUserLogin<Guid>>().Where(l => people.Contains(l.UserId)).ExecuteDeleteAsync(token)
            + await db.Set<IdentityUserToken<Guid>>().Where(t => people.Contains(t.UserId)).ExecuteDeleteAsync(token)
            + await db.Set<Person>().Where(p => people.Contains(p.Id)).ExecuteDeleteAsync(token)
            + await db.Set<Organisation>().Where(o => o.Demo).ExecuteDeleteAsync(token);
    }
}
