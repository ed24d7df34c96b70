using Marketplace.StandIns.Engine;
using Stripe;

namespace Marketplace.StandIns.Tests;

/// <summary>Random payments through random faults: what a careful client does, and what the books say.</summary>
public sealed class RandomTests
{
    private static readonly FaultPlan Rough = new()
    {
        Dropped = 0.1,
        FailedAfter = 0.1,
        FailedBefore = 0.1,
        FailedForGood = 0.05,
        Conflict = 0.05,
        RateLimited = 0.05,
        WebhooksLost = 0.2,
        WebhooksRepeated = 0.5,
        WebhooksReordered = true,
    };

    [Fact]
    public async Task A_client_that_looks_before_it_asks_again_charges_once()
    {
        await using var shop = await Shop.Open(o => o with { Faults = Rough }, socket: false);
        for (var seed = 1UL; seed <= 60; seed++)
        {
            shop.Stripe.Reset(seed);
            var awards = Enumerable.Range(0, 4).Select(i => $"A-{i}").ToList();
            foreach (var award in awards) await PayOnce(shop, award);
            Assert.Equal(awards.ToDictionary(a => a, _ => 1), shop.Stripe.SucceededBy("award"));
            Assert.Equal(40_000, shop.Stripe.TotalBalance("cny"));
        }
    }

    /// <summary>The faults are no decoration: who asks again with another key pays twice.</summary>
    [Fact]
    public async Task A_client_that_only_asks_again_charges_twice()
    {
        await using var shop = await Shop.Open(o => o with { Faults = Rough }, socket: false);
        for (var i = 0; i < 50; i++)
        {
            for (var attempt = 0; attempt < 20; attempt++)
                if (await Record.ExceptionAsync(() => shop.Pay(award: $"A-{i}", key: $"{i}/{attempt}")) is null) break;
        }

        Assert.Contains(shop.Stripe.SucceededBy("award").Values, times => times > 1);
    }

    [Fact]
    public async Task The_balance_is_what_the_objects_say()
    {
        await using var shop = await Shop.Open(socket: false);
        for (var seed = 1UL; seed <= 30; seed++)
        {
            shop.Stripe.Reset(seed);
            var draw = new Draw(seed);
            var seller = await shop.Destination();
            for (var i = 0; i < 25; i++) await Record.ExceptionAsync(() => Act(shop, draw, seller));
            var charges = await shop.V1.Charges.ListAsync(new ChargeListOptions { Limit = 100 });
            var transfers = await shop.V1.Transfers.ListAsync(new TransferListOptions { Limit = 100 });
            var disputes = await shop.V1.Disputes.ListAsync(new DisputeListOptions { Limit = 100 });
            var refunds = await shop.V1.Refunds.ListAsync(new RefundListOptions { Limit = 100 });
            var refunded = refunds.Where(r => r.Status != "failed").Sum(r => r.Amount);
            Assert.Equal(charges.Sum(c => c.AmountCaptured) - refunded - transfers.Sum(t => t.Amount - t.AmountReversed) - disputes.Where(d => d.Status != "won").Sum(d => d.Amount), shop.Stripe.TotalBalance("cny"));
            Assert.Equal(charges.Sum(c => c.AmountCaptured) - refunded, shop.Stripe.Charges().Sum(c => c.Captured - c.Refunded));
            Assert.All(shop.Stripe.Charges(), c => Assert.InRange(c.Refunded, 0, c.Captured));
            var balance = await shop.V1.Balance.GetAsync();
            Assert.Equal(shop.Stripe.TotalBalance("cny"), balance.Available.Concat(balance.Pending).Where(part => part.Currency == "cny").Sum(part => part.Amount));
        }
    }

    private static async Task PayOnce(Shop shop, string award)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            try
            {
                // A key that answered 500 says so for a day: only a look tells whether it paid, and only then is another key right.
                var key = attempt == 0 ? award : $"{award}/{attempt}";
                var found = await shop.V1.PaymentIntents.SearchAsync(new PaymentIntentSearchOptions { Query = $"metadata['award']:'{award}'" });
                if (found.Any()) return;
                await shop.Pay(award: award, key: key);
                return;
            }
            catch (Exception failure) when (failure is StripeException or HttpRequestException)
            {
                shop.Time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.Fail($"{award} was never paid");
    }

    private static async Task Act(Shop shop, Draw draw, string seller)
    {
        var charges = shop.Stripe.Charges();
        var charge = charges.Count == 0 ? "" : charges[draw.Below(charges.Count)].Id;
        switch (draw.Below(9))
        {
            case 0: await shop.Pay(((string[])["pm_card_visa", "pm_card_refundFail", "pm_card_pendingRefund", "pm_card_chargeDeclined", "pm_usBankAccount_success", "pm_card_createDispute"])[draw.Below(6)], 1 + draw.Below(1_000)); break;
            case 1:
                var held = await shop.Pay(amount: 1_000, manual: true);
                await shop.V1.PaymentIntents.CaptureAsync(held.Id, new PaymentIntentCaptureOptions { AmountToCapture = 1 + draw.Below(1_200) });
                break;
            case 2: await shop.V1.Refunds.CreateAsync(new RefundCreateOptions { Charge = charge, Amount = 1 + draw.Below(600) }); break;
            case 3: await shop.V1.Transfers.CreateAsync(new TransferCreateOptions { Amount = 1 + draw.Below(600), Currency = "cny", Destination = seller, SourceTransaction = charge }); break;
            case 4:
                var transfers = (await shop.V1.Transfers.ListAsync()).Data;
                await shop.V1.Transfers.Reversals.CreateAsync(transfers[draw.Below(transfers.Count)].Id, new TransferReversalCreateOptions { Amount = 1 + draw.Below(300) });
                break;
            case 5: shop.Stripe.OpenDispute(charge); break;
            case 6:
                var disputes = (await shop.V1.Disputes.ListAsync()).Data;
                shop.Stripe.CloseDispute(disputes[draw.Below(disputes.Count)].Id, draw.Below(2) == 0);
                break;
            case 7: await shop.V1.Transfers.CreateAsync(new TransferCreateOptions { Amount = 1 + draw.Below(300), Currency = "cny", Destination = seller }); break;
            default: shop.Time.Advance(TimeSpan.FromHours(draw.Below(60))); break;
        }
    }
}
