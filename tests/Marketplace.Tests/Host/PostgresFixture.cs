using Marketplace.Tests.Host;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Marketplace.Tests.Host;

/// <summary>
/// One PostgreSQL for the whole run, started when the first test asks for it. Not installed: skipped with its reason on
/// a laptop, a failure in CI.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _once = new(1);
    private PostgresServer? _server;

    public async Task<string> CreateDatabase()
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

        return await _server.CreateDatabase();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _once.Dispose();
    }
}
