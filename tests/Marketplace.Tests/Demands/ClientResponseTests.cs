using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Demands;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Notifications;
using Marketplace.Organisations.Mandates;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Demands;

/// <summary>An agency answers a demand for its client under a mandate: recorded, told, taken over, refused.</summary>
public class ClientResponseTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();
    private Somebody _buyer = null!;
    private Somebody _unit = null!;
    private Somebody _agency = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _buyer = await _market.Signer(OrganisationKind.Enterprise, "澜石传感");
        _unit = await _market.Signer(OrganisationKind.University, "婺江大学");
        _agency = await _market.Signer(OrganisationKind.Agency, "之澜技术转移", "周经办");
    }

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_agency_answers_in_its_clients_name_and_everybody_concerned_reads_who_did_it()
    {
        var demand = await Demand();
        var mandate = await _market.SignedMandate(_agency, _unit, _market.YearOf(MandateSide.Supply));
        var page = $"/demands/{demand}/respond";
        Assert.Contains("代委托人响应", await _agency.Pages.GetStringAsync($"/demands/{demand}", Stop), StringComparison.Ordinal);
        var choice = await _agency.Pages.GetStringAsync(page, Stop);
        Assert.Contains("婺江大学", choice, StringComparison.Ordinal);
        Assert.Contains($"{page}?for={_unit.Organisation}", choice, StringComparison.Ordinal);
        var mine = $"{page}?for={_unit.Organisation}";
        var form = await _agency.Pages.GetStringAsync(mine, Stop);
        Assert.Contains("代 婺江大学 响应", form, StringComparison.Ordinal);
        Assert.DoesNotContain("澜石", form, StringComparison.Ordinal);
        var sent = await Send(_agency, demand, "Send", Answer());
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        Assert.Equal($"{page}?done=sent&for={_unit.Organisation}", sent.Headers.Location!.ToString());

        var row = await _market.ResponseRow(demand, _unit.Organisation);
        Assert.Equal((ResponseState.Standing, (Guid?)_agency.Organisation), (row.State, row.Agency));
        var version = await _market.InDatabase(db => db.Set<DemandResponseVersion>().AsNoTracking().SingleAsync(v => v.Response == row.Id, Stop));
        Assert.Equal((_agency.Person, (Guid?)_agency.Organisation), (version.Person, version.Agency));
        // The owner, the client and the mandate's own page say so.
        var work = await _buyer.Pages.GetStringAsync($"/desk/demands/{demand}/responses?open={row.Id}", Stop);
        Assert.Equal(2, Regex.Count(work, "由 之澜技术转移 代办"));
        Assert.Contains("由 之澜技术转移 代办", await _unit.Pages.GetStringAsync("/desk/responses", Stop), StringComparison.Ordinal);
        Assert.Contains("依委托代办", await _unit.Pages.GetStringAsync(page, Stop), StringComparison.Ordinal);
        foreach (var reader in new[] { _unit, _agency })
        {
            var done = await reader.Pages.GetStringAsync($"/desk/mandates/{mandate}", Stop);
            Assert.Contains("提交响应", done, StringComparison.Ordinal);
            Assert.Contains("周经办", done, StringComparison.Ordinal);
        }

        Assert.Contains("碳化硅", await _agency.Pages.GetStringAsync("/desk/responses/clients", Stop), StringComparison.Ordinal);
        Assert.Contains("之澜技术转移依委托以贵方名义对", WebUtility.HtmlDecode(await _unit.Pages.GetStringAsync("/inbox", Stop)), StringComparison.Ordinal);
        Assert.Equal([NoticeKind.ResponseByAgency], await Kinds(_unit));
        Assert.Contains(NoticeKind.ResponseCame, await Kinds(_buyer));

        // It may write on, and gives nothing up for its client.
        Assert.Equal(HttpStatusCode.Redirect, (await Send(_agency, demand, "Send", Answer("碳化硅二代"))).StatusCode);
        Assert.DoesNotContain("handler=Withdraw", await _agency.Pages.GetStringAsync(mine, Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await Send(_agency, demand, "Withdraw", [])).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Send(_agency, demand, "Decline", new() { ["Reason"] = "不做" })).StatusCode);
        Assert.Equal(Refusal.NotAllowed, (await _market.Demand(demand).WithdrawResponse(For(_agency, _unit), null)).Refusal);

        // Not a rung higher than before: to be chosen opens the demand to the client alone.
        await _market.PassDeadline(demand);
        Assert.True((await _market.Demand(demand).Choose(MarketHost.Order(_buyer.Organisation), [row.Id], "余量最大")).Done);
        Assert.Contains("4,127", await _unit.Pages.GetStringAsync($"/demands/{demand}", Stop), StringComparison.Ordinal);
        Assert.DoesNotContain("4,127", await _agency.Pages.GetStringAsync($"/demands/{demand}", Stop), StringComparison.Ordinal);
        Assert.DoesNotContain("澜石", await _agency.Pages.GetStringAsync(mine, Stop), StringComparison.Ordinal);
        Assert.Contains("余量最大", await _agency.Pages.GetStringAsync(mine, Stop), StringComparison.Ordinal);
        // Acceptance and refusal of the choice are the client's.
        Assert.Equal(Refusal.NotAllowed, (await _market.Demand(demand).Decline(For(_agency, _unit), "不做")).Refusal);
        Assert.True((await _market.Demand(demand).Decline(MarketHost.Order(_unit.Organisation), "人员变动")).Done);
    }

    [Fact]
    public async Task What_the_client_takes_into_its_own_hands_is_out_of_its_agencys()
    {
        var demand = await Demand();
        await _market.SignedMandate(_agency, _unit, _market.YearOf(MandateSide.Supply));
        Assert.True((await _market.Demand(demand).Respond(For(_agency, _unit), Needs.Answer("机构写的方案"))).Done);
        Assert.Equal(HttpStatusCode.Redirect, (await Send(_unit, demand, "Withdraw", [], own: true)).StatusCode);
        var row = await _market.ResponseRow(demand, _unit.Organisation);
        Assert.Equal((ResponseState.Withdrawn, (Guid?)null), (row.State, row.Agency));
        Assert.Equal(Refusal.ClientActsItself, (await _market.Demand(demand).Respond(For(_agency, _unit), Needs.Answer())).Refusal);
        // What the client writes itself its agency neither reads nor changes.
        Assert.True((await _market.Demand(demand).Respond(MarketHost.Order(_unit.Organisation), Needs.Answer("学校自己的方案"))).Done);
        var page = await _agency.Pages.GetStringAsync($"/demands/{demand}/respond?for={_unit.Organisation}", Stop);
        Assert.Contains("委托人已自行办理", page, StringComparison.Ordinal);
        Assert.DoesNotContain("学校自己的方案", page, StringComparison.Ordinal);
        Assert.Contains("委托人已自行办理", await (await Send(_agency, demand, "Send", Answer())).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal("学校自己的方案", ResponseContent.Read((await _market.ResponseRow(demand, _unit.Organisation)).Content).Title);
        Assert.DoesNotContain("学校自己的方案", await _agency.Pages.GetStringAsync("/desk/responses/clients", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_power_or_after_its_end_no_agency_answers_for_anybody()
    {
        var demand = await Demand();
        var mine = $"/demands/{demand}/respond?for={_unit.Organisation}";
        Assert.Equal(HttpStatusCode.Forbidden, (await _agency.Pages.GetAsync(mine, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await _agency.Pages.GetAsync($"/demands/{demand}/respond", Stop)).StatusCode);
        Assert.Contains("还没有可以代为响应的委托人", await _agency.Pages.GetStringAsync("/desk/responses/clients", Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await _unit.Pages.GetAsync("/desk/responses/clients", Stop)).StatusCode);
        await _market.SignedMandate(_agency, _unit, _market.YearOf(MandateSide.Supply) with { Powers = [MandatePower.WriteAchievements] });
        Assert.Equal(HttpStatusCode.Forbidden, (await _agency.Pages.GetAsync(mine, Stop)).StatusCode);
        Assert.Equal(Refusal.NotAllowed, (await _market.Demand(demand).Respond(For(_agency, _unit), Needs.Answer())).Refusal);

        var other = await _market.Signer(OrganisationKind.University, "越州大学");
        await _market.SignedMandate(_agency, other, _market.YearOf(MandateSide.Supply));
        Assert.Equal(HttpStatusCode.Forbidden, (await _agency.Pages.GetAsync(mine, Stop)).StatusCode);
        Assert.True((await _market.Demand(demand).Respond(For(_agency, other), Needs.Answer())).Done);
        await _market.InDatabase(db => db.Set<MandateRow>().ExecuteUpdateAsync(s => s.SetProperty(m => m.LastDay, new DateOnly(2020, 1, 1)), Stop));
        Assert.Equal(HttpStatusCode.Forbidden, (await _agency.Pages.GetAsync($"/demands/{demand}/respond?for={other.Organisation}", Stop)).StatusCode);
        Assert.Equal(Refusal.NotAllowed, (await _market.Demand(demand).ReviseResponse(For(_agency, other), Needs.Answer())).Refusal);
        Assert.DoesNotContain("碳化硅", await _agency.Pages.GetStringAsync("/desk/responses/clients", Stop), StringComparison.Ordinal);
        // The answer stands, and is the client's.
        Assert.Equal(ResponseState.Standing, (await _market.ResponseRow(demand, other.Organisation)).State);
        Assert.True((await _market.Demand(demand).WithdrawResponse(MarketHost.Order(other.Organisation), null)).Done);
    }

    [Fact]
    public async Task An_agency_on_both_sides_needs_both_consents_and_one_that_reads_all_responses_answers_for_nobody()
    {
        // A mandate can name a demand whose owner is open.
        var demand = await Demand(Opens.Public);
        await _market.SignedMandate(_agency, _unit, _market.YearOf(MandateSide.Supply));
        var buys = _market.YearOf(MandateSide.Demand) with { Powers = [], AllowsBothSides = false, Subjects = [demand] };
        await _market.SignedMandate(_agency, _buyer, buys);
        Assert.Equal(Refusal.BothSidesNotAgreed, (await _market.Demand(demand).Respond(For(_agency, _unit), Needs.Answer())).Refusal);
        Assert.Contains("同时代理双方须供需双方都在委托书里书面同意", await (await Send(_agency, demand, "Send", Answer())).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        // Of a demand that the mandate does not name the agency stands on one side only.
        Assert.True((await _market.Demand(await Demand()).Respond(For(_agency, _unit), Needs.Answer())).Done);

        var (both, reads) = (await _market.Signer(OrganisationKind.Agency, "两边都同意的机构"), await _market.Signer(OrganisationKind.Agency, "坐在需方桌边的机构"));
        foreach (var agency in new[] { both, reads }) await _market.SignedMandate(agency, _unit, _market.YearOf(MandateSide.Supply));
        await _market.SignedMandate(both, _buyer, buys with { AllowsBothSides = true });
        await _market.SignedMandate(reads, _buyer, buys with { AllowsBothSides = true, Powers = [MandatePower.WriteDemands] });
        Assert.Equal(Refusal.AgentReadsResponses, (await _market.Demand(demand).Respond(For(reads, _unit), Needs.Answer())).Refusal);
        Assert.True((await _market.Demand(demand).Respond(For(both, _unit), Needs.Answer())).Done);
        // One agency answers one demand for one client.
        var rival = await _market.Signer(OrganisationKind.University, "越州大学");
        await _market.SignedMandate(both, rival, _market.YearOf(MandateSide.Supply));
        Assert.Equal(Refusal.AnswersForAnotherClient, (await _market.Demand(demand).Respond(For(both, rival), Needs.Answer())).Refusal);
        // And none takes over what another one handed in.
        Assert.Equal(Refusal.ClientActsItself, (await _market.Demand(demand).ReviseResponse(For(_agency, _unit) with { Agency = await Third() }, Needs.Answer())).Refusal);
    }

    [Fact]
    public async Task Who_may_not_see_the_demand_does_not_answer_it_through_the_other()
    {
        await _market.SignedMandate(_agency, _unit, _market.YearOf(MandateSide.Supply));
        foreach (var hidden in new[] { _agency, _unit })
        {
            var demand = await _market.PublishedDemand(_buyer.Organisation, blocked: hidden.Organisation);
            Assert.Equal(Refusal.NotFound, (await _market.Demand(demand).Respond(For(_agency, _unit), Needs.Answer())).Refusal);
            Assert.Empty(await _market.InDatabase(db => db.Set<DemandResponse>().ToListAsync(Stop)));
        }
    }

    /// <summary>A further agency with the same power, and no say on the demand's side.</summary>
    private async Task<Guid> Third()
    {
        var third = await _market.Signer(OrganisationKind.Agency);
        await _market.SignedMandate(third, _unit, _market.YearOf(MandateSide.Supply));
        return third.Organisation;
    }

    private Task<Guid> Demand(Opens name = Opens.Narrow) => _market.PublishedDemand(_buyer.Organisation, reveal: new RevealSettings(name));

    private static ActedBy For(Somebody agency, Somebody client) => new(Guid.CreateVersion7(), agency.Person, client.Organisation, Agency: agency.Organisation);

    private async Task<List<NoticeKind>> Kinds(Somebody who) =>
        await _market.InDatabase(db => db.Set<NoticeRow>().AsNoTracking().Where(n => n.Recipient == who.Organisation).OrderBy(n => n.At).Select(n => n.Kind).ToListAsync(Stop));

    /// <summary>Sends the form of the page as a browser would, for the client or as the responder itself.</summary>
    private async Task<HttpResponseMessage> Send(Somebody who, Guid demand, string handler, Dictionary<string, string> fields, bool own = false)
    {
        var page = $"/demands/{demand}/respond";
        var html = await who.Pages.GetStringAsync(own ? page : $"{page}?for={_unit.Organisation}", Stop);
        fields = new(fields) { ["Command"] = $"{Guid.CreateVersion7()}", ["Seen"] = Regex.Match(html, "name=\"Seen\" value=\"([^\"]*)\"").Groups[1].Value };
        if (!own) fields["For"] = Regex.Match(html, "name=\"For\" value=\"([^\"]*)\"").Groups[1].Value;
        return await who.Pages.Submit(html, $"{page}?handler={handler}", fields);
    }

    private static Dictionary<string, string> Answer(string title = "碳化硅压阻芯片") => new()
    {
        ["Form.Title"] = title,
        ["Form.Plan"] = "无引线封装",
        ["Form.Price"] = "65万",
        ["Form.Months"] = "9",
        ["Form.Claims[1].Met"] = "yes",
        ["Form.Claims[1].Value"] = "225",
        ["Form.Claims[2].Met"] = "no",
    };
}
