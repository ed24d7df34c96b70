using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Auctions.Sealing;

/// <summary>Who keeps a share of a lot's opening key. Written in lower case.</summary>
public enum ShareHolder { Operator, Seller, Notary }

/// <summary>A share of the opening key on its way to its holder.</summary>
public static class KeyShare
{
    private const string Name = "zjp-share.1";

    /// <summary>Index and scalar.</summary>
    public const int Length = 1 + SealedBox.ScalarLength;
    public const int BoxLength = SealedBox.Overhead + Length;

    /// <summary>A share for its holder's own key.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> holderKey, byte[] ephemeral, string auction, ReadOnlySpan<byte> share) =>
        SealedBox.Seal(holderKey, ephemeral, Purpose(auction), Binding(auction, share[0], SealedBox.Fingerprint(holderKey)), share);

    public static byte[]? Open(ReadOnlySpan<byte> box, byte[] holderScalar, string auction, int index) =>
        box.Length == BoxLength && SealedBox.PublicKeyOf(holderScalar) is { } key
            ? SealedBox.Open(box, holderScalar, Purpose(auction), Binding(auction, index, SealedBox.Fingerprint(key)))
            : null;

    /// <summary>
    /// SHA-256 over name, lot and share. A share is 32 random bytes, so that its hash hides it without a further nonce.
    /// </summary>
    public static string Commitment(string auction, ReadOnlySpan<byte> share) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(Purpose(auction)), .. share]));

    public static string Word(ShareHolder holder) => holder.ToString().ToLowerInvariant();

    public static ShareHolder Read(string? word) => Array.Find(Enum.GetValues<ShareHolder>(), h => Word(h) == word) is var holder && Word(holder) == word
        ? holder
        : throw new FormatException("A holder nobody knows.");

    private static string Purpose(string auction) => $"{Name}\n{auction}\n";

    private static string Binding(string auction, int index, string holderKey) => string.Create(CultureInfo.InvariantCulture, $"{Name}\n{auction}\n{index}\n{holderKey}\n");
}
