using Marketplace.Domain.Demands;
using Marketplace.Organisations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Demands;

/// <summary>响应: one organisation's answer to one demand.</summary>
public sealed class DemandResponse
{
    public required Guid Id { get; init; }
    public required Guid Demand { get; init; }
    public required Guid Organisation { get; init; }
    public ResponseState State { get; set; }

    /// <summary>The newest version as JSON.</summary>
    public string Content { get; set; } = "";

    /// <summary>For which edition of the demand the responder stands by it.</summary>
    public int ConfirmedEdition { get; set; }

    /// <summary>The agency that acted last for the organisation; null when it acted itself, which ends what an agency may do here.</summary>
    public Guid? Agency { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }
}

/// <summary>One version of a response, whole; never changed.</summary>
public sealed class DemandResponseVersion
{
    public required Guid Response { get; init; }
    public required int Number { get; init; }
    public required Guid Command { get; init; }
    public required ResponseAct Act { get; init; }
    public required string Content { get; init; }
    public string? Reason { get; init; }
    public required Guid Person { get; init; }

    /// <summary>The agency whose person it was, under the responder's mandate.</summary>
    public Guid? Agency { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>赛马: what was decided of one lane at the gate of one stage; never changed.</summary>
public sealed class DemandLaneDecision
{
    public required Guid Demand { get; init; }
    public required int Stage { get; init; }
    public required Guid Response { get; init; }
    public required bool GoesOn { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class ResponseTables :
    IEntityTypeConfiguration<DemandResponse>, IEntityTypeConfiguration<DemandResponseVersion>, IEntityTypeConfiguration<DemandLaneDecision>
{
    public void Configure(EntityTypeBuilder<DemandResponse> builder)
    {
        builder.ToTable("demand_responses");
        builder.Property(r => r.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(r => r.Version).IsConcurrencyToken();
        builder.HasIndex(r => new { r.Demand, r.Organisation }).IsUnique();
        builder.HasIndex(r => new { r.Organisation, r.State });
        builder.HasIndex(r => r.Agency);
        builder.HasOne<Demand>().WithMany().HasForeignKey(r => r.Demand);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(r => r.Organisation);
    }

    public void Configure(EntityTypeBuilder<DemandResponseVersion> builder)
    {
        builder.ToTable("demand_response_versions").HasKey(v => new { v.Response, v.Number });
        builder.Property(v => v.Act).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(v => new { v.Response, v.Command }).IsUnique();
        builder.HasIndex(v => new { v.Agency, v.At });
        builder.HasOne<DemandResponse>().WithMany().HasForeignKey(v => v.Response);
    }

    public void Configure(EntityTypeBuilder<DemandLaneDecision> builder)
    {
        builder.ToTable("demand_lane_decisions").HasKey(d => new { d.Demand, d.Stage, d.Response });
        builder.HasOne<Demand>().WithMany().HasForeignKey(d => d.Demand);
    }
}
