using Marketplace.StandIns.Engine;

namespace Marketplace.StandIns.Objects;

/// <summary>One movement of the account's money; what came in with a charge can be used only from a time on.</summary>
internal sealed class BalanceTransaction(string id, DateTimeOffset created, string type, long amount, string currency, Resource? source, long fee = 0) : Resource(id, created)
{
    public long Amount => amount;

    public long Net => amount - fee;

    public string Type => type;

    public string? Description { get; init; }

    public string Currency => currency;

    public required DateTimeOffset AvailableOn { get; init; }

    /// <summary>Set by the settling of what is due.</summary>
    public required Func<DateTimeOffset> Now { get; init; }

    public override void Write(Json json)
    {
        Head(json, "balance_transaction");
        json.Number("amount", amount);
        json.Time("available_on", AvailableOn);
        json.Text("balance_type", "payments");
        json.Text("currency", currency);
        json.Text("description", Description);
        json.Nulls("exchange_rate");
        json.Number("fee", fee);
        json.Parts("fee_details", fee == 0 ? [] : new[] { fee }, (inner, part) =>
        {
            inner.Number("amount", part);
            inner.Nulls("application");
            inner.Text("currency", currency);
            inner.Text("description", "Stripe processing fees");
            inner.Text("type", "stripe_fee");
        });
        json.Number("net", Net);
        json.Text("reporting_category", type == "adjustment" ? "dispute" : type);
        json.Ref("source", source);
        json.Text("status", AvailableOn <= Now() ? "available" : Statuses.Pending);
        json.Text("type", type);
        json.Close();
    }
}

internal sealed class Balance(IReadOnlyList<(string Currency, long Available, long Pending)> sums) : Resource("", default)
{
    public override void Write(Json json)
    {
        json.Open();
        json.Text("object", "balance");
        json.Parts("available", sums, static (inner, sum) => Part(inner, sum.Currency, sum.Available));
        json.Parts("connect_reserved", sums, static (inner, sum) =>
        {
            inner.Number("amount", 0);
            inner.Text("currency", sum.Currency);
        });
        json.Flag("livemode", false);
        json.Parts("pending", sums, static (inner, sum) => Part(inner, sum.Currency, sum.Pending));
        json.Close();
    }

    private static void Part(Json json, string currency, long amount)
    {
        json.Number("amount", amount);
        json.Text("currency", currency);
        json.Open("source_types");
        json.Number("card", amount);
        json.Close();
    }
}
