namespace Marketplace.Deals;

/// <summary>What follows a sale, step by step.</summary>
public static class DealsFeature
{
    public static IServiceCollection AddDeals(this IServiceCollection services) => services;

    public static void MapDeals(this WebApplication app)
    {
    }
}
