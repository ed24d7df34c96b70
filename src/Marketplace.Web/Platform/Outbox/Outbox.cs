using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Platform.Outbox;

/// <summary>A record changed: written in the transaction that changed it, read by whoever keeps something that follows from it.</summary>
public sealed class OutboxRow
{
    public long Seq { get; init; }

    /// <summary>What kind of record, for example <c>achievement</c>.</summary>
    public required string Kind { get; init; }

    public required string Key { get; init; }

    /// <summary>When, by the database's clock: only for how long an unread row is kept.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>How far one consumer has read; what all have read goes, and what nobody asked for in a week.</summary>
public sealed class OutboxConsumerRow
{
    public required string Consumer { get; init; }
    public long Xid { get; set; }
    public long Seq { get; set; }
    public DateTimeOffset SeenAt { get; set; }
}

/// <summary>Up to where rows were taken out. A consumer that stands before it has missed something and begins anew.</summary>
public sealed class OutboxFloorRow
{
    public const int Only = 1;
    public int Id { get; init; } = Only;
    public long Xid { get; set; }
    public long Seq { get; set; }
}

/// <summary>A place in the outbox. On SQLite the transaction is always 0: there is one writer, and the sequence is the order.</summary>
public readonly record struct OutboxPosition(long Xid, long Seq) : IComparable<OutboxPosition>
{
    public int CompareTo(OutboxPosition other) => Xid != other.Xid ? Xid.CompareTo(other.Xid) : Seq.CompareTo(other.Seq);

    public override string ToString() => $"{Xid}:{Seq}";

    public static OutboxPosition Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new(long.Parse(text.AsSpan(0, colon), System.Globalization.CultureInfo.InvariantCulture), long.Parse(text.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture));
    }
}

/// <summary>A row of the outbox with its place.</summary>
public sealed record OutboxEntry(long Xid, long Seq, string Kind, string Key)
{
    public OutboxPosition Position => new(Xid, Seq);
}

/// <summary>The transactional outbox: what changed, in an order that skips nothing.</summary>
public static class Outbox
{
    /// <summary>Rows that no consumer asked for are kept this long.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private const string Annotation = "Outbox";

    /// <summary>Every change of a row of this table is told: its kind and its key go into the outbox in the same transaction.</summary>
    /// <param name="property">Whose value is the key, where another record follows from this one; null for the row's own.</param>
    public static EntityTypeBuilder<T> Tells<T>(this EntityTypeBuilder<T> builder, string kind, string? property = null)
        where T : class
    {
        // Not part of the schema: read back from the model when something is saved. One line for each kind.
        var told = property is null ? kind : $"{kind}={property}";
        builder.HasAnnotation(Annotation, builder.Metadata.FindAnnotation(Annotation)?.Value is string before ? $"{before}\n{told}" : told);
        return builder;
    }

    /// <summary>Says that a record changed where it is changed by a statement and not by a tracked row.</summary>
    public static void Tell(this MarketplaceDb db, string kind, string key) => db.Add(new OutboxRow { Kind = kind, Key = key });

    /// <summary>The same beside the lines of a stream.</summary>
    public static SideWrite Telling(string kind, string key) => new("INSERT INTO outbox (kind, key) VALUES (@kind, @key)", ("kind", kind), ("key", key));

    /// <summary>Puts a row beside each tracked change of a table that tells. Called by the database before it saves.</summary>
    internal static void TellChanges(MarketplaceDb db)
    {
        var told = new List<OutboxRow>();
        foreach (var entry in db.ChangeTracker.Entries())
        {
            if (entry.State is not (EntityState.Added or EntityState.Modified or EntityState.Deleted)) continue;
            if (entry.Metadata.FindAnnotation(Annotation)?.Value is not string lines) continue;
            foreach (var line in lines.Split('\n'))
            {
                var parts = line.Split('=');
                var key = parts.Length > 1 ? parts[1] : entry.Metadata.FindPrimaryKey()!.Properties[0].Name;
                told.Add(new OutboxRow { Kind = parts[0], Key = Convert.ToString(entry.Property(key).CurrentValue, System.Globalization.CultureInfo.InvariantCulture)! });
            }
        }

        db.AddRange(told);
    }

    /// <summary>What was committed after a place, oldest first; nothing that could still be overtaken by an older transaction.</summary>
    public static Task<List<OutboxEntry>> Read(MarketplaceDb db, OutboxPosition after, int most, CancellationToken cancellation = default) =>
        (db is SqliteMarketplaceDb
            ? db.Database.SqlQuery<OutboxEntry>($"SELECT 0 AS xid, seq, kind, key FROM outbox WHERE seq > {after.Seq} ORDER BY seq LIMIT {most}")
            : db.Database.SqlQuery<OutboxEntry>(
                $"""
                SELECT xid::text::bigint AS xid, seq, kind, key FROM outbox
                WHERE (xid, seq) > ({after.Xid}::text::xid8, {after.Seq}) AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, seq LIMIT {most}
                """)).ToListAsync(cancellation);

