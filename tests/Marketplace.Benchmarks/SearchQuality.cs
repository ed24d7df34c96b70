using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Marketplace.Tests.Host;
using Marketplace.Tests.Search;

namespace Marketplace.Benchmarks;

/// <summary>Whether people find what they mean: real works, brought in by the word of the command line, looked for through the public interface.</summary>
internal static class SearchQuality
{
    private const string Unit = "检索评测大学";
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static async Task Run()
    {
        await Measure("keywords to the right work", work => string.Join(' ', work.Keywords), withTitle: true, floor: 0.993);
        await Measure("title to the work imported without it", work => work.Title, withTitle: false, floor: 0.985);
    }

    private static async Task Measure(string name, Func<CslWork, string> ask, bool withTitle, double floor)
    {
        var folder = Directory.CreateTempSubdirectory("market-quality-").FullName;
        await using var market = new MarketProcess(folder, postgres: null);
        await market.Start();
        var file = Path.Combine(folder, "works.jsonl");
        await File.WriteAllLinesAsync(file, CslWork.All.Select((work, i) => JsonSerializer.Serialize(
            new { externalId = Number(i), title = withTitle ? work.Title : $"CSL-{i:0000}", summary = work.Abstract, field = "电子信息", trl = 5 }, Json)));
        await Word(folder, "import", "achievements", file, "--organisation", Unit, "--publish");
        using var client = new HttpClient { BaseAddress = market.Address };
        await Eventually.Become("every work to be found", TimeSpan.FromSeconds(60), async () => await Total(client) == CslWork.All.Count);
        var watch = Stopwatch.StartNew();
        var mrr = await CslWork.MeanReciprocalRank(text => Find(client, text), ask);
        var row = new { benchmark = "search-quality", set = name, works = CslWork.All.Count, mrrAt10 = Math.Round(mrr, 4), floor, reached = mrr >= floor, msPerRequest = Math.Round(watch.Elapsed.TotalMilliseconds / CslWork.All.Count, 2) };
        Console.WriteLine(JsonSerializer.Serialize(row));
        await market.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<int> Total(HttpClient client)
    {
        using var answer = JsonDocument.Parse(await client.GetStringAsync("/api/achievements?size=1"));
        return answer.RootElement.GetProperty("total").GetInt32();
    }

    private static async Task<IReadOnlyList<string>> Find(HttpClient client, string text)
    {
        using var answer = JsonDocument.Parse(await client.GetStringAsync($"/api/achievements?size=10&q={Uri.EscapeDataString(text.Length <= 200 ? text : text[..200])}"));
        return [.. answer.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("externalId").GetString()!)];
    }

    private static string Number(int i) => i.ToString(CultureInfo.InvariantCulture);

    private static async Task Word(string folder, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Marketplace.Web.dll"), .. words]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["MARKETPLACE_DATA"] = folder;
        start.Environment["MARKETPLACE_DEMO"] = "off";
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', words)} ended with {process.ExitCode}:\n{said}");
    }
}
