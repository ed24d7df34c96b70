using CsCheck;
using Marketplace.Domain.Proofs;

namespace Marketplace.Domain.Tests.Proofs;

public sealed class MerkleTests
{
    private static readonly byte[][] Leaves = [.. Enumerable.Range(0, 70_000).Select(i => Merkle.Leaf(BitConverter.GetBytes(i)))];
    private static readonly Subtree List = Remembered(Merkle.Of(Leaves));

    [Fact]
    public void The_known_roots_of_RFC_6962_come_out()
    {
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(Merkle.EmptyRoot));
        Assert.Equal("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", Convert.ToHexStringLower(Merkle.Leaf([])));
    }

    [Fact]
    public void Every_proof_of_every_small_tree_is_accepted_and_no_other_leaf_root_or_size_with_it()
    {
        var subtrees = List;
        for (var size = 1; size <= 40; size++)
        {
            var root = Merkle.Root(size, subtrees);
            for (var index = 0; index < size; index++)
            {
                var path = Merkle.Inclusion(index, size, subtrees);
                Assert.True(Merkle.IsIncluded((ulong)index, (ulong)size, Leaves[index], path, root));
                Assert.False(Merkle.IsIncluded((ulong)index, (ulong)size, Leaves[index + 1], path, root));
                Assert.False(Merkle.IsIncluded((ulong)index, (ulong)size, Leaves[index], path, Leaves[99]));
                if (size > 1) Assert.False(Merkle.IsIncluded((ulong)((index + 1) % size), (ulong)size, Leaves[index], path, root));
            }

            for (var from = 1; from <= size; from++)
            {
                var proof = Merkle.Consistency(from, size, subtrees);
                var old = Merkle.Root(from, subtrees);
                Assert.True(Merkle.IsConsistent((ulong)from, (ulong)size, proof, old, root));
                Assert.False(Merkle.IsConsistent((ulong)from, (ulong)size, proof, Leaves[99], root));
                Assert.False(Merkle.IsConsistent((ulong)from, (ulong)size, proof, old, Leaves[99]));
                Assert.False(Merkle.IsConsistent((ulong)from, (ulong)size, [.. proof, root], old, root));
            }
        }
    }

    [Fact]
    public void A_growing_edge_has_the_root_of_the_list_and_can_be_taken_up_at_any_size()
    {
        var log = new TileLog();
        var edge = new TreeEdge();
        var subtrees = List;
        for (var size = 0; size < 1100; size++)
        {
            Assert.Equal(Merkle.Root(size, subtrees), edge.Root);
            Assert.Equal(edge.Root, log.Edge(size).Root);
            log.Add(Leaves[size], edge);
        }
    }

    [Fact]
    public void A_tree_of_70000_has_the_tiles_of_the_specification()
    {
        var log = new TileLog();
        var edge = new TreeEdge();
        foreach (var leaf in Leaves) log.Add(leaf, edge);
        Assert.Equal((3, 112, 17, 1), (Tiles.LevelsOf(70_000), Tiles.WidthAt(0, 70_000), Tiles.WidthAt(1, 70_000), Tiles.WidthAt(2, 70_000)));
        Assert.Equal(Merkle.Root(70_000, List), Merkle.Root(70_000, log.Subtrees(70_000)));
        Assert.Equal("tile/0/273.p/112", Tiles.At(0, 273, 70_000)!.Value.Path);
        Assert.Null(Tiles.At(0, 274, 70_000));
        Assert.Null(Tiles.At(1, 1, 256 * 256));
        Assert.Equal((2, 0L, 1), Tiles.At(2, 0, 70_000) is { } top ? (top.Level, top.Index, top.Width) : default);
    }

    [Fact]
    public void Proofs_from_tiles_need_only_the_tiles_that_are_named()
    {
        var log = new TileLog();
        var edge = new TreeEdge();
        foreach (var leaf in Leaves) log.Add(leaf, edge);
        Gen.Select(Gen.Long[1, 70_000], Gen.Double[0, 1]).Sample(
            (size, part) =>
            {
                var index = Math.Min(size - 1, (long)(part * size));
                var needed = Tiles.Needed(index, size).ToHashSet();
                var tiles = Tiles.Subtrees(size, name => needed.Contains(name) ? log.Tile(name) : throw new InvalidOperationException(name.Path));
                Assert.Equal(Merkle.Inclusion(index, size, List), Merkle.Inclusion(index, size, tiles));
                Assert.Equal(Merkle.Consistency(index + 1, size, List), Merkle.Consistency(index + 1, size, tiles));
                Assert.Equal(Merkle.Root(size, List), Merkle.Root(size, tiles));
            },
            iter: 300, threads: 1);
    }

    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(0, 1_234_067, 256, "tile/0/x001/x234/067")]
    [InlineData(null, 1_000, 255, "tile/entries/x001/000.p/255")]
    [InlineData(63, 999, 1, "tile/63/999.p/1")]
    public void A_tile_has_one_path(int? level, long index, int width, string path)
    {
        var name = new TileName(level, index, width);
        Assert.Equal(path, name.Path);
        Assert.Equal(name, TileName.Read(path));
    }

    [Theory]
    [InlineData("tile/0/0")]
    [InlineData("tile/00/000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/001/002")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p/")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/+01")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/leaves/000")]
    [InlineData("tiles/0/000")]
    [InlineData("")]
    public void What_is_no_path_of_a_tile_is_not_read(string path) => Assert.Null(TileName.Read(path));

    [Fact]
    public void A_bundle_gives_its_entries_back_and_is_not_read_when_it_is_cut()
    {
        byte[][] entries = [[], [1], [.. Enumerable.Repeat((byte)7, 300)]];
        var bundle = Tiles.Bundle(entries);
        Assert.Equal(entries, Tiles.Entries(bundle));
        Assert.Throws<FormatException>(() => Tiles.Entries(bundle.AsSpan()[..^1]));
        Assert.Throws<FormatException>(() => Tiles.Entries([0]));
    }

    private static Subtree Remembered(Subtree subtrees)
    {
        var known = new System.Collections.Concurrent.ConcurrentDictionary<(int, long), byte[]>();
        return Hash;
        byte[] Hash(int level, long index) =>
            level == 0 ? subtrees(0, index) : known.GetOrAdd((level, index), _ => Merkle.Node(Hash(level - 1, 2 * index), Hash(level - 1, 2 * index + 1)));
    }
}

/// <summary>A log in memory: leaves and the hashes of full tiles.</summary>
internal sealed class TileLog
{
    private readonly Dictionary<int, List<byte[]>> _levels = new() { [0] = [] };

    public void Add(byte[] leaf, TreeEdge edge)
    {
        var filled = new List<TileNode>();
        edge.Add(leaf, filled);
        _levels[0].Add(leaf);
        foreach (var node in filled)
        {
            if (!_levels.TryGetValue(node.Level, out var level)) _levels[node.Level] = level = [];
            Assert.Equal(level.Count, node.Index);
            level.Add(node.Hash);
        }
    }

    public TreeEdge Edge(long size) => TreeEdge.Load(size, level => Hashes(Tiles.At(level, size >> (Tiles.Height * (level + 1)), size)!.Value));

    public Subtree Subtrees(long size) => Tiles.Subtrees(size, name => Tile(name));

    public ReadOnlyMemory<byte> Tile(TileName name) => Hashes(name).SelectMany(hash => hash).ToArray();

    private List<byte[]> Hashes(TileName name) => _levels[name.Level!.Value].GetRange((int)name.Index * Tiles.Full, name.Width);
}
