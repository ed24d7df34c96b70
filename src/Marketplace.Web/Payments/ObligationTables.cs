using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Payments;

/// <summary>应付款 as pages read it; written with the facts. Its two organisations read it, and an operator who settles.</summary>
public sealed class ObligationRow
{
    public required Guid Id { get; init; }
    public required string Book { get; init; }

    /// <summary>The deal, or the auction, it comes from.</summary>
    public required string About { get; init; }
    public required ObligationKind Kind { get; init; }
    public required Guid Debtor { get; init; }

    /// <summary>Null for the market itself.</summary>
    public Guid? Creditor { get; init; }
    public required long AmountFen { get; init; }
    public required DateOnly Due { get; init; }
    public required ReleaseRule Release { get; init; }
    public string? Milestone { get; init; }
    public required DateTimeOffset RaisedAt { get; init; }
    public required long PaidFen { get; init; }
    public required long ReleasedFen { get; init; }
    public required long RefundedFen { get; init; }
    public DateTimeOffset? PaidAt { get; init; }
    public string? Cancelled { get; init; }

    /// <summary>What whom it is owed said of the release, and what became of that.</summary>
    public Guid? Claim { get; init; }
    public DateTimeOffset? ClaimedAt { get; init; }
    public string? EvidenceSha256 { get; init; }
    public string? EvidenceName { get; init; }
    public DateTimeOffset? ObjectUntil { get; init; }
    public string? Objection { get; init; }
    public DateTimeOffset? ObjectedAt { get; init; }
    public Guid? Ruling { get; init; }
    public long? RulingReleaseFen { get; init; }
    public string? RulingReason { get; init; }
    public Guid? RulingBy { get; init; }

    /// <summary>The work that is due again whenever the obligation changes.</summary>
    public string? ThenKind { get; init; }
    public string? ThenKey { get; init; }

    public long OutstandingFen => Cancelled is null ? AmountFen - PaidFen : 0;

    public long KeptFen => PaidFen - ReleasedFen - RefundedFen;

    public bool IsPaid => PaidFen == AmountFen;

    public bool IsOver => OutstandingFen == 0 && KeptFen == 0;

    public bool IsDisputed => Objection is not null && KeptFen > 0;

    /// <summary>Unpaid after its last day.</summary>
    public bool IsLate(DateTimeOffset now) => OutstandingFen > 0 && Release != ReleaseRule.OutOfPrice && now >= Days.EndOf(Due);
}

/// <summary>One thing that happened to an obligation. Never changed.</summary>
public sealed class ObligationEventRow
{
    public required string Book { get; init; }
    public required long Version { get; init; }
    public required Guid Obligation { get; init; }

    /// <summary>The stored name of the fact; <c>fee-taken</c> for a fee out of a release.</summary>
    public required string Type { get; init; }
    public required long AmountFen { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Why it was released or refunded, by its stored name.</summary>
    public string? Ground { get; init; }
}

/// <summary>出款: money on its way to an organisation's own bank account, or there.</summary>
public sealed class PayoutRow
{
    public required Guid Id { get; init; }
    public required string Book { get; init; }

    /// <summary>Null for the fees of the market.</summary>
    public Guid? Organisation { get; init; }
    public required long AmountFen { get; init; }

    /// <summary>The <see cref="PayoutAccountRow"/> it goes to.</summary>
    public required Guid Account { get; init; }
    public required PayoutState State { get; init; }
    public required DateTimeOffset InstructedAt { get; init; }
    public string? BankReference { get; init; }

    /// <summary>退汇: the bank's number of the entry it came back with.</summary>
    public string? ReturnReference { get; init; }
    public string? Failure { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What the custodian is asked to write into the payment, so that its statement tells which one went out.</summary>
    public string Code => CodeOf(Id);

    public static string CodeOf(Guid payout) => PaymentReference.From(BitConverter.ToUInt64(payout.ToByteArray(), 8));
}

/// <summary>A bank account of an organisation that money may be paid out to. Never changed: another account is another row.</summary>
public sealed class PayoutAccountRow
{
    /// <summary>What stands for the bank of an account at Stripe.</summary>
    public const string ConnectedBank = "Stripe";

    public required Guid Id { get; init; }
    public required Guid Organisation { get; init; }

    /// <summary>The account's holder is the organisation itself, by its registered name.</summary>
    public required string Holder { get; init; }
    public required string Bank { get; init; }
    public required string Number { get; init; }
    public required DateTimeOffset AddedAt { get; init; }
    public required Guid AddedBy { get; init; }

    /// <summary>The organisation took it off its list.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The id follows from what it stands for, and a payout's line names the id: whoever changes the account is found out.</summary>
    public static Guid IdOf(Guid organisation, string holder, string bank, string number) => Obligations.IdOf($"payout-account\n{organisation:D}\n{holder}\n{bank}\n{number}");

