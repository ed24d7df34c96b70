using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Platform.Outbox;
using Marketplace.Search.Words;

namespace Marketplace.Search.Index;

/// <summary>
/// Elasticsearch 8 or 9 (or OpenSearch) over its REST API: create, alias, bulk, search, count, read and delete. One alias is searched;
/// an index that is made anew takes its place in one step. Several nodes may write: versions let the one win that knows more.
/// </summary>
/// <param name="clients">Makes the client <see cref="Client"/>, with the engine's address and its retries for searching.</param>
public sealed class ElasticIndex(IHttpClientFactory clients, TimeProvider clock) : ISearchIndex
{
    public const string Client = "elasticsearch";

    private const string Alias = "market";

    /// <summary>So often a part of a portion is sent again that the engine had no room for.</summary>
    private const int MostAttempts = 6;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc />
    public string Consumer => Client;

    /// <inheritdoc />
    public async Task<OutboxPosition?> Position(CancellationToken cancellation = default)
    {
        var (status, answer) = await Send(HttpMethod.Get, $"/{Alias}/_doc/{ElasticDocuments.PositionId}", (string?)null, cancellation, HttpStatusCode.NotFound);
        if (status == HttpStatusCode.NotFound || answer["found"]?.GetValue<bool>() != true) return null;
        var source = answer["_source"]!;
        return source["edition"]?.GetValue<string>() == Edition ? OutboxPosition.Parse(source["outbox"]!.GetValue<string>()) : null;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<Rejected>> Write(IReadOnlyList<SearchDocument> documents, IReadOnlyList<DocumentKey> gone, OutboxPosition upTo, CancellationToken cancellation = default)
    {
        var version = ElasticDocuments.Version(upTo);
        var there = documents.Select(d => d.Key).ToHashSet();
        List<Line> lines = [.. documents.Select(d => Put(Alias, d, version)), .. gone.Where(key => !there.Contains(key)).Select(key => Take(key, version))];
        var rejected = await Bulk(lines, cancellation);
        await PutPosition(Alias, upTo, cancellation);
        return rejected;
    }

    /// <inheritdoc />
    public async Task<IIndexRebuild> Rebuild(CancellationToken cancellation = default)
    {
        var name = $"{Alias}-{clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}";
        await Send(HttpMethod.Put, $"/{name}", ElasticDocuments.Definition(), cancellation);
        return new Making(this, name);
    }

    /// <inheritdoc />
    public async Task<SearchAnswer> Find(SearchQuery query, CancellationToken cancellation = default)
    {
        var asked = new ElasticQuery(query);
        if (query.Text is { } text && Codes.In(text).Count > 0)
        {
            var exact = await Search(asked.Body(byCode: true), cancellation);
            if (ElasticAnswers.Total(exact) > 0) return ElasticAnswers.Read(exact, query);
        }

        return query.Text is not null && !asked.HasTerms
            ? new SearchAnswer { Total = 0, Hits = [] }
            : ElasticAnswers.Read(await Search(asked.Body(), cancellation), query);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> Suggest(string beginning, Audience audience, int most, CancellationToken cancellation = default)
    {
        var phrase = Phrases.Of(beginning);
        return phrase.Length == 0 ? [] : ElasticAnswers.Phrases(await Search(ElasticQuery.Beginning(phrase, audience, most), cancellation), most);
    }

    /// <inheritdoc />
    public async Task<long> Count(CancellationToken cancellation = default)
    {
        var (status, answer) = await Send(HttpMethod.Post, $"/{Alias}/_count", ElasticQuery.Everything(), cancellation, HttpStatusCode.NotFound);
        return status == HttpStatusCode.NotFound ? 0 : answer["count"]!.GetValue<long>();
    }

    private static string Edition => Tokens.Edition.ToString(CultureInfo.InvariantCulture);

    private async Task<JsonNode> Search(JsonObject body, CancellationToken cancellation)
    {
        var (_, answer) = await Send(HttpMethod.Post, $"/{Alias}/_search", body, cancellation);
        // Half an answer would be counted as a whole one.
        if (answer["timed_out"]?.GetValue<bool>() == true || answer["_shards"]?["failed"]?.GetValue<int>() > 0) throw new SearchUnavailableException("Elasticsearch answered only in part.");
        return answer;
    }

    private Task PutPosition(string index, OutboxPosition upTo, CancellationToken cancellation) => Send(
        HttpMethod.Put,
        // Refreshed: what was written before it is found from now on. A conflict means that another node is further already.
        $"/{index}/_doc/{ElasticDocuments.PositionId}?version={ElasticDocuments.Version(upTo).ToString(CultureInfo.InvariantCulture)}&version_type=external_gte&refresh=true",
        new JsonObject { ["outbox"] = upTo.ToString(), ["edition"] = Edition },
        cancellation,
        HttpStatusCode.Conflict);

    /// <summary>Sends the lines, and again those that the engine had no room for; answers those it will never take.</summary>
    private async Task<IReadOnlyList<Rejected>> Bulk(List<Line> lines, CancellationToken cancellation)
    {
        var rejected = new List<Rejected>();
        for (var attempt = 1; lines.Count > 0; attempt++)
        {
            var (status, answer) = await Send(HttpMethod.Post, "/_bulk", string.Concat(lines.Select(l => l.Text)), cancellation, HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable);
            var again = new List<Line>();
            if (status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            {
                again = lines;
            }
            else
            {
                var items = answer["items"] as JsonArray;
                if (items?.Count != lines.Count) throw new SearchUnavailableException($"Elasticsearch answered {items?.Count ?? 0} of {lines.Count} lines.");
                for (var i = 0; i < items.Count; i++)
                {
                    var item = items[i]!.AsObject().First().Value!;
                    switch (item["status"]!.GetValue<int>())
                    {
                        // A conflict: somebody who knew more has written it. Not found: what was to go is gone.
                        case >= 200 and < 300 or 404 or 409: break;
                        case 429 or 503: again.Add(lines[i]); break;
                        default: rejected.Add(new Rejected(lines[i].Key, item["error"]?["reason"]?.GetValue<string>() ?? item["status"]!.ToString())); break;
                    }
                }
            }

            lines = again;
            if (lines.Count == 0) break;
            if (attempt == MostAttempts) throw new SearchUnavailableException($"Elasticsearch had no room for {lines.Count} documents.");
            await Task.Delay(FirstWait * (1 << attempt), clock, cancellation);
        }

        return rejected;
    }

    private static Line Put(string index, SearchDocument document, long? version) =>
        new(document.Key, $"{Action("index", index, document.Key, version)}\n{ElasticDocuments.Make(document).ToJsonString()}\n");

    private static Line Take(DocumentKey key, long version) => new(key, Action("delete", Alias, key, version) + "\n");

    private static string Action(string verb, string index, DocumentKey key, long? version)
    {
        var about = new JsonObject { ["_index"] = index, ["_id"] = key.ToString() };
        if (version is { } number) (about["version"], about["version_type"]) = (number, "external_gte");
        return new JsonObject { [verb] = about }.ToJsonString();
    }

    private Task<(HttpStatusCode Status, JsonNode Answer)> Send(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation, params HttpStatusCode[] expected) =>
        Send(method, path, body?.ToJsonString(), cancellation, expected);

    /// <summary>Sends a request; a status that is neither good nor expected is a fault.</summary>
    private async Task<(HttpStatusCode Status, JsonNode Answer)> Send(HttpMethod method, string path, string? body, CancellationToken cancellation, params HttpStatusCode[] expected)
    {
        using var client = clients.CreateClient(Client);
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, path == "/_bulk" ? "application/x-ndjson" : "application/json");
        try
        {
            using var response = await client.SendAsync(request, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            if (!response.IsSuccessStatusCode && !expected.Contains(response.StatusCode))
                throw new SearchUnavailableException($"Elasticsearch answered {(int)response.StatusCode} to {method} {path.Split('?')[0]}: {text[..Math.Min(text.Length, 500)]}");
            return (response.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text) ?? new JsonObject());
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new SearchUnavailableException($"Elasticsearch did not answer {method} {path.Split('?')[0]}.", e);
        }
    }

    /// <summary>What one document needs in a bulk request.</summary>
    private sealed record Line(DocumentKey Key, string Text);

    /// <summary>An index that is being made.</summary>
    private sealed class Making(ElasticIndex index, string name) : IIndexRebuild
    {
        private bool _taken;

        public Task<IReadOnlyList<Rejected>> Add(IReadOnlyList<SearchDocument> documents, CancellationToken cancellation = default) =>
            index.Bulk([.. documents.Select(d => Put(name, d, null))], cancellation);

        public async Task Commit(OutboxPosition upTo, CancellationToken cancellation = default)
        {
            await index.PutPosition(name, upTo, cancellation);
            var (status, before) = await index.Send(HttpMethod.Get, $"/_alias/{Alias}", (string?)null, cancellation, HttpStatusCode.NotFound);
            var old = status == HttpStatusCode.NotFound ? [] : before.AsObject().Select(o => o.Key).ToList();
            await index.Send(
                HttpMethod.Post,
                "/_aliases",
                new JsonObject
                {
                    ["actions"] = new JsonArray(
                    [
                        .. old.Select(o => (JsonNode)new JsonObject { ["remove"] = new JsonObject { ["index"] = o, ["alias"] = Alias } }),
                        new JsonObject { ["add"] = new JsonObject { ["index"] = name, ["alias"] = Alias } },
                    ]),
                },
                cancellation);
            _taken = true;
            foreach (var one in old) await index.Send(HttpMethod.Delete, $"/{one}", (string?)null, cancellation, HttpStatusCode.NotFound);
        }

        public async ValueTask DisposeAsync()
        {
            if (!_taken) await index.Send(HttpMethod.Delete, $"/{name}", (string?)null, CancellationToken.None, HttpStatusCode.NotFound);
        }
    }
}
