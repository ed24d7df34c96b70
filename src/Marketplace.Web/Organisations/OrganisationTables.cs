using Marketplace.Domain.Organisations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Organisations;

/// <summary>Where an organisation stands at the operator's verification desk. Stored by name.</summary>
public enum VerificationState { Pending, Verified, Rejected }

/// <summary>主体: a legal person by its 统一社会信用代码.</summary>
public sealed class Organisation
{
    public required Guid Id { get; init; }
    public required string Name { get; set; }
    public required OrganisationKind Kind { get; init; }

    /// <summary>统一社会信用代码, GB 32100-2015, upper case.</summary>
    public required string Uscc { get; set; }

    /// <summary>Six digits, GB/T 2260.</summary>
    public string? Region { get; set; }

    public VerificationState State { get; set; }

    /// <summary>Demonstration data; never meets real organisations in a lot.</summary>
    public bool Demo { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Counts changes; the concurrency token on both databases.</summary>
    public int Version { get; set; }
}

/// <summary>成员: a person's role in an organisation. A person may have several roles in one.</summary>
public sealed class MembershipRow
{
    public required Guid Person { get; init; }
    public required Guid Organisation { get; init; }
    public required MemberRole Role { get; init; }
    public required DateTimeOffset Since { get; init; }
}

internal sealed class OrganisationTables : IEntityTypeConfiguration<Organisation>, IEntityTypeConfiguration<MembershipRow>
{
    public void Configure(EntityTypeBuilder<Organisation> builder)
    {
        builder.ToTable("organisations");
        builder.Property(o => o.Name).HasMaxLength(200);
        builder.Property(o => o.Kind).HasConversion<string>().HasMaxLength(20);
        builder.Property(o => o.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(o => o.Uscc).HasMaxLength(18);
        builder.Property(o => o.Version).IsConcurrencyToken();
    }

    public void Configure(EntityTypeBuilder<MembershipRow> builder)
    {
        builder.ToTable("memberships").HasKey(m => new { m.Person, m.Organisation, m.Role });
        builder.Property(m => m.Role).HasConversion<string>().HasMaxLength(20);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(m => m.Organisation);
        builder.HasOne<Person>().WithMany().HasForeignKey(m => m.Person);
    }
}
