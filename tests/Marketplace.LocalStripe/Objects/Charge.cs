using Marketplace.StandIns.Engine;

namespace Marketplace.StandIns.Objects;

internal sealed class Charge(string id, DateTimeOffset created, Intent intent, PaymentMethod method) : Resource(id, created)
{
    public Intent Intent => intent;

    public PaymentMethod Method => method;

    public long Amount { get; init; }

    public string Currency => intent.Currency;

    public string? Description { get; init; }

    public string? TransferGroup { get; init; }

    public string Status { get; set; } = Statuses.Pending;

    public bool Captured { get; set; }

    public long AmountCaptured { get; set; }

    public long AmountRefunded { get; set; }

    /// <summary>An authorisation that was let go without a capture.</summary>
    public bool Released { get; set; }

    public Dispute? Dispute { get; set; }

    public StripeError? Failure { get; set; }

    public BalanceTransaction? Transaction { get; set; }

    public List<Refund> Refunds { get; } = [];

    /// <summary>What was passed on with this charge as its source.</summary>
    public long Transferred { get; set; }

    public override void Write(Json json)
    {
        var succeeded = Status == Statuses.Succeeded;
        Head(json, "charge");
        json.Number("amount", Amount);
        json.Number("amount_captured", AmountCaptured);
        json.Number("amount_refunded", Released ? Amount : AmountRefunded);
        json.Nulls("application", "application_fee", "application_fee_amount");
        json.Ref("balance_transaction", Transaction);
        json.Fixed("billing_details", """{"address":{"city":null,"country":null,"line1":null,"line2":null,"postal_code":null,"state":null},"email":null,"name":null,"phone":null,"tax_id":null}"""u8);
        json.Text("calculated_statement_descriptor", "LOCAL STRIPE");
        json.Flag("captured", Captured);
        json.Text("currency", Currency);
        json.Nulls("customer");
        json.Text("description", Description);
        json.Flag("disputed", Dispute is not null);
        json.Nulls("failure_balance_transaction");
        json.Text("failure_code", Failure?.Code);
        json.Text("failure_message", Failure?.Message);
        json.Fixed("fraud_details", "{}"u8);
        json.Flag("livemode", false);
        json.Map("metadata", Metadata);
        json.Nulls("on_behalf_of");
        WriteOutcome(json);
        json.Flag("paid", succeeded);
        json.Ref("payment_intent", Intent);
        json.Text("payment_method", method.Id);
        WriteDetails(json);
        json.Text("receipt_email", Intent.ReceiptEmail);
        json.Nulls("receipt_number", "receipt_url");
        json.Flag("refunded", Released || (Captured && AmountRefunded == AmountCaptured));
        // Since 2022-11-15 the refunds of a charge stand in it only when asked for.
        if (json.Wants("refunds")) json.Nested("refunds", new Page($"/v1/charges/{Id}/refunds", [.. Refunds.AsEnumerable().Reverse()], more: false));
        json.Nulls("review", "shipping", "source", "source_transfer", "statement_descriptor", "statement_descriptor_suffix");
        json.Text("status", Status);
        json.Nulls("transfer_data");
        json.Text("transfer_group", TransferGroup);
        json.Close();
    }

    private void WriteOutcome(Json json)
    {
        if (Failure is { } failure)
        {
            json.Open("outcome");
            json.Nulls("advice_code", "network_advice_code", "network_decline_code");
            json.Text("network_status", "declined_by_network");
            json.Text("reason", failure.DeclineCode ?? failure.Code);
            json.Text("risk_level", "normal");
            json.Text("seller_message", "The bank did not return any further details with this decline.");
            json.Text("type", "issuer_declined");
            json.Close();
            return;
        }

        json.Fixed("outcome", """{"advice_code":null,"network_advice_code":null,"network_decline_code":null,"network_status":"approved_by_network","reason":null,"risk_level":"normal","seller_message":"Payment complete.","type":"authorized"}"""u8);
    }

    private void WriteDetails(Json json)
    {
        json.Open("payment_method_details");
        if (method.Test.Type == "card")
        {
            json.Open("card");
            json.Number("amount_authorized", Amount);
            json.Text("brand", "visa");
            if (!Captured && Status == Statuses.Succeeded) json.Time("capture_before", Created + World.AuthorisedFor);
            json.Fixed("checks", """{"address_line1_check":null,"address_postal_code_check":null,"cvc_check":"pass"}"""u8);
            json.Text("country", "US");
            json.Number("exp_month", 8);
            json.Number("exp_year", 2034);
            json.Fixed("extended_authorization", """{"status":"disabled"}"""u8);
            json.Text("fingerprint", "localstripevisa1");
            json.Text("funding", "credit");
            json.Fixed("incremental_authorization", """{"status":"unavailable"}"""u8);
            json.Nulls("installments");
            json.Text("last4", "4242");
            json.Nulls("mandate");
            json.Fixed("multicapture", """{"status":"unavailable"}"""u8);
            json.Text("network", "visa");
            json.Fixed("network_token", """{"used":false}"""u8);
            json.Nulls("network_transaction_id");
            json.Open("overcapture");
            json.Number("maximum_amount_capturable", Amount);
            json.Text("status", "unavailable");
            json.Close();
            json.Nulls("regulated_status", "three_d_secure", "transaction_link_id", "wallet", "authorization_code");
            json.Close();
        }
        else
        {
            json.Fixed(method.Test.Type, "{}"u8);
        }

        json.Text("type", method.Test.Type);
        json.Close();
    }
}
