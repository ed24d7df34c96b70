using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Organisations;
using Marketplace.Notifications;
using Marketplace.Platform.Files;
using Marketplace.Tests.Host;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Auctions;

/// <summary>
/// While bids run, everybody opens everything: nobody but the bidder reads who holds a paddle, the reserve or a maximum,
/// in no answer and in no line of the log. After the close, once more, with what the rules open then.
/// </summary>
public sealed class BlindnessCrawlTests : IAsyncLifetime
{
    /// <summary>Routes that give no crawler anything but a refusal, and why.</summary>
    private static readonly Dictionary<string, string> OnlyRefused = new(StringComparer.Ordinal)
    {
        ["/hubs/auction"] = "not opened by GET; the hub is joined as its own client does",
        ["/{**path:file}"] = "files that there are have routes of their own",
        ["/error"] = "asked for by its own address it is the 404",
        ["/sign-in/second-factor"] = "only between the two factors of one sign-in",
        ["/achievements/{id:guid}/files/{sha256}"] = "these works have no files of their own",
        ["/join"] = "opened with an invitation only",
        ["/auctions/{id}/opening"] = "these lots have no sealed offers",
        ["/api/auctions/{id}/opening"] = "these lots have no sealed offers",
        ["/deals/{auction}/evidence/{obligation:guid}"] = "nothing is claimed of these prices",
        ["/desk/opening-key"] = "for signatories of those who keep shares; sealed lots have a hunt of their own",
        ["/hall/{session:guid}/checkin"] = "these sessions are held on the platform; the hall has a test of its own clerk",
        ["/hall/{session:guid}/console"] = "these sessions are held on the platform",
        ["/hall/{session:guid}/screen"] = "these sessions are held on the platform",
        ["/api/hall/{session:guid}"] = "these sessions are held on the platform",
        ["/hall/lots/{id}"] = "these lots are not sold in a hall",
        ["/hall/lots/{id}/minutes"] = "these lots are not sold in a hall",
        ["/hall/lots/{id}/minutes.pdf"] = "these lots are not sold in a hall",
        ["/hall/lots/{id}/confirmation.pdf"] = "these lots are not sold in a hall",
        ["/hall/slips/{number:guid}"] = "these sessions are held on the platform; the hall has a test of its own clerk",
        ["/hall/{session:guid}/practice"] = "these sessions are no rehearsals",
        ["/desk/rehearsals/{id:guid}"] = "these sessions are no rehearsals",
        ["/auctions/{id}/second"] = "nobody here waits as second-best",
        ["/log/tile/{**path}"] = "tiles have names of numbers",
        ["/log/demo/tile/{**path}"] = "tiles have names of numbers",
        ["/log/proof"] = "asked with a stream and a size; whoever verifies a transcript does",
        ["/account/searches/{id:guid}"] = "nobody here has saved a search; whose one is not is the same as one that is not there",
        ["/desk/achievements/{id:guid}/edit"] = "works in trade cannot be edited",
        ["/deals/{auction}/royalties"] = "these deals have no royalties",
        ["/deals/{auction}/royalties/statement.pdf"] = "these deals have no royalties",
        ["/deals/{auction}/royalties/export.{format}"] = "these deals have no royalties",
        ["/deals/{auction}/royalties/files/{sha}"] = "these deals have no royalties",
        ["/desk/invoices/{id:guid}.pdf"] = "nobody has paid for anything here",
        ["/desk/guarantees/{id:guid}/file"] = "nobody has handed in a letter here",
        ["/desk/cards/{payment:guid}"] = "nobody pays by card here",
    };

    /// <summary>Who opens everything once more; the others are as much strangers as these.</summary>
    private static readonly string[] AfterTheClose =
        ["visitor", "operator", "seller of the first", "seller of the second", "stranger", "reader of confidential files", "bidder who bids openly", "bidder who was beaten", "bidder with maxima", "bidder's agency"];

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private readonly BlindMarket _market = new();
    private readonly BlindSale _sale;
    private readonly BlindAgency _agency;
    private string _feed = "";
    private Guid _service;

