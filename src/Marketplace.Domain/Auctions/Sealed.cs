using System.Collections.Immutable;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>A sealed offer as it is handed in: nobody here can read it.</summary>
/// <param name="Commitment">SHA-256 of nonce and amount, as of <see cref="Secret.Commitment"/>.</param>
/// <param name="EnvelopeSha256">Hash of the encrypted amount and nonce, which are kept beside the log.</param>
/// <param name="Envelope">The encrypted amount and nonce themselves.</param>
public sealed record SealOffer(int Paddle, string BidId, string Commitment, string EnvelopeSha256, byte[]? Envelope = null);

/// <summary>A sealed offer in the log.</summary>
/// <param name="AmountFen">After the opening; null before, and for one that is not valid.</param>
public sealed record SealedOffer(long Version, int Paddle, string BidId, DateTimeOffset At, string Commitment, string EnvelopeSha256, long? AmountFen = null);

/// <summary>Why a sealed offer does not count. Stored by name.</summary>
public enum OfferFault
{
    /// <summary>The envelope could not be decrypted, or does not hold an amount and a nonce.</summary>
    Unreadable,

    /// <summary>What the envelope holds is not what the offer committed to.</summary>
    NotAsCommitted,

    /// <summary>What was kept is not the envelope that was handed in: its hash is another.</summary>
    Altered,

    /// <summary>Below the start price, above what the market carries, or in the hybrid format not above the price that was taken.</summary>
    OutOfRange,
}

/// <summary>What was in one envelope.</summary>
/// <param name="Of">The line of the offer.</param>
/// <param name="AmountFen">Null for an envelope that could not be read.</param>
public sealed record OpenedOffer(long Of, long? AmountFen, string? Nonce, OfferFault? Fault);

/// <summary>One-shot sealed offers: in the sealed format, and in the second stage of the hybrid Dutch.</summary>
/// <remarks>Order of refusals: shape · id reused · as every bid (admitted, suspended, phase) · the price's taker · one offer each · the envelope's form.</remarks>
public static class Sealed
{
    public static Decision<BidAnswer> Offer(Auction auction, SealOffer offer, DateTimeOffset at)
    {
        if (!Bidding.IsBidId(offer.BidId)) return Refused(Refusal.BidIdInvalid);
        if (!IsHash(offer.Commitment) || !IsHash(offer.EnvelopeSha256)) return Refused(Refusal.MalformedRequest);
        if (auction.Answers.Find(offer.Paddle, offer.BidId) is { } first)
        {
            var same = auction.Offers.Find(o => o.Version == first.Version) is { } made && (made.Commitment, made.EnvelopeSha256) == (offer.Commitment, offer.EnvelopeSha256);
            return same ? Decision<BidAnswer>.Repeated(first) : Refused(Refusal.BidIdReused);
        }

        if (MayOffer(auction, offer.Paddle, at) is { } barred) return Refused(barred);
        if (auction.Terms!.OpeningKey is not null && !Envelope.IsEnvelope(offer.Envelope)) return Refused(Refusal.EnvelopeMalformed);
        var answer = new BidAnswer(auction.Version + (auction.IsOpened ? 1 : 2), at, auction.AskedFen(at), Leading: false, IsProxy: false, AmountFen: null);
        var accepted = new OfferSealed(offer.Paddle, offer.BidId, offer.Commitment, offer.EnvelopeSha256, offer.Envelope);
        return auction.IsOpened ? Decision<BidAnswer>.Accepted(answer, accepted) : Decision<BidAnswer>.Accepted(answer, new Opened(), accepted);
    }

    /// <summary>Why this paddle may not hand in an offer at this moment; null when it may.</summary>
    public static Refusal? MayOffer(Auction auction, int paddle, DateTimeOffset at)
    {
        if (Bidding.MayBid(auction, paddle, at) is { } barred) return barred;
        if (auction.Stage is not Stage.Sealed) return Refusal.NotInThisStage;
        if (auction.Leader == paddle) return Refusal.PriceTakerWaits;
        return auction.Offers.Exists(o => o.Paddle == paddle) ? Refusal.OfferAlreadyMade : null;
    }

    /// <summary>Opens all envelopes together, after the end of the time for offers and once.</summary>
    /// <param name="contents">What decrypting gave for each offer, by its line; null for an envelope that gave nothing.</param>
    public static Decision<OffersOpened> Open(Auction auction, IReadOnlyDictionary<long, Secret?> contents, DateTimeOffset at)
    {
        if (auction.Opening is { } done) return Decision<OffersOpened>.Repeated(done);
        if (auction.Terms?.OpeningKey is not null) return Decision<OffersOpened>.Refused(Refusal.SharesMissing);
        if (auction.PhaseAt(at) is not Phase.Opening || at < Closing.DueAt(auction)) return Decision<OffersOpened>.Refused(Refusal.NothingToOpen);
        if (!contents.Keys.Order().SequenceEqual(auction.Offers.Select(o => o.Version))) return Decision<OffersOpened>.Refused(Refusal.MalformedRequest, "offers");
        var items = auction.Offers.ConvertAll(offer => Judge(auction, offer, contents[offer.Version])).ToImmutableArray();
        var opened = new OffersOpened(items, After(auction, items, at));
        return Decision<OffersOpened>.Accepted(opened, opened);
    }

    /// <summary>What an envelope's content is worth.</summary>
    public static OpenedOffer Judge(Auction auction, SealedOffer offer, Secret? content)
    {
        if (content is not { Nonce: { Length: 64 } nonce } || !nonce.All(char.IsAsciiHexDigitLower)) return new OpenedOffer(offer.Version, null, null, OfferFault.Unreadable);
        OfferFault? fault = content.Commitment() != offer.Commitment ? OfferFault.NotAsCommitted
            : !Fen.IsAmount(content.ValueFen) || content.ValueFen < LeastFen(auction) ? OfferFault.OutOfRange
            : null;
        return new OpenedOffer(offer.Version, content.ValueFen, nonce, fault);
    }

    /// <summary>The comparison: the highest valid offer; of equal ones that with priority, otherwise the earlier by receipt. Null when none is valid.</summary>
    /// <remarks>In the hybrid format whoever took the falling price answers within the last word's time; an end in the sealed format stays.</remarks>
    public static Standing? After(Auction auction, ImmutableArray<OpenedOffer> items, DateTimeOffset at)
    {
        (long Amount, int Paddle)? best = null;
        foreach (var (item, offer) in items.Zip(auction.Offers))
        {
            if (item.Fault is not null) continue;
            if (best is not { } so || item.AmountFen > so.Amount || (item.AmountFen == so.Amount && Priority.Outranks(auction, offer.Paddle, so.Paddle))) best = (item.AmountFen!.Value, offer.Paddle);
        }

        return best is not { } top ? null
            : new Standing(top.Amount, top.Paddle, auction.Terms!.LastWordSeconds is { } seconds ? at + TimeSpan.FromSeconds(seconds) : auction.EndsAt);
    }

    /// <summary>At least the start price; in the hybrid format above the price that was taken.</summary>
    private static long LeastFen(Auction auction) => auction.PriceFen is { } taken ? taken + 1 : auction.Terms!.StartPriceFen;

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static Decision<BidAnswer> Refused(Refusal refusal) => Decision<BidAnswer>.Refused(refusal);
}
