using Marketplace.Domain.Proofs;

namespace Marketplace.Verifier;

/// <summary>
/// <c>audit FOLDER [--key PEM]</c>: a whole log as it was downloaded. Recomputes its root from its entries, and looks for
/// what a proof about one entry cannot show: a second history of an auction that was added later.
/// </summary>
internal static class Audit
{
    public static int Run(string folder, Options options, TextWriter output, TextWriter errors)
    {
        if (Consistency.Open(Path.Combine(folder, "checkpoint"), options.Keys, errors) is not { } checkpoint) return Program.Unsound;
        var edge = new TreeEdge();
        var last = new Dictionary<string, HeadLeaf>();
        for (var tile = 0L; Tiles.At(0, tile, checkpoint.Size) is { } name; tile++)
        {
            var path = Path.Combine(folder, (name with { Level = null }).Path);
            if (!File.Exists(path))
            {
                errors.WriteLine($"缺少条目 / entries are missing: {path}");
                return Program.Undecided;
            }

            IReadOnlyList<byte[]> entries;
            try
            {
                entries = Tiles.Entries(File.ReadAllBytes(path));
            }
            catch (FormatException e)
            {
                return Wrong(output, edge.Size, $"{name.Path}: {e.Message}");
            }

            foreach (var entry in entries)
            {
                if (HeadLeaf.Read(entry) is not { } leaf) return Wrong(output, edge.Size, "条目无法识别 / an entry that the market never writes");
                if (last.TryGetValue(leaf.Stream, out var before) && before.Version >= leaf.Version)
                {
                    return Wrong(output, edge.Size, $"{leaf.Stream}: 同一竞价有两段历史 / two histories of one auction (v {before.Version}, then v {leaf.Version})");
                }

                last[leaf.Stream] = leaf;
                edge.Add(Merkle.Leaf(entry), []);
            }
        }

        if (edge.Size != checkpoint.Size || !edge.Root.AsSpan().SequenceEqual(checkpoint.Root)) return Wrong(output, edge.Size, "根哈希与检查点不符 / the root is not the checkpoint's");
        output.WriteLine($"可信：{checkpoint.Size} 个条目、{last.Count} 场竞价，与检查点一致");
        output.WriteLine($"GOOD: {checkpoint.Size} entries of {last.Count} auctions make the checkpoint's root; each auction has one history");
        if (options.Keys is null) output.WriteLine("签名未核验（未指定公钥）/ signature not checked (no key was given)");
        return Program.Good;
    }

    private static int Wrong(TextWriter output, long entry, string why)
    {
        output.WriteLine($"不可信 / UNSOUND: {entry}: {why}");
        return Program.Unsound;
    }
}
