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

    private static DateTimeOffset Due => TimeProvider.System.GetUtcNow().AddSeconds(-1);

    private async Task MakeDue()
    {
        await using var db = _database.Databases.Create();
        await db.SaveWithWork(Kind, "x", Due, Stop);
    }

    private DueWorkRunner Runner(Func<Task> work)
    {
        var kind = new DueWorkKind(Kind, async (_, _, _) =>
        {
            await work();
            return null;
        });
        return new DueWorkRunner(_database.Databases, [kind], _services, TimeProvider.System, _database.Options, NullLogger<DueWorkRunner>.Instance);
    }
}

public sealed class SqliteDueWorkTests : DueWorkContract
{
    protected override Task<TestDatabase> CreateDatabase() => TestDatabase.Create(null);
}

public sealed class PostgresDueWorkTests(PostgresFixture postgres) : DueWorkContract
{
    protected override async Task<TestDatabase> CreateDatabase() => await TestDatabase.Create(await postgres.CreateDatabase());
}