    public BlindnessCrawlTests() => (_sale, _agency) = (new BlindSale(_market), new BlindAgency(_market));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _market.DisposeAsync();

    [Fact]
    public async Task Nobody_reads_who_holds_a_paddle_the_reserve_or_a_maximum()
    {
        await _sale.Build(beforeItOpens: async () =>
        {
            await _agency.Build(_sale);
            _service = await _market.ListedService(_sale.First.Seller.Organisation);
        });
        var readers = await Readers();
        _feed = await FeedOf(_sale.Open);
        var running = new Crawl(_sale.BidOnce);
        await using (var hub = new HubConnectionBuilder().WithUrl("http://localhost/hubs/auction", ToTheMarket).Build())
        {
            var pictures = new ConcurrentQueue<JsonElement>();
            hub.On<JsonElement>("picture", pictures.Enqueue);
            await hub.StartAsync(Stop);
            foreach (var lot in _sale.Lots)
            {
                pictures.Enqueue(await hub.InvokeAsync<JsonElement>("Join", lot.Id, 0L, Stop));
                await _sale.BidOnce();
                await Eventually.Become("a picture of the hub", TimeSpan.FromSeconds(20), () => Task.FromResult(pictures.Count > 1));
            }

            await Open(running, readers);
            running.Answers.AddRange(pictures.Select(p => new Answered("hub", null, "picture", 200, p.ToString())));
        }

        Assert.True(_sale.OpenBids > 50, $"Only {_sale.OpenBids} bids while everything was opened.");
        Assert.Contains(running.Answers, a => a.Organisation == _sale.Hiding.Id && a.Asked == "GET /inbox" && WebUtility.HtmlDecode(a.Text).Contains($"“{_sale.Second.Title}”的现价已到", StringComparison.Ordinal));
        Assert.True(running.Answers.Exists(a => a.Reader == "bidder's agency" && a.Text.Contains("9,753,108.64", StringComparison.Ordinal)), "An agent reads the ceiling of its principal, or it was none here.");
        Assert.True(running.Answers.Exists(a => a.Organisation == _sale.Hidden.Id && a.Text.Contains("7,654,321.08", StringComparison.Ordinal)), "A bidder reads its own maximum, or this test could not fail.");
        var scan = await _sale.Scan(closed: false, _agency.Agent.Organisation);
        var lines = TakeLog();
        await _sale.End();
        None(scan, running, lines);
        EveryRouteAnswered(before: true);

        var after = new Crawl(() => Task.CompletedTask);
        await Open(after, [.. readers.Where(r => AfterTheClose.Contains(r.Name))]);
        None(await _sale.Scan(closed: true, _agency.Agent.Organisation), after, TakeLog());
        // The one name that is public is read, by strangers too, and the confidential one by its seller alone.
        Assert.Contains(after.Answers, a => a.Reader == "visitor" && a.Asked == $"GET /auctions/{Uri.EscapeDataString(_sale.First.Id)}/notice" && a.Text.Contains(WebUtility.HtmlEncode(_sale.Buying.Name), StringComparison.Ordinal));
        Assert.Contains(after.Answers, a => a.Reader == "visitor" && a.Text.Contains(WebUtility.HtmlEncode("买受人姓名依约保密"), StringComparison.Ordinal));

        // For a stated purpose, which is noted, an operator reads who bought, and still no other name.
        var clerk = readers.Single(r => r.Name == "operator");
        var stated = new Crawl(() => Task.CompletedTask);
        foreach (var lot in _sale.Lots) await stated.Submit(clerk, $"/deals/{lot.Id}", "Read", new() { ["reason"] = "核对成交" });
        Assert.Contains(stated.Answers, a => a.Text.Contains(_sale.Hidden.Name, StringComparison.Ordinal));
        None(await _sale.Scan(closed: true, _agency.Agent.Organisation, alsoTold: clerk.Organisation), stated, TakeLog());
        EveryRouteAnswered(before: false);
        NoFileIsPublic();
    }

