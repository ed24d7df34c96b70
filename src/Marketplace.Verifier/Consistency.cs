using Marketplace.Domain.Proofs;

namespace Marketplace.Verifier;

/// <summary><c>consistency OLD NEW --tiles FOLDER [--key PEM]</c>: the log of the older checkpoint is the beginning of the newer one's.</summary>
internal static class Consistency
{
    public static int Run(string old, string newer, Options options, TextWriter output, TextWriter errors)
    {
        if (Open(old, options.Keys, errors) is not { } older || Open(newer, options.Keys, errors) is not { } later) return Program.Unsound;
        if (options.Keys is null) output.WriteLine("签名未核验（未指定公钥）/ signatures not checked (no key was given)");
        return Compare(older, later, options.Tiles!, output, errors);
    }

    /// <summary>Reads a checkpoint that was kept; null when it is none, or when none of the given keys signed it.</summary>
    public static Checkpoint? Open(string file, IReadOnlyList<byte[]>? keys, TextWriter errors)
    {
        var note = File.ReadAllText(file);
        var checkpoint = keys is null
            ? SignedNote.Read(note) is { } read ? Checkpoint.Read(read.Text) : null
            : keys.Select(key => Checkpoint.Open(note, key)).FirstOrDefault(opened => opened is not null);
        if (checkpoint is null) errors.WriteLine($"{file}: 不是本市场签名的检查点 / is no checkpoint that the market signed");
        return checkpoint;
    }

    public static int Compare(Checkpoint older, Checkpoint newer, string tiles, TextWriter output, TextWriter errors)
    {
        if (older.Origin != newer.Origin) return Say(output, Program.Unsound, "不可信：两本不同的日志", $"UNSOUND: two different logs, {older.Origin} and {newer.Origin}");
        if (older.Size > newer.Size) return Say(output, Program.Unsound, $"不可信：日志变短了（{older.Size} → {newer.Size}）", $"UNSOUND: the log became shorter ({older.Size} → {newer.Size})");
        // An empty log is the beginning of every log.
        if (older.Size == 0)
        {
            return older.Root.AsSpan().SequenceEqual(Merkle.EmptyRoot) ? Grew(older, newer, output) : Rewritten(output);
        }

        if (older.Size == newer.Size) return older.Root.AsSpan().SequenceEqual(newer.Root) ? Grew(older, newer, output) : Rewritten(output);
        var missing = Tiles.Needed(older.Size - 1, newer.Size).Select(name => name.Path).Where(path => !File.Exists(Path.Combine(tiles, path))).ToList();
        if (missing.Count > 0)
        {
            foreach (var path in missing) errors.WriteLine($"缺少分块 / a tile is missing: {path}");
            return Program.Undecided;
        }

        try
        {
            var proof = Merkle.Consistency(older.Size, newer.Size, Tiles.Subtrees(newer.Size, name => File.ReadAllBytes(Path.Combine(tiles, name.Path))));
            return Merkle.IsConsistent((ulong)older.Size, (ulong)newer.Size, proof, older.Root, newer.Root) ? Grew(older, newer, output) : Rewritten(output);
        }
        catch (FormatException e)
        {
            errors.WriteLine(e.Message);
            return Program.Misused;
        }
    }

    private static int Grew(Checkpoint older, Checkpoint newer, TextWriter output) =>
        Say(output, Program.Good, $"可信：日志只增不改，{older.Size} → {newer.Size}", $"GOOD: the log only grew, {older.Size} → {newer.Size}");

    private static int Rewritten(TextWriter output) =>
        Say(output, Program.Unsound, "不可信：新日志不是旧日志的延续", "UNSOUND: the newer log does not continue the older one, or the tiles are not of it");

    private static int Say(TextWriter output, int code, string chinese, string english)
    {
        output.WriteLine(chinese);
        output.WriteLine(english);
        return code;
    }
}
