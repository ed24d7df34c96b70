using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Platform.Outbox;
using Marketplace.Search;
using Marketplace.Search.Index;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Tests.Search;

/// <summary>The same semantics on a real Elasticsearch, whenever one is named (infra/docker has it).</summary>
public sealed class ElasticSemanticsTests : SearchIndexContract
{
    private ServiceProvider? _services;

    protected override Task<ISearchIndex> Open()
    {
        var url = Environment.GetEnvironmentVariable("Elasticsearch__Url");
        if (string.IsNullOrEmpty(url)) Assert.Skip("Elasticsearch__Url names no Elasticsearch.");
        _services = ElasticIndexTests.Services(new Uri(url));
        return Task.FromResult<ISearchIndex>(_services.GetRequiredService<ElasticIndex>());
    }

    public override async ValueTask DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        await base.DisposeAsync();
    }
}

/// <summary>What is sent to Elasticsearch is what its OpenAPI allows, and what it may answer is understood: a stand-in on this machine says it.</summary>
public sealed class ElasticIndexTests : IAsyncLifetime
{
    private readonly OpenApiCheck _api = new();
    private readonly List<(string Request, string Body)> _sent = [];
    private readonly List<string> _faults = [];
    private readonly Queue<(string About, int Status, string Answer)> _answers = new();
    private WebApplication _standIn = null!;
    private ServiceProvider _services = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private ElasticIndex Index => _services.GetRequiredService<ElasticIndex>();

