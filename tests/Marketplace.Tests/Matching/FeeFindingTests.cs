using System.Net;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Domain.Payments;
using Marketplace.Matching;
using Marketplace.Notifications;
using Marketplace.Organisations.Mandates;
using Marketplace.Payments;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Matching;

/// <summary>佣金认定: what the operator finds on the records changes the fee, is told to the three, and stays on record.</summary>
public sealed class FeeFindingTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();
    private Somebody _buyer = null!;
    private Somebody _agency = null!;
    private Somebody _operators = null!;
    private Somebody? _client;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _buyer = await _market.Signer(OrganisationKind.Enterprise, "澜石传感");
        _agency = await _market.Signer(OrganisationKind.Agency, "之澜技术转移");
        _operators = await _market.Operator();
    }

    public ValueTask DisposeAsync() => _market.DisposeAsync();

    [Fact]
    public async Task A_fact_hidden_ends_the_fee_until_the_finding_falls_away()
    {
        var (lot, row) = await Led(mandated: true);
        Assert.Contains("78,000.00", await _agency.Pages.GetStringAsync("/desk/broker/commission", Token), StringComparison.Ordinal);
        foreach (var stranger in new[] { _agency, _buyer }) Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Pages.GetAsync("/desk/fees", Token)).StatusCode);
        Assert.Contains(row.Number, await _operators.Pages.GetStringAsync("/desk/fees", Token), StringComparison.Ordinal);
        Assert.Contains(row.Number, await _market.InDatabase(db => db.Set<Marketplace.Organisations.PrivilegedReadRow>().Select(r => r.About).FirstAsync(Token)), StringComparison.Ordinal);

        var finding = Fields(lot, FeeFinding.FactHidden, made: true, "");
        Assert.Equal(HttpStatusCode.Conflict, (await Send(finding, "BrokersFault")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await Send(finding)).StatusCode);
        finding["Reason"] = "9 月 3 日邮件：专利已在质押中，未告知";
        Assert.Equal(HttpStatusCode.Redirect, (await Send(finding)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Send(finding)).StatusCode);
        Assert.Single(await Findings());
        // The same command with another content is another command.
        Assert.Equal(HttpStatusCode.Conflict, (await Send(new(finding) { ["Reason"] = "别的" })).StatusCode);
        var statement = await _agency.Pages.GetStringAsync("/desk/broker/commission", Token);
        Assert.DoesNotContain("78,000.00", statement, StringComparison.Ordinal);
        Assert.Contains("隐瞒重要事实，无佣金并赔偿", statement, StringComparison.Ordinal);
        Assert.Equal([NoticeKind.FeeFound, NoticeKind.FeeFound, NoticeKind.FeeFound], await Told());
        foreach (var party in new[] { _agency, _buyer }) Assert.Contains("专利已在质押中", await party.Pages.GetStringAsync($"/introductions/{row.Id}", Token), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Redirect, (await Send(Fields(lot, FeeFinding.FactHidden, made: false, "质押已在当日解除"))).StatusCode);
        Assert.Contains("78,000.00", await _agency.Pages.GetStringAsync("/desk/broker/commission", Token), StringComparison.Ordinal);
        var page = await _operators.Pages.GetStringAsync($"/desk/fees?deal={lot}", Token);
        Assert.Contains("专利已在质押中", page, StringComparison.Ordinal);
        Assert.Contains("质押已在当日解除", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clause_in_the_main_contract_alone_is_borne_by_both_and_a_fault_needs_a_contract_that_fell()
    {
        var (lot, _) = await Led(mandated: false);
        Assert.Contains("未约定", await _agency.Pages.GetStringAsync("/desk/broker/commission", Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Send(Fields(lot, FeeFinding.ClauseInContract, made: true, "主合同第 12 条"))).StatusCode);
        var statement = await _agency.Pages.GetStringAsync("/desk/broker/commission", Token);
        Assert.Contains("双方平均分担", statement, StringComparison.Ordinal);
        var desk = _market.Services.CreateAsyncScope().ServiceProvider.GetRequiredService<FeeFindingDesk>();
        Assert.Equal(Refusal.DealStands, (await desk.Find(Order(lot, FeeFinding.BrokersFault), Token)).Refusal);
        Assert.True((await _market.Services.GetRequiredService<Marketplace.Deals.Deals>().End(lot, "void", Token)).Done);
        // Two at once: one of them is told to look again, or that it stands already.
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            await using var scope = _market.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<FeeFindingDesk>().Find(Order(lot, FeeFinding.BrokersFault), Token);
        }));
        Assert.Single(both, b => b.Done);
        Assert.Contains(both.Single(b => !b.Done).Refusal, new Refusal?[] { Refusal.ChangedMeanwhile, Refusal.FindingStands });
        Assert.Contains("因经纪机构过错，无佣金", await _agency.Pages.GetStringAsync("/desk/broker/commission", Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _operators.Pages.GetAsync("/desk/fees?deal=ZJP-none", Token)).StatusCode);
    }

    [Fact]
    public async Task A_signed_contract_makes_the_clients_fee_owed_a_finding_ends_it_and_a_fall_leaves_it()
    {
        var (lot, row) = await Led(mandated: true);
        Assert.Empty(await _market.Obligations.About(lot, Token));
        var deal = (await _market.Deals.Find(lot, Token))!.Opened!;
        foreach (var step in new[] { Step.SignConfirmation, Step.SignContract })
        {
            foreach (var party in new[] { Party.Seller, Party.Buyer }) Assert.True((await _market.Deals.Do(lot, new DoStep(step, party, _buyer.Person, (await _market.Paper()).Sha256, "签字.pdf"))).Done);
        }

        // 2.5 % of the price, from the seller whose mandate it is, out of what is released to it.
        await Eventually.Become("the commission", Soon, async () => (await Fees(lot)).Count == 1);
        var fee = (await Fees(lot)).Single();
        Assert.Equal((78_000_00L, deal.Seller, _agency.Organisation, ReleaseRule.OutOfPrice), (fee.AmountFen, fee.Debtor, fee.Creditor!.Value, fee.Release));
        Assert.Contains("已收 0.00 元 · 待收 78,000.00 元", await _agency.Pages.GetStringAsync("/desk/broker/commission", Token), StringComparison.Ordinal);
        Assert.DoesNotContain("78,000.00", await _buyer.Pages.GetStringAsync($"/deals/{lot}", Token), StringComparison.Ordinal);

        var finding = Fields(lot, FeeFinding.FactHidden, made: true, "9 月 3 日邮件：专利已在质押中，未告知");
        Assert.Equal(HttpStatusCode.Redirect, (await Send(finding)).StatusCode);
        await Eventually.Become("no fee", Soon, async () => (await Fees(lot)).All(f => f.OutstandingFen == 0));
        Assert.Equal(HttpStatusCode.Redirect, (await Send(Fields(lot, FeeFinding.FactHidden, made: false, "质押已在当日解除"))).StatusCode);
        await Eventually.Become("the fee again", Soon, async () => (await Fees(lot)).Sum(f => f.OutstandingFen) == 78_000_00);

        Assert.True((await _market.Deals.End(lot, "void", Token)).Done);
        await Eventually.Become("the fee apart", Soon, async () => (await Fees(lot)).Where(f => f.OutstandingFen > 0).Select(f => (f.AmountFen, f.Release)).SequenceEqual([(78_000_00L, ReleaseRule.AtOnce)]));
        Assert.Equal(HttpStatusCode.Redirect, (await Send(Fields(lot, FeeFinding.BrokersFault, made: true, "误报交付范围"))).StatusCode);
        await Eventually.Become("no fee by the broker's fault", Soon, async () => (await Fees(lot)).All(f => f.OutstandingFen == 0));
        Assert.Equal(row.Agency, fee.Creditor);
    }

    [Fact]
    public async Task A_fee_that_the_mandate_left_open_is_agreed_on_and_then_owed()
    {
        var (lot, row) = await Led(mandated: true, MandateFee.Unagreed);
        var (desk, mandate) = (_market.Services.GetRequiredService<Marketplace.Deals.Deals>(), await _market.InDatabase(db => db.Set<MandateRow>().AsNoTracking().SingleAsync(Token)));
        var client = _client!;
        var page = $"/desk/mandates/{mandate.Id}/fee/{Uri.EscapeDataString(lot)}";
        foreach (var step in new[] { Step.SignConfirmation, Step.SignContract })
        {
            foreach (var party in new[] { Party.Seller, Party.Buyer }) Assert.True((await desk.Do(lot, new DoStep(step, party, _buyer.Person, (await _market.Paper()).Sha256, "签字.pdf"))).Done);
        }

        // The other side of the sale, the operator and strangers find nothing; who may not sign reads and does not propose.
        foreach (var other in new[] { _buyer, _operators, await _market.Enterprise() }) Assert.NotEqual(HttpStatusCode.OK, (await other.Pages.GetAsync(page, Token)).StatusCode);
        Assert.Contains($"href=\"{page}\"", await _agency.Pages.GetStringAsync("/desk/broker/commission", Token), StringComparison.Ordinal);
        foreach (var (reader, finds) in new[] { (_agency, true), (client, true), (_buyer, false) })
            Assert.Equal(finds, (await reader.Pages.GetStringAsync($"/introductions/{row.Id}", Token)).Contains($"href=\"{page}\"", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await _agency.Pages.GetAsync($"/desk/mandates/{mandate.Id}/fee/ZJP-none", Token)).StatusCode);
        Assert.Contains("尚未商定", await client.Pages.GetStringAsync(page, Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Say(_agency, "Propose", "一百")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Say(_agency, "Propose", "936000.01")).StatusCode);
        var proposal = Sum("60000");
        for (var again = 0; again < 2; again++) Assert.Equal(HttpStatusCode.Redirect, (await _agency.Pages.Submit(page, proposal, "Propose")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await _agency.Pages.Submit(page, new(proposal) { ["Sum"] = "1" }, "Propose")).StatusCode);
        // The client counters, so what it read before is no longer on the table.
        Assert.Equal(HttpStatusCode.Redirect, (await Say(client, "Propose", "50000")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await client.Pages.Submit(page, Sum("", 60_000_00), "Agree")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await _agency.Pages.Submit(page, Sum("", 60_000_00), "Agree")).StatusCode);
        Assert.Empty(await Fees(lot));
        Assert.Equal(HttpStatusCode.Redirect, (await _agency.Pages.Submit(page, Sum("", 50_000_00), "Agree")).StatusCode);
        await Eventually.Become("the commission", Soon, async () => (await Fees(lot)).Sum(f => f.OutstandingFen) == 50_000_00);
        Assert.Equal((client.Organisation, _agency.Organisation), (await Fees(lot)).Select(f => (f.Debtor, f.Creditor!.Value)).Single());
        Assert.Contains("50,000", await client.Pages.GetStringAsync(page, Token), StringComparison.Ordinal);
        Assert.Equal(
            [(NoticeKind.FeeProposed, client.Organisation), (NoticeKind.FeeProposed, _agency.Organisation), (NoticeKind.FeeAgreed, client.Organisation)],
            (await _market.InDatabase(db => db.Set<NoticeRow>().AsNoTracking().Where(n => n.Kind == NoticeKind.FeeProposed || n.Kind == NoticeKind.FeeAgreed).OrderBy(n => n.At).ToListAsync(Token))).Select(n => (n.Kind, n.Recipient)));

        // Later they agree on less: the rest is no longer owed. A proposal alone changes nothing.
        Assert.Equal(HttpStatusCode.Redirect, (await Say(client, "Propose", "40000")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await client.Pages.Submit(page, Sum("", 40_000_00), "Withdraw")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Say(client, "Propose", "45000")).StatusCode);
        Assert.Equal(50_000_00, (await Fees(lot)).Sum(f => f.OutstandingFen));
        Assert.Equal(HttpStatusCode.Redirect, (await _agency.Pages.Submit(page, Sum("", 45_000_00), "Agree")).StatusCode);
        await Eventually.Become("the smaller commission", Soon, async () => (await Fees(lot)).Sum(f => f.OutstandingFen) == 45_000_00);

        Task<HttpResponseMessage> Say(Somebody who, string what, string sum) => who.Pages.Submit(page, Sum(sum), what);
        static Dictionary<string, string> Sum(string sum, long seen = 0) => new() { ["Command"] = $"{Guid.CreateVersion7()}", ["Sum"] = sum, ["Seen"] = $"{seen}" };
    }

    private async Task<List<ObligationRow>> Fees(string lot) => [.. (await _market.Obligations.About(lot, Token)).Where(o => o.Kind == ObligationKind.BrokerFee)];

    private async Task<(string Lot, IntroductionRow Row)> Led(bool mandated, MandateFee? scale = null)
    {
        var (lot, seller, work) = await _market.OfferLot(startFen: 3_000_000_00);
        if (mandated)
            await _market.SignedMandate(_agency, _client = await _market.Member(seller.Organisation, MemberRole.Signatory), _market.YearOf(MandateSide.Supply, fee: scale ?? new MandateFee(FeeKind.Share, ShareBp: 250)));
        var pair = _market.Services.GetRequiredService<IGrainFactory>().GetGrain<IPairGrain>(PairGrain.KeyOf(Guid.CreateVersion7(), work));
        var id = (await pair.Claim(By(_agency), new NewClaim(_agency.Organisation, _buyer.Organisation, "井下压力在线测量"))).Value;
        Assert.True((await pair.Confirm(By(_buyer), id, IntroductionSide.Demand)).Done);
        Assert.True((await pair.Confirm(By(seller), id, IntroductionSide.Supply)).Done);
        var open = new OpenDeal(lot, seller.Organisation, _buyer.Organisation, "耐高温压力传感器", 3_120_000_00, _market.MarketTime, (await _market.Paper()).Sha256, Demo: true);
        Assert.True((await _market.Services.GetRequiredService<Marketplace.Deals.Deals>().Open(open)).Done);
        return (lot, await _market.InDatabase(db => db.Set<IntroductionRow>().AsNoTracking().SingleAsync(i => i.Id == id, Token)));
    }

    private static Dictionary<string, string> Fields(string lot, FeeFinding finding, bool made, string reason) =>
        new() { ["Command"] = $"{Guid.CreateVersion7()}", ["Deal"] = lot, ["Finding"] = $"{finding}", ["Made"] = made ? "true" : "false", ["Reason"] = reason };

    private Task<HttpResponseMessage> Send(Dictionary<string, string> fields, string? finding = null) =>
        _operators.Pages.Submit($"/desk/fees?deal={fields["Deal"]}", finding is null ? fields : new(fields) { ["Finding"] = finding, ["Reason"] = "x" });

    private FindingOrder Order(string lot, FeeFinding finding) => new(Guid.CreateVersion7(), _operators.Person, lot, finding, Made: true, "中介误报了交付范围");

    private Task<List<FeeFindingRow>> Findings() => _market.InDatabase(db => db.Set<FeeFindingRow>().AsNoTracking().ToListAsync(Token));

    private Task<List<NoticeKind>> Told() =>
        _market.InDatabase(db => db.Set<NoticeRow>().AsNoTracking().Select(n => n.Kind).Where(k => k == NoticeKind.FeeFound || k == NoticeKind.FeeFindingEnded).ToListAsync(Token));

    private static By By(Somebody who) => new(Guid.CreateVersion7(), who.Person);
}
