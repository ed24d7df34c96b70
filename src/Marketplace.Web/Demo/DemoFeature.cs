using System.Net;
using Marketplace.Platform;

namespace Marketplace.Demo;

/// <summary>Whether this process serves the market, or only carries out a word of the command line.</summary>
public sealed record DemoStage(bool Serves);

/// <summary>The demonstration: invented organisations, real works, and auctions that never end. Removed with one word.</summary>
public static class DemoFeature
{
    public static IServiceCollection AddDemo(this IServiceCollection services, bool serves)
    {
        services.AddSingleton(new DemoStage(serves));
        services.AddSingleton<DemoMarket>();
        services.AddHostedService(provider => provider.GetRequiredService<DemoMarket>());
        services.AddSingleton<DemoLoading>();
        services.AddSingleton<DemoLots>();
        services.AddSingleton<DemoDemands>();
        services.AddSingleton<DemoHall>();
        services.AddSingleton<DemoBidders>();
        services.AddSingleton<DemoRemoval>();
        services.AddDueWork(DemoRemoval.PruneWork, (provider, _, cancellation) => provider.GetRequiredService<DemoRemoval>().Prune(cancellation));
        services.AddDueWork(
            DemoRemoval.RemoveWork,
            async (provider, _, cancellation) =>
            {
                await provider.GetRequiredService<DemoMarket>().FinishRemoval(cancellation);
                return null;
            });
        return services.AddWord(new Word("demo", "load | remove", DemoCommand.Run));
    }

    /// <summary>Whether nobody but this machine can reach the market, by the addresses it was told to listen on.</summary>
    public static bool ListensOnLoopbackOnly(IConfiguration configuration)
    {
        // The precedence of Kestrel: its own endpoints, then urls, then ports on every address, then localhost:5000.
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"] ?? "").ToList();
        if (endpoints.Count > 0) return endpoints.TrueForAll(IsLoopback);
        if (configuration["urls"] is { Length: > 0 } urls) return urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(IsLoopback);
        return string.IsNullOrEmpty(configuration["http_ports"]) && string.IsNullOrEmpty(configuration["https_ports"]);
    }

    private static bool IsLoopback(string url)
    {
        // A wildcard host is no host name, and a socket of the file system is nobody's but this machine's.
        if (url.StartsWith("http://unix:", StringComparison.OrdinalIgnoreCase)) return true;
        return Uri.TryCreate(url, UriKind.Absolute, out var address)
            && (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(address.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip)));
    }
}
