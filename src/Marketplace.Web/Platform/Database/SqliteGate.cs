namespace Marketplace.Platform.Database;

/// <summary>
/// The one gate that every write of the process passes on SQLite, appends first. SQLite's own busy wait is unfair: with
/// it alone an append was seen to stall for seconds behind ordinary saves.
/// </summary>
public sealed class SqliteGate
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _urgent = new();
    private readonly Queue<TaskCompletionSource> _ordinary = new();
    private bool _taken;

    /// <summary>Waits for the turn to write; dispose what comes back to give the turn on.</summary>
    /// <param name="urgent">An append of a stream: goes before everything that is not.</param>
    public async Task<IDisposable> Enter(bool urgent, CancellationToken cancellation)
    {
        TaskCompletionSource? turn = null;
        lock (_lock)
        {
            if (_taken)
            {
                turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                (urgent ? _urgent : _ordinary).Enqueue(turn);
            }
            else
            {
                _taken = true;
            }
        }

        if (turn is not null)
        {
            await using var registration = cancellation.Register(() => turn.TrySetCanceled(cancellation));
            await turn.Task;
        }

        return new Turn(this);
    }

    private void Leave()
    {
        lock (_lock)
        {
            // A waiter that gave up meanwhile is passed over.
            while (_urgent.TryDequeue(out var next) || _ordinary.TryDequeue(out next))
            {
                if (next.TrySetResult()) return;
            }

            _taken = false;
        }
    }

    private sealed class Turn(SqliteGate gate) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) gate.Leave();
        }
    }
}
