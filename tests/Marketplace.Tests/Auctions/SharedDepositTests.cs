using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Payments;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>一份保证金参与多件标的, from the session's form to the money; real clocks.</summary>
public class SharedDepositTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task One_deposit_admits_to_two_lots_and_is_free_when_both_are_over()
    {
        var session = Guid.CreateVersion7();
        var opens = _market.MarketTime.AddSeconds(60);
        await using (var scope = _market.Services.CreateAsyncScope())
        {
            Assert.True((await scope.ServiceProvider.GetRequiredService<Sessions>().Create(session, Writing(opens, shared: true), Token)).Done);
        }

        var one = await _market.ScheduleAuction(TimeSpan.FromSeconds(60), into: session, title: "低温共烧陶瓷滤波器");
        var two = await _market.ScheduleAuction(TimeSpan.FromSeconds(85), into: session, title: "溅射薄膜压力芯片");
        var announced = await _market.Browser().GetStringAsync($"/auctions/{two.Id}/announcement", Token);
        Assert.Contains("\"sharedDeposit\":true", announced, StringComparison.Ordinal);
        Assert.Contains("一份保证金可参与本专场多件标的", await _market.Browser().GetStringAsync($"/auctions/{two.Id}/notice?culture=zh-CN", Token), StringComparison.Ordinal);
        Assert.Contains("一份保证金可参与本专场多件标的", await _market.Browser().GetStringAsync($"/sessions/{session}/catalogue?culture=zh-CN", Token), StringComparison.Ordinal);
        Assert.Contains("最先签订合同的标的以其抵扣", await _market.Browser().GetStringAsync($"/fees?lot={two.Id}&culture=zh-CN", Token), StringComparison.Ordinal);
        await using (var scope = _market.Services.CreateAsyncScope())
        {
            var sessions = scope.ServiceProvider.GetRequiredService<Sessions>();
            var changed = await sessions.Edit((await sessions.Find(session, Token))!, Writing(opens, shared: false), Token);
            Assert.Equal((Refusal.SessionFixed, "shared"), (changed.Refusal!.Value, changed.Detail));
        }

        var (bidder, first, firstCode) = await _market.Apply(one);
        var (_, second, secondCode) = await _market.Apply(two, who: bidder);
        await _market.Credit(bidder.Organisation, 10_000_00, demo: true);
        Assert.Null((await _market.Freeze(one, first)).Refusal);
        Assert.Contains("不需要另行冻结资金", await bidder.Pages.GetStringAsync($"/auctions/{two.Id}/apply?culture=zh-CN", Token), StringComparison.Ordinal);
        Assert.Null((await _market.Freeze(two, second)).Refusal);
        Assert.Equal((0, 10_000_00), await Money(bidder));
        foreach (var code in new[] { firstCode, secondCode }) await _market.Review(code, one.Operator);
        await Eventually.Become("both paddles", Soon, async () => await _market.InDatabase(db => db.Set<PaddleRow>().CountAsync(p => p.Organisation == bidder.Organisation && p.AdmittedAt != null, Token)) == 2);
        Assert.Contains($"与 {one.Id} 共用一份保证金", await bidder.Pages.GetStringAsync("/desk/account?culture=zh-CN", Token), StringComparison.Ordinal);
        Assert.Contains("低温共烧陶瓷滤波器", await bidder.Pages.GetStringAsync($"/auctions/{two.Id}/apply", Token), StringComparison.Ordinal);

        await Eventually.Become("the first to be settled", Soon, () => _market.InDatabase(db => db.Set<PaddleRow>().AnyAsync(p => p.Application == first && p.SettledAt != null, Token)));
        if (await _market.OutcomeOf(two.Id) is null) Assert.Equal((0, 10_000_00), await Money(bidder));
        await Eventually.Become("the deposit back", Soon, async () => await Money(bidder) == (10_000_00, 0));
        Assert.Equal(("unsold", "unsold"), (await _market.OutcomeOf(one.Id), await _market.OutcomeOf(two.Id)));
        Assert.Empty((await _market.Services.GetRequiredService<LedgerProving>().Prove("demo:custodian", "shared", Token))!.Proof.Failed);
    }

    [Fact]
    public async Task Whoever_wins_two_lots_with_one_deposit_reads_that_only_the_first_contract_uses_it()
    {
        var (buyer, seller) = (await _market.Enterprise("甬江精密仪器"), await _market.University());
        await _market.Credit(buyer.Organisation, 1_000_00);
        Guid[] holds = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];
        Assert.True((await _market.Deposits.Freeze(holds[0], buyer.Organisation, "ZJP-1", 500_00)).Done);
        Assert.True((await _market.Deposits.Freeze(holds[1], buyer.Organisation, "ZJP-2", 500_00, beside: ["ZJP-1"])).Done);
        Assert.True((await _market.Deposits.Freeze(holds[2], buyer.Organisation, "ZJP-3", 500_00)).Done);
        for (var i = 0; i < holds.Length; i++)
        {
            Assert.True((await _market.Deposits.BindToAuction(holds[i])).Done);
            Assert.Null((await _market.Deals.Open(new OpenDeal($"ZJP-{i + 1}", seller.Organisation, buyer.Organisation, "耐高温压力传感器", 9_000_00, _market.MarketTime, new string('a', 64), Demo: false, holds[i], 500_00))).Refusal);
        }

        foreach (var (deal, shared) in new[] { ("ZJP-1", true), ("ZJP-2", true), ("ZJP-3", false) })
        {
            Assert.Equal(shared, (await buyer.Pages.GetStringAsync($"/deals/{deal}/confirmation?culture=zh-CN", Token)).Contains("最先签订合同的标的以其抵作价款", StringComparison.Ordinal));
            Assert.Equal(shared, (await buyer.Pages.GetStringAsync($"/deals/{deal}/confirmation?culture=zh-CN", Token)).Contains("其余标的的价款全额支付；悔约", StringComparison.Ordinal));
            Assert.Equal(shared, PdfText.Of(await buyer.Pages.GetByteArrayAsync($"/deals/{deal}/confirmation.pdf", Token)).Contains("多件标的", StringComparison.Ordinal));
            Assert.Equal(shared, (await buyer.Pages.GetStringAsync($"/deals/{deal}", Token)).Contains("多件标的共用", StringComparison.Ordinal));
        }

        // The contract of the second is signed first.
        await _market.RaisePrice("ZJP-2", buyer.Organisation, seller.Organisation, 9_000_00);
        Assert.True((await _market.Deposits.UseForPrice(holds[1], "ZJP-2")).Done);
        var first = await buyer.Pages.GetStringAsync("/deals/ZJP-1", Token);
        Assert.Contains("保证金已用于同场另一标的", first, StringComparison.Ordinal);
        Assert.Contains("<b>9,000.00</b>", first, StringComparison.Ordinal);
        Assert.Contains("<b>8,500.00</b>", await buyer.Pages.GetStringAsync("/deals/ZJP-3", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tables_follow_the_book_whichever_lot_it_ends_for()
    {
        var (buyer, seller) = (await _market.Enterprise("甬江精密仪器"), await _market.University());
        var deposits = _market.Deposits;
        await _market.Credit(buyer.Organisation, 1_000_00);
        var (one, two) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        Assert.True((await deposits.Freeze(one, buyer.Organisation, "ZJP-1", 500_00)).Done);
        Assert.True((await deposits.Freeze(two, buyer.Organisation, "ZJP-2", 300_00, beside: ["ZJP-1"])).Done);
        Assert.Equal((500_00L, 500_00L, "ZJP-2"), (await deposits.MoneyOf(one, Token), await deposits.MoneyOf(two, Token), Assert.Single(await deposits.AlsoCovers(one, Token))));
        foreach (var hold in new[] { one, two }) Assert.True((await deposits.BindToAuction(hold)).Done);
        Assert.True((await deposits.Release(one)).Done);
        Assert.Equal((500_00, 500_00), await Money(buyer));
        Assert.Empty(await deposits.ActiveHolds("ZJP-1", Token));
        Assert.Equal([two], await deposits.ActiveHolds("ZJP-2", Token));
        Assert.Empty(await deposits.AlsoCovers(two, Token));
        await Holds("let go");

        await _market.RaisePrice("ZJP-2", buyer.Organisation, seller.Organisation, 900_00);
        Assert.True((await deposits.UseForPrice(two, "ZJP-2")).Done);
        Assert.Equal((500_00, 0), await Money(buyer));
        Assert.False(await deposits.WentElsewhere(two, Token));
        Assert.Equal(Refusal.HoldEnded, (await deposits.Forfeit(one, seller.Organisation, 0, 0)).Refusal);
        Assert.True(await deposits.WentElsewhere(one, Token));
        await Holds("used");
    }

    private static SessionWriting Writing(DateTimeOffset opens, bool shared) => new(
        "高新区拍 · 测试专场", "High-tech Zone Auction · test", "测试区", SessionBrand.HighTechZone, SessionProfile.Demo, opens, opens, Demo: true, SharedDeposit: shared);

    private async Task Holds(string id) => Assert.Empty((await _market.Services.GetRequiredService<LedgerProving>().Prove("custodian", id, Token))!.Proof.Failed);

    private async Task<(long AvailableFen, long FrozenFen)> Money(Somebody somebody)
    {
        var account = await _market.Deposits.Account(somebody.Organisation);
        return (account.AvailableFen, account.FrozenFen);
    }
}
