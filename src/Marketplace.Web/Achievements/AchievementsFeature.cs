namespace Marketplace.Achievements;

/// <summary>科技成果: disclosure, listing, review.</summary>
public static class AchievementsFeature
{
    public static IServiceCollection AddAchievements(this IServiceCollection services) => services;

    public static void MapAchievements(this WebApplication app)
    {
    }
}
