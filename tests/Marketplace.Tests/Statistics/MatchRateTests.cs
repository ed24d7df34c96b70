using System.Net;
using System.Text;
using System.Text.Json;
using Marketplace.Deals;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Statistics;
using Marketplace.Matching;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Statistics;

/// <summary>The match rate over records of every kind: what it counts, and who reads which of them by name.</summary>
public sealed class MatchRateTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _market.DisposeAsync();

    [Fact]
    public async Task Each_figure_is_counted_from_its_records_and_named_to_who_may_know()
    {
        var (lot, seller, work) = await _market.OfferLot(startFen: 3_000_000_00);
        var (buyer, agency, rival) = (await _market.Signer(OrganisationKind.Enterprise, "澜石传感"), await _market.Signer(OrganisationKind.Agency), await _market.Signer(OrganisationKind.University));
        var demo = await _market.InDatabase(db => db.Set<Marketplace.Organisations.Organisation>().Where(o => o.Id == buyer.Organisation).Select(o => o.Demo).SingleAsync(Now));
        var query = demo ? "?demo=true" : "?demo=false";
        var introduced = await Publish("井下压力在线测量");
        var chosen = await Publish("高温密封圈选型");
        var answered = await Publish("油井防蜡涂层");
        var gone = await Publish("管道内壁检测");
        await _market.PublishedDemand(buyer.Organisation, with: c => c with { Title = "谁也不知道的需求" }, blocked: [rival.Organisation]);
        // Enough of them that what became of them may be said.
        for (var i = 0; i < MatchFigures.Least - 2; i++) await Publish($"尾矿砂脱水 {i}");

        foreach (var id in new[] { chosen, answered }) Assert.True((await _market.Demand(id).Respond(MarketHost.Order(rival.Organisation), Needs.Answer())).Done);
        await _market.PassDeadline(chosen);
        Assert.True((await _market.Demand(chosen).Choose(MarketHost.Order(buyer.Organisation), [(await _market.ResponseRow(chosen, rival.Organisation)).Id], "指标最好")).Done);
        Assert.Null((await _market.Demand(gone).Withdraw(MarketHost.Order(buyer.Organisation), "不再需要")).Refusal);
        var pair = _market.Services.GetRequiredService<IGrainFactory>().GetGrain<IPairGrain>(PairGrain.KeyOf(introduced, work));
        var introduction = (await pair.Claim(By(agency), new NewClaim(agency.Organisation, buyer.Organisation, "井下压力在线测量"))).Value;
        Assert.Equal((12, 2, 1, 0), await Figures(query));
        Assert.True((await pair.Confirm(By(buyer), introduction, IntroductionSide.Demand)).Done);
        Assert.Equal((12, 2, 1, 0), await Figures(query));
        Assert.True((await pair.Confirm(By(seller), introduction, IntroductionSide.Supply)).Done);
        Assert.Equal((12, 2, 2, 0), await Figures(query));
        var deals = _market.Services.GetRequiredService<Marketplace.Deals.Deals>();
        Assert.True((await deals.Open(new OpenDeal(lot, seller.Organisation, buyer.Organisation, "耐高温压力传感器", 3_120_000_00, _market.MarketTime, (await _market.Paper()).Sha256, Demo: demo))).Done);
        await Sign(lot, Party.Seller);
        Assert.Equal((12, 2, 2, 0), await Figures(query));
        await Sign(lot, Party.Buyer);
        Assert.Equal((12, 2, 2, 1), await Figures(query));
        Assert.Equal((0, 0, null, null), await Figures(demo ? "?demo=false" : "?demo=true"));

        // The same figures on the page and in the file, for every month and field.
        using var visitor = _market.CreateClient();
        var page = await visitor.GetStringAsync("/figures/matching" + query, Now);
        Assert.DoesNotContain("谁也不知道", page, StringComparison.Ordinal);
        Assert.Contains("<b>2<small>项</small></b><span class=\"strong\">撮合率 16.7%", page, StringComparison.Ordinal);
        var bytes = await visitor.GetByteArrayAsync("/figures/matching.csv" + query, Now);
        Assert.Equal(Encoding.UTF8.Preamble.ToArray(), bytes[..3]);
        var lines = Encoding.UTF8.GetString(bytes[3..]).TrimEnd().Split("\r\n");
        var month = MatchFigures.MonthOf(_market.MarketTime);
        Assert.Contains(lines, l => l.StartsWith($"match-rate.1,{month[..4]},month,{month},12,2,2,1,1667,1667,833,false,", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith($"match-rate.1,{month[..4]},field,AdvancedManufacturing,12,2,2,1,1667,1667,833,false,", StringComparison.Ordinal));

        // By name: what everybody sees, and to the parties what is theirs.
        var records = $"/figures/matching/records{query}&month={month}&figure=";
        var open = await visitor.GetStringAsync(records + "published", Now);
        Assert.All(new[] { "井下压力在线测量", "高温密封圈选型", "油井防蜡涂层", "另有 1 项不列名" }, text => Assert.Contains(text, open, StringComparison.Ordinal));
        Assert.All(new[] { "管道内壁检测", "谁也不知道" }, text => Assert.DoesNotContain(text, open, StringComparison.Ordinal));
        foreach (var stranger in new[] { visitor, rival.Pages, (await _market.Operator()).Pages })
        {
            var matched = await stranger.GetStringAsync(records + "matched", Now);
            Assert.Contains("高温密封圈选型", matched, StringComparison.Ordinal);
            Assert.Contains("另有 1 项不列名", matched, StringComparison.Ordinal);
            Assert.DoesNotContain("井下压力在线测量", matched, StringComparison.Ordinal);
            var signed = await stranger.GetStringAsync(records + "signed", Now);
            Assert.Contains("另有 1 项不列名", signed, StringComparison.Ordinal);
            Assert.DoesNotContain("井下压力在线测量", signed, StringComparison.Ordinal);
            Assert.DoesNotContain(lot, signed, StringComparison.Ordinal);
        }

        Assert.Contains($"/introductions/{introduction}", await agency.Pages.GetStringAsync(records + "matched", Now), StringComparison.Ordinal);
        Assert.Contains($"/introductions/{introduction}", await buyer.Pages.GetStringAsync(records + "matched", Now), StringComparison.Ordinal);
        Assert.Contains($"/deals/{lot}", await buyer.Pages.GetStringAsync(records + "signed", Now), StringComparison.Ordinal);
        Assert.DoesNotContain("/deals/", await agency.Pages.GetStringAsync(records + "signed", Now), StringComparison.Ordinal);
        // A sale that fell is no contract any more.
        Assert.True((await deals.End(lot, "void", Now)).Done);
        Assert.Equal((12, 2, 2, 0), await Figures(query));

        Task<Guid> Publish(string title) => _market.PublishedDemand(buyer.Organisation, with: c => c with { Title = title });
    }

    [Fact]
    public async Task Of_few_demands_it_is_not_said_what_became_of_them()
    {
        var (buyer, unit) = (await _market.Enterprise(), await _market.University());
        var id = await _market.PublishedDemand(buyer.Organisation, with: c => c with { Title = "唯一的需求" });
        Assert.True((await _market.Demand(id).Respond(MarketHost.Order(unit.Organisation), Needs.Answer())).Done);
        Assert.Equal((1, 1, null, null), await Figures(""));
        using var visitor = _market.CreateClient();
        Assert.Contains("不单列", await visitor.GetStringAsync("/figures/matching", Now), StringComparison.Ordinal);
        foreach (var figure in new[] { "matched", "signed" })
        {
            var page = await visitor.GetStringAsync($"/figures/matching/records?figure={figure}", Now);
            Assert.Contains("不单列", page, StringComparison.Ordinal);
            Assert.DoesNotContain("唯一的需求", page, StringComparison.Ordinal);
        }

        Assert.Contains("唯一的需求", await visitor.GetStringAsync("/figures/matching/records?figure=answered", Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_year_is_said_and_a_bad_address_is_refused()
    {
        using var visitor = _market.CreateClient();
        Assert.Contains("年还没有发布的需求", await visitor.GetStringAsync("/figures/matching", Now), StringComparison.Ordinal);
        Assert.Contains("No demand was published", await visitor.GetStringAsync("/figures/matching?culture=en", Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/figures/matching?year=2020", Now)).StatusCode);
        foreach (var year in new[] { "abcd", "1999", "2999", "20260", "%00", "-1", "２０２６" })
        {
            Assert.Equal((year, HttpStatusCode.UnprocessableEntity), (year, (await visitor.GetAsync($"/figures/matching?year={year}", Now)).StatusCode));
            Assert.Equal((year, HttpStatusCode.UnprocessableEntity), (year, (await visitor.GetAsync($"/api/figures/matching?year={year}", Now)).StatusCode));
            Assert.Equal((year, HttpStatusCode.UnprocessableEntity), (year, (await visitor.GetAsync($"/figures/matching.csv?year={year}", Now)).StatusCode));
        }

        foreach (var bad in new[] { "figure=paid", "page=0", "year=x", "month=2026-11&field=NewMaterials" })
            Assert.Equal((bad, HttpStatusCode.UnprocessableEntity), (bad, (await visitor.GetAsync("/figures/matching/records?" + bad, Now)).StatusCode));
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/figures/matching/records?month=nonsense", Now)).StatusCode);
    }

    private async Task<(int Published, int Answered, int? Matched, int? Signed)> Figures(string query)
    {
        using var visitor = _market.CreateClient();
        var total = JsonDocument.Parse(await visitor.GetStringAsync("/api/figures/matching" + query, Now)).RootElement.GetProperty("total");
        return (total.GetProperty("published").GetInt32(), total.GetProperty("answered").GetInt32(), Said("matched"), Said("signed"));

        int? Said(string name) => total.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;
    }

    private Task<int> Sign(string deal, Party party) => _market.InDatabase(async db =>
    {
        db.Add(new DealStepRow { Auction = deal, Step = Step.SignContract, Party = party, Person = Guid.NewGuid(), FileSha256 = "", FileName = "", At = _market.MarketTime });
        return await db.SaveChangesAsync(Now);
    });

    private static By By(Somebody who) => new(Guid.CreateVersion7(), who.Person);
}
