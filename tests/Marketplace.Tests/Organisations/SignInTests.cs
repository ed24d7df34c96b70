using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Organisations;

public sealed class SignInTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_gets_tokens_and_renews_them()
    {
        await using var host = new MarketHost();
        var (_, email) = await host.RegisterPerson();
        using var client = host.CreateClient();
        var answer = await client.PostAsJsonAsync("/api/identity/login", new { email, password = MarketHost.Password }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(3600, tokens.GetProperty("expiresIn").GetInt64());
        Assert.NotEmpty(tokens.GetProperty("accessToken").GetString()!);
        var renewed = await client.PostAsJsonAsync("/api/identity/refresh", new { refreshToken = tokens.GetProperty("refreshToken").GetString() }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, renewed.StatusCode);
        Assert.NotEmpty((await renewed.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("accessToken").GetString()!);
        await Refused(await client.PostAsJsonAsync("/api/identity/refresh", new { refreshToken = "made up" }, Cancellation), HttpStatusCode.Unauthorized, "NotSignedIn");
    }

    [Fact]
    public async Task An_unknown_email_a_wrong_password_and_a_locked_account_get_the_same_answer()
    {
        await using var host = new MarketHost();
        var (_, email) = await host.RegisterPerson();
        using var client = host.CreateClient();
        var unknown = await Login(client, "nobody@market.example", MarketHost.Password);
        for (var i = 0; i < 5; i++) Assert.Equal(unknown, await Login(client, email, "not the password"));
        Assert.Equal(unknown, await Login(client, email, MarketHost.Password));
    }

    [Fact]
    public async Task Five_failures_lock_the_account_for_fifteen_minutes()
    {
        await using var host = new MarketHost();
        var (person, email) = await host.RegisterPerson();
        using var client = host.CreateClient();
        for (var i = 0; i < 4; i++) await Login(client, email, "not the password");
        Assert.StartsWith("200", await Login(client, email, MarketHost.Password), StringComparison.Ordinal);
        for (var i = 0; i < 5; i++) await Login(client, email, "not the password");
        Assert.StartsWith("401", await Login(client, email, MarketHost.Password), StringComparison.Ordinal);
        await host.InDatabase(async db =>
        {
            var row = (await db.Set<Person>().FindAsync([person], Cancellation))!;
            Assert.InRange(row.LockoutEnd!.Value - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));
            row.LockoutEnd = DateTimeOffset.UtcNow.AddSeconds(-1);
            return await db.SaveChangesAsync(Cancellation);
        });
        Assert.StartsWith("200", await Login(client, email, MarketHost.Password), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_guesses_elsewhere_locks_nobody_out_of_the_browser_that_is_known()
    {
        await using var host = new MarketHost();
        var (_, email) = await host.RegisterPerson();
        using var own = host.Browser();
        Assert.Equal(HttpStatusCode.Redirect, (await own.Submit("/sign-in", new() { ["email"] = email, ["password"] = MarketHost.Password })).StatusCode);
        await own.Submit("/sign-out", []);
        using var elsewhere = host.CreateClient();
        for (var i = 0; i < 6; i++) await Login(elsewhere, email, "not the password");
        Assert.StartsWith("401", await Login(elsewhere, email, MarketHost.Password), StringComparison.Ordinal);
        using var unknown = host.Browser();
        Assert.Equal(HttpStatusCode.OK, (await unknown.Submit("/sign-in", new() { ["email"] = email, ["password"] = MarketHost.Password })).StatusCode);
        // A wrong password opens nothing here either.
        Assert.Equal(HttpStatusCode.OK, (await own.Submit("/sign-in", new() { ["email"] = email, ["password"] = "not the password" })).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await own.Submit("/sign-in", new() { ["email"] = email, ["password"] = MarketHost.Password })).StatusCode);
    }

    [Fact]
    public async Task A_page_that_needs_an_account_leads_to_the_sign_in_page_and_back()
    {
        await using var host = new MarketHost();
        var (_, email) = await host.RegisterPerson();
        using var browser = host.Browser();
        var away = await browser.GetAsync("/desk?x=1", Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, away.StatusCode);
        var signIn = away.Headers.Location!.PathAndQuery;
        Assert.Equal("/sign-in?returnUrl=%2Fdesk%3Fx%3D1", signIn, ignoreCase: true);
        var answer = await browser.Submit(signIn, new() { ["email"] = email, ["password"] = MarketHost.Password, ["returnUrl"] = "/desk?x=1" });
        var acting = await browser.GetAsync(answer.Headers.Location, Cancellation);
        Assert.Equal("/desk?x=1", acting.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/desk?x=1", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_return_address_of_another_site_is_forgotten()
    {
        await using var host = new MarketHost();
        var (_, email) = await host.RegisterPerson();
        using var browser = host.Browser();
        foreach (var target in new[] { "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)" })
        {
            var answer = await browser.Submit("/sign-in", new() { ["email"] = email, ["password"] = MarketHost.Password, ["returnUrl"] = target });
            Assert.Equal("/acting", answer.Headers.Location!.ToString());
        }
    }

    [Fact]
    public async Task Under_api_a_visitor_gets_401_with_its_name_and_no_redirect()
    {
        await using var host = new MarketHost();
        using var browser = host.Browser();
        await Refused(await browser.GetAsync("/api/organisations/mine", Cancellation), HttpStatusCode.Unauthorized, "NotSignedIn");
        browser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "made-up");
        await Refused(await browser.GetAsync("/api/organisations/mine", Cancellation), HttpStatusCode.Unauthorized, "NotSignedIn");
    }

    [Fact]
    public async Task A_changed_security_stamp_ends_every_session_at_once()
    {
        await using var host = new MarketHost();
        var university = await host.University();
        Assert.Equal(HttpStatusCode.OK, (await university.Api.GetAsync("/api/organisations/mine", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await university.Pages.GetAsync("/desk", Cancellation)).StatusCode);
        await host.InDatabase(async db =>
        {
            (await db.Set<Person>().FindAsync([university.Person], Cancellation))!.SecurityStamp = "changed";
            return await db.SaveChangesAsync(Cancellation);
        });
        Assert.Equal(HttpStatusCode.Unauthorized, (await university.Api.GetAsync("/api/organisations/mine", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await university.Pages.GetAsync("/desk", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task The_cookie_is_out_of_reach_of_scripts_and_of_other_sites()
    {
        await using var host = new MarketHost();
        var (_, email) = await host.RegisterPerson();
        using var browser = host.Browser();
        var answer = await browser.Submit("/sign-in", new() { ["email"] = email, ["password"] = MarketHost.Password });
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), c => c.StartsWith("signed-in=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Signing_out_needs_a_form_of_ours_and_ends_the_session()
    {
        await using var host = new MarketHost();
        var university = await host.University();
        using (var forged = new FormUrlEncodedContent([]))
            Assert.Equal(HttpStatusCode.BadRequest, (await university.Pages.PostAsync("/sign-out", forged, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await university.Pages.GetAsync("/desk", Cancellation)).StatusCode);
        await university.Pages.Submit("/sign-out", []);
        Assert.Equal(HttpStatusCode.Redirect, (await university.Pages.GetAsync("/desk", Cancellation)).StatusCode);
    }

    [Fact]
    public void One_address_has_ten_tries_a_minute_on_one_account_and_this_machine_any_number()
    {
        using var limits = new SignInLimits();
        var address = IPAddress.Parse("203.0.113.7");
        for (var i = 0; i < 10; i++) Assert.True(limits.MaySignIn(address, "a@b.example"));
        Assert.False(limits.MaySignIn(address, "A@b.example "));
        Assert.True(limits.MaySignIn(address, "other@b.example"));
        Assert.True(limits.MaySignIn(IPAddress.Parse("203.0.113.8"), "a@b.example"));
        for (var i = 0; i < 200; i++) Assert.True(limits.MaySignIn(IPAddress.Loopback, "a@b.example"));
    }

    [Fact]
    public async Task Somebody_with_two_organisations_chooses_for_which_one_to_act()
    {
        await using var host = new MarketHost();
        var first = await host.University("甲大学");
        var second = await host.RegisterOrganisation(OrganisationKind.Enterprise, "乙公司");
        await host.GiveRole(second, first.Person, MemberRole.Staff);
        Assert.Contains("乙公司", await first.Pages.GetStringAsync("/acting", Cancellation), StringComparison.Ordinal);
        var stranger = await host.RegisterOrganisation(OrganisationKind.Enterprise, "丙公司");
        Assert.Equal(HttpStatusCode.Forbidden, (await first.Pages.Submit("/acting", new() { ["organisation"] = stranger.ToString() })).StatusCode);
        Assert.Equal("/desk", (await first.Pages.Submit("/acting", new() { ["organisation"] = second.ToString() })).Headers.Location!.ToString());
        var home = await first.Pages.GetStringAsync("/", Cancellation);
        Assert.Contains("<a href=\"/desk\">乙公司</a>", home, StringComparison.Ordinal);
    }

    private static async Task<string> Login(HttpClient client, string email, string password)
    {
        var answer = await client.PostAsJsonAsync("/api/identity/login", new { email, password }, Cancellation);
        if (answer.IsSuccessStatusCode) return "200";
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        return $"{(int)answer.StatusCode} {problem.GetProperty("code")} {problem.GetProperty("title")}";
    }

    private static async Task Refused(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("code").GetString());
    }
}
