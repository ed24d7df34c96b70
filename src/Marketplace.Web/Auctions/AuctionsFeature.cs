namespace Marketplace.Auctions;

/// <summary>浙江拍: sessions, lots and live auctions.</summary>
public static class AuctionsFeature
{
    public static IServiceCollection AddAuctions(this IServiceCollection services) => services;

    public static void MapAuctions(this WebApplication app)
    {
    }
}
