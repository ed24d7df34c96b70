using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Marketplace.Platform;

/// <summary>A word of the command line, for example <c>import</c>. It writes to what it is given, never to the console.</summary>
/// <param name="Run">Services, the words after the first, where to print, stop; answers the exit code.</param>
public sealed record Word(string Name, string Help, Func<IServiceProvider, string[], TextWriter, CancellationToken, Task<int>> Run);

/// <summary>
/// Runs words. One market per data folder: when a market runs on it, the word runs inside that market, which is asked
/// over a socket in the data folder that only its owner may open; otherwise in this process.
/// </summary>
public static class Words
{
    public const int NotAWord = 2;

    // sun_path has 108 bytes on Linux, 104 elsewhere.
    private const int LongestSocketPath = 100;

    public static IServiceCollection AddWord(this IServiceCollection services, Word word) => services.AddSingleton(word);

    /// <summary>In the data folder, or for a folder whose name is too long for a socket in the temporary one.</summary>
    public static string SocketOf(MarketOptions options)
    {
        var path = Path.Combine(options.DataFolder, "market.sock");
        return Encoding.UTF8.GetByteCount(path) <= LongestSocketPath
            ? path
            : Path.Combine(Path.GetTempPath(), $"market-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..16]}.sock");
    }

    /// <summary>Runs a word in this process's market.</summary>
    public static async Task<int> Run(IServiceProvider services, string[] args, TextWriter output, CancellationToken cancellation)
    {
        var words = services.GetServices<Word>().ToList();
        if (words.Find(w => w.Name == args[0]) is { } word)
        {
            await using var scope = services.CreateAsyncScope();
            return await word.Run(scope.ServiceProvider, args[1..], output, cancellation);
        }

        await output.WriteLineAsync($"{args[0]}?");
        foreach (var known in words.OrderBy(w => w.Name, StringComparer.Ordinal)) await output.WriteLineAsync($"  {known.Name} {known.Help}");
        return NotAWord;
    }

    /// <summary>Has the market that holds the data folder run the words, and prints what it prints.</summary>
    public static async Task<int> Ask(MarketOptions options, string[] args, TextWriter output, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketOf(options)), cancellation);
        await using var stream = new NetworkStream(socket);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true };
        using var reader = new StreamReader(stream, Encoding.UTF8);
        // Paths are meant from where the person stands, not from where the market was started.
        var meant = args.Select(a => File.Exists(a) ? Path.GetFullPath(a) : a).ToArray();
        await writer.WriteLineAsync(JsonSerializer.Serialize(meant));
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith('\u0004')) return int.Parse(line.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
            await output.WriteLineAsync(line);
        }

        throw new IOException("The market ended before the word did; look at the data and repeat.");
    }
}

/// <summary>Listens for words on the socket of the data folder.</summary>
public sealed class WordListener(IServiceProvider services, MarketOptions options, ILogger<WordListener> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var path = Words.SocketOf(options);
        // What a killed market left behind; the lock on the folder says that nobody listens there.
        File.Delete(path);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        listener.Listen();
        while (!stoppingToken.IsCancellationRequested) _ = Serve(await listener.AcceptAsync(stoppingToken), stoppingToken);
    }

    private async Task Serve(Socket caller, CancellationToken stopping)
    {
        try
        {
            await using var stream = new NetworkStream(caller, ownsSocket: true);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true };
            if (await reader.ReadLineAsync(stopping) is not { } line || JsonSerializer.Deserialize<string[]>(line) is not { Length: > 0 } args) return;
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            // Whoever asked says nothing more: an end of the stream means that the person stopped the word.
            _ = reader.ReadLineAsync(gone.Token).AsTask().ContinueWith(_ => gone.Cancel(), TaskScheduler.Default);
            var code = await Words.Run(services, args, writer, gone.Token);
            await writer.WriteLineAsync($"\u0004{code}");
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            log.WordFailed(e);
        }
    }
}

internal static partial class WordLog
{
    [LoggerMessage(21, LogLevel.Error, "A word of the command line failed")]
    public static partial void WordFailed(this ILogger log, Exception reason);
}