    /// <summary>Everybody opens everything, and tries what is not for them.</summary>
    private async Task Open(Crawl crawl, IReadOnlyList<Reader> readers)
    {
        var (routes, files) = _market.Gets();
        var addresses = (await Task.WhenAll(routes.Select(Addresses))).SelectMany(a => a).ToList();
        foreach (var reader in readers)
        {
            await crawl.From(reader, addresses.Concat(reader.Name == "visitor" ? files : []), files: reader.Name == "visitor");
            await TryWhatIsNotTheirs(crawl, reader);
        }
    }

    /// <summary>The feed of a bidder, whose address leaked: it names no lot to whoever reads it.</summary>
    private static async Task<string> FeedOf(Firm firm)
    {
        await firm.Owner.Pages.Submit("/account/notices", [], "Feed");
        return System.Text.RegularExpressions.Regex.Match(await firm.Owner.Pages.GetStringAsync("/account/notices", Stop), "/feeds/([0-9a-f]{64})\\.xml").Groups[1].Value;
    }

    private async Task TryWhatIsNotTheirs(Crawl crawl, Reader reader)
    {
        foreach (var lot in _sale.Lots)
        {
            foreach (var body in new[] { """{"bidId":"x-1","amountFen":100000000}""", """{"bidId":"x-2","proxyMaxFen":1}""", """{"bidId":"x-3","amountFen":{}}""", "{", "" })
            {
                if (reader.Name.StartsWith("bidder", StringComparison.Ordinal)) continue;
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                await crawl.Ask(reader, HttpMethod.Post, $"/api/auctions/{lot.Id}/bids", content);
            }

            await crawl.Submit(reader, $"/auctions/{lot.Id}", "Bid", new() { ["amount"] = "一百" });
            await crawl.Submit(reader, $"/auctions/{lot.Id}/apply", "Ceiling", new() { ["Ceiling"] = "x" });
            await crawl.Submit(reader, $"/auctions/{lot.Id}/apply", "Qualify", new() { ["Statement"] = "" });
            await crawl.Submit(reader, $"/desk/lots/{lot.Id}/announce", "", new() { ["Input.OpensAt"] = "" });
            await crawl.Submit(reader, $"/desk/lots/{lot.Id}", "", new() { ["Input.Reserve"] = "x" });
        }

        await crawl.Submit(reader, $"/desk/lots/{_sale.Offered.Lot}", "", new() { ["Input.Reserve"] = "x", ["Input.StartPrice"] = "x" });
        foreach (var application in _sale.Applications)
        {
            if (application.Organisation != reader.Organisation) await crawl.Submit(reader, "/desk/account", "TakeBack", new() { ["hold"] = $"{application.Id}" });
            // The waiting one stays waiting: only a refusal without a reason is tried on it.
            await crawl.Submit(reader, $"/desk/qualifications/{application.Code}", "", new() { ["passed"] = "false", ["reason"] = "" });
        }
    }

