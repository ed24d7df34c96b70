using Marketplace.Domain.Common;
using Marketplace.Platform;
using Marketplace.Platform.Edge;
using Marketplace.Shared;

namespace Marketplace.Payments.Cards;

/// <summary>Payments by card through Stripe, for buyers abroad.</summary>
public static class CardsFeature
{
    /// <summary>A payer waits for it; who hears nothing so long asks again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="InvalidOperationException">The settings must not be used so.</exception>
    public static IServiceCollection AddCards(this IServiceCollection services, IConfiguration configuration, MarketOptions options)
    {
        services.AddSingleton(CardSettings.From(configuration, options));
        services.AddHttpClient(CardGateway.Client, client => client.Timeout = Patience).RemoveAllLoggers()
            // One client for the life of the market: connections are renewed, handlers are not. The key goes nowhere else.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
        services.AddSingleton(provider => new CardGateway(provider.GetRequiredService<CardSettings>(), provider.GetRequiredService<IHttpClientFactory>().CreateClient(CardGateway.Client)));
        services.AddSingleton<CardEvents>();
        services.AddSingleton<ICardAttempts, CardAttempts>();
        services.AddSingleton<Func<string, ICardBook>>(provider => book => provider.GetRequiredService<IGrainFactory>().GetGrain<IBookGrain>(book));
        services.AddSingleton<CardMoney>();
        services.AddSingleton<CardPayments>();
        services.AddDueWork(CardEvents.Work, Look);
        services.AddDueWork(CardRows.SendWork, (provider, key, cancellation) =>
        {
            var cut = key.LastIndexOf('/');
            return provider.GetRequiredService<CardMoney>().Send(key[..cut], Guid.Parse(key[(cut + 1)..]), cancellation);
        });
        services.AddDueWork(CardRows.CompareWork, Compare);
        return services;
    }

    /// <summary>Due work: a payment by its own id, or by Stripe's of what happened to it.</summary>
    private static async Task<DateTimeOffset?> Look(IServiceProvider services, string key, CancellationToken cancellation)
    {
        var (money, lookedAt) = (services.GetRequiredService<CardMoney>(), services.GetRequiredService<TimeProvider>().GetUtcNow());
        var next = Guid.TryParseExact(key, "D", out var payment) ? await money.Work(payment, cancellation) : await money.WorkOn(key, cancellation);
        await services.GetRequiredService<CardEvents>().Handled(key, lookedAt, cancellation);
        return next;
    }

    /// <summary>Due work: every hour, for as long as something of the last weeks can still change.</summary>
    private static async Task<DateTimeOffset?> Compare(IServiceProvider services, string key, CancellationToken cancellation)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        await services.GetRequiredService<CardMoney>().Compare(cancellation);
        return await services.GetRequiredService<CardPayments>().WakeForgotten(cancellation) ? now + CardRows.CompareEvery : null;
    }

    public static void MapCards(this WebApplication app) =>
        app.MapApi().MapPost("/payments/stripe/events", TakeEvent).WithMetadata(new SignedBody()).AllowAnonymous().WithTags("Payments").WithName("StripeEvents")
            .Produces(StatusCodes.Status200OK).ProducesProblem(StatusCodes.Status400BadRequest).WithSummary("What Stripe tells; signed by Stripe");

    private static async Task<IResult> TakeEvent(HttpRequest request, CardEvents events, Refusals refusals, CancellationToken cancellation)
    {
        var body = new byte[CardEvents.MostBytes + 1];
        var length = request.ContentLength > CardEvents.MostBytes ? body.Length : await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        var refusal = length > CardEvents.MostBytes ? Refusal.TooLong : await events.Take(body.AsMemory(0, length), request.Headers["Stripe-Signature"], cancellation);
        return refusal is null ? Results.Ok() : refusals.Problem(refusal.Value);
    }
}
