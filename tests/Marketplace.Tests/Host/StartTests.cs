namespace Marketplace.Tests.Host;

public sealed class StartTests
{
    [Fact]
    public async Task The_home_page_and_a_script_are_served()
    {
        await using var host = new MarketHost();
        using var client = host.CreateClient();
        var page = await client.GetStringAsync("/", TestContext.Current.CancellationToken);
        Assert.Contains("网上技术市场", page, StringComparison.Ordinal);
        var script = System.Text.RegularExpressions.Regex.Match(page, "src=\"(/bundle/shared[^\"]*)\"").Groups[1].Value;
        Assert.Equal(System.Net.HttpStatusCode.OK, (await client.GetAsync(script, TestContext.Current.CancellationToken)).StatusCode);
    }
}
