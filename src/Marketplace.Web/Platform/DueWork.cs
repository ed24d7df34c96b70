using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Platform;

/// <summary>Something that must happen at a moment. The database is the truth of what is due; a row may be early, never late.</summary>
public sealed class DueWorkRow
{
    /// <summary>Which handler does it, for example <c>auctions.close</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is about, an id that the handler understands.</summary>
    public required string Key { get; init; }

    public required DateTimeOffset DueAt { get; set; }

    /// <summary>A node is at it until then.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    public int Attempts { get; set; }

    /// <summary>What went wrong last time, for the operator's page.</summary>
    public string? LastError { get; set; }
}

internal sealed class DueWorkTable : IEntityTypeConfiguration<DueWorkRow>
{
    public void Configure(EntityTypeBuilder<DueWorkRow> builder)
    {
        builder.ToTable("due_work").HasKey(w => new { w.Kind, w.Key });
        builder.HasIndex(w => w.DueAt);
    }
}

/// <summary>Does one kind of due work. Idempotent: it may be called early, twice, or on two nodes.</summary>
/// <returns>When to come back, or null when there is nothing left to do.</returns>
public delegate Task<DateTimeOffset?> DueWorkHandler(IServiceProvider services, string key, CancellationToken cancellation);

/// <summary>A handler with the kind it is registered for.</summary>
/// <param name="LongestRetry">How long work that failed again and again waits at most for its next turn.</param>
public sealed record DueWorkKind(string Kind, DueWorkHandler Handler, TimeSpan LongestRetry);

/// <summary>Puts work on the list, with the change that makes it due.</summary>
public static class DueWork
{
    /// <param name="longestRetry">A minute where nothing is said; a clock that decides over bids cannot wait that long.</param>
    public static IServiceCollection AddDueWork(this IServiceCollection services, string kind, DueWorkHandler handler, TimeSpan? longestRetry = null) =>
        services.AddSingleton(new DueWorkKind(kind, handler, longestRetry ?? TimeSpan.FromMinutes(1)));

    /// <summary>The statement that puts work on the list, or moves it, in the transaction of an append.</summary>
    public static SideWrite At(string kind, string key, DateTimeOffset dueAt) => new(
        "INSERT INTO due_work (kind, key, due_at, attempts) VALUES (@kind, @key, @due, 0) " +
        "ON CONFLICT (kind, key) DO UPDATE SET due_at = excluded.due_at, attempts = 0, lease_until = NULL",
        ("kind", kind), ("key", key), ("due", dueAt));

