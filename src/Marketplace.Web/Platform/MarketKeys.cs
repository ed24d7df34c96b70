using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Platform.Streams;

namespace Marketplace.Platform;

/// <summary>A public key of the market, with the time it may sign in.</summary>
public sealed record PublicMarketKey(string KeyId, string Algorithm, string Pem, DateTimeOffset ValidFrom, DateTimeOffset? ValidUntil)
{
    /// <summary>The SubjectPublicKeyInfo that the PEM wraps.</summary>
    public byte[] PublicKey()
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(Pem);
        return key.ExportSubjectPublicKeyInfo();
    }
}

/// <summary>
/// The platform's signing key: PEM in <c>MARKETPLACE_DATA/keys</c> or a mounted secret, the same on all nodes. Keys that
/// no longer sign stay there with their public half for ever; rotating adds a file.
/// </summary>
public sealed class MarketKeys : IDisposable
{
    private readonly ECDsa _signer;

    private MarketKeys(ECDsa signer, IReadOnlyList<PublicMarketKey> published)
    {
        _signer = signer;
        Published = published;
        PublicKey = signer.ExportSubjectPublicKeyInfo();
        KeyId = StreamHead.KeyId(PublicKey);
    }

    /// <summary>SHA-256 of the public key (SubjectPublicKeyInfo), lower-case hex.</summary>
    public string KeyId { get; }

    /// <summary>SubjectPublicKeyInfo of the key that signs now.</summary>
    public byte[] PublicKey { get; }

    /// <summary>All keys that ever signed, newest last.</summary>
    public IReadOnlyList<PublicMarketKey> Published { get; }

    public string PublicPem => _signer.ExportSubjectPublicKeyInfoPem();

    /// <summary>Loads the newest key of the folder, or makes the first one.</summary>
    public static MarketKeys Load(string folder, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder);
        var files = Directory.GetFiles(folder, "*.pem").Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0)
        {
            using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var file = Path.Combine(folder, $"{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.pem");
            File.WriteAllText(file, fresh.ExportPkcs8PrivateKeyPem());
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            files.Add(file);
        }

        var published = new List<PublicMarketKey>();
        ECDsa? signer = null;
        foreach (var file in files)
        {
            signer?.Dispose();
            signer = ECDsa.Create();
            signer.ImportFromPem(File.ReadAllText(file));
            var from = DateTimeOffset.TryParseExact(
                Path.GetFileNameWithoutExtension(file), "yyyyMMdd'T'HHmmss'Z'", null, System.Globalization.DateTimeStyles.AssumeUniversal, out var named)
                ? named
                : new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero);
            if (published.Count > 0) published[^1] = published[^1] with { ValidUntil = from };
            published.Add(new PublicMarketKey(
                StreamHead.KeyId(signer.ExportSubjectPublicKeyInfo()), StreamHead.Algorithm, signer.ExportSubjectPublicKeyInfoPem(), from, null));
        }

        return new MarketKeys(signer!, published);
    }

    public SignedHead Sign(string stream, long version, string hash)
    {
        // ECDsa instances are not promised to be thread-safe.
        lock (_signer)
        {
            var signature = _signer.SignData(StreamHead.SignedBytes(stream, version, hash), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            return new SignedHead(version, hash, KeyId, signature);
        }
    }

    /// <summary>Signs a text for readers of signed notes: over its UTF-8 bytes, the signature in DER.</summary>
    public byte[] SignNote(string text)
    {
        lock (_signer) return _signer.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    public void Dispose() => _signer.Dispose();
}
