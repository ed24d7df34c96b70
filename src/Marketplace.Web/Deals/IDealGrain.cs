using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;

namespace Marketplace.Deals;

/// <summary>One deal, one stream, one writer. Key: the id of its auction.</summary>
public interface IDealGrain : IGrainWithStringKey
{
    /// <summary>Opens the deal; the same command again gets the same answer.</summary>
    Task<Result<Deal>> Open(OpenDeal command);

    Task<Result<Deal>> Do(DoStep command);

    /// <summary>The ledger has the first payment, and so much of the price in all.</summary>
    Task<Result<Deal>> ReceivePrice(long receivedFen);

    /// <summary>The sale under it no longer stands.</summary>
    Task<Result<Deal>> End(string because);
}
