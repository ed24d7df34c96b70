using Marketplace.Search;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

public partial class MarketHost
{
    /// <summary>Waits until everything that is committed by now can be found.</summary>
    public Task Indexed() => Eventually.Become(
        "the index to be up to the records",
        TimeSpan.FromSeconds(20),
        async () => await Services.GetRequiredService<IndexFeeder>().State(Now) is { Waiting: 0, Building: false });
}
