using System.Collections.Immutable;
using Marketplace.Achievements;
using Marketplace.Auctions.Dossiers;
using Marketplace.Auctions.Sealing;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>What the operator decides when announcing: times and the market's fee.</summary>
/// <param name="Key">For a format with sealed offers: who opens them, and on announcing the key.</param>
public sealed record AnnouncedTerms(DateTimeOffset OpensAt, DateTimeOffset ApplyUntil, int FeeBasisPoints, Bearer FeeBy, KeyChoice? Key = null);

/// <summary>公告: the bytes are the announcement; the terms of the auction carry their hash.</summary>
public sealed class AnnouncementRow
{
    public required string Auction { get; init; }
    public required byte[] Bytes { get; init; }
    public required string Sha256 { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }
    public required Guid PublishedBy { get; init; }
}

/// <summary>
/// The announcement of a lot: checked, stored as bytes, and then told to the achievement and to the auction. The stored row
/// and its due work are one transaction, so that a crash between the steps is finished by whoever comes next.
/// </summary>
public sealed class Announcements(MarketplaceDb db, Lots lots, Sessions sessions, LotDossiers dossiers, LotKeys keys, SessionSlots slots, IGrainFactory grains, TimeProvider clock)
{
    public const string Work = "auctions.announce";

    /// <summary>In a demonstration a listing is extended by so many seconds instead of working days.</summary>
    private const int DemoCycleSeconds = 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Whether it could be announced now; changes nothing.</summary>
    public async Task<Result<Nothing>> Check(Lot lot, AnnouncedTerms decided, CancellationToken cancellation = default)
    {
        var composed = await Compose(lot, decided, cancellation);
        if (composed.Done && await slots.Take(lot, cancellation) is { Refusal: { } full } seat) composed = Result<Announcement>.Refuse(full, seat.Detail);
        foreach (var entry in db.ChangeTracker.Entries<SessionSlot>().ToList()) entry.State = EntityState.Detached;
        await db.Entry(lot).ReloadAsync(cancellation);
        if (!composed.Done || !Formats.Seals(lot.Format)) return composed.Then<Nothing>(_ => default(Nothing));
        var holders = await keys.Holders(lot, decided.Key?.Notary ?? Guid.Empty, cancellation);
        return holders.Then<Nothing>(_ => default(Nothing));
    }

    /// <summary>Order of refusals: LotFixed, LotNotOffered, LotNotInSession, DemoMeetsReal, AfterPlannedDay, FormatNotOffered, ListingMovesItsTimes, those of <see cref="Announcement.Check"/>, then those of <see cref="LotKeys.Take"/>, SlotFull.</summary>
    public async Task<Result<Nothing>> Announce(Lot lot, AnnouncedTerms decided, Guid person, CancellationToken cancellation = default)
    {
        if (lot.State == LotState.Announcing) return await Tell(lot.Id, cancellation);
        var composed = await Compose(lot, decided, cancellation);
        if (composed.Done && Formats.Seals(lot.Format))
            composed = (await keys.Take(lot, decided.Key, cancellation)).Then<Announcement>(key => composed.Value with { Terms = composed.Value.Terms with { OpeningKey = key } });
        if (composed.Done && await slots.Take(lot, cancellation) is { Refusal: { } full } seat) composed = Result<Announcement>.Refuse(full, seat.Detail);
        if (!composed.Done)
        {
            await db.Entry(lot).ReloadAsync(cancellation);
            return composed.Then<Nothing>(_ => default(Nothing));
        }

        var announcement = composed.Value;
        var bytes = announcement.Bytes();
        db.Add(new AnnouncementRow
        {
            Auction = lot.Id,
            Bytes = bytes,
            Sha256 = Announcement.HashOf(bytes),
            PublishedAt = announcement.PublishedAt,
            PublishedBy = person,
        });
        (lot.State, lot.AnnouncedAt, lot.PledgeSha256) = (LotState.Announcing, announcement.PublishedAt, Pledge.Sha256);
        lot.Edition++;
        // Not at once: it is for a node that dies between here and the end of Tell.
        try
        {
            await db.SaveWithWork(Work, lot.Id, announcement.PublishedAt + Patience, cancellation);
        }
        catch (DbUpdateException) when (db.ChangeTracker.Entries<SessionSlot>().Any())
        {
            // Somebody announced into the last seat at the same moment.
            db.ChangeTracker.Clear();
            return Result<Nothing>.Refuse(Refusal.SlotFull, "opensAt");
        }

        return await Tell(lot.Id, cancellation);
    }

