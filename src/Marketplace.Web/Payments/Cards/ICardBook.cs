using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;

namespace Marketplace.Payments.Cards;

/// <summary>A book, as far as the money of cards needs it. Every call may be repeated.</summary>
public interface ICardBook
{
    Task<CardOrder?> FindCard(Guid payment);

    Task<Payout?> FindPayout(Guid payout);

    /// <summary>What the card is to pay for is owed still.</summary>
    Task<bool> IsStillOwed(Guid payment);

    /// <summary>Refunds to one card, in the order they were asked for.</summary>
    Task<ImmutableArray<Payout>> PayoutsFor(Guid account);

    /// <param name="charge">Stripe's id of the charge.</param>
    /// <param name="fee">What Stripe kept of it; null where it has not said yet.</param>
    Task<Result<CardOrder>> Charged(Guid payment, string charge, DateTimeOffset chargedAt, ProviderFee? fee);

    /// <summary>What Stripe kept of a payment.</summary>
    Task<Result<CardOrder>> EnterFee(Guid payment, ProviderFee fee);

    /// <summary>What the market paid into its account at Stripe.</summary>
    Task<Result<Nothing>> TopUp(string transaction, long amountFen);

    Task<Chargeback?> FindChargeback(string dispute);

    /// <summary>The payer's bank took money back.</summary>
    /// <param name="dispute">Stripe's id of the dispute (dp_…).</param>
    Task<Result<Chargeback>> OpenChargeback(Guid payment, string dispute, long amountFen, string reason);

    Task<Result<Chargeback>> WinChargeback(string dispute);

    /// <param name="debt">The id of what the payer owes the market, when something is left.</param>
    Task<Result<Chargeback>> LoseChargeback(string dispute, Guid debt, DateOnly due);

    Task<Result<CardOrder>> EndCard(Guid payment, string because);

    /// <param name="by">Null where the provider's own record says so.</param>
    Task<Result<Payout>> MakePayout(Guid payout, string bankReference, Guid? by);

    Task<Result<Payout>> FailPayout(Guid payout, string? reason, Guid? by);

    Task<Result<Payout>> ReturnPayout(Guid payout, string? reason, Guid? by);
}

/// <summary>What is known of a payment by card beside the book: how far it has come at Stripe.</summary>
/// <param name="Intent">Stripe's id; null before it was made.</param>
/// <param name="Method">The card that the payer chose; null before.</param>
/// <param name="ReturnUrl">Where the payer comes back to from the bank's check.</param>
/// <param name="Withdrawn">The payer wants it no more.</param>
public sealed record CardAttempt(Guid Payment, string Book, string? Intent, string? Method, Uri? ReturnUrl, bool Withdrawn);

/// <summary>Keeps what is known of payments by card beside the book.</summary>
public interface ICardAttempts
{
    Task<CardAttempt?> Find(Guid payment, CancellationToken cancellation);

    /// <summary>Stripe's id, kept before anything is done with it.</summary>
    Task Made(Guid payment, string intent, CancellationToken cancellation);

    /// <summary>For the payer's page: where it was seen last, and where the bank's check is done.</summary>
    Task Saw(Guid payment, CardState state, Uri? redirect, CancellationToken cancellation);

    /// <summary>For the operator's desk: the payer's bank asks, or wants its money back.</summary>
    Task Disputed(CardDispute dispute, CancellationToken cancellation);

    /// <summary>This book has such a payout; asking the book itself would open one that is gone.</summary>
    Task<bool> HasPayout(string book, Guid payout, CancellationToken cancellation);

    /// <summary>The connected account that a payout goes to; null when it is none.</summary>
    Task<string?> ConnectedAccount(Guid account, CancellationToken cancellation);
}
