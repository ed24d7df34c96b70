using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Demo;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Marketplace.Proofs;
using Marketplace.Tests.Auctions;
using Marketplace.Tests.Host;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Demo;

/// <summary>A market that was asked for the demonstration at its start.</summary>
public sealed class DemoHost : MarketHost
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("MARKETPLACE_DEMO", "on");
    }
}

/// <summary>The demonstration from its loading to its removal: one market, one story, because loading takes seconds.</summary>
public sealed class DemoTests(DemoHost market) : IClassFixture<DemoHost>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_demonstration_moves_counts_for_nothing_and_goes_without_a_trace()
    {
        var visitor = market.CreateClient();
        await It_lists_and_moves(visitor);
        await A_newcomer_can_bid_at_once();
        await It_tells_nobody_who_bids(visitor);
        await It_counts_for_nothing(visitor);
        await It_goes_and_nothing_else_does(visitor);
    }

    [Theory]
    [InlineData("urls", "http://127.0.0.1:8080", true)]
    [InlineData("urls", "http://localhost:1;https://[::1]:2", true)]
    [InlineData("urls", "http://127.0.0.1:8080;http://10.0.0.5:80", false)]
    [InlineData("urls", "http://*:8080", false)]
    [InlineData("urls", "http://+:8080", false)]
    [InlineData("urls", "http://0.0.0.0:8080", false)]
    [InlineData("urls", "http://[::]:8080", false)]
    [InlineData("urls", "http://localhost.market.example", false)]
    [InlineData("http_ports", "8080", false)]
    [InlineData("Kestrel:Endpoints:Public:Url", "http://0.0.0.0:80", false)]
    [InlineData("other", "", true)]
    public void It_loads_by_itself_only_where_nobody_else_looks(string key, string value, bool loopback) =>
        Assert.Equal(loopback, DemoFeature.ListensOnLoopbackOnly(new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build()));

    private static async Task It_lists_and_moves(HttpClient visitor)
    {
        await Eventually.Become("three hundred works", Patience, async () =>
            (await visitor.GetFromJsonAsync<JsonElement>("/api/achievements?size=1", Now)).GetProperty("total").GetInt32() >= 300);
        await Eventually.Become("three live auctions", Patience, async () =>
            (await visitor.GetFromJsonAsync<JsonElement>("/api/auctions?state=live", Now)).GetProperty("total").GetInt32() >= 3);
        var before = await Prices(visitor);
        await Eventually.Become("a price that moved", TimeSpan.FromSeconds(20), async () => await Prices(visitor) != before);
        Assert.All(
            (await visitor.GetFromJsonAsync<JsonElement>("/api/auctions", Now)).GetProperty("items").EnumerateArray(),
            item => Assert.StartsWith("demo:", item.GetProperty("id").GetString(), StringComparison.Ordinal));
        Assert.Contains("class=\"demo", await visitor.GetStringAsync("/", Now), StringComparison.Ordinal);
    }

    /// <summary>Demonstration or not: names of bidders stay closed while it runs.</summary>
    private async Task It_tells_nobody_who_bids(HttpClient visitor)
    {
        var crawl = new Crawl(() => Task.CompletedTask);
        string[] seeds = ["/", "/auctions", "/search", "/search?kind=Achievement&order=CheapFirst", "/desk", "/desk/organisations", "/desk/bank", "/desk/qualifications", "/desk/sessions", "/desk/lots", "/desk/deals", "/api/auctions", "/docs"];
        var organisations = await market.InDatabase(db => db.Set<Organisation>().AsNoTracking().ToListAsync(Now));
        await crawl.From(new("visitor", null, visitor), seeds);
        foreach (var account in new[] { "operator", "university", "enterprise2" })
        {
            var place = DemoCast.Accounts.Single(a => a.Email == account + DemoCast.EmailEnd).Organisation;
            var own = organisations.Single(o => o.Name == DemoCast.Organisations[place].Name).Id;
            await crawl.From(new(account, own, await market.SignInBrowser(account + DemoCast.EmailEnd, DemoCast.Password)), seeds);
        }

        var paddles = await market.InDatabase(db => db.Set<PaddleRow>().AsNoTracking().ToListAsync(Now));
        var lots = await market.InDatabase(db => db.Set<Lot>().AsNoTracking().ToListAsync(Now));
        // Whoever bought is named with its lot, and stands in lists beside others; its code and its id stay what nobody reads.
        var winners = lots.Where(l => l is { Outcome: "sold", Winner: not null, BuyerNameConfidential: false }).Select(l => (l.Id, l.Winner!.Value)).ToHashSet();
        var buyers = paddles.Where(p => winners.Contains((p.Auction, p.Paddle))).Select(p => p.Organisation).ToHashSet();
        Assert.Contains(paddles, p => !buyers.Contains(p.Organisation));
        // An enterprise that put its own name to a demand stands in lists beside whatever else is new. The others must not.
        var shown = (await market.InDatabase(db => market.Services.GetRequiredService<PublicOrganisations>().In(db).Select(o => o.Id).ToListAsync(Now))).ToHashSet();
        Assert.True(paddles.Select(p => p.Organisation).Distinct().Count(o => !shown.Contains(o)) > 5);
        // A seller reads the buyer's name in its deal.
        var sellers = lots.ToDictionary(l => l.Id, l => l.Seller);
        var scan = new LeakScan(
            lots.Select(l => new KnownLot(l.Id, [l.Title])),
            paddles.Where(p => !shown.Contains(p.Organisation)).Select(p => (Paddle: p, By: organisations.Single(o => o.Id == p.Organisation)))
                .Select(h => new Holder(h.By.Id, h.Paddle.Auction, h.Paddle.Paddle, [.. buyers.Contains(h.By.Id) ? [] : new[] { h.By.Name }, h.By.Code!, $"{h.By.Id}"], [sellers[h.Paddle.Auction]])),
            [], paddles.Select(p => new Mark($"{p.Hold}", p.Organisation)));
        Assert.True(crawl.Answers.Count > 100 && paddles.Count > 10);
        var leaks = crawl.Answers.AsParallel().SelectMany(a => a.Read.SelectMany(text => scan.Leaks(a.Organisation, text)).Select(l => $"{a.Reader}: {a.Asked}: {l}")).Distinct().ToList();
        Assert.True(leaks.Count == 0, string.Join('\n', leaks.Take(30)));
    }

    private async Task A_newcomer_can_bid_at_once()
    {
        var api = await market.SignInProgram("enterprise@demo.example", DemoCast.Password);
        await Eventually.Become("a bid that was accepted", Patience, async () =>
        {
            var live = (await api.GetFromJsonAsync<JsonElement>("/api/auctions?state=live", Now)).GetProperty("items").EnumerateArray().Last();
            var id = live.GetProperty("id").GetString();
            var picture = await api.GetFromJsonAsync<JsonElement>($"/api/auctions/{id}", Now);
            var bid = new { bidId = Guid.NewGuid().ToString(), amountFen = picture.GetProperty("nextMinFen").GetInt64() };
            return (await api.PostAsJsonAsync($"/api/auctions/{id}/bids", bid, Now)).StatusCode == HttpStatusCode.OK;
        });
    }

    private async Task It_counts_for_nothing(HttpClient visitor)
    {
        Assert.False(await market.InDatabase(db => db.Set<FactRow>().AnyAsync(f => f.Stream == "ledger/" + DepositAccounts.RealBook, Now)));
        Assert.True(await market.InDatabase(db => db.Set<FactRow>().AnyAsync(f => f.Stream == "ledger/" + DepositAccounts.DemoBook, Now)));
        var figures = (await visitor.GetStringAsync("/", Now)).Split("<div class=\"figs\">")[1].Split("</section>")[0];
        var values = System.Text.RegularExpressions.Regex.Matches(figures, "<b>([^<]*)<").Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(values);
        Assert.All(values, value => Assert.True(value.Trim('0', '.', '—').Length == 0, value));
        var desk = await market.SignInBrowser("operator@demo.example", DemoCast.Password);
        Assert.Equal(HttpStatusCode.OK, (await desk.GetAsync("/desk/organisations", Now)).StatusCode);
    }

    private async Task It_goes_and_nothing_else_does(HttpClient visitor)
    {
        // Real things of every capability stand beside it.
        var enterprise = await market.Enterprise();
        var unit = await market.UnitInTheBooks();
        await market.PublishedAchievement(unit);
        await market.Credit(enterprise.Organisation, 100_000_00);
        var auction = await market.OpenAuction();
        await market.Admitted(auction, enterprise.Organisation, 7);
        var desk = await market.SignInBrowser("operator@demo.example", DemoCast.Password);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.GetAsync("/desk/organisations", Now)).StatusCode);
        // Nothing real is still on its way into the public log.
        await Eventually.Become("every real head to be in the log", TimeSpan.FromSeconds(30), () => market.InDatabase(async db =>
            await db.Set<HeadRow>().CountAsync(h => h.Stream.StartsWith("auction/") && !h.Stream.StartsWith("auction/demo:"), Now) == await db.Set<LogLeafRow>().CountAsync(l => l.Log != "demo", Now)));
        var kept = await Real();

        Assert.Equal(0, await Word("remove"));

        Same(kept, await Real());
        Same(kept, await All());
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync($"/api/auctions/{auction}", Now)).StatusCode);
        Assert.Equal(1, await Word("remove"));

        // Once more: what the grains remembered is gone with the rest.
        Assert.Equal(0, await Word("load"));
        Assert.Equal(1, await Word("load"));
        await Eventually.Become("live auctions again", Patience, async () =>
            (await visitor.GetFromJsonAsync<JsonElement>("/api/auctions?state=live", Now)).GetProperty("total").GetInt32() >= 3);
        Assert.Equal(0, await Word("remove"));
        Same(kept, await All());
    }

    /// <summary>Every table has what it had; what has not is named.</summary>
    private static void Same(string before, string now)
    {
        var others = now.Split('\n').Except(before.Split('\n')).ToList();
        Assert.True(others.Count == 0, string.Join(", ", others));
    }

    private Task<int> Word(string word) => Words.Run(market.Services, ["demo", word], TextWriter.Null, Now);

    private static async Task<string> Prices(HttpClient visitor) =>
        string.Join(' ', (await visitor.GetFromJsonAsync<JsonElement>("/api/auctions?state=live", Now)).GetProperty("items").EnumerateArray()
            .Select(i => $"{i.GetProperty("id")}={i.GetProperty("priceFen")}").Order(StringComparer.Ordinal));

    /// <summary>How many rows each table has.</summary>
    private Task<string> All() => market.InDatabase(async db => string.Join('\n', await Counts(db, "1 = 1")));

    /// <summary>The same for what is no demo's, by what each row says itself.</summary>
    private Task<string> Real() => market.InDatabase(async db =>
    {
        var lines = await Counts(db, "1 = 1");
        var demo = new Dictionary<string, string>
        {
            ["organisations"] = "demo",
            ["achievements"] = "demo",
            ["disclosures"] = "demo",
            ["sessions"] = "demo",
            ["lots"] = "demo",
            ["demands"] = "demo",
            ["demand_versions"] = "demand IN (SELECT id FROM demands WHERE demo)",
            ["demand_grades"] = "demand IN (SELECT id FROM demands WHERE demo)",
            ["demand_views"] = "demand IN (SELECT id FROM demands WHERE demo)",
            ["demand_responses"] = "demand IN (SELECT id FROM demands WHERE demo)",
            ["demand_response_versions"] = "response IN (SELECT r.id FROM demand_responses r JOIN demands d ON d.id = r.demand WHERE d.demo)",
            ["services"] = "demo",
            ["service_versions"] = "service IN (SELECT id FROM services WHERE demo)",
            ["saved_searches"] = "demo",
            ["saved_search_finds"] = "search IN (SELECT id FROM saved_searches WHERE demo)",
            ["appeared_documents"] = "demo",
            ["applications"] = "demo",
            ["deals"] = "demo",
            ["royalties"] = "demo",
            ["royalty_files"] = "deal IN (SELECT deal FROM royalties WHERE demo)",
            ["memberships"] = "organisation IN (SELECT id FROM organisations WHERE demo)",
            ["persons"] = "email LIKE '%@demo.example'",
            ["organisation_history"] = "organisation IN (SELECT id FROM organisations WHERE demo)",
            ["payment_references"] = "organisation IN (SELECT id FROM organisations WHERE demo)",
            ["achievement_versions"] = "achievement IN (SELECT id FROM achievements WHERE demo)",
            ["achievement_patents"] = "achievement IN (SELECT id FROM achievements WHERE demo)",
            ["mandates"] = "demo",
            ["mandate_versions"] = "mandate IN (SELECT id FROM mandates WHERE demo)",
            ["brokers"] = "demo",
            ["broker_versions"] = "broker IN (SELECT id FROM brokers WHERE demo)",
            ["recommendations"] = "demo",
            ["recommendation_judgements"] = "demand IN (SELECT id FROM demands WHERE demo)",
            ["introductions"] = "demo",
            ["introduction_versions"] = "introduction IN (SELECT id FROM introductions WHERE demo)",
            ["leads"] = "demo",
            ["lead_moves"] = "lead IN (SELECT id FROM leads WHERE demo)",
            ["facts"] = "stream LIKE '%/demo:%'",
            ["heads"] = "stream LIKE '%/demo:%'",
            ["logs"] = "log = 'demo'",
            ["log_leaves"] = "log = 'demo'",
            ["log_nodes"] = "log = 'demo'",
            ["log_checkpoints"] = "log = 'demo'",
            ["secrets"] = "stream LIKE '%/demo:%'",
            ["served"] = "stream LIKE '%/demo:%'",
            ["paddles"] = "auction LIKE 'demo:%'",
            ["buyer_agencies"] = "auction LIKE 'demo:%'",
            ["notices"] = "recipient IN (SELECT id FROM organisations WHERE demo)",
            ["notice_reads"] = "notice IN (SELECT id FROM notices WHERE recipient IN (SELECT id FROM organisations WHERE demo))",
            ["hall_lots"] = "lot LIKE 'demo:%'",
            ["hall_sessions"] = "house IN (SELECT id FROM organisations WHERE demo)",
            ["hall_officers"] = "organisation IN (SELECT id FROM organisations WHERE demo)",
            ["auction_houses"] = "organisation IN (SELECT id FROM organisations WHERE demo)",
            ["floor_paddles"] = "organisation IN (SELECT id FROM organisations WHERE demo)",
            ["ceilings"] = "application IN (SELECT id FROM applications WHERE demo)",
            ["announcements"] = "auction LIKE 'demo:%'",
            ["dossiers"] = "lot LIKE 'demo:%'",
            ["dossier_files"] = "lot LIKE 'demo:%'",
            ["lot_gates"] = "lot LIKE 'demo:%'",
            ["lot_reserves"] = "lot LIKE 'demo:%'",
            ["refused_bids"] = "auction LIKE 'demo:%'",
            ["due_work"] = "kind NOT IN ('auctions.clock', 'auctions.fairness', 'auctions.news') OR key LIKE 'demo:%'",
            ["deposit_accounts"] = "book LIKE 'demo:%'",
            ["deposit_statement"] = "book LIKE 'demo:%'",
            ["deposit_holds"] = "book LIKE 'demo:%'",
            ["bank_credits"] = "book LIKE 'demo:%'",
            ["bank_lines"] = "book LIKE 'demo:%'",
            ["bank_statements"] = "book LIKE 'demo:%'",
            ["card_disputes"] = "book LIKE 'demo:%'",
            ["card_payments"] = "book LIKE 'demo:%'",
            ["invoices"] = "book LIKE 'demo:%'",
            ["ledger_accounts"] = "book LIKE 'demo:%'",
            ["ledger_transfers"] = "book LIKE 'demo:%'",
            ["ledger_proofs"] = "book LIKE 'demo:%'",
            ["kept_files"] = "1 = 1",
        };
        var real = new List<string>();
        foreach (var line in lines)
        {
            var table = line.Split(' ')[0];
            real.Add(demo.TryGetValue(table, out var mark) ? (await Counts(db, $"NOT ({mark})", table))[0] : line);
        }

        return string.Join('\n', real);
    });

    private static async Task<List<string>> Counts(MarketplaceDb db, string where, string? only = null)
    {
        var lines = new List<string>();
        // The outbox is no record: it tells the index what changed, what was removed too, until that was read. Nor is the cursor of lost leads: a real
        // auction that is under way gets its own whenever it is read, and those of the demonstration go with their lots, by their key.
        var tables = db.Model.GetEntityTypes().Select(t => t.GetTableName()!).Where(t => t is not ("outbox" or "outbox_consumers" or "outbox_floor" or "outbid_cursors"));
        foreach (var table in tables.Distinct().Order(StringComparer.Ordinal).Where(t => only is null || t == only))
        {
#pragma warning disable EF1002 // Names of our own tables and conditions written above.
            // Recommendations and the real book are looked at each night, whether there is a demonstration or not.
            var of = table == "due_work" ? $"({where}) AND kind NOT IN ('matching.night', 'matching.follow', '{LedgerProving.Work}')" : where;
            var count = (await db.Database.SqlQueryRaw<int>($"SELECT COUNT(*) AS \"Value\" FROM {table} WHERE {of}").ToListAsync(Now))[0];
            var kinds = table == "due_work" ? await db.Database.SqlQueryRaw<string>($"SELECT kind AS \"Value\" FROM due_work WHERE {of} ORDER BY kind").ToListAsync(Now) : [];
#pragma warning restore EF1002
            lines.Add($"{table} {count} {string.Join(' ', kinds)}");
        }

        return lines;
    }
}
