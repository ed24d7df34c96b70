using System.Buffers.Binary;
using System.Globalization;

namespace Marketplace.Domain.Proofs;

/// <summary>One tile of a log: 256 hashes of one level, or fewer at the right edge; or the bundle of entries below it.</summary>
/// <param name="Level">0 are the leaves; null is the bundle of the entries themselves.</param>
/// <param name="Width">How many, 1–256.</param>
public readonly record struct TileName(int? Level, long Index, int Width)
{
    /// <summary>The path below the log's prefix: <c>tile/0/x001/x234/067.p/5</c>.</summary>
    public string Path
    {
        get
        {
            var level = Level is { } number ? number.ToString(CultureInfo.InvariantCulture) : "entries";
            var digits = (Index % 1000).ToString("000", CultureInfo.InvariantCulture);
            for (var rest = Index / 1000; rest > 0; rest /= 1000) digits = $"x{rest % 1000:000}/{digits}";
            return Width == Tiles.Full ? $"tile/{level}/{digits}" : string.Create(CultureInfo.InvariantCulture, $"tile/{level}/{digits}.p/{Width}");
        }
    }

    /// <summary>Reads a path, in its one way to be written; null when it is none.</summary>
    public static TileName? Read(string path)
    {
        var parts = path.Split('/');
        if (parts.Length is < 3 or > 12 || parts[0] != "tile") return null;
        int? level = null;
        if (parts[1] != "entries")
        {
            if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 63) return null;
            level = number;
        }

        var width = Tiles.Full;
        var last = parts.Length - 1;
        if (parts[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out width) || width is < 1 or >= Tiles.Full) return null;
            last--;
            parts[last] = parts[last][..^2];
        }

        var index = 0L;
        for (var i = 2; i <= last; i++)
        {
            var digits = i < last && parts[i].StartsWith('x') ? parts[i][1..] : parts[i];
            if (digits.Length != 3 || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var three) || index > long.MaxValue / 1000 - 1) return null;
            index = index * 1000 + three;
        }

        var name = new TileName(level, index, width);
        return name.Path == path ? name : null;
    }
}

/// <summary>The layout of C2SP tlog-tiles: subtrees of height 8 with their hashes as leaves.</summary>
public static class Tiles
{
    public const int Height = 8;
    public const int Full = 1 << Height;

    /// <summary>How many levels of tiles a tree of this size has.</summary>
    public static int LevelsOf(long size)
    {
        var levels = 0;
        for (; size > 0; size >>= Height) levels++;
        return levels;
    }

    /// <summary>How many hashes the unfinished tile of a level has; none when every tile is full.</summary>
    public static int WidthAt(int level, long size) => (int)((size >> (Height * level)) % Full);

    /// <summary>The tile of a level that holds a hash, as wide as a tree of this size makes it; null when it is not there yet.</summary>
    public static TileName? At(int level, long index, long size)
    {
        var there = (size >> (Height * level)) - index * Full;
        return there <= 0 ? null : new TileName(level, index, (int)Math.Min(there, Full));
    }

    /// <summary>All tiles that a proof about a leaf in a tree of this size needs: those above the leaf, and the right edge.</summary>
    public static IReadOnlyList<TileName> Needed(long index, long size)
    {
        var tiles = new List<TileName>();
        for (var level = 0; level < LevelsOf(size); level++)
        {
            foreach (var at in new[] { index >> (Height * (level + 1)), size >> (Height * (level + 1)) }.Distinct())
            {
                if (At(level, at, size) is { } tile) tiles.Add(tile);
            }
        }

        return tiles;
    }

    /// <summary>The subtrees of a tree of this size, taken from its tiles.</summary>
    /// <param name="load">The bytes of a tile: its hashes one after the other.</param>
    public static Subtree Subtrees(long size, Func<TileName, ReadOnlyMemory<byte>> load) => (level, index) =>
    {
        var (tileLevel, up) = (level / Height, level % Height);
        var first = index << up;
        var tile = At(tileLevel, first / Full, size) ?? throw new InvalidOperationException($"No tile holds hash {first} of level {tileLevel} in a tree of {size}.");
        var bytes = load(tile);
        if (bytes.Length != tile.Width * Merkle.HashSize) throw new FormatException($"{tile.Path}: {bytes.Length} bytes");
        var hashes = Hashes(bytes.Span.Slice((int)(first % Full) * Merkle.HashSize, (1 << up) * Merkle.HashSize));
        return Merkle.Of(hashes)(up, 0);
    };

    public static byte[][] Hashes(ReadOnlySpan<byte> tile)
    {
        if (tile.Length % Merkle.HashSize != 0) throw new FormatException("A tile is made of hashes of 32 bytes.");
        var hashes = new byte[tile.Length / Merkle.HashSize][];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = tile.Slice(i * Merkle.HashSize, Merkle.HashSize).ToArray();
        return hashes;
    }

    /// <summary>Each entry after its length in two bytes, the higher first.</summary>
    public static byte[] Bundle(IReadOnlyList<byte[]> entries)
    {
        var bytes = new byte[entries.Sum(entry => 2 + entry.Length)];
        var at = 0;
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), checked((ushort)entry.Length));
            entry.CopyTo(bytes, at + 2);
            at += 2 + entry.Length;
        }

        return bytes;
    }

    /// <exception cref="FormatException">It ends in the middle of an entry.</exception>
    public static IReadOnlyList<byte[]> Entries(ReadOnlySpan<byte> bundle)
    {
        var entries = new List<byte[]>();
        while (!bundle.IsEmpty)
        {
            if (bundle.Length < 2 || bundle.Length < 2 + BinaryPrimitives.ReadUInt16BigEndian(bundle)) throw new FormatException("A bundle that ends in the middle of an entry.");
            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle);
            entries.Add(bundle.Slice(2, length).ToArray());
            bundle = bundle[(2 + length)..];
        }

        return entries;
    }
}
