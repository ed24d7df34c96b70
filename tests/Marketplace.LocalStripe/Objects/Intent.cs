using Marketplace.StandIns.Engine;

namespace Marketplace.StandIns.Objects;

internal static class Statuses
{
    public const string RequiresPaymentMethod = "requires_payment_method";
    public const string RequiresConfirmation = "requires_confirmation";
    public const string RequiresAction = "requires_action";
    public const string Processing = "processing";
    public const string RequiresCapture = "requires_capture";
    public const string Succeeded = "succeeded";
    public const string Canceled = "canceled";
    public const string Failed = "failed";
    public const string Pending = "pending";
}

/// <summary>What a search sees of an intent, from a time on.</summary>
internal sealed record Indexed(DateTimeOffset At, string Status, long Amount, IReadOnlyDictionary<string, string> Metadata);

internal sealed class Intent(string id, DateTimeOffset created, string currency, string secret) : Resource(id, created)
{
    public string Currency => currency;

    public long Amount { get; set; }

    public string CaptureMethod { get; init; } = "automatic";

    public string Status { get; set; } = Statuses.RequiresPaymentMethod;

    public string? Description { get; set; }

    public string? TransferGroup { get; set; }

    public MethodTypes Types { get; set; } = new([]);

    public PaymentMethod? Method { get; set; }

    public Charge? LatestCharge { get; set; }

    public long AmountCapturable { get; set; }

    public long AmountReceived { get; set; }

    public string? CancellationReason { get; set; }

    public DateTimeOffset? CanceledAt { get; set; }

    public StripeError? LastError { get; set; }

    public string? ReturnUrl { get; set; }

    public string? ReceiptEmail { get; set; }

    /// <summary>Counts the states it was in, so that what is due for an older one can tell.</summary>
    public int Turn { get; set; }

    public List<Indexed> History { get; } = [];

    public override void Write(Json json)
    {
        Head(json, "payment_intent");
        json.Number("amount", Amount);
        json.Number("amount_capturable", AmountCapturable);
        json.Fixed("amount_details", """{"tip":{}}"""u8);
        json.Number("amount_received", AmountReceived);
        json.Nulls("application", "application_fee_amount");
        if (Types.Automatic) json.Fixed("automatic_payment_methods", Types.Redirects ? """{"allow_redirects":"always","enabled":true}"""u8 : """{"allow_redirects":"never","enabled":true}"""u8);
        else json.Nulls("automatic_payment_methods");
        json.Time("canceled_at", CanceledAt);
        json.Text("cancellation_reason", CancellationReason);
        json.Text("capture_method", CaptureMethod);
        json.Text("client_secret", $"{Id}_{secret}");
        json.Text("confirmation_method", "automatic");
        json.Text("currency", currency);
        json.Nulls("customer", "customer_account");
        json.Texts("allowed_payment_method_types", Types.Allowed);
        json.Texts("excluded_payment_method_types", Types.Excluded);
        json.Text("description", Description);
        WriteLastError(json);
        json.Ref("latest_charge", LatestCharge);
        json.Flag("livemode", false);
        json.Fixed("managed_payments", """{"enabled":false}"""u8);
        json.Map("metadata", Metadata);
        WriteNextAction(json);
        json.Nulls("on_behalf_of");
        json.Ref("payment_method", Method);
        json.Nulls("payment_method_configuration_details");
        json.Fixed("payment_method_options", "{}"u8);
        json.Texts("payment_method_types", Types.Usable);
        if (Status == Statuses.Processing) json.Fixed("processing", """{"type":"card"}"""u8);
        else json.Nulls("processing");
        json.Text("receipt_email", ReceiptEmail);
        json.Nulls("review", "setup_future_usage", "shipping", "source", "statement_descriptor", "statement_descriptor_suffix");
        json.Text("status", Status);
        json.Nulls("transfer_data");
        json.Text("transfer_group", TransferGroup);
        json.Close();
    }

    private void WriteLastError(Json json)
    {
        if (LastError is null)
        {
            json.Nulls("last_payment_error");
            return;
        }

        json.Open("last_payment_error");
        LastError.WriteInner(json, inIntent: true);
        json.Close();
    }

    private void WriteNextAction(Json json)
    {
        if (Status != Statuses.RequiresAction)
        {
            json.Nulls("next_action");
        }
        else if (ReturnUrl is null)
        {
            json.Fixed("next_action", """{"type":"use_stripe_sdk","use_stripe_sdk":{"type":"three_d_secure_redirect"}}"""u8);
        }
        else
        {
            json.Open("next_action");
            json.Text("type", "redirect_to_url");
            json.Open("redirect_to_url");
            json.Text("return_url", ReturnUrl);
            // There is no page of a bank here: the payer's part is played by the control call this names.
            json.Text("url", $"https://hooks.stripe.com/_control/complete_action?payment_intent={Id}");
            json.Close();
            json.Close();
        }
    }
}
