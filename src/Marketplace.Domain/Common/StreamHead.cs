using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Common;

/// <summary>What the platform signs: the last line of an append, and with it, through the chain, every line before.</summary>
public static class StreamHead
{
    /// <summary>ECDSA on P-256 over SHA-256, signature as r‖s (IEEE P1363, 64 bytes), as JOSE names it.</summary>
    public const string Algorithm = "ES256";

    /// <summary>The signed text: a name of the format, the stream, the version and the hash, each closed by a line feed.</summary>
    public static byte[] SignedBytes(string stream, long version, string hash) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"market-head.1\n{stream}\n{version}\n{hash}\n"));

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower-case hex.</summary>
    public static string KeyId(ReadOnlySpan<byte> publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey));

    /// <summary>The last line of a published transcript: no fact, but the signature over the one before it.</summary>
    public static string Line(string stream, long version, string hash, string keyId, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> signature) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"type":"head","stream":"{{stream}}","version":{{version}},"hash":"{{hash}}","alg":"{{Algorithm}}","key":"{{keyId}}","publicKey":"{{Convert.ToBase64String(publicKey)}}","signature":"{{Convert.ToBase64String(signature)}}"}""");

    public static bool Verifies(ECDsa key, string stream, long version, string hash, ReadOnlySpan<byte> signature) =>
        key.VerifyData(SignedBytes(stream, version, hash), signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
