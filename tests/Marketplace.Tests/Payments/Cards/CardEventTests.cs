using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Payments.Cards;
using Marketplace.Platform;
using Marketplace.StandIns;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Payments.Cards;

public sealed class CardEventTests
{
    private static readonly Guid Payment = Guid.Parse("11111111-2222-3333-4444-555555555555");

    private static byte[] Vector => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data/stripe/event_test_signature.json"));

    [Fact]
    public async Task The_signature_that_Stripe_publishes_is_taken()
    {
        await using var host = await CardEventHost.Start("webhook_secret", now: DateTimeOffset.FromUnixTimeSeconds(1533204620));
        var answer = await host.Post(Vector, "t=1533204620,v1=2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var row = Assert.Single(await host.Rows());
        Assert.Equal(("evt_123", "customer.created", "cus_123", null, host.Time.GetUtcNow()), (row.Id, row.Type, row.Object, row.Key, row.HandledAt));
        Assert.Empty(await host.Work());
    }

    public static TheoryData<string, string?> Headers => new()
    {
        { "CardEventUnsigned", null },
        { "CardEventUnsigned", "" },
        { "CardEventUnsigned", "v1={v1}" },
        { "CardEventUnsigned", "t={t}" },
        { "CardEventUnsigned", "t=,v1={v1}" },
        { "CardEventUnsigned", "t=-1,v1={v1}" },
        { "CardEventUnsigned", "t=1e9,v1={v1}" },
        { "CardEventUnsigned", "t=99999999999999999999,v1={v1}" },
        { "CardEventUnsigned", "t={t},t={t},v1={v1}" },
        { "CardEventUnsigned", "t={t},v0={v1}" },
        { "CardEventUnsigned", "t={t},v1=zz" },
        { "CardEventUnsigned", "t={t} v1={v1}" },
        { "CardEventSignatureWrong", "t={t},v1=0000000000000000000000000000000000000000000000000000000000000000" },
        { "CardEventSignatureWrong", "t=1,v1={v1}" },
        { "CardEventSignatureWrong", "t={t},v1={stranger}" },
        { "CardEventSignatureWrong", "t={t},v0={v1},v1={stranger}" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task A_bad_header_is_turned_away(string code, string? header)
    {
        await using var host = await CardEventHost.Start();
        var body = Event("evt_1");
        string Part(string secret) => host.Signed(body, secret).Split("v1=")[1];
        await TurnedAway(host, code, await host.Post(body, header?.Replace("{t}", $"{host.Time.GetUtcNow().ToUnixTimeSeconds()}").Replace("{v1}", Part(CardEventHost.Secret)).Replace("{stranger}", Part("whsec_stranger"))));
    }

    [Theory]
    [InlineData(-301, false)]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public async Task An_event_counts_for_five_minutes(int seconds, bool counts)
    {
        await using var host = await CardEventHost.Start();
        var body = Event("evt_1");
        var answer = await host.Post(body, LocalStripe.Sign(CardEventHost.Secret, host.Time.GetUtcNow().ToUnixTimeSeconds() + seconds, body));
        if (counts) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        else await TurnedAway(host, "CardEventTooOld", answer);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"object":"event","id":1,"type":"charge.succeeded"}""")]
    [InlineData("""{"object":"event","id":"evt_1"}""")]
    [InlineData("""{"object":"v2.core.event","id":"evt_1","type":"charge.succeeded","data":{"object":{"id":"ch_1"}}}""")]
    [InlineData("""{"object":"event","id":"evt_1","type":"charge.succeeded","data":{"object":{}}}""")]
    [InlineData("""{"object":"event","id":"evt_1","type":"charge.succeeded","data":[]}""")]
    [InlineData("""{"object":"event","id":"evt 1\n","type":"charge.succeeded","data":{"object":{"id":"ch_1"}}}""")]
    [InlineData("""{"object":"event","id":"evt_\u0000","type":"charge.succeeded","data":{"object":{"id":"ch_1"}}}""")]
    [InlineData("""{"object":"event","id":"evt_\ud800","type":"charge.succeeded","data":{"object":{"id":"ch_1"}}}""")]
    public async Task What_is_no_event_is_turned_away_though_it_is_signed(string body)
    {
        await using var host = await CardEventHost.Start();
        await TurnedAway(host, "CardEventMalformed", await host.Post(body, host.Signed(body)));
    }

    [Theory]
    [InlineData(null, "sk_test_market")]
    [InlineData(" , ", "sk_test_market")]
    [InlineData(CardEventHost.Secret, null)]
    public async Task Without_a_secret_nothing_is_believed(string? secrets, string? key)
    {
        await using var host = await CardEventHost.Start(secrets, key);
        var body = Event("evt_1");
        await TurnedAway(host, "CardEventsOff", await host.Post(body, host.Signed(body)));
    }

    [Theory]
    [InlineData("t={t},v1={old}")]
    [InlineData("t={t},v1={stranger},v1={new}")]
    [InlineData("v0=x, t={t} , v1={old},v1={new}")]
    public async Task While_a_secret_is_replaced_either_one_signs(string header)
    {
        await using var host = await CardEventHost.Start();
        var body = Event("evt_1");
        string Part(string secret) => host.Signed(body, secret).Split("v1=")[1];
        var signature = header.Replace("{t}", $"{host.Time.GetUtcNow().ToUnixTimeSeconds()}").Replace("{old}", Part(CardEventHost.OldSecret)).Replace("{new}", Part(CardEventHost.Secret)).Replace("{stranger}", Part("whsec_stranger"));
        Assert.Equal(HttpStatusCode.OK, (await host.Post(body, signature)).StatusCode);
    }

    [Fact]
    public async Task An_event_told_again_and_again_is_one_row_and_one_work()
    {
        await using var host = await CardEventHost.Start();
        var body = Event("evt_1");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Post(body, host.Signed(body))));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        var row = Assert.Single(await host.Rows());
        Assert.Equal(("evt_1", "payment_intent.succeeded", "pi_1", Payment.ToString(), null), (row.Id, row.Type, row.Object, row.Key, row.HandledAt));
        Assert.Equal([Payment.ToString()], await host.Work());

        await host.Services.GetRequiredService<DueWorkRunner>().RunDue(TestContext.Current.CancellationToken);
        Assert.Equal([Payment.ToString()], host.Worked);
        host.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await host.Post(body, host.Signed(body))).StatusCode);
        Assert.Empty(await host.Work());
        Assert.Single(await host.Rows());
    }

    [Fact]
    public async Task What_was_told_before_the_look_is_done_with_and_what_came_later_waits()
    {
        await using var host = await CardEventHost.Start();
        await Tell(host, "evt_1");
        var looked = host.Time.GetUtcNow();
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await Tell(host, "evt_2");
        await host.Events.Handled(Payment.ToString(), looked, TestContext.Current.CancellationToken);
        Assert.Equal([host.Time.GetUtcNow(), null], (await host.Rows()).Select(r => r.HandledAt));
        Assert.Equal([Payment.ToString()], await host.Work());
    }

    [Theory]
    [InlineData("dp_1", """{"id":"dp_1","metadata":{}}""")]
    [InlineData("dp_1", """{"id":"dp_1"}""")]
    [InlineData("ch_1", """{"id":"ch_1","metadata":{"zjp_payment":"no id"}}""")]
    [InlineData("ch_1", """{"id":"ch_1","metadata":{"zjp_payment":7}}""")]
    [InlineData("ch_1", """{"id":"ch_1","metadata":[]}""")]
    public async Task What_names_no_payment_is_looked_at_by_its_own_id(string key, string about)
    {
        await using var host = await CardEventHost.Start();
        await Tell(host, "evt_1", about, "charge.updated");
        Assert.Equal([key], await host.Work());
    }

    [Fact]
    public async Task The_gate_leaves_a_signed_body_alone_and_nothing_else()
    {
        await using var host = await CardEventHost.Start();
        // Longer than other bodies may be, and with text that nothing of it keeps.
        await Tell(host, "evt_1", $$"""{"id":"pi_1","description":"\u0000{{new string('x', 100_000)}}"}""");
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Post("{}", null, "/api/other")).StatusCode);
        var huge = Event("evt_2", $$"""{"id":"pi_1","description":"{{new string('x', CardEvents.MostBytes)}}"}""");
        var answer = await host.Post(huge, host.Signed(huge));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "TooLong"), (answer.StatusCode, await CodeOf(answer)));
        Assert.Single(await host.Rows());
    }

    [Fact]
    public async Task What_Stripe_sends_for_a_payment_is_one_work_for_it()
    {
        await using var host = await CardEventHost.Start();
        await using var till = new Till(o => o with { WebhookHandler = host.Handler, Webhooks = [new WebhookEndpoint(new Uri($"http://market.test{CardEventHost.Address}"), CardEventHost.Secret)], Faults = new FaultPlan { WebhooksRepeated = 0.5, WebhooksReordered = true } });
        var paid = await till.Paid();
        Till.Done(await till.Gateway.Refund(Till.Back10(paid), till.Now, till.Now));
        await till.Stripe.Deliver();
        Assert.All(till.Stripe.Deliveries, d => Assert.Equal(200, d.Status));
        Assert.Equal(till.Stripe.Deliveries.Select(d => d.Message.EventId).Distinct().Order(StringComparer.Ordinal), (await host.Rows()).Select(r => r.Id));
        Assert.Equal([paid.Payment.ToString()], await host.Work());
    }

    private static string Event(string id, string? about = null, string type = "payment_intent.succeeded")
    {
        var subject = about ?? $$"""{"id":"pi_1","metadata":{"zjp_payment":"{{Payment}}"} }""";
        return $$"""{"object":"event","id":"{{id}}","type":"{{type}}","data":{"object":{{subject}} } }""";
    }

    private static async Task Tell(CardEventHost host, string id, string? about = null, string type = "payment_intent.succeeded")
    {
        var body = Event(id, about, type);
        Assert.Equal(HttpStatusCode.OK, (await host.Post(body, host.Signed(body))).StatusCode);
    }

    private static async Task TurnedAway(CardEventHost host, string code, HttpResponseMessage answer)
    {
        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.StatusCode, await CodeOf(answer)));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Empty(await host.Rows());
        Assert.Empty(await host.Work());
        // The reason and no word of what was sent.
        Assert.Equal([$"Warning An event of Stripe was turned away: {code}"], host.Log);
    }

    private static async Task<string?> CodeOf(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
}
