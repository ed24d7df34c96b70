using System.Collections.Immutable;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Organisations;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>An agency that a client may name in its 授权委托书.</summary>
public sealed record NamedAgency(Guid Id, string Name);

/// <summary>For whom somebody may bid in a lot.</summary>
/// <param name="As">The membership that speaks: the bidder's own, or its agency's.</param>
/// <param name="Organisation">Whose bids they are.</param>
/// <param name="Name">Its name.</param>
/// <param name="Paddle">Null while the organisation has none here.</param>
public sealed record Bidder(Membership As, Guid Organisation, string Name, int? Paddle)
{
    public bool IsAgent => As.Organisation != Organisation;
}

/// <summary>
/// 竞买代理: an agency bids as the agent of one principal in a lot, named in that principal's application, never on its own account and never with a
/// mandate of the seller's. Whoever bids for itself passes through here without a question to the database but for its paddle.
/// </summary>
public sealed class BuyerAgencies(MarketplaceDb db, Conflicts conflicts, Paddles paddles, CurrentActor actor, LotNews news, TimeProvider clock)
{
    /// <summary>Those that stand now.</summary>
    internal static IQueryable<BuyerAgencyRow> InForce(MarketplaceDb db) => db.Set<BuyerAgencyRow>().AsNoTracking().Where(r => r.EndedAt == null);

    /// <summary>For whom the caller may bid here. An agency that no application names hears what everybody hears who may not bid.</summary>
    public async ValueTask<Result<Bidder>> BidderOf(string auction, CancellationToken cancellation)
    {
        var own = await actor.May(Rehearsal.IsId(auction) ? Act.JoinRehearsal : Act.PlaceBid, cancellation: cancellation);
        var paddle = own.Done ? await paddles.Of(auction, own.Value.Organisation, cancellation) : null;
        if (paddle is null && await Agent(auction, cancellation) is { } agent) return agent;
        return own.Then(m => Result<Bidder>.Of(new Bidder(m, m.Organisation, m.OrganisationName, paddle)));
    }

    /// <summary>The caller, or whom it acts for, has a paddle here: it need only show its second factor.</summary>
    public async ValueTask<bool> WaitsForSecondFactor(string auction, CancellationToken cancellation)
    {
        var may = await actor.May(Rehearsal.IsId(auction) ? Act.JoinRehearsal : Act.ApplyToBid, cancellation: cancellation);
        return (may.Done && await paddles.Of(auction, may.Value.Organisation, cancellation) is not null) || await Agent(auction, cancellation) is { Refusal: Refusal.SecondFactorRequired };
    }

    /// <summary>The caller as agent of a bidder in this lot, or why not now; null when no bidder has named an agency of the caller's.</summary>
    public async ValueTask<Result<Bidder>?> Agent(string auction, CancellationToken cancellation)
    {
        var who = await actor.Get(cancellation);
        var agencies = who.Memberships.Where(m => m.Kind is OrganisationKind.Agency).Select(m => m.Organisation).ToList();
        if (agencies.Count == 0) return null;
        var named = await (
            from r in InForce(db)
            where r.Auction == auction && agencies.Contains(r.Agency)
            join p in db.Set<PaddleRow>().AsNoTracking() on r.Application equals p.Application
            where p.AdmittedAt != null
            join a in db.Set<Application>().AsNoTracking() on r.Application equals a.Id
            join o in db.Set<Organisation>().AsNoTracking() on a.Organisation equals o.Id
            select new { r.Agency, p.Paddle, Application = a, o.Name }).FirstOrDefaultAsync(cancellation);
        if (named is null) return null;
        var may = Policy.CheckAgent(who, named.Agency, named.Application.Organisation);
        if (!may.Done) return Result<Bidder>.Refuse(may.Refusal.Value);
        if (await Fault(named.Application, named.Agency, cancellation) is { } fault) return fault;
        return new Bidder(may.Value, named.Application.Organisation, named.Name, named.Paddle);
    }

    /// <summary>The agencies whose mandate lets them bid for this client on the day bidding opens.</summary>
    public async Task<ImmutableArray<NamedAgency>> Of(Guid client, DateTimeOffset opensAt, CancellationToken cancellation)
    {
        var opening = StatutoryDays.DayOf(opensAt);
        var rows = await (
            from m in HeldMandates.InForce(db, StatutoryDays.DayOf(clock.GetUtcNow()))
            where m.Client == client && m.Side == MandateSide.Demand && m.LastDay >= opening
            join o in db.Set<Organisation>().AsNoTracking() on m.Agency equals o.Id
            where o.State == VerificationState.Verified
            orderby o.Name
            select new { m, o.Name }).ToListAsync(cancellation);
        return [.. rows.Where(r => HeldMandates.Held(r.m, OrganisationKind.Enterprise).GivesBidding).Select(r => new NamedAgency(r.m.Agency, r.Name)).Distinct()];
    }

