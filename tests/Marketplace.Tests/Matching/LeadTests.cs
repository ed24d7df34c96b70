using System.Net;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Matching;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Matching;

/// <summary>线索: an agency's own notes of what may become a deal, kept once however often they are sent.</summary>
public class LeadTests : IAsyncDisposable
{
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Leads_move_dated_and_are_the_agencys_own()
    {
        var (buyer, unit, agency) = (await _market.Signer(OrganisationKind.Enterprise), await _market.Signer(OrganisationKind.University), await _market.Signer(OrganisationKind.Agency));
        var work = await _market.PublishedAchievement(unit.Organisation);
        var demand = await _market.PublishedDemand(buyer.Organisation);
        var pair = _market.Services.GetRequiredService<IGrainFactory>().GetGrain<IPairGrain>(PairGrain.KeyOf(demand, work));
        var id = (await pair.Claim(new By(Guid.CreateVersion7(), agency.Person), new NewClaim(agency.Organisation, buyer.Organisation, "井下测量"))).Value;
        var rival = await _market.Signer(OrganisationKind.Agency);
        var lead = new Dictionary<string, string> { ["Command"] = $"{Guid.CreateVersion7()}", ["Title"] = "井下压力在线测量", ["Contact"] = "澜石 林工", ["Estimate"] = "61万" };
        Assert.Equal(HttpStatusCode.Redirect, (await agency.Pages.Submit("/desk/broker/leads", lead)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await agency.Pages.Submit("/desk/broker/leads", lead)).StatusCode);
        var row = await _market.InDatabase(db => db.Set<LeadRow>().AsNoTracking().SingleAsync(Token));
        Assert.Equal((61_000_000L, LeadStage.Lead), (row.Fen, row.Stage));
        // The same id says the same, whoever sends it.
        var leads = await agency.Pages.GetStringAsync("/desk/broker/leads", Token);
        foreach (var other in new Dictionary<string, string>[] { new(lead) { ["Estimate"] = "62万" }, new(lead) { ["Command"] = $"{Guid.Empty}" }, new(lead) { ["NextOn"] = "下周" }, new(lead) { ["Id"] = $"{row.Id}", ["Command"] = $"{Guid.CreateVersion7()}", ["Seen"] = "1", ["Stage"] = "Sold" } })
            Assert.Contains("data-t=\"bad\" role=\"alert\"", await Body(agency.Pages.Submit(leads, "/desk/broker/leads", other)), StringComparison.Ordinal);
        Assert.Contains("data-t=\"bad\" role=\"alert\"", await Body(rival.Pages.Submit("/desk/broker/leads", lead)), StringComparison.Ordinal);
        Assert.Equal((61_000_000L, 1, LeadStage.Lead), await _market.InDatabase(db => db.Set<LeadRow>().Select(l => ValueTuple.Create(l.Fen!.Value, l.Version, l.Stage)).SingleAsync(Token)));
        var move = new Dictionary<string, string>(lead) { ["Command"] = $"{Guid.CreateVersion7()}", ["Id"] = $"{row.Id}", ["Seen"] = "1", ["Stage"] = "Exchange", ["NextStep"] = "约谈" };
        Assert.Contains("须先关联", await Body(agency.Pages.Submit("/desk/broker/leads", move)), StringComparison.Ordinal);
        move["Introduction"] = $"{id}";
        Assert.Equal(HttpStatusCode.Redirect, (await agency.Pages.Submit("/desk/broker/leads", move)).StatusCode);
        Assert.Equal([LeadStage.Lead, LeadStage.Exchange], await _market.InDatabase(db => db.Set<LeadMoveRow>().OrderBy(m => m.Number).Select(m => m.Stage).ToListAsync(Token)));
        // A change that moves nothing is one command as well.
        var edit = new Dictionary<string, string>(move) { ["Command"] = $"{Guid.CreateVersion7()}", ["Seen"] = "2", ["Contact"] = "澜石 林总" };
        foreach (var sent in await Task.WhenAll(agency.Pages.Submit(leads, "/desk/broker/leads", edit), agency.Pages.Submit(leads, "/desk/broker/leads", edit))) Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        Assert.Contains("修改内容", await agency.Pages.GetStringAsync("/desk/broker/leads", Token), StringComparison.Ordinal);
        Assert.Equal(3, await _market.InDatabase(db => db.Set<LeadRow>().Select(l => l.Version).SingleAsync(Token)));
        Assert.DoesNotContain("井下压力", await rival.Pages.GetStringAsync("/desk/broker/leads", Token), StringComparison.Ordinal);
        Assert.DoesNotContain("约谈", await rival.Pages.GetStringAsync("/desk/broker", Token), StringComparison.Ordinal);
        move["Command"] = $"{Guid.CreateVersion7()}";
        Assert.Contains("没有", await Body(rival.Pages.Submit("/desk/broker/leads", move)), StringComparison.Ordinal);
    }

    private static async Task<string> Body(Task<HttpResponseMessage> answer) => await (await answer).Content.ReadAsStringAsync(Token);
}
