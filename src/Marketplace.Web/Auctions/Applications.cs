using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>竞买报名 as its organisation works on it. Whoever calls has asked the policy; the rules are in <see cref="Application"/>.</summary>
public sealed class Applications(MarketplaceDb db, DepositAccounts deposits, Conflicts conflicts, NextRounds rounds, LotNews news, IGrainFactory grains, TimeProvider clock)
{
    public const string AdmitWork = "auctions.admit";
    public const string CeilingWork = "auctions.ceiling";

    public Task<Application?> Find(string auction, Guid organisation, CancellationToken cancellation = default) =>
        db.Set<Application>().SingleOrDefaultAsync(a => a.Auction == auction && a.Organisation == organisation, cancellation);

    public static AppliedLot Seen(Lot lot) => new(
        lot.Id, lot.Seller, lot.Demo, lot.State == LotState.Announced, lot.ApplyUntil ?? DateTimeOffset.MinValue, lot.OpensAt ?? DateTimeOffset.MinValue,
        lot.FloorFen ?? lot.StartPriceFen, lot.PledgeSha256 ?? "")
    { MatchUntil = lot.Outcome is null ? lot.MatchUntil : null, WaitsToOpen = lot is { PausedAt: not null, Opened: false, Outcome: null } };

    /// <summary>The lot as an organisation that has not applied yet is checked against it.</summary>
    public async Task<AppliedLot> SeenBy(Lot lot, Guid organisation, CancellationToken cancellation = default) =>
        Seen(lot) with
        {
            Defaulted = await rounds.Bars(lot, organisation, cancellation),
            ExcludesAbroad = await ExcludesAbroad(db, lot, organisation, cancellation),
        };

    /// <summary>The lot is for buyers at home, and this one is abroad: it neither bids nor reads what only bidders read.</summary>
    internal static async Task<bool> ExcludesAbroad(MarketplaceDb db, Lot lot, Guid organisation, CancellationToken cancellation) =>
        lot.Conditions.HasFlag(BuyerConditions.DomesticLegalPerson) && await db.Set<Organisation>().AnyAsync(o => o.Id == organisation && o.Country != null, cancellation);

    /// <summary>Starts the organisation's one application for this lot; a second start gives the first.</summary>
    public async Task<Result<Application>> Start(Lot lot, Membership member, Guid person, CancellationToken cancellation = default)
    {
        if (await Find(lot.Id, member.Organisation, cancellation) is { } before) return before;
        var started = await Begin(lot, member, person, null, cancellation);
        if (!started.Done) return started;
        db.Add(started.Value);
        await db.SaveChangesAsync(cancellation);
        return started;
    }

    /// <summary>The first application of an organisation for this lot, not kept yet.</summary>
    /// <param name="rank">The rank of a holder of 优先受让权, whose code the caller takes in the same save.</param>
    internal async Task<Result<Application>> Begin(Lot lot, Membership member, Guid person, int? rank, CancellationToken cancellation)
    {
        var started = Application.Start(await SeenBy(lot, member.Organisation, cancellation), Guid.CreateVersion7(), Lots.NewCode(), member.Organisation, member.Demo, person, clock.GetUtcNow(), rank);
        if (!started.Done) return started;
        return await conflicts.Of(started.Value, cancellation) is { } conflict ? conflict : started;
    }

    /// <summary>Carries one step out and saves what became of it.</summary>
    /// <param name="beside">What is changed with it, in the same transaction.</param>
    public async Task<Result<Application>> Step(
        Application application, Func<Application, DateTimeOffset, Result<Application>> step, CancellationToken cancellation = default, Func<Task<Result<Nothing>>>? beside = null)
    {
        var next = step(application, clock.GetUtcNow());
        if (!next.Done) return next;
        if (await conflicts.Of(next.Value, cancellation) is { } conflict) return Result<Application>.Refuse(conflict, "interest");
        try
        {
            return await db.WriteAsync<Result<Application>>(
                async token =>
                {
                    if (beside is not null && await beside() is { Done: false } refused) return Result<Application>.Refuse(refused.Refusal.Value, refused.Detail);
                    Change(application, next.Value);
                    await db.SaveChangesAsync(token);
                    return application;
                },
                cancellation);
        }
        catch (DbUpdateException) when (db.ChangeTracker.Entries<BuyerAgencyRow>().Any(r => r.State is EntityState.Added))
        {
            // Another applicant named the same agency at the same moment.
            return Result<Application>.Refuse(Refusal.AgencyNotFree, "agency");
        }
    }

