using System.Text.Json;
using Marketplace.StandIns.Engine;
using Stripe;

namespace Marketplace.StandIns.Tests;

/// <summary>What all operations share, and how the answers and parameters stand to the official files.</summary>
public sealed class ProtocolTests
{
    /// <summary>Fields of the official examples that are left out.</summary>
    private static readonly string[] LeftOut = ["charge.refunds"];

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer sk_live_1")]
    [InlineData("Basic c2tfdGVzdF8x")]
    public async Task Without_a_test_key_nothing_is_answered(string? authorization)
    {
        await using var shop = await Shop.Open();
        var (response, answer) = await shop.Raw(HttpMethod.Get, "/v1/balance", authorization: authorization);
        Assert.Equal((401, "invalid_request_error"), ((int)response.StatusCode, answer.GetProperty("error").GetProperty("type").GetString()));
    }

    [Fact]
    public async Task The_version_is_echoed_and_the_request_has_a_number()
    {
        await using var shop = await Shop.Open();
        var balance = await shop.V1.Balance.GetAsync();
        Assert.Equal(StripeConfiguration.ApiVersion, balance.StripeResponse.Headers.GetValues("Stripe-Version").Single());
        Assert.StartsWith("req_", balance.StripeResponse.RequestId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/payment_intents/pi_none", 404, "resource_missing")]
    [InlineData("GET", "/v1/nothing", 404, "url_invalid")]
    [InlineData("DELETE", "/v1/payment_intents/pi_none", 404, "url_invalid")]
    [InlineData("GET", "/v1/charges?limit=101", 400, "parameter_invalid_integer")]
    [InlineData("GET", "/v1/charges?colour=red", 400, "parameter_unknown")]
    [InlineData("GET", "/v1/charges?starting_after=ch_none", 400, "resource_missing")]
    public async Task What_is_not_there_is_refused(string method, string address, int status, string code)
    {
        await using var shop = await Shop.Open();
        var (response, answer) = await shop.Raw(new HttpMethod(method), address);
        Assert.Equal((status, code), ((int)response.StatusCode, answer.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Secrets_and_faults_name_the_intent()
    {
        await using var shop = await Shop.Open();
        var made = await shop.V1.PaymentIntents.CreateAsync(new PaymentIntentCreateOptions { Amount = 1, Currency = "cny" });
        Assert.StartsWith($"{made.Id}_secret_", made.ClientSecret, StringComparison.Ordinal);
        Assert.Equal("intent", (await Assert.ThrowsAsync<StripeException>(() => shop.V1.PaymentIntents.GetAsync("pi_none"))).StripeError.Param);
    }

    [Fact]
    public async Task Nobody_acts_for_a_connected_account()
    {
        await using var shop = await Shop.Open();
        Assert.Equal(400, (int)(await Assert.ThrowsAsync<StripeException>(() => shop.V1.Balance.GetAsync(requestOptions: new RequestOptions { StripeAccount = "acct_1" }))).HttpStatusCode);
    }

    [Fact]
    public void Every_parameter_is_Stripes()
    {
        var foreign = Routes.All.SelectMany(r => r.Parameters.Where(p => !StripeSpec.Official.Knows(r.Method, r.Template, p)).Select(p => $"{r.Method} {r.Template} {p}"));
        Assert.Empty(foreign);
    }

    [Theory]
    [InlineData("amount=x&currency=cny", "amount may not be x")]
    [InlineData("amount=1", "needs currency")]
    [InlineData("amount=1&currency=cny&colour=red", "colour is no parameter")]
    [InlineData("amount=1&currency=cny&confirm=yes", "confirm may not be yes")]
    [InlineData("amount=1&currency=cny&payment_method_types=card", "payment_method_types may not be card")]
    public void The_check_of_requests_finds_faults(string form, string fault) =>
        Assert.Contains(fault, Assert.Single(StripeSpec.Official.RequestFaults("POST", "/v1/payment_intents", "", form)), StringComparison.Ordinal);

    [Theory]
    [InlineData("amount", "\"1\"", "is no integer")]
    [InlineData("status", "\"lost\"", "is none of")]
    [InlineData("status", null, "is missing")]
    [InlineData("id", "null", "may not be null")]
    [InlineData("charge", "7", "is no")]
    public void The_check_of_answers_finds_faults(string field, string? value, string fault)
    {
        var (schema, known) = field == "charge" ? ("refund", Example("refund")) : ("payment_intent", Example("payment_intent"));
        var fields = known.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetRawText());
        fields["next_action"] = "null";
        if (value is null) fields.Remove(field);
        else fields[field] = value;
        var changed = JsonDocument.Parse($"{{{string.Join(',', fields.Select(f => $"\"{f.Key}\":{f.Value}"))}}}").RootElement;
        Assert.Contains(StripeSpec.Official.ObjectFaults(schema, changed), f => f.Contains($"$.{field}", StringComparison.Ordinal) && f.Contains(fault, StringComparison.Ordinal));
    }

