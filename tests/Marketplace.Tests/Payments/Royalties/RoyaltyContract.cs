using System.Net;
using System.Net.Http.Headers;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Payments.Royalties;
using Marketplace.Platform;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Payments.Royalties;

/// <summary>提成: from the signed terms over declarations and inspections to the seller's account, and who sees what of it.</summary>
public abstract class RoyaltyContract : IAsyncLifetime
{
    private const string Deal = "ZJP-2026-0811";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly string Sha = new('a', 64);

    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private RoyaltyAgreements Agreements => _host.Services.GetRequiredService<RoyaltyAgreements>();

    /// <summary>3 % of net sales, quarterly, from the first day of last year: its four quarters are over.</summary>
    private RoyaltyTerms Terms => new(RoyaltyBase.NetSales, new DateOnly(LastYear, 1, 1), new DateOnly(LastYear + 2, 12, 31)) { Bands = [new RoyaltyBand(null, 300)] };

    private int LastYear => Days.Of(_host.MarketTime).Year - 1;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_declaration_is_owed_and_paid_and_a_correction_makes_the_next_one_smaller()
    {
        var (seller, buyer) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"));
        await _host.Deals.Open(new OpenDeal(Deal, seller.Organisation, buyer.Organisation, "耐高温压力传感器", 100_00, _host.MarketTime.AddDays(-400), Sha, Demo: false));
        Assert.DoesNotContain(Page, await buyer.Pages.GetStringAsync($"/deals/{Deal}", Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await buyer.Pages.GetAsync(Page, Now)).StatusCode);
        Assert.True((await Agreements.End(Deal, "void", Now)).Done);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Agreements.Begin(Command(seller, buyer)))), began => Assert.Null(began.Refusal));
        Assert.Equal(Refusal.RoyaltiesBegunOtherwise, (await Agreements.Begin(Command(seller, buyer) with { Title = "别的" })).Refusal);
        Assert.Contains($"href=\"{Page}\"", await seller.Pages.GetStringAsync($"/deals/{Deal}", Now), StringComparison.Ordinal);
        Assert.Contains("买方申报", await buyer.Pages.GetStringAsync("/desk/royalties", Now), StringComparison.Ordinal);

        // Two browsers send the same form, and one of them twice: declared once, owed once.
        var first = Declaration(1, "1,000,000");
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Post(buyer, "Declare", first))), a => Assert.Equal(HttpStatusCode.Redirect, a.StatusCode));
        var owed = Assert.Single(await Charges(1));
        Assert.Equal((buyer.Organisation, seller.Organisation, 30_000_00L, ReleaseRule.AtOnce), (owed.Debtor, owed.Creditor, owed.AmountFen, owed.Release));
        Assert.Equal(Days.After(Days.Of(_host.MarketTime), 15), owed.Due);
        Assert.Equal(2, (await Agreements.Find(Deal, Now))!.Royalties.History.Length);

        await _host.Credit(buyer.Organisation, 50_000_00);
        var pay = new Dictionary<string, string> { ["payment"] = $"{Guid.CreateVersion7()}", ["obligation"] = $"{owed.Id}", ["fen"] = $"{owed.AmountFen}" };
        for (var again = 0; again < 2; again++) Assert.Equal(HttpStatusCode.Redirect, (await buyer.Pages.PostAsync("/desk/payments?handler=Pay", Form(await Token(buyer), pay), Now)).StatusCode);
        Assert.Equal(30_000_00, (await _host.Deposits.Account(seller.Organisation)).AvailableFen);

        // Down to 400,000: 18,000 too much was charged; 600,000 more in the next quarter owe nothing new, the quarter after that 12,000.
        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, "Declare", Declaration(1, "40万"))).StatusCode);
        Assert.Contains("18,000.00", await seller.Pages.GetStringAsync(Page, Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, "Declare", Declaration(2, "600000"))).StatusCode);
        Assert.DoesNotContain("抵扣余额", await buyer.Pages.GetStringAsync(Page, Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, "Declare", Declaration(3, "0"))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, "Declare", Declaration(4, "400000"))).StatusCode);
        Assert.Equal([30_000_00L, 12_000_00L], (await Charges(2)).Select(o => o.AmountFen));
        // A sale that falls takes nothing of them back by itself, and nothing more is declared.
        Assert.True((await _host.Obligations.Unwind(Deal, "void", cancellation: Now)).Done);
        for (var again = 0; again < 2; again++) Assert.True((await Agreements.End(Deal, "void", Now)).Done);
        Assert.Equal((30_000_00L, 12_000_00L), ((await _host.Deposits.Account(seller.Organisation)).AvailableFen, (await Charges(2))[1].OutstandingFen));
        Assert.Equal(Refusal.DealIsOver, (await Agreements.Declare(Deal, new PeriodDeclared(Guid.CreateVersion7(), 4, 1, null, null, null, buyer.Person))).Refusal);
        Assert.Contains("交易已终止", await buyer.Pages.GetStringAsync("/desk/royalties", Now), StringComparison.Ordinal);

        var told = await Told();
        Assert.Equal(5, told.Count(n => n.Kind == NoticeKind.RoyaltyDeclared && n.Recipient == seller.Organisation));
        Assert.Equal((2, 2), (told.Count(n => n.Kind == NoticeKind.RoyaltyCharged && n.Recipient == seller.Organisation), told.Count(n => n.Kind == NoticeKind.RoyaltyCharged && n.Recipient == buyer.Organisation)));
        Assert.Empty((await _host.Services.GetRequiredService<LedgerProving>().Prove("custodian", "royalties", Now))!.Proof.Failed);
    }

    [Fact]
    public async Task What_cannot_be_declared_says_why_and_keeps_what_was_typed()
    {
        var (seller, buyer) = (await _host.University(), await _host.Enterprise());
        await Agreements.Begin(Command(seller, buyer));
        foreach (var (period, typed, said) in new[] { (1, "", "请填写"), (1, "很多", "请填零或正数"), (1, "-5", "请填零或正数"), (12, "5", "本期尚未结束"), (99, "5", "没有这个提成期次") })
        {
            var answer = await Post(buyer, "Declare", new(Declaration(period, typed)) { ["note"] = "第一批" });
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Now));
            if (typed.Length > 0) Assert.Contains(said, page, StringComparison.Ordinal);
            else Assert.Contains("aria-invalid=\"true\"", page, StringComparison.Ordinal);
            Assert.Contains("value=\"第一批\"", page, StringComparison.Ordinal);
            if (typed.Length > 0) Assert.Contains($"value=\"{typed}\"", page, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await Post(seller, "Declare", Declaration(1, "5"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Post(buyer, "Ask", new() { ["id"] = $"{Guid.CreateVersion7()}", ["first"] = "1", ["last"] = "1" })).StatusCode);
        var english = await buyer.Pages.GetStringAsync($"{Page}?culture=en", Now);
        foreach (var said in new[] { "Royalties", "Enter 0 where nothing was sold", "Overdue", "3 %" }) Assert.Contains(said, english, StringComparison.Ordinal);
        await buyer.Pages.GetStringAsync($"{Page}?culture=zh-CN", Now);
        // Pieces are whole.
        var units = Command(seller, buyer) with { Deal = Deal + "-2", Terms = Terms with { Base = RoyaltyBase.Units, Bands = [new RoyaltyBand(1000, 50), new RoyaltyBand(null, 30)] } };
        Assert.Null((await Agreements.Begin(units)).Refusal);
        Assert.Contains("请填零或正数", WebUtility.HtmlDecode(await (await Post(buyer, "Declare", Declaration(1, "1.5"), units.Deal)).Content.ReadAsStringAsync(Now)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, "Declare", Declaration(1, "1,200"), units.Deal)).StatusCode);
        Assert.Equal(1000 * 50 + 200 * 30, (await Agreements.Find(units.Deal, Now))!.Account.ChargedFen);
    }

    [Fact]
    public async Task An_inspection_makes_the_shortfall_owed_when_the_buyer_accepts_the_report_it_saw()
    {
        var (seller, buyer) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"));
        var inspection = await Scheduled(seller, buyer);
        // No report without its paper; what was typed stays.
        var report = new Dictionary<string, string> { ["id"] = $"{Guid.CreateVersion7()}", ["inspection"] = $"{inspection}", ["found"] = "1,500,000" };
        var bare = WebUtility.HtmlDecode(await (await Post(seller, "Report", report)).Content.ReadAsStringAsync(Now));
        Assert.Contains("value=\"1,500,000\"", bare, StringComparison.Ordinal);
        for (var again = 0; again < 2; again++) Assert.Equal(HttpStatusCode.Redirect, (await Post(seller, "Report", report, file: true)).StatusCode);
        var page = await buyer.Pages.GetStringAsync(Page, Now);
        foreach (var said in new[] { "1,500,000.00", "15,000.00", "不答复不等于同意" }) Assert.Contains(said, page, StringComparison.Ordinal);
        Assert.Contains("买方答复查账报告", await buyer.Pages.GetStringAsync("/desk/royalties", Now), StringComparison.Ordinal);
        // The seller corrects it under the buyer's hands.
        var second = new Dictionary<string, string>(report) { ["id"] = $"{Guid.CreateVersion7()}", ["found"] = "1,200,000" };
        Assert.Equal(HttpStatusCode.Redirect, (await Post(seller, "Report", second, file: true)).StatusCode);
        var accept = new Dictionary<string, string> { ["inspection"] = $"{inspection}", ["report"] = report["id"] };
        Assert.Contains("已更正查账报告", WebUtility.HtmlDecode(await (await Post(buyer, "Accept", accept)).Content.ReadAsStringAsync(Now)), StringComparison.Ordinal);
        accept["report"] = second["id"];
        Assert.Equal(HttpStatusCode.Forbidden, (await Post(seller, "Accept", accept)).StatusCode);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Post(buyer, "Accept", accept))), a => Assert.Equal(HttpStatusCode.Redirect, a.StatusCode));
        // What was declared long ago, and what was found.
        Assert.Equal([6_000_00L, 30_000_00L], (await Charges(2)).Select(o => o.AmountFen).Order());
        Assert.Contains("本期已经查账结算", WebUtility.HtmlDecode(await (await Post(buyer, "Declare", Declaration(1, "1"))).Content.ReadAsStringAsync(Now)), StringComparison.Ordinal);
        var (mine, theirs) = ((await Told()).Where(n => n.Recipient == buyer.Organisation).Select(n => n.Kind).ToHashSet(), (await Told()).Where(n => n.Recipient == seller.Organisation).Select(n => n.Kind).ToHashSet());
        Assert.Superset(new HashSet<NoticeKind> { NoticeKind.InspectionReported, NoticeKind.InspectionSettled, NoticeKind.RoyaltyCharged, NoticeKind.PaymentOwed }, mine);
        Assert.Superset(new HashSet<NoticeKind> { NoticeKind.InspectionSettled, NoticeKind.RoyaltyCharged }, theirs);

        // On paper and as files: the same figures.
        var paper = await seller.Pages.GetAsync($"{Page}/statement.pdf", Now);
        Assert.Equal(("application/pdf", "attachment", $"提成结算单 {Deal}.pdf"), PdfText.Sent(paper));
        var text = PdfText.Of(await paper.Content.ReadAsByteArrayAsync(Now));
        foreach (var said in new[] { "越州大学", "甬江精密仪器", "1,200,000.00", "36,000.00", "查账结算", "6,000.00" }) Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.Equal(await buyer.Pages.GetByteArrayAsync($"{Page}/statement.pdf", Now), await paper.Content.ReadAsByteArrayAsync(Now));
        Assert.Contains("Royalty statement", PdfText.Of(await buyer.Pages.GetByteArrayAsync($"{Page}/statement.pdf?period=1&culture=en", Now)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await buyer.Pages.GetAsync($"{Page}/statement.pdf?period=99&culture=zh-CN", Now)).StatusCode);
        var csv = await buyer.Pages.GetStringAsync($"{Page}/export.csv", Now);
        foreach (var said in new[] { "1200000.00", "36000.00", "已查明" }) Assert.Contains(said, csv, StringComparison.Ordinal);
        Assert.Equal("PK"u8.ToArray(), (await seller.Pages.GetByteArrayAsync($"{Page}/export.xlsx", Now))[..2]);
        Assert.Equal(HttpStatusCode.NotFound, (await seller.Pages.GetAsync($"{Page}/export.docx", Now)).StatusCode);
        Assert.Contains("报告.pdf", page, StringComparison.Ordinal);
        var file = await _host.InDatabase(db => db.Set<RoyaltyFileRow>().AsNoTracking().SingleAsync(f => f.FileName == "报告.pdf", Now));
        Assert.Equal("attachment", (await buyer.Pages.GetAsync($"{Page}/files/{file.Sha256}", Now)).Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(HttpStatusCode.NotFound, (await buyer.Pages.GetAsync($"{Page}/files/{new string('b', 64)}", Now)).StatusCode);
    }

    [Fact]
    public async Task A_disputed_report_is_settled_by_a_judgment_that_two_operators_enter()
    {
        var (seller, buyer, one, two) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"), await _host.Operator(), await _host.Operator());
        var inspection = await Scheduled(seller, buyer);
        var report = $"{Guid.CreateVersion7()}";
        Assert.Equal(HttpStatusCode.Redirect, (await Post(seller, "Report", new() { ["id"] = report, ["inspection"] = $"{inspection}", ["found"] = "1500000" }, file: true)).StatusCode);
        // Nothing is disputed yet: an operator learns nothing, not even that there is something.
        var evidence = await _host.InDatabase(db => db.Set<RoyaltyFileRow>().AsNoTracking().ToListAsync(Now));
        var reported = $"{Page}/files/{evidence.Single(f => f.FileName == "报告.pdf").Sha256}";
        Assert.Equal(HttpStatusCode.NotFound, (await one.Pages.GetAsync(reported, Now)).StatusCode);
        Assert.DoesNotContain(Deal, await one.Pages.GetStringAsync("/desk/royalties/judgments", Now), StringComparison.Ordinal);
        var judgment = new Dictionary<string, string> { ["deal"] = Deal, ["id"] = $"{Guid.CreateVersion7()}", ["inspection"] = $"{inspection}", ["found"] = "1,100,000", ["number"] = "(2026)浙01民初1号" };
        Assert.Equal(HttpStatusCode.NotFound, (await Judge(one, "Propose", judgment)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Judge(one, "Propose", new(judgment) { ["deal"] = "none" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await buyer.Pages.GetAsync("/desk/royalties/judgments", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, "Dispute", new() { ["inspection"] = $"{inspection}", ["report"] = report, ["reason"] = "含退货" })).StatusCode);

        // What they decide on they may read, and that they did is kept; no other file.
        foreach (var other in evidence.Where(f => f.FileName != "报告.pdf")) Assert.Equal(HttpStatusCode.NotFound, (await one.Pages.GetAsync($"{Page}/files/{other.Sha256}", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await one.Pages.GetAsync(reported, Now)).StatusCode);
        Assert.True(await _host.InDatabase(db => db.Set<PrivilegedReadRow>().AnyAsync(r => r.Person == one.Person && r.What == "royalties" && r.About == Deal, Now)));
        Assert.Equal(HttpStatusCode.NotFound, (await (await _host.Enterprise("瓯江科技")).Pages.GetAsync(reported, Now)).StatusCode);
        var desk = await one.Pages.GetStringAsync("/desk/royalties/judgments", Now);
        foreach (var said in new[] { Deal, "含退货", "1,500,000.00" }) Assert.Contains(said, desk, StringComparison.Ordinal);
        foreach (var name in new[] { "越州大学", "甬江精密仪器" }) Assert.DoesNotContain(name, desk, StringComparison.Ordinal);
        Assert.Contains("value=\"1,100,000\"", WebUtility.HtmlDecode(await (await Judge(one, "Propose", judgment, file: false)).Content.ReadAsStringAsync(Now)), StringComparison.Ordinal);
        for (var again = 0; again < 2; again++) Assert.Equal(HttpStatusCode.Redirect, (await Judge(one, "Propose", judgment)).StatusCode);
        var judged = await _host.InDatabase(db => db.Set<RoyaltyFileRow>().AsNoTracking().SingleAsync(f => f.FileName == "判决书.pdf", Now));
        Assert.Contains($"{Page}/files/{judged.Sha256}", await two.Pages.GetStringAsync("/desk/royalties/judgments", Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await two.Pages.GetAsync($"{Page}/files/{judged.Sha256}", Now)).StatusCode);
        var confirm = new Dictionary<string, string> { ["deal"] = Deal, ["inspection"] = $"{inspection}", ["judgment"] = judgment["id"] };
        Assert.Contains("不能", WebUtility.HtmlDecode(await (await Judge(one, "Confirm", confirm)).Content.ReadAsStringAsync(Now)), StringComparison.Ordinal);
        Assert.Equal(30_000_00, (await Agreements.Find(Deal, Now))!.Account.ChargedFen);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Judge(two, "Confirm", confirm))), a => Assert.Equal(HttpStatusCode.Redirect, a.StatusCode));
        Assert.Equal([3_000_00L, 30_000_00L], (await Charges(2)).Select(o => o.AmountFen).Order());
        Assert.DoesNotContain(Deal, await one.Pages.GetStringAsync("/desk/royalties/judgments", Now), StringComparison.Ordinal);
        var page = await seller.Pages.GetStringAsync(Page, Now);
        Assert.Contains("裁判结果已复核", page, StringComparison.Ordinal);
        Assert.Contains("(2026)浙01民初1号", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_but_the_parties_learns_that_there_are_royalties_and_the_clock_reminds_both_of_what_is_late()
    {
        var (seller, buyer, stranger, clerk) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"), await _host.Enterprise("瓯江科技"), await _host.Operator());
        await Agreements.Begin(Command(seller, buyer));
        Assert.Equal(HttpStatusCode.Redirect, (await Post(buyer, "Declare", Declaration(1, "1,000,000"))).StatusCode);
        await Charges(1);
        using var visitor = _host.Browser();
        foreach (var path in new[] { Page, $"{Page}/statement.pdf", $"{Page}/export.csv", $"{Page}/files/{Sha}" })
        {
            var none = path.Replace(Deal, "ZJP-0", StringComparison.Ordinal);
            foreach (var reader in new[] { stranger.Pages, clerk.Pages })
            {
                var (there, elsewhere) = (await reader.GetAsync(path, Now), await reader.GetAsync(none, Now));
                Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (there.StatusCode, elsewhere.StatusCode));
                Assert.DoesNotContain("甬江", await there.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
            }

            Assert.Contains((await visitor.GetAsync(path, Now)).StatusCode, new[] { HttpStatusCode.Redirect, HttpStatusCode.Unauthorized });
        }

        foreach (var handler in new[] { "Declare", "Ask", "Day", "Report", "GiveUp", "Accept", "Dispute" })
        {
            foreach (var reader in new[] { stranger, clerk }) Assert.Equal(HttpStatusCode.NotFound, (await Post(reader, handler, Declaration(1, "1"))).StatusCode);
        }

        Assert.DoesNotContain(Deal, await stranger.Pages.GetStringAsync("/desk/royalties", Now), StringComparison.Ordinal);
        Assert.Contains(Page, await seller.Pages.GetStringAsync("/desk/royalties", Now), StringComparison.Ordinal);

        // Three quarters of last year are late, at the least: each is told to both sides once, however often the clock comes.
        await Eventually.Become("what is late to be told", Soon, async () => (await Told()).Count(n => n.Kind == NoticeKind.RoyaltyOverdue && n.Recipient == seller.Organisation) >= 2);
        var before = (await Told()).Count;
        Assert.True((await Agreements.Declare(Deal, new PeriodDeclared(Guid.CreateVersion7(), 2, 0, null, null, null, buyer.Person))).Done);
        await Eventually.Become("the clock to have come again", Soon, () => _host.InDatabase(async db =>
            await db.Set<DueWorkRow>().AsNoTracking().AnyAsync(w => w.Kind == "payments.royalty-declarations" && w.LeaseUntil == null && w.LastError == null && w.DueAt > _host.MarketTime, Now)));
        Assert.Equal(before + 1, (await Told()).Count);
        Assert.All(await Told(), n => Assert.Contains(n.Recipient, new[] { seller.Organisation, buyer.Organisation }));
    }

    private static string Page => $"/deals/{Deal}/royalties";

    private BeginRoyalties Command(Somebody seller, Somebody buyer) => new(Deal, seller.Organisation, buyer.Organisation, "耐高温压力传感器", DepositAccounts.RealBook, Terms, Demo: false);

    private static Dictionary<string, string> Declaration(int period, string typed) => new() { ["id"] = $"{Guid.CreateVersion7()}", ["period"] = $"{period}", ["base"] = typed };

    private Task<List<NoticeRow>> Told() => _host.InDatabase(db => db.Set<NoticeRow>().AsNoTracking().Where(n => n.Subject == Deal && n.Kind != NoticeKind.PaymentMade).ToListAsync(Now));

    private Task<List<ObligationRow>> Charges(int count) => Eventually.Get("the charges", Soon, async () =>
        (await _host.Obligations.About(Deal, Now)).Where(o => o.Kind == ObligationKind.Royalty).OrderBy(o => o.RaisedAt).ToList() is { } found && found.Count == count ? found : null);

    /// <summary>The first quarter of last year was declared with 1,000,000 and its books were to be seen some days ago: told with the moments it happened at.</summary>
    private async Task<Guid> Scheduled(Somebody seller, Somebody buyer)
    {
        var (inspection, at) = (Guid.CreateVersion7(), _host.MarketTime);
        var command = Command(seller, buyer);
        (int Ago, RoyaltyFact Fact)[] said =
        [
            (300, new RoyaltiesBegun(command)),
            (290, new PeriodDeclared(Guid.CreateVersion7(), 1, 1_000_000_00, null, null, null, buyer.Person)),
            (60, new InspectionRequested(inspection, 1, 1, seller.Person)),
            (59, new InspectionDaySet(Guid.CreateVersion7(), inspection, Days.Of(at).AddDays(-5), seller.Person)),
        ];
        var (lines, prev) = (new List<NewLine>(), FactLine.Genesis);
        foreach (var (ago, fact) in said)
        {
            var line = FactLine.Write(fact, lines.Count + 1, prev, Instant.Cut(at.AddDays(-ago)));
            lines.Add(new NewLine(line, fact.CommandKey));
            prev = line.Hash;
        }

        var stream = RoyaltyGrain.StreamOf(Deal);
        await _host.Services.GetRequiredService<IFactStore>().Append(stream, lines, _host.Services.GetRequiredService<MarketKeys>().Sign(stream, lines.Count, prev), [], Now);
        await _host.InDatabase(db =>
        {
            db.Add(new RoyaltyRow { Deal = Deal, Seller = seller.Organisation, Buyer = buyer.Organisation, Title = command.Title, Book = command.Book, Demo = false, BegunAt = at.AddDays(-300), Turn = InspectionTurn.Seller });
            return db.SaveChangesAsync(Now);
        });
        return inspection;
    }

    private static async Task<HttpResponseMessage> Post(Somebody side, string handler, Dictionary<string, string> fields, string deal = Deal, bool file = false) =>
        await side.Pages.PostAsync($"/deals/{deal}/royalties?handler={handler}", Form(await Token(side), fields, file ? "报告.pdf" : null), Now);

    private static async Task<HttpResponseMessage> Judge(Somebody clerk, string handler, Dictionary<string, string> fields, bool file = true) =>
        await clerk.Pages.PostAsync($"/desk/royalties/judgments?handler={handler}", Form(await Token(clerk), fields, file ? "判决书.pdf" : null), Now);

    private static MultipartFormDataContent Form(string token, Dictionary<string, string> fields, string? file = null)
    {
        var form = new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" } };
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        if (file is null) return form;
        var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes($"%PDF-1.4\n%{file}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        form.Add(content, "file", file);
        return form;
    }

    private static async Task<string> Token(Somebody side) => BrowserExtensions.TokenOn(await side.Pages.GetStringAsync("/sign-out", Now));
}

public sealed class RoyaltiesOnSqlite : RoyaltyContract;

[OnPostgres]
public sealed class RoyaltiesOnPostgres : RoyaltyContract;
