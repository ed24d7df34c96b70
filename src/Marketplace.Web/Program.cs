using System.Text.Encodings.Web;
using System.Text.Unicode;
using Marketplace.Achievements;
using Marketplace.Auctions;
using Marketplace.Deals;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Edge;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.WebEncoders;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
var options = MarketOptions.From(builder.Configuration);

builder.Services.AddSingleton(options);
builder.Services.AddSingleton<MarketClock>();
builder.Services.AddSingleton<TimeProvider>(services => services.GetRequiredService<MarketClock>());
builder.Services.AddMarketDatabase(options);
builder.Services.AddHostedService<DueWorkRunner>();
builder.Services.AddMarketCultures();
builder.Services.Configure<WebEncoderOptions>(encoder => encoder.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
builder.Services.AddRazorPages().Services.Configure<RazorPagesOptions>(pages => pages.RootDirectory = "/");
builder.Services.AddMarketEdge();
builder.AddMarketOrleans(options);

builder.Services.AddShared();
builder.Services.AddOrganisations();
builder.Services.AddAchievements();
builder.Services.AddPayments();
builder.Services.AddDeals();
builder.Services.AddAuctions();

var app = builder.Build();
using var held = DataFolderLock.TryTake(options.DataFolder);
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
app.MapAchievements();
app.MapPayments();
app.MapDeals();
app.MapAuctions();

await app.RunAsync();
return 0;

/// <summary>The entry point, public so that tests can host it.</summary>
public partial class Program;

internal static partial class StartLog
{
    [LoggerMessage(20, LogLevel.Critical, "Another market runs on {Folder}; one market per data folder")]
    public static partial void FolderTaken(this ILogger log, string folder);
}
