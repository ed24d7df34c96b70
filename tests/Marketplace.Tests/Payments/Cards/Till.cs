using Marketplace.Payments.Cards;
using Marketplace.Platform;
using Marketplace.StandIns;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using Stripe;

namespace Marketplace.Tests.Payments.Cards;

/// <summary>The market's gateway before a local Stripe, with a clock that both go by.</summary>
internal sealed class Till : IAsyncDisposable
{
    public const string Book = "custodian";
    public const string Visa = "pm_card_visa";

    public static readonly Uri Back = new("https://market.test/payments/back");

    private readonly HttpClient _http;

    public Till(Func<LocalStripeOptions, LocalStripeOptions>? change = null)
    {
        var options = new LocalStripeOptions { Time = Time };
        Stripe = new LocalStripe(change?.Invoke(options) ?? options);
        _http = new HttpClient(new GivesUp(Stripe));
        Gateway = new CardGateway(Settings(), _http);
        Client = new StripeClient(new StripeClientOptions { ApiKey = "sk_test_eyes", ApiBase = "http://127.0.0.1:12111", HttpClient = new SystemNetHttpClient(_http, maxNetworkRetries: 0, enableTelemetry: false) });
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 2, 8, 0, 0, TimeSpan.Zero));

    public LocalStripe Stripe { get; }

    public CardGateway Gateway { get; }

    /// <summary>For what only Stripe's dashboard does.</summary>
    public StripeClient Client { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public static CardSettings Settings(string? webhookSecrets = null, string? key = "sk_test_market") => CardSettings.From(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Stripe:SecretKey"] = key, ["Stripe:ApiBase"] = "http://127.0.0.1:12111", ["Stripe:WebhookSecret"] = webhookSecrets }).Build(),
        new MarketOptions { DataFolder = "", Demo = "off" });

    public static NewCardPayment Wanted(long fen = 10_000, bool manual = false) => new(Guid.NewGuid(), Book, fen, manual, "lot");

    public static NewCardRefund Back10(CardPayment paid, long fen = 1_000) => new(Guid.NewGuid(), paid.Payment, Book, paid.Id, fen);

    public static T Done<T>(CardAnswer<T> answer) => Assert.IsType<CardAnswer<T>.Done>(answer).Found;

    /// <summary>Asks until it is known, an hour apart. A key that keeps a failure is free after a day, and may keep the next one then.</summary>
    public async Task<CardAnswer<T>> Until<T>(Func<DateTimeOffset, Task<CardAnswer<T>>> act)
    {
        var first = Now;
        for (var hour = 0; hour < 100; hour++)
        {
            var answer = await act(first);
            if (answer is not CardAnswer<T>.Unknown) return answer;
            Time.Advance(TimeSpan.FromHours(1));
        }

        throw new TimeoutException("Nothing was known after a hundred hours.");
    }

    public async Task<CardPayment> Created(NewCardPayment wanted) => Done(await Until(first => Gateway.Create(wanted, first, Now)));

    public Task<CardAnswer<CardPayment>> Confirm(CardPayment made, string method = Visa) => Until(_ => Gateway.Confirm(made.Payment, made.Id, method, Back));

    public async Task<CardPayment> Paid(long fen = 10_000, bool manual = false, string method = Visa) => Done(await Confirm(await Created(Wanted(fen, manual)), method));

    public async Task<string> Account() => (await Client.V1.Accounts.CreateAsync(new AccountCreateOptions
    {
        Type = "express",
        Capabilities = new AccountCapabilitiesOptions { Transfers = new AccountCapabilitiesTransfersOptions { Requested = true } },
    })).Id;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Stripe.DisposeAsync();
    }

    /// <summary>Hears nothing more once an answer waits for the clock: the time-out of a client, without the wait.</summary>
    private sealed class GivesUp(LocalStripe stripe) : DelegatingHandler(stripe.CreateHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var before = stripe.Requests.Count;
            var answering = base.SendAsync(request, cancellationToken);
            while (!answering.IsCompleted)
            {
                if (stripe.Requests.Skip(before).Any(r => r.Fault == Fault.Slow)) throw new TaskCanceledException("The request was cancelled.", new TimeoutException());
                await Task.Yield();
            }

            return await answering;
        }
    }
}
