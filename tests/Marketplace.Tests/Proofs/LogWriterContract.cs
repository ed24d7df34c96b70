using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Proofs;
using Marketplace.Platform.Streams;
using Marketplace.Proofs;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Tests.Proofs;

/// <summary>What the public log must promise, whatever happens to its writers; run on SQLite and on a real PostgreSQL.</summary>
public abstract class LogWriterContract : IAsyncLifetime
{
    protected static readonly DateTimeOffset At = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
    private readonly List<HeadLeaf> _appended = [];
    private readonly Dictionary<string, FactLine> _tips = [];

    protected TestDatabase Database { get; private set; } = null!;

    protected abstract Task<TestDatabase> CreateDatabase();

    protected abstract string[] FailOn(string table);

    protected abstract string[] Heal(string table);

    protected MarketLog Log => new(Database.Databases);

    public async ValueTask InitializeAsync() => Database = await CreateDatabase();

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Every_head_of_an_auction_is_a_leaf_and_no_other_stream_is()
    {
        var writer = Writer();
        Assert.Equal(0, await writer.TakeIn());
        Assert.Equal(0, (await Checkpoint(MarketLog.Market)).Size);
        await Append("auction/a", 3);
        await Append("ledger/custody", 1);
        await Append("auction/demo:b", 2);
        await Append("auction/a", 1);
        await Drain(writer);

        await TreeIsThatOf(MarketLog.Market, "auction/a");
        await TreeIsThatOf(MarketLog.Demo, "auction/demo:b");
        Assert.Equal(2, (await Checkpoint(MarketLog.Market)).Size);
        Assert.NotEqual((await Checkpoint(MarketLog.Market)).Origin, (await Checkpoint(MarketLog.Demo)).Origin);
        Assert.Equal(0, await writer.TakeIn());
    }

    [Fact]
    public async Task Each_head_is_proven_under_the_newest_checkpoint_and_under_every_one_since_it_was_taken_in()
    {
        var writer = Writer();
        for (var round = 0; round < 5; round++)
        {
            await Append($"auction/{round}", 1);
            await Drain(writer);
        }

        foreach (var leaf in _appended)
        {
            for (var size = long.Parse(leaf.Stream[8..]) + 1; size <= 5; size++)
            {
                var checkpoint = (await Log.Prove(leaf.Stream, leaf.Version, size))!.Check(leaf.Write(), Database.Keys.PublicKey);
                Assert.Equal(size, checkpoint!.Size);
            }

            Assert.Equal(5, (await Log.Prove(leaf.Stream, leaf.Version))!.Check(leaf.Write(), Database.Keys.PublicKey)!.Size);
        }

        Assert.Null(await Log.Prove("auction/4", 1, 4));
        Assert.Null(await Log.Prove("auction/4", 2));
    }

    [Fact]
    public async Task A_writer_that_dies_anywhere_leaves_the_same_tree()
    {
        var random = new Random(20261123);
        await Writer().TakeIn();
        foreach (var table in Enumerable.Repeat(new[] { "log_checkpoints", "log_leaves", "log_nodes", "log_cursor" }, 3).SelectMany(t => t))
        {
            for (var heads = 0; heads < 40; heads++) await Append($"auction/{random.Next(5)}", 1 + random.Next(3));
            var dying = Writer();
            if (random.Next(2) == 0) await dying.TakeIn();
            for (var heads = 0; heads < 10; heads++) await Append($"auction/{random.Next(5)}", 1);
            await Run(FailOn(table));
            // Not every turn fills a tile; then the writer does not meet the table it would die of.
            var before = (await Checkpoint(MarketLog.Market)).Size;
            if (await dying.TakeIn() == 0) Assert.Equal(before, (await Checkpoint(MarketLog.Market)).Size);
            await Run(Heal(table));
            // Nothing that the dead one knew is left; a new one has only the database.
            await Drain(random.Next(2) == 0 ? Writer() : dying);
            await TreeIsThatOf(MarketLog.Market, "auction/");
        }

        await EveryCheckpointIsContinued();
    }

