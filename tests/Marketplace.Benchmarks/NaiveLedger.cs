using Microsoft.Data.Sqlite;
using Npgsql;

namespace Marketplace.Benchmarks;

/// <summary>
/// What one would write first: a transaction a transfer that inserts it and moves two balances. It is given the easier task: no chain,
/// no signature, no reading model, no notice, and it remembers nothing of commands.
/// </summary>
internal sealed class NaiveLedger : IAsyncDisposable
{
    private const string Schema =
        "CREATE TABLE naive_accounts (id int PRIMARY KEY, debits bigint NOT NULL, credits bigint NOT NULL); " +
        "CREATE TABLE naive_transfers (id text PRIMARY KEY, debit int NOT NULL, credit int NOT NULL, amount bigint NOT NULL);";

    private readonly NpgsqlDataSource? _postgres;
    private readonly string? _file;
    private readonly int _accounts;
    private readonly SemaphoreSlim _writer = new(1);

    private NaiveLedger(NpgsqlDataSource? postgres, string? file, int accounts) => (_postgres, _file, _accounts) = (postgres, file, accounts);

    public static async Task<NaiveLedger> OnPostgres(string connection, int accounts)
    {
        var ledger = new NaiveLedger(NpgsqlDataSource.Create(connection), null, accounts);
        await using var command = ledger._postgres!.CreateCommand($"{Schema} INSERT INTO naive_accounts SELECT n, 0, 0 FROM generate_series(0, {accounts}) n");
        await command.ExecuteNonQueryAsync();
        return ledger;
    }

    public static async Task<NaiveLedger> OnSqlite(int accounts)
    {
        var ledger = new NaiveLedger(null, Path.Combine(Directory.CreateTempSubdirectory("naive-").FullName, "naive.db"), accounts);
        await using var connection = ledger.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = Schema + string.Concat(Enumerable.Range(0, accounts + 1).Select(n => $"INSERT INTO naive_accounts VALUES ({n}, 0, 0);"));
        await command.ExecuteNonQueryAsync();
        return ledger;
    }

    public Task<Measured> Measure(int clients, TimeSpan duration) => Load.Drive(clients, duration, _postgres is null ? OnFile : OnServer);

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null) await _postgres.DisposeAsync();
        _writer.Dispose();
        if (_file is null) return;
        SqliteConnection.ClearAllPools();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    // The bank's account is 0 and comes last: its row is held for the shortest time.
    private async Task<Func<int, Task<bool>>> OnServer(int client)
    {
        var connection = await _postgres!.OpenConnectionAsync();
        return async number =>
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new("BEGIN"),
                    new($"INSERT INTO naive_transfers VALUES ('{client}-{number}', 0, {Owner(client, number)}, 1)"),
                    new($"UPDATE naive_accounts SET credits = credits + 1 WHERE id = {Owner(client, number)}"),
                    new("UPDATE naive_accounts SET debits = debits + 1 WHERE id = 0"),
                    new("COMMIT"),
                },
            };
            await batch.ExecuteNonQueryAsync();
            return true;
        };
    }

    private Task<Func<int, Task<bool>>> OnFile(int client)
    {
        var connection = Open();
        return Task.FromResult<Func<int, Task<bool>>>(async number =>
        {
            // SQLite has one writer; who waits here does not wait in its busy loop.
            await _writer.WaitAsync();
            try
            {
                await Task.Run(() =>
                {
                    using var command = connection.CreateCommand();
                    command.CommandText =
                        $"BEGIN IMMEDIATE; INSERT INTO naive_transfers VALUES ('{client}-{number}', 0, {Owner(client, number)}, 1); " +
                        $"UPDATE naive_accounts SET credits = credits + 1 WHERE id = {Owner(client, number)}; UPDATE naive_accounts SET debits = debits + 1 WHERE id = 0; COMMIT";
                    command.ExecuteNonQuery();
                });
                return true;
            }
            finally
            {
                _writer.Release();
            }
        });
    }

    private int Owner(int client, int number) => 1 + (client * 31 + number) % _accounts;

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={_file}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL";
        command.ExecuteNonQuery();
        return connection;
    }
}
