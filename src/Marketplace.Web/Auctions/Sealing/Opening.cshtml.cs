using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Auctions.Sealing;

/// <summary>启封: the public course of the opening; holders bring their shares here.</summary>
public sealed class OpeningModel(SealedLots lots, CurrentActor actor) : PageModel
{
    public SealedLot Sealed { get; private set; } = null!;

    /// <summary>The shares that the reader's organisation keeps.</summary>
    public List<LotShareRow> Mine { get; private set; } = [];

    public bool IsLate => Sealed.Phase is Phase.Opening && Sealed.Now >= Ceremony.LateFrom(Sealed.Auction);

    /// <summary>Something can still change: the script looks again by itself.</summary>
    public bool Follows => Sealed.Phase is not Phase.Closed;

    public async Task<IActionResult> OnGet(string id, CancellationToken cancellation)
    {
        if (await lots.Find(id, cancellation) is not { Key: not null } found) return NotFound();
        Sealed = found;
        foreach (var organisation in found.Shares.Select(s => s.Organisation).Distinct())
        {
            if (Mine.Count == 0 && (await actor.May(Act.KeepOpeningKey, organisation, cancellation)).Done) Mine = [.. found.Shares.Where(s => s.Organisation == organisation)];
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
