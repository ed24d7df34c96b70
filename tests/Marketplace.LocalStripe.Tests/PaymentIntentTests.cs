using Stripe;

namespace Marketplace.StandIns.Tests;

public sealed class PaymentIntentTests
{
    [Fact]
    public async Task A_card_pays_at_once()
    {
        await using var shop = await Shop.Open();
        var paid = await shop.V1.PaymentIntents.CreateAsync(new PaymentIntentCreateOptions
        {
            Amount = 12_345,
            Currency = "CNY",
            Confirm = true,
            PaymentMethod = "pm_card_visa",
            AutomaticPaymentMethods = new PaymentIntentAutomaticPaymentMethodsOptions { Enabled = true, AllowRedirects = "never" },
            Description = "高温传感器 & 许可",
            TransferGroup = "deal-7",
            ReceiptEmail = "buyer@example.com",
            Metadata = new Dictionary<string, string> { ["award"] = "A-1", ["name"] = "a+b=c&d" },
            Expand = ["latest_charge.balance_transaction", "payment_method"],
        });

        Assert.Equal(("succeeded", 12_345, 0, "cny"), (paid.Status, paid.AmountReceived, paid.AmountCapturable, paid.Currency));
        Assert.Equal(("高温传感器 & 许可", "deal-7", "a+b=c&d"), (paid.Description, paid.TransferGroup, paid.Metadata["name"]));
        Assert.Equal("card", paid.PaymentMethod.Type);
        var charge = paid.LatestCharge;
        Assert.Equal((true, true, 12_345, "succeeded", paid.Id), (charge.Paid, charge.Captured, charge.AmountCaptured, charge.Status, charge.PaymentIntentId));
        Assert.Equal(("A-1", "deal-7"), (charge.Metadata["award"], charge.TransferGroup));
        Assert.Equal((12_345, "pending"), (charge.BalanceTransaction.Net, charge.BalanceTransaction.Status));
        Assert.Equal(["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"], await shop.Told());
        Assert.Equal(1, shop.Stripe.SucceededBy("award")["A-1"]);
        Assert.Equal(paid.Id, (await shop.V1.PaymentIntents.GetAsync(paid.Id)).Id);
        Assert.Equal("card", (await shop.V1.PaymentMethods.GetAsync(paid.PaymentMethodId)).Type);
        Assert.Equal(charge.Id, (await shop.V1.Charges.GetAsync(charge.Id)).Id);
        Assert.Equal(charge.Id, (await shop.V1.BalanceTransactions.GetAsync(charge.BalanceTransactionId)).SourceId);
    }

    [Fact]
    public async Task An_intent_can_be_made_changed_and_confirmed_later()
    {
        await using var shop = await Shop.Open();
        var made = await shop.V1.PaymentIntents.CreateAsync(new PaymentIntentCreateOptions { Amount = 500, Currency = "cny", AllowedPaymentMethodTypes = ["card"] });
        Assert.Equal("requires_payment_method", made.Status);
        Assert.Equal(["card"], made.PaymentMethodTypes);

        var changed = await shop.V1.PaymentIntents.UpdateAsync(made.Id, new PaymentIntentUpdateOptions { Amount = 700, PaymentMethod = "pm_card_visa", Metadata = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } });
        Assert.Equal(("requires_confirmation", 700), (changed.Status, changed.Amount));
        changed = await shop.V1.PaymentIntents.UpdateAsync(made.Id, new PaymentIntentUpdateOptions { Metadata = new Dictionary<string, string> { ["a"] = "" } });
        Assert.Equal(["b"], changed.Metadata.Keys);