    [Fact]
    public async Task Writers_of_several_nodes_at_once_make_one_tree()
    {
        await Writer().TakeIn();
        for (var heads = 0; heads < 600; heads++) await Append($"auction/{heads % 7}", 1);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Drain(Writer()))));
        await Drain(Writer());
        await TreeIsThatOf(MarketLog.Market, "auction/");
        await EveryCheckpointIsContinued();
    }

    [Fact]
    public async Task Tiles_are_served_as_wide_as_asked_and_never_wider_than_the_log()
    {
        for (var heads = 0; heads < 300; heads++) await Append("auction/a", 1);
        await Drain(Writer());
        var hashes = _appended.ConvertAll(leaf => Merkle.Leaf(leaf.Write()));
        Assert.Equal(hashes[..256].SelectMany(h => h), await Log.Tile(MarketLog.Market, new TileName(0, 0, 256)));
        Assert.Equal(hashes[256..299].SelectMany(h => h), await Log.Tile(MarketLog.Market, new TileName(0, 1, 43)));
        Assert.Equal(hashes[256..].SelectMany(h => h), await Log.Tile(MarketLog.Market, new TileName(0, 1, 44)));
        Assert.Equal(Merkle.Root(256, Merkle.Of(hashes)), await Log.Tile(MarketLog.Market, new TileName(1, 0, 1)));
        Assert.Equal(_appended[256..].Select(leaf => leaf.Write()), Tiles.Entries(await Log.Tile(MarketLog.Market, new TileName(null, 1, 44))));
        Assert.Null(await Log.Tile(MarketLog.Market, new TileName(0, 1, 45)));
        Assert.Null(await Log.Tile(MarketLog.Market, new TileName(1, 0, 2)));
        Assert.Null(await Log.Tile(MarketLog.Market, new TileName(2, 0, 1)));
        Assert.Null(await Log.Tile(MarketLog.Demo, new TileName(0, 0, 1)));
    }

    protected LogWriter Writer() => new(Database.Databases, Database.Keys, TimeProvider.System, Database.Options, NullLogger<LogWriter>.Instance);

    /// <summary>Until every head is taken in. One that lost its turn tries again, and a transaction of any database on the same server holds all of them back.</summary>
    protected Task Drain(LogWriter writer) => Eventually.Become("every head in its log", TimeSpan.FromSeconds(60), async () =>
    {
        while (await writer.TakeIn() > 0)
        {
        }

        return await Size(MarketLog.Market) + await Size(MarketLog.Demo) == _appended.Count(leaf => leaf.Stream.StartsWith("auction/", StringComparison.Ordinal));
    });

    protected async Task<long> Size(string log) => await Log.Newest(log) is null ? 0 : (await Checkpoint(log)).Size;

    /// <summary>One append of so many lines, and so one head.</summary>
    protected async Task Append(string stream, int lines)
    {
        var (version, prev) = _tips.TryGetValue(stream, out var tip) ? (tip.Version, tip.Hash) : (0, FactLine.Genesis);
        var written = new List<NewLine>();
        for (var i = 0; i < lines; i++)
        {
            tip = FactLine.Write(new Suspended((int)version + 1), ++version, prev, At.AddSeconds(version));
            written.Add(new NewLine(tip, tip.Fact.CommandKey));
            prev = tip.Hash;
        }

        await Database.Store.Append(stream, written, Database.Keys.Sign(stream, version, prev), []);
        _tips[stream] = tip!;
        _appended.Add(new HeadLeaf(stream, version, prev, tip!.At));
    }

    private async Task TreeIsThatOf(string log, string streams)
    {
        var leaves = _appended.Where(leaf => leaf.Stream.StartsWith(streams, StringComparison.Ordinal)).Select(leaf => leaf.Write()).ToList();
        var checkpoint = await Checkpoint(log);
        Assert.Equal(leaves.Count, checkpoint.Size);
        Assert.Equal(Merkle.Root(leaves.Count, Merkle.Of(leaves.ConvertAll(leaf => Merkle.Leaf(leaf)))), checkpoint.Root);
    }

    private async Task EveryCheckpointIsContinued()
    {
        await using var db = Database.Databases.Create();
        var all = await db.Set<LogCheckpointRow>().AsNoTracking().Where(c => c.Log == MarketLog.Market).OrderBy(c => c.Size).ToListAsync();
        var tree = Merkle.Of(_appended.ConvertAll(leaf => Merkle.Leaf(leaf.Write())));
        Assert.NotEmpty(all);
        Assert.All(all, row => Assert.Equal(Merkle.Root(row.Size, tree), Domain.Proofs.Checkpoint.Open(row.Note, Database.Keys.PublicKey)!.Root));
    }

    private async Task<Checkpoint> Checkpoint(string log) => Domain.Proofs.Checkpoint.Open((await Log.Newest(log))!.Note, Database.Keys.PublicKey)!;

    private async Task Run(string[] statements)
    {
        await using var db = Database.Databases.Create();
        foreach (var statement in statements) await db.Database.ExecuteSqlRawAsync(statement);
    }
}

