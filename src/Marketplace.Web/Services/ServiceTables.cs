using Marketplace.Domain.Services;
using Marketplace.Organisations;
using Marketplace.Platform.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Services;

/// <summary>服务资源: one service of one provider.</summary>
public sealed class Service
{
    public required Guid Id { get; init; }

    /// <summary>The provider.</summary>
    public required Guid Organisation { get; init; }

    /// <summary>What is listed while it is listed, else the working version.</summary>
    public string Title { get; set; } = "";

    public ServiceState State { get; set; }
    public ServiceRevision Revision { get; set; }

    /// <summary>The working version as JSON.</summary>
    public string Content { get; set; } = "";

    /// <summary>What was listed last, as JSON; null before the first time.</summary>
    public string? PublicContent { get; set; }

    public int? ListedVersion { get; set; }
    public DateTimeOffset? ListedAt { get; set; }
    public bool Demo { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The number of the newest version; the concurrency token on both databases.</summary>
    public int Version { get; set; }

    public ServiceStanding Standing => new(State, Revision);
}

/// <summary>One version, whole; never changed after it is written.</summary>
public sealed class ServiceVersion
{
    public required Guid Service { get; init; }
    public required int Number { get; init; }
    public required Guid Command { get; init; }
    public required ServiceAct Act { get; init; }
    public required ServiceState State { get; init; }
    public required ServiceRevision Revision { get; init; }
    public required string Content { get; init; }
    public string? Reason { get; init; }
    public required Guid Person { get; init; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class ServiceTables : IEntityTypeConfiguration<Service>, IEntityTypeConfiguration<ServiceVersion>
{
    public void Configure(EntityTypeBuilder<Service> builder)
    {
        // An enterprise is shown while a service bears its name.
        builder.Tells(ServiceDocuments.Name).Tells(Organisation.Told, nameof(Service.Organisation)).ToTable("services");
        builder.Property(s => s.Title).HasMaxLength(ServiceCheck.MostTitle);
        builder.Property(s => s.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(s => s.Revision).HasConversion<string>().HasMaxLength(20);
        builder.Property(s => s.Version).IsConcurrencyToken();
        builder.Ignore(s => s.Standing);
        builder.HasIndex(s => new { s.State, s.UpdatedAt });
        builder.HasIndex(s => new { s.Organisation, s.State });
        builder.HasOne<Organisation>().WithMany().HasForeignKey(s => s.Organisation);
    }

    public void Configure(EntityTypeBuilder<ServiceVersion> builder)
    {
        builder.ToTable("service_versions").HasKey(v => new { v.Service, v.Number });
        builder.Property(v => v.Act).HasConversion<string>().HasMaxLength(20);
        builder.Property(v => v.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(v => v.Revision).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(v => new { v.Service, v.Command }).IsUnique();
        builder.HasOne<Service>().WithMany().HasForeignKey(v => v.Service);
    }
}
