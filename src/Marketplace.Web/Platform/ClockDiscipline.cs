using Npgsql;

namespace Marketplace.Platform;

/// <summary>Several nodes share one time: PostgreSQL's. Each compares every five seconds; one that cannot is not ready and stamps nothing.</summary>
public sealed class ClockDiscipline(MarketClock clock, NpgsqlDataSource source, ILogger<ClockDiscipline> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>A busy machine answers one question late and the next at once: the quickest of a few counts, as in NTP's clock filter.</summary>
    private const int Questions = 5;

    /// <summary>An answer within this is quick enough to ask no more.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(20);

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
            // Opening the connection and preparing the question are not timed.
            await using var connection = await source.OpenConnectionAsync(cancellation);
            await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
            await command.PrepareAsync(cancellation);
            var best = await Ask(command, cancellation);
            for (var question = 1; question < Questions && best.RoundTrip > Quick; question++)
            {
                var next = await Ask(command, cancellation);
                if (next.RoundTrip < best.RoundTrip) best = next;
            }

            clock.Compare(best.Reference + clock.Hardware.GetElapsedTime(best.Answered), best.RoundTrip);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            log.NotCompared(e);
        }
    }

    private async Task<Answer> Ask(NpgsqlCommand command, CancellationToken cancellation)
    {
        var asked = clock.Hardware.GetTimestamp();
        var reference = (DateTime)(await command.ExecuteScalarAsync(cancellation))!;
        var answered = clock.Hardware.GetTimestamp();
        return new Answer(new DateTimeOffset(reference, TimeSpan.Zero), clock.Hardware.GetElapsedTime(asked, answered), answered);
    }

    /// <param name="Reference">What the database said.</param>
    /// <param name="RoundTrip">How long it took to say it.</param>
    /// <param name="Answered">The counter when the answer was there.</param>
    private readonly record struct Answer(DateTimeOffset Reference, TimeSpan RoundTrip, long Answered);
}

internal static partial class ClockLog
{
    [LoggerMessage(22, LogLevel.Warning, "The clock could not be compared with the database's")]
    public static partial void NotCompared(this ILogger log, Exception reason);
}
