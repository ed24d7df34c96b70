using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Organisations;
using Marketplace.Organisations.Mandates;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Matching;

/// <summary>引荐 as it stands; what a query needs has its own column.</summary>
public sealed class IntroductionRow
{
    public required Guid Id { get; init; }
    public required int Year { get; init; }
    public required int Ordinal { get; init; }
    public required Guid Agency { get; init; }
    public required Guid Broker { get; init; }
    public required Guid Demand { get; init; }
    public required Guid DemandOwner { get; init; }
    public required string DemandTitle { get; init; }
    public required Guid Achievement { get; init; }
    public required Guid AchievementOwner { get; init; }
    public required string AchievementTitle { get; init; }
    public required DateTimeOffset At { get; init; }
    public IntroductionState State { get; set; }

    /// <summary>Nobody but the agency may know of it.</summary>
    public bool IsSealed { get; set; }
    public DateTimeOffset? ConfirmedAt { get; set; }
    public DateOnly? ProtectedUntil { get; set; }

    /// <summary>The whole <see cref="Introduction"/> as JSON.</summary>
    public string Body { get; set; } = "";
    public bool Demo { get; init; }

    /// <summary>The number of the newest version; the concurrency token on both databases.</summary>
    public int Version { get; set; }

    public string Number => $"YJ-{Year}-{Ordinal:D4}";

    public Introduction Read() => Introduction.Read(Body);

    public void Take(Introduction introduction) => (State, IsSealed, ConfirmedAt, ProtectedUntil, Body, Version) =
        (introduction.State, introduction.IsSealed, introduction.ConfirmedAt, introduction.ProtectedUntil, introduction.Write(), introduction.Version);
}

/// <summary>One version of an introduction, whole; never changed after it is written.</summary>
public sealed class IntroductionVersionRow
{
    public required Guid Introduction { get; init; }
    public required int Number { get; init; }
    public required Guid Command { get; init; }
    public required IntroductionAct Act { get; init; }

