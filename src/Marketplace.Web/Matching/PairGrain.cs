using Marketplace.Achievements;
using Marketplace.Demands;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>Order of the claims on one pair. It keeps no copy between calls: rows are the truth, and a second activation meets the pair's version.</summary>
public sealed class PairGrain(IMarketplaceDbFactory databases, INotifier notifier, TimeProvider clock) : Grain, IPairGrain
{
    /// <summary>Looks whether the lot has closed.</summary>
    public const string OpenWork = "matching.open";

    private const int MostTries = 20;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    public static string KeyOf(Guid demand, Guid achievement) => $"{demand}|{achievement}";

    private (Guid Demand, Guid Achievement) Pair => this.GetPrimaryKeyString().Split('|') is [var demand, var achievement]
        ? (Guid.Parse(demand), Guid.Parse(achievement))
        : throw new InvalidOperationException("The key of a pair is two ids.");

    public Task<Result<Guid>> Claim(By by, NewClaim claim) => Write<Guid>(async (db, now, token) =>
    {
        var (demand, achievement) = Pair;
        var related = Text.Allow(claim.Related, MandateTerms.MostNote, "related");
        if (await db.Set<IntroductionRow>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == by.Command, token) is { } before)
            return (before.Agency, before.Demand, before.Achievement) == (claim.Agency, demand, achievement) && related.Done && before.Read().Related == related.Value?.Trim() ? before.Id : Refusal.CommandIdReused;
        var work = await db.Set<Achievement>().AsNoTracking().FirstOrDefaultAsync(a => a.Id == achievement, token);
        if (work is null || !work.Standing.IsPublic) return Refusal.NotFound;
        if (work.State is AchievementState.Traded) return Refusal.AlreadyTraded;
        var organisations = await db.Set<Organisation>().AsNoTracking().Where(o => o.Id == claim.Agency || o.Id == claim.DemandOwner || o.Id == work.Organisation).ToListAsync(token);
        var agency = organisations.Find(o => o.Id == claim.Agency);
        if (agency is not { Kind: OrganisationKind.Agency, State: VerificationState.Verified } || organisations.TrueForAll(o => o.Id != claim.DemandOwner)) return Refusal.NotFound;
        if (organisations.Exists(o => o.Demo != agency.Demo)) return Refusal.DemoMeetsReal;
        // Whom the owner shut out is told of its demand by nobody.
        if (await db.Set<DemandBlock>().AnyAsync(b => b.Demand == demand && (b.Organisation == work.Organisation || b.Organisation == claim.Agency), token)) return Refusal.NotFound;
        var held = await HeldMandates.Sides(db, claim.Agency, (claim.DemandOwner, demand), (work.Organisation, achievement), Days.Of(now), token);
        if (!related.Done) return Result<Guid>.Refuse(related.Refusal.Value, "related");
        var introduction = new Introduction
        {
            Id = by.Command,
            Agency = claim.Agency,
            Broker = by.Person,
            Demand = demand,
            DemandOwner = claim.DemandOwner,
            Achievement = achievement,
            AchievementOwner = work.Organisation,
            At = now,
            DemandMandate = held.Demand?.Id,
            SupplyMandate = held.Supply?.Id,
            Related = related.Value?.Trim(),
            Sealed = work.State is AchievementState.InTrade,
        };
        // A refusal for what binds the agency to an owner whose name is closed would tell it the name.
        var knows = held.Demand is not null || await db.Set<Demand>().AnyAsync(d => d.Id == demand && d.NameOpens == Opens.Public, token);
        var belongs = await MandateBook.AreRelated(db, claim.Agency, work.Organisation, token) || (knows && await MandateBook.AreRelated(db, claim.Agency, claim.DemandOwner, token));
        var others = (await Rows(db, token)).ConvertAll(r => r.Read());
        var made = introduction.Claim(others, held.BothAgreed, belongs, now);
        if (!made.Done) return Result<Guid>.Refuse(made.Refusal.Value, made.Detail);
        var year = Days.Of(now).Year;
        var row = new IntroductionRow
        {
            Id = introduction.Id,
            Year = year,
            Ordinal = 1 + (await db.Set<IntroductionRow>().Where(i => i.Year == year).MaxAsync(i => (int?)i.Ordinal, token) ?? 0),
            Agency = claim.Agency,
            Broker = by.Person,
            Demand = demand,
            DemandOwner = claim.DemandOwner,
            DemandTitle = claim.DemandTitle,
            Achievement = achievement,
            AchievementOwner = work.Organisation,
            AchievementTitle = work.Title,
            At = now,
            Demo = agency.Demo,
        };
        row.Take(made.Value);
        db.Add(row);
        db.Add(VersionOf(made.Value, by, IntroductionAct.Claim, now));
        notifier.Tell(db, IntroductionNotices.Of(row, IntroductionAct.Claim, now));
        if (made.Value.IsSealed) await db.SaveWithWork(OpenWork, this.GetPrimaryKeyString(), now + LookAgain, token);
        else await IntroductionNotices.SaveWithEnd(db, row, token);
        return row.Id;
    });

    public Task<Result<int>> Confirm(By by, Guid introduction, IntroductionSide side) =>
        Change(by, introduction, IntroductionAct.Confirm, (mine, others, now) => mine.Confirm(side, by.Person, others, now));

    public Task<Result<int>> Decline(By by, Guid introduction, string? reason) =>
        Change(by, introduction, IntroductionAct.Decline, (mine, _, now) => mine.Decline(reason, now), reason);

    public Task<Result<int>> Withdraw(By by, Guid introduction) => Change(by, introduction, IntroductionAct.Withdraw, static (mine, _, now) => mine.Withdraw(now));

    public Task<Result<int>> Decide(By by, Guid stands, string? reason) => Write<int>(async (db, now, token) =>
    {
        var rows = await Rows(db, token);
        if (await db.Set<IntroductionVersionRow>().AsNoTracking().Where(v => v.Command == by.Command).ToListAsync(token) is [_, ..] made)
        {
            var same = rows.Exists(r => r.Id == stands) && made.TrueForAll(v => v.Act == IntroductionAct.Refuse && v.Reason == reason?.Trim() && v.Introduction != stands && rows.Exists(r => r.Id == v.Introduction));
            return same ? made.Count : Refusal.CommandIdReused;
        }

        if (rows.Find(r => r.Id == stands)?.Read() is not { } winner) return Refusal.NotFound;
        var competing = winner.Competing(rows.Select(r => r.Read()), now).Select(c => c.Id).ToList();
        if (competing.Count == 0) return Refusal.NothingToDecide;
        foreach (var row in rows.Where(r => competing.Contains(r.Id)))
        {
            var next = row.Read().Refuse(reason, now);
            if (!next.Done) return Result<int>.Refuse(next.Refusal.Value, next.Detail);
            row.Take(next.Value);
            db.Add(VersionOf(next.Value, by, IntroductionAct.Refuse, now));
            notifier.Tell(db, IntroductionNotices.Of(row, IntroductionAct.Refuse, now));
        }

        notifier.Tell(db, IntroductionNotices.Upheld(rows.Single(r => r.Id == stands), by.Command, now));
        await db.SaveChangesAsync(token);
        return competing.Count;
    });

    public async Task<bool> OpenSealed()
    {
        var opened = await Write<bool>(async (db, now, token) =>
        {
            if (await InTrade(db, token)) return false;
            foreach (var row in (await Rows(db, token)).Where(r => r.IsSealed))
            {
                var next = row.Read().Open(now);
                row.Take(next);
                db.Add(VersionOf(next, Market(now), IntroductionAct.Open, now));
                notifier.Tell(db, IntroductionNotices.Of(row, IntroductionAct.Open, now));
                await IntroductionNotices.SaveWithEnd(db, row, token);
            }

            await db.SaveChangesAsync(token);
            return true;
        });
        return opened is { Done: true, Value: true };
    }

    /// <summary>Comes back every minute until the lot has closed.</summary>
    public static async Task<DateTimeOffset?> Look(IServiceProvider services, string key, CancellationToken cancellation) =>
        await services.GetRequiredService<IGrainFactory>().GetGrain<IPairGrain>(key).OpenSealed() ? null : services.GetRequiredService<TimeProvider>().GetUtcNow() + LookAgain;

    private Task<Result<int>> Change(By by, Guid id, IntroductionAct act, Func<Introduction, IReadOnlyList<Introduction>, DateTimeOffset, Result<Introduction>> decide, string? reason = null) => Write<int>(async (db, now, token) =>
    {
        if (await db.Set<IntroductionVersionRow>().AsNoTracking().FirstOrDefaultAsync(v => v.Introduction == id && v.Command == by.Command, token) is { } made)
            return made.Act == act && made.Reason == reason?.Trim() ? made.Number : Refusal.CommandIdReused;
        var rows = await Rows(db, token);
        if (rows.Find(r => r.Id == id) is not { } row) return Refusal.NotFound;
        var before = row.Read();
        // Under the seal an owner hears that there is nothing, whichever version was read.
        if (!before.IsSealed && by.Seen is { } seen && seen != row.Version) return Refusal.ChangedMeanwhile;
        var next = decide(before, rows.ConvertAll(r => r.Read()), now);
        if (!next.Done) return Result<int>.Refuse(next.Refusal.Value, next.Detail);
        if (next.Value.Version == before.Version) return row.Version;
        row.Take(next.Value);
        db.Add(VersionOf(next.Value, by, act, now));
        notifier.Tell(db, IntroductionNotices.Of(row, act, now));
        await db.SaveChangesAsync(token);
        return row.Version;
    });

    private Task<bool> InTrade(MarketplaceDb db, CancellationToken token)
    {
        var (_, achievement) = Pair;
        return db.Set<Achievement>().AnyAsync(a => a.Id == achievement && a.State == AchievementState.InTrade, token);
    }

    /// <summary>What waits for an answer while the achievement is in trade is sealed before anything is decided: an answer would tell who may be after the lot.</summary>
    private async Task Seal(MarketplaceDb db, DateTimeOffset now, CancellationToken token)
    {
        if (!await InTrade(db, token)) return;
        var open = (await Rows(db, token)).Where(r => !r.IsSealed && r.Read().IsOpen(now)).ToList();
        if (open.Count == 0) return;
        foreach (var row in open)
        {
            var next = row.Read().Seal(now);
            row.Take(next);
            db.Add(VersionOf(next, Market(now), IntroductionAct.Seal, now));
        }

        await db.SaveWithWork(OpenWork, this.GetPrimaryKeyString(), now + LookAgain, token);
    }

    /// <summary>The market itself did it: nobody's name stands there.</summary>
    private static By Market(DateTimeOffset now) => new(Guid.CreateVersion7(now), Guid.Empty);

    private async Task<List<IntroductionRow>> Rows(MarketplaceDb db, CancellationToken token)
    {
        var (demand, achievement) = Pair;
        return await db.Set<IntroductionRow>().Where(i => i.Demand == demand && i.Achievement == achievement).OrderBy(i => i.At).ToListAsync(token);
    }

    /// <summary>One transaction that counts the pair on: two activations of one pair cannot both write.</summary>
    private async Task<Result<T>> Write<T>(Func<MarketplaceDb, DateTimeOffset, CancellationToken, Task<Result<T>>> work)
    {
        var (demand, achievement) = Pair;
        for (var attempt = 1; ; attempt++)
        {
            await using var db = databases.Create();
            try
            {
                return await db.WriteAsync(async token =>
                {
                    var pair = await db.Set<PairRow>().FirstOrDefaultAsync(p => p.Demand == demand && p.Achievement == achievement, token);
                    if (pair is null) db.Add(pair = new PairRow { Demand = demand, Achievement = achievement });
                    pair.Version++;
                    var now = clock.GetUtcNow();
                    await Seal(db, now, token);
                    return await work(db, now, token);
                });
            }
            catch (DbUpdateException) when (attempt < MostTries)
            {
                // Another activation wrote first, or another pair took the same number: read again.
            }
        }
    }

    private static IntroductionVersionRow VersionOf(Introduction introduction, By by, IntroductionAct act, DateTimeOffset at) => new()
    {
        Introduction = introduction.Id,
        Number = introduction.Version,
        Command = by.Command,
        Act = act,
        Person = by.Person,
        Reason = introduction.Reason,
        Body = introduction.Write(),
        At = at,
    };
}
