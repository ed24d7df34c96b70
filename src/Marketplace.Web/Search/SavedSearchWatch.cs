using Marketplace.Domain.Search;
using Marketplace.Platform.Database;
using Marketplace.Platform.Outbox;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Search;

/// <summary>
/// Asks every document that appears against all saved searches, once. A consumer of the outbox beside the index, and
/// independent of its engine: the searches are held in memory, the documents are read from the records. Runs on every
/// node; whichever notes first that a document appeared has asked it.
/// </summary>
public sealed class SavedSearchWatch(IMarketplaceDbFactory databases, IEnumerable<IDocumentSource> sources, TimeProvider clock, ILogger<SavedSearchWatch> log) : BackgroundService
{
    private const string Consumers = "saved-searches/";

    /// <summary>Changes of one turn; rows of one transaction, so that a search that everything fits keeps no writer waiting.</summary>
    private const int MostPerTurn = 500, MostRows = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), Noting = TimeSpan.FromSeconds(10);

    private readonly string _consumer = Consumers + Environment.MachineName;
    private readonly ILookup<string, IDocumentSource> _sources = sources.ToLookup(s => s.Told);
    private readonly StandingQueries _standing = new();
    private readonly SemaphoreSlim _turn = new(1);
    private OutboxPosition? _position;
    private DateTimeOffset _notedAt;
    private string? _failure;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        do
        {
            try
            {
                while (await TakeIn(stoppingToken) == MostPerTurn)
                {
                    // More is waiting.
                }

                _failure = null;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (_failure != e.Message) log.AskFailed(e);
                _failure = e.Message;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One turn: what changed since the last, saved searches before documents.</summary>
    /// <returns>How many changes were read.</returns>
    public async Task<int> TakeIn(CancellationToken cancellation = default)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await using var db = databases.Create();
            if (_position is not { } position || !await Outbox.Reaches(db, position, cancellation)) position = await Begin(db, cancellation);
            var changes = await Outbox.Read(db, position, MostPerTurn, cancellation);
            await Refresh(db, [.. changes.Where(c => c.Kind == SavedSearchTables.Name).Select(c => Guid.Parse(c.Key)).Distinct()], cancellation);
            foreach (var kind in changes.GroupBy(c => c.Kind))
            {
                foreach (var source in _sources[kind.Key]) await Ask(db, source.Kind, await source.Read(db, [.. kind.Select(c => c.Key).Distinct()], cancellation), cancellation);
            }

            _position = changes.Count > 0 ? changes[^1].Position : position;
            await Note(db, cancellation);
            return changes.Count;
        }
        finally
        {
            _turn.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _turn.Dispose();
    }

    /// <summary>Where to go on: behind what any node had asked. The first time of all, what is there already has appeared.</summary>
    private async Task<OutboxPosition> Begin(MarketplaceDb db, CancellationToken cancellation)
    {
        var marks = await db.Set<OutboxConsumerRow>().AsNoTracking().Where(c => c.Consumer.StartsWith(Consumers)).ToListAsync(cancellation);
        var end = await Outbox.End(db, cancellation);
        var position = marks.Count == 0 ? end : marks.Max(m => new OutboxPosition(m.Xid, m.Seq));
        _standing.Clear();
        foreach (var row in await db.Set<SavedSearchRow>().AsNoTracking().ToListAsync(cancellation)) _standing.Put(row);
        if (marks.Count > 0 && await Outbox.Reaches(db, position, cancellation)) return position;
        foreach (var source in _sources.SelectMany(s => s))
        {
            await foreach (var portion in source.ReadAll(db, cancellation))
            {
                if (marks.Count > 0) await Ask(db, source.Kind, portion, cancellation);
                else await Appear(db, source.Kind, await New(db, source.Kind, portion, cancellation), null, cancellation);
            }
        }

        await Outbox.Note(db, _consumer, end, clock.GetUtcNow(), cancellation);
        return end;
    }

    private async Task Refresh(MarketplaceDb db, IReadOnlyList<Guid> changed, CancellationToken cancellation)
    {
        if (changed.Count == 0) return;
        var rows = await db.Set<SavedSearchRow>().AsNoTracking().Where(s => changed.Contains(s.Id)).ToDictionaryAsync(s => s.Id, cancellation);
        foreach (var id in changed)
        {
            if (rows.TryGetValue(id, out var row)) _standing.Put(row);
            else _standing.Remove(id);
        }
    }

    /// <summary>Finds first, and that the documents appeared last: stopped in between, they are asked again.</summary>
    private async Task Ask(MarketplaceDb db, Found kind, IReadOnlyList<SearchDocument> documents, CancellationToken cancellation)
    {
        var appeared = await New(db, kind, documents, cancellation);
        if (appeared.Count == 0) return;
        var now = clock.GetUtcNow();
        var alerts = new HashSet<Alert>();
        foreach (var document in appeared)
        {
            foreach (var finding in _standing.Finding(document).Chunk(MostRows)) alerts.UnionWith(await Find(db, document.Key, finding, now, cancellation));
        }

        await Appear(db, kind, appeared, alerts, cancellation);
    }

    private static async Task<List<SearchDocument>> New(MarketplaceDb db, Found kind, IReadOnlyList<SearchDocument> documents, CancellationToken cancellation)
    {
        var ids = documents.Select(d => d.Key.Id).ToList();
        var known = (await db.Set<AppearedRow>().Where(a => a.Kind == kind && ids.Contains(a.Document)).Select(a => a.Document).ToListAsync(cancellation)).ToHashSet();
        return [.. documents.Where(d => !known.Contains(d.Key.Id))];
    }

    /// <summary>Notes which searches found it, and says when their persons want to be told.</summary>
    private static Task<IEnumerable<Alert>> Find(MarketplaceDb db, DocumentKey key, IReadOnlyList<(Guid Search, bool Open, bool Registered)> finding, DateTimeOffset now, CancellationToken cancellation) =>
        db.WriteAsync(
            async token =>
            {
                db.ChangeTracker.Clear();
                var ids = finding.Select(f => f.Search).ToList();
                var noted = (await db.Set<SavedSearchFindRow>().Where(f => ids.Contains(f.Search) && f.Kind == key.Kind && f.Document == key.Id).Select(f => f.Search).ToListAsync(token)).ToHashSet();
                // One that was deleted a moment ago is not in the memory's way.
                var there = await db.Set<SavedSearchRow>().Where(s => ids.Contains(s.Id)).Select(s => new { s.Id, s.Alert }).ToDictionaryAsync(s => s.Id, s => s.Alert, token);
                db.AddRange(finding.Where(f => there.ContainsKey(f.Search) && !noted.Contains(f.Search))
                    .Select(f => new SavedSearchFindRow { Search = f.Search, Kind = key.Kind, Document = key.Id, Open = f.Open, Registered = f.Registered, At = now }));
                await db.SaveChangesAsync(token);
                db.ChangeTracker.Clear();
                return there.Values.Distinct();
            },
            cancellation);

    private async Task Appear(MarketplaceDb db, Found kind, IReadOnlyList<SearchDocument> documents, IReadOnlySet<Alert>? alerts, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        foreach (var alert in alerts ?? new HashSet<Alert>()) await SavedSearchTelling.SaveAndTell(db, alert, now, cancellation);
        db.AddRange(documents.Select(d => new AppearedRow { Kind = kind, Document = d.Key.Id, At = now, Demo = d.Demo }));
        await db.SaveChangesAsync(cancellation);
        db.ChangeTracker.Clear();
    }

    private async Task Note(MarketplaceDb db, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (now - _notedAt < Noting) return;
        await Outbox.Note(db, _consumer, _position!.Value, now, cancellation);
        _notedAt = now;
    }
}

internal static partial class SavedSearchLog
{
    [LoggerMessage(83, LogLevel.Error, "What appeared could not be asked against the saved searches; it is tried again")]
    public static partial void AskFailed(this ILogger log, Exception reason);
}
