using System.Security.Cryptography;
using Marketplace.Auctions.Sealing;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>Sealed offers and their opening: what comes in, what is kept beside the log, and the opening once enough shares are there.</summary>
public sealed partial class AuctionGrain
{
    /// <summary>With how many shares the key did not come together; it is tried again with one more.</summary>
    private int _triedShares;
    private bool _saidOpening;
    private bool _saidLate;

    public async Task<BidReply> SealOffer(OfferCommand command)
    {
        var offer = new SealOffer(command.Paddle, command.BidId, command.Commitment, Envelope.Hash(command.Envelope), command.Envelope);
        var executed = await Execute(command.ReceivedAt, (auction, at) => Sealed.Offer(auction, offer, at));
        return await Reply(new BidCommand(command.Paddle, command.BidId, null, null, command.ReceivedAt), executed);
    }

    public async Task<Refusal?> MayGiveShare(int number)
    {
        await Ready();
        return Ceremony.MayGive(Committed, number, Now);
    }

    public async Task<Result<int>> GiveShare(ShareCommand command) =>
        (await Execute(command.ReceivedAt, (auction, at) => Ceremony.Give(auction, command.Number, command.Share, at))).Result;

    /// <summary>Those who bid. An envelope that could not be read or did not hold what was committed to is no bid.</summary>
    private static int ActiveBidders(Auction auction)
    {
        var invalid = auction.Opening is null ? [] : auction.Offers.Zip(auction.Opening.Items).Where(o => o.Second.Fault is not null).Select(o => o.First.Paddle).ToHashSet();
        return auction.Bidders.Count(b => b.Value.HasBid && !invalid.Contains(b.Key));
    }

    private IEnumerable<SideWrite> SealingWrites(IReadOnlyList<NewLine> lines)
    {
        foreach (var line in lines)
        {
            switch (line.Line.Fact)
            {
                case OfferSealed { Envelope: { } envelope }:
                    yield return new SideWrite(
                        "INSERT INTO sealed_envelopes (auction, version, bytes) VALUES (@auction, @version, @bytes)",
                        ("auction", Id), ("version", line.Line.Version), ("bytes", envelope));
                    break;

                case ShareGiven { Share: { } share } given:
                    yield return new SideWrite(
                        "INSERT INTO given_shares (auction, number, share) VALUES (@auction, @number, @share)",
                        ("auction", Id), ("number", given.Index), ("share", share));
                    break;

                case OffersOpened:
                    // The key itself is public now.
                    yield return new SideWrite("DELETE FROM given_shares WHERE auction = @auction", ("auction", Id));
                    break;
            }
        }
    }

    /// <summary>Opens as soon as enough shares are durable. A crash before the append loses nothing: shares and envelopes are in their tables.</summary>
    private async Task TendCeremony(DateTimeOffset now)
    {
        if (Committed.PhaseAt(now) is not Phase.Opening) return;
        if (!_saidOpening)
        {
            // No line says that the time for offers is over; the lists must know it all the same.
            _saidOpening = true;
            await Services.Store.Write([new SideWrite("UPDATE lots SET phase = 'opening' WHERE id = @id", ("id", Id))]);
        }

        if (!_saidLate && now >= Ceremony.LateFrom(Committed))
        {
            _saidLate = true;
            Services.Log.HoldersAreLate(Stream, Committed.GivenShares.Count);
        }

        if (!Ceremony.IsReady(Committed, Now) || _triedShares == Committed.GivenShares.Count) return;
        var (key, count) = (Committed.Terms!.OpeningKey!, Committed.GivenShares.Count);
        await using var db = databases.Create();
        var shares = await db.Set<GivenShareRow>().AsNoTracking().Where(s => s.Auction == Id).OrderBy(s => s.Number).Select(s => s.Share).ToListAsync();
        var kept = await db.Set<EnvelopeRow>().AsNoTracking().Where(e => e.Auction == Id).ToDictionaryAsync(e => e.Version, e => e.Bytes);
        if (Ceremony.Combine(key, shares) is not { } scalar)
        {
            _triedShares = count;
            return;
        }

        await Execute(Now, (auction, at) => Ceremony.Open(auction, scalar, kept, at));
        CryptographicOperations.ZeroMemory(scalar);
    }
}

internal static partial class CeremonyLog
{
    [LoggerMessage(7, LogLevel.Warning, "Offers of {Stream} wait to be opened for more than a day; {Given} shares are there")]
    public static partial void HoldersAreLate(this ILogger log, string stream, int given);
}
