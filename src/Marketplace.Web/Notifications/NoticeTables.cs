using Marketplace.Domain.Notifications;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Notifications;

/// <summary>
/// What an organisation or a person was told. Private like the table of paddles: recipient and lot stand side by side, and
/// only the recipient's own inbox and feed read it.
/// </summary>
public sealed class NoticeRow
{
    public required Guid Id { get; init; }
    public required NoticeKind Kind { get; init; }
    public required Guid Recipient { get; init; }
    public required bool ToPerson { get; init; }
    public required string Subject { get; init; }

    /// <summary>The values of the text, a JSON array of <see cref="NoticeValue.Write"/>.</summary>
    public required string Fills { get; init; }
    public required string Url { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The caller's id of what happened; with the recipient it is told once.</summary>
    public required string Event { get; init; }

    /// <summary>Deliveries were made of it.</summary>
    public DateTimeOffset? SpreadAt { get; set; }

    /// <summary>A newer one about the same subject stands in its place.</summary>
    public DateTimeOffset? ReplacedAt { get; set; }
}

/// <summary>A person has read a notice.</summary>
public sealed class NoticeReadRow
{
    public required Guid Notice { get; init; }
    public required Guid Person { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>How a person is told.</summary>
public sealed class NoticeReaderRow
{
    public required Guid Person { get; init; }

    /// <summary>A culture of the market.</summary>
    public required string Language { get; set; }

    /// <summary>Everything up to here was marked read at once.</summary>
    public DateTimeOffset? ReadUntil { get; set; }

    /// <summary>The secret of the feeds, encrypted, and its hash, by which it is found.</summary>
    public string? FeedSecret { get; set; }
    public string? FeedHash { get; set; }
}

/// <summary>A switch that a person has touched.</summary>
public sealed class NoticeSwitchRow
{
    public required Guid Person { get; init; }
    public required NoticeGroup Group { get; init; }
    public required NoticeChannel Channel { get; init; }
    public required bool IsOn { get; set; }
}

/// <summary>Where a person is reached by a channel. Used once the code sent there was typed in; that of the mail says so of the account.</summary>
public sealed class NoticeAddressRow
{
    public required Guid Person { get; init; }
    public required NoticeChannel Channel { get; init; }

    /// <summary>The address with its secret, encrypted: whoever has a robot's address can write into its group.</summary>
    public required string Sealed { get; set; }
    public string? CodeHash { get; set; }
    public DateTimeOffset? CodeUntil { get; set; }
    public int Tries { get; set; }

    /// <summary>When the last code was sent, and how many on that day.</summary>
    public DateTimeOffset? SentAt { get; set; }
    public int SentThatDay { get; set; }
    public DateTimeOffset? VerifiedAt { get; set; }
}

/// <summary>A notice on its way to one person by one channel: once, unless an answer was lost.</summary>
public sealed class NoticeDeliveryRow
{
    public required Guid Id { get; init; }
    public required Guid Notice { get; init; }
    public required Guid Person { get; init; }
    public required NoticeChannel Channel { get; init; }
    public required DeliveryState State { get; set; }
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>A node is at it until then.</summary>
    public DateTimeOffset? BusyUntil { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>Why the last attempt failed: a word without address, lot or recipient.</summary>
    public string? Code { get; set; }
}

internal sealed class NoticeTables :
    IEntityTypeConfiguration<NoticeRow>, IEntityTypeConfiguration<NoticeReadRow>, IEntityTypeConfiguration<NoticeReaderRow>,
    IEntityTypeConfiguration<NoticeSwitchRow>, IEntityTypeConfiguration<NoticeAddressRow>, IEntityTypeConfiguration<NoticeDeliveryRow>
{
    public void Configure(EntityTypeBuilder<NoticeRow> builder)
    {
        builder.ToTable("notices");
        builder.Property(n => n.Kind).HasConversion<string>().HasMaxLength(30);
        builder.Property(n => n.Subject).HasMaxLength(Notice.LongestSubject);
        builder.Property(n => n.Url).HasMaxLength(Notice.LongestUrl);
        builder.Property(n => n.Event).HasMaxLength(Notice.LongestId);
        builder.SaysOnce(nameof(NoticeRow.Recipient), nameof(NoticeRow.Event));
        builder.HasIndex(n => new { n.Recipient, n.At });
        builder.HasIndex(n => n.Subject);
        builder.HasIndex(n => n.At).HasFilter("spread_at IS NULL").HasDatabaseName("ix_notices_unspread");
    }

    public void Configure(EntityTypeBuilder<NoticeReadRow> builder)
    {
        builder.ToTable("notice_reads").HasKey(r => new { r.Person, r.Notice });
        builder.HasOne<NoticeRow>().WithMany().HasForeignKey(r => r.Notice).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<NoticeReaderRow> builder)
    {
        builder.ToTable("notice_readers").HasKey(r => r.Person);
        builder.Property(r => r.Language).HasMaxLength(10);
        builder.Property(r => r.FeedHash).HasMaxLength(64);
        builder.HasIndex(r => r.FeedHash).IsUnique();
        builder.HasOne<Person>().WithMany().HasForeignKey(r => r.Person).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<NoticeSwitchRow> builder)
    {
        builder.ToTable("notice_switches").HasKey(s => new { s.Person, s.Group, s.Channel });
        builder.Property(s => s.Group).HasConversion<string>().HasMaxLength(20);
        builder.Property(s => s.Channel).HasConversion<string>().HasMaxLength(20);
        builder.HasOne<Person>().WithMany().HasForeignKey(s => s.Person).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<NoticeAddressRow> builder)
    {
        builder.ToTable("notice_addresses").HasKey(a => new { a.Person, a.Channel });
        builder.Property(a => a.Channel).HasConversion<string>().HasMaxLength(20);
        builder.Property(a => a.CodeHash).HasMaxLength(64);
        // Each address is encrypted anew and every guess is counted: whoever gives, confirms or removes at the same moment as another meets one of these.
        builder.Property(a => a.Sealed).IsConcurrencyToken();
        builder.Property(a => a.CodeHash).IsConcurrencyToken();
        builder.Property(a => a.Tries).IsConcurrencyToken();
        builder.HasOne<Person>().WithMany().HasForeignKey(a => a.Person).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<NoticeDeliveryRow> builder)
    {
        builder.ToTable("notice_deliveries");
        builder.Property(d => d.Channel).HasConversion<string>().HasMaxLength(20);
        builder.Property(d => d.State).HasConversion<string>().HasMaxLength(20);
        builder.Property(d => d.Code).HasMaxLength(60);
        builder.HasIndex(d => new { d.Notice, d.Person, d.Channel }).IsUnique();
        builder.HasIndex(d => new { d.Person, d.DueAt });
        builder.HasIndex(d => new { d.Channel, d.DueAt }).HasFilter("state = 'Waiting'");
        builder.HasOne<NoticeRow>().WithMany().HasForeignKey(d => d.Notice).OnDelete(DeleteBehavior.Cascade);
    }
}
