using System.Collections.Concurrent;
using Marketplace.Domain.Common;
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

    /// <summary>What is in hand longer than the rest of its lease gets a new one, long before the old one has run out.</summary>
    private static readonly TimeSpan RenewBefore = TimeSpan.FromSeconds(3);

    /// <summary>More than these a node does not take into its hands at once.</summary>
    private const int MostAtOnce = 256;

    private const int MostAtATime = 64;
    private readonly Dictionary<string, DueWorkKind> _kinds = kinds.ToDictionary(k => k.Kind);

    /// <summary>What this node is at. It is not begun again beside itself, whoever puts it on the list meanwhile: it comes when it is done.</summary>
    private readonly ConcurrentDictionary<(string Kind, string Key), Held> _inHand = new();

    /// <summary>Work that this node is at.</summary>
    private sealed class Held(DueWorkRow row)
    {
        public DueWorkRow Row { get; } = row;
        public (string, string) Id => (Row.Kind, Row.Key);

        /// <summary>The lease by which the list knows that it is this node's; two while a new one is written, none when it is not this node's any more.</summary>
        public IReadOnlyList<DateTimeOffset?> Leases { get; set; } = [row.LeaseUntil];
    }

    /// <summary>This node is at such work now, whatever the list says: what was put on it again meanwhile has no lease there.</summary>
    public bool IsAt(Func<string, string, bool> such) => _inHand.Keys.Any(work => such(work.Kind, work.Key));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Postgres is null) await ForgetLeases(stoppingToken);
        using var timer = new PeriodicTimer(Pause);
        var begun = new List<Task>();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                begun.RemoveAll(work => work.IsCompleted);
                try
                {
                    await Renew(stoppingToken);
                    // One that hangs keeps none of the others waiting.
                    if (begun.Count < MostAtOnce) begun.AddRange(await Begin(stoppingToken));
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    log.PollFailed(e);
                }
            }
        }
        finally
        {
            await Task.WhenAll(begun);
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
    private async Task<IReadOnlyList<Task>> Begin(CancellationToken cancellation) => [.. (await Claim(cancellation)).Select(row => Guarded(new Held(row), cancellation))];

    private async Task Guarded(Held held, CancellationToken cancellation)
    {
        var row = held.Row;
        _inHand[held.Id] = held;
        try
        {
            await Do(held, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The market stops; the lease runs out and the next one does it.
        }
        catch (Exception e)
        {
            log.WorkFailed(row.Kind, row.Key, e);
        }
        finally
        {
            _inHand.TryRemove(new KeyValuePair<(string, string), Held>(held.Id, held));
        }
    }

    /// <summary>Work that takes longer than a lease keeps it, as long as this node lives.</summary>
    private async Task Renew(CancellationToken cancellation)
    {
        var now = Instant.Cut(clock.GetUtcNow());
        var waning = _inHand.Values.Where(held => held.Leases is [.., { } until] && until - now < RenewBefore).ToList();
        if (waning.Count == 0) return;
        var keys = waning.ConvertAll(held => held.Row.Key).Distinct().ToArray();
        DateTimeOffset? renewed = now + Lease;
        await using var db = databases.Create();
        await db.WriteAsync(
            async token =>
            {
                // Without waiting for a row that somebody else is writing: other clocks would wait with it. It is looked at again at once.
                var rows = options.Postgres is null
                    ? await db.Set<DueWorkRow>().Where(w => keys.Contains(w.Key)).ToListAsync(token)
                    : await db.Set<DueWorkRow>().FromSql($"SELECT * FROM due_work WHERE key = ANY({keys}) FOR UPDATE SKIP LOCKED").ToListAsync(token);
                foreach (var held in waning)
                {
                    if (rows.Find(w => (w.Kind, w.Key) == held.Id) is not { } row) continue;
                    held.Leases = held.Leases.Contains(row.LeaseUntil) ? [row.LeaseUntil, renewed] : [];
                    if (held.Leases.Count > 0) row.LeaseUntil = renewed;
                }

                await db.SaveChangesAsync(token);
            },
            cancellation);
        foreach (var held in waning.Where(held => held.Leases is [_, { } until] && until == renewed)) held.Leases = [renewed];
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
        var now = Instant.Cut(clock.GetUtcNow());
        // What was put on the list again while this node is at it stands among the first, and keeps none of the others out.
        var most = MostAtATime + _inHand.Count;
        var due = db.Set<DueWorkRow>().Where(w => w.DueAt <= now && (w.LeaseUntil == null || w.LeaseUntil < now)).OrderBy(w => w.DueAt).Take(most);
        // Reading is free on both databases; only when something is due does anybody take the writer's turn.
        if (!(await due.AsNoTracking().ToListAsync(cancellation)).Exists(IsFree)) return [];
        return await db.WriteAsync(
            async token =>
            {
                var rows = options.Postgres is null
                    ? await due.ToListAsync(token)
                    : await db.Set<DueWorkRow>()
                        .FromSql($"SELECT * FROM due_work WHERE due_at <= {now} AND (lease_until IS NULL OR lease_until < {now}) ORDER BY due_at LIMIT {most} FOR UPDATE SKIP LOCKED")
                        .ToListAsync(token);
                List<DueWorkRow> claimed = [.. rows.Where(IsFree).Take(MostAtATime)];
                foreach (var row in claimed) (row.LeaseUntil, row.Attempts) = (now + Lease, row.Attempts + 1);
                await db.SaveChangesAsync(token);
                return claimed;
            },
            cancellation);
    }

    private bool IsFree(DueWorkRow row) => !_inHand.ContainsKey((row.Kind, row.Key));

    private async Task Do(Held held, CancellationToken cancellation)
    {
        var row = held.Row;
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
        // Only what is still this node's: who put the work on the list again meanwhile wins. A lease that was renewed in between is looked at again.
        for (IReadOnlyList<DateTimeOffset?>? leases = null; leases != held.Leases;)
        {
            var still = leases = held.Leases;
            var mine = db.Set<DueWorkRow>().Where(w => w.Kind == row.Kind && w.Key == row.Key && still.Contains(w.LeaseUntil));
            var written = await db.WriteAsync(
                token => next is { } again
                    ? mine.ExecuteUpdateAsync(
                        set => set.SetProperty(w => w.DueAt, again).SetProperty(w => w.LeaseUntil, (DateTimeOffset?)null).SetProperty(w => w.LastError, error).SetProperty(w => w.Attempts, attempts), token)
                    : mine.ExecuteDeleteAsync(token),
                cancellation);
            if (written > 0) return;
        }
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
