using System.Net;
using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Payments;
using Marketplace.Payments.Cards;
using Marketplace.Shared;
using Marketplace.StandIns;
using Marketplace.Tests.Host;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Payments.Cards;

/// <summary>An enterprise abroad pays by card through the market's own pages, a local Stripe behind them.</summary>
public abstract class CardMarketContract : IAsyncLifetime
{
    private const string Secret = "whsec_market";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly LocalStripe _stripe = new(new LocalStripeOptions { FeeBasisPoints = 290, FixedFee = 235, DisputeFee = 1_500, Webhooks = [new WebhookEndpoint(new Uri("http://127.0.0.1/api/payments/stripe/events"), Secret)] });
    private readonly StripeMarket _host;

    protected CardMarketContract() => _host = new StripeMarket(_stripe);

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _stripe.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_deposit_comes_by_card_is_frozen_let_go_and_goes_back_to_the_card()
    {
        var buyer = await Abroad();
        var form = Guid.CreateVersion7();
        var payment = IdOf(form);
        // Twice by the same click: one payment.
        var open = new Dictionary<string, string> { ["amount"] = "5,000.00" };
        var account = await buyer.Pages.GetStringAsync("/desk/account", Now);
        Assert.DoesNotContain("监管账户名称", account, StringComparison.Ordinal);
        Assert.All(await Task.WhenAll(Post(buyer, account, form, "Open", open), Post(buyer, account, form, "Open", open)), a => Assert.Equal(HttpStatusCode.Redirect, a.StatusCode));
        var page = await buyer.Pages.GetStringAsync($"/desk/cards/{payment}", Now);
        var choose = new Dictionary<string, string> { ["method"] = "pm_card_visa" };
        Assert.All(await Task.WhenAll(Post(buyer, page, payment, "Choose", choose), Post(buyer, page, payment, "Choose", choose)), a => Assert.Equal(HttpStatusCode.Redirect, a.StatusCode));
        await Becomes(payment, CardOrderState.Paid);
        Assert.Contains("已支付", await buyer.Pages.GetStringAsync($"/desk/cards/{payment}", Now), StringComparison.Ordinal);
        Assert.Equal(500_000, Assert.Single(_stripe.Charges()).Captured);
        Assert.Equal(500_000, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen);

        var hold = Guid.CreateVersion7();
        Assert.Null((await _host.Deposits.Freeze(hold, buyer.Organisation, "ZJP-1", 300_000)).Refusal);
        var ask = new Dictionary<string, string> { ["Account"] = $"{payment}", ["Amount"] = "5,000.00", ["Payout"] = $"{Guid.CreateVersion7()}" };
        // What is frozen does not leave.
        Assert.Contains("余额不足", await (await buyer.Pages.Submit("/desk/payouts", ask)).Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        Assert.Null((await _host.Deposits.Release(hold)).Refusal);
        for (var again = 0; again < 2; again++) Assert.Equal(HttpStatusCode.Redirect, (await buyer.Pages.Submit("/desk/payouts", ask)).StatusCode);
        await Eventually.Become("the refund", Soon, () => _host.InDatabase(db => db.Set<PayoutRow>().AnyAsync(p => p.State == PayoutState.Made, Now)));
        // What Stripe kept of it stays the market's cost.
        Assert.Equal((500_000, -14_735), (Assert.Single(_stripe.Charges()).Refunded, _stripe.TotalBalance("cny")));
        Assert.Contains("退回", await buyer.Pages.GetStringAsync("/desk/payouts", Now), StringComparison.Ordinal);
        await Holds();
    }

    [Fact]
    public async Task A_price_is_paid_by_the_card_that_the_bank_takes_once_in_two_browsers_and_goes_to_the_seller()
    {
        _host.DisputableDays = 0;
        var (seller, buyer) = (await _host.ShowsSecondFactor(await _host.University()), await Abroad());
        var price = await Owed(seller, buyer, 80_000_00);
        var owing = await buyer.Pages.GetStringAsync("/desk/payments", Now);
        Assert.Contains("刷卡支付 ¥80,000.00", owing, StringComparison.Ordinal);
        var (form, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var (first, second) = (IdOf(form), IdOf(other));
        var open = new Dictionary<string, string> { ["obligation"] = $"{price}", ["amount"] = "80,000.00" };
        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, owing, form, "Open", open)).StatusCode);
        // The other browser finds the payment that is open, and is told so.
        using (var elsewhere = await Post(buyer, owing, other, "Open", open))
        {
            Assert.Equal($"/desk/cards/{first}?already=true", $"{elsewhere.Headers.Location}");
            Assert.Contains("已有一笔刷卡支付在进行", await buyer.Pages.GetStringAsync(elsewhere.Headers.Location, Now), StringComparison.Ordinal);
        }

