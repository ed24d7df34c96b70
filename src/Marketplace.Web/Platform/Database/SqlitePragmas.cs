using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Marketplace.Platform.Database;

/// <summary>What every SQLite connection of the market is told first, EF's and the fact store's alike.</summary>
public sealed class SqlitePragmas : DbConnectionInterceptor
{
    /// <summary>WAL for readers beside a writer; FULL because NORMAL may roll committed work back after a power loss.</summary>
    public const string Sql = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }

    public static void Apply(DbConnection connection)
    {
        // With such a one EF looks whether the database is there. SQLite's copy of itself (VACUUM INTO) has no WAL yet, and
        // only who may write can give it one: a market could not start on the copy.
        if (connection.ConnectionString.Contains("Mode=ReadOnly", StringComparison.OrdinalIgnoreCase)) return;
        using var command = connection.CreateCommand();
        command.CommandText = Sql;
        command.ExecuteNonQuery();
    }
}
