using Marketplace.Auctions;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Payments.Cards;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Benchmarks;

/// <summary>The market without its pages: a silo, the log, the grains.</summary>
internal sealed class BareMarket(WebApplication app, string folder) : IAsyncDisposable
{
    public IServiceProvider Services => app.Services;

    /// <param name="postgres">Connection string, or null for SQLite.</param>
    public static async Task<BareMarket> Start(string? postgres)
    {
        var folder = Directory.CreateTempSubdirectory("market-bench-").FullName;
        var options = new MarketOptions { DataFolder = folder, Postgres = postgres };
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<TimeProvider>(_ => MarketClock.OfThisMachine());
        builder.Services.AddMarketDatabase(options);
        builder.Services.AddShared();
        builder.Services.AddOrganisations();
        builder.Services.AddAuctions();
        builder.Services.AddSingleton<INotifier, Notifier>();
        builder.Services.AddSingleton<LedgerProving>();
        builder.Services.AddSingleton(CardSettings.From(builder.Configuration, options));
        builder.AddMarketOrleans(options);
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        await DatabaseFeature.Migrate(app.Services);
        await app.StartAsync();
        return new BareMarket(app, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
