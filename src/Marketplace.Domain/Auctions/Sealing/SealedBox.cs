using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Auctions.Sealing;

/// <summary>
/// Bytes that only the holder of a P-256 key can read: ephemeral ECDH, HKDF-SHA256, AES-256-GCM. The layout is in README.md
/// beside this file; the page's script and any bidder's program make the same bytes.
/// </summary>
public static class SealedBox
{
    /// <summary>The first byte.</summary>
    public const byte Version = 1;

    /// <summary>An uncompressed point: 4, X, Y.</summary>
    public const int PublicKeyLength = 65;
    public const int ScalarLength = 32;
    private const int TagLength = 16, KeyLength = 32, IvLength = 12;

    /// <summary>What a box is longer than its content.</summary>
    public const int Overhead = 1 + PublicKeyLength + TagLength;

    /// <param name="ephemeral">32 fresh random bytes, the scalar of a key used once; chance comes from the caller.</param>
    /// <param name="purpose">What the key is derived for.</param>
    /// <param name="binding">What the content belongs to; another binding does not open the box.</param>
    public static byte[] Seal(ReadOnlySpan<byte> publicKey, byte[] ephemeral, string purpose, string binding, ReadOnlySpan<byte> content)
    {
        using var once = KeyOf(ephemeral);
        var box = new byte[Overhead + content.Length];
        box[0] = Version;
        var point = box.AsSpan(1, PublicKeyLength);
        PublicKeyOf(once).CopyTo(point);
        Span<byte> keyAndIv = stackalloc byte[KeyLength + IvLength];
        Derive(once, publicKey, point, publicKey, purpose, keyAndIv);
        using var aes = new AesGcm(keyAndIv[..KeyLength], TagLength);
        aes.Encrypt(keyAndIv[KeyLength..], content, box.AsSpan(1 + PublicKeyLength, content.Length), box.AsSpan(^TagLength), Encoding.UTF8.GetBytes(binding));
        return box;
    }

    /// <summary>The content, or null when the box is not one, was changed, or is for another key, purpose or binding.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> box, byte[] scalar, string purpose, string binding)
    {
        if (!IsBox(box)) return null;
        try
        {
            using var key = KeyOf(scalar);
            var point = box.Slice(1, PublicKeyLength);
            Span<byte> keyAndIv = stackalloc byte[KeyLength + IvLength];
            Derive(key, point, point, PublicKeyOf(key), purpose, keyAndIv);
            using var aes = new AesGcm(keyAndIv[..KeyLength], TagLength);
            var content = new byte[box.Length - Overhead];
            aes.Decrypt(keyAndIv[KeyLength..], box[(1 + PublicKeyLength)..^TagLength], box[^TagLength..], content, Encoding.UTF8.GetBytes(binding));
            return content;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>As far as one can see from outside: long enough, of this version, with a point on the curve.</summary>
    public static bool IsBox(ReadOnlySpan<byte> box) => box.Length >= Overhead && box[0] == Version && IsPublicKey(box.Slice(1, PublicKeyLength));

    public static bool IsPublicKey(ReadOnlySpan<byte> point)
    {
        if (point.Length != PublicKeyLength || point[0] != 4) return false;
        try
        {
            using var key = ECDiffieHellman.Create(Point(point));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The public key of a scalar; null when it is none (0, or not below the order of the curve).</summary>
    public static byte[]? PublicKeyOf(byte[] scalar)
    {
        try
        {
            using var key = KeyOf(scalar);
            return PublicKeyOf(key);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The name of a public key: SHA-256 of the point, lower-case hex.</summary>
    public static string Fingerprint(ReadOnlySpan<byte> publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey));

    private static ECDiffieHellman KeyOf(byte[] scalar) =>
        scalar.Length == ScalarLength
            ? ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar })
            : throw new CryptographicException("A scalar has 32 bytes.");

    private static byte[] PublicKeyOf(ECDiffieHellman key)
    {
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. q.X!, .. q.Y!];
    }

    private static ECParameters Point(ReadOnlySpan<byte> point) =>
        new() { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33].ToArray(), Y = point[33..].ToArray() } };

    /// <summary>Key and IV: the box's key is used once, so its IV may follow from the same secret.</summary>
    private static void Derive(ECDiffieHellman mine, ReadOnlySpan<byte> other, ReadOnlySpan<byte> ephemeral, ReadOnlySpan<byte> recipient, string purpose, Span<byte> keyAndIv)
    {
        if (other.Length != PublicKeyLength || other[0] != 4) throw new CryptographicException("No uncompressed point.");
        using var theirs = ECDiffieHellman.Create(Point(other));
        using var theirPublic = theirs.PublicKey;
        var shared = mine.DeriveRawSecretAgreement(theirPublic);
        byte[] salt = [.. ephemeral, .. recipient];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, keyAndIv, salt, Encoding.UTF8.GetBytes(purpose));
        CryptographicOperations.ZeroMemory(shared);
    }
}
