using Marketplace.Domain.Common;

namespace Marketplace.Payments.Cards;

/// <summary>What became of a call to Stripe.</summary>
public abstract record CardAnswer<T>
{
    private CardAnswer()
    {
    }

    /// <summary>It is so at Stripe.</summary>
    public sealed record Done(T Found) : CardAnswer<T>;

    /// <summary>Stripe says no, and nothing was done. Of an act on a payment also: not in the state it is in.</summary>
    /// <param name="Code">Stripe's own word, the bank's reason where a card was declined.</param>
    public sealed record Refused(Refusal Why, string? Code = null) : CardAnswer<T>;

    /// <summary>Nobody knows whether it was done: repeat it with the same id and the same moment of the first try.</summary>
    public sealed record Unknown(string Why) : CardAnswer<T>;
}

/// <summary>Where a payment by card is.</summary>
public enum CardState
{
    /// <summary>No card was taken yet; with <see cref="CardPayment.Decline"/> one was refused.</summary>
    Unpaid,

    /// <summary>The payer must do their bank's check first, at <see cref="CardPayment.Redirect"/>.</summary>
    ActionNeeded,
    Processing,

    /// <summary>Held on the card, about 7 days, until it is captured or cancelled.</summary>
    Authorised,
    Paid,
    Cancelled,
}

/// <summary>A PaymentIntent of Stripe's that the market made.</summary>
/// <param name="CapturedFen">What was taken from the card.</param>
/// <param name="RefundedFen">What of it goes back, pending refunds with it.</param>
/// <param name="Charge">Where money was taken or is held: what a transfer names as its source.</param>
/// <param name="ChargedAt">When it was taken or held, by Stripe's clock.</param>
/// <param name="Movement">What moved at Stripe when it was taken, its fee with it; null while Stripe has not said, and in a currency that is not the book's.</param>
/// <param name="Decline">Why the card was refused, in Stripe's word; only while nothing is paid.</param>
/// <param name="Redirect">Where the payer does the bank's check.</param>
public sealed record CardPayment(
    string Id, Guid Payment, CardState State, long AmountFen, long CapturedFen, long RefundedFen, string? Charge, DateTimeOffset? ChargedAt, DateTimeOffset CreatedAt, string? Decline, Uri? Redirect, bool Manual, bool Disputed, string Book,
    CardMovement? Movement = null);

/// <summary>A movement of the market's balance at Stripe.</summary>
/// <param name="Id">Stripe's (txn_…).</param>
/// <param name="AmountFen">Before the fee; below zero when it left.</param>
/// <param name="FeeFen">What Stripe kept of it; below zero when it gave a fee back.</param>
public sealed record CardMovement(string Id, long AmountFen, long FeeFen);

/// <summary>What the market paid into its balance at Stripe.</summary>
public sealed record CardTopUp(string Id, long AmountFen, string Book);

public enum CardRefundState
{
    Pending,
    ActionNeeded,
    Succeeded,

    /// <summary>The bank sent it back, also after it had succeeded: the money is at Stripe again.</summary>
    Failed,
    Cancelled,
}

/// <param name="Intent">The payment's id at Stripe.</param>
public sealed record CardRefund(string Id, Guid Refund, Guid Payment, string Intent, CardRefundState State, long AmountFen, DateTimeOffset CreatedAt, string? Failure, string Book);

/// <summary>Money that went on to a connected account.</summary>
/// <param name="Account">The connected account.</param>
/// <param name="ReversedFen">What of it came back.</param>
public sealed record CardTransfer(string Id, Guid Payout, Guid? Payment, string Account, long AmountFen, long ReversedFen, DateTimeOffset CreatedAt, string Book);

public enum CardDisputeState
{
    /// <summary>The bank asks; no money was taken back.</summary>
    Inquiry,
    InquiryClosed,

    /// <summary>The money is taken back until the bank has decided.</summary>
    Open,
    Won,
    Lost,

    /// <summary>Ended before it became one.</summary>
    Prevented,
}

/// <param name="Reason">The bank's, in Stripe's word.</param>
/// <param name="EvidenceDue">Until when the market may answer; null where it may not.</param>
/// <param name="Movements">What moved at Stripe because of it, fees with it.</param>
public sealed record CardDispute(
    string Id, Guid Payment, string Intent, string Charge, CardDisputeState State, long AmountFen, DateTimeOffset CreatedAt, string Book, string Reason, DateTimeOffset? EvidenceDue,
    IReadOnlyList<CardMovement> Movements)
{
    /// <summary>What Stripe took from the market's balance.</summary>
    public long WithdrawnFen => -Movements.Where(m => m.AmountFen < 0).Sum(m => m.AmountFen);

    /// <summary>What of it came back.</summary>
    public long ReinstatedFen => Movements.Where(m => m.AmountFen > 0).Sum(m => m.AmountFen);
}

/// <summary>What was created at Stripe since a moment, newest first.</summary>
/// <param name="TopUps">Those whose description names a book.</param>
/// <param name="Strangers">Ids of what the market did not make: by hand at Stripe, or in another currency.</param>
public sealed record CardRecords(
    IReadOnlyList<CardPayment> Payments, IReadOnlyList<CardRefund> Refunds, IReadOnlyList<CardTransfer> Transfers, IReadOnlyList<CardDispute> Disputes, IReadOnlyList<CardTopUp> TopUps,
    IReadOnlyList<string> Strangers);

/// <summary>A payment to be made.</summary>
/// <param name="Payment">The market's id of it; Stripe's follows from it once and for ever.</param>
/// <param name="Manual">Held on the card until it is captured; otherwise taken at once.</param>
/// <param name="TransferGroup">Ties transfers to the payment.</param>
public sealed record NewCardPayment(Guid Payment, string Book, long AmountFen, bool Manual, string? TransferGroup = null);

/// <param name="Intent">The payment's id at Stripe.</param>
public sealed record NewCardRefund(Guid Refund, Guid Payment, string Book, string Intent, long AmountFen);

/// <param name="Account">The connected account.</param>
/// <param name="Charge">The charge whose money it is; without one it comes from the balance that is available.</param>
public sealed record NewCardTransfer(Guid Payout, string Book, string Account, long AmountFen, Guid? Payment = null, string? Charge = null, string? TransferGroup = null);
