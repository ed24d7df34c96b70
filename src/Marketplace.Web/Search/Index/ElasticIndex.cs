using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Platform.Outbox;
using Marketplace.Search.Words;
using Polly;

namespace Marketplace.Search.Index;

/// <summary>
/// Elasticsearch 8 or 9 (or OpenSearch) over its REST API: create, alias, bulk, search, count, read and delete. One alias is searched;
/// an index that is made anew takes its place in one step. Several nodes may write: versions let the one win that knows more.
/// </summary>
/// <param name="clients">Makes the clients <see cref="Client"/> and <see cref="Writer"/>, with the engine's address and their retries.</param>
public sealed class ElasticIndex(IHttpClientFactory clients, TimeProvider clock) : ISearchIndex
{
    /// <summary>Who searches and who writes: an engine that has no room for what is written is still asked.</summary>
    public const string Client = "elasticsearch", Writer = "elasticsearch-writer";

    private const string Alias = "market";

    /// <summary>So often a part of a portion is sent again that the engine had no room for.</summary>
    private const int MostAttempts = 6;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);

    /// <summary>Nobody makes an index for so long: one that nothing points at was left by a process that ended before it could take it away.</summary>
    private static readonly TimeSpan LongestRebuild = TimeSpan.FromDays(1);

    /// <inheritdoc />
    public string Consumer => Client;

    /// <inheritdoc />
    public async Task<OutboxPosition?> Position(CancellationToken cancellation = default) => (await Standing(cancellation))?.Position;

    /// <inheritdoc />
    public async Task<IReadOnlyList<Rejected>?> Write(
        IReadOnlyList<SearchDocument> documents, IReadOnlyList<DocumentKey> gone, OutboxPosition from, OutboxPosition upTo, CancellationToken cancellation = default)
    {
        // Addressed by its own name from here on: one that takes its place meanwhile has not read what lies before this.
        if (await Standing(cancellation) is not { } standing || standing.Position != from) return null;
        var version = ElasticDocuments.Version(upTo);
        var there = documents.Select(d => d.Key).ToHashSet();
        List<Line> lines = [.. documents.Select(d => Put(standing.Index, d, version)), .. gone.Where(key => !there.Contains(key)).Select(key => Take(standing.Index, key, version))];
        var rejected = await Bulk(lines, cancellation);
        await PutPosition(standing.Index, upTo, cancellation);
        return rejected;
    }

    /// <inheritdoc />
    public async Task<IIndexRebuild> Rebuild(CancellationToken cancellation = default)
    {
        var name = $"{Alias}-{Now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}";
        await Send(Writer, HttpMethod.Put, $"/{name}", ElasticDocuments.Definition(), cancellation);
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
        var (status, answer) = await Send(Client, HttpMethod.Post, $"/{Alias}/_count", ElasticQuery.Everything(), cancellation, HttpStatusCode.NotFound);
        return status == HttpStatusCode.NotFound ? 0 : answer["count"]!.GetValue<long>();
    }

    private DateTimeOffset Now => clock.GetUtcNow();

    private static string Edition => Tokens.Edition.ToString(CultureInfo.InvariantCulture);

    /// <summary>Which index the alias points at, and up to where the outbox is in it; null where it has to be made anew.</summary>
    private async Task<(string Index, OutboxPosition Position)?> Standing(CancellationToken cancellation)
    {
        var (status, answer) = await Send(Client, HttpMethod.Get, $"/{Alias}/_doc/{ElasticDocuments.PositionId}", (string?)null, cancellation, HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        if (status == HttpStatusCode.BadRequest)
        {
            // Of an alias on several indexes no document can be read. Made anew, it is on one again.
            if ((await Made(cancellation)).Count(m => m.Searched) > 1) return null;
            throw new SearchUnavailableException($"Elasticsearch would not say where its index stands: {Beginning(answer.ToJsonString())}");
        }

        if (status == HttpStatusCode.NotFound || answer["found"]?.GetValue<bool>() != true) return null;
        var source = answer["_source"]!;
        return source["edition"]?.GetValue<string>() == Edition ? (answer["_index"]!.GetValue<string>(), OutboxPosition.Parse(source["outbox"]!.GetValue<string>())) : null;
    }

    /// <summary>The indexes that rebuilds made, by the moment in their names, and whether the alias points at them.</summary>
    private async Task<IReadOnlyList<(string Name, long At, bool Searched)>> Made(CancellationToken cancellation)
    {
        var (_, answer) = await Send(Writer, HttpMethod.Get, $"/{Alias}-*/_alias", (string?)null, cancellation);
        var made = new List<(string, long, bool)>();
        foreach (var (name, about) in answer.AsObject())
        {
            // Whatever else is called like this is somebody else's.
            if (name.StartsWith(Alias + "-", StringComparison.Ordinal) && long.TryParse(name.AsSpan(Alias.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var at))
                made.Add((name, at, about?["aliases"]?[Alias] is not null));
        }

        return made;
    }

    private async Task<JsonNode> Search(JsonObject body, CancellationToken cancellation)
    {
        var (_, answer) = await Send(Client, HttpMethod.Post, $"/{Alias}/_search", body, cancellation);
        // Half an answer would be counted as a whole one.
        if (answer["timed_out"]?.GetValue<bool>() == true || answer["_shards"]?["failed"]?.GetValue<int>() > 0) throw new SearchUnavailableException("Elasticsearch answered only in part.");
        return answer;
    }

    private Task PutPosition(string index, OutboxPosition upTo, CancellationToken cancellation) => Send(
        Writer,
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
            var (status, answer) = await Send(Writer, HttpMethod.Post, "/_bulk", string.Concat(lines.Select(l => l.Text)), cancellation, HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable);
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
                        // A conflict: somebody who knew more has written it.
                        case >= 200 and < 300 or 409: break;
                        // What was to go is gone. Where something was to come in, its index is gone.
                        case 404 when lines[i].Goes: break;
                        case 404: throw new SearchUnavailableException($"Elasticsearch has no index any more for {lines[i].Key}.");
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
        new(document.Key, $"{Action("index", index, document.Key, version)}\n{ElasticDocuments.Make(document).ToJsonString()}\n", Goes: false);

    private static Line Take(string index, DocumentKey key, long version) => new(key, Action("delete", index, key, version) + "\n", Goes: true);

    private static string Action(string verb, string index, DocumentKey key, long? version)
    {
        var about = new JsonObject { ["_index"] = index, ["_id"] = key.ToString() };
        if (version is { } number) (about["version"], about["version_type"]) = (number, "external_gte");
        return new JsonObject { [verb] = about }.ToJsonString();
    }

    private static string Beginning(string answer) => answer[..Math.Min(answer.Length, 500)];

    private Task<(HttpStatusCode Status, JsonNode Answer)> Send(string by, HttpMethod method, string path, JsonObject? body, CancellationToken cancellation, params HttpStatusCode[] expected) =>
        Send(by, method, path, body?.ToJsonString(), cancellation, expected);

    /// <summary>Sends a request; a status that is neither good nor expected is a fault.</summary>
    private async Task<(HttpStatusCode Status, JsonNode Answer)> Send(string by, HttpMethod method, string path, string? body, CancellationToken cancellation, params HttpStatusCode[] expected)
    {
        using var client = clients.CreateClient(by);
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, path == "/_bulk" ? "application/x-ndjson" : "application/json");
        try
        {
            using var response = await client.SendAsync(request, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            if (!response.IsSuccessStatusCode && !expected.Contains(response.StatusCode))
                throw new SearchUnavailableException($"Elasticsearch answered {(int)response.StatusCode} to {method} {path.Split('?')[0]}: {Beginning(text)}");
            return (response.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text) ?? new JsonObject());
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or ExecutionRejectedException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new SearchUnavailableException($"Elasticsearch did not answer {method} {path.Split('?')[0]}.", e);
        }
    }

    /// <summary>What one document needs in a bulk request.</summary>
    /// <param name="Goes">The document is taken out.</param>
    private sealed record Line(DocumentKey Key, string Text, bool Goes);

    /// <summary>An index that is being made.</summary>
    private sealed class Making(ElasticIndex index, string name) : IIndexRebuild
    {
        private bool _taken;

        public Task<IReadOnlyList<Rejected>> Add(IReadOnlyList<SearchDocument> documents, CancellationToken cancellation = default) =>
            index.Bulk([.. documents.Select(d => Put(name, d, null))], cancellation);

        public async Task Commit(OutboxPosition upTo, CancellationToken cancellation = default)
        {
            await index.PutPosition(name, upTo, cancellation);
            var before = await index.Made(cancellation);
            await index.Send(
                Writer,
                HttpMethod.Post,
                "/_aliases",
                new JsonObject
                {
                    // In one step from whichever has it by then: two nodes that made one each leave it on one.
                    ["actions"] = new JsonArray(
                        new JsonObject { ["remove"] = new JsonObject { ["index"] = Alias + "-*", ["alias"] = Alias, ["must_exist"] = false } },
                        new JsonObject { ["add"] = new JsonObject { ["index"] = name, ["alias"] = Alias } }),
                },
                // Stopped now, nobody would know which of the two it is.
                CancellationToken.None);
            _taken = true;
            var old = (index.Now - LongestRebuild).ToUnixTimeMilliseconds();
            foreach (var one in before.Where(m => m.Name != name && (m.Searched || m.At < old))) await TakeAway(one.Name);
        }

        public async ValueTask DisposeAsync()
        {
            if (_taken) return;
            try
            {
                // It may have taken the place, and only the answer was lost.
                var (_, answer) = await index.Send(Writer, HttpMethod.Get, $"/{name}/_alias", (string?)null, CancellationToken.None, HttpStatusCode.NotFound);
                if (answer[name]?["aliases"]?[Alias] is null) await TakeAway(name);
            }
            catch (SearchUnavailableException)
            {
                // Nobody knows what it is now: the commit of a later one takes it away if nothing points at it.
            }
        }

        private async Task TakeAway(string one)
        {
            try
            {
                await index.Send(Writer, HttpMethod.Delete, $"/{one}", (string?)null, CancellationToken.None, HttpStatusCode.NotFound);
            }
            catch (SearchUnavailableException)
            {
                // Nothing is searched there any more; the commit of a later one takes it away.
            }
        }
    }
}
