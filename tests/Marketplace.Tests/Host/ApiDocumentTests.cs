using System.Net.Http.Json;
using System.Text.Json;

namespace Marketplace.Tests.Host;

public sealed class ApiDocumentTests
{
    [Fact]
    public async Task The_contract_for_programs_is_documented_and_can_be_browsed()
    {
        await using var host = new MarketHost();
        using var client = host.CreateClient();
        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var paths = document.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();
        Assert.Superset(
            new HashSet<string>
            {
                "/api/identity/login", "/api/achievements", "/api/achievements/{id}", "/api/demands/{id}/recommendations", "/api/auctions", "/api/auctions/{id}", "/api/auctions/{id}/bids",
                "/api/auctions/{id}/updates", "/api/auctions/{id}/transcript", "/api/auctions/{id}/result", "/health/live", "/health/ready",
            },
            paths.ToHashSet());
        var bid = document.GetProperty("paths").GetProperty("/api/auctions/{id}/bids").GetProperty("post");
        Assert.Contains("amountFen", document.GetProperty("components").ToString(), StringComparison.Ordinal);
        Assert.True(bid.TryGetProperty("requestBody", out _));

        var docs = await client.GetAsync("/docs");
        Assert.True(docs.IsSuccessStatusCode);
        Assert.DoesNotContain("https://cdn", await docs.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
