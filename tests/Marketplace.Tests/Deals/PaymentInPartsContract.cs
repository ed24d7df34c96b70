using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Notifications;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Deals;

/// <summary>分期付款: a price in three parts, from the deposit in the first to the last fen of the fees.</summary>
public abstract partial class PaymentInPartsContract : IAsyncLifetime
{
    private const string Auction = "ZJP-2026-0911";
    private const long Price = 3_120_000_01, Deposit = 200_000_00, Fee = Price * 250 / 10_000;

    private static readonly AnnouncedPlan Plan = new(PlanKind.Instalments)
    {
        Parts =
        [
            new AnnouncedPart(3000, new Period(5, PeriodUnit.WorkingDays), PartRelease.Registration), new AnnouncedPart(3000, new Period(30, PeriodUnit.Days), PartRelease.Milestone, "中试完成"),
            new AnnouncedPart(4000, new Period(12, PeriodUnit.Months), PartRelease.Acceptance),
        ],
    };

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
    public async Task A_price_in_three_parts_is_paid_reminded_of_claimed_and_released_part_by_part()
    {
        var (seller, buyer) = (await _host.ShowsSecondFactor(await _host.University("越州大学")), await _host.Enterprise("甬江精密仪器"));
        await Sign(seller, buyer);
        var parts = await Eventually.Get("the deposit in the first part", Soon, async () => await Parts() is [{ PaidFen: Deposit }, _, _] three ? three : null);
        var signed = (await _host.Deals.Find(Auction, Now))!.SignedOn()!.Value;
        Assert.Equal(Plan.Of(Price, signed).Parts.Select(p => (p.AmountFen, p.Due, p.Milestone)), parts.Select(p => (p.AmountFen, p.Due, p.Milestone)));
        Assert.Equal([ReleaseRule.Registration, ReleaseRule.Milestone, ReleaseRule.Acceptance], parts.Select(p => p.Release));
        Assert.Equal((Obligations.IdOf($"{Auction}\nprice"), Price), (parts[0].Id, parts.Sum(p => p.AmountFen)));
        Assert.Contains("第 2 期 30%：签约后 30 日内付，“中试完成”完成后放款", WebUtility.HtmlDecode(await buyer.Pages.GetStringAsync($"/deals/{Auction}", Now)), StringComparison.Ordinal);

        // The first payment finishes the step, and no more than what came is counted.
        await _host.Credit(buyer.Organisation, Price);
        Assert.Empty(await _host.Deals.Reached(Step.Pay, Now));
        await Pay(buyer, parts[0]);
        await Eventually.Become("the step", Soon, async () => (await _host.Deals.Find(Auction, Now))!.Done.Any(d => d.Step == Step.Pay));
        Assert.Equal(parts[0].AmountFen, Assert.Single(await _host.Deals.Reached(Step.Pay, Now)).AmountFen);

        var owing = WebUtility.HtmlDecode(await buyer.Pages.GetStringAsync("/desk/payments", Now));
        for (var part = 1; part <= 3; part++) Assert.Contains($"第 {part} 期，共 3 期", owing, StringComparison.Ordinal);

        // A milestone is not claimed before its part is paid, nor by anybody else.
        var early = await Claim(seller, parts[1], "中试报告");
        Assert.Equal(HttpStatusCode.OK, early.StatusCode);
        Assert.Contains("款项尚未付清", WebUtility.HtmlDecode(await early.Content.ReadAsStringAsync(Now)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await Claim(buyer, parts[1], "中试报告")).StatusCode);
        Assert.Contains("没有这笔应付款", WebUtility.HtmlDecode(await (await Claim(seller, parts[0], "中试报告")).Content.ReadAsStringAsync(Now)), StringComparison.Ordinal);

        // The second part is late: its debtor is told, once.
        var day = Days.Of(_host.MarketTime).AddDays(-2);
        await _host.InDatabase(db => db.Set<ObligationRow>().Where(o => o.Id == parts[1].Id).ExecuteUpdateAsync(set => set.SetProperty(o => o.Due, day), Now));
        for (var again = 0; again < 2; again++)
        {
            var past = _host.MarketTime.AddSeconds(-1);
            await _host.InDatabase(db => db.Set<DueWorkRow>().Where(w => w.Key == $"{Auction}/steps").ExecuteUpdateAsync(set => set.SetProperty(w => w.DueAt, past), Now));
            await Eventually.Become("the reminder", Soon, () => _host.InDatabase(async db => !await db.Set<DueWorkRow>().AnyAsync(w => w.Key == $"{Auction}/steps" && w.DueAt <= past, Now)));
        }

        var late = Assert.Single(await _host.InDatabase(db => db.Set<NoticeRow>().AsNoTracking().Where(n => n.Kind == NoticeKind.PaymentOverdue || n.Kind == NoticeKind.PaymentDueSoon).ToListAsync(Now)));
        Assert.Equal((NoticeKind.PaymentOverdue, buyer.Organisation, Auction), (late.Kind, late.Recipient, late.Subject));

        // Paid and claimed with a file that both may read; another file is no second claim.
        await Pay(buyer, parts[1]);
        Assert.Equal(parts[0].AmountFen + parts[1].AmountFen, Assert.Single(await _host.Deals.Reached(Step.Pay, Now)).AmountFen);
        Assert.Contains("申请放款", WebUtility.HtmlDecode(await seller.Pages.GetStringAsync($"/deals/{Auction}", Now)), StringComparison.Ordinal);
        for (var again = 0; again < 2; again++) Assert.Equal(HttpStatusCode.Redirect, (await Claim(seller, parts[1], "中试报告")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Claim(seller, parts[1], "另一份")).StatusCode);
        var evidence = $"/deals/{Auction}/evidence/{parts[1].Id}";
        foreach (var side in new[] { seller, buyer })
        {
            Assert.Contains("中试报告.pdf", WebUtility.HtmlDecode(await side.Pages.GetStringAsync($"/deals/{Auction}", Now)), StringComparison.Ordinal);
            Assert.Contains("中试报告", Encoding.UTF8.GetString(await side.Pages.GetByteArrayAsync(evidence, Now)), StringComparison.Ordinal);
        }

        using var visitor = _host.Browser();
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Unauthorized), ((await (await _host.Enterprise("瓯江科技")).Pages.GetAsync(evidence, Now)).StatusCode, (await visitor.GetAsync(evidence, Now)).StatusCode));
        Assert.Equal(HttpStatusCode.NotFound, (await seller.Pages.GetAsync($"/deals/{Auction}/evidence/{parts[0].Id}", Now)).StatusCode);

        // Objected to, then agreed: the seller has it less its fee in proportion.
        await Post(buyer, "Object", parts[1], ("reason", "样品未达标"));
        Assert.True((await _host.Obligations.Find(parts[1].Id, Now))!.IsDisputed);
        await Agree(buyer, parts[1]);
        Assert.Equal(parts[1].AmountFen - FeeOn(parts[1].AmountFen), await Available(seller));

        // The transfer releases the first part while the last is not even paid; its acceptance is claimed as soon as it is.
        Assert.Equal(HttpStatusCode.Redirect, (await Upload(seller, "record-transfer")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Upload(seller, "deliver")).StatusCode);
        await Agree(buyer, await Eventually.Get("the claim of the first part", Soon, () => Claimed(parts[0].Id)));
        var released = parts[0].AmountFen + parts[1].AmountFen;
        Assert.Equal(released - FeeOn(released), await Available(seller));
        Assert.Null((await _host.Obligations.Find(parts[2].Id, Now))!.Claim);
        await Pay(buyer, parts[2]);
        await Agree(buyer, await Eventually.Get("the claim of the last part", Soon, () => Claimed(parts[2].Id)));
        Assert.Equal((Price - Fee, Price), (await Available(seller), Assert.Single(await _host.Deals.Reached(Step.Pay, Now)).AmountFen));
        Assert.Equal(Deposit, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen);
        Assert.All(await _host.Obligations.About(Auction, Now), o => Assert.True(o.IsOver));
        Assert.Empty((await _host.Services.GetRequiredService<LedgerProving>().Prove("custodian", $"{Guid.CreateVersion7()}", Now))!.Proof.Failed);
    }

    [Fact]
    public async Task A_default_on_a_later_part_gives_back_what_was_paid_and_keeps_the_deposit_for_the_waterfall()
    {
        var (seller, buyer) = (await _host.University(), await _host.Enterprise());
        await Sign(seller, buyer);
        var parts = await Eventually.Get("the deposit in the first part", Soon, async () => await Parts() is [{ PaidFen: Deposit }, _, _] three ? three : null);
        await _host.Credit(buyer.Organisation, Price);
        await Pay(buyer, parts[0]);
        Assert.True((await _host.Deals.End(Auction, "defaulted", Now)).Done);
        await Eventually.Become("nothing more to be owed", Soon, async () => (await _host.Obligations.About(Auction, Now)).All(o => o.OutstandingFen == 0));
        Assert.Equal(Price, await Available(buyer));
        Assert.True((await _host.Obligations.ForfeitKept("custodian", Auction, 30_000_00, 0)).Done);
        Assert.Equal(Deposit - 30_000_00, await Available(seller));
        Assert.Empty(await _host.Deals.Reached(Step.Pay, Now));
        Assert.Equal(HttpStatusCode.OK, (await Claim(seller, parts[1], "中试报告")).StatusCode);
    }

    private static long FeeOn(long releasedFen) => (long)((Int128)Fee * releasedFen / Price);

    private async Task Sign(Somebody seller, Somebody buyer)
    {
        await _host.Credit(buyer.Organisation, Deposit);
        await _host.Deposits.Freeze(_hold, buyer.Organisation, Auction, Deposit);
        await _host.Deposits.BindToAuction(_hold);
        var opened = await _host.Deals.Open(new OpenDeal(
            Auction, seller.Organisation, buyer.Organisation, "耐高温压力传感器", Price, _host.MarketTime.AddDays(-1), new string('a', 64), Demo: false, _hold, Deposit, SellerFeeBp: 250, Plan: Plan));
        Assert.Null(opened.Refusal);
        foreach (var step in new[] { "sign-confirmation", "sign-contract" })
        {
            foreach (var side in new[] { seller, buyer }) Assert.Equal(HttpStatusCode.Redirect, (await Upload(side, step)).StatusCode);
        }
    }

    private async Task<ObligationRow[]> Parts() => [.. (await _host.Obligations.About(Auction, Now)).Where(o => o.Kind == ObligationKind.Price)];

    private async Task<ObligationRow?> Claimed(Guid part) => await _host.Obligations.Find(part, Now) is { Claim: not null } row ? row : null;

    private async Task<long> Available(Somebody side) => (await _host.Deposits.Account(side.Organisation)).AvailableFen;

    private async Task Pay(Somebody buyer, ObligationRow part)
    {
        var fen = (await _host.Obligations.Find(part.Id, Now))!.OutstandingFen;
        await Post(buyer, "Pay", part, ("payment", $"{Guid.CreateVersion7()}"), ("fen", $"{fen}"));
    }

    private Task Agree(Somebody buyer, ObligationRow part) => Post(buyer, "Agree", part);

    private static async Task Post(Somebody side, string handler, ObligationRow part, params (string Name, string Value)[] fields)
    {
        var form = fields.Append(("obligation", $"{part.Id}")).Append(("__RequestVerificationToken", await Token(side))).ToDictionary();
        Assert.Equal(HttpStatusCode.Redirect, (await side.Pages.PostAsync($"/desk/payments?handler={handler}", new FormUrlEncodedContent(form), Now)).StatusCode);
    }

    private static async Task<HttpResponseMessage> Claim(Somebody side, ObligationRow part, string name) =>
        await side.Pages.PostAsync($"/deals/{Auction}?handler=Milestone", await Form(side, ("part", $"{part.Id}"), name), Now);

    private static async Task<HttpResponseMessage> Upload(Somebody side, string step) => await side.Pages.PostAsync($"/deals/{Auction}?handler=Do", await Form(side, ("step", step), "登记"), Now);

    private static async Task<MultipartFormDataContent> Form(Somebody side, (string Name, string Value) field, string name)
    {
        var file = new ByteArrayContent(Encoding.UTF8.GetBytes($"%PDF-1.4\n% {name}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"));
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        return new() { { new StringContent(await Token(side)), "__RequestVerificationToken" }, { new StringContent(field.Value), field.Name }, { file, "file", $"{name}.pdf" } };
    }

    private static async Task<string> Token(Somebody side) => TokenIn().Match(await side.Pages.GetStringAsync("/sign-out", Now)).Groups[1].Value;

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex TokenIn();
}

public sealed class PaymentInPartsOnSqlite : PaymentInPartsContract;

[OnPostgres]
public sealed class PaymentInPartsOnPostgres : PaymentInPartsContract;
