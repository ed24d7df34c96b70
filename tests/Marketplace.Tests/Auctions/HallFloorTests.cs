using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>Who comes to the floor: enterprises that are not in the market, and holders of 优先受让权; and whoever comes too late.</summary>
public class HallFloorTests : IAsyncLifetime
{
    private const string Name = "谁也没见过的新材料有限公司";

    private readonly MarketHost _market = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_newcomer_is_written_down_pays_by_reference_bids_on_the_floor_alone_and_joins_when_it_has_won()
    {
        var stage = await _market.ScheduleHall(opensIn: TimeSpan.FromSeconds(30));
        var desk = $"/hall/{stage.Lot.Session}/checkin";
        var uscc = MarketHost.ValidUscc(777);

        // Without the clerk's own eyes, and with half a form, nothing is written.
        var half = await Send(stage.Clerk, $"{desk}?handler=Register", new() { ["uscc"] = uscc, ["name"] = Name }, files: []);
        Assert.Equal(HttpStatusCode.OK, half.StatusCode);
        Assert.Contains($"value=\"{Name}\"", WebUtility.HtmlDecode(await half.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        Assert.Equal(0, await _market.InDatabase(db => db.Set<WalkInRow>().CountAsync(Stop)));

        var registered = await Register(stage, uscc);
        Assert.Equal(HttpStatusCode.Redirect, registered.StatusCode);
        // Sent once more it is the same one.
        Assert.Equal(registered.Headers.Location, (await Register(stage, uscc)).Headers.Location);
        // The address, which stands in every log of requests, has a number that says neither who nor where.
        var number = Guid.Parse(registered.Headers.Location!.OriginalString.Split("who=")[1]);
        var row = await _market.InDatabase(db => db.Set<WalkInRow>().SingleAsync(Stop));
        var organisation = row.Organisation;
        Assert.Equal((number, IdentityDocument.ResidentCard, "123X"), (row.Number, row.Document, row.DocumentEnd));
        Assert.DoesNotContain(number, (Guid[])[organisation, stage.Lot.Session]);
        var slip = $"/hall/slips/{number}";
        Assert.Contains($"href=\"{slip}\"", await stage.Clerk.Pages.GetStringAsync($"{desk}?who={number}", Stop), StringComparison.Ordinal);
        foreach (var known in (string[])[$"{desk}?who={number}", desk, slip])
            Assert.DoesNotContain($"{organisation}", await stage.Clerk.Pages.GetStringAsync(known, Stop), StringComparison.Ordinal);

        // The slip carries the reference of its deposit account, the reference names no lot, and without money there is no paddle.
        var reference = await _market.Deposits.ReferenceOf(organisation, Stop);
        Assert.Contains(reference, await stage.Clerk.Pages.GetStringAsync(slip, Stop), StringComparison.Ordinal);
        Assert.Equal(new ReferenceOwner(organisation, Name, null), await _market.Deposits.FindByReference(reference, demo: true, Stop));
        Assert.Equal(Refusal.InsufficientFunds, (await _market.CheckIn(stage, organisation)).Refusal);
        await _market.Credit(organisation, 10_000_00, demo: true);
        var given = await Send(stage.Clerk, desk, new() { ["who"] = $"{number}", ["lots"] = stage.Lot.Id, ["identity"] = "true", ["pledge"] = "true", ["interest"] = "true" }, files: []);
        Assert.Equal($"{desk}?given=101", given.Headers.Location!.OriginalString);

        // The operator, the auctioneer and everybody else hear nothing of it.
        var auctioneer = $"/hall/{stage.Lot.Session}/console";
        foreach (var (who, page) in ((Somebody, string)[])[
            (stage.Lot.Operator, "/desk/organisations"), (stage.Lot.Operator, "/desk/organisations?state=Pending"), (stage.Lot.Operator, "/desk/organisations?state=FloorOnly"),
            (stage.Lot.Operator, $"/desk/organisations?state=Verified&id={organisation}"), (stage.Lot.Operator, "/desk/bank"), (stage.Lot.Operator, $"/desk/sessions/{stage.Lot.Session}"),
            (stage.Auctioneer, auctioneer), (stage.Recorder, auctioneer), (stage.Lot.Seller, $"/hall/lots/{stage.Lot.Id}"), (stage.Lot.Seller, $"/sessions/{stage.Lot.Session}")])
        {
            var said = await (await who.Pages.GetAsync(page, Stop)).Content.ReadAsStringAsync(Stop);
            Assert.False(said.Contains(Name, StringComparison.Ordinal) || said.Contains(uscc, StringComparison.Ordinal), page);
        }

        foreach (var other in (Somebody[])[stage.Auctioneer, stage.Recorder, stage.Lot.Operator, stage.Lot.Seller])
            Assert.Equal(HttpStatusCode.Forbidden, (await other.Pages.GetAsync(slip, Stop)).StatusCode);
        foreach (var no in (Guid[])[organisation, stage.Lot.Session]) Assert.Equal(HttpStatusCode.NotFound, (await stage.Clerk.Pages.GetAsync($"/hall/slips/{no}", Stop)).StatusCode);
        Assert.Equal((VerificationState.FloorOnly, 0), await _market.InDatabase(async db => (
            (await db.Set<Organisation>().SingleAsync(o => o.Id == organisation, Stop)).State, await db.Set<MembershipRow>().CountAsync(m => m.Organisation == organisation, Stop))));

        Assert.Equal("NothingSold", (await Invite(organisation, stage)).Refusal?.ToString());
        await Open(stage);
        Assert.Null(await CodeOf(Floor(stage, "f1", 101, 100_000_00)));
        await Hammer(stage);
        // The clerk's entry is the name that everybody reads from the hammer on.
        using (var visitor = _market.Browser())
        {
            foreach (var page in (string[])[$"/hall/lots/{stage.Lot.Id}", $"/hall/lots/{stage.Lot.Id}/minutes", $"/auctions/{stage.Lot.Id}/notice", $"/hall/{stage.Lot.Session}/screen", $"/api/hall/{stage.Lot.Session}", $"/api/auctions/{stage.Lot.Id}/result"])
                Assert.Contains(Name, WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Replace(await visitor.GetStringAsync(page, Stop), @"\\u([0-9A-F]{4})", m => $"&#x{m.Groups[1].Value};")), StringComparison.Ordinal);
            Assert.DoesNotContain("蔡来人", await visitor.GetStringAsync($"/hall/lots/{stage.Lot.Id}/minutes", Stop), StringComparison.Ordinal);
        }

        await Eventually.Become("the deal", TimeSpan.FromSeconds(60), async () => await _market.Services.GetRequiredService<Marketplace.Deals.Deals>().Find(stage.Lot.Id, Stop) is { Opened: not null });

        // The winner signs and pays in the market: it is invited and waits at the verification desk like everybody.
        var invited = await Send(stage.Clerk, $"{desk}?handler=Invite", new() { ["who"] = $"{number}", ["email"] = "new@material.test" }, files: [], from: $"{desk}?who={number}");
        Assert.Contains("/join?code=", WebUtility.HtmlDecode(await invited.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        Assert.Contains(Name, await stage.Lot.Operator.Pages.GetStringAsync("/desk/organisations?state=Pending", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_in_the_market_or_odd_is_not_written_down_as_a_newcomer()
    {
        var stage = await _market.ScheduleHall(opensIn: TimeSpan.FromMinutes(10));
        var known = await _market.RegisterOrganisation(Marketplace.Domain.Organisations.OrganisationKind.Enterprise, "已在市场的公司", demo: true);
        var uscc = (await _market.InDatabase(db => db.Set<Organisation>().SingleAsync(o => o.Id == known, Stop))).Uscc!;
        var answer = await Register(stage, uscc);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("这家企业已在市场核验", WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        var odd = uscc[..17] + (uscc[17] == '1' ? '2' : '1');
        Assert.Contains("usccSeen", await (await Register(stage, odd)).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(0, await _market.InDatabase(db => db.Set<WalkInRow>().CountAsync(Stop)));
        // Nobody who sells is on the floor, whatever the desk types.
        Assert.Equal(Refusal.NotAnEnterpriseHere, (await _market.CheckIn(stage, stage.Lot.Seller.Organisation)).Refusal);
    }

    [Fact]
    public async Task A_holder_shows_the_code_of_its_notice_at_the_desk_and_takes_the_price_before_the_hammer()
    {
        var stage = await _market.ScheduleHall(opensIn: TimeSpan.FromSeconds(30), right: RightOffered.Assignment, confidential: true);
        var code = await Code(stage);
        var net = await _market.Join(stage.Lot);
        var holder = await _market.RegisterOrganisation(Marketplace.Domain.Organisations.OrganisationKind.Enterprise, "完成人的公司", demo: true);
        var other = await _market.RegisterOrganisation(Marketplace.Domain.Organisations.OrganisationKind.Enterprise, "另一家公司", demo: true);
        foreach (var who in (Guid[])[holder, other]) await _market.Credit(who, 10_000_00, demo: true);
        Assert.Equal(Refusal.PriorityCodeUnknown, (await _market.CheckIn(stage, holder, "YX-AAAAA-AAAAA")).Refusal);
        Assert.Equal(101, (await _market.CheckIn(stage, holder, code)).Value.Paddle);
        Assert.Equal(101, (await _market.CheckIn(stage, holder, code)).Value.Paddle);
        Assert.Equal(Refusal.PriorityCodeUsed, (await _market.CheckIn(stage, other, code)).Refusal);
        Assert.Equal([(101, 2)], (await _market.Auction(stage.Lot.Id).Look()).Hall!.Holders.Select(h => (h.Paddle, h.Rank)));

        await Open(stage);
        Assert.Null(await CodeOf(Post(net.Enterprise, $"/api/auctions/{stage.Lot.Id}/bids", new { bidId = "n1", amountFen = 100_000_00 })));
        await Warn(stage);
        await Eventually.Become("asked for", TimeSpan.FromSeconds(20), async () => await CodeOf(Act(stage, "hammer")) == "HoldersNotAsked");
        Assert.Null(await CodeOf(Act(stage, "askHolders")));
        Assert.Null(await CodeOf(Floor(stage, "match", 101, 100_000_00)));
        var picture = await _market.Auction(stage.Lot.Id).Look();
        Assert.Equal((101, 100_000_00L, 0), (picture.LeaderPaddle!.Value, picture.PriceFen!.Value, picture.Hall!.Warnings));
        Assert.Equal((net.Paddle, "Matched"), (picture.Hall.Told[0].Paddle, picture.Hall.Told[0].What));
        await Hammer(stage);
        Assert.Equal(101, (await _market.Auction(stage.Lot.Id).Look()).WinnerPaddle);

        // Confidential by agreement: the paddle for everybody, the name for seller and house, and for nobody who lost.
        var minutes = $"/hall/lots/{stage.Lot.Id}/minutes";
        foreach (var party in (HttpClient[])[stage.Lot.Seller.Pages, stage.Auctioneer.Pages]) Assert.Contains("完成人的公司", WebUtility.HtmlDecode(await party.GetStringAsync(minutes, Stop)), StringComparison.Ordinal);
        using (var visitor = _market.Browser())
        {
            foreach (var reader in (HttpClient[])[visitor, net.Enterprise.Pages, stage.Lot.Operator.Pages])
            {
                foreach (var page in (string[])[$"/hall/lots/{stage.Lot.Id}", minutes, $"/auctions/{stage.Lot.Id}/notice"])
                {
                    var text = WebUtility.HtmlDecode(await reader.GetStringAsync(page, Stop));
                    Assert.Contains("买受人姓名依约保密", text, StringComparison.Ordinal);
                    Assert.DoesNotContain("完成人的公司", text, StringComparison.Ordinal);
                }
            }

            foreach (var paper in (string[])["minutes", "confirmation"])
            {
                var printed = PdfText.Of(await visitor.GetByteArrayAsync($"/hall/lots/{stage.Lot.Id}/{paper}.pdf", Stop));
                Assert.Contains("买受人姓名依约保密", printed, StringComparison.Ordinal);
                Assert.DoesNotContain("完成人的公司", printed, StringComparison.Ordinal);
            }

            var line = (await visitor.GetFromJsonAsync<JsonElement>($"/api/hall/{stage.Lot.Session}", Stop)).GetProperty("lots").EnumerateArray().Single();
            Assert.Equal((JsonValueKind.Null, true), (line.GetProperty("buyer").ValueKind, line.GetProperty("buyerConfidential").GetBoolean()));
        }

        // Too late: refused, kept, shown to its bidder, at the desk and on the record, and to nobody as more than a number.
        Assert.Equal("AlreadyEnded", await CodeOf(Post(net.Enterprise, $"/api/auctions/{stage.Lot.Id}/bids", new { bidId = "late", amountFen = 101_000_00 })));
        var room = $"/hall/lots/{stage.Lot.Id}";
        Assert.Contains("落槌后收到您的出价 101,000 元", WebUtility.HtmlDecode(await net.Enterprise.Pages.GetStringAsync(room, Stop)), StringComparison.Ordinal);
        Assert.DoesNotContain("101,000", await stage.Lot.Seller.Pages.GetStringAsync(room, Stop), StringComparison.Ordinal);
        var beat = await (await Post(stage.Auctioneer, $"/api/hall/lots/{stage.Lot.Id}/beat", new { })).Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Contains(beat.GetProperty("refused").EnumerateArray(), r => r.GetProperty("reason").GetString() == "AlreadyEnded" && r.GetProperty("paddle").GetInt32() == net.Paddle);
        var record = WebUtility.HtmlDecode(await stage.Lot.Seller.Pages.GetStringAsync($"/auctions/{stage.Lot.Id}/transcript-view", Stop));
        Assert.Contains("101,000", record, StringComparison.Ordinal);
        Assert.Contains("行使优先受让权", record, StringComparison.Ordinal);
        Assert.DoesNotContain("Event.", record, StringComparison.Ordinal);
        Assert.Null(Transcript.Verify(await stage.Lot.Seller.Api.GetByteArrayAsync($"/api/auctions/{stage.Lot.Id}/transcript", Stop)).Fault);
    }

    [Fact]
    public async Task A_holder_who_was_not_told_with_proof_keeps_a_lot_out_of_the_hall()
    {
        var stage = await _market.ScheduleHall(right: RightOffered.Assignment, service: NoticeService.Unproven, refused: Refusal.PriorityNotInHall);
        Assert.Equal(LotState.Offered, (await _market.InDatabase(db => db.Set<Lot>().SingleAsync(l => l.Id == stage.Lot.Id, Stop))).State);
    }

    [Fact]
    public async Task Stream_and_roadshow_stand_on_the_pages_that_anybody_sees()
    {
        var stage = await _market.ScheduleHall(opensIn: TimeSpan.FromMinutes(10), stream: "https://live.example.org/hall");
        using var visitor = _market.Browser();
        foreach (var page in (string[])[$"/sessions/{stage.Lot.Session}", $"/hall/lots/{stage.Lot.Id}"])
        {
            var said = WebUtility.HtmlDecode(await visitor.GetStringAsync(page, Stop));
            Assert.Contains("href=\"https://live.example.org/hall\"", said, StringComparison.Ordinal);
            Assert.Contains("路演", said, StringComparison.Ordinal);
        }
    }

    private async Task<string> Code(HallStage stage)
    {
        await using var scope = _market.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<Holders>().CodesForSeller(stage.Lot.Id, Stop)).Values.Single();
    }

    private async Task<Result<string>> Invite(Guid organisation, HallStage stage)
    {
        await using var scope = _market.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<WalkIns>().Invite(stage.Lot.Session, organisation, "new@material.test", stage.Clerk.Person, Stop);
    }

    private static Task<HttpResponseMessage> Register(HallStage stage, string uscc) => Send(
        stage.Clerk, $"/hall/{stage.Lot.Session}/checkin?handler=Register",
        new() { ["uscc"] = uscc, ["name"] = Name, ["legalRepresentative"] = "郑法人", ["representative"] = "蔡来人", ["document"] = "ResidentCard", ["documentEnd"] = "123x", ["identity"] = "true" },
        ["licence", "mandate"]);

    /// <param name="from">The page with the form, when it is another than the address.</param>
    private static async Task<HttpResponseMessage> Send(Somebody who, string address, Dictionary<string, string> fields, string[] files, string? from = null)
    {
        var page = await who.Pages.GetStringAsync(from ?? address.Split('?')[0], Stop);
        var token = System.Text.RegularExpressions.Regex.Match(page, "name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"").Groups[1].Value;
        using var form = new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" } };
        foreach (var (field, value) in fields) form.Add(new StringContent(value), field);
        foreach (var file in files) form.Add(new ByteArrayContent([.. "%PDF-1.4\n%%EOF"u8]), file, $"{file}.pdf");
        return await who.Pages.PostAsync(address, form, Stop);
    }

    private static Task Open(HallStage stage) => Eventually.Become("called", TimeSpan.FromSeconds(60), async () => await CodeOf(Post(stage.Auctioneer, $"/api/hall/lots/{stage.Lot.Id}/call", new { })) is null);

    private static async Task Warn(HallStage stage)
    {
        for (var n = 1; n <= 3; n++)
        {
            var number = n;
            await Eventually.Become($"warning {n}", TimeSpan.FromSeconds(20), async () => await CodeOf(Act(stage, "warn", number)) is null);
        }
    }

    private static async Task Hammer(HallStage stage)
    {
        await Warn(stage);
        await Eventually.Become("the hammer", TimeSpan.FromSeconds(20), async () => await CodeOf(Act(stage, "hammer")) is null);
    }

    private static Task<HttpResponseMessage> Act(HallStage stage, string act, int? number = null) =>
        Post(stage.Auctioneer, $"/api/hall/lots/{stage.Lot.Id}/acts", new { id = $"{Guid.CreateVersion7()}", act, number });

    private static Task<HttpResponseMessage> Floor(HallStage stage, string bidId, int paddle, long amountFen) =>
        Post(stage.Auctioneer, $"/api/hall/lots/{stage.Lot.Id}/floor-bids", new { bidId, paddle, amountFen });

    private static Task<HttpResponseMessage> Post(Somebody who, string address, object body) => who.Api.PostAsJsonAsync(address, body, Stop);

    private static async Task<string?> CodeOf(Task<HttpResponseMessage> asked)
    {
        var answer = await asked;
        return answer.IsSuccessStatusCode ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString();
    }
}

[OnPostgres]
public sealed class PostgresHallFloorTests : HallFloorTests;
