namespace Marketplace.Search;

/// <summary>The rebuild of the index that an operator ordered: in the background, one at a time on each node. An ended one stays to be read.</summary>
public sealed class Rebuilding(IndexFeeder feeder, TimeProvider clock, IHostApplicationLifetime life, ILogger<Rebuilding> log) : IDisposable
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _stop;
    private Task _run = Task.CompletedTask;

    public bool Running { get; private set; }

    /// <summary>How many documents the last one made; null when it did not come to its end.</summary>
    public long? Documents { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public bool Stopped { get; private set; }

    /// <summary>Why the last one failed.</summary>
    public string? Failure { get; private set; }

    /// <summary>Completes when the present one has ended, however it did.</summary>
    public Task Ended => _run;

    /// <summary>Starts one; while one runs, that one is meant.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (Running) return;
            _stop?.Dispose();
            _stop = CancellationTokenSource.CreateLinkedTokenSource(life.ApplicationStopping);
            (Running, Documents, EndedAt, Stopped, Failure) = (true, null, null, false, null);
            var stop = _stop.Token;
            _run = Task.Run(() => Run(stop), CancellationToken.None);
        }
    }

    public void Stop()
    {
        lock (_lock)
        {
            if (Running) _stop!.Cancel();
        }
    }

    public void Dispose() => _stop?.Dispose();

    private async Task Run(CancellationToken stop)
    {
        try
        {
            Documents = await feeder.Rebuild(null, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Stopped = true;
        }
        catch (Exception e)
        {
            // The operator reads it on the page; nobody else waits for this task.
            log.RebuildFailed(e);
            Failure = e.Message;
        }
        finally
        {
            lock (_lock) (Running, EndedAt) = (false, clock.GetUtcNow());
        }
    }
}

internal static partial class RebuildLog
{
    [LoggerMessage(82, LogLevel.Error, "The rebuild of the index failed; the index is as it was")]
    public static partial void RebuildFailed(this ILogger log, Exception reason);
}
