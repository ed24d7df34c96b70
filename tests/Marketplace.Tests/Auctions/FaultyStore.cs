using Marketplace.Platform.Streams;

namespace Marketplace.Tests.Auctions;

/// <summary>The real log behind a line that breaks when told to: before the commit or after it, when the answer is lost.</summary>
public sealed class FaultyStore(IFactStore store) : IFactStore
{
    private int _beforeCommit;
    private int _afterCommit;
    private int _serves;
    private TaskCompletionSource? _held;
    private TaskCompletionSource? _unanswered;

    public int Appends { get; private set; }

    /// <summary>The next appends never reach the database.</summary>
    public void BreakBeforeCommit(int times = 1) => _beforeCommit = times;

    /// <summary>The next appends become durable, but their answer is lost.</summary>
    public void BreakAfterCommit(int times = 1) => _afterCommit = times;

    /// <summary>The next notes that a stream was served never reach the database.</summary>
    public void BreakServes(int times) => _serves = times;

    /// <summary>Appends wait until the returned action is called.</summary>
    public Action Hold()
    {
        var held = _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return () =>
        {
            _held = null;
            held.SetResult();
        };
    }

    /// <summary>Appends become durable, and their answers wait until the returned action is called.</summary>
    public Action HoldAnswers()
    {
        var held = _unanswered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return () =>
        {
            _unanswered = null;
            held.SetResult();
        };
    }

    public async Task Append(string stream, IReadOnlyList<NewLine> lines, SignedHead head, IReadOnlyList<SideWrite> writes, CancellationToken cancellation = default)
    {
        Appends++;
        if (_held is { } held) await held.Task;
        if (_beforeCommit > 0)
        {
            _beforeCommit--;
            throw new IOException("The line broke before the commit.");
        }

        await store.Append(stream, lines, head, writes, cancellation);
        if (_unanswered is { } unanswered) await unanswered.Task;
        if (_afterCommit > 0)
        {
            _afterCommit--;
            throw new IOException("The line broke after the commit.");
        }
    }

    public IAsyncEnumerable<StoredLine> Read(string stream, long after = 0, CancellationToken cancellation = default) => store.Read(stream, after, cancellation);

    public Task<SignedHead?> HeadAtOrAfter(string stream, long version, CancellationToken cancellation = default) => store.HeadAtOrAfter(stream, version, cancellation);

    public Task Serve(string stream, DateTimeOffset until, CancellationToken cancellation = default) =>
        stream.StartsWith("probe/", StringComparison.Ordinal) && _serves-- > 0
            ? Task.FromException(new IOException("The line is broken."))
            : store.Serve(stream, until, cancellation);

    public Task<DateTimeOffset?> ServedUntil(string stream, CancellationToken cancellation = default) => store.ServedUntil(stream, cancellation);

    public Task Write(IReadOnlyList<SideWrite> writes, CancellationToken cancellation = default) => store.Write(writes, cancellation);
}
