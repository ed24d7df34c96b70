using System.Runtime.CompilerServices;
using Marketplace.Domain.Common;
using Marketplace.Platform.Database;
using Microsoft.Data.Sqlite;

namespace Marketplace.Platform.Streams;

/// <summary>The log on SQLite: one connection that only appends, behind the gate, and pooled readers.</summary>
public sealed class SqliteFactStore(string file, SqliteGate gate) : IFactStore, IDisposable
{
    private const int UniqueViolation = 2067;
    private const int PrimaryKeyViolation = 1555;
    private readonly string _connection = new SqliteConnectionStringBuilder { DataSource = file }.ToString();
    private SqliteConnection? _writer;

    public Task Append(string stream, IReadOnlyList<NewLine> lines, SignedHead head, IReadOnlyList<SideWrite> writes, CancellationToken cancellation = default) =>
        Transact(
            writer =>
            {
                try
                {
                    InsertFacts(writer, stream, lines);
                }
                catch (SqliteException e) when (e.SqliteExtendedErrorCode is UniqueViolation or PrimaryKeyViolation)
                {
                    throw new StreamMovedException(stream, e);
                }

                Run(writer, new SideWrite(
                    "INSERT INTO heads (stream, version, hash, key_id, signature) VALUES (@stream, @version, @hash, @key, @signature)",
                    ("stream", stream), ("version", head.Version), ("hash", head.Hash), ("key", head.KeyId), ("signature", head.Signature)));
                foreach (var write in writes) Run(writer, write);
            },
            cancellation);

    public async IAsyncEnumerable<StoredLine> Read(string stream, long after = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var connection = await OpenReader(cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT f.version, f.bytes, f.hash, s.nonce, s.value_fen FROM facts f LEFT JOIN secrets s ON s.stream = f.stream AND s.version = f.version " +
            "WHERE f.stream = @stream AND f.version > @after ORDER BY f.version";
        command.Parameters.AddWithValue("stream", stream);
        command.Parameters.AddWithValue("after", after);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var secret = reader.IsDBNull(3) ? null : new Secret(reader.GetString(3), reader.GetInt64(4));
            yield return new StoredLine(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetString(2), secret);
        }
    }

    public async Task<SignedHead?> HeadAtOrAfter(string stream, long version, CancellationToken cancellation = default)
    {
        await using var connection = await OpenReader(cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT version, hash, key_id, signature FROM heads WHERE stream = @stream AND version >= @version ORDER BY version LIMIT 1";
        command.Parameters.AddWithValue("stream", stream);
        command.Parameters.AddWithValue("version", version);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new SignedHead(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<byte[]>(3))
            : null;
    }

    public Task Serve(string stream, DateTimeOffset until, CancellationToken cancellation = default) => Write([StreamSql.Serve(stream, until)], cancellation);

    public async Task<DateTimeOffset?> ServedUntil(string stream, CancellationToken cancellation = default)
    {
        await using var connection = await OpenReader(cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = StreamSql.ServedUntil;
        command.Parameters.AddWithValue("stream", stream);
        return await command.ExecuteScalarAsync(cancellation) is long micros ? SqliteMoment.Read(micros) : null;
    }

    public Task Write(IReadOnlyList<SideWrite> writes, CancellationToken cancellation = default) =>
        Transact(
            writer =>
            {
                foreach (var write in writes) Run(writer, write);
            },
            cancellation);

    public void Dispose() => _writer?.Dispose();

    private async Task Transact(Action<SqliteConnection> work, CancellationToken cancellation)
    {
        using (await gate.Enter(urgent: true, cancellation))
        {
            // SQLite's calls block; a grain's scheduler must not wait for a disk.
            await Task.Run(
                () =>
                {
                    var writer = _writer ??= OpenWriter();
                    using var transaction = writer.BeginTransaction(deferred: false);
                    work(writer);
                    transaction.Commit();
                },
                cancellation);
        }
    }

    private SqliteConnection OpenWriter()
    {
        // Not pooled: this connection lives as long as the store and keeps its prepared statements.
        var writer = new SqliteConnection(_connection + ";Pooling=False");
        writer.Open();
        SqlitePragmas.Apply(writer);
        return writer;
    }

    private async Task<SqliteConnection> OpenReader(CancellationToken cancellation)
    {
        var reader = new SqliteConnection(_connection);
        await reader.OpenAsync(cancellation);
        SqlitePragmas.Apply(reader);
        return reader;
    }

    private static void InsertFacts(SqliteConnection writer, string stream, IReadOnlyList<NewLine> lines)
    {
        using var facts = writer.CreateCommand();
        facts.CommandText = "INSERT INTO facts (stream, version, command_key, bytes, hash) VALUES (@stream, @version, @key, @bytes, @hash)";
        facts.Parameters.AddWithValue("stream", stream);
        var version = facts.Parameters.Add("version", SqliteType.Integer);
        var key = facts.Parameters.Add("key", SqliteType.Text);
        var bytes = facts.Parameters.Add("bytes", SqliteType.Blob);
        var hash = facts.Parameters.Add("hash", SqliteType.Text);
        facts.Prepare();
        foreach (var line in lines)
        {
            (version.Value, key.Value, bytes.Value, hash.Value) = (line.Line.Version, line.CommandKey, line.Line.Bytes, line.Line.Hash);
            facts.ExecuteNonQuery();
            if (line.Secret is { } secret)
            {
                Run(writer, new SideWrite(
                    "INSERT INTO secrets (stream, version, nonce, value_fen) VALUES (@stream, @version, @nonce, @value)",
                    ("stream", stream), ("version", line.Line.Version), ("nonce", secret.Nonce), ("value", secret.ValueFen)));
            }
        }
    }

    private static void Run(SqliteConnection writer, SideWrite write)
    {
        using var command = writer.CreateCommand();
        command.CommandText = write.Sql;
        foreach (var (name, value) in write.Parameters)
        {
            command.Parameters.AddWithValue(name, value switch
            {
                null => DBNull.Value,
                DateTimeOffset moment => SqliteMoment.Write(moment),
                // EF writes ids as upper-case text; the same text must be found again.
                Guid id => id.ToString("D").ToUpperInvariant(),
                _ => value,
            });
        }

        command.ExecuteNonQuery();
    }
}

/// <summary>Statements that both databases understand.</summary>
internal static class StreamSql
{
    public const string ServedUntil = "SELECT served_until FROM served WHERE stream = @stream";

    public static SideWrite Serve(string stream, DateTimeOffset until) => new(
        "INSERT INTO served (stream, served_until) VALUES (@stream, @until) ON CONFLICT (stream) DO UPDATE SET served_until = excluded.served_until",
        ("stream", stream), ("until", until));
}
