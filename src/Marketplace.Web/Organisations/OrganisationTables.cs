using Marketplace.Domain.Organisations;
using Marketplace.Platform.Outbox;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Organisations;

/// <summary>Where an organisation stands at the operator's verification desk. Stored by name.</summary>
public enum VerificationState
{
    Pending,
    Verified,
    Rejected,

    /// <summary>An auction house checked it for the floor of a session: it holds deposits and paddles, has no members and is on no desk of the market.</summary>
    FloorOnly,
}

/// <summary>主体: a legal person by its 统一社会信用代码, or by its entry in a register outside mainland China.</summary>
public sealed class Organisation
{
    /// <summary>Under this name a changed organisation stands in the outbox.</summary>
    public const string Told = "organisation";

    public required Guid Id { get; init; }
    public required string Name { get; set; }
    public required OrganisationKind Kind { get; init; }

    /// <summary>统一社会信用代码, GB 32100-2015, normalised. None for the operator itself, for owners named only by an import and for whoever is registered abroad.</summary>
    public string? Uscc { get; set; }

    /// <summary>Where it is registered, ISO 3166-1 alpha-2; null is mainland China.</summary>
    public string? Country { get; set; }

    /// <summary>境外登记号: its number in the company register of <see cref="Country"/>, as <see cref="RegistryEntry.ReadNumber"/> gives it.</summary>
    public string? RegistryNumber { get; set; }

    /// <summary>Six digits, GB/T 2260.</summary>
    public string? Region { get; set; }

    public VerificationState State { get; set; }

    /// <summary>Demonstration data; never meets real organisations in a lot.</summary>
    public bool Demo { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it waits at the verification desk, while it does.</summary>
    public DateTimeOffset? SubmittedAt { get; set; }

    /// <summary>Counts changes; the concurrency token on both databases.</summary>
    public int Version { get; set; }

    /// <summary>境外, Hong Kong, Macao and Taiwan included: it has no 统一社会信用代码.</summary>
    public bool IsAbroad => Country is not null;

    /// <summary>What its register calls it: the code, or the number abroad.</summary>
    public string? Code => IsAbroad ? RegistryNumber : Uscc;

    /// <summary>The same for people: a number abroad says little without the name of its country.</summary>
    public string? ShownCode => IsAbroad ? $"{Show.CountryName(Country!)} {RegistryNumber}" : Uscc;
}

/// <summary>成员: a person's role in an organisation. A person may have several roles in one.</summary>
public sealed class MembershipRow
{
    public required Guid Person { get; init; }
    public required Guid Organisation { get; init; }
    public required MemberRole Role { get; init; }
    public required DateTimeOffset Since { get; init; }
}

/// <summary>What can happen to an organisation and its members. Stored by name.</summary>
public enum OrganisationEvent { Registered, Resubmitted, Accepted, Rejected, Invited, InvitationWithdrawn, Joined, RoleGiven, RoleTaken, MemberRemoved }

/// <summary>A line of an organisation's history: written once with the change it tells of, never edited or deleted.</summary>
public sealed class OrganisationHistoryRow
{
    public required Guid Id { get; init; }
    public required Guid Organisation { get; init; }
    public required OrganisationEvent Event { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Who did it; null for the machine's own words.</summary>
    public Guid? Person { get; init; }

    /// <summary>The reason, the warnings, or whom it was about; as it was said then.</summary>
    public string? Detail { get; init; }
}

/// <summary>An invitation to become a member: a link that works once. Only its hash is kept.</summary>
public sealed class InvitationRow
{
    public required Guid Id { get; init; }
    public required Guid Organisation { get; init; }
    public required string Email { get; init; }
    public required MemberRole Role { get; init; }

    /// <summary>SHA-256 of the token in the link, lower-case hex.</summary>
    public required string TokenHash { get; init; }

    public required Guid InvitedBy { get; init; }
    public required DateTimeOffset At { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was accepted or withdrawn; the concurrency token, so that it is spent once.</summary>
    public DateTimeOffset? SpentAt { get; set; }
}

internal sealed class OrganisationTables :
    IEntityTypeConfiguration<Organisation>, IEntityTypeConfiguration<MembershipRow>,
    IEntityTypeConfiguration<OrganisationHistoryRow>, IEntityTypeConfiguration<InvitationRow>
{
    public void Configure(EntityTypeBuilder<Organisation> builder)
    {
        builder.Tells(Organisation.Told).ToTable("organisations");
        builder.Property(o => o.Name).HasMaxLength(NewOrganisation.MostName);
        builder.Property(o => o.Kind).HasConversion<string>().HasMaxLength(20);
        builder.Property(o => o.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(o => o.Uscc).HasMaxLength(Uscc.Length);
        builder.Property(o => o.Country).HasMaxLength(2);
        builder.Property(o => o.RegistryNumber).HasMaxLength(RegistryEntry.Most);
        builder.Property(o => o.Region).HasMaxLength(6);
        builder.Property(o => o.Version).IsConcurrencyToken();
        // Whoever types another firm's code must not lock that firm out: only a verified organisation has its code alone.
        builder.HasIndex(o => o.Uscc).IsUnique().HasFilter("state = 'Verified'");
        builder.HasIndex(o => new { o.Country, o.RegistryNumber }).IsUnique().HasFilter("state = 'Verified'");
        builder.HasIndex(o => new { o.Uscc, o.Demo }).IsUnique().HasFilter("state = 'FloorOnly'");
        builder.HasIndex(o => new { o.State, o.SubmittedAt });
    }

    public void Configure(EntityTypeBuilder<MembershipRow> builder)
    {
        builder.ToTable("memberships").HasKey(m => new { m.Person, m.Organisation, m.Role });
        builder.Property(m => m.Role).HasConversion<string>().HasMaxLength(20);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(m => m.Organisation);
        builder.HasOne<Person>().WithMany().HasForeignKey(m => m.Person);
    }

    public void Configure(EntityTypeBuilder<OrganisationHistoryRow> builder)
    {
        builder.ToTable("organisation_history");
        builder.Property(h => h.Event).HasConversion<string>().HasMaxLength(20);
        builder.Property(h => h.Detail).HasMaxLength(1000);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(h => h.Organisation);
        builder.HasIndex(h => new { h.Organisation, h.At });
    }

    public void Configure(EntityTypeBuilder<InvitationRow> builder)
    {
        builder.ToTable("invitations");
        builder.Property(i => i.Email).HasMaxLength(EmailAddress.Most);
        builder.Property(i => i.Role).HasConversion<string>().HasMaxLength(20);
        builder.Property(i => i.TokenHash).HasMaxLength(64);
        builder.Property(i => i.SpentAt).IsConcurrencyToken();
        builder.HasOne<Organisation>().WithMany().HasForeignKey(i => i.Organisation);
        builder.HasIndex(i => i.TokenHash).IsUnique();
    }
}
