using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Tests.Host;

/// <summary>A migrated database of its own with the log on it, SQLite or PostgreSQL.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    /// <summary>A migrated SQLite database, made once for the whole run: migrating anew takes longer than many a test.</summary>
    private static readonly Lazy<Task<byte[]>> Migrated = new(Migrate);

    private readonly ServiceProvider _services;
    private readonly string _folder;

    private TestDatabase(ServiceProvider services, string folder, MarketOptions options) => (_services, _folder, Options) = (services, folder, options);

    public MarketOptions Options { get; }

    public IMarketplaceDbFactory Databases => _services.GetRequiredService<IMarketplaceDbFactory>();

    public IFactStore Store => _services.GetRequiredService<IFactStore>();

    public MarketKeys Keys => _services.GetRequiredService<MarketKeys>();

    /// <param name="postgres">Connection string, or null for SQLite.</param>
    /// <param name="folder">A data folder that others use too; a fresh one when null.</param>
    public static async Task<TestDatabase> Create(string? postgres, string? folder = null)
    {
        folder ??= Directory.CreateTempSubdirectory("market-db-").FullName;
        if (postgres is null) await CopySqlite(folder);
        return await Open(postgres, folder);
    }

    /// <summary>Puts a migrated SQLite database into the data folder of a market.</summary>
    public static async Task CopySqlite(string folder)
    {
        var migrated = await Migrated.Value;
        await using var file = new FileStream(new MarketOptions { DataFolder = folder }.SqliteFile, FileMode.CreateNew);
        await file.WriteAsync(migrated);
    }

    private static async Task<TestDatabase> Open(string? postgres, string folder)
    {
        var options = new MarketOptions { DataFolder = folder, Postgres = postgres };
        var services = new ServiceCollection();
        services.AddMarketDatabase(options);
        services.AddSingleton(_ => MarketKeys.Load(options.KeysFolder, DateTimeOffset.UnixEpoch));
        services.AddSingleton<IFactStore>(provider => postgres is null
            ? new SqliteFactStore(options.SqliteFile, provider.GetRequiredService<SqliteGate>())
            : new PostgresFactStore(provider.GetRequiredService<NpgsqlDataSource>()));
        var database = new TestDatabase(services.BuildServiceProvider(), folder, options);
        await DatabaseFeature.Migrate(database._services);
        return database;
    }

    private static async Task<byte[]> Migrate()
    {
        await using var database = await Open(postgres: null, Directory.CreateTempSubdirectory("market-template-").FullName);
        var copy = Path.Combine(database._folder, "copy.db");
        // Whole in one file, whatever still lies in the log beside it.
        await using (var db = database.Databases.Create()) await db.Database.ExecuteSqlAsync($"VACUUM INTO {copy}");
        return await File.ReadAllBytesAsync(copy);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}
