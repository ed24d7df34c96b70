using System.Diagnostics;
using System.Net;
using Marketplace.Platform.Outbox;
using Marketplace.Search.Index;
using Marketplace.Tests.Host;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Search;

/// <summary>Whatever stands in an address: results, a refusal by name with everything still in the form, or word that the engine is down.</summary>
public sealed class SearchInputTests : IAsyncLifetime
{
    private readonly DownHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _host.PublishedAchievement(await _host.UnitInTheBooks());
        await _host.Indexed();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("trlFrom=0", "trlFrom", "最低成熟度")]
    [InlineData("trlFrom=ten", "trlFrom", "最低成熟度")]
    [InlineData("trlTo=10", "trlTo", "最高成熟度")]
    [InlineData("trl=abc", "trl", "技术成熟度")]
    [InlineData("trl=7&trl=10", "trl", "技术成熟度")]
    [InlineData("priceFrom=1.5", "priceFrom", "最低价格")]
    [InlineData("priceFrom=-1", "priceFrom", "最低价格")]
    [InlineData("priceTo=99999999999999999999", "priceTo", "最高价格")]
    [InlineData("order=Paid", "order", "排序")]
    [InlineData("order=0", "order", "排序")]
    [InlineData("page=0", "page", "页码")]
    [InlineData("page=100000", "page", "页码")]
    [InlineData("page=99999999999999", "page", "页码")]
    [InlineData("size=0", "size", "每页项数")]
    [InlineData("size=101", "size", "每页项数")]
    public async Task A_bad_value_is_refused_by_name_and_nothing_is_lost(string bad, string name, string said)
    {
        var firm = await _host.Enterprise();
        var address = $"/search?kind=Achievement&q={Uri.EscapeDataString("压力 <b>")}&field=Agriculture&region=330100&{bad}";
        var answer = await firm.Pages.GetAsync(address, Now);
        var page = await answer.Content.ReadAsStringAsync(Now);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains($"“{said}”有误", page, StringComparison.Ordinal);
        Assert.Contains("value=\"压力 &lt;b&gt;\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"Agriculture\" checked=\"checked\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"330100\" checked=\"checked\"", page, StringComparison.Ordinal);
        if (name is "trlFrom" or "trlTo" or "priceFrom" or "priceTo") Assert.Contains($"name=\"{name}\" value=\"{bad[(name.Length + 1)..]}\"", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await firm.Api.GetAsync("/api" + address, Now)).StatusCode);
    }

    [Theory]
    [InlineData("trlFrom=9&trlTo=1")]
    [InlineData("priceFrom=5&priceTo=4")]
    [InlineData("priced=nonsense&order=trlfirst&size=100&page=1000")]
    [InlineData("field=Nonsense&way=&region=abc&owner=0&owner=00000000-0000-0000-0000-000000000000&state=%3Cb%3E&highland=%27")]
    [InlineData("kind=Nothing&trl=7")]
    [InlineData("q=&q=&trlFrom=&trlTo=&priceFrom=&priceTo=&order=")]
    public async Task Odd_values_that_mean_something_are_looked_for(string query)
    {
        using var visitor = _host.CreateClient();
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/search?" + query, Now)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/api/search?" + query, Now)).StatusCode);
    }

    [Fact]
    public async Task Nothing_that_anybody_writes_is_a_fault_or_takes_long()
    {
        using var visitor = _host.CreateClient();
        string[] patterns =
        [
            "(a+)+$", "((((((((((a*)*)*)*)*)*)*)*)*)*", ".*", "[", "\\", "\\u0000", "a{1,99999}", "\"", "title:x AND (", "+-&&||!(){}[]^\"~*?:\\/", "x~2", "*", "?*?*?*?*", "_exists_:price",
            "NOT NOT NOT", "压*", "压~", "^9999999", "price:[0 TO *]", "\u202e传感器", string.Concat(Enumerable.Repeat("压力 ", 65)), string.Concat(Enumerable.Repeat("a ", 99)), new string('压', 200),
            new string('a', 200), new string('a', 10_240), new string('压', 10_240), string.Concat(Enumerable.Repeat("传感器 ", 2_560)),
        ];
        foreach (var text in NaughtyTexts.All.Concat(patterns))
        {
            var part = Uri.EscapeDataString(text);
            foreach (var address in new[] { $"/search?q={part}", $"/search?q={part}&kind={part}&field={part}&owner={part}&region={part}&trlFrom={part}&priceTo={part}&order={part}&page={part}", $"/search?field={part}&state={part}&highland={part}&way={part}", $"/api/search/suggestions?q={part}" })
            {
                var since = Stopwatch.GetTimestamp();
                var answer = await visitor.GetAsync(address, Now);
                Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity, $"{(int)answer.StatusCode} {address[..Math.Min(200, address.Length)]}");
                Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(5), address[..Math.Min(200, address.Length)]);
            }
        }
    }

    [Fact]
    public async Task An_engine_that_is_down_is_said_and_the_rest_of_the_page_stands()
    {
        using var visitor = _host.CreateClient();
        var market = await _host.Operator();
        _host.Index.Down = true;
        var answer = await visitor.GetAsync("/search?kind=Achievement&q=x&field=Agriculture", Now);
        var page = await answer.Content.ReadAsStringAsync(Now);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("检索暂时不可用", page, StringComparison.Ordinal);
        Assert.Contains("value=\"x\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"Agriculture\" checked=\"checked\"", page, StringComparison.Ordinal);
        Assert.Contains("浙江拍", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await visitor.GetAsync("/api/search", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await visitor.GetAsync("/api/search/suggestions?q=x", Now)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/", Now)).StatusCode);
        foreach (var (culture, said) in new[] { ("zh-CN", "检索引擎没有应答"), ("en", "The engine does not answer") })
        {
            var desk = await market.Pages.GetStringAsync($"/desk/index?culture={culture}", Now);
            Assert.Contains(said, desk, StringComparison.Ordinal);
            Assert.Contains("The line is cut.", desk, StringComparison.Ordinal);
        }

        _host.Index.Down = false;
        Assert.Equal(1, SearchPageTests.Total(await visitor.GetStringAsync("/search?kind=Achievement", Now)));
    }

    /// <summary>The real index behind a line that can be cut.</summary>
    private sealed class CutIndex(ISearchIndex index) : ISearchIndex
    {
        public bool Down { get; set; }

        public string Consumer => index.Consumer;

        public Task<OutboxPosition?> Position(CancellationToken cancellation = default) => Reached(() => index.Position(cancellation));

        public Task<IReadOnlyList<Rejected>?> Write(
            IReadOnlyList<SearchDocument> documents, IReadOnlyList<DocumentKey> gone, OutboxPosition from, OutboxPosition upTo, CancellationToken cancellation = default) =>
            Reached(() => index.Write(documents, gone, from, upTo, cancellation));

        public Task<IIndexRebuild> Rebuild(CancellationToken cancellation = default) => Reached(() => index.Rebuild(cancellation));

        public Task<SearchAnswer> Find(SearchQuery query, CancellationToken cancellation = default) => Reached(() => index.Find(query, cancellation));

        public Task<IReadOnlyList<string>> Suggest(string beginning, Audience audience, int most, CancellationToken cancellation = default) => Reached(() => index.Suggest(beginning, audience, most, cancellation));

        public Task<long> Count(CancellationToken cancellation = default) => Reached(() => index.Count(cancellation));

        private Task<T> Reached<T>(Func<Task<T>> ask) => Down ? Task.FromException<T>(new SearchUnavailableException("The line is cut.")) : ask();
    }

    private sealed class DownHost : MarketHost
    {
        public CutIndex Index => (CutIndex)Services.GetRequiredService<ISearchIndex>();

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureTestServices(services => services.AddSingleton<ISearchIndex>(provider => new CutIndex(provider.GetRequiredService<LuceneIndex>())));
        }
    }
}
