using System.Diagnostics;
using System.Text.Json;
using Marketplace.Domain.Search;
using Marketplace.Search;

namespace Marketplace.Benchmarks;

/// <summary>How long a new document takes to be asked against very many saved searches, and what they need in memory.</summary>
internal static class SavedSearchSpeed
{
    public static void Run(int searches, int documents)
    {
        var made = new SearchListings(documents);
        var chance = new Random(20261129);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var queries = new StandingQueries();
        var taking = Stopwatch.StartNew();
        for (var i = 0; i < searches; i++)
        {
            // Nine in ten look for words, half of these with a filter; one in ten looks for a field in a city alone.
            var words = chance.Next(10) > 0;
            var asked = made.Questions[chance.Next(made.Questions.Count)].Text;
            var text = words ? "q=" + Uri.EscapeDataString(asked[..Math.Min(asked.Length, 4 + chance.Next(20))]) : "kind=Achievement";
            var filter = !words || chance.Next(2) == 0 ? $"&field={made.Documents[chance.Next(documents)].Field}&region={made.Documents[chance.Next(documents)].Region}" : "";
            queries.Put(new SavedSearchRow { Id = new Guid(i, 0, 0, new byte[8]), Person = Guid.Empty, Name = "", Address = SearchAddress.Of($"/search?{text}{filter}").Asked, Alert = Alert.Daily, CreatedAt = DateTimeOffset.UnixEpoch });
        }

        var taken = taking.Elapsed;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        var latencies = new double[documents];
        var found = 0L;
        for (var i = 0; i < documents; i++)
        {
            var since = Stopwatch.GetTimestamp();
            found += queries.Finding(made.Documents[i]).Count;
            latencies[i] = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        }

        Array.Sort(latencies);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            benchmark = "saved-searches",
            searches,
            documents,
            p50Ms = Math.Round(latencies[documents / 2], 2),
            p95Ms = Math.Round(latencies[(int)(documents * 0.95)], 2),
            p99Ms = Math.Round(latencies[(int)(documents * 0.99)], 2),
            foundPerDocument = Math.Round(found / (double)documents, 1),
            takeInSeconds = Math.Round(taken.TotalSeconds, 1),
            megabytes = Math.Round(bytes / 1e6, 1),
        }));
    }
}
