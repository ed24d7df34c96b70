using Marketplace.Domain.Common;

namespace Marketplace.Platform.Streams;

/// <summary>A row of a stream as it is stored, with its hidden value.</summary>
public readonly record struct StoredLine(long Version, byte[] Bytes, string Hash, Secret? Secret);

/// <summary>A line that is about to be appended.</summary>
public readonly record struct NewLine(FactLine Line, string CommandKey)
{
    public Secret? Secret => Line.Fact.Secret;
}

/// <summary>The signature over the last line of an append.</summary>
[GenerateSerializer, Immutable]
public sealed record SignedHead([property: Id(0)] long Version, [property: Id(1)] string Hash, [property: Id(2)] string KeyId, [property: Id(3)] byte[] Signature);

/// <summary>
/// A statement that keeps a read model or a side record in step, in the same transaction as the facts. The SQL is
/// written once for both databases; moments and ids are converted for SQLite.
/// </summary>
public sealed record SideWrite(string Sql, params (string Name, object? Value)[] Parameters);

/// <summary>
/// The durable log of all streams. An append either becomes durable whole or throws; when the version or a command key
/// is taken it throws <see cref="StreamMovedException"/>, and the caller must read the stream again.
/// </summary>
public interface IFactStore
{
    Task Append(string stream, IReadOnlyList<NewLine> lines, SignedHead head, IReadOnlyList<SideWrite> writes, CancellationToken cancellation = default);

    /// <summary>The lines after a version in their order.</summary>
    IAsyncEnumerable<StoredLine> Read(string stream, long after = 0, CancellationToken cancellation = default);

    /// <summary>The signed head that covers a line: the first at or after its version; null when there is none.</summary>
    Task<SignedHead?> HeadAtOrAfter(string stream, long version, CancellationToken cancellation = default);

    /// <summary>Notes that the stream was served until this moment.</summary>
    Task Serve(string stream, DateTimeOffset until, CancellationToken cancellation = default);

    Task<DateTimeOffset?> ServedUntil(string stream, CancellationToken cancellation = default);

    /// <summary>Side records outside an append, in their own transaction.</summary>
    Task Write(IReadOnlyList<SideWrite> writes, CancellationToken cancellation = default);
}

/// <summary>Another activation, or an append whose answer was lost, took the version or the command: replay.</summary>
[GenerateSerializer]
public sealed class StreamMovedException(string stream, Exception inner) : Exception($"The stream {stream} moved on.", inner);
