using System.Globalization;
using System.Text;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Proofs;

/// <summary>
/// What a leaf of the market's log says: that this stream had this line as its head, and when. Everything in it stands in
/// the public transcript, so no person is in it and nothing ever has to be taken out.
/// </summary>
/// <param name="At">The moment that the line itself carries.</param>
public sealed record HeadLeaf(string Stream, long Version, string Hash, DateTimeOffset At)
{
    private const string Format = "market-leaf.1";

    /// <summary>The leaf's bytes: a name of the format, the stream, the version, the hash and the moment, each closed by a line feed.</summary>
    public byte[] Write() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Format}\n{Stream}\n{Version}\n{Hash}\n{Instant.Write(At)}\n"));

    /// <summary>Reads a leaf in its one way to be written; null when it is none.</summary>
    public static HeadLeaf? Read(ReadOnlySpan<byte> bytes)
    {
        if (Encoding.UTF8.GetString(bytes).Split('\n') is not [Format, var stream, var digits, var hash, var moment, ""]) return null;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version) || !Instant.TryRead(moment, out var at)) return null;
        var read = new HeadLeaf(stream, version, hash, at);
        return bytes.SequenceEqual(read.Write()) ? read : null;
    }
}
