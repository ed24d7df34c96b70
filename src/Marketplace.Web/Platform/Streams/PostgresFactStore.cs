using System.Runtime.CompilerServices;
using Marketplace.Domain.Common;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Platform.Streams;

/// <summary>The log on PostgreSQL: one round trip per append, whatever it carries.</summary>
public sealed class PostgresFactStore(NpgsqlDataSource source) : IFactStore
{
    private const int Page = 1000;

    public async Task Append(string stream, IReadOnlyList<NewLine> lines, SignedHead head, IReadOnlyList<SideWrite> writes, CancellationToken cancellation = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(InsertFacts(stream, lines));
        if (lines.Any(l => l.Secret is not null)) batch.BatchCommands.Add(InsertSecrets(stream, lines));
        batch.BatchCommands.Add(Command(new SideWrite(
            "INSERT INTO heads (stream, version, hash, key_id, signature) VALUES (@stream, @version, @hash, @key, @signature)",
            ("stream", stream), ("version", head.Version), ("hash", head.Hash), ("key", head.KeyId), ("signature", head.Signature))));
        foreach (var write in writes) batch.BatchCommands.Add(Command(write));
        try
        {
            // A batch is one implicit transaction: all of it or nothing.
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "facts" or "heads" })
        {
            throw new StreamMovedException(stream, e);
        }
    }

    public async IAsyncEnumerable<StoredLine> Read(string stream, long after = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        // A page is sorted in memory. About a young stream the planner knows nothing: asked for all of it, it sorts the
        // whole on disk before the first line comes (seen in EXPLAIN).
        await using var command = source.CreateCommand(
            "SELECT f.version, f.bytes, f.hash, s.nonce, s.value_fen FROM facts f LEFT JOIN secrets s ON s.stream = f.stream AND s.version = f.version " +
            "WHERE f.stream = @stream AND f.version > @after AND f.version <= @upto ORDER BY f.version");
        command.Parameters.AddWithValue("stream", stream);
        var from = command.Parameters.AddWithValue("after", after);
        var upTo = command.Parameters.AddWithValue("upto", after);
        for (var (full, rest) = (true, false); !rest;)
        {
            // After a page that was not full everything that is left is asked for, so that a gap never passes for the end.
            rest = !full;
            var end = rest ? long.MaxValue : after + Page;
            (from.Value, upTo.Value) = (after, end);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                var secret = reader.IsDBNull(3) ? null : new Secret(reader.GetString(3), reader.GetInt64(4));
                after = reader.GetInt64(0);
                yield return new StoredLine(after, reader.GetFieldValue<byte[]>(1), reader.GetString(2), secret);
            }

            full = after == end;
        }
    }

    public async Task<SignedHead?> HeadAtOrAfter(string stream, long version, CancellationToken cancellation = default)
    {
        await using var command = source.CreateCommand(
            "SELECT version, hash, key_id, signature FROM heads WHERE stream = @stream AND version >= @version ORDER BY version LIMIT 1");
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
        await using var command = source.CreateCommand(StreamSql.ServedUntil);
        command.Parameters.AddWithValue("stream", stream);
        return await command.ExecuteScalarAsync(cancellation) is DateTime moment ? new DateTimeOffset(moment, TimeSpan.Zero) : null;
    }

    public async Task Write(IReadOnlyList<SideWrite> writes, CancellationToken cancellation = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var write in writes) batch.BatchCommands.Add(Command(write));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlBatchCommand InsertFacts(string stream, IReadOnlyList<NewLine> lines)
    {
        var (versions, keys, bytes, hashes) = (new long[lines.Count], new string[lines.Count], new byte[lines.Count][], new string[lines.Count]);
        for (var i = 0; i < lines.Count; i++)
        {
            (versions[i], keys[i], bytes[i], hashes[i]) = (lines[i].Line.Version, lines[i].CommandKey, lines[i].Line.Bytes, lines[i].Line.Hash);
        }

        return new NpgsqlBatchCommand(
            "INSERT INTO facts (stream, version, command_key, bytes, hash) SELECT $1, * FROM unnest($2, $3, $4, $5)")
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = stream },
                new NpgsqlParameter<long[]> { TypedValue = versions },
                new NpgsqlParameter<string[]> { TypedValue = keys },
                new NpgsqlParameter<byte[][]> { TypedValue = bytes, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
                new NpgsqlParameter<string[]> { TypedValue = hashes },
            },
        };
    }

    private static NpgsqlBatchCommand InsertSecrets(string stream, IReadOnlyList<NewLine> lines)
    {
        var hidden = lines.Where(l => l.Secret is not null).ToList();
        return new NpgsqlBatchCommand("INSERT INTO secrets (stream, version, nonce, value_fen) SELECT $1, * FROM unnest($2, $3, $4)")
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = stream },
                new NpgsqlParameter<long[]> { TypedValue = [.. hidden.Select(l => l.Line.Version)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. hidden.Select(l => l.Secret!.Nonce)] },
                new NpgsqlParameter<long[]> { TypedValue = [.. hidden.Select(l => l.Secret!.ValueFen)] },
            },
        };
    }

    private static NpgsqlBatchCommand Command(SideWrite write)
    {
        var command = new NpgsqlBatchCommand(write.Sql);
        foreach (var (name, value) in write.Parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
