using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Payments.Cards;

/// <summary>An event that Stripe told, once however often it is told. Nothing of what it says is kept but what it is about.</summary>
public sealed class StripeEventRow
{
    public const int Longest = 255;

    /// <summary>Stripe's id of the event.</summary>
    public required string Id { get; init; }

    public required string Type { get; init; }

    /// <summary>Stripe's id of what it happened to.</summary>
    public required string? Object { get; init; }

    /// <summary>What is looked at because of it, the key of the due work; null where nothing is.</summary>
    public required string? Key { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When what it is about had been looked at.</summary>
    public DateTimeOffset? HandledAt { get; set; }
}

internal sealed class CardTables : IEntityTypeConfiguration<StripeEventRow>
{
    public void Configure(EntityTypeBuilder<StripeEventRow> builder)
    {
        builder.ToTable("stripe_events").HasKey(e => e.Id);
        builder.HasIndex(e => new { e.Key, e.HandledAt });
        builder.Property(e => e.Id).HasMaxLength(StripeEventRow.Longest);
        builder.Property(e => e.Type).HasMaxLength(StripeEventRow.Longest);
        builder.Property(e => e.Object).HasMaxLength(StripeEventRow.Longest);
        builder.Property(e => e.Key).HasMaxLength(StripeEventRow.Longest);
    }
}