    /// <summary>Who did it; empty when the market itself did.</summary>
    public required Guid Person { get; init; }
    public string? Reason { get; init; }
    public required string Body { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>A demand and an achievement that somebody introduced; its version puts all claims on them in one order.</summary>
public sealed class PairRow
{
    public required Guid Demand { get; init; }
    public required Guid Achievement { get; init; }
    public int Version { get; set; }
}

/// <summary>线索: an agency's own note of what may become a deal.</summary>
public sealed class LeadRow
{
    public required Guid Id { get; init; }
    public required Guid Agency { get; init; }
    public string Title { get; set; } = "";

    /// <summary>Whom one talks to.</summary>
    public string Contact { get; set; } = "";

    /// <summary>The agency's estimate of 成交额; a figure of nobody's but its own.</summary>
    public long? Fen { get; set; }
    public Guid? Introduction { get; set; }
    public LeadStage Stage { get; set; }
    public string? NextStep { get; set; }
    public DateOnly? NextOn { get; set; }
    public bool Demo { get; init; }

    /// <summary>Counts changes; the concurrency token on both databases.</summary>
    public int Version { get; set; }
}

/// <summary>A lead came to a stage, or was changed where it is; never changed itself.</summary>
public sealed class LeadMoveRow
{
    public required Guid Lead { get; init; }
    public required int Number { get; init; }
    public required Guid Command { get; init; }
    public required LeadStage Stage { get; init; }
    public required Guid Person { get; init; }
    public string? Note { get; init; }

    /// <summary>What the command said, as JSON: sent again it has to say the same.</summary>
    public required string Body { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>佣金认定, or that one falls away; never changed. In the order of its number.</summary>
public sealed class FeeFindingRow
{
    /// <summary>The auction of the deal.</summary>
    public required string Deal { get; init; }
    public required int Number { get; init; }
    public required Guid Command { get; init; }
    public required Guid Introduction { get; init; }
    public required FeeFinding Finding { get; init; }

    /// <summary>False: what was found before stands no more.</summary>
    public required bool Made { get; init; }
    public required string Reason { get; init; }
    public required Guid Person { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>商定佣金: what one side said of the fee of a sale; never changed. In the order of its number.</summary>
public sealed class FeeAgreementRow
{
    /// <summary>The auction of the deal.</summary>
    public required string Deal { get; init; }
    public required Guid Mandate { get; init; }
    public required int Number { get; init; }
    public required Guid Command { get; init; }
    public required FeeAgreementAct Act { get; init; }
    public required MandateParty By { get; init; }
    public required long Fen { get; init; }
    public required Guid Person { get; init; }
    public required DateTimeOffset At { get; init; }

    public FeeAgreementStep Read() => new(Act, By, Fen);
}

internal sealed class MatchingTables :
    IEntityTypeConfiguration<IntroductionRow>, IEntityTypeConfiguration<IntroductionVersionRow>, IEntityTypeConfiguration<PairRow>,
    IEntityTypeConfiguration<LeadRow>, IEntityTypeConfiguration<LeadMoveRow>, IEntityTypeConfiguration<FeeFindingRow>,
    IEntityTypeConfiguration<FeeAgreementRow>
{
    public void Configure(EntityTypeBuilder<IntroductionRow> builder)
    {
        builder.ToTable("introductions");
        builder.Property(i => i.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(i => i.Version).IsConcurrencyToken();
        builder.Ignore(i => i.Number);
        builder.HasIndex(i => new { i.Year, i.Ordinal }).IsUnique();
        builder.HasIndex(i => new { i.Demand, i.Achievement });
        builder.HasIndex(i => new { i.Agency, i.State });
        builder.HasIndex(i => new { i.DemandOwner, i.State });
        builder.HasIndex(i => new { i.AchievementOwner, i.State });
        builder.HasIndex(i => i.Achievement);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(i => i.Agency);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(i => i.DemandOwner);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(i => i.AchievementOwner);
    }

    public void Configure(EntityTypeBuilder<IntroductionVersionRow> builder)
    {
        builder.ToTable("introduction_versions").HasKey(v => new { v.Introduction, v.Number });
        builder.Property(v => v.Act).HasConversion<string>().HasMaxLength(20);
        builder.Property(v => v.Reason).HasMaxLength(Introduction.MostReason);
        builder.HasIndex(v => new { v.Introduction, v.Command }).IsUnique();
        builder.HasOne<IntroductionRow>().WithMany().HasForeignKey(v => v.Introduction);
    }

    public void Configure(EntityTypeBuilder<PairRow> builder)
    {
        builder.ToTable("introduction_pairs").HasKey(p => new { p.Demand, p.Achievement });
        builder.Property(p => p.Version).IsConcurrencyToken();
    }

    public void Configure(EntityTypeBuilder<LeadRow> builder)
    {
        builder.ToTable("leads");
        builder.Property(l => l.Title).HasMaxLength(Pipeline.MostTitle);
        builder.Property(l => l.Contact).HasMaxLength(Pipeline.MostTitle);
        builder.Property(l => l.Stage).HasConversion<string>().HasMaxLength(20);
        builder.Property(l => l.NextStep).HasMaxLength(Pipeline.MostNote);
        builder.Property(l => l.Version).IsConcurrencyToken();
        builder.HasIndex(l => new { l.Agency, l.Stage });
        builder.HasOne<Organisation>().WithMany().HasForeignKey(l => l.Agency);
    }

    public void Configure(EntityTypeBuilder<LeadMoveRow> builder)
    {
        builder.ToTable("lead_moves").HasKey(m => new { m.Lead, m.Number });
        builder.Property(m => m.Stage).HasConversion<string>().HasMaxLength(20);
        builder.Property(m => m.Note).HasMaxLength(Pipeline.MostNote);
        builder.HasIndex(m => new { m.Lead, m.Command }).IsUnique();
        builder.HasOne<LeadRow>().WithMany().HasForeignKey(m => m.Lead);
    }

    public void Configure(EntityTypeBuilder<FeeFindingRow> builder)
    {
        builder.ToTable("fee_findings").HasKey(f => new { f.Deal, f.Number });
        builder.Property(f => f.Finding).HasConversion<string>().HasMaxLength(20);
        builder.Property(f => f.Reason).HasMaxLength(FeeFindings.MostReason);
        builder.HasIndex(f => f.Command).IsUnique();
        builder.HasIndex(f => f.Introduction);
        builder.HasOne<IntroductionRow>().WithMany().HasForeignKey(f => f.Introduction);
    }

    public void Configure(EntityTypeBuilder<FeeAgreementRow> builder)
    {
        builder.ToTable("fee_agreements").HasKey(f => new { f.Deal, f.Mandate, f.Number });
        builder.Property(f => f.Act).HasConversion<string>().HasMaxLength(20);
        builder.Property(f => f.By).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(f => f.Command).IsUnique();
        builder.HasOne<MandateRow>().WithMany().HasForeignKey(f => f.Mandate);
    }
}
