using System.Collections.Immutable;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Organisations.Mandates;

/// <summary>委托 as it stands; what a query needs has its own column.</summary>
public sealed class MandateRow
{
    public required Guid Id { get; init; }

    /// <summary>The year in Beijing and the place in it: <c>WT-2026-0007</c>.</summary>
    public required int Year { get; init; }
    public required int Ordinal { get; init; }
    public required Guid Agency { get; init; }
    public required Guid Client { get; init; }
    public required MandateSide Side { get; init; }
    public MandateState State { get; set; }
    public DateOnly FromDay { get; set; }
    public DateOnly LastDay { get; set; }

    /// <summary>The whole <see cref="Domain.Organisations.Mandates.Mandate"/> as JSON.</summary>
    public string Body { get; set; } = "";
    public bool Demo { get; init; }

    /// <summary>The number of the newest version; the concurrency token on both databases.</summary>
    public int Version { get; set; }

    public string Number => $"WT-{Year}-{Ordinal:D4}";

    public Mandate Read() => Mandate.Read(Body);

    /// <summary>Takes over what the rules decided; saved by the caller with its version.</summary>
    public void Take(Mandate mandate) =>
        (State, FromDay, LastDay, Body, Version) = (mandate.State, mandate.Terms.From, mandate.LastDay, mandate.Write(), mandate.Version);
}

