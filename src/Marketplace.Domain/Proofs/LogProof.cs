using System.Globalization;
using System.Text;

namespace Marketplace.Domain.Proofs;

/// <summary>That a leaf is in a log, to be checked without the log: the text of C2SP tlog-proof.</summary>
/// <param name="Path">From the leaf's sibling to the root's child.</param>
/// <param name="Note">The signed checkpoint, verbatim.</param>
public sealed record LogProof(long Index, IReadOnlyList<byte[]> Path, string Note)
{
    private const string Format = "c2sp.org/tlog-proof@v1";

    public string Write()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Format}\nindex {Index}\n");
        foreach (var hash in Path) text.Append(Convert.ToBase64String(hash)).Append('\n');
        return text.Append('\n').Append(Note).ToString();
    }

    /// <summary>Reads a proof in its one way to be written, without extra data; null when it is none.</summary>
    public static LogProof? Read(string text)
    {
        if (text.IndexOf("\n\n", StringComparison.Ordinal) is var end && end < 0) return null;
        if (text[..end].Split('\n') is not [Format, var second, .. var path] || path.Length > 64) return null;
        if (!second.StartsWith("index ", StringComparison.Ordinal) || !long.TryParse(second.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return null;
        var hashes = new List<byte[]>();
        foreach (var line in path)
        {
            var hash = new byte[Merkle.HashSize];
            if (!Convert.TryFromBase64String(line, hash, out var length) || length != Merkle.HashSize) return null;
            hashes.Add(hash);
        }

        var read = new LogProof(index, hashes, text[(end + 2)..]);
        return read.Write() == text ? read : null;
    }

    /// <summary>The checkpoint under which the leaf stands, when signature and path are good; otherwise null.</summary>
    /// <param name="publicKey">SubjectPublicKeyInfo of the key that signed the checkpoint.</param>
    public Checkpoint? Check(ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> publicKey) =>
        Checkpoint.Open(Note, publicKey) is { } checkpoint && Merkle.IsIncluded((ulong)Index, (ulong)checkpoint.Size, Merkle.Leaf(leaf), Path, checkpoint.Root)
            ? checkpoint
            : null;
}
