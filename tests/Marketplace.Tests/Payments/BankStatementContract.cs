using System.Globalization;
using System.Net;
using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Payments;

/// <summary>对账单: taken in whole, entered once, to whom it certainly belongs or into 暂收.</summary>
public abstract class BankStatementContract : IAsyncLifetime
{
    private const string Head = "交易时间,收入金额,支出金额,对方户名,对方账号,附言,交易流水号\n";

    private readonly MarketHost _host = new();
    private DateTimeOffset? _began;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_certain_goes_to_its_owner_the_rest_waits_and_nothing_is_entered_twice()
    {
        var (buyer, clerk) = (await _host.Enterprise("甬江精密仪器"), await _host.Operator());
        var reference = await _host.Deposits.ReferenceOf(buyer.Organisation, Now);
        var file = Head + Line("A1", "50,000.00", "甬江精密仪器", $"保证金 {reference.Replace("-", " ", StringComparison.Ordinal)}") + Line("A2", "700.00", "瓯江科技", "货款") + $"{Yesterday(30)},,20.00,某银行,62,手续费,A3\n";
        await Taken(clerk, file);
        await Taken(clerk, file);
        Assert.Equal(50_000_00, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen);
        Assert.Equal([("A1", (Guid?)buyer.Organisation, 50_000_00L), ("A2", null, 700_00L)], await Credits());
        // The next export overlaps: what the bank said before is known, the rest is new.
        await Taken(clerk, file + Line("A4", "300.00", "甬江精密仪器", reference));
        Assert.Equal(50_300_00, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen);
        var page = await clerk.Pages.GetStringAsync("/desk/bank/statements", Now);
        Assert.Contains("3 笔此前已有", page, StringComparison.Ordinal);
        Assert.Contains("某银行", page, StringComparison.Ordinal);
        Assert.Empty((await _host.Services.GetRequiredService<LedgerProving>().Prove("custodian", "after", Now))!.Proof.Failed);
    }

    [Fact]
    public async Task A_file_with_a_fault_leaves_nothing_behind_and_says_which_line()
    {
        var clerk = await _host.Operator();
        await Taken(clerk, Head + Line("A1", "100.00", "甲", "x"));
        foreach (var (file, said) in new[]
        {
            (Head + Line("B1", "5.00", "甲", "x") + Line("B2", "1.005", "甲", "x"), "B2"),
            (Head + Line("B1", "5.00", "甲", "x") + Line("A1", "101.00", "甲", "x"), "A1"),
            ("这不是对账单", "整个文件"),
        })
        {
            var answer = await Send(clerk, file);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            var page = await answer.Content.ReadAsStringAsync(Now);
            Assert.Contains("没有保存任何一行", page, StringComparison.Ordinal);
            Assert.True(page.Contains(said, StringComparison.Ordinal) || page.Contains(">3<", StringComparison.Ordinal), said);
        }

        Assert.Single(await Credits());
        Assert.Equal(1, await _host.InDatabase(db => db.Set<BankLineRow>().CountAsync(Now)));
    }

    [Fact]
    public async Task Two_operators_with_the_same_file_at_once_enter_it_once()
    {
        var (buyer, clerks) = (await _host.Enterprise("甬江精密仪器"), new[] { await _host.Operator(), await _host.Operator() });
        var reference = await _host.Deposits.ReferenceOf(buyer.Organisation, Now);
        var file = Head + string.Concat(Enumerable.Range(0, 120).Select(i => Line($"C{i}", "10.00", "甬江精密仪器", reference)));
        Assert.All(await Task.WhenAll(clerks.Select(c => Send(c, file))), a => Assert.Equal(HttpStatusCode.Redirect, a.StatusCode));
        await Entered();
        Assert.Equal(1_200_00, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen);
        Assert.Equal((1, 120), await _host.InDatabase(async db => (await db.Set<BankStatementRow>().CountAsync(Now), await db.Set<BankLineRow>().CountAsync(Now))));
    }

