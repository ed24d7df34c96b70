using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions.Sealing;

/// <summary>A share of an opening key as everybody may see it.</summary>
public sealed record ShareView(int Number, string Holder, string Organisation, string HolderKey, string Commitment, DateTimeOffset? GivenAt);

/// <summary>An opened envelope.</summary>
public sealed record OfferView(long Version, int Paddle, DateTimeOffset ReceivedAt, long? AmountFen, string? Fault);

/// <summary>How far the opening of a lot is, for programs.</summary>
/// <param name="LateFrom">From then on the page says in public that the holders are late; nothing closes by it.</param>
public sealed record OpeningView(
    string Auction, string Phase, DateTimeOffset EndsAt, DateTimeOffset LateFrom, string PublicKey, string Fingerprint, int Needed, int Given, int Offers,
    IReadOnlyList<ShareView> Shares, DateTimeOffset? OpenedAt, IReadOnlyList<OfferView> Opened);

/// <summary>A lot with sealed offers as its public lines tell it at this moment.</summary>
public sealed record SealedLot(Lot Lot, Auction Auction, IReadOnlyList<LotShareRow> Shares, DateTimeOffset? OpenedAt, DateTimeOffset Now)
{
    public OpeningKey? Key => Auction.Terms?.OpeningKey;
    public Phase Phase => Auction.PhaseAt(Now);
    public DateTimeOffset? GivenAt(int number) => Auction.GivenShares.Find(s => s.Index == number)?.At;

    public OpeningView View() => new(
        Lot.Id, AuctionPicture.Name(Phase), Auction.EndsAt, Ceremony.LateFrom(Auction), Key!.PublicKey, Key.Fingerprint, Key.Needed, Auction.GivenShares.Count, Auction.Offers.Count,
        [.. Shares.Select(s => new ShareView(s.Number, KeyShare.Word(s.Holder), s.OrganisationName, s.HolderKey, s.Commitment, GivenAt(s.Number)))],
        OpenedAt, [.. Opened()]);

    /// <summary>Nothing before the opening.</summary>
    public IEnumerable<OfferView> Opened() => Auction.Opening is null ? []
        : Auction.Offers.Zip(Auction.Opening.Items, (offer, item) => new OfferView(offer.Version, offer.Paddle, offer.At, item.AmountFen, item.Fault?.ToString()));
}

/// <summary>Reads lots with sealed offers from what is public: their own lines.</summary>
public sealed class SealedLots(MarketplaceDb db, IFactStore store, LotKeys keys, TimeProvider clock)
{
    public async Task<SealedLot?> Find(string id, CancellationToken cancellation = default)
    {
        var lot = await db.LotsWithRehearsals().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id && l.Version > 0, cancellation);
        if (lot is null || !Formats.Seals(lot.Format)) return null;
        var auction = Auction.Nothing;
        DateTimeOffset? openedAt = null;
        await foreach (var stored in store.Read(AuctionGrain.StreamOf(id), 0, cancellation))
        {
            var line = AuctionLines.Read(stored.Bytes);
            if (line.Fact is OffersOpened) openedAt = line.At;
            auction = auction.Fold(line);
        }

        return new SealedLot(lot, auction, await keys.Shares(id, cancellation), openedAt, Instant.Cut(clock.GetUtcNow()));
    }

    /// <summary>Lots whose offers wait for this holder's share.</summary>
    public static IQueryable<LotShareRow> WaitFor(MarketplaceDb db, Guid organisation) =>
        from s in db.Set<LotShareRow>()
        join l in db.LotsWithRehearsals() on s.Auction equals l.Id
        where s.Organisation == organisation && l.Phase == "opening" && !db.Set<GivenShareRow>().Any(g => g.Auction == s.Auction && g.Number == s.Number)
        select s;
}
