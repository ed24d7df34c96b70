using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Stripe;

namespace Marketplace.StandIns.Tests;

/// <summary>A local Stripe with its real client; every request and answer between them is held against the official file.</summary>
internal sealed class Shop : IAsyncDisposable
{
    public const string Secret = "whsec_test";

    private readonly HttpClient _http;

    private Shop(LocalStripe stripe, FakeTimeProvider time, WebhookCatcher caught, HttpMessageHandler transport, Uri address)
    {
        (Stripe, Time, Caught) = (stripe, time, caught);
        _http = new HttpClient(new CheckingHandler(transport)) { BaseAddress = address };
        Client = new StripeClient(new StripeClientOptions
        {
            ApiKey = "sk_test_shop",
            ApiBase = address.ToString().TrimEnd('/'),
            HttpClient = new SystemNetHttpClient(_http, maxNetworkRetries: 0, enableTelemetry: false),
        });
    }

    public LocalStripe Stripe { get; }

    public FakeTimeProvider Time { get; }

    public WebhookCatcher Caught { get; }

    public StripeClient Client { get; }

    public V1Services V1 => Client.V1;

    public static async Task<Shop> Open(Func<LocalStripeOptions, LocalStripeOptions>? change = null, bool socket = true)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 2, 8, 0, 0, TimeSpan.Zero));
        var caught = new WebhookCatcher();
        var options = new LocalStripeOptions
        {
            Time = time,
            WebhookHandler = caught,
            Webhooks = [new WebhookEndpoint(new Uri("http://market.test/events"), Secret)],
        };
        options = change?.Invoke(options) ?? options;
        if (!socket)
        {
            var inProcess = new LocalStripe(options);
            return new Shop(inProcess, time, caught, inProcess.CreateHandler(), new Uri("http://stripe.test"));
        }

        var stripe = await LocalStripe.Start(options);
        return new Shop(stripe, time, caught, new SocketsHttpHandler(), stripe.Url);
    }

    /// <summary>A payment by this test method; card payments need no way back of the payer.</summary>
    public static PaymentIntentCreateOptions Payment(string method = "pm_card_visa", long amount = 10_000, bool manual = false, string? award = null) => new()
    {
        Amount = amount,
        Currency = "cny",
        CaptureMethod = manual ? "manual" : null,
        Confirm = true,
        PaymentMethod = method,
        AllowedPaymentMethodTypes = ["card", "us_bank_account"],
        Metadata = award is null ? null : new Dictionary<string, string> { ["award"] = award },
    };

    public static RequestOptions Key(string key) => new() { IdempotencyKey = key };

    public Task<PaymentIntent> Pay(string method = "pm_card_visa", long amount = 10_000, bool manual = false, string? award = null, string? key = null) =>
        V1.PaymentIntents.CreateAsync(Payment(method, amount, manual, award), key is null ? null : Key(key));

    public async Task<string> Destination() => (await V1.Accounts.CreateAsync(new AccountCreateOptions
    {
        Type = "express",
        Capabilities = new AccountCapabilitiesOptions { Transfers = new AccountCapabilitiesTransfersOptions { Requested = true } },
    })).Id;

    /// <summary>The types of all events so far, oldest first.</summary>
    public async Task<IReadOnlyList<string>> Told()
    {
        var types = new List<string>();
        await foreach (var told in V1.Events.ListAutoPagingAsync(new EventListOptions { Limit = 100 })) types.Add(told.Type);
        types.Reverse();
        return types;
    }

    /// <summary>A request in its bare form, for what the client would not send.</summary>
    public async Task<(HttpResponseMessage Response, JsonElement Answer)> Raw(HttpMethod method, string address, string? form = null, string? authorization = "Bearer sk_test_shop", string? key = null, string? version = null)
    {
        var request = new HttpRequestMessage(method, address) { Content = form is null ? null : new StringContent(form, null, "application/x-www-form-urlencoded") };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (version is not null) request.Headers.Add("Stripe-Version", version);
        request.Options.Set(CheckingHandler.Unchecked, true);
        var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        return (response, body.Length == 0 ? default : JsonDocument.Parse(body).RootElement);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Stripe.DisposeAsync();
    }

    /// <summary>Fails the test that sent, or was answered, what the official file does not allow.</summary>
    private sealed class CheckingHandler(HttpMessageHandler transport) : DelegatingHandler(transport)
    {
        /// <summary>The request is meant to be wrong.</summary>
        public static readonly HttpRequestOptionsKey<bool> Unchecked = new("unchecked");

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var (method, path) = (request.Method.Method, request.RequestUri!.AbsolutePath);
            if (!request.Options.TryGetValue(Unchecked, out _))
            {
                var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
                Good(StripeSpec.Official.RequestFaults(method, path, request.RequestUri.Query, body));
            }

            var response = await base.SendAsync(request, cancellationToken);
            if (path.StartsWith("/v1/", StringComparison.Ordinal))
                Good(StripeSpec.Official.AnswerFaults(method, path, (int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken)).RootElement));
            return response;
        }

        private static void Good(IReadOnlyList<string> faults) => Assert.True(faults.Count == 0, string.Join('\n', faults));
    }
}

/// <summary>The market's end of the webhooks.</summary>
internal sealed class WebhookCatcher : HttpMessageHandler
{
    public List<(string Body, string Signature)> Posts { get; } = [];

    public HttpStatusCode Answer { get; set; } = HttpStatusCode.OK;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Posts.Add((await request.Content!.ReadAsStringAsync(cancellationToken), request.Headers.GetValues("Stripe-Signature").Single()));
        return new HttpResponseMessage(Answer);
    }
}
