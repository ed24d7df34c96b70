using Marketplace.Domain.Proofs;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Proofs;

/// <summary>Reads the logs: checkpoints, tiles and the proofs made of them. Leaves are only ever added, so nothing here waits for a writer.</summary>
public sealed class MarketLog(IMarketplaceDbFactory databases)
{
    /// <summary>The log of all real auctions.</summary>
    public const string Market = "market";

    /// <summary>The log of the demonstration; it goes with it and begins anew under another name.</summary>
    public const string Demo = "demo";

    private const string Auctions = "auction/";

    /// <summary>Which log holds the heads of a stream; null when none does.</summary>
    public static string? Of(string stream) =>
        !stream.StartsWith(Auctions, StringComparison.Ordinal) ? null : stream.StartsWith(Auctions + "demo:", StringComparison.Ordinal) ? Demo : Market;

    /// <summary>The newest signed state of a log; null before its writer first ran.</summary>
    public async Task<LogCheckpointRow?> Newest(string log, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        return await db.Set<LogCheckpointRow>().AsNoTracking().Where(c => c.Log == log).OrderByDescending(c => c.Size).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>The bytes of a tile or a bundle of entries; null when the log has not grown that far.</summary>
    public async Task<byte[]?> Tile(string log, TileName name, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        return await Tile(db, log, name, cancellation);
    }

    /// <summary>The proof that a head is in its log, under the newest checkpoint or the one of a given size; null when it is not (yet).</summary>
    public async Task<LogProof?> Prove(string stream, long version, long? size = null, CancellationToken cancellation = default)
    {
        if (Of(stream) is not { } log) return null;
        await using var db = databases.Create();
        var leaf = await db.Set<LogLeafRow>().AsNoTracking().Where(l => l.Log == log && l.Stream == stream && l.Version == version).Select(l => (long?)l.Index).SingleOrDefaultAsync(cancellation);
        if (leaf is not { } index) return null;
        var checkpoint = await db.Set<LogCheckpointRow>().AsNoTracking().Where(c => c.Log == log && c.Size > index && (size == null || c.Size == size))
            .OrderByDescending(c => c.Size).FirstOrDefaultAsync(cancellation);
        if (checkpoint is null) return null;
        var tiles = new Dictionary<TileName, byte[]>();
        foreach (var name in Tiles.Needed(index, checkpoint.Size))
        {
            tiles[name] = await Tile(db, log, name, cancellation) ?? throw new InvalidOperationException($"The log {log} of {checkpoint.Size} lacks {name.Path}.");
        }

        return new LogProof(index, Merkle.Inclusion(index, checkpoint.Size, Tiles.Subtrees(checkpoint.Size, name => tiles[name])), checkpoint.Note);
    }

    /// <summary>Whether some head of these streams is not in its log yet: what somebody holds a receipt of must be there before its lines may go.</summary>
    public static Task<bool> Lacks(MarketplaceDb db, IReadOnlyCollection<string> streams, CancellationToken cancellation) =>
        db.Set<HeadRow>().AnyAsync(h => streams.Contains(h.Stream) && !db.Set<LogLeafRow>().Any(l => l.Stream == h.Stream && l.Version == h.Version), cancellation);

    /// <summary>Takes the whole log of the demonstration away; its writer begins a new one. Part of the caller's transaction.</summary>
    public static async Task<int> ForgetDemo(MarketplaceDb db, CancellationToken cancellation)
    {
        // Whoever was about to add to it finds its turn taken.
        await db.Set<LogCursorRow>().ExecuteUpdateAsync(set => set.SetProperty(c => c.Turns, c => c.Turns + 1), cancellation);
        return await db.Set<LogLeafRow>().Where(l => l.Log == Demo).ExecuteDeleteAsync(cancellation)
            + await db.Set<LogNodeRow>().Where(n => n.Log == Demo).ExecuteDeleteAsync(cancellation)
            + await db.Set<LogCheckpointRow>().Where(c => c.Log == Demo).ExecuteDeleteAsync(cancellation)
            + await db.Set<MarketLogRow>().Where(l => l.Log == Demo).ExecuteDeleteAsync(cancellation);
    }

    internal static async Task<byte[]?> Tile(MarketplaceDb db, string log, TileName name, CancellationToken cancellation)
    {
        var (from, to) = (name.Index * Tiles.Full, name.Index * Tiles.Full + name.Width);
        if (name.Level is > 0 and var level)
        {
            var nodes = await db.Set<LogNodeRow>().AsNoTracking().Where(n => n.Log == log && n.Level == level && n.Index >= from && n.Index < to)
                .OrderBy(n => n.Index).Select(n => n.Hash).ToListAsync(cancellation);
            return nodes.Count == name.Width ? [.. nodes.SelectMany(hash => hash)] : null;
        }

        var leaves = await db.Set<LogLeafRow>().AsNoTracking().Where(l => l.Log == log && l.Index >= from && l.Index < to)
            .OrderBy(l => l.Index).Select(l => l.Entry).ToListAsync(cancellation);
        if (leaves.Count != name.Width) return null;
        return name.Level is null ? Tiles.Bundle(leaves) : [.. leaves.SelectMany(leaf => Merkle.Leaf(leaf))];
    }
}
