using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Domain.Organisations;
using Marketplace.Tests.Host;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Organisations;

public sealed partial class SecondFactorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Setting_up_shows_a_picture_and_a_key_and_gives_ten_recovery_codes_once()
    {
        await using var host = new MarketHost();
        var university = await host.University();
        var begun = await (await university.Pages.Submit("/account/second-factor", [], "Begin")).Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("src=\"data:image/png;base64,", begun, StringComparison.Ordinal);
        var wrong = await university.Pages.Submit(begun, "/account/second-factor?handler=Enable", new() { ["code"] = "000000" });
        Assert.Contains("动态口令不对", await wrong.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var right = await university.Pages.Submit(begun, "/account/second-factor?handler=Enable", new() { ["code"] = SecondFactor.Digits(SecondFactor.KeyOn(begun)) });
        Assert.Equal(10, RecoveryCode().Count(await right.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal(0, RecoveryCode().Count(await university.Pages.GetStringAsync("/account/second-factor", Cancellation)));
    }

    [Fact]
    public async Task Afterwards_the_password_alone_signs_nobody_in()
    {
        await using var host = new MarketHost();
        var university = await host.University();
        var key = await MarketHost.EnableSecondFactor(university.Pages);

        using var browser = host.Browser();
        var first = await browser.Submit("/sign-in", new() { ["email"] = university.Email, ["password"] = university.Password });
        Assert.Equal("/sign-in/second-factor", first.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/desk", Cancellation)).StatusCode);
        var wrong = await browser.Submit("/sign-in/second-factor", new() { ["code"] = "123" });
        Assert.Contains("动态口令不对", await wrong.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var right = await browser.Submit("/sign-in/second-factor", new() { ["code"] = SecondFactor.Digits(key) });
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/desk", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_program_sends_the_code_with_the_password()
    {
        await using var host = new MarketHost();
        var university = await host.University();
        var key = await MarketHost.EnableSecondFactor(university.Pages);
        using var client = host.CreateClient();
        Assert.Equal("SecondFactorRequired", await Login(null));
        Assert.Equal("SecondFactorWrong", await Login("000000"));
        Assert.Equal("", await Login(SecondFactor.Digits(key)));

        async Task<string> Login(string? twoFactorCode)
        {
            var answer = await client.PostAsJsonAsync("/api/identity/login", new { email = university.Email, password = university.Password, twoFactorCode }, Cancellation);
            return answer.IsSuccessStatusCode ? "" : (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("code").GetString()!;
        }
    }

    [Fact]
    public async Task Five_wrong_codes_lock_the_account()
    {
        await using var host = new MarketHost();
        var university = await host.University();
        var key = await MarketHost.EnableSecondFactor(university.Pages);
        using var browser = host.Browser();
        await browser.Submit("/sign-in", new() { ["email"] = university.Email, ["password"] = university.Password });
        for (var i = 0; i < 5; i++) await browser.Submit("/sign-in/second-factor", new() { ["code"] = "000000" });
        var late = await browser.Submit("/sign-in/second-factor", new() { ["code"] = SecondFactor.Digits(key) });
        Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/desk", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_recovery_code_works_once_and_neither_it_nor_the_key_can_be_read_in_the_database()
    {
        await using var host = new MarketHost();
        var university = await host.University();
        var begun = await (await university.Pages.Submit("/account/second-factor", [], "Begin")).Content.ReadAsStringAsync(Cancellation);
        var key = SecondFactor.KeyOn(begun);
        var enabled = await university.Pages.Submit(begun, "/account/second-factor?handler=Enable", new() { ["code"] = SecondFactor.Digits(key) });
        var code = RecoveryCode().Match(await enabled.Content.ReadAsStringAsync(Cancellation)).Groups[1].Value;

        Assert.Equal(HttpStatusCode.Redirect, await Recover(code));
        Assert.Equal(HttpStatusCode.OK, await Recover(code));
        var kept = await host.InDatabase(db => db.Set<IdentityUserToken<Guid>>().Select(t => t.Value!).ToListAsync(Cancellation));
        Assert.NotEmpty(kept);
        Assert.All(kept, value => Assert.False(value.Contains(code, StringComparison.OrdinalIgnoreCase) || value.Contains(key, StringComparison.OrdinalIgnoreCase)));

        async Task<HttpStatusCode> Recover(string recovery)
        {
            using var browser = host.Browser();
            await browser.Submit("/sign-in", new() { ["email"] = university.Email, ["password"] = university.Password });
            return (await browser.Submit("/sign-in/second-factor?recovery=true", new() { ["code"] = recovery })).StatusCode;
        }
    }

    [Fact]
    public async Task A_device_may_be_remembered_for_a_week()
    {
        await using var host = new MarketHost();
        var university = await host.University();
        var key = await MarketHost.EnableSecondFactor(university.Pages);
        using var browser = host.Browser();
        await browser.Submit("/sign-in", new() { ["email"] = university.Email, ["password"] = university.Password });
        await browser.Submit("/sign-in/second-factor", new() { ["code"] = SecondFactor.Digits(key), ["remember"] = "true" });
        await browser.Submit("/sign-out", []);
        var again = await browser.Submit("/sign-in", new() { ["email"] = university.Email, ["password"] = university.Password });
        Assert.Equal("/acting", again.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_bidder_shows_the_second_factor_once_on_entering_and_never_per_bid()
    {
        await using var host = new MarketHost();
        var bidder = await host.Organisation(OrganisationKind.Enterprise);
        var auction = await host.OpenAuction();
        await host.Admitted(auction, bidder.Organisation, 7);
        var room = $"/auctions/{auction}";

        // The password alone looks from outside, by page and by program.
        var outside = await bidder.Pages.GetStringAsync(room, Cancellation);
        Assert.Contains($"/account/second-factor?returnUrl=/auctions/{auction}", outside, StringComparison.Ordinal);
        Assert.DoesNotContain("data-r=\"go\"", outside, StringComparison.Ordinal);
        Assert.Equal("SecondFactorRequired", await Bid(bidder.Api, "a"));
        Assert.Equal(HttpStatusCode.Forbidden, (await bidder.Api.GetAsync($"/api/auctions/{auction}/mine", Cancellation)).StatusCode);

        // Setting it up shows it: the page leads back, and the room is open.
        var key = await MarketHost.EnableSecondFactor(bidder.Pages);
        Assert.Contains("data-r=\"go\"", await bidder.Pages.GetStringAsync(room, Cancellation), StringComparison.Ordinal);
        using var program = await host.SignInProgram(bidder.Email, bidder.Password, SecondFactor.Digits(key));
        Assert.Equal("", await Bid(program, "b"));

        // A remembered device signs in by password and is asked when it enters.
        using var browser = host.Browser();
        await browser.Submit("/sign-in", new() { ["email"] = bidder.Email, ["password"] = bidder.Password });
        await browser.Submit("/sign-in/second-factor", new() { ["code"] = SecondFactor.Digits(key), ["remember"] = "true" });
        await browser.Submit("/sign-out", []);
        await browser.Submit("/sign-in", new() { ["email"] = bidder.Email, ["password"] = bidder.Password });
        Assert.DoesNotContain("data-r=\"go\"", await browser.GetStringAsync(room, Cancellation), StringComparison.Ordinal);
        var ask = $"/account/second-factor?returnUrl={room}";
        var wrong = await browser.Submit(ask, new() { ["code"] = "000000" }, "Show");
        Assert.Contains("动态口令不对", await wrong.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var shown = await browser.Submit(ask, new() { ["code"] = SecondFactor.Digits(key) }, "Show");
        Assert.Equal(room, shown.Headers.Location!.ToString());
        Assert.Contains("data-r=\"go\"", await browser.GetStringAsync(room, Cancellation), StringComparison.Ordinal);

        // Turned off, the session has shown nothing any more.
        await browser.Submit("/account/second-factor", new() { ["code"] = SecondFactor.Digits(key) }, "Disable");
        Assert.DoesNotContain("data-r=\"go\"", await browser.GetStringAsync(room, Cancellation), StringComparison.Ordinal);

        async Task<string> Bid(HttpClient client, string bidId)
        {
            var answer = await client.PostAsJsonAsync($"/api/auctions/{auction}/bids", new { bidId, amountFen = 200_000_000 }, Cancellation);
            return answer.IsSuccessStatusCode ? "" : (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("code").GetString()!;
        }
    }

    [Fact]
    public async Task A_changed_password_signs_other_devices_out_and_this_one_not()
    {
        await using var host = new MarketHost();
        var university = await host.University();
        using var other = await host.SignInBrowser(university.Email);
        var wrong = await university.Pages.Submit("/account", new() { ["current"] = "not it at all", ["password"] = "another long sentence" }, "Password");
        Assert.Contains("当前密码不对", await wrong.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var done = await university.Pages.Submit("/account", new() { ["current"] = university.Password, ["password"] = "another long sentence" }, "Password");
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await university.Pages.GetAsync("/desk", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await other.GetAsync("/desk", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await university.Api.GetAsync("/api/organisations/mine", Cancellation)).StatusCode);
        using var again = await host.SignInBrowser(university.Email, "another long sentence");
    }

    [GeneratedRegex("<li class=\"mono\">([A-Z0-9-]{8,})</li>")]
    private static partial Regex RecoveryCode();
}
