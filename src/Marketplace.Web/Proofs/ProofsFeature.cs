namespace Marketplace.Proofs;

/// <summary>The public log: every signed head of every auction in one Merkle tree that anybody can check.</summary>
public static class ProofsFeature
{
    public static IServiceCollection AddProofs(this IServiceCollection services)
    {
        services.AddSingleton<MarketLog>();
        services.AddSingleton<LogWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<LogWriter>());
        return services;
    }

    public static void MapProofs(this WebApplication app) => app.MapLogEndpoints();
}
