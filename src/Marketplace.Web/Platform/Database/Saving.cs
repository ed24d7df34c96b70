using Marketplace.Domain.Common;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Platform.Database;

/// <summary>Saving what somebody else may have changed: that is answered by name.</summary>
public static class Saving
{
    /// <summary>What is tracked; or <see cref="Refusal.ChangedMeanwhile"/>, and nothing is saved.</summary>
    public static async Task<Result<Nothing>> SaveUnlessChanged(this MarketplaceDb db, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
            return new Nothing();
        }
        catch (DbUpdateConcurrencyException)
        {
            return Refusal.ChangedMeanwhile;
        }
    }

    /// <summary>One transaction on a context of its own; <see cref="Refusal.ChangedMeanwhile"/>, and nothing is saved, when another writer of a row was quicker.</summary>
    public static async Task<Result<T>> WriteUnlessChanged<T>(
        this IMarketplaceDbFactory databases, Func<MarketplaceDb, CancellationToken, Task<Result<T>>> work, CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        try
        {
            return await db.WriteAsync(token => work(db, token), cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Refusal.ChangedMeanwhile;
        }
    }
}
