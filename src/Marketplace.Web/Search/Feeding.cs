using System.Diagnostics;
using Marketplace.Platform.Database;
using Marketplace.Platform.Outbox;
using Marketplace.Search.Index;

namespace Marketplace.Search;

/// <summary>A room that has something to be found says how a record of it becomes a document.</summary>
public interface IDocumentSource
{
    /// <summary>What these records are.</summary>
    Found Kind { get; }

    /// <summary>The kind under which their changes stand in the outbox.</summary>
    string Told { get; }

    /// <summary>Under which id a changed record has its document: for most its own.</summary>
    string IdOf(string key) => key;

    /// <summary>The other way: of which record a document is; null for one of another source of the same kind. Most records have a Guid.</summary>
    string? KeyOf(string id) => Guid.TryParse(id, out _) ? id : null;

    /// <summary>The documents of these records as they stand now; a record that nobody may find has none.</summary>
    Task<IReadOnlyList<SearchDocument>> Read(MarketplaceDb db, IReadOnlyList<string> keys, CancellationToken cancellation);

    /// <summary>The documents of all records, in portions, in an order that does not change.</summary>
    IAsyncEnumerable<IReadOnlyList<SearchDocument>> ReadAll(MarketplaceDb db, CancellationToken cancellation);
}

/// <summary>How far a rebuild is.</summary>
public readonly record struct RebuildProgress(long Documents, TimeSpan Elapsed);

/// <summary>How far the index is behind the records.</summary>
/// <param name="Position">Null when there is none yet, and when the engine does not answer.</param>
/// <param name="Waiting">Changes that are not in the index yet, at most <see cref="IndexFeeder.MostCounted"/>; null when the engine does not answer.</param>
/// <param name="Documents">Null when the engine does not answer.</param>
/// <param name="Building">The index is being made: until then there is nothing to be found, or what an older one has.</param>
/// <param name="Failure">What went wrong last, while it does.</param>
public sealed record IndexState(string Consumer, OutboxPosition? Position, int? Waiting, long? Documents, bool Building, RebuildProgress? Progress, string? Failure);

