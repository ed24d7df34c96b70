using Marketplace.Tests.Host;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
// Tests mostly wait: for the clock of an auction, for a commit, for a second process.
[assembly: Xunit.v3.Parallelization(MaxThreads = 6)]

namespace Marketplace.Tests.Host;

/// <summary>
/// One PostgreSQL for the whole run, started when the first test asks for it. Not installed: skipped with its reason on
/// a laptop, a failure in CI.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _once = new(1);
    private PostgresServer? _server;
    private string? _template;

    /// <summary>A fresh, empty database.</summary>
    public async Task<string> CreateDatabase() => await (await Server()).CreateDatabase();

    /// <summary>A fresh database with the market's tables: a copy, because migrating anew takes longer than a test.</summary>
    public async Task<string> CreateMarket()
    {
        var server = await Server();
        await _once.WaitAsync();
        try
        {
            _template ??= await Migrated(server);
        }
        finally
        {
            _once.Release();
        }

        return await server.CreateDatabase(_template);
    }

    /// <summary>Removes a database that <see cref="CreateMarket"/> made, whoever is still connected.</summary>
    public async Task Drop(string connection) => await (await Server()).Drop(connection);

    private static async Task<string> Migrated(PostgresServer server)
    {
        var template = await server.CreateDatabase();
        // Nobody may be connected to what is copied.
        await using var database = await TestDatabase.Create(template + ";Pooling=false");
        return template;
    }

    private async Task<PostgresServer> Server()
    {
        if (PostgresServer.Programs is null && Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Skip("PostgreSQL's server is not installed (Debian: apt-get install postgresql).");
        await _once.WaitAsync();
        try
        {
            _server ??= await PostgresServer.Start();
        }
        finally
        {
            _once.Release();
        }

        return _server;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _once.Dispose();
    }
}
