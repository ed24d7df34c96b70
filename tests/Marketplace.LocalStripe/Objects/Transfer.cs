using Marketplace.StandIns.Engine;

namespace Marketplace.StandIns.Objects;

internal sealed class Transfer(string id, DateTimeOffset created, Account destination, long amount, string currency, string destinationPayment) : Resource(id, created)
{
    public Account Destination => destination;

    public long Amount => amount;

    public string Currency => currency;

    public string DestinationPayment => destinationPayment;

    public string? Description { get; init; }

    public string? TransferGroup { get; init; }

    public Charge? Source { get; init; }

    public BalanceTransaction? Transaction { get; set; }

    public List<Reversal> Reversals { get; } = [];

    public long AmountReversed { get; set; }

    public override void Write(Json json)
    {
        Head(json, "transfer");
        json.Number("amount", amount);
        json.Number("amount_reversed", AmountReversed);
        json.Ref("balance_transaction", Transaction);
        json.Text("currency", currency);
        json.Text("description", Description);
        json.Ref("destination", destination);
        json.Text("destination_payment", destinationPayment);
        json.Flag("livemode", false);
        json.Map("metadata", Metadata);
        json.Nested("reversals", new Page($"/v1/transfers/{Id}/reversals", [.. Reversals.AsEnumerable().Reverse().Take(10)], Reversals.Count > 10));
        json.Flag("reversed", AmountReversed == amount);
        json.Ref("source_transaction", Source);
        json.Text("source_type", "card");
        json.Text("transfer_group", TransferGroup);
        json.Close();
    }
}

internal sealed class Reversal(string id, DateTimeOffset created, Transfer transfer, long amount) : Resource(id, created)
{
    public long Amount => amount;

    public BalanceTransaction? Transaction { get; set; }

    public override void Write(Json json)
    {
        Head(json, "transfer_reversal");
        json.Number("amount", amount);
        json.Ref("balance_transaction", Transaction);
        json.Text("currency", transfer.Currency);
        json.Nulls("destination_payment_refund");
        json.Map("metadata", Metadata);
        json.Nulls("source_refund");
        json.Ref("transfer", transfer);
        json.Close();
    }
}
