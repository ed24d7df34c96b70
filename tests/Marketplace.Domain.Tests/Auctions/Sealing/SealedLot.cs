using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions.Sealing;

/// <summary>A lot whose offers are sealed for an opening key that three holders keep, with the real envelopes beside its log.</summary>
public sealed class SealedLot
{
    public static readonly DateTimeOffset End = Live.Noon.AddHours(1);
    private static readonly byte[] Scalar = SHA256.HashData("the lot's opening key"u8);

    public SealedLot(Terms? terms = null, int bidders = 3, int needed = 2)
    {
        Shares = Shamir.Split(Scalar, needed, 3, SHA512.HashData("chance"u8)[..(32 * (needed - 1))]);
        var format = terms ?? (Live.Terms with { SoftCloseSeconds = 0 }).In(Formats.Sealed);
        var name = format.Auction;
        Key = new OpeningKey(
            Convert.ToHexStringLower(SealedBox.PublicKeyOf(Scalar)!), needed,
            [.. Enum.GetValues<ShareHolder>().Zip(Shares, (holder, share) => new HeldShare(holder, Hash($"key of {holder}"), KeyShare.Commitment(name, share)))]);
        Live.Announce(format with { OpeningKey = Key }, bidders: bidders);
    }

    public Live Live { get; } = new();
    public OpeningKey Key { get; }
    public byte[][] Shares { get; }
    public Dictionary<long, byte[]> Kept { get; } = [];
    public Auction Auction => Live.Auction;

    /// <summary>Minutes after the opening.</summary>
    public static DateTimeOffset At(double minutes) => Live.Noon.AddMinutes(minutes);

    public Decision<BidAnswer> Seal(double minutes, int paddle, long yuan, Func<byte[], byte[]>? spoil = null, long? committedYuan = null, int? sealedFor = null)
    {
        var bid = $"o{paddle}";
        var secret = new Secret(Hash($"nonce {paddle}"), yuan * 100);
        var envelope = Envelope.Seal(Key.Point, SHA256.HashData(Encoding.UTF8.GetBytes(bid)), Auction.Terms!.Auction, sealedFor ?? paddle, bid, secret);
        var commitment = (secret with { ValueFen = (committedYuan ?? yuan) * 100 }).Commitment();
        envelope = spoil?.Invoke(envelope) ?? envelope;
        var decision = Live.Do(At(minutes), (auction, at) => Sealed.Offer(auction, new SealOffer(paddle, bid, commitment, Envelope.Hash(envelope), envelope), at));
        if (decision.Facts.Count > 0) Kept[decision.Answer!.Version] = envelope;
        return decision;
    }

    public Decision<int> Give(DateTimeOffset at, int index, byte[]? share = null) => Live.Do(at, (auction, moment) => Ceremony.Give(auction, index, share ?? Shares[index - 1], moment));

    public Decision<OffersOpened> Open(DateTimeOffset at, params int[] shares) =>
        Live.Do(at, (auction, moment) => Ceremony.Open(auction, Ceremony.Combine(Key, [.. shares.Select(i => Shares[i - 1])]) ?? new byte[32], Kept, moment));

    public string Faults() => string.Join(' ', Auction.Opening!.Items.Select(i => i.Fault?.ToString() ?? $"{i.AmountFen / 100}"));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