    /// <summary>Each object has all the fields of Stripe's own example, of the same kinds where both have a value.</summary>
    [Fact]
    public async Task Objects_have_the_shape_of_the_official_examples()
    {
        await using var shop = await Shop.Open(socket: false);
        var paid = await shop.Pay();
        await shop.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = paid.Id, Amount = 1 });
        var transfer = await shop.V1.Transfers.CreateAsync(new TransferCreateOptions { Amount = 1, Currency = "cny", Destination = await shop.Destination(), SourceTransaction = paid.LatestChargeId });
        var reversal = await shop.V1.Transfers.Reversals.CreateAsync(transfer.Id);
        var dispute = shop.Stripe.OpenDispute(paid.LatestChargeId);
        var charge = await shop.V1.Charges.GetAsync(paid.LatestChargeId);
        var told = (await shop.V1.Events.ListAsync()).First();
        var made = new Dictionary<string, string>
        {
            ["payment_intent"] = $"payment_intents/{paid.Id}",
            ["payment_method"] = $"payment_methods/{paid.PaymentMethodId}",
            ["charge"] = $"charges/{charge.Id}",
            ["refund"] = $"refunds/{(await shop.V1.Refunds.ListAsync()).Single().Id}",
            ["transfer"] = $"transfers/{transfer.Id}",
            ["account"] = $"accounts/{transfer.DestinationId}",
            ["balance"] = "balance",
            ["balance_transaction"] = $"balance_transactions/{charge.BalanceTransactionId}",
            ["dispute"] = $"disputes/{dispute}",
            ["event"] = $"events/{told.Id}",
        };
        var faults = new List<string>(Shape("transfer_reversal", JsonDocument.Parse(reversal.StripeResponse.Content).RootElement));
        foreach (var (kind, address) in made) faults.AddRange(Shape(kind, (await shop.Raw(HttpMethod.Get, $"/v1/{address}")).Answer));
        Assert.Empty(faults);
    }

    private static IEnumerable<string> Shape(string kind, JsonElement given)
    {
        foreach (var field in Example(kind).EnumerateObject().Where(f => !LeftOut.Contains($"{kind}.{f.Name}")))
        {
            if (!given.TryGetProperty(field.Name, out var value)) yield return $"{kind}.{field.Name} is missing";
            else if (value.ValueKind != JsonValueKind.Null && field.Value.ValueKind != JsonValueKind.Null && Kind(value) != Kind(field.Value)) yield return $"{kind}.{field.Name} is {value.ValueKind}";
        }
    }

    private static JsonValueKind Kind(JsonElement value) => value.ValueKind == JsonValueKind.False ? JsonValueKind.True : value.ValueKind;

    private static JsonElement Example(string kind) => JsonDocument.Parse(StripeSpec.Data("fixtures3.json")).RootElement.GetProperty("resources").GetProperty(kind);
}
