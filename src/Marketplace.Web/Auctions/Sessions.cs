using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>What the operator writes about a session.</summary>
public sealed record SessionWriting(
    string? Name, string? NameEn, string? Host, SessionBrand Brand, SessionProfile Profile, DateTimeOffset OpensAt, DateTimeOffset ApplyUntil, bool Demo,
    SessionTiming Timing = SessionTiming.Together, int GapSeconds = 0, int SlotCapacity = Slots.UsualCapacity, bool SharedDeposit = false);

/// <summary>专场: made and filled by the operator.</summary>
public sealed class Sessions(MarketplaceDb db, TimeProvider clock)
{
    public Task<Session?> Find(Guid id, CancellationToken cancellation = default) => db.Set<Session>().SingleOrDefaultAsync(s => s.Id == id, cancellation);

    public Task<List<Lot>> LotsOf(Guid session, CancellationToken cancellation = default) =>
        db.LotsWithRehearsals().Where(l => l.Session == session).OrderBy(l => l.Place).ThenBy(l => l.Id).ToListAsync(cancellation);

    public async Task<Result<Session>> Create(Guid id, SessionWriting writing, CancellationToken cancellation = default)
    {
        if (await Find(id, cancellation) is { } before) return before;
        var session = new Session
        {
            Id = id,
            Name = "",
            NameEn = "",
            Host = "",
            Brand = writing.Brand,
            Profile = writing.Profile,
            OpensAt = writing.OpensAt,
            ApplyUntil = writing.ApplyUntil,
            Demo = writing.Demo,
            CreatedAt = clock.GetUtcNow(),
        };
        var written = Write(session, writing);
        if (!written.Done) return written;
        db.Add(session);
        await db.SaveChangesAsync(cancellation);
        return session;
    }

    /// <summary>
    /// What the announcements of its lots rest on stays as it was from the first of them on: profile, timing, gap, capacity, brand, shared deposit (SessionFixed).
    /// Names may be corrected; the times of the session are what its next lots begin from.
    /// </summary>
    public async Task<Result<Session>> Edit(Session session, SessionWriting writing, CancellationToken cancellation = default)
    {
        var before = (session.Brand, session.Profile, session.Timing, session.GapSeconds, session.SlotCapacity, session.SharedDeposit);
        var written = Write(session, writing);
        if (written.Done && before != (session.Brand, session.Profile, session.Timing, session.GapSeconds, session.SlotCapacity, session.SharedDeposit)
            && await db.Set<Lot>().AnyAsync(l => l.Session == session.Id && (l.State == LotState.Announced || l.State == LotState.Announcing), cancellation))
        {
            written = Result<Session>.Refuse(Refusal.SessionFixed, before.Profile != session.Profile || before.Brand != session.Brand ? "profile" : before.SharedDeposit != session.SharedDeposit ? "shared" : "gap");
        }

        if (!written.Done)
        {
            await db.Entry(session).ReloadAsync(cancellation);
            return written;
        }

        session.Version++;
        await db.SaveChangesAsync(cancellation);
        return session;
    }

