using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Marketplace.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Payments;
using Marketplace.Notifications;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Payments;

/// <summary>保函: handed in, confirmed, in place of a deposit, and every way that it ends.</summary>
public abstract partial class GuaranteeContract : IAsyncLifetime
{
    private const string Lot = "ZJP-2026-0805";
    private const long Price = 3_120_000_00, Deposit = 200_000_00, Sum = 500_000_00;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(120);

    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_bidder_shows_a_letter_and_has_all_of_it_again_when_the_lot_is_over()
    {
        var lot = await _host.ScheduleAuction(TimeSpan.FromSeconds(75));
        var (bidder, application, code) = await _host.Apply(lot);
        var brief = await HandIn(bidder, "G-1", days: 30);
        var good = await HandIn(bidder, "G-2", days: 200);
        Assert.DoesNotContain("G-2", await bidder.Pages.GetStringAsync($"/auctions/{lot.Id}/apply", Now), StringComparison.Ordinal);
        // The operator of the real market has no letter of the demonstration.
        var letters = _host.Services.GetRequiredService<GuaranteeLetters>();
        Assert.Equal(Refusal.UnknownGuarantee, (await letters.Confirm(demo: false, good, lot.Operator.Person, Now)).Refusal);
        foreach (var letter in new[] { brief, good }) Assert.Null((await letters.Confirm(demo: true, letter, lot.Operator.Person, Now)).Refusal);
        var page = await bidder.Pages.GetStringAsync($"/auctions/{lot.Id}/apply?culture=zh-CN", Now);
        Assert.Contains("G-2，可用 ¥500,000", page, StringComparison.Ordinal);
        Assert.Contains("保函有效期不足", page, StringComparison.Ordinal);
        Assert.Contains("Freeze money on the account", await bidder.Pages.GetStringAsync($"/auctions/{lot.Id}/apply?culture=en", Now), StringComparison.Ordinal);

        // What does not fit is refused whatever the form sends, and the choice is kept.
        var refused = await bidder.Pages.Submit($"/auctions/{lot.Id}/apply?culture=zh-CN", new() { ["Letter"] = $"{brief}" }, "Freeze");
        Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
        Assert.Contains("保函有效期不足", await refused.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await bidder.Pages.Submit($"/auctions/{lot.Id}/apply", new() { ["Letter"] = $"{good}" }, "Freeze")).StatusCode);
        Assert.Equal((490_000_00, 10_000_00), await On(bidder, good));
        Assert.Contains("以保函 G-2 代替", await bidder.Pages.GetStringAsync("/desk/account?culture=zh-CN", Now), StringComparison.Ordinal);
        await _host.Review(code, lot.Operator);
        await Eventually.Become("a paddle", Soon, () => _host.InDatabase(db => db.Set<PaddleRow>().AnyAsync(p => p.Application == application && p.AdmittedAt != null, Now)));
        // An operator sees the letter, and nothing of what rests on it.
        foreach (var path in new[] { "/desk/guarantees", "/desk/guarantees/export.csv", "/desk/settlement" }) Assert.DoesNotContain(lot.Id, await lot.Operator.Pages.GetStringAsync(path, Now), StringComparison.Ordinal);

