using Marketplace.Platform;

namespace Marketplace.Auctions;

/// <summary>Everything before the bidding: sessions, lots, gates, announcement, application, admission.</summary>
public static class LotsFeature
{
    public static IServiceCollection AddLots(this IServiceCollection services)
    {
        services.AddScoped<Lots>();
        services.AddScoped<Sessions>();
        services.AddScoped<Announcements>();
        services.AddScoped<Applications>();
        services.AddScoped<Admitting>();
        services.AddDueWork(Announcements.Work, async (provider, key, cancellation) =>
        {
            await provider.GetRequiredService<Announcements>().Tell(key, cancellation);
            return null;
        });
        services.AddDueWork(Applications.AdmitWork, (provider, key, cancellation) => provider.GetRequiredService<Admitting>().Admit(Guid.Parse(key), cancellation));
        services.AddDueWork(Applications.CeilingWork, (provider, key, cancellation) => provider.GetRequiredService<Applications>().TellCeiling(Guid.Parse(key), cancellation));
        return services;
    }

    public static void MapLots(this WebApplication app) => app.MapLotFiles();
}
