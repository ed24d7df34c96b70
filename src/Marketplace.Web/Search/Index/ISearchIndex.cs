using Marketplace.Platform.Outbox;

namespace Marketplace.Search.Index;

/// <summary>
/// What can be found. Two engines: Lucene in this process (the default) and Elasticsearch. Both are filled from the
/// outbox and hold nothing that cannot be made anew from the database.
/// </summary>
public interface ISearchIndex
{
    /// <summary>The consumer of the outbox that this index is.</summary>
    string Consumer { get; }

    /// <summary>Up to where the outbox is in the index; null when there is none yet, or it was made by other rules: it must be rebuilt.</summary>
    Task<OutboxPosition?> Position(CancellationToken cancellation = default);

    /// <summary>Takes documents in and out. When it returns, they are found and will be after a crash.</summary>
    /// <param name="from">The position behind which was read.</param>
    /// <param name="upTo">The position of the outbox that this completes.</param>
    /// <returns>What the engine would not take: the others are in. Null when the index stands elsewhere by now: nothing was taken in.</returns>
    Task<IReadOnlyList<Rejected>?> Write(
        IReadOnlyList<SearchDocument> documents, IReadOnlyList<DocumentKey> gone, OutboxPosition from, OutboxPosition upTo, CancellationToken cancellation = default);

    /// <summary>Begins an index beside the one that is searched; it takes that one's place when it is committed.</summary>
    Task<IIndexRebuild> Rebuild(CancellationToken cancellation = default);

    /// <exception cref="SearchUnavailableException">The engine does not answer.</exception>
    Task<SearchAnswer> Find(SearchQuery query, CancellationToken cancellation = default);

    /// <summary>Terms that begin like this, the most used first.</summary>
    Task<IReadOnlyList<string>> Suggest(string beginning, Audience audience, int most, CancellationToken cancellation = default);

    /// <summary>How many documents there are, for the operator.</summary>
    Task<long> Count(CancellationToken cancellation = default);
}

/// <summary>An index in the making. Disposed without a commit, it never was.</summary>
public interface IIndexRebuild : IAsyncDisposable
{
    /// <returns>What the engine would not take.</returns>
    Task<IReadOnlyList<Rejected>> Add(IReadOnlyList<SearchDocument> documents, CancellationToken cancellation = default);

    /// <summary>From now on this is the index that is searched.</summary>
    Task Commit(OutboxPosition upTo, CancellationToken cancellation = default);
}

/// <summary>A document that the engine would not take, and what it said.</summary>
public sealed record Rejected(DocumentKey Key, string Reason);

/// <summary>The engine does not answer: searching is not possible now, everything else is.</summary>
public sealed class SearchUnavailableException(string message, Exception? reason = null) : Exception(message, reason);
