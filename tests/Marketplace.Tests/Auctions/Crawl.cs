using System.Net;
using System.Text.RegularExpressions;

namespace Marketplace.Tests.Auctions;

/// <summary>What one reader got for one request: status, headers and body in one text.</summary>
public sealed partial record Answered(string Reader, Guid? Organisation, string Asked, int Status, string Text)
{
    /// <summary>What is read together. A list of what was found says nothing by what stands beside what: every finding there is read alone.</summary>
    public IEnumerable<string> Read => Asked.StartsWith("GET /search", StringComparison.Ordinal) || Asked.StartsWith("GET /api/search", StringComparison.Ordinal) ? Finding().Split(Text) : [Text];

    [GeneratedRegex("""<li class="row res">|</ul>|<fieldset|<entry>|(?<=[\[,])\{""")]
    private static partial Regex Finding();
}

/// <summary>Somebody who opens everything that can be opened.</summary>
/// <param name="Organisation">The organisation the reader belongs to; null for a visitor.</param>
public sealed record Reader(string Name, Guid? Organisation, HttpClient Client);

/// <summary>
/// Opens the addresses it is given and follows every link of this site it comes upon. Of one page with many queries it
/// opens a few: they are the same page.
/// </summary>
public sealed partial class Crawl(Func<Task> between)
{
    private const int QueriesOfAPage = 2;
    private const int PerBid = 25;
    private const int MostOfAReader = 400;

    public List<Answered> Answers { get; } = [];

    /// <summary>Everything from these addresses on.</summary>
    /// <param name="files">Styles and scripts too; they are the same for everybody.</param>
    public async Task From(Reader reader, IEnumerable<string> seeds, bool files = false)
    {
        var waiting = new Queue<string>(seeds.Where(s => files || !IsFile(s)).Distinct());
        var seen = new HashSet<string>(waiting, StringComparer.Ordinal);
        var queries = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var opened = 0; opened < MostOfAReader && waiting.TryDequeue(out var address); opened++)
        {
            var answer = await Ask(reader, HttpMethod.Get, address);
            foreach (var link in Links(address, answer.Text))
            {
                var path = link.Split('?')[0];
                if (!files && IsFile(path)) continue;
                if (link != path && queries.GetValueOrDefault(path) >= QueriesOfAPage) continue;
                if (!seen.Add(link)) continue;
                if (link != path) queries[path] = queries.GetValueOrDefault(path) + 1;
                waiting.Enqueue(link);
            }
        }
    }

    /// <summary>One request, kept with its answer.</summary>
    public async Task<Answered> Ask(Reader reader, HttpMethod method, string address, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        using var response = await reader.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var answer = new Answered(reader.Name, reader.Organisation, $"{method} {address}", (int)response.StatusCode, $"{response.Headers}{response.Content.Headers}\n{body}");
        Answers.Add(answer);
        if (Answers.Count % PerBid == 0) await between();
        return answer;
    }

    /// <summary>A form of a page with what is typed into it.</summary>
    public async Task<Answered> Submit(Reader reader, string page, string handler, Dictionary<string, string> fields)
    {
        var form = await Ask(reader, HttpMethod.Get, page);
        var all = new Dictionary<string, string>(fields) { ["__RequestVerificationToken"] = AntiforgeryField().Match(form.Text).Groups[1].Value };
        using var content = new FormUrlEncodedContent(all);
        return await Ask(reader, HttpMethod.Post, handler.Length == 0 ? page : $"{page}?handler={handler}", content);
    }

    public static bool IsFile(string path) =>
        path.StartsWith("/bundle/", StringComparison.Ordinal) || path.StartsWith("/css/", StringComparison.Ordinal) || path.StartsWith("/docs/", StringComparison.Ordinal) ||
        path.EndsWith(".js", StringComparison.Ordinal) || path.EndsWith(".css", StringComparison.Ordinal) || path.EndsWith(".svg", StringComparison.Ordinal);

    private static IEnumerable<string> Links(string address, string text)
    {
        var here = new Uri(new Uri("http://localhost"), address);
        foreach (Match match in Link().Matches(text))
        {
            var target = WebUtility.HtmlDecode(match.Groups[1].Value);
            if (target.Length == 0 || target[0] == '#' || target.Contains('{', StringComparison.Ordinal) || !Uri.TryCreate(here, target, out var link)) continue;
            if (link.Scheme == "http" && link.Host == "localhost") yield return link.PathAndQuery;
        }
    }

    [GeneratedRegex("""(?:\b(?:href|src|action|data-verify|data-feed)="|Location: )([^"\s]*)""")]
    private static partial Regex Link();

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryField();
}
