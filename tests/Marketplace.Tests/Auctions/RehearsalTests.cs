using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Auctions.Sealing;
using Marketplace.Deals;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Streams;
using Marketplace.Proofs;
using Marketplace.Tests.Auctions.Sealing;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using AchievementState = Marketplace.Domain.Achievements.AchievementState;

namespace Marketplace.Tests.Auctions;

/// <summary>彩排 of a real session: from the copy to its removal, and everything that it must leave alone.</summary>
public class RehearsalTests : IAsyncLifetime
{
    private const long ReserveFen = 137_913_57;

    private readonly MarketHost _market = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_real_lot_is_practised_to_its_sale_and_nothing_but_the_record_is_left()
    {
        var (session, lot, achievement, seller, operators) = await RealSession(ReserveFen);
        var (buyer, rival) = (await _market.Organisation(OrganisationKind.Enterprise, "北仑新能源有限公司"), await _market.Organisation(OrganisationKind.Enterprise, "甬江精密仪器有限公司"));
        var stranger = await _market.Organisation(OrganisationKind.Enterprise);
        var before = await Figures();
        var source = await Row(lot);
        var copied = await Copy(session, operators, Guid.CreateVersion7(), new RehearsalWriting(TimeSpan.FromSeconds(6), 12, null));
        var copy = await OnlyLotOf(copied.Value.Id);
        Assert.StartsWith("rehearsal:ZJP-", copy.Id, StringComparison.Ordinal);
        Assert.Equal((LotState.Announced, lot, 0L, false), (copy.State, copy.RehearsalOf, copy.DepositFen, copy.HasReserve));

        // One press, without money, papers or a second factor; the seller may practise too.
        foreach (var who in new[] { buyer, rival, seller }) await Join(who, copied.Value.Id);
        var paddle = await PaddleOf(copy.Id, buyer.Organisation);
        await Join(buyer, copied.Value.Id);
        Assert.Equal(paddle, await PaddleOf(copy.Id, buyer.Organisation));
        await Eventually.Become("open", TimeSpan.FromSeconds(40), async () => (await _market.Auction(copy.Id).Look()).Phase == "open");
        Assert.Null(await CodeOf(rival, copy.Id, "r1", 100_000_00));
        Assert.Equal("NotAdmitted", await CodeOf(stranger, copy.Id, "x1", 101_000_00));
        Assert.Null(await CodeOf(buyer, copy.Id, "b1", 101_000_00));
        var room = await buyer.Pages.GetStringAsync($"/auctions/{copy.Id}", Stop);
        Assert.Contains("data-s=\"lead\"", room, StringComparison.Ordinal);
        Assert.Contains("彩排中的出价没有约束力", WebUtility.HtmlDecode(room), StringComparison.Ordinal);

        await Eventually.Become("closed", TimeSpan.FromSeconds(60), async () => (await _market.Auction(copy.Id).Look()).Phase == "closed");
        var picture = await _market.Auction(copy.Id).Look();
        Assert.Equal(("sold", paddle, 101_000_00L), (picture.Outcome, picture.WinnerPaddle, picture.PriceFen));
        await Eventually.Become("all work done", TimeSpan.FromSeconds(30), () => _market.InDatabase(async db => !await db.Set<DueWorkRow>().AnyAsync(w => w.Key == copy.Id, Stop)));

        Assert.Equal(0, await _market.InDatabase(db => db.Set<HoldRow>().CountAsync(Stop)));
        Assert.False(await _market.InDatabase(db => db.Set<FactRow>().AnyAsync(f => f.Stream.StartsWith("ledger/"), Stop)));
        Assert.Equal(0, await _market.InDatabase(db => db.Set<DealRow>().CountAsync(Stop)));
        Assert.Equal(0, await _market.InDatabase(db => db.Set<Application>().CountAsync(Stop)));
        Assert.Equal(0, await _market.InDatabase(db => db.Set<DefaultRow>().CountAsync(Stop)));
        Assert.Null((await _market.Auction(copy.Id).Course()).Deal);
        Assert.Equal(AchievementState.Published, (await _market.Row(achievement)).State);
        Assert.Equal(before, await Figures());
        Assert.Equal((source.State, source.Edition, source.Version), await _market.InDatabase(async db => (await db.Set<Lot>().SingleAsync(l => l.Id == lot, Stop)) is var now ? (now.State, now.Edition, now.Version) : default));

        using var visitor = _market.Browser();
        // A rehearsal's result is none: paddles, and nobody's name.
        foreach (var page in new[] { $"/auctions/{copy.Id}", $"/auctions/{copy.Id}/notice", $"/auctions/{copy.Id}/transcript-view", $"/api/auctions/{copy.Id}/result", $"/sessions/{copy.Session}" })
        {
            var text = WebUtility.HtmlDecode(await visitor.GetStringAsync(page, Stop));
            foreach (var name in new[] { "北仑新能源", "甬江精密仪器", "买受人姓名依约保密" }) Assert.DoesNotContain(name, text, StringComparison.Ordinal);
        }

        var result = await visitor.GetFromJsonAsync<JsonElement>($"/api/auctions/{copy.Id}/result", Stop);
        Assert.Equal(("sold", lot, JsonValueKind.Null), (result.GetProperty("outcome").GetString()!, result.GetProperty("rehearsalOf").GetString()!, result.GetProperty("buyer").ValueKind));
        foreach (var page in new[] { "/", "/auctions", "/auctions?records=all", "/auctions/archive", "/auctions/archive.csv", "/api/auctions?state=ended", $"/sessions/{session}", "/api/auctions?state=live" })
            Assert.DoesNotContain("rehearsal:", await visitor.GetStringAsync(page, Stop), StringComparison.Ordinal);
        await IsPractice(copy, lot);
    }

