using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Marketplace.Tests.Host;

/// <summary>
/// A real PostgreSQL of Debian's packages as a child process: private data folder, free port, fsync on. PostgreSQL
/// refuses to run as root, so root starts it as the <c>postgres</c> user.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Process _server;
    private readonly int _port;

    private PostgresServer(string folder, Process server, int port) => (_folder, _server, _port) = (folder, server, port);

    /// <summary>The folder of the server's programs, newest version first; null when none is installed.</summary>
    public static string? Programs { get; } =
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin")).FirstOrDefault(d => File.Exists(Path.Combine(d, "postgres")))
            : null;

    public static async Task<PostgresServer> Start()
    {
        var programs = Programs ?? throw new InvalidOperationException("PostgreSQL's server is not installed (Debian: apt-get install postgresql).");
        var folder = Directory.CreateTempSubdirectory("market-pg-").FullName;
        if (Environment.UserName == "root")
        {
            await Run("chown", "postgres", folder);
            await Run("chmod", "755", folder);
        }

        var data = Path.Combine(folder, "data");
        await Run(AsPostgres(Path.Combine(programs, "initdb"), "-D", data, "-U", "market", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"));
        var port = FreePort();
        var server = Launch(AsPostgres(
            Path.Combine(programs, "postgres"), "-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}", "-c", "max_connections=400"));
        var postgres = new PostgresServer(folder, server, port);
        await Eventually.Become("PostgreSQL to listen", TimeSpan.FromSeconds(20), async () =>
        {
            if (server.HasExited) throw new InvalidOperationException($"PostgreSQL ended with {server.ExitCode}.");
            try
            {
                await using var connection = new NpgsqlConnection(postgres.Connection("postgres"));
                await connection.OpenAsync();
                return true;
            }
            catch (Exception e) when (e is NpgsqlException or SocketException)
            {
                return false;
            }
        });
        return postgres;
    }

    /// <summary>A fresh database: empty, or the copy of another that nobody is connected to.</summary>
    public async Task<string> CreateDatabase(string? template = null)
    {
        var name = "market_" + Guid.NewGuid().ToString("N");
        await Do($"CREATE DATABASE {name}" + (template is null ? "" : $" TEMPLATE {NameIn(template)}"));
        return Connection(name);
    }

    /// <summary>What <c>pg_dump</c> writes of a database.</summary>
    public static async Task<byte[]> Dump(string connection, CancellationToken cancellation)
    {
        var at = new NpgsqlConnectionStringBuilder(connection);
        var start = new ProcessStartInfo(Path.Combine(Programs!, "pg_dump"), ["-h", at.Host!, "-p", $"{at.Port}", "-U", at.Username!, at.Database!]) { RedirectStandardOutput = true };
        using var dump = Process.Start(start)!;
        using var bytes = new MemoryStream();
        await dump.StandardOutput.BaseStream.CopyToAsync(bytes, cancellation);
        await dump.WaitForExitAsync(cancellation);
        return dump.ExitCode == 0 ? bytes.ToArray() : throw new InvalidOperationException($"pg_dump ended with {dump.ExitCode}.");
    }

    public Task Drop(string connection) => Do($"DROP DATABASE {NameIn(connection)} WITH (FORCE)");

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        await Run("rm", "-rf", _folder);
    }

    private async Task Do(string statement)
    {
        await using var connection = new NpgsqlConnection(Connection("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string NameIn(string connection) => new NpgsqlConnectionStringBuilder(connection).Database!;

    private string Connection(string database) => $"Host=127.0.0.1;Port={_port};Username=market;Database={database};Maximum Pool Size=300";

    private static string[] AsPostgres(params string[] command) =>
        Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. command] : command;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Launch(params string[] command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        // Nobody reads the chatter of a healthy server, but a full pipe would stop it.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task Run(params string[] command)
    {
        using var process = Launch(command);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}.");
    }
}