    [Fact]
    public async Task What_was_confirmed_by_hand_before_is_known_and_another_amount_is_shown()
    {
        var (buyer, clerk) = (await _host.Enterprise("甬江精密仪器"), await _host.Operator());
        var reference = await _host.Deposits.ReferenceOf(buyer.Organisation, Now);
        foreach (var bank in new[] { "D1", "D2" }) Assert.True((await _host.Deposits.ConfirmCredit(Guid.CreateVersion7(), buyer.Organisation, 100_00, Moment(30), bank, null, clerk.Person)).Done);
        await Taken(clerk, Head + Line("D1", "100.00", "甬江精密仪器", reference) + Line("D2", "1000.00", "甬江精密仪器", reference));
        Assert.Equal(200_00, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen);
        Assert.Contains("1 笔对不上", await clerk.Pages.GetStringAsync("/desk/bank/statements", Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_desk_says_whose_it_may_be_and_why_and_the_second_of_two_operators_is_told()
    {
        var (buyer, other) = (await _host.Enterprise("甬江精密仪器"), await _host.Enterprise("瓯江科技"));
        var (one, two) = (await _host.Operator(), await _host.Operator());
        var (reference, others) = (await _host.Deposits.ReferenceOf(buyer.Organisation, Now), await _host.Deposits.ReferenceOf(other.Organisation, Now));
        await Taken(one, Head + Line("E1", "100.00", "甬江精密仪器", "忘了写附言码") + Line("E2", "200.00", "某集团财务公司", reference));
        var page = await one.Pages.GetStringAsync("/desk/bank", Now);
        Assert.Contains("没有附言码，但付款户名与该单位一致", page, StringComparison.Ordinal);
        Assert.Contains("保证金须由竞买人本人账户转出", page, StringComparison.Ordinal);
        var waiting = (await _host.InDatabase(db => db.Set<BankCreditRow>().AsNoTracking().SingleAsync(c => c.BankReference == "E1", Now))).Id;
        Assert.Equal(HttpStatusCode.Redirect, (await one.Pages.Submit(page, "/desk/bank?handler=Assign", new() { ["waiting"] = $"{waiting}", ["owner"] = reference })).StatusCode);
        var late = await two.Pages.Submit("/desk/bank", new() { ["waiting"] = $"{waiting}", ["owner"] = others }, "Assign");
        Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        Assert.Equal((100_00, 0), ((await _host.Deposits.Account(buyer.Organisation)).AvailableFen, (await _host.Deposits.Account(other.Organisation)).AvailableFen));
        Assert.Equal(Refusal.CreditAlreadyAssigned, (await _host.Deposits.AssignCredit(waiting, other.Organisation, two.Person)).Refusal);
    }

    [Fact]
    public async Task A_day_without_an_hour_counts_from_its_midnight_and_is_not_entered_before()
    {
        var (buyer, clerk) = (await _host.Enterprise("甬江精密仪器"), await _host.Operator());
        var reference = await _host.Deposits.ReferenceOf(buyer.Organisation, Now);
        var (today, yesterday) = (Days.Of(_host.MarketTime), Days.Of(_host.MarketTime).AddDays(-1));
        Assert.Equal(HttpStatusCode.Redirect, (await Send(clerk, Head.Replace("交易时间", "交易日期", StringComparison.Ordinal)
            + $"{today:yyyy-MM-dd},10.00,,甬江精密仪器,62,{reference},F1\n{yesterday:yyyy-MM-dd},20.00,,甬江精密仪器,62,{reference},F2\n")).StatusCode);
        await Eventually.Become("yesterday's line", TimeSpan.FromSeconds(20), async () => (await Credits()).Count == 1);
        Assert.Equal(Days.EndOf(yesterday), (await _host.Deposits.Account(buyer.Organisation)).Credits.Single().CreditedAt);
        var due = await Eventually.Get("its midnight", TimeSpan.FromSeconds(20), () => _host.InDatabase(db => db.Set<DueWorkRow>().AsNoTracking().Where(w => w.Kind == BankStatements.Work && w.DueAt > _host.MarketTime).FirstOrDefaultAsync(Now)));
        Assert.Equal(Days.EndOf(today), due.DueAt);
        Assert.Contains("正在记账 1 / 2", await clerk.Pages.GetStringAsync("/desk/bank/statements", Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_statement_s_hour_counts_and_what_was_reversed_is_shown_as_missing()
    {
        var (buyer, clerk, second) = (await _host.Enterprise("甬江精密仪器"), await _host.Operator(), await _host.Operator());
        var reference = await _host.Deposits.ReferenceOf(buyer.Organisation, Now);
        var at = Moment(30).ToOffset(Instant.Beijing);
        string Of(string when, string column) => Head.Replace("交易时间", column, StringComparison.Ordinal) + $"{when},10.00,,甬江精密仪器,62,{reference},H1\n";
        await Taken(clerk, Of(at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "交易日期"));
        Assert.DoesNotContain("与账本不一致", await clerk.Pages.GetStringAsync("/desk/bank/statements", Now), StringComparison.Ordinal);
        await Taken(clerk, Of(at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), "交易时间"));
        Assert.Contains("与账本不一致", await clerk.Pages.GetStringAsync("/desk/bank/statements", Now), StringComparison.Ordinal);
        Assert.True((await _host.Deposits.ReverseCredit(BankStatements.CreditOf("custodian", "H1"), "补记准确时间", second.Person)).Done);
        Assert.Contains("账本已冲正这一笔", await clerk.Pages.GetStringAsync("/desk/bank/statements", Now), StringComparison.Ordinal);
        Assert.True((await _host.Deposits.ConfirmCredit(Guid.CreateVersion7(), buyer.Organisation, 10_00, at, "H1", null, clerk.Person)).Done);
        Assert.DoesNotContain("与账本不一致", await clerk.Pages.GetStringAsync("/desk/bank/statements", Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Days_of_one_account_in_one_file_are_taken_in_and_a_batch_is_not_entered_whole_and_in_parts()
    {
        var clerk = await _host.Operator();
        var (one, two) = (_host.MarketTime.AddDays(-3), _host.MarketTime.AddDays(-2));
        static string Part(int yuan) => $"<TxDtls><Amt Ccy=\"CNY\">{yuan}.00</Amt></TxDtls>";
        static string Entry(DateTimeOffset at, string bank, int yuan, string parts) =>
            $"<Ntry><Amt Ccy=\"CNY\">{yuan}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>{at:yyyy-MM-ddTHH:mm:ssZ}</DtTm></BookgDt><AcctSvcrRef>{bank}</AcctSvcrRef>{(parts.Length > 0 ? $"<NtryDtls>{parts}</NtryDtls>" : "")}</Ntry>";
        static string Balance(string kind, int yuan) => $"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">{yuan}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-01</Dt></Dt></Bal>";
        static string Statement(string id, int opening, int closing, string entries) =>
            $"<Stmt><Id>{id}</Id><Acct><Id><Othr><Id>6222</Id></Othr></Id><Ccy>CNY</Ccy></Acct>{Balance("OPBD", opening)}{Balance("CLBD", closing)}{entries}</Stmt>";
        static string Document(params string[] statements) =>
            $"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>{string.Concat(statements)}</BkToCstmrStmt></Document>";
        await Taken(clerk, Document(Statement("S1", 0, 100, Entry(one, "K1", 100, "")), Statement("S2", 100, 400, Entry(two, "K2", 300, Part(100) + Part(200)))));
        Assert.Equal(["K1", "K2/1", "K2/2"], (await Credits()).Select(c => c.Item1));
        var whole = await Send(clerk, Document(Statement("S3", 100, 400, Entry(two, "K2", 300, ""))));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, whole.StatusCode);
        var parts = await Send(clerk, Document(Statement("S4", 0, 100, Entry(one, "K1", 100, Part(40) + Part(60)))));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, parts.StatusCode);
        Assert.Equal(3, (await Credits()).Count);
    }

    [Fact]
    public async Task Entering_stops_and_goes_on_and_a_stranger_takes_nothing_in()
    {
        var (clerk, stranger) = (await _host.Operator(), await _host.Enterprise());
        var today = Days.Of(_host.MarketTime);
        Assert.Equal(HttpStatusCode.Redirect, (await Send(clerk, Head.Replace("交易时间", "交易日期", StringComparison.Ordinal) + $"{today:yyyy-MM-dd},10.00,,甲,62,x,G1\n")).StatusCode);
        var statement = (await _host.InDatabase(db => db.Set<BankStatementRow>().AsNoTracking().SingleAsync(Now))).Id;
        var form = new Dictionary<string, string> { ["statement"] = $"{statement}" };
        Assert.Equal(HttpStatusCode.Redirect, (await clerk.Pages.Submit("/desk/bank/statements", form, "Stop")).StatusCode);
        Assert.Contains("已停止 0 / 1", await clerk.Pages.GetStringAsync("/desk/bank/statements", Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await clerk.Pages.Submit("/desk/bank/statements", form, "GoOn")).StatusCode);
        Assert.Contains("正在记账 0 / 1", await clerk.Pages.GetStringAsync("/desk/bank/statements", Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Pages.GetAsync("/desk/bank/statements", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.Pages.Submit("/desk/bank/statements", new() { ["statement"] = $"{Guid.CreateVersion7()}" }, "Stop")).StatusCode);
    }

    /// <summary>As banks say it, to the second; the same through all of a test.</summary>
    private DateTimeOffset Moment(int hours) => DateTimeOffset.FromUnixTimeSeconds((_began ??= _host.MarketTime).AddHours(-hours).ToUnixTimeSeconds());

    private string Yesterday(int hours) => Moment(hours).ToOffset(Instant.Beijing).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private string Line(string bank, string amount, string payer, string wrote) => $"{Yesterday(30)},\"{amount}\",,{payer},6222,{wrote},{bank}\n";

    private async Task Taken(Somebody clerk, string file)
    {
        Assert.Equal(HttpStatusCode.Redirect, (await Send(clerk, file)).StatusCode);
        await Entered();
    }

    private Task Entered() => Eventually.Become("all lines to be entered", TimeSpan.FromSeconds(30), () => _host.InDatabase(async db => !await db.Set<BankStatementRow>().AnyAsync(s => s.DoneAt == null, Now)));

    private Task<List<(string, Guid?, long)>> Credits() => _host.InDatabase(async db =>
        (await db.Set<BankCreditRow>().AsNoTracking().OrderBy(c => c.BankReference).ToListAsync(Now)).ConvertAll(c => (c.BankReference, c.Organisation, c.AmountFen)));

    private static async Task<HttpResponseMessage> Send(Somebody clerk, string file)
    {
        using var content = new MultipartFormDataContent
        {
            { new StringContent(BrowserExtensions.TokenOn(await clerk.Pages.GetStringAsync("/desk/bank/statements", Now))), "__RequestVerificationToken" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(file)), "file", "statement.csv" },
        };
        return await clerk.Pages.PostAsync("/desk/bank/statements", content, Now);
    }
}

public sealed class SqliteBankStatementTests : BankStatementContract;

[OnPostgres]
public sealed class PostgresBankStatementTests : BankStatementContract;
