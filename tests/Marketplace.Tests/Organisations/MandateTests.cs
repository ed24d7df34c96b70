using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Organisations;
using Marketplace.Organisations.Mandates;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Organisations;

/// <summary>委托 through the pages and in the books: who proposes, who signs, what it opens, and for how long.</summary>
public partial class MandateTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_agency_proposes_both_sign_and_it_works_for_its_client_under_both_names()
    {
        var client = await _market.Signer(OrganisationKind.University, "婺江大学", "柳签约");
        var agency = await _market.Signer(OrganisationKind.Agency, "之澜技术转移", "周经办");
        var stranger = await _market.Signer(OrganisationKind.Agency, "别的机构");
        var work = await _market.PublishedAchievement(client.Organisation, Works.Complete("高温压力传感器"));
        var edit = $"/desk/achievements/{work}/edit";
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.Pages.GetAsync(edit, Token)).StatusCode);

        // First the client's code, then the terms.
        var uscc = (await _market.InDatabase(db => db.Set<Organisation>().SingleAsync(o => o.Id == client.Organisation))).Uscc;
        Assert.Contains("没有找到", await agency.Pages.GetStringAsync($"/desk/mandates/new?side=Supply&code={MarketHost.ValidUscc(999_999)}", Token), StringComparison.Ordinal);
        var step = await agency.Pages.GetAsync($"/desk/mandates/new?side=Supply&code={uscc}", Token);
        var form = await agency.Pages.GetStringAsync(step.Headers.Location!, Token);
        Assert.Contains("高温压力传感器", form, StringComparison.Ordinal);
        var terms = Fields(form);
        var refused = await agency.Pages.Submit(form, "/desk/mandates/new", new(terms) { ["Form.Share"] = "31" });
        Assert.Contains("佣金约定不成立", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        // What cannot be read is not proposed as something else.
        foreach (var notice in new[] { "15天", "" })
            Assert.Contains("提前通知天数应为", await Body(agency.Pages.Submit(form, "/desk/mandates/new", new(terms) { ["Form.NoticeDays"] = notice })), StringComparison.Ordinal);
        foreach (var (field, value) in new[] { ("Form.Kind", "Sahre"), ("Form.Named", "yes"), ("Form.Powers", "Everything") })
            Assert.Equal(HttpStatusCode.OK, (await agency.Pages.Submit(form, "/desk/mandates/new", new(terms) { [field] = value })).StatusCode);
        var proposed = await agency.Pages.Submit(form, "/desk/mandates/new", terms);
        Assert.Equal(HttpStatusCode.Redirect, proposed.StatusCode);
        var page = proposed.Headers.Location!.OriginalString;
        Assert.Equal(page, (await agency.Pages.Submit(form, "/desk/mandates/new", terms)).Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.Pages.GetAsync(page, Token)).StatusCode);

        // Nothing opens before both have signed.
        Assert.Equal(HttpStatusCode.Redirect, (await Do(agency, page, "Sign")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.Pages.GetAsync(edit, Token)).StatusCode);
        Assert.Contains("待您处理", await client.Pages.GetStringAsync("/desk/mandates", Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await Do(client, page, "Sign")).StatusCode);

        // Now it edits and submits, and both see what it did.
        Assert.Contains("按委托代办", await agency.Pages.GetStringAsync(edit, Token), StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"views\"", await agency.Pages.GetStringAsync(edit, Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.Pages.Submit(edit, new() { ["Reason"] = "不卖了", ["Command"] = $"{Guid.CreateVersion7()}" }, "Withdraw")).StatusCode);
        var begun = await agency.Pages.Submit($"/desk/achievements/for/{client.Organisation}", new() { ["title"] = "代写的成果", ["command"] = $"{Guid.CreateVersion7()}" });
        Assert.Equal(HttpStatusCode.Redirect, begun.StatusCode);
        var id = Guid.Parse(begun.Headers.Location!.OriginalString.Split('/')[3]);
        Assert.Equal(client.Organisation, (await _market.Row(id)).Organisation);
        var history = await client.Pages.GetStringAsync($"/achievements/{id}/history", Token);
        Assert.Contains("之澜技术转移 代 婺江大学", history, StringComparison.Ordinal);
        Assert.Contains("周经办", history, StringComparison.Ordinal);
        Assert.Contains("代写的成果", await client.Pages.GetStringAsync(page, Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Pages.GetAsync(edit, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Pages.GetAsync($"/desk/achievements/for/{client.Organisation}", Token)).StatusCode);
        // Acts that no mandate gives stay closed.
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.Pages.GetAsync("/desk/lots", Token)).StatusCode);

        // Over is over, from the next request on.
        await _market.InDatabase(db => db.Set<MandateRow>().ExecuteUpdateAsync(s => s.SetProperty(m => m.LastDay, new DateOnly(2020, 1, 1)), Token));
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.Pages.GetAsync(edit, Token)).StatusCode);
    }

    [Fact]
    public async Task A_mandate_over_named_things_opens_these_alone()
    {
        var (client, agency) = (await _market.Signer(OrganisationKind.University), await _market.Signer(OrganisationKind.Agency));
        var (named, other) = (await _market.PublishedAchievement(client.Organisation, Works.Complete("甲")), await _market.PublishedAchievement(client.Organisation, Numbered("乙", "ZL 2019 1 0472196.1")));
        var foreign = await _market.PublishedAchievement((await _market.Signer(OrganisationKind.University)).Organisation, Numbered("丙", "ZL 2020 1 0472196.2"));
        var terms = _market.YearOf(MandateSide.Supply) with { Subjects = [foreign], Powers = [MandatePower.WriteAchievements] };
        Assert.Equal(Refusal.NotFound, (await _market.InBook(b => b.Propose(MarketHost.OrderOf(agency, MandateParty.Agency), agency.Organisation, client.Organisation, terms, null, Token))).Refusal);
        await _market.SignedMandate(agency, client, terms with { Subjects = [named] });
        Assert.Equal(HttpStatusCode.OK, (await agency.Pages.GetAsync($"/desk/achievements/{named}/edit", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.Pages.GetAsync($"/desk/achievements/{other}/edit", Token)).StatusCode);
        var list = await agency.Pages.GetStringAsync($"/desk/achievements/for/{client.Organisation}", Token);
        Assert.Contains($"/desk/achievements/{named}/edit", list, StringComparison.Ordinal);
        Assert.DoesNotContain($"/desk/achievements/{other}/edit", list, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"title\"", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_agency_proposes_opens_nothing_of_the_client_and_tells_nothing_of_it()
    {
        var (client, agency) = (await _market.Signer(OrganisationKind.Enterprise), await _market.Signer(OrganisationKind.Agency));
        var hidden = await _market.PublishedDemand(client.Organisation, with: c => c with { Title = "名称不公开的难题" });
        await _market.PublishedDemand(client.Organisation, with: c => c with { Title = "名称公开的难题" }, reveal: new RevealSettings(Name: Opens.Public));
        var terms = _market.YearOf(MandateSide.Demand);
        var naming = terms with { Subjects = [hidden] };
        Task<Result<Guid>> Propose(MandateTerms what) => _market.InBook(b => b.Propose(MarketHost.OrderOf(agency, MandateParty.Agency), agency.Organisation, client.Organisation, what, null, Token));
        Task<Result<int>> Revise(Guid id, Somebody who, MandateParty party, MandateTerms what) => _market.InBook(b => b.Change(id, MarketHost.OrderOf(who, party), MandateAct.Revise, Token, what));
        // The answer is that for a demand of somebody else.
        foreach (var subject in new[] { hidden, Guid.CreateVersion7() })
        {
            var refused = await Propose(terms with { Subjects = [subject] });
            Assert.Equal((Refusal.NotFound, "subjects"), (refused.Refusal, refused.Detail));
        }

        var id = (await Propose(terms)).Value;
        Assert.Equal(Refusal.NotFound, (await Revise(id, agency, MandateParty.Agency, naming)).Refusal);
        foreach (var page in new[] { $"/desk/mandates/new?renews={id}", $"/desk/mandates/{id}/revise" })
        {
            var form = await agency.Pages.GetStringAsync(page, Token);
            Assert.Contains("名称公开的难题", form, StringComparison.Ordinal);
            Assert.DoesNotContain("名称不公开的难题", form, StringComparison.Ordinal);
        }

        // The client names it itself: now both read it, and either may go on from there.
        Assert.True((await Revise(id, client, MandateParty.Client, naming)).Done);
        Assert.Contains("名称不公开的难题", await agency.Pages.GetStringAsync($"/desk/mandates/{id}/revise", Token), StringComparison.Ordinal);
        Assert.True((await Revise(id, agency, MandateParty.Agency, naming with { NoticeDays = 5 })).Done);
        Assert.Equal(Refusal.NotFound, (await Propose(naming)).Refusal);
        // A mandate over everything that both signed opens everything.
        await _market.SignedMandate(agency, client, terms);
        Assert.True((await Propose(naming)).Done);
    }

    [Fact]
    public async Task Two_exclusive_mandates_signed_at_once_are_one()
    {
        var client = await _market.Signer(OrganisationKind.Enterprise);
        var agencies = new[] { await _market.Signer(OrganisationKind.Agency), await _market.Signer(OrganisationKind.Agency) };
        var terms = _market.YearOf(MandateSide.Demand, exclusive: true);
        var proposals = new List<Guid>();
        foreach (var agency in agencies)
        {
            var proposed = (await _market.InBook(b => b.Propose(MarketHost.OrderOf(agency, MandateParty.Agency), agency.Organisation, client.Organisation, terms, null, Token))).Value;
            Assert.Null((await _market.InBook(b => b.Change(proposed, MarketHost.OrderOf(agency, MandateParty.Agency), MandateAct.Sign, Token))).Refusal);
            proposals.Add(proposed);
        }

        var answers = await Task.WhenAll(proposals.Select(p => Task.Run(() => _market.InBook(b => b.Change(p, MarketHost.OrderOf(client, MandateParty.Client), MandateAct.Sign, Token)))));
        Assert.Single(answers, a => a.Done);
        Assert.True(answers.Single(a => !a.Done).Refusal is Refusal.ExclusiveMandateStands or Refusal.ChangedMeanwhile);
        Assert.Equal(1, await _market.InDatabase(db => db.Set<MandateRow>().CountAsync(m => m.State == MandateState.Signed, Token)));
        Assert.Equal(2, (await _market.InDatabase(db => db.Set<MandateRow>().Select(m => m.Ordinal).Distinct().ToListAsync(Token))).Count);
    }

    [Fact]
    public async Task A_command_given_twice_is_one_and_what_changed_meanwhile_is_not_signed()
    {
        var (client, agency) = (await _market.Signer(OrganisationKind.Enterprise), await _market.Signer(OrganisationKind.Agency));
        var terms = _market.YearOf(MandateSide.Demand);
        var propose = MarketHost.OrderOf(agency, MandateParty.Agency);
        Task<Result<Guid>> Propose(MandateTerms what) => _market.InBook(b => b.Propose(propose, agency.Organisation, client.Organisation, what, null, Token));
        var id = (await Propose(terms)).Value;
        Assert.Equal(id, (await Propose(terms)).Value);
        Assert.Equal(Refusal.CommandIdReused, (await Propose(terms with { Fee = new MandateFee(FeeKind.Share, ShareBp: 500) })).Refusal);
        var sign = MarketHost.OrderOf(agency, MandateParty.Agency);
        Assert.Equal(2, (await _market.InBook(b => b.Change(id, sign, MandateAct.Sign, Token))).Value);
        Assert.Equal(2, (await _market.InBook(b => b.Change(id, sign, MandateAct.Sign, Token))).Value);
        Assert.Equal(Refusal.CommandIdReused, (await _market.InBook(b => b.Change(id, sign, MandateAct.Withdraw, Token))).Refusal);
        var revise = MarketHost.OrderOf(agency, MandateParty.Agency);
        Assert.Equal(3, (await _market.InBook(b => b.Change(id, revise, MandateAct.Revise, Token, terms with { NoticeDays = 5 }))).Value);
        Assert.Equal(3, (await _market.InBook(b => b.Change(id, revise, MandateAct.Revise, Token, terms with { NoticeDays = 5 }))).Value);
        Assert.Equal(Refusal.CommandIdReused, (await _market.InBook(b => b.Change(id, revise, MandateAct.Revise, Token, terms with { NoticeDays = 6 }))).Refusal);
        // The client read version 2, in which the notice was thirty days.
        Assert.Equal(Refusal.ChangedMeanwhile, (await _market.InBook(b => b.Change(id, MarketHost.OrderOf(client, MandateParty.Client, seen: 2), MandateAct.Sign, Token))).Refusal);
        Assert.Equal(4, (await _market.InBook(b => b.Change(id, MarketHost.OrderOf(client, MandateParty.Client, seen: 3), MandateAct.Sign, Token))).Value);
        Assert.Equal(Refusal.ReasonRequired, (await _market.InBook(b => b.Change(id, MarketHost.OrderOf(client, MandateParty.Client), MandateAct.Decline, Token))).Refusal);
        Assert.Equal([1, 2, 3, 4], await _market.InDatabase(db => db.Set<MandateVersionRow>().Where(v => v.Mandate == id).OrderBy(v => v.Number).Select(v => v.Number).ToListAsync(Token)));
    }

    [Fact]
    public async Task Who_belongs_together_says_so_and_a_clerk_without_second_factor_signs_nothing()
    {
        var agency = await _market.Organisation(OrganisationKind.Agency);
        var client = await _market.Organisation(OrganisationKind.Enterprise);
        await _market.GiveRole(client.Organisation, agency.Person, MemberRole.Researcher);
        var terms = _market.YearOf(MandateSide.Demand);
        var refused = await _market.InBook(b => b.Propose(MarketHost.OrderOf(agency, MandateParty.Agency), agency.Organisation, client.Organisation, terms, null, Token));
        Assert.Equal((Refusal.RelationNotDisclosed, "related"), (refused.Refusal, refused.Detail));
        var id = (await _market.InBook(b => b.Propose(MarketHost.OrderOf(agency, MandateParty.Agency), agency.Organisation, client.Organisation, terms with { Related = "一名成员相同" }, null, Token))).Value;
        var page = $"/desk/mandates/{id}";
        Assert.Contains("一名成员相同", await client.Pages.GetStringAsync(page, Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await Do(client, page, "Sign")).StatusCode);
        await _market.GiveRole(client.Organisation, client.Person, MemberRole.Signatory);
        Assert.Contains("第二重验证", await client.Pages.GetStringAsync(page, Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await Do(client, page, "Sign")).StatusCode);
        // A demonstration and something real never meet.
        var demo = await _market.Signer(OrganisationKind.Enterprise);
        Assert.Equal(Refusal.UnknownClient, (await _market.InBook(b => b.Propose(MarketHost.OrderOf(agency, MandateParty.Agency), agency.Organisation, demo.Organisation, terms, null, Token))).Refusal);
    }

    [Fact]
    public async Task A_broker_is_public_when_the_operator_has_confirmed_the_certificate()
    {
        var agency = await _market.Organisation(OrganisationKind.Agency, "之澜技术转移");
        var broker = await _market.Member(agency.Organisation, MemberRole.Staff, "周经纪");
        var operators = await _market.Operator();
        using var visitor = _market.Browser();
        Assert.Contains("名录里还没有人", await visitor.GetStringAsync("/brokers", Token), StringComparison.Ordinal);
        var entry = new Dictionary<string, string> { ["Person"] = $"{broker.Person}", ["Grade"] = "Senior", ["Certificate"] = "ZJ-2024-0318", ["ValidUntil"] = "2020-01-01", ["Specialities"] = "传感器，新材料" };
        Assert.Contains("证书已过有效期", await Body(agency.Pages.Submit("/desk/brokers", entry)), StringComparison.Ordinal);
        entry["ValidUntil"] = "2099-01-01";
        Assert.Equal(HttpStatusCode.Redirect, (await agency.Pages.Submit("/desk/brokers", entry)).StatusCode);
        Assert.Contains("该成员已登记", await Body(agency.Pages.Submit("/desk/brokers", entry)), StringComparison.Ordinal);
        var row = await _market.InDatabase(db => db.Set<BrokerRow>().AsNoTracking().SingleAsync(Token));
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/brokers/{row.Id}", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await agency.Pages.GetAsync("/desk/brokers/review", Token)).StatusCode);

        var decision = new Dictionary<string, string> { ["Id"] = $"{row.Id}", ["seen"] = "1", ["decision"] = "return" };
        Assert.Contains("理由", await Body(operators.Pages.Submit("/desk/brokers/review", decision)), StringComparison.Ordinal);
        decision["decision"] = "confirm";
        Assert.Equal(HttpStatusCode.Redirect, (await operators.Pages.Submit("/desk/brokers/review", decision)).StatusCode);
        var page = await visitor.GetStringAsync($"/brokers/{row.Id}", Token);
        Assert.Contains("ZJ-2024-0318", page, StringComparison.Ordinal);
        Assert.Contains("还没有记录", page, StringComparison.Ordinal);
        Assert.Contains("周经纪", await visitor.GetStringAsync("/brokers?grade=Senior", Token), StringComparison.Ordinal);

        // A correction is checked anew, and is not public meanwhile.
        Assert.Equal(HttpStatusCode.Redirect, (await agency.Pages.Submit("/desk/brokers", new(entry) { ["Seen"] = "2", ["Certificate"] = "ZJ-2026-0001" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/brokers/{row.Id}", Token)).StatusCode);
        Assert.Equal(3, await _market.InDatabase(db => db.Set<BrokerVersionRow>().CountAsync(v => v.Broker == row.Id, Token)));
    }

    private static AchievementContent Numbered(string title, string patent) =>
        Works.Complete(title) with { Ip = [new IpItem(IpKind.Invention, patent, "某发明", new DateOnly(2019, 5, 18))] };

    private static async Task<string> Body(Task<HttpResponseMessage> answer) => await (await answer).Content.ReadAsStringAsync(Token);

    /// <summary>Sends one of the page's forms as it was filled in there.</summary>
    private static async Task<HttpResponseMessage> Do(Somebody who, string page, string handler)
    {
        var html = await who.Pages.GetStringAsync(page, Token);
        var fields = new Dictionary<string, string>();
        foreach (var name in new[] { "Command", "Seen" })
        {
            if (Regex.Match(html, $"name=\"{name}\" value=\"([^\"]*)\"") is { Success: true } match) fields[name] = match.Groups[1].Value;
        }

        // Where the form is not on the page, somebody may still send it.
        var token = html.Contains("__RequestVerificationToken", StringComparison.Ordinal) ? html : await who.Pages.GetStringAsync("/account/second-factor", Token);
        return await who.Pages.Submit(token, $"{page}?handler={handler}", fields);
    }

    /// <summary>The form as a browser would send it untouched.</summary>
    private static Dictionary<string, string> Fields(string html)
    {
        var fields = new Dictionary<string, string>();
        foreach (Match input in Input().Matches(html))
        {
            var (name, type, value) = (Attribute(input.Value, "name"), Attribute(input.Value, "type"), Attribute(input.Value, "value"));
            if (name.Length == 0 || name == "__RequestVerificationToken" || (type is "radio" or "checkbox" && !input.Value.Contains("checked", StringComparison.Ordinal))) continue;
            fields.TryAdd(name, WebUtility.HtmlDecode(value));
        }

        return fields;
    }

    private static string Attribute(string tag, string name) => Regex.Match(tag, $"\\b{name}=\"([^\"]*)\"").Groups[1].Value;

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex Input();
}
