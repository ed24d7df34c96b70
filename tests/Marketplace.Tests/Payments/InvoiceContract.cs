using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Payments;

/// <summary>开票: from the payment to the number of the 数电票, and back by a red paper.</summary>
public abstract partial class InvoiceContract : IAsyncLifetime
{
    private const string Auction = "ZJP-2026-0901", Registration = "2026330106000123", TaxNumber = "26332000000123456789";
    private const long Price = 3_120_000_00;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_registered_contract_is_invoiced_exempt_and_the_buyer_finds_paper_and_number()
    {
        var (seller, buyer, stranger, clerk) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"), await _host.Enterprise("瓯江科技"), await _host.Operator());
        var price = await Paid(seller, buyer, Price);
        Assert.Contains("合同未登记", await seller.Pages.GetStringAsync("/desk/invoices", Now), StringComparison.Ordinal);
        var form = Form(price, "Exempt", Price);
        // Before the registration: only with the tax.
        await Refused(seller, form, "还没有认定登记");
        await Register(seller);
        await Refused(seller, new(form) { ["registration"] = "123" }, "16 位");
        await Refused(seller, new(form) { ["fen"] = "100" }, "重新载入");
        await Refused(seller, new(form) { ["choice"] = "Special-1300" }, "");
        // Nobody but the seller makes it out, and for the others it is not there.
        foreach (var other in new[] { buyer, stranger, clerk }) Assert.Equal(HttpStatusCode.NotFound, (await Post(other, "Issue", form)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Post(seller, "Issue", new(form) { ["obligation"] = $"{Guid.CreateVersion7()}" })).StatusCode);
        // Twice by the same click: one paper.
        Assert.All(await Task.WhenAll(Post(seller, "Issue", form), Post(seller, "Issue", form)), a => Assert.Equal(HttpStatusCode.Redirect, a.StatusCode));
        var paper = Assert.Single(await Papers());
        Assert.Equal(($"KP-{Days.Of(_host.MarketTime).Year}-0001", Price, 0L, TaxTreatment.Exempt, Registration), (paper.Number, paper.AmountFen, paper.TaxFen, paper.Treatment, paper.Registration));
        await Refused(seller, new(form) { ["invoice"] = $"{Guid.CreateVersion7()}" }, "没有待开票的款项");
        await Refused(seller, new(form) { ["choice"] = "Special-600" }, "已用于另一张");

        var address = $"/desk/invoices/{paper.Id}.pdf";
        foreach (var side in new[] { seller, buyer })
        {
            var answer = await side.Pages.GetAsync(address, Now);
            Assert.Equal(("application/pdf", "attachment", $"开票单 {paper.Number}.pdf"), PdfText.Sent(answer));
            var text = PdfText.Of(await answer.Content.ReadAsByteArrayAsync(Now));
            foreach (var said in new[] { "越州大学", "甬江精密仪器", "¥3,120,000.00", "人民币叁佰壹拾贰万元整", Registration, "免税", "36号", "付款", "技术转让费", Auction, "本单不是发票" }) Assert.Contains(said, text, StringComparison.Ordinal);
        }

        Assert.Contains("Exempt from VAT", PdfText.Of(await buyer.Pages.GetByteArrayAsync($"{address}?culture=en", Now)).Replace("\n", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        using var visitor = _host.Browser();
        foreach (var (reader, status) in new[] { (stranger.Pages, HttpStatusCode.NotFound), (clerk.Pages, HttpStatusCode.NotFound), (visitor, HttpStatusCode.Unauthorized) }) Assert.Equal(status, (await reader.GetAsync(address, Now)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await buyer.Pages.GetAsync($"/desk/invoices/{Guid.CreateVersion7()}.pdf", Now)).StatusCode);

        // The number, by the issuer, of its shape.
        var number = new Dictionary<string, string> { ["invoice"] = $"{paper.Id}", ["number"] = "2633 2000 0001 2345 6789" };
        Assert.Equal(HttpStatusCode.NotFound, (await Post(buyer, "Number", number)).StatusCode);
        Assert.Contains("20 位数字", await (await Post(seller, "Number", new(number) { ["number"] = "2633" })).Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        for (var again = 0; again < 2; again++) Assert.Equal(HttpStatusCode.Redirect, (await Post(seller, "Number", number)).StatusCode);
        Assert.Contains(TaxNumber, await buyer.Pages.GetStringAsync("/desk/invoices", Now), StringComparison.Ordinal);
        Assert.Contains(TaxNumber, PdfText.Of(await buyer.Pages.GetByteArrayAsync(address, Now)), StringComparison.Ordinal);
        Assert.DoesNotContain(paper.Number, await stranger.Pages.GetStringAsync("/desk/invoices", Now), StringComparison.Ordinal);
        Assert.DoesNotContain("甬江精密仪器", await clerk.Pages.GetStringAsync("/desk/invoices", Now), StringComparison.Ordinal);
        var csv = await buyer.Pages.GetStringAsync("/desk/invoices/export.csv", Now);
        foreach (var said in new[] { paper.Number, TaxNumber, "3120000.00" }) Assert.Contains(said, csv, StringComparison.Ordinal);
        Assert.Equal("PK"u8.ToArray(), (await seller.Pages.GetByteArrayAsync("/desk/invoices/export.xlsx", Now))[..2]);
        var told = await _host.InDatabase(db => db.Set<NoticeRow>().AsNoTracking().Where(n => n.Kind == NoticeKind.InvoiceIssued || n.Kind == NoticeKind.InvoiceNumbered).Select(n => n.Recipient).ToListAsync(Now));
        Assert.Equal([buyer.Organisation, buyer.Organisation], told);
    }

    [Fact]
    public async Task Papers_made_at_the_same_moment_have_numbers_one_after_the_other()
    {
        var (seller, buyer) = (await _host.University(), await _host.Enterprise());
        await _host.Credit(buyer.Organisation, 10_000_00);
        var prices = new List<Guid>();
        for (var deal = 1; deal <= 6; deal++)
        {
            prices.Add(await _host.RaisePrice($"ZJP-2026-09{deal}0", buyer.Organisation, seller.Organisation, deal * 100_00));
            Assert.True((await _host.Obligations.Pay(new PayObligation(Guid.CreateVersion7(), prices[^1], deal * 100_00, buyer.Person))).Done);
        }

        // Each of them from two browsers: one paper each, the other is told.
        var answers = await Task.WhenAll(prices.SelectMany((price, at) => Enumerable.Range(0, 2).Select(_ => Post(seller, "Issue", Form(price, "Special-600", (at + 1) * 100_00)))));
        Assert.Equal((6, 6), (answers.Count(a => a.StatusCode == HttpStatusCode.Redirect), answers.Count(a => a.StatusCode == HttpStatusCode.OK)));
        var papers = await Papers();
        Assert.Equal(Enumerable.Range(1, 6), papers.Select(p => p.Ordinal).Order());
        Assert.Equal(prices.Order(), papers.Select(p => p.Obligation).Order());
        Assert.All(papers, p => Assert.Equal(Invoicing.TaxOf(p.AmountFen, 600), p.TaxFen));
        // The same number of the tax administration stands on one paper of an issuer.
        Assert.Equal(HttpStatusCode.Redirect, (await Number(seller, papers[0], TaxNumber)).StatusCode);
        Assert.Contains("另一张开票单", await (await Number(seller, papers[1], TaxNumber)).Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        // A typing error is corrected, and the other side hears of it.
        Assert.Equal(HttpStatusCode.Redirect, (await Number(seller, papers[0], "26332000000000000001")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Number(seller, papers[1], TaxNumber)).StatusCode);
        // Another issuer's papers have numbers of their own, and may have that one.
        var other = await _host.University();
        var price = await _host.RaisePrice("ZJP-2026-0999", buyer.Organisation, other.Organisation, 1_00);
        Assert.True((await _host.Obligations.Pay(new PayObligation(Guid.CreateVersion7(), price, 1_00, buyer.Person))).Done);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(other, "Issue", Form(price, "Ordinary-300", 1_00))).StatusCode);
        var its = (await Papers()).Single(p => p.Issuer == other.Organisation);
        Assert.Equal(1, its.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Number(other, its, TaxNumber)).StatusCode);
    }

    [Fact]
    public async Task What_is_refunded_is_taken_back_by_a_red_paper_once()
    {
        var (seller, buyer, one, two) = (await _host.University(), await _host.Enterprise(), await _host.Operator(), await _host.Operator());
        var price = await _host.RaisePrice(Auction, buyer.Organisation, seller.Organisation, 1_000_00);
        await _host.Credit(buyer.Organisation, 1_000_00);
        await Refused(seller, Form(price, "Special-600", 1_000_00), "还没有付");
        Assert.True((await _host.Obligations.Pay(new PayObligation(Guid.CreateVersion7(), price, 1_000_00, buyer.Person))).Done);
        // A mistake is taken back whole, and the sum is invoiced again.
        Assert.Equal(HttpStatusCode.Redirect, (await Post(seller, "Issue", Form(price, "Ordinary-600", 1_000_00))).StatusCode);
        var wrong = Assert.Single(await Papers());
        Assert.Equal(HttpStatusCode.NotFound, (await Post(buyer, "Red", Red(wrong, RedReason.Mistake, 1_000_00))).StatusCode);
        Assert.Contains("没有可红冲", await (await Post(seller, "Red", Red(wrong, RedReason.Refund, 1_000_00))).Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(seller, "Red", Red(wrong, RedReason.Mistake, 1_000_00))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(seller, "Issue", Form(price, "Special-600", 1_000_00))).StatusCode);

        // Two operators divide the money: 400 go back.
        Assert.True((await _host.Obligations.Claim(new ClaimRelease(Guid.CreateVersion7(), price, new string('a', 64), _host.MarketTime.AddDays(10)))).Done);
        Assert.True((await _host.Obligations.Object(price, "样品未达标", buyer.Person)).Done);
        var ruling = Guid.CreateVersion7();
        Assert.True((await _host.Obligations.Propose(new ProposeRuling(ruling, price, 600_00, "第三方检测", one.Person))).Done);
        Assert.True((await _host.Obligations.ConfirmRuling(price, ruling, two.Person)).Done);
        var blue = (await Papers()).Single(p => p.Treatment == TaxTreatment.Special);
        Assert.Contains("开红字 ¥400.00", await seller.Pages.GetStringAsync("/desk/invoices", Now), StringComparison.Ordinal);
        // Two browsers at once: one red paper.
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Post(seller, "Red", Red(blue, RedReason.Refund, 400_00))));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Redirect], answers.Select(a => a.StatusCode).Order());
        var papers = await Papers();
        var red = papers.Single(p => p.Corrects == blue.Id);
        Assert.Equal((-400_00L, -Invoicing.TaxOf(400_00, 600), RedReason.Refund), (red.AmountFen, red.TaxFen, red.Reason));
        Assert.Equal(600_00, papers.Sum(p => p.AmountFen));
        Assert.Equal(Enumerable.Range(1, 4), papers.Select(p => p.Ordinal).Order());
        var text = PdfText.Of(await buyer.Pages.GetByteArrayAsync($"/desk/invoices/{red.Id}.pdf", Now));
        foreach (var said in new[] { "开票单（红字）", blue.Number, "−¥400.00", "（负数）人民币肆佰元整", "退款" }) Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.DoesNotContain("开红字 ¥", await seller.Pages.GetStringAsync("/desk/invoices", Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_price_in_parts_is_invoiced_part_by_part_and_each_part_corrected_for_itself()
    {
        var (seller, buyer) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"));
        Owed Part(long fen, ReleaseRule release, string? milestone = null) =>
            new(Guid.CreateVersion7(), ObligationKind.Price, buyer.Organisation, seller.Organisation, fen, Days.After(Days.Of(_host.MarketTime), 5), release, milestone);
        var (first, second) = (Part(600_00, ReleaseRule.Registration), Part(400_01, ReleaseRule.Milestone, "中试完成"));
        Assert.True((await _host.Obligations.Raise("custodian", new RaiseObligations(Auction, "signed", [first, second]))).Done);
        await _host.Credit(buyer.Organisation, 1_000_01);
        Assert.True((await _host.Obligations.Pay(new PayObligation(Guid.CreateVersion7(), first.Id, 600_00, buyer.Person))).Done);
        await Refused(seller, Form(second.Id, "Special-600", 400_01), "还没有付");
        // Not the whole price with the first part.
        await Refused(seller, Form(first.Id, "Special-600", 1_000_01), "重新载入");
        Assert.Equal(HttpStatusCode.Redirect, (await Post(seller, "Issue", Form(first.Id, "Special-600", 600_00))).StatusCode);
        Assert.True((await _host.Obligations.Pay(new PayObligation(Guid.CreateVersion7(), second.Id, 400_01, buyer.Person))).Done);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(seller, "Issue", Form(second.Id, "Special-600", 400_01))).StatusCode);
        var papers = await Papers();
        Assert.Equal([(first.Id, 600_00L, Invoicing.TaxOf(600_00, 600)), (second.Id, 400_01L, Invoicing.TaxOf(400_01, 600))], papers.Select(p => (p.Obligation, p.AmountFen, p.TaxFen)));
        Assert.Equal([1, 2], papers.Select(p => p.Ordinal));

        // The sale falls: what was kept of each part goes back, and each paper is taken back for its own sum.
        Assert.True((await _host.Obligations.Unwind(Auction, "void", cancellation: Now)).Done);
        foreach (var paper in papers) Assert.Equal(HttpStatusCode.Redirect, (await Post(seller, "Red", Red(paper, RedReason.Refund, paper.AmountFen))).StatusCode);
        var all = await Papers();
        Assert.Equal((4, 0L, 0L), (all.Count, all.Sum(p => p.AmountFen), all.Sum(p => p.TaxFen)));
        Assert.Equal(papers.Select(p => (p.Id, p.Obligation)), all.Where(p => p.Corrects is not null).Select(p => (p.Corrects!.Value, p.Obligation)));
    }

    [Fact]
    public async Task The_market_s_fee_is_the_operator_s_to_invoice_and_names_nobody_in_lists()
    {
        var (seller, buyer, clerk) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"), await _host.Operator());
        var fee = await Fee(buyer);
        Assert.Equal(HttpStatusCode.NotFound, (await Post(buyer, "Issue", Form(fee, "Special-600", 31_200_00))).StatusCode);
        await Refused(clerk, Form(fee, "Exempt", 31_200_00), "不能免税");
        await Refused(clerk, Form(fee, "Ordinary-300", 31_200_00), "");
        Assert.Equal(HttpStatusCode.Redirect, (await Post(clerk, "Issue", Form(fee, "Special-600", 31_200_00))).StatusCode);
        var paper = Assert.Single(await Papers());
        Assert.Equal((InvoiceRow.Market, 1_766_04L), (paper.Issuer, paper.TaxFen));
        foreach (var path in new[] { "/desk/invoices", "/desk/invoices/export.csv" }) Assert.DoesNotContain("甬江精密仪器", await clerk.Pages.GetStringAsync(path, Now), StringComparison.Ordinal);
        var text = PdfText.Of(await clerk.Pages.GetByteArrayAsync($"/desk/invoices/{paper.Id}.pdf", Now));
        foreach (var said in new[] { "甬江精密仪器", "交易服务费", "1,766.04", "29,433.96", "6%", "专用发票" }) Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.Contains(await _host.InDatabase(db => db.Set<PrivilegedReadRow>().AsNoTracking().ToListAsync(Now)), r => r.Person == clerk.Person && r.What == "invoice");
        Assert.Contains(paper.Number, await buyer.Pages.GetStringAsync("/desk/invoices", Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await seller.Pages.GetAsync($"/desk/invoices/{paper.Id}.pdf", Now)).StatusCode);
        // A researcher has no say over money and reads none of it.
        var researcher = await _host.Member(seller.Organisation, MemberRole.Researcher);
        Assert.Equal(HttpStatusCode.Forbidden, (await researcher.Pages.GetAsync("/desk/invoices", Now)).StatusCode);
    }

    [Fact]
    public async Task Without_a_code_of_both_sides_there_is_no_paper()
    {
        var (buyer, clerk) = (await _host.Enterprise(), await _host.Operator());
        var fee = await Fee(buyer);
        await _host.InDatabase(db => db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.Operator).ExecuteUpdateAsync(set => set.SetProperty(o => o.Uscc, (string?)null), Now));
        await Refused(clerk, Form(fee, "Special-600", 31_200_00), "统一社会信用代码");
        Assert.Empty(await Papers());
    }

    private async Task<Guid> Fee(Somebody buyer)
    {
        var owed = new Owed(Guid.CreateVersion7(), ObligationKind.PlatformFee, buyer.Organisation, null, 31_200_00, Days.After(Days.Of(_host.MarketTime), 5), ReleaseRule.AtOnce);
        Assert.True((await _host.Obligations.Raise("custodian", new RaiseObligations(Auction, "signed", [owed]))).Done);
        await _host.Credit(buyer.Organisation, 31_200_00);
        Assert.True((await _host.Obligations.Pay(new PayObligation(Guid.CreateVersion7(), owed.Id, 31_200_00, buyer.Person))).Done);
        return owed.Id;
    }

    /// <summary>A deal whose contract both have signed and whose price is paid.</summary>
    private async Task<Guid> Paid(Somebody seller, Somebody buyer, long fen)
    {
        await _host.Deals.Open(new OpenDeal(Auction, seller.Organisation, buyer.Organisation, "耐高温压力传感器", fen, _host.MarketTime.AddDays(-1), new string('a', 64), Demo: false));
        foreach (var step in new[] { Step.SignConfirmation, Step.SignContract })
        {
            foreach (var (side, person) in new[] { (Party.Seller, seller.Person), (Party.Buyer, buyer.Person) }) await Does(step, side, person);
        }

        var price = await Eventually.Get("the price", Soon, async () => (await _host.Obligations.About(Auction, Now)).SingleOrDefault(o => o.Kind == ObligationKind.Price));
        await _host.Credit(buyer.Organisation, fen);
        Assert.True((await _host.Obligations.Pay(new PayObligation(Guid.CreateVersion7(), price.Id, fen, buyer.Person))).Done);
        return price.Id;
    }

    private Task Register(Somebody seller) => Does(Step.Register, Party.Seller, seller.Person);

    private async Task Does(Step step, Party side, Guid person) => Assert.Null((await _host.Deals.Do(Auction, new DoStep(step, side, person, new string('c', 64), "文件.pdf"))).Refusal);

    private Task<List<InvoiceRow>> Papers() => _host.InDatabase(db => db.Set<InvoiceRow>().AsNoTracking().OrderBy(i => i.Issuer).ThenBy(i => i.Ordinal).ToListAsync(Now));

    private static Dictionary<string, string> Form(Guid obligation, string choice, long fen) =>
        new() { ["invoice"] = $"{Guid.CreateVersion7()}", ["obligation"] = $"{obligation}", ["fen"] = $"{fen}", ["choice"] = choice, ["registration"] = choice == "Exempt" ? Registration : "" };

    private static Dictionary<string, string> Red(InvoiceRow blue, RedReason reason, long fen) =>
        new() { ["invoice"] = $"{Guid.CreateVersion7()}", ["corrects"] = $"{blue.Id}", ["reason"] = $"{reason}", ["fen"] = $"{fen}" };

    private static Task<HttpResponseMessage> Number(Somebody side, InvoiceRow paper, string number) => Post(side, "Number", new() { ["invoice"] = $"{paper.Id}", ["number"] = number });

    private static async Task Refused(Somebody side, Dictionary<string, string> form, string said)
    {
        var answer = await Post(side, "Issue", form);
        var page = await answer.Content.ReadAsStringAsync(Now);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("role=\"alert\"", page, StringComparison.Ordinal);
        Assert.Contains(said, page, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> Post(Somebody side, string handler, Dictionary<string, string> fields)
    {
        var form = new Dictionary<string, string>(fields) { ["__RequestVerificationToken"] = TokenIn().Match(await side.Pages.GetStringAsync("/sign-out", Now)).Groups[1].Value };
        return await side.Pages.PostAsync($"/desk/invoices?handler={handler}", new FormUrlEncodedContent(form), Now);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex TokenIn();
}

public sealed class InvoicesOnSqlite : InvoiceContract;

[OnPostgres]
public sealed class InvoicesOnPostgres : InvoiceContract;
