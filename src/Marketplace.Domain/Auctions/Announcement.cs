using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Domain.Auctions;

/// <summary>
/// 竞价公告: everything that is fixed when a lot is announced (domain.md §8a.2). Its bytes are stored and published as they
/// are, the terms of the auction carry their hash, and nothing of it can be edited: a change is a new lot with a new notice.
/// </summary>
public sealed record Announcement
{
    /// <summary>The undertaking that every applicant accepts, by version.</summary>
    public const string CurrentPledge = "zjp-pledge.1";

    /// <summary>The deposit lies between these parts of the start price, in percent (网络司法拍卖规定 17).</summary>
    public const int LeastDepositPercent = 5, MostDepositPercent = 20;

    public required string Auction { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>When the notice is over; bidding opens at or after it.</summary>
    public required DateTimeOffset NoticeEndsAt { get; init; }
    public required DateTimeOffset ApplyUntil { get; init; }
    public required string Session { get; init; }
    public required Guid Achievement { get; init; }
    public required string Title { get; init; }
    public required string Seller { get; init; }
    public required RightOffered Right { get; init; }
    public DateOnly? LicenceUntil { get; init; }

    /// <summary>Start, ladder, times and deposit; without the hash of this announcement, which follows from it.</summary>
    public required Terms Terms { get; init; }
    public required BuyerConditions Conditions { get; init; }
    public required string Deliverables { get; init; }
    public required string ContractSha256 { get; init; }
    public required string ContractName { get; init; }
    public required bool TaxIncluded { get; init; }
    public required InvoiceKind Invoice { get; init; }
    public required Bearer StampDuty { get; init; }
    public required Bearer RegistrationFees { get; init; }
    public required int PlatformFeeBasisPoints { get; init; }
    public required Bearer PlatformFeeBy { get; init; }

    /// <summary>SHA-256 of the text of the format's rules; its version stands in the terms. Announcements before the rules were published had none.</summary>
    public string? RulesSha256 { get; init; }

    /// <summary>SHA-256 of the undertaking's text.</summary>
    public required string PledgeSha256 { get; init; }
    public required ImmutableArray<GateAnswer> Gates { get; init; }
    public bool Demo { get; init; }

    /// <summary>What follows when the lot is not sold.</summary>
    public FailedLot IfUnsold { get; init; } = FailedLot.Nothing;

    /// <summary>The lot this one is a later round of, by its announced plan.</summary>
    public string? Follows { get; init; }
    public LotRound Round { get; init; }

    /// <summary>In a later round, the start price of the first.</summary>
    public long? PlannedFromFen { get; init; }

    /// <summary>确认买受人姓名保密: after a sale the paddle is published and no name. Otherwise the buyer's name is public (拍卖法 21).</summary>
    public bool BuyerNameConfidential { get; init; }

    /// <summary>一份保证金可参与本专场多件标的: one that is frozen for another lot of the session, and is as much, covers this lot too.</summary>
    public bool SharedDeposit { get; init; }

    /// <summary>The confidential files, and what is signed before they are read; null where there are none.</summary>
    public AnnouncedDossier? Dossier { get; init; }

    /// <summary>付款方式; null for <see cref="AnnouncedPlan.Default"/>.</summary>
    public AnnouncedPlan? Payment { get; init; }

    /// <summary>When the notice of a session of this profile ends.</summary>
    public static DateTimeOffset NoticeEnd(SessionProfile profile, DateTimeOffset publishedAt, LotRound round = LotRound.First, string format = Formats.English)
    {
        var end = NoticeEnd(profile, publishedAt, round);
        return format == Formats.Listed && profile != SessionProfile.Demo ? Instant.Later(end, ListingTerms.NoticeEnd(publishedAt)) : end;
    }

    private static DateTimeOffset NoticeEnd(SessionProfile profile, DateTimeOffset publishedAt, LotRound round) => profile switch
    {
        SessionProfile.Standard or SessionProfile.RoundTheClock when round != LotRound.First => StatutoryDays.EndOf(publishedAt, FailedLot.NoticeDays),
        SessionProfile.Standard or SessionProfile.RoundTheClock => StatutoryDays.EndOf(publishedAt, 7),
        SessionProfile.LongNotice => StatutoryDays.EndOf(publishedAt, 15),
        SessionProfile.Demo => publishedAt + TimeSpan.FromSeconds(2),
    };

    public static bool IsDepositInRange(long startPriceFen, long depositFen) =>
        depositFen > 0 && (Int128)depositFen * 100 >= (Int128)startPriceFen * LeastDepositPercent && (Int128)depositFen * 100 <= (Int128)startPriceFen * MostDepositPercent;

    /// <summary>
    /// Whether it can be published, in a fixed order: gates, contract, deliverables, deposit, fee, payment, times, terms. The detail names
    /// the field or the gate.
    /// </summary>
    public Result<Nothing> Check(LotFacts facts, long? reserveFen)
    {
        var findings = LotGates.Check(facts, new LotOffer(Right, LicenceUntil, Terms.LeastPriceFen, PlannedFromFen), Gates, StatutoryDays.DayOf(PublishedAt));
        if (!findings.IsEmpty) return Result<Nothing>.Refuse(Refusal.LotGateOpen, $"{findings[0].Gate}.{findings[0].Fault}");
        if (ContractSha256.Length != 64) return Result<Nothing>.Refuse(Refusal.Required, "contract");
        if (string.IsNullOrWhiteSpace(Deliverables)) return Result<Nothing>.Refuse(Refusal.Required, "deliverables");
        if (!IsDepositInRange(Terms.StartPriceFen, Terms.DepositFen)) return Result<Nothing>.Refuse(Refusal.DepositOutOfRange, "deposit");
        if (PlatformFeeBasisPoints is < 0 or > Fees.MostBp) return Result<Nothing>.Refuse(Refusal.FeeOutOfRange, "fee");
        if (Payment?.Check(Terms.LeastPriceFen, StatutoryDays.DayOf(PublishedAt), Right == RightOffered.Assignment) is [var payment, ..]) return Result<Nothing>.Refuse(payment.Why, $"payment.{payment.Field}");
        if (Terms.OpensAt < NoticeEndsAt) return Result<Nothing>.Refuse(Refusal.NoticeTooShort, "opensAt");
        if (ApplyUntil > Terms.OpensAt || ApplyUntil <= PublishedAt) return Result<Nothing>.Refuse(Refusal.SessionTimesInvalid, "applyUntil");
        // The notice of a listing is the time to apply in.
        if (Terms.Listing is not null && ApplyUntil < NoticeEndsAt) return Result<Nothing>.Refuse(Refusal.NoticeTooShort, "applyUntil");
        if (Terms.Listing is { IsSound: false }) return Result<Nothing>.Refuse(Refusal.SessionTimesInvalid, "applyUntil");
        return Terms.FirstFault(reserveFen) is { } fault ? Result<Nothing>.Refuse(Refusal.TermsInvalid, fault) : default(Nothing);
    }

    /// <summary>UTF-8 JSON with its fields always in this order, written once.</summary>
    public byte[] Bytes()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("announcement", "zjp-announcement.1");
            json.WriteString("auction", Auction);
            json.WriteBoolean("demo", Demo);
            if (Terms.RehearsalOf is not null) json.WriteBoolean("rehearsal", true);
            json.WriteString("publishedAt", Instant.Write(PublishedAt));
            json.WriteString("noticeEndsAt", Instant.Write(NoticeEndsAt));
            json.WriteString("applyUntil", Instant.Write(ApplyUntil));
            json.WriteString("session", Session);
            json.WriteString("achievement", Achievement);
            json.WriteString("title", Title);
            json.WriteString("seller", Seller);
            json.WriteString("right", Right.ToString());
            json.WriteString("licenceUntil", Day(LicenceUntil));
            json.WriteString("wayOfPricing", Terms.Hall is not null ? LotGates.WayOfAuction : Terms.Listing is not null ? LotGates.WayOfListing : LotGates.WayOfPricing);
            json.WriteStartObject("terms");
            TermsJson.WriteFields(json, Terms with { AnnouncementSha256 = null });
            json.WriteEndObject();
            json.WriteStartArray("conditions");
            foreach (var condition in Enum.GetValues<BuyerConditions>().Where(c => c != BuyerConditions.None && Conditions.HasFlag(c))) json.WriteStringValue(condition.ToString());
            json.WriteEndArray();
            json.WriteString("deliverables", Deliverables);
            WriteFile(json, "contract", ContractSha256, ContractName);
            json.WriteBoolean("taxIncluded", TaxIncluded);
            json.WriteString("invoice", Invoice.ToString());
            json.WriteString("stampDuty", StampDuty.ToString());
            json.WriteString("registrationFees", RegistrationFees.ToString());
            json.WriteNumber("platformFeeBasisPoints", PlatformFeeBasisPoints);
            json.WriteString("platformFeeBy", PlatformFeeBy.ToString());
            // Written only where it is said: the bytes of the others stay as they were.
            if (IfUnsold.Plan != FailedPlan.None)
            {
                json.WriteStartObject("ifUnsold");
                json.WriteString("plan", IfUnsold.Plan.ToString());
                json.WriteNumber("withinDays", IfUnsold.WithinDays);
                json.WriteNumber("lowerBasisPoints", IfUnsold.LowerBasisPoints);
                json.WriteEndObject();
            }

            if (Follows is not null)
            {
                json.WriteString("follows", Follows);
                json.WriteString("round", Round.ToString());
                if (PlannedFromFen is { } first) json.WriteNumber("firstStartPriceFen", first);
            }

            if (SharedDeposit) json.WriteBoolean("sharedDeposit", true);
            if (BuyerNameConfidential) json.WriteBoolean("buyerNameConfidential", true);
            Dossier?.Write(json);
            if (Payment is { } payment) AnnouncedPlanJson.Write(json, "payment", payment);
            json.WriteString("pledge", CurrentPledge);
            json.WriteString("pledgeSha256", PledgeSha256);
            if (RulesSha256 is { } rules) json.WriteString("rulesSha256", rules);
            json.WriteStartArray("gates");
            foreach (var gate in Gates.OrderBy(g => g.Gate).ThenBy(g => g.Party, StringComparer.Ordinal)) WriteGate(json, gate);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void WriteGate(Utf8JsonWriter json, GateAnswer gate)
    {
        json.WriteStartObject();
        json.WriteString("gate", gate.Gate.ToString());
        json.WriteString("party", gate.Party);
        json.WriteString("source", gate.Source);
        json.WriteString("date", Day(gate.Date));
        json.WriteString("note", gate.Note);
        json.WriteString("expires", Day(gate.Expires));
        json.WriteString("status", gate.Status?.ToString());
        WriteAmount(json, "amountFen", gate.AmountFen);
        WriteAmount(json, "appraisalFen", gate.AppraisalFen);
        WriteFile(json, "file", gate.FileSha256, gate.FileName);
        if (gate.Holder is { } holder)
        {
            json.WriteStartObject("holder");
            json.WriteString("service", holder.Service?.ToString());
            json.WriteString("answer", holder.Answer.ToString());
            json.WriteString("answeredOn", Day(holder.AnsweredOn));
            json.WriteString("ground", holder.Ground.ToString());
            json.WriteNumber("rank", holder.Rank ?? Priority.RankOf(holder.Ground));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, string name, string? sha256, string? fileName)
    {
        json.WriteStartObject(name);
        json.WriteString("sha256", sha256);
        json.WriteString("name", fileName);
        json.WriteEndObject();
    }

    private static void WriteAmount(Utf8JsonWriter json, string name, long? fen)
    {
        if (fen is { } amount) json.WriteNumber(name, amount); else json.WriteNull(name);
    }

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