    /// <summary>It is what was entered.</summary>
    public bool IsGenuine => Id == IdOf(Organisation, Holder, Bank, Number);

    /// <summary>An account at Stripe, which money of cards is paid out to; the number is Stripe's id.</summary>
    public bool IsConnected => Bank == ConnectedBank && Number.StartsWith("acct_", StringComparison.Ordinal);

    /// <summary>As it is shown: the last four digits.</summary>
    public string Tail => Number.Length <= 4 ? Number : Number[^4..];
}

internal sealed class ObligationTables :
    IEntityTypeConfiguration<ObligationRow>, IEntityTypeConfiguration<ObligationEventRow>, IEntityTypeConfiguration<PayoutRow>, IEntityTypeConfiguration<PayoutAccountRow>
{
    public const int LongestBank = 100;

    private const int LongestName = 20;

    public void Configure(EntityTypeBuilder<ObligationRow> builder)
    {
        // What the rules would have to be wrong to ask for, the database refuses.
        builder.ToTable("obligations", table => table.HasCheckConstraint(
            "ck_obligations_divided", "paid_fen <= amount_fen AND released_fen >= 0 AND refunded_fen >= 0 AND released_fen + refunded_fen <= paid_fen"));
        builder.Property(o => o.About).HasMaxLength(Domain.Payments.Deposits.LongestAuction);
        builder.Property(o => o.Kind).HasConversion<string>().HasMaxLength(LongestName);
        builder.Property(o => o.Release).HasConversion<string>().HasMaxLength(LongestName);
        builder.HasIndex(o => o.About);
        builder.HasIndex(o => o.Debtor);
        builder.HasIndex(o => o.Creditor);
    }

    public void Configure(EntityTypeBuilder<ObligationEventRow> builder)
    {
        builder.ToTable("obligation_events").HasKey(e => new { e.Book, e.Version, e.Obligation });
        builder.HasIndex(e => e.Obligation);
    }

    public void Configure(EntityTypeBuilder<PayoutRow> builder)
    {
        builder.ToTable("payouts").Ignore(p => p.Code);
        builder.Property(p => p.State).HasConversion<string>().HasMaxLength(LongestName);
        builder.HasIndex(p => p.Organisation);
    }

    public void Configure(EntityTypeBuilder<PayoutAccountRow> builder)
    {
        builder.ToTable("payout_accounts").Ignore(a => a.Tail).Ignore(a => a.IsGenuine).Ignore(a => a.IsConnected);
        builder.Property(a => a.Bank).HasMaxLength(LongestBank);
        builder.HasIndex(a => a.Organisation);
    }
}

/// <summary>The statements that keep the tables above in step with a book.</summary>
internal static class ObligationRows
{
    /// <summary>Due work that releases what nobody objected to in time; its key is the book and the obligation.</summary>
    public const string ReleaseWork = "payments.release";

    /// <summary>Begins with the book, so that the demonstration's is known as such.</summary>
    public static string KeyOf(string book, Guid obligation) => $"{book}/{obligation}";

    /// <param name="book">The book after the line.</param>
    public static void Keep(List<SideWrite> writes, Book book, FactLine line)
    {
        switch (line.Fact)
        {
            case ObligationsRaised raised:
                foreach (var owed in raised.Owed) writes.Add(Insert(book.Name, book.Obligations[owed.Id], raised.Then));
                break;
            case HoldUsedForPrice used:
                foreach (var share in used.Shares) Changed(writes, book, line, share.Obligation, used.Type, share.AmountFen, null);
                break;
            case ObligationReleased released:
                Changed(writes, book, line, released.Obligation, released.Type, released.AmountFen, released.Ground);
                foreach (var fee in released.Fees) Changed(writes, book, line, fee.Obligation, "fee-taken", fee.AmountFen, null);
                break;
            case CardDisputeLost taken:
                foreach (var share in taken.Shares) Changed(writes, book, line, share.Obligation, taken.Type, share.AmountFen, null);
                break;
            case ReleaseClaimed claimed:
                Changed(writes, book, line, claimed.Obligation, claimed.Type, 0, null);
                writes.Add(Platform.DueWork.At(ReleaseWork, KeyOf(book.Name, claimed.Obligation), claimed.ObjectUntil));
                break;
            case ObligationFact fact:
                var (amount, ground) = fact switch
                {
                    ObligationPaid f => (f.AmountFen, (ReleaseGround?)null),
                    ObligationRefunded f => (f.AmountFen, f.Ground),
                    DepositForfeited f => (f.AmountFen, null),
                    ObligationCancelled f => (f.LeftFen, null),
                    RulingProposed f => (f.ReleaseFen, null),
                    _ => (0, null),
                };
                Changed(writes, book, line, fact.Obligation, fact.Type, amount, ground);
                break;
            case PayoutFact fact:
                writes.Add(Upsert(book.Name, book.Payouts[fact.Payout]));
                break;
        }
    }

