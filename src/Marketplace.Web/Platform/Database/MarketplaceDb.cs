using Marketplace.Organisations;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Platform.Database;

/// <summary>
/// The one database of the market. Each capability describes its own tables in <see cref="IEntityTypeConfiguration{T}"/>
/// classes of its folder and reaches them by <c>db.Set&lt;T&gt;()</c>.
/// </summary>
/// <remarks>
/// Two subclasses, because each database has its own migrations. Writes go through
/// <see cref="WriteAsync{T}(Func{CancellationToken, Task{T}}, CancellationToken)"/> when they span more than one save.
/// </remarks>
public abstract class MarketplaceDb(DbContextOptions options) : IdentityUserContext<Person, Guid>(options), IDataProtectionKeyContext
{
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(MarketplaceDb).Assembly);
    }

    /// <inheritdoc />
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        Outbox.Outbox.TellChanges(this);
        var once = SaidOnce.Added(this);
        if (once.Count == 0) return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        foreach (var row in once) row.State = EntityState.Detached;
        try
        {
            return await WriteAsync(
                async token =>
                {
                    foreach (var row in once) await SaidOnce.Insert(this, row, token);
                    return once.Count + await base.SaveChangesAsync(acceptAllChangesOnSuccess, token);
                },
                cancellationToken);
        }
        catch
        {
            // Not saved: they wait beside the change, as every tracked row does.
            foreach (var row in once) row.State = EntityState.Added;
            throw;
        }
    }

    /// <inheritdoc />
    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        Outbox.Outbox.TellChanges(this);
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    /// <summary>Runs several saves and direct statements as one transaction, in its turn among the writers.</summary>
    public abstract Task<T> WriteAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation = default);

    public Task WriteAsync(Func<CancellationToken, Task> work, CancellationToken cancellation = default) =>
        WriteAsync(
            async token =>
            {
                await work(token);
                return true;
            },
            cancellation);
}
