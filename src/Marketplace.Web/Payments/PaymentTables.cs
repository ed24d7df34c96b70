using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Payments;

/// <summary>What an organisation owns at the custodian. Private to it: no operator reads this table.</summary>
public sealed class DepositAccountRow
{
    public required Guid Organisation { get; init; }
    public required string Book { get; init; }
    public required long AvailableFen { get; init; }
    public required long FrozenFen { get; init; }
}

/// <summary>One line of an organisation's statement. Private to it.</summary>
public sealed class StatementRow
{
    public required string Book { get; init; }
    public required long Version { get; init; }
    public required Guid Organisation { get; init; }

    /// <summary>The stored name of the fact; for whoever receives what another pays, releases or forfeits, a name of its own.</summary>
    public required string Type { get; init; }

    /// <summary>Negative when it left what is available.</summary>
    public required long AmountFen { get; init; }

    /// <summary>The lot, or the deal.</summary>
    public string? Auction { get; init; }
    public Guid? Hold { get; init; }
    public string? BankReference { get; init; }

    /// <summary>The bank's credit time for a credit, otherwise the moment of the fact.</summary>
    public required DateTimeOffset At { get; init; }

    public required long AvailableAfterFen { get; init; }
    public required long FrozenAfterFen { get; init; }
}

/// <summary>Which organisation froze how much for which auction. Private: only the organisation itself and the auction's own work read it.</summary>
public sealed class HoldRow
{
    public required Guid Id { get; init; }
    public required string Book { get; init; }
    public required Guid Organisation { get; init; }
    public required string Auction { get; init; }
    public required long AmountFen { get; init; }
    public required HoldState State { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The hold whose frozen money covers this lot too; null for money of its own.</summary>
    public Guid? Money { get; init; }

    /// <summary>保函: the letter that it rests on in place of money.</summary>
    public Guid? Letter { get; init; }

    /// <summary>The lot for which the money was used or lost.</summary>
    public string? EndedFor { get; init; }

    /// <summary>The work that the hold set off, and that is due again when its organisation takes it back.</summary>
    public string? ThenKind { get; init; }
    public string? ThenKey { get; init; }
}

/// <summary>Money that the operator confirmed: all that an operator sees of the ledger.</summary>
public sealed class BankCreditRow
{
    public required Guid Id { get; init; }
    public required string Book { get; init; }
    public Guid? Organisation { get; init; }
    public required long AmountFen { get; init; }
    public required DateTimeOffset CreditedAt { get; init; }
    public required string BankReference { get; init; }
    public string? PayerReference { get; init; }
    public required DateTimeOffset ConfirmedAt { get; init; }
    public required Guid ConfirmedBy { get; init; }

    /// <summary>冲正: when it was taken back, why, and by whom; null while it stands.</summary>
    public DateTimeOffset? ReversedAt { get; init; }
    public string? ReversedBecause { get; init; }
    public Guid? ReversedBy { get; init; }

    /// <summary>When two persons found that it is nobody's deposit, and why; null while nobody did.</summary>
    public DateTimeOffset? ExaminedAt { get; init; }
    public string? ExaminedBecause { get; init; }
}

/// <summary>The payment reference of an organisation's account or of one thing that it owes, drawn once.</summary>
public sealed class PaymentReferenceRow
{
    public required Guid Organisation { get; init; }

