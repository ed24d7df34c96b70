using Marketplace.Domain.Proofs;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Proofs;

/// <summary>A leaf as the page lists it.</summary>
public sealed record LogEntry(long Index, HeadLeaf Head)
{
    /// <summary>The auction's id.</summary>
    public string Auction => Head.Stream[(Head.Stream.IndexOf('/') + 1)..];
}

/// <summary>The public log for people: what it is, how far it is, how to check it, and the newest entries.</summary>
public sealed class LogModel(MarketplaceDb db, MarketLog logs, MarketKeys keys) : PageModel
{
    private const int Latest = 25;

    public LogCheckpointRow? Newest { get; private set; }
    public Checkpoint? Checkpoint { get; private set; }
    public IReadOnlyList<LogEntry> Entries { get; private set; } = [];
    public bool Demo { get; private set; }

    /// <summary>Leaves of the other log, so that neither is overlooked.</summary>
    public long OtherSize { get; private set; }

    /// <summary>How readers of signed notes are given the keys, the newest first.</summary>
    public IReadOnlyList<string> VerifierKeys { get; private set; } = [];
    public string Prefix => Demo ? "/log/demo" : "/log";

    /// <param name="of">Which log; the market's own unless it says <c>demo</c>.</param>
    public async Task OnGet(string? of, CancellationToken cancellation)
    {
        Demo = of == MarketLog.Demo;
        var log = Demo ? MarketLog.Demo : MarketLog.Market;
        Newest = await logs.Newest(log, cancellation);
        OtherSize = await db.Set<MarketLogRow>().Where(l => l.Log != log).Select(l => l.Size).SingleOrDefaultAsync(cancellation);
        ViewData["Demo"] = Demo;
        if (Newest is null) return;
        Checkpoint = Checkpoint.Read(SignedNote.Read(Newest.Note)!.Text)!;
        VerifierKeys = [.. keys.Published.Reverse().Select(key => Checkpoint.VerifierKey(Checkpoint.Origin, key.PublicKey()))];
        var size = Newest.Size;
        var leaves = await db.Set<LogLeafRow>().AsNoTracking().Where(l => l.Log == log && l.Index < size).OrderByDescending(l => l.Index).Take(Latest).ToListAsync(cancellation);
        Entries = leaves.ConvertAll(leaf => new LogEntry(leaf.Index, HeadLeaf.Read(leaf.Entry)!));
    }
}
