using Marketplace.Domain.Payments;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Platform.Database;

namespace Marketplace.Payments;

/// <summary>What the announcement of a lot says of money.</summary>
/// <param name="Listed">挂牌: the price is the posted one, not where bidding starts.</param>
/// <param name="TaxIncluded">The price has the tax in it.</param>
/// <param name="SpecialInvoice">The seller makes out a 增值税专用发票.</param>
/// <param name="Plan">付款方式, by default where nothing was said.</param>
/// <param name="SharedDeposit">One deposit may cover several lots of the session: only the first contract uses it.</param>
/// <param name="Sha256">Of the announcement's bytes, out of which all this was read.</param>
public sealed record AnnouncedLot(
    string Id, string Title, Guid Seller, string SellerName, Guid Achievement, bool Demo, bool Listed, long StartPriceFen, long DepositFen, FeeTerms Terms, string Sha256,
    bool TaxIncluded, bool SpecialInvoice, AnnouncedPlan Plan, bool SharedDeposit);

/// <summary>Whether one of these lots is not over yet; the capability that runs them registers it.</summary>
public sealed record RunningLots(Func<MarketplaceDb, IReadOnlyList<string>, CancellationToken, Task<bool>> Any);

/// <summary>Where <c>/fees</c> reads a lot's announcement; the capability that keeps announcements registers it.</summary>
/// <param name="Of">Null for a lot without an announcement, and for a rehearsal, in which nobody pays anything.</param>
public sealed record AnnouncedLots(Func<IServiceProvider, string, CancellationToken, Task<AnnouncedLot?>> Of);
