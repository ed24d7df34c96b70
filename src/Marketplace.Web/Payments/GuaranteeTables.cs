using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Payments;

/// <summary>保函 as it was handed in, and what became of it. Its own organisation and the operators who ask the issuer read it; what rests on it is not here.</summary>
public sealed class GuaranteeRow
{
    public required Guid Id { get; init; }
    public required string Book { get; init; }
    public required Guid Organisation { get; init; }
    public required string Issuer { get; init; }
    public required string Number { get; init; }
    public required long AmountFen { get; init; }
    public required DateOnly ValidUntil { get; init; }
    public required string FileSha256 { get; init; }
    public required string FileName { get; init; }
    public required DateTimeOffset SubmittedAt { get; init; }
    public required Guid SubmittedBy { get; init; }

    /// <summary>The operator who asked the issuer; null while nobody did.</summary>
    public Guid? DecidedBy { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public string? RefusedBecause { get; set; }

    // Written only by the book, in the transaction of its line.
    public DateTimeOffset? ConfirmedAt { get; set; }
    public long CalledFen { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public GuaranteeEnd? Ended { get; set; }

    /// <summary>Waiting, Refused, Confirmed, Expired or Returned.</summary>
    public string State => Ended?.ToString() ?? (RefusedBecause is not null ? "Refused" : DecidedAt is null ? "Waiting" : "Confirmed");
}

internal sealed class GuaranteeTable : IEntityTypeConfiguration<GuaranteeRow>
{
    public void Configure(EntityTypeBuilder<GuaranteeRow> builder)
    {
        builder.ToTable("guarantees");
        builder.Ignore(g => g.State);
        builder.Property(g => g.Issuer).HasMaxLength(Guarantees.LongestIssuer);
        builder.Property(g => g.Number).HasMaxLength(Guarantees.LongestNumber);
        builder.Property(g => g.FileSha256).HasMaxLength(64);
        builder.Property(g => g.RefusedBecause).HasMaxLength(Deposits.LongestReason);
        builder.Property(g => g.Ended).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(g => g.Organisation);
        // One letter answers once.
        builder.HasIndex(g => new { g.Book, g.Issuer, g.Number }).IsUnique().HasFilter("refused_because IS NULL AND ended_at IS NULL");
    }
}

/// <summary>The statements that keep the table in step with a book.</summary>
internal static class GuaranteeRows
{
    /// <param name="book">The book after the line.</param>
    public static void Keep(List<SideWrite> writes, Book book, FactLine line)
    {
        switch (line.Fact)
        {
            case GuaranteeConfirmed f:
                writes.Add(new SideWrite("UPDATE guarantees SET confirmed_at = @at WHERE id = @id", ("at", line.At), ("id", f.Letter)));
                writes.Add(LookAt(book, f.Letter, line.At));
                break;
            case GuaranteeEnded f:
                writes.Add(new SideWrite("UPDATE guarantees SET ended_at = @at, ended = @ended WHERE id = @id", ("at", line.At), ("ended", f.Because.ToString()), ("id", f.Letter)));
                break;
            case GuaranteeCalled { Letter: { } letter }:
                writes.Add(new SideWrite("UPDATE guarantees SET called_fen = @called WHERE id = @id", ("called", book.Guarantees[letter].CalledFen), ("id", letter)));
                writes.Add(LookAt(book, letter, line.At));
                break;
            // One whose last day is over was kept by what rested on it.
            case HoldReleased { Letter: { } letter }:
                writes.Add(LookAt(book, letter, line.At));
                break;
        }
    }

    private static SideWrite LookAt(Book book, Guid letter, DateTimeOffset at) => DueWork.At(GuaranteeLetters.Work, GuaranteeLetters.KeyOf(book.Name, letter), at);
}
