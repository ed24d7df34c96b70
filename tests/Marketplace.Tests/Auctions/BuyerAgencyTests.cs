using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Notifications;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Auctions;

/// <summary>竞买代理: an agency bids for one principal, named in its application, and for nobody else.</summary>
public class BuyerAgencyTests(MarketHost market) : IClassFixture<MarketHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Named_by_a_bidder_it_bids_with_that_paddle_until_one_of_them_ends_it()
    {
        var lot = await market.ScheduleAuction(TimeSpan.FromSeconds(20), lastsSeconds: 600);
        var agent = await market.Signer(OrganisationKind.Agency, "剡溪技术转移", "令狐行远");
        var (client, application, code) = await market.Apply(lot, "姚江精密");
        await market.SignedMandate(agent, client, market.YearOf(MandateSide.Demand));
        Assert.Contains("还没有客户委托竞买代理", await agent.Pages.GetStringAsync("/desk/broker/bids?culture=zh-CN", Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Name(client, lot, agent.Organisation)).StatusCode);

        // Before the paddle there is nothing to bid with, and whoever is no agent here hears the same.
        var stranger = await market.Signer(OrganisationKind.Agency);
        foreach (var agency in new[] { agent, stranger }) Assert.Equal(nameof(Refusal.NotAllowed), await Code(await Bid(agency, lot, "early")));

        await market.Credit(client.Organisation, 1_000_000_00, demo: true);
        Assert.Null((await market.Freeze(lot, application)).Refusal);
        Assert.Contains("剡溪技术转移", await lot.Operator.Pages.GetStringAsync($"/desk/qualifications/{code}", Stop), StringComparison.Ordinal);
        await market.Review(code, lot.Operator);
        var paddle = (await Eventually.Get("a paddle", TimeSpan.FromSeconds(60), () => market.InDatabase(db =>
            db.Set<PaddleRow>().AsNoTracking().Where(p => p.Application == application && p.AdmittedAt != null).SingleOrDefaultAsync(Stop)))).Paddle;
        await Eventually.Become("open", TimeSpan.FromSeconds(60), async () => (await market.Auction(lot.Id).Look()).Phase == "open");

        Assert.Equal(HttpStatusCode.OK, (await Bid(agent, lot, "first")).StatusCode);
        Assert.Equal(paddle, (await market.Auction(lot.Id).Look()).LeaderPaddle);
        Assert.Equal(paddle, (await agent.Api.GetFromJsonAsync<JsonElement>($"/api/auctions/{lot.Id}/mine", Stop)).GetProperty("paddle").GetInt32());
        var room = WebUtility.HtmlDecode(await agent.Pages.GetStringAsync($"/auctions/{lot.Id}?culture=zh-CN", Stop));
        Assert.Contains("代理 姚江精密 竞买", room, StringComparison.Ordinal);
        var desk = await agent.Pages.GetStringAsync("/desk/broker/bids?culture=zh-CN", Stop);
        Assert.Contains("可代理出价", desk, StringComparison.Ordinal);
        Assert.Contains($"{paddle:000}", desk, StringComparison.Ordinal);
        // The client's own way stays open; what is the client's alone stays closed.
        Assert.Equal(HttpStatusCode.Forbidden, (await agent.Pages.GetAsync($"/auctions/{lot.Id}/apply", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await agent.Api.PostAsJsonAsync($"/api/auctions/{lot.Id}/offers", new { }, Stop)).StatusCode);
        Assert.Equal(nameof(Refusal.NotAllowed), await Code(await Bid(stranger, lot, "strange")));

        // The ceiling of the client's signatory holds for its agent as well.
        Assert.Equal(nameof(Refusal.AboveCeiling), await Code(await Bid(agent, lot, "high", 100_000_000_00)));

        var ended = await client.Pages.Submit($"/auctions/{lot.Id}/apply", new() { ["agency"] = $"{agent.Organisation}" }, "EndAgency");
        Assert.Equal(HttpStatusCode.Redirect, ended.StatusCode);
        Assert.Equal(nameof(Refusal.NotAllowed), await Code(await Bid(agent, lot, "late", proxy: true)));
        Assert.Equal(paddle, (await market.Auction(lot.Id).Look()).LeaderPaddle);
        Assert.Contains("已结束", await agent.Pages.GetStringAsync("/desk/broker/bids?culture=zh-CN", Stop), StringComparison.Ordinal);
        Assert.Equal(
            [NoticeKind.AgencyAppointed, NoticeKind.AgencyEnded],
            await market.InDatabase(db => db.Set<NoticeRow>().Where(n => n.Recipient == agent.Organisation && n.Subject == lot.Id && n.Kind != NoticeKind.OpeningSoon).OrderBy(n => n.At).Select(n => n.Kind).ToListAsync(Stop)));
    }

    [Fact]
    public async Task Without_the_power_or_with_a_part_in_the_lot_it_is_not_named()
    {
        var lot = await market.ScheduleAuction();
        var agent = await market.Signer(OrganisationKind.Agency);
        var (client, _, _) = await market.Apply(lot);
        Assert.Equal(Refusal.AgencyNotMandated, await Refused(client, lot, agent.Organisation));
        var writer = await market.Signer(OrganisationKind.Agency);
        await market.SignedMandate(writer, client, market.YearOf(MandateSide.Demand) with { Powers = [MandatePower.WriteDemands] });
        Assert.Equal(Refusal.AgencyNotMandated, await Refused(client, lot, writer.Organisation));
        await market.SignedMandate(agent, client, market.YearOf(MandateSide.Demand));
        Assert.Null(await Refused(client, lot, agent.Organisation));

        // One principal in a lot, for ever: also when the first has let it go.
        var (second, _, _) = await market.Apply(lot);
        await market.SignedMandate(agent, second, market.YearOf(MandateSide.Demand));
        Assert.Equal(Refusal.AgencyNotFree, await Refused(second, lot, agent.Organisation));
        Assert.Null(await Refused(client, lot, null));
        Assert.Equal(Refusal.AgencyNotFree, await Refused(second, lot, agent.Organisation));
        Assert.Null(await Refused(client, lot, agent.Organisation));

        // The seller's own agency.
        var sellers = await market.Signer(OrganisationKind.Agency);
        await market.SignedMandate(sellers, second, market.YearOf(MandateSide.Demand));
        await market.SignedMandate(sellers, await market.Member(lot.Seller.Organisation, MemberRole.Signatory), market.YearOf(MandateSide.Supply));
        Assert.Equal(Refusal.AgencyNotFree, await Refused(second, lot, sellers.Organisation));

        // One of its people belongs to another bidder, and the other way round.
        var shared = await market.Signer(OrganisationKind.Agency);
        await market.SignedMandate(shared, second, market.YearOf(MandateSide.Demand));
        await market.GiveRole(client.Organisation, shared.Person, MemberRole.Staff);
        Assert.Equal(Refusal.AgencyNotFree, await Refused(second, lot, shared.Organisation));
        var third = await market.Signer(OrganisationKind.Enterprise);
        await market.GiveRole(third.Organisation, agent.Person, MemberRole.Staff);
        Assert.Contains("已为其他单位办理竞买代理", WebUtility.HtmlDecode(await third.Pages.GetStringAsync($"/auctions/{lot.Id}/apply?culture=zh-CN", Stop)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_named_before_is_named_again_in_place_of_another()
    {
        var lot = await market.ScheduleAuction();
        var (client, application, _) = await market.Apply(lot);
        var agencies = new[] { await market.Signer(OrganisationKind.Agency), await market.Signer(OrganisationKind.Agency) };
        foreach (var agency in agencies) await market.SignedMandate(agency, client, market.YearOf(MandateSide.Demand));
        // Twice around, so that each goes before the other whichever id is the lesser.
        foreach (var agency in agencies.Concat(agencies))
        {
            Assert.Null(await Refused(client, lot, agency.Organisation));
            Assert.Equal([agency.Organisation], await market.InDatabase(db => db.Set<BuyerAgencyRow>().Where(r => r.Application == application && r.EndedAt == null).Select(r => r.Agency).ToListAsync(Stop)));
        }
    }

    [Fact]
    public async Task Who_takes_the_sellers_mandate_while_bidding_bids_no_more()
    {
        var lot = await market.ScheduleAuction(TimeSpan.FromSeconds(20), lastsSeconds: 600);
        var agent = await market.Signer(OrganisationKind.Agency);
        var bidder = await market.Join(lot);
        await market.SignedMandate(agent, bidder.Enterprise, market.YearOf(MandateSide.Demand));
        await market.InDatabase(async db =>
        {
            db.Add(new BuyerAgencyRow { Auction = lot.Id, Agency = agent.Organisation, Application = bidder.Application, NamedAt = market.MarketTime, NamedBy = bidder.Enterprise.Person });
            return await db.SaveChangesAsync(Stop);
        });
        await Eventually.Become("open", TimeSpan.FromSeconds(60), async () => (await market.Auction(lot.Id).Look()).Phase == "open");
        Assert.Equal(HttpStatusCode.OK, (await Bid(agent, lot, "one")).StatusCode);
        await market.SignedMandate(agent, await market.Member(lot.Seller.Organisation, MemberRole.Signatory), market.YearOf(MandateSide.Supply));
        Assert.Equal(nameof(Refusal.AgencyNotFree), await Code(await Bid(agent, lot, "two", proxy: true)));
        Assert.Contains("不能担任竞买代理", WebUtility.HtmlDecode(await agent.Pages.GetStringAsync($"/auctions/{lot.Id}?culture=zh-CN", Stop)), StringComparison.Ordinal);
        Assert.Equal(bidder.Paddle, (await market.Auction(lot.Id).Look()).LeaderPaddle);

        // It resigns; the client hears of it, and bids for itself as before.
        Assert.Equal(HttpStatusCode.Redirect, (await agent.Pages.Submit("/desk/broker/bids", new() { ["lot"] = lot.Id }, "Resign")).StatusCode);
        Assert.True(await market.InDatabase(db => db.Set<NoticeRow>().AnyAsync(n => n.Recipient == bidder.Enterprise.Organisation && n.Kind == NoticeKind.AgencyEnded, Stop)));
        Assert.Equal(HttpStatusCode.OK, (await Bid(bidder.Enterprise, lot, "own", proxy: true)).StatusCode);
    }

    [Fact]
    public async Task Named_by_two_bidders_at_the_same_moment_it_serves_one()
    {
        var lot = await market.ScheduleAuction();
        var agent = await market.Signer(OrganisationKind.Agency);
        var clients = new List<Somebody>();
        for (var n = 0; n < 4; n++)
        {
            var (client, _, _) = await market.Apply(lot);
            await market.SignedMandate(agent, client, market.YearOf(MandateSide.Demand));
            clients.Add(client);
        }

        var answers = await Task.WhenAll(clients.Select(c => Refused(c, lot, agent.Organisation)));
        Assert.Single(answers, (Refusal?)null);
        Assert.Equal(3, answers.Count(a => a == Refusal.AgencyNotFree));
        Assert.Equal(1, await market.InDatabase(db => db.Set<BuyerAgencyRow>().CountAsync(r => r.Auction == lot.Id, Stop)));
    }

    private static Task<HttpResponseMessage> Bid(Somebody who, ScheduledLot lot, string id, long fen = 100_000_00, bool proxy = false) =>
        who.Api.PostAsJsonAsync($"/api/auctions/{lot.Id}/bids", proxy ? (object)new { bidId = id, proxyMaxFen = fen * 2 } : new { bidId = id, amountFen = fen }, Stop);

    /// <summary>What the page says when an applicant names the agency; null when it is done.</summary>
    private static async Task<Refusal?> Refused(Somebody client, ScheduledLot lot, Guid? agency)
    {
        var answer = await Name(client, lot, agency);
        if (answer.StatusCode == HttpStatusCode.Redirect) return null;
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));
        return page.Contains("没有在开拍日有效", StringComparison.Ordinal) ? Refusal.AgencyNotMandated
            : page.Contains("不能担任竞买代理", StringComparison.Ordinal) ? Refusal.AgencyNotFree
            : throw new InvalidOperationException(page);
    }

    private static Task<HttpResponseMessage> Name(Somebody client, ScheduledLot lot, Guid? agency) => client.Pages.Submit($"/auctions/{lot.Id}/apply?step=2", new()
    {
        ["Agent"] = "令狐行远",
        ["MandateUntil"] = "2030-01-01",
        ["Agency"] = agency is { } id ? $"{id}" : "",
    }, "Mandate");

    private static async Task<string?> Code(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString();
}
