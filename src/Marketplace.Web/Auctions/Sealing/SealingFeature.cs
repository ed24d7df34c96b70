using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions.Sealing;

/// <summary>密封报价: keys of those who open, sealed offers, the opening.</summary>
public static class SealingFeature
{
    public static IServiceCollection AddSealing(this IServiceCollection services)
    {
        services.AddScoped<HolderKeys>();
        services.AddScoped<LotKeys>();
        services.AddScoped<SealedLots>();
        services.AddSingleton(new DeskLink(Act.KeepOpeningKey, "/desk/opening-key", "Desk.Key", typeof(SealingTexts),
            static (services, member, cancellation) => SealedLots.WaitFor(services.GetRequiredService<MarketplaceDb>(), member.Organisation).CountAsync(cancellation)));
        return services;
    }
}
