using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Tests.Host;

/// <summary>A migrated database of its own with the log on it, SQLite or PostgreSQL.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
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

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}
