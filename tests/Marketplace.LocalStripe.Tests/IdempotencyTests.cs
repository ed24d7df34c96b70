using Stripe;

namespace Marketplace.StandIns.Tests;

public sealed class IdempotencyTests
{
    private const string Form = "amount=100&currency=cny&confirm=true&payment_method=pm_card_visa&allowed_payment_method_types[0]=card";

    [Fact]
    public async Task A_key_repeats_its_first_answer_and_does_nothing()
    {
        await using var shop = await Shop.Open();
        var first = await shop.Pay(key: "k");
        var again = await shop.Pay(key: "k");
        Assert.Equal(first.Id, again.Id);
        Assert.Equal(first.StripeResponse.Content, again.StripeResponse.Content);
        Assert.NotEqual(first.StripeResponse.RequestId, again.StripeResponse.RequestId);
        Assert.Equal([false, true], new[] { first, again }.Select(p => p.StripeResponse.Headers.Contains("Idempotent-Replayed")));
        Assert.Equal(first.StripeResponse.RequestId, again.StripeResponse.Headers.GetValues("Original-Request").Single());
        Assert.Single(shop.Stripe.Charges());
        Assert.Equal([false, true], shop.Stripe.Requests.Select(r => r.Replayed));
    }

    [Fact]
    public async Task The_answer_of_a_key_is_that_of_its_time()
    {
        await using var shop = await Shop.Open();
        var held = await shop.Pay(manual: true, key: "k");
        await shop.V1.PaymentIntents.CaptureAsync(held.Id);
        Assert.Equal("requires_capture", (await shop.Pay(manual: true, key: "k")).Status);
    }

    [Fact]
    public async Task A_key_serves_one_request()
    {
        await using var shop = await Shop.Open();
        await shop.Pay(amount: 100, key: "k");
        var other = await Assert.ThrowsAsync<StripeException>(() => shop.Pay(amount: 101, key: "k"));
        Assert.Equal((400, "idempotency_error"), ((int)other.HttpStatusCode, other.StripeError.Type));
        var elsewhere = await Assert.ThrowsAsync<StripeException>(() => shop.V1.Refunds.CreateAsync(new RefundCreateOptions { Charge = "ch_1" }, Shop.Key("k")));
        Assert.Equal("idempotency_error", elsewhere.StripeError.Type);
        Assert.Single(shop.Stripe.Charges());
    }

    [Fact]
    public async Task The_order_of_parameters_does_not_matter()
    {
        await using var shop = await Shop.Open();
        var (_, one) = await shop.Raw(HttpMethod.Post, "/v1/payment_intents", Form, key: "k");
        var (_, two) = await shop.Raw(HttpMethod.Post, "/v1/payment_intents", string.Join('&', Form.Split('&').Reverse()), key: "k");
        Assert.Equal(one.GetProperty("id").GetString(), two.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_refusal_by_the_bank_is_kept()
    {
        await using var shop = await Shop.Open();
        var first = await Assert.ThrowsAsync<StripeException>(() => shop.Pay("pm_card_chargeDeclined", key: "k"));
        var again = await Assert.ThrowsAsync<StripeException>(() => shop.Pay("pm_card_chargeDeclined", key: "k"));
        Assert.Equal(first.StripeError.PaymentIntent.Id, again.StripeError.PaymentIntent.Id);
        Assert.Single((await shop.V1.PaymentIntents.ListAsync()).Data);
    }

    [Theory]
    [InlineData("amount=0&currency=cny", "parameter_invalid_integer", "amount")]
    [InlineData("amount=x&currency=cny", "parameter_invalid_integer", "amount")]
    [InlineData("currency=cny", "parameter_missing", "amount")]
    [InlineData("amount=100", "parameter_missing", "currency")]
    [InlineData("amount=100&currency=cny&colour=red", "parameter_unknown", "colour")]
    [InlineData("amount=100&currency=cny&automatic_payment_methods[colour]=red", "parameter_unknown", "automatic_payment_methods[colour]")]
    [InlineData("amount=100&currency=cny&allowed_payment_method_types=card", "parameter_invalid_array", "allowed_payment_method_types")]
    public async Task What_is_refused_before_it_begins_leaves_the_key_free(string form, string code, string param)
    {
        await using var shop = await Shop.Open();
        var (refused, answer) = await shop.Raw(HttpMethod.Post, "/v1/payment_intents", form, key: "k");
        var error = answer.GetProperty("error");
        Assert.Equal((400, "invalid_request_error", code, param), ((int)refused.StatusCode, error.GetProperty("type").GetString(), error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.EndsWith(code.Replace('_', '-'), error.GetProperty("doc_url").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        var (taken, _) = await shop.Raw(HttpMethod.Post, "/v1/payment_intents", Form, key: "k");
        Assert.Equal(200, (int)taken.StatusCode);
    }

    [Fact]
    public async Task After_a_day_a_key_makes_a_new_request()
    {
        await using var shop = await Shop.Open();
        await shop.Pay(key: "k");
        shop.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        await shop.Pay(key: "k");
        Assert.Single(shop.Stripe.Charges());
        shop.Time.Advance(TimeSpan.FromSeconds(1));
        await shop.Pay(key: "k");
        Assert.Equal(2, shop.Stripe.Charges().Count);
        shop.Time.Advance(TimeSpan.FromHours(23));
        await shop.Pay(key: "k");
        Assert.Equal(2, shop.Stripe.Charges().Count);
    }

    [Fact]
    public async Task A_second_request_while_the_first_runs_is_told_so()
    {
        await using var shop = await Shop.Open();
        shop.Stripe.Fail(Fault.Slow);
        var first = shop.Pay(key: "k");
        await Until(() => shop.Stripe.Requests.Count == 1);
        var second = await Assert.ThrowsAsync<StripeException>(() => shop.Pay(key: "k"));
        Assert.Equal((409, "idempotency_key_in_use"), ((int)second.HttpStatusCode, second.StripeError.Code));
        Assert.False(first.IsCompleted);
        shop.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((await first).Id, (await shop.Pay(key: "k")).Id);
        Assert.Single(shop.Stripe.Charges());
    }

    [Fact]
    public async Task A_key_may_have_255_characters()
    {
        await using var shop = await Shop.Open();
        Assert.Equal(200, (int)(await shop.Raw(HttpMethod.Post, "/v1/payment_intents", Form, key: new string('k', 255))).Response.StatusCode);
        Assert.Equal(400, (int)(await shop.Raw(HttpMethod.Post, "/v1/payment_intents", Form, key: new string('k', 256))).Response.StatusCode);
    }

    [Fact]
    public async Task Without_a_key_every_request_is_new()
    {
        await using var shop = await Shop.Open();
        await shop.Raw(HttpMethod.Post, "/v1/payment_intents", Form);
        await shop.Raw(HttpMethod.Post, "/v1/payment_intents", Form);
        Assert.Equal(2, shop.Stripe.Charges().Count);
    }

    /// <summary>Gives way to the server's own threads; the run as a whole is bounded.</summary>
    private static async Task Until(Func<bool> happened)
    {
        while (!happened()) await Task.Yield();
    }
}
