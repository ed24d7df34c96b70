using Marketplace.Auctions.Sealing;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Marketplace.Proofs;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>What the operator decides about a rehearsal.</summary>
/// <param name="StartsIn">From now to the first opening.</param>
/// <param name="MostSeconds">No lot runs longer than this before its end is moved; null keeps the lengths.</param>
/// <param name="ReservePercent">A practice reserve, so many per cent above the start price; null for none.</param>
/// <param name="Keys">Of the lots with sealed offers; null where there is none.</param>
public sealed record RehearsalWriting(TimeSpan StartsIn, int? MostSeconds, int? ReservePercent, PracticeKeys? Keys = null);

/// <summary>
/// 彩排: a session copied for practice, with its lots and its hall. The copy goes through the same announcement, room, desk
/// and record as the session itself, and through no gate, deposit, achievement, deal or figure.
/// </summary>
public sealed class Rehearsals(MarketplaceDb db, Announcements announcements, RehearsalCasting casting, LotKeys keys, IGrainFactory grains, TimeProvider clock)
{
    private const int LeastLengthSeconds = 10, MostLengthSeconds = 86_400;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public Task<Session?> Find(Guid id, CancellationToken cancellation = default) =>
        db.SessionsWithRehearsals().SingleOrDefaultAsync(s => s.Id == id && s.RehearsalOf != null, cancellation);

    /// <summary>Rehearsals of one session, or of all, the newest first.</summary>
    public Task<List<Session>> Of(Guid? source, CancellationToken cancellation = default) =>
        db.SessionsWithRehearsals().AsNoTracking().Where(s => s.RehearsalOf != null && (source == null || s.RehearsalOf == source)).OrderByDescending(s => s.OpensAt).Take(50).ToListAsync(cancellation);

    /// <summary>Those in which something is still to come.</summary>
    public Task<List<Session>> Ahead(bool demo, CancellationToken cancellation = default)
    {
        var lots = db.LotsWithRehearsals();
        return db.SessionsWithRehearsals().AsNoTracking().Where(s => s.RehearsalOf != null && s.Demo == demo && lots.Any(l => l.Session == s.Id && l.State == LotState.Announced && l.Outcome == null))
            .OrderBy(s => s.OpensAt).Take(12).ToListAsync(cancellation);
    }

    /// <summary>
    /// Order of refusals: SessionIdReused, NotFound (no such session, or a rehearsal itself), RehearsalTimesInvalid (startsIn, most),
    /// AmountOutOfRange (reserve), NothingToRehearse, those of <see cref="LotKeys.Take"/>, TermsInvalid (the lot). The same id a second time finishes what was begun.
    /// </summary>
    public async Task<Result<Session>> Copy(Guid source, Guid id, RehearsalWriting writing, Guid person, CancellationToken cancellation = default)
    {
        if (await db.SessionsWithRehearsals().SingleOrDefaultAsync(s => s.Id == id, cancellation) is { } made)
            return made.RehearsalOf == source ? await Tell(made, cancellation) : Refusal.SessionIdReused;
        if (await db.Set<Session>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == source, cancellation) is not { } original) return Refusal.NotFound;
        if (writing.StartsIn <= TimeSpan.Zero || writing.StartsIn > TimeSpan.FromMinutes(Rehearsal.MostMinutesAhead)) return Result<Session>.Refuse(Refusal.RehearsalTimesInvalid, "startsIn");
        if (writing.MostSeconds is < LeastLengthSeconds or > MostLengthSeconds) return Result<Session>.Refuse(Refusal.RehearsalTimesInvalid, "most");
        if (writing.ReservePercent is < 0 or > Rehearsal.MostReservePercent) return Result<Session>.Refuse(Refusal.AmountOutOfRange, "reserve");
        var cast = await casting.Of(source, cancellation);
        if (cast.Lots.Count == 0) return Refusal.NothingToRehearse;

