using System.Numerics;
using System.Security.Cryptography;

namespace Marketplace.Domain.Proofs;

/// <summary>The hash of the complete subtree of 2^level leaves with this index on its level; level 0 are the leaves.</summary>
public delegate byte[] Subtree(int level, long index);

/// <summary>
/// The Merkle tree of RFC 6962: SHA-256, leaf = H(0x00 ‖ data), node = H(0x01 ‖ left ‖ right), and the two proofs over it
/// as RFC 9162 §2.1 makes and checks them. Hashes are 32 bytes.
/// </summary>
public static class Merkle
{
    public const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>The root of a log without leaves: the hash of nothing.</summary>
    public static byte[] EmptyRoot => SHA256.HashData([]);

    public static byte[] Leaf(ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(data);
        return hash.GetHashAndReset();
    }

    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> bytes = stackalloc byte[1 + 2 * HashSize];
        bytes[0] = 1;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[(1 + HashSize)..]);
        return SHA256.HashData(bytes);
    }

    /// <summary>The subtrees of a list of leaf hashes.</summary>
    public static Subtree Of(IReadOnlyList<byte[]> leaves)
    {
        return Hash;
        byte[] Hash(int level, long index) => level == 0 ? leaves[(int)index] : Node(Hash(level - 1, 2 * index), Hash(level - 1, 2 * index + 1));
    }

    /// <summary>The root of the first <paramref name="size"/> leaves.</summary>
    public static byte[] Root(long size, Subtree subtrees) => size == 0 ? EmptyRoot : Range(0, size, subtrees);

    /// <summary>The hashes that lead from a leaf to the root, the leaf's sibling first.</summary>
    public static IReadOnlyList<byte[]> Inclusion(long index, long size, Subtree subtrees)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<byte[]>();
        for (var (low, high) = (0L, size); high - low > 1;)
        {
            var split = low + Split(high - low);
            if (index < split)
            {
                path.Add(Range(split, high, subtrees));
                high = split;
            }
            else
            {
                path.Add(Range(low, split, subtrees));
                low = split;
            }
        }

        path.Reverse();
        return path;
    }

    /// <summary>The hashes that show that the tree of <paramref name="size"/> leaves begins with the one of <paramref name="from"/>.</summary>
    public static IReadOnlyList<byte[]> Consistency(long from, long size, Subtree subtrees)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, size);
        var proof = new List<byte[]>();
        var (low, high, whole) = (0L, size, true);
        while (from < high)
        {
            var split = low + Split(high - low);
            if (from <= split)
            {
                proof.Add(Range(split, high, subtrees));
                high = split;
            }
            else
            {
                proof.Add(Range(low, split, subtrees));
                (low, whole) = (split, false);
            }
        }

        // A subtree that is the whole old tree is known to the reader as its root.
        if (!whole) proof.Add(Range(low, high, subtrees));
        proof.Reverse();
        return proof;
    }

    public static bool IsIncluded(ulong index, ulong size, ReadOnlySpan<byte> leaf, IReadOnlyList<byte[]> path, ReadOnlySpan<byte> root)
    {
        if (index >= size || leaf.Length != HashSize) return false;
        var (at, last, hash) = (index, size - 1, leaf.ToArray());
        foreach (var sibling in path)
        {
            if (last == 0 || sibling.Length != HashSize) return false;
            if ((at & 1) == 1 || at == last)
            {
                hash = Node(sibling, hash);
                // The levels on which the last node of the tree has no sibling are passed over.
                while ((at & 1) == 0 && at != 0) (at, last) = (at >> 1, last >> 1);
            }
            else
            {
                hash = Node(hash, sibling);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && root.SequenceEqual(hash);
    }

    /// <summary>An empty old tree proves nothing and is refused.</summary>
    public static bool IsConsistent(ulong from, ulong size, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> oldRoot, ReadOnlySpan<byte> newRoot) =>
        from > 0 && IsConsistentPart(0, from, size, proof, oldRoot, newRoot);

    /// <summary>The same for a part [start, end) of the tree that is a subtree: its start is a multiple of the power of two that holds it.</summary>
    public static bool IsIncludedInPart(ulong index, ulong start, ulong end, ReadOnlySpan<byte> leaf, IReadOnlyList<byte[]> path, ReadOnlySpan<byte> root) =>
        IsPart(start, end) && index >= start && IsIncluded(index - start, end - start, leaf, path, root);

    /// <summary>Whether the part [start, end) lies in the tree of this size as the proof claims; an empty part lies in every tree.</summary>
    public static bool IsConsistentPart(
        ulong start, ulong end, ulong size, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> partRoot, ReadOnlySpan<byte> root)
    {
        if (start == end) return end <= size && proof.Count == 0 && partRoot.SequenceEqual(EmptyRoot);
        if (!IsPart(start, end) || end > size) return false;
        if (proof.Count > 0 && (partRoot.Length != HashSize || proof.Any(hash => hash.Length != HashSize))) return false;
        var (first, last, tree) = (start, end - 1, size - 1);
        // Whatever the part and the tree share from the bottom needs no proof.
        while (first != last && (last == tree || (last & 1) == 1)) (first, last, tree) = (first >> 1, last >> 1, tree >> 1);
        var taken = 0;
        byte[] part, whole;
        if (first == last)
        {
            part = whole = partRoot.ToArray();
        }
        else
        {
            if (proof.Count == 0) return false;
            part = whole = proof[taken++];
        }

        for (; taken < proof.Count; taken++)
        {
            if (tree == 0) return false;
            if ((last & 1) == 1 || last == tree)
            {
                if (first < last) part = Node(proof[taken], part);
                whole = Node(proof[taken], whole);
                while ((last & 1) == 0 && last != 0) (first, last, tree) = (first >> 1, last >> 1, tree >> 1);
            }
            else
            {
                whole = Node(whole, proof[taken]);
            }

            (first, last, tree) = (first >> 1, last >> 1, tree >> 1);
        }

        return tree == 0 && partRoot.SequenceEqual(part) && root.SequenceEqual(whole);
    }

    private static bool IsPart(ulong start, ulong end)
    {
        if (start >= end) return false;
        // Beyond 2^63 there is no power of two left that could hold it.
        var holds = end - start <= 1UL << 63 ? BitOperations.RoundUpToPowerOf2(end - start) : 0;
        return holds == 0 ? start == 0 : start % holds == 0;
    }

    /// <summary>The hash over the leaves [low, high), which the recursion only asks for where a subtree begins.</summary>
    private static byte[] Range(long low, long high, Subtree subtrees)
    {
        var count = high - low;
        if (BitOperations.IsPow2(count)) return subtrees(BitOperations.Log2((ulong)count), low / count);
        var split = low + Split(count);
        return Node(Range(low, split, subtrees), Range(split, high, subtrees));
    }

    /// <summary>The largest power of two below a number.</summary>
    private static long Split(long count) => 1L << BitOperations.Log2((ulong)count - 1);
}
