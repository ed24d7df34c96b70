using System.Net;
using Marketplace.Auctions;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Notifications;

/// <summary>Where something happens, somebody is told: each room through its own doors.</summary>
public class SenderTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);
    private readonly MarketHost _host = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Whose_organisation_the_desk_decides_on_is_told_with_the_reason()
    {
        var operators = await _host.Operator();
        var waiting = await _host.Organisation(OrganisationKind.Enterprise, "海曙测控技术", VerificationState.Pending);
        var desk = $"/desk/organisations?id={waiting.Organisation}";
        var open = await operators.Pages.GetStringAsync(desk, Stop);
        Assert.Equal(HttpStatusCode.Redirect, (await operators.Pages.Submit(open, desk, new() { ["version"] = "0", ["decision"] = "reject", ["reason"] = "名称与执照不符" })).StatusCode);
        Assert.Contains("“海曙测控技术”的核验被退回：名称与执照不符", WebUtility.HtmlDecode(await waiting.Pages.GetStringAsync("/inbox", Stop)), StringComparison.Ordinal);
        Assert.Equal(["OrganisationRejected"], await Kinds(waiting.Organisation));
        // A refused decision tells nobody.
        Assert.Equal(HttpStatusCode.Conflict, (await operators.Pages.Submit(open, desk, new() { ["version"] = "0", ["decision"] = "accept" })).StatusCode);
        Assert.Equal(["OrganisationRejected"], await Kinds(waiting.Organisation));
    }

    [Fact]
    public async Task A_unit_is_told_what_the_desk_decided_about_its_work_once_for_each_decision()
    {
        var unit = await _host.University();
        var work = await _host.PublishedAchievement(unit.Organisation, Works.Complete("溅射薄膜压力芯片"));
        var grain = _host.Achievement(work);
        await grain.Edit(new By(Guid.CreateVersion7(), unit.Person), Works.Complete("溅射薄膜压力芯片二代"));
        await grain.SubmitForReview(new By(Guid.CreateVersion7(), unit.Person));
        var command = new By(Guid.CreateVersion7(), Guid.CreateVersion7());
        Assert.True((await grain.Review(command, publish: false, "成熟度证据不足")).Done);
        Assert.True((await grain.Review(command, publish: false, "成熟度证据不足")).Done);
        Assert.Equal(["AchievementPublished", "AchievementReturned"], await Kinds(unit.Organisation));
        Assert.Contains("“溅射薄膜压力芯片二代”的审核被退回：成熟度证据不足", WebUtility.HtmlDecode(await unit.Pages.GetStringAsync("/inbox", Stop)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_movement_of_a_deposit_is_told_to_its_organisation_and_to_nobody_else()
    {
        var (buyer, other) = (await _host.Enterprise("甬江精密仪器"), await _host.Enterprise("瓯江科技"));
        await _host.Credit(buyer.Organisation, 500_000_00);
        var holds = Enumerable.Range(0, 3).Select(_ => Guid.CreateVersion7()).ToList();
        foreach (var (hold, n) in holds.Select((h, n) => (h, n)))
        {
            for (var again = 0; again < 2; again++) Assert.True((await _host.Deposits.Freeze(hold, buyer.Organisation, $"ZJP-2026-771{n}", 10_000_00)).Done);
            await _host.Deposits.BindToAuction(hold);
        }

        await _host.Deposits.Release(holds[0]);
        var seller = (await _host.University()).Organisation;
        await _host.RaisePrice("ZJP-DEAL", buyer.Organisation, seller, 20_000_00);
        await _host.Deposits.UseForPrice(holds[1], "ZJP-DEAL");
        await _host.Deposits.Forfeit(holds[2], seller, 0, 0);
        Assert.Equal(
            ["DepositCredited", "DepositForfeited", "DepositFrozen", "DepositFrozen", "DepositFrozen", "DepositOffset", "DepositReleased", "PaymentOwed"], await Kinds(buyer.Organisation));
        Assert.Empty(await Kinds(other.Organisation));
        Assert.Contains("为标的 ZJP-2026-7710 冻结保证金 10,000 元", WebUtility.HtmlDecode(await buyer.Pages.GetStringAsync("/inbox?show=Deposit", Stop)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_parties_of_a_deal_are_told_whose_turn_it_is_what_is_overdue_and_that_it_ended()
    {
        var (seller, buyer) = (await _host.University("越州大学"), await _host.Enterprise("甬江精密仪器"));
        var concluded = _host.Services.GetRequiredService<TimeProvider>().GetUtcNow().AddDays(-20);
        await _host.Deals.Open(new OpenDeal("ZJP-2026-7719", seller.Organisation, buyer.Organisation, "溅射薄膜压力芯片", 3_120_000_00, concluded, new string('a', 64), Demo: false));
        await Eventually.Become("both to be reminded", Soon, async () => (await Kinds(seller.Organisation)).Count == 2 && (await Kinds(buyer.Organisation)).Count == 2);
        foreach (var side in new[] { seller, buyer })
        {
            Assert.Equal(["SigningWaiting", "StepOverdue"], await Kinds(side.Organisation));
            var page = WebUtility.HtmlDecode(await side.Pages.GetStringAsync("/inbox?culture=en", Stop));
            Assert.Contains("“溅射薄膜压力芯片”: it is your turn to sign the confirmation, by ", page, StringComparison.Ordinal);
            Assert.Contains("“溅射薄膜压力芯片”: the step to sign the confirmation was due on ", page, StringComparison.Ordinal);
        }

        foreach (var (side, party) in new[] { (seller, Party.Seller), (buyer, Party.Buyer) }) Assert.True((await _host.Deals.Do("ZJP-2026-7719", new DoStep(Step.SignConfirmation, party, side.Person, new string('b', 64), "签章.pdf"))).Done);
        Assert.Equal(2, (await Kinds(seller.Organisation)).Count(k => k == "SigningWaiting"));
        await _host.Deals.End("ZJP-2026-7719", "void", Stop);
        Assert.Contains("DealEnded", await Kinds(buyer.Organisation));
        Assert.Contains("的交易已终止：结果被宣告无效", WebUtility.HtmlDecode(await seller.Pages.GetStringAsync("/inbox?culture=zh-CN", Stop)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bidders_are_told_from_the_admission_to_the_result_and_a_bidding_war_is_one_notice()
    {
        var lot = await _host.ScheduleAuction(TimeSpan.FromSeconds(45), lastsSeconds: 45, title: "低温共烧陶瓷滤波器");
        var (first, second) = (await _host.Join(lot), await _host.Join(lot));
        var (third, _, code) = await _host.Apply(lot);
        await _host.Review(code, lot.Operator, passed: false, reason: "授权委托书不清");
        Assert.Equal(["ApplicationRefused"], await Kinds(third.Organisation));
        await Eventually.Become("open", Soon, async () => (await _host.Auction(lot.Id).Look()).Phase == "open");

        // Back and forth, faster than anybody reads.
        for (var n = 0; n < 6; n++) await Bid(lot.Id, n % 2 == 0 ? first.Paddle : second.Paddle, 100_000_00 + n * 1_000_00);
        await Bid(lot.Id, first.Paddle, 120_000_00);
        await Eventually.Become("the second to be told", Soon, async () => (await Kinds(second.Enterprise.Organisation)).Contains("Outbid"));
        await Bid(lot.Id, second.Paddle, 130_000_00);
        await Bid(lot.Id, first.Paddle, 140_000_00);
        await Followed(lot.Id);
        Assert.Equal(1, (await Kinds(second.Enterprise.Organisation)).Count(k => k == "Outbid"));

        // Once it was read, the next is news again, and takes the place of the one before.
        await Eventually.Become("the inbox to name the lot", Soon, async () => WebUtility.HtmlDecode(await second.Enterprise.Pages.GetStringAsync("/inbox?show=Bidding", Stop)).Contains("“低温共烧陶瓷滤波器”的现价已到", StringComparison.Ordinal));
        await second.Enterprise.Pages.Submit("/inbox", [], "All");
        await Bid(lot.Id, second.Paddle, 150_000_00);
        await Followed(lot.Id);
        await Bid(lot.Id, first.Paddle, 160_000_00);
        await Followed(lot.Id);
        Assert.Equal(2, (await Kinds(second.Enterprise.Organisation)).Count(k => k == "Outbid"));
        Assert.Equal(1, await _host.InDatabase(db => db.Set<NoticeRow>().CountAsync(n => n.Recipient == second.Enterprise.Organisation && n.Kind == NoticeKind.Outbid && n.ReplacedAt == null, Stop)));

        await Eventually.Become("settled", TimeSpan.FromSeconds(150), async () => (await _host.Row(lot.Achievement)).State == Domain.Achievements.AchievementState.Traded);
        Assert.Contains("LotWon", await Kinds(first.Enterprise.Organisation));
        Assert.Contains("SigningWaiting", await Kinds(first.Enterprise.Organisation));
        Assert.DoesNotContain("LotNotWon", await Kinds(first.Enterprise.Organisation));
        var lost = await Kinds(second.Enterprise.Organisation);
        foreach (var kind in new[] { "ApplicationAdmitted", "DepositFrozen", "DepositReleased", "LotNotWon" }) Assert.Contains(kind, lost);
        Assert.DoesNotContain("LotWon", lost);
        Assert.Equal(["AchievementPublished", "LotSold", "SigningWaiting"], await Kinds(lot.Seller.Organisation));

        // Settling again tells nobody anything.
        var before = await _host.InDatabase(db => db.Set<NoticeRow>().CountAsync(Stop));
        await using var scope = _host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Settling>().Settle(lot.Id, Stop);
        Assert.Equal(before, await _host.InDatabase(db => db.Set<NoticeRow>().CountAsync(Stop)));
    }

    [Fact]
    public async Task What_the_clock_brings_is_told_once_and_a_pause_to_all_who_are_in_it()
    {
        var lot = await _host.ScheduleAuction(TimeSpan.FromSeconds(60), lastsSeconds: 1200, title: "低温共烧陶瓷滤波器");
        var bidder = await _host.Join(lot);
        Assert.Equal(lot.OpensAt.UtcDateTime, (await Look(lot.Id))!.Value.UtcDateTime, TimeSpan.FromMilliseconds(1));
        await Look(lot.Id);
        Assert.Equal(1, (await Kinds(bidder.Enterprise.Organisation)).Count(k => k == "OpeningSoon"));
        await Eventually.Become("open", Soon, async () => (await _host.Auction(lot.Id).Look()).Phase == "open");
        var ends = await _host.InDatabase(db => db.Set<Lot>().Where(l => l.Id == lot.Id).Select(l => l.EndsAt!.Value).SingleAsync(Stop));
        Assert.Equal(ends - LotNews.BeforeClosing, await Look(lot.Id));
        await _host.InDatabase(db => db.Set<Lot>().Where(l => l.Id == lot.Id).ExecuteUpdateAsync(s => s.SetProperty(l => l.OpensAt, ends - TimeSpan.FromHours(1)).SetProperty(l => l.EndsAt, ends - TimeSpan.FromMinutes(11)), Stop));
        Assert.Null(await Look(lot.Id));
        Assert.Null(await Look(lot.Id));
        Assert.Equal(1, (await Kinds(bidder.Enterprise.Organisation)).Count(k => k == "ClosingSoon"));

        Assert.Null((await _host.Auction(lot.Id).Pause("p-1", Domain.Auctions.PausedBy.Operator, Domain.Auctions.PauseCause.Fault, "线路故障")).Refusal);
        await Eventually.Become("both to hear of the pause", Soon, async () => (await Kinds(bidder.Enterprise.Organisation)).Contains("LotPaused") && (await Kinds(lot.Seller.Organisation)).Contains("LotPaused"));
    }

    private async Task<DateTimeOffset?> Look(string lot)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<LotNews>().Look(lot, Stop);
    }

    /// <summary>Lost leads are told up to where the auction stands.</summary>
    private Task Followed(string lot) => Eventually.Become("lost leads to be told", Soon, async () =>
    {
        var version = (await _host.Auction(lot).Look()).Version;
        return await _host.InDatabase(db => db.Set<OutbidCursorRow>().AnyAsync(c => c.Auction == lot && c.Version >= version, Stop));
    });

    private async Task Bid(string id, int paddle, long amount)
    {
        var reply = await _host.Auction(id).PlaceBid(new BidCommand(paddle, Guid.CreateVersion7().ToString(), amount, null, _host.Services.GetRequiredService<TimeProvider>().GetUtcNow()));
        Assert.True(reply.Refusal is null, $"{reply.Refusal} {amount}");
    }

    private async Task<List<string>> Kinds(Guid organisation) =>
        [.. (await _host.InDatabase(db => db.Set<NoticeRow>().AsNoTracking().Where(n => n.Recipient == organisation).Select(n => n.Kind).ToListAsync(Stop))).Select(k => $"{k}").Order(StringComparer.Ordinal)];
}
