using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Auctions;

/// <summary>When things go wrong with a live auction: pauses, restarts, the probe, and every act repeated after a crash; on both databases.</summary>
public abstract class TroubleGrainContract : IAsyncLifetime
{
    private AuctionCluster _market = null!;

    protected abstract Task<AuctionCluster> CreateCluster();

    public async ValueTask InitializeAsync() => _market = await CreateCluster();

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_pause_stops_the_clock_and_the_restart_gives_back_what_was_left()
    {
        var grain = await _market.AnnounceAndOpen("pause", 2);
        await grain.PlaceBid(_market.Bid(1, "a", 1_000_000));
        _market.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.True((await grain.Pause("p", PausedBy.Operator, PauseCause.TitleDispute, "第三人主张权属")).Done);
        await AuctionCluster.Deactivate(grain);
        var again = await grain.Pause("p", PausedBy.Operator, PauseCause.TitleDispute, "第三人主张权属");
        Assert.True(again.Done);
        Assert.Equal(Refusal.AuctionPaused, (await grain.PlaceBid(_market.Bid(2, "b", 1_010_000))).Refusal);
        _market.Clock.Advance(TimeSpan.FromHours(3));
        await grain.Poke();
        var course = await grain.Course();
        Assert.Equal((Phase.Paused, true, TimeSpan.FromMinutes(40)), (course.Phase, course.GoesOn, course.Left));
        Assert.Equal(("TitleDispute", "第三人主张权属"), (course.Pause!.Ground, course.Pause.Text));

        var restart = _market.Clock.GetUtcNow() + TimeSpan.FromMinutes(2);
        Assert.Equal(Refusal.RestartTooEarly, (await grain.Restart("r", _market.Clock.GetUtcNow() + TimeSpan.FromSeconds(59))).Refusal);
        Assert.Equal(restart + TimeSpan.FromMinutes(40), (await grain.Restart("r", restart)).Value);
        await AuctionCluster.Deactivate(grain);
        Assert.Equal(restart + TimeSpan.FromMinutes(40), (await grain.Restart("r", restart)).Value);
        _market.Clock.Advance(TimeSpan.FromMinutes(2));
        // Nobody was stopped in the moments that decide, so a bidder who had not bid may.
        Assert.Null((await grain.PlaceBid(_market.Bid(2, "c", 1_010_000))).Refusal);
        Assert.Single((await _market.Log("pause")).Lines, l => l.Fact is AuctionPaused);
    }

    [Fact]
    public async Task Who_read_of_the_end_in_the_database_hears_of_it_here_though_the_append_is_not_answered_yet()
    {
        var grain = await _market.AnnounceAndOpen("unanswered", 2);
        await grain.PlaceBid(_market.Bid(1, "a", 1_000_000));
        var answer = _market.Store.HoldAnswers();
        _market.Clock.Advance(TimeSpan.FromMinutes(61));
        var end = grain.Poke();
        await Eventually.Become("a durable end", TimeSpan.FromSeconds(20), async () => (await _market.Log("unanswered")).Lines.Any(l => l.Fact is Closed));
        var course = grain.Course();
        // Whoever asks for a picture does not wait for it, and was asked later.
        Assert.NotEqual("closed", (await grain.Look()).Phase);
        Assert.False(course.IsCompleted);
        answer();
        await end;
        Assert.Equal(("sold", 1), ((await course).Outcome, (await course).Standing!.Winner));
        Assert.Equal((await _market.Log("unanswered")).Lines[^1].Version, (await course).Version);
    }

