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
    public long ShortFen => Math.Max(0, -Ledger[new Account(Purpose.ProviderCosts)].PostedFen);

    /// <summary>Payouts by where they go.</summary>
    private ImmutableDictionary<Guid, ImmutableList<Guid>> PayoutsTo { get; init; } = ImmutableDictionary<Guid, ImmutableList<Guid>>.Empty;

    private ImmutableDictionary<Guid, Guid> OpenCards { get; init; } = ImmutableDictionary<Guid, Guid>.Empty;

    /// <summary>Payouts to one bank account, or refunds to one card, in the order they were asked for.</summary>
    public IEnumerable<Payout> PayoutsFor(Guid account) => PayoutsTo.GetValueOrDefault(account, []).Select(id => Payouts[id]);

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
        CardEnded f => WithoutOpen(Cards[f.Card] with { State = CardOrderState.Ended, Because = f.Because, EndedAt = at }),
        var unknown => throw new InvalidOperationException($"A fact that nobody folds: {unknown.Type}"),
    };

    private Book WithCharge(Guid credit, DateTimeOffset at) =>
        Cards.TryGetValue(credit, out var order) ? WithoutOpen(order with { State = CardOrderState.Paid, EndedAt = at }) : this;

    private Book WithoutOpen(CardOrder order) => this with
    {
        Cards = Cards.SetItem(order.Id, order),
        // Another one may be open for it by now.
        OpenCards = order.Obligation is { } owed && OpenCards.GetValueOrDefault(owed) == order.Id ? OpenCards.Remove(owed) : OpenCards,
    };
}