    /// <summary>Puts an offered lot at the end of the session.</summary>
    public async Task<Result<Nothing>> Take(Session session, Lot lot, CancellationToken cancellation = default)
    {
        if (lot.State != LotState.Offered) return Refusal.LotNotOffered;
        if (lot.Demo != session.Demo) return Refusal.DemoMeetsReal;
        var last = await db.Set<Lot>().Where(l => l.Session == session.Id).MaxAsync(l => (int?)l.Place, cancellation) ?? 0;
        (lot.Session, lot.Place) = (session.Id, last + 1);
        lot.Edition++;
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    public async Task<Result<Nothing>> Drop(Lot lot, CancellationToken cancellation = default)
    {
        if (lot.State is not (LotState.Draft or LotState.Offered)) return Refusal.LotFixed;
        (lot.Session, lot.Place, lot.LinkedGroup) = (null, 0, null);
        lot.Edition++;
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    /// <summary>The lots in this order; lots that are not named keep theirs behind them. Refused: SessionFixed, when an announced lot would move.</summary>
    public async Task<Result<Nothing>> Order(Session session, IReadOnlyDictionary<string, int> places, CancellationToken cancellation = default)
    {
        var lots = await LotsOf(session.Id, cancellation);
        var place = 0;
        foreach (var lot in lots.OrderBy(l => places.GetValueOrDefault(l.Id, int.MaxValue)).ThenBy(l => l.Place))
        {
            place++;
            if (lot.Place == place) continue;
            if (lot.State is LotState.Announced or LotState.Announcing)
            {
                db.ChangeTracker.Clear();
                return Result<Nothing>.Refuse(Refusal.SessionFixed, "places");
            }

            lot.Place = place;
            lot.Edition++;
        }

        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    /// <summary>The group of a lot whose lots end together; empty takes it out of one.</summary>
    public async Task<Result<Nothing>> Link(Lot lot, string? group, CancellationToken cancellation = default)
    {
        var name = group?.Trim().ToUpperInvariant();
        if (string.IsNullOrEmpty(name)) name = null;
        if (name == lot.LinkedGroup) return default(Nothing);
        if (lot.State is not LotState.Offered) return Refusal.LotFixed;
        if (name is not null && (!Linked.IsName(name) || !Formats.Links(lot.Format))) return Result<Nothing>.Refuse(Refusal.NotLinked, "group");
        lot.LinkedGroup = name;
        lot.Edition++;
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    /// <summary>When a lot of a session in sequence may open: a gap after the lot before it was planned to end; null for the first.</summary>
    public async Task<DateTimeOffset?> OpensAfter(Session session, Lot lot, CancellationToken cancellation = default)
    {
        if (session.Timing != SessionTiming.InSequence) return null;
        var before = await db.Set<Lot>().AsNoTracking().Where(l => l.Session == session.Id && l.Place < lot.Place && l.EndsAt != null && l.State == LotState.Announced)
            .OrderByDescending(l => l.Place).FirstOrDefaultAsync(cancellation);
        return before?.EndsAt + TimeSpan.FromSeconds(session.GapSeconds);
    }

    /// <summary>When such a lot must have ended, as planned: a gap before a later one that is announced already opens; null when none is.</summary>
    public async Task<DateTimeOffset?> EndsBefore(Session session, Lot lot, CancellationToken cancellation = default)
    {
        if (session.Timing != SessionTiming.InSequence) return null;
        var next = await db.Set<Lot>().AsNoTracking().Where(l => l.Session == session.Id && l.Place > lot.Place && l.State == LotState.Announced && l.Outcome == null)
            .OrderBy(l => l.Place).FirstOrDefaultAsync(cancellation);
        return next?.OpensAt - TimeSpan.FromSeconds(session.GapSeconds);
    }

    private static Result<Session> Write(Session session, SessionWriting writing)
    {
        var name = Text.Require(writing.Name, 100, "name");
        if (!name.Done) return name.Then<Session>(_ => session);
        var english = Text.Require(writing.NameEn, 200, "nameEn");
        if (!english.Done) return english.Then<Session>(_ => session);
        var host = Text.Require(writing.Host, 200, "host");
        if (!host.Done) return host.Then<Session>(_ => session);
        if (writing.ApplyUntil > writing.OpensAt) return Result<Session>.Refuse(Refusal.SessionTimesInvalid, "applyUntil");
        // Seconds instead of days of notice are for the demonstration alone.
        if (writing.Profile == SessionProfile.Demo && !session.Demo) return Result<Session>.Refuse(Refusal.NoticeTooShort, "profile");
        if (writing.GapSeconds is < 0 or > 86_400 || !Enum.IsDefined(writing.Timing)) return Result<Session>.Refuse(Refusal.SessionTimesInvalid, "gap");
        if (writing.SlotCapacity is < 1 or > Slots.MostCapacity) return Result<Session>.Refuse(Refusal.SessionTimesInvalid, "capacity");
        (session.SlotCapacity, session.SharedDeposit) = (writing.SlotCapacity, writing.SharedDeposit);
        (session.Timing, session.GapSeconds) = (writing.Timing, writing.Timing == SessionTiming.Together ? 0 : writing.GapSeconds);
        (session.Name, session.NameEn, session.Host) = (name.Value, english.Value, host.Value);
        (session.Brand, session.Profile, session.OpensAt, session.ApplyUntil) = (writing.Brand, writing.Profile, writing.OpensAt, writing.ApplyUntil);
        return session;
    }
}
