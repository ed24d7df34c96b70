using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Streams;
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

/// <summary>A payment by card: what the book says of it, and how far it has come at Stripe.</summary>
public sealed class CardPaymentRow
{
    public const int LongestMethod = 255;

    public required Guid Id { get; init; }
    public required string Book { get; init; }
    public required Guid Organisation { get; init; }

    /// <summary>What it pays for; null for the organisation's account.</summary>
    public Guid? Obligation { get; init; }
    public required long AmountFen { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required Guid OpenedBy { get; init; }
    public required CardOrderState State { get; init; }
    public string? Because { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    // From here on: beside the book.

    /// <summary>Stripe's id.</summary>
    public string? Intent { get; set; }

    /// <summary>The card that was chosen, in Stripe's word; the first choice stands.</summary>
    public string? Method { get; set; }

    /// <summary>Where the payer comes back to from the bank's check.</summary>
    public string? ReturnUrl { get; set; }
    public bool Withdrawn { get; set; }
    public CardState? Seen { get; set; }

    /// <summary>Where the payer does the bank's check.</summary>
    public string? Redirect { get; set; }
}

/// <summary>拒付: a dispute as Stripe had it when it was looked at last, for who answers it. What it does to the money is in the book.</summary>
public sealed class CardDisputeRow
{
    /// <summary>Stripe's id.</summary>
    public required string Id { get; init; }
    public required string Book { get; init; }
    public required Guid Payment { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The bank's, in Stripe's word.</summary>
    public required string Reason { get; init; }
    public CardDisputeState State { get; set; }
    public long AmountFen { get; set; }

    /// <summary>Until when evidence counts; null where none is asked for.</summary>
    public DateTimeOffset? EvidenceDue { get; set; }
    public DateTimeOffset SeenAt { get; set; }
}

/// <summary>The statements that keep <see cref="CardPaymentRow"/> in step with a book.</summary>
internal static class CardRows
{
    /// <summary>Due work that sends a payout to a connected account; its key is the book and the payout.</summary>
    public const string SendWork = "payments.card-send";

    /// <summary>Due work that compares with Stripe's own lists.</summary>
    public const string CompareWork = "payments.card-compare";

    public static readonly TimeSpan CompareEvery = TimeSpan.FromHours(1);

    /// <param name="book">The book after the line.</param>
    public static void Keep(List<SideWrite> writes, Book book, FactLine line)
    {
        switch (line.Fact)
        {
            case CardOpened f:
                writes.Add(new SideWrite(
                    "INSERT INTO card_payments (id, book, organisation, obligation, amount_fen, opened_at, opened_by, state, withdrawn) VALUES (@id, @book, @organisation, @obligation, @amount, @at, @by, @state, @withdrawn)",
                    ("id", f.Card), ("book", book.Name), ("organisation", f.Organisation), ("obligation", f.Obligation), ("amount", f.AmountFen), ("at", line.At), ("by", f.By),
                    ("state", nameof(CardOrderState.Open)), ("withdrawn", false)));
                writes.Add(DueWork.At(CardEvents.Work, $"{f.Card}", line.At));
                writes.Add(CompareSoon(line.At));
                break;
            case CardEnded f:
                writes.Add(Update(book.Cards[f.Card]));
                break;
            case Credited f when book.Cards.TryGetValue(f.Credit, out var order):
                writes.Add(Update(order));
                break;
            case PayoutInstructed f when book.Cards.ContainsKey(f.Account):
                writes.Add(DueWork.At(CardEvents.Work, $"{f.Account}", line.At));
                writes.Add(CompareSoon(line.At));
                break;
            case PayoutInstructed f when DepositAccounts.IsOfCards(book.Name):
                writes.Add(DueWork.At(SendWork, $"{book.Name}/{f.Payout}", line.At));
                writes.Add(CompareSoon(line.At));
                break;
        }
    }

    /// <summary>The next comparison is not put off by every new payment.</summary>
    private static SideWrite CompareSoon(DateTimeOffset at) => new(
        "INSERT INTO due_work (kind, key, due_at, attempts) VALUES (@kind, @key, @due, 0) ON CONFLICT (kind, key) DO NOTHING",
        ("kind", CompareWork), ("key", "stripe"), ("due", at + CompareEvery));

    private static SideWrite Update(CardOrder order) => new(
        "UPDATE card_payments SET state = @state, because = @because, ended_at = @ended WHERE id = @id",
        ("state", order.State.ToString()), ("because", order.Because), ("ended", order.EndedAt), ("id", order.Id));
}

internal sealed class CardTables : IEntityTypeConfiguration<StripeEventRow>, IEntityTypeConfiguration<CardPaymentRow>, IEntityTypeConfiguration<CardDisputeRow>
{
    private const int LongestName = 20;

    public void Configure(EntityTypeBuilder<CardPaymentRow> builder)
    {
        builder.ToTable("card_payments");
        builder.Property(c => c.State).HasConversion<string>().HasMaxLength(LongestName);
        builder.Property(c => c.Seen).HasConversion<string>().HasMaxLength(LongestName);
        builder.Property(c => c.Intent).HasMaxLength(StripeEventRow.Longest);
        builder.Property(c => c.Method).HasMaxLength(CardPaymentRow.LongestMethod);
        builder.HasIndex(c => c.Organisation);
        builder.HasIndex(c => c.OpenedAt);
    }

    public void Configure(EntityTypeBuilder<CardDisputeRow> builder)
    {
        builder.ToTable("card_disputes");
        builder.Property(d => d.Id).HasMaxLength(StripeEventRow.Longest);
        builder.Property(d => d.Reason).HasMaxLength(StripeEventRow.Longest);
        builder.Property(d => d.State).HasConversion<string>().HasMaxLength(LongestName);
        builder.HasIndex(d => d.Payment);
        builder.HasIndex(d => d.State);
    }

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
