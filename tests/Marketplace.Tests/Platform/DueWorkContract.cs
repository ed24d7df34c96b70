using Marketplace.Platform;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Tests.Platform;

/// <summary>Work that is due is done after the change that made it due, whatever the runner is at; on SQLite and on PostgreSQL.</summary>
public abstract class DueWorkContract : IAsyncLifetime
{
    private const string Kind = "test.work";
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private TestDatabase _database = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract Task<TestDatabase> CreateDatabase();

    public async ValueTask InitializeAsync() => _database = await CreateDatabase();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_becomes_due_while_the_same_work_is_being_done_is_done_once_more()
    {
        var seen = new List<string>();
        using var runner = Runner(async () =>
        {
            seen.Add("done");
            // The change comes after the work has looked, and before it is taken off the list.
            if (seen.Count == 1) await MakeDue();
        });
        await MakeDue();
        Assert.Equal(1, await runner.RunDue(Stop));
        Assert.Equal(1, await runner.RunDue(Stop));
        Assert.Equal(0, await runner.RunDue(Stop));
        Assert.Equal(["done", "done"], seen);
    }

    [Fact]
    public async Task Whoever_read_the_list_before_the_runner_still_makes_it_due()
    {
        await using var early = _database.Databases.Create();
        using var runner = Runner(async () =>
        {
            if (await early.Set<DueWorkRow>().CountAsync(Stop) == 1) await early.SaveWithWork(Kind, "x", Due, Stop);
        });
        await MakeDue();
        // Read while nobody was at it; saved while somebody is.
        await early.Set<DueWorkRow>().LoadAsync(Stop);
        await runner.RunDue(Stop);
        Assert.Equal(1, await runner.RunDue(Stop));
    }

