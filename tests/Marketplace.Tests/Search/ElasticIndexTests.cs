using Marketplace.Platform.Outbox;
using Marketplace.Search.Index;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Search;

/// <summary>The same semantics on a real Elasticsearch, whenever one is named (infra/docker has it).</summary>
public sealed class ElasticSemanticsTests : SearchIndexContract
{
    private ServiceProvider? _services;

    protected override Task<ISearchIndex> Open()
    {
        var url = Environment.GetEnvironmentVariable("Elasticsearch__Url");
        if (string.IsNullOrEmpty(url)) Assert.Skip("Elasticsearch__Url names no Elasticsearch.");
        _services = ElasticStandIn.Services(new Uri(url));
        return Task.FromResult<ISearchIndex>(_services.GetRequiredService<ElasticIndex>());
    }

    public override async ValueTask DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        await base.DisposeAsync();
    }
}

/// <summary>What is sent to Elasticsearch is what its OpenAPI allows, and what it may answer is understood.</summary>
public sealed class ElasticIndexTests : IAsyncLifetime
{
    private ElasticStandIn _engine = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private ElasticIndex Index => _engine.Index;

    public async ValueTask InitializeAsync() => _engine = await ElasticStandIn.Start();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task Every_request_is_one_that_the_engine_documents()
    {
        _engine.Say("_bulk", 200, ElasticStandIn.Bulk("index", 201));
        _engine.Say("_alias", 200, ElasticStandIn.Aliases((ElasticStandIn.Searched, true)));
        await using (var made = await Index.Rebuild(Now))
        {
            await made.Add([ElasticStandIn.Sensor()], Now);
            await made.Commit(new OutboxPosition(7, 9), Now);
        }

        _engine.Say("_bulk", 200, """{"took":1,"errors":false,"items":[{"index":{"_id":"a","status":200}},{"delete":{"_id":"b","status":200}}]}""");
        await Index.Write([ElasticStandIn.Sensor()], [new DocumentKey(Found.Achievement, "b")], _engine.Position, new OutboxPosition(8, 1), Now);
        foreach (var order in Enum.GetValues<SearchOrder>())
        {
            _engine.Say("_search", 200, ElasticStandIn.NoHits());
            await Index.Find(
                new SearchQuery
                {
                    Text = "高温 LED batteries light-emitting diodes",
                    Audience = Audience.Registered,
                    Order = order,
                    TrlFrom = 2,
                    PriceTo = 100,
                    Wanted = Enum.GetValues<Facet>().ToDictionary(f => f, f => (IReadOnlyList<string>)[f == Facet.Trl ? "7" : "330100"]),
                },
                Now);
        }

        _engine.Say("_search", 200, """{"took":1,"timed_out":false,"_shards":{"total":1,"successful":1,"failed":0},"hits":{"total":{"value":0,"relation":"eq"},"hits":[]},"aggregations":{"phrases":{"buckets":[{"key":"压力","doc_count":2}]}}}""");
        Assert.Equal(["压力"], await Index.Suggest("压.*", Audience.Public, 5, Now));
        _engine.Say("_count", 200, """{"count":3,"_shards":{"total":1,"successful":1,"failed":0}}""");
        Assert.Equal(3, await Index.Count(Now));
        Assert.Empty(_engine.Faults);
        Assert.Contains(_engine.Sent, s => s.Request.Contains("/_aliases", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_portion_what_had_no_room_is_sent_again_and_what_is_wrong_is_named()
    {
        _engine.Say("_bulk", 200, """
            {"took":3,"errors":true,"items":[
              {"index":{"_id":"Achievement/a","status":201}},
              {"index":{"_id":"Achievement/b","status":429,"error":{"type":"es_rejected_execution_exception","reason":"queue full"}}},
              {"index":{"_id":"Achievement/c","status":400,"error":{"type":"document_parsing_exception","reason":"failed to parse field [trl]"}}},
              {"index":{"_id":"Achievement/d","status":409,"error":{"type":"version_conflict_engine_exception","reason":"higher version"}}}]}
            """);
        _engine.Say("_bulk", 503, """{"error":"unavailable"}""");
        _engine.Say("_bulk", 200, ElasticStandIn.Bulk("index", 201));
        var rejected = await Index.Write([ElasticStandIn.Sensor("a"), ElasticStandIn.Sensor("b"), ElasticStandIn.Sensor("c"), ElasticStandIn.Sensor("d")], [], _engine.Position, new OutboxPosition(0, 5), Now);
        Assert.Equal([new Rejected(new DocumentKey(Found.Achievement, "c"), "failed to parse field [trl]")], rejected);
        var bulks = _engine.Sent.Where(s => s.Request.Contains("_bulk", StringComparison.Ordinal)).ToList();
        Assert.Equal([8, 2, 2], bulks.Select(b => b.Body.Count(c => c == '\n')));
        Assert.Contains("Achievement/b", bulks[2].Body, StringComparison.Ordinal);
        Assert.Empty(_engine.Faults);
    }

    [Fact]
    public async Task A_node_that_is_behind_neither_overwrites_nor_fails()
    {
        _engine.Say("_bulk", 200, ElasticStandIn.Bulk("index", 409));
        _engine.Say("_doc", 409, """{"error":{"type":"version_conflict_engine_exception","reason":"current version [9] is higher"},"status":409}""");
        Assert.Equal([], await Index.Write([ElasticStandIn.Sensor()], [], _engine.Position, new OutboxPosition(0, 5), Now));
        Assert.Contains(_engine.Sent, s => s.Body.Contains("\"version\":5,\"version_type\":\"external_gte\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(500, "{}")]
    [InlineData(200, "no json")]
    [InlineData(200, """{"timed_out":true,"hits":{"total":{"value":0},"hits":[]}}""")]
    [InlineData(200, """{"timed_out":false,"_shards":{"total":2,"successful":1,"failed":1},"hits":{"total":{"value":0},"hits":[]}}""")]
    public async Task Half_an_answer_is_none(int status, string answer)
    {
        for (var i = 0; i < 5; i++) _engine.Say("_search", status, answer);
        await Assert.ThrowsAsync<SearchUnavailableException>(() => Index.Find(new SearchQuery { Text = "高温", Audience = Audience.Public }, Now));
    }

    [Fact]
    public async Task An_engine_that_is_down_is_named_as_such()
    {
        await _engine.Stop();
        await Assert.ThrowsAsync<SearchUnavailableException>(() => Index.Find(new SearchQuery { Text = "高温", Audience = Audience.Public }, Now));
    }

    [Fact]
    public async Task A_search_that_found_no_room_is_asked_again()
    {
        _engine.Say("_search", 429, "{}");
        _engine.Say("_search", 200, ElasticStandIn.NoHits());
        Assert.Equal(0, (await Index.Find(new SearchQuery { Text = "高温", Audience = Audience.Public }, Now)).Total);
    }
}
