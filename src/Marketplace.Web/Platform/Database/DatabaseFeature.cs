using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Npgsql;

namespace Marketplace.Platform.Database;

/// <summary>Hands out contexts of whichever database this market runs on; EF's own factory fails on an abstract base.</summary>
public interface IMarketplaceDbFactory
{
    MarketplaceDb Create();
}

internal sealed class MarketplaceDbFactory<TDb>(IDbContextFactory<TDb> factory) : IMarketplaceDbFactory
    where TDb : MarketplaceDb
{
    public MarketplaceDb Create() => factory.CreateDbContext();
}

/// <summary>Registers the database of this market and brings its schema up to date.</summary>
public static class DatabaseFeature
{
    public static IServiceCollection AddMarketDatabase(this IServiceCollection services, MarketOptions options)
    {
        // Every statement as a line of the log would drown what the market itself says.
        services.AddLogging(log => log.AddFilter(DbLoggerCategory.Database.Command.Name, LogLevel.Warning));
        if (options.Postgres is { } connection)
        {
            // The few statements of an append are parsed once per connection, not once per append.
            var source = new NpgsqlDataSourceBuilder(connection) { ConnectionStringBuilder = { MaxAutoPrepare = 100, AutoPrepareMinUsages = 2 } };
            services.AddSingleton(_ => source.Build());
            services.AddDbContextFactory<PostgresMarketplaceDb>((provider, db) => Postgres(db, provider.GetRequiredService<NpgsqlDataSource>()));
            services.AddSingleton<IMarketplaceDbFactory, MarketplaceDbFactory<PostgresMarketplaceDb>>();
        }
        else
        {
            Directory.CreateDirectory(options.DataFolder);
            services.AddSingleton<SqliteGate>();
            services.AddDbContextFactory<SqliteMarketplaceDb>(db => Sqlite(db, $"Data Source={options.SqliteFile}"));
            services.AddSingleton<IMarketplaceDbFactory, MarketplaceDbFactory<SqliteMarketplaceDb>>();
        }

        return services.AddScoped(provider => provider.GetRequiredService<IMarketplaceDbFactory>().Create());
    }

    public static async Task Migrate(IServiceProvider services, CancellationToken cancellation = default)
    {
        await using var db = services.GetRequiredService<IMarketplaceDbFactory>().Create();
        // Most starts find nothing to do, and then need neither the lock of migrations nor a comparison of the whole model.
        if ((await db.Database.GetPendingMigrationsAsync(cancellation)).Any()) await db.Database.MigrateAsync(cancellation);
    }

    internal static void Sqlite(DbContextOptionsBuilder db, string connection) =>
        db.UseSqlite(connection).UseSnakeCaseNamingConvention().AddInterceptors(new SqlitePragmas());

    internal static void Postgres(DbContextOptionsBuilder db, NpgsqlDataSource? source) =>
        (source is null ? db.UseNpgsql("Host=localhost") : db.UseNpgsql(source)).UseSnakeCaseNamingConvention();
}

/// <summary>For <c>dotnet ef</c> only.</summary>
public sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteMarketplaceDb>
{
    public SqliteMarketplaceDb CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<SqliteMarketplaceDb>();
        DatabaseFeature.Sqlite(options, "Data Source=:memory:");
        return new SqliteMarketplaceDb(options.Options, new SqliteGate());
    }
}

/// <summary>For <c>dotnet ef</c> only.</summary>
public sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresMarketplaceDb>
{
    public PostgresMarketplaceDb CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<PostgresMarketplaceDb>();
        DatabaseFeature.Postgres(options, null);
        return new PostgresMarketplaceDb(options.Options);
    }
}
