using System.Collections.Immutable;
using System.Security.Cryptography;
using Marketplace.Achievements;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Gate = Marketplace.Domain.Auctions.Gate;

namespace Marketplace.Auctions;

/// <summary>What a university writes about a lot before the announcement; amounts in fen, already read from the form.</summary>
public sealed record LotWriting
{
    public required RightOffered Right { get; init; }
    public DateOnly? LicenceUntil { get; init; }
    public required long StartPriceFen { get; init; }
    public required string Steps { get; init; }
    public required OnStep OnStep { get; init; }
    public required int SoftCloseSeconds { get; init; }
    public required int DurationSeconds { get; init; }
    public string Format { get; init; } = Formats.English;

    /// <summary>How long after the first end bids may still move it; null when nothing limits them.</summary>
    public int? LatestEndSeconds { get; init; }
    public int? CycleSeconds { get; init; }
    public PricePath? Path { get; init; }
    public int? SealedSeconds { get; init; }
    public int? LastWordSeconds { get; init; }
    public int MinBidders { get; init; } = 1;
    public int? ListingCycles { get; init; }
    public required long DepositFen { get; init; }

    /// <summary>Null takes the reserve away: the start price is the reserve.</summary>
    public required long? ReserveFen { get; init; }
    public required bool OpensReserve { get; init; }
    public required BuyerConditions Conditions { get; init; }
    public required string? Deliverables { get; init; }
    public required bool TaxIncluded { get; init; }
    public required InvoiceKind Invoice { get; init; }
    public required Bearer StampDuty { get; init; }
    public required Bearer RegistrationFees { get; init; }

    /// <summary>确认买受人姓名保密</summary>
    public bool BuyerNameConfidential { get; init; }

    /// <summary>付款方式; null for the market's default.</summary>
    public AnnouncedPlan? Payment { get; init; }

    /// <summary>What follows when it is not sold; a later round keeps the plan of the first.</summary>
    public FailedLot IfUnsold { get; init; } = FailedLot.Nothing;
}

/// <summary>Lots before their announcement: offered by a university, kept by it until the operator announces.</summary>
public sealed class Lots(MarketplaceDb db, Holders holders, TimeProvider clock)
{
    /// <summary>What a university may choose; the rules know more than can be held here yet.</summary>
    public static readonly ImmutableArray<string> OfferedFormats = [Formats.English, Formats.Dynamic, Formats.Sealed, Formats.Dutch, Formats.HybridDutch, Formats.Listed];

    public const int MostDeliverables = 4000;
    public const int MostNote = 1000;
    public const int MostSource = 200;

    // No vowels and nothing that looks like something else.
    private const string Letters = "23456789BCDFGHJKMNPQRSTVWXYZ";

    public static string NewId(bool demo, DateTimeOffset at) =>
        $"{(demo ? "demo:" : "")}ZJP-{at.ToOffset(Instant.Beijing).Year}-{RandomNumberGenerator.GetString(Letters, 6)}";

    public static string NewCode() => $"Q-{RandomNumberGenerator.GetString(Letters, 5)}";

    public static string NewNonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public Task<Lot?> Find(string id, CancellationToken cancellation = default) => db.Set<Lot>().SingleOrDefaultAsync(l => l.Id == id, cancellation);

    /// <summary>A draft lot of a published achievement.</summary>
    public async Task<Result<Lot>> Begin(Membership university, Guid achievement, string id, CancellationToken cancellation = default)
    {
        var row = await db.Set<Achievement>().AsNoTracking().SingleOrDefaultAsync(a => a.Id == achievement && a.Organisation == university.Organisation, cancellation);
        if (row is null) return Refusal.NotFound;
        if (row.State != AchievementState.Published) return Refusal.LotNotOffered;
        if (row.Demo != university.Demo) return Refusal.DemoMeetsReal;
        if (await Find(id, cancellation) is { } begun) return begun.Seller == university.Organisation ? begun : Refusal.NotFound;
        // Offered again after a round without a sale: who defaulted there is barred here.
        var before = await db.Set<Lot>().AsNoTracking()
            .Where(l => l.Achievement == achievement && l.Seller == university.Organisation && (l.Outcome == "unsold" || l.Outcome == "defaulted"))
            .OrderByDescending(l => l.EndsAt).Select(l => l.Id).FirstOrDefaultAsync(cancellation);
        var lot = new Lot
        {
            Follows = before,
            Id = id,
            Achievement = achievement,
            Seller = university.Organisation,
            Demo = row.Demo,
            Title = row.Title,
            Summary = row.Summary,
            SellerName = university.OrganisationName,
            Field = row.Field?.ToString(),
            Trl = row.Trl,
            Steps = "0 10000",
            SoftCloseSeconds = 300,
            DurationSeconds = 3600,
            Conditions = BuyerConditions.DomesticLegalPerson | BuyerConditions.CleanCreditRecord,
        };
        db.Add(lot);
        await db.SaveChangesAsync(cancellation);
        return lot;
    }

