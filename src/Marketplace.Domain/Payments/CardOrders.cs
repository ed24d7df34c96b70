using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>How a payment by card stands. Stored by name.</summary>
public enum CardOrderState
{
    /// <summary>The card may be charged; nobody knows yet whether it will be.</summary>
    Open,

    /// <summary>Charged, and the money is a credit under the order's id.</summary>
    Paid,

    /// <summary>Over, and nothing was charged.</summary>
    Ended,
}

/// <summary>刷卡支付: what an organisation abroad pays by card. It stands in the book before the provider is asked for anything.</summary>
/// <param name="Id">Of the payment at the provider, of the credit it becomes, and of what is refunded to the card.</param>
/// <param name="Obligation">What it pays for; null for the organisation's account.</param>
/// <param name="By">The person who pays.</param>
/// <param name="Because">Why nothing was charged, in the provider's word; null while it may be.</param>
/// <param name="FeeFen">What the provider kept for itself, fees of disputes with it; the market bears it.</param>
public sealed record CardOrder(
    Guid Id, Guid Organisation, long AmountFen, Guid? Obligation, Guid By, DateTimeOffset OpenedAt, CardOrderState State = CardOrderState.Open, string? Because = null, DateTimeOffset? EndedAt = null,
    long FeeFen = 0)
{
    /// <summary>It names the organisation.</summary>
    public override string ToString() => nameof(CardOrder);
}

/// <summary>Somebody wants to pay by card.</summary>
/// <param name="Payment">Made before the form was shown, so that sending it twice pays once.</param>
/// <param name="Obligation">What is paid for; null for the organisation's account.</param>
public sealed record OpenCard(Guid Payment, Guid Organisation, long AmountFen, Guid? Obligation, Guid By)
{
    public override string ToString() => nameof(OpenCard);
}

/// <summary>What the provider kept for itself.</summary>
/// <param name="Transaction">The provider's id of the movement that it was kept from.</param>
/// <param name="AmountFen">Below zero when it gave a fee back.</param>
public sealed record ProviderFee(string Transaction, long AmountFen);

/// <summary>What may be paid by card, and how it ends. Pure; the refusals are checked in the order of each body.</summary>
public static class CardOrders
{
    public const int LongestReason = 64;

    /// <summary>One charge has at most eight digits at the provider, in fen; what is more is paid in parts.</summary>
    public const long MostFen = 99_999_999;

    /// <remarks>
    /// Of one obligation one payment is open at a time: two browsers that pay the same charge once. Whoever pays the rest
    /// of it otherwise meanwhile has the card's money on the account.
    /// </remarks>
    public static Decision<CardOrder> Open(Book book, OpenCard command, DateTimeOffset at)
    {
        if (command.Payment == Guid.Empty || command.Organisation == Guid.Empty) return Refused(Refusal.MalformedRequest);
        if (!Fen.IsAmount(command.AmountFen)) return Refused(Refusal.AmountOutOfRange);
        if (book.Cards.TryGetValue(command.Payment, out var first))
        {
            var same = (first.Organisation, first.AmountFen, first.Obligation) == (command.Organisation, command.AmountFen, command.Obligation);
            return same ? Decision<CardOrder>.Repeated(first) : Refused(Refusal.CardIdReused);
        }

        if (command.AmountFen > MostFen) return Refused(Refusal.CardAmountTooLarge);
        // It becomes a credit under this id.
        if (book.Credits.ContainsKey(command.Payment)) return Refused(Refusal.CardIdReused);
        if (command.Obligation is { } id)
        {
            if (!book.Obligations.TryGetValue(id, out var owed) || owed.Terms.Debtor != command.Organisation) return Refused(Refusal.UnknownObligation);
            if (owed.Terms.Release == ReleaseRule.OutOfPrice) return Refused(Refusal.NotPaidApart);
            if (owed.Cancelled is not null) return Refused(Refusal.NoLongerOwed);
            if (owed.OutstandingFen == 0) return Refused(Refusal.PaidAlready);
            if (command.AmountFen > owed.OutstandingFen) return Refused(Refusal.PaysTooMuch);
            if (book.OpenCardOf(id) is not null) return Refused(Refusal.CardPaymentOpen);
        }

        var fact = new CardOpened(book.Name, command.Payment, command.Organisation, command.AmountFen, command.Obligation, command.By);
        return Decision<CardOrder>.Accepted(new CardOrder(command.Payment, command.Organisation, command.AmountFen, command.Obligation, command.By, at), fact);
    }

    /// <summary>What the card is to pay for is owed still, all of it; nobody charges it for anything else.</summary>
    public static bool IsStillOwed(Book book, Guid payment) =>
        book.Cards.TryGetValue(payment, out var order) && (order.Obligation is not { } owed || book.Obligations[owed].OutstandingFen >= order.AmountFen);

