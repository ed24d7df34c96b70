using System.Text.Json;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>What <c>/fees</c> needs of a lot, out of the stored bytes of its announcement.</summary>
internal static class LotFees
{
    public static async Task<AnnouncedLot?> Of(IServiceProvider services, string id, CancellationToken cancellation)
    {
        var db = services.GetRequiredService<MarketplaceDb>();
        if (await db.Set<Lot>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id && l.State == LotState.Announced, cancellation) is not { } lot) return null;
        if (await db.Set<AnnouncementRow>().AsNoTracking().SingleOrDefaultAsync(a => a.Auction == id, cancellation) is not { } row) return null;
        using var document = JsonDocument.Parse(row.Bytes);
        var said = document.RootElement;
        var terms = TermsJson.Read(said.GetProperty("terms"));
        return new AnnouncedLot(
            id, said.GetProperty("title").GetString()!, lot.Seller, said.GetProperty("seller").GetString()!, lot.Achievement, lot.Demo, terms.Listing is not null, terms.StartPriceFen, terms.DepositFen,
            new FeeTerms(said.GetProperty("platformFeeBasisPoints").GetInt32(), Bears("platformFeeBy"), Bears("stampDuty"), Bears("registrationFees")), row.Sha256,
            said.GetProperty("taxIncluded").GetBoolean(), said.GetProperty("invoice").GetString() == nameof(InvoiceKind.SpecialVat), LotPayment.AnnouncedIn(said), LotPayment.SharesDeposit(said));

        Bearer Bears(string what) => Enum.Parse<Bearer>(said.GetProperty(what).GetString()!);
    }
}
