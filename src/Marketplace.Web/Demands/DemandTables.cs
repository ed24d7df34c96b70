using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Organisations;
using Marketplace.Platform.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Demands;

/// <summary>技术需求: the row that lists read. Columns of the listing follow what is public while it is public, else the working version.</summary>
public sealed class Demand
{
    public required Guid Id { get; init; }

    /// <summary>Whose need it is, whoever wrote it.</summary>
    public required Guid Organisation { get; init; }

    public required DemandKind Kind { get; init; }
    public string Title { get; set; } = "";
    public string Problem { get; set; } = "";
    public TechField? Field { get; set; }

    /// <summary>Stored names between bars, <c>|NewMaterials|</c>, for filtering.</summary>
    public string Highlands { get; set; } = "";

    /// <summary>Stored names between bars.</summary>
    public string Ways { get; set; } = "";

    public int? Trl { get; set; }

    /// <summary>The public texts alone, folded, for the simple search: never a name or a budget.</summary>
    public string SearchText { get; set; } = "";

    public DemandState State { get; set; }
    public bool ChangeWaits { get; set; }

    /// <summary>The first moment that is too late for a response; the truth of the intake.</summary>
    public DateTimeOffset? Deadline { get; set; }

    public Opens NameOpens { get; set; }
    public Opens BudgetOpens { get; set; }
    public Opens ConfidentialOpens { get; set; }

    /// <summary>Somebody shall never see it: then only members of verified organisations see it at all.</summary>
    public bool Blocks { get; set; }

    /// <summary>The working version as JSON.</summary>
    public string Content { get; set; } = "";

    /// <summary>What was published last, as JSON; null before the first publication.</summary>
    public string? PublicContent { get; set; }

    /// <summary>Counts publications: what pages call the version.</summary>
    public int Edition { get; set; }

    /// <summary>The edition in which a must-target, the reward or a stage changed last.</summary>
    public int TargetsEdition { get; set; }

    public DateTimeOffset? PublishedAt { get; set; }

    /// <summary>The newest grade of what it says now; null when it was edited since.</summary>
    public Grade? Grade { get; set; }

    /// <summary>The written promise of the reward by a signatory, until a ledger can freeze it.</summary>
    public long? PromisedFen { get; set; }

    public Guid? PromisedBy { get; set; }
    public DateTimeOffset? PromisedAt { get; set; }
    public DateTimeOffset? NoticeEndsAt { get; set; }

    /// <summary>Milestones passed; in a race the stage that runs, from one.</summary>
    public int Stage { get; set; }

    public bool Demo { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The number of the newest version; the concurrency token on both databases.</summary>
    public int Version { get; set; }

    public DemandStanding Standing => new(State, ChangeWaits);

    public RevealSettings Reveal => new(NameOpens, BudgetOpens, ConfidentialOpens);

    /// <summary>The label people quote; it says nothing of the owner.</summary>
    public string Number => $"XQ-{CreatedAt.ToOffset(Instant.Beijing).Year}-{Id.ToString("N")[^6..].ToUpperInvariant()}";
}

/// <summary>One version, whole; never changed after it is written.</summary>
public sealed class DemandVersion
{
    public required Guid Demand { get; init; }
    public required int Number { get; init; }
    public required Guid Command { get; init; }
    public required DemandAct Act { get; init; }
    public required DemandState State { get; init; }

    /// <summary>The edition that stood after it.</summary>
    public required int Edition { get; init; }

    public required string Content { get; init; }
    public string? Reason { get; init; }

    /// <summary>What the command said, shortened (<see cref="DemandWriting.Said"/>); null where nobody gives it a second time.</summary>
    public string? Said { get; init; }

    /// <summary>Who did it; empty when the market itself did (a deadline passed, a notice ended).</summary>
    public required Guid Person { get; init; }