        var page = await buyer.Pages.GetStringAsync($"/desk/cards/{first}", Now);
        await Post(buyer, page, first, "Choose", new() { ["method"] = "pm_card_chargeDeclinedInsufficientFunds" });
        await Becomes(first, CardOrderState.Ended);
        Assert.Contains("卡内余额或可用额度不足", await buyer.Pages.GetStringAsync($"/desk/cards/{first}", Now), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, owing, other, "Open", open)).StatusCode);
        await Post(buyer, page, second, "Choose", new() { ["method"] = "pm_card_authenticationRequired" });
        await Eventually.Become("the bank's question", Soon, async () => (await Row(second)).Seen == CardState.ActionNeeded);
        Assert.Contains("去发卡行验证", await buyer.Pages.GetStringAsync($"/desk/cards/{second}", Now), StringComparison.Ordinal);
        _stripe.CompleteAction((await Row(second)).Intent!);
        await Tell();
        await Becomes(second, CardOrderState.Paid);
        Assert.True((await _host.Obligations.Find(price, Now))!.IsPaid);
        Assert.Single(_stripe.Charges());

        // To the seller's account at Stripe, and nowhere else.
        Assert.True((await _host.Obligations.Claim(new ClaimRelease(Guid.CreateVersion7(), price, new string('a', 64), _host.MarketTime.AddDays(10)))).Done);
        Assert.True((await _host.Obligations.Agree(price, buyer.Person)).Done);
        Assert.Equal(80_000_00, (await _host.Deposits.Account(seller.Organisation, DepositAccounts.CardBook)).AvailableFen);
        await seller.Pages.Submit("/desk/payouts", new() { ["Bank"] = "某银行", ["Number"] = "6222000011112222" }, "Add");
        await seller.Pages.Submit("/desk/payouts", new() { ["Bank"] = "Stripe", ["Number"] = "acct_000000000000" }, "Add");
        var accounts = await _host.InDatabase(db => db.Set<PayoutAccountRow>().AsNoTracking().ToListAsync(Now));
        var ask = new Dictionary<string, string> { ["Amount"] = "80,000.00", ["Payout"] = $"{Guid.CreateVersion7()}", ["Account"] = $"{accounts.Single(a => !a.IsConnected).Id}" };
        Assert.Contains("余额不足", await (await seller.Pages.Submit("/desk/payouts", ask)).Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        // The same form sent for the other book is another payout, and takes nothing of the first.
        await _host.Credit(seller.Organisation, 10_00);
        Assert.Equal(HttpStatusCode.Redirect, (await seller.Pages.Submit("/desk/payouts", new(ask) { ["Amount"] = "10.00" })).StatusCode);
        ask["Account"] = $"{accounts.Single(a => a.IsConnected).Id}";
        Assert.Equal(HttpStatusCode.Redirect, (await seller.Pages.Submit("/desk/payouts", ask)).StatusCode);
        // Stripe knows no such account: the money is the seller's again, and the page says why.
        await Eventually.Become("the answer", Soon, () => _host.InDatabase(db => db.Set<PayoutRow>().AnyAsync(p => p.State == PayoutState.Failed && p.Failure == "resource_missing", Now)));
        var toBank = await _host.InDatabase(db => db.Set<PayoutRow>().AsNoTracking().SingleAsync(p => p.Book == DepositAccounts.RealBook, Now));
        Assert.Equal((10_00, PayoutState.Instructed), (toBank.AmountFen, toBank.State));
        Assert.Equal(80_000_00, (await _host.Deposits.Account(seller.Organisation, DepositAccounts.CardBook)).AvailableFen);
        await Holds();
    }

    [Fact]
    public async Task Cards_are_for_organisations_abroad_and_nobody_else_learns_of_a_payment()
    {
        var (home, buyer, stranger) = (await _host.Enterprise(), await Abroad(), await Abroad());
        using (var refused = await Post(home, await home.Pages.GetStringAsync("/desk/payouts", Now), Guid.CreateVersion7(), "Open", new() { ["amount"] = "10.00" }))
        {
            Assert.Contains("通过银行转账支付", await refused.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        }

        Assert.Equal(Refusal.PaysByCard, (await _host.Deposits.ConfirmCredit(Guid.CreateVersion7(), buyer.Organisation, 100, _host.MarketTime.AddHours(-1), "B1", null, Guid.CreateVersion7())).Refusal);
        var form = Guid.CreateVersion7();
        var payment = IdOf(form);
        var account = await buyer.Pages.GetStringAsync("/desk/account", Now);
        Assert.Contains("超过", await (await Post(buyer, account, form, "Open", new() { ["amount"] = "1,000,000.00" })).Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        await Post(buyer, account, form, "Open", new() { ["amount"] = "10.00" });
        using (var seen = await stranger.Pages.GetAsync($"/desk/cards/{payment}", Now))
        using (var nothing = await stranger.Pages.GetAsync($"/desk/cards/{Guid.CreateVersion7()}", Now))
        {
            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (seen.StatusCode, nothing.StatusCode));
        }

        var strangers = await stranger.Pages.GetStringAsync("/desk/account", Now);
        Assert.Equal(HttpStatusCode.NotFound, (await Post(stranger, strangers, payment, "Choose", new() { ["method"] = "pm_card_visa" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Post(stranger, strangers, payment, "Withdraw", [])).StatusCode);
        // What is no card of Stripe's is none.
        Assert.Contains("role=\"alert\"", await (await Post(buyer, account, payment, "Choose", new() { ["method"] = "4242424242424242" })).Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, account, payment, "Withdraw", [])).StatusCode);
        await Becomes(payment, CardOrderState.Ended);
        Assert.Equal("withdrawn", (await Row(payment)).Because);
        Assert.Empty(_stripe.Charges());
    }

    [Fact]
    public async Task What_no_event_told_is_found_by_comparing_and_a_refund_that_came_back_is_the_buyers_again()
    {
        var buyer = await Abroad();
        var payment = await Paid(buyer, 900_00, "pm_card_refundFail");
        var ask = new Dictionary<string, string> { ["Account"] = $"{payment}", ["Amount"] = "900.00", ["Payout"] = $"{Guid.CreateVersion7()}" };
        Assert.Equal(HttpStatusCode.Redirect, (await buyer.Pages.Submit("/desk/payouts", ask)).StatusCode);
        await Eventually.Become("the refund", Soon, () => _host.InDatabase(db => db.Set<PayoutRow>().AnyAsync(p => p.State == PayoutState.Made, Now)));
        var refund = await _host.InDatabase(db => db.Set<PayoutRow>().Select(p => p.BankReference).SingleAsync(Now));
        _stripe.FinishRefund(refund!, succeeds: false);
        Assert.Equal(0, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen);
        // No event was delivered. A stranger's payment, made by hand at Stripe, is told apart.
        var compared = await _host.Services.GetRequiredService<CardMoney>().Compare(Now);
        Assert.Equal((1, 0), (compared!.Found, compared.Strangers.Count));
        Assert.Equal(900_00, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen);
        Assert.Contains("已退回", await buyer.Pages.GetStringAsync("/desk/payouts", Now), StringComparison.Ordinal);
        Assert.Equal(0, (await _host.Services.GetRequiredService<CardMoney>().Compare(Now))!.Found);
        await Holds();
    }

    [Fact]
    public async Task A_card_is_typed_into_the_providers_own_form_which_only_its_page_admits()
    {
        await using var host = new StripeMarket(_stripe, "pk_test_market");
        var number = $"HRB {Guid.NewGuid():N}"[..12].ToUpperInvariant();
        var buyer = await host.Member(await host.RegisterOrganisation(OrganisationKind.Enterprise, abroad: new RegistryEntry("DE", number)), MemberRole.Owner);
        var form = Guid.CreateVersion7();
        using (var account = await buyer.Pages.GetAsync("/desk/account", Now))
        {
            Assert.DoesNotContain("12111", Assert.Single(account.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, await account.Content.ReadAsStringAsync(Now), form, "Open", new() { ["amount"] = "10.00" })).StatusCode);
        }

        using var page = await buyer.Pages.GetAsync($"/desk/cards/{IdOf(form)}", Now);
        var (html, policy) = (await page.Content.ReadAsStringAsync(Now), Assert.Single(page.Headers.GetValues("Content-Security-Policy")));
        Assert.Contains("src=\"http://127.0.0.1:12111/v3/\"", html, StringComparison.Ordinal);
        Assert.Contains("data-key=\"pk_test_market\" data-fen=\"1000\"", html, StringComparison.Ordinal);
        Assert.Contains("script-src 'self' http://127.0.0.1:12111; frame-src 'none';", policy, StringComparison.Ordinal);
        Assert.Contains("form-action 'self'", policy, StringComparison.Ordinal);
        // What the browser holds is no key to the payment.
        Assert.DoesNotContain("_secret_", html, StringComparison.Ordinal);
        Assert.DoesNotContain("pm_card", html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, html, IdOf(form), "Choose", new() { ["method"] = "pm_card_visa" })).StatusCode);
        await Eventually.Become("the charge", Soon, () => host.InDatabase(db => db.Set<CardPaymentRow>().AnyAsync(c => c.State == CardOrderState.Paid, Now)));
        Assert.Equal(1_000, Assert.Single(_stripe.Charges()).Captured);
    }

    [Fact]
    public async Task What_a_cards_bank_takes_back_waits_is_owed_again_and_what_had_gone_on_is_a_debt()
    {
        var (seller, buyer, clerk) = (await _host.ShowsSecondFactor(await _host.University()), await Abroad(), await _host.Operator());
        var price = await Owed(seller, buyer, 900_00);
        await Paid(buyer, 900_00, "pm_card_visa", price);
        Assert.True((await _host.Obligations.Claim(new ClaimRelease(Guid.CreateVersion7(), price, new string('a', 64), _host.MarketTime.AddDays(10)))).Done);
        var dispute = _stripe.OpenDispute(Assert.Single(_stripe.Charges()).Id);
        await Tell();
        await Eventually.Become("the dispute", Soon, () => _host.InDatabase(db => db.Set<CardDisputeRow>().AnyAsync(d => d.Id == dispute, Now)));
        Assert.Equal(Refusal.ChargebackStopsRelease, (await _host.Obligations.Agree(price, buyer.Person)).Refusal);
        var desk = await clerk.Pages.GetStringAsync("/desk/settlement", Now);
        Assert.Contains(dispute, desk, StringComparison.Ordinal);
        Assert.Contains("fraudulent", desk, StringComparison.Ordinal);
        Assert.NotNull((await _host.InDatabase(db => db.Set<CardDisputeRow>().AsNoTracking().SingleAsync(Now))).EvidenceDue);
        await Holds();

        _stripe.CloseDispute(dispute, won: false);
        await Tell();
        await Eventually.Become("what is owed again", Soon, async () => (await _host.Obligations.Find(price, Now))!.OutstandingFen == 900_00);
        Assert.DoesNotContain(dispute, await clerk.Pages.GetStringAsync("/desk/settlement", Now), StringComparison.Ordinal);
        Assert.Contains("刷卡支付 ¥900.00", await buyer.Pages.GetStringAsync("/desk/payments", Now), StringComparison.Ordinal);
        await Holds();

        await Paid(buyer, 900_00, "pm_card_visa", price);
        Assert.True((await _host.Obligations.Agree(price, buyer.Person)).Done);
        var again = _stripe.OpenDispute(_stripe.Charges()[^1].Id);
        _stripe.CloseDispute(again, won: false);
        // Nothing is told.
        Assert.Equal(1, (await _host.Services.GetRequiredService<CardMoney>().Compare(Now))!.Found);
        Assert.Equal(0, (await _host.Services.GetRequiredService<CardMoney>().Compare(Now))!.Found);
        Assert.Contains("拒付欠款", await buyer.Pages.GetStringAsync("/desk/payments", Now), StringComparison.Ordinal);
        Assert.Contains(again, await clerk.Pages.GetStringAsync("/desk/settlement", Now), StringComparison.Ordinal);
        Assert.Equal(900_00, (await _host.Deposits.Account(seller.Organisation, DepositAccounts.CardBook)).AvailableFen);
        await Holds();
    }

    [Fact]
    public async Task What_a_cards_bank_can_still_take_back_leaves_for_no_account_and_the_page_says_from_when_it_may()
    {
        var buyer = await Abroad();
        var payment = await Paid(buyer, 900_00, "pm_card_visa");
        await buyer.Pages.Submit("/desk/payouts", new() { ["Bank"] = "Stripe", ["Number"] = "acct_000000000000" }, "Add");
        var account = await _host.InDatabase(db => db.Set<PayoutAccountRow>().AsNoTracking().SingleAsync(Now));
        var ask = new Dictionary<string, string> { ["Amount"] = "900.00", ["Payout"] = $"{Guid.CreateVersion7()}", ["Account"] = $"{account.Id}" };
        Assert.Contains("暂时不能转出这么多", await (await buyer.Pages.Submit("/desk/payouts", ask)).Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        var charged = (await _host.Deposits.Account(buyer.Organisation)).Credits.Single().CreditedAt;
        var page = await buyer.Pages.GetStringAsync("/desk/payouts", Now);
        Assert.Contains($"{Show.DayTime(charged.AddDays(120))} 起", page, StringComparison.Ordinal);
        // Back to the card at any time.
        Assert.Equal(HttpStatusCode.Redirect, (await buyer.Pages.Submit("/desk/payouts", new(ask) { ["Account"] = $"{payment}" })).StatusCode);
    }

    [Fact]
    public async Task An_event_that_is_not_signed_changes_nothing_and_is_no_200()
    {
        using var client = _host.CreateClient();
        using var unsigned = await client.PostAsync("/api/payments/stripe/events", new StringContent("{}", Encoding.UTF8, "application/json"), Now);
        Assert.Equal(HttpStatusCode.BadRequest, unsigned.StatusCode);
    }

    /// <summary>The payment that a form of the real book opens.</summary>
    private static Guid IdOf(Guid form) => Obligations.IdOf($"card\n{DepositAccounts.CardBook}\n{form:D}");

    private async Task<Guid> Paid(Somebody buyer, long fen, string method, Guid? owed = null)
    {
        var form = Guid.CreateVersion7();
        var payment = IdOf(form);
        var account = await buyer.Pages.GetStringAsync("/desk/account", Now);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, account, form, "Open", new() { ["amount"] = Fen.Exact(fen), ["obligation"] = $"{owed}" })).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, account, payment, "Choose", new() { ["method"] = method })).StatusCode);
        await Becomes(payment, CardOrderState.Paid);
        return payment;
    }

    private async Task<Guid> Owed(Somebody seller, Somebody buyer, long fen)
    {
        var owed = new Owed(Guid.CreateVersion7(), ObligationKind.Price, buyer.Organisation, seller.Organisation, fen, Days.After(Days.Of(_host.MarketTime), 5), ReleaseRule.Acceptance);
        Assert.Null((await _host.Obligations.Raise((await _host.Deposits.BookOf(buyer.Organisation, Now))!, new RaiseObligations("ZJP-1", "signed", [owed]))).Refusal);
        return owed.Id;
    }

    private async Task<Somebody> Abroad()
    {
        var number = $"HRB {Guid.NewGuid():N}"[..12].ToUpperInvariant();
        var member = await _host.Member(await _host.RegisterOrganisation(OrganisationKind.Enterprise, abroad: new RegistryEntry("DE", number)), MemberRole.Owner);
        await _host.GiveRole(member.Organisation, member.Person, MemberRole.Signatory);
        return await _host.ShowsSecondFactor(member);
    }

    /// <summary>Stripe's events, handed over as they are.</summary>
    private async Task Tell()
    {
        using var client = _host.CreateClient();
        foreach (var told in _stripe.TakeWebhooks())
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/payments/stripe/events") { Content = new StringContent(told.Body, Encoding.UTF8, "application/json") };
            request.Headers.Add("Stripe-Signature", told.Signature);
            Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(request, Now)).StatusCode);
        }
    }

    private Task Becomes(Guid payment, CardOrderState state) => Eventually.Become($"{state}", Soon, async () => (await Row(payment)).State == state);

    private Task<CardPaymentRow> Row(Guid payment) => _host.InDatabase(db => db.Set<CardPaymentRow>().AsNoTracking().SingleAsync(c => c.Id == payment, Now));

    private async Task Holds()
    {
        var proof = await _host.Services.GetRequiredService<LedgerProving>().Prove(DepositAccounts.CardBook, $"{Guid.CreateVersion7()}", Now);
        Assert.Equal([], proof!.Proof.Failed);
        var entered = proof.Proof.Totals.Single(t => t.Purpose == Purpose.CustodianBank).PostedFen;
        Assert.Equal(-entered, _stripe.TotalBalance("cny"));
    }

    private static Task<HttpResponseMessage> Post(Somebody who, string page, Guid payment, string handler, Dictionary<string, string> form) => who.Pages.Submit(page, $"/desk/cards/{payment}?handler={handler}", form);

    private sealed class StripeMarket(LocalStripe stripe, string? publishable = null) : MarketHost
    {
        public int DisputableDays { get; set; } = 120;

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("Stripe:SecretKey", "sk_test_market");
            builder.UseSetting("Stripe:PublishableKey", publishable);
            builder.UseSetting("Stripe:WebhookSecret", Secret);
            builder.UseSetting("Cards:DisputableDays", $"{DisputableDays}");
            builder.UseSetting("Stripe:ApiBase", "http://127.0.0.1:12111");
            builder.ConfigureTestServices(services => services.AddHttpClient(CardGateway.Client).ConfigurePrimaryHttpMessageHandler(() => stripe.CreateHandler()));
        }
    }
}

public sealed class CardMarketOnSqlite : CardMarketContract;

[OnPostgres]
public sealed class CardMarketOnPostgres : CardMarketContract;
