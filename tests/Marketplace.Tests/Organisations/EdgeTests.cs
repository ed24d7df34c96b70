using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Platform.Edge;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Organisations;

/// <summary>What every request passes, shown on the endpoints of signing in.</summary>
public sealed class EdgeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "MalformedRequest")]
    [InlineData("{", "MalformedRequest")]
    [InlineData("null", "MalformedRequest")]
    [InlineData("[]", "MalformedRequest")]
    [InlineData("{}", "MalformedRequest")]
    [InlineData("{\"email\":\"a@b.example\"}", "MalformedRequest")]
    [InlineData("{\"email\":null,\"password\":\"x\"}", "MalformedRequest")]
    [InlineData("{\"email\":{},\"password\":\"x\"}", "MalformedRequest")]
    [InlineData("{\"email\":1,\"password\":\"x\"}", "MalformedRequest")]
    [InlineData("{\"email\":\"a@b.example\",\"password\":\"x\",\"admin\":true}", "MalformedRequest")]
    [InlineData("{\"email\":\"a@b.example\",\"email\":\"c@d.example\",\"password\":\"x\"}", "MalformedRequest")]
    [InlineData("{\"email\":\"a@b.example\",\"password\":\"\\u0000\"}", "TextNotAllowed")]
    [InlineData("{\"email\":\"a@b.example\",\"password\":\"\\ud800\"}", "TextNotAllowed")]
    [InlineData("{\"email\":\"a@b.example\",\"password\":\"\\udc00x\"}", "TextNotAllowed")]
    [InlineData("{\"e\\u0000mail\":\"a@b.example\",\"password\":\"x\"}", "TextNotAllowed")]
    public async Task What_does_not_fit_is_refused_by_name(string body, string code)
    {
        await using var host = new MarketHost();
        using var client = host.CreateClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        await Refused(await client.PostAsync("/api/identity/login", content, Cancellation), HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task Another_content_type_a_huge_body_and_text_that_cannot_be_stored_are_refused_by_name()
    {
        await using var host = new MarketHost();
        using var client = host.CreateClient();
        using var form = new FormUrlEncodedContent([new("email", "a@b.example")]);
        await Refused(await client.PostAsync("/api/identity/login", form, Cancellation), HttpStatusCode.UnprocessableEntity, "MalformedRequest");
        var huge = new { email = "a@b.example", password = new string('x', Gate.MostBytes) };
        await Refused(await client.PostAsJsonAsync("/api/identity/login", huge, Cancellation), HttpStatusCode.UnprocessableEntity, "TooLong");
        await Refused(await client.GetAsync("/api/organisations/uscc?code=a%00b", Cancellation), HttpStatusCode.UnprocessableEntity, "TextNotAllowed");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await client.GetAsync("/sign-in?returnUrl=%00", Cancellation)).StatusCode);
        using var browser = host.Browser();
        var answer = await browser.Submit("/sign-in", new() { ["email"] = "a\0b", ["password"] = "x" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    [Fact]
    public async Task What_is_not_there_is_said_as_problem_details_to_programs_and_as_a_page_to_people()
    {
        await using var host = new MarketHost();
        using var client = host.CreateClient();
        await Refused(await client.GetAsync("/api/no-such-thing", Cancellation), HttpStatusCode.NotFound, "NotFound");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.GetAsync("/api/identity/login", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.GetAsync("/api/auctions/x/bids", Cancellation)).StatusCode);
        var page = await client.GetAsync("/no-such-page", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("没有找到这一页", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var english = await client.GetAsync("/no-such-page?culture=en", Cancellation);
        Assert.Contains("There is no such page", await english.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_json_post_with_a_cookie_needs_our_origin_and_a_token()
    {
        await using var host = new MarketHost();
        var university = await host.University();
        var browser = university.Pages;
        var token = (await browser.GetFromJsonAsync<JsonElement>("/api/antiforgery", Cancellation)).GetProperty("token").GetString()!;

        Assert.Equal(HttpStatusCode.Unauthorized, await Post(token, "http://localhost"));
        Assert.Equal(HttpStatusCode.Forbidden, await Post(null, "http://localhost"));
        Assert.Equal(HttpStatusCode.Forbidden, await Post("made up", "http://localhost"));
        Assert.Equal(HttpStatusCode.Forbidden, await Post(token, "http://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await Post(token, "null"));
        Assert.Equal(HttpStatusCode.Forbidden, await Post(token, null));
        Assert.Equal(HttpStatusCode.Forbidden, await Post(token, "http://localhost", "cross-site"));

        async Task<HttpStatusCode> Post(string? csrf, string? origin, string? site = null)
        {
            // An endpoint that refuses for its own reason once the gate lets the request through.
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/identity/login") { Content = JsonContent.Create(new { email = "a@b.example", password = "x" }) };
            browser.DefaultRequestHeaders.Remove("Origin");
            if (origin is not null) request.Headers.Add("Origin", origin);
            if (csrf is not null) request.Headers.Add(EdgeFeature.TokenHeader, csrf);
            if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
            var answer = await browser.SendAsync(request, Cancellation);
            if (answer.StatusCode == HttpStatusCode.Forbidden) await Refused(answer, HttpStatusCode.Forbidden, "ForeignOrigin");
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_hub_is_not_opened_from_another_site()
    {
        await using var host = new MarketHost();
        using var client = host.CreateClient();
        client.DefaultRequestHeaders.Add("Origin", "http://evil.example");
        await Refused(await client.GetAsync("/hubs/auction", Cancellation), HttpStatusCode.Forbidden, "ForeignOrigin");
        await Refused(await client.PostAsync("/hubs/auction/negotiate", null, Cancellation), HttpStatusCode.Forbidden, "ForeignOrigin");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/sign-in")]
    [InlineData("/api/organisations/mine")]
    [InlineData("/no-such-page")]
    public async Task Every_answer_tells_the_browser_what_it_may_do(string path)
    {
        await using var host = new MarketHost();
        using var client = host.CreateClient();
        var answer = await client.GetAsync(path, Cancellation);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.True(answer.Headers.Contains("Referrer-Policy"));
        Assert.True(answer.Headers.Contains("Permissions-Policy"));
    }

    private static async Task Refused(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(status == answer.StatusCode, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, JsonDocument.Parse(text).RootElement.GetProperty("code").GetString());
    }
}
