using System.Net;
using Marketplace.Search;
using Marketplace.Tests.Host;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Search;

/// <summary>The operator's page of the index.</summary>
public sealed class IndexDeskTests : IAsyncLifetime
{
    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_operator_sees_the_index_and_makes_it_anew_and_nobody_else_does()
    {
        var unit = await _host.University();
        await _host.PublishedAchievement(unit.Organisation);
        await _host.Indexed();
        var firm = await _host.Enterprise();
        using var visitor = _host.Browser();
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync("/desk/index", Now)).StatusCode);
        foreach (var stranger in new[] { unit, firm })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Pages.GetAsync("/desk/index", Now)).StatusCode);
            Assert.DoesNotContain("/desk/index", await stranger.Pages.GetStringAsync("/desk", Now), StringComparison.Ordinal);
        }

        var market = await _host.Operator();
        Assert.Contains("/desk/index", await market.Pages.GetStringAsync("/desk", Now), StringComparison.Ordinal);
        Assert.Contains("lucene", await market.Pages.GetStringAsync("/desk/index", Now), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await market.Pages.Submit("/desk/index", [], "Rebuild")).StatusCode);
        var rebuilding = _host.Services.GetRequiredService<Rebuilding>();
        await rebuilding.Ended;
        // The work and its unit.
        Assert.Equal((2L, false, null), (rebuilding.Documents, rebuilding.Stopped, rebuilding.Failure));
        Assert.Contains("重建完成", await market.Pages.GetStringAsync("/desk/index", Now), StringComparison.Ordinal);
        Assert.Equal(1, SearchPageTests.Total(await visitor.GetStringAsync("/search?kind=Achievement", Now)));
    }

    [Fact]
    public async Task A_rebuild_that_is_stopped_leaves_the_index_as_it_was()
    {
        await _host.PublishedAchievement(await _host.UnitInTheBooks());
        await _host.Indexed();
        var market = await _host.Operator();
        var rebuilding = _host.Services.GetRequiredService<Rebuilding>();
        rebuilding.Start();
        rebuilding.Stop();
        await rebuilding.Ended;
        Assert.True(rebuilding.Stopped);
        Assert.Null(rebuilding.Documents);
        Assert.Contains("重建已停止", await market.Pages.GetStringAsync("/desk/index", Now), StringComparison.Ordinal);
        using var visitor = _host.CreateClient();
        Assert.Equal(1, SearchPageTests.Total(await visitor.GetStringAsync("/search?kind=Achievement", Now)));
        // A stop with nothing to stop is none, and the next one runs to its end.
        Assert.Equal(HttpStatusCode.Redirect, (await market.Pages.Submit("/desk/index", [], "Stop")).StatusCode);
        rebuilding.Start();
        await rebuilding.Ended;
        Assert.Equal(2, rebuilding.Documents);
    }
}
