using Marketplace.Achievements;
using Marketplace.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching.Recommendations;

/// <summary>推荐 on a demand's page.</summary>
/// <param name="Lines">Null for whoever learns only how many there are.</param>
public sealed record DemandPart(Guid Demand, int Count, IReadOnlyList<RecommendedWork>? Lines)
{
    /// <summary>So many stand on the page; all have a page of their own.</summary>
    public const int Most = 5;
}

/// <summary>推荐 on an achievement's page.</summary>
/// <inheritdoc cref="DemandPart"/>
public sealed record AchievementPart(Guid Achievement, int Count, IReadOnlyList<RecommendedNeed>? Lines);

/// <summary>推荐: the engine, its nightly run, what the demand's side says of it, and where it is shown.</summary>
public static class RecommendationsFeature
{
    public static IServiceCollection AddRecommendations(this IServiceCollection services)
    {
        services.AddSingleton<Rarities>();
        services.AddSingleton<Recommender>();
        services.AddSingleton<NightBatch>();
        services.AddSingleton<Following>();
        services.AddHostedService(provider => provider.GetRequiredService<Following>());
        services.AddDueWork(NightBatch.Work, NightBatch.Go);
        services.AddDueWork(Following.Work, Following.Go);
        services.AddScoped<RecommendationLists>();
        services.AddScoped<Judgements>();
        services.AddScoped<RecommendationLook>();
        services.AddSingleton(new DemandSection("/Matching/Recommendations/_OfDemand.cshtml", OfDemand));
        services.AddSingleton(new AchievementSection("/Matching/Recommendations/_OfAchievement.cshtml", OfAchievement));
        foreach (var act in new[] { Act.ReadDemandRecommendations, Act.ReadAchievementRecommendations, Act.Introduce })
            services.AddSingleton(new DeskLink(act, "/desk/recommendations", "Desk.Recommendations", typeof(RecommendationTexts)));
        return services;
    }

    private static async Task<object?> OfDemand(IServiceProvider services, DemandReading reading, CancellationToken cancellation)
    {
        var lists = services.GetRequiredService<RecommendationLists>();
        if (!await Listings.Demands(services.GetRequiredService<MarketplaceDb>(), reading.Row.Demo).AnyAsync(d => d.Id == reading.Row.Id, cancellation)) return null;
        return (await lists.MayRead(reading.Row, cancellation)).Done
            ? new DemandPart(reading.Row.Id, 0, await lists.Of(reading.Row, lists.Order(null), cancellation))
            : new DemandPart(reading.Row.Id, await lists.Count(reading.Row, cancellation), null);
    }

    private static async Task<object?> OfAchievement(IServiceProvider services, AchievementReading reading, CancellationToken cancellation)
    {
        var lists = services.GetRequiredService<RecommendationLists>();
        if (!await Listings.Works(services.GetRequiredService<MarketplaceDb>(), reading.Row.Demo).AnyAsync(a => a.Id == reading.Row.Id, cancellation)) return null;
        return (await lists.MayRead(reading.Row, cancellation)).Done
            ? new AchievementPart(reading.Row.Id, 0, await lists.Of(reading.Row, lists.Order(null), cancellation))
            : new AchievementPart(reading.Row.Id, await lists.Count(reading.Row, cancellation), null);
    }

    public static void MapRecommendations(this WebApplication app) => RecommendationEndpoints.Map(app);
}
