using Marketplace.Auctions;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demo;

/// <summary>
/// Bids at the pace of people, each up to its own ceiling. It holds no state: paddles and ceilings are read from the
/// market, so that after a restart the same bidders go on.
/// </summary>
public sealed class DemoBidders(IMarketplaceDbFactory databases, IGrainFactory grains, TimeProvider clock, ILogger<DemoBidders> log)
{
    private static readonly TimeSpan NoticeOfRestart = TimeSpan.FromSeconds(65);

    /// <summary>Bids until the auction is closed.</summary>
    public async Task Bid(string auction, CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            while (await Turn(auction, stop) is { } pause) await Task.Delay(pause, clock, stop);
        }
        catch (Exception e)
        {
            // The market looks again within a second and sends them back in.
            if (stop.IsCancellationRequested) return;
            log.BiddingFailed(auction, e);
            await Task.Delay(TimeSpan.FromSeconds(5), clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>How long to think; null when it is over.</returns>
    private async Task<TimeSpan?> Turn(string auction, CancellationToken stop)
    {
        var grain = grains.GetGrain<IAuctionGrain>(auction);
        var picture = await grain.Look();
        switch (picture.Phase)
        {
            case "closed":
                return null;
            case "announced":
                return picture.OpensAt - picture.ServerNow + Seconds(0.4, 2.5);
            case "paused":
                // Somebody paused it and will let it go on.
                if ((await grain.Course()).Pause is not null) return TimeSpan.FromSeconds(2);
                // An outage stopped it; the demonstration is its own operator.
                await grain.SetBreakpoint($"demo-{picture.Version}", clock.GetUtcNow() + NoticeOfRestart);
                return NoticeOfRestart;
            case "open":
                if (Choose(picture, await Limits(auction, stop)) is { } bid) await grain.PlaceBid(bid);
                return Seconds(2, 9);
            default:
                return TimeSpan.FromSeconds(1);
        }
    }

    /// <summary>The paddles that nobody plays, with what each is good for.</summary>
    private async Task<IReadOnlyList<(int Paddle, long LimitFen)>> Limits(string auction, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        var rows = await (
            from p in db.Set<PaddleRow>().AsNoTracking()
            join c in db.Set<CeilingRow>().AsNoTracking() on p.Application equals c.Application
            join o in db.Set<Organisation>().AsNoTracking() on p.Organisation equals o.Id
            where p.Auction == auction && p.AdmittedAt != null && o.Demo && !DemoCast.Guests.Contains(o.Name)
            select new { p.Paddle, c.ValueFen }).ToListAsync(cancellation);
        return rows.ConvertAll(r => (r.Paddle, r.ValueFen));
    }

    /// <summary>Somebody who is not leading and still can goes on: mostly a step or two, now and then a maximum.</summary>
    private BidCommand? Choose(AuctionPicture picture, IReadOnlyList<(int Paddle, long LimitFen)> bidders)
    {
        if (picture.AskedFen is { } asked)
        {
            // Whoever finds the price low enough takes it, after thinking for a moment.
            var taker = bidders.FirstOrDefault(b => b.LimitFen >= asked);
            return taker.Paddle == 0 ? null : new BidCommand(taker.Paddle, Guid.CreateVersion7().ToString(), asked, null, clock.GetUtcNow());
        }

        if (picture.Stage != "rising") return null;
        var able = bidders.Where(b => b.Paddle != picture.LeaderPaddle && b.LimitFen >= picture.NextMinFen).ToList();
        if (able.Count == 0) return null;
        var (paddle, limit) = able[Random.Shared.Next(able.Count)];
        var (now, id) = (clock.GetUtcNow(), Guid.CreateVersion7().ToString());
        var further = Random.Shared.Next(100) switch { < 62 => 0, < 87 => 1, _ => 2 };
        if (picture.PriceFen is not null && Random.Shared.Next(100) < 7 && limit >= picture.NextMinFen + 4 * picture.StepFen)
            return new BidCommand(paddle, id, null, picture.NextMinFen + Random.Shared.Next(3, 5) * picture.StepFen, now);
        var amount = picture.NextMinFen + (picture.PriceFen is null ? 0 : further * picture.StepFen);
        return new BidCommand(paddle, id, amount <= limit ? amount : picture.NextMinFen, null, now);
    }

    private static TimeSpan Seconds(double least, double most) => TimeSpan.FromSeconds(least + Random.Shared.NextDouble() * (most - least));
}
