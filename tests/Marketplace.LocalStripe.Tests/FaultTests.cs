using System.Globalization;
using Stripe;

namespace Marketplace.StandIns.Tests;

public sealed class FaultTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dropped_connection_hides_work_that_was_done(bool socket)
    {
        await using var shop = await Shop.Open(socket: socket);
        shop.Stripe.Fail(Fault.Dropped);
        await Assert.ThrowsAsync<HttpRequestException>(() => shop.Pay(award: "A", key: "k"));
        Assert.Equal(1, shop.Stripe.SucceededBy("award")["A"]);
        Assert.Equal("succeeded", (await shop.Pay(award: "A", key: "k")).Status);
        Assert.Equal(1, shop.Stripe.SucceededBy("award")["A"]);
    }

    [Fact]
    public async Task A_failure_after_the_work_is_kept_for_a_day()
    {
        await using var shop = await Shop.Open();
        shop.Stripe.Fail(Fault.FailedAfter);
        await Broken(shop);
        Assert.Equal(1, shop.Stripe.SucceededBy("award")["A"]);
        await Broken(shop);
        Assert.Equal([false, true], shop.Stripe.Requests.Select(r => r.Replayed));
        Assert.Equal("succeeded", (await shop.V1.PaymentIntents.SearchAsync(new PaymentIntentSearchOptions { Query = "metadata['award']:'A'" })).Single().Status);
        shop.Time.Advance(TimeSpan.FromHours(24));
        await shop.Pay(award: "A", key: "k");
        Assert.Equal(2, shop.Stripe.SucceededBy("award")["A"]);
    }

    [Fact]
    public async Task A_failure_before_the_work_leaves_the_key_free()
    {
        await using var shop = await Shop.Open();
        shop.Stripe.Fail(Fault.FailedBefore);
        await Broken(shop);
        Assert.Empty(shop.Stripe.Charges());
        await shop.Pay(award: "A", key: "k");
        Assert.Single(shop.Stripe.Charges());
    }

    [Fact]
    public async Task A_failure_for_good_did_nothing_and_stays()
    {
        await using var shop = await Shop.Open();
        shop.Stripe.Fail(Fault.FailedForGood);
        await Broken(shop);
        await Broken(shop);
        Assert.Empty(shop.Stripe.Charges());
        Assert.Empty(await shop.Told());
        shop.Time.Advance(TimeSpan.FromHours(24));
        await shop.Pay(award: "A", key: "k");
        Assert.Single(shop.Stripe.Charges());
    }

    [Theory]
    [InlineData(Fault.Conflict, 409, "idempotency_key_in_use")]
    [InlineData(Fault.RateLimited, 429, "rate_limit")]
    public async Task A_refusal_for_now_did_nothing(Fault fault, int status, string code)
    {
        await using var shop = await Shop.Open();
        shop.Stripe.Fail(fault);
        var refused = await Assert.ThrowsAsync<StripeException>(() => shop.Pay(key: "k"));
        Assert.Equal((status, code), ((int)refused.HttpStatusCode, refused.StripeError.Code));
        Assert.Equal(fault == Fault.RateLimited, refused.StripeResponse.Headers.RetryAfter is not null);
        Assert.Empty(shop.Stripe.Charges());
        await shop.Pay(key: "k");
        Assert.Single(shop.Stripe.Charges());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slow_answer_comes_when_its_time_has_come(bool socket)
    {
        await using var shop = await Shop.Open(socket: socket);
        shop.Stripe.Fail(Fault.Slow);
        using var patience = new CancellationTokenSource();
        var first = shop.V1.PaymentIntents.CreateAsync(Shop.Payment(award: "A"), Shop.Key("k"), patience.Token);
        while (shop.Stripe.Requests.Count == 0) await Task.Yield();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(1, shop.Stripe.SucceededBy("award")["A"]);
        Assert.Equal(409, (int)(await Assert.ThrowsAsync<StripeException>(() => shop.Pay(award: "A", key: "k"))).HttpStatusCode);
        shop.Time.Advance(TimeSpan.FromSeconds(5));
        PaymentIntent? paid = null;
        // The server keeps the answer on a thread of its own after its clock has moved.
        while (paid is null)
        {
            try
            {
                paid = await shop.Pay(award: "A", key: "k");
            }
            catch (StripeException inUse) when (inUse.StripeError.Code == "idempotency_key_in_use")
            {
                await Task.Yield();
            }
        }

        Assert.Equal(1, shop.Stripe.SucceededBy("award")["A"]);
    }

    [Fact]
    public async Task A_switch_waits_for_the_request_it_is_about()
    {
        await using var shop = await Shop.Open();
        shop.Stripe.Fail(Fault.FailedBefore, "POST /v1/refunds", times: 2);
        var paid = await shop.Pay();
        for (var i = 0; i < 2; i++) Assert.Equal(500, (int)(await Assert.ThrowsAsync<StripeException>(() => shop.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = paid.Id }))).HttpStatusCode);
        Assert.Equal("succeeded", (await shop.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = paid.Id })).Status);
    }

    [Fact]
    public async Task A_plan_draws_each_fault_as_often_as_it_says()
    {
        await using var shop = await Shop.Open(o => o with { Faults = new FaultPlan { Dropped = 0.1, FailedAfter = 0.1, FailedBefore = 0.1, FailedForGood = 0.1, Conflict = 0.1, RateLimited = 0.1 } }, socket: false);
        const int Runs = 1_000;
        for (var i = 0; i < Runs; i++) await Record.ExceptionAsync(() => shop.Pay(key: i.ToString(CultureInfo.InvariantCulture)));
        var drawn = shop.Stripe.Requests.CountBy(r => r.Fault).ToDictionary();
        foreach (var fault in (Fault[])[Fault.Dropped, Fault.FailedAfter, Fault.FailedBefore, Fault.FailedForGood, Fault.Conflict, Fault.RateLimited]) Assert.InRange(drawn[fault], Runs / 14, Runs / 7);
        Assert.InRange(drawn[Fault.None], Runs * 3 / 10, Runs / 2);
        Assert.Equal(drawn[Fault.None] + drawn[Fault.Dropped] + drawn[Fault.FailedAfter], shop.Stripe.Charges().Count);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_transcript_with_and_without_a_socket()
    {
        var (one, two, other) = (await Transcript(7, socket: true), await Transcript(7, socket: false), await Transcript(8, socket: false));
        Assert.Equal(one, two);
        Assert.NotEqual(one, other);
        Assert.Contains(" Dropped -> 200 ", one, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_begins_anew_with_another_seed()
    {
        await using var shop = await Shop.Open(o => o with { Seed = 7 }, socket: false);
        var first = (await shop.Pay(key: "k")).Id;
        shop.Stripe.Reset(8);
        Assert.Empty(shop.Stripe.Requests);
        Assert.Empty(shop.Stripe.Charges());
        Assert.Empty(shop.Stripe.TakeWebhooks());
        var second = (await shop.Pay(key: "k")).Id;
        Assert.NotEqual(first, second);
        shop.Stripe.Reset(7);
        Assert.Equal(first, (await shop.Pay(key: "k")).Id);
    }

    private static async Task Broken(Shop shop)
    {
        var broken = await Assert.ThrowsAsync<StripeException>(() => shop.Pay(award: "A", key: "k"));
        Assert.Equal((500, "api_error"), ((int)broken.HttpStatusCode, broken.StripeError.Type));
    }

    private static async Task<string> Transcript(ulong seed, bool socket)
    {
        await using var shop = await Shop.Open(o => o with
        {
            Seed = seed,
            Faults = new FaultPlan { Dropped = 0.2, FailedAfter = 0.2, RateLimited = 0.1, WebhooksLost = 0.3, WebhooksRepeated = 0.3, WebhooksReordered = true },
        }, socket);
        for (var i = 0; i < 40; i++)
        {
            await Record.ExceptionAsync(() => shop.Pay(award: $"{i % 10}", key: $"{i % 20}"));
            shop.Time.Advance(TimeSpan.FromMinutes(50));
        }

        await shop.Stripe.Deliver();
        return shop.Stripe.Transcript() + string.Join('\n', shop.Caught.Posts);
    }
}