    /// <summary>Order of refusals: LotFixed, then the first field that is wrong in the order of the form.</summary>
    public async Task<Result<Nothing>> Save(Lot lot, LotWriting writing, CancellationToken cancellation = default)
    {
        if (lot.State is not (LotState.Draft or LotState.Offered)) return Refusal.LotFixed;
        if (!OfferedFormats.Contains(writing.Format)) return Result<Nothing>.Refuse(Refusal.FormatNotOffered, "format");
        if (!Fen.IsAmount(writing.StartPriceFen)) return Result<Nothing>.Refuse(Refusal.AmountOutOfRange, "startPrice");
        // A format without a ladder leaves the one that another format may want again.
        var steps = Ladder.Read(Formats.HasLadder(writing.Format) ? writing.Steps : lot.Steps);
        if (!steps.Done) return Result<Nothing>.Refuse(steps.Refusal.Value, "steps");
        if (writing.ReserveFen is { } r && (!Fen.IsAmount(r) || r < writing.StartPriceFen)) return Result<Nothing>.Refuse(Refusal.AmountOutOfRange, "reserve");
        if (!Announcement.IsDepositInRange(writing.StartPriceFen, writing.DepositFen)) return Result<Nothing>.Refuse(Refusal.DepositOutOfRange, "deposit");
        var settings = new FormatSettings
        {
            Format = writing.Format,
            Steps = steps.Value,
            OnStep = writing.OnStep,
            DurationSeconds = writing.DurationSeconds,
            SoftCloseSeconds = writing.SoftCloseSeconds,
            LatestEndSeconds = writing.LatestEndSeconds,
            CycleSeconds = writing.CycleSeconds,
            Path = writing.Path,
            SealedSeconds = writing.SealedSeconds,
            LastWordSeconds = writing.LastWordSeconds,
            MinBidders = writing.MinBidders,
            ListingCycles = writing.ListingCycles,
        }.Trimmed();
        var sound = settings.Check(writing.StartPriceFen, writing.DepositFen, writing.ReserveFen is not null, lot.Demo ? 5 : 600);
        if (!sound.Done) return sound;
        var plan = lot.Round == LotRound.First ? writing.IfUnsold.Check() : lot.IfUnsold;
        if (!plan.Done) return Result<Nothing>.Refuse(plan.Refusal.Value, plan.Detail);
        if (writing.Payment?.Check(writing.Path?.FloorFen ?? writing.StartPriceFen, StatutoryDays.DayOf(clock.GetUtcNow()), writing.Right == RightOffered.Assignment) is [var payment, ..]) return Result<Nothing>.Refuse(payment.Why, payment.Field);
        if (writing.StartPriceFen < lot.PlannedLowestFen) return Result<Nothing>.Refuse(Refusal.PlanOutOfRange, "startPrice");
        var deliverables = Text.Allow(writing.Deliverables, MostDeliverables, "deliverables");
        if (!deliverables.Done) return Result<Nothing>.Refuse(deliverables.Refusal.Value, deliverables.Detail);

        (lot.Right, lot.LicenceUntil) = (writing.Right, writing.Right == RightOffered.Assignment ? null : writing.LicenceUntil);
        (lot.StartPriceFen, lot.DepositFen) = (writing.StartPriceFen, writing.DepositFen);
        lot.Set(settings);
        (lot.FailedPlan, lot.PlanDays, lot.PlanLowerBasisPoints) = (plan.Value.Plan, plan.Value.WithinDays, plan.Value.LowerBasisPoints);
        (lot.Conditions, lot.Deliverables) = (writing.Conditions, deliverables.Value);
        (lot.TaxIncluded, lot.Invoice, lot.StampDuty, lot.RegistrationFees) = (writing.TaxIncluded, writing.Invoice, writing.StampDuty, writing.RegistrationFees);
        lot.BuyerNameConfidential = writing.BuyerNameConfidential;
        lot.Set(writing.Payment);
        (lot.HasReserve, lot.OpensReserve) = (writing.ReserveFen is not null, writing.OpensReserve && writing.ReserveFen is not null);
        lot.Edition++;
        await KeepReserve(lot.Id, writing.ReserveFen, cancellation);
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    /// <summary>The contract text that the buyer signs; only blanks are filled in afterwards.</summary>
    public async Task<Result<Nothing>> SetContract(Lot lot, string sha256, string fileName, CancellationToken cancellation = default)
    {
        if (lot.State is not (LotState.Draft or LotState.Offered)) return Refusal.LotFixed;
        (lot.ContractSha256, lot.ContractName) = (sha256, fileName);
        lot.Edition++;
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    /// <summary>Answers one gate; a file that was given before stays when none comes.</summary>
    public async Task<Result<Nothing>> Answer(Lot lot, GateAnswer answer, CancellationToken cancellation = default)
    {
        if (lot.State is not (LotState.Draft or LotState.Offered)) return Refusal.LotFixed;
        var facts = await FactsOf(lot, cancellation);
        if (!LotGates.Asked(facts, lot.Right).Contains((answer.Gate, answer.Party))) return Result<Nothing>.Refuse(Refusal.NotFound, "gate");
        var source = Text.Allow(answer.Source, MostSource, "source");
        if (!source.Done) return Result<Nothing>.Refuse(source.Refusal.Value, source.Detail);
        var note = Text.Allow(answer.Note, MostNote, "note");
        if (!note.Done) return Result<Nothing>.Refuse(note.Refusal.Value, note.Detail);
        if (answer.AmountFen is { } amount && !Fen.IsAmount(amount)) return Result<Nothing>.Refuse(Refusal.AmountOutOfRange, "amount");
        if (answer.AppraisalFen is { } appraisal && !Fen.IsAmount(appraisal)) return Result<Nothing>.Refuse(Refusal.AmountOutOfRange, "appraisal");
        var row = await db.Set<LotGate>().SingleOrDefaultAsync(g => g.Lot == lot.Id && g.Gate == answer.Gate && g.Party == answer.Party, cancellation);
        if (row is null) db.Add(row = new LotGate { Lot = lot.Id, Gate = answer.Gate, Party = answer.Party });
        if (answer.FileSha256 is { } file) (row.FileSha256, row.FileName) = (file, answer.FileName);
        (row.Source, row.Date, row.Note, row.Expires, row.Status) = (source.Value, answer.Date, note.Value, answer.Expires, answer.Status);
        (row.AmountFen, row.AppraisalFen) = (answer.AmountFen, answer.AppraisalFen);
        if (answer is { Gate: Gate.PriorityHolders, Holder: { } holder })
        {
            if (holder.Rank is < 1 or > 9) return Result<Nothing>.Refuse(Refusal.RankOutOfRange, "rank");
            (row.HolderService, row.HolderAnswer, row.HolderAnsweredOn, row.HolderRank) = (holder.Service, holder.Answer, holder.AnsweredOn, holder.Rank);
            await holders.Provide(lot.Id, answer.Party, holder.Rank ?? Priority.RankOf(facts.PriorityHolders.First(h => h.Name == answer.Party).Ground), cancellation);
        }

        lot.Edition++;
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    /// <summary>Hands the lot to the operator. Open gates may still be filled in; they only stop the announcement.</summary>
    public async Task<Result<Nothing>> Offer(Lot lot, CancellationToken cancellation = default)
    {
        if (lot.State is LotState.Offered) return default(Nothing);
        if (lot.State is not LotState.Draft) return Refusal.LotFixed;
        if (!OfferedFormats.Contains(lot.Format)) return Result<Nothing>.Refuse(Refusal.FormatNotOffered, "format");
        if (!Fen.IsAmount(lot.StartPriceFen)) return Result<Nothing>.Refuse(Refusal.Required, "startPrice");
        (lot.State, lot.ReturnedBecause) = (LotState.Offered, null);
        lot.Edition++;
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    /// <summary>The university takes it back, or the operator gives it back with a reason: a draft again, in no session.</summary>
    public async Task<Result<Nothing>> TakeBack(Lot lot, string? because, CancellationToken cancellation = default)
    {
        if (lot.State is not (LotState.Draft or LotState.Offered)) return Refusal.LotFixed;
        var reason = Text.Allow(because, MostNote, "reason");
        if (!reason.Done) return Result<Nothing>.Refuse(reason.Refusal.Value, reason.Detail);
        (lot.State, lot.Session, lot.Place, lot.ReturnedBecause) = (LotState.Draft, null, 0, reason.Value);
        lot.Edition++;
        await db.SaveChangesAsync(cancellation);
        return default(Nothing);
    }

    public async Task<IReadOnlyList<GateAnswer>> AnswersOf(string lot, CancellationToken cancellation = default) =>
        [.. (await db.Set<LotGate>().AsNoTracking().Where(g => g.Lot == lot).ToListAsync(cancellation)).Select(g => new GateAnswer(
            g.Gate, g.Party, g.FileSha256, g.FileName, g.Source, g.Date, g.Note, g.Expires, g.Status, g.AmountFen, g.AppraisalFen)
        {
            Holder = g.Gate == Gate.PriorityHolders && g.Party.Length > 0 ? new HolderNotice(g.HolderService, g.HolderAnswer, g.HolderAnsweredOn, g.HolderAdded, g.HolderRank) : null,
        })];

    /// <summary>What the achievement's public version says about owners, completers and funding.</summary>
    public async Task<LotFacts> FactsOf(Lot lot, CancellationToken cancellation = default)
    {
        var row = await db.Set<Achievement>().AsNoTracking().SingleAsync(a => a.Id == lot.Achievement, cancellation);
        var content = AchievementContent.Read(row.PublicContent ?? row.Content);
        var gates = await db.Set<LotGate>().AsNoTracking().Where(g => g.Lot == lot.Id && (g.HolderAdded != null || g.Gate == Gate.LegalStatus)).ToListAsync(cancellation);
        var coOwners = content.Owners.Where(o => o.Consent != Consent.Own).Select(o => o.Name).Distinct().ToList();
        var holders = Priority.HoldersOf(lot.Right, gates.Exists(g => g.Status == IpStatus.Pending), coOwners, [], content.Completers.Select(c => c.Name));
        var named = gates.Where(g => g.HolderAdded is not null && !holders.Any(h => h.Name == g.Party)).Select(g => new PriorityHolder(g.Party, g.HolderAdded!.Value));
        return new LotFacts(
            [.. coOwners],
            lot.Right == RightOffered.Assignment ? [.. holders, .. named] : [],
            // Whoever does not say where the money came from is asked as if it were public.
            content.Funding != FundingSource.OutsidePlan);
    }

    /// <summary>The first round's start price, with which this one's was decided, while it keeps to the plan.</summary>
    public static long? PlannedFrom(Lot lot) => (lot.FloorFen ?? lot.StartPriceFen) >= lot.PlannedLowestFen ? lot.PlannedFromFen : null;

    public async Task<IReadOnlyList<GateFinding>> OpenGates(Lot lot, CancellationToken cancellation = default) =>
        LotGates.Check(
            await FactsOf(lot, cancellation), new LotOffer(lot.Right, lot.LicenceUntil, lot.FloorFen ?? lot.StartPriceFen, PlannedFrom(lot)), await AnswersOf(lot.Id, cancellation),
            StatutoryDays.DayOf(clock.GetUtcNow()));

    /// <summary>For the seller's own form and for nobody else.</summary>
    public async Task<long?> ReserveForSeller(string lot, CancellationToken cancellation = default) =>
        (await db.Set<LotReserve>().AsNoTracking().SingleOrDefaultAsync(r => r.Lot == lot, cancellation))?.ValueFen;

    private async Task KeepReserve(string lot, long? reserveFen, CancellationToken cancellation)
    {
        var row = await db.Set<LotReserve>().SingleOrDefaultAsync(r => r.Lot == lot, cancellation);
        if (reserveFen is not { } value)
        {
            if (row is not null) db.Remove(row);
        }
        else if (row is null)
        {
            db.Add(new LotReserve { Lot = lot, ValueFen = value, Nonce = NewNonce() });
        }
        else if (row.ValueFen != value)
        {
            // A new nonce: an old commitment must say nothing about a new value.
            (row.ValueFen, row.Nonce) = (value, NewNonce());
        }
    }
}
