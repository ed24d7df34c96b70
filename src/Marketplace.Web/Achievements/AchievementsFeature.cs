using Marketplace.Domain.Achievements;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>科技成果: disclosure, listing, review, import, and the files that belong to them.</summary>
public static class AchievementsFeature
{
    public static IServiceCollection AddAchievements(this IServiceCollection services)
    {
        services.AddSingleton<FileStore>();
        services.AddSingleton<AchievementImport>();
        services.AddSingleton<ImportJobs>();
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
