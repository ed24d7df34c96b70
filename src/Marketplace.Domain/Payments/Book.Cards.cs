using System.Collections.Immutable;

namespace Marketplace.Domain.Payments;

/// <summary>What is paid by card.</summary>
public sealed partial record Book
{
    public ImmutableDictionary<Guid, CardOrder> Cards { get; private init; } = ImmutableDictionary<Guid, CardOrder>.Empty;

    /// <summary>What the provider kept, by its ids of the movements; below zero what it gave back.</summary>
    public ImmutableDictionary<string, long> ProviderFees { get; private init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>What the market paid in at the provider, by the provider's ids of the movements.</summary>
    public ImmutableDictionary<string, long> TopUps { get; private init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>What is missing at the provider of what it should hold for others: the market draws nothing of its own before that is there. Never below zero.</summary>
    public long ShortFen => Math.Max(0, -Ledger[new Account(Purpose.ProviderCosts)].PostedFen + Ledger.Accounts.Where(a => a.Key.Purpose == Purpose.Receivable).Sum(a => -a.Value.PostedFen));

    /// <summary>拒付, by the provider's ids of the disputes.</summary>
    public ImmutableDictionary<string, Chargeback> Chargebacks { get; private init; } = ImmutableDictionary<string, Chargeback>.Empty;

    private ImmutableDictionary<Guid, ImmutableList<string>> ChargebacksOf { get; init; } = ImmutableDictionary<Guid, ImmutableList<string>>.Empty;

    /// <summary>Payouts by where they go.</summary>
    private ImmutableDictionary<Guid, ImmutableList<Guid>> PayoutsTo { get; init; } = ImmutableDictionary<Guid, ImmutableList<Guid>>.Empty;

    private ImmutableDictionary<Guid, Guid> OpenCards { get; init; } = ImmutableDictionary<Guid, Guid>.Empty;

    /// <summary>Payouts to one bank account, or refunds to one card, in the order they were asked for.</summary>
    public IEnumerable<Payout> PayoutsFor(Guid account) => PayoutsTo.GetValueOrDefault(account, []).Select(id => Payouts[id]);

    /// <summary>What a payer owes because of its cards: so much of its money stays here. Never below zero.</summary>
    public long OwesForCards(Guid payer) => -Ledger[CardDisputed.Owing(payer)].PostedFen;

    /// <summary>Disputes of a payer that its bank has not decided.</summary>
    public IEnumerable<Chargeback> OpenChargebacksOf(Guid payer) => ChargebacksOf.GetValueOrDefault(payer, []).Select(id => Chargebacks[id]).Where(c => c.State == ChargebackState.Open);

    /// <summary>What a payment's bank took back and keeps, decided or not.</summary>
    internal long ChargedBack(CardOrder order) =>
        ChargebacksOf.GetValueOrDefault(order.Organisation, []).Select(id => Chargebacks[id]).Where(c => c.Card == order.Id && c.State != ChargebackState.Won).Sum(c => c.AmountFen);

    /// <summary>The payment by card that is open for an obligation.</summary>
    internal CardOrder? OpenCardOf(Guid obligation) => OpenCards.TryGetValue(obligation, out var card) ? Cards[card] : null;

    private Book WithCard(CardFact fact, DateTimeOffset at) => fact switch
    {
        CardOpened f => this with
        {
            Cards = Cards.SetItem(f.Card, new CardOrder(f.Card, f.Organisation, f.AmountFen, f.Obligation, f.By, at)),
            OpenCards = f.Obligation is { } owed ? OpenCards.SetItem(owed, f.Card) : OpenCards,
        },
        CardFee f => this with { ProviderFees = ProviderFees.SetItem(f.Transaction, f.AmountFen), Cards = Cards.SetItem(f.Card, Cards[f.Card] with { FeeFen = Cards[f.Card].FeeFen + f.AmountFen }) },
        CardDisputed f => (this with
        {
            Chargebacks = Chargebacks.SetItem(f.Dispute, new Chargeback(f.Dispute, f.Card, f.Organisation, f.AmountFen, f.TakenFen, f.Reason, at)),
            ChargebacksOf = ChargebacksOf.SetItem(f.Organisation, ChargebacksOf.GetValueOrDefault(f.Organisation, []).Add(f.Dispute)),
        }).Moved(f.Organisation, -f.TakenFen, at),
        CardDisputeWon f => WithEnd(f.Dispute, ChargebackState.Won, at).Moved(f.Organisation, f.TakenFen, at),
        CardDisputeLost f => f.Shares.Aggregate(WithEnd(f.Dispute, ChargebackState.Lost, at), (book, share) => book.With(WithoutPayment(book.Obligations[share.Obligation], share.AmountFen)))
            .Moved(f.Organisation, -f.TakenFen, at),
        CardEnded f => WithoutOpen(Cards[f.Card] with { State = CardOrderState.Ended, Because = f.Because, EndedAt = at }),
        var unknown => throw new InvalidOperationException($"A fact that nobody folds: {unknown.Type}"),
    };

    private Book WithEnd(string dispute, ChargebackState state, DateTimeOffset at) =>
        this with { Chargebacks = Chargebacks.SetItem(dispute, Chargebacks[dispute] with { State = state, EndedAt = at }) };

    /// <summary>What was paid and kept is not paid any more.</summary>
    private static Obligation WithoutPayment(Obligation owed, long amountFen) =>
        owed with { PaidFen = owed.PaidFen - amountFen, DepositFen = Math.Min(owed.DepositFen, owed.PaidFen - amountFen) };

    private Book WithCharge(Guid credit, DateTimeOffset at) =>
        Cards.TryGetValue(credit, out var order) ? WithoutOpen(order with { State = CardOrderState.Paid, EndedAt = at }) : this;

    private Book WithoutOpen(CardOrder order) => this with
    {
        Cards = Cards.SetItem(order.Id, order),
        // Another one may be open for it by now.
        OpenCards = order.Obligation is { } owed && OpenCards.GetValueOrDefault(owed) == order.Id ? OpenCards.Remove(owed) : OpenCards,
    };
}
