using Marketplace.Platform.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Marketplace.Platform.Database;

/// <summary>The market on SQLite: one writer at a time, and every write of the process waits at one gate.</summary>
public sealed class SqliteMarketplaceDb(DbContextOptions<SqliteMarketplaceDb> options, SqliteGate gate) : MarketplaceDb(options)
{
    private bool _holdsGate;

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration) =>
        // SQLite has no moment type that sorts; whole microseconds since 1970 do.
        configuration.Properties<DateTimeOffset>().HaveConversion<MomentConverter>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<OutboxRow>().Property(r => r.At).HasDefaultValueSql("(cast(unixepoch('subsec') * 1000000 as integer))");
    }

    /// <inheritdoc />
    public override Task<T> WriteAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation = default) =>
        Gated(
            async () =>
            {
                if (Database.CurrentTransaction is not null) return await work(cancellation);
                await using var transaction = await Database.BeginTransactionAsync(cancellation);
                var result = await work(cancellation);
                await transaction.CommitAsync(cancellation);
                return result;
            },
            cancellation);

    /// <inheritdoc />
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default) =>
        Gated(() => base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        Gated(() => Task.FromResult(base.SaveChanges(acceptAllChangesOnSuccess)), CancellationToken.None).GetAwaiter().GetResult();

    private async Task<T> Gated<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        if (_holdsGate) return await work();
        using (await gate.Enter(urgent: false, cancellation))
        {
            _holdsGate = true;
            try
            {
                // SQLite's asynchronous calls block; a grain's scheduler must not wait for a disk.
                return await Task.Run(work, cancellation);
            }
            finally
            {
                _holdsGate = false;
            }
        }
    }

    private sealed class MomentConverter() : ValueConverter<DateTimeOffset, long>(
        moment => SqliteMoment.Write(moment),
        micros => SqliteMoment.Read(micros));
}

/// <summary>Moments as SQLite keeps them: whole microseconds since 1970-01-01 UTC.</summary>
public static class SqliteMoment
{
    public static long Write(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset Read(long micros) => new(DateTimeOffset.UnixEpoch.Ticks + micros * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
}