    private async Task<IReadOnlyList<Reader>> Readers()
    {
        var stranger = await _market.Organisation(OrganisationKind.Enterprise, "钱塘旁观", demo: true);
        var real = await _market.Enterprise("之江旁观");
        var researcher = await _market.Member(_sale.First.Seller.Organisation, MemberRole.Researcher);
        return
        [
            new("visitor", null, _market.Browser()),
            new("operator", _sale.First.Operator.Organisation, _sale.First.Operator.Pages),
            new("operator's program", _sale.First.Operator.Organisation, _sale.First.Operator.Api),
            new("seller of the first", _sale.First.Seller.Organisation, _sale.First.Seller.Pages),
            new("seller's program", _sale.First.Seller.Organisation, _sale.First.Seller.Api),
            new("researcher of the seller", researcher.Organisation, researcher.Pages),
            new("seller of the second", _sale.Second.Seller.Organisation, _sale.Second.Seller.Pages),
            new("seller of the third", _sale.Offered.Seller.Organisation, _sale.Offered.Seller.Pages),
            new("stranger", stranger.Organisation, stranger.Pages),
            new("stranger of the real market", real.Organisation, real.Pages),
            new("applicant", _sale.Waiting.Id, _sale.Waiting.Owner.Pages),
            new("reader of confidential files", _sale.Reading.Id, _sale.Reading.Owner.Pages),
            new("bidder who bids openly", _sale.Open.Id, _sale.Open.Owner.Pages),
            new("bidder who was beaten", _sale.Hiding.Id, _sale.Hiding.Owner.Pages),
            new("bidder with maxima", _sale.Hidden.Id, _sale.Hidden.Owner.Pages),
            new("bidder's agency", _agency.Agent.Organisation, _agency.Agent.Pages),
            new("bidder's program", _sale.Hidden.Id, _sale.Hidden.Clerk.Api),
        ];
    }

    /// <summary>The addresses of a route with everything in this market that its parts can mean.</summary>
    private async Task<IEnumerable<string>> Addresses(string route)
    {
        var lots = _sale.Lots.Select(l => l.Id).Append(_sale.Offered.Lot).ToArray();
        var works = _sale.Lots.Select(l => $"{l.Achievement}").Append($"{_sale.Offered.Achievement}").ToArray();
        var sessions = _sale.Lots.Select(l => $"{l.Session}").ToArray();
        var shas = await _market.InDatabase(db => db.Set<KeptFileRow>().Select(f => f.Sha256).ToArrayAsync(Stop));
        var ndas = await _market.InDatabase(db => db.Set<Marketplace.Auctions.Dossiers.NdaRow>().Select(n => $"{n.Id}").ToArrayAsync(Stop));
        // Every kind once: a notice is opened by its number, and tells by its address alone whose it is not.
        var told = await _market.InDatabase(db => db.Set<NoticeRow>().Select(n => new { n.Kind, n.Id }).ToListAsync(Stop));
        string[] notices = [.. told.GroupBy(n => n.Kind).Select(g => $"{g.First().Id}")];
        string[] demands = [$"{_agency.Demand}"], introductions = [$"{_agency.Introduction}"], mandates = [$"{_agency.Mandate}"], brokers = [$"{_agency.Broker}"];
        // Whoever bids is asked for too, and nobody learns that there is such a page.
        var firms = await _market.InDatabase(db => db.Set<Marketplace.Organisations.Organisation>().Where(o => o.Kind == OrganisationKind.Enterprise).Select(o => $"{o.Id}").ToArrayAsync(Stop));
        IEnumerable<string> addresses = [route];
        foreach (System.Text.RegularExpressions.Match part in System.Text.RegularExpressions.Regex.Matches(route, @"\{(\*{0,2}\w+)[^{}]*(?:\{[^{}]*\}[^{}]*)*\}"))
        {
            string[] values = part.Groups[1].Value switch
            {
                "id" when route.Contains("/achievements/", StringComparison.Ordinal) => works,
                "id" when route.Contains("/organisations/", StringComparison.Ordinal) => [.. _sale.Lots.Select(l => $"{l.Seller.Organisation}"), .. firms],
                "id" when route.Contains("/services/", StringComparison.Ordinal) => [$"{_service}"],
                "id" when route.Contains("/inbox/", StringComparison.Ordinal) => notices,
                "payment" => ["01a22315-0000-7000-8000-000000000000"],
                "id" when route.Contains("/invoices/", StringComparison.Ordinal) || route.Contains("/guarantees/", StringComparison.Ordinal) => ["01a22315-0000-7000-8000-000000000000"],
                "id" when route.Contains("/demands/", StringComparison.Ordinal) => demands,
                "id" when route.Contains("/introductions/", StringComparison.Ordinal) => introductions,
                "id" when route.Contains("/mandates/", StringComparison.Ordinal) => mandates,
                "id" when route.Contains("/brokers/", StringComparison.Ordinal) => brokers,
                "unit" => [$"{_sale.First.Seller.Organisation}"],
                "secret" => [_feed],
                "id" when route.Contains("/sessions/", StringComparison.Ordinal) || route.Contains("/rehearsals/", StringComparison.Ordinal) => sessions,
                "session" => sessions,
                "format" when route.Contains("/export.", StringComparison.Ordinal) => ["csv", "xlsx"],
                "format" => ["", "english", "hall"],
                "id" or "auction" or "deal" => lots,
                "key" => [.. sessions, "new"],
                "code" => [.. _sale.Applications.Select(a => a.Code), .. part.Value.Contains('?', StringComparison.Ordinal) ? [""] : Array.Empty<string>()],
                "sha" or "sha256" => shas,
                "number" when route.Contains("/slips/", StringComparison.Ordinal) => ["01a22315-0000-7000-8000-000000000000"],
                "number" => ["1"],
                "nda" => ndas,
                "what" => ["papers", "mandate"],
                "obligation" => ["01a22315-0000-7000-8000-000000000000"],
                "step" => [Steps.NameOf(Step.SignConfirmation)],
                "party" => [Steps.NameOf(Party.Seller), Steps.NameOf(Party.Buyer)],
                "documentName" when route.StartsWith("/docs", StringComparison.Ordinal) => ["", "v1"],
                "documentName" => ["v1"],
                "**path" => ["no-such.js"],
                var unknown => throw new InvalidOperationException($"What can {{{unknown}}} of {route} be?"),
            };
            addresses = addresses.SelectMany(a => values.Select(v => a.Replace(part.Value, Uri.EscapeDataString(v), StringComparison.Ordinal))).ToList();
        }

        return addresses.Select(a => a == "/" ? a : a.TrimEnd('/')).Select(a => a.EndsWith("/updates", StringComparison.Ordinal) ? a + "?after=0" : a == "/account/searches/new" ? a + "?q=x" : a);
    }

