using System.Globalization;
using Marketplace.Platform;

namespace Marketplace.Payments.Cards;

/// <summary>
/// How Stripe is reached. Settings <c>Stripe__SecretKey</c> (without it Stripe is off), <c>Stripe__PublishableKey</c>,
/// <c>Stripe__WebhookSecret</c> (several with commas while one is replaced), <c>Stripe__ApiBase</c> (a local Stripe).
/// </summary>
/// <remarks>No record: it would print its keys.</remarks>
public sealed class CardSettings
{
    private static readonly Uri Stripe = new("https://api.stripe.com");
    private static readonly Uri StripeScript = new("https://js.stripe.com/v3/");

    private const int MostDisputableDays = 600;

    private CardSettings(string? secretKey, string? publishableKey, string? webhookSecrets, Uri apiBase, TimeSpan disputable) => (SecretKey, PublishableKey, WebhookSecrets, ApiBase, Disputable) =
        (secretKey, publishableKey, [.. (webhookSecrets ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)], apiBase, disputable);

    public string? SecretKey { get; }

    /// <summary>For the payer's browser; no secret.</summary>
    public string? PublishableKey { get; }

    /// <summary>Any of them may have signed an event.</summary>
    public IReadOnlyList<string> WebhookSecrets { get; }

    public Uri ApiBase { get; }

    /// <summary>Stripe's own script, which takes the card; never a copy of it. A local Stripe has a stand-in.</summary>
    public Uri Script => IsLocal ? new Uri(ApiBase, "v3/") : StripeScript;

    /// <summary>What the answer with the card form must admit: scripts, their frames, their connections.</summary>
    public (string Scripts, string Frames, string Connections) Origins => IsLocal
        ? (ApiBase.GetLeftPart(UriPartial.Authority), "'none'", ApiBase.GetLeftPart(UriPartial.Authority))
        : ("https://js.stripe.com https://*.js.stripe.com", "https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com", "https://api.stripe.com");

    /// <summary>How long after a charge the payer's bank may take it back: <c>Cards__DisputableDays</c>, 120 days unless it is set.</summary>
    public TimeSpan Disputable { get; }

    public bool IsOn => SecretKey is not null;

    /// <summary>A local Stripe: its test cards are no real ones.</summary>
    public bool IsLocal => ApiBase.IsLoopback;

    /// <summary>Cards that are charged are real ones.</summary>
    public bool IsLive => SecretKey?.Contains("_live_", StringComparison.Ordinal) == true;

    /// <exception cref="InvalidOperationException">The market must not start so.</exception>
    public static CardSettings From(IConfiguration configuration, MarketOptions options)
    {
        string? Of(string name) => configuration[$"Stripe:{name}"] is { Length: > 0 } value ? value : null;
        var (key, publishable, address) = (Of("SecretKey"), Of("PublishableKey"), Of("ApiBase"));
        if (key is not null && !IsKey(key, "sk", "rk")) throw Wrong("Stripe__SecretKey is no secret key of Stripe's (sk_test_…, sk_live_…, rk_…)");
        if (publishable is not null && !IsKey(publishable, "pk")) throw Wrong("Stripe__PublishableKey is no publishable key of Stripe's (pk_test_…, pk_live_…)");
        var settings = new CardSettings(key, publishable, Of("WebhookSecret"), address is null ? Stripe : Address(address), DisputableOf(configuration["Cards:DisputableDays"]));
        if (settings.IsOn && publishable is not null && publishable.Contains("_live_", StringComparison.Ordinal) != settings.IsLive) throw Wrong("Stripe__SecretKey and Stripe__PublishableKey are of different modes");
        if (!settings.IsLive) return settings;
        if (settings.ApiBase != Stripe) throw Wrong("a live key goes to Stripe itself, never to Stripe__ApiBase");
        // Empty loads the demonstration by itself on loopback, and that is where a market behind a proxy listens.
        if (!string.Equals(options.Demo, "off", StringComparison.OrdinalIgnoreCase)) throw Wrong("a live key charges real cards: set MARKETPLACE_DEMO=off");
        return settings;
    }

    private static TimeSpan DisputableOf(string? days) => days is not { Length: > 0 } ? TimeSpan.FromDays(120)
        : int.TryParse(days, CultureInfo.InvariantCulture, out var known) && known is >= 0 and <= MostDisputableDays ? TimeSpan.FromDays(known)
        : throw Wrong($"Cards__DisputableDays must be 0 to {MostDisputableDays}");

    private static bool IsKey(string key, params ReadOnlySpan<string> kinds)
    {
        foreach (var kind in kinds)
        {
            if ((key.StartsWith($"{kind}_test_", StringComparison.Ordinal) || key.StartsWith($"{kind}_live_", StringComparison.Ordinal)) && key.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')) return true;
        }

        return false;
    }

    private static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address == Stripe || (address.IsLoopback && address.Scheme is "http" or "https"))
            ? address
            : throw Wrong("Stripe__ApiBase must be https://api.stripe.com or on this machine (loopback)");

    private static InvalidOperationException Wrong(string why) => new($"The market does not start: {why}.");
}
