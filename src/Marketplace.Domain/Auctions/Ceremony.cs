using System.Collections.Immutable;
using System.Security.Cryptography;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>开标: after the end the holders bring their shares; with enough of them all envelopes are opened together.</summary>
/// <remarks>
/// Order of refusals of a share: <c>UnknownAuction</c> · no such share <c>NotFound</c> · before the end <c>OpeningTooEarly</c>, without
/// looking at the share · nothing waits <c>NothingToOpen</c> · <c>ShareNotAsCommitted</c>. A share brought twice changes nothing.
/// </remarks>
public static class Ceremony
{
    /// <summary>How long the holders have before the page says in public that they are late. Nothing closes by it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    public static DateTimeOffset LateFrom(Auction auction) => auction.EndsAt + Patience;

    /// <summary>Why this share cannot be brought at this moment, whatever it is; null when it can.</summary>
    public static Refusal? MayGive(Auction auction, int index, DateTimeOffset at)
    {
        if (auction.Terms is not { } terms) return Refusal.UnknownAuction;
        if (terms.OpeningKey is not { } key || index < 1 || index > key.Shares.Length) return Refusal.NotFound;
        return auction.PhaseAt(at) switch
        {
            Phase.Announced or Phase.Open or Phase.Paused => Refusal.OpeningTooEarly,
            // As the close, the opening leaves those who were received in time a moment to come in.
            Phase.Opening => at < Closing.DueAt(auction) ? Refusal.OpeningTooEarly : null,
            Phase.Closing or Phase.Closed => Refusal.NothingToOpen,
        };
    }

    public static Decision<int> Give(Auction auction, int index, byte[] share, DateTimeOffset at)
    {
        if (auction.GivenShares.Exists(s => s.Index == index)) return Decision<int>.Repeated(auction.GivenShares.Count);
        if (MayGive(auction, index, at) is { } barred) return Decision<int>.Refused(barred);
        var terms = auction.Terms!;
        var held = terms.OpeningKey!.Shares[index - 1];
        if (share.Length != KeyShare.Length || share[0] != index || KeyShare.Commitment(terms.Auction, share) != held.Commitment)
            return Decision<int>.Refused(Refusal.ShareNotAsCommitted);
        return Decision<int>.Accepted(auction.GivenShares.Count + 1, new ShareGiven(index, held.Holder, held.Commitment, share));
    }

    /// <summary>Enough shares are there and the envelopes wait.</summary>
    public static bool IsReady(Auction auction, DateTimeOffset at) =>
        auction.Terms?.OpeningKey is { } key && auction.Opening is null && auction.PhaseAt(at) is Phase.Opening && auction.GivenShares.Count >= key.Needed;

    /// <summary>
    /// The private half, of any choice of the shares that gives it: one share that was wrong from the beginning, though it is
    /// what was committed to, does not stop those that are right. Null when none does.
    /// </summary>
    public static byte[]? Combine(OpeningKey key, IReadOnlyList<byte[]> shares)
    {
        foreach (var choice in Choices(shares, key.Needed))
        {
            var scalar = Shamir.Combine(choice);
            if (Fits(key, scalar)) return scalar;
            CryptographicOperations.ZeroMemory(scalar);
        }

        return null;
    }

    /// <summary>Opens all envelopes, publishes them with the private key, and compares the offers; once.</summary>
    /// <param name="kept">The envelopes as they were kept, by the line of their offer.</param>
    public static Decision<OffersOpened> Open(Auction auction, byte[] scalar, IReadOnlyDictionary<long, byte[]> kept, DateTimeOffset at)
    {
        if (auction.Opening is { } done) return Decision<OffersOpened>.Repeated(done);
        if (auction.PhaseAt(at) is not Phase.Opening) return Decision<OffersOpened>.Refused(Refusal.NothingToOpen);
        if (!IsReady(auction, at)) return Decision<OffersOpened>.Refused(Refusal.SharesMissing);
        if (!Fits(auction.Terms!.OpeningKey!, scalar)) return Decision<OffersOpened>.Refused(Refusal.OpeningKeyWrong);
        var published = new EnvelopesPublished(Convert.ToHexStringLower(scalar), [.. auction.Offers.Select(o => new PublishedEnvelope(o.Version, kept.GetValueOrDefault(o.Version)))]);
        var items = Judge(auction, published);
        var opened = new OffersOpened(items, Sealed.After(auction, items, at));
        return Decision<OffersOpened>.Accepted(opened, published, opened);
    }

    /// <summary>What each envelope holds, by what was published; the market and whoever verifies it come to the same.</summary>
    public static ImmutableArray<OpenedOffer> Judge(Auction auction, EnvelopesPublished published)
    {
        var scalar = Convert.FromHexString(published.Scalar);
        return [.. auction.Offers.Zip(published.Items, (offer, item) =>
            item.Bytes is null || Envelope.Hash(item.Bytes) != offer.EnvelopeSha256
                ? new OpenedOffer(offer.Version, null, null, OfferFault.Altered)
                : Sealed.Judge(auction, offer, Envelope.Open(item.Bytes, scalar, auction.Terms!.Auction, offer.Paddle, offer.BidId)))];
    }

    /// <summary>Why what was published is not what the rules ask for; null when it is.</summary>
    internal static Refusal? MayPublish(Auction auction, EnvelopesPublished published, DateTimeOffset at)
    {
        if (!IsReady(auction, at)) return auction.PhaseAt(at) is Phase.Opening ? Refusal.SharesMissing : Refusal.NothingToOpen;
        if (!published.Items.Select(i => i.Of).SequenceEqual(auction.Offers.Select(o => o.Version))) return Refusal.NothingToOpen;
        return published.Scalar is { Length: 2 * SealedBox.ScalarLength } hex && hex.All(char.IsAsciiHexDigitLower) && Fits(auction.Terms!.OpeningKey!, Convert.FromHexString(hex))
            ? null
            : Refusal.OpeningKeyWrong;
    }

    private static bool Fits(OpeningKey key, byte[] scalar) => SealedBox.PublicKeyOf(scalar) is { } point && point.AsSpan().SequenceEqual(key.Point);

    private static IEnumerable<byte[][]> Choices(IReadOnlyList<byte[]> from, int count, int start = 0)
    {
        if (count == 0)
        {
            yield return [];
            yield break;
        }

        for (var i = start; i <= from.Count - count; i++)
        {
            foreach (var rest in Choices(from, count - 1, i + 1)) yield return [from[i], .. rest];
        }
    }
}