    private List<string> TakeLog()
    {
        var lines = new List<string>();
        while (_market.Log.TryDequeue(out var line)) lines.Add(line);
        return lines;
    }

    private void None(LeakScan scan, Crawl crawl, List<string> log)
    {
        var leaks = crawl.Answers.AsParallel().SelectMany(a => a.Read.SelectMany(text => scan.Leaks(a.Organisation, text)).Select(leak => $"{a.Reader}: {a.Asked} ({a.Status}): {leak}"))
            .Concat(log.AsParallel().SelectMany(line => scan.Leaks(null, line).Select(leak => $"log: {leak}: {line[..Math.Min(line.Length, 600)]}")))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(leaks.Count == 0, $"{leaks.Count} leaks in {crawl.Answers.Count} answers and {log.Count} lines:\n{string.Join('\n', leaks.Take(60))}");
    }

    private void EveryRouteAnswered(bool before)
    {
        var (routes, _) = _market.Gets();
        var unseen = routes.Where(r => !_market.Answered.ContainsKey(r) && !OnlyRefused.ContainsKey(r)).ToList();
        Assert.True(unseen.Count == 0, $"Never opened: {string.Join(", ", unseen)}");
        if (before) return;
        var refused = routes.Where(r => !OnlyRefused.ContainsKey(r) && !_market.Answered[r].Keys.Any(s => s < 400)).ToList();
        Assert.True(refused.Count == 0, $"Opened by nobody: {string.Join(", ", refused)}");
    }

    /// <summary>What lies in the data folder is served by nobody as it lies there.</summary>
    private void NoFileIsPublic() =>
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_market.Folder), e => Path.GetFileName(e) is "wwwroot" or "logs");

    private void ToTheMarket(HttpConnectionOptions options)
    {
        options.HttpMessageHandlerFactory = _ => _market.Server.CreateHandler();
        options.Transports = HttpTransportType.LongPolling;
    }
}
