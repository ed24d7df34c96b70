using System.Diagnostics;
using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Search;
using Marketplace.Search.Index;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching.Recommendations;

/// <summary>Everything against everything, each night: in portions, so that whatever stops it, it goes on where it was.</summary>
public sealed class NightBatch(IMarketplaceDbFactory databases, Recommender recommender, ISearchIndex index, IndexFeeder feeder, TimeProvider clock)
{
    /// <summary>Due work; there is always one, for the next portion or the next night.</summary>
    public const string Work = "matching.night";
    public const string Key = "all";

    /// <summary>In Beijing.</summary>
    public static readonly TimeOnly Hour = new(2, 0);

    /// <summary>A portion ends before the lease of due work does, and leaves the machine as long to everybody else.</summary>
    private static readonly TimeSpan Portion = TimeSpan.FromSeconds(1), Breath = TimeSpan.FromSeconds(1);

    private const int AtOnce = 20;

    private static readonly TimeSpan RunsKept = TimeSpan.FromDays(90);

    public static Task<DateTimeOffset?> Go(IServiceProvider services, string key, CancellationToken cancellation) => services.GetRequiredService<NightBatch>().Go(cancellation);

    /// <summary>Puts the night on the list where it is not there yet: at once when nothing was found by this edition of the method.</summary>
    public async Task Begin(bool atOnce, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        // A run that is half done would not come back to what was missed behind it.
        if (atOnce) await db.WriteAsync(token => db.Set<RecommendationRunRow>().Where(r => r.EndedAt == null).ExecuteDeleteAsync(token), cancellation);
        var made = await db.Set<RecommendationRunRow>().AnyAsync(r => r.Edition == Scoring.Edition && r.EndedAt != null, cancellation);
        if (made && !atOnce && await db.Set<DueWorkRow>().AnyAsync(w => w.Kind == Work && w.Key == Key, cancellation)) return;
        await db.SaveWithWork(Work, Key, made && !atOnce ? NextNight(clock.GetUtcNow()) : clock.GetUtcNow(), cancellation);
    }

    /// <summary>One portion.</summary>
    /// <returns>When the next one is due.</returns>
    public async Task<DateTimeOffset?> Go(CancellationToken cancellation)
    {
        // What the index does not know yet would be missing until tomorrow.
        if (!feeder.Ready || await index.Position(cancellation) is null) return clock.GetUtcNow() + Breath;
        await using var db = databases.Create();
        var run = await db.Set<RecommendationRunRow>().OrderByDescending(r => r.StartedAt).FirstOrDefaultAsync(cancellation);
        if (run is not { EndedAt: null } || run.Edition != Scoring.Edition)
        {
            var now = clock.GetUtcNow();
            db.Add(run = new RecommendationRunRow { Id = Guid.CreateVersion7(now), Edition = Scoring.Edition, StartedAt = now });
            await db.SaveChangesAsync(cancellation);
        }

        var since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < Portion)
        {
            if (await Step(db, run, since, cancellation)) continue;
            await End(db, run, cancellation);
            return NextNight(clock.GetUtcNow());
        }

        return clock.GetUtcNow() + Breath;
    }

    /// <summary>The next 02:00 in Beijing after a moment.</summary>
    public static DateTimeOffset NextNight(DateTimeOffset after) => Days.Next(Hour, after);

    /// <returns>False when there is nothing more.</returns>
    private async Task<bool> Step(MarketplaceDb db, RecommendationRunRow run, long since, CancellationToken cancellation)
    {
        var last = run.Last ?? Guid.Empty;
        var ids = run.DemandsDone
            ? await Listings.Works(db).Where(a => a.Id > last).OrderBy(a => a.Id).Select(a => a.Id).Take(AtOnce).ToListAsync(cancellation)
            : await Listings.Demands(db).Where(d => d.Id > last).OrderBy(d => d.Id).Select(d => d.Id).Take(AtOnce).ToListAsync(cancellation);
        if (ids.Count == 0 && run.DemandsDone) return false;
        foreach (var id in ids)
        {
            if (run.DemandsDone) await recommender.OfAchievement(id, cancellation);
            else await recommender.OfDemand(id, cancellation);
            (run.Last, run.Done) = (id, run.Done + 1);
            if (Stopwatch.GetElapsedTime(since) >= Portion) break;
        }

        if (ids.Count == 0) (run.DemandsDone, run.Last) = (true, null);
        // Kept after the rows it stands for: stopped between the two, the last ones are done once more.
        await db.SaveChangesAsync(cancellation);
        return true;
    }

    /// <summary>What this run did not meet is not in the market any more.</summary>
    private async Task End(MarketplaceDb db, RecommendationRunRow run, CancellationToken cancellation)
    {
        var before = clock.GetUtcNow() - RunsKept;
        await db.WriteAsync(
            async token =>
            {
                await db.Set<RecommendationRow>().Where(r => r.ComputedAt < run.StartedAt).ExecuteDeleteAsync(token);
                await db.Set<RecommendationRunRow>().Where(r => r.StartedAt < before).ExecuteDeleteAsync(token);
                run.EndedAt = clock.GetUtcNow();
                await db.SaveChangesAsync(token);
            },
            cancellation);
    }
}