    /// <summary>The agency that bids for this applicant; null for none.</summary>
    public async Task<NamedAgency?> NamedBy(Guid application, CancellationToken cancellation) => await (
        from r in InForce(db)
        where r.Application == application
        join o in db.Set<Organisation>().AsNoTracking() on r.Agency equals o.Id
        select new NamedAgency(o.Id, o.Name)).SingleOrDefaultAsync(cancellation);

    /// <summary>
    /// What the 授权委托书 says: this agency, or none. Written beside the application's step, in its transaction. One that is named no more has been an agent in
    /// this lot all the same: it can be taken back by this applicant and by no other.
    /// </summary>
    public async Task<Result<Nothing>> Name(Application application, Guid? agency, DateTimeOffset opensAt, Guid person, CancellationToken cancellation)
    {
        var rows = await db.Set<BuyerAgencyRow>().Where(r => r.Application == application.Id).ToListAsync(cancellation);
        var before = rows.Find(r => r.Agency == agency);
        var comes = agency is not null && before is not { EndedAt: null };
        if (agency is { } named && comes)
        {
            if ((await Of(application.Organisation, opensAt, cancellation)).All(a => a.Id != named)) return Result<Nothing>.Refuse(Refusal.AgencyNotMandated, "agency");
            if ((await Standing(application, named, cancellation)).Fault is { } fault) return Result<Nothing>.Refuse(fault, "agency");
        }

        foreach (var other in rows.Where(r => r.EndedAt is null && r.Agency != agency)) await End(other, application, byAgency: false, cancellation);
        if (agency is not { } next || !comes) return default(Nothing);
        // An application names one agency at a time, and the index holds it: who goes is written before who comes.
        await db.SaveChangesAsync(cancellation);
        if (before is not null) before.EndedAt = null;
        else db.Add(new BuyerAgencyRow { Auction = application.Auction, Agency = next, Application = application.Id, NamedAt = clock.GetUtcNow(), NamedBy = person });
        await news.Named(application, next, cancellation);
        return default(Nothing);
    }

    /// <summary>Why an agency that is named may not bid now; null when it may.</summary>
    public async Task<Refusal?> Fault(Application application, Guid agency, CancellationToken cancellation) =>
        application.MandateUntil < StatutoryDays.DayOf(clock.GetUtcNow()) ? Refusal.AgencyNotMandated : (await Standing(application, agency, cancellation)).Fault;

    /// <summary>撤销, 辞去: either side ends it at any time; bids made before stand. Ended already, nothing changes.</summary>
    public async Task<Result<Nothing>> End(Guid application, Guid agency, bool byAgency, CancellationToken cancellation)
    {
        var row = await db.Set<BuyerAgencyRow>().SingleOrDefaultAsync(r => r.Application == application && r.Agency == agency, cancellation);
        if (row is null) return Refusal.NotFound;
        if (row.EndedAt is not null) return default(Nothing);
        await End(row, await db.Set<Application>().AsNoTracking().SingleAsync(a => a.Id == application, cancellation), byAgency, cancellation);
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    private async Task End(BuyerAgencyRow row, Application application, bool byAgency, CancellationToken cancellation)
    {
        row.EndedAt = clock.GetUtcNow();
        await news.AgencyEnded(application, row.Agency, byAgency, row.EndedAt.Value, cancellation);
    }

    private async Task<AgencyStanding> Standing(Application application, Guid agency, CancellationToken cancellation)
    {
        var lot = await db.Set<Lot>().AsNoTracking().Where(l => l.Id == application.Auction).Select(l => new { l.Seller, l.Achievement }).SingleAsync(cancellation);
        var today = StatutoryDays.DayOf(clock.GetUtcNow());
        var held = await HeldMandates.InForce(db, today).Where(m => m.Agency == agency && (m.Client == application.Organisation || m.Client == lot.Seller)).ToListAsync(cancellation);
        var mandates = held.ConvertAll(m => (m.Client, m.Side, m.Read().Terms, Held: HeldMandates.Held(m, OrganisationKind.Enterprise)));
        var people = db.Set<MembershipRow>().Where(m => m.Organisation == agency).Select(m => m.Person);
        var others = db.Set<Application>().Where(a => a.Auction == application.Auction && a.Organisation != application.Organisation);
        var another = await db.Set<BuyerAgencyRow>().AnyAsync(r => r.Auction == application.Auction && r.Agency == agency && r.Application != application.Id, cancellation)
            || await db.Set<MembershipRow>().AnyAsync(m => people.Contains(m.Person) && others.Any(a => a.Organisation == m.Organisation), cancellation);
        return new AgencyStanding(
            mandates.Exists(m => m.Client == application.Organisation && m.Held.GivesBidding),
            mandates.Exists(m => m.Client == lot.Seller && m.Side is MandateSide.Supply && m.Terms.Covers(lot.Achievement)),
            another,
            await conflicts.Of(application.Auction, agency, cancellation));
    }
}
