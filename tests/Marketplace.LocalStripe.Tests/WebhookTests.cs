using System.Net;
using System.Text;
using System.Text.Json;
using Stripe;

namespace Marketplace.StandIns.Tests;

public sealed class WebhookTests
{
    [Fact]
    public void The_known_signature_is_made()
    {
        var body = Encoding.UTF8.GetString(StripeSpec.Data("event_test_signature.json"));
        Assert.Equal("t=1533204620,v1=2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7", LocalStripe.Sign("webhook_secret", 1533204620, body));
    }

    [Fact]
    public async Task The_client_library_takes_what_is_sent_and_only_that()
    {
        await using var shop = await Shop.Open();
        var paid = await shop.Pay(key: "k");
        Assert.Equal(3, await shop.Stripe.Deliver());
        Assert.Equal(0, await shop.Stripe.Deliver());
        var now = shop.Time.GetUtcNow().ToUnixTimeSeconds();
        var types = new List<string>();
        foreach (var (body, signature) in shop.Caught.Posts)
        {
            var told = EventUtility.ConstructEvent(body, signature, Shop.Secret, 300, now);
            types.Add(told.Type);
            Assert.Equal(("k", paid.StripeResponse.RequestId), (told.Request.IdempotencyKey, told.Request.Id));
            Assert.Throws<StripeException>(() => EventUtility.ConstructEvent(body, signature, "whsec_other", 300, now));
            Assert.Throws<StripeException>(() => EventUtility.ConstructEvent(body.Replace("10000", "20000", StringComparison.Ordinal), signature, Shop.Secret, 300, now));
            Assert.Throws<StripeException>(() => EventUtility.ConstructEvent(body, signature, Shop.Secret, 300, now + 301));
            var whole = JsonDocument.Parse(body).RootElement;
            var about = whole.GetProperty("data").GetProperty("object");
            Assert.Empty(StripeSpec.Official.ObjectFaults("event", whole));
            Assert.Empty(StripeSpec.Official.ObjectFaults(about.GetProperty("object").GetString()!, about));
        }

        Assert.Equal(["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"], types);
        var last = EventUtility.ParseEvent(shop.Caught.Posts[^1].Body);
        Assert.Equal((paid.Id, "succeeded"), (((PaymentIntent)last.Data.Object).Id, ((PaymentIntent)last.Data.Object).Status));
        Assert.Equal(StripeConfiguration.ApiVersion, last.ApiVersion);
    }

    [Fact]
    public async Task An_event_shows_its_object_as_it_was_then()
    {
        await using var shop = await Shop.Open();
        await shop.Pay();
        var created = (await shop.V1.Events.ListAsync(new EventListOptions { Type = "payment_intent.created" })).Single();
        Assert.Equal("requires_confirmation", ((PaymentIntent)created.Data.Object).Status);
        Assert.Equal(created.Id, (await shop.V1.Events.GetAsync(created.Id)).Id);
    }

    [Fact]
    public async Task Events_are_listed_by_type_and_age()
    {
        await using var shop = await Shop.Open();
        await shop.Pay();
        shop.Time.Advance(TimeSpan.FromDays(1));
        var second = await shop.Pay();
        Assert.Equal(2, (await shop.V1.Events.ListAsync(new EventListOptions { Types = ["charge.succeeded", "charge.failed"] })).Data.Count);
        Assert.Equal(4, (await shop.V1.Events.ListAsync(new EventListOptions { Type = "payment_intent.*" })).Data.Count);
        Assert.Equal(3, (await shop.V1.Events.ListAsync(new EventListOptions { Created = new DateRangeOptions { GreaterThanOrEqual = second.Created } })).Data.Count);
        var page = await shop.V1.Events.ListAsync(new EventListOptions { Limit = 4 });
        Assert.Equal(2, (await shop.V1.Events.ListAsync(new EventListOptions { Limit = 4, StartingAfter = page.Last().Id })).Data.Count);
        shop.Time.Advance(TimeSpan.FromDays(29.5));
        Assert.Equal(3, (await shop.V1.Events.ListAsync()).Data.Count);
    }