        var now = clock.GetUtcNow();
        var opens = Instant.Cut(now + writing.StartsIn);
        var session = new Session
        {
            Id = id,
            RehearsalOf = source,
            Name = original.Name,
            NameEn = original.NameEn,
            Host = original.Host,
            Brand = original.Brand,
            Profile = original.Profile,
            OpensAt = opens,
            ApplyUntil = opens,
            Timing = original.Timing,
            GapSeconds = writing.MostSeconds is { } most ? Math.Min(original.GapSeconds, most) : original.GapSeconds,
            Demo = original.Demo,
            CreatedAt = now,
        };
        var hall = await db.Set<HallSession>().AsNoTracking().SingleOrDefaultAsync(h => h.Session == source, cancellation);
        if (hall is not null) db.Add(hall = hall.For(id));
        db.Add(session);
        var papers = await db.Set<HallLot>().AsNoTracking().Where(p => cast.Lots.Select(l => l.Id).Contains(p.Lot)).ToDictionaryAsync(p => p.Lot, cancellation);
        var (copies, opensNext) = (new List<string>(), opens);
        foreach (var lot in cast.Lots)
        {
            var copy = Copied(lot, session, hall, writing, copies.Count, opensNext, now);
            var terms = Announcements.InHall(Announcements.TermsOf(copy, null), hall);
            if (hall is null) copy.EndsAt = terms.FirstEnd;
            if (session.Timing == SessionTiming.InSequence && hall is null) opensNext = terms.FirstEnd + TimeSpan.FromSeconds(session.GapSeconds);
            Secret? reserve = null;
            if (Rehearsal.ReserveFen(terms.Format, copy.StartPriceFen, writing.ReservePercent) is { } fen)
            {
                reserve = new Secret(Lots.NewNonce(), fen);
                copy.HasReserve = true;
                db.Add(new LotReserve { Lot = copy.Id, ValueFen = fen, Nonce = reserve.Nonce });
            }

            OpeningKey? key = null;
            if (terms.Seals)
            {
                var taken = await keys.Take(copy, writing.Keys is { } cut ? new KeyChoice(cut.Needed, cut.Notary, cut.Made.GetValueOrDefault(copy.Id)) : null, cancellation);
                if (!taken.Done)
                {
                    db.ChangeTracker.Clear();
                    return taken.Then<Session>(_ => session);
                }

                key = taken.Value;
            }

            terms = terms with { ReserveCommitment = reserve?.Commitment(), OpeningKey = key };
            if (terms.FirstFault(reserve?.ValueFen) is { } fault)
            {
                db.ChangeTracker.Clear();
                return Result<Session>.Refuse(Refusal.TermsInvalid, $"{lot.Title}: {fault}");
            }

            var bytes = Announced(copy, session, terms).Bytes();
            db.Add(copy);
            db.Add(new AnnouncementRow { Auction = copy.Id, Bytes = bytes, Sha256 = Announcement.HashOf(bytes), PublishedAt = now, PublishedBy = person });
            if (papers.GetValueOrDefault(lot.Id) is { } paper) db.Add(new HallLot { Lot = copy.Id, MandateSha256 = paper.MandateSha256, MandateDate = paper.MandateDate });
            copies.Add(copy.Id);
        }

        try
        {
            await db.WriteAsync(
                async token =>
                {
                    foreach (var copy in copies) await db.SaveWithWork(Announcements.Work, copy, now + Patience, token);
                },
                cancellation);
        }
        catch (DbUpdateException) when (db.ChangeTracker.Entries<Session>().Any(e => e.State == EntityState.Added))
        {
            // Sent twice in the same moment: whoever was first made it.
            db.ChangeTracker.Clear();
            if (await Find(id, cancellation) is not { } first || first.RehearsalOf != source) throw;
            return await Tell(first, cancellation);
        }

