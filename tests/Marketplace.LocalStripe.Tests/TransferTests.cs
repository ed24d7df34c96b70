using Stripe;

namespace Marketplace.StandIns.Tests;

public sealed class TransferTests
{
    [Fact]
    public async Task Money_must_be_available_before_it_goes_on()
    {
        await using var shop = await Shop.Open();
        var seller = await shop.Destination();
        await shop.Pay(amount: 1_000);
        var transfer = new TransferCreateOptions { Amount = 800, Currency = "cny", Destination = seller, TransferGroup = "deal-1", Description = "share" };
        Assert.Equal("balance_insufficient", (await Assert.ThrowsAsync<StripeException>(() => shop.V1.Transfers.CreateAsync(transfer))).StripeError.Code);
        var balance = await shop.V1.Balance.GetAsync();
        Assert.Equal((0, 1_000), (balance.Available.Single().Amount, balance.Pending.Single().Amount));

        shop.Time.Advance(TimeSpan.FromDays(2));
        balance = await shop.V1.Balance.GetAsync();
        Assert.Equal((1_000, 0), (balance.Available.Single().Amount, balance.Pending.Single().Amount));
        var made = await shop.V1.Transfers.CreateAsync(transfer);
        Assert.Equal((800, seller, "deal-1"), (made.Amount, made.DestinationId, made.TransferGroup));
        Assert.Equal(200, shop.Stripe.TotalBalance("cny"));
        Assert.Equal(made.Id, (await shop.V1.Transfers.ListAsync(new TransferListOptions { TransferGroup = "deal-1" })).Single().Id);
        Assert.Empty(await shop.V1.Transfers.ListAsync(new TransferListOptions { TransferGroup = "deal-2" }));
    }

    [Fact]
    public async Task A_charge_keeps_its_fee_and_refunds_do_not_give_it_back()
    {
        await using var shop = await Shop.Open(options => options with { FeeBasisPoints = 290, FixedFee = 235, DisputeFee = 1_500 });
        var paid = await shop.Pay(amount: 1_000);
        var moved = await shop.V1.BalanceTransactions.ListAsync(new BalanceTransactionListOptions { Type = "charge" });
        Assert.Equal((264, 736, 264, paid.LatestChargeId), (moved.Single().Fee, moved.Single().Net, moved.Single().FeeDetails.Single().Amount, moved.Single().SourceId));
        await shop.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = paid.Id, Amount = 400 });
        Assert.Equal(336, shop.Stripe.TotalBalance("cny"));
        var dispute = await shop.V1.Disputes.GetAsync(shop.Stripe.OpenDispute(paid.LatestChargeId));
        Assert.Equal((-600, 1_500), (dispute.BalanceTransactions.Single().Amount, dispute.BalanceTransactions.Single().Fee));
        shop.Stripe.CloseDispute(dispute.Id, won: true);
        shop.Stripe.TopUp(2_000, "cny", "cards");
        Assert.Equal("cards", (await shop.V1.BalanceTransactions.ListAsync(new BalanceTransactionListOptions { Type = "topup" })).Single().Description);
        Assert.Equal(336 - 1_500 + 2_000, shop.Stripe.TotalBalance("cny"));
    }

    [Fact]
    public async Task A_source_lends_its_money_before_it_is_there_but_no_more_than_it_has()
    {
        await using var shop = await Shop.Open();
        var seller = await shop.Destination();
        var paid = await shop.Pay(amount: 1_000);
        var options = new TransferCreateOptions { Amount = 700, Currency = "cny", Destination = seller, SourceTransaction = paid.LatestChargeId };
        var made = await shop.V1.Transfers.CreateAsync(options);
        Assert.Equal(($"group_{paid.Id}", paid.LatestChargeId), (made.TransferGroup, made.SourceTransactionId));
        Assert.Equal("amount", (await Assert.ThrowsAsync<StripeException>(() => shop.V1.Transfers.CreateAsync(options))).StripeError.Param);
        options.Amount = 300;
        await shop.V1.Transfers.CreateAsync(options);
        Assert.Equal(0, shop.Stripe.TotalBalance("cny"));
    }

    [Fact]
    public async Task A_transfer_comes_back_in_parts_and_no_more_than_once()
    {
        await using var shop = await Shop.Open();
        var paid = await shop.Pay(amount: 1_000);
        var made = await shop.V1.Transfers.CreateAsync(new TransferCreateOptions { Amount = 1_000, Currency = "cny", Destination = await shop.Destination(), SourceTransaction = paid.LatestChargeId });
        var reversals = shop.V1.Transfers.Reversals;
        var part = await reversals.CreateAsync(made.Id, new TransferReversalCreateOptions { Amount = 400, Metadata = new Dictionary<string, string> { ["a"] = "b" } });
        Assert.Equal((400, made.Id), (part.Amount, part.TransferId));
        Assert.Equal("amount", (await Assert.ThrowsAsync<StripeException>(() => reversals.CreateAsync(made.Id, new TransferReversalCreateOptions { Amount = 601 }))).StripeError.Param);
        await reversals.CreateAsync(made.Id);
        Assert.Equal(400, (int)(await Assert.ThrowsAsync<StripeException>(() => reversals.CreateAsync(made.Id))).HttpStatusCode);
        var after = await shop.V1.Transfers.GetAsync(made.Id, new TransferGetOptions { Expand = ["destination"] });
        Assert.Equal((true, 1_000, 2), (after.Reversed, after.AmountReversed, after.Reversals.Data.Count));
        Assert.True(after.Destination.PayoutsEnabled);
        Assert.Equal(2, (await reversals.ListAsync(made.Id)).Data.Count);
        Assert.Equal(1_000, shop.Stripe.TotalBalance("cny"));
        Assert.Equal(["transfer.created", "transfer.reversed", "transfer.reversed"], (await shop.Told()).Skip(3));
    }

    [Fact]
    public async Task Only_an_account_that_takes_transfers_gets_one()
    {
        await using var shop = await Shop.Open();
        var account = await shop.V1.Accounts.CreateAsync(new AccountCreateOptions { Type = "custom", Country = "DE", Email = "a@example.com", BusinessType = "company", DefaultCurrency = "eur", Metadata = new Dictionary<string, string> { ["seller"] = "7" } });
        Assert.Equal(("custom", "DE", "eur", "7"), (account.Type, account.Country, account.DefaultCurrency, (await shop.V1.Accounts.GetAsync(account.Id)).Metadata["seller"]));
        var transfer = new TransferCreateOptions { Amount = 1, Currency = "cny", Destination = account.Id };
        Assert.Equal("insufficient_capabilities_for_transfer", (await Assert.ThrowsAsync<StripeException>(() => shop.V1.Transfers.CreateAsync(transfer))).StripeError.Code);
        transfer.Destination = "acct_none";
        var missing = await Assert.ThrowsAsync<StripeException>(() => shop.V1.Transfers.CreateAsync(transfer));
        Assert.Equal((400, "resource_missing", "destination"), ((int)missing.HttpStatusCode, missing.StripeError.Code, missing.StripeError.Param));
    }

    [Fact]
    public async Task A_bypassing_card_is_available_at_once()
    {
        await using var shop = await Shop.Open();
        await shop.Pay("pm_card_bypassPending", amount: 50);
        Assert.Equal(50, (await shop.V1.Balance.GetAsync()).Available.Single().Amount);
    }
}
