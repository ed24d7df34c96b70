using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Notifications;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Auctions;

/// <summary>Up to which line of an auction lost leads were told, and who led there.</summary>
public sealed class OutbidCursorRow
{
    public required string Auction { get; init; }
    public required long Version { get; set; }
    public int? Leader { get; set; }
}

internal sealed class OutbidTables : IEntityTypeConfiguration<OutbidCursorRow>
{
    public void Configure(EntityTypeBuilder<OutbidCursorRow> builder)
    {
        builder.ToTable("outbid_cursors").HasKey(c => c.Auction);
        builder.Property(c => c.Auction).HasMaxLength(60);
        // Of two nodes that read the same lines one tells.
        builder.Property(c => c.Version).IsConcurrencyToken();
        // A lot that was removed while its lines were read gets no cursor and tells nobody.
        builder.HasOne<Lot>().WithMany().HasForeignKey(c => c.Auction);
    }
}

/// <summary>
/// 被超过: tells an organisation that it leads no more. It reads the durable lines behind a cursor of its own, once a second
/// and a bounded number of them, and waits for nothing that a bid waits for.
/// </summary>
/// <remarks>
/// An organisation is told at most once for a lot until somebody of it has read that, or half a minute has passed: a bidding
/// war is one notice. A newer one takes the place of the one before.
/// </remarks>
public sealed class OutbidNews(IMarketplaceDbFactory databases, INotifier notifier, TimeProvider clock, ILogger<OutbidNews> log) : BackgroundService
{
    /// <summary>Of one auction in one turn; what is more waits for the next.</summary>
    public const int MostLines = 2000;

    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly string[] Live = ["open", "closing", "paused"];

    private sealed record Moved(string Id, string Title);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await Turn(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    log.TurnFailed(e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The market stops; the cursor stays where it is.
        }
    }

    /// <summary>Reads what became durable since the last turn; returns in how many auctions something had.</summary>
    public async Task<int> Turn(CancellationToken cancellation)
    {
        await using var db = databases.Create();
        // A rehearsal is not found here.
        var moved = await (
            from l in db.Set<Lot>().AsNoTracking()
            where Live.Contains(l.Phase) && !db.Set<OutbidCursorRow>().Any(c => c.Auction == l.Id && c.Version >= l.Version)
            select new Moved(l.Id, l.Title)).ToListAsync(cancellation);
        if (moved.Count == 0) return 0;
        foreach (var lot in moved) await Read(db, lot, cancellation);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e is DbUpdateConcurrencyException || db.ChangeTracker.Entries<OutbidCursorRow>().Any(c => c.State is EntityState.Added))
        {
            // Another node was faster; the next turn reads on from where it stands now.
            log.TurnLost(e);
        }

        return moved.Count;
    }

    private async Task Read(MarketplaceDb db, Moved lot, CancellationToken cancellation)
    {
        var cursor = await db.Set<OutbidCursorRow>().FindAsync([lot.Id], cancellation);
        if (cursor is null) db.Add(cursor = new OutbidCursorRow { Auction = lot.Id, Version = 0 });
        var (stream, after) = (AuctionGrain.StreamOf(lot.Id), cursor.Version);
        var lines = await db.Set<FactRow>().AsNoTracking().Where(f => f.Stream == stream && f.Version > after).OrderBy(f => f.Version).Take(MostLines).ToListAsync(cancellation);
        if (lines.Count == 0) return;
        var read = Outbids.Read(cursor.Leader, lines.Select(f => AuctionLines.Read(f.Bytes, hash: f.Hash)));
        (cursor.Version, cursor.Leader) = (lines[^1].Version, read.Leader);
        if (read.Beaten.IsEmpty) return;
        // Read after the lines, so it is never older than they are: who leads by then lost nothing, and the price is the one that stands.
        if (await db.Set<Lot>().AsNoTracking().Where(l => l.Id == lot.Id).Select(l => new { l.Leader, l.PriceFen }).SingleOrDefaultAsync(cancellation) is not { } stands) return;
        var paddles = read.Beaten.Keys.Where(p => p != stands.Leader).ToList();
        var beaten = await db.Set<PaddleRow>().AsNoTracking().Where(p => p.Auction == lot.Id && paddles.Contains(p.Paddle)).ToListAsync(cancellation);
        var applications = beaten.ConvertAll(p => p.Application);
        var agencies = await BuyerAgencies.InForce(db).Where(r => applications.Contains(r.Application)).ToDictionaryAsync(r => r.Application, r => r.Agency, cancellation);
        foreach (var paddle in beaten)
        {
            await Tell(db, lot, stands.PriceFen, paddle.Organisation, read.Beaten[paddle.Paddle], cancellation);
            if (agencies.TryGetValue(paddle.Application, out var agency)) await Tell(db, lot, stands.PriceFen, agency, read.Beaten[paddle.Paddle], cancellation);
        }
    }

    private async Task Tell(MarketplaceDb db, Moved lot, long? priceFen, Guid beaten, long version, CancellationToken cancellation)
    {
        var now = Instant.Cut(clock.GetUtcNow());
        var before = await db.Set<NoticeRow>().Where(n => n.Recipient == beaten && n.Kind == NoticeKind.Outbid && n.Subject == lot.Id && n.ReplacedAt == null).ToListAsync(cancellation);
        if (before.Exists(n => n.At > now - Quiet) && await IsUnread(db, before[^1], cancellation)) return;
        foreach (var old in before) old.ReplacedAt = now;
        notifier.Tell(
            db,
            [
                new Notice(
                    $"lot/{lot.Id}/outbid/{version}", NoticeKind.Outbid, Recipient.Organisation(beaten), lot.Id, $"/auctions/{lot.Id}", now,
                    [NoticeValue.Text(lot.Title), NoticeValue.Money(priceFen ?? 0)]),
            ]);
    }

    private static async Task<bool> IsUnread(MarketplaceDb db, NoticeRow notice, CancellationToken cancellation) =>
        !await db.Set<NoticeReadRow>().AnyAsync(r => r.Notice == notice.Id, cancellation)
        && !await (
            from r in db.Set<NoticeReaderRow>()
            join m in db.Set<Organisations.MembershipRow>() on r.Person equals m.Person
            where m.Organisation == notice.Recipient && r.ReadUntil >= notice.At
            select r).AnyAsync(cancellation);
}

internal static partial class OutbidLog
{
    [LoggerMessage(90, LogLevel.Error, "Lost leads could not be told; the next turn tries again")]
    public static partial void TurnFailed(this ILogger log, Exception reason);

    [LoggerMessage(91, LogLevel.Debug, "Another node told of lost leads")]
    public static partial void TurnLost(this ILogger log, Exception reason);
}
