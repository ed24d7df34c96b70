using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Identity;

namespace Marketplace.Organisations;

/// <summary>Organisations and people: who signs in, for whom, and what they may do.</summary>
public static class OrganisationsFeature
{
    public static IServiceCollection AddOrganisations(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddScoped<CurrentActor>();
        services.AddIdentityCore<Person>().AddUserStore<MarketUserStore>().AddDefaultTokenProviders();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddAuthorization();
        return services;
    }

    public static void MapOrganisations(this WebApplication app)
    {
    }
}

/// <summary>Identity's store on whichever database this market runs on.</summary>
public sealed class MarketUserStore(MarketplaceDb db, IdentityErrorDescriber describer)
    : Microsoft.AspNetCore.Identity.EntityFrameworkCore.UserOnlyStore<Person, MarketplaceDb, Guid>(db, describer);