    /// <summary>For which organisation that person acted: the owner, a mandated broker, the operator, a responder.</summary>
    public required Guid Actor { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>An organisation that never sees the demand.</summary>
public sealed class DemandBlock
{
    public required Guid Demand { get; init; }
    public required Guid Organisation { get; init; }
}

/// <summary>An organisation that the owner let in to everything, by name.</summary>
public sealed class DemandGuest
{
    public required Guid Demand { get; init; }
    public required Guid Organisation { get; init; }
    public required Guid Person { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>Somebody read what is not public: the owner sees who, what and when.</summary>
public sealed class DemandView
{
    public required Guid Id { get; init; }
    public required Guid Demand { get; init; }
    public required Guid Person { get; init; }
    public required Guid Organisation { get; init; }

    /// <summary><c>name</c>, <c>budget</c>, <c>confidential</c>, between bars.</summary>
    public required string What { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>One broker's judgement of one version; never changed.</summary>
public sealed class DemandGrade
{
    public required Guid Demand { get; init; }
    public required int Number { get; init; }
    public required Guid Command { get; init; }

    /// <summary>Of which version.</summary>
    public required int Version { get; init; }

    public required Grade Grade { get; init; }

    /// <summary>Given back for re-diagnosis.</summary>
    public required bool Back { get; init; }

    /// <summary><see cref="GradeSheet"/> as JSON.</summary>
    public required string Sheet { get; init; }

    public required Guid Person { get; init; }
    public required Guid Agency { get; init; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class DemandTables :
    IEntityTypeConfiguration<Demand>, IEntityTypeConfiguration<DemandVersion>, IEntityTypeConfiguration<DemandBlock>, IEntityTypeConfiguration<DemandGuest>,
    IEntityTypeConfiguration<DemandView>, IEntityTypeConfiguration<DemandGrade>
{
    public void Configure(EntityTypeBuilder<Demand> builder)
    {
        // An enterprise is shown while a demand bears its name.
        builder.Tells(DemandDocuments.Name).Tells(Organisation.Told, nameof(Demand.Organisation)).ToTable("demands");
        builder.Property(d => d.Kind).HasConversion<string>().HasMaxLength(20);
        builder.Property(d => d.Title).HasMaxLength(DemandCheck.MostTitle);
        builder.Property(d => d.Field).HasConversion<string>().HasMaxLength(30);
        builder.Property(d => d.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(d => d.NameOpens).HasConversion<string>().HasMaxLength(20);
        builder.Property(d => d.BudgetOpens).HasConversion<string>().HasMaxLength(20);
        builder.Property(d => d.ConfidentialOpens).HasConversion<string>().HasMaxLength(20);
        builder.Property(d => d.Grade).HasConversion<string>().HasMaxLength(1);
        builder.Property(d => d.Version).IsConcurrencyToken();
        builder.Ignore(d => d.Standing);
        builder.Ignore(d => d.Reveal);
        builder.Ignore(d => d.Number);
        builder.HasIndex(d => new { d.State, d.PublishedAt });
        builder.HasIndex(d => new { d.Organisation, d.State });
        builder.HasOne<Organisation>().WithMany().HasForeignKey(d => d.Organisation);
    }

    public void Configure(EntityTypeBuilder<DemandVersion> builder)
    {
        builder.ToTable("demand_versions").HasKey(v => new { v.Demand, v.Number });
        builder.Property(v => v.Act).HasConversion<string>().HasMaxLength(20);
        builder.Property(v => v.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(v => v.Said).HasMaxLength(DemandWriting.SaidLength);
        builder.HasIndex(v => new { v.Demand, v.Command }).IsUnique();
        builder.HasOne<Demand>().WithMany().HasForeignKey(v => v.Demand);
    }

    public void Configure(EntityTypeBuilder<DemandBlock> builder)
    {
        builder.ToTable("demand_blocks").HasKey(b => new { b.Demand, b.Organisation });
        builder.HasOne<Demand>().WithMany().HasForeignKey(b => b.Demand);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(b => b.Organisation);
    }

    public void Configure(EntityTypeBuilder<DemandGuest> builder)
    {
        builder.ToTable("demand_guests").HasKey(g => new { g.Demand, g.Organisation });
        builder.HasOne<Demand>().WithMany().HasForeignKey(g => g.Demand);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(g => g.Organisation);
    }

    public void Configure(EntityTypeBuilder<DemandView> builder)
    {
        builder.ToTable("demand_views");
        builder.Property(v => v.What).HasMaxLength(64);
        builder.HasIndex(v => new { v.Demand, v.At });
        builder.HasOne<Demand>().WithMany().HasForeignKey(v => v.Demand);
    }

    public void Configure(EntityTypeBuilder<DemandGrade> builder)
    {
        builder.ToTable("demand_grades").HasKey(g => new { g.Demand, g.Number });
        builder.Property(g => g.Grade).HasConversion<string>().HasMaxLength(1);
        builder.HasIndex(g => new { g.Demand, g.Command }).IsUnique();
        builder.HasIndex(g => new { g.Agency, g.At });
        builder.HasOne<Demand>().WithMany().HasForeignKey(g => g.Demand);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(g => g.Agency);
    }
}
