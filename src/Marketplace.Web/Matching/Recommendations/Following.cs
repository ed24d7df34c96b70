using System.Diagnostics;
using Marketplace.Achievements;
using Marketplace.Demands;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Outbox;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching.Recommendations;

/// <summary>
/// Keeps recommendations up to the records: looks into the outbox behind its own position, and never beyond the index's,
/// because what the index does not have yet cannot be found. Looking costs no write; what there is to do is due work,
/// so that one node does it.
/// </summary>
public sealed class Following(IMarketplaceDbFactory databases, Recommender recommender, NightBatch night, ISearchIndex index, TimeProvider clock, ILogger<Following> log) : BackgroundService
{
    /// <summary>The consumer of the outbox, and the kind of due work.</summary>
    public const string Consumer = "recommendations", Work = "matching.follow";

    private const int MostAtOnce = 200;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500), Portion = TimeSpan.FromSeconds(1), SeenEvery = TimeSpan.FromHours(1);

    private string? _failure;

    public static Task<DateTimeOffset?> Go(IServiceProvider services, string key, CancellationToken cancellation) => services.GetRequiredService<Following>().Follow(cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        var begun = false;
        do
        {
            try
            {
                if (!begun) await night.Begin(atOnce: false, stoppingToken);
                begun = true;
                await Look(stoppingToken);
                _failure = null;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (_failure != e.Message) log.LookFailed(e);
                _failure = e.Message;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>How far the recommendations are; null before the first look.</summary>
    public async Task<OutboxPosition?> Position(CancellationToken cancellation)
    {
        await using var db = databases.Create();
        return await db.Set<OutboxConsumerRow>().AsNoTracking().FirstOrDefaultAsync(c => c.Consumer == Consumer, cancellation) is { } row ? new OutboxPosition(row.Xid, row.Seq) : null;
    }

    private async Task Look(CancellationToken cancellation)
    {
        await using var db = databases.Create();
        if (await db.Set<OutboxConsumerRow>().AsNoTracking().FirstOrDefaultAsync(c => c.Consumer == Consumer, cancellation) is not { } known
            || !await Outbox.Reaches(db, new OutboxPosition(known.Xid, known.Seq), cancellation))
        {
            // Something was missed, or nothing was ever read: from here on, and everything once.
            await Outbox.Note(db, Consumer, await Outbox.End(db, cancellation), clock.GetUtcNow(), cancellation);
            await night.Begin(atOnce: true, cancellation);
            return;
        }

        if ((await Outbox.Read(db, new OutboxPosition(known.Xid, known.Seq), 1, cancellation)).Count > 0)
        {
            if (!await db.Set<DueWorkRow>().AnyAsync(w => w.Kind == Work, cancellation)) await db.SaveWithWork(Work, NightBatch.Key, clock.GetUtcNow(), cancellation);
        }
        else if (clock.GetUtcNow() - known.SeenAt > SeenEvery)
        {
            await Outbox.Note(db, Consumer, new OutboxPosition(known.Xid, known.Seq), clock.GetUtcNow(), cancellation);
        }
    }

    /// <summary>Does what was told, up to where the index is.</summary>
    /// <returns>When to come back while something waits; null when nothing does.</returns>
    public async Task<DateTimeOffset?> Follow(CancellationToken cancellation)
    {
        await using var db = databases.Create();
        if (await Position(cancellation) is not { } position) return null;
        var changes = await Outbox.Read(db, position, MostAtOnce, cancellation);
        if (changes.Count == 0) return null;
        if (await index.Position(cancellation) is not { } indexed) return clock.GetUtcNow() + Pause;
        var since = Stopwatch.GetTimestamp();
        var done = position;
        // Of several changes of one record the last stands for all.
        var last = changes.GroupBy(c => (c.Kind, c.Key)).ToDictionary(g => g.Key, g => g.Max(c => c.Position));
        foreach (var change in changes.TakeWhile(c => c.Position.CompareTo(indexed) <= 0))
        {
            if (Stopwatch.GetElapsedTime(since) > Portion) break;
            if (last[(change.Kind, change.Key)] == change.Position || last[(change.Kind, change.Key)].CompareTo(indexed) > 0) await Refresh(change, cancellation);
            done = change.Position;
        }

        if (done.CompareTo(position) > 0) await Outbox.Note(db, Consumer, done, clock.GetUtcNow(), cancellation);
        if (changes.Count < MostAtOnce && done == changes[^1].Position) return null;
        // A pause in any case: whoever bids comes first.
        return clock.GetUtcNow() + Pause;
    }

    private Task Refresh(OutboxEntry change, CancellationToken cancellation) => change.Kind switch
    {
        DemandDocuments.Name or Judgements.Told => recommender.OfDemand(Guid.Parse(change.Key), cancellation),
        AchievementDocuments.Name => recommender.OfAchievement(Guid.Parse(change.Key), cancellation),
        // Other rooms tell of what is not recommended.
        _ => Task.CompletedTask,
    };
}

internal static partial class FollowLog
{
    [LoggerMessage(95, LogLevel.Error, "Recommendations could not look for what changed; they try again")]
    public static partial void LookFailed(this ILogger log, Exception reason);
}
