using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions.Sealing;

/// <summary>One sealed offer: amount and nonce in a <see cref="SealedBox"/> for the lot's opening key.</summary>
/// <remarks>Always of one length, so that it does not tell how many digits the amount has.</remarks>
public static class Envelope
{
    private const string Name = "zjp-envelope.1";
    private const int NonceLength = 32;

    public const int Length = SealedBox.Overhead + NonceLength + sizeof(long);

    public static byte[] Seal(ReadOnlySpan<byte> publicKey, byte[] ephemeral, string auction, int paddle, string bidId, Secret offer)
    {
        Span<byte> content = stackalloc byte[NonceLength + sizeof(long)];
        Convert.FromHexString(offer.Nonce, content, out _, out _);
        BinaryPrimitives.WriteInt64BigEndian(content[NonceLength..], offer.ValueFen);
        return SealedBox.Seal(publicKey, ephemeral, Purpose(auction), Binding(auction, paddle, bidId), content);
    }

    /// <summary>What was sealed; null for an envelope that is not for this key, lot, paddle and bid, or was changed.</summary>
    public static Secret? Open(ReadOnlySpan<byte> envelope, byte[] scalar, string auction, int paddle, string bidId) =>
        IsEnvelope(envelope) && SealedBox.Open(envelope, scalar, Purpose(auction), Binding(auction, paddle, bidId)) is { } content
            ? new Secret(Convert.ToHexStringLower(content.AsSpan(0, NonceLength)), BinaryPrimitives.ReadInt64BigEndian(content.AsSpan(NonceLength)))
            : null;

    public static bool IsEnvelope(ReadOnlySpan<byte> bytes) => bytes.Length == Length && SealedBox.IsBox(bytes);

    /// <summary>What the log holds of it.</summary>
    public static string Hash(ReadOnlySpan<byte> envelope) => Convert.ToHexStringLower(SHA256.HashData(envelope));

    private static string Purpose(string auction) => $"{Name}\n{auction}\n";

    private static string Binding(string auction, int paddle, string bidId) => string.Create(CultureInfo.InvariantCulture, $"{Name}\n{auction}\n{paddle}\n{bidId}\n");
}
