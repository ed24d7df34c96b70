using Marketplace.Matching.Recommendations;
using Marketplace.Platform;
using Marketplace.Platform.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

public partial class MarketHost
{
    /// <summary>Waits until the first run has ended and recommendations are up to everything that is committed by now.</summary>
    public async Task Followed()
    {
        await Indexed();
        await Eventually.Become("the recommendations to be up to the records", TimeSpan.FromSeconds(60), () => InDatabase(async db =>
            await Services.GetRequiredService<Following>().Position(Now) is { } position && await Outbox.Waiting(db, position, 1, Now) == 0
            && !await db.Set<DueWorkRow>().AnyAsync(w => w.Kind == Following.Work, Now)
            && await db.Set<RecommendationRunRow>().AnyAsync(Now) && !await db.Set<RecommendationRunRow>().AnyAsync(r => r.EndedAt == null, Now)
            && (await db.Set<DueWorkRow>().AsNoTracking().SingleAsync(w => w.Kind == NightBatch.Work, Now)) is { LeaseUntil: null } night && night.DueAt > MarketTime));
    }
}
