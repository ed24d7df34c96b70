using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;

namespace Marketplace.Tests.Platform;

/// <summary>What every log must promise; run on SQLite and on a real PostgreSQL.</summary>
public abstract class FactStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);
    private static readonly Secret Maximum = new(new string('a', 64), 2_500_000);
    private TestDatabase _database = null!;

    protected abstract Task<TestDatabase> CreateDatabase();

    private IFactStore Store => _database.Store;

    public async ValueTask InitializeAsync() => _database = await CreateDatabase();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_appended_is_read_back_byte_for_byte_with_its_secret()
    {
        var lines = Chain(FactLine.Genesis, 1, new Suspended(7), Proxy("b-1"));
        await Append("auction/1", lines);

        var read = await ReadAll("auction/1");
        Assert.Equal(lines.Select(l => l.Bytes), read.Select(l => l.Bytes));
        Assert.Equal(lines.Select(l => l.Hash), read.Select(l => l.Hash));
        Assert.Equal([null, Maximum], read.Select(l => l.Secret));
        Assert.Single(await ReadAll("auction/1", after: 1));
        Assert.Empty(await ReadAll("auction/2"));
    }

    [Fact]
    public async Task A_version_that_is_taken_refuses_the_whole_append()
    {
        await Append("auction/1", Chain(FactLine.Genesis, 1, new Suspended(1), new Suspended(2)));
        var late = Chain(FactLine.Genesis, 2, new Suspended(3), new Suspended(4));

        await Assert.ThrowsAsync<StreamMovedException>(() => Append("auction/1", late));
        Assert.Equal(2, (await ReadAll("auction/1")).Count);
    }

    [Fact]
    public async Task A_command_that_is_taken_refuses_the_whole_append()
    {
        await Append("auction/1", Chain(FactLine.Genesis, 1, new Suspended(1)));
        var again = Chain(FactLine.Genesis, 2, new Suspended(2), new Suspended(1));

        await Assert.ThrowsAsync<StreamMovedException>(() => Append("auction/1", again));
        Assert.Single(await ReadAll("auction/1"));
    }

    [Fact]
    public async Task Side_writes_become_durable_with_the_lines_or_not_at_all()
    {
        var first = Chain(FactLine.Genesis, 1, new Suspended(1));
        await Append("auction/1", first, StreamSqlFor("a"));
        await Assert.ThrowsAsync<StreamMovedException>(() => Append("auction/1", first, StreamSqlFor("b")));

        Assert.Equal(At, await Store.ServedUntil("a"));
        Assert.Null(await Store.ServedUntil("b"));
    }

    [Fact]
    public async Task A_line_is_covered_by_the_first_head_at_or_after_it()
    {
        var lines = Chain(FactLine.Genesis, 1, new Suspended(1), new Suspended(2), new Suspended(3));
        await Append("auction/1", lines[..2]);
        await Append("auction/1", lines[2..]);

        Assert.Equal(2, (await Store.HeadAtOrAfter("auction/1", 1))!.Version);
        Assert.Equal(2, (await Store.HeadAtOrAfter("auction/1", 2))!.Version);
        var last = (await Store.HeadAtOrAfter("auction/1", 3))!;
        Assert.Equal(lines[2].Hash, last.Hash);
        Assert.Equal(_database.Keys.KeyId, last.KeyId);
        Assert.Null(await Store.HeadAtOrAfter("auction/1", 4));
    }

    [Fact]
    public async Task The_served_time_moves_forward_with_each_note()
    {
        Assert.Null(await Store.ServedUntil("auction/1"));
        await Store.Serve("auction/1", At);
        await Store.Serve("auction/1", At.AddMicroseconds(1));
        Assert.Equal(At.AddMicroseconds(1), await Store.ServedUntil("auction/1"));
    }

    [Fact]
    public async Task Of_two_appends_at_once_exactly_one_wins()
    {
        for (var round = 0; round < 20; round++)
        {
            var stream = $"auction/race-{round}";
            var outcomes = await Task.WhenAll(Enumerable.Range(1, 4).Select(async paddle =>
            {
                try
                {
                    await Append(stream, Chain(FactLine.Genesis, 1, new Suspended(paddle)));
                    return true;
                }
                catch (StreamMovedException)
                {
                    return false;
                }
            }));
            Assert.Single(outcomes, won => won);
            Assert.Single(await ReadAll(stream));
        }
    }

    [Fact]
    public async Task A_long_stream_is_read_whole_and_a_gap_never_passes_for_its_end()
    {
        const string stream = "auction/long";
        var lines = Chain(FactLine.Genesis, 1, [.. Enumerable.Range(1, 2000).Select(paddle => new Suspended(paddle))]);
        await Append(stream, lines);
        Assert.Equal(lines.Select(l => l.Version), (await ReadAll(stream)).Select(l => l.Version));
        Assert.Equal(lines[1234..].Select(l => l.Version), (await ReadAll(stream, 1234)).Select(l => l.Version));

        var beyond = Chain(FactLine.Genesis, 5001, new Suspended(5001), new Suspended(5002));
        await Append(stream, beyond);
        Assert.Equal([.. lines.Select(l => l.Version), 5001, 5002], (await ReadAll(stream)).Select(l => l.Version));
    }

    private static ProxyAccepted Proxy(string id) => new(7, id, Maximum, Maximum.Commitment(), new Standing(1_000_000, 7, At));

    private static SideWrite StreamSqlFor(string stream) =>
        new("INSERT INTO served (stream, served_until) VALUES (@stream, @until)", ("stream", stream), ("until", At));

    private static FactLine[] Chain(string prev, long version, params AuctionFact[] facts)
    {
        var lines = new List<FactLine>();
        foreach (var fact in facts)
        {
            lines.Add(FactLine.Write(fact, version++, prev, At));
            prev = lines[^1].Hash;
        }

        return [.. lines];
    }

    private Task Append(string stream, FactLine[] lines, params SideWrite[] writes) => Store.Append(
        stream, [.. lines.Select(l => new NewLine(l, l.Fact.CommandKey))], _database.Keys.Sign(stream, lines[^1].Version, lines[^1].Hash), writes);

    private async Task<List<StoredLine>> ReadAll(string stream, long after = 0)
    {
        var lines = new List<StoredLine>();
        await foreach (var line in Store.Read(stream, after)) lines.Add(line);
        return lines;
    }
}

public sealed class SqliteFactStoreTests : FactStoreContract
{
    protected override Task<TestDatabase> CreateDatabase() => TestDatabase.Create(null);
}

public sealed class PostgresFactStoreTests(PostgresFixture postgres) : FactStoreContract
{
    protected override async Task<TestDatabase> CreateDatabase() => await TestDatabase.Create(await postgres.CreateMarket());
}
