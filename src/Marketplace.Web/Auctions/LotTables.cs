using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Auctions;

/// <summary>
/// 标的: one achievement, or a right in it, offered in one auction. What the university and the operator write, and
/// beside it the live read model that the auction's own log keeps in step.
/// </summary>
public sealed class Lot
{
    /// <summary>The auction's id too: the key of its grain and the end of its stream's name. Demo: <c>demo:…</c>.</summary>
    public required string Id { get; init; }
    public required Guid Achievement { get; init; }
    public required Guid Seller { get; init; }
    public bool Demo { get; init; }

    /// <summary>彩排: the lot this one is a rehearsal of. Queries leave such lots out unless they ask for them.</summary>
    public string? RehearsalOf { get; init; }
    public LotState State { get; set; }

    /// <summary>As the achievement said when the lot was offered; the announcement fixes it.</summary>
    public required string Title { get; set; }
    public required string Summary { get; set; }
    public required string SellerName { get; set; }
    public string? Field { get; set; }
    public int? Trl { get; set; }

    public Guid? Session { get; set; }

    /// <summary>Place in the session, from 1.</summary>
    public int Place { get; set; }

    public RightOffered Right { get; set; }

    /// <summary>Last day of a licence; null for a transfer.</summary>
    public DateOnly? LicenceUntil { get; set; }

    public long StartPriceFen { get; set; }

    /// <summary>The ladder as <see cref="Ladder.Write"/> writes it, in yuan.</summary>
    public required string Steps { get; set; }
    public OnStep OnStep { get; set; }
    public int SoftCloseSeconds { get; set; }
    public int DurationSeconds { get; set; }
    public int MinBidders { get; set; } = 1;

    /// <summary>One of <see cref="Formats"/>; the fields below belong to some formats only and are null in the others.</summary>
    public string Format { get; set; } = Formats.English;

    /// <summary>How long after the first end bids may still move it.</summary>
    public int? LatestEndSeconds { get; set; }
    public int? CycleSeconds { get; set; }
    public int? FallBasisPoints { get; set; }
    public long? FallFen { get; set; }
    public int? FallIntervalSeconds { get; set; }
    public long? FloorFen { get; set; }
    public int? SealedSeconds { get; set; }
    public int? LastWordSeconds { get; set; }
    public int? ListingCycles { get; set; }

    /// <summary>The length of a cycle of a listing in a demonstration session; null where it is working days.</summary>
    public int? ListingSeconds { get; set; }

    public PricePath? Path => FallIntervalSeconds is { } interval && FloorFen is { } floor ? new PricePath(FallBasisPoints, FallFen, interval, floor) : null;

    public bool OpensReserve { get; set; }

    /// <summary>A reserve was entered; its amount is in <see cref="LotReserve"/> and then in the secrets of the stream.</summary>
    public bool HasReserve { get; set; }
    public long DepositFen { get; set; }
    public BuyerConditions Conditions { get; set; }

    public string? Deliverables { get; set; }
    public string? ContractSha256 { get; set; }
    public string? ContractName { get; set; }
    public bool TaxIncluded { get; set; } = true;
    public InvoiceKind Invoice { get; set; }
    public Bearer StampDuty { get; set; } = Bearer.EachItsOwn;
    public Bearer RegistrationFees { get; set; }

    /// <summary>The market's own fee in hundredths of a percent of the price; who pays is <see cref="PlatformFeeBy"/>.</summary>
    public int PlatformFeeBasisPoints { get; set; }
    public Bearer PlatformFeeBy { get; set; }

    /// <summary>确认买受人姓名保密, chosen by the seller; part of the announcement.</summary>
    public bool BuyerNameConfidential { get; set; }

    /// <summary>The session's choice as it was announced: a deposit that is frozen for another of its lots covers this one too.</summary>
    public bool SharedDeposit { get; set; }

    /// <summary>付款方式 as <c>AnnouncedPlanJson</c> writes it; null for the market's default (<see cref="LotPayment"/>).</summary>
    public string? PaymentPlan { get; set; }

    /// <summary>Lots of one session with the same name end together; null for a lot that ends by itself.</summary>
    public string? LinkedGroup { get; set; }

    /// <summary>How much later than planned it ends, because the session ends its lots one after the other.</summary>
    public int StaggerSeconds { get; set; }

    /// <summary>How long holders of 优先受让权 may match the known price, and the best rank of those; all null when nobody must be waited for.</summary>
    public int? MatchSeconds { get; set; }
    public int? MatchWorkingDays { get; set; }
    public int? MatchRank { get; set; }

