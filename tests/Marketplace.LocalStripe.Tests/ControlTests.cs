using System.Text.Json;

namespace Marketplace.StandIns.Tests;

/// <summary>The switches for those who hold only an address.</summary>
public sealed class ControlTests
{
    private const string Paying = "amount=1000&currency=usd&confirm=true&allowed_payment_method_types[0]=card&allowed_payment_method_types[1]=us_bank_account&metadata[award]=A&payment_method=";

    [Fact]
    public async Task Payer_and_bank_can_be_played_over_the_socket()
    {
        await using var shop = await Shop.Open();
        var checkedOne = await Pay(shop, "pm_card_authenticationRequired");
        await Control(shop, "complete_action", $"payment_intent={checkedOne}");
        var refused = await Pay(shop, "pm_usBankAccount_success");
        await Control(shop, "finish_processing", $"payment_intent={refused}&outcome=failed");
        Assert.Equal(["requires_payment_method", "succeeded"], await Statuses(shop));

        var charge = (await Look(shop, "charges"))[0].GetProperty("id").GetString();
        await Control(shop, "open_dispute", $"charge={charge}&reason=duplicate");
        var dispute = (await shop.V1.Disputes.ListAsync()).Single();
        Assert.Equal("duplicate", dispute.Reason);
        Assert.Equal(0, (await Look(shop, "total_balance/usd")).GetProperty("total").GetInt64());
        await Control(shop, "close_dispute", $"dispute={dispute.Id}&outcome=won");
        Assert.Equal(1_000, (await Look(shop, "total_balance/usd")).GetProperty("total").GetInt64());
        Assert.Equal(1, (await Look(shop, "succeeded_by/award")).GetProperty("A").GetInt32());

        var (_, refund) = await shop.Raw(HttpMethod.Post, "/v1/refunds", $"charge={charge}");
        await Control(shop, "finish_refund", $"refund={refund.GetProperty("id").GetString()}&outcome=failed");
        Assert.Equal(1_000, (await Look(shop, "total_balance/usd")).GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task Faults_and_webhooks_can_be_switched_over_the_socket()
    {
        await using var shop = await Shop.Open();
        await Control(shop, "fail", "fault=failedbefore&about=POST /v1/payment_intents&times=1");
        Assert.Equal(500, (int)(await shop.Raw(HttpMethod.Post, "/v1/payment_intents", Paying + "pm_card_visa")).Response.StatusCode);
        await Control(shop, "plan", "rate_limited=1&webhooks_lost=0.5&slow_by=7");
        Assert.Equal(429, (int)(await shop.Raw(HttpMethod.Get, "/v1/balance")).Response.StatusCode);
        Assert.Equal((1, 0.5, TimeSpan.FromSeconds(7)), (shop.Stripe.Faults.RateLimited, shop.Stripe.Faults.WebhooksLost, shop.Stripe.Faults.SlowBy));
        await Control(shop, "plan", "");
        await Control(shop, "search_lag", "seconds=30");
        Assert.Equal(TimeSpan.FromSeconds(30), shop.Stripe.SearchLag);

        await Pay(shop, "pm_card_visa", "&capture_method=manual");
        Assert.Equal(1_000, (await Look(shop, "holds"))[0].GetProperty("amount").GetInt64());
        Assert.Equal(3, (await shop.Raw(HttpMethod.Post, "/_control/deliver")).Answer.GetProperty("delivered").GetInt32());
        Assert.Equal(3, (await Look(shop, "deliveries")).GetArrayLength());
        Assert.Equal(3, (await Look(shop, "requests")).GetArrayLength());
        await Control(shop, "reset", "seed=5");
        Assert.Equal(0, (await Look(shop, "requests")).GetArrayLength());
    }

    [Fact]
    public async Task Time_is_moved_where_it_can_be()
    {
        await using var shop = await Shop.Open();
        Assert.Equal(400, (int)(await shop.Raw(HttpMethod.Post, "/_control/advance", "seconds=1")).Response.StatusCode);
        var movable = new MovableTime(shop.Time);
        await using var other = await Shop.Open(o => o with { Time = movable });
        await Pay(other, "pm_usBankAccount_success");
        Assert.Equal(["processing"], await Statuses(other));
        await Control(other, "advance", $"seconds={4 * 24 * 3600}");
        Assert.Equal(["succeeded"], await Statuses(other));
    }

    [Theory]
    [InlineData("fail", "fault=flood")]
    [InlineData("plan", "dropped=2")]
    [InlineData("search_lag", "")]
    [InlineData("complete_action", "payment_intent=pi_none")]
    public async Task A_switch_that_does_not_exist_is_refused(string name, string form)
    {
        await using var shop = await Shop.Open();
        var (response, answer) = await shop.Raw(HttpMethod.Post, $"/_control/{name}", form);
        Assert.InRange((int)response.StatusCode, 400, 404);
        Assert.NotEmpty(answer.GetProperty("error").GetProperty("message").GetString()!);
    }

    [Fact]
    public void The_words_of_the_command_line_are_understood()
    {
        var options = LocalStripeProgram.Options(["--port", "12112", "--webhook", "http://127.0.0.1:5000/a", "--webhook", "http://127.0.0.1:5000/b", "--secret", "whsec_x", "--seed", "9"])!;
        Assert.Equal((12112, 9UL), (options.Port, options.Seed));
        Assert.Equal([("/a", "whsec_x"), ("/b", "whsec_x")], options.Webhooks.Select(w => (w.Url.AbsolutePath, w.Secret)));
        Assert.Equal(12111, LocalStripeProgram.Options([])!.Port);
        foreach (var wrong in (string[][])[["--port"], ["--port", "x"], ["--colour", "red"], ["--webhook", "nowhere"]]) Assert.Null(LocalStripeProgram.Options(wrong));
    }

    [Fact]
    public async Task Development_delivers_by_itself()
    {
        await using var shop = await Shop.Open(o => o with { DeliverEvery = TimeSpan.FromSeconds(1) });
        await Pay(shop, "pm_card_visa");
        while (shop.Stripe.Deliveries.Count < 3)
        {
            shop.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(3, shop.Caught.Posts.Count);
    }

    private static async Task<string> Pay(Shop shop, string method, string more = "") =>
        (await shop.Raw(HttpMethod.Post, "/v1/payment_intents", Paying + method + more)).Answer.GetProperty("id").GetString()!;

    private static async Task<JsonElement> Look(Shop shop, string name) => (await shop.Raw(HttpMethod.Get, $"/_control/{name}")).Answer;

    private static async Task Control(Shop shop, string name, string form) => Assert.Equal(204, (int)(await shop.Raw(HttpMethod.Post, $"/_control/{name}", form)).Response.StatusCode);

    private static async Task<IEnumerable<string>> Statuses(Shop shop) => (await shop.V1.PaymentIntents.ListAsync()).Select(i => i.Status);
}
