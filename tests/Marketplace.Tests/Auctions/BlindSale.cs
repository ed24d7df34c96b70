using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Auctions;

/// <summary>An enterprise whose every spelling is unlike anything else in the market.</summary>
public sealed record Firm(Somebody Owner, Somebody Clerk, string Name, ImmutableArray<string> Recognised)
{
    public Guid Id => Owner.Organisation;
}

/// <summary>
/// Two lots at auction at the same time, and amounts that appear nowhere else. On the first, with a reserve, somebody bids
/// openly against a hidden maximum; on the second one hidden maximum beats another. A third lot is offered and not announced.
/// </summary>
public sealed class BlindSale(BlindMarket market)
{
    public const long Reserve = 876_543_219, ReserveOfOffered = 432_198_765;
    public const long FirstMaximum = 765_432_108, BeatenMaximum = 234_567_891, WinningMaximum = 654_321_097;
    public const long CeilingOne = 987_654_321, CeilingTwo = 975_310_864, CeilingThree = 964_207_531, CeilingFour = 953_186_427, CeilingFive = 931_175_308;

    /// <summary>Above the reserve without meeting it, and on a step of the price.</summary>
    private const long EndingBid = 900_000_000;

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    public ScheduledLot First { get; private set; } = null!;
    public ScheduledLot Second { get; private set; } = null!;
    public (string Lot, Somebody Seller, Guid Achievement) Offered { get; private set; }
    public Firm Open { get; private set; } = null!;
    public Firm Hiding { get; private set; } = null!;
    public Firm Hidden { get; private set; } = null!;

    /// <summary>Takes the first lot with the last bid, and is the one whose name is public afterwards; the second agreed confidentiality.</summary>
    public Firm Buying { get; private set; } = null!;
    public Firm Waiting { get; private set; } = null!;

    /// <summary>Signed for the confidential files of the first lot, and bids nowhere.</summary>
    public Firm Reading { get; private set; } = null!;
    public List<Application> Applications { get; private set; } = [];
    public int OpenBids { get; private set; }

    public IReadOnlyList<ScheduledLot> Lots => [First, Second];

