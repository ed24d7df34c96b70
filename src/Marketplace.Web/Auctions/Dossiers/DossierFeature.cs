using Marketplace.Domain.Organisations;
using Marketplace.Organisations;

namespace Marketplace.Auctions.Dossiers;

/// <summary>保密资料: the tier of a lot behind a signed undertaking.</summary>
public static class DossierFeature
{
    public static IServiceCollection AddDossiers(this IServiceCollection services)
    {
        services.AddScoped<LotDossiers>();
        services.AddScoped<Ndas>();
        services.AddScoped<DossierCopies>();
        services.AddSingleton(new DeskLink(Act.ReadDossier, "/desk/ndas", "Desk.Ndas", typeof(DossierTexts)));
        services.AddSingleton(new DeskLink(Act.OverseeDossiers, "/desk/dossiers", "Desk.Dossiers", typeof(DossierTexts)));
        return services;
    }
}
