using Marketplace.Domain.Common;
using Stripe;

namespace Marketplace.Payments.Cards;

/// <summary>What Stripe says, in the market's words. What the market did not make reads as null.</summary>
internal static class CardReading
{
    public const string Currency = "cny";
    public const string PaymentKey = "zjp_payment";
    public const string RefundKey = "zjp_refund";
    public const string PayoutKey = "zjp_payout";
    public const string BookKey = "zjp_book";

    /// <param name="refundedFen">Told apart from the charge, see <see cref="IsRelease"/>.</param>
    public static CardPayment? Payment(PaymentIntent intent, long refundedFen)
    {
        if (intent.Currency != Currency || IdOf(intent.Metadata, PaymentKey) is not { } payment) return null;
        var state = State(intent.Status);
        var error = state is CardState.Unpaid or CardState.Cancelled ? intent.LastPaymentError : null;
        return new CardPayment(
            intent.Id,
            payment,
            state,
            intent.Amount,
            intent.AmountReceived,
            refundedFen,
            intent.LatestCharge is { Status: "succeeded" } charge ? charge.Id : null,
            intent.LatestCharge is { Status: "succeeded" } taken ? At(taken.Created) : null,
            At(intent.Created),
            error is null ? null : error.DeclineCode ?? error.Code ?? error.Type,
            intent.NextAction?.RedirectToUrl?.Url is { } url ? new Uri(url) : null,
            intent.CaptureMethod == "manual",
            intent.LatestCharge?.Disputed == true,
            BookOf(intent.Metadata),
            intent.LatestCharge is { Captured: true, BalanceTransaction: { } moved } ? Movement(moved) : null);
    }

    /// <summary>A balance in another currency says nothing of this book.</summary>
    public static CardMovement? Movement(BalanceTransaction moved) => moved.Currency == Currency ? new CardMovement(moved.Id, moved.Amount, moved.Fee) : null;

    /// <summary>Whoever tops up writes the name of the book into the description.</summary>
    public static CardTopUp? TopUp(BalanceTransaction moved) =>
        Movement(moved) is { AmountFen: > 0, FeeFen: 0 } known && moved.Description is { } book && DepositAccounts.IsOfCards(book) ? new CardTopUp(known.Id, known.AmountFen, book) : null;

    public static CardRefund? Refund(Refund refund) =>
        refund.Currency == Currency && IdOf(refund.Metadata, RefundKey) is { } id && IdOf(refund.Metadata, PaymentKey) is { } payment
            ? new CardRefund(refund.Id, id, payment, refund.PaymentIntentId, RefundState(refund.Status), refund.Amount, At(refund.Created), refund.FailureReason, BookOf(refund.Metadata))
            : null;

    public static CardTransfer? Transfer(Transfer transfer) =>
        transfer.Currency == Currency && IdOf(transfer.Metadata, PayoutKey) is { } payout
            ? new CardTransfer(transfer.Id, payout, IdOf(transfer.Metadata, PaymentKey), transfer.DestinationId, transfer.Amount, transfer.AmountReversed, At(transfer.Created), BookOf(transfer.Metadata))
            : null;

    /// <param name="dispute">With its payment: a dispute has no metadata of ours.</param>
    public static CardDispute? Dispute(Dispute dispute) =>
        dispute.Currency == Currency && IdOf(dispute.PaymentIntent?.Metadata, PaymentKey) is { } payment && dispute.BalanceTransactions.TrueForAll(moved => moved.Currency == Currency)
            ? new CardDispute(dispute.Id, payment, dispute.PaymentIntentId, dispute.ChargeId, DisputeState(dispute.Status), dispute.Amount, At(dispute.Created), BookOf(dispute.PaymentIntent!.Metadata), dispute.Reason,
                dispute.EvidenceDetails?.DueBy is { } due ? At(due) : null, [.. dispute.BalanceTransactions.Select(Movement).OfType<CardMovement>()])
            : null;

