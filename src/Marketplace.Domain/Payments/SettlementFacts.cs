using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>What is owed from now on, all of it that follows from one cause.</summary>
/// <param name="About">The deal, or the auction, it comes from.</param>
/// <param name="Cause">Why: the contract was signed, a winner defaulted; once for each cause.</param>
public sealed record ObligationsRaised(string Book, string About, string Cause, ImmutableArray<Owed> Owed) : BookFact(Book)
{
    public override string Type => "obligations-raised";
    public override string CommandKey => $"raise/{About}/{Cause}";

    /// <summary>Work that is due now, and again whenever one of these changes; no part of the line, it goes out in the same transaction.</summary>
    public FollowUp? Then { get; init; }

    public bool Equals(ObligationsRaised? other) =>
        other is not null && (Book, About, Cause) == (other.Book, other.About, other.Cause) && Owed.SequenceEqual(other.Owed);

    public override int GetHashCode() => HashCode.Combine(Book, About, Cause);

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("book", Book);
        json.WriteString("about", About);
        json.WriteString("cause", Cause);
        json.WriteStartArray("owed");
        foreach (var owed in Owed)
        {
            json.WriteStartObject();
            json.WriteString("id", owed.Id);
            json.WriteString("kind", ObligationNames.Of(owed.Kind));
            json.WriteString("debtor", owed.Debtor);
            if (owed.Creditor is { } creditor) json.WriteString("creditor", creditor); else json.WriteNull("creditor");
            json.WriteNumber("amountFen", owed.AmountFen);
            json.WriteString("due", owed.Due.ToString("O"));
            json.WriteString("release", ObligationNames.Of(owed.Release));
            if (owed.Milestone is { } milestone) json.WriteString("milestone", milestone);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

/// <summary>A fact of one obligation.</summary>
/// <param name="Debtor">Who owes.</param>
/// <param name="Creditor">Whom it is owed; null for the market.</param>
public abstract record ObligationFact(string Book, Guid Obligation, Guid Debtor, Guid? Creditor) : BookFact(Book)
{
    /// <summary>托管: what is kept for whom it is owed until the ground of the release comes.</summary>
    protected Account Escrow => new(Purpose.Escrow, Creditor ?? Guid.Empty);

    /// <summary>The account of whom it is owed; the market's own is its fees.</summary>
    protected Account Theirs => OwnOf(Creditor);

    internal static Account OwnOf(Guid? owner) => owner is { } organisation ? Deposit(organisation) : new Account(Purpose.Fee);

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("book", Book);
        json.WriteString("obligation", Obligation);
        json.WriteString("debtor", Debtor);
        if (Creditor is { } creditor) json.WriteString("creditor", creditor); else json.WriteNull("creditor");
        WriteMore(json);
    }

    protected abstract void WriteMore(Utf8JsonWriter json);
}

/// <summary>Money of the debtor's account was paid for what it owes.</summary>
/// <param name="Kept">It is kept until it is released; otherwise whom it is owed has it.</param>
/// <param name="By">The person who said so; null where the payer's reference did.</param>
/// <param name="CreditedAt">When the bank had credited what the payer's reference paid it with; null where the account did.</param>
/// <param name="Covers">It makes good what the bank of the payer's card took back.</param>
public sealed record ObligationPaid(string Book, Guid Payment, Guid Obligation, Guid Debtor, Guid? Creditor, long AmountFen, bool Kept, Guid? By, DateTimeOffset? CreditedAt = null, bool Covers = false)
    : ObligationFact(Book, Obligation, Debtor, Creditor)
{
    public override string Type => "obligation-paid";
    public override string CommandKey => $"pay/{Payment:D}";
    public override ImmutableArray<Transfer> Transfers => [new Transfer(CommandKey, Deposit(Debtor), Covers ? CardDisputed.Owing(Debtor) : Kept ? Escrow : Theirs, AmountFen)];

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("payment", Payment);
        json.WriteNumber("amountFen", AmountFen);
        json.WriteBoolean("kept", Kept);
        if (By is { } by) json.WriteString("by", by); else json.WriteNull("by");
        if (CreditedAt is { } credited) json.WriteString("creditedAt", Instant.Write(credited)); else json.WriteNull("creditedAt");
        if (Covers) json.WriteBoolean("covers", true);
    }
}

/// <summary>Whom it is owed says that the ground of the release has come, and shows it.</summary>
public sealed record ReleaseClaimed(
    string Book, Guid Claim, Guid Obligation, Guid Debtor, Guid? Creditor, string EvidenceSha256, DateTimeOffset ObjectUntil, string? EvidenceName = null, Guid? By = null)
    : ObligationFact(Book, Obligation, Debtor, Creditor)
{
    public override string Type => "release-claimed";
    public override string CommandKey => $"claim/{Claim:D}";

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("claim", Claim);
        json.WriteString("evidenceSha256", EvidenceSha256);
        json.WriteString("objectUntil", Instant.Write(ObjectUntil));
        // Written only where it is said: the bytes of the others stay as they were.
        if (EvidenceName is { } name) json.WriteString("evidenceName", name);
        if (By is { } by) json.WriteString("by", by);
    }
}

