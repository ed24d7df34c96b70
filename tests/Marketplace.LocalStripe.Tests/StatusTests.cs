using Stripe;

namespace Marketplace.StandIns.Tests;

/// <summary>What each status of an intent allows.</summary>
public sealed class StatusTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["requires_payment_method"] = ["update", "confirm", "cancel"],
        ["requires_confirmation"] = ["update", "confirm", "cancel"],
        ["requires_action"] = ["update", "confirm", "cancel", "complete"],
        ["processing"] = ["finish"],
        ["requires_capture"] = ["capture", "cancel"],
        ["succeeded"] = [],
        ["canceled"] = [],
    };

    public static TheoryData<string, string, bool> Table()
    {
        var table = new TheoryData<string, string, bool>();
        foreach (var (status, acts) in Allowed)
            foreach (var act in (string[])["update", "confirm", "capture", "cancel", "complete", "finish"]) table.Add(status, act, acts.Contains(act));
        return table;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task A_status_allows_what_the_table_says(string status, string act, bool allowed)
    {
        await using var shop = await Shop.Open(socket: false);
        var id = await In(shop, status);
        Assert.Equal(status, (await shop.V1.PaymentIntents.GetAsync(id)).Status);
        var intents = shop.V1.PaymentIntents;
        var refused = await Record.ExceptionAsync(async () =>
        {
            switch (act)
            {
                case "update": await intents.UpdateAsync(id, new PaymentIntentUpdateOptions { Amount = 11_000 }); break;
                case "confirm": await intents.ConfirmAsync(id, new PaymentIntentConfirmOptions { PaymentMethod = "pm_card_visa" }); break;
                case "capture": await intents.CaptureAsync(id); break;
                case "cancel": await intents.CancelAsync(id, new PaymentIntentCancelOptions { CancellationReason = "requested_by_customer" }); break;
                default: await Control(shop, act, id); break;
            }
        });

        var after = await intents.GetAsync(id);
        if (allowed)
        {
            Assert.Null(refused);
            Assert.True(after.Status != status || after.Amount == 11_000);
            Assert.Equal(act == "cancel" ? "requested_by_customer" : null, after.CancellationReason);
        }
        else
        {
            Assert.NotNull(refused);
            if (refused is StripeException { StripeError: var error }) Assert.Equal(("payment_intent_unexpected_state", status), (error.Code, error.PaymentIntent.Status));
            Assert.Equal((status, 10_000), (after.Status, after.Amount));
        }
    }

    [Theory]
    [InlineData("succeeded")]
    [InlineData("canceled")]
    public async Task Metadata_change_in_every_status(string status)
    {
        await using var shop = await Shop.Open(socket: false);
        var id = await In(shop, status);
        var changed = await shop.V1.PaymentIntents.UpdateAsync(id, new PaymentIntentUpdateOptions { Metadata = new Dictionary<string, string> { ["a"] = "b" } });
        Assert.Equal((status, "b"), (changed.Status, changed.Metadata["a"]));
    }

    [Fact]
    public async Task Nothing_is_confirmed_without_a_payment_method()
    {
        await using var shop = await Shop.Open(socket: false);
        var id = await In(shop, "requires_payment_method");
        Assert.Equal("payment_intent_unexpected_state", (await Assert.ThrowsAsync<StripeException>(() => shop.V1.PaymentIntents.ConfirmAsync(id))).StripeError.Code);
    }

    private static Task Control(Shop shop, string act, string id)
    {
        if (act == "complete") shop.Stripe.CompleteAction(id);
        else shop.Stripe.FinishProcessing(id);
        return Task.CompletedTask;
    }

    private static async Task<string> In(Shop shop, string status)
    {
        if (status is "requires_payment_method" or "requires_confirmation")
        {
            var made = await shop.V1.PaymentIntents.CreateAsync(new PaymentIntentCreateOptions
            {
                Amount = 10_000,
                Currency = "cny",
                AllowedPaymentMethodTypes = ["card"],
                PaymentMethod = status == "requires_confirmation" ? "pm_card_visa" : null,
            });
            return made.Id;
        }

        var id = (await shop.Pay(status switch
        {
            "requires_action" => "pm_card_authenticationRequired",
            "processing" => "pm_usBankAccount_success",
            _ => "pm_card_visa",
        }, manual: status is "requires_capture" or "canceled")).Id;
        if (status == "canceled") await shop.V1.PaymentIntents.CancelAsync(id);
        return id;
    }
}
