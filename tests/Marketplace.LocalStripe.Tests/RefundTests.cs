using Stripe;

namespace Marketplace.StandIns.Tests;

public sealed class RefundTests
{
    [Fact]
    public async Task No_more_goes_back_than_was_captured()
    {
        await using var shop = await Shop.Open();
        var paid = await shop.Pay(amount: 1_000);
        var part = await shop.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = paid.Id, Amount = 300, Reason = "requested_by_customer", Metadata = new Dictionary<string, string> { ["why"] = "late" } });
        Assert.Equal((300, "succeeded", "late", paid.LatestChargeId), (part.Amount, part.Status, part.Metadata["why"], part.ChargeId));

        var tooMuch = await Assert.ThrowsAsync<StripeException>(() => shop.V1.Refunds.CreateAsync(new RefundCreateOptions { Charge = paid.LatestChargeId, Amount = 701 }));
        Assert.Equal((400, "amount"), ((int)tooMuch.HttpStatusCode, tooMuch.StripeError.Param));
        var rest = await shop.V1.Refunds.CreateAsync(new RefundCreateOptions { Charge = paid.LatestChargeId });
        Assert.Equal(700, rest.Amount);
        var again = await Assert.ThrowsAsync<StripeException>(() => shop.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = paid.Id }));
        Assert.Equal("charge_already_refunded", again.StripeError.Code);

        var charge = await shop.V1.Charges.GetAsync(paid.LatestChargeId, new ChargeGetOptions { Expand = ["refunds"] });
        Assert.Equal((true, 1_000, 0), (charge.Refunded, charge.AmountRefunded, shop.Stripe.TotalBalance("cny")));
        Assert.Equal([rest.Id, part.Id], charge.Refunds.Select(r => r.Id));
        Assert.Null((await shop.V1.Charges.GetAsync(paid.LatestChargeId)).Refunds);
        Assert.Equal([rest.Id, part.Id], (await shop.V1.Refunds.ListAsync(new RefundListOptions { PaymentIntent = paid.Id })).Select(r => r.Id));
        Assert.Equal("x", (await shop.V1.Refunds.UpdateAsync(part.Id, new RefundUpdateOptions { Metadata = new Dictionary<string, string> { ["why"] = "x" } })).Metadata["why"]);
        Assert.Equal(["refund.created", "charge.refunded", "refund.created", "charge.refunded", "refund.updated"], (await shop.Told()).Skip(3));
    }

    [Fact]
    public async Task A_held_payment_has_nothing_to_refund()
    {
        await using var shop = await Shop.Open();
        var held = await shop.Pay(manual: true);
        Assert.Equal(400, (int)(await Assert.ThrowsAsync<StripeException>(() => shop.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = held.Id }))).HttpStatusCode);
        await shop.V1.PaymentIntents.CaptureAsync(held.Id, new PaymentIntentCaptureOptions { AmountToCapture = 400 });
        Assert.Equal(400, (await shop.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = held.Id })).Amount);
    }

    [Fact]
    public async Task A_refund_by_a_bank_is_pending_for_a_day()
    {
        await using var shop = await Shop.Open();
        var paid = await shop.Pay("pm_card_pendingRefund");
        var refund = await shop.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = paid.Id });
        Assert.Equal(("pending", "processing"), (refund.Status, refund.PendingReason));
        shop.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("succeeded", (await shop.V1.Refunds.GetAsync(refund.Id)).Status);
        Assert.Equal("refund.updated", (await shop.Told())[^2]);
    }

    [Fact]
    public async Task A_refund_that_fails_gives_the_money_back_to_the_account()
    {
        await using var shop = await Shop.Open();
        var paid = await shop.Pay("pm_card_refundFail", amount: 900);
        var refund = await shop.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = paid.Id });
        Assert.Equal(("succeeded", 0), (refund.Status, shop.Stripe.TotalBalance("cny")));
        shop.Time.Advance(TimeSpan.FromDays(1));
        var failed = await shop.V1.Refunds.GetAsync(refund.Id);
        Assert.Equal(("failed", 900), (failed.Status, shop.Stripe.TotalBalance("cny")));
        Assert.NotNull(failed.FailureReason);
        Assert.Equal(0, (await shop.V1.Charges.GetAsync(paid.LatestChargeId)).AmountRefunded);
        Assert.Contains("refund.failed", await shop.Told());
        Assert.Equal(900, (await shop.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = paid.Id })).Amount);
    }

    [Theory]
    [InlineData(true, "succeeded", 0)]
    [InlineData(false, "failed", 900)]
    public async Task The_bank_can_be_made_to_answer_a_refund_now(bool succeeds, string status, long balance)
    {
        await using var shop = await Shop.Open();
        var paid = await shop.Pay("pm_card_pendingRefund", amount: 900);
        var refund = await shop.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = paid.Id });
        shop.Stripe.FinishRefund(refund.Id, succeeds);
        shop.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal((status, balance), ((await shop.V1.Refunds.GetAsync(refund.Id)).Status, shop.Stripe.TotalBalance("cny")));
    }

    [Theory]
    [InlineData(true, 1_000)]
    [InlineData(false, 0)]
    public async Task A_dispute_takes_the_money_until_it_is_won(bool won, long balance)
    {
        await using var shop = await Shop.Open();
        var paid = await shop.Pay(amount: 1_000);
        var id = shop.Stripe.OpenDispute(paid.LatestChargeId);
        Assert.Equal(0, shop.Stripe.TotalBalance("cny"));
        var dispute = await shop.V1.Disputes.GetAsync(id);
        Assert.Equal(("needs_response", "fraudulent", 1_000, paid.Id), (dispute.Status, dispute.Reason, dispute.Amount, dispute.PaymentIntentId));
        Assert.True((await shop.V1.Charges.GetAsync(paid.LatestChargeId)).Disputed);
        Assert.Equal("charge_disputed", (await Assert.ThrowsAsync<StripeException>(() => shop.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = paid.Id }))).StripeError.Code);

        shop.Stripe.CloseDispute(id, won);
        Assert.Equal((won ? "won" : "lost", balance), ((await shop.V1.Disputes.ListAsync(new DisputeListOptions { PaymentIntent = paid.Id })).Single().Status, shop.Stripe.TotalBalance("cny")));
        Assert.Equal(["charge.dispute.created", "charge.dispute.funds_withdrawn", .. won ? (string[])["charge.dispute.funds_reinstated"] : [], "charge.dispute.closed"], (await shop.Told()).Skip(3));
    }

    [Fact]
    public async Task A_card_can_dispute_by_itself_and_the_account_give_up()
    {
        await using var shop = await Shop.Open();
        await shop.Pay("pm_card_createDispute");
        var dispute = (await shop.V1.Disputes.ListAsync()).Single();
        Assert.Equal("lost", (await shop.V1.Disputes.CloseAsync(dispute.Id)).Status);
        Assert.True(shop.Stripe.Charges().Single().Disputed);
    }
}
