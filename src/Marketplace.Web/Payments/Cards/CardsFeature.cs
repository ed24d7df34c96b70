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

    /// <summary>Whoever does the work registers it as <see cref="CardEvents.Work"/>.</summary>
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
        return services;
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
