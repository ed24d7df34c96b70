using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Organisations;

public class OrganisationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_organisation_and_its_owner_register_in_one_page_and_wait_for_verification()
    {
        await using var host = new MarketHost();
        using var browser = host.Browser();
        var answer = await browser.Submit("/sign-up", Form(uscc: "９１３５０１００ｍ０００１００ｙ４３"));
        Assert.Equal("/sign-in?registered=true", answer.Headers.Location!.ToString());
        using var signedIn = await host.SignInBrowser("lin@firm.example", "tr4ck-wheel-orbit");
        Assert.Contains("正在核验", await signedIn.GetStringAsync("/desk", Cancellation), StringComparison.Ordinal);
        var row = await Only(host, "甬江精密仪器有限公司");
        Assert.Equal((VerificationState.Pending, "91350100M000100Y43", "330203"), (row.State, row.Uscc, row.Region));
    }

    [Fact]
    public async Task What_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost()
    {
        await using var host = new MarketHost();
        using var browser = host.Browser();
        var answer = await browser.Submit("/sign-up", Form(uscc: "12345", email: "no address", password: "short"));
        var page = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("须为 18 位", page, StringComparison.Ordinal);
        Assert.Contains("邮箱地址的格式不对", page, StringComparison.Ordinal);
        Assert.Contains("密码至少 10 个字符", page, StringComparison.Ordinal);
        Assert.Contains("value=\"甬江精密仪器有限公司\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"12345\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"short\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_fails_the_check_is_received_and_marked_for_the_desk()
    {
        await using var host = new MarketHost();
        var @operator = await host.Operator();
        using var browser = host.Browser();
        await browser.Submit("/sign-up", Form(uscc: "91350211M0000XUF46"));
        var row = await Only(host, "甬江精密仪器有限公司");
        Assert.Equal("CheckCharacter", Assert.Single(await History(host, row.Id)).Detail);
        var desk = await @operator.Pages.GetStringAsync("/desk/organisations", Cancellation);
        Assert.Contains("第 18 位校验不符，应为 R", desk, StringComparison.Ordinal);
        // Accepting against a warning needs a reason.
        var accept = new Dictionary<string, string> { ["version"] = "0", ["decision"] = "accept" };
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await @operator.Pages.Submit($"/desk/organisations?id={row.Id}", accept)).StatusCode);
        accept["reason"] = "登记机关公示信息一致";
        Assert.Equal(HttpStatusCode.Redirect, (await @operator.Pages.Submit($"/desk/organisations?id={row.Id}", accept)).StatusCode);
        Assert.Equal(VerificationState.Verified, (await Only(host, row.Name)).State);
        Assert.Equal((OrganisationEvent.Accepted, @operator.Person, "登记机关公示信息一致"), (await History(host, row.Id)) switch { [_, var last] => (last.Event, last.Person, last.Detail), _ => default });
    }

    [Fact]
    public async Task The_answer_does_not_tell_whether_an_email_has_an_account()
    {
        await using var host = new MarketHost();
        var (_, email) = await host.RegisterPerson();
        using var client = host.CreateClient();
        var body = new { kind = "enterprise", name = "某公司", uscc = MarketHost.ValidUscc(77), personName = "某人", email, password = "tr4ck-wheel-orbit" };
        var taken = await client.PostAsJsonAsync("/api/identity/register", body, Cancellation);
        var free = await client.PostAsJsonAsync("/api/identity/register", body with { email = "free@firm.example" }, Cancellation);
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (taken.StatusCode, free.StatusCode));
        Assert.Equal(await taken.Content.ReadAsStringAsync(Cancellation), await free.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(1, await host.InDatabase(db => db.Set<Organisation>().CountAsync(o => o.Name == "某公司", Cancellation)));
        using var browser = host.Browser();
        var unchanged = await browser.Submit("/sign-in", new() { ["email"] = email, ["password"] = "tr4ck-wheel-orbit" });
        Assert.Equal(HttpStatusCode.OK, unchanged.StatusCode);
    }

    [Fact]
    public async Task Another_firms_code_locks_nobody_out_until_one_is_verified()
    {
        await using var host = new MarketHost();
        var squatter = await host.RegisterOrganisation(OrganisationKind.Enterprise, state: VerificationState.Pending, uscc: MarketHost.ValidUscc(900));
        var real = await host.RegisterOrganisation(OrganisationKind.Enterprise, state: VerificationState.Pending, uscc: MarketHost.ValidUscc(900));
        var @operator = await host.Operator();
        Assert.Equal(HttpStatusCode.Redirect, (await Decide(@operator, real, "accept")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await Decide(@operator, squatter, "accept", "理由")).StatusCode);
        using var browser = host.Browser();
        var late = await browser.Submit("/sign-up", Form(uscc: MarketHost.ValidUscc(900)));
        Assert.Contains("请由其负责人邀请您加入", await late.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_operators_the_second_is_told_that_it_changed_meanwhile()
    {
        await using var host = new MarketHost();
        var waiting = await host.RegisterOrganisation(OrganisationKind.University, state: VerificationState.Pending);
        var (first, second) = (await host.Operator(), await host.Operator());
        var open = await second.Pages.GetStringAsync($"/desk/organisations?id={waiting}", Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, (await Decide(first, waiting, "accept")).StatusCode);
        var late = await second.Pages.Submit(open, $"/desk/organisations?id={waiting}", new() { ["version"] = "0", ["decision"] = "reject", ["reason"] = "名称不符" });
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Contains("内容刚被别人改过", await late.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Single(await History(host, waiting));
    }

    [Fact]
    public async Task What_is_sent_back_says_why_and_is_corrected_and_submitted_again()
    {
        await using var host = new MarketHost();
        var owner = await host.Organisation(OrganisationKind.Enterprise, "旧名称", VerificationState.Pending);
        var @operator = await host.Operator();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Decide(@operator, owner.Organisation, "reject")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Decide(@operator, owner.Organisation, "reject", "名称与执照不符")).StatusCode);
        Assert.Contains("名称与执照不符", await owner.Pages.GetStringAsync("/desk", Cancellation), StringComparison.Ordinal);
        var corrected = await owner.Pages.Submit("/desk/organisation", new() { ["version"] = "1", ["name"] = "新名称", ["uscc"] = MarketHost.ValidUscc(901) });
        Assert.Equal(HttpStatusCode.Redirect, corrected.StatusCode);
        Assert.Equal(VerificationState.Pending, (await Only(host, "新名称")).State);
        Assert.Equal([OrganisationEvent.Rejected, OrganisationEvent.Resubmitted], (await History(host, owner.Organisation)).Select(h => h.Event));
    }

    [Fact]
    public async Task Only_the_operator_sees_the_desk_and_an_unverified_organisation_does_nothing()
    {
        await using var host = new MarketHost();
        var university = await host.University();
        var page = await university.Pages.GetAsync("/desk/organisations", Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        Assert.Contains("这一页不对您开放", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var waiting = await host.Organisation(OrganisationKind.University, state: VerificationState.Pending);
        var mine = await waiting.Api.GetFromJsonAsync<JsonElement>("/api/organisations/mine", Cancellation);
        Assert.False(mine[0].GetProperty("verified").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, (await waiting.Pages.GetAsync("/desk/members", Cancellation)).StatusCode);
        using var visitor = host.Browser();
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync("/desk/organisations", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task The_operator_is_made_on_the_machine_and_its_first_member_is_its_owner()
    {
        await using var host = new MarketHost();
        Assert.Equal(2, await OperatorCommand.Run(host.Services, ["create", "--email", "he@market.example"], TextWriter.Null));
        Assert.Equal(2, await OperatorCommand.Run(host.Services, ["create", "--email", "he@market.example", "--name", "何某某", "--password", "short"], TextWriter.Null));
        Assert.Equal(0, await OperatorCommand.Run(host.Services, ["create", "--email", "he@market.example", "--name", "何某某", "--password", "tr4ck-wheel-orbit"], TextWriter.Null));
        Assert.Equal(0, await OperatorCommand.Run(host.Services, ["create", "--email", "wu@market.example", "--name", "吴某某", "--password", "tr4ck-wheel-orbit"], TextWriter.Null));
        using var browser = await host.SignInBrowser("he@market.example", "tr4ck-wheel-orbit");
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/desk/organisations", Cancellation)).StatusCode);
        var roles = await host.InDatabase(db => db.Set<MembershipRow>().OrderBy(m => m.Since).Select(m => m.Role).ToListAsync(Cancellation));
        Assert.Equal([MemberRole.Owner, MemberRole.Staff], roles);
    }

    private static Task<HttpResponseMessage> Decide(Somebody @operator, Guid organisation, string decision, string reason = "") =>
        @operator.Pages.Submit($"/desk/organisations?id={organisation}", new() { ["version"] = "0", ["decision"] = decision, ["reason"] = reason });

    private static Dictionary<string, string> Form(string uscc, string email = "lin@firm.example", string password = "tr4ck-wheel-orbit") => new()
    {
        ["kind"] = "Enterprise",
        ["name"] = "甬江精密仪器有限公司",
        ["uscc"] = uscc,
        ["region"] = "330203",
        ["personName"] = "林采购",
        ["email"] = email,
        ["password"] = password,
    };

    private static Task<Organisation> Only(MarketHost host, string name) =>
        host.InDatabase(db => db.Set<Organisation>().SingleAsync(o => o.Name == name, Cancellation));

    private static Task<List<OrganisationHistoryRow>> History(MarketHost host, Guid organisation) =>
        host.InDatabase(db => db.Set<OrganisationHistoryRow>().Where(h => h.Organisation == organisation).OrderBy(h => h.At).ToListAsync(Cancellation));
}