    /// <summary>Saves what was changed and puts the work that follows from it on the list, in one transaction.</summary>
    /// <remarks>
    /// A statement and no tracked row: a runner may claim, finish or take off the same work at this very moment, having
    /// seen nothing of the change, and then the work must be done once more.
    /// </remarks>
    public static Task SaveWithWork(this MarketplaceDb db, string kind, string key, DateTimeOffset dueAt, CancellationToken cancellation = default)
    {
        object due = db is SqliteMarketplaceDb ? SqliteMoment.Write(dueAt) : dueAt;
        return db.WriteAsync(
            async token =>
            {
                await db.SaveChangesAsync(token);
                await db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO due_work (kind, key, due_at, attempts) VALUES ({kind}, {key}, {due}, 0)
                    ON CONFLICT (kind, key) DO UPDATE SET due_at = excluded.due_at, attempts = 0, lease_until = NULL
                    """,
                    token);
            },
            cancellation);
    }
}

/// <summary>Polls the list on every node and pokes the handlers.</summary>
public sealed class DueWorkRunner(
    IMarketplaceDbFactory databases, IEnumerable<DueWorkKind> kinds, IServiceProvider services, TimeProvider clock, MarketOptions options, ILogger<DueWorkRunner> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    // Short: a node that dies with a lease must not keep a closing auction waiting. Handlers are idempotent.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    /// <summary>More than these a node does not take into its hands at once.</summary>
    private const int MostAtOnce = 256;
    private readonly Dictionary<string, DueWorkKind> _kinds = kinds.ToDictionary(k => k.Kind);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Postgres is null) await ForgetLeases(stoppingToken);
        using var timer = new PeriodicTimer(Pause);
        var inHand = new List<Task>();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                inHand.RemoveAll(work => work.IsCompleted);
                // One that hangs keeps none of the others waiting.
                if (inHand.Count >= MostAtOnce) continue;
                try
                {
                    inHand.AddRange(await Begin(stoppingToken));
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    log.PollFailed(e);
                }
            }
        }
        finally
        {
            await Task.WhenAll(inHand);
        }
    }

    /// <summary>Claims what is due and does it; returns how many rows were claimed.</summary>
    public async Task<int> RunDue(CancellationToken cancellation)
    {
        var begun = await Begin(cancellation);
        await Task.WhenAll(begun);
        return begun.Count;
    }

    /// <summary>Claims what is due and begins it. What is handed out never fails: it was logged, and its lease brings it back.</summary>
    private async Task<IReadOnlyList<Task>> Begin(CancellationToken cancellation) => [.. (await Claim(cancellation)).Select(row => Guarded(row, cancellation))];

    private async Task Guarded(DueWorkRow row, CancellationToken cancellation)
    {
        try
        {
            await Do(row, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The market stops; the lease runs out and the next one does it.
        }
        catch (Exception e)
        {
            log.WorkFailed(row.Kind, row.Key, e);
        }
    }

    /// <summary>On SQLite this process is the only market on its data: leases are of one that is gone.</summary>
    private async Task ForgetLeases(CancellationToken cancellation)
    {
        await using var db = databases.Create();
        await db.WriteAsync(
            token => db.Set<DueWorkRow>().Where(w => w.LeaseUntil != null).ExecuteUpdateAsync(set => set.SetProperty(w => w.LeaseUntil, (DateTimeOffset?)null), token),
            cancellation);
    }

    private async Task<List<DueWorkRow>> Claim(CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var now = clock.GetUtcNow();
        var due = db.Set<DueWorkRow>().Where(w => w.DueAt <= now && (w.LeaseUntil == null || w.LeaseUntil < now));
        // Reading is free on both databases; only when something is due does anybody take the writer's turn.
        if (!await due.AnyAsync(cancellation)) return [];
        return await db.WriteAsync(
            async token =>
            {
                var rows = options.Postgres is null
                    ? await due.OrderBy(w => w.DueAt).Take(64).ToListAsync(token)
                    : await db.Set<DueWorkRow>()
                        .FromSql($"SELECT * FROM due_work WHERE due_at <= {now} AND (lease_until IS NULL OR lease_until < {now}) ORDER BY due_at LIMIT 64 FOR UPDATE SKIP LOCKED")
                        .ToListAsync(token);
                foreach (var row in rows) (row.LeaseUntil, row.Attempts) = (now + Lease, row.Attempts + 1);
                await db.SaveChangesAsync(token);
                return rows;
            },
            cancellation);
    }

    private async Task Do(DueWorkRow row, CancellationToken cancellation)
    {
        if (!_kinds.TryGetValue(row.Kind, out var kind))
        {
            log.UnknownKind(row.Kind, row.Key);
            return;
        }

        DateTimeOffset? next;
        string? error = null;
        try
        {
            await using var scope = services.CreateAsyncScope();
            next = await kind.Handler(scope.ServiceProvider, row.Key, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            log.WorkFailed(row.Kind, row.Key, e);
            error = e.GetType().Name;
            next = clock.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(kind.LongestRetry.TotalSeconds, Math.Pow(2, Math.Min(row.Attempts, 6))));
        }

        // Work that comes again by itself is not work that failed so often.
        var attempts = error is null ? 0 : row.Attempts;
        await using var db = databases.Create();
        // Only as it was claimed: who put the work on the list again meanwhile wins.
        var mine = db.Set<DueWorkRow>().Where(w => w.Kind == row.Kind && w.Key == row.Key && w.LeaseUntil == row.LeaseUntil);
        await db.WriteAsync(
            token => next is { } again
                ? mine.ExecuteUpdateAsync(
                    set => set.SetProperty(w => w.DueAt, again).SetProperty(w => w.LeaseUntil, (DateTimeOffset?)null).SetProperty(w => w.LastError, error).SetProperty(w => w.Attempts, attempts), token)
                : mine.ExecuteDeleteAsync(token),
            cancellation);
    }
}

internal static partial class DueWorkLog
{
    [LoggerMessage(10, LogLevel.Error, "The list of due work could not be read")]
    public static partial void PollFailed(this ILogger log, Exception reason);

    [LoggerMessage(11, LogLevel.Error, "Nobody does due work of kind {Kind} ({Key})")]
    public static partial void UnknownKind(this ILogger log, string kind, string key);

    [LoggerMessage(12, LogLevel.Error, "Due work {Kind} for {Key} failed and comes again")]
    public static partial void WorkFailed(this ILogger log, string kind, string key, Exception reason);
}
