using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Matching;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Matching;

/// <summary>引荐 in the books and through the pages: confirmed by both, protected, decided on the records, sealed, attributed.</summary>
public class IntroductionTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();
    private readonly Guid _demand = Guid.CreateVersion7();
    private Somebody _buyer = null!;
    private Somebody _unit = null!;
    private Somebody _agency = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _buyer = await _market.Signer(OrganisationKind.Enterprise, "澜石传感");
        _unit = await _market.Signer(OrganisationKind.University, "婺江大学");
        _agency = await _market.Signer(OrganisationKind.Agency, "之澜技术转移", "周经纪");
    }

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Both_owners_confirm_and_a_later_claim_is_refused_with_the_record()
    {
        var work = await _market.PublishedAchievement(_unit.Organisation);
        var rival = await _market.Signer(OrganisationKind.Agency, "别的机构");
        await _market.SignedMandate(_agency, _buyer, _market.YearOf(MandateSide.Demand));
        await _market.SignedMandate(_agency, _unit, _market.YearOf(MandateSide.Supply));
        var command = new By(Guid.CreateVersion7(), _agency.Person);
        var id = (await Pair(work).Claim(command, Claim(_agency))).Value;
        Assert.Equal(id, (await Pair(work).Claim(command, Claim(_agency))).Value);
        var page = $"/introductions/{id}";

        // Each owner confirms its own side; the agency confirms for nobody, its mandates notwithstanding.
        Assert.Equal(HttpStatusCode.Forbidden, (await Do(_agency, page, "Confirm")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await rival.Pages.GetAsync(page, Token)).StatusCode);
        Assert.Contains("待您确认", await _buyer.Pages.GetStringAsync("/desk/introductions", Token), StringComparison.Ordinal);
        // Who is behind the demand is told to the other side with the confirmation.
        Assert.DoesNotContain("澜石传感", await _unit.Pages.GetStringAsync(page, Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Do(_buyer, page, "Confirm")).StatusCode);
        Assert.Contains("澜石传感", await _unit.Pages.GetStringAsync(page, Token), StringComparison.Ordinal);
        Assert.Null((await Row(id)).ProtectedUntil);
        Assert.Equal(HttpStatusCode.Redirect, (await Do(_unit, page, "Confirm")).StatusCode);
        var row = await Row(id);
        var today = Days.Of(_market.Services.GetRequiredService<TimeProvider>().GetUtcNow());
        Assert.Equal((IntroductionState.Confirmed, Days.After(today, 180)), (row.State, row.ProtectedUntil));
        var voucher = await _unit.Pages.GetStringAsync(page, Token);
        Assert.Contains(row.Number, voucher, StringComparison.Ordinal);
        Assert.Contains("机构同时受双方委托", voucher, StringComparison.Ordinal);

        var refused = await Pair(work).Claim(By(rival), Claim(rival));
        Assert.Equal((Refusal.PairProtected, id.ToString()), (refused.Refusal, refused.Detail));
        Assert.Equal(Refusal.IntroducedAlready, (await Pair(work).Claim(By(_agency), Claim(_agency))).Refusal);
        Assert.Equal(Refusal.IntroductionNotOpen, (await Pair(work).Decline(By(_unit), id, "反悔")).Refusal);
        Assert.Contains(row.Number, await _agency.Pages.GetStringAsync("/desk/broker", Token), StringComparison.Ordinal);
        Assert.DoesNotContain(row.Number, await rival.Pages.GetStringAsync("/desk/broker", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_introduces_a_demand_of_the_market_from_the_page_and_no_other()
    {
        var work = await _market.PublishedAchievement(_unit.Organisation);
        var demand = await _market.PublishedDemand(_buyer.Organisation);
        var blocked = await _market.PublishedDemand(_buyer.Organisation, with: content => content with { Title = "不给这家机构看的难题" }, blocked: _agency.Organisation);
        await _market.SignedMandate(_agency, _buyer, _market.YearOf(MandateSide.Demand));
        await _market.SignedMandate(_agency, _unit, _market.YearOf(MandateSide.Supply));
        var page = await _agency.Pages.GetStringAsync("/desk/broker/introduce", Token);
        Assert.Contains(demand.ToString(), page, StringComparison.Ordinal);
        Assert.DoesNotContain("不给这家机构看的难题", page, StringComparison.Ordinal);
        var command = Guid.CreateVersion7();
        Dictionary<string, string> Fields(Guid wanted) => new() { ["Command"] = command.ToString(), ["Demand"] = wanted.ToString(), ["Achievement"] = $"/achievements/{work}", ["IsRelated"] = "false" };
        // What binds the agency is said each time, also that nothing does.
        foreach (var related in new[] { "", "true" })
            Assert.Equal(HttpStatusCode.OK, (await _agency.Pages.Submit(page, "/desk/broker/introduce", new(Fields(demand)) { ["IsRelated"] = related })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _agency.Pages.Submit(page, "/desk/broker/introduce", Fields(blocked))).StatusCode);
        Assert.Empty(await _market.InDatabase(db => db.Set<IntroductionRow>().ToListAsync(Token)));
        Assert.Equal(HttpStatusCode.Redirect, (await _agency.Pages.Submit(page, "/desk/broker/introduce", Fields(demand))).StatusCode);
        var row = await _market.InDatabase(db => db.Set<IntroductionRow>().AsNoTracking().SingleAsync(Token));
        Assert.Equal((demand, work), (row.Demand, row.Achievement));
    }

    [Fact]
    public async Task An_agency_for_both_sides_has_the_consent_of_both()
    {
        var work = await _market.PublishedAchievement(_unit.Organisation);
        await _market.SignedMandate(_agency, _buyer, _market.YearOf(MandateSide.Demand) with { AllowsBothSides = false });
        await _market.SignedMandate(_agency, _unit, _market.YearOf(MandateSide.Supply));
        Assert.Equal(Refusal.BothSidesNotAgreed, (await Pair(work).Claim(By(_agency), Claim(_agency))).Refusal);
        // Whoever shares a member with either side says so on the voucher.
        var kin = await _market.Signer(OrganisationKind.Agency);
        await _market.GiveRole(_unit.Organisation, kin.Person, MemberRole.Researcher);
        Assert.Equal(Refusal.RelationNotDisclosed, (await Pair(work).Claim(By(kin), Claim(kin))).Refusal);
        Assert.True((await Pair(work).Claim(By(kin), Claim(kin) with { Related = "一名成员相同" })).Done);
    }

    [Fact]
    public async Task Neither_a_refusal_nor_a_persons_name_tells_who_is_behind_a_demand()
    {
        var work = await _market.PublishedAchievement(_unit.Organisation);
        var kin = await _market.Signer(OrganisationKind.Agency);
        await _market.GiveRole(_buyer.Organisation, kin.Person, MemberRole.Researcher);
        // The agency belongs together with whoever is behind the demand: it hears nothing of that before it holds the owner's mandate.
        var id = (await Pair(work).Claim(By(kin), Claim(kin))).Value;
        Assert.True((await Pair(work).Withdraw(By(kin), id)).Done);
        await _market.SignedMandate(kin, _buyer, _market.YearOf(MandateSide.Demand) with { Related = "一名成员相同" });
        Assert.Equal(Refusal.RelationNotDisclosed, (await Pair(work).Claim(By(kin), Claim(kin))).Refusal);

        var answers = await _market.Member(_buyer.Organisation, MemberRole.Signatory, "林采购");
        id = (await Pair(work).Claim(By(_agency), Claim(_agency))).Value;
        Assert.True((await Pair(work).Decline(By(answers), id, "不合适")).Done);
        foreach (var other in new[] { _unit, _agency }) Assert.DoesNotContain("林采购", await other.Pages.GetStringAsync($"/introductions/{id}", Token), StringComparison.Ordinal);
        Assert.Contains("林采购", await _buyer.Pages.GetStringAsync($"/introductions/{id}", Token), StringComparison.Ordinal);
        // Whose the achievement is everybody reads.
        var sells = await _market.Member(_unit.Organisation, MemberRole.Signatory, "柳签约");
        id = (await Pair(work).Claim(By(_agency), Claim(_agency))).Value;
        Assert.True((await Pair(work).Decline(By(sells), id, "不合适")).Done);
        Assert.Contains("柳签约", await _agency.Pages.GetStringAsync($"/introductions/{id}", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claims_that_compete_wait_for_the_operators_decision_on_the_records()
    {
        var work = await _market.PublishedAchievement(_unit.Organisation);
        var rival = await _market.Signer(OrganisationKind.Agency, "别的机构");
        var claims = await Task.WhenAll(Task.Run(() => Pair(work).Claim(By(_agency), Claim(_agency))), Task.Run(() => Pair(work).Claim(By(rival), Claim(rival))));
        Assert.All(claims, c => Assert.True(c.Done));
        var (mine, theirs) = (claims[0].Value, claims[1].Value);
        Assert.Equal(Refusal.ClaimsCompete, (await Pair(work).Confirm(By(_buyer), mine, IntroductionSide.Demand)).Refusal);
        Assert.Contains("待裁定", await _agency.Pages.GetStringAsync("/desk/broker", Token), StringComparison.Ordinal);
        var operators = await _market.Operator();
        Assert.Equal(HttpStatusCode.Forbidden, (await _agency.Pages.GetAsync("/desk/claims", Token)).StatusCode);
        Assert.Contains("别的机构", await operators.Pages.GetStringAsync("/desk/claims", Token), StringComparison.Ordinal);
        var decision = new Dictionary<string, string> { ["Command"] = $"{Guid.CreateVersion7()}", ["Stands"] = $"{mine}" };
        Assert.Contains("class=\"note\" data-t=\"bad\"", await Body(operators.Pages.Submit("/desk/claims", decision)), StringComparison.Ordinal);
        decision["Reason"] = "之澜在先接触，有邮件为证";
        var desk = await operators.Pages.GetStringAsync("/desk/claims", Token);
        Assert.Equal(HttpStatusCode.Redirect, (await operators.Pages.Submit(desk, "/desk/claims", decision)).StatusCode);
        // Sent again it has the same answer, although no case is open any more; another decision under its id has none.
        Assert.Equal(HttpStatusCode.Redirect, (await operators.Pages.Submit(desk, "/desk/claims", decision)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await operators.Pages.Submit(desk, "/desk/claims", new(decision) { ["Stands"] = $"{theirs}" })).StatusCode);
        // What the operator reads of an introduction is kept.
        var number = (await Row(theirs)).Number;
        Task<int> Kept() => _market.InDatabase(db => db.Set<PrivilegedReadRow>().CountAsync(r => r.What == "claims" && r.About == number, Token));
        Assert.Equal(0, await Kept());
        Assert.Equal(HttpStatusCode.OK, (await operators.Pages.GetAsync($"/introductions/{theirs}", Token)).StatusCode);
        Assert.Equal(1, await Kept());
        Assert.Contains("之澜在先接触", await rival.Pages.GetStringAsync($"/introductions/{theirs}", Token), StringComparison.Ordinal);
        Assert.Equal(IntroductionState.Refused, (await Row(theirs)).State);
        Assert.True((await Pair(work).Confirm(By(_buyer), mine, IntroductionSide.Demand)).Done);
        Assert.True((await Pair(work).Confirm(By(_unit), mine, IntroductionSide.Supply)).Done);
        Assert.Contains("没有待裁定", await operators.Pages.GetStringAsync("/desk/claims", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claim_on_a_live_lot_is_sealed_to_the_close()
    {
        var work = await _market.PublishedAchievement(_unit.Organisation);
        Assert.True((await _market.Achievement(work).EnterTrade("demo:封存")).Done);
        var rival = await _market.Signer(OrganisationKind.Agency);
        var id = (await Pair(work).Claim(By(_agency), Claim(_agency))).Value;
        Assert.True((await Row(id)).IsSealed);
        Assert.True((await Pair(work).Claim(By(rival), Claim(rival))).Done);
        var page = $"/introductions/{id}";
        var operators = await _market.Operator();
        Assert.Contains("封存至竞价结束", await _agency.Pages.GetStringAsync(page, Token), StringComparison.Ordinal);
        foreach (var other in new[] { _buyer, _unit, rival, operators })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await other.Pages.GetAsync(page, Token)).StatusCode);
        }

        Assert.DoesNotContain("YJ-", await _unit.Pages.GetStringAsync("/desk/introductions", Token), StringComparison.Ordinal);
        Assert.Contains("没有待裁定", await operators.Pages.GetStringAsync("/desk/claims", Token), StringComparison.Ordinal);
        Assert.Equal(Refusal.NotFound, (await Pair(work).Confirm(By(_unit), id, IntroductionSide.Supply)).Refusal);
        Assert.False(await Pair(work).OpenSealed());
        Assert.True((await Row(id)).IsSealed);

        Assert.True((await _market.Achievement(work).LeaveTrade("demo:封存")).Done);
        Assert.True(await Pair(work).OpenSealed());
        Assert.False((await Row(id)).IsSealed);
        Assert.Contains("待您确认", await _unit.Pages.GetStringAsync("/desk/introductions", Token), StringComparison.Ordinal);
        Assert.Equal(Refusal.ClaimsCompete, (await Pair(work).Confirm(By(_unit), id, IntroductionSide.Supply)).Refusal);
    }

    [Fact]
    public async Task A_claim_that_waits_when_the_lot_is_announced_is_sealed_too()
    {
        var work = await _market.PublishedAchievement(_unit.Organisation);
        var id = (await Pair(work).Claim(By(_agency), Claim(_agency))).Value;
        var page = $"/introductions/{id}";
        Assert.True((await _market.Achievement(work).EnterTrade("demo:公告")).Done);
        // The demand's owner, perhaps a bidder, answers while bids run: nobody hears of it.
        Assert.Equal(HttpStatusCode.NotFound, (await Do(_buyer, page, "Confirm")).StatusCode);
        Assert.True((await Row(id)).IsSealed);
        Assert.Equal(HttpStatusCode.NotFound, (await _unit.Pages.GetAsync(page, Token)).StatusCode);
        Assert.Contains("封存至竞价结束", await _agency.Pages.GetStringAsync(page, Token), StringComparison.Ordinal);
        Assert.False(await _market.InDatabase(db => db.Set<NoticeRow>().AnyAsync(n => n.Kind == NoticeKind.IntroductionAnswered, Token)));
        Assert.False(await Pair(work).OpenSealed());

        // Not sold, it waits again; announced once more, it is sealed once more, whatever one side has confirmed.
        Assert.True((await _market.Achievement(work).LeaveTrade("demo:公告")).Done);
        Assert.True(await Pair(work).OpenSealed());
        Assert.True((await Pair(work).Confirm(By(_buyer), id, IntroductionSide.Demand)).Done);
        Assert.True((await _market.Achievement(work).EnterTrade("demo:再次公告")).Done);
        Assert.Equal(Refusal.NotFound, (await Pair(work).Confirm(By(_unit), id, IntroductionSide.Supply)).Refusal);
        Assert.True((await _market.Achievement(work).LeaveTrade("demo:再次公告")).Done);
        Assert.True(await Pair(work).OpenSealed());
        Assert.True((await Pair(work).Confirm(By(_unit), id, IntroductionSide.Supply)).Done);
        Assert.Equal(IntroductionState.Confirmed, (await Row(id)).State);
    }

    [Fact]
    public async Task A_deal_under_protection_carries_the_introduction_and_the_fee_that_was_agreed()
    {
        var (lot, seller, work) = await _market.OfferLot(startFen: 3_000_000_00);
        var signer = await _market.Member(seller.Organisation, MemberRole.Signatory);
        await _market.SignedMandate(_agency, signer, _market.YearOf(MandateSide.Supply, fee: new MandateFee(FeeKind.Share, ShareBp: 250)));
        var id = (await Pair(work).Claim(By(_agency), Claim(_agency))).Value;
        Assert.True((await Pair(work).Confirm(By(_buyer), id, IntroductionSide.Demand)).Done);
        Assert.True((await Pair(work).Confirm(By(seller), id, IntroductionSide.Supply)).Done);
        var row = await Row(id);
        Assert.Contains("还没有归属的交易", await _agency.Pages.GetStringAsync("/desk/broker/commission", Token), StringComparison.Ordinal);

        var now = _market.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var deals = _market.Services.GetRequiredService<Marketplace.Deals.Deals>();
        var paper = await _market.Paper();
        Assert.True((await deals.Open(new OpenDeal(lot, seller.Organisation, _buyer.Organisation, "耐高温压力传感器", 3_120_000_00, now, paper.Sha256, Demo: true))).Done);
        Assert.Contains(row.Number, await _buyer.Pages.GetStringAsync($"/deals/{lot}", Token), StringComparison.Ordinal);
        var statement = await _agency.Pages.GetStringAsync("/desk/broker/commission", Token);
        Assert.Contains("78,000.00", statement, StringComparison.Ordinal);
        Assert.Contains("按委托约定", statement, StringComparison.Ordinal);
        // Another agency earns nothing by it.
        var rival = await _market.Signer(OrganisationKind.Agency);
        Assert.Contains("还没有归属的交易", await rival.Pages.GetStringAsync("/desk/broker/commission", Token), StringComparison.Ordinal);
        // A sale that no longer stands leaves the fee where it was, and counts in no record.
        Assert.True((await deals.End(lot, "void", Token)).Done);
        Assert.Contains("78,000.00", await _agency.Pages.GetStringAsync("/desk/broker/commission", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whom_the_owner_shut_out_is_introduced_to_its_demand_by_nobody()
    {
        var work = await _market.PublishedAchievement(_unit.Organisation);
        foreach (var blocked in new[] { _unit, _agency })
        {
            var demand = await _market.PublishedDemand(_buyer.Organisation, blocked: blocked.Organisation);
            var claimed = await _market.Services.GetRequiredService<IGrainFactory>().GetGrain<IPairGrain>(PairGrain.KeyOf(demand, work)).Claim(By(_agency), Claim(_agency));
            Assert.Equal(Refusal.NotFound, claimed.Refusal);
        }

        Assert.Empty(await _market.InDatabase(db => db.Set<IntroductionRow>().ToListAsync(Token)));
    }

    private IPairGrain Pair(Guid achievement) => _market.Services.GetRequiredService<IGrainFactory>().GetGrain<IPairGrain>(PairGrain.KeyOf(_demand, achievement));

    private NewClaim Claim(Somebody agency) => new(agency.Organisation, _buyer.Organisation, "200 ℃ 以上井下压力在线测量");

    private static By By(Somebody who) => new(Guid.CreateVersion7(), who.Person);

    private Task<IntroductionRow> Row(Guid id) => _market.InDatabase(db => db.Set<IntroductionRow>().AsNoTracking().SingleAsync(i => i.Id == id, Token));

    private static async Task<string> Body(Task<HttpResponseMessage> answer) => await (await answer).Content.ReadAsStringAsync(Token);

    private static async Task<HttpResponseMessage> Do(Somebody who, string page, string handler)
    {
        var html = await who.Pages.GetStringAsync(page, Token);
        var fields = new Dictionary<string, string>();
        foreach (var name in new[] { "Command", "Seen" })
        {
            if (Regex.Match(html, $"name=\"{name}\" value=\"([^\"]*)\"") is { Success: true } match) fields[name] = match.Groups[1].Value;
        }

        return await who.Pages.Submit(html, $"{page}?handler={handler}", fields);
    }
}
