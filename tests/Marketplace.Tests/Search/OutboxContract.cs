using Marketplace.Platform.Database;
using Marketplace.Platform.Outbox;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Search;

/// <summary>What the outbox promises its readers, on either database.</summary>
public abstract class OutboxContract : IAsyncLifetime
{
    private TestDatabase _database = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    protected abstract Task<TestDatabase> Open();

    public async ValueTask InitializeAsync() => _database = await Open();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_committed_comes_in_order_and_once()
    {
        for (var i = 0; i < 5; i++) await Tell($"{i}");
        await using var db = _database.Databases.Create();
        var first = await Drained(db, default, 3);
        var rest = await Drained(db, first[^1].Position, 10);
        Assert.Equal(["0", "1", "2", "3", "4"], first.Concat(rest).Select(e => e.Key));
    }

    [Fact]
    public async Task What_began_earlier_and_commits_later_is_not_skipped()
    {
        await using var early = _database.Databases.Create();
        if (early is SqliteMarketplaceDb) Assert.Skip("One writer: nothing begins before another ends.");
        var position = default(OutboxPosition);
        await early.WriteAsync(
            async token =>
            {
                early.Tell("test", "early");
                await early.SaveChangesAsync(token);
                await Tell("late");
                await using var reader = _database.Databases.Create();
                var seen = await Outbox.Read(reader, default, 10, token);
                Assert.DoesNotContain(seen, e => e.Key == "late");
                // Whoever asks whether a reader is up to the records hears that it is not.
                Assert.Equal(1, await Outbox.Waiting(reader, default, 10, token));
                if (seen.Count > 0) position = seen[^1].Position;
            },
            Now);
        await using var db = _database.Databases.Create();
        Assert.Equal(["early", "late"], (await Drained(db, position, 10, 2)).Select(e => e.Key));
        Assert.Equal((2, 1, 0), (await Outbox.Waiting(db, default, 10, Now), await Outbox.Waiting(db, default, 1, Now), await Outbox.Waiting(db, (await Outbox.Read(db, default, 10, Now))[^1].Position, 10, Now)));
    }

    [Fact]
    public async Task What_nobody_committed_is_not_there()
    {
        await using (var db = _database.Databases.Create())
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => db.WriteAsync(
                async token =>
                {
                    db.Tell("test", "undone");
                    await db.SaveChangesAsync(token);
                    throw new InvalidOperationException();
                },
                Now));
        }

        await Tell("done");
        await using var reader = _database.Databases.Create();
        Assert.Equal(["done"], (await Drained(reader, default, 10)).Select(e => e.Key));
    }

    [Fact]
    public async Task A_place_at_the_end_has_everything_before_it()
    {
        await Tell("before");
        await using var db = _database.Databases.Create();
        var end = await Eventually.Get("the end to pass what was committed", TimeSpan.FromSeconds(30), async () =>
        {
            var place = await Outbox.End(db, Now);
            return (await Outbox.Read(db, place, 10, Now)).Count == 0 && (await Outbox.Read(db, default, 10, Now)).Count == 1 ? (object)place : null;
        });
        await Tell("after");
        Assert.Equal(["after"], (await Drained(db, (OutboxPosition)end, 10)).Select(e => e.Key));
    }

    [Fact]
    public async Task What_all_have_read_goes_and_who_missed_something_knows()
    {
        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < 4; i++) await Tell($"{i}");
        await using var db = _database.Databases.Create();
        var entries = await Drained(db, default, 10, 4);
        await Outbox.Note(db, "quick", entries[3].Position, now, Now);
        await Outbox.Note(db, "slow", entries[1].Position, now, Now);
        await Outbox.Prune(db, now, Now);
        Assert.Equal(["2", "3"], (await Outbox.Read(db, default, 10, Now)).Select(e => e.Key));
        Assert.True(await Outbox.Reaches(db, entries[1].Position, Now));
        Assert.False(await Outbox.Reaches(db, entries[0].Position, Now));
        // A week later the slow one was not seen again, and what is left is old.
        await Outbox.Prune(db, now + Outbox.Kept + TimeSpan.FromMinutes(1), Now);
        Assert.Empty(await Outbox.Read(db, default, 10, Now));
        Assert.False(await Outbox.Reaches(db, entries[1].Position, Now));
    }

    private async Task Tell(string key)
    {
        await using var db = _database.Databases.Create();
        db.Tell("test", key);
        await db.SaveChangesAsync(Now);
    }

    /// <summary>Asked until so many are in: transactions of other tests on the same server hold PostgreSQL's horizon back.</summary>
    private static async Task<List<OutboxEntry>> Drained(MarketplaceDb db, OutboxPosition after, int most, int least = 1) =>
        await Eventually.Get("committed changes to be readable", TimeSpan.FromSeconds(60), async () =>
        {
            var entries = await Outbox.Read(db, after, most, Now);
            return entries.Count >= Math.Min(least, most) ? entries : null;
        });
}

/// <summary>The outbox on SQLite.</summary>
public sealed class SqliteOutboxTests : OutboxContract
{
    protected override Task<TestDatabase> Open() => TestDatabase.Create(postgres: null);
}

/// <summary>The outbox on PostgreSQL.</summary>
public sealed class PostgresOutboxTests(PostgresFixture postgres) : OutboxContract
{
    protected override async Task<TestDatabase> Open() => await TestDatabase.Create(await postgres.CreateMarket());
}
