using Marketplace.StandIns.Engine;

namespace Marketplace.StandIns.Objects;

internal sealed class Refund(string id, DateTimeOffset created, Charge charge, long amount) : Resource(id, created)
{
    public Charge Charge => charge;

    public long Amount => amount;

    public string Status { get; set; } = Statuses.Pending;

    public string? Reason { get; init; }

    public string? FailureReason { get; set; }

    public BalanceTransaction? Transaction { get; set; }

    public BalanceTransaction? FailureTransaction { get; set; }

    public override void Write(Json json)
    {
        Head(json, "refund");
        json.Number("amount", amount);
        json.Ref("balance_transaction", Transaction);
        json.Ref("charge", charge);
        json.Text("currency", charge.Currency);
        if (charge.Method.Test.Type == "card") json.Fixed("destination_details", """{"card":{"type":"refund"},"type":"card"}"""u8);
        else json.Nulls("destination_details");
        json.Nulls("customer", "customer_account");
        if (FailureReason is not null)
        {
            json.Ref("failure_balance_transaction", FailureTransaction);
            json.Text("failure_reason", FailureReason);
        }

        json.Map("metadata", Metadata);
        json.Ref("payment_intent", charge.Intent);
        json.Text("payment_method", charge.Method.Id);
        if (Status == Statuses.Pending) json.Text("pending_reason", "processing");
        json.Text("reason", Reason);
        json.Nulls("receipt_number", "source_transfer_reversal");
        json.Text("status", Status);
        json.Nulls("transfer_reversal");
        json.Close();
    }
}