    /// <summary>The second half, repeatable: locks the achievement, which a rehearsal leaves alone; fixes the terms, forgets the reserve here.</summary>
    public async Task<Result<Nothing>> Tell(string auction, CancellationToken cancellation = default)
    {
        var lot = await db.LotsWithRehearsals().SingleOrDefaultAsync(l => l.Id == auction, cancellation);
        if (lot is null || lot.State != LotState.Announcing) return default(Nothing);
        var row = await db.Set<AnnouncementRow>().SingleAsync(a => a.Auction == auction, cancellation);
        var achievement = grains.GetGrain<IAchievementGrain>(lot.Achievement);
        if (lot.RehearsalOf is null && await achievement.EnterTrade(auction) is { Done: false } entered) return await Undo(lot, row, entered, cancellation);
        var reserve = await ReserveOf(auction, cancellation);
        var terms = InHall(TermsOf(lot, reserve), await HallOf(lot, cancellation)) with { AnnouncementSha256 = row.Sha256, OpeningKey = await keys.Of(auction, cancellation) };
        var told = await grains.GetGrain<IAuctionGrain>(auction).FixTerms(terms, reserve);
        // Another turn of the same work was faster, and the reserve may be gone from here already: the terms stand.
        if (!told.Done && told.Refusal != Refusal.AlreadyAnnounced)
        {
            if (lot.RehearsalOf is null) await achievement.LeaveTrade(auction);
            return await Undo(lot, row, Result<Nothing>.Refuse(told.Refusal.Value, told.Detail), cancellation);
        }

        await db.WriteAsync(
            async token =>
            {
                await db.LotsWithRehearsals().Where(l => l.Id == auction && l.State == LotState.Announcing).ExecuteUpdateAsync(
                    set => set.SetProperty(l => l.State, LotState.Announced).SetProperty(l => l.Format, terms.Format).SetProperty(l => l.Edition, l => l.Edition + 1), token);
                db.Tell(LotNotices.Name, auction);
                if (lot.Session is { } session) db.Tell(SessionNotices.Name, session.ToString());
                await db.SaveChangesAsync(token);
                // From here on the value lies in the auction's own secrets.
                await db.Set<LotReserve>().Where(r => r.Lot == auction).ExecuteDeleteAsync(token);
            },
            cancellation);
        await db.Entry(lot).ReloadAsync(cancellation);
        return default(Nothing);
    }

    public static Terms TermsOf(Lot lot, Secret? reserve) => Staggered(lot).Fix(new Terms
    {
        Auction = lot.Id,
        StartPriceFen = lot.StartPriceFen,
        Steps = [],
        OpensAt = lot.OpensAt!.Value,
        EndsAt = lot.OpensAt.Value,
        SoftCloseSeconds = 0,
        ReserveCommitment = reserve?.Commitment(),
        OpensReserve = lot.OpensReserve,
        DepositFen = lot.DepositFen,
        Listing = lot.Format == Formats.Listed ? new ListingTerms(0, lot.ListingSeconds, lot.ListingSeconds is null ? ListingTerms.CycleWorkingDays : null, CheckSeconds(lot)) : null,
        Linked = lot.LinkedGroup,
        Match = lot.MatchSeconds is null && lot.MatchWorkingDays is null ? null : new MatchWindow(lot.MatchSeconds, lot.MatchWorkingDays) { BestRank = lot.MatchRank ?? 1 },
        RehearsalOf = lot.RehearsalOf,
    });