    [Fact]
    public async Task The_real_reserve_is_nowhere_in_a_copy_and_a_practice_one_follows_from_the_start_price()
    {
        var (session, lot, _, _, operators) = await RealSession(ReserveFen);
        var copied = await Copy(session, operators, Guid.CreateVersion7(), new RehearsalWriting(TimeSpan.FromMinutes(60), null, 25));
        var copy = await OnlyLotOf(copied.Value.Id);
        Assert.Equal(ReserveFen, (await _market.InDatabase(db => db.Set<LotReserve>().SingleAsync(r => r.Lot == lot, Stop))).ValueFen);
        Assert.False(await _market.InDatabase(db => db.Set<LotReserve>().AnyAsync(r => r.Lot == copy.Id, Stop)));
        var stream = AuctionGrain.StreamOf(copy.Id);
        var stored = await _market.InDatabase(async db => new List<string>(
        [
            JsonSerializer.Serialize(await db.LotsWithRehearsals().SingleAsync(l => l.Id == copy.Id, Stop)),
            .. (await db.Set<FactRow>().Where(f => f.Stream == stream).Select(f => f.Bytes).ToListAsync(Stop)).Select(b => Encoding.UTF8.GetString(b)),
            .. (await db.Set<AnnouncementRow>().Where(a => a.Auction == copy.Id).Select(a => a.Bytes).ToListAsync(Stop)).Select(b => Encoding.UTF8.GetString(b)),
            .. (await db.Set<SecretRow>().Where(s => s.Stream == stream).ToListAsync(Stop)).Select(s => JsonSerializer.Serialize(s)),
        ]));
        Assert.DoesNotContain(stored, text => text.Contains($"{ReserveFen}", StringComparison.Ordinal));
        // 25 % above 100,000 yuan, and it is committed to like any reserve.
        var terms = ((TermsFixed)AuctionLines.Read(Encoding.UTF8.GetBytes(stored[1])).Fact).Terms;
        Assert.NotNull(terms.ReserveCommitment);
        Assert.Contains(stored, text => text.Contains("12500000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_copy_is_made_once_under_its_id_and_refusals_come_in_their_order()
    {
        var (session, _, _, _, operators) = await RealSession(null);
        var writing = new RehearsalWriting(TimeSpan.FromMinutes(30), null, null);
        var id = Guid.CreateVersion7();
        var first = await Copy(session, operators, id, writing);
        var lot = (await OnlyLotOf(id)).Id;
        Assert.Equal(first.Value.Id, (await Copy(session, operators, id, writing with { ReservePercent = 10 })).Value.Id);
        Assert.Equal(lot, (await OnlyLotOf(id)).Id);
        Assert.Equal(Refusal.SessionIdReused, (await Copy(Guid.CreateVersion7(), operators, id, writing)).Refusal);
        Assert.Equal(Refusal.SessionIdReused, (await Copy(session, operators, session, writing)).Refusal);
        // A rehearsal is no session that can be rehearsed, or built, or announced into.
        Assert.Equal(Refusal.NotFound, (await Copy(id, operators, Guid.CreateVersion7(), writing)).Refusal);
        Assert.Equal((Refusal.RehearsalTimesInvalid, "startsIn"), Said(await Copy(session, operators, Guid.CreateVersion7(), writing with { StartsIn = TimeSpan.Zero, MostSeconds = 1 })));
        Assert.Equal((Refusal.RehearsalTimesInvalid, "most"), Said(await Copy(session, operators, Guid.CreateVersion7(), writing with { MostSeconds = 1, ReservePercent = 500 })));
        Assert.Equal((Refusal.AmountOutOfRange, "reserve"), Said(await Copy(session, operators, Guid.CreateVersion7(), writing with { ReservePercent = 201 })));
        Assert.Equal(HttpStatusCode.NotFound, (await operators.Pages.GetAsync($"/desk/sessions/{id}", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await operators.Pages.GetAsync($"/desk/lots/{lot}/announce", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await operators.Pages.GetAsync($"/desk/lots/{lot}/course", Stop)).StatusCode);
        var buyer = await _market.Organisation(OrganisationKind.Enterprise);
        Assert.Equal(HttpStatusCode.Forbidden, (await buyer.Pages.GetAsync($"/desk/rehearsals/{id}", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await buyer.Pages.GetAsync($"/auctions/{lot}/apply", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await buyer.Pages.GetAsync($"/auctions/{lot}/questions", Stop)).StatusCode);
    }

    [Fact]
    public async Task Sealed_lots_stay_out_with_their_names_and_demonstration_stays_demonstration()
    {
        var sealedLot = await _market.OfferLot(title: "低温等离子刻蚀方法", write: w => w with { Format = Formats.Sealed });
        var (session, operators) = await SessionWith(sealedLot.Lot, demo: true);
        Assert.Equal(Refusal.NothingToRehearse, (await Copy(session, operators, Guid.CreateVersion7(), new RehearsalWriting(TimeSpan.FromMinutes(5), null, null))).Refusal);
        var open = await _market.OfferLot(title: "高通量单细胞分选芯片");
        await Take(session, open.Lot);
        var form = WebUtility.HtmlDecode(await operators.Pages.GetStringAsync($"/desk/sessions/{session}/rehearsal", Stop));
        Assert.Contains("低温等离子刻蚀方法", form[form.IndexOf("不能彩排的标的", StringComparison.Ordinal)..], StringComparison.Ordinal);
        var asked = new Dictionary<string, string> { ["Input.StartsIn"] = "5", ["Input.NewId"] = $"{Guid.CreateVersion7()}" };
        var sent = await operators.Pages.Submit($"/desk/sessions/{session}/rehearsal", asked);
        // 503 is the market's "unknown: the same id once more", and a full machine hears it.
        for (var again = 0; sent.StatusCode is HttpStatusCode.ServiceUnavailable && again < 5; again++) sent = await operators.Pages.Submit($"/desk/sessions/{session}/rehearsal", asked);
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        var copied = Guid.Parse(sent.Headers.Location!.OriginalString.Split('/')[^1]);
        var copy = await OnlyLotOf(copied);
        Assert.StartsWith("demo:rehearsal:", copy.Id, StringComparison.Ordinal);
        Assert.True(copy.Demo);
        var real = await _market.Organisation(OrganisationKind.Enterprise);
        Assert.Equal(HttpStatusCode.Conflict, (await PressJoin(real, copied)).StatusCode);
        using var visitor = _market.Browser();
        Assert.DoesNotContain("低温等离子刻蚀方法", WebUtility.HtmlDecode(await visitor.GetStringAsync($"/sessions/{copied}", Stop)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sealed_offers_are_practised_with_the_holders_and_keys_made_for_the_copy()
    {
        var (lot, seller, achievement) = await _market.OfferLot(title: "低温等离子刻蚀方法", lastsSeconds: 3600, write: w => w with { Format = Formats.Sealed });
        var (session, operators) = await SessionWith(lot, demo: true);
        var notary = await _market.RegisterOrganisation(OrganisationKind.Notary, "钱塘公证处", demo: true);
        KeyKeeper[] keepers =
            [await _market.RegisterKeeper(operators.Organisation, ShareHolder.Operator), await _market.RegisterKeeper(seller.Organisation, ShareHolder.Seller), await _market.RegisterKeeper(notary, ShareHolder.Notary)];
        var id = Guid.CreateVersion7();
        var copyId = Rehearsal.IdOf(lot, id);
        var form = await operators.Pages.GetStringAsync($"/desk/sessions/{session}/rehearsal", Stop);
        Assert.Contains("钱塘公证处", WebUtility.HtmlDecode(form), StringComparison.Ordinal);

        // Without a key, with one for another lot, or with one that names another holder's key nothing is copied.
        var (made, key, scalar, shares) = MarketHost.MakeOpeningKey(copyId, 2, keepers);
        var stale = MarketHost.MakeOpeningKey(copyId, 2, [keepers[0], keepers[2], keepers[1]]).Made;
        var writing = new RehearsalWriting(TimeSpan.FromSeconds(8), 10, null);
        Assert.Equal(Refusal.OpeningKeyMissing, (await Copy(session, operators, id, writing)).Refusal);
        Assert.Equal(Refusal.OpeningKeyMissing, (await Copy(session, operators, id, writing with { Keys = new PracticeKeys(2, notary, new Dictionary<string, string> { [lot] = made }) })).Refusal);
        Assert.Equal(Refusal.OpeningKeyMissing, (await Copy(session, operators, id, writing with { Keys = new PracticeKeys(2, notary, new Dictionary<string, string> { [copyId] = stale }) })).Refusal);
        Assert.Equal((Refusal.HolderWithoutKey, "notary"), Said(await Copy(session, operators, id, writing with { Keys = new PracticeKeys(2, Guid.CreateVersion7(), new Dictionary<string, string> { [copyId] = made }) })));
        Assert.Equal(0, await _market.InDatabase(db => db.LotsWithRehearsals().CountAsync(l => l.RehearsalOf != null, Stop)));
        Assert.Equal(0, await _market.InDatabase(db => db.Set<LotShareRow>().CountAsync(Stop)));
        var sent = await operators.Pages.Submit($"/desk/sessions/{session}/rehearsal", new()
        {
            ["Input.StartsIn"] = "1",
            ["Input.Most"] = "1",
            ["Input.NewId"] = $"{id}",
            ["Input.Needed"] = "2",
            ["Input.Notary"] = $"{notary}",
            ["Input.Keys"] = $"{{\"{copyId}\":{made}}}",
        });
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        var copy = await OnlyLotOf(id);
        Assert.Equal(copyId, copy.Id);

        // Whoever joined may seal, and the holders open as they would for a real lot.
        var (a, b) = (await _market.Organisation(OrganisationKind.Enterprise, demo: true), await _market.Organisation(OrganisationKind.Enterprise, demo: true));
        foreach (var who in new[] { a, b }) await Join(who, id);
        await _market.Reaches(copyId, "open", 90);
        foreach (var (who, amount) in new[] { (a, 110_000_00L), (b, 120_000_00L) })
            Assert.Equal(HttpStatusCode.OK, (await BidderProgram.Send(who.Api, copyId, "offer", amount, Stop)).StatusCode);
        await _market.Reaches(copyId, "opening", 90);
        await Eventually.Become("the moment after the end to be over", TimeSpan.FromSeconds(10), async () => await _market.Auction(copyId).MayGiveShare(1) is null);
        Assert.Contains(copyId, await keepers[2].Person.Pages.GetStringAsync("/desk/opening-key", Stop), StringComparison.Ordinal);
        var opening = WebUtility.HtmlDecode(await keepers[2].Person.Pages.GetStringAsync($"/auctions/{copyId}/opening", Stop));
        Assert.Contains("彩排：这不是交易", opening, StringComparison.Ordinal);
        var sale = new SealedSale(new ScheduledLot(copyId, copy.Title, seller, operators, id, achievement, copy.OpensAt!.Value), keepers, key, scalar, shares);
        foreach (var number in new[] { 1, 3 }) Assert.Equal(HttpStatusCode.OK, (await _market.Bring(sale, number)).StatusCode);
        await _market.Reaches(copyId, "closed");
        var check = Transcript.Verify(await _market.CreateClient().GetByteArrayAsync($"/api/auctions/{copyId}/transcript", Stop));
        Assert.Null(check.Fault);
        Assert.Equal((Outcome.Sold, 120_000_00L, await PaddleOf(copyId, b.Organisation)), (check.Replayed!.Result!.Outcome, check.Replayed.Result.PriceFen!.Value, check.Replayed.Result.Winner!.Value));
        Assert.Equal(0, await _market.InDatabase(db => db.Set<DealRow>().CountAsync(Stop)));
        Assert.Equal(HttpStatusCode.Redirect, (await operators.Pages.Submit($"/desk/rehearsals/{id}", [], "Remove")).StatusCode);
        Assert.Equal(0, await _market.InDatabase(db => db.Set<LotShareRow>().CountAsync(Stop)));
    }

    [Fact]
    public async Task The_operator_removes_a_rehearsal_that_does_not_run_and_the_log_keeps_its_heads()
    {
        var (session, lot, _, _, operators) = await RealSession(null);
        var copied = await Copy(session, operators, Guid.CreateVersion7(), new RehearsalWriting(TimeSpan.FromSeconds(4), 3600, null));
        var copy = await OnlyLotOf(copied.Value.Id);
        var desk = $"/desk/rehearsals/{copied.Value.Id}";
        await Eventually.Become("open", TimeSpan.FromSeconds(40), () => _market.InDatabase(db => db.LotsWithRehearsals().AnyAsync(l => l.Id == copy.Id && l.Phase == "open", Stop)));
        var key = await operators.Pages.GetStringAsync("/account", Stop);
        var refused = await operators.Pages.Submit(key, $"{desk}?handler=Remove", []);
        Assert.Contains("彩排正在进行", WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        Assert.NotNull(await OnlyLotOf(copied.Value.Id));
        Assert.Null((await _market.Auction(copy.Id).Pause("p1", PausedBy.Operator, PauseCause.Fault, "彩排到此")).Refusal);
        var version = (await _market.Auction(copy.Id).Look()).Version;
        Assert.Equal(HttpStatusCode.Redirect, (await operators.Pages.Submit(desk, [], "Remove")).StatusCode);
        var stream = AuctionGrain.StreamOf(copy.Id);
        Assert.Equal((0, 0, 0, 0), await _market.InDatabase(async db => (
            await db.LotsWithRehearsals().CountAsync(l => l.RehearsalOf != null, Stop), await db.SessionsWithRehearsals().CountAsync(s => s.RehearsalOf != null, Stop),
            await db.Set<FactRow>().CountAsync(f => f.Stream == stream, Stop), await db.Set<DueWorkRow>().CountAsync(w => w.Key == copy.Id, Stop))));
        Assert.True(await _market.InDatabase(db => db.Set<LogLeafRow>().AnyAsync(l => l.Log == MarketLog.Market && l.Stream == stream && l.Version == version, Stop)));
        Assert.NotNull(await _market.InDatabase(db => db.Set<Lot>().SingleOrDefaultAsync(l => l.Id == lot, Stop)));
        using var visitor = _market.Browser();
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/sessions/{copied.Value.Id}", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/auctions/{copy.Id}", Stop)).StatusCode);
    }

    /// <summary>Every page that a reader can come by says what it is, and so does the record on whoever's machine.</summary>
    private async Task IsPractice(Lot copy, string lot)
    {
        using var visitor = _market.Browser();
        foreach (var page in new[] { $"/sessions/{copy.Session}", $"/sessions/{copy.Session}/catalogue", $"/auctions/{copy.Id}", $"/auctions/{copy.Id}/notice", $"/auctions/{copy.Id}/transcript-view" })
        {
            foreach (var (culture, mark) in new[] { ("zh-CN", "彩排：这不是交易"), ("en", "Rehearsal: this is no sale") })
            {
                var text = WebUtility.HtmlDecode(await visitor.GetStringAsync($"{page}?culture={culture}", Stop));
                Assert.Contains(mark, text, StringComparison.Ordinal);
                Assert.Contains("<meta name=\"robots\" content=\"noindex\">", text, StringComparison.Ordinal);
            }
        }

        Assert.Contains("\"rehearsal\":true", await visitor.GetStringAsync($"/auctions/{copy.Id}/announcement", Stop), StringComparison.Ordinal);
        var bytes = await visitor.GetByteArrayAsync($"/api/auctions/{copy.Id}/transcript", Stop);
        var check = Transcript.Verify(bytes);
        Assert.Null(check.Fault);
        Assert.NotNull(check.Replayed);
        Assert.Equal(lot, ((TermsFixed)check.Lines[0].Fact).Terms.RehearsalOf);
        Assert.Contains($"\"rehearsalOf\":\"{lot}\"", Encoding.UTF8.GetString(bytes).Split('\n')[0], StringComparison.Ordinal);
        await Eventually.Become("in the market's log", TimeSpan.FromSeconds(20), async () => Transcript.Verify(await visitor.GetByteArrayAsync($"/api/auctions/{copy.Id}/transcript", Stop)).Logged is not null);
    }

    /// <summary>A real session with one lot that is offered and not announced.</summary>
    private async Task<(Guid Session, string Lot, Guid Achievement, Somebody Seller, Somebody Operator)> RealSession(long? reserveFen)
    {
        var (lot, seller, achievement) = await _market.OfferLot(reserveFen: reserveFen, demo: false);
        var (session, operators) = await SessionWith(lot, demo: false);
        return (session, lot, achievement, seller, operators);
    }

    private async Task<(Guid Session, Somebody Operator)> SessionWith(string lot, bool demo)
    {
        var opens = _market.Services.GetRequiredService<TimeProvider>().GetUtcNow().AddDays(30);
        await using var scope = _market.Services.CreateAsyncScope();
        var session = (await scope.ServiceProvider.GetRequiredService<Sessions>().Create(
            Guid.CreateVersion7(), new SessionWriting("高新区拍 · 首场", "High-tech Zone Auction · first", "杭州", SessionBrand.HighTechZone, SessionProfile.Standard, opens, opens, demo), Stop)).Value;
        await Take(session.Id, lot);
        return (session.Id, await _market.Operator());
    }

    private async Task Take(Guid session, string lot)
    {
        await using var scope = _market.Services.CreateAsyncScope();
        var sessions = scope.ServiceProvider.GetRequiredService<Sessions>();
        Assert.Null((await sessions.Take((await sessions.Find(session, Stop))!, (await scope.ServiceProvider.GetRequiredService<Lots>().Find(lot, Stop))!, Stop)).Refusal);
    }

    private async Task<Result<Session>> Copy(Guid session, Somebody operators, Guid id, RehearsalWriting writing)
    {
        await using var scope = _market.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Rehearsals>().Copy(session, id, writing, operators.Person, Stop);
    }

    private static (Refusal?, string?) Said(Result<Session> result) => (result.Refusal, result.Detail);

    private Task<Lot> OnlyLotOf(Guid session) => _market.InDatabase(db => db.LotsWithRehearsals().AsNoTracking().SingleAsync(l => l.Session == session, Stop));

    private Task<Lot> Row(string lot) => _market.InDatabase(db => db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Id == lot, Stop));

    private Task<int> PaddleOf(string auction, Guid organisation) =>
        _market.InDatabase(db => db.Set<PaddleRow>().Where(p => p.Auction == auction && p.Organisation == organisation && p.AdmittedAt != null).Select(p => p.Paddle).SingleAsync(Stop));

    /// <summary>With the key of a form that is always there: who takes part already sees no button.</summary>
    private static async Task<HttpResponseMessage> PressJoin(Somebody who, Guid session) =>
        await who.Pages.Submit(await who.Pages.GetStringAsync("/account", Stop), $"/sessions/{session}?handler=Join", []);

    private static async Task Join(Somebody who, Guid session) => Assert.Equal(HttpStatusCode.Redirect, (await PressJoin(who, session)).StatusCode);

    private static async Task<string?> CodeOf(Somebody who, string auction, string bidId, long amountFen)
    {
        var answer = await who.Api.PostAsJsonAsync($"/api/auctions/{auction}/bids", new { bidId, amountFen }, Stop);
        return answer.IsSuccessStatusCode ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString();
    }

    /// <summary>What the market says of itself in figures.</summary>
    private async Task<string> Figures()
    {
        using var visitor = _market.Browser();
        var archive = await visitor.GetFromJsonAsync<JsonElement>("/auctions/archive.json", Stop);
        var home = await visitor.GetStringAsync("/", Stop);
        var from = home.IndexOf("class=\"figs\"", StringComparison.Ordinal);
        var figures = home[from..home.IndexOf("soft after", from, StringComparison.Ordinal)];
        return $"{archive.GetProperty("figures")} {archive.GetProperty("lots").GetArrayLength()} {await visitor.GetStringAsync("/auctions/archive.csv", Stop)} {figures}";
    }
}
