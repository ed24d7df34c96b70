using Microsoft.Extensions.Localization;

namespace Marketplace.Demo;

/// <summary><c>demo load</c> and <c>demo remove</c>.</summary>
public static class DemoCommand
{
    /// <returns>0 done, 1 nothing to do, 2 the words are not understood.</returns>
    public static async Task<int> Run(IServiceProvider services, string[] args, TextWriter output, CancellationToken cancellation)
    {
        var texts = services.GetRequiredService<IStringLocalizer<DemoTexts>>();
        var market = services.GetRequiredService<DemoMarket>();
        switch (args)
        {
            case ["load"]:
                var loaded = await market.Load(cancellation);
                await output.WriteLineAsync(loaded is { } works ? texts["Loaded", works, DemoCast.Password] : texts["There"]);
                return loaded is null ? 1 : 0;
            case ["remove"]:
                var removed = await market.Remove(cancellation);
                await output.WriteLineAsync(removed > 0 ? texts["Removed", removed] : texts["None"]);
                return removed > 0 ? 0 : 1;
            default:
                await output.WriteLineAsync(texts["Usage"]);
                return 2;
        }
    }
}
