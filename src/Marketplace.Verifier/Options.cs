using System.Security.Cryptography;

namespace Marketplace.Verifier;

/// <summary>What the program was called with: a word, files, and options that may stand anywhere after the word.</summary>
internal sealed record Options(string Word, IReadOnlyList<string> Files, string? KeyFile, string? Checkpoint, string? Tiles, string? Receipt = null, string? Refused = null)
{
    private static readonly string[] Known = ["--key", "--checkpoint", "--tiles", "--receipt", "--refused"];

    /// <summary>SubjectPublicKeyInfo of every key in the file; null when there is no file, or no key in it.</summary>
    public IReadOnlyList<byte[]>? Keys { get; private init; }

    /// <summary>Null when an option is unknown, doubled or without its value.</summary>
    public static Options? Read(IReadOnlyList<string> args)
    {
        if (args.Count == 0) return null;
        var files = new List<string>();
        var named = new Dictionary<string, string>();
        for (var i = 1; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal)) files.Add(args[i]);
            else if (!Known.Contains(args[i]) || i + 1 == args.Count || !named.TryAdd(args[i], args[++i])) return null;
        }

        var key = named.GetValueOrDefault("--key");
        return new Options(args[0], files, key, named.GetValueOrDefault("--checkpoint"), named.GetValueOrDefault("--tiles"), named.GetValueOrDefault("--receipt"), named.GetValueOrDefault("--refused"))
        {
            Keys = key is null ? null : ReadKeys(File.ReadAllText(key)),
        };
    }

    /// <summary>All public keys in a PEM file; a private key counts with its public half.</summary>
    private static List<byte[]>? ReadKeys(string pem)
    {
        var keys = new List<byte[]>();
        var rest = pem.AsSpan();
        try
        {
            while (PemEncoding.TryFind(rest, out var fields))
            {
                using var key = ECDsa.Create();
                key.ImportFromPem(rest[fields.Location]);
                keys.Add(key.ExportSubjectPublicKeyInfo());
                rest = rest[fields.Location.End..];
            }
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return null;
        }

        return keys.Count > 0 ? keys : null;
    }
}
