using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Payments;
using Marketplace.Payments;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Payments;

/// <summary>结算: from the signed contract to the seller's bank account, and every way back.</summary>
public abstract partial class SettlementContract : IAsyncLifetime
{
    private const string Auction = "ZJP-2026-0805";
    private const long Price = 3_120_000_00, Deposit = 200_000_00;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly MarketHost _host = new();
    private readonly Guid _hold = Guid.CreateVersion7();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_price_goes_from_the_statement_into_escrow_to_the_seller_and_out_to_its_bank()
    {
        var (seller, buyer, clerk) = (await _host.ShowsSecondFactor(await _host.University("越州大学")), await _host.Enterprise("甬江精密仪器"), await _host.Operator());
        var price = await Signed(seller, buyer, sellerFeeBp: 200, buyerFeeBp: 100);
        Assert.Equal(Deposit, price.PaidFen);
        // The buyer writes the reference of the price; the bank's statement does the rest.
        var page = await buyer.Pages.GetStringAsync($"/deals/{Auction}", Now);
        var reference = await _host.Deposits.ReferenceOf(buyer.Organisation, Now, price.Id);
        Assert.Contains(reference, page, StringComparison.Ordinal);
        await Statement(clerk, Line("S1", Price - Deposit, "甬江精密仪器", reference));
        await Eventually.Become("the price", Soon, async () => (await _host.Obligations.Find(price.Id, Now))!.IsPaid);
        await Eventually.Become("the step", Soon, async () => (await _host.Deals.Find(Auction, Now))!.Done.Any(d => d.Step == Step.Pay));
        Assert.Single(await _host.Deals.Reached(Step.Pay, Now));
        // The buyer's own fee is paid from its account, twice by the same click.
        await _host.Credit(buyer.Organisation, 50_000_00);
        var fee = (await _host.Obligations.About(Auction, Now)).Single(o => o.Kind == ObligationKind.PlatformFee && o.Debtor == buyer.Organisation);
        var pay = new Dictionary<string, string> { ["payment"] = $"{Guid.CreateVersion7()}", ["obligation"] = $"{fee.Id}", ["fen"] = $"{fee.AmountFen}" };
        Assert.All(await Task.WhenAll(Post(buyer, "Pay", pay), Post(buyer, "Pay", pay)), a => Assert.Equal(HttpStatusCode.Redirect, a.StatusCode));
        Assert.Equal(50_000_00 - 31_200_00, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen);

        await Upload(seller, "record-transfer");
        await Eventually.Become("the claim", Soon, async () => (await _host.Obligations.Find(price.Id, Now))!.Claim is not null);
        Assert.Equal(0, (await _host.Deposits.Account(seller.Organisation)).AvailableFen);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, "Agree", new() { ["obligation"] = $"{price.Id}" })).StatusCode);
        const long Net = Price - Price / 50;
        Assert.Equal(Net, (await _host.Deposits.Account(seller.Organisation)).AvailableFen);

        // Out to the bank: reserved until the statement shows the debit, which names it.
        await seller.Pages.Submit("/desk/payouts", new() { ["Bank"] = "某银行杭州分行", ["Number"] = "6222 0000 1111 2222" }, "Add");
        var account = await _host.InDatabase(db => db.Set<PayoutAccountRow>().AsNoTracking().SingleAsync(a => a.Organisation == seller.Organisation, Now));
        Assert.Equal("6222000011112222", account.Number);
        var ask = new Dictionary<string, string> { ["Account"] = $"{account.Id}", ["Amount"] = "3,000,000.00", ["Payout"] = $"{Guid.CreateVersion7()}" };
        for (var again = 0; again < 2; again++) Assert.Equal(HttpStatusCode.Redirect, (await seller.Pages.Submit("/desk/payouts", ask)).StatusCode);
        var payout = await _host.InDatabase(db => db.Set<PayoutRow>().AsNoTracking().SingleAsync(Now));
        Assert.Equal(Net - 3_000_000_00, (await _host.Deposits.Account(seller.Organisation)).AvailableFen);
        Assert.Contains(payout.Code, await clerk.Pages.GetStringAsync("/desk/settlement", Now), StringComparison.Ordinal);
        await Statement(clerk, $"{Yesterday},,\"3,000,000.00\",越州大学,62,出款 {payout.Code},S2\n");
        await Eventually.Become("the payout", Soon, () => _host.InDatabase(db => db.Set<PayoutRow>().AnyAsync(p => p.State == PayoutState.Made && p.BankReference == "S2", Now)));
        Assert.DoesNotContain(">S2<", await clerk.Pages.GetStringAsync("/desk/bank/statements", Now), StringComparison.Ordinal);
        await Holds();

        // 退汇: the bank sends it back under a number of its own; it is nobody's new money.
        await Statement(clerk, Line("S3", 3_000_000_00, "越州大学", $"退汇 账号不符 {payout.Code}"));
        await Eventually.Become("the return", Soon, () => _host.InDatabase(db => db.Set<PayoutRow>().AnyAsync(p => p.State == PayoutState.Returned && p.ReturnReference == "S3", Now)));
        Assert.Equal(Net, (await _host.Deposits.Account(seller.Organisation)).AvailableFen);
        Assert.False(await _host.InDatabase(db => db.Set<BankCreditRow>().AnyAsync(c => c.BankReference == "S3", Now)));
        Assert.DoesNotContain(">S3<", await clerk.Pages.GetStringAsync("/desk/bank/statements", Now), StringComparison.Ordinal);
        Assert.Contains("退汇 账号不符", await seller.Pages.GetStringAsync("/desk/payouts", Now), StringComparison.Ordinal);
        Assert.Equal(Refusal.BankReferenceUsed, (await _host.Deposits.ConfirmCredit(Guid.CreateVersion7(), seller.Organisation, 3_000_000_00, _host.MarketTime.AddHours(-1), "S3", null, clerk.Person)).Refusal);
        await Holds();

        foreach (var (side, path, said) in new[] { (buyer, "/desk/payments/export.csv", "3120000.00"), (seller, "/desk/account/export.csv", "托管放款"), (clerk, "/desk/settlement/export.csv", Auction) })
        {
            Assert.Contains(said, await side.Pages.GetStringAsync(path, Now), StringComparison.Ordinal);
        }

        Assert.Equal("PK"u8.ToArray(), (await buyer.Pages.GetByteArrayAsync("/desk/payments/export.xlsx", Now))[..2]);
        Assert.DoesNotContain("甬江精密仪器", await clerk.Pages.GetStringAsync("/desk/settlement/export.csv", Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_browsers_that_pay_the_same_pay_once_and_the_other_is_told()
    {
        var (seller, buyer) = (await _host.University(), await _host.Enterprise());
        var price = await _host.RaisePrice(Auction, buyer.Organisation, seller.Organisation, 1_000_00);
        await _host.Credit(buyer.Organisation, 5_000_00);
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Post(buyer, "Pay", new() { ["payment"] = $"{Guid.CreateVersion7()}", ["obligation"] = $"{price}", ["fen"] = "100000" })));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Redirect], answers.Select(a => a.StatusCode).Order());
        Assert.Contains("没有重复扣款", await answers.Single(a => a.StatusCode == HttpStatusCode.OK).Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        Assert.Equal(4_000_00, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen);
        // A transfer that comes for what is paid already stays on the account.
        await _host.Deposits.ConfirmCredit(Guid.CreateVersion7(), buyer.Organisation, 1_000_00, _host.MarketTime.AddHours(-1), "again", null, Guid.CreateVersion7(), obligation: price);
        Assert.Equal(5_000_00, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen);
        // Nobody else learns that it is there.
        var stranger = await _host.Enterprise("瓯江科技");
        Assert.Equal(HttpStatusCode.NotFound, (await Post(stranger, "Pay", new() { ["payment"] = $"{Guid.CreateVersion7()}", ["obligation"] = $"{price}", ["fen"] = "1" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Post(seller, "Agree", new() { ["obligation"] = $"{price}" })).StatusCode);
        await Holds();
    }

    [Fact]
    public async Task An_objection_stops_the_release_until_two_operators_have_divided_the_money()
    {
        var (seller, buyer, one, two) = (await _host.University(), await _host.Enterprise(), await _host.Operator(), await _host.Operator());
        var price = await _host.RaisePrice(Auction, buyer.Organisation, seller.Organisation, 1_000_00);
        await _host.Credit(buyer.Organisation, 1_000_00);
        Assert.True((await _host.Obligations.Pay(new PayObligation(Guid.CreateVersion7(), price, 1_000_00, buyer.Person))).Done);
        Assert.True((await _host.Obligations.Claim(new ClaimRelease(Guid.CreateVersion7(), price, new string('a', 64), _host.MarketTime.AddDays(10)))).Done);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, "Object", new() { ["obligation"] = $"{price}", ["reason"] = "样品未达标" })).StatusCode);
        var desk = await one.Pages.GetStringAsync("/desk/settlement", Now);
        Assert.Contains("样品未达标", desk, StringComparison.Ordinal);
        var ruling = $"{Guid.CreateVersion7()}";
        var proposal = new Dictionary<string, string> { ["obligation"] = $"{price}", ["ruling"] = ruling, ["release"] = "600.00", ["reason"] = "第三方检测" };
        Assert.Equal(HttpStatusCode.Redirect, (await one.Pages.Submit(desk, "/desk/settlement?handler=Propose", proposal)).StatusCode);
        var confirm = new Dictionary<string, string> { ["obligation"] = $"{price}", ["ruling"] = ruling };
        var own = await one.Pages.Submit("/desk/settlement", confirm, "Confirm");
        Assert.Equal((HttpStatusCode.OK, 0L), (own.StatusCode, (await _host.Deposits.Account(seller.Organisation)).AvailableFen));
        // Twice at once by the second one: divided once.
        var page = await two.Pages.GetStringAsync("/desk/settlement", Now);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => two.Pages.Submit(page, "/desk/settlement?handler=Confirm", confirm))), a => Assert.Equal(HttpStatusCode.Redirect, a.StatusCode));
        Assert.Equal((600_00, 400_00), ((await _host.Deposits.Account(seller.Organisation)).AvailableFen, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen));
        await Holds();
    }

    [Fact]
    public async Task A_sale_that_falls_gives_back_what_was_paid_and_owes_nothing_more()
    {
        var (seller, buyer) = (await _host.University(), await _host.Enterprise());
        var price = await Signed(seller, buyer, sellerFeeBp: 0, buyerFeeBp: 100);
        await _host.Credit(buyer.Organisation, 1_000_00);
        Assert.True((await _host.Obligations.Pay(new PayObligation(Guid.CreateVersion7(), price.Id, 1_000_00, buyer.Person))).Done);
        Assert.True((await _host.Deals.End(Auction, "void", Now)).Done);
        await Eventually.Become("everything to be back", Soon, async () => (await _host.Deposits.Account(buyer.Organisation)).AvailableFen == Deposit + 1_000_00);
        Assert.All(await _host.Obligations.About(Auction, Now), o => Assert.True(o.IsOver));
        Assert.Equal(Refusal.NoLongerOwed, (await _host.Obligations.Pay(new PayObligation(Guid.CreateVersion7(), price.Id, 1, buyer.Person))).Refusal);
        await Holds();
    }

    [Fact]
    public async Task A_defaulter_s_deposit_stays_until_two_operators_have_divided_it_and_the_resale_makes_the_rest_owed()
    {
        var (seller, buyer, one, two) = (await _host.University(), await _host.Enterprise(), await _host.Operator(), await _host.Operator());
        await Signed(seller, buyer, sellerFeeBp: 0, buyerFeeBp: 0);
        Assert.True((await _host.Deals.End(Auction, "defaulted", Now)).Done);
        await Eventually.Become("nothing more to be owed", Soon, async () => (await _host.Obligations.About(Auction, Now)).All(o => o.OutstandingFen == 0));
        Assert.Equal(0, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen);
        var forfeits = _host.Services.GetRequiredService<Forfeits>();
        var lost = new ForfeitRow { Hold = _hold, Book = "custodian", Auction = Auction, Deal = Auction, Organisation = buyer.Organisation, Seller = seller.Organisation, DepositFen = Deposit, PriceFen = Price, OpenedAt = _host.MarketTime };
        for (var again = 0; again < 2; again++) await forfeits.Open(lost, Now);
        var costs = new Dictionary<string, string> { ["hold"] = $"{_hold}", ["costs"] = "30000", ["reason"] = "公告与评估费用" };
        Assert.Equal(HttpStatusCode.Redirect, (await one.Pages.Submit("/desk/settlement", costs, "Costs")).StatusCode);
        var confirm = new Dictionary<string, string> { ["hold"] = $"{_hold}", ["costs"] = "3000000" };
        Assert.Equal(HttpStatusCode.OK, (await one.Pages.Submit("/desk/settlement", confirm, "Forfeit")).StatusCode);
        // What was shown has changed meanwhile: the second operator looks again.
        Assert.Equal(HttpStatusCode.OK, (await two.Pages.Submit("/desk/settlement", new(confirm) { ["costs"] = "2000000" }, "Forfeit")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await two.Pages.Submit("/desk/settlement", confirm, "Forfeit")).StatusCode);
        await Eventually.Become("the seller to have it", Soon, async () => (await _host.Deposits.Account(seller.Organisation)).AvailableFen == Deposit - 30_000_00);
        Assert.Equal(Refusal.ForfeitConfirmed, (await forfeits.Propose(false, _hold, 1, "改", one.Person, Now)).Refusal);
        // Sold again for less: what the deposit did not cover is owed to the seller.
        await forfeits.Resold([Auction], Guid.CreateVersion7(), Price - 500_000_00, "ZJP-2026-0806", Now);
        var owed = await Eventually.Get("the rest", Soon, async () => (await _host.Obligations.About(Auction, Now)).SingleOrDefault(o => o.Kind == ObligationKind.Shortfall));
        Assert.Equal((buyer.Organisation, seller.Organisation, 500_000_00 + 30_000_00 - Deposit), (owed.Debtor, owed.Creditor, owed.AmountFen));
        await Holds();
    }

    [Fact]
    public async Task A_payout_that_the_bank_did_not_make_is_on_the_account_again()
    {
        var (buyer, clerk) = (await _host.Enterprise(), await _host.Operator());
        await _host.Credit(buyer.Organisation, 500_00);
        await buyer.Pages.Submit("/desk/payouts", new() { ["Bank"] = "某银行", ["Number"] = "12345678" }, "Add");
        var account = await _host.InDatabase(db => db.Set<PayoutAccountRow>().AsNoTracking().SingleAsync(Now));
        var more = await buyer.Pages.Submit("/desk/payouts", new() { ["Account"] = $"{account.Id}", ["Amount"] = "500.01", ["Payout"] = $"{Guid.CreateVersion7()}" });
        Assert.Equal(HttpStatusCode.OK, more.StatusCode);
        Assert.Contains("可用余额不足", await more.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await buyer.Pages.Submit("/desk/payouts", new() { ["Account"] = $"{account.Id}", ["Amount"] = "500", ["Payout"] = $"{Guid.CreateVersion7()}" })).StatusCode);
        Assert.Equal(0, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen);
        Assert.Equal(Refusal.InsufficientFunds, (await _host.Deposits.Freeze(Guid.CreateVersion7(), buyer.Organisation, "ZJP-1", 1_00)).Refusal);
        var payout = (await _host.InDatabase(db => db.Set<PayoutRow>().AsNoTracking().SingleAsync(Now))).Id;
        await clerk.Pages.Submit("/desk/settlement", new() { ["payout"] = $"{payout}", ["reason"] = "户名不符" }, "Failed");
        Assert.Equal(500_00, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen);
        Assert.Contains("户名不符", await buyer.Pages.GetStringAsync("/desk/payouts", Now), StringComparison.Ordinal);
        Assert.Equal(Refusal.PayoutEnded, (await _host.Obligations.MakePayout(payout, "S9", clerk.Person)).Refusal);
        await Holds();
    }

    /// <summary>A deal whose contract both have signed, with the deposit in the price.</summary>
    private async Task<ObligationRow> Signed(Somebody seller, Somebody buyer, int sellerFeeBp, int buyerFeeBp)
    {
        await _host.Credit(buyer.Organisation, Deposit);
        await _host.Deposits.Freeze(_hold, buyer.Organisation, Auction, Deposit);
        await _host.Deposits.BindToAuction(_hold);
        await _host.Deals.Open(new OpenDeal(
            Auction, seller.Organisation, buyer.Organisation, "耐高温压力传感器", Price, _host.MarketTime.AddDays(-1), new string('a', 64), Demo: false, _hold, Deposit, BuyerFeeBp: buyerFeeBp, SellerFeeBp: sellerFeeBp));
        foreach (var step in new[] { "sign-confirmation", "sign-contract" })
        {
            foreach (var side in new[] { seller, buyer }) Assert.Equal(HttpStatusCode.Redirect, (await Upload(side, step)).StatusCode);
        }

        return await Eventually.Get("the price with the deposit in it", Soon, async () =>
            (await _host.Obligations.About(Auction, Now)).SingleOrDefault(o => o is { Kind: ObligationKind.Price, PaidFen: > 0 }));
    }

    private async Task Holds() => Assert.Empty((await _host.Services.GetRequiredService<LedgerProving>().Prove("custodian", $"{Guid.CreateVersion7()}", Now))!.Proof.Failed);

    private string Yesterday => _host.MarketTime.AddDays(-1).ToOffset(Instant.Beijing).ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    private string Line(string bank, long fen, string payer, string said) => $"{Yesterday},\"{Fen.Exact(fen)}\",,{payer},62,{said},{bank}\n";

    private static async Task Statement(Somebody clerk, string lines)
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent(await Token(clerk)), "__RequestVerificationToken" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes("交易时间,收入金额,支出金额,对方户名,对方账号,附言,交易流水号\n" + lines)), "file", "对账单.csv" },
        };
        Assert.Equal(HttpStatusCode.Redirect, (await clerk.Pages.PostAsync("/desk/bank/statements", form, Now)).StatusCode);
    }

    private static async Task<HttpResponseMessage> Post(Somebody side, string handler, Dictionary<string, string> fields)
    {
        var form = new Dictionary<string, string>(fields) { ["__RequestVerificationToken"] = await Token(side) };
        return await side.Pages.PostAsync($"/desk/payments?handler={handler}", new FormUrlEncodedContent(form), Now);
    }

    private static async Task<HttpResponseMessage> Upload(Somebody side, string step)
    {
        var form = new MultipartFormDataContent { { new StringContent(await Token(side)), "__RequestVerificationToken" }, { new StringContent(step), "step" } };
        var file = new ByteArrayContent("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"u8.ToArray());
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        form.Add(file, "file", "登记.pdf");
        return await side.Pages.PostAsync($"/deals/{Auction}?handler=Do", form, Now);
    }

    private static async Task<string> Token(Somebody side) => TokenIn().Match(await side.Pages.GetStringAsync("/sign-out", Now)).Groups[1].Value;

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex TokenIn();
}

public sealed class SettlementOnSqlite : SettlementContract;

[OnPostgres]
public sealed class SettlementOnPostgres : SettlementContract;