/// <summary>
/// Keeps the index up to the records: reads the outbox behind its own position, and makes the index anew from the
/// records where it cannot go on from there. Runs on every node.
/// </summary>
public sealed class IndexFeeder(
    IMarketplaceDbFactory databases, ISearchIndex index, IEnumerable<IDocumentSource> sources, TimeProvider clock, ILogger<IndexFeeder> log) : BackgroundService
{
    public const int MostCounted = 10_000;

    /// <summary>Changes of one turn.</summary>
    private const int MostPerTurn = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250), Noting = TimeSpan.FromSeconds(10), Pruning = TimeSpan.FromMinutes(10);

    private readonly ILookup<string, IDocumentSource> _sources = sources.ToLookup(s => s.Told);
    private readonly SemaphoreSlim _rebuilding = new(1);
    private DateTimeOffset _notedAt, _prunedAt;

    /// <summary>How far the rebuild is that runs now.</summary>
    public RebuildProgress? Progress { get; private set; }

    public string? Failure { get; private set; }

    /// <summary>What the engine would not take last, for the operator.</summary>
    public IReadOnlyList<Rejected> LastRejected { get; private set; } = [];

    /// <summary>The index can be searched: it was made, by this run or an earlier one.</summary>
    public bool Ready { get; private set; }

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

                Failure = null;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (Failure != e.Message) log.FeedFailed(e);
                Failure = e.Message;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One turn: takes in what was committed since the last.</summary>
    /// <returns>How many changes were read.</returns>
    public async Task<int> TakeIn(CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        if (await index.Position(cancellation) is not { } position || !await Outbox.Reaches(db, position, cancellation))
        {
            await Rebuild(null, cancellation);
            return 0;
        }

        Ready = true;
        var changes = await Outbox.Read(db, position, MostPerTurn, cancellation);
        if (changes.Count > 0)
        {
            var upTo = changes[^1].Position;
            // Another index took its place meanwhile, or another node was quicker: what is missing is read from there.
            if (await index.Write(await Documents(db, changes, cancellation), Gone(changes), position, upTo, cancellation) is not { } rejected) return 0;
            Say(rejected);
            position = upTo;
        }

        await Note(db, position, cancellation);
        return changes.Count;
    }

    /// <summary>Makes the index anew from the records, beside the one that is searched meanwhile. Stopped, it leaves everything as it was.</summary>
    /// <returns>How many documents there are.</returns>
    public async Task<long> Rebuild(IProgress<RebuildProgress>? progress, CancellationToken cancellation = default)
    {
        await _rebuilding.WaitAsync(cancellation);
        try
        {
            var since = Stopwatch.GetTimestamp();
            await using var db = databases.Create();
            // What changes while the records are read comes again behind this place.
            var end = await Outbox.End(db, cancellation);
            await Outbox.Note(db, index.Consumer, end, clock.GetUtcNow(), cancellation);
            await using var made = await index.Rebuild(cancellation);
            var documents = 0L;
            foreach (var source in _sources.SelectMany(s => s))
            {
                await foreach (var portion in source.ReadAll(db, cancellation))
                {
                    Say(await made.Add(portion, cancellation));
                    documents += portion.Count;
                    Progress = new RebuildProgress(documents, Stopwatch.GetElapsedTime(since));
                    progress?.Report(Progress.Value);
                }
            }

            await made.Commit(end, cancellation);
            Ready = true;
            log.Rebuilt(index.Consumer, documents, Stopwatch.GetElapsedTime(since));
            return documents;
        }
        finally
        {
            Progress = null;
            _rebuilding.Release();
        }
    }

    public async Task<IndexState> State(CancellationToken cancellation = default)
    {
        await using var db = databases.Create();
        var building = Progress is not null || !Ready;
        try
        {
            var position = await index.Position(cancellation);
            var waiting = position is { } known ? await Outbox.Waiting(db, known, MostCounted, cancellation) : 0;
            return new IndexState(index.Consumer, position, waiting, await index.Count(cancellation), building, Progress, Failure);
        }
        catch (SearchUnavailableException e)
        {
            return new IndexState(index.Consumer, null, null, null, building, Progress, e.Message);
        }
    }

    private async Task<List<SearchDocument>> Documents(MarketplaceDb db, IReadOnlyList<OutboxEntry> changes, CancellationToken cancellation)
    {
        var documents = new List<SearchDocument>();
        foreach (var group in changes.GroupBy(c => c.Kind))
        {
            foreach (var source in _sources[group.Key]) documents.AddRange(await source.Read(db, [.. group.Select(c => c.Key).Distinct()], cancellation));
        }

        return documents;
    }

    /// <summary>One that the engine will not take must not keep the others waiting, nor go unsaid.</summary>
    private void Say(IReadOnlyList<Rejected> rejected)
    {
        foreach (var one in rejected) log.NotTaken(one.Key, one.Reason);
        if (rejected.Count > 0) LastRejected = rejected;
    }

    /// <summary>Every record that changed goes first; what is still there is put back with it.</summary>
    private List<DocumentKey> Gone(IReadOnlyList<OutboxEntry> changes) =>
        [.. changes.SelectMany(c => _sources[c.Kind].Select(source => new DocumentKey(source.Kind, source.IdOf(c.Key)))).Distinct()];

    /// <summary>Seldom, because the index itself knows where it stands: only so that rows can go.</summary>
    private async Task Note(MarketplaceDb db, OutboxPosition position, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (now - _notedAt < Noting) return;
        await Outbox.Note(db, index.Consumer, position, now, cancellation);
        _notedAt = now;
        if (now - _prunedAt < Pruning) return;
        await Outbox.Prune(db, now, cancellation);
        _prunedAt = now;
    }
}

internal static partial class FeedLog
{
    [LoggerMessage(80, LogLevel.Error, "The index could not take in what changed; it tries again")]
    public static partial void FeedFailed(this ILogger log, Exception reason);

    [LoggerMessage(82, LogLevel.Error, "The index would not take {Key}: {Reason}")]
    public static partial void NotTaken(this ILogger log, DocumentKey key, string reason);

    [LoggerMessage(81, LogLevel.Information, "The index {Consumer} was made from the records: {Documents} documents in {Elapsed}")]
    public static partial void Rebuilt(this ILogger log, string consumer, long documents, TimeSpan elapsed);
}