    /// <summary>Zero for the account.</summary>
    public Guid Obligation { get; init; }
    public required string Reference { get; init; }
}

internal sealed class PaymentTables :
    IEntityTypeConfiguration<DepositAccountRow>, IEntityTypeConfiguration<StatementRow>, IEntityTypeConfiguration<HoldRow>,
    IEntityTypeConfiguration<BankCreditRow>, IEntityTypeConfiguration<PaymentReferenceRow>
{
    public void Configure(EntityTypeBuilder<DepositAccountRow> builder) => builder.ToTable("deposit_accounts").HasKey(a => new { a.Organisation, a.Book });

    public void Configure(EntityTypeBuilder<StatementRow> builder)
    {
        // One line may move the accounts of several organisations.
        builder.ToTable("deposit_statement").HasKey(s => new { s.Book, s.Version, s.Organisation });
        builder.HasIndex(s => new { s.Organisation, s.Version });
    }

    public void Configure(EntityTypeBuilder<HoldRow> builder)
    {
        builder.ToTable("deposit_holds");
        builder.Property(h => h.State).HasConversion<string>().HasMaxLength(20);
        builder.HasIndex(h => h.Organisation);
        builder.HasIndex(h => h.Auction);
        builder.HasIndex(h => h.Letter);
    }

    public void Configure(EntityTypeBuilder<BankCreditRow> builder)
    {
        builder.ToTable("bank_credits");
        builder.HasIndex(c => new { c.Book, c.ConfirmedAt });
    }

    public void Configure(EntityTypeBuilder<PaymentReferenceRow> builder)
    {
        builder.ToTable("payment_references").HasKey(r => new { r.Organisation, r.Obligation });
        builder.Property(r => r.Reference).HasMaxLength(13);
        builder.HasIndex(r => r.Reference).IsUnique();
        builder.HasOne<Organisation>().WithMany().HasForeignKey(r => r.Organisation);
    }
}

/// <summary>The statements that keep the tables above in step with a book.</summary>
internal static class BookRows
{
    /// <param name="book">The book after the line.</param>
    public static void Keep(List<SideWrite> writes, Book book, Domain.Common.FactLine line)
    {
        switch (line.Fact)
        {
            case Credited credited:
                var credit = book.Credits[credited.Credit];
                writes.Add(new SideWrite(
                    "INSERT INTO bank_credits (id, book, organisation, amount_fen, credited_at, bank_reference, payer_reference, confirmed_at, confirmed_by) " +
                    "VALUES (@id, @book, @organisation, @amount, @credited, @bank, @payer, @confirmed, @by)",
                    ("id", credit.Id), ("book", book.Name), ("organisation", credit.Organisation), ("amount", credit.AmountFen), ("credited", credit.CreditedAt),
                    ("bank", credit.BankReference), ("payer", credit.PayerReference), ("confirmed", credit.ConfirmedAt), ("by", credit.ConfirmedBy)));
                if (credit.Organisation is { } owner) KeepAccount(writes, book, line, owner, credited.Type, credit.AmountFen, credit.CreditedAt, bankReference: credit.BankReference);
                break;
            case CreditAssigned assigned:
                writes.Add(new SideWrite("UPDATE bank_credits SET organisation = @organisation WHERE id = @id", ("organisation", assigned.Organisation), ("id", assigned.Credit)));
                var found = book.Credits[assigned.Credit];
                KeepAccount(writes, book, line, assigned.Organisation, assigned.Type, found.AmountFen, found.CreditedAt, bankReference: found.BankReference);
                break;
            case CreditReversed reversed:
                writes.Add(new SideWrite(
                    "UPDATE bank_credits SET reversed_at = @at, reversed_because = @because, reversed_by = @by WHERE id = @id",
                    ("at", line.At), ("because", reversed.Reason), ("by", reversed.By), ("id", reversed.Credit)));
                if (reversed.Organisation is { } had) KeepAccount(writes, book, line, had, reversed.Type, -reversed.AmountFen, line.At, bankReference: book.Credits[reversed.Credit].BankReference);
                break;
            case CreditExamined examined:
                writes.Add(new SideWrite(
                    "UPDATE bank_credits SET examined_at = @at, examined_because = @because WHERE id = @id", ("at", line.At), ("because", examined.Reason), ("id", examined.Credit)));
                break;
            case HoldFact fact:
                // The end of money is the end of every hold that rests on it.
                var all = fact is HoldPlaced or HoldCovers or HoldBound or HoldLetGo ? [book.Holds[fact.Hold]] : book.HoldsOn(fact.Hold).ToList();
                if (fact is HoldPlaced or HoldCovers) writes.Add(NewHold(book, all[0], fact is HoldPlaced placed ? placed.Then : ((HoldCovers)fact).Then));
                else writes.AddRange(all.Select(StateOf));
                var hold = all.FindLast(h => h.Auction == fact.Auction)!;
                if (fact is HoldReleased { ByAuction: false } or HoldLetGo { ByAuction: false }) writes.Add(FollowAgain(hold.Id, line.At));
                // On a letter no money is frozen.
                if (hold.Letter is not null) break;
                // What is bound stays frozen, and what is used or forfeited was frozen before.
                var freed = fact switch { HoldPlaced => -fact.AmountFen, HoldReleased => fact.AmountFen, HoldUsedForPrice used => used.RestFen, _ => 0 };
                KeepAccount(writes, book, line, hold.Organisation, fact.Type, freed, line.At, hold.Auction, hold.Id);
                if (fact is HoldForfeitedTo { Shares: { ShortfallFen: var shortfall, SellerFen: var rest } } forfeited && shortfall + rest > 0)
                {
                    KeepAccount(writes, book, line, forfeited.Seller, "forfeit-received", shortfall + rest, line.At, hold.Auction);
                }

                break;
            case ObligationPaid paid:
                var about = book.Obligations[paid.Obligation].About;
                KeepAccount(writes, book, line, paid.Debtor, paid.Type, -paid.AmountFen, line.At, about);
                if (!paid.Kept && paid.Creditor is { } payee) KeepAccount(writes, book, line, payee, "obligation-received", paid.AmountFen, line.At, about);
                break;
            case ObligationReleased released:
                var sale = book.Obligations[released.Obligation].About;
                if (released.Creditor is { } seller) KeepAccount(writes, book, line, seller, released.Type, released.AmountFen - released.Fees.Sum(f => f.AmountFen), line.At, sale);
                foreach (var fee in released.Fees.Where(f => f.Payee is not null).GroupBy(f => f.Payee!.Value)) KeepAccount(writes, book, line, fee.Key, "fee-received", fee.Sum(f => f.AmountFen), line.At, sale);
                break;
            case ObligationRefunded refunded:
                KeepAccount(writes, book, line, refunded.Debtor, refunded.Type, refunded.AmountFen, line.At, book.Obligations[refunded.Obligation].About);
                break;
            case DepositForfeited { Creditor: { } winner } lost when lost.Shares.ShortfallFen + lost.Shares.SellerFen > 0:
                KeepAccount(writes, book, line, winner, "forfeit-received", lost.Shares.ShortfallFen + lost.Shares.SellerFen, line.At, book.Obligations[lost.Obligation].About);
                break;
            case CardDisputed { TakenFen: > 0 } disputed:
                KeepAccount(writes, book, line, disputed.Organisation, disputed.Type, -disputed.TakenFen, line.At, disputed.Dispute);
                break;
            case CardDisputeWon { TakenFen: > 0 } won:
                KeepAccount(writes, book, line, won.Organisation, won.Type, won.TakenFen, line.At, won.Dispute);
                break;
            case CardDisputeLost { TakenFen: > 0 } cost:
                KeepAccount(writes, book, line, cost.Organisation, cost.Type, -cost.TakenFen, line.At, cost.Dispute);
                break;
            case PayoutFact { Organisation: { } drawer } payout:
                KeepAccount(
                    writes, book, line, drawer, payout.Type, payout switch { PayoutInstructed => -payout.AmountFen, PayoutFailed or PayoutReturned => payout.AmountFen, _ => 0 }, line.At,
                    bankReference: (payout as PayoutMade)?.BankReference);
                break;
        }
    }

