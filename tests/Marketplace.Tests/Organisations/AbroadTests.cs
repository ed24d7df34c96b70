using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Organisations;

/// <summary>境外: enterprises that are registered outside mainland China, from the form to the desk. On both databases.</summary>
public class AbroadTests : IAsyncDisposable
{
    private const string Firm = "Rheinlauf Messtechnik GmbH";
    private static readonly RegistryEntry Entry = new("DE", "KOELN HRB 999001");

    private readonly MarketHost _market = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_enterprise_abroad_registers_with_its_country_and_number()
    {
        using var browser = _market.Browser();
        // What stands in the fields of the other choice is not meant.
        var answer = await browser.Submit("/sign-up", Form(new() { ["registryNumber"] = " koeln  hrb ９９９００１", ["uscc"] = "123", ["region"] = "330106" }));
        Assert.Equal("/sign-in?registered=true", answer.Headers.Location?.ToString());
        var row = await Only();
        Assert.Equal((VerificationState.Pending, null, "DE", "KOELN HRB 999001", null), (row.State, row.Uscc, row.Country, row.RegistryNumber, row.Region));
        Assert.Null(await _market.InDatabase(db => db.Set<OrganisationHistoryRow>().Where(h => h.Organisation == row.Id).Select(h => h.Detail).SingleAsync(Stop)));
        using var signedIn = await _market.SignInBrowser("anna@rheinlauf.example", "tr4ck-wheel-orbit");
        Assert.Contains("<dt>境外登记号</dt><dd>德国 KOELN HRB 999001</dd>", WebUtility.HtmlDecode(await signedIn.GetStringAsync("/desk", Stop)), StringComparison.Ordinal);
        // The choice back: then the code is asked for, and the number is not meant.
        var late = await browser.Submit("/sign-up", Form(new() { ["abroad"] = "false", ["email"] = "other@rheinlauf.example" }));
        Assert.Contains("class=\"hint bad\" id=\"uscc-hint\"", await late.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(1, await _market.InDatabase(db => db.Set<Organisation>().CountAsync(o => o.Name == Firm, Stop)));
    }

    [Fact]
    public async Task What_is_wrong_stands_beside_its_field_and_the_choice_stays()
    {
        using var browser = _market.Browser();
        var answer = await browser.Submit("/sign-up?culture=en", Form(new() { ["kind"] = "University", ["country"] = "", ["registryNumber"] = "KÖLN" }));
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));
        Assert.Contains("Outside mainland China only enterprises may register", page, StringComparison.Ordinal);
        Assert.Matches(new Regex("class=\"hint bad\" id=\"country-hint\">[A-Z]"), page);
        Assert.Contains("A registry number has 2 to 40 Latin letters or digits", page, StringComparison.Ordinal);
        Assert.Contains("value=\"KÖLN\"", page, StringComparison.Ordinal);
        Assert.Matches(new Regex("value=\"true\" checked"), page);
        Assert.DoesNotContain("class=\"hint bad\" id=\"uscc-hint\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Countries_are_listed_as_the_readers_language_sorts_them()
    {
        using var browser = _market.Browser();
        var english = await Countries("en");
        Assert.Equal(248, english.Count);
        Assert.Equal(["Afghanistan", "Åland Islands", "Albania"], english.Take(3));
        Assert.True(english.IndexOf("Hong Kong, China") < english.IndexOf("Hungary"));
        // By sound: 阿, 埃, 爱 before 德, and that before 中.
        var chinese = await Countries("zh-CN");
        Assert.True(chinese.IndexOf("阿富汗") < chinese.IndexOf("德国") && chinese.IndexOf("德国") < chinese.IndexOf("美国") && chinese.IndexOf("美国") < chinese.IndexOf("中国香港"));

        async Task<List<string>> Countries(string culture)
        {
            var page = WebUtility.HtmlDecode(await browser.GetStringAsync($"/sign-up?culture={culture}", Stop));
            return [.. Regex.Matches(page, "<option value=\"[A-Z]{2}\">([^<]+)</option>").Select(m => m.Groups[1].Value)];
        }
    }

    [Fact]
    public async Task Programs_register_it_too_and_are_told_every_wrong_field()
    {
        using var client = _market.CreateClient();
        var wrong = await Send(new { kind = "notary", country = "XX", registryNumber = "?", uscc = MarketHost.ValidUscc(1), region = "330106" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal(
            [("country", "CountryUnknown"), ("kind", "KindNotAbroad"), ("region", "MainlandOnly"), ("registryNumber", "RegistryNumberMalformed"), ("uscc", "MainlandOnly")],
            wrong.Answer.GetProperty("fields").EnumerateObject().Select(f => (f.Name, f.Value.GetString()!)).OrderBy(f => f.Name, StringComparer.Ordinal));
        var nowhere = await Send(new { kind = "enterprise", registryNumber = "HRB 999001" });
        Assert.Equal(
            [("registryNumber", "AbroadOnly"), ("uscc", "Required")],
            nowhere.Answer.GetProperty("fields").EnumerateObject().Select(f => (f.Name, f.Value.GetString()!)).OrderBy(f => f.Name, StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.Accepted, (await Send(new { kind = "enterprise", country = "de", registryNumber = "koeln hrb 999001" })).Status);
        Assert.Equal(("DE", "KOELN HRB 999001"), await Only() switch { var row => (row.Country, row.RegistryNumber) });

        async Task<(HttpStatusCode Status, JsonElement Answer)> Send(object organisation)
        {
            var fields = JsonSerializer.SerializeToNode(organisation)!.AsObject();
            foreach (var (name, value) in new[] { ("name", Firm), ("personName", "Anna"), ("email", "anna@rheinlauf.example"), ("password", "tr4ck-wheel-orbit") }) fields[name] = value;
            var answer = await client.PostAsJsonAsync("/api/identity/register", fields, Stop);
            return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Stop));
        }
    }

    [Fact]
    public async Task The_desk_shows_country_and_number_and_no_check_of_a_code()
    {
        var waiting = await _market.RegisterOrganisation(OrganisationKind.Enterprise, Firm, VerificationState.Pending, abroad: Entry);
        var desk = await _market.Operator();
        var page = WebUtility.HtmlDecode(await desk.Pages.GetStringAsync($"/desk/organisations?id={waiting}", Stop));
        foreach (var shown in new[] { "德国 <span class=\"soft\">DE</span>", "<dd class=\"mono\">KOELN HRB 999001</dd>", "须与当地公司登记机关的记录核对", "<span class=\"tab\">2 / 2</span>" }) Assert.Contains(shown, page, StringComparison.Ordinal);
        foreach (var absent in new[] { "GB 32100", "GB 11714", "区划与所填" }) Assert.DoesNotContain(absent, page, StringComparison.Ordinal);
        // Nothing warns, so nothing has to be justified.
        Assert.Equal(HttpStatusCode.Redirect, (await Decide(desk, waiting)).StatusCode);
        Assert.Equal(VerificationState.Verified, (await Only()).State);
    }

    [Fact]
    public async Task A_number_is_one_organisations_in_its_country_however_it_is_written()
    {
        var squatter = await _market.RegisterOrganisation(OrganisationKind.Enterprise, state: VerificationState.Pending, abroad: Entry with { Number = "KOELN-HRB 999.001" });
        var real = await _market.RegisterOrganisation(OrganisationKind.Enterprise, Firm, VerificationState.Pending, abroad: Entry);
        var neighbour = await _market.RegisterOrganisation(OrganisationKind.Enterprise, state: VerificationState.Pending, abroad: Entry with { Country = "AT" });
        var desk = await _market.Operator();
        Assert.Equal(HttpStatusCode.Redirect, (await Decide(desk, real)).StatusCode);
        Assert.Contains("已有核验通过的单位", await desk.Pages.GetStringAsync($"/desk/organisations?id={squatter}", Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await Decide(desk, squatter, "理由")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Decide(desk, neighbour)).StatusCode);
        using var browser = _market.Browser();
        var late = await browser.Submit("/sign-up", Form(new() { ["registryNumber"] = "koelnhrb999001" }));
        Assert.Contains("请由其负责人邀请您加入", await late.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        // The database holds it as well.
        await Assert.ThrowsAsync<DbUpdateException>(() => _market.RegisterOrganisation(OrganisationKind.Enterprise, abroad: Entry));
    }

    [Fact]
    public async Task What_is_sent_back_is_corrected_from_one_register_to_the_other()
    {
        var owner = await _market.Member(await _market.RegisterOrganisation(OrganisationKind.Enterprise, Firm, VerificationState.Rejected, uscc: MarketHost.ValidUscc(902)), MemberRole.Owner);
        Dictionary<string, string> Corrected(string version, string abroad) => new()
        {
            ["version"] = version,
            ["name"] = Firm,
            ["abroad"] = abroad,
            ["uscc"] = MarketHost.ValidUscc(902),
            ["region"] = "330106",
            ["country"] = "DE",
            ["registryNumber"] = "KOELN HRB 999001",
        };
        Assert.Equal(HttpStatusCode.Redirect, (await owner.Pages.Submit("/desk/organisation", Corrected("0", "true"))).StatusCode);
        Assert.Equal(("DE", "KOELN HRB 999001", null, null), await Only() switch { var row => (row.Country, row.RegistryNumber, row.Uscc, row.Region) });
        var page = await owner.Pages.GetStringAsync("/desk/organisation", Stop);
        Assert.Matches(new Regex("value=\"true\" checked"), page);
        Assert.Matches(new Regex("<option value=\"DE\" selected"), page);
        Assert.Equal(HttpStatusCode.Redirect, (await owner.Pages.Submit("/desk/organisation", Corrected("1", "false"))).StatusCode);
        Assert.Equal((null, null, MarketHost.ValidUscc(902), "330106"), await Only() switch { var row => (row.Country, row.RegistryNumber, row.Uscc, row.Region) });

        // Somebody verified as the same in between.
        await _market.RegisterOrganisation(OrganisationKind.Enterprise, abroad: Entry);
        var taken = await owner.Pages.Submit("/desk/organisation", Corrected("2", "true"));
        Assert.Contains("请由其负责人邀请您加入", await taken.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);

        // A kind that is never abroad is not asked.
        var university = await _market.Member(await _market.RegisterOrganisation(OrganisationKind.University, state: VerificationState.Rejected), MemberRole.Owner);
        Assert.DoesNotContain("name=\"abroad\"", await university.Pages.GetStringAsync("/desk/organisation", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whom_the_clerk_of_a_hall_entered_stays_in_its_register()
    {
        var owner = await _market.Member(await _market.RegisterOrganisation(OrganisationKind.Enterprise, Firm, VerificationState.Pending, uscc: MarketHost.ValidUscc(903)), MemberRole.Owner);
        await _market.InDatabase(db =>
        {
            db.Add(new OrganisationHistoryRow { Id = Guid.CreateVersion7(), Organisation = owner.Organisation, Event = OrganisationEvent.Registered, At = _market.MarketTime, Person = Guid.CreateVersion7() });
            return db.SaveChangesAsync(Stop);
        });
        var form = new Dictionary<string, string> { ["version"] = "0", ["name"] = Firm, ["abroad"] = "true", ["country"] = "DE", ["registryNumber"] = "KOELN HRB 999001" };
        Assert.Contains("登记地不能更改", await (await owner.Pages.Submit("/desk/organisation", form)).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Null((await Only()).Country);
    }

    [Fact]
    public async Task It_is_named_by_its_number_where_others_are_named_by_their_code()
    {
        var abroad = await _market.RegisterOrganisation(OrganisationKind.Enterprise, Firm, abroad: Entry);
        foreach (var country in new[] { "FR", "BE" }) await _market.RegisterOrganisation(OrganisationKind.Enterprise, abroad: new RegistryEntry(country, "552 081 317"));
        var firm = await _market.Enterprise();
        Assert.Contains("没有找到", await Declare("552081317"), StringComparison.Ordinal); // two countries have it
        Assert.Equal("", await Declare("FR 552 081 317"));
        Assert.Contains("须为 18 位", await Declare("KOELN HRB 1"), StringComparison.Ordinal);
        Assert.Equal("", await Declare("koeln hrb999001"));
        Assert.Contains("已经声明", await Declare("DE KOELN HRB 999001"), StringComparison.Ordinal);
        var page = WebUtility.HtmlDecode(await firm.Pages.GetStringAsync("/desk/related", Stop));
        Assert.Contains("德国 KOELN HRB 999001", page, StringComparison.Ordinal);

        var agency = await _market.Organisation(OrganisationKind.Agency, "之澜技术转移");
        var step = await agency.Pages.GetAsync($"/desk/mandates/new?side=Demand&code={Uri.EscapeDataString("KOELN HRB 999001")}", Stop);
        Assert.Equal($"/desk/mandates/new?with={abroad}&side=Demand", step.Headers.Location?.ToString());

        async Task<string> Declare(string code)
        {
            var answer = await firm.Pages.Submit("/desk/related", new() { ["Code"] = code });
            return answer.StatusCode == HttpStatusCode.Redirect ? "" : WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));
        }
    }

    [Fact]
    public async Task It_applies_for_every_lot_that_does_not_ask_for_a_domestic_buyer()
    {
        var lot = await _market.ScheduleAuction(write: w => w with { Conditions = BuyerConditions.CleanCreditRecord });
        var domestic = await _market.ScheduleAuction(write: w => w with { Conditions = BuyerConditions.CleanCreditRecord | BuyerConditions.DomesticLegalPerson });
        var enterprise = await _market.Member(await _market.RegisterOrganisation(OrganisationKind.Enterprise, Firm, demo: true, abroad: Entry with { Country = "HK" }), MemberRole.Owner);
        foreach (var (culture, said) in new[] { ("zh-CN", "<dt>境外登记号</dt><dd class=\"tab\">中国香港 KOELN HRB 999001</dd>"), ("en", "<dt>Registry number abroad</dt><dd class=\"tab\">Hong Kong, China KOELN HRB 999001</dd>") })
        {
            var page = WebUtility.HtmlDecode(await enterprise.Pages.GetStringAsync($"/auctions/{lot.Id}/apply?culture={culture}", Stop));
            Assert.Contains(said, page, StringComparison.Ordinal);
            Assert.Contains("name=\"Statement\"", page, StringComparison.OrdinalIgnoreCase);
        }

        var barred = WebUtility.HtmlDecode(await enterprise.Pages.GetStringAsync($"/auctions/{domestic.Id}/apply?culture=zh-CN", Stop));
        Assert.Contains("只接受境内法人竞买", barred, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"statement\"", barred, StringComparison.OrdinalIgnoreCase);
        await using var scope = _market.Services.CreateAsyncScope();
        var row = await _market.InDatabase(db => db.Set<Lot>().SingleAsync(l => l.Id == domestic.Id, Stop));
        var member = new Membership(enterprise.Organisation, Firm, OrganisationKind.Enterprise, MemberRole.Owner, Verified: true, Demo: true);
        Assert.Equal(Refusal.DomesticBuyersOnly, (await scope.ServiceProvider.GetRequiredService<Applications>().Start(row, member, enterprise.Person, Stop)).Refusal);
    }

    private static Task<HttpResponseMessage> Decide(Somebody desk, Guid organisation, string reason = "") =>
        desk.Pages.Submit($"/desk/organisations?id={organisation}", new() { ["version"] = "0", ["decision"] = "accept", ["reason"] = reason });

    private static Dictionary<string, string> Form(Dictionary<string, string> but)
    {
        var form = new Dictionary<string, string>
        {
            ["kind"] = "Enterprise",
            ["name"] = Firm,
            ["abroad"] = "true",
            ["country"] = "DE",
            ["registryNumber"] = "KOELN HRB 999001",
            ["personName"] = "Anna Lindner",
            ["email"] = "anna@rheinlauf.example",
            ["password"] = "tr4ck-wheel-orbit",
        };
        foreach (var (field, value) in but) form[field] = value;
        return form;
    }

    private Task<Organisation> Only() => _market.InDatabase(db => db.Set<Organisation>().AsNoTracking().SingleAsync(o => o.Name == Firm, Stop));
}

[OnPostgres]
public sealed class PostgresAbroadTests : AbroadTests;
