using Marketplace.Platform;
using Marketplace.Tests.Host;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Marketplace.Tests.Platform;

/// <summary>What the market's clock says while its reference says something else, with the machine's time in the test's hand.</summary>
public sealed class MarketClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(2);
    private readonly FakeTimeProvider _machine = new(Noon);
    private readonly MarketClock _clock;

    public MarketClockTests() => _clock = new MarketClock(_machine);

    [Fact]
    public void Without_a_reference_it_is_the_machines_time()
    {
        _machine.Advance(TimeSpan.FromTicks(15_000_019));
        Assert.Equal(Noon.AddTicks(15_000_010), _clock.GetUtcNow());
        Assert.True(_clock.IsBounded);
    }

    [Fact]
    public void Before_the_first_comparison_and_long_after_the_last_it_is_not_bounded()
    {
        _clock.FollowReference();
        Assert.False(_clock.IsBounded);
        _clock.Compare(Noon, Quick);
        Assert.True(_clock.IsBounded);
        _machine.Advance(MarketClock.Holds - TimeSpan.FromTicks(1));
        Assert.True(_clock.IsBounded);
        _machine.Advance(TimeSpan.FromTicks(1));
        Assert.False(_clock.IsBounded);
    }

    [Fact]
    public void A_reference_five_seconds_ahead_is_followed_at_once()
    {
        _clock.FollowReference();
        _clock.Compare(Noon.AddSeconds(5), Quick);
        Assert.True(_clock.IsBounded);
        Assert.Equal(Noon.AddSeconds(5) + Quick / 2, _clock.GetUtcNow());
    }

    [Fact]
    public void After_a_reference_five_seconds_behind_it_stands_still_and_is_not_bounded_until_they_agree()
    {
        _clock.FollowReference();
        _clock.Compare(Noon, TimeSpan.Zero);
        var told = _clock.GetUtcNow();
        _clock.Compare(Noon.AddSeconds(-5), Quick);
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMilliseconds(4_800); passed += TimeSpan.FromMilliseconds(100))
        {
            Assert.Equal(told, _clock.GetUtcNow());
            Assert.False(_clock.IsBounded);
            _machine.Advance(TimeSpan.FromMilliseconds(100));
        }

        // 200 ms apart, and the millisecond of uncertainty is on the good side: what is told and what is true agree.
        Assert.True(_clock.IsBounded);
        Assert.Equal(told, _clock.GetUtcNow());
        _machine.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(told.AddMilliseconds(101), _clock.GetUtcNow());
    }

    [Fact]
    public void What_nobody_was_told_needs_no_waiting()
    {
        _clock.FollowReference();
        _clock.Compare(Noon.AddSeconds(-5), TimeSpan.Zero);
        Assert.True(_clock.IsBounded);
        Assert.Equal(Noon.AddSeconds(-5), _clock.GetUtcNow());
    }

    [Fact]
    public void An_answer_that_took_too_long_bounds_nothing()
    {
        _clock.FollowReference();
        _clock.Compare(Noon.AddSeconds(5), TimeSpan.FromMilliseconds(401));
        Assert.False(_clock.IsBounded);
        Assert.Equal(Noon, _clock.GetUtcNow());
        // At the very limit the uncertainty alone fills the bound.
        _clock.Compare(Noon, TimeSpan.FromMilliseconds(400));
        Assert.True(_clock.IsBounded);
    }

    [Fact]
    public void Time_never_runs_backwards_and_what_is_bounded_is_near_whatever_the_reference_says()
    {
        var dice = new Random(20261124);
        _clock.FollowReference();
        var (before, trusted) = (DateTimeOffset.MinValue, 0);
        for (var turn = 0; turn < 100_000; turn++)
        {
            _machine.Advance(TimeSpan.FromMilliseconds(dice.Next(0, 40)));
            // The machine's counter is right, its idea of the hour is up to five seconds off.
            var reference = _machine.GetUtcNow().AddSeconds(3);
            if (dice.Next(50) == 0)
            {
                var roundTrip = TimeSpan.FromMilliseconds(dice.Next(0, 500));
                // The answer was taken anywhere on the way, and sometimes the reference itself jumps.
                var jump = dice.Next(10) == 0 ? dice.Next(-5_000, 5_000) : 0;
                _clock.Compare(reference.AddMilliseconds(jump) - roundTrip * dice.NextDouble(), roundTrip);
                // Somebody may have been told the wrong hour before the right one is known again.
                var meanwhile = _clock.GetUtcNow();
                Assert.True(meanwhile >= before);
                before = meanwhile;
                if (jump == 0) continue;
                _clock.Compare(reference, TimeSpan.Zero);
            }

            var now = _clock.GetUtcNow();
            Assert.True(now >= before, $"{turn}: {now:O} after {before:O}");
            before = now;
            if (!_clock.IsBounded) continue;
            trusted++;
            Assert.True((now - reference).Duration() <= MarketClock.WorstOffset, $"{turn}: {now:O} is told, {reference:O} is true");
        }

        Assert.InRange(trusted, 20_000, 99_000);
    }
}