    [Fact]
    public async Task A_lost_webhook_is_found_in_the_list_of_events()
    {
        await using var shop = await Shop.Open(o => o with { Faults = new FaultPlan { WebhooksLost = 1 } });
        await shop.Pay();
        Assert.Equal(0, await shop.Stripe.Deliver());
        Assert.Equal(3, (await shop.Told()).Count);
    }

    [Fact]
    public async Task Webhooks_come_none_to_five_times_in_any_order()
    {
        await using var shop = await Shop.Open(o => o with { Faults = new FaultPlan { WebhooksLost = 0.2, WebhooksRepeated = 0.6, WebhooksReordered = true } }, socket: false);
        for (var i = 0; i < 100; i++) await shop.Pay();
        var all = shop.Stripe.TakeWebhooks();
        var times = all.CountBy(m => m.EventId).ToDictionary();
        Assert.Equal([1, 2, 3, 4, 5], times.Values.Distinct().Order());
        Assert.InRange(times.Count, 200, 280);
        var firsts = all.DistinctBy(m => m.EventId).Select(m => m.EventId).ToList();
        var told = new List<string>();
        await foreach (var e in shop.V1.Events.ListAutoPagingAsync(new EventListOptions { Limit = 100 })) told.Add(e.Id);
        told.Reverse();
        Assert.NotEqual(told.Where(times.ContainsKey), firsts);
        Assert.Empty(firsts.Except(told));
    }

    [Fact]
    public async Task Late_webhooks_wait_for_their_time_and_are_signed_then()
    {
        await using var shop = await Shop.Open(o => o with { Faults = new FaultPlan { WebhooksLateBy = TimeSpan.FromHours(2) } });
        for (var i = 0; i < 10; i++) await shop.Pay();
        Assert.Equal(0, await shop.Stripe.Deliver());
        shop.Time.Advance(TimeSpan.FromHours(1));
        var some = await shop.Stripe.Deliver();
        Assert.InRange(some, 1, 29);
        Assert.StartsWith($"t={shop.Time.GetUtcNow().ToUnixTimeSeconds()},", shop.Caught.Posts[0].Signature, StringComparison.Ordinal);
        shop.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(30 - some, await shop.Stripe.Deliver());
    }

    [Fact]
    public async Task An_address_that_fails_is_tried_three_times_more()
    {
        await using var shop = await Shop.Open(o => o with { Webhooks = [o.Webhooks[0] with { Types = ["payment_intent.succeeded"] }] });
        shop.Caught.Answer = HttpStatusCode.InternalServerError;
        await shop.Pay();
        for (var i = 0; i < 6; i++)
        {
            await shop.Stripe.Deliver();
            shop.Time.Advance(TimeSpan.FromHours(3));
        }

        Assert.Equal(4, shop.Caught.Posts.Count);
        Assert.Single(shop.Stripe.Deliveries.Select(d => d.Message.EventId).Distinct());
        Assert.All(shop.Stripe.Deliveries, d => Assert.Equal(500, d.Status));
    }

    [Fact]
    public async Task What_happens_by_itself_names_no_request()
    {
        await using var shop = await Shop.Open();
        await shop.Pay("pm_usBankAccount_success");
        await shop.Stripe.Deliver();
        shop.Time.Advance(TimeSpan.FromDays(4));
        Assert.Equal(2, await shop.Stripe.Deliver());
        var told = EventUtility.ParseEvent(shop.Caught.Posts[^1].Body);
        Assert.Equal(("payment_intent.succeeded", null), (told.Type, told.Request.Id));
    }

    [Fact]
    public async Task Every_market_gets_its_own_types_with_its_own_secret()
    {
        await using var shop = await Shop.Open(o => o with { Webhooks = [.. o.Webhooks, new WebhookEndpoint(new Uri("http://other.test/"), "whsec_other") { Types = ["charge.succeeded"] }] });
        await shop.Pay();
        var messages = shop.Stripe.TakeWebhooks();
        Assert.Equal(4, messages.Count);
        var other = messages.Single(m => m.Url.Host == "other.test");
        Assert.Equal("charge.succeeded", EventUtility.ConstructEvent(other.Body, other.Signature, "whsec_other", 300, shop.Time.GetUtcNow().ToUnixTimeSeconds()).Type);
    }
}