/// <summary>Who paid objects; nothing is released before it is decided.</summary>
public sealed record ReleaseObjected(string Book, Guid Claim, Guid Obligation, Guid Debtor, Guid? Creditor, string Reason, Guid By)
    : ObligationFact(Book, Obligation, Debtor, Creditor)
{
    public override string Type => "release-objected";
    public override string CommandKey => $"object/{Claim:D}";

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("claim", Claim);
        json.WriteString("reason", Reason);
        json.WriteString("by", By);
    }
}

/// <summary>An operator proposes how money in dispute is divided. A later proposal takes the place of an earlier one.</summary>
public sealed record RulingProposed(string Book, Guid Ruling, Guid Obligation, Guid Debtor, Guid? Creditor, long ReleaseFen, string Reason, Guid By)
    : ObligationFact(Book, Obligation, Debtor, Creditor)
{
    public override string Type => "ruling-proposed";
    public override string CommandKey => $"ruling/{Ruling:D}";

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("ruling", Ruling);
        json.WriteNumber("releaseFen", ReleaseFen);
        json.WriteString("reason", Reason);
        json.WriteString("by", By);
    }
}

/// <summary>Why money that was kept is released or goes back. Stored by the names of <see cref="Settlements"/>.</summary>
public enum ReleaseGround
{
    /// <summary>Who paid agreed.</summary>
    Agreed,

    /// <summary>Nobody objected in time.</summary>
    NoObjection,

    /// <summary>Two operators decided after an objection.</summary>
    Decided,

    /// <summary>The sale no longer stands.</summary>
    SaleFell,
}

/// <summary>A fee that is taken out of what is released.</summary>
public readonly record struct FeeTaken(Guid Obligation, Guid? Payee, long AmountFen);

/// <summary>What was kept went on to whom it is owed, less its own fees.</summary>
/// <param name="Cause">The claim or ruling that led to it; each once.</param>
/// <param name="AmountFen">Before the fees.</param>
/// <param name="By">The person who agreed, or who confirmed a ruling; null where time did.</param>
public sealed record ObligationReleased(
    string Book, Guid Cause, Guid Obligation, Guid Debtor, Guid? Creditor, long AmountFen, ReleaseGround Ground, ImmutableArray<FeeTaken> Fees, Guid? By)
    : ObligationFact(Book, Obligation, Debtor, Creditor)
{
    public override string Type => "obligation-released";
    public override string CommandKey => $"release/{Cause:D}";

    public override ImmutableArray<Transfer> Transfers =>
    [
        .. new[] { new Transfer(CommandKey, Escrow, Theirs, AmountFen - Fees.Sum(f => f.AmountFen)) }
            .Concat(Fees.Select(f => new Transfer($"{CommandKey}/{f.Obligation:D}", Escrow, OwnOf(f.Payee), f.AmountFen)))
            .Where(t => t.AmountFen > 0),
    ];

    public bool Equals(ObligationReleased? other) =>
        other is not null && base.Equals(other) && (Cause, AmountFen, Ground, By) == (other.Cause, other.AmountFen, other.Ground, other.By) && Fees.SequenceEqual(other.Fees);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Cause, AmountFen);

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("cause", Cause);
        json.WriteNumber("amountFen", AmountFen);
        json.WriteString("ground", Settlements.NameOf(Ground));
        json.WriteStartArray("fees");
        foreach (var fee in Fees)
        {
            json.WriteStartObject();
            json.WriteString("obligation", fee.Obligation);
            if (fee.Payee is { } payee) json.WriteString("payee", payee); else json.WriteNull("payee");
            json.WriteNumber("amountFen", fee.AmountFen);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (By is { } by) json.WriteString("by", by); else json.WriteNull("by");
    }
}

/// <summary>退款: what was paid went back onto the account of who paid.</summary>
/// <param name="Cause">The ruling or the end of the sale; with the obligation, once.</param>
/// <param name="Kept">It was kept until then; otherwise the market gives back a fee.</param>
public sealed record ObligationRefunded(string Book, Guid Cause, Guid Obligation, Guid Debtor, Guid? Creditor, long AmountFen, bool Kept, ReleaseGround Ground, Guid? By)
    : ObligationFact(Book, Obligation, Debtor, Creditor)
{
    public override string Type => "obligation-refunded";
    public override string CommandKey => $"refund/{Cause:D}/{Obligation:D}";
    public override ImmutableArray<Transfer> Transfers => [new Transfer(CommandKey, Kept ? Escrow : Theirs, Deposit(Debtor), AmountFen)];

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("cause", Cause);
        json.WriteNumber("amountFen", AmountFen);
        json.WriteBoolean("kept", Kept);
        json.WriteString("ground", Settlements.NameOf(Ground));
        if (By is { } by) json.WriteString("by", by); else json.WriteNull("by");
    }
}

/// <summary>Nothing more is owed: what was not paid until now never will be.</summary>
/// <param name="LeftFen">What was still unpaid.</param>
public sealed record ObligationCancelled(string Book, Guid Obligation, Guid Debtor, Guid? Creditor, long LeftFen, string Because) : ObligationFact(Book, Obligation, Debtor, Creditor)
{
    public override string Type => "obligation-cancelled";
    public override string CommandKey => $"cancel/{Obligation:D}";

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteNumber("leftFen", LeftFen);
        json.WriteString("because", Because);
    }
}
