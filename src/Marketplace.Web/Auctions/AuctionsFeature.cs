using Marketplace.Auctions.Dossiers;
using Marketplace.Auctions.Sealing;
using Marketplace.Platform;
using Marketplace.Platform.Edge;

namespace Marketplace.Auctions;

/// <summary>浙江拍: sessions, lots and live auctions.</summary>
public static class AuctionsFeature
{
    public static IServiceCollection AddAuctions(this IServiceCollection services)
    {
        services.AddSignalR().AddJsonProtocol(json => json.PayloadSerializerOptions = AuctionJson.Options);
        services.AddSingleton<AuctionWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<AuctionWatch>());
        services.AddSingleton<Paddles>();
        services.AddSingleton<BidLimits>();
        services.AddDueWork(AuctionGrain.ClockWork, (provider, key, _) => provider.GetRequiredService<IGrainFactory>().GetGrain<IAuctionGrain>(key).Poke(), TimeSpan.FromSeconds(2));
        return services.AddSealing().AddDossiers().AddLots();
    }

    public static void MapAuctions(this WebApplication app)
    {
        app.MapLots();
        app.MapHub<AuctionHub>("/hubs/auction");
        var api = app.MapApi().WithTags("Auctions");
        api.MapAuctionEndpoints();
        api.MapResults();
        api.MapSealingEndpoints();
        api.MapAuctionLists();
        api.MapHallEndpoints();
        app.MapGet("/.well-known/market-keys.json", (MarketKeys keys) => Results.Json(new { keys = keys.Published }, AuctionJson.Options))
            .WithTags("Auctions").WithSummary("The keys by which the market's signatures are checked");
    }
}
