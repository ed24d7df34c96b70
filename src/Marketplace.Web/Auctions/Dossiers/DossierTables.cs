using Marketplace.Domain.Auctions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Auctions.Dossiers;

/// <summary>What is signed before anybody reads the confidential files of a lot. Fixed with the announcement.</summary>
public sealed class DossierRow
{
    public required string Lot { get; init; }

    /// <summary>The market's own text, by version; what the seller adds follows it.</summary>
    public required string TextVersion { get; set; }
    public string? OwnText { get; set; }
    public required int Years { get; set; }

    /// <summary>Of the whole text.</summary>
    public required string TextSha256 { get; set; }
}

/// <summary>One confidential file. Before the announcement it may go again; afterwards it is withdrawn and keeps its number.</summary>
public sealed class DossierFileRow
{
    /// <summary>Comes with the form, so that sending it twice adds one file.</summary>
    public required Guid Id { get; init; }
    public required string Lot { get; init; }

    /// <summary>Its place, from 1.</summary>
    public required int Number { get; set; }

    /// <summary>Public; the content is not.</summary>
    public required string Title { get; init; }
    public required string Sha256 { get; init; }
    public required string FileName { get; init; }
    public required long Length { get; init; }
    public required int Pages { get; init; }

    /// <summary>Came after the announcement.</summary>
    public required bool Addendum { get; init; }
    public required DateTimeOffset AddedAt { get; init; }
    public required Guid AddedBy { get; init; }
    public DateTimeOffset? WithdrawnAt { get; set; }
    public string? WithdrawnBecause { get; set; }
    public Guid? WithdrawnBy { get; set; }

    /// <summary>Counts changes; the concurrency token on both databases.</summary>
    public int Version { get; set; }
}

/// <summary>
/// 保密承诺, signed for an organisation. Private: before the names open no page joins organisation and lot but the
/// organisation's own, because interest in a lot is what sellers and operators must not know of anybody.
/// </summary>
public sealed class NdaRow
{
    /// <summary>Comes with the form, so that sending it twice signs once.</summary>
    public required Guid Id { get; init; }

    /// <summary>What seller and operator call the reader while bids run.</summary>
    public required string Code { get; init; }
    public required string Lot { get; init; }
    public required Guid Organisation { get; init; }
    public required string OrganisationName { get; init; }
    public required Guid Person { get; init; }
    public required string PersonName { get; init; }
    public required string TextVersion { get; init; }
    public required string TextSha256 { get; init; }
    public required int Years { get; init; }
    public required DateTimeOffset SignedAt { get; init; }
    public DateTimeOffset? WithdrawnAt { get; set; }
    public Guid? WithdrawnBy { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public string? RevokedBecause { get; set; }
    public Guid? RevokedBy { get; set; }

    /// <summary>Counts changes; the concurrency token on both databases.</summary>
    public int Version { get; set; }

    public DateOnly SignedOn => StatutoryDays.DayOf(SignedAt);
    public DateOnly Until => Dossier.Until(SignedOn, Years);
    public SignedNda Seen => new(Organisation, TextSha256, Years, PersonName, WithdrawnAt is not null, RevokedAt is not null);
}

/// <summary>As whom a copy was opened. Stored by name.</summary>
public enum DossierReader { Signer, Seller, Operator }

/// <summary>One copy that was made: written before its first byte is sent. Never changed, never deleted.</summary>
public sealed class DossierViewRow
{
    /// <summary>Printed on every page of the copy; says nothing about how many there are.</summary>
    public required string Copy { get; init; }
    public required string Lot { get; init; }
    public required Guid File { get; init; }
    public required int Number { get; init; }
    public required DossierReader As { get; init; }

    /// <summary>What the organisation had signed; null for seller and operator.</summary>
    public Guid? Nda { get; init; }
    public required Guid Organisation { get; init; }
    public required string OrganisationName { get; init; }
    public required Guid Person { get; init; }
    public required string PersonName { get; init; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class DossierTables :
    IEntityTypeConfiguration<DossierRow>, IEntityTypeConfiguration<DossierFileRow>, IEntityTypeConfiguration<NdaRow>, IEntityTypeConfiguration<DossierViewRow>
{
    public void Configure(EntityTypeBuilder<DossierRow> builder)
    {
        builder.ToTable("dossiers").HasKey(d => d.Lot);
        builder.Property(d => d.Lot).HasMaxLength(60);
        builder.Property(d => d.TextVersion).HasMaxLength(30);
        builder.Property(d => d.TextSha256).HasMaxLength(64);
        builder.HasOne<Lot>().WithOne().HasForeignKey<DossierRow>(d => d.Lot).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<DossierFileRow> builder)
    {
        builder.ToTable("dossier_files");
        builder.Property(f => f.Lot).HasMaxLength(60);
        builder.Property(f => f.Title).HasMaxLength(Dossier.MostTitle);
        builder.Property(f => f.Sha256).HasMaxLength(64);
        builder.Property(f => f.Version).IsConcurrencyToken();
        builder.HasIndex(f => new { f.Lot, f.Number }).IsUnique();
        builder.HasOne<DossierRow>().WithMany().HasForeignKey(f => f.Lot).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<NdaRow> builder)
    {
        builder.ToTable("dossier_ndas");
        builder.Property(n => n.Code).HasMaxLength(20);
        builder.Property(n => n.Lot).HasMaxLength(60);
        builder.Property(n => n.TextVersion).HasMaxLength(30);
        builder.Property(n => n.TextSha256).HasMaxLength(64);
        builder.Property(n => n.Version).IsConcurrencyToken();
        builder.HasIndex(n => n.Code).IsUnique();
        builder.HasIndex(n => n.Organisation);
        // Two signatories who sign at the same moment meet here: one signature stands for an organisation.
        builder.HasIndex(n => new { n.Lot, n.Organisation }).IsUnique().HasFilter("withdrawn_at IS NULL");
        builder.Ignore(n => n.SignedOn).Ignore(n => n.Until).Ignore(n => n.Seen);
        builder.HasOne<DossierRow>().WithMany().HasForeignKey(n => n.Lot).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<DossierViewRow> builder)
    {
        builder.ToTable("dossier_views").HasKey(v => v.Copy);
        builder.Property(v => v.Copy).HasMaxLength(20);
        builder.Property(v => v.Lot).HasMaxLength(60);
        builder.Property(v => v.As).HasColumnName("read_as").HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(v => new { v.Lot, v.At });
        builder.HasIndex(v => v.Nda);
    }
}