        return await Tell(session, cancellation);
    }

    /// <summary>
    /// 参加彩排: a paddle at random, without papers, deposit or ceiling. Order of refusals: UnknownAuction, NotARehearsal, DemoMeetsReal,
    /// AlreadyEnded, PaddleTaken (none is left).
    /// </summary>
    public async Task<Result<int>> Join(string auction, Membership member, CancellationToken cancellation = default)
    {
        var lot = await db.LotsWithRehearsals().AsNoTracking().SingleOrDefaultAsync(l => l.Id == auction && l.Version > 0, cancellation);
        if (lot is null) return Refusal.UnknownAuction;
        if (lot.RehearsalOf is null) return Refusal.NotARehearsal;
        if (lot.Demo != member.Demo) return Refusal.DemoMeetsReal;
        for (var attempt = 0; ; attempt++)
        {
            var row = await db.Set<PaddleRow>().SingleOrDefaultAsync(p => p.Auction == auction && p.Organisation == member.Organisation, cancellation);
            if (row is { AdmittedAt: not null }) return row.Paddle;
            if (row is null)
            {
                if (lot.Outcome is not null) return Refusal.AlreadyEnded;
                var taken = await db.Set<PaddleRow>().Where(p => p.Auction == auction).Select(p => p.Paddle).ToListAsync(cancellation);
                var hall = await db.Set<HallSession>().AsNoTracking().SingleOrDefaultAsync(h => h.Session == lot.Session, cancellation);
                if (Admitting.Draw(taken, hall) is not { } paddle) return Refusal.PaddleTaken;
                db.Add(row = new PaddleRow { Auction = auction, Paddle = paddle, Organisation = member.Organisation, Application = Guid.CreateVersion7(), Hold = Guid.Empty, DrawnAt = clock.GetUtcNow() });
                try
                {
                    await db.SaveChangesAsync(cancellation);
                }
                catch (DbUpdateException) when (attempt < 10)
                {
                    // A colleague pressed too, or somebody drew the same number.
                    db.Entry(row).State = EntityState.Detached;
                    continue;
                }
            }

            return await Admit(row, cancellation);
        }
    }

    /// <summary>Every lot of the session that still runs or waits.</summary>
    public async Task<Result<int>> JoinAll(Session session, Membership member, CancellationToken cancellation = default)
    {
        var lots = await db.LotsWithRehearsals().AsNoTracking().Where(l => l.Session == session.Id && l.Version > 0 && l.Outcome == null).OrderBy(l => l.Place).Select(l => l.Id).ToListAsync(cancellation);
        Result<int> last = Refusal.AlreadyEnded;
        foreach (var lot in lots)
        {
            var joined = await Join(lot, member, cancellation);
            // One that ends in this moment keeps nobody from the others.
            if (!joined.Done && joined.Refusal != Refusal.AlreadyEnded) return joined;
            if (joined.Done || !last.Done) last = joined;
        }

        return last;
    }

    /// <summary>
    /// Takes a rehearsal away with everything that belongs to it. Its heads stay in the public log. Order of refusals: NotARehearsal,
    /// RehearsalRuns.
    /// </summary>
    public async Task<Result<Nothing>> Remove(Session session, CancellationToken cancellation = default)
    {
        if (session.RehearsalOf is null) return Refusal.NotARehearsal;
        var lots = db.LotsWithRehearsals().Where(l => l.Session == session.Id);
        if (await lots.AnyAsync(l => l.Phase == "open" || l.Phase == "closing", cancellation)) return Refusal.RehearsalRuns;
        var ids = await lots.Select(l => l.Id).ToListAsync(cancellation);
        var streams = ids.ConvertAll(AuctionGrain.StreamOf);
        // Twice, because a reader may have woken one up with what it remembered a moment before its stream went.
        for (var turn = 0; turn < 2; turn++)
        {
            await db.Set<DueWorkRow>().Where(w => ids.Contains(w.Key)).ExecuteDeleteAsync(cancellation);
            await AuctionRemoval.PutToRest(grains, clock, ids.Contains, cancellation);
            for (var until = clock.GetUtcNow() + Patience; await MarketLog.Lacks(db, streams, cancellation);)
            {
                if (clock.GetUtcNow() > until) throw new TimeoutException($"The public log does not take in the heads of {session.Id}.");
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellation);
            }

            await db.WriteAsync(
                async token =>
                {
                    await AuctionRemoval.Delete(db, lots, token);
                    await AuctionRemoval.DeleteStreams(db, db.Set<FactRow>().Where(f => streams.Contains(f.Stream)).Select(f => f.Stream), token);
                    await AuctionRemoval.DeleteSessions(db, [session.Id], token);
                },
                cancellation);
        }

        return default(Nothing);
    }

    private async Task<Result<int>> Admit(PaddleRow row, CancellationToken cancellation)
    {
        var admitted = await grains.GetGrain<IAuctionGrain>(row.Auction).Admit(row.Paddle, null);
        if (admitted.Done) row.AdmittedAt = clock.GetUtcNow();
        else db.Remove(row);
        await db.SaveChangesAsync(cancellation);
        return admitted;
    }

    /// <summary>The second half of the copy, repeatable.</summary>
    private async Task<Result<Session>> Tell(Session session, CancellationToken cancellation)
    {
        var waiting = await db.LotsWithRehearsals().AsNoTracking().Where(l => l.Session == session.Id && l.State == LotState.Announcing).OrderBy(l => l.Place).Select(l => l.Id).ToListAsync(cancellation);
        foreach (var lot in waiting)
        {
            var told = await announcements.Tell(lot, cancellation);
            if (!told.Done) return Result<Session>.Refuse(told.Refusal.Value, told.Detail);
        }

        return session;
    }

    private static Lot Copied(Lot lot, Session session, HallSession? hall, RehearsalWriting writing, int before, DateTimeOffset opens, DateTimeOffset now)
    {
        var copy = lot.Again(Rehearsal.IdOf(lot.Id, session.Id), lot.Id);
        var settings = lot.Settings();
        // The announcement of a hall's lot takes its own format from its session; what it was before is what is copied.
        if (hall is not null) settings = settings with { Format = Formats.English };
        copy.Set(Rehearsal.Shorten(settings.Trimmed(), lot.StartPriceFen, writing.MostSeconds));
        (copy.Session, copy.Place, copy.LinkedGroup) = (session.Id, before + 1, lot.LinkedGroup);
        copy.StaggerSeconds = session.Timing == SessionTiming.Staggered && hall is null && !Formats.Falls(copy.Format) ? before * session.GapSeconds : 0;
        (copy.State, copy.OpensAt, copy.ApplyUntil, copy.AnnouncedAt) = (LotState.Announcing, opens, opens, now);
        return copy;
    }

    /// <summary>As the notice page and the catalogue print it. No gates, no contract, no deposit, no fee: nothing is offered.</summary>
    private static Announcement Announced(Lot copy, Session session, Terms terms) => new()
    {
        Auction = copy.Id,
        PublishedAt = copy.AnnouncedAt!.Value,
        NoticeEndsAt = copy.AnnouncedAt.Value,
        ApplyUntil = terms.OpensAt,
        Session = session.Name,
        Achievement = copy.Achievement,
        Title = copy.Title,
        Seller = copy.SellerName,
        Right = copy.Right,
        LicenceUntil = copy.LicenceUntil,
        Terms = terms,
        Conditions = copy.Conditions,
        Deliverables = copy.Deliverables ?? "",
        ContractSha256 = "",
        ContractName = "",
        TaxIncluded = copy.TaxIncluded,
        Invoice = copy.Invoice,
        StampDuty = copy.StampDuty,
        RegistrationFees = copy.RegistrationFees,
        BuyerNameConfidential = copy.BuyerNameConfidential,
        PlatformFeeBasisPoints = 0,
        PlatformFeeBy = Bearer.Seller,
        RulesSha256 = FormatRules.Sha256(terms.Rules),
        PledgeSha256 = Pledge.Sha256,
        Gates = [],
        Demo = copy.Demo,
    };
}