    /// <summary>
    /// The signatory's ceiling: the amount goes to the private table, and to the auction when it already knows the paddle.
    /// </summary>
    public async Task<Result<Application>> SetCeiling(Lot lot, Application application, long ceilingFen, Guid signatory, string name, CancellationToken cancellation = default)
    {
        var at = clock.GetUtcNow();
        if (lot.Outcome is not null) return Refusal.AlreadyEnded;
        var next = application.SetCeiling(Seen(lot), ceilingFen, signatory, name, at);
        if (!next.Done) return next;
        var row = await db.Set<CeilingRow>().FindAsync([application.Id], cancellation);
        var commandId = Guid.CreateVersion7().ToString();
        if (row is null) db.Add(new CeilingRow { Application = application.Id, ValueFen = ceilingFen, Nonce = Lots.NewNonce(), CommandId = commandId });
        else (row.ValueFen, row.Nonce, row.CommandId) = (ceilingFen, Lots.NewNonce(), commandId);
        Change(application, next.Value);
        // The first ceiling may be what the admission waits for; a later one must reach the auction even if this node dies now.
        await db.SaveWithWork(row is null ? AdmitWork : CeilingWork, application.Id.ToString(), at, cancellation);
        return application;
    }

    /// <summary>
    /// Freezes the deposit on the organisation's own account. The hold's id follows from the application, so that a click
    /// whose answer was lost can be repeated.
    /// </summary>
    /// <param name="letter">The organisation's letter that it rests on; null for money.</param>
    public async Task<Result<Application>> Freeze(Lot lot, Application application, CancellationToken cancellation = default, Guid? letter = null)
    {
        if (application.AdmittedAt is not null) return application;
        var holds = await deposits.HoldsFor(application.Organisation, lot.Id, cancellation);
        if (holds.Any(h => h.Active)) return application;
        var may = application.MayFreeze(Seen(lot), clock.GetUtcNow());
        if (!may.Done) return Result<Application>.Refuse(may.Refusal.Value, may.Detail);
        if (await conflicts.Of(application, cancellation) is { } conflict) return conflict;
        var id = application.NextHold(holds.Count);
        var hold = await deposits.Freeze(
            id, application.Organisation, lot.Id, lot.DepositFen, (AdmitWork, application.Id.ToString()), DepositBy(lot, application), await Beside(lot, cancellation), letter, LastsUntil(lot));
        if (!hold.Done) return Result<Application>.Refuse(hold.Refusal.Value, hold.Detail);
        Change(application, application.Held(id, clock.GetUtcNow()));
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            // The admission, which the hold set off, noted it first.
            await db.Entry(application).ReloadAsync(cancellation);
        }

        return application;
    }

    /// <summary>By when the deposit of an application has to be there.</summary>
    internal static DateTimeOffset DepositBy(Lot lot, Application application) => Seen(lot).AppliesUntil(application.PriorityRank is not null);

    /// <summary>The last day that a letter has to reach to stand for the deposit of a lot.</summary>
    internal static DateOnly LastsUntil(Lot lot) => Domain.Payments.Guarantees.LastsUntil(lot.EndsAt ?? lot.OpensAt!.Value);

    /// <summary>The other lots of its session with which a lot shares a deposit, while they are not over.</summary>
    internal Task<List<string>> Beside(Lot lot, CancellationToken cancellation) => !lot.SharedDeposit
        ? Task.FromResult<List<string>>([])
        : db.Set<Lot>().AsNoTracking().Where(l => l.Session == lot.Session && l.Id != lot.Id && l.SharedDeposit && l.State == LotState.Announced && l.Outcome == null).Select(l => l.Id).ToListAsync(cancellation);

    /// <summary>The reviewer's answer; what follows from it (a paddle, or the deposit's release) is due work.</summary>
    public async Task<Result<Application>> Review(Application application, bool passed, string? reason, Guid reviewer, CancellationToken cancellation = default)
    {
        var at = clock.GetUtcNow();
        var next = application.Reviewed(passed, reason, reviewer, at);
        if (!next.Done) return next;
        Change(application, next.Value);
        if (!passed) await news.Decided(application, null, cancellation);
        await db.SaveWithWork(AdmitWork, application.Id.ToString(), at, cancellation);
        return application;
    }

    /// <summary>Brings a moved ceiling to the auction.</summary>
    public async Task<DateTimeOffset?> TellCeiling(Guid id, CancellationToken cancellation)
    {
        var paddle = await db.Set<PaddleRow>().AsNoTracking().SingleOrDefaultAsync(p => p.Application == id, cancellation);
        // Without a paddle the admission takes the newest value; while it is under way, wait for it.
        if (paddle is null || paddle.SettledAt is not null) return null;
        if (paddle.AdmittedAt is null) return clock.GetUtcNow() + TimeSpan.FromSeconds(1);
        var ceiling = await db.Set<CeilingRow>().AsNoTracking().SingleAsync(c => c.Application == id, cancellation);
        await grains.GetGrain<IAuctionGrain>(paddle.Auction).SetCeiling(paddle.Paddle, ceiling.CommandId, new Secret(ceiling.Nonce, ceiling.ValueFen));
        return null;
    }

    /// <summary>For the applicant's own page and for nobody else.</summary>
    public async Task<long?> CeilingForApplicant(Application application, CancellationToken cancellation = default) =>
        (await db.Set<CeilingRow>().AsNoTracking().SingleOrDefaultAsync(c => c.Application == application.Id, cancellation))?.ValueFen;

    public void Change(Application before, Application after) => db.Entry(before).CurrentValues.SetValues(after with { Version = before.Version + 1 });
}
