using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Deals;

/// <summary>成交确认书: for the two parties, made to be printed and signed.</summary>
public sealed class ConfirmationModel(CurrentActor actor, Deals deals, MarketplaceDb db) : PageModel
{
    public OpenDeal Terms { get; private set; } = null!;

    public Organisation Seller { get; private set; } = null!;

    public Organisation Buyer { get; private set; } = null!;

    public async Task<IActionResult> OnGet(string auction, CancellationToken cancellation)
    {
        if (!(await actor.Get(cancellation)).SignedIn) return this.Refused(Refusal.NotSignedIn);
        if (await deals.Find(auction, cancellation) is not { } deal) return this.Refused(Refusal.UnknownDeal);
        // An operator reads the deal's page, where the reason is kept; the paper is the parties'.
        if (await DealAccess.Of(actor, deal, Act.ReadDeal, cancellation) is not { Done: true, Value.Side: not null }) return this.Refused(Refusal.UnknownDeal);
        Terms = deal.Opened!;
        Seller = await db.Set<Organisation>().AsNoTracking().SingleAsync(o => o.Id == Terms.Seller, cancellation);
        Buyer = await db.Set<Organisation>().AsNoTracking().SingleAsync(o => o.Id == Terms.Buyer, cancellation);
        return Page();
    }
}
