using System.Globalization;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Store;
using Lucene.Net.Util;
using Marketplace.Platform;
using Marketplace.Platform.Outbox;
using Marketplace.Search.Words;
using Directory = System.IO.Directory;
using Lock = System.Threading.Lock;

namespace Marketplace.Search.Index;

/// <summary>
/// Lucene in this process, in a folder of its own for each node. What was written is found at once; the position of the
/// outbox is part of each commit, so that after a crash exactly what is missing is read again.
/// </summary>
public sealed class LuceneIndex : ISearchIndex, IDisposable
{
    private const string PositionOf = "outbox", EditionOf = "edition";
    private readonly string _folder;
    private readonly Lock _swap = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ILogger<LuceneIndex>? _log;
    private Generation _current;

    public LuceneIndex(MarketOptions options, ILogger<LuceneIndex>? log = null)
    {
        _log = log;
        _folder = Path.Combine(options.DataFolder, "search");
        Directory.CreateDirectory(_folder);
        var named = Path.Combine(_folder, "current");
        var name = File.Exists(named) ? File.ReadAllText(named).Trim() : "1";
        foreach (var other in Directory.EnumerateDirectories(_folder).Where(d => Path.GetFileName(d) != name)) Directory.Delete(other, recursive: true);
        _current = new Generation(Path.Combine(_folder, name));
        Consumer = "lucene/" + Environment.MachineName;
    }

    /// <inheritdoc />
    public string Consumer { get; }

    /// <inheritdoc />
    public Task<OutboxPosition?> Position(CancellationToken cancellation = default) => Task.FromResult(_current.Position);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Rejected>?> Write(
        IReadOnlyList<SearchDocument> documents, IReadOnlyList<DocumentKey> gone, OutboxPosition from, OutboxPosition upTo, CancellationToken cancellation = default)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            // One that took the place meanwhile stands further back: up to here it has never been read into it.
            if (_current.Position != from) return null;
            _current.Put(documents, gone);
            _current.Commit(upTo);
            return [];
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc />
    public Task<IIndexRebuild> Rebuild(CancellationToken cancellation = default)
    {
        var next = Directory.EnumerateDirectories(_folder).Select(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var n) ? n : 0).DefaultIfEmpty().Max() + 1;
        return Task.FromResult<IIndexRebuild>(new Making(this, new Generation(Path.Combine(_folder, next.ToString(CultureInfo.InvariantCulture)))));
    }

    /// <inheritdoc />
    public Task<SearchAnswer> Find(SearchQuery query, CancellationToken cancellation = default) => Task.FromResult(Reading(reader => new LuceneSearch(reader, query).Answer()));

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> Suggest(string beginning, Audience audience, int most, CancellationToken cancellation = default) =>
        Task.FromResult(Reading(reader => new LuceneGuesses(reader, audience).Beginning(beginning, most)));

    /// <inheritdoc />
    public Task<long> Count(CancellationToken cancellation = default) => Task.FromResult(Reading(reader => (long)reader.NumDocs));

    /// <summary>How many bytes the index has on disk.</summary>
    public long Size => new DirectoryInfo(_current.Folder).EnumerateFiles().Sum(f => f.Length);

    public void Dispose()
    {
        _current.Dispose();
        _writing.Dispose();
    }

    private static string Edition => Tokens.Edition.ToString(CultureInfo.InvariantCulture);

    private T Reading<T>(Func<IndexReader, T> work)
    {
        Generation generation;
        IndexSearcher searcher;
        lock (_swap)
        {
            generation = _current;
            searcher = generation.Searchers.Acquire();
        }

        try
        {
            return work(searcher.IndexReader);
        }
        finally
        {
            generation.Searchers.Release(searcher);
        }
    }

    /// <returns>The one whose place it took.</returns>
    private Generation Take(Generation made)
    {
        // The name of the folder is the moment at which the new index counts; a crash before it leaves the old one.
        var named = Path.Combine(_folder, "current");
        File.WriteAllText(named + ".new", Path.GetFileName(made.Folder));
        File.Move(named + ".new", named, overwrite: true);
        lock (_swap)
        {
            var before = _current;
            _current = made;
            return before;
        }
    }

    /// <summary>Takes one away whose place was taken.</summary>
    private void Leave(Generation before)
    {
        try
        {
            before.Dispose();
            Directory.Delete(before.Folder, recursive: true);
        }
        catch (Exception e)
        {
            // The new one is searched already, and what is left of the old goes at the next start.
            _log?.NotTakenAway(e, before.Folder);
        }
    }

    /// <summary>One folder with its writer and what is searched of it.</summary>
    private sealed class Generation : IDisposable
    {
        private readonly FSDirectory _directory;

        public Generation(string folder)
        {
            Folder = folder;
            _directory = FSDirectory.Open(folder);
            // One market has the data folder: a lock that is left is that of a process that was killed.
            if (IndexWriter.IsLocked(_directory)) IndexWriter.Unlock(_directory);
            Writer = new IndexWriter(_directory, new IndexWriterConfig(LuceneVersion.LUCENE_48, new KeywordAnalyzer()) { RAMBufferSizeMB = 64 });
            Searchers = new SearcherManager(Writer, applyAllDeletes: true, new SearcherFactory());
            var data = Writer.CommitData;
            if (data.TryGetValue(EditionOf, out var edition) && edition == Edition && data.TryGetValue(PositionOf, out var position)) Position = OutboxPosition.Parse(position);
        }

        /// <summary>Up to where everything is on disk and found.</summary>
        public OutboxPosition? Position { get; private set; }

        public string Folder { get; }
        public IndexWriter Writer { get; }
        public SearcherManager Searchers { get; }

        public void Put(IReadOnlyList<SearchDocument> documents, IReadOnlyList<DocumentKey> gone)
        {
            foreach (var key in gone) Writer.DeleteDocuments(new Term(LuceneDocuments.Key, key.ToString()));
            foreach (var document in documents) Writer.UpdateDocument(new Term(LuceneDocuments.Key, document.Key.ToString()), LuceneDocuments.Make(document));
        }

        public void Commit(OutboxPosition upTo)
        {
            Writer.SetCommitData(new Dictionary<string, string> { [PositionOf] = upTo.ToString(), [EditionOf] = Edition });
            Writer.Commit();
            Searchers.MaybeRefreshBlocking();
            Position = upTo;
        }

        public void Dispose()
        {
            Searchers.Dispose();
            Writer.Dispose();
            _directory.Dispose();
        }
    }

    /// <summary>The index that is being made beside the one that is searched.</summary>
    private sealed class Making(LuceneIndex index, Generation made) : IIndexRebuild
    {
        private bool _taken;

        public Task<IReadOnlyList<Rejected>> Add(IReadOnlyList<SearchDocument> documents, CancellationToken cancellation = default)
        {
            made.Put(documents, []);
            return Task.FromResult<IReadOnlyList<Rejected>>([]);
        }

        public async Task Commit(OutboxPosition upTo, CancellationToken cancellation = default)
        {
            made.Commit(upTo);
            await index._writing.WaitAsync(cancellation);
            try
            {
                var before = index.Take(made);
                _taken = true;
                index.Leave(before);
            }
            finally
            {
                index._writing.Release();
            }
        }

        public ValueTask DisposeAsync()
        {
            if (_taken) return ValueTask.CompletedTask;
            made.Dispose();
            Directory.Delete(made.Folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}

internal static partial class LuceneLog
{
    [LoggerMessage(84, LogLevel.Warning, "The index that was replaced could not be taken away from {Folder}; it goes at the next start")]
    public static partial void NotTakenAway(this ILogger log, Exception reason, string folder);
}
