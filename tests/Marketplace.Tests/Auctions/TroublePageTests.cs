using System.Net;
using Marketplace.Domain.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Auctions;

/// <summary>The pages of a lot in trouble: who may do what there, and what everybody reads.</summary>
public sealed class TroublePageTests(MarketHost market) : IClassFixture<MarketHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operator_pauses_and_proposes_another_confirms_and_everybody_reads_why()
    {
        var lot = await market.ScheduleAuction(TimeSpan.FromHours(1));
        var (one, two) = (lot.Operator, await market.Operator());
        var page = $"/desk/lots/{lot.Id}/course";
        var silent = await one.Pages.Submit(page, new() { ["Input.Cause"] = "TitleDispute", ["Input.Text"] = " " }, "Pause");
        Assert.Equal(HttpStatusCode.OK, silent.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await one.Pages.Submit(page, new() { ["Input.Cause"] = "TitleDispute", ["Input.Text"] = "第三人主张权属" }, "Pause")).StatusCode);
        var room = await market.CreateClient().GetStringAsync($"/auctions/{lot.Id}?culture=zh-CN", Token);
        Assert.Contains("竞价已暂停：权属争议", room, StringComparison.Ordinal);
        Assert.Contains("第三人主张权属", room, StringComparison.Ordinal);

        var proposal = new Dictionary<string, string> { ["Input.Kind"] = "Cancel", ["Input.Ground"] = "TitleDispute", ["Input.Reason"] = "短期内无法解决" };
        Assert.Equal(HttpStatusCode.Redirect, (await one.Pages.Submit(page, proposal, "Propose")).StatusCode);
        var id = await market.InDatabase(db => db.Set<Approval>().Where(a => a.Subject == lot.Id).Select(a => a.Id).SingleAsync(Token));
        var own = await one.Pages.Submit(page, new() { ["proposal"] = $"{id}" }, "Confirm");
        Assert.Contains("提出的人不能自己确认", await own.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await two.Pages.Submit(page, new() { ["proposal"] = $"{id}" }, "Confirm")).StatusCode);
        Assert.Equal("cancelled", await market.OutcomeOf(lot.Id));
        foreach (var path in new[] { "", "/notice", "/transcript-view" })
        {
            var said = await market.CreateClient().GetStringAsync($"/auctions/{lot.Id}{path}?culture=en", Token);
            Assert.Contains("Lot taken back", said, StringComparison.Ordinal);
            Assert.Contains("短期内无法解决", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_authority_orders_a_stop_and_nothing_else_and_others_do_not_come_in()
    {
        var lot = await market.ScheduleAuction(TimeSpan.FromHours(1));
        var authority = await market.Organisation(OrganisationKind.Authority);
        var page = $"/desk/lots/{lot.Id}/course";
        var html = await authority.Pages.GetStringAsync(page, Token);
        Assert.Equal(HttpStatusCode.Redirect, (await authority.Pages.Submit(page, new() { ["Input.Cause"] = "Fault", ["Input.Text"] = "暂停核查" }, "Pause")).StatusCode);
        Assert.Equal("Order", (await market.Auction(lot.Id).Course()).Pause!.Ground);
        var proposed = await authority.Pages.Submit(html, page + "?handler=Propose", new() { ["Input.Kind"] = "Cancel", ["Input.Ground"] = "Order", ["Input.Reason"] = "x" });
        Assert.Equal(HttpStatusCode.Forbidden, proposed.StatusCode);
        foreach (var somebody in new[] { lot.Seller, await market.Enterprise() })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await somebody.Pages.GetAsync(page, Token)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await somebody.Pages.GetAsync("/desk/course", Token)).StatusCode);
        }
    }
}
