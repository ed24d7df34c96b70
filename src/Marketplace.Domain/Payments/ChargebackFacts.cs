using System.Collections.Immutable;
using System.Text.Json;

namespace Marketplace.Domain.Payments;

/// <summary>拒付: the bank of a card took back what it had paid, and the provider took it from the market. What the payer's account does not have is owed to the book by the payer.</summary>
/// <param name="AmountFen">What was taken back.</param>
/// <param name="Dispute">The provider's id of the dispute; each once.</param>
/// <param name="TakenFen">Of it, what was free on the payer's account.</param>
/// <param name="Reason">The bank's, in the provider's word.</param>
public sealed record CardDisputed(string Book, Guid Card, Guid Organisation, long AmountFen, string Dispute, long TakenFen, string Reason) : CardFact(Book, Card, Organisation, AmountFen)
{
    public override string Type => "card-disputed";
    public override string CommandKey => $"card-dispute/{Dispute}";

    public override ImmutableArray<Transfer> Transfers =>
    [
        .. new[] { new Transfer(CommandKey, Deposit(Organisation), Bank, TakenFen), new Transfer($"{CommandKey}/owed", Owing(Organisation), Bank, AmountFen - TakenFen) }.Where(t => t.AmountFen > 0),
    ];

    /// <summary>What a payer owes because of its card; in debit.</summary>
    internal static Account Owing(Guid payer) => new(Purpose.Receivable, payer);

    /// <summary>One key for both ways a dispute ends, so that the log itself lets it end once.</summary>
    internal static string EndOf(string dispute) => $"card-dispute-end/{dispute}";

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("dispute", Dispute);
        json.WriteNumber("takenFen", TakenFen);
        json.WriteString("reason", Reason);
    }
}

/// <summary>The bank gave back what it had taken: everything lies where it lay before.</summary>
/// <param name="TakenFen">As in <see cref="CardDisputed"/>.</param>
public sealed record CardDisputeWon(string Book, Guid Card, Guid Organisation, long AmountFen, string Dispute, long TakenFen) : CardFact(Book, Card, Organisation, AmountFen)
{
    public override string Type => "card-dispute-won";
    public override string CommandKey => CardDisputed.EndOf(Dispute);

    public override ImmutableArray<Transfer> Transfers =>
    [
        .. new[] { new Transfer(CommandKey, Bank, Deposit(Organisation), TakenFen), new Transfer($"{CommandKey}/owed", Bank, CardDisputed.Owing(Organisation), AmountFen - TakenFen) }.Where(t => t.AmountFen > 0),
    ];

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("dispute", Dispute);
        json.WriteNumber("takenFen", TakenFen);
    }
}

/// <summary>What was paid for an obligation, kept until now, and went back to the card: it is owed again.</summary>
public readonly record struct TakenBack(Guid Obligation, Guid Creditor, long AmountFen);

/// <summary>The money stays with the payer's bank: what is free on the payer's account by now and what is kept for its purchases makes it good, as far as both go.</summary>
/// <param name="TakenFen">What is taken from the payer's account now; what was taken when the dispute began is no part of it.</param>
public sealed record CardDisputeLost(string Book, Guid Card, Guid Organisation, long AmountFen, string Dispute, long TakenFen, ImmutableArray<TakenBack> Shares) : CardFact(Book, Card, Organisation, AmountFen)
{
    public override string Type => "card-dispute-lost";
    public override string CommandKey => CardDisputed.EndOf(Dispute);

    public override ImmutableArray<Transfer> Transfers =>
    [
        .. TakenFen > 0 ? [new Transfer(CommandKey, Deposit(Organisation), CardDisputed.Owing(Organisation), TakenFen)] : ImmutableArray<Transfer>.Empty,
        .. Shares.Select(s => new Transfer($"{CommandKey}/{s.Obligation:D}", new Account(Purpose.Escrow, s.Creditor), CardDisputed.Owing(Organisation), s.AmountFen)),
    ];

    public bool Equals(CardDisputeLost? other) => other is not null && base.Equals(other) && (Dispute, TakenFen) == (other.Dispute, other.TakenFen) && Shares.SequenceEqual(other.Shares);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Dispute);

    protected override void WriteMore(Utf8JsonWriter json)
    {
        json.WriteString("dispute", Dispute);
        json.WriteNumber("takenFen", TakenFen);
        json.WriteStartArray("shares");
        foreach (var share in Shares)
        {
            json.WriteStartObject();
            json.WriteString("obligation", share.Obligation);
            json.WriteString("creditor", share.Creditor);
            json.WriteNumber("amountFen", share.AmountFen);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