    public DateTimeOffset? OpensAt { get; set; }
    public DateTimeOffset? ApplyUntil { get; set; }
    public DateTimeOffset? AnnouncedAt { get; set; }

    /// <summary>The lot this one is offered again after; a changed lot is a new lot with a new notice.</summary>
    public string? Follows { get; set; }

    /// <summary>The undertaking that this announcement asks for.</summary>
    public string? PledgeSha256 { get; set; }

    /// <summary>Why the operator gave it back, for the university.</summary>
    public string? ReturnedBecause { get; set; }

    /// <summary>What follows when it is not sold; fixed by the announcement.</summary>
    public FailedPlan FailedPlan { get; set; }
    public int PlanDays { get; set; }
    public int PlanLowerBasisPoints { get; set; }
    public FailedLot IfUnsold => new(FailedPlan, PlanDays, PlanLowerBasisPoints);

    /// <summary>Which round of the plan this lot is.</summary>
    public LotRound Round { get; set; }

    /// <summary>In a later round, the start price of the first and the lowest that the plan allows now.</summary>
    public long? PlannedFromFen { get; set; }
    public long? PlannedLowestFen { get; set; }

    /// <summary>In a later round, until when it should open.</summary>
    public DateTimeOffset? OpensBy { get; set; }

    /// <summary>Counts changes of the fields above; the concurrency token on both databases.</summary>
    public int Edition { get; set; }

    // The live read model: written only by the auction, in the transaction of its log.
    /// <summary><c>draft</c> before the announcement, then announced, open, closing, paused, closed.</summary>
    public string Phase { get; set; } = "draft";
    public long? PriceFen { get; set; }
    public int? Leader { get; set; }
    public DateTimeOffset? EndsAt { get; set; }
    public long Version { get; set; }
    public int Bids { get; set; }
    public int Bidders { get; set; }

    /// <summary>Those of them who bid.</summary>
    public int ActiveBidders { get; set; }

    /// <summary>The price stayed below the reserve; null while it is open, and where there was no reserve or no price.</summary>
    public bool? ReserveMissed { get; set; }

    /// <summary>While it stands still: since when, why (a <see cref="PauseCause"/>, or <c>Outage</c>), and until when it has to go on.</summary>
    public DateTimeOffset? PausedAt { get; set; }

    /// <summary>Bidding has begun once, whatever happened since.</summary>
    public bool Opened { get; set; }
    public string? PauseCause { get; set; }
    public DateTimeOffset? ResumeBy { get; set; }

    /// <summary>After the end: <c>sold</c>, <c>unsold</c>, <c>cancelled</c>, <c>void</c>, <c>defaulted</c> or <c>refused</c> (by the seller).</summary>
    public string? Outcome { get; set; }
    public int? Winner { get; set; }

    /// <summary>Until when holders of 优先受让权 may match the known price, once it is known.</summary>
    public DateTimeOffset? MatchUntil { get; set; }
}

/// <summary>
/// The secret reserve until the announcement. Private: only the seller's own form and the announcement read it; the row
/// goes when the auction holds the value.
/// </summary>
public sealed class LotReserve
{
    public required string Lot { get; init; }
    public required long ValueFen { get; set; }
    public required string Nonce { get; set; }
}

/// <summary>One answer to one gate; several when a gate asks several parties.</summary>
public sealed class LotGate
{
    public required string Lot { get; init; }
    public required Gate Gate { get; init; }

    /// <summary>The co-owner or the priority holder; empty where the gate asks once.</summary>
    public required string Party { get; init; }
    public string? FileSha256 { get; set; }
    public string? FileName { get; set; }

    /// <summary>Where it was looked up, or which body decided.</summary>
    public string? Source { get; set; }
    public DateOnly? Date { get; set; }
    public string? Note { get; set; }
    public DateOnly? Expires { get; set; }
    public IpStatus? Status { get; set; }
    public long? AmountFen { get; set; }
    public long? AppraisalFen { get; set; }

    // Of one holder of 优先受让权: see HolderNotice.
    public NoticeService? HolderService { get; set; }
    public HolderAnswer HolderAnswer { get; set; }
    public DateOnly? HolderAnsweredOn { get; set; }
    public PriorityGround? HolderAdded { get; set; }
    public int? HolderRank { get; set; }

