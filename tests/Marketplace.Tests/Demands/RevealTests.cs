using System.Net;
using System.Text.Json;
using Marketplace.Demands;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Tests.Auctions;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Demands;

/// <summary>What the owner closed stands in no page, list, count or answer to a program for anybody who may not see it.</summary>
public class RevealTests : IAsyncLifetime
{
    private const string Name = "潮声井测仪器有限公司";
    private const string Title = "高温井压力计的长期漂移";
    private static readonly string[] Budget = ["735,194", "73519400", "812,467", "81246700", "73.5", "81.2"];
    private static readonly string[] Confidential = ["4,127", "96.3 MPa"];
    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_closed_name_budget_and_secret_reach_nobody_but_whom_the_owner_meant()
    {
        var owner = await _host.Enterprise(Name);
        var uscc = await _host.InDatabase(db => db.Set<Organisation>().Where(o => o.Id == owner.Organisation).Select(o => o.Uscc!).SingleAsync(Now));
        var id = await _host.PublishedDemand(owner.Organisation, with: c => c with { Title = Title });
        var university = await _host.University();
        Assert.True((await _host.Demand(id).Respond(MarketHost.Order(university.Organisation), Needs.Answer())).Done);
        string[] closed = [Name, "潮声井测", uscc, owner.Organisation.ToString(), .. Budget, .. Confidential];
        var crawl = new Crawl(() => Task.CompletedTask);
        var seeds = Seeds(id).Concat([$"/demands?q={Uri.EscapeDataString("潮声井测")}", "/demands?q=735", $"/api/demands?q={uscc}"]).ToArray();
        foreach (var reader in new[]
        {
            new Reader("visitor", null, _host.Browser()),
            Of("waiting", await _host.Organisation(OrganisationKind.Enterprise, state: VerificationState.Pending)),
            Of("rival", await _host.Enterprise("对手仪器")),
            Of("responder", university),
            Of("agency", await _host.Organisation(OrganisationKind.Agency)),
            // Nothing waits for its review, so it reads as any other member does; whom it verified is its own business.
            Of("operator", await _host.Operator()),
        })
        {
            await crawl.From(reader, reader.Name == "operator" ? seeds.Where(s => !s.StartsWith("/desk", StringComparison.Ordinal) && s != "/") : seeds);
        }

        var answers = crawl.Answers.Where(a => a.Reader != "operator" || !a.Asked.Contains("/desk", StringComparison.Ordinal)).ToList();
        Assert.True(answers.Count > 60, $"{answers.Count}");
        Assert.Contains(answers, a => a.Text.Contains(Title, StringComparison.Ordinal));
        var leaks = answers.SelectMany(a => closed.Where(c => Found(a, c)).Select(c => $"{a.Reader} {a.Asked}: {c}")).ToList();
        Assert.True(leaks.Count == 0, string.Join('\n', leaks.Take(20)));
        // Who looks for the name or the sum finds no demand by it.
        foreach (var asked in new[] { "潮声井测", uscc, "735,194", "81246700", "4,127" })
            Assert.Equal(0, JsonDocument.Parse(await _host.CreateClient().GetStringAsync($"/api/demands?q={Uri.EscapeDataString(asked)}", Now)).RootElement.GetProperty("total").GetInt32());
        // The owner reads all of it, so the hunt can find it.
        var own = await owner.Pages.GetStringAsync($"/demands/{id}", Now);
        Assert.All(new[] { Name, "812,467", "4,127" }, text => Assert.Contains(text, own, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_is_blocked_never_learns_that_there_is_such_a_demand()
    {
        var owner = await _host.Enterprise();
        var rival = await _host.Enterprise();
        var agency = await _host.Organisation(OrganisationKind.Agency);
        var other = await _host.University();
        var id = await _host.PublishedDemand(owner.Organisation, with: c => c with { Title = Title }, blocked: [rival.Organisation, agency.Organisation]);
        var draft = Guid.CreateVersion7();
        await _host.Demand(draft).Begin(MarketHost.Order(owner.Organisation), owner.Organisation, DemandKind.Problem, Needs.Complete(DemandKind.Problem, _host.MarketTime) with { Title = Title });
        await _host.Demand(draft).SetReveal(MarketHost.Order(owner.Organisation), new RevealSettings(), [rival.Organisation, agency.Organisation]);
        Assert.True((await _host.Demand(draft).SubmitForReview(MarketHost.Order(owner.Organisation))).Done);
        var crawl = new Crawl(() => Task.CompletedTask);
        // Nor does who signs out to get around it.
        await crawl.From(new("visitor", null, _host.Browser()), Seeds(id));
        foreach (var reader in new[] { Of("rival", rival), Of("agency", agency) }) await crawl.From(reader, Seeds(id).Concat([$"/demands/{draft}", $"/desk/demands/grading?id={draft}"]));
        Assert.Empty(crawl.Answers.Where(a => a.Text.Contains(Title, StringComparison.Ordinal)).Select(a => $"{a.Reader} {a.Asked}"));
        foreach (var client in new[] { rival.Api, rival.Pages, agency.Api, _host.CreateClient() })
        {
            Assert.Equal(0, JsonDocument.Parse(await client.GetStringAsync("/api/demands", Now)).RootElement.GetProperty("total").GetInt32());
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/demands/{id}", Now)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/demands/{id}", Now)).StatusCode);
        }

        // It stands in no index; looked for by its words, who may see it finds it, with a filter and a count that fit.
        await _host.Indexed();
        var words = Uri.EscapeDataString(Title[..4]);
        foreach (var client in new[] { rival.Api, agency.Api, _host.CreateClient() })
            Assert.Equal(0, JsonDocument.Parse(await client.GetStringAsync($"/api/demands?q={words}", Now)).RootElement.GetProperty("total").GetInt32());
        Assert.Equal(1, JsonDocument.Parse(await other.Api.GetStringAsync($"/api/demands?q={words}", Now)).RootElement.GetProperty("total").GetInt32());
        Assert.Equal(0, JsonDocument.Parse(await other.Api.GetStringAsync("/api/demands?q=zzzzqqqq", Now)).RootElement.GetProperty("total").GetInt32());
        Assert.Contains("<mark>", await other.Pages.GetStringAsync($"/demands?q={words}", Now), StringComparison.Ordinal);
        Assert.Contains(Title, await other.Pages.GetStringAsync("/demands", Now), StringComparison.Ordinal);
        Assert.Equal(1, JsonDocument.Parse(await other.Api.GetStringAsync("/api/demands", Now)).RootElement.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Each_rung_of_the_ladder_shows_what_it_should_and_writes_down_who_looked()
    {
        var owner = await _host.Enterprise(Name);
        var member = await _host.University("越州大学");
        var guest = await _host.University();
        var id = await _host.PublishedDemand(owner.Organisation, reveal: new RevealSettings(Opens.Verified, Opens.Public, Opens.Narrow));
        using var visitor = _host.CreateClient();
        var page = await visitor.GetStringAsync($"/demands/{id}", Now);
        Assert.Contains("812,467", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Name, page, StringComparison.Ordinal);
        Assert.Contains("杭州市某企业", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("81246700", await visitor.GetStringAsync($"/api/demands/{id}", Now), StringComparison.Ordinal);
        page = await member.Pages.GetStringAsync($"/demands/{id}", Now);
        Assert.Contains(Name, page, StringComparison.Ordinal);
        Assert.DoesNotContain("4,127", page, StringComparison.Ordinal);
        Assert.True((await _host.Demand(id).LetIn(MarketHost.Order(owner.Organisation), guest.Organisation)).Done);
        Assert.Contains("4,127", await guest.Pages.GetStringAsync($"/demands/{id}", Now), StringComparison.Ordinal);
        var views = await _host.InDatabase(db => db.Set<DemandView>().AsNoTracking().OrderBy(v => v.At).ToListAsync(Now));
        Assert.Equal([(member.Organisation, "|name|"), (guest.Organisation, "|name|confidential|")], views.Select(v => (v.Organisation, v.What)));
        Assert.Contains("越州大学", await owner.Pages.GetStringAsync($"/demands/{id}/history", Now), StringComparison.Ordinal);
        // Lists and programs read the public rung, whoever asks.
        Assert.DoesNotContain(Name, await member.Pages.GetStringAsync("/demands", Now), StringComparison.Ordinal);
        Assert.DoesNotContain(Name, await guest.Api.GetStringAsync($"/api/demands/{id}", Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_demonstrations_account_reads_of_a_real_demand_is_what_anybody_reads()
    {
        var owner = await _host.Enterprise(Name);
        var open = await _host.PublishedDemand(owner.Organisation, reveal: new RevealSettings(Opens.Verified, Opens.Verified, Opens.Verified));
        var blocks = await _host.PublishedDemand(owner.Organisation, with: c => c with { Title = Title }, blocked: [(await _host.Enterprise()).Organisation]);
        var waiting = Guid.CreateVersion7();
        await _host.Demand(waiting).Begin(MarketHost.Order(owner.Organisation), owner.Organisation, DemandKind.Problem, Needs.Complete(DemandKind.Problem, _host.MarketTime) with { Title = Title });
        Assert.True((await _host.Demand(waiting).SubmitForReview(MarketHost.Order(owner.Organisation))).Done);
        var agency = await _host.Organisation(OrganisationKind.Agency, demo: true);
        var page = await agency.Pages.GetStringAsync($"/demands/{open}", Now);
        Assert.All(new[] { Name, "812,467", "4,127" }, text => Assert.DoesNotContain(text, page, StringComparison.Ordinal));
        foreach (var hidden in new[] { $"/demands/{blocks}", $"/api/demands/{blocks}", $"/demands/{waiting}", $"/desk/demands/grading?id={waiting}" })
            Assert.Equal(HttpStatusCode.NotFound, (await agency.Pages.GetAsync(hidden, Now)).StatusCode);
        foreach (var list in new[] { "/demands", "/desk/demands/grading" }) Assert.DoesNotContain(Title, await agency.Pages.GetStringAsync(list, Now), StringComparison.Ordinal);
        Assert.Contains(Title, await (await _host.Organisation(OrganisationKind.Agency)).Pages.GetStringAsync("/desk/demands/grading", Now), StringComparison.Ordinal);
        Assert.Empty(await _host.InDatabase(db => db.Set<DemandView>().AsNoTracking().ToListAsync(Now)));
    }

    [Fact]
    public async Task An_agency_reads_of_what_it_graded_the_title_that_it_graded()
    {
        var owner = await _host.Enterprise();
        var agency = await _host.Organisation(OrganisationKind.Agency);
        var grain = _host.Demand(Guid.CreateVersion7());
        var content = Needs.Complete(DemandKind.Problem, _host.MarketTime) with { Title = Title };
        await grain.Begin(MarketHost.Order(owner.Organisation), owner.Organisation, DemandKind.Problem, content);
        await grain.SubmitForReview(MarketHost.Order(owner.Organisation));
        Assert.True((await grain.Judge(MarketHost.Order(agency.Organisation), new GradeSheet(Grade.C, [.. Enum.GetValues<GradedItem>().Select(i => new ItemGrade(i, Finding.Missing, "缺"))], Back: true))).Done);
        Assert.True((await grain.Edit(MarketHost.Order(owner.Organisation), content with { Title = "改写中的私稿" })).Done);
        var desk = await agency.Pages.GetStringAsync("/desk/demands/grading", Now);
        Assert.Contains(Title, desk, StringComparison.Ordinal);
        Assert.DoesNotContain("改写中的私稿", desk, StringComparison.Ordinal);
        Assert.True((await grain.SetReveal(MarketHost.Order(owner.Organisation), new RevealSettings(), [agency.Organisation])).Done);
        Assert.DoesNotContain(Title, await agency.Pages.GetStringAsync("/desk/demands/grading", Now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_the_grade_says_does_not_close_again()
    {
        var owner = await _host.UnitInTheBooks(Name, kind: OrganisationKind.Enterprise);
        var agency = await _host.Organisation(OrganisationKind.Agency);
        var id = Guid.CreateVersion7();
        var grain = _host.Demand(id);
        await grain.Begin(MarketHost.Order(owner), owner, DemandKind.Problem, Needs.Complete(DemandKind.Problem, _host.MarketTime));
        await grain.SetReveal(MarketHost.Order(owner), new RevealSettings(Opens.Public), []);
        await grain.SubmitForReview(MarketHost.Order(owner));
        Assert.True((await grain.Judge(Judge(), Sheet("潮声井测仪器年度预算"))).Done);
        var closed = await grain.SetReveal(MarketHost.Order(owner), new RevealSettings(), []);
        Assert.Equal((Refusal.NameInPublicText, "grade", Opens.Public), (closed.Refusal, closed.Detail, (await _host.DemandRow(id)).NameOpens));
        // A later grade that does not say it is what people read.
        Assert.True((await grain.Judge(Judge(), Sheet("有批复"))).Done);
        Assert.True((await grain.SetReveal(MarketHost.Order(owner), new RevealSettings(), [])).Done);
        var desk = await (await _host.Organisation(OrganisationKind.Agency)).Pages.GetStringAsync($"/desk/demands/grading?id={id}", Now);
        Assert.Contains("有批复", desk, StringComparison.Ordinal);
        Assert.DoesNotContain("潮声井测", desk, StringComparison.Ordinal);

        ActedBy Judge() => MarketHost.Order(agency.Organisation) with { Person = agency.Person };

        static GradeSheet Sheet(string reason) => new(Grade.B, [.. Enum.GetValues<GradedItem>().Select(i => new ItemGrade(i, Finding.Good, reason))], Back: false);
    }

    [Fact]
    public async Task Responses_are_for_the_owner_and_what_was_not_chosen_stays_closed()
    {
        var owner = await _host.Enterprise();
        var (winner, loser) = (await _host.University("甲大学"), await _host.University("乙研究院"));
        var id = await _host.PublishedDemand(owner.Organisation, DemandKind.OpenChallenge);
        await _host.Demand(id).Respond(MarketHost.Order(winner.Organisation), Needs.Answer("胜出的方案"));
        await _host.Demand(id).Respond(MarketHost.Order(loser.Organisation), Needs.Answer("落选的方案", 98_765_400));
        await _host.PassDeadline(id);
        Assert.True((await _host.Demand(id).Choose(MarketHost.Order(owner.Organisation), [(await _host.ResponseRow(id, winner.Organisation)).Id], "指标最好")).Done);
        using var visitor = _host.Browser();
        foreach (var client in new[] { visitor, winner.Pages, (await _host.Enterprise()).Pages, (await _host.Operator()).Pages })
        {
            var page = await client.GetStringAsync($"/demands/{id}", Now) + await client.GetStringAsync($"/demands/{id}/history", Now);
            Assert.Contains("甲大学", page, StringComparison.Ordinal);
            Assert.All(new[] { "乙研究院", "落选的方案", "987,654", "胜出的方案" }, text => Assert.DoesNotContain(text, page, StringComparison.Ordinal));
            Assert.NotEqual(HttpStatusCode.OK, (await client.GetAsync($"/desk/demands/{id}/responses", Now)).StatusCode);
        }

        Assert.Contains("指标最好", await loser.Pages.GetStringAsync($"/demands/{id}/respond", Now), StringComparison.Ordinal);
        Assert.Contains("落选的方案", await owner.Pages.GetStringAsync($"/desk/demands/{id}/responses", Now), StringComparison.Ordinal);
        // Who won sees all of the demand.
        Assert.Contains("4,127", await winner.Pages.GetStringAsync($"/demands/{id}", Now), StringComparison.Ordinal);
        Assert.DoesNotContain("4,127", await loser.Pages.GetStringAsync($"/demands/{id}", Now), StringComparison.Ordinal);
    }

    private static string[] Seeds(Guid id) =>
    [
        "/", "/demands", "/demands?open=1", "/demands?field=AdvancedManufacturing", $"/demands/{id}", $"/demands/{id}/history", $"/demands/{id}/respond", "/api/demands", $"/api/demands/{id}",
        "/desk", "/desk/demands", $"/desk/demands/{id}/edit", $"/desk/demands/{id}/responses", "/desk/demands/grading", $"/desk/demands/grading?id={id}", "/desk/demands/review", $"/desk/demands/review?id={id}",
        "/desk/demands/promises", "/desk/responses", "/desk/responses/clients",
    ];

    private static Reader Of(string name, Somebody who) => new(name, who.Organisation, who.Pages);

    /// <summary>What was typed into an address comes back in it; that is no leak.</summary>
    private static bool Found(Answered answer, string closed) =>
        answer.Text.Contains(closed, StringComparison.Ordinal) && !WebUtility.UrlDecode(answer.Asked).Contains(closed, StringComparison.Ordinal);
}
