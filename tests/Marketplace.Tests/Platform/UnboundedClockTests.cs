using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Platform;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Tests.Platform;

/// <summary>A node that cannot say how far its clock is off answers no command, stamps nothing, and goes on showing.</summary>
public class UnboundedClockTests : IAsyncLifetime
{
    private readonly AloneMarket _market = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private MarketClock Clock => _market.Services.GetRequiredService<MarketClock>();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_bid_is_answered_with_unknown_and_is_in_when_the_same_is_sent_again()
    {
        var bidder = await _market.Enterprise();
        var auction = await _market.OpenAuction();
        await _market.Admitted(auction, bidder.Organisation, 7);
        var room = await bidder.Pages.GetStringAsync($"/auctions/{auction}", Stop);
        // Terms, paddle and opening are written; the last of them by the auction's own clock.
        await Eventually.Become("the opening in the log", TimeSpan.FromSeconds(20), async () => await Lines() == 3);
        Clock.FollowReference();
        var before = await Lines();

        using var unknown = await Bid(bidder, auction);
        await IsUnknown(unknown);
        Assert.Equal("1", unknown.Headers.RetryAfter!.ToString());
        using var page = await bidder.Pages.Submit(room, $"/auctions/{auction}?handler=Bid", new() { ["amount"] = "2,000,000", ["sure"] = "true" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _market.CreateClient().GetAsync("/health/ready", Stop)).StatusCode);

        // Looking is no command.
        Assert.Equal(HttpStatusCode.OK, (await bidder.Api.GetAsync($"/api/auctions/{auction}", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await bidder.Pages.GetAsync($"/auctions/{auction}", Stop)).StatusCode);
        Assert.Equal(before, await Lines());

        await Known();
        using var accepted = await Bid(bidder, auction);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.Equal(before + 1, await Lines());
    }

    [Fact]
    public async Task No_endpoint_that_changes_anything_is_open()
    {
        _ = _market.CreateClient();
        Clock.FollowReference();
        var before = await Lines();
        var (programs, pages) = (new List<string>(), new List<string>());
        foreach (var endpoint in _market.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var path = "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(Filled))));
            if (path.StartsWith("/hubs", StringComparison.Ordinal)) continue;
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Where(m => m is "POST" or "PUT" or "DELETE" or "PATCH").ToList();
            if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not null) methods = ["POST"];
            foreach (var method in methods ?? [])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = JsonContent.Create(new { }) };
                using var answer = await _market.CreateClient().SendAsync(request, Stop);
                Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{method} {path}: {answer.StatusCode}");
                if (!path.StartsWith("/api", StringComparison.Ordinal))
                {
                    pages.Add(path);
                    continue;
                }

                await IsUnknown(answer);
                programs.Add(path);
            }
        }

        foreach (var road in new[] { "bids", "offers", "opening/shares" }) Assert.Contains($"/api/auctions/1/{road}", programs);
        foreach (var road in new[] { "call", "acts", "floor-bids", "beat" }) Assert.Contains($"/api/hall/lots/1/{road}", programs);
        Assert.True(pages.Count > 30, $"{pages.Count} pages");
        Assert.Equal(before, await Lines());
    }

    private static string Filled(RoutePatternPart part) => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart { ParameterPolicies: var policies } => policies.Any(p => p.Content == "guid") ? Guid.Empty.ToString() : "1",
        var other => throw new InvalidOperationException($"{other}"),
    };

    private static async Task IsUnknown(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("Unknown", (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString());
    }

    private static Task<HttpResponseMessage> Bid(Somebody bidder, string auction) =>
        bidder.Api.PostAsJsonAsync($"/api/auctions/{auction}/bids", new { bidId = "once", amountFen = 200_000_000 }, Stop);

    private Task<int> Lines() => _market.InDatabase(db => db.Set<FactRow>().CountAsync(Stop));

    /// <summary>The reference answers: PostgreSQL's own clock, or on SQLite, where nobody else has a clock, this one.</summary>
    private async Task Known()
    {
        if (_market.Services.GetService<ClockDiscipline>() is { } discipline) await discipline.Compare(Stop);
        else Clock.Compare(Clock.GetUtcNow(), TimeSpan.Zero);
        Assert.True(Clock.IsBounded);
    }

    /// <summary>A market that compares its clock only when a test says so.</summary>
    private sealed class AloneMarket : MarketHost
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureTestServices(services =>
            {
                if (services.SingleOrDefault(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(ClockDiscipline)) is not { } service) return;
                services.Remove(service);
                services.AddSingleton<ClockDiscipline>();
            });
        }
    }
}

[OnPostgres]
public sealed class UnboundedClockOnPostgres : UnboundedClockTests;