    [Fact]
    public async Task Many_may_make_the_same_work_due_at_once()
    {
        var done = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(MakeDue, Stop)));
        using var runner = Runner(() =>
        {
            done++;
            return Task.CompletedTask;
        });
        await runner.RunDue(Stop);
        Assert.Equal((1, 0), (done, await runner.RunDue(Stop)));
    }

    [Fact]
    public async Task Work_that_came_again_by_itself_and_fails_once_is_tried_again_soon()
    {
        var turns = 0;
        using var runner = Runner((_, _) => ++turns <= 8 ? Task.FromResult<DateTimeOffset?>(Due) : throw new InvalidOperationException("The ninth turn fails."), TimeSpan.FromMinutes(1));
        await MakeDue();
        for (var i = 0; i < 9; i++) Assert.Equal(1, await runner.RunDue(Stop));
        Assert.InRange(await WaitsFor(), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_clock_that_fails_again_and_again_never_waits_longer_than_it_may()
    {
        using var runner = Runner((_, _) => throw new InvalidOperationException("It always fails."), TimeSpan.FromSeconds(2));
        await MakeDue();
        for (var i = 0; i < 8; i++)
        {
            await ComesAgain();
            Assert.Equal(1, await runner.RunDue(Stop));
        }

        Assert.InRange(await WaitsFor(), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Work_that_hangs_keeps_no_other_waiting()
    {
        var (hangs, done) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var runner = Runner(
            async (key, _) =>
            {
                if (key == "hangs") await hangs.Task;
                else done.TrySetResult();
                return null;
            },
            TimeSpan.FromMinutes(1));
        await runner.StartAsync(Stop);
        await MakeDue("hangs");
        await Eventually.Become("the work that hangs to be in hand", TimeSpan.FromSeconds(10), async () =>
        {
            await using var db = _database.Databases.Create();
            return await db.Set<DueWorkRow>().AnyAsync(w => w.Key == "hangs" && w.LeaseUntil != null, Stop);
        });
        await MakeDue();
        await done.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        hangs.SetResult();
        await runner.StopAsync(Stop);
    }

    [Fact]
    public async Task Work_in_hand_is_not_begun_again_beside_itself_and_is_done_once_more_when_it_was_put_on_the_list_meanwhile()
    {
        var (goesOn, done, begun) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        using var runner = Runner(
            async (key, _) =>
            {
                if (key == "other") done.TrySetResult();
                else if (Interlocked.Increment(ref begun) == 1) await goesOn.Task;
                return null;
            },
            TimeSpan.FromMinutes(1));
        await runner.StartAsync(Stop);
        await MakeDue();
        await Eventually.Become("the work to be in hand", TimeSpan.FromSeconds(10), () => Task.FromResult(begun == 1));
        await MakeDue();
        await MakeDue("other");
        await done.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        Assert.Equal(1, begun);
        goesOn.SetResult();
        await Eventually.Become("the work to be done once more", TimeSpan.FromSeconds(10), () => Task.FromResult(begun == 2));
        await runner.StopAsync(Stop);
    }

    [Fact]
    public async Task Work_that_takes_long_is_kept_from_other_nodes_until_its_own_is_gone()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var begun = 0;
        using var slow = Runner(
            async (_, cancellation) =>
            {
                begun++;
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
                return null;
            },
            TimeSpan.FromMinutes(1), clock);
        using var other = Runner(() => Task.CompletedTask, clock);
        await slow.StartAsync(Stop);
        await MakeDue();
        for (var seconds = 0; seconds < 12; seconds += 4)
        {
            var enough = clock.GetUtcNow().AddSeconds(4);
            await Eventually.Become("a lease with time left", TimeSpan.FromSeconds(10), async () =>
            {
                await using var db = _database.Databases.Create();
                return await db.Set<DueWorkRow>().AnyAsync(w => w.LeaseUntil >= enough, Stop);
            });
            Assert.Equal(0, await other.RunDue(Stop));
            clock.Advance(TimeSpan.FromSeconds(4));
        }

        Assert.Equal(1, begun);
        await slow.StopAsync(Stop);
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(1, await other.RunDue(Stop));
    }

    private async Task<TimeSpan> WaitsFor()
    {
        await using var db = _database.Databases.Create();
        return await db.Set<DueWorkRow>().Select(w => w.DueAt).SingleAsync(Stop) - TimeProvider.System.GetUtcNow();
    }

    private static DateTimeOffset Due => TimeProvider.System.GetUtcNow().AddSeconds(-1);

    private Task MakeDue() => MakeDue("x");

    private async Task MakeDue(string key)
    {
        await using var db = _database.Databases.Create();
        await db.SaveWithWork(Kind, key, Due, Stop);
    }

    /// <summary>Its turn comes again, and it is still work that failed before.</summary>
    private async Task ComesAgain()
    {
        await using var db = _database.Databases.Create();
        await db.Set<DueWorkRow>().ExecuteUpdateAsync(set => set.SetProperty(w => w.DueAt, Due).SetProperty(w => w.LeaseUntil, (DateTimeOffset?)null), Stop);
    }

    private DueWorkRunner Runner(Func<Task> work, TimeProvider? clock = null) => Runner(
        async (_, _) =>
        {
            await work();
            return null;
        },
        TimeSpan.FromMinutes(1), clock);

    private DueWorkRunner Runner(Func<string, CancellationToken, Task<DateTimeOffset?>> work, TimeSpan longestRetry, TimeProvider? clock = null)
    {
        var kind = new DueWorkKind(Kind, (_, key, cancellation) => work(key, cancellation), longestRetry);
        return new DueWorkRunner(_database.Databases, [kind], _services, clock ?? TimeProvider.System, _database.Options, NullLogger<DueWorkRunner>.Instance);
    }
}

public sealed class SqliteDueWorkTests : DueWorkContract
{
    protected override Task<TestDatabase> CreateDatabase() => TestDatabase.Create(null);
}

public sealed class PostgresDueWorkTests(PostgresFixture postgres) : DueWorkContract
{
    protected override async Task<TestDatabase> CreateDatabase() => await TestDatabase.Create(await postgres.CreateMarket());
}
