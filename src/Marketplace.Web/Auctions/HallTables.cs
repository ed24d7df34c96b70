using Marketplace.Domain.Auctions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Auctions;

/// <summary>拍卖企业: its licence, by organisation.</summary>
public sealed class AuctionHouse
{
    public required Guid Organisation { get; init; }

    /// <summary>拍卖经营批准证书 no.</summary>
    public required string Licence { get; set; }
    public required DateOnly LicenceUntil { get; set; }
    public string? FileSha256 { get; set; }
    public string? FileName { get; set; }
}

/// <summary>Who stands at the desk, as the record names them: an auctioneer by 资格证号, a recorder by name.</summary>
public sealed class HallOfficer
{
    public required Guid Organisation { get; init; }
    public required Guid Person { get; init; }
    public required string Name { get; set; }
    public string? Qualification { get; set; }
}

/// <summary>A session that is held as 拍卖 in a hall: the house, the place, what the announcement fixes, and the proofs before the call.</summary>
public sealed class HallSession
{
    public required Guid Session { get; init; }
    public required Guid House { get; set; }
    public required string Place { get; set; }

    /// <summary>直播; only https.</summary>
    public string? StreamUrl { get; set; }
    public required int WarningSeconds { get; set; }
    public required TieRule TieGoesTo { get; set; }
    public required int FloorFrom { get; set; }
    public required int FloorTo { get; set; }

    /// <summary>The recorder of this session.</summary>
    public Guid? Recorder { get; set; }
    public string? NoticeMedium { get; set; }
    public DateOnly? NoticeDate { get; set; }
    public string? NoticeSha256 { get; set; }
    public DateOnly? DisplayFrom { get; set; }
    public DateOnly? DisplayTo { get; set; }
    public string? DisplayPlace { get; set; }
    public string? RulesSha256 { get; set; }
    public int Version { get; set; }

    public HallTerms Terms => new(WarningSeconds, TieGoesTo, FloorFrom, FloorTo);

    /// <summary>The same hall for a rehearsal; it is not broadcast.</summary>
    public HallSession For(Guid session) => new()
    {
        Session = session,
        House = House,
        Place = Place,
        WarningSeconds = WarningSeconds,
        TieGoesTo = TieGoesTo,
        FloorFrom = FloorFrom,
        FloorTo = FloorTo,
        Recorder = Recorder,
        NoticeMedium = NoticeMedium,
        NoticeDate = NoticeDate,
        NoticeSha256 = NoticeSha256,
        DisplayFrom = DisplayFrom,
        DisplayTo = DisplayTo,
        DisplayPlace = DisplayPlace,
        RulesSha256 = RulesSha256,
    };
}

/// <summary>委托拍卖合同 and roadshow of one lot.</summary>
public sealed class HallLot
{
    public required string Lot { get; init; }
    public string? MandateSha256 { get; set; }
    public DateOnly? MandateDate { get; set; }

    /// <summary>路演</summary>
    public DateTimeOffset? RoadshowAt { get; set; }
}

/// <summary>
/// Who holds a paddle of the floor. Private: nobody but the check-in clerks of the house reads it; the auctioneer sees
/// numbers only.
/// </summary>
public sealed class FloorPaddle
{
    public required Guid Session { get; init; }
    public required int Paddle { get; init; }
    public required Guid Organisation { get; init; }

    /// <summary>Who came, with a mandate to raise the paddle and to sign.</summary>
    public required string Representative { get; set; }

    /// <summary>None when the legal representative came in person.</summary>
    public string? MandateSha256 { get; set; }
    public required Guid Clerk { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>
/// An enterprise that is not in the market, as the clerk of one session checked it. As private as <see cref="FloorPaddle"/>;
/// of the identity document it keeps the kind and the last four characters.
/// </summary>
public sealed class WalkInRow
{
    public required Guid Session { get; init; }
    public required Guid Organisation { get; init; }

    /// <summary>At random: what the desk's addresses say, which stand in every log of requests and must name neither.</summary>
    public required Guid Number { get; init; }
    public required string LegalRepresentative { get; set; }
    public required string Representative { get; set; }
    public required IdentityDocument Document { get; set; }
    public required string DocumentEnd { get; set; }

    /// <summary>营业执照</summary>
    public required string LicenceSha256 { get; set; }
    public string? MandateSha256 { get; set; }
    public required Guid Clerk { get; set; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class HallTables :
    IEntityTypeConfiguration<AuctionHouse>, IEntityTypeConfiguration<HallOfficer>, IEntityTypeConfiguration<HallSession>, IEntityTypeConfiguration<HallLot>,
    IEntityTypeConfiguration<FloorPaddle>, IEntityTypeConfiguration<WalkInRow>
{
    public void Configure(EntityTypeBuilder<AuctionHouse> builder)
    {
        builder.ToTable("auction_houses").HasKey(h => h.Organisation);
        builder.Property(h => h.Licence).HasMaxLength(100);
        builder.Property(h => h.FileSha256).HasMaxLength(64);
    }

    public void Configure(EntityTypeBuilder<HallOfficer> builder)
    {
        builder.ToTable("hall_officers").HasKey(o => new { o.Organisation, o.Person });
        builder.Property(o => o.Name).HasMaxLength(100);
        builder.Property(o => o.Qualification).HasMaxLength(50);
    }

    public void Configure(EntityTypeBuilder<HallSession> builder)
    {
        builder.ToTable("hall_sessions").HasKey(s => s.Session);
        builder.Property(s => s.Place).HasMaxLength(200);
        builder.Property(s => s.StreamUrl).HasMaxLength(500);
        builder.Property(s => s.TieGoesTo).HasConversion<string>().HasMaxLength(20);
        builder.Property(s => s.NoticeMedium).HasMaxLength(200);
        builder.Property(s => s.NoticeSha256).HasMaxLength(64);
        builder.Property(s => s.DisplayPlace).HasMaxLength(200);
        builder.Property(s => s.RulesSha256).HasMaxLength(64);
        builder.Property(s => s.Version).IsConcurrencyToken();
        builder.Ignore(s => s.Terms);
        builder.HasIndex(s => s.House);
    }

    public void Configure(EntityTypeBuilder<HallLot> builder)
    {
        builder.ToTable("hall_lots").HasKey(l => l.Lot);
        builder.Property(l => l.Lot).HasMaxLength(60);
        builder.Property(l => l.MandateSha256).HasMaxLength(64);
    }

    public void Configure(EntityTypeBuilder<FloorPaddle> builder)
    {
        builder.ToTable("floor_paddles").HasKey(p => new { p.Session, p.Paddle });
        builder.Property(p => p.Representative).HasMaxLength(100);
        builder.Property(p => p.MandateSha256).HasMaxLength(64);
        builder.HasIndex(p => new { p.Session, p.Organisation }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<WalkInRow> builder)
    {
        builder.ToTable("walk_ins").HasKey(w => new { w.Session, w.Organisation });
        builder.HasIndex(w => w.Number).IsUnique();
        builder.Property(w => w.LegalRepresentative).HasMaxLength(WalkIn.MostName);
        builder.Property(w => w.Representative).HasMaxLength(WalkIn.MostName);
        builder.Property(w => w.Document).HasConversion<string>().HasMaxLength(30);
        builder.Property(w => w.DocumentEnd).HasMaxLength(WalkIn.EndLength);
        builder.Property(w => w.LicenceSha256).HasMaxLength(64);
        builder.Property(w => w.MandateSha256).HasMaxLength(64);
    }
}
