using System.Net;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>暂收款 that was at the bank in time holds an opening until it is resolved; real clocks.</summary>
public class OpeningHoldTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Whose_deposit_was_matched_late_is_admitted_before_it_opens()
    {
        var market = await _market.RegisterOrganisation(OrganisationKind.Operator, "演示运营方", demo: true);
        var lot = await _market.ScheduleAuction(TimeSpan.FromSeconds(40), lastsSeconds: 600);
        var other = await _market.Join(lot);
        var (late, application, code) = await _market.Apply(lot, "甬江精密仪器");
        await _market.Review(code, lot.Operator);
        // Too little for a deposit holds nobody.
        await Came(9_999_99, "零星");
        var money = await Came(10_000_00, "货款");
        await Eventually.Become("held", Soon, async () => (await Row(lot)).PauseCause == nameof(PauseCause.DepositMatching));
        var held = await Row(lot);
        Assert.True(held.PausedAt < lot.OpensAt);
        Assert.Equal(("paused", false), (held.Phase, held.Opened));
        var room = await _market.Browser().GetStringAsync($"/auctions/{lot.Id}?culture=zh-CN", Token);
        Assert.Contains("一笔保证金款项正在核对", room, StringComparison.Ordinal);
        Assert.DoesNotContain("货款", room, StringComparison.Ordinal);
        var told = await Eventually.Get("the alarm", Soon, () => _market.InDatabase(db => db.Set<NoticeRow>().AsNoTracking().Where(n => n.Recipient == market).OrderBy(n => n.At).FirstOrDefaultAsync(Token)));
        Assert.Equal((NoticeKind.OpeningsWait, "/desk/bank", "demo:custodian"), (told.Kind, told.Url, told.Subject));
        Assert.Contains(NoticeValue.Moment(lot.OpensAt).Write()[..20], told.Fills, StringComparison.Ordinal);
        Assert.DoesNotContain(lot.Id, told.Fills + told.Event, StringComparison.Ordinal);
        await Eventually.Become("the bidder to hear of it", Soon, () => _market.InDatabase(db => db.Set<NoticeRow>().AnyAsync(n => n.Recipient == other.Enterprise.Organisation && n.Kind == NoticeKind.LotPaused, Token)));

        // Nobody restarts it by hand, and the announced opening passes.
        await using (var scope = _market.Services.CreateAsyncScope())
        {
            var restarted = await scope.ServiceProvider.GetRequiredService<Measures>().Restart(held, Guid.CreateVersion7(), _market.MarketTime.AddMinutes(5), lot.Operator.Person, Token);
            Assert.Equal(Refusal.DepositBeingMatched, restarted.Refusal);
        }

        await Eventually.Become("the announced opening to pass", Soon, () => Task.FromResult(_market.MarketTime > lot.OpensAt.AddSeconds(1)));
        Assert.Equal(Refusal.AuctionPaused, (await _market.Auction(lot.Id).PlaceBid(new BidCommand(other.Paddle, "early", 100_000_00, null, _market.MarketTime))).Refusal);
        Assert.Equal(Refusal.InsufficientFunds, (await _market.Freeze(lot, application)).Refusal);
        Assert.True((await _market.Deposits.AssignCredit(money, late.Organisation, Guid.CreateVersion7(), demo: true)).Done);
        var matched = _market.MarketTime;
        Assert.Null((await _market.Freeze(lot, application)).Refusal);
        await Eventually.Become("announced again", Soon, async () => (await Row(lot)).PausedAt is null);
        var moved = await Row(lot);
        Assert.True(moved.OpensAt >= matched + DepositHold.DemoNotice && moved.EndsAt - moved.OpensAt == TimeSpan.FromSeconds(600), $"{matched:O} {moved.OpensAt:O} {moved.EndsAt:O}");
        Assert.Equal(held.ApplyUntil, moved.ApplyUntil);
        await Eventually.Become("the paddle", Soon, () => _market.InDatabase(db => db.Set<PaddleRow>().AnyAsync(p => p.Application == application && p.AdmittedAt != null, Token)));
        await Eventually.Become("open", TimeSpan.FromSeconds(90), async () => (await _market.Auction(lot.Id).Look()).Phase == "open");
        Assert.True(Transcript.Verify(await _market.Browser().GetByteArrayAsync($"/api/auctions/{lot.Id}/transcript", Token)).IsGood);
    }

    [Fact]
    public async Task What_a_person_stopped_stays_stopped_when_the_money_goes_back()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromMinutes(20), lastsSeconds: 600);
        var first = await Came(10_000_00, "货款");
        await Eventually.Become("held", Soon, async () => (await Row(lot)).PauseCause == nameof(PauseCause.DepositMatching));
        Assert.Null((await _market.Auction(lot.Id).Pause("p1", PausedBy.Authority, PauseCause.Order, "主管部门要求")).Refusal);
        Assert.True((await _market.Deposits.ReverseCredit(first, "银行冲正", Guid.CreateVersion7(), demo: true)).Done);
        await Eventually.Become("looked at", Soon, () => _market.InDatabase(async db => !await db.Set<DueWorkRow>().AnyAsync(w => w.Kind == Unmatched.Work || w.Kind == OpeningHolds.Work, Token)));
        Assert.Equal("Order", (await Row(lot)).PauseCause);
        Assert.True((await _market.Auction(lot.Id).Restart("r1", _market.MarketTime.AddMinutes(2))).Done);
        await Eventually.Become("looked at", Soon, () => _market.InDatabase(async db => !await db.Set<DueWorkRow>().AnyAsync(w => w.Kind == OpeningHolds.Work, Token)));
        var going = await Row(lot);
        Assert.Equal((lot.OpensAt, null), (going.OpensAt!.Value, going.PauseCause));
    }

    [Fact]
    public async Task Two_operators_find_that_it_is_nobodys_deposit_and_the_desk_says_what_waits_without_naming_it()
    {
        var (one, two) = (await _market.Operator(), await _market.Operator());
        var seller = await _market.University();
        var opens = _market.MarketTime.AddHours(6);
        await _market.InDatabase(async db =>
        {
            db.Add(new Lot
            {
                Id = "ZJP-2026-7719",
                Achievement = Guid.CreateVersion7(),
                Seller = seller.Organisation,
                Title = "溅射薄膜压力芯片",
                Summary = "",
                SellerName = "越州大学",
                Steps = "",
                Phase = "announced",
                State = LotState.Announced,
                DepositFen = 5_000_00,
                OpensAt = opens,
                ApplyUntil = opens.AddHours(-1),
            });
            return await db.SaveChangesAsync(Token);
        });
        Assert.DoesNotContain("role=\"alert\"", await one.Pages.GetStringAsync("/desk/bank", Token), StringComparison.Ordinal);
        var money = Guid.CreateVersion7();
        Assert.True((await _market.Deposits.ConfirmCredit(money, null, 5_000_00, _market.MarketTime.AddHours(-1), "b-9", "货款", one.Person)).Done);
        var page = await one.Pages.GetStringAsync("/desk/bank?culture=zh-CN", Token);
        Assert.Contains("1 场竞价的开始待暂收款处理", page, StringComparison.Ordinal);
        foreach (var secret in new[] { "ZJP-2026-7719", "溅射薄膜", "越州大学" }) Assert.DoesNotContain(secret, page, StringComparison.Ordinal);
        await Eventually.Become("the alarm", Soon, () => _market.InDatabase(db => db.Set<NoticeRow>().AnyAsync(n => n.Recipient == one.Organisation && n.Kind == NoticeKind.OpeningsWait, Token)));
        Assert.Contains("1 场竞价的开始待其处理", await one.Pages.GetStringAsync("/inbox?culture=zh-CN", Token), StringComparison.Ordinal);

        var proposal = new Dictionary<string, string> { ["proposal"] = $"{Guid.CreateVersion7()}", ["examined"] = $"{money}", ["reason"] = " " };
        Assert.Contains("aria-invalid=\"true\"", await (await one.Pages.Submit("/desk/bank", proposal, "Examine")).Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        proposal["reason"] = "付款人来函：购货款误汇";
        Assert.Equal(HttpStatusCode.Redirect, (await one.Pages.Submit("/desk/bank", proposal, "Examine")).StatusCode);
        Assert.Contains("提出的人不能自己确认", await (await one.Pages.Submit("/desk/bank", proposal, "ConfirmExamination")).Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains("购货款误汇", await two.Pages.GetStringAsync("/desk/bank", Token), StringComparison.Ordinal);
        // A proposal about money is none about a lot.
        Assert.Equal(HttpStatusCode.OK, (await two.Pages.GetAsync("/desk/course", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await two.Pages.Submit("/desk/bank", proposal, "ConfirmExamination")).StatusCode);
        var after = await two.Pages.GetStringAsync("/desk/bank?culture=zh-CN", Token);
        Assert.DoesNotContain("场竞价的开始待暂收款处理", after, StringComparison.Ordinal);
        Assert.Contains("经核查不是保证金", after, StringComparison.Ordinal);
        Assert.Empty((await _market.Services.GetRequiredService<LedgerProving>().Prove("custodian", "examined", Token))!.Proof.Failed);
        // It has an owner after all.
        Assert.True((await _market.Deposits.AssignCredit(money, (await _market.Enterprise()).Organisation, one.Person)).Done);
        Assert.Equal(HttpStatusCode.Forbidden, (await seller.Pages.GetAsync("/desk/bank", Token)).StatusCode);
    }

    [Fact]
    public async Task A_confirmation_whose_node_died_is_carried_out_and_one_that_came_too_late_says_why()
    {
        var (one, two, buyer) = (await _market.Operator(), await _market.Operator(), await _market.Enterprise());
        var (money, owned) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        foreach (var id in new[] { money, owned }) Assert.True((await _market.Deposits.ConfirmCredit(id, null, 5_000_00, _market.MarketTime.AddHours(-1), $"{id:N}"[..20], null, one.Person)).Done);
        await using var scope = _market.Services.CreateAsyncScope();
        var unmatched = scope.ServiceProvider.GetRequiredService<Unmatched>();
        var approvals = scope.ServiceProvider.GetRequiredService<Approvals>();
        var first = await unmatched.Propose(Guid.CreateVersion7(), money, "退回的货款", one.Person, demo: false, Token);
        Assert.Equal(Refusal.ProposalOpen, (await unmatched.Propose(Guid.CreateVersion7(), money, "再提一次", one.Person, demo: false, Token)).Refusal);
        Assert.Equal(Refusal.NotFound, (await unmatched.Confirm(first.Value.Id, two.Person, demo: true, Token)).Refusal);
        Assert.True((await approvals.Confirm(first.Value, two.Person, Unmatched.ExamineWork, Token)).Done);
        await Eventually.Become("carried out", Soon, () => _market.InDatabase(db => db.Set<BankCreditRow>().AnyAsync(c => c.Id == money && c.ExaminedBecause == "退回的货款", Token)));
        Assert.Equal(Refusal.CreditAlreadyExamined, (await unmatched.Propose(Guid.CreateVersion7(), money, "又一次", one.Person, demo: false, Token)).Refusal);

        var second = await unmatched.Propose(Guid.CreateVersion7(), owned, "退回的货款", one.Person, demo: false, Token);
        Assert.True((await _market.Deposits.AssignCredit(owned, buyer.Organisation, one.Person)).Done);
        Assert.Equal(Refusal.CreditAlreadyAssigned, (await unmatched.Confirm(second.Value.Id, two.Person, demo: false, Token)).Refusal);
        Assert.Equal(Refusal.CreditAlreadyAssigned, (await unmatched.Propose(Guid.CreateVersion7(), owned, "又一次", one.Person, demo: false, Token)).Refusal);
    }

    private Task<Lot> Row(ScheduledLot lot) => _market.InDatabase(db => db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Id == lot.Id, Token));

    private async Task<Guid> Came(long amountFen, string payer)
    {
        var id = Guid.CreateVersion7();
        Assert.True((await _market.Deposits.ConfirmCredit(id, null, amountFen, _market.MarketTime.AddHours(-1), $"b-{id:N}", payer, Guid.CreateVersion7(), demo: true)).Done);
        return id;
    }
}
