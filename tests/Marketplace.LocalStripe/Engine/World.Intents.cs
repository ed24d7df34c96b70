using Marketplace.StandIns.Objects;

namespace Marketplace.StandIns.Engine;

internal sealed partial class World
{
    public Intent CreateIntent(Form form)
    {
        var amount = form.Sum("amount") ?? throw StripeError.Invalid("Missing required param: amount.", "parameter_missing", "amount");
        var currency = Currency(form);
        var capture = form.OneOf("capture_method", "automatic", "automatic_async", "manual") ?? "automatic";
        var types = MethodTypes.Of(form, capture, Request.NamesTypes);
        var metadata = form.Map("metadata") ?? [];
        var (confirm, offSession, returnUrl) = (form.Flag("confirm"), form.Flag("off_session"), form.Text("return_url"));
        foreach (var onlyConfirming in (ReadOnlySpan<string>)["off_session", "return_url"])
            if (!confirm && form.Text(onlyConfirming) is not null) throw StripeError.Invalid($"The parameter `{onlyConfirming}` cannot be passed when creating a PaymentIntent unless `confirm` is set to true.", null, onlyConfirming);
        form.OneOf("payment_method_data[type]", MethodTypes.Account);
        form.OneOf("confirmation_method", "automatic");

        var intent = new Intent(NextId("pi_"), Now, currency, NextId("secret_"))
        {
            Amount = amount,
            CaptureMethod = capture,
            Types = types,
            Description = form.Text("description"),
            TransferGroup = form.Text("transfer_group"),
            ReceiptEmail = form.Text("receipt_email"),
            Metadata = metadata,
        };
        var method = Method(form, intent);
        if (confirm) CheckConfirm(intent, method, returnUrl);
        if (method is not null) intent.Method = method;
        Intents.Add(intent);
        Turn(intent, method is null ? Statuses.RequiresPaymentMethod : Statuses.RequiresConfirmation, "payment_intent.created");
        if (confirm) Attempt(intent, offSession, returnUrl);
        return intent;
    }

    public Intent UpdateIntent(string id, Form form)
    {
        var amount = form.Sum("amount");
        var intent = Intents.Get(id);
        var metadata = form.Map("metadata", intent.Metadata);
        var open = intent.Status is Statuses.RequiresPaymentMethod or Statuses.RequiresConfirmation or Statuses.RequiresAction;
        if (!open && (amount is not null || form.Text("payment_method") is not null || form.Text("transfer_group") is not null || MethodTypes.Given(form))) throw StripeError.Unexpected(intent, "updated");
        if (MethodTypes.Given(form)) intent.Types = MethodTypes.Of(form, intent.CaptureMethod, Request.NamesTypes);
        if (Method(form, intent) is { } method) intent.Method = method;
        intent.Amount = amount ?? intent.Amount;
        intent.Metadata = metadata ?? intent.Metadata;
        intent.Description = form.Text("description") ?? intent.Description;
        intent.ReceiptEmail = form.Text("receipt_email") ?? intent.ReceiptEmail;
        intent.TransferGroup = form.Text("transfer_group") ?? intent.TransferGroup;
        var status = open ? intent.Method is null ? Statuses.RequiresPaymentMethod : Statuses.RequiresConfirmation : intent.Status;
        // What a payer began is asked anew when the sum changed; metadata alone change nothing of it.
        if (intent.Status == Statuses.RequiresAction && amount is null && form.Text("payment_method") is null) status = intent.Status;
        if (status == intent.Status) Index(intent);
        else Turn(intent, status);
        return intent;
    }

