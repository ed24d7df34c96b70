using Npgsql;

namespace Marketplace.Platform;

/// <summary>Several nodes share one time: PostgreSQL's. Each compares every five seconds; one that cannot is not ready and stamps nothing.</summary>
public sealed class ClockDiscipline(MarketClock clock, NpgsqlDataSource source, ILogger<ClockDiscipline> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly PeriodicTimer _timer = new(Every, clock.Hardware);

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        clock.FollowReference();
        await Compare(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _timer.WaitForNextTickAsync(stoppingToken)) await Compare(stoppingToken);
    }

    /// <summary>One comparison; the service makes one every five seconds.</summary>
    public async Task Compare(CancellationToken cancellation)
    {
        try
        {
            // A first question opens the connection; only the second one is timed.
            await using var connection = await source.OpenConnectionAsync(cancellation);
            await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
            await command.PrepareAsync(cancellation);
            var asked = clock.Hardware.GetTimestamp();
            var reference = (DateTime)(await command.ExecuteScalarAsync(cancellation))!;
            clock.Compare(new DateTimeOffset(reference, TimeSpan.Zero), clock.Hardware.GetElapsedTime(asked));
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            log.NotCompared(e);
        }
    }
}

internal static partial class ClockLog
{
    [LoggerMessage(22, LogLevel.Warning, "The clock could not be compared with the database's")]
    public static partial void NotCompared(this ILogger log, Exception reason);
}