        await Eventually.Become("all of it again", Soon, async () => await On(bidder, good) == (500_000_00, 0));
        Assert.Equal((0, 0), ((await _host.Deposits.Account(bidder.Organisation)).AvailableFen, (await _host.Deposits.Account(bidder.Organisation)).FrozenFen));
        Assert.Equal(HttpStatusCode.Redirect, (await bidder.Pages.Submit("/desk/account", new() { ["letter"] = $"{good}" }, "ReturnLetter")).StatusCode);
        Assert.Contains("已收回", await bidder.Pages.GetStringAsync("/desk/account?culture=zh-CN", Now), StringComparison.Ordinal);
        await Holds("demo:custodian");
    }

    [Fact]
    public async Task The_winner_pays_the_whole_price_in_money_and_the_letter_is_free()
    {
        var (seller, buyer, clerk) = (await _host.ShowsSecondFactor(await _host.University()), await _host.Enterprise(), await _host.Operator());
        var (letter, hold) = await Bound(buyer, clerk);
        await Open(seller, buyer, hold);
        foreach (var step in new[] { "sign-confirmation", "sign-contract" })
        {
            foreach (var side in new[] { seller, buyer }) Assert.Equal(HttpStatusCode.Redirect, (await Upload(side, step)).StatusCode);
        }

        var price = await Eventually.Get("the price", Soon, async () => (await _host.Obligations.About(Lot, Now)).SingleOrDefault(o => o.Kind == ObligationKind.Price));
        Assert.Equal((Price, 0), (price.AmountFen, price.PaidFen));
        await Credit(buyer, Price - 1, price.Id);
        Assert.Equal((Sum - Deposit, Deposit), await On(buyer, letter));
        await Credit(buyer, 1, price.Id);
        await Eventually.Become("the step", Soon, async () => (await _host.Deals.Find(Lot, Now))!.Done.Any(d => d.Step == Step.Pay));
        await Eventually.Become("the letter free", Soon, async () => await On(buyer, letter) == (Sum, 0));
        await Holds();
    }

    [Fact]
    public async Task After_a_default_the_issuer_pays_and_the_seller_has_it()
    {
        var (seller, buyer, one, two) = (await _host.University(), await _host.Enterprise("甬江精密仪器"), await _host.Operator(), await _host.Operator());
        var (letter, hold) = await Bound(buyer, one);
        await Open(seller, buyer, hold);
        Assert.True((await _host.Deals.End(Lot, "defaulted", Now)).Done);
        await _host.Services.GetRequiredService<Forfeits>().Open(
            new ForfeitRow { Hold = hold, Book = "custodian", Auction = Lot, Deal = Lot, Organisation = buyer.Organisation, Seller = seller.Organisation, DepositFen = Deposit, PriceFen = Price, OpenedAt = _host.MarketTime }, Now);
        Assert.Contains("须向开立人索赔", await one.Pages.GetStringAsync("/desk/settlement?culture=zh-CN", Now), StringComparison.Ordinal);
        await one.Pages.Submit("/desk/settlement", new() { ["hold"] = $"{hold}", ["costs"] = "30000", ["reason"] = "公告费用" }, "Costs");
        Assert.Equal(HttpStatusCode.Redirect, (await two.Pages.Submit("/desk/settlement", new() { ["hold"] = $"{hold}", ["costs"] = "3000000" }, "Forfeit")).StatusCode);
        await Eventually.Become("the demand", Soon, async () => (await _host.Obligations.About(Lot, Now)).Count(o => o.Kind == ObligationKind.GuaranteeCall) == 2);
        Assert.Equal((Sum - Deposit, 0), await On(buyer, letter));
        var page = await one.Pages.GetStringAsync("/desk/guarantees?culture=zh-CN", Now);
        Assert.DoesNotContain(Lot, page, StringComparison.Ordinal);
        foreach (var owed in (await _host.Obligations.About(Lot, Now)).Where(o => o.Kind == ObligationKind.GuaranteeCall))
        {
            var reference = await _host.Deposits.ReferenceOf(buyer.Organisation, Now, owed.Id);
            Assert.Contains(reference, page, StringComparison.Ordinal);
            Assert.Contains(reference, await buyer.Pages.GetStringAsync("/desk/payments", Now), StringComparison.Ordinal);
            // The issuer writes the reference; whose money it is follows from it.
            var found = (await _host.Deposits.FindByReference(reference, demo: false, Now))!;
            Assert.Equal(owed.Id, found.Obligation);
            await Credit(buyer, owed.AmountFen, owed.Id);
        }

        Assert.Equal((Deposit - 30_000_00, 0), ((await _host.Deposits.Account(seller.Organisation)).AvailableFen, (await _host.Deposits.Account(buyer.Organisation)).AvailableFen));
        Assert.DoesNotContain("向开立人索赔", await two.Pages.GetStringAsync("/desk/guarantees?culture=zh-CN", Now), StringComparison.Ordinal);
        await Holds();
    }

    [Fact]
    public async Task Whose_letter_it_is_and_who_may_decide()
    {
        var (owner, stranger, one, two) = (await _host.Enterprise("甬江精密仪器"), await _host.Enterprise("瓯江科技"), await _host.Operator(), await _host.Operator());
        // What was typed is kept, and said in both languages.
        var incomplete = await Post(owner, "G-1", "杭州某银行", "0", "2020-01-01", file: false);
        var text = await incomplete.Content.ReadAsStringAsync(Now);
        Assert.Equal(HttpStatusCode.OK, incomplete.StatusCode);
        Assert.Contains("value=\"杭州某银行\"", WebUtility.HtmlDecode(text), StringComparison.Ordinal);
        var letter = await HandIn(owner, "G-1", days: 100);
        Assert.Contains("Being checked", await owner.Pages.GetStringAsync("/desk/account?culture=en", Now), StringComparison.Ordinal);
        Assert.Contains("Ask the issuing bank", await one.Pages.GetStringAsync("/desk/guarantees?culture=en", Now), StringComparison.Ordinal);
        // The same letter is nobody else's, and nobody else reads it.
        var again = await Post(stranger, "Ｇ - 1", "杭州某银行", "500000", Day(100));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.Pages.GetAsync($"/desk/guarantees/{letter}/file", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await owner.Pages.GetAsync($"/desk/guarantees/{letter}/file", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await one.Pages.GetAsync($"/desk/guarantees/{letter}/file", Now)).StatusCode);
        foreach (var path in new[] { "/desk/guarantees", "/desk/guarantees/export.csv" }) Assert.Equal(HttpStatusCode.Forbidden, (await owner.Pages.GetAsync(path, Now)).StatusCode);
        var number = await _host.InDatabase(db => db.Set<GuaranteeRow>().Where(g => g.Id == letter).Select(g => g.Number).SingleAsync(Now));
        foreach (var (reader, path, there) in new[] { (owner, "account/letters", true), (stranger, "account/letters", false), (one, "guarantees", true) })
            Assert.Equal(there, (await reader.Pages.GetStringAsync($"/desk/{path}/export.csv", Now)).Contains(number, StringComparison.Ordinal));
        Assert.Equal("PK"u8.ToArray(), (await one.Pages.GetByteArrayAsync("/desk/guarantees/export.xlsx", Now))[..2]);
        Assert.Equal(HttpStatusCode.NotFound, (await one.Pages.GetAsync("/desk/guarantees/export.docx", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await one.Pages.Submit("/desk/guarantees", new() { ["letter"] = $"{Guid.CreateVersion7()}" }, "Confirm")).StatusCode);
        // Before the issuer was asked nothing rests on it.
        Assert.Equal(Refusal.UnknownGuarantee, (await _host.Deposits.Freeze(Guid.CreateVersion7(), owner.Organisation, Lot, 1, letter: letter)).Refusal);

        // Two operators at the same moment: one decides.
        var html = await one.Pages.GetStringAsync("/desk/guarantees", Now);
        var other = await two.Pages.GetStringAsync("/desk/guarantees", Now);
        var answers = await Task.WhenAll(
            one.Pages.Submit(html, "/desk/guarantees?handler=Confirm", new() { ["letter"] = $"{letter}" }),
            two.Pages.Submit(other, "/desk/guarantees?handler=Refuse", new() { ["letter"] = $"{letter}", ["reason"] = "开立人否认" }));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Redirect], answers.Select(a => a.StatusCode).Order());
        var row = await Row(letter);
        Assert.Equal(row.RefusedBecause is null, row.ConfirmedAt is not null);
        var told = row.RefusedBecause is null ? NoticeKind.GuaranteeConfirmed : NoticeKind.GuaranteeRefused;
        await Eventually.Become("the notice", Soon, () => _host.InDatabase(db => db.Set<NoticeRow>().AnyAsync(n => n.Kind == told && n.Recipient == owner.Organisation, Now)));
        Assert.Equal(Refusal.UnknownGuarantee, (await _host.Deposits.Freeze(Guid.CreateVersion7(), stranger.Organisation, Lot, 1, letter: letter)).Refusal);
        await Holds();
    }

    [Fact]
    public async Task Near_its_last_day_its_owner_and_the_operators_are_told_while_something_rests_on_it()
    {
        var (owner, clerk) = (await _host.Enterprise(), await _host.Operator());
        var (letter, _) = await Bound(owner, clerk, days: Guarantees.WarnDays - 2);
        // Due again now, as it will be on that day.
        await _host.InDatabase(async db =>
        {
            await db.SaveWithWork(GuaranteeLetters.Work, GuaranteeLetters.KeyOf("custodian", letter), _host.MarketTime, Now);
            return true;
        });
        await Eventually.Become("both to be told", Soon, async () => (await _host.InDatabase(db => db.Set<NoticeRow>().Where(n => n.Kind == NoticeKind.GuaranteeExpires || n.Kind == NoticeKind.GuaranteeToExtend).Select(n => n.Recipient).ToListAsync(Now)))
            .ToHashSet().IsSupersetOf([owner.Organisation, clerk.Organisation]));
        var page = await clerk.Pages.GetStringAsync("/desk/guarantees?culture=zh-CN", Now);
        Assert.Contains("临近到期，仍在占用", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Lot, page, StringComparison.Ordinal);
        var notices = await _host.InDatabase(db => db.Set<NoticeRow>().AsNoTracking().Where(n => n.Recipient == clerk.Organisation && n.Kind == NoticeKind.GuaranteeToExtend).ToListAsync(Now));
        Assert.NotEmpty(notices);
        Assert.All(notices, n => Assert.DoesNotContain(Lot, $"{n.Subject}{n.Url}{n.Fills}", StringComparison.Ordinal));
        // The account's own refuses to give it back.
        Assert.Equal(HttpStatusCode.OK, (await owner.Pages.Submit("/desk/account", new() { ["letter"] = $"{letter}" }, "ReturnLetter")).StatusCode);
    }

    private async Task<(Guid Letter, Guid Hold)> Bound(Somebody buyer, Somebody clerk, int days = 200)
    {
        var (letter, hold) = (await HandIn(buyer, "G-1", days), Guid.CreateVersion7());
        Assert.Equal(HttpStatusCode.Redirect, (await clerk.Pages.Submit("/desk/guarantees", new() { ["letter"] = $"{letter}" }, "Confirm")).StatusCode);
        Assert.Null((await _host.Deposits.Freeze(hold, buyer.Organisation, Lot, Deposit, letter: letter)).Refusal);
        Assert.True((await _host.Deposits.BindToAuction(hold)).Done);
        return (letter, hold);
    }

    private Task<Result<Deal>> Open(Somebody seller, Somebody buyer, Guid hold) => _host.Deals.Open(new OpenDeal(
        Lot, seller.Organisation, buyer.Organisation, "耐高温压力传感器", Price, _host.MarketTime.AddDays(-1), new string('a', 64), Demo: false, hold));

    private async Task Credit(Somebody of, long fen, Guid obligation) =>
        Assert.Null((await _host.Deposits.ConfirmCredit(Guid.CreateVersion7(), of.Organisation, fen, _host.MarketTime.AddHours(-1), $"{Guid.CreateVersion7()}", null, Guid.CreateVersion7(), obligation: obligation)).Refusal);

    private async Task<Guid> HandIn(Somebody owner, string number, int days)
    {
        Assert.Equal(HttpStatusCode.Redirect, (await Post(owner, number, "杭州某银行", "500,000", Day(days))).StatusCode);
        return await _host.InDatabase(db => db.Set<GuaranteeRow>().Where(g => g.Organisation == owner.Organisation && g.Number == number).Select(g => g.Id).SingleAsync(Now));
    }

    private string Day(int days) => Days.Of(_host.MarketTime).AddDays(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<HttpResponseMessage> Post(Somebody owner, string number, string issuer, string sum, string until, bool file = true)
    {
        var form = new MultipartFormDataContent { { new StringContent(await Token(owner)), "__RequestVerificationToken" } };
        foreach (var (name, value) in new[] { ("letter", $"{Guid.CreateVersion7()}"), ("Issuer", issuer), ("Number", number), ("Sum", sum), ("ValidUntil", until) }) form.Add(new StringContent(value), name);
        if (file) form.Add(Pdf(), "file", "保函.pdf");
        return await owner.Pages.PostAsync("/desk/account?handler=Letter", form, Now);
    }

    private static async Task<HttpResponseMessage> Upload(Somebody side, string step)
    {
        var form = new MultipartFormDataContent { { new StringContent(await Token(side)), "__RequestVerificationToken" }, { new StringContent(step), "step" }, { Pdf(), "file", "登记.pdf" } };
        return await side.Pages.PostAsync($"/deals/{Lot}?handler=Do", form, Now);
    }

    private static ByteArrayContent Pdf()
    {
        var file = new ByteArrayContent("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"u8.ToArray());
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        return file;
    }

    private async Task<(long LeftFen, long RestingFen)> On(Somebody owner, Guid letter)
    {
        var line = (await _host.Deposits.Account(owner.Organisation)).Letters.Single(l => l.Letter.Id == letter);
        return (line.LeftFen, line.RestingFen);
    }

    private Task<GuaranteeRow> Row(Guid letter) => _host.InDatabase(db => db.Set<GuaranteeRow>().AsNoTracking().SingleAsync(g => g.Id == letter, Now));

    private async Task Holds(string book = "custodian")
    {
        var proved = await _host.Services.GetRequiredService<LedgerProving>().Prove(book, $"{Guid.CreateVersion7()}", Now);
        Assert.Empty(proved?.Proof.Failed ?? []);
    }

    private static async Task<string> Token(Somebody side) => TokenIn().Match(await side.Pages.GetStringAsync("/sign-out", Now)).Groups[1].Value;

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex TokenIn();
}

public sealed class GuaranteeOnSqlite : GuaranteeContract;

[OnPostgres]
public sealed class GuaranteeOnPostgres : GuaranteeContract;
