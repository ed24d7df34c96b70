using System.Security.Cryptography;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Auctions;

/// <summary>A line of the record that the minutes tell.</summary>
public sealed record MinutesLine(long Version, DateTimeOffset At, Fact Fact);

/// <summary>An ended lot of a hall as its minutes and its confirmation tell it.</summary>
/// <param name="Sha256">Over the lines told; what auctioneer and recorder sign.</param>
/// <param name="Head">The signed head that covers the last line of the record.</param>
/// <param name="Buyer">For buyer, seller and house; everybody reads <paramref name="Public"/>.</param>
/// <param name="Public">Who bought, as far as everybody may know it; null when the sale of the hammer does not stand any more.</param>
/// <param name="MaySign">As whom the reader may sign the minutes.</param>
public sealed record HallRecord(
    Lot Lot, HallSession Hall, Auction Auction, IReadOnlyList<MinutesLine> Lines, string Sha256, SignedHead Head, string? Buyer, PublicBuyer? Public, HallRole? MaySign)
{
    public HallPapers Papers => Auction.InHall!.Called.Papers;

    /// <summary>The buyer as this reader may know it.</summary>
    public string BuyerSays(IStringLocalizer texts) =>
        Buyer ?? Public?.Name ?? (Lot.RehearsalOf is not null ? "—" : texts[Public is null ? "Buyer.None" : "Buyer.Confidential"].Value);

    /// <summary>What the buyer declared of a 完成人; null when it declared nothing.</summary>
    public string? InterestSays(IStringLocalizer texts) =>
        Public is null ? null : LotSays.Interest(texts, Public);

    public (long PriceFen, int Winner)? Sale => Auction.Result is { Outcome: Outcome.Sold, PriceFen: { } price, Winner: { } winner } ? (price, winner) : null;
}

/// <summary>Reads what happened to a lot in a hall out of its record, for who asks.</summary>
public sealed class HallRecords(MarketplaceDb db, Halls halls, CurrentActor actor, IFactStore store)
{
    /// <summary>Null while the lot has not ended, and for lots of other formats.</summary>
    public async Task<HallRecord?> Find(string id, CancellationToken cancellation)
    {
        var lot = await db.LotsWithRehearsals().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id && l.Outcome != null, cancellation);
        if (lot is null || await halls.OfLot(lot, cancellation) is not { } hall) return null;
        var state = Auction.Nothing;
        var lines = new List<MinutesLine>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var stored in store.Read(AuctionGrain.StreamOf(id), 0, cancellation))
        {
            var line = AuctionLines.Read(stored.Bytes);
            state = state.Fold(line);
            if (line.Fact is not (HallFact or PriorityGranted or Closed or Resumed or TermsFixed) || line.Fact is MinutesSigned) continue;
            hash.AppendData(stored.Bytes);
            hash.AppendData("\n"u8);
            lines.Add(new MinutesLine(line.Version, line.At, line.Fact));
        }

        var head = (await store.HeadAtOrAfter(AuctionGrain.StreamOf(id), state.Version, cancellation))!;
        var isAuctioneer = (await actor.May(Act.RunHall, hall.House, cancellation)).Done;
        var isRecorder = (await actor.May(Act.KeepHallRecord, hall.House, cancellation)).Done;
        bool Signed(HallRole role) => state.InHall!.Minutes.Exists(m => m.Role == role);
        HallRole? maySign = isAuctioneer && !Signed(HallRole.Auctioneer) ? HallRole.Auctioneer : isRecorder && !Signed(HallRole.Recorder) ? HallRole.Recorder : null;
        return new HallRecord(lot, hall, state, lines, Convert.ToHexStringLower(hash.GetHashAndReset()), head, await BuyerOf(lot, hall, state, cancellation), await Buyers.Read(db, lot, cancellation), maySign);
    }

    private async Task<string?> BuyerOf(Lot lot, HallSession hall, Auction state, CancellationToken cancellation)
    {
        if (state.Result is not { Outcome: Outcome.Sold, Winner: { } winner }) return null;
        var buyer = await db.Set<PaddleRow>().Where(p => p.Auction == lot.Id && p.Paddle == winner).Select(p => p.Organisation).SingleOrDefaultAsync(cancellation);
        var who = await actor.Get(cancellation);
        return who.Memberships.Any(m => m.Verified && (m.Organisation == buyer || m.Organisation == lot.Seller || m.Organisation == hall.House))
            ? await db.Set<Organisation>().Where(o => o.Id == buyer).Select(o => o.Name).SingleOrDefaultAsync(cancellation)
            : null;
    }
}
