using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>联动延时: this auction among the lots of its group.</summary>
public sealed partial class AuctionGrain
{
    public async Task<Result<DateTimeOffset>> ExtendLinked(string lot, long version, DateTimeOffset endsAt) =>
        (await Execute(Now, (auction, _) => Linked.Extend(auction, lot, version, endsAt))).Result;

    public async Task<LinkedEnd> EndAsOfNow()
    {
        // Refused on the tip, so answered only when all that was decided before is durable.
        await Execute(Now, static (_, _) => Decision<bool>.Refused(Refusal.NothingToOpen));
        var auction = Committed;
        return new LinkedEnd(auction.Version, auction.EndsAt, auction is { Terms: not null, Result: null, IsPaused: false, Stage: Stage.Rising });
    }

    /// <summary>A later end of a lot of the group; null when none runs longer, and so this one may close.</summary>
    private async Task<(string Lot, LinkedEnd End)?> LaterEnd()
    {
        if (Committed is not { Terms.Linked: not null, Stage: Stage.Rising }) return null;
        var ends = new List<(string Lot, LinkedEnd End)>();
        foreach (var lot in await Group()) ends.Add((lot, await GrainFactory.GetGrain<IAuctionGrain>(lot).EndAsOfNow()));
        var limit = Committed.LatestEndsAt ?? DateTimeOffset.MaxValue;
        return ends.Where(e => e.End.Runs && e.End.EndsAt > Committed.EndsAt && Committed.EndsAt < limit).Select(e => ((string, LinkedEnd)?)e).MaxBy(e => e!.Value.Item2.EndsAt);
    }

    /// <summary>Tells the group at once; who did not hear it asks before it closes.</summary>
    private async Task TellGroup(long version, DateTimeOffset endsAt)
    {
        try
        {
            foreach (var lot in await Group()) await GrainFactory.GetGrain<IAuctionGrain>(lot).ExtendLinked(Id, version, endsAt);
        }
        catch (Exception fault)
        {
            Services.Log.LogWarning(fault, "The group of {Auction} was not told of its end.", Id);
        }
    }

    private async Task<List<string>> Group()
    {
        await using var db = databases.Create();
        var own = await db.LotsWithRehearsals().AsNoTracking().SingleAsync(l => l.Id == Id);
        return await db.LotsWithRehearsals().AsNoTracking().Where(l => l.Session == own.Session && l.LinkedGroup == own.LinkedGroup && l.Id != Id && l.State == LotState.Announced && l.Outcome == null)
            .Select(l => l.Id).ToListAsync();
    }
}
