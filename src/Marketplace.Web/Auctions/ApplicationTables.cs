using Marketplace.Domain.Auctions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Auctions;

/// <summary>
/// The ceiling a signatory set, until the auction holds it. Private: only the applicant's own page and the admission
/// read it; the row stays for the applicant's own page.
/// </summary>
public sealed class CeilingRow
{
    public required Guid Application { get; init; }
    public required long ValueFen { get; set; }
    public required string Nonce { get; set; }

    /// <summary>Makes each move of the ceiling one command of the auction.</summary>
    public required string CommandId { get; set; }
}

/// <summary>
/// Who holds a paddle. Private: no page, export or log of anybody but the organisation itself reads it before the close,
/// and afterwards only the winner's row is opened.
/// </summary>
public sealed class PaddleRow
{
    public required string Auction { get; init; }
    public required int Paddle { get; init; }
    public required Guid Organisation { get; init; }
    public required Guid Application { get; init; }

    /// <summary>Empty in a rehearsal, where nothing is frozen.</summary>
    public required Guid Hold { get; init; }
    public required DateTimeOffset DrawnAt { get; init; }

    /// <summary>The auction knows the paddle; null while it is being told.</summary>
    public DateTimeOffset? AdmittedAt { get; set; }

    /// <summary>After the close: the hold was given back, or goes into the price.</summary>
    public DateTimeOffset? SettledAt { get; set; }
}

/// <summary>竞买代理: an agency that an application names. Private like the paddles; ended or not, the agency is nobody else's agent in this lot.</summary>
public sealed class BuyerAgencyRow
{
    public required string Auction { get; init; }
    public required Guid Agency { get; init; }
    public required Guid Application { get; init; }
    public required DateTimeOffset NamedAt { get; init; }

    /// <summary>Who named it first.</summary>
    public required Guid NamedBy { get; init; }
    public DateTimeOffset? EndedAt { get; set; }
}

internal sealed class ApplicationTables :
    IEntityTypeConfiguration<Application>, IEntityTypeConfiguration<CeilingRow>, IEntityTypeConfiguration<PaddleRow>, IEntityTypeConfiguration<BuyerAgencyRow>
{
    public void Configure(EntityTypeBuilder<BuyerAgencyRow> builder)
    {
        builder.ToTable("buyer_agencies").HasKey(r => new { r.Auction, r.Agency });
        builder.Property(r => r.Auction).HasMaxLength(60);
        builder.HasOne<Application>().WithMany().HasForeignKey(r => r.Application).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(r => r.Application).IsUnique().HasFilter("ended_at IS NULL");
        builder.HasIndex(r => r.Agency);
    }

    public void Configure(EntityTypeBuilder<Application> builder)
    {
        builder.ToTable("applications");
        builder.Property(a => a.Code).HasMaxLength(12);
        builder.Property(a => a.Auction).HasMaxLength(60);
        builder.Property(a => a.Statement).HasMaxLength(Application.MostText);
        builder.Property(a => a.InterestText).HasMaxLength(Application.MostText);
        builder.Property(a => a.ReviewReason).HasMaxLength(Application.MostText);
        builder.Property(a => a.Agent).HasMaxLength(100);
        builder.Property(a => a.Interest).HasConversion<string>().HasMaxLength(20);
        builder.Property(a => a.Review).HasConversion<string>().HasMaxLength(20);
        builder.Property(a => a.Version).IsConcurrencyToken();
        builder.HasIndex(a => a.Code).IsUnique();
        builder.HasIndex(a => new { a.Auction, a.Organisation }).IsUnique();
        builder.HasIndex(a => a.Organisation);
        builder.HasIndex(a => a.Review);
        builder.Ignore(a => a.IsReady);
        builder.Ignore(a => a.Next);
    }

    public void Configure(EntityTypeBuilder<CeilingRow> builder)
    {
        builder.ToTable("ceilings").HasKey(c => c.Application);
        builder.Property(c => c.Nonce).HasMaxLength(64);
        builder.Property(c => c.CommandId).HasMaxLength(36);
    }

    public void Configure(EntityTypeBuilder<PaddleRow> builder)
    {
        builder.ToTable("paddles").HasKey(p => new { p.Auction, p.Paddle });
        builder.Property(p => p.Auction).HasMaxLength(60);
        builder.HasIndex(p => new { p.Auction, p.Organisation }).IsUnique();
        builder.HasIndex(p => p.Application).IsUnique();
    }
}