/// <summary>One version of a mandate, whole; never changed after it is written.</summary>
public sealed class MandateVersionRow
{
    public required Guid Mandate { get; init; }
    public required int Number { get; init; }
    public required Guid Command { get; init; }
    public required MandateAct Act { get; init; }
    public required MandateParty Party { get; init; }
    public required Guid Person { get; init; }
    public string? Reason { get; init; }
    public required string Body { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>技术经纪人 in the register: a graded person at an agency.</summary>
public sealed class BrokerRow
{
    public required Guid Id { get; init; }
    public required Guid Agency { get; init; }
    public required Guid Person { get; init; }
    public BrokerGrade Grade { get; set; }
    public string Certificate { get; set; } = "";
    public DateOnly ValidUntil { get; set; }

    /// <summary>One word a line.</summary>
    public string Specialities { get; set; } = "";
    public BrokerState State { get; set; }
    public string? Reason { get; set; }
    public required DateTimeOffset EnteredAt { get; set; }
    public DateTimeOffset? ConfirmedAt { get; set; }
    public bool Demo { get; init; }

    /// <summary>Counts changes; the concurrency token on both databases.</summary>
    public int Version { get; set; }
}

/// <summary>A line of the register's history: who entered, confirmed, returned; never changed.</summary>
public sealed class BrokerVersionRow
{
    public required Guid Broker { get; init; }
    public required int Number { get; init; }
    public required BrokerState State { get; init; }
    public required BrokerGrade Grade { get; init; }
    public required string Certificate { get; init; }
    public required DateOnly ValidUntil { get; init; }
    public required string Specialities { get; init; }
    public required Guid By { get; init; }
    public string? Reason { get; init; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class MandateTables :
    IEntityTypeConfiguration<MandateRow>, IEntityTypeConfiguration<MandateVersionRow>, IEntityTypeConfiguration<BrokerRow>, IEntityTypeConfiguration<BrokerVersionRow>
{
    public void Configure(EntityTypeBuilder<MandateRow> builder)
    {
        builder.ToTable("mandates");
        builder.Property(m => m.Side).HasConversion<string>().HasMaxLength(20);
        builder.Property(m => m.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(m => m.Version).IsConcurrencyToken();
        builder.Ignore(m => m.Number);
        builder.HasIndex(m => new { m.Year, m.Ordinal }).IsUnique();
        builder.HasIndex(m => new { m.Agency, m.State });
        builder.HasIndex(m => new { m.Client, m.State });
        builder.HasOne<Organisation>().WithMany().HasForeignKey(m => m.Agency);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(m => m.Client);
    }

    public void Configure(EntityTypeBuilder<MandateVersionRow> builder)
    {
        builder.ToTable("mandate_versions").HasKey(v => new { v.Mandate, v.Number });
        builder.Property(v => v.Act).HasConversion<string>().HasMaxLength(20);
        builder.Property(v => v.Party).HasConversion<string>().HasMaxLength(10);
        builder.Property(v => v.Reason).HasMaxLength(Mandate.MostReason);
        builder.HasIndex(v => new { v.Mandate, v.Command }).IsUnique();
        builder.HasOne<MandateRow>().WithMany().HasForeignKey(v => v.Mandate);
    }

    public void Configure(EntityTypeBuilder<BrokerRow> builder)
    {
        builder.ToTable("brokers");
        builder.Property(b => b.Grade).HasConversion<string>().HasMaxLength(20);
        builder.Property(b => b.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(b => b.Certificate).HasMaxLength(BrokerEntry.MostCertificate);
        builder.Property(b => b.Specialities).HasMaxLength(BrokerEntry.MostSpecialities * (BrokerEntry.MostWord + 1));
        builder.Property(b => b.Reason).HasMaxLength(BrokerEntry.MostReason);
        builder.Property(b => b.Version).IsConcurrencyToken();
        builder.HasIndex(b => new { b.Agency, b.Person }).IsUnique();
        builder.HasIndex(b => b.State);
        builder.HasOne<Organisation>().WithMany().HasForeignKey(b => b.Agency);
        builder.HasOne<Person>().WithMany().HasForeignKey(b => b.Person);
    }

    public void Configure(EntityTypeBuilder<BrokerVersionRow> builder)
    {
        builder.ToTable("broker_versions").HasKey(v => new { v.Broker, v.Number });
        builder.Property(v => v.Grade).HasConversion<string>().HasMaxLength(20);
        builder.Property(v => v.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(v => v.Certificate).HasMaxLength(BrokerEntry.MostCertificate);
        builder.Property(v => v.Specialities).HasMaxLength(BrokerEntry.MostSpecialities * (BrokerEntry.MostWord + 1));
        builder.Property(v => v.Reason).HasMaxLength(BrokerEntry.MostReason);
        builder.HasOne<BrokerRow>().WithMany().HasForeignKey(v => v.Broker);
    }
}

/// <summary>The mandates by which one agency stands on either side of one business.</summary>
public sealed record HeldSides(Mandate? Demand, Mandate? Supply)
{
    /// <summary>双方代理, and not both clients have agreed to it in their mandates.</summary>
    public bool LacksConsent => this is { Demand: not null, Supply: not null } && !BothAgreed;

    public bool BothAgreed => this is { Demand.Terms.AllowsBothSides: true, Supply.Terms.AllowsBothSides: true };
}

/// <summary>Reads what the policy needs to know of an actor's agencies.</summary>
public static class HeldMandates
{
    /// <summary>The mandates in force today that the agencies among the memberships hold; asks nothing when there is no agency.</summary>
    public static async Task<ImmutableArray<HeldMandate>> Of(MarketplaceDb db, ImmutableArray<Membership> memberships, DateOnly today, CancellationToken cancellation)
    {
        var agencies = memberships.Where(m => m is { Kind: OrganisationKind.Agency, Verified: true, Role: MemberRole.Owner or MemberRole.Staff }).Select(m => m.Organisation).Distinct().ToList();
        if (agencies.Count == 0) return [];
        var rows = await (
            from m in InForce(db, today)
            where agencies.Contains(m.Agency)
            join o in db.Set<Organisation>().AsNoTracking() on m.Client equals o.Id
            where o.State == VerificationState.Verified
            select new { m, o.Kind }).ToListAsync(cancellation);
        return [.. rows.Select(r => Held(r.m, r.Kind))];
    }

    /// <summary>By which mandates in force an agency stands on the side of a demand and on that of who answers it.</summary>
    /// <param name="supply">The owner, and what of its own is offered; null for what is not there yet, which only a mandate over everything covers.</param>
    public static async Task<HeldSides> Sides(MarketplaceDb db, Guid agency, (Guid Owner, Guid Subject) demand, (Guid Owner, Guid? Subject) supply, DateOnly today, CancellationToken cancellation)
    {
        var held = (await InForce(db, today).Where(m => m.Agency == agency && (m.Client == demand.Owner || m.Client == supply.Owner)).ToListAsync(cancellation)).ConvertAll(m => m.Read());
        return new HeldSides(
            held.Find(m => m.Client == demand.Owner && m.Terms.Side == MandateSide.Demand && m.Terms.Covers(demand.Subject)),
            held.Find(m => m.Client == supply.Owner && m.Terms.Side == MandateSide.Supply && (supply.Subject is { } work ? m.Terms.Covers(work) : m.Terms.Subjects.IsEmpty)));
    }

    /// <summary>Signed by both, begun and not over.</summary>
    public static IQueryable<MandateRow> InForce(MarketplaceDb db, DateOnly today) =>
        db.Set<MandateRow>().AsNoTracking().Where(m => m.State == MandateState.Signed && m.FromDay <= today && m.LastDay >= today);

    /// <summary>A mandate as the policy needs it.</summary>
    public static HeldMandate Held(MandateRow row, OrganisationKind kind)
    {
        var terms = row.Read().Terms;
        return new HeldMandate(row.Id, row.Agency, row.Client, kind, row.Side, terms.Powers, terms.Subjects);
    }
}