    internal static ServiceProvider Services(Uri url)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddElasticsearch(url, apiKey: null);
        return services.BuildServiceProvider();
    }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _standIn = builder.Build();
        _standIn.Urls.Add("http://127.0.0.1:0");
        _standIn.Run(Answer);
        await _standIn.StartAsync(Now);
        _services = Services(new Uri(_standIn.Urls.First()));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _standIn.DisposeAsync();
    }

    [Fact]
    public async Task Every_request_is_one_that_the_engine_documents()
    {
        Say("_bulk", 200, Bulk("index", 201));
        Say("_alias", 404, """{"error":"alias [market] missing","status":404}""");
        await using (var made = await Index.Rebuild(Now))
        {
            await made.Add([Sensor()], Now);
            await made.Commit(new OutboxPosition(7, 9), Now);
        }

        Say("_bulk", 200, """{"took":1,"errors":false,"items":[{"index":{"_id":"a","status":200}},{"delete":{"_id":"b","status":200}}]}""");
        await Index.Write([Sensor()], [new DocumentKey(Found.Achievement, "b")], new OutboxPosition(8, 1), Now);
        foreach (var order in Enum.GetValues<SearchOrder>())
        {
            Say("_search", 200, NoHits());
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

        Say("_search", 200, """{"took":1,"timed_out":false,"_shards":{"total":1,"successful":1,"failed":0},"hits":{"total":{"value":0,"relation":"eq"},"hits":[]},"aggregations":{"phrases":{"buckets":[{"key":"压力","doc_count":2}]}}}""");
        Assert.Equal(["压力"], await Index.Suggest("压.*", Audience.Public, 5, Now));
        Say("_count", 200, """{"count":3,"_shards":{"total":1,"successful":1,"failed":0}}""");
        Assert.Equal(3, await Index.Count(Now));
        Assert.Empty(_faults);
        Assert.Contains(_sent, s => s.Request.Contains("/_aliases", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_portion_what_had_no_room_is_sent_again_and_what_is_wrong_is_named()
    {
        Say("_bulk", 200, """
            {"took":3,"errors":true,"items":[
              {"index":{"_id":"Achievement/a","status":201}},
              {"index":{"_id":"Achievement/b","status":429,"error":{"type":"es_rejected_execution_exception","reason":"queue full"}}},
              {"index":{"_id":"Achievement/c","status":400,"error":{"type":"document_parsing_exception","reason":"failed to parse field [trl]"}}},
              {"index":{"_id":"Achievement/d","status":409,"error":{"type":"version_conflict_engine_exception","reason":"higher version"}}}]}
            """);
        Say("_bulk", 503, """{"error":"unavailable"}""");
        Say("_bulk", 200, Bulk("index", 201));
        var rejected = await Index.Write([Sensor("a"), Sensor("b"), Sensor("c"), Sensor("d")], [], new OutboxPosition(0, 5), Now);
        Assert.Equal([new Rejected(new DocumentKey(Found.Achievement, "c"), "failed to parse field [trl]")], rejected);
        var bulks = _sent.Where(s => s.Request.Contains("_bulk", StringComparison.Ordinal)).ToList();
        Assert.Equal([8, 2, 2], bulks.Select(b => b.Body.Count(c => c == '\n')));
        Assert.Contains("Achievement/b", bulks[2].Body, StringComparison.Ordinal);
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task A_node_that_is_behind_neither_overwrites_nor_fails()
    {
        Say("_bulk", 200, Bulk("index", 409));
        Say("_doc", 409, """{"error":{"type":"version_conflict_engine_exception","reason":"current version [9] is higher"},"status":409}""");
        Assert.Empty(await Index.Write([Sensor()], [], new OutboxPosition(0, 5), Now));
        Assert.Contains(_sent, s => s.Body.Contains("\"version\":5,\"version_type\":\"external_gte\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(500, "{}")]
    [InlineData(200, "no json")]
    [InlineData(200, """{"timed_out":true,"hits":{"total":{"value":0},"hits":[]}}""")]
    [InlineData(200, """{"timed_out":false,"_shards":{"total":2,"successful":1,"failed":1},"hits":{"total":{"value":0},"hits":[]}}""")]
    public async Task Half_an_answer_is_none(int status, string answer)
    {
        for (var i = 0; i < 5; i++) Say("_search", status, answer);
        await Assert.ThrowsAsync<SearchUnavailableException>(() => Index.Find(new SearchQuery { Text = "高温", Audience = Audience.Public }, Now));
    }

    [Fact]
    public async Task An_engine_that_is_down_is_named_as_such()
    {
        await _standIn.StopAsync(Now);
        await Assert.ThrowsAsync<SearchUnavailableException>(() => Index.Find(new SearchQuery { Text = "高温", Audience = Audience.Public }, Now));
    }

    [Fact]
    public async Task A_search_that_found_no_room_is_asked_again()
    {
        Say("_search", 429, "{}");
        Say("_search", 200, NoHits());
        Assert.Equal(0, (await Index.Find(new SearchQuery { Text = "高温", Audience = Audience.Public }, Now)).Total);
    }

    private async Task Answer(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        (string About, int Status, string Answer) answer = ("", 200, """{"acknowledged":true,"result":"updated"}""");
        lock (_sent)
        {
            _sent.Add(($"{context.Request.Method} {context.Request.GetEncodedPathAndQuery()}", body));
            _faults.AddRange(_api.Faults(context.Request.Method, context.Request.Path, context.Request.Query.Keys, body));
            if (_answers.TryPeek(out var next) && context.Request.Path.Value!.Contains(next.About, StringComparison.Ordinal)) answer = _answers.Dequeue();
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.Answer, context.RequestAborted);
    }

    private void Say(string about, int status, string answer) => _answers.Enqueue((about, status, answer));

    private static string Bulk(string verb, int status) => new JsonObject
    {
        ["took"] = 1,
        ["errors"] = status >= 300,
        ["items"] = new JsonArray(new JsonObject { [verb] = new JsonObject { ["_id"] = "x", ["status"] = status } }),
    }.ToJsonString();

    private static string NoHits() =>
        """{"took":1,"timed_out":false,"_shards":{"total":1,"successful":1,"failed":0},"hits":{"total":{"value":0,"relation":"eq"},"hits":[]},"aggregations":{"complete":{"doc_count":1}}}""";

    private static SearchDocument Sensor(string id = "sensor") => new()
    {
        Key = new DocumentKey(Found.Achievement, id),
        Title = "耐高温压力传感器",
        Keywords = ["高温"],
        Codes = ["201810472196"],
        Field = "NewMaterials",
        Region = "330102",
        Trl = 7,
        Ways = ["Assignment"],
        PriceFen = 100,
        At = DateTimeOffset.UnixEpoch,
        Url = "/achievements/sensor",
    };
}