/// <summary>The service that compares, against a real PostgreSQL, on machines whose hour is wrong.</summary>
public sealed class ClockDisciplineTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public async Task A_machine_five_seconds_off_tells_the_databases_time_from_the_start(int seconds)
    {
        await using var source = NpgsqlDataSource.Create(await postgres.CreateDatabase());
        var clock = new MarketClock(new WrongHour(TimeSpan.FromSeconds(seconds)));
        using var discipline = new ClockDiscipline(clock, source, NullLogger<ClockDiscipline>.Instance);
        await discipline.StartAsync(TestContext.Current.CancellationToken);
        try
        {
            Assert.True(clock.IsBounded);
            var before = await Asked(source);
            var told = clock.GetUtcNow();
            var after = await Asked(source);
            Assert.InRange(told, before - MarketClock.WorstOffset, after + MarketClock.WorstOffset);
        }
        finally
        {
            await discipline.StopAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_clock_that_had_run_ahead_waits_for_the_database()
    {
        await using var source = NpgsqlDataSource.Create(await postgres.CreateDatabase());
        var clock = new MarketClock(new WrongHour(TimeSpan.FromSeconds(5)));
        var told = clock.GetUtcNow();
        using var discipline = new ClockDiscipline(clock, source, NullLogger<ClockDiscipline>.Instance);
        await discipline.StartAsync(TestContext.Current.CancellationToken);
        Assert.False(clock.IsBounded);
        Assert.Equal(told, clock.GetUtcNow());
        await discipline.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task It_compares_again_every_five_seconds_and_a_database_that_is_gone_ends_the_bound()
    {
        var source = NpgsqlDataSource.Create(await postgres.CreateDatabase());
        var machine = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        var clock = new MarketClock(machine);
        using var discipline = new ClockDiscipline(clock, source, NullLogger<ClockDiscipline>.Instance);
        await discipline.StartAsync(TestContext.Current.CancellationToken);
        var first = clock.GetUtcNow();
        // The machine's counter runs, so the database is found to be behind: whoever compares stops it at once.
        machine.Advance(ClockDiscipline.Every);
        // Told before the answer of the database is there, it stands still from then on.
        Assert.Equal(first + ClockDiscipline.Every, clock.GetUtcNow());
        await Eventually.Become("the next comparison", TimeSpan.FromSeconds(20), () => Task.FromResult(!clock.IsBounded));
        Assert.Equal(first + ClockDiscipline.Every, clock.GetUtcNow());

        await source.DisposeAsync();
        machine.Advance(TimeSpan.FromSeconds(10));
        Assert.True(clock.IsBounded);
        machine.Advance(MarketClock.Holds);
        Assert.False(clock.IsBounded);
        await discipline.Compare(TestContext.Current.CancellationToken);
        Assert.False(clock.IsBounded);
        await discipline.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_answer_that_came_late_is_asked_for_again_and_the_quickest_counts()
    {
        await using var source = NpgsqlDataSource.Create(await postgres.CreateDatabase());
        var machine = new LateAnswers(TimeSpan.FromMilliseconds(900), TimeSpan.FromMilliseconds(350), TimeSpan.FromMilliseconds(120));
        var clock = new MarketClock(machine);
        using var discipline = new ClockDiscipline(clock, source, NullLogger<ClockDiscipline>.Instance);
        clock.FollowReference();
        machine.Begin();
        await discipline.Compare(TestContext.Current.CancellationToken);
        Assert.True(clock.IsBounded);
        Assert.True(machine.Asked >= 4, $"asked {machine.Asked} times");
        var before = await Asked(source);
        var told = clock.GetUtcNow();
        var after = await Asked(source);
        // Half of the 120 ms is what nobody can know; the hundreds of the late answers are not in it.
        Assert.InRange(told, before - TimeSpan.FromMilliseconds(100), after + TimeSpan.FromMilliseconds(100));
    }

    private static async Task<DateTimeOffset> Asked(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("SELECT clock_timestamp()");
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync())!, TimeSpan.Zero);
    }

    /// <summary>A machine whose counter runs well and whose hour is wrong.</summary>
    private sealed class WrongHour(TimeSpan off) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + off;
    }

    /// <summary>A machine whose counter jumps while the first questions are under way, as when it has no processor to spare.</summary>
    private sealed class LateAnswers(params TimeSpan[] late) : TimeProvider
    {
        private long _jumped;
        private int _reads = int.MinValue;

        /// <summary>How many questions were timed.</summary>
        public int Asked => _reads / 2;

        public override long GetTimestamp()
        {
            // Every second reading ends a question.
            if (++_reads > 0 && _reads % 2 == 0 && _reads / 2 <= late.Length) _jumped += (long)(late[_reads / 2 - 1].TotalSeconds * TimestampFrequency);
            return base.GetTimestamp() + _jumped;
        }

        public void Begin() => _reads = 0;
    }
}