    /// <summary>The same answer for a later round of the lot.</summary>
    public LotGate For(string lot) => new()
    {
        Lot = lot,
        Gate = Gate,
        Party = Party,
        FileSha256 = FileSha256,
        FileName = FileName,
        Source = Source,
        Date = Date,
        Note = Note,
        Expires = Expires,
        Status = Status,
        AmountFen = AmountFen,
        AppraisalFen = AppraisalFen,
    };
}

internal sealed class LotTables :
    IEntityTypeConfiguration<Lot>, IEntityTypeConfiguration<LotReserve>, IEntityTypeConfiguration<LotGate>,
    IEntityTypeConfiguration<AnnouncementRow>
{
    public void Configure(EntityTypeBuilder<Lot> builder)
    {
        builder.ToTable("lots");
        builder.Property(l => l.Id).HasMaxLength(60);
        builder.Property(l => l.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(l => l.Title).HasMaxLength(300);
        builder.Property(l => l.SellerName).HasMaxLength(200);
        builder.Property(l => l.Right).HasConversion<string>().HasMaxLength(20);
        builder.Property(l => l.Steps).HasMaxLength(400);
        builder.Property(l => l.LinkedGroup).HasMaxLength(Linked.LongestName);
        builder.Property(l => l.Format).HasMaxLength(20).HasDefaultValue(Formats.English);
        builder.Ignore(l => l.Path);
        builder.Property(l => l.OnStep).HasConversion<string>().HasMaxLength(20);
        builder.Property(l => l.Invoice).HasConversion<string>().HasMaxLength(20);
        builder.Property(l => l.StampDuty).HasConversion<string>().HasMaxLength(20);
        builder.Property(l => l.RegistrationFees).HasConversion<string>().HasMaxLength(20);
        builder.Property(l => l.PlatformFeeBy).HasConversion<string>().HasMaxLength(20);
        builder.Property(l => l.ContractSha256).HasMaxLength(64);
        builder.Property(l => l.Phase).HasMaxLength(20).HasDefaultValue("draft");
        builder.Property(l => l.Outcome).HasMaxLength(20);
        builder.Property(l => l.PauseCause).HasMaxLength(20);
        builder.Property(l => l.FailedPlan).HasConversion<string>().HasMaxLength(30).HasDefaultValue(FailedPlan.None);
        builder.Property(l => l.Round).HasConversion<string>().HasMaxLength(20).HasDefaultValue(LotRound.First);
        builder.Property(l => l.Follows).HasMaxLength(60);
        builder.HasIndex(l => l.Follows);
        builder.Property(l => l.RehearsalOf).HasMaxLength(Rehearsal.LongestId);
        builder.HasQueryFilter(RehearsalRows.Filter, l => l.RehearsalOf == null);
        builder.Ignore(l => l.IfUnsold);
        builder.Property(l => l.Edition).IsConcurrencyToken();
        builder.HasIndex(l => l.Session);
        builder.HasIndex(l => l.Seller);
        builder.HasIndex(l => new { l.Phase, l.EndsAt });
    }

    public void Configure(EntityTypeBuilder<LotReserve> builder)
    {
        builder.ToTable("lot_reserves").HasKey(r => r.Lot);
        builder.Property(r => r.Lot).HasMaxLength(60);
        builder.Property(r => r.Nonce).HasMaxLength(64);
    }

    public void Configure(EntityTypeBuilder<LotGate> builder)
    {
        builder.ToTable("lot_gates").HasKey(g => new { g.Lot, g.Gate, g.Party });
        builder.Property(g => g.Lot).HasMaxLength(60);
        builder.Property(g => g.Gate).HasConversion<string>().HasMaxLength(30);
        builder.Property(g => g.Party).HasMaxLength(200);
        builder.Property(g => g.Source).HasMaxLength(200);
        builder.Property(g => g.FileSha256).HasMaxLength(64);
        builder.Property(g => g.Status).HasConversion<string>().HasMaxLength(20);
        builder.Property(g => g.HolderService).HasConversion<string>().HasMaxLength(20);
        builder.Property(g => g.HolderAnswer).HasConversion<string>().HasMaxLength(20);
        builder.Property(g => g.HolderAdded).HasConversion<string>().HasMaxLength(20);
        builder.HasOne<Lot>().WithMany().HasForeignKey(g => g.Lot).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<AnnouncementRow> builder)
    {
        builder.ToTable("announcements").HasKey(a => a.Auction);
        builder.Property(a => a.Auction).HasMaxLength(60);
        builder.Property(a => a.Sha256).HasMaxLength(64);
    }
}
