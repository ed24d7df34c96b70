using System.Collections.Concurrent;
using Marketplace.Domain.Common;

namespace Marketplace.Achievements;

/// <summary>An import that a desk prepared: first looked through, then perhaps run. Its file is kept only in memory.</summary>
public sealed class ImportJob(Guid id, ImportOrder order, string fileName, byte[] content, ImportReport preview, DateTimeOffset preparedAt)
    : IProgress<ImportProgress>, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Task? _run;

    public Guid Id => id;

    public ImportOrder Order => order;

    public string FileName => fileName;

    public ImportReport Preview => preview;

    public DateTimeOffset PreparedAt => preparedAt;

    public ImportProgress Progress { get; private set; }

    /// <summary>Null until it ended.</summary>
    public Result<ImportReport>? Outcome { get; private set; }

    public bool Running => _run is { IsCompleted: false };

    public bool Started => _run is not null;

    /// <summary>Starts once; a second start is the same import.</summary>
    public void Start(AchievementImport import)
    {
        lock (_lock)
        {
            _run ??= Task.Run(async () =>
            {
                try
                {
                    Outcome = await import.Import(content, fileName, order, this, _stop.Token);
                }
                catch (Exception) when (Outcome is null)
                {
                    Outcome = Refusal.ImportStopped;
                    throw;
                }
            });
        }
    }

    public void Stop() => _stop.Cancel();

    public Task Ended => _run ?? Task.CompletedTask;

    public void Report(ImportProgress value) => Progress = value;

    public void Dispose() => _stop.Dispose();
}

/// <summary>The imports that desks of this node have open; forgotten after an hour.</summary>
public sealed class ImportJobs(TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<Guid, ImportJob> _jobs = new();

    public ImportJob Add(ImportOrder order, string fileName, byte[] content, ImportReport preview)
    {
        var now = clock.GetUtcNow();
        foreach (var old in _jobs.Values.Where(j => !j.Running && now - j.PreparedAt > Kept)) _jobs.TryRemove(old.Id, out _);
        // One desk prepares one file at a time: what it had open and did not run is forgotten.
        foreach (var old in _jobs.Values.Where(j => !j.Started && j.Order.Person == order.Person)) _jobs.TryRemove(old.Id, out _);
        var job = new ImportJob(Guid.CreateVersion7(now), order, fileName, content, preview, now);
        _jobs[job.Id] = job;
        return job;
    }

    public ImportJob? Find(Guid id) => _jobs.GetValueOrDefault(id);
}