    /// <summary>A lot in a hall session is sold by its auctioneer: no end by the clock, no soft close.</summary>
    public static Terms InHall(Terms terms, HallSession? hall) =>
        hall is not null
            ? (terms with { EndsAt = terms.OpensAt, SoftCloseSeconds = 0, LatestEndsAt = null, CycleSeconds = null, Path = null, SealedSeconds = null, LastWordSeconds = null, Listing = null, Match = null, Linked = null, Hall = hall.Terms }).In(Formats.Hall)
            : terms;

    private Task<HallSession?> HallOf(Lot lot, CancellationToken cancellation) => db.Set<HallSession>().AsNoTracking().SingleOrDefaultAsync(h => h.Session == lot.Session, cancellation);

    /// <summary>From the opening to the first end.</summary>
    public static TimeSpan Lasts(Lot lot) => Staggered(lot).Fix(new Terms { Auction = lot.Id, StartPriceFen = lot.StartPriceFen, Steps = [], OpensAt = DateTimeOffset.UnixEpoch, EndsAt = DateTimeOffset.UnixEpoch, SoftCloseSeconds = 0 }).FirstEnd - DateTimeOffset.UnixEpoch;

    /// <summary>Between the end of applications and the end of the notice; times that do not fit are refused by the announcement's own checks.</summary>
    private static int CheckSeconds(Lot lot) => (int)Math.Clamp((lot.OpensAt - lot.ApplyUntil)?.TotalSeconds ?? 0, 0, int.MaxValue);

    private static FormatSettings Staggered(Lot lot)
    {
        var settings = lot.Settings().Trimmed();
        return settings with { DurationSeconds = settings.DurationSeconds + lot.StaggerSeconds };
    }

    /// <summary>The announcement as it would be published now, checked.</summary>
    private async Task<Result<Announcement>> Compose(Lot lot, AnnouncedTerms decided, CancellationToken cancellation)
    {
        if (lot.State is LotState.Announced or LotState.Announcing) return Refusal.LotFixed;
        if (lot.State != LotState.Offered) return Refusal.LotNotOffered;
        var session = lot.Session is { } id ? await db.Set<Session>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellation) : null;
        if (session is null) return Refusal.LotNotInSession;
        if (session.Demo != lot.Demo) return Refusal.DemoMeetsReal;
        // The plan promised the round by that day to everybody who read the first announcement. A listing begins with its notice.
        if (lot.Round != LotRound.Listed && lot.OpensBy is { } by && decided.OpensAt >= by && by > clock.GetUtcNow()) return Result<Announcement>.Refuse(Refusal.AfterPlannedDay, "opensAt");
        if (!Lots.OfferedFormats.Contains(lot.Format)) return Refusal.FormatNotOffered;
        // When such a lot ends, and whether it opens, nobody knows before: no other lot can follow it, and no slot can be taken.
        if (lot.Format == Formats.Listed && (session.Profile == SessionProfile.RoundTheClock || session.Timing != SessionTiming.Together)) return Refusal.ListingMovesItsTimes;
        lot.OpensAt = decided.OpensAt;
        (lot.ApplyUntil, lot.PlatformFeeBasisPoints, lot.PlatformFeeBy) = (decided.ApplyUntil, decided.FeeBasisPoints, decided.FeeBy);

