using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>What the operator writes about a session.</summary>
public sealed record SessionWriting(
    string? Name, string? NameEn, string? Host, SessionBrand Brand, SessionProfile Profile, DateTimeOffset OpensAt, DateTimeOffset ApplyUntil, bool Demo);

/// <summary>专场: made and filled by the operator.</summary>
public sealed class Sessions(MarketplaceDb db, TimeProvider clock)
{
    public Task<Session?> Find(Guid id, CancellationToken cancellation = default) => db.Set<Session>().SingleOrDefaultAsync(s => s.Id == id, cancellation);

    public Task<List<Lot>> LotsOf(Guid session, CancellationToken cancellation = default) =>
        db.Set<Lot>().Where(l => l.Session == session).OrderBy(l => l.Place).ThenBy(l => l.Id).ToListAsync(cancellation);

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

    public async Task<Result<Session>> Edit(Session session, SessionWriting writing, CancellationToken cancellation = default)
    {
        var written = Write(session, writing);
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
        (lot.Session, lot.Place) = (null, 0);
        lot.Edition++;
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    /// <summary>The lots in this order; lots that are not named keep theirs behind them.</summary>
    public async Task Order(Session session, IReadOnlyDictionary<string, int> places, CancellationToken cancellation = default)
    {
        var lots = await LotsOf(session.Id, cancellation);
        var place = 0;
        foreach (var lot in lots.OrderBy(l => places.GetValueOrDefault(l.Id, int.MaxValue)).ThenBy(l => l.Place))
        {
            place++;
            if (lot.Place == place) continue;
            lot.Place = place;
            lot.Edition++;
        }

        await db.SaveChangesAsync(cancellation);
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
        (session.Name, session.NameEn, session.Host) = (name.Value, english.Value, host.Value);
        (session.Brand, session.Profile, session.OpensAt, session.ApplyUntil) = (writing.Brand, writing.Profile, writing.OpensAt, writing.ApplyUntil);
        return session;
    }
}