    [Fact]
    public async Task A_failing_probe_pauses_in_the_closing_window_with_its_figures_and_not_before()
    {
        var grain = await _market.AnnounceAndOpen("probe", 2);
        await grain.PlaceBid(_market.Bid(1, "a", 1_000_000));
        await Fail();
        await grain.Poke();
        Assert.Equal("open", (await grain.Look()).Phase);

        _market.Clock.Advance(TimeSpan.FromMinutes(56));
        await grain.Poke();
        var paused = await grain.Course();
        Assert.Equal((Phase.Paused, new ProbeFigures(AppendsFailed: ProbeRule.InARow)), (paused.Phase, paused.Pause!.Figures));
        Assert.Equal((false, true), (paused.GoesOn, paused.OnlyEarlier));

        for (var i = 0; i < ProbeRule.InARow; i++) await _market.Probe.Look(TestContext.Current.CancellationToken);
        Assert.Null(_market.Probe.Failing());
        var restart = _market.Clock.GetUtcNow() + TimeSpan.FromMinutes(1);
        Assert.Equal(restart + TimeSpan.FromMinutes(5), (await grain.Restart("r", restart)).Value);
        // Until then it is no fresh announcement: it waits for its restart, for those who had bid.
        var waiting = await grain.Look();
        Assert.Equal(("announced", "resuming", restart), (waiting.Phase, waiting.PhaseSays, waiting.ResumesAt!.Value));
        Assert.Equal((restart, true), ((await grain.Course()).ResumesAt!.Value, (await grain.Course()).OnlyEarlier));
        _market.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await grain.Look()).ResumesAt);
        Assert.Equal(Refusal.NotAdmitted, (await grain.PlaceBid(_market.Bid(2, "b", 1_010_000))).Refusal);
        Assert.Equal("open", (await grain.Look()).Phase);
    }

    [Fact]
    public async Task What_two_persons_decided_is_done_once_whatever_breaks()
    {
        var cancel = new Measure("m1", MeasureKind.Cancel, nameof(CancelGround.TitleDispute), "权属争议", null);
        var grain = await _market.AnnounceAndOpen("cancel", 2);
        await grain.PlaceBid(_market.Proxy(1, "a", 1_500_000));
        await grain.PlaceBid(_market.Bid(2, "b", 1_200_000));
        _market.Store.BreakAfterCommit();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => grain.Carry(cancel));
        Assert.True((await grain.Carry(cancel)).Done);
        await AuctionCluster.Deactivate(grain);
        Assert.True((await grain.Carry(cancel)).Done);
        Assert.Equal(Refusal.AlreadyEnded, (await grain.Carry(cancel with { Id = "m2" })).Refusal);
        Assert.Equal(("closed", "cancelled"), ((await grain.Look()).Phase, (await grain.Look()).Outcome));
        var (_, lines) = await _market.Log("cancel");
        Assert.Single(lines, l => l.Fact is Cancelled);
        Assert.Single(lines, l => l.Fact is SecretsOpened);
    }

    [Fact]
    public async Task A_default_offers_the_lot_to_the_second_best_and_a_crash_changes_nothing()
    {
        var grain = await _market.Announce("default", 2);
        Assert.True((await grain.WaitAsSecond(2, SecondBest.CurrentConsent)).Done);
        _market.Clock.Advance(TimeSpan.FromMinutes(1));
        await grain.PlaceBid(_market.Bid(2, "a", 1_000_000));
        await grain.PlaceBid(_market.Bid(1, "b", 1_010_000));
        _market.Clock.Advance(TimeSpan.FromMinutes(61));
        await grain.Poke();
        var measure = new Measure("d1", MeasureKind.Default, nameof(DefaultGround.NotPaid), "未付款", FactLine.Genesis);
        _market.Store.BreakBeforeCommit();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => grain.Carry(measure));
        Assert.True((await grain.Carry(measure)).Done);
        await AuctionCluster.Deactivate(grain);
        Assert.True((await grain.Carry(measure)).Done);
        Assert.Equal(Refusal.NotAdmitted, (await grain.AnswerOffer(1, true)).Refusal);
        _market.Store.BreakAfterCommit();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => grain.AnswerOffer(2, true));
        Assert.True((await grain.AnswerOffer(2, true)).Value);
        var course = await grain.Course();
        Assert.Equal(("sold", 2, 1_000_000L, true), (course.Outcome, course.Standing!.Winner, course.Standing.PriceFen, course.Standing.Promoted));
        Assert.Equal((2, 1_000_000L), ((await grain.Look()).WinnerPaddle, (await grain.Look()).PriceFen));
    }

    [Fact]
    public async Task Nobody_but_the_probe_pauses_as_the_platform()
    {
        var grain = await _market.AnnounceAndOpen("false", 1);
        Assert.Equal(Refusal.ProbeIsGood, (await grain.Pause("p", PausedBy.Platform, PauseCause.Fault, "x")).Refusal);
    }

    private async Task Fail()
    {
        _market.Store.BreakServes(ProbeRule.InARow);
        for (var i = 0; i < ProbeRule.InARow; i++) await _market.Probe.Look(TestContext.Current.CancellationToken);
    }
}

public sealed class SqliteTroubleGrainTests : TroubleGrainContract
{
    protected override Task<AuctionCluster> CreateCluster() => AuctionCluster.Create(null);
}

public sealed class PostgresTroubleGrainTests(PostgresFixture postgres) : TroubleGrainContract
{
    protected override async Task<AuctionCluster> CreateCluster() => await AuctionCluster.Create(await postgres.CreateMarket());
}
