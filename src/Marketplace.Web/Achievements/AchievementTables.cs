using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Organisations;
using Marketplace.Platform.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Achievements;

/// <summary>科技成果: the row that lists read. Columns of the listing follow what is public while it is public, else the working version.</summary>
public sealed class Achievement
{
    public required Guid Id { get; init; }
    public required Guid Organisation { get; init; }

    /// <summary>The unit's own number; unique within the organisation.</summary>
    public string? ExternalId { get; init; }

    public string Title { get; set; } = "";
    public string Summary { get; set; } = "";

    /// <summary>One keyword a line.</summary>
    public string Keywords { get; set; } = "";

    public TechField? Field { get; set; }
    public int? Trl { get; set; }

    /// <summary>Stored names between bars, <c>|Assignment|UseFirst|</c>, for filtering.</summary>
    public string Ways { get; set; } = "";

    /// <summary>Stored names between bars.</summary>
    public string Highlands { get; set; } = "";

    /// <summary>Registered tier.</summary>
    public long? PriceIdeaFen { get; set; }

    public string? Region { get; set; }

    /// <summary>Title, summary, keywords and external id in lower case, for the simple search.</summary>
    public string SearchText { get; set; } = "";

    public AchievementState State { get; set; }
    public Revision Revision { get; set; }

    /// <summary>The working version as JSON.</summary>
    public string Content { get; set; } = "";

    /// <summary>What was published last, as JSON; null before the first publication.</summary>
    public string? PublicContent { get; set; }

    public int? PublishedVersion { get; set; }
    public DateTimeOffset? PublishedAt { get; set; }

    /// <summary>The auction that holds it, or that sold it.</summary>
    public string? Auction { get; set; }

    public bool Demo { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The number of the newest version; the concurrency token on both databases.</summary>
    public int Version { get; set; }

    public Standing Standing => new(State, Revision);
}

/// <summary>One version, whole; never changed after it is written.</summary>
public sealed class AchievementVersion
{
    public required Guid Achievement { get; init; }
    public required int Number { get; init; }
    public required Guid Command { get; init; }
    public required AchievementAct Act { get; init; }
    public required AchievementState State { get; init; }
    public required Revision Revision { get; init; }
    public required string Content { get; init; }
    public string? Reason { get; init; }

    /// <summary>Who did it; empty when the market itself did (a trade began or ended).</summary>
    public required Guid Person { get; init; }

    /// <summary>The agency whose member did it for the unit; null when the unit did it itself.</summary>
    public Guid? Agency { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>Which achievements carry a patent number, for finding duplicates.</summary>
public sealed class AchievementPatent
{
    public required Guid Achievement { get; init; }

    /// <summary><see cref="PatentNumber.Stem"/>.</summary>
    public required string Number { get; init; }
}

/// <summary>职务成果披露. Its id becomes the achievement's id when the unit lists it.</summary>
public sealed class Disclosure
{
    public required Guid Id { get; init; }
    public required Guid Organisation { get; init; }
    public required Guid Person { get; init; }
    public required Guid Command { get; init; }
    public required string Title { get; init; }
    public required string Summary { get; init; }

    /// <summary>All that was told, as JSON.</summary>
    public required string Told { get; init; }

    public DisclosureState State { get; set; }
    public bool Demo { get; init; }
    public required DateTimeOffset ToldAt { get; init; }
    public int Version { get; set; }
}

/// <summary>One decision of the unit on a disclosure; never changed.</summary>
public sealed class DisclosureDecisionRow
{
    public required Guid Disclosure { get; init; }
    public required int Number { get; init; }
    public required Guid Command { get; init; }
    public required DisclosureDecision Decision { get; init; }
    public string? Reason { get; init; }
    public required Guid Person { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>Somebody read the registered tier: the owner may see who and when.</summary>
public sealed class AchievementView
{
    public required Guid Id { get; init; }
    public required Guid Achievement { get; init; }
    public required Guid Person { get; init; }
    public required Guid Organisation { get; init; }

    /// <summary><c>fields</c>, or the SHA-256 of the file that was sent.</summary>
    public required string What { get; init; }

    public required DateTimeOffset At { get; init; }
}

internal sealed class AchievementTables :
    IEntityTypeConfiguration<Achievement>, IEntityTypeConfiguration<AchievementVersion>, IEntityTypeConfiguration<AchievementPatent>,
    IEntityTypeConfiguration<Disclosure>, IEntityTypeConfiguration<DisclosureDecisionRow>, IEntityTypeConfiguration<AchievementView>
{
    public void Configure(EntityTypeBuilder<Achievement> builder)
    {
        builder.Tells(AchievementDocuments.Name).ToTable("achievements");
        builder.Property(a => a.ExternalId).HasMaxLength(100);
        builder.Property(a => a.Title).HasMaxLength(ContentCheck.MostTitle);
        builder.Property(a => a.Field).HasConversion<string>().HasMaxLength(30);
        builder.Property(a => a.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(a => a.Revision).HasConversion<string>().HasMaxLength(20);
        builder.Property(a => a.Region).HasMaxLength(6);
        builder.Property(a => a.Auction).HasMaxLength(100);
        builder.Property(a => a.Version).IsConcurrencyToken();
        builder.Ignore(a => a.Standing);
        builder.HasIndex(a => new { a.Organisation, a.ExternalId }).IsUnique();
        builder.HasIndex(a => new { a.State, a.PublishedAt });
        builder.HasOne<Organisation>().WithMany().HasForeignKey(a => a.Organisation);
    }

    public void Configure(EntityTypeBuilder<AchievementVersion> builder)
    {
        builder.ToTable("achievement_versions").HasKey(v => new { v.Achievement, v.Number });
        builder.Property(v => v.Act).HasConversion<string>().HasMaxLength(20);
        builder.Property(v => v.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(v => v.Revision).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(v => new { v.Achievement, v.Command }).IsUnique();
        builder.HasIndex(v => v.Agency);
        builder.HasOne<Achievement>().WithMany().HasForeignKey(v => v.Achievement);
    }

    public void Configure(EntityTypeBuilder<AchievementPatent> builder)
    {
        builder.ToTable("achievement_patents").HasKey(p => new { p.Achievement, p.Number });
        builder.Property(p => p.Number).HasMaxLength(PatentNumber.Most);
        builder.HasIndex(p => p.Number);
        builder.HasOne<Achievement>().WithMany().HasForeignKey(p => p.Achievement);
    }

    public void Configure(EntityTypeBuilder<Disclosure> builder)
    {
        builder.ToTable("disclosures");
        builder.Property(d => d.Title).HasMaxLength(ContentCheck.MostTitle);
        builder.Property(d => d.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(d => d.Version).IsConcurrencyToken();
        builder.HasIndex(d => new { d.Organisation, d.State });
        builder.HasOne<Organisation>().WithMany().HasForeignKey(d => d.Organisation);
    }

    public void Configure(EntityTypeBuilder<DisclosureDecisionRow> builder)
    {
        builder.ToTable("disclosure_decisions").HasKey(d => new { d.Disclosure, d.Number });
        builder.Property(d => d.Decision).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(d => new { d.Disclosure, d.Command }).IsUnique();
        builder.HasOne<Disclosure>().WithMany().HasForeignKey(d => d.Disclosure);
    }

    public void Configure(EntityTypeBuilder<AchievementView> builder)
    {
        builder.ToTable("achievement_views");
        builder.Property(v => v.What).HasMaxLength(64);
        builder.HasIndex(v => new { v.Achievement, v.At });
        builder.HasOne<Achievement>().WithMany().HasForeignKey(v => v.Achievement);
    }
}