    public async Task Build(Func<Task> beforeItOpens)
    {
        // The first starts the market.
        Open = await NewFirm("甬江精密仪器", "闻人桐雨", "司徒见山");
        var since = Stopwatch.GetTimestamp();
        Hiding = await NewFirm("海曙测控技术", "欧阳照野", "端木听涛");
        Hidden = await NewFirm("瓯江传感科技", "慕容知远", "公孙望舒");
        Buying = await NewFirm("衢江半导体材料", "独孤望岳", "宇文长风");
        Waiting = await NewFirm("婺江装备制造", "皇甫临渊", "澹台若水");
        // Everything that must be done before the bidding begins: on a busy machine it takes as much longer as the firms took.
        var opens = TimeSpan.FromSeconds(Math.Clamp(10 * Stopwatch.GetElapsedTime(since).TotalSeconds, 25, 75));
        First = await market.ScheduleAuction(opens, reserveFen: Reserve, lastsSeconds: 15, softCloseSeconds: 15, title: "溅射薄膜硅压力芯片", before: async (id, seller) => await MarketHost.AddDossierFile(seller, id, "溅射工艺"));
        Second = await market.ScheduleAuction(opens, lastsSeconds: 15, softCloseSeconds: 15, title: "低温共烧陶瓷滤波器", write: w => w with { BuyerNameConfidential = true });
        Offered = await market.OfferLot(reserveFen: ReserveOfOffered, title: "超临界二氧化碳萃取塔");
        await Apply(First, Open, CeilingOne);
        await Apply(First, Hidden, CeilingThree);
        await Apply(First, Buying, CeilingFive);
        await Apply(Second, Open, CeilingOne);
        await Apply(Second, Hiding, CeilingTwo);
        await Apply(Second, Hidden, CeilingThree);
        await Apply(First, Waiting, CeilingFour, review: false);
        await market.InDatabase(async db => Applications = await db.Set<Application>().AsNoTracking().ToListAsync(Stop));
        // Somebody reads the confidential files of the first and does not bid.
        Reading = await NewFirm("苕溪薄膜材料", "百里望津", "即墨怀瑾");
        Assert.Equal(HttpStatusCode.Redirect, (await market.SignNda(Reading.Owner, First.Id, "百里望津")).StatusCode);
        foreach (var member in new[] { Reading.Owner, Reading.Clerk }) Assert.Equal("application/pdf", (await member.Pages.GetAsync($"/auctions/{First.Id}/dossier/1", Stop)).Content.Headers.ContentType?.MediaType);
        await beforeItOpens();
        foreach (var lot in Lots)
        {
            await Eventually.Become($"{lot.Id} has its bidders", TimeSpan.FromSeconds(60), async () => (await market.Auction(lot.Id).Look()).Bidders == 3);
            await Eventually.Become($"{lot.Id} is open", TimeSpan.FromSeconds(90), async () => (await market.Auction(lot.Id).Look()).Phase == "open");
        }

        // A maximum by the page of the room, another by the programs' interface.
        var page = await Hidden.Clerk.Pages.Submit($"/auctions/{First.Id}", new() { ["amount"] = "7,654,321.08", ["proxy"] = "true", ["sure"] = "true" }, "Bid");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        await Maximum(Hiding, Second, BeatenMaximum);
        await Maximum(Hidden, Second, WinningMaximum);
        // Refused, and no more to be seen than what was accepted.
        Assert.Equal(HttpStatusCode.Conflict, (await Hidden.Clerk.Api.PostAsJsonAsync(Bids(Second), new { bidId = "again", proxyMaxFen = WinningMaximum }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await Hiding.Clerk.Api.PostAsJsonAsync(Bids(Second), new { bidId = "much", proxyMaxFen = CeilingTwo + 1 }, Stop)).StatusCode);
    }

    /// <summary>The next open bid on both lots; a hidden maximum answers it at once.</summary>
    public async Task BidOnce()
    {
        foreach (var lot in Lots)
        {
            var picture = await Open.Clerk.Api.GetFromJsonAsync<JsonElement>($"/api/auctions/{lot.Id}", Stop);
            Assert.Equal("open", picture.GetProperty("phase").GetString());
            await OpenBid(lot, picture.GetProperty("nextMinFen").GetInt64());
        }
    }

    /// <summary>Another bids openly beyond the maximum and the reserve of the first lot; then nobody bids any more.</summary>
    public async Task End()
    {
        var price = (await market.Auction(First.Id).Look()).PriceFen!.Value;
        await OpenBid(First, price + (EndingBid - price) / 100_000 * 100_000, Buying);
        foreach (var lot in Lots)
            await Eventually.Become($"{lot.Id} is settled", TimeSpan.FromSeconds(90), async () => (await market.Row(lot.Achievement)).State == Domain.Achievements.AchievementState.Traded);
        await Send(Hidden.Owner.Pages, $"/deals/{Second.Id}", "Do", true, ("step", Steps.NameOf(Domain.Deals.Step.SignConfirmation)));
    }

    /// <summary>What must not be read while bids run; after the close without what the rules open then.</summary>
    /// <param name="agency">Bids for one who is beaten on the second lot, to which it brought its demand, and knows that; the operator reads its claim after the close.</param>
    public async Task<LeakScan> Scan(bool closed, Guid agency, Guid? alsoTold = null)
    {
        var lots = Lots.Select(l => new KnownLot(l.Id, [l.Title, $"{l.Achievement}", $"{l.Session}"])).ToList();
        var holds = await market.InDatabase(db => db.Set<HoldRow>().AsNoTracking().ToListAsync(Stop));
        var paddles = await market.InDatabase(db => db.Set<PaddleRow>().AsNoTracking().ToListAsync(Stop));
        Assert.Equal(6, paddles.Count);
        var firms = new[] { Open, Hiding, Hidden, Buying, Waiting };
        // The name of who bought the first lot is public then, and nothing else of it.
        ImmutableArray<string> RecognisedOf(Application a) => [.. firms.Single(f => f.Id == a.Organisation).Recognised.Where(r => !closed || r != Buying.Name)];
        var holders = Applications.Select(a => new Holder(
            a.Organisation, a.Auction, paddles.SingleOrDefault(p => p.Application == a.Id)?.Paddle ?? 1_000_000, RecognisedOf(a),
            // A seller learns who bought, and nobody else's name.
            [
                .. Lots.Where(l => closed && l.Id == a.Auction && a.Organisation == (l == First ? Buying : Hidden).Id).SelectMany(l => new[] { l.Seller.Organisation, alsoTold ?? l.Seller.Organisation }),
                .. a.Organisation == Hiding.Id && a.Auction == Second.Id ? new[] { agency, closed ? First.Operator.Organisation : agency } : [],
            ]));
        // Who read is told to that lot's seller after the end, and to nobody before.
        holders = holders.Append(new Holder(Reading.Id, First.Id, 1_000_000, Reading.Recognised, closed ? [First.Seller.Organisation] : []));
        Hidden[] hidden =
        [
            new("the reserve", Reserve, Guid.Empty), new("the reserve of an offered lot", ReserveOfOffered, Offered.Seller.Organisation),
            new("a ceiling", CeilingOne, Open.Id), new("a ceiling", CeilingTwo, Hiding.Id, agency), new("a ceiling", CeilingFour, Waiting.Id), new("a ceiling", CeilingThree, Hidden.Id), new("a ceiling", CeilingFive, Buying.Id),
            new("the winner's maximum", WinningMaximum, Hidden.Id),
            .. closed ? Array.Empty<Hidden>() : [new("a maximum", FirstMaximum, Hidden.Id), new("a beaten maximum", BeatenMaximum, Hiding.Id, agency)],
        ];
        return new LeakScan(lots, holders, hidden, Applications.Select(a => new Mark($"{a.Id}", a.Organisation)).Concat(holds.Select(h => new Mark($"{h.Id}", h.Organisation))));
    }

    private static string Bids(ScheduledLot lot) => $"/api/auctions/{lot.Id}/bids";

    private async Task OpenBid(ScheduledLot lot, long amount, Firm? by = null)
    {
        var answer = await (by ?? Open).Clerk.Api.PostAsJsonAsync(Bids(lot), new { bidId = Guid.NewGuid().ToString(), amountFen = amount }, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
        OpenBids++;
    }

    private static async Task Maximum(Firm firm, ScheduledLot lot, long fen)
    {
        var answer = await firm.Clerk.Api.PostAsJsonAsync(Bids(lot), new { bidId = Guid.NewGuid().ToString(), proxyMaxFen = fen }, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    private async Task<Firm> NewFirm(string name, string owner, string clerk)
    {
        var id = await market.RegisterOrganisation(OrganisationKind.Enterprise, name + "有限公司", demo: true);
        var uscc = await market.InDatabase(db => db.Set<Organisation>().Where(o => o.Id == id).Select(o => o.Uscc!).SingleAsync(Stop));
        var (first, second) = (await market.Member(id, MemberRole.Owner, owner), await market.Member(id, MemberRole.Staff, clerk));
        await market.GiveRole(id, first.Person, MemberRole.Signatory);
        await market.Credit(id, 2_000_000_00, demo: true);
        return new Firm(first, second, name, [name, uscc, $"{id}", owner, clerk, first.Email, second.Email, $"{first.Person}", $"{second.Person}"]);
    }

    /// <summary>The application by its pages, and the operator's review by his.</summary>
    private async Task Apply(ScheduledLot lot, Firm firm, long ceiling, bool review = true)
    {
        var page = $"/auctions/{lot.Id}/apply";
        var (browser, name) = (firm.Owner.Pages, firm.Recognised[3]);
        await Send(browser, page, "Qualify", true, ("Statement", $"{firm.Name}，境内法人"));
        await Send(browser, page, "Mandate", true, ("Agent", name), ("MandateUntil", "2030-01-01"));
        await Send(browser, page, "Pledge", false, ("sha256", Pledge.Sha256), ("accepted", "true"));
        await Send(browser, page, "Interests", false, ("Interest", nameof(Interest.None)));
        await Send(browser, page, "Ceiling", false, ("Ceiling", Domain.Common.Fen.Exact(ceiling)));
        await Send(browser, page, "Freeze", false);
        if (!review) return;
        var code = await market.InDatabase(db => db.Set<Application>().Where(a => a.Auction == lot.Id && a.Organisation == firm.Id).Select(a => a.Code).SingleAsync(Stop));
        await Send(lot.Operator.Pages, $"/desk/qualifications/{code}", "", false, ("passed", "true"));
    }

    private static async Task Send(HttpClient browser, string page, string handler, bool file, params (string Name, string Value)[] fields)
    {
        var form = await browser.GetStringAsync(page, Stop);
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields.Append(("__RequestVerificationToken", TokenOn(form)))) content.Add(new StringContent(value), name);
        if (file)
        {
            var paper = new ByteArrayContent("%PDF-1.4\n%%EOF"u8.ToArray());
            paper.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
            content.Add(paper, "file", "资格证明.pdf");
        }

        var answer = await browser.PostAsync(handler.Length == 0 ? page : $"{page}?handler={handler}", content, Stop);
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, $"{page} {handler}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Stop)}");
    }

    private static string TokenOn(string page) =>
        System.Text.RegularExpressions.Regex.Match(page, "name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"").Groups[1].Value;
}
