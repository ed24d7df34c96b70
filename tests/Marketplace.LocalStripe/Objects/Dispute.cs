using Marketplace.StandIns.Engine;

namespace Marketplace.StandIns.Objects;

internal sealed class Dispute(string id, DateTimeOffset created, Charge charge, long amount, string reason) : Resource(id, created)
{
    public Charge Charge => charge;

    public long Amount => amount;

    public string Status { get; set; } = "needs_response";

    public List<BalanceTransaction> Transactions { get; } = [];

    public override void Write(Json json)
    {
        Head(json, "dispute");
        json.Number("amount", amount);
        json.Items("balance_transactions", Transactions);
        json.Ref("charge", charge);
        json.Text("currency", charge.Currency);
        json.Texts("enhanced_eligibility_types", []);
        json.Fixed("evidence", """{"access_activity_log":null,"billing_address":null,"cancellation_policy":null,"cancellation_policy_disclosure":null,"cancellation_rebuttal":null,"customer_communication":null,"customer_email_address":null,"customer_name":null,"customer_purchase_ip":null,"customer_signature":null,"duplicate_charge_documentation":null,"duplicate_charge_explanation":null,"duplicate_charge_id":null,"enhanced_evidence":{},"product_description":null,"receipt":null,"refund_policy":null,"refund_policy_disclosure":null,"refund_refusal_explanation":null,"service_date":null,"service_documentation":null,"shipping_address":null,"shipping_carrier":null,"shipping_date":null,"shipping_documentation":null,"shipping_tracking_number":null,"uncategorized_file":null,"uncategorized_text":null}"""u8);
        json.Open("evidence_details");
        json.Time("due_by", Created.AddDays(9));
        json.Fixed("enhanced_eligibility", "{}"u8);
        json.Flag("has_evidence", false);
        json.Flag("past_due", false);
        json.Number("submission_count", 0);
        json.Close();
        json.Flag("is_charge_refundable", false);
        json.Flag("livemode", false);
        json.Map("metadata", Metadata);
        json.Ref("payment_intent", charge.Intent);
        json.Fixed("payment_method_details", """{"card":{"brand":"visa","case_type":"chargeback","network":"visa","network_reason_code":"10.4"},"type":"card"}"""u8);
        json.Text("reason", reason);
        json.Text("status", Status);
        json.Close();
    }
}
