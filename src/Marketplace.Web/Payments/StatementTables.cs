using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Statements;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Payments;

/// <summary>A statement of the custodian bank that was taken in (对账单).</summary>
public sealed class BankStatementRow
{
    public required Guid Id { get; init; }
    public required string Book { get; init; }
    public required string FileName { get; init; }

    /// <summary>Of the file; the id follows from it, so that the same file is taken in once.</summary>
    public required string FileSha256 { get; init; }

    public required string Format { get; init; }
    public string? Account { get; init; }
    public DateOnly? From { get; init; }
    public DateOnly? To { get; init; }
    public long? OpeningFen { get; init; }
    public long? ClosingFen { get; init; }

    /// <summary>Lines of the file, and those of them that an earlier statement had already.</summary>
    public required int Lines { get; init; }
    public required int Known { get; init; }

    public required DateTimeOffset TakenAt { get; init; }
    public required Guid TakenBy { get; init; }

    /// <summary>Somebody stopped it; what is entered stays.</summary>
    public DateTimeOffset? StoppedAt { get; set; }
    public DateTimeOffset? DoneAt { get; set; }
}

/// <summary>A line of the bank's, once for each entry however many statements show it.</summary>
public sealed class BankLineRow
{
    public required string Book { get; init; }
    public required string BankReference { get; init; }

    /// <summary>The number of the whole entry; of a part of a batch, without its place.</summary>
    public required string Entry { get; init; }

    public required Guid Statement { get; init; }

    /// <summary>Its place among the lines of the statement, from 1.</summary>
    public required int Place { get; init; }

    /// <summary>Where it stands in the file.</summary>
    public required int Number { get; init; }

    public required long AmountFen { get; init; }
    public required Direction Direction { get; init; }
    public required DateTimeOffset BookedAt { get; set; }
    public required TimeGiven Given { get; set; }
    public string? PayerName { get; init; }
    public string? PayerAccount { get; init; }
    public string? Remittance { get; init; }
    public required bool IsReversal { get; init; }

    /// <summary>The moment that counts against deadlines; before it the line is not entered.</summary>
    public required DateTimeOffset CountsFrom { get; set; }

    /// <summary>When it was entered into the book, or looked at where there was nothing to enter.</summary>
    public DateTimeOffset? EnteredAt { get; set; }

    public StatementLine ToLine() => new(Number, BankReference, AmountFen, Direction, BookedAt, Given, PayerName, PayerAccount, Remittance, IsReversal);

    /// <summary>The bank said the same of the entry, wherever it stood.</summary>
    public bool Says(StatementLine line) =>
        (AmountFen, Direction, IsReversal) == (line.AmountFen, line.Direction, line.IsReversal) && Days.Of(BookedAt) == Days.Of(line.BookedAt)
        && (PayerAccount is null || line.PayerAccount is null || PayerAccount == line.PayerAccount);

    /// <summary>The number of the whole entry, of which this is a part or all.</summary>
    public static string EntryOf(string bankReference) => bankReference.Split('/')[0];

    /// <summary>A later statement says more exactly when: that counts, and what was entered by the day alone is shown as differing.</summary>
    public void Sharpen(StatementLine line)
    {
        if (line.Given > Given) (BookedAt, Given, CountsFrom) = (line.BookedAt, line.Given, line.CreditedNoLaterThan);
    }
}

internal sealed class StatementTables : IEntityTypeConfiguration<BankStatementRow>, IEntityTypeConfiguration<BankLineRow>
{
    public void Configure(EntityTypeBuilder<BankStatementRow> builder)
    {
        builder.ToTable("bank_statements").HasKey(s => s.Id);
        builder.HasIndex(s => new { s.Book, s.TakenAt });
        builder.HasIndex(s => new { s.Book, s.Account, s.To });
    }

    public void Configure(EntityTypeBuilder<BankLineRow> builder)
    {
        builder.ToTable("bank_lines").HasKey(l => new { l.Book, l.BankReference });
        builder.HasIndex(l => new { l.Statement, l.Place });
        builder.HasIndex(l => new { l.Book, l.BookedAt });
        builder.HasIndex(l => new { l.Book, l.Entry });
        builder.Property(l => l.Direction).HasConversion<string>().HasMaxLength(10);
        builder.Property(l => l.Given).HasConversion<string>().HasMaxLength(10);
    }
}
