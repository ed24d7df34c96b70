using System.Diagnostics;
using System.Text.Json;
using Marketplace.Platform;
using Marketplace.Platform.Outbox;
using Marketplace.Search.Index;
using Marketplace.Tests.Host;

namespace Marketplace.Benchmarks;

/// <summary>What one engine does for one question: the best ten with what was looked for marked, and all facets counted.</summary>
internal sealed record Answered(IReadOnlyList<string> Ids, int Total, int Facets, int Marked);

/// <summary>An engine that is measured: it takes the listings in, then answers the same questions as the others.</summary>
internal interface ISearchRival : IAsyncDisposable
{
    string Name { get; }

    Task Fill(IReadOnlyList<SearchDocument> documents);

    Task<long> Bytes();

    Task<Answered> Ask(string text);
}

/// <summary>Query, facets and marks together on many listings: the embedded engine beside SQLite FTS5 and PostgreSQL with pg_trgm, on the same texts in the same run.</summary>
internal static class SearchSpeed
{
    public static async Task Run(int listings, int seconds, string? only)
    {
        var made = new SearchListings(listings);
        await using var server = only is null or "pg_trgm" ? await PostgresServer.Start() : null;
        List<ISearchRival> rivals = [];
        if (only is null or "lucene") rivals.Add(new LuceneRival());
        if (only is null or "fts5") rivals.Add(new Fts5Rival());
        if (server is not null) rivals.Add(new TrigramRival(await server.CreateDatabase()));
        Console.WriteLine($"{Environment.ProcessorCount} processors, {listings} listings, {made.Questions.Count} questions, {seconds} s a row");
        foreach (var rival in rivals)
        {
            await using (rival)
            {
                var filling = Stopwatch.StartNew();
                await rival.Fill(made.Documents);
                var filled = filling.Elapsed;
                var quality = await Quality(rival, made.Questions.Take(200).ToList());
                foreach (var clients in (int[])[1, 16])
                {
                    var (latencies, perSecond) = await Drive(rival, made.Questions, clients, TimeSpan.FromSeconds(seconds));
                    Console.WriteLine(JsonSerializer.Serialize(new
                    {
                        benchmark = "search",
                        engine = rival.Name,
                        listings,
                        clients,
                        p50Ms = At(latencies, 0.5),
                        p95Ms = At(latencies, 0.95),
                        p99Ms = At(latencies, 0.99),
                        queriesPerSecond = Math.Round(perSecond, 1),
                        mrrAt10 = Math.Round(quality, 4),
                        indexSeconds = Math.Round(filled.TotalSeconds, 1),
                        megabytes = Math.Round(await rival.Bytes() / 1e6, 1),
                    }));
                }
            }
        }
    }

    private static double At(double[] sorted, double part) => sorted.Length == 0 ? 0 : Math.Round(sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))], 2);

    private static async Task<double> Quality(ISearchRival rival, IReadOnlyList<SearchListings.Question> questions)
    {
        var sum = 0.0;
        foreach (var question in questions)
        {
            var place = (await rival.Ask(question.Text)).Ids.Take(10).ToList().IndexOf(question.Meant);
            if (place >= 0) sum += 1.0 / (place + 1);
        }

        return sum / questions.Count;
    }

    /// <summary>Closed-loop clients, each with its own questions; the first part warms up and does not count.</summary>
    private static async Task<(double[] Latencies, double PerSecond)> Drive(ISearchRival rival, IReadOnlyList<SearchListings.Question> questions, int clients, TimeSpan duration)
    {
        var warm = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(c => Loop(c, warm, duration / 4, null)));
        var lists = Enumerable.Range(0, clients).Select(_ => new List<double>()).ToList();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(c => Loop(c + 1_000, watch, duration, lists[c])));
        var all = lists.SelectMany(l => l).Order().ToArray();
        return (all, all.Length / watch.Elapsed.TotalSeconds);

        Task Loop(int seed, Stopwatch clock, TimeSpan until, List<double>? latencies) => Task.Run(async () =>
        {
            var chance = new Random(seed);
            while (clock.Elapsed < until)
            {
                var text = questions[chance.Next(questions.Count)].Text;
                var begun = Stopwatch.GetTimestamp();
                var answered = await rival.Ask(text);
                latencies?.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                if (answered.Total > 0 && answered.Facets == 0) throw new InvalidOperationException($"{rival.Name} counted no facets for {text}");
            }
        });
    }
}

/// <summary>The market's own engine.</summary>
internal sealed class LuceneRival : ISearchRival
{
    private readonly string _folder = Directory.CreateTempSubdirectory("market-search-").FullName;
    private readonly LuceneIndex _index;

    public LuceneRival() => _index = new LuceneIndex(new MarketOptions { DataFolder = _folder });

    public string Name => "lucene";

    public async Task Fill(IReadOnlyList<SearchDocument> documents)
    {
        await using var made = await _index.Rebuild();
        foreach (var portion in documents.Chunk(500)) await made.Add(portion);
        await made.Commit(new OutboxPosition(0, 1));
    }

    public Task<long> Bytes() => Task.FromResult(_index.Size);

    public async Task<Answered> Ask(string text)
    {
        var answer = await _index.Find(new SearchQuery { Text = text, Audience = Audience.Registered, Take = 10, Count = Enum.GetValues<Facet>() });
        return new Answered([.. answer.Hits.Select(h => h.Document.Key.Id)], answer.Total, answer.Facets.Sum(f => f.Value.Count), answer.Hits.Sum(h => h.Title.Marks.Count + h.Summary.Marks.Count));
    }

    public ValueTask DisposeAsync()
    {
        _index.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