    private static SideWrite NewHold(Book book, Hold hold, FollowUp? then) => new(
        "INSERT INTO deposit_holds (id, book, organisation, auction, amount_fen, state, placed_at, money, letter, then_kind, then_key) " +
        "VALUES (@id, @book, @organisation, @auction, @amount, @state, @placed, @money, @letter, @thenKind, @thenKey)",
        ("id", hold.Id), ("book", book.Name), ("organisation", hold.Organisation), ("auction", hold.Auction), ("amount", hold.AmountFen),
        ("state", hold.State.ToString()), ("placed", hold.PlacedAt), ("money", hold.Money), ("letter", hold.Letter), ("thenKind", then?.Kind), ("thenKey", then?.Key));

    private static SideWrite StateOf(Hold hold) => new(
        "UPDATE deposit_holds SET state = @state, ended_at = @ended, ended_for = @endedFor WHERE id = @id",
        ("state", hold.State.ToString()), ("ended", hold.EndedAt), ("endedFor", hold.EndedFor), ("id", hold.Id));

    /// <summary>Who was told of the hold learns that it is gone, in the same transaction.</summary>
    private static SideWrite FollowAgain(Guid hold, DateTimeOffset at) => new(
        "INSERT INTO due_work (kind, key, due_at, attempts) SELECT then_kind, then_key, @due, 0 FROM deposit_holds WHERE id = @id AND then_kind IS NOT NULL " +
        "ON CONFLICT (kind, key) DO UPDATE SET due_at = excluded.due_at, attempts = 0, lease_until = NULL",
        ("id", hold), ("due", at));

    private static void KeepAccount(
        List<SideWrite> writes, Book book, Domain.Common.FactLine line, Guid organisation, string type, long amountFen, DateTimeOffset at, string? about = null, Guid? hold = null, string? bankReference = null)
    {
        var balance = book.Of(organisation);
        writes.Add(new SideWrite(
            "INSERT INTO deposit_accounts (organisation, book, available_fen, frozen_fen) VALUES (@organisation, @book, @available, @frozen) " +
            "ON CONFLICT (organisation, book) DO UPDATE SET available_fen = excluded.available_fen, frozen_fen = excluded.frozen_fen",
            ("organisation", organisation), ("book", book.Name), ("available", balance.AvailableFen), ("frozen", balance.PendingDebitsFen)));
        writes.Add(new SideWrite(
            "INSERT INTO deposit_statement (book, version, organisation, type, amount_fen, auction, hold, bank_reference, at, available_after_fen, frozen_after_fen) " +
            "VALUES (@book, @version, @organisation, @type, @amount, @auction, @hold, @bank, @at, @available, @frozen)",
            ("book", book.Name), ("version", line.Version), ("organisation", organisation), ("type", type), ("amount", amountFen),
            ("auction", about), ("hold", hold), ("bank", bankReference), ("at", at),
            ("available", balance.AvailableFen), ("frozen", balance.PendingDebitsFen)));
    }
}
