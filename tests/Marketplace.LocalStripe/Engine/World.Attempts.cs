using Marketplace.StandIns.Objects;

namespace Marketplace.StandIns.Engine;

/// <summary>What a payment method answers to an attempt, at once, after the payer's part, or days later.</summary>
internal sealed partial class World
{
    /// <summary>The payer did the bank's check (or failed it): what the page of the bank would do.</summary>
    public Intent CompleteAction(string id, bool succeeds)
    {
        var intent = Intents.Get(id);
        if (intent.Status != Statuses.RequiresAction) throw StripeError.Unexpected(intent, "completed");
        if (succeeds) Pay(intent);
        else Fail(intent, NewCharge(intent), Declined(intent, "payment_intent_authentication_failure", null, "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again."));
        return intent;
    }

    /// <summary>The bank answers now instead of at its time.</summary>
    public Intent FinishProcessing(string id, bool succeeds)
    {
        var intent = Intents.Get(id);
        if (intent.Status != Statuses.Processing) throw StripeError.Unexpected(intent, "finished");
        var charge = intent.LatestCharge!;
        if (succeeds) Paid(intent, charge);
        else Fail(intent, charge, Declined(intent, intent.Method!.Test.Code ?? "payment_method_provider_decline", null, "The customer's bank refused the payment."));
        return intent;
    }

    private static void CheckConfirm(Intent intent, PaymentMethod? method, string? returnUrl)
    {
        if (method is null)
            throw StripeError.Refused("You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.", "payment_intent_unexpected_state");
        if (intent.Types is { Automatic: true, Redirects: true } && returnUrl is null)
            throw StripeError.Invalid("This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.", null, "return_url");
        if (method.Test.Type == "alipay" && returnUrl is null)
            throw StripeError.Invalid("You must provide a `return_url` when confirming using alipay.", null, "return_url");
    }

    private void Attempt(Intent intent, bool offSession, string? returnUrl)
    {
        (intent.LastError, intent.ReturnUrl) = (null, returnUrl);
        var test = intent.Method!.Test;
        switch (test.Outcome)
        {
            case Outcome.Declined:
                throw Fail(intent, NewCharge(intent), Declined(intent, test.Code!, test.DeclineCode, "Your card was declined."));
            case Outcome.NeedsAction when offSession:
                throw Fail(intent, NewCharge(intent), Declined(intent, "authentication_required", "authentication_required", "Your card was declined. This transaction requires authentication."));
            case Outcome.NeedsAction:
                Turn(intent, Statuses.RequiresAction, "payment_intent.requires_action");
                break;
            case Outcome.SucceedsLater or Outcome.FailsLater:
                intent.LatestCharge = NewCharge(intent);
                Turn(intent, Statuses.Processing, "payment_intent.processing");
                Emit("charge.pending", intent.LatestCharge);
                Later(intent, options.ProcessingTime, () => FinishProcessing(intent.Id, test.Outcome == Outcome.SucceedsLater));
                break;
            case Outcome.Succeeds:
                Pay(intent);
                break;
        }
    }

    private void Pay(Intent intent)
    {
        var charge = NewCharge(intent);
        if (intent.CaptureMethod != "manual")
        {
            Paid(intent, charge);
            return;
        }

        charge.Status = Statuses.Succeeded;
        (intent.LatestCharge, intent.AmountCapturable) = (charge, intent.Amount);
        Emit("charge.succeeded", charge);
        Turn(intent, Statuses.RequiresCapture, "payment_intent.amount_capturable_updated");
        Later(intent, AuthorisedFor, () => Release(intent, "automatic", "charge.expired"));
    }

    private void Paid(Intent intent, Charge charge)
    {
        charge.Status = Statuses.Succeeded;
        intent.LatestCharge = charge;
        Captured(intent, charge, intent.Amount);
        Emit("charge.succeeded", charge);
        Turn(intent, Statuses.Succeeded, "payment_intent.succeeded");
        if (intent.Method!.Test.Disputed) OpenDispute(charge.Id, "fraudulent");
    }

    private void Captured(Intent intent, Charge charge, long amount)
    {
        (charge.Captured, charge.AmountCaptured) = (true, amount);
        (intent.AmountReceived, intent.AmountCapturable) = (amount, 0);
        charge.Transaction = Move("charge", amount, intent.Currency, charge, charge.Method.Test.AvailableAtOnce ? TimeSpan.Zero : options.SettlementTime, ((amount * options.FeeBasisPoints) + 5_000) / 10_000 + options.FixedFee);
    }

    private StripeError Fail(Intent intent, Charge charge, StripeError error)
    {
        var failure = new StripeError(402, "card_error", error.Message, error.Code, null) { DeclineCode = error.DeclineCode, Method = error.Method, Intent = intent, Charge = charge };
        charge.Status = Statuses.Failed;
        charge.Failure = failure;
        (intent.LatestCharge, intent.LastError, intent.Method) = (charge, failure, null);
        Emit("charge.failed", charge);
        Turn(intent, Statuses.RequiresPaymentMethod, "payment_intent.payment_failed");
        return failure;
    }

    private Charge NewCharge(Intent intent) => Charges.Add(new Charge(NextId(intent.Method!.Test.Type == "card" ? "ch_" : "py_"), Now, intent, intent.Method)
    {
        Amount = intent.Amount,
        Description = intent.Description,
        TransferGroup = intent.TransferGroup,
        Metadata = intent.Metadata,
    });

    private static StripeError Declined(Intent intent, string code, string? decline, string message) =>
        new(402, "card_error", message, code, null) { DeclineCode = decline, Method = intent.Method };

    /// <summary>Only if the intent is still in the state it is in now.</summary>
    private void Later(Intent intent, TimeSpan delay, Action act)
    {
        var turn = intent.Turn;
        After(delay, () =>
        {
            if (intent.Turn == turn) act();
        });
    }
}