    /// <summary>Nothing was charged and nothing will be: the provider has said so.</summary>
    public static Decision<CardOrder> End(Book book, Guid payment, string because, DateTimeOffset at)
    {
        if (Text.Require(because, LongestReason, "because") is { Done: false } said) return Refused(said.Refusal.Value, said.Detail);
        if (!book.Cards.TryGetValue(payment, out var order)) return Refused(Refusal.UnknownCardPayment);
        if (order.State == CardOrderState.Ended) return Decision<CardOrder>.Repeated(order);
        if (order.State == CardOrderState.Paid) return Refused(Refusal.CardPaymentNotInThisState);
        return Decision<CardOrder>.Accepted(
            order with { State = CardOrderState.Ended, Because = because, EndedAt = at }, new CardEnded(book.Name, payment, order.Organisation, order.AmountFen, because));
    }

    /// <summary>What was charged is a credit, and pays what it was meant for.</summary>
    /// <param name="charge">The provider's id of the charge: one charge is credited once.</param>
    /// <param name="fee">What the provider kept of it; null where it has not said yet, or kept nothing.</param>
    public static Decision<CardOrder> Charged(Book book, Guid payment, string charge, DateTimeOffset chargedAt, DateTimeOffset at, ProviderFee? fee = null)
    {
        if (!book.Cards.TryGetValue(payment, out var order)) return Refused(Refusal.UnknownCardPayment);
        if (order.State == CardOrderState.Paid) return Decision<CardOrder>.Repeated(order);
        // The provider's clock may be ahead of ours by a little; money of tomorrow there is none.
        var creditedAt = Instant.Cut(chargedAt < at ? chargedAt : at);
        var credit = Deposits.Confirm(book, new ConfirmCredit(payment, order.Organisation, order.AmountFen, creditedAt, charge, null, order.By, order.Obligation), at);
        if (credit.Refusal is { } refusal) return Refused(refusal, credit.Detail);
        var paid = order with { State = CardOrderState.Paid, EndedAt = at };
        if (fee is null) return Decision<CardOrder>.Accepted(paid, credit.Facts);
        var kept = Fee(credit.Facts.Cast<BookFact>().Aggregate(book, (state, fact) => state.After(fact, at)), payment, fee);
        return kept.Refusal is { } no ? Refused(no, kept.Detail) : Decision<CardOrder>.Accepted(paid with { FeeFen = fee.AmountFen }, [.. credit.Facts, .. kept.Facts]);
    }

    /// <summary>What the provider kept of a payment, as its own movement says.</summary>
    public static Decision<CardOrder> Fee(Book book, Guid payment, ProviderFee fee)
    {
        var (transaction, feeFen) = (fee.Transaction, fee.AmountFen);
        if (Text.Require(transaction, LongestReason, "transaction") is { Done: false } id) return Refused(id.Refusal.Value, id.Detail);
        if (!Fen.IsAmount(Math.Abs(feeFen))) return Refused(Refusal.AmountOutOfRange);
        if (!book.Cards.TryGetValue(payment, out var order)) return Refused(Refusal.UnknownCardPayment);
        if (book.ProviderFees.TryGetValue(transaction, out var first)) return first == feeFen ? Decision<CardOrder>.Repeated(order) : Refused(Refusal.CardIdReused);
        if (order.State != CardOrderState.Paid) return Refused(Refusal.CardPaymentNotInThisState);
        var fact = new CardFee(book.Name, payment, order.Organisation, feeFen, transaction);
        return book.Ledger.Check(fact.Transfers) is { } refusal ? Refused(refusal) : Decision<CardOrder>.Accepted(order with { FeeFen = order.FeeFen + feeFen }, fact);
    }

    /// <summary>The market paid in at the provider, as the provider's own movement says.</summary>
    public static Decision<Nothing> TopUp(Book book, string transaction, long amountFen)
    {
        if (Text.Require(transaction, LongestReason, "transaction") is { Done: false } id) return Decision<Nothing>.Refused(id.Refusal.Value, id.Detail);
        if (!Fen.IsAmount(amountFen)) return Decision<Nothing>.Refused(Refusal.AmountOutOfRange);
        if (book.TopUps.TryGetValue(transaction, out var first)) return first == amountFen ? Decision<Nothing>.Repeated(default) : Decision<Nothing>.Refused(Refusal.CardIdReused);
        var fact = new ProviderToppedUp(book.Name, transaction, amountFen);
        return book.Ledger.Check(fact.Transfers) is { } refusal ? Decision<Nothing>.Refused(refusal) : Decision<Nothing>.Accepted(default, fact);
    }

    private static Decision<CardOrder> Refused(Refusal refusal, string? detail = null) => Decision<CardOrder>.Refused(refusal, detail);
}