    private static void Changed(List<SideWrite> writes, Book book, FactLine line, Guid obligation, string type, long amountFen, ReleaseGround? ground)
    {
        writes.Add(Update(book.Obligations[obligation]));
        writes.Add(new SideWrite(
            "INSERT INTO obligation_events (book, version, obligation, type, amount_fen, at, ground) VALUES (@book, @version, @obligation, @type, @amount, @at, @ground)",
            ("book", book.Name), ("version", line.Version), ("obligation", obligation), ("type", type), ("amount", amountFen), ("at", line.At),
            ("ground", ground is { } why ? Settlements.NameOf(why) : null)));
        // Whoever raised it is told in the same transaction.
        writes.Add(new SideWrite(
            "INSERT INTO due_work (kind, key, due_at, attempts) SELECT then_kind, then_key, @due, 0 FROM obligations WHERE id = @id AND then_kind IS NOT NULL " +
            "ON CONFLICT (kind, key) DO UPDATE SET due_at = excluded.due_at, attempts = 0, lease_until = NULL",
            ("id", obligation), ("due", line.At)));
    }

    private static SideWrite Insert(string book, Obligation o, FollowUp? then) => new(
        "INSERT INTO obligations (id, book, about, kind, debtor, creditor, amount_fen, due, release, milestone, raised_at, paid_fen, released_fen, refunded_fen, then_kind, then_key) " +
        "VALUES (@id, @book, @about, @kind, @debtor, @creditor, @amount, @due, @release, @milestone, @raised, 0, 0, 0, @thenKind, @thenKey)",
        ("id", o.Id), ("book", book), ("about", o.About), ("kind", o.Terms.Kind.ToString()), ("debtor", o.Terms.Debtor), ("creditor", o.Terms.Creditor), ("amount", o.Terms.AmountFen),
        ("due", o.Terms.Due), ("release", o.Terms.Release.ToString()), ("milestone", o.Terms.Milestone), ("raised", o.RaisedAt), ("thenKind", then?.Kind), ("thenKey", then?.Key));

    private static SideWrite Update(Obligation o) => new(
        "UPDATE obligations SET paid_fen = @paid, released_fen = @released, refunded_fen = @refunded, paid_at = @paidAt, cancelled = @cancelled, claim = @claim, claimed_at = @claimedAt, " +
        "evidence_sha256 = @evidence, evidence_name = @evidenceName, object_until = @until, objection = @objection, objected_at = @objectedAt, ruling = @ruling, ruling_release_fen = @rulingFen, ruling_reason = @rulingReason, " +
        "ruling_by = @rulingBy WHERE id = @id",
        ("paid", o.PaidFen), ("released", o.ReleasedFen), ("refunded", o.RefundedFen), ("paidAt", o.PaidAt), ("cancelled", o.Cancelled), ("claim", o.Claim?.Id), ("claimedAt", o.Claim?.ClaimedAt),
        ("evidence", o.Claim?.EvidenceSha256), ("evidenceName", o.Claim?.EvidenceName), ("until", o.Claim?.ObjectUntil), ("objection", o.Claim?.Objection), ("objectedAt", o.Claim?.ObjectedAt), ("ruling", o.Claim?.Ruling?.Id),
        ("rulingFen", o.Claim?.Ruling?.ReleaseFen), ("rulingReason", o.Claim?.Ruling?.Reason), ("rulingBy", o.Claim?.Ruling?.By), ("id", o.Id));

    private static SideWrite Upsert(string book, Payout p) => new(
        "INSERT INTO payouts (id, book, organisation, amount_fen, account, state, instructed_at, bank_reference, return_reference, failure, ended_at) " +
        "VALUES (@id, @book, @organisation, @amount, @account, @state, @instructed, @bank, @return, @failure, @ended) " +
        "ON CONFLICT (id) DO UPDATE SET state = excluded.state, bank_reference = excluded.bank_reference, return_reference = excluded.return_reference, failure = excluded.failure, ended_at = excluded.ended_at WHERE payouts.book = excluded.book",
        ("id", p.Id), ("book", book), ("organisation", p.Organisation), ("amount", p.AmountFen), ("account", p.Account), ("state", p.State.ToString()), ("instructed", p.InstructedAt),
        ("bank", p.BankReference), ("return", p.ReturnReference), ("failure", p.Failure), ("ended", p.EndedAt));
}
