using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Marketplace.Platform;

namespace Marketplace.Tests.Host;

/// <summary>The market as it really runs: a process of its own that can be killed.</summary>
public sealed class MarketProcess(string folder, string? postgres) : IAsyncDisposable
{
    private readonly int _port = FreePort();
    private Process? _process;

    /// <summary>What the program takes itself for; Development serves styles and scripts from where they were built.</summary>
    public string HostEnvironment { get; init; } = "Production";

    /// <summary>Settings beside those that every market of the tests has, by their names as variables.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public Uri Address => new($"http://127.0.0.1:{_port}");

    public bool IsRunning => _process is not null;

    public async Task Start()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Marketplace.Web.dll");
        var start = new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["MARKETPLACE_DATA"] = folder;
        start.Environment["MARKETPLACE_DEMO"] = "off";
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        start.Environment["DOTNET_ENVIRONMENT"] = HostEnvironment;
        start.Environment["ConnectionStrings__Market"] = postgres ?? "";
        start.Environment["Logging__LogLevel__Default"] = "Error";
        foreach (var (name, value) in Settings) start.Environment[name] = value;
        _process = Process.Start(start)!;
        var said = new List<string>();
        _process.OutputDataReceived += (_, e) => { lock (said) said.Add(e.Data ?? ""); };
        _process.ErrorDataReceived += (_, e) => { lock (said) said.Add(e.Data ?? ""); };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var client = new HttpClient { BaseAddress = Address };
        await Eventually.Become("the market to be ready", TimeSpan.FromSeconds(60), async () =>
        {
            if (_process.HasExited)
            {
                lock (said) throw new InvalidOperationException($"The market ended with {_process.ExitCode}:\n{string.Join('\n', said.TakeLast(30))}");
            }

            try
            {
                return (await client.GetAsync("/health/ready")).StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    /// <summary>Has the market run a word of the command line, as a second call of the program does.</summary>
    public async Task<(int Code, string Output)> Word(params string[] words)
    {
        await using var output = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        var code = await Words.Ask(new MarketOptions { DataFolder = folder, Postgres = postgres }, words, output, CancellationToken.None);
        return (code, output.ToString());
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task Kill()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await Kill();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
