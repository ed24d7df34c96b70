using Marketplace.Platform;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

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

    private DueWorkRunner Runner(Func<Task> work) => Runner(
        async (_, _) =>
        {
            await work();
            return null;
        },
        TimeSpan.FromMinutes(1));

    private DueWorkRunner Runner(Func<string, CancellationToken, Task<DateTimeOffset?>> work, TimeSpan longestRetry)
    {
        var kind = new DueWorkKind(Kind, (_, key, cancellation) => work(key, cancellation), longestRetry);
        return new DueWorkRunner(_database.Databases, [kind], _services, TimeProvider.System, _database.Options, NullLogger<DueWorkRunner>.Instance);
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
