using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Auctions;
using Marketplace.Deals;
using Marketplace.Domain.Auctions;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using AchievementState = Marketplace.Domain.Achievements.AchievementState;

namespace Marketplace.Tests.Auctions;

/// <summary>彩排 in a hall: practice paddles from the clerk, a hammer that sells nothing, and no paper asked again.</summary>
public class HallRehearsalTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_clerk_hands_out_practice_paddles_and_the_auctioneer_hammers()
    {
        // The real lot could not be called: nothing of its papers is there but the recorder.
        var stage = await _market.ScheduleHall(proven: false, reserveFen: 137_913_57, opensIn: TimeSpan.FromHours(2));
        await _market.InDatabase(db => db.Set<HallSession>().Where(h => h.Session == stage.Lot.Session).ExecuteUpdateAsync(set => set.SetProperty(h => h.Recorder, stage.Recorder.Person), Stop));
        var sent = await stage.Lot.Operator.Pages.Submit($"/desk/sessions/{stage.Lot.Session}/rehearsal", new() { ["Input.StartsIn"] = "0", ["Input.NewId"] = $"{Guid.CreateVersion7()}" });
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        var session = await Copy(stage);
        var lot = await _market.InDatabase(db => db.LotsWithRehearsals().AsNoTracking().SingleAsync(l => l.Session == session, Stop));
        Assert.Equal((Formats.Hall, "demo:rehearsal:"), (lot.Format, lot.Id[..15]));

        Assert.Equal($"/hall/{session}/practice", (await stage.Clerk.Pages.GetAsync($"/hall/{session}/checkin", Stop)).Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.Forbidden, (await stage.Auctioneer.Pages.GetAsync($"/hall/{session}/practice", Stop)).StatusCode);
        var seat = $"{Guid.CreateVersion7()}";
        Assert.EndsWith("given=102", await Give(stage, session, seat, "102"), StringComparison.Ordinal);
        // Sent twice, handed out once.
        Assert.EndsWith("given=102", await Give(stage, session, seat, "103"), StringComparison.Ordinal);
        Assert.EndsWith("given=101", await Give(stage, session, $"{Guid.CreateVersion7()}", "101"), StringComparison.Ordinal);
        Assert.Null(await Give(stage, session, $"{Guid.CreateVersion7()}", "101"));
        Assert.Equal(2, (await _market.Auction(lot.Id).Look()).Bidders);
        Assert.Equal(0, await _market.InDatabase(db => db.Set<FloorPaddle>().CountAsync(Stop)));

        await Eventually.Become("called up", TimeSpan.FromSeconds(30), async () => await CodeOf(Post(stage.Auctioneer, $"/api/hall/lots/{lot.Id}/call", new { })) is null);
        Assert.Null(await CodeOf(Post(stage.Auctioneer, $"/api/hall/lots/{lot.Id}/floor-bids", new { bidId = "f1", paddle = 102, amountFen = 100_000_00 })));
        for (var n = 1; n <= 3; n++)
        {
            var number = n;
            await Eventually.Become($"warning {n}", TimeSpan.FromSeconds(20), async () => await CodeOf(Act(stage, lot.Id, "warn", number)) is null);
        }

        await Eventually.Become("the hammer", TimeSpan.FromSeconds(20), async () => await CodeOf(Act(stage, lot.Id, "hammer")) is null);
        var picture = await _market.Auction(lot.Id).Look();
        Assert.Equal(("sold", 102, 100_000_00L), (picture.Outcome, picture.WinnerPaddle, picture.PriceFen));
        using var visitor = _market.Browser();
        foreach (var page in new[] { $"/hall/lots/{lot.Id}", $"/hall/lots/{lot.Id}/minutes", $"/hall/{session}/screen", $"/sessions/{session}/catalogue" })
            Assert.Contains("彩排", WebUtility.HtmlDecode(await visitor.GetStringAsync(page, Stop)), StringComparison.Ordinal);
        foreach (var paper in new[] { $"/hall/lots/{lot.Id}/minutes.pdf", $"/hall/lots/{lot.Id}/confirmation.pdf", $"/sessions/{session}/catalogue.pdf" })
        {
            var printed = PdfText.Of(await visitor.GetByteArrayAsync(paper, Stop));
            Assert.Contains("彩排：这不是交易", printed, StringComparison.Ordinal);
            foreach (var binding in new[] { "合同自落槌时成立", "不是合同成立的条件", "以公告为准" }) Assert.DoesNotContain(binding, printed, StringComparison.Ordinal);
        }

        Assert.Contains("彩排", WebUtility.HtmlDecode(await stage.Auctioneer.Pages.GetStringAsync($"/hall/{session}/console", Stop)), StringComparison.Ordinal);
        Assert.Contains("彩排", WebUtility.HtmlDecode(await stage.Auctioneer.Pages.GetStringAsync("/desk/hall", Stop)), StringComparison.Ordinal);

        await Eventually.Become("all work done", TimeSpan.FromSeconds(30), () => _market.InDatabase(async db => !await db.Set<DueWorkRow>().AnyAsync(w => w.Key == lot.Id, Stop)));
        Assert.Equal((0, 0), await _market.InDatabase(async db => (await db.Set<DealRow>().CountAsync(Stop), await db.Set<HoldRow>().CountAsync(Stop))));
        Assert.Equal(AchievementState.InTrade, (await _market.Row(stage.Lot.Achievement)).State);
        Assert.Equal("announced", (await _market.Auction(stage.Lot.Id).Look()).Phase);
        Assert.Equal("HallGateOpen", await GateOf(stage, session));
        var check = Transcript.Verify(await visitor.GetByteArrayAsync($"/api/auctions/{lot.Id}/transcript", Stop));
        Assert.Null(check.Fault);
        Assert.Equal(stage.Lot.Id, ((TermsFixed)check.Lines[0].Fact).Terms.RehearsalOf);
    }

    /// <summary>The real lot's own desk still asks for its papers.</summary>
    private async Task<string?> GateOf(HallStage stage, Guid session)
    {
        await using var scope = _market.Services.CreateAsyncScope();
        var halls = scope.ServiceProvider.GetRequiredService<Halls>();
        var lots = scope.ServiceProvider.GetRequiredService<Lots>();
        var lot = (await lots.Find(stage.Lot.Id, Stop))!;
        var hall = (await halls.Find(stage.Lot.Session, Stop))!;
        Assert.NotEqual(session, hall.Session);
        var papers = await halls.PapersOf(hall, lot, new HallOfficer { Organisation = stage.House, Person = stage.Auctioneer.Person, Name = "周正", Qualification = "1233081507" }, Stop);
        return HallGates.FirstOpen(papers, stage.Lot.OpensAt) is null ? null : "HallGateOpen";
    }

    private async Task<Guid> Copy(HallStage stage)
    {
        await using var scope = _market.Services.CreateAsyncScope();
        var copied = await scope.ServiceProvider.GetRequiredService<Rehearsals>().Copy(
            stage.Lot.Session, Guid.CreateVersion7(), new RehearsalWriting(TimeSpan.FromSeconds(4), null, null), stage.Lot.Operator.Person, Stop);
        Assert.True(copied.Done, $"{copied.Refusal} {copied.Detail}");
        return copied.Value.Id;
    }

    /// <returns>Where it leads; null when it was refused.</returns>
    private static async Task<string?> Give(HallStage stage, Guid session, string id, string paddle)
    {
        var answer = await stage.Clerk.Pages.Submit($"/hall/{session}/practice", new() { ["id"] = id, ["paddle"] = paddle });
        return answer.Headers.Location?.OriginalString;
    }

    private static Task<HttpResponseMessage> Act(HallStage stage, string lot, string act, int? number = null) =>
        Post(stage.Auctioneer, $"/api/hall/lots/{lot}/acts", new { id = $"{Guid.CreateVersion7()}", act, number });

    private static Task<HttpResponseMessage> Post(Somebody who, string address, object body) => who.Api.PostAsJsonAsync(address, body, Stop);

    private static async Task<string?> CodeOf(Task<HttpResponseMessage> asked)
    {
        var answer = await asked;
        return answer.IsSuccessStatusCode ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString();
    }
}

[OnPostgres]
public sealed class PostgresHallRehearsalTests : HallRehearsalTests;
