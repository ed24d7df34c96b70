using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions.Sealing;

/// <summary>启封: the public course of the opening; holders bring their shares here.</summary>
public sealed class OpeningModel(SealedLots lots, MarketplaceDb db, CurrentActor actor) : PageModel
{
    private const int MostLate = 200;

    public SealedLot Sealed { get; private set; } = null!;

    /// <summary>The shares that the reader's organisation keeps.</summary>
    public List<LotShareRow> Mine { get; private set; } = [];

    /// <summary>The reader keeps a share and has not shown the second factor in this session.</summary>
    public bool MustShowSecondFactor { get; private set; }

    /// <summary>Offers that came after the end: paddle and moment.</summary>
    public IReadOnlyList<RefusedBidRow> Late { get; private set; } = [];

    public bool IsLate => Sealed.Phase is Phase.Opening && Sealed.Now >= Ceremony.LateFrom(Sealed.Auction);

    /// <summary>Something can still change: the script looks again by itself.</summary>
    public bool Follows => Sealed.Phase is not Phase.Closed;

    public async Task<IActionResult> OnGet(string id, CancellationToken cancellation)
    {
        if (await lots.Find(id, cancellation) is not { Key: not null } found) return NotFound();
        Sealed = found;
        foreach (var organisation in found.Shares.Select(s => s.Organisation).Distinct())
        {
            if (Mine.Count > 0) break;
            var may = await actor.May(Act.KeepOpeningKey, organisation, cancellation);
            if (may.Done) Mine = [.. found.Shares.Where(s => s.Organisation == organisation)];
            MustShowSecondFactor |= may.Refusal == Refusal.SecondFactorRequired;
        }

        if (found.Phase is Phase.Opening or Phase.Closing or Phase.Closed)
        {
            Late = await db.Set<RefusedBidRow>().AsNoTracking().Where(r => r.Auction == id && r.At >= found.Auction.EndsAt && r.Reason == nameof(Refusal.AlreadyEnded))
                .OrderBy(r => r.Ordinal).Take(MostLate).ToListAsync(cancellation);
        }

        return Page();
    }

    /// <summary>What the script starts from; the boxes are of use to nobody but their holder.</summary>
    public object ScriptData(string csrf) => new
    {
        auction = Sealed.Lot.Id,
        phase = AuctionPicture.Name(Sealed.Phase),
        given = Sealed.Auction.GivenShares.Count,
        opened = Sealed.Auction.Opening is not null,
        serverNow = Instant.Write(Sealed.Now),
        shares = Mine.Where(m => Sealed.GivenAt(m.Number) is null)
            .Select(m => new { number = m.Number, holder = KeyShare.Word(m.Holder), holderKey = m.HolderKey, commitment = m.Commitment, box = Convert.ToBase64String(m.Box) }),
        csrf,
    };
}
