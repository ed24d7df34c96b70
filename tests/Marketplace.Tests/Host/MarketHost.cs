using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Xunit.v3;

namespace Marketplace.Tests.Host;

/// <summary>Tests of this class run on PostgreSQL; all others on SQLite unless <c>MARKETPLACE_TESTS_DATABASE=postgres</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnPostgresAttribute : Attribute;

/// <summary>The whole market in this process on a data folder of its own; tests say what people do, not how.</summary>
public partial class MarketHost : WebApplicationFactory<Program>
{
    private static readonly bool AllOnPostgres = Environment.GetEnvironmentVariable("MARKETPLACE_TESTS_DATABASE") == "postgres";
    private readonly bool _onPostgres = AllOnPostgres || (TestContext.Current.TestClass as IXunitTestClass)?.Class.IsDefined(typeof(OnPostgresAttribute), inherit: false) == true;
    private readonly string _folder = Directory.CreateTempSubdirectory("market-").FullName;
    private PostgresFixture? _postgres;
    private string? _database;
    private bool _began;

    /// <summary>The folder of the market's files, keys and, on SQLite, its database.</summary>
    public string Folder => _folder;

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        _began = true;
        builder.UseEnvironment("Testing");
        builder.UseSetting("MARKETPLACE_DATA", _folder);
        builder.UseSetting("MARKETPLACE_DEMO", "off");
        // What goes well is told by the tests.
        foreach (var category in new[] { "Default", "Microsoft.AspNetCore.Mvc" }) builder.UseSetting($"Logging:LogLevel:{category}", "Warning");
        // The host is built where nobody can wait.
        Task.Run(async () =>
        {
            if (_onPostgres) _database = await PostgresDatabase();
            else await TestDatabase.CopySqlite(_folder);
        }).GetAwaiter().GetResult();
        builder.UseSetting("ConnectionStrings:Market", _database ?? "");
        builder.ConfigureTestServices(services => services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = QuickHashing.IterationCount));
    }

    public override async ValueTask DisposeAsync()
    {
        await Stop();
        await base.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
                break;
            }
            catch (IOException) when (attempt < 100)
            {
                // An index that was being made when the market stopped closes its files a moment later.
                await Task.Delay(50);
            }
        }

        if (_database is not null)
        {
            await using (var used = new NpgsqlConnection(_database)) NpgsqlConnection.ClearPool(used);
            await _postgres!.Drop(_database);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The database as an operator would put it away: SQLite's copy of itself, PostgreSQL's dump.</summary>
    public async Task<byte[]> Backup(CancellationToken cancellation)
    {
        if (_database is not null) return await PostgresServer.Dump(_database, cancellation);
        var copy = Path.Combine(Path.GetTempPath(), $"market-backup-{Guid.NewGuid():N}.db");
        await using (var db = Database()) await db.Database.ExecuteSqlAsync($"VACUUM INTO {copy}", cancellation);
        var bytes = await File.ReadAllBytesAsync(copy, cancellation);
        File.Delete(copy);
        return bytes;
    }

    /// <summary>
    /// The market ends itself first. When the factory stops it, the program stops it at the same moment, and whoever comes second to
    /// a silo that is stopping looks again a whole second later: of every test.
    /// </summary>
    private async Task Stop()
    {
        if (!_began) return;
        var lifetime = Services.GetRequiredService<IHostApplicationLifetime>();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var told = lifetime.ApplicationStopped.Register(stopped.SetResult);
        lifetime.StopApplication();
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private async Task<string> PostgresDatabase()
    {
        _postgres = await TestContext.Current.GetFixture<PostgresFixture>() ?? throw new InvalidOperationException("There is one PostgreSQL for all tests.");
        // What survives a crash is proven elsewhere, with every commit on disk.
        return await _postgres.CreateMarket() + ";Maximum Pool Size=40;Options=-c synchronous_commit=off";
    }
}