        lot.ListingSeconds = lot.Format == Formats.Listed && session.Profile == SessionProfile.Demo ? DemoCycleSeconds : null;
        // A falling price ends by its path, whatever its place.
        lot.StaggerSeconds = session.Timing == SessionTiming.Staggered && !Formats.Falls(lot.Format) ? (lot.Place - 1) * session.GapSeconds : 0;
        var now = clock.GetUtcNow();
        var facts = await lots.FactsOf(lot, cancellation);
        var asked = LotGates.Asked(facts, lot.Right);
        var reserve = await ReserveOf(lot.Id, cancellation);
        // An answer that this right does not ask for says nothing here.
        var answers = (await lots.AnswersOf(lot.Id, cancellation)).Where(a => asked.Contains((a.Gate, a.Party)))
            .Select(a => a.Holder is { } holder ? a with { Holder = holder with { Ground = facts.PriorityHolders.First(h => h.Name == a.Party).Ground } } : a)
            .ToImmutableArray();
        lot.MatchRank = Priority.BestToAsk(lot.Format, answers.Select(a => a.Holder).OfType<HolderNotice>());
        var window = lot.MatchRank is null ? null
            : session.Profile == SessionProfile.Demo ? new MatchWindow(20, null)
            : MatchWindow.Statutory;
        (lot.MatchSeconds, lot.MatchWorkingDays) = (window?.Seconds, window?.WorkingDays);
        var terms = InHall(TermsOf(lot, reserve), await HallOf(lot, cancellation));
        // The hammer concludes the contract: whoever was not told with proof could only match after it.
        if (terms.Hall is not null && window is not null) return Refusal.PriorityNotInHall;
        lot.SharedDeposit = session.SharedDeposit && terms.Hall is null && lot.DepositFen > 0;
        lot.EndsAt = terms.Hall is null ? terms.FirstEnd : null;
        if (await sessions.OpensAfter(session, lot, cancellation) is { } turn && lot.OpensAt < turn) return Result<Announcement>.Refuse(Refusal.BeforeItsTurn, "opensAt");
        if (lot.EndsAt is { } ends && await sessions.EndsBefore(session, lot, cancellation) is { } next && ends > next) return Result<Announcement>.Refuse(Refusal.AfterItsTurn, "opensAt");
        var announcement = new Announcement
        {
            Auction = lot.Id,
            PublishedAt = now,
            NoticeEndsAt = Announcement.NoticeEnd(session.Profile, now, lot.Round, terms.Format),
            ApplyUntil = decided.ApplyUntil,
            Session = session.Name,
            Achievement = lot.Achievement,
            Title = lot.Title,
            Seller = lot.SellerName,
            Right = lot.Right,
            LicenceUntil = lot.LicenceUntil,
            Terms = terms,
            Conditions = lot.Conditions,
            Deliverables = lot.Deliverables ?? "",
            ContractSha256 = lot.ContractSha256 ?? "",
            ContractName = lot.ContractName ?? "",
            TaxIncluded = lot.TaxIncluded,
            Invoice = lot.Invoice,
            StampDuty = lot.StampDuty,
            RegistrationFees = lot.RegistrationFees,
            BuyerNameConfidential = lot.BuyerNameConfidential,
            SharedDeposit = lot.SharedDeposit,
            PlatformFeeBasisPoints = decided.FeeBasisPoints,
            PlatformFeeBy = decided.FeeBy,
            RulesSha256 = FormatRules.Sha256(terms.Rules),
            PledgeSha256 = Pledge.Sha256,
            Demo = lot.Demo,
            IfUnsold = lot.IfUnsold,
            Follows = lot.Round == LotRound.First ? null : lot.Follows,
            Round = lot.Round,
            PlannedFromFen = Lots.PlannedFrom(lot),
            Dossier = await dossiers.Announced(lot.Id, cancellation),
            Payment = lot.Payment(),
            Gates = answers,
        };
        var check = announcement.Check(facts, reserve?.ValueFen);
        return check.Then<Announcement>(_ => announcement);
    }

    /// <summary>What could not be told is not announced: the lot goes back to where it was, with the reason.</summary>
    private async Task<Result<Nothing>> Undo(Lot lot, AnnouncementRow row, Result<Nothing> because, CancellationToken cancellation)
    {
        await db.Entry(lot).ReloadAsync(cancellation);
        if (lot.State != LotState.Announcing) return because;
        db.Remove(row);
        await keys.Forget(lot.Id, cancellation);
        await slots.GiveBack(lot.Id, cancellation);
        (lot.State, lot.AnnouncedAt, lot.ReturnedBecause) = (LotState.Offered, null, because.Refusal.ToString());
        lot.Edition++;
        await db.SaveChangesAsync(cancellation);
        return because;
    }

    private async Task<Secret?> ReserveOf(string lot, CancellationToken cancellation) =>
        await db.Set<LotReserve>().AsNoTracking().SingleOrDefaultAsync(r => r.Lot == lot, cancellation) is { } row ? new Secret(row.Nonce, row.ValueFen) : null;
}
