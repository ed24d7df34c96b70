using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Platform.Outbox;
using Marketplace.Search;
using Marketplace.Search.Index;
using Marketplace.Search.Words;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;

namespace Marketplace.Tests.Search;

/// <summary>An Elasticsearch on this machine that says what it was told to say, and checks everything it is asked against the OpenAPI.</summary>
internal sealed class ElasticStandIn : IAsyncDisposable
{
    /// <summary>The index that its alias points at.</summary>
    public const string Searched = "market-1000";

    private readonly OpenApiCheck _api = new();
    private readonly Queue<(string About, int Status, string Answer)> _answers = new();
    private WebApplication _engine = null!;
    private ServiceProvider _services = null!;

    public ElasticIndex Index => _services.GetRequiredService<ElasticIndex>();

    public List<(string Request, string Body)> Sent { get; } = [];

    /// <summary>What it was asked that nobody may ask.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Where the index that is searched stands.</summary>
    public OutboxPosition Position { get; set; } = new(0, 4);

    /// <summary>What is asked under such a path gets no answer, or always the one that there is no room.</summary>
    public string? Hangs { get; set; }

    public string? Refuses { get; set; }

    /// <param name="patience">How long its clients wait and what they bear, where it is not as in the market.</param>
    public static async Task<ElasticStandIn> Start(Action<HttpStandardResilienceOptions>? patience = null)
    {
        var made = new ElasticStandIn();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        made._engine = builder.Build();
        made._engine.Urls.Add("http://127.0.0.1:0");
        made._engine.Run(made.Answer);
        await made._engine.StartAsync();
        made._services = Services(new Uri(made._engine.Urls.First()), patience);
        return made;
    }

    public static ServiceProvider Services(Uri url, Action<HttpStandardResilienceOptions>? patience = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddElasticsearch(url, apiKey: null);
        if (patience is not null) services.ConfigureAll(patience);
        return services.BuildServiceProvider();
    }

    /// <summary>The next question about this is answered so; each answer waits for those before it.</summary>
    public void Say(string about, int status, string answer) => _answers.Enqueue((about, status, answer));

    public Task Stop() => _engine.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _engine.DisposeAsync();
    }

    public static string Bulk(string verb, int status) => new JsonObject
    {
        ["took"] = 1,
        ["errors"] = status >= 300,
        ["items"] = new JsonArray(new JsonObject { [verb] = new JsonObject { ["_id"] = "x", ["status"] = status } }),
    }.ToJsonString();

    public static string Aliases(params (string Index, bool Searched)[] indexes)
    {
        var answer = new JsonObject();
        foreach (var (index, searched) in indexes) answer[index] = new JsonObject { ["aliases"] = searched ? new JsonObject { ["market"] = new JsonObject() } : new JsonObject() };
        return answer.ToJsonString();
    }

    public static string NoHits() =>
        """{"took":1,"timed_out":false,"_shards":{"total":1,"successful":1,"failed":0},"hits":{"total":{"value":0,"relation":"eq"},"hits":[]},"aggregations":{"complete":{"doc_count":1}}}""";

    public static SearchDocument Sensor(string id = "sensor") => new()
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

    private async Task Answer(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var path = context.Request.Path.Value!;
        var answer = (About: "", Status: 200, Answer: Usual(context.Request.Method, path));
        lock (Sent)
        {
            Sent.Add(($"{context.Request.Method} {context.Request.GetEncodedPathAndQuery()}", body));
            Faults.AddRange(_api.Faults(context.Request.Method, path, context.Request.Query.Keys, body));
            if (Refuses is { } refused && path.Contains(refused, StringComparison.Ordinal)) answer = ("", 503, "{}");
            else if (_answers.TryPeek(out var next) && path.Contains(next.About, StringComparison.Ordinal)) answer = _answers.Dequeue();
        }

        if (Hangs is { } silent && path.Contains(silent, StringComparison.Ordinal)) await Task.Delay(Timeout.Infinite, context.RequestAborted);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.Answer, context.RequestAborted);
    }

    private string Usual(string method, string path) => method == "GET" && path.EndsWith("/_doc/position", StringComparison.Ordinal)
        ? $$$"""{"_index":"{{{Searched}}}","_id":"position","found":true,"_source":{"outbox":"{{{Position}}}","edition":"{{{Tokens.Edition}}}"}}"""
        : """{"acknowledged":true,"result":"updated"}""";
}
