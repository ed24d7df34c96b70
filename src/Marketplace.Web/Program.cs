using System.Net;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Marketplace.Achievements;
using Marketplace.Auctions;
using Marketplace.Deals;
using Marketplace.Demands;
using Marketplace.Demo;
using Marketplace.Matching;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Edge;
using Marketplace.Platform.Files;
using Marketplace.Proofs;
using Marketplace.Search;
using Marketplace.Services;
using Marketplace.Shared;
using Marketplace.Statistics;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.WebEncoders;

if (args is [PdfTrial.Word])
{
    await using var file = Console.OpenStandardInput();
    return await PdfTrial.Be(file, Console.Out);
}

// Words of the command line come before any switch: import FILE --organisation NAME
var words = args.TakeWhile(_ => args is [var first, ..] && !first.StartsWith('-')).ToArray();
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = words.Length > 0 ? [] : args, ContentRootPath = AppContext.BaseDirectory });
// A build's catch-all route for files that changed would answer every wrong method with 404 and every wrong path with 405.
builder.Configuration["ReloadStaticAssetsAtRuntime"] = "false";
var options = MarketOptions.From(builder.Configuration);

builder.Services.AddSingleton(options);
builder.Services.Configure<ForwardedHeadersOptions>(headers =>
{
    headers.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
    foreach (var proxy in (options.Proxies ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) headers.KnownProxies.Add(IPAddress.Parse(proxy));
});
builder.Services.AddSingleton(_ => MarketClock.OfThisMachine());
builder.Services.AddSingleton<TimeProvider>(services => services.GetRequiredService<MarketClock>());
builder.Services.AddMarketDatabase(options);
if (options.Postgres is not null) builder.Services.AddHostedService<ClockDiscipline>();
builder.Services.AddSingleton<DueWorkRunner>();
builder.Services.AddHostedService(services => services.GetRequiredService<DueWorkRunner>());
builder.Services.AddHostedService<WordListener>();
builder.Services.AddMarketCultures();
builder.Services.Configure<WebEncoderOptions>(encoder => encoder.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
builder.Services.AddRazorPages().Services.Configure<RazorPagesOptions>(pages => pages.RootDirectory = "/");
builder.Services.AddMarketEdge();
builder.AddMarketOrleans(options);

builder.Services.AddShared();
builder.Services.AddOrganisations();
builder.Services.AddProofs();
builder.Services.AddSearch(options);
builder.Services.AddNotifications();
builder.Services.AddAchievements();
builder.Services.AddDemands();
builder.Services.AddServices();
builder.Services.AddPayments(builder.Configuration, options);
builder.Services.AddDeals();
builder.Services.AddAuctions();
builder.Services.AddMatching();
builder.Services.AddDemo(serves: words.Length == 0);

var app = builder.Build();
using var held = DataFolderLock.TryTake(options.DataFolder);
if (held is null && words.Length > 0) return await Words.Ask(options, words, Console.Out, CancellationToken.None);
if (held is null)
{
    app.Logger.FolderTaken(options.DataFolder);
    return 1;
}

await DatabaseFeature.Migrate(app.Services);

Received.Stamp(app);
app.UseMarketEdge();
app.MapStaticAssets();
app.MapRazorPages().WithStaticAssets();
app.MapShared();
app.MapEdge();
app.MapOrganisations();
app.MapProofs();
app.MapSearch();
app.MapNotifications();
app.MapAchievements();
app.MapDemands();
app.MapServices();
app.MapPayments();
app.MapDeals();
app.MapAuctions();
app.MapMatching();
app.MapStatistics();

if (words.Length == 0)
{
    await app.RunAsync();
    return 0;
}

// The word needs the market's grains, but nobody is to find its pages meanwhile.
app.Urls.Clear();
app.Urls.Add("http://127.0.0.1:0");
await app.StartAsync();
using var stop = new CancellationTokenSource();
using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGINT,
    signal =>
    {
        signal.Cancel = true;
        stop.Cancel();
    });
var code = await Words.Run(app.Services, words, Console.Out, stop.Token);
await app.StopAsync();
return code;

/// <summary>The entry point, public so that tests can host it.</summary>
public partial class Program;

internal static partial class StartLog
{
    [LoggerMessage(20, LogLevel.Critical, "Another market runs on {Folder}; one market per data folder")]
    public static partial void FolderTaken(this ILogger log, string folder);
}