    /// <summary>Stripe also calls a refund what was held on a card and never taken.</summary>
    public static bool IsRelease(Refund refund) => refund.Reason is "partial_capture" or "expired_uncaptured_charge";

    /// <summary>It takes, or will take, money back to the card.</summary>
    public static bool Counts(Refund refund) => !IsRelease(refund) && RefundState(refund.Status) is not (CardRefundState.Failed or CardRefundState.Cancelled);

    public static Guid? IdOf(Dictionary<string, string>? metadata, string key) => metadata?.TryGetValue(key, out var text) == true && Guid.TryParseExact(text, "D", out var id) ? id : null;

    /// <summary>Why Stripe refused, or why nobody knows what it did.</summary>
    public static CardAnswer<T> Said<T>(StripeException said)
    {
        var (status, error) = ((int)said.HttpStatusCode, said.StripeError);
        var code = error?.DeclineCode ?? error?.Code;
        // 401 and 403 are of our key, not of the payment: nobody knows what an earlier try had done. 409: the same key is at work.
        return status is 400 or 402 or 404 && error is not null ? new CardAnswer<T>.Refused(WhyOf(error), code) : new CardAnswer<T>.Unknown($"{status} {code ?? error?.Type}".TrimEnd());
    }

    private static Refusal WhyOf(StripeError error) => error switch
    {
        { Type: "card_error" } => Refusal.CardDeclined,
        { Type: "idempotency_error" } => Refusal.CardIdReused,
        { Code: "payment_intent_unexpected_state" } => Refusal.CardPaymentNotInThisState,
        { Code: "amount_too_large" } or { Code: null, Param: "amount" } => Refusal.CardAmountTooLarge,
        { Code: "charge_disputed" } => Refusal.CardPaymentDisputed,
        { Code: "charge_already_refunded" } => Refusal.NothingToRefund,
        { Code: "balance_insufficient" } => Refusal.CardBalanceShort,
        { Code: "insufficient_capabilities_for_transfer" } or { Code: "resource_missing", Param: "destination" } => Refusal.PayeeNotReady,
        { Code: "resource_missing" } => Refusal.UnknownCardPayment,
        _ => Refusal.CardRefused,
    };

    private static CardState State(string status) => status switch
    {
        "requires_payment_method" or "requires_confirmation" => CardState.Unpaid,
        "requires_action" => CardState.ActionNeeded,
        "processing" => CardState.Processing,
        "requires_capture" => CardState.Authorised,
        "succeeded" => CardState.Paid,
        "canceled" => CardState.Cancelled,
        _ => throw NotKnown("payment", status),
    };

    private static CardRefundState RefundState(string status) => status switch
    {
        "pending" => CardRefundState.Pending,
        "requires_action" => CardRefundState.ActionNeeded,
        "succeeded" => CardRefundState.Succeeded,
        "failed" => CardRefundState.Failed,
        "canceled" => CardRefundState.Cancelled,
        _ => throw NotKnown("refund", status),
    };

    private static CardDisputeState DisputeState(string status) => status switch
    {
        "warning_needs_response" or "warning_under_review" => CardDisputeState.Inquiry,
        "warning_closed" => CardDisputeState.InquiryClosed,
        "needs_response" or "under_review" => CardDisputeState.Open,
        "won" => CardDisputeState.Won,
        "lost" => CardDisputeState.Lost,
        "prevented" => CardDisputeState.Prevented,
        _ => throw NotKnown("dispute", status),
    };

    /// <summary>Nobody acts on what nobody understands: the answer becomes an unknown one.</summary>
    private static InvalidDataException NotKnown(string what, string status) => new($"A {what} is {status}");

    private static string BookOf(Dictionary<string, string> metadata) => metadata.GetValueOrDefault(BookKey, "");

    private static DateTimeOffset At(DateTime created) => new(created, TimeSpan.Zero);
}
