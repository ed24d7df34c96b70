using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Marketplace.Search;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>科技成果: disclosure, listing, review, import, and the files that belong to them.</summary>
public static class AchievementsFeature
{
    public static IServiceCollection AddAchievements(this IServiceCollection services)
    {
        services.AddSingleton<FileStore>();
        services.AddSingleton<IDocumentSource, AchievementDocuments>();
        services.AddSingleton(FacetWords.Of<TechField>(Found.Achievement, Facet.Field, typeof(AchievementTexts), "Field.", whole: true));
        services.AddSingleton(FacetWords.Of<Highland>(Found.Achievement, Facet.Highland, typeof(AchievementTexts), "Highland.", whole: true));
        services.AddSingleton(FacetWords.Of<WayOfTrade>(Found.Achievement, Facet.Way, typeof(AchievementTexts), "Way."));
        services.AddSingleton(FacetWords.Of(
            Found.Achievement, Facet.State, typeof(AchievementTexts), "State.", whole: false, AchievementLook.Chip, AchievementState.Published, AchievementState.InTrade, AchievementState.Traded));
        services.AddSingleton(new NamedRecords("List.Title", typeof(AchievementTexts), $"/search?kind={Found.Achievement}",
            db => db.Set<Achievement>().Where(a => AchievementDocuments.Public.Contains(a.State)).Select(a => a.Organisation)));
        services.AddSingleton<AchievementImport>();
        services.AddSingleton<ImportJobs>();
        services.AddSingleton(ForClientModel.Subjects);
        services.AddWord(new Word("import", "achievements FILE --organisation NAME [--publish] [--strict]", (provider, args, output, cancellation) => ImportCommand.Run(provider, args, output, output, cancellation)));
        services.AddSingleton(new DeskLink(Act.Disclose, "/desk/disclosures", "Desk.Disclosures", typeof(AchievementTexts)));
        services.AddSingleton(new DeskLink(Act.WriteAchievement, "/desk/achievements", "Desk.Achievements", typeof(AchievementTexts),
            static (services, member, cancellation) => services.GetRequiredService<MarketplaceDb>().Set<Disclosure>().CountAsync(d => d.Organisation == member.Organisation && d.State == DisclosureState.Told, cancellation)));
        services.AddSingleton(new DeskLink(Act.WriteAchievement, "/desk/import", "Desk.Import", typeof(AchievementTexts)));
        services.AddSingleton(new DeskLink(Act.ReviewAchievement, "/desk/review", "Desk.Review", typeof(AchievementTexts),
            static (services, _, cancellation) => services.GetRequiredService<MarketplaceDb>().Set<Achievement>().CountAsync(a => a.State == AchievementState.InReview || a.Revision == Revision.InReview, cancellation)));
        return services;
    }

    public static void MapAchievements(this WebApplication app) => AchievementEndpoints.Map(app);
}