    public Intent Confirm(string id, Form form)
    {
        var (offSession, returnUrl) = (form.Flag("off_session"), form.Text("return_url"));
        form.OneOf("payment_method_data[type]", MethodTypes.Account);
        var intent = Intents.Get(id);
        if (intent.Status is not (Statuses.RequiresPaymentMethod or Statuses.RequiresConfirmation or Statuses.RequiresAction)) throw StripeError.Unexpected(intent, "confirmed");
        if (MethodTypes.Given(form)) intent.Types = MethodTypes.Of(form, intent.CaptureMethod, Request.NamesTypes);
        var method = Method(form, intent) ?? intent.Method;
        CheckConfirm(intent, method, returnUrl ?? intent.ReturnUrl);
        intent.Method = method;
        intent.ReceiptEmail = form.Text("receipt_email") ?? intent.ReceiptEmail;
        Attempt(intent, offSession, returnUrl ?? intent.ReturnUrl);
        return intent;
    }

    public Intent Capture(string id, Form form)
    {
        var amount = form.Sum("amount_to_capture");
        var intent = Intents.Get(id);
        if (intent.Status != Statuses.RequiresCapture) throw StripeError.Unexpected(intent, "captured");
        if (amount > intent.AmountCapturable) throw StripeError.Refused($"The amount to capture ({amount}) is greater than the amount you can capture ({intent.AmountCapturable}).", "amount_too_large", "amount_to_capture");
        intent.Metadata = form.Map("metadata", intent.Metadata) ?? intent.Metadata;
        Captured(intent, intent.LatestCharge!, amount ?? intent.AmountCapturable);
        Emit("charge.captured", intent.LatestCharge!);
        Turn(intent, Statuses.Succeeded, "payment_intent.succeeded");
        return intent;
    }

    public Intent Cancel(string id, Form form)
    {
        var reason = form.OneOf("cancellation_reason", "duplicate", "fraudulent", "requested_by_customer", "abandoned");
        var intent = Intents.Get(id);
        if (intent.Status is Statuses.Processing or Statuses.Succeeded or Statuses.Canceled) throw StripeError.Unexpected(intent, "canceled");
        Release(intent, reason, "charge.refunded");
        return intent;
    }

    private void Release(Intent intent, string? reason, string told)
    {
        if (intent.Status == Statuses.RequiresCapture)
        {
            intent.LatestCharge!.Released = true;
            Emit(told, intent.LatestCharge);
        }

        (intent.CancellationReason, intent.CanceledAt, intent.AmountCapturable) = (reason, Now, 0);
        Turn(intent, Statuses.Canceled, "payment_intent.canceled");
    }

    /// <summary>The next state, seen by searches from now on.</summary>
    private void Turn(Intent intent, string status, string? told = null)
    {
        intent.Status = status;
        intent.Turn++;
        Index(intent);
        if (told is not null) Emit(told, intent);
    }

    private void Index(Intent intent) => intent.History.Add(new Indexed(Now, intent.Status, intent.Amount, intent.Metadata));

    private PaymentMethod? Method(Form form, Intent intent)
    {
        PaymentMethod made;
        if (form.Text("payment_method") is { } given)
        {
            // A token of the test mode makes a payment method of its own each time, as at Stripe.
            made = TestMethod.Tokens.TryGetValue(given, out var test) ? new PaymentMethod(NextId("pm_"), Now, test) : Methods.Get(given, "payment_method");
        }
        else if (form.Text("payment_method_data[type]") is { } type)
        {
            made = new PaymentMethod(NextId("pm_"), Now, TestMethod.Types[type]);
        }
        else
        {
            return null;
        }

        if (!intent.Types.Usable.Contains(made.Test.Type))
            throw StripeError.Refused($"The PaymentMethod provided ({made.Test.Type}) is not allowed for this PaymentIntent. Please attach a payment method of one of the following types: {string.Join(", ", intent.Types.Usable)}.", "payment_intent_incompatible_payment_method", "payment_method");
        if (Methods.Find(made.Id) is null) Methods.Add(made);
        return made;
    }

    private static string Currency(Form form)
    {
        var currency = form.Required("currency").ToLowerInvariant();
        return currency.Length == 3 && currency.All(char.IsAsciiLetter) ? currency : throw StripeError.Invalid($"Invalid currency: {currency}.", "parameter_invalid_string", "currency");
    }
}
