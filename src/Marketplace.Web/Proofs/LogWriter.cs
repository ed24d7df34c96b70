using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Domain.Proofs;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Proofs;

/// <summary>A head of any stream in the order in which it became durable, with its line.</summary>
internal sealed record HeadInOrder(long Seq, long Xid, string Stream, long Version, string Hash, byte[] Bytes);

/// <summary>
/// Takes every signed head of every auction into the logs, soon after it became durable, and signs the new state. Runs on
/// every node: what it adds, the cursor and the checkpoint become durable together or not at all, and of two writers that
/// began at the same turn one finds the turn taken and begins again.
/// </summary>
public sealed class LogWriter(IMarketplaceDbFactory databases, MarketKeys keys, TimeProvider clock, MarketOptions options, ILogger<LogWriter> log) : BackgroundService
{
    /// <summary>Leaves of one turn: few, because on SQLite bids wait while they are written.</summary>
    public const int MostPerTurn = 256;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private Dictionary<string, TreeEdge>? _edges;
    private long _edgesOf;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        do
        {
            try
            {
                while (await TakeIn(stoppingToken) == MostPerTurn)
                {
                    // More is waiting.
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.TurnFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One turn: takes in what became durable since the last.</summary>
    /// <returns>How many heads were read; none when another writer took the turn.</returns>
    public async Task<int> TakeIn(CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        var cursor = await db.Set<LogCursorRow>().SingleOrDefaultAsync(cancellation);
        var logs = await db.Set<MarketLogRow>().ToDictionaryAsync(l => l.Log, cancellation);
        var heads = await Heads(db, cursor, cancellation);
        if (heads.Count == 0 && logs.ContainsKey(MarketLog.Market)) return 0;
        if (cursor is null) db.Add(cursor = new LogCursorRow());
        // The market's log is there from the start; the demonstration's begins with its first head and goes without a trace.
        List<string> named = [.. heads.Select(head => MarketLog.Of(head.Stream)).OfType<string>().Distinct()];
        var begun = named.Append(MarketLog.Market).Distinct().Where(name => !logs.ContainsKey(name)).ToList();
        foreach (var name in begun) logs[name] = Begin(db, name);
        var edges = begun.Count == 0 && _edges is { } known && _edgesOf == cursor.Turns ? known : await Load(db, logs.Values, cancellation);
        // Whatever goes wrong from here on, the next turn takes the edges from the database.
        _edges = null;
        foreach (var head in heads) Add(db, head, logs, edges);
        foreach (var name in named)
        {
            logs[name].Size = edges[name].Size;
            Sign(db, logs[name], edges[name]);
        }

        if (heads.Count > 0) (cursor.Seq, cursor.Xid) = (heads[^1].Seq, heads[^1].Xid);
        var turn = ++cursor.Turns;
        try
        {
            await db.WriteAsync(token => db.SaveChangesAsync(token), cancellation);
        }
        catch (DbUpdateException e)
        {
            // The turn was taken: by another node, or by the removal of the demonstration. If not, the next turn fails alike and says so.
            log.TurnLost(turn, e);
            return 0;
        }

        (_edges, _edgesOf) = (edges, turn);
        return heads.Count;
    }

    /// <summary>
    /// On PostgreSQL a head counts once no transaction that began before it can still add one before it; on SQLite there
    /// is one writer, and what is seen is in order.
    /// </summary>
    private static Task<List<HeadInOrder>> Heads(MarketplaceDb db, LogCursorRow? cursor, CancellationToken cancellation)
    {
        var (seq, xid) = (cursor?.Seq ?? 0, cursor?.Xid ?? 0);
        return (db is SqliteMarketplaceDb
            ? db.Database.SqlQuery<HeadInOrder>(
                $"""
                SELECT h.seq, 0 AS xid, h.stream, h.version, h.hash, f.bytes FROM heads h JOIN facts f ON f.stream = h.stream AND f.version = h.version
                WHERE h.seq > {seq} ORDER BY h.seq LIMIT {MostPerTurn}
                """)
            : db.Database.SqlQuery<HeadInOrder>(
                $"""
                SELECT h.seq, h.xid::text::bigint AS xid, h.stream, h.version, h.hash, f.bytes FROM heads h JOIN facts f ON f.stream = h.stream AND f.version = h.version
                WHERE (h.xid, h.seq) > ({xid}::text::xid8, {seq}) AND h.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY h.xid, h.seq LIMIT {MostPerTurn}
                """)).ToListAsync(cancellation);
    }

    private MarketLogRow Begin(MarketplaceDb db, string name)
    {
        var now = clock.GetUtcNow();
        var origin = options.LogOrigin ?? $"market-{keys.Published[0].KeyId[..16]}/log";
        if (!SignedNote.IsName(origin)) throw new InvalidOperationException($"{origin} cannot be the name of a log.");
        // The demonstration's log may begin again, and two logs must not bear one name.
        var row = new MarketLogRow { Log = name, Origin = name == MarketLog.Market ? origin : $"{origin}/demo/{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}", StartedAt = now };
        db.Add(row);
        Sign(db, row, new TreeEdge());
        return row;
    }

    private static void Add(MarketplaceDb db, HeadInOrder head, Dictionary<string, MarketLogRow> logs, Dictionary<string, TreeEdge> edges)
    {
        if (MarketLog.Of(head.Stream) is not { } name) return;
        using var line = JsonDocument.Parse(head.Bytes);
        var leaf = new HeadLeaf(head.Stream, head.Version, head.Hash, LineHeader.Read(line.RootElement).At).Write();
        var filled = new List<TileNode>();
        var edge = edges[name];
        db.Add(new LogLeafRow { Log = logs[name].Log, Index = edge.Size, Stream = head.Stream, Version = head.Version, Entry = leaf });
        edge.Add(Merkle.Leaf(leaf), filled);
        foreach (var node in filled) db.Add(new LogNodeRow { Log = name, Level = node.Level, Index = node.Index, Hash = node.Hash });
    }

    private void Sign(MarketplaceDb db, MarketLogRow row, TreeEdge edge)
    {
        var checkpoint = new Checkpoint(row.Origin, edge.Size, edge.Root);
        var note = checkpoint.Note(keys.PublicKey, keys.SignNote(checkpoint.Text));
        db.Add(new LogCheckpointRow { Log = row.Log, Size = edge.Size, KeyId = keys.KeyId, Note = note, At = clock.GetUtcNow() });
    }

    private static async Task<Dictionary<string, TreeEdge>> Load(MarketplaceDb db, IEnumerable<MarketLogRow> logs, CancellationToken cancellation)
    {
        var edges = new Dictionary<string, TreeEdge>();
        foreach (var row in logs)
        {
            var unfinished = new Dictionary<int, byte[][]>();
            for (var level = 0; level < Tiles.LevelsOf(row.Size); level++)
            {
                if (Tiles.At(level, row.Size >> (Tiles.Height * (level + 1)), row.Size) is not { } name) continue;
                unfinished[level] = Tiles.Hashes(await MarketLog.Tile(db, row.Log, name, cancellation) ?? throw new InvalidOperationException($"The log {row.Log} of {row.Size} lacks {name.Path}."));
            }

            edges[row.Log] = TreeEdge.Load(row.Size, level => unfinished[level]);
        }

        return edges;
    }
}

internal static partial class LogWriterLog
{
    [LoggerMessage(70, LogLevel.Error, "The public log could not take in what became durable; it tries again")]
    public static partial void TurnFailed(this ILogger log, Exception reason);

    [LoggerMessage(71, LogLevel.Warning, "Turn {Turn} of the public log was taken by another writer")]
    public static partial void TurnLost(this ILogger log, long turn, Exception reason);
}