public sealed class SqliteLogWriterTests : LogWriterContract
{
    protected override Task<TestDatabase> CreateDatabase() => TestDatabase.Create(null);

    protected override string[] FailOn(string table) =>
        [$"CREATE TRIGGER kill_{table} AFTER {(table == "log_cursor" ? "UPDATE" : "INSERT")} ON {table} BEGIN SELECT RAISE(ABORT, 'killed'); END"];

    protected override string[] Heal(string table) => [$"DROP TRIGGER kill_{table}"];
}

public sealed class PostgresLogWriterTests(PostgresFixture postgres) : LogWriterContract
{
    protected override async Task<TestDatabase> CreateDatabase() => await TestDatabase.Create(await postgres.CreateMarket());

    protected override string[] FailOn(string table) =>
    [
        "CREATE FUNCTION kill() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''killed''; END'",
        $"CREATE TRIGGER kill AFTER {(table == "log_cursor" ? "UPDATE" : "INSERT")} ON {table} FOR EACH ROW EXECUTE FUNCTION kill()",
    ];

    protected override string[] Heal(string table) => [$"DROP TRIGGER kill ON {table}", "DROP FUNCTION kill()"];

    [Fact]
    public async Task An_append_that_commits_after_a_later_one_is_not_passed_over()
    {
        var writer = Writer();
        await Append("auction/a", 1);
        await Drain(writer);
        await using var db = Database.Databases.Create();
        await using (var open = await db.Database.BeginTransactionAsync())
        {
            // An append that has its place but not yet its commit.
            await db.Database.ExecuteSqlRawAsync("INSERT INTO facts (stream, version, command_key, bytes, hash) SELECT 'auction/slow', 1, 'slow', bytes, hash FROM facts WHERE stream = 'auction/a'");
            await db.Database.ExecuteSqlRawAsync("INSERT INTO heads (stream, version, hash, key_id, signature) SELECT 'auction/slow', 1, hash, key_id, signature FROM heads WHERE stream = 'auction/a'");
            await Append("auction/b", 1);
            Assert.Equal(0, await writer.TakeIn());
            Assert.Null(await Log.Prove("auction/b", 1));
            await open.CommitAsync();
        }

        await Eventually.Become("both in the log", TimeSpan.FromSeconds(60), async () =>
        {
            await writer.TakeIn();
            return await Size(MarketLog.Market) == 3;
        });
        Assert.Equal(1, (await Log.Prove("auction/slow", 1))!.Index);
        Assert.Equal(2, (await Log.Prove("auction/b", 1))!.Index);
    }
}