        var paid = await shop.V1.PaymentIntents.ConfirmAsync(made.Id);
        Assert.Equal(("succeeded", 700), (paid.Status, paid.AmountReceived));
        Assert.Equal(700, shop.Stripe.Charges().Single().Captured);
    }

    [Fact]
    public async Task A_declined_card_leaves_the_intent_waiting_for_another()
    {
        await using var shop = await Shop.Open();
        var refused = await Assert.ThrowsAsync<StripeException>(() => shop.Pay("pm_card_chargeDeclined"));
        var error = refused.StripeError;
        Assert.Equal((402, "card_error", "card_declined", "generic_decline"), ((int)refused.HttpStatusCode, error.Type, error.Code, error.DeclineCode));
        Assert.Equal("requires_payment_method", error.PaymentIntent.Status);
        Assert.Equal("card_declined", error.PaymentIntent.LastPaymentError.Code);

        var charge = await shop.V1.Charges.GetAsync(error.Charge);
        Assert.Equal(("failed", false, "card_declined"), (charge.Status, charge.Paid, charge.FailureCode));
        Assert.Empty(shop.Stripe.Charges());
        Assert.Equal(["payment_intent.created", "charge.failed", "payment_intent.payment_failed"], await shop.Told());

        var paid = await shop.V1.PaymentIntents.ConfirmAsync(error.PaymentIntent.Id, new PaymentIntentConfirmOptions { PaymentMethod = "pm_card_visa" });
        Assert.Equal("succeeded", paid.Status);
        Assert.Null(paid.LastPaymentError);
        Assert.Equal(["succeeded", "failed"], (await shop.V1.Charges.ListAsync(new ChargeListOptions { PaymentIntent = paid.Id })).Select(c => c.Status));
    }

    [Theory]
    [InlineData(true, "succeeded")]
    [InlineData(false, "requires_payment_method")]
    public async Task A_check_of_the_bank_waits_for_the_payer(bool passed, string status)
    {
        await using var shop = await Shop.Open();
        var payment = Shop.Payment("pm_card_authenticationRequired");
        payment.ReturnUrl = "https://market.test/back";
        var waiting = await shop.V1.PaymentIntents.CreateAsync(payment);
        Assert.Equal(("requires_action", "redirect_to_url"), (waiting.Status, waiting.NextAction.Type));
        Assert.Equal("https://market.test/back", waiting.NextAction.RedirectToUrl.ReturnUrl);
        Assert.Empty(shop.Stripe.Charges());

        shop.Stripe.CompleteAction(waiting.Id, passed);
        var after = await shop.V1.PaymentIntents.GetAsync(waiting.Id);
        Assert.Equal(status, after.Status);
        Assert.Equal(passed ? null : "payment_intent_authentication_failure", after.LastPaymentError?.Code);
        Assert.Equal(passed ? 1 : 0, shop.Stripe.Charges().Count);
        Assert.Contains("payment_intent.requires_action", await shop.Told());
    }

    [Fact]
    public async Task Nobody_checks_a_payment_off_session()
    {
        await using var shop = await Shop.Open();
        var payment = Shop.Payment("pm_card_authenticationRequired");
        payment.OffSession = true;
        var refused = await Assert.ThrowsAsync<StripeException>(() => shop.V1.PaymentIntents.CreateAsync(payment));
        Assert.Equal(("authentication_required", "requires_payment_method"), (refused.StripeError.Code, refused.StripeError.PaymentIntent.Status));
    }

    [Theory]
    [InlineData("pm_usBankAccount_success", "succeeded", null)]
    [InlineData("pm_usBankAccount_accountClosed", "requires_payment_method", "account_closed")]
    public async Task A_bank_answers_days_later(string method, string status, string? code)
    {
        await using var shop = await Shop.Open();
        var sent = await shop.Pay(method);
        Assert.Equal("processing", sent.Status);
        Assert.Equal("pending", (await shop.V1.Charges.GetAsync(sent.LatestChargeId)).Status);

        shop.Time.Advance(TimeSpan.FromDays(4) - TimeSpan.FromSeconds(1));
        Assert.Equal("processing", (await shop.V1.PaymentIntents.GetAsync(sent.Id)).Status);
        shop.Time.Advance(TimeSpan.FromSeconds(1));
        var answered = await shop.V1.PaymentIntents.GetAsync(sent.Id);
        Assert.Equal((status, code), (answered.Status, answered.LastPaymentError?.Code));
        Assert.Equal(code is null ? 1 : 0, shop.Stripe.Charges().Count);
        Assert.Equal(["payment_intent.created", "payment_intent.processing", "charge.pending", .. code is null ? (string[])["charge.succeeded", "payment_intent.succeeded"] : ["charge.failed", "payment_intent.payment_failed"]], await shop.Told());
    }

    [Fact]
    public async Task A_bank_can_be_made_to_answer_now_and_then_answers_only_once()
    {
        await using var shop = await Shop.Open();
        var sent = await shop.Pay("pm_usBankAccount_success");
        shop.Stripe.FinishProcessing(sent.Id, succeeds: false);
        shop.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal("requires_payment_method", (await shop.V1.PaymentIntents.GetAsync(sent.Id)).Status);
        Assert.Empty(shop.Stripe.Charges());
    }

    [Fact]
    public async Task An_authorisation_is_captured_in_part_and_once()
    {
        await using var shop = await Shop.Open();
        var held = await shop.Pay(manual: true, award: "A-2");
        Assert.Equal(("requires_capture", 10_000, 0), (held.Status, held.AmountCapturable, held.AmountReceived));
        Assert.Equal(10_000, shop.Stripe.Holds().Single().Amount);
        Assert.Empty(shop.Stripe.Charges());

        var tooMuch = await Assert.ThrowsAsync<StripeException>(() => shop.V1.PaymentIntents.CaptureAsync(held.Id, new PaymentIntentCaptureOptions { AmountToCapture = 10_001 }));
        Assert.Equal(("amount_too_large", "amount_to_capture"), (tooMuch.StripeError.Code, tooMuch.StripeError.Param));
        var captured = await shop.V1.PaymentIntents.CaptureAsync(held.Id, new PaymentIntentCaptureOptions { AmountToCapture = 6_000 });
        Assert.Equal(("succeeded", 0, 6_000), (captured.Status, captured.AmountCapturable, captured.AmountReceived));
        Assert.Equal(6_000, shop.Stripe.TotalBalance("cny"));
        Assert.Empty(shop.Stripe.Holds());
        Assert.Equal(["payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated", "charge.captured", "payment_intent.succeeded"], await shop.Told());
    }

    [Fact]
    public async Task An_authorisation_that_nobody_captures_expires_after_seven_days()
    {
        await using var shop = await Shop.Open();
        var held = await shop.Pay(manual: true);
        var captured = await shop.Pay(manual: true);
        await shop.V1.PaymentIntents.CaptureAsync(captured.Id);
        shop.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.Equal("requires_capture", (await shop.V1.PaymentIntents.GetAsync(held.Id)).Status);
        shop.Time.Advance(TimeSpan.FromSeconds(1));
        var expired = await shop.V1.PaymentIntents.GetAsync(held.Id);
        Assert.Equal(("canceled", "automatic", 0), (expired.Status, expired.CancellationReason, expired.AmountCapturable));
        Assert.Equal("succeeded", (await shop.V1.PaymentIntents.GetAsync(captured.Id)).Status);
        Assert.Contains("charge.expired", await shop.Told());
        Assert.True((await shop.V1.Charges.GetAsync(held.LatestChargeId)).Refunded);
    }

    [Fact]
    public async Task What_cannot_be_captured_later_refuses_to_be_held()
    {
        await using var shop = await Shop.Open();
        var held = await Assert.ThrowsAsync<StripeException>(() => shop.Pay("pm_usBankAccount_success", manual: true));
        Assert.Equal("payment_intent_incompatible_payment_method", held.StripeError.Code);
        var none = Shop.Payment(manual: true);
        none.AllowedPaymentMethodTypes = ["us_bank_account"];
        Assert.Equal("payment_intent_invalid_parameter", (await Assert.ThrowsAsync<StripeException>(() => shop.V1.PaymentIntents.CreateAsync(none))).StripeError.Code);
    }

    [Fact]
    public async Task The_types_of_payment_methods_may_be_named_only_in_older_versions()
    {
        await using var shop = await Shop.Open();
        const string Form = "amount=100&currency=usd&payment_method_types[0]=";
        var (refused, answer) = await shop.Raw(HttpMethod.Post, "/v1/payment_intents", Form + "card");
        Assert.Equal((400, "payment_method_types_no_longer_supported"), ((int)refused.StatusCode, answer.GetProperty("error").GetProperty("code").GetString()));
        var (taken, made) = await shop.Raw(HttpMethod.Post, "/v1/payment_intents", Form + "card", version: "2026-08-26.dahlia");
        Assert.Equal((200, "card"), ((int)taken.StatusCode, made.GetProperty("payment_method_types").EnumerateArray().Single().GetString()));
        var (held, why) = await shop.Raw(HttpMethod.Post, "/v1/payment_intents", Form + "us_bank_account&capture_method=manual", version: "2026-08-26.dahlia");
        Assert.Equal((400, "payment_method_types"), ((int)held.StatusCode, why.GetProperty("error").GetProperty("param").GetString()));
    }

    [Fact]
    public async Task A_payer_who_may_be_sent_elsewhere_needs_a_way_back()
    {
        await using var shop = await Shop.Open();
        var payment = new PaymentIntentCreateOptions { Amount = 100, Currency = "cny", Confirm = true, PaymentMethod = "pm_card_visa" };
        Assert.Equal("return_url", (await Assert.ThrowsAsync<StripeException>(() => shop.V1.PaymentIntents.CreateAsync(payment))).StripeError.Param);
        payment.ReturnUrl = "https://market.test/back";
        payment.PaymentMethod = null;
        payment.PaymentMethodData = new PaymentIntentPaymentMethodDataOptions { Type = "alipay", Alipay = new PaymentIntentPaymentMethodDataAlipayOptions() };
        var waiting = await shop.V1.PaymentIntents.CreateAsync(payment);
        Assert.Equal("requires_action", waiting.Status);
        Assert.True(waiting.AutomaticPaymentMethods.Enabled);
        shop.Stripe.CompleteAction(waiting.Id);
        Assert.Single(shop.Stripe.Charges());
    }

    [Fact]
    public async Task Types_can_be_excluded()
    {
        await using var shop = await Shop.Open();
        var made = await shop.V1.PaymentIntents.CreateAsync(new PaymentIntentCreateOptions { Amount = 100, Currency = "cny", ExcludedPaymentMethodTypes = ["alipay", "wechat_pay"] });
        Assert.Equal(["card", "us_bank_account"], made.PaymentMethodTypes);
    }

    [Fact]
    public async Task Intents_are_listed_newest_first_and_page_by_page()
    {
        await using var shop = await Shop.Open();
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add((await shop.Pay(amount: 100 + i)).Id);
            shop.Time.Advance(TimeSpan.FromHours(1));
        }

        made.Reverse();
        var first = await shop.V1.PaymentIntents.ListAsync(new PaymentIntentListOptions { Limit = 2 });
        Assert.Equal((true, 2), (first.HasMore, first.Data.Count));
        var rest = await shop.V1.PaymentIntents.ListAsync(new PaymentIntentListOptions { StartingAfter = first.Last().Id });
        Assert.False(rest.HasMore);
        Assert.Equal(made, [.. first.Select(i => i.Id), .. rest.Select(i => i.Id)]);
        var back = await shop.V1.PaymentIntents.ListAsync(new PaymentIntentListOptions { EndingBefore = made[3], Limit = 2 });
        Assert.Equal(made[1..3], back.Select(i => i.Id));
        var early = await shop.V1.PaymentIntents.ListAsync(new PaymentIntentListOptions { Created = new DateRangeOptions { LessThan = rest.First().Created } });
        Assert.Equal(made[3..], early.Select(i => i.Id));
    }
}
