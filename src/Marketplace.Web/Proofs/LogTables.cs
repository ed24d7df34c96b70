using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Proofs;

/// <summary>One log of this market: the one of its auctions, or the one of the demonstration.</summary>
public sealed class MarketLogRow
{
    public required string Log { get; init; }

    /// <summary>The log's name in its checkpoints, for as long as it lives.</summary>
    public required string Origin { get; init; }
    public long Size { get; set; }
    public required DateTimeOffset StartedAt { get; init; }
}

/// <summary>How far the heads of all streams have been taken in. There is one row; who counts its turn up has written.</summary>
public sealed class LogCursorRow
{
    public const int Only = 1;

    public int Id { get; init; } = Only;
    public long Seq { get; set; }

    /// <summary>The transaction of that head, on PostgreSQL.</summary>
    public long Xid { get; set; }
    public long Turns { get; set; }
}

/// <summary>A leaf: never changed, never taken out while its log lives.</summary>
public sealed class LogLeafRow
{
    public required string Log { get; init; }
    public required long Index { get; init; }
    public required string Stream { get; init; }
    public required long Version { get; init; }

    /// <summary>The leaf's bytes, as <see cref="Domain.Proofs.HeadLeaf"/> writes them.</summary>
    public required byte[] Entry { get; init; }
}

/// <summary>The hash of a full tile, as it stands in the tile above.</summary>
public sealed class LogNodeRow
{
    public required string Log { get; init; }
    public required int Level { get; init; }
    public required long Index { get; init; }
    public required byte[] Hash { get; init; }
}

/// <summary>What was signed about a log, all of it.</summary>
public sealed class LogCheckpointRow
{
    public required string Log { get; init; }
    public required long Size { get; init; }
    public required string KeyId { get; init; }

    /// <summary>The signed note, byte for byte as it is served.</summary>
    public required string Note { get; init; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class LogTables :
    IEntityTypeConfiguration<MarketLogRow>, IEntityTypeConfiguration<LogCursorRow>, IEntityTypeConfiguration<LogLeafRow>, IEntityTypeConfiguration<LogNodeRow>,
    IEntityTypeConfiguration<LogCheckpointRow>
{
    public void Configure(EntityTypeBuilder<MarketLogRow> builder)
    {
        builder.ToTable("logs").HasKey(l => l.Log);
        builder.Property(l => l.Log).HasMaxLength(20);
        builder.Property(l => l.Origin).HasMaxLength(200);
    }

    public void Configure(EntityTypeBuilder<LogCursorRow> builder)
    {
        builder.ToTable("log_cursor").HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Turns).IsConcurrencyToken();
    }

    public void Configure(EntityTypeBuilder<LogLeafRow> builder)
    {
        builder.ToTable("log_leaves").HasKey(l => new { l.Log, l.Index });
        builder.Property(l => l.Log).HasMaxLength(20);
        builder.HasIndex(l => new { l.Log, l.Stream, l.Version }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<LogNodeRow> builder)
    {
        builder.ToTable("log_nodes").HasKey(n => new { n.Log, n.Level, n.Index });
        builder.Property(n => n.Log).HasMaxLength(20);
    }

    public void Configure(EntityTypeBuilder<LogCheckpointRow> builder)
    {
        builder.ToTable("log_checkpoints").HasKey(c => new { c.Log, c.Size });
        builder.Property(c => c.Log).HasMaxLength(20);
        builder.Property(c => c.KeyId).HasMaxLength(64);
    }
}
