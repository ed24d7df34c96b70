using Marketplace.Payments.Cards;
using Marketplace.Platform;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Tests.Payments.Cards;

public sealed class CardSettingsTests
{
    [Fact]
    public void Without_a_key_cards_are_off()
    {
        var settings = Of();
        Assert.Equal((false, false, "https://api.stripe.com/"), (settings.IsOn, settings.IsLive, settings.ApiBase.ToString()));
        Assert.Empty(settings.WebhookSecrets);
    }

    [Theory]
    [InlineData("sk_test_1", null, null, null)]
    [InlineData("sk_test_1", "pk_test_1", "http://127.0.0.1:12111", "on")]
    [InlineData("rk_test_1", null, "http://localhost:12111", null)]
    [InlineData("sk_test_1", null, "http://[::1]:12111", null)]
    [InlineData("sk_live_1", "pk_live_1", null, "off")]
    [InlineData("rk_live_1", null, "https://api.stripe.com", "OFF")]
    public void A_market_starts_so(string key, string? publishable, string? address, string? demo)
    {
        var settings = Of(key, publishable, address, demo);
        Assert.True(settings.IsOn);
        Assert.Equal(key.Contains("live", StringComparison.Ordinal), settings.IsLive);
        Assert.DoesNotContain(key, settings.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sk_live_1", null, "https://js.stripe.com/v3/", "https://js.stripe.com https://*.js.stripe.com")]
    [InlineData("sk_test_1", "http://127.0.0.1:12111", "http://127.0.0.1:12111/v3/", "http://127.0.0.1:12111")]
    public void The_form_comes_from_whom_the_money_goes_to(string key, string? address, string script, string scripts)
    {
        var settings = Of(key, address: address, demo: "off");
        Assert.Equal((script, scripts), (settings.Script.ToString(), settings.Origins.Scripts));
    }

    [Theory]
    [InlineData("secret", null, null, null, "Stripe__SecretKey")]
    [InlineData("pk_test_1", null, null, null, "Stripe__SecretKey")]
    [InlineData("sk_test_1 ", null, null, null, "Stripe__SecretKey")]
    [InlineData("sk_test_1", "sk_test_1", null, null, "Stripe__PublishableKey")]
    [InlineData("sk_test_1", "pk_live_1", null, null, "different modes")]
    [InlineData("sk_test_1", null, "http://api.stripe.com", null, "Stripe__ApiBase")]
    [InlineData("sk_test_1", null, "https://api.stripe.com.evil.test", null, "Stripe__ApiBase")]
    [InlineData("sk_test_1", null, "http://10.0.0.1", null, "Stripe__ApiBase")]
    [InlineData("sk_test_1", null, "ftp://localhost", null, "Stripe__ApiBase")]
    [InlineData("sk_test_1", null, "localhost:12111", null, "Stripe__ApiBase")]
    [InlineData(null, null, "http://10.0.0.1", null, "Stripe__ApiBase")]
    [InlineData("sk_live_1", null, "http://127.0.0.1:12111", "off", "live key")]
    [InlineData("sk_live_1", null, null, "on", "MARKETPLACE_DEMO=off")]
    [InlineData("sk_live_1", null, null, null, "MARKETPLACE_DEMO=off")]
    [InlineData("rk_live_1", null, null, null, "MARKETPLACE_DEMO=off")]
    public void A_market_does_not_start_so(string? key, string? publishable, string? address, string? demo, string why) =>
        Assert.Contains(why, Assert.Throws<InvalidOperationException>(() => Of(key, publishable, address, demo)).Message, StringComparison.Ordinal);

    private static CardSettings Of(string? key = null, string? publishable = null, string? address = null, string? demo = null) => CardSettings.From(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Stripe:SecretKey"] = key, ["Stripe:PublishableKey"] = publishable, ["Stripe:ApiBase"] = address }).Build(),
        new MarketOptions { DataFolder = "", Demo = demo });
}
