namespace Marketplace.Domain.Proofs;

/// <summary>A hash that is complete for ever: of a full tile, as it stands in the tile above.</summary>
/// <param name="Level">The level of the tile it stands in, from 1.</param>
/// <param name="Index">Its place on that level.</param>
public sealed record TileNode(int Level, long Index, byte[] Hash);

/// <summary>
/// The right edge of a growing tree: one hash for each complete subtree, as many as the size has bits. All that is needed
/// to add a leaf and to know the root.
/// </summary>
public sealed class TreeEdge
{
    private readonly byte[]?[] _complete = new byte[64][];

    public long Size { get; private set; }

    public byte[] Root
    {
        get
        {
            byte[]? root = null;
            foreach (var hash in _complete)
            {
                if (hash is not null) root = root is null ? hash : Merkle.Node(hash, root);
            }

            return root ?? Merkle.EmptyRoot;
        }
    }

    /// <summary>Takes the edge up again from the unfinished tiles of a tree.</summary>
    /// <param name="unfinished">The hashes of the last tile of a level; asked only where that tile is not full.</param>
    public static TreeEdge Load(long size, Func<int, IReadOnlyList<byte[]>> unfinished)
    {
        var edge = new TreeEdge();
        for (var level = Tiles.LevelsOf(size) - 1; level >= 0; level--)
        {
            var width = Tiles.WidthAt(level, size);
            if (width == 0) continue;
            var hashes = unfinished(level);
            if (hashes.Count != width) throw new InvalidOperationException($"Level {level} of a tree of {size} has {hashes.Count} hashes in its last tile.");
            foreach (var hash in hashes) edge.Add(Tiles.Height * level, hash, null);
        }

        return edge.Size == size ? edge : throw new InvalidOperationException($"An edge of {edge.Size} for a tree of {size}.");
    }

    /// <summary>Adds a leaf; tiles that it fills give a hash to the tile above.</summary>
    public void Add(byte[] leaf, List<TileNode> filled) => Add(0, leaf, filled);

    private void Add(int level, byte[] hash, List<TileNode>? filled)
    {
        Size += 1L << level;
        for (; _complete[level] is { } left; level++)
        {
            hash = Merkle.Node(left, hash);
            _complete[level] = null;
            if ((level + 1) % Tiles.Height == 0) filled?.Add(new TileNode((level + 1) / Tiles.Height, (Size >> (level + 1)) - 1, hash));
        }

        _complete[level] = hash;
    }
}
