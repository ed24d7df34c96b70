using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Payments;

/// <summary>One movement of a book as it was posted: inserted with its line, never changed. Private, as the lines are.</summary>
public sealed class LedgerTransferRow
{
    public required string Book { get; init; }

    /// <summary>Made by who asked for the movement; it happens once.</summary>
    public required string Id { get; init; }

    /// <summary>The line of the book that it belongs to.</summary>
    public required long Version { get; init; }

    public required Purpose DebitPurpose { get; init; }

    /// <summary>Zero for an account of the book's own.</summary>
    public required Guid DebitOrganisation { get; init; }

    public required Purpose CreditPurpose { get; init; }
    public required Guid CreditOrganisation { get; init; }
    public required long AmountFen { get; init; }
    public required TransferKind Kind { get; init; }

    /// <summary>The reservation that it ends.</summary>
    public string? Ends { get; init; }
}

/// <summary>What an account of a book holds: the sums of its transfers, kept beside them. Private.</summary>
public sealed class LedgerAccountRow
{
    public required string Book { get; init; }
    public required Purpose Purpose { get; init; }
    public required Guid Organisation { get; init; }
    public required long DebitsFen { get; init; }
    public required long CreditsFen { get; init; }
    public required long PendingDebitsFen { get; init; }
    public required long PendingCreditsFen { get; init; }
}

/// <summary>Which line of a book a proof looked at: what its published line commits to. Private, as the number of lines is.</summary>
public sealed class LedgerProofRow
{
    public required string Book { get; init; }

    /// <summary>The line of the stream of proofs.</summary>
    public required long Version { get; init; }

    public required long BookVersion { get; init; }
    public required string BookHash { get; init; }
    public required string Nonce { get; init; }

    /// <summary>The book held: what a later look has to find again.</summary>
    public required bool Holds { get; init; }
}

internal sealed class LedgerTables : IEntityTypeConfiguration<LedgerTransferRow>, IEntityTypeConfiguration<LedgerAccountRow>, IEntityTypeConfiguration<LedgerProofRow>
{
    private const int LongestName = 20;

    public void Configure(EntityTypeBuilder<LedgerTransferRow> builder)
    {
        // One row carries both sides, so that no write can debit another amount than it credits.
        builder.ToTable("ledger_transfers", table => table.HasCheckConstraint("ck_ledger_transfers_amount", "amount_fen > 0"));
        builder.HasKey(t => new { t.Book, t.Id });
        builder.HasIndex(t => new { t.Book, t.Version });
        builder.Property(t => t.DebitPurpose).HasConversion<string>().HasMaxLength(LongestName);
        builder.Property(t => t.CreditPurpose).HasConversion<string>().HasMaxLength(LongestName);
        builder.Property(t => t.Kind).HasConversion<string>().HasMaxLength(LongestName);
    }

    public void Configure(EntityTypeBuilder<LedgerProofRow> builder) => builder.ToTable("ledger_proofs").HasKey(p => new { p.Book, p.Version });

    public void Configure(EntityTypeBuilder<LedgerAccountRow> builder)
    {
        // The database refuses what the rules would have to be wrong to ask for: an account that owes, apart from the bank's, the guarantors', what the provider kept and what payers owe because of their cards.
        builder.ToTable("ledger_accounts", table => table.HasCheckConstraint(
            "ck_ledger_accounts_covered", $"purpose IN ('{Purpose.CustodianBank}', '{Purpose.Guarantors}', '{Purpose.ProviderCosts}', '{Purpose.Receivable}') OR credits_fen - debits_fen - pending_debits_fen >= 0"));
        builder.HasKey(a => new { a.Book, a.Purpose, a.Organisation });
        builder.Property(a => a.Purpose).HasConversion<string>().HasMaxLength(LongestName);
    }
}

/// <summary>The statements that keep transfers and balances beside the lines of a book.</summary>
internal static class LedgerRows
{
    /// <param name="after">The book after all of the lines: an account that several of them move is written once.</param>
    public static void Keep(List<SideWrite> writes, Book after, IReadOnlyList<NewLine> lines)
    {
        var touched = new HashSet<Account>();
        foreach (var (line, _) in lines)
        {
            foreach (var transfer in ((BookFact)line.Fact).Transfers)
            {
                writes.Add(Insert(after.Name, line, transfer));
                touched.Add(transfer.Debit);
                touched.Add(transfer.Credit);
            }
        }

        foreach (var account in touched) writes.Add(Upsert(after.Name, account, after.Ledger[account]));
    }

    /// <summary>What a proof looked at, written with it.</summary>
    public static SideWrite Looked(string book, long version, long bookVersion, string bookHash, string nonce, bool holds) => new(
        "INSERT INTO ledger_proofs (book, version, book_version, book_hash, nonce, holds) VALUES (@book, @version, @line, @hash, @nonce, @holds)",
        ("book", book), ("version", version), ("line", bookVersion), ("hash", bookHash), ("nonce", nonce), ("holds", holds));

    private static SideWrite Insert(string book, FactLine line, Transfer transfer) => new(
        "INSERT INTO ledger_transfers (book, id, version, debit_purpose, debit_organisation, credit_purpose, credit_organisation, amount_fen, kind, ends) " +
        "VALUES (@book, @id, @version, @debit, @debitOf, @credit, @creditOf, @amount, @kind, @ends)",
        ("book", book), ("id", transfer.Id), ("version", line.Version), ("debit", transfer.Debit.Purpose.ToString()), ("debitOf", transfer.Debit.Organisation),
        ("credit", transfer.Credit.Purpose.ToString()), ("creditOf", transfer.Credit.Organisation), ("amount", transfer.AmountFen), ("kind", transfer.Kind.ToString()),
        ("ends", transfer.Of));

    private static SideWrite Upsert(string book, Account account, Balance balance) => new(
        "INSERT INTO ledger_accounts (book, purpose, organisation, debits_fen, credits_fen, pending_debits_fen, pending_credits_fen) " +
        "VALUES (@book, @purpose, @organisation, @debits, @credits, @pendingDebits, @pendingCredits) ON CONFLICT (book, purpose, organisation) DO UPDATE SET " +
        "debits_fen = excluded.debits_fen, credits_fen = excluded.credits_fen, pending_debits_fen = excluded.pending_debits_fen, pending_credits_fen = excluded.pending_credits_fen",
        ("book", book), ("purpose", account.Purpose.ToString()), ("organisation", account.Organisation), ("debits", balance.DebitsFen), ("credits", balance.CreditsFen),
        ("pendingDebits", balance.PendingDebitsFen), ("pendingCredits", balance.PendingCreditsFen));
}
