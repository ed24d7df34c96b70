using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Search;
using Marketplace.Platform.Database;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Search;

/// <summary>A saved search with how much is new in it.</summary>
public sealed record SavedSearch(SavedSearchRow Row, int New);

/// <summary>What a person does with its own saved searches.</summary>
public sealed class SavedSearchDesk(MarketplaceDb db, TimeProvider clock)
{
    /// <summary>Saves what an address looks for. The same command, or the same search once more, answers with the one that there is; a command that says something else now is refused.</summary>
    /// <param name="id">The id of the command and of what it saves.</param>
    public Task<Result<SavedSearchRow>> Save(Guid id, Actor actor, string? name, Alert alert, SearchAddress address, CancellationToken cancellation)
    {
        if (actor.Person is not { } person) return Task.FromResult<Result<SavedSearchRow>>(Refusal.NotSignedIn);
        var (asked, now) = (address.Asked, clock.GetUtcNow());
        return db.WriteAsync<Result<SavedSearchRow>>(
            async token =>
            {
                if (await db.Set<SavedSearchRow>().AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, token) is { } known)
                    return (known.Person, known.Address, known.Name, known.Alert) == (person, asked, name?.Trim(), alert) ? known : Refusal.CommandIdReused;
                if (await db.Set<SavedSearchRow>().AsNoTracking().FirstOrDefaultAsync(s => s.Person == person && s.Address == asked, token) is { } same) return same;
                var read = SearchRequest.Read(address.Parts, Audience.Registered);
                if (!read.Done) return Result<SavedSearchRow>.Refuse(read.Refusal.Value, read.Detail);
                var has = await db.Set<SavedSearchRow>().CountAsync(s => s.Person == person, token);
                var named = SavedSearches.Admit(name, asked, address.Asks, has);
                if (!named.Done) return Result<SavedSearchRow>.Refuse(named.Refusal.Value, named.Detail);
                var row = new SavedSearchRow
                {
                    Id = id,
                    Person = person,
                    Name = named.Value,
                    Address = asked,
                    Alert = alert,
                    CreatedAt = now,
                    LookedAt = now,
                    Demo = !actor.Memberships.IsEmpty && actor.Memberships.All(m => m.Demo),
                };
                db.Add(row);
                await db.SaveChangesAsync(token);
                return row;
            },
            cancellation);
    }

    /// <summary>The person's own, the newest first. What is above its tier now is not counted.</summary>
    public async Task<IReadOnlyList<SavedSearch>> Of(Guid person, Audience audience, CancellationToken cancellation)
    {
        var registered = audience is Audience.Registered;
        var rows = await db.Set<SavedSearchRow>().AsNoTracking().Where(s => s.Person == person).OrderByDescending(s => s.CreatedAt).ToListAsync(cancellation);
        var ids = rows.ConvertAll(r => r.Id);
        var counts = await db.Set<SavedSearchFindRow>().Where(f => ids.Contains(f.Search) && (registered ? f.Registered : f.Open))
            .GroupBy(f => f.Search).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        return rows.ConvertAll(r => new SavedSearch(r, counts.GetValueOrDefault(r.Id)));
    }

    /// <summary>The one that looks for this, if the person has it.</summary>
    public Task<SavedSearchRow?> Known(Guid person, SearchAddress address, CancellationToken cancellation)
    {
        var asked = address.Asked;
        return db.Set<SavedSearchRow>().AsNoTracking().FirstOrDefaultAsync(s => s.Person == person && s.Address == asked, cancellation);
    }

    /// <summary>Another name or another moment of telling. What waits to be told is told by the new way.</summary>
    public async Task<Result<Nothing>> Change(Guid person, Guid id, string? name, Alert alert, CancellationToken cancellation)
    {
        if (await db.Set<SavedSearchRow>().FirstOrDefaultAsync(s => s.Id == id && s.Person == person, cancellation) is not { } row) return Refusal.NotFound;
        var named = SavedSearches.Name(name);
        if (!named.Done) return Result<Nothing>.Refuse(named.Refusal.Value, named.Detail);
        (row.Name, row.Alert) = (named.Value, alert);
        await SavedSearchTelling.SaveAndTell(db, alert, clock.GetUtcNow(), cancellation);
        return default(Nothing);
    }

    /// <summary>Deleted twice, it is gone as well.</summary>
    public async Task Delete(Guid person, Guid id, CancellationToken cancellation)
    {
        if (await db.Set<SavedSearchRow>().FirstOrDefaultAsync(s => s.Id == id && s.Person == person, cancellation) is not { } row) return;
        db.Remove(row);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>The person looks at it now: from here on what appears is new, and what waited need not be told any more.</summary>
    /// <returns>The address of its results, the newest first; null when it is not this person's.</returns>
    public async Task<string?> Open(Guid person, Guid id, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await db.Set<SavedSearchRow>().AsNoTracking().FirstOrDefaultAsync(s => s.Id == id && s.Person == person, cancellation) is not { } row) return null;
        await db.WriteAsync(
            async token =>
            {
                await db.Set<SavedSearchRow>().Where(s => s.Id == id).ExecuteUpdateAsync(set => set.SetProperty(s => s.LookedAt, now), token);
                await db.Set<SavedSearchFindRow>().Where(f => f.Search == id && f.At <= now).ExecuteDeleteAsync(token);
            },
            cancellation);
        return SearchAddress.Of(row.Address).With(("order", nameof(SearchOrder.Newest)));
    }
}