    /// <summary>How much was committed after a place, counted up to a limit: also what cannot be read yet because an older transaction runs.</summary>
    public static async Task<int> Waiting(MarketplaceDb db, OutboxPosition after, int most, CancellationToken cancellation = default) =>
        (db is SqliteMarketplaceDb
            ? await db.Database.SqlQuery<int>($"SELECT count(*) AS value FROM (SELECT 1 FROM outbox WHERE seq > {after.Seq} LIMIT {most})").ToListAsync(cancellation)
            : await db.Database.SqlQuery<int>(
                $"""SELECT count(*)::int AS "Value" FROM (SELECT 1 FROM outbox WHERE (xid, seq) > ({after.Xid}::text::xid8, {after.Seq}) LIMIT {most}) counted""").ToListAsync(cancellation))[0];

    /// <summary>A place behind which everything comes that is not committed yet: what is read from the records afterwards has all before it.</summary>
    public static async Task<OutboxPosition> End(MarketplaceDb db, CancellationToken cancellation = default) =>
        db is SqliteMarketplaceDb
            ? new OutboxPosition(0, (await db.Database.SqlQuery<long>($"SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0) AS value").ToListAsync(cancellation))[0])
            : new OutboxPosition((await db.Database.SqlQuery<long>($"SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS \"Value\"").ToListAsync(cancellation))[0] - 1, long.MaxValue);

    /// <summary>Notes how far a consumer is, so that what all have read can go.</summary>
    public static Task Note(MarketplaceDb db, string consumer, OutboxPosition position, DateTimeOffset at, CancellationToken cancellation = default) =>
        db.WriteAsync(
            async token =>
            {
                var row = await db.Set<OutboxConsumerRow>().FirstOrDefaultAsync(c => c.Consumer == consumer, token);
                if (row is null) db.Add(row = new OutboxConsumerRow { Consumer = consumer });
                (row.Xid, row.Seq, row.SeenAt) = (position.Xid, position.Seq, at);
                await db.SaveChangesAsync(token);
            },
            cancellation);

    /// <summary>Takes out what every consumer has read, and what is older than a week; consumers that were not seen for a week are forgotten.</summary>
    public static Task Prune(MarketplaceDb db, DateTimeOffset now, CancellationToken cancellation = default) =>
        db.WriteAsync(
            async token =>
            {
                var since = now - Kept;
                await db.Set<OutboxConsumerRow>().Where(c => c.SeenAt < since).ExecuteDeleteAsync(token);
                var consumers = await db.Set<OutboxConsumerRow>().AsNoTracking().ToListAsync(token);
                var read = consumers.Count == 0 ? default : consumers.Min(c => new OutboxPosition(c.Xid, c.Seq));
                var old = await Newest(db, since, token);
                var floor = read.CompareTo(old) > 0 ? read : old;
                var row = await db.Set<OutboxFloorRow>().FirstOrDefaultAsync(token);
                if (row is null) db.Add(row = new OutboxFloorRow());
                if (floor.CompareTo(new OutboxPosition(row.Xid, row.Seq)) <= 0) return;
                (row.Xid, row.Seq) = (floor.Xid, floor.Seq);
                await db.SaveChangesAsync(token);
                await (db is SqliteMarketplaceDb
                    ? db.Database.ExecuteSqlAsync($"DELETE FROM outbox WHERE seq <= {floor.Seq}", token)
                    : db.Database.ExecuteSqlAsync($"DELETE FROM outbox WHERE (xid, seq) <= ({floor.Xid}::text::xid8, {floor.Seq})", token));
            },
            cancellation);

    /// <summary>Whether a consumer that stands there has missed nothing.</summary>
    public static async Task<bool> Reaches(MarketplaceDb db, OutboxPosition position, CancellationToken cancellation = default) =>
        await db.Set<OutboxFloorRow>().AsNoTracking().FirstOrDefaultAsync(cancellation) is not { } floor || position.CompareTo(new OutboxPosition(floor.Xid, floor.Seq)) >= 0;

    /// <summary>The newest row that is older than this.</summary>
    private static async Task<OutboxPosition> Newest(MarketplaceDb db, DateTimeOffset since, CancellationToken token)
    {
        var seq = await db.Set<OutboxRow>().Where(r => r.At < since).MaxAsync(r => (long?)r.Seq, token);
        if (seq is null) return default;
        return db is SqliteMarketplaceDb
            ? new OutboxPosition(0, seq.Value)
            : (await db.Database.SqlQuery<OutboxEntry>($"SELECT xid::text::bigint AS xid, seq, kind, key FROM outbox WHERE seq = {seq}").ToListAsync(token))[0].Position;
    }
}

internal sealed class OutboxTables : IEntityTypeConfiguration<OutboxRow>, IEntityTypeConfiguration<OutboxConsumerRow>, IEntityTypeConfiguration<OutboxFloorRow>
{
    public void Configure(EntityTypeBuilder<OutboxRow> builder)
    {
        builder.ToTable("outbox").HasKey(r => r.Seq);
        builder.Property(r => r.Seq).ValueGeneratedOnAdd();
        builder.Property(r => r.Kind).HasMaxLength(20);
        builder.Property(r => r.Key).HasMaxLength(100);
    }

    public void Configure(EntityTypeBuilder<OutboxConsumerRow> builder)
    {
        builder.ToTable("outbox_consumers").HasKey(c => c.Consumer);
        builder.Property(c => c.Consumer).HasMaxLength(100);
    }

    public void Configure(EntityTypeBuilder<OutboxFloorRow> builder)
    {
        builder.ToTable("outbox_floor").HasKey(f => f.Id);
        builder.Property(f => f.Id).ValueGeneratedNever();
    }
}
