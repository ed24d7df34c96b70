using System.Collections.Concurrent;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>Which paddle an organisation holds in an auction. A paddle once given never changes, so it is remembered.</summary>
public sealed class Paddles(IMarketplaceDbFactory databases)
{
    private readonly ConcurrentDictionary<(string Auction, Guid Organisation), int> _known = new();

    public async ValueTask<int?> Of(string auction, Guid organisation, CancellationToken cancellation)
    {
        if (_known.TryGetValue((auction, organisation), out var paddle)) return paddle;
        await using var db = databases.Create();
        var row = await db.Set<PaddleRow>().AsNoTracking().SingleOrDefaultAsync(p => p.Auction == auction && p.Organisation == organisation, cancellation);
        if (row is null) return null;
        _known[(auction, organisation)] = row.Paddle;
        return row.Paddle;
    }

    public async Task<bool> Exists(string auction, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        return await db.LotsWithRehearsals().AnyAsync(l => l.Id == auction && l.Version > 0, cancellation);
    }
}
