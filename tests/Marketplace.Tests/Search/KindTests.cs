using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Search;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Search;

/// <summary>Organisations and notices in the one index: found by what is public, and by nothing else.</summary>
public class KindTests : IAsyncLifetime
{
    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_organisation_is_found_by_its_name_and_by_its_whole_code()
    {
        var unit = await _host.RegisterOrganisation(OrganisationKind.University, "越州理工大学");
        var provider = await _host.RegisterOrganisation(OrganisationKind.ServiceProvider, "越州检测认证有限公司");
        await _host.PublishedAchievement(unit);
        await _host.Indexed();
        var uscc = await Uscc(unit);
        Assert.Equal([unit, provider], (await Found("越州")).Order());
        foreach (var written in new[] { uscc, uscc.ToLowerInvariant(), $"{uscc[..8]} {uscc[8..]}" }) Assert.Equal([unit], await Found(written));
        Assert.Empty(await Found(uscc[..12]));
        Assert.Equal([provider], await Found("越州", "&type=ServiceProvider"));
        Assert.Equal(2, (await Found("", "&region=330100")).Count);
        using var visitor = _host.Browser();
        var page = WebUtility.HtmlDecode(await visitor.GetStringAsync($"/organisations/{unit}", Now));
        Assert.Contains(uscc, page, StringComparison.Ordinal);
        Assert.Contains($"/search?kind=Achievement&owner={unit}\">成果</a></td><td class=\"num\">1</td>", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"/organisations/{unit}\">", await visitor.GetStringAsync("/search?kind=Organisation&q=" + Uri.EscapeDataString("越州"), Now), StringComparison.Ordinal);
        Assert.Contains("越州理工大学", await visitor.GetStringAsync("/api/search/suggestions?q=" + Uri.EscapeDataString("越州理"), Now), StringComparison.Ordinal);
        Assert.Contains("越州理工大学", await visitor.GetStringAsync("/search/feed.json?kind=Organisation", Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_not_verified_or_runs_the_market_is_found_by_nobody()
    {
        var hidden = new List<Guid>
        {
            await _host.RegisterOrganisation(OrganisationKind.University, "暗渠大学", VerificationState.Pending),
            await _host.RegisterOrganisation(OrganisationKind.Agency, "暗渠经纪", VerificationState.Rejected),
            await _host.RegisterOrganisation(OrganisationKind.Enterprise, "暗渠场内", VerificationState.FloorOnly),
            await _host.RegisterOrganisation(OrganisationKind.Operator, "暗渠运营"),
        };
        await NeverFound(hidden, "暗渠");
        // Verified, it is found at once.
        var desk = await _host.Organisation(OrganisationKind.Operator, "暗渠运营二");
        await using var scope = _host.Services.CreateAsyncScope();
        var actor = new Actor(desk.Person, [new Membership(desk.Organisation, "运营", OrganisationKind.Operator, MemberRole.Owner, Verified: true, Demo: false)]);
        Assert.Null((await scope.ServiceProvider.GetRequiredService<Verification>().Decide(hidden[0], 0, accept: true, "已核对", actor, Now)).Refusal);
        await _host.Indexed();
        Assert.Equal([hidden[0]], await Found("暗渠"));
    }

    [Fact]
    public async Task An_enterprise_is_shown_while_a_public_record_bears_its_name_and_only_that_one_is_counted()
    {
        var firm = await _host.Enterprise("暗渠精密仪器");
        // It asks under a closed name, and is blocked from seeing by others: nothing of it may lead to it.
        await _host.PublishedDemand(firm.Organisation);
        await _host.PublishedDemand(firm.Organisation, reveal: new RevealSettings(Name: Opens.Verified));
        await _host.PublishedDemand(firm.Organisation, reveal: new RevealSettings(Name: Opens.Public), blocked: (await _host.University()).Organisation);
        await NeverFound([firm.Organisation], "暗渠");

        var named = await _host.PublishedDemand(firm.Organisation, reveal: new RevealSettings(Name: Opens.Public));
        await _host.Indexed();
        Assert.Equal([firm.Organisation], await Found("暗渠"));
        using var visitor = _host.Browser();
        var page = WebUtility.HtmlDecode(await visitor.GetStringAsync($"/organisations/{firm.Organisation}", Now));
        Assert.Contains($"owner={firm.Organisation}\">需求</a></td><td class=\"num\">1</td>", page, StringComparison.Ordinal);
        Assert.Equal(1, (await Search($"?kind=Demand&owner={firm.Organisation}")).GetProperty("total").GetInt32());

        Assert.True((await _host.Demand(named).Withdraw(MarketHost.Order(firm.Organisation), "已解决")).Done);
        await NeverFound([firm.Organisation], "暗渠");
    }

    [Fact]
    public async Task An_enterprise_abroad_is_found_by_its_number_and_shown_with_its_country()
    {
        var firm = await _host.RegisterOrganisation(OrganisationKind.Enterprise, "Rheinlauf Messtechnik GmbH", abroad: new RegistryEntry("TW", "TPE-5399.9001"));
        await _host.PublishedDemand(firm, reveal: new RevealSettings(Name: Opens.Public));
        await _host.Indexed();
        foreach (var written in new[] { "TPE-5399.9001", "tpe 5399 9001" }) Assert.Equal([firm], await Found(written));
        using var visitor = _host.Browser();
        foreach (var (culture, said) in new[] { ("zh-CN", "<dt>境外登记号</dt><dd>中国台湾 TPE-5399.9001</dd>"), ("en", "<dt>Registry number abroad</dt><dd>Taiwan, China TPE-5399.9001</dd>") })
        {
            var page = WebUtility.HtmlDecode(await visitor.GetStringAsync($"/organisations/{firm}?culture={culture}", Now));
            Assert.Contains(said, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_notice_is_found_from_its_announcement_to_its_end_and_never_says_who_bid()
    {
        var (draft, _, _) = await _host.OfferLot(title: "未公告的标的");
        var sold = await _host.Sold("激光焊缝跟踪", names: ["暗渠买受", "暗渠落选"]);
        var lot = sold.Lot;
        await _host.InDatabase(async db =>
        {
            var copy = (await db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Id == lot.Id, Now)).Again("rehearsal:ZJP-X", lot.Id);
            (copy.State, copy.AnnouncedAt, copy.OpensAt, copy.Session) = (LotState.Announced, _host.MarketTime, _host.MarketTime, lot.Session);
            db.Add(copy);
            return await db.SaveChangesAsync(Now);
        });
        await _host.Indexed();
        foreach (var anew in new[] { false, true })
        {
            if (anew) await _host.Services.GetRequiredService<IndexFeeder>().Rebuild(null, Now);
            var found = await Notices("激光焊缝跟踪");
            Assert.Equal(
                [("lot", $"/auctions/{lot.Id}/notice", "Sold", 100_000_00L), ("result", $"/auctions/{lot.Id}/notice#result", "Sold", 101_000_00L), ("session", $"/sessions/{lot.Session}", "Ended", 0L)],
                found.Select(n => (n.Type.ToLowerInvariant(), n.Url, n.State, n.PriceFen)).Order());
            Assert.Equal([$"/auctions/{lot.Id}/notice"], (await Notices(lot.Id)).Where(n => n.Type == "Lot").Select(n => n.Url));
            Assert.Empty((await Notices("未公告的标的")).Concat(await Notices(draft)));
            await NeverFound([.. sold.Bidders.Select(b => b.Enterprise.Organisation)], "暗渠");
        }

        var second = await _host.Operator();
        await _host.Decide(lot.Id, MeasureKind.Void, nameof(VoidGround.UnqualifiedBuyer), lot.Operator, second);
        await _host.Indexed();
        Assert.Equal([("Lot", "Void"), ("Result", "Void"), ("Session", "Ended")], (await Notices("激光焊缝跟踪")).Select(n => (n.Type, n.State)).Order());
    }

    [Fact]
    public async Task A_notice_is_found_as_soon_as_it_is_announced()
    {
        var lot = await _host.ScheduleAuction(title: "海水制氢电解槽");
        await _host.Indexed();
        Assert.Equal([("Lot", "Announced"), ("Session", "Announced")], (await Notices("海水制氢")).Select(n => (n.Type, n.State)).Order());
        Assert.Single(await Notices("海水制氢", "&type=Lot&state=Announced&owner=" + lot.Seller.Organisation));
        using var visitor = _host.Browser();
        var page = WebUtility.HtmlDecode(await visitor.GetStringAsync("/search?kind=Notice", Now));
        Assert.Contains("竞价公告", page, StringComparison.Ordinal);
        Assert.Contains("公告类型", page, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"trlFrom\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_notice_of_who_won_a_challenge_is_found_while_the_choice_stands()
    {
        var owner = await _host.Enterprise("暗渠石油装备");
        var (winner, loser) = (await _host.University("甲大学"), await _host.University("乙研究院"));
        var id = await _host.PublishedDemand(owner.Organisation, DemandKind.OpenChallenge, c => c with { Title = "深井耐温元件攻关" });
        foreach (var unit in new[] { winner, loser }) Assert.True((await _host.Demand(id).Respond(MarketHost.Order(unit.Organisation), Needs.Answer())).Done);
        await _host.Indexed();
        Assert.Empty(await Notices("深井耐温"));
        await _host.PassDeadline(id);
        Assert.True((await _host.Demand(id).Choose(MarketHost.Order(owner.Organisation), [(await _host.ResponseRow(id, winner.Organisation)).Id], "指标最好")).Done);
        await _host.Indexed();
        Assert.Equal([("ChallengeResult", $"/demands/{id}", "Running")], (await Notices("深井耐温")).Select(n => (n.Type, n.Url, n.State)));
        // The owner's name is closed, and neither who won nor who lost is in the index.
        foreach (var name in new[] { "暗渠", "甲大学", "乙研究院" }) Assert.Empty(await Notices(name));
        await _host.PassDeadline(id);
        await _host.Indexed();
        Assert.Equal(["Over"], (await Notices("深井耐温")).Select(n => n.State));
    }

    /// <summary>By no query, in no count, under no address; not for members either.</summary>
    private async Task NeverFound(IReadOnlyList<Guid> organisations, string name)
    {
        await _host.Indexed();
        var member = await _host.University();
        foreach (var reader in new[] { _host.Browser(), member.Pages, member.Api })
        {
            foreach (var asked in new[] { $"?q={Uri.EscapeDataString(name)}", $"?kind=Organisation&q={Uri.EscapeDataString(name)}", "?kind=Organisation&size=100", "?size=100" })
            {
                var answer = await reader.GetStringAsync("/api/search" + asked, Now);
                Assert.DoesNotContain(name, answer, StringComparison.Ordinal);
                Assert.All(organisations, o => Assert.DoesNotContain($"{o}", answer, StringComparison.OrdinalIgnoreCase));
                Assert.All(organisations, o => Assert.DoesNotContain($"{o}", reader.GetStringAsync("/search" + asked, Now).GetAwaiter().GetResult(), StringComparison.OrdinalIgnoreCase));
            }

            foreach (var organisation in organisations)
            {
                Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync($"/organisations/{organisation}", Now)).StatusCode);
                if (await Uscc(organisation) is { } code) Assert.Equal(0, (await reader.GetFromJsonAsync<JsonElement>($"/api/search?q={code}", Now)).GetProperty("total").GetInt32());
                Assert.Equal(0, (await reader.GetFromJsonAsync<JsonElement>($"/api/search?owner={organisation}", Now)).GetProperty("total").GetInt32());
            }

            Assert.DoesNotContain(name, await reader.GetStringAsync("/api/search/suggestions?q=" + Uri.EscapeDataString(name), Now), StringComparison.Ordinal);
        }
    }

    private Task<string> Uscc(Guid organisation) => _host.InDatabase(db => db.Set<Organisation>().Where(o => o.Id == organisation).Select(o => o.Uscc!).SingleAsync(Now));

    private async Task<JsonElement> Search(string asked)
    {
        using var client = _host.CreateClient();
        return await client.GetFromJsonAsync<JsonElement>("/api/search" + asked, Now);
    }

    private async Task<List<Guid>> Found(string words, string more = "") =>
        [.. (await Search($"?kind=Organisation&q={Uri.EscapeDataString(words)}{more}")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid())];

    private async Task<List<(string Type, string Url, string State, long PriceFen)>> Notices(string words, string more = "") =>
    [
        .. (await Search($"?kind=Notice&q={Uri.EscapeDataString(words)}{more}")).GetProperty("items").EnumerateArray().Select(i => (
            i.GetProperty("type").GetString()!, i.GetProperty("url").GetString()!, i.GetProperty("state").GetString()!,
            i.GetProperty("priceFen") is { ValueKind: JsonValueKind.Number } price ? price.GetInt64() : 0)),
    ];
}
