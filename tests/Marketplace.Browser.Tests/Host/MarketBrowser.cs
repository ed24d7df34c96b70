using System.Diagnostics;
using Marketplace.StandIns;
using Marketplace.Tests.Host;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Marketplace.Browser.Tests.Host.MarketBrowser))]

namespace Marketplace.Browser.Tests.Host;

/// <summary>
/// The market as a process of its own on a fresh data folder, and a Chromium that looks at it. Chromium is not installed:
/// skipped with its reason on a laptop, a failure in CI.
/// </summary>
public sealed class MarketBrowser : IAsyncDisposable
{
    private static readonly string[] Candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly string _folder = Directory.CreateTempSubdirectory("market-browser-").FullName;
    private readonly SemaphoreSlim _once = new(1);
    private MarketProcess? _market;
    private LocalStripe? _stripe;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private Stage? _stage;
    private (Stage Stage, string Lot, string Achievement)? _live;

    public static string? Chromium => Array.Find(Candidates, File.Exists);

    /// <summary>The market with its operator, a university and two enterprises; made once, when the first test asks. Every test finds its people in Chinese and at a desk.</summary>
    public async Task<Stage> Stage()
    {
        if (Chromium is null && Environment.GetEnvironmentVariable("CI") != "true") Assert.Skip("Chromium is not installed (Debian: apt-get install chromium).");
        await _once.WaitAsync();
        try
        {
            if (_stage is not null)
            {
                await _stage.BeginAnew();
                return _stage;
            }

            // Development serves styles and scripts from where they were built; published, they lie beside the program.
            // Whoever pays by card does so at a Stripe of this machine. Nothing is told: the market looks for itself.
            _stripe = await LocalStripe.Start(new LocalStripeOptions());
            _market = new MarketProcess(_folder, postgres: null)
            {
                HostEnvironment = "Development",
                Settings = new Dictionary<string, string> { ["Stripe__SecretKey"] = "sk_test_market", ["Stripe__PublishableKey"] = "pk_test_market", ["Stripe__ApiBase"] = _stripe.Url.ToString() },
            };
            await _market.Start();
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Chromium ?? throw new InvalidOperationException("Chromium is not installed (Debian: apt-get install chromium)."),
                Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
            });
            return _stage = await Host.Stage.Open(this);
        }
        finally
        {
            _once.Release();
        }
    }

    /// <summary>An auction that both enterprises were admitted to and that stays open for the whole run.</summary>
    public async Task<(Stage Stage, string Lot, string Achievement)> LiveAuction()
    {
        const string Title = "面向高湿环境的低温等离子体表面改性方法及其连续化装置";
        var stage = await Stage();
        if (_live is { } before) return before;
        var achievement = await stage.PublishAchievement(Title);
        var lot = await stage.OfferLot(Title, lastsSeconds: 3600, softCloseSeconds: 300);
        await stage.Announce(lot, Title, TimeSpan.FromSeconds(60));
        await Task.WhenAll(Host.Stage.Apply(stage.First, lot, 150_000), Host.Stage.Apply(stage.Second, lot, 200_000));
        await stage.PassEveryApplication();
        await Host.Stage.Paddle(stage.First, lot);
        await Host.Stage.Paddle(stage.Second, lot);
        return (_live = (stage, lot, achievement)).Value;
    }

    /// <summary>Another browser with nothing in it: its own cookies, its own window.</summary>
    public async Task<Somebody> Open(string language = "zh-CN", int width = 1440, int height = 1000)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = _market!.Address.ToString(),
            Locale = language,
            TimezoneId = "Asia/Shanghai",
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        context.SetDefaultTimeout(30_000);
        return new Somebody(await context.NewPageAsync());
    }

    /// <summary>What really happened to cards.</summary>
    public LocalStripe Stripe => _stripe!;

    /// <summary>A word of the command line, beside the running market.</summary>
    public async Task Word(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Marketplace.Web.dll"), .. words])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MARKETPLACE_DATA"] = _folder;
        using var word = Process.Start(start)!;
        var said = word.StandardOutput.ReadToEndAsync();
        var complained = word.StandardError.ReadToEndAsync();
        await word.WaitForExitAsync();
        Assert.True(word.ExitCode == 0, $"{string.Join(' ', words[..2])} ended with {word.ExitCode}:\n{await said}\n{await complained}");
    }

    /// <summary>
    /// Makes every organisation one of the demonstration: only its sessions have seconds of notice, real ones wait seven
    /// statutory days. The one thing in these tests that no page does.
    /// </summary>
    public async Task MakeEveryoneDemonstration()
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "market.db")};Pooling=False;Default Timeout=30");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE organisations SET demo = 1";
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_market is not null) await _market.DisposeAsync();
        if (_stripe is not null) await _stripe.DisposeAsync();
        _once.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
