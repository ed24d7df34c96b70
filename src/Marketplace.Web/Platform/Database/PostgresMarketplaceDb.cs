using Marketplace.Platform.Outbox;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Platform.Database;

/// <summary>The market on PostgreSQL.</summary>
public sealed class PostgresMarketplaceDb(DbContextOptions<PostgresMarketplaceDb> options) : MarketplaceDb(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        var heads = builder.Entity<HeadRow>();
        heads.Property<ulong>("Xid").HasColumnType("xid8").HasDefaultValueSql("pg_current_xact_id()");
        heads.HasIndex("Xid", nameof(HeadRow.Seq));
        var outbox = builder.Entity<OutboxRow>();
        outbox.Property<ulong>("Xid").HasColumnType("xid8").HasDefaultValueSql("pg_current_xact_id()");
        outbox.HasIndex("Xid", nameof(OutboxRow.Seq));
        outbox.Property(r => r.At).HasDefaultValueSql("clock_timestamp()");
    }

    /// <inheritdoc />
    public override async Task<T> WriteAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation = default)
    {
        if (Database.CurrentTransaction is not null) return await work(cancellation);
        await using var transaction = await Database.BeginTransactionAsync(cancellation);
        var result = await work(cancellation);
        await transaction.CommitAsync(cancellation);
        return result;
    }
}
