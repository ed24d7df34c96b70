using Marketplace.Auctions.Sealing;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>Lots of a session that take part in a rehearsal, in their order, and those that cannot: sealed ones without a key of each holder.</summary>
/// <param name="Keepers">Operator and seller of each lot with sealed offers; the notary is chosen.</param>
public sealed record RehearsalCast(
    IReadOnlyList<Lot> Lots, IReadOnlyList<Lot> LeftOut, IReadOnlyDictionary<string, IReadOnlyList<(ShareHolder Holder, KeyHolder Key)>> Keepers, IReadOnlyList<KeyHolder> Notaries);

/// <summary>The opening keys of a rehearsal, each made in the operator's browser for one copy and cut for operator, seller and notary.</summary>
/// <param name="Made">What <see cref="KeyChoice.Made"/> says, by the id of the copy.</param>
public sealed record PracticeKeys(int Needed, Guid Notary, IReadOnlyDictionary<string, string> Made);

/// <summary>Who takes part in a rehearsal, and who keeps its opening keys.</summary>
public sealed class RehearsalCasting(MarketplaceDb db, LotKeys keys, HolderKeys holderKeys)
{
    public async Task<RehearsalCast> Of(Guid source, CancellationToken cancellation = default)
    {
        var lots = await db.Set<Lot>().AsNoTracking().Where(l => l.Session == source && (l.State == LotState.Offered || l.State == LotState.Announcing || l.State == LotState.Announced))
            .OrderBy(l => l.Place).ThenBy(l => l.Id).ToListAsync(cancellation);
        // In a hall everything is sold by its auctioneer, whatever the lot said before.
        var inHall = await db.Set<HallSession>().AnyAsync(h => h.Session == source, cancellation);
        var sealing = inHall ? [] : lots.FindAll(l => Formats.Seals(l.Format));
        var notaries = sealing.Count == 0 ? [] : await holderKeys.Notaries(sealing[0].Demo, cancellation);
        var keepers = new Dictionary<string, IReadOnlyList<(ShareHolder, KeyHolder)>>();
        foreach (var lot in sealing)
        {
            if (notaries.Count > 0 && await keys.Holders(lot, notaries[0].Organisation, cancellation) is { Done: true } holders)
                keepers.Add(lot.Id, [.. holders.Value.Where(h => h.Holder != ShareHolder.Notary)]);
        }

        var leftOut = inHall ? [] : lots.FindAll(l => !Rehearsal.CanPractise(l.Format) || (Formats.Seals(l.Format) && !keepers.ContainsKey(l.Id)));
        return new RehearsalCast([.. lots.Except(leftOut)], leftOut, keepers, notaries);
    }
}
