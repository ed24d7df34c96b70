using Marketplace.Domain.Auctions;
using Marketplace.Platform.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Auctions;

/// <summary>专场: a named event of several lots.</summary>
public sealed class Session
{
    public required Guid Id { get; init; }
    public required string Name { get; set; }
    public required string NameEn { get; set; }
    public required SessionBrand Brand { get; set; }
    public required SessionProfile Profile { get; set; }

    /// <summary>Who holds it, as printed: a zone, a university, the market itself.</summary>
    public required string Host { get; set; }

    /// <summary>When the first lot opens for bidding; lots may open later.</summary>
    public required DateTimeOffset OpensAt { get; set; }

    /// <summary>How the times of its lots lie to each other.</summary>
    public SessionTiming Timing { get; set; }

    /// <summary>Between one end and the next, or between an end and the next opening, in seconds.</summary>
    public int GapSeconds { get; set; }

    /// <summary>Round the clock: how many lots may end in one quarter of an hour.</summary>
    public int SlotCapacity { get; set; } = Slots.UsualCapacity;

    /// <summary>Applications and deposits until then, unless a lot says otherwise.</summary>
    public required DateTimeOffset ApplyUntil { get; set; }

    /// <summary>一份保证金可参与本专场多件标的; not in a hall, where each deposit is frozen at the desk.</summary>
    public bool SharedDeposit { get; set; }

    public bool Demo { get; init; }

    /// <summary>彩排: the session this one is a rehearsal of. Queries leave such sessions out unless they ask for them.</summary>
    public Guid? RehearsalOf { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Counts changes; the concurrency token on both databases.</summary>
    public int Version { get; set; }
}

internal sealed class SessionTable : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.Tells(SessionNotices.Name).ToTable("sessions");
        builder.Property(s => s.Name).HasMaxLength(100);
        builder.Property(s => s.NameEn).HasMaxLength(200);
        builder.Property(s => s.Host).HasMaxLength(200);
        builder.Property(s => s.Brand).HasConversion<string>().HasMaxLength(20);
        builder.Property(s => s.Profile).HasConversion<string>().HasMaxLength(20);
        builder.Property(s => s.Timing).HasConversion<string>().HasMaxLength(20);
        builder.Property(s => s.Version).IsConcurrencyToken();
        builder.HasIndex(s => s.OpensAt);
        builder.HasQueryFilter(RehearsalRows.Filter, s => s.RehearsalOf == null);
    }
}
