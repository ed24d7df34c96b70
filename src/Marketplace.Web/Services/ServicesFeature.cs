using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Services;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Search;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Services;

/// <summary>服务资源: what providers do for whoever brings a work to the market, reviewed and listed.</summary>
public static class ServicesFeature
{
    public static IServiceCollection AddServices(this IServiceCollection services)
    {
        services.AddSingleton<IDocumentSource, ServiceDocuments>();
        services.AddSingleton(new NamedRecords("List.Title", typeof(ServiceTexts), $"/search?kind={Found.Service}",
            db => db.Set<Service>().Where(s => s.State == ServiceState.Listed).Select(s => s.Organisation)));
        services.AddSingleton(FacetWords.Of<ServiceKind>(Found.Service, Facet.Type, typeof(ServiceTexts), "Kind.", whole: true));
        services.AddSingleton(FacetWords.Of<TechField>(Found.Service, Facet.Field, typeof(ServiceTexts), "Field.", whole: true));
        services.AddSingleton(new DeskLink(Act.WriteService, "/desk/services", "Desk.Services", typeof(ServiceTexts),
            static (services, member, cancellation) => ServiceDeskModel.Returned(services.GetRequiredService<MarketplaceDb>(), member.Organisation).CountAsync(cancellation)));
        services.AddSingleton(new DeskLink(Act.ReviewService, "/desk/services/review", "Desk.ReviewServices", typeof(ServiceTexts),
            static (services, _, cancellation) => ServiceReviewModel.Waiting(services.GetRequiredService<MarketplaceDb>()).CountAsync(cancellation)));
        return services;
    }

    public static void MapServices(this WebApplication app) => app.MapGet("/services", All).ExcludeFromDescription();

    /// <summary>The short address leads to the search for the same.</summary>
    private static IResult All(HttpRequest request)
    {
        string[] kept = ["q", "type", "field", "region", "owner", "culture"];
        var parts = kept.SelectMany(name => request.Query[name].Where(v => !string.IsNullOrEmpty(v)).Select(v => $"&{name}={Uri.EscapeDataString(v!)}"));
        return Results.Redirect($"/search?kind={Found.Service}{string.Concat(parts)}", permanent: true);
    }
}
