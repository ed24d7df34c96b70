using Marketplace.Domain.Common;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>练习席: paddles of the floor that a check-in clerk hands out in a rehearsal, to whoever sits in the hall.</summary>
public sealed class PracticeSeats(MarketplaceDb db, IGrainFactory grains, TimeProvider clock)
{
    public Task<List<PracticeSeat>> Of(Guid session, CancellationToken cancellation = default) =>
        db.Set<PracticeSeat>().AsNoTracking().Where(s => s.Session == session).OrderBy(s => s.Paddle).ToListAsync(cancellation);

    public static IReadOnlyList<int> Free(HallSession hall, IEnumerable<PracticeSeat> taken) =>
        [.. Enumerable.Range(hall.FloorFrom, hall.FloorTo - hall.FloorFrom + 1).Except(taken.Select(s => s.Paddle))];

    /// <summary>
    /// A paddle for every lot that is still to come. Order of refusals: NotARehearsal, FloorRangeFull, NoFloorPaddle, PaddleTaken. The
    /// same id a second time finishes what was begun.
    /// </summary>
    public async Task<Result<PracticeSeat>> Give(HallSession hall, Session session, Guid id, int? paddle, Guid clerk, CancellationToken cancellation = default)
    {
        if (session.RehearsalOf is null || session.Id != hall.Session) return Refusal.NotARehearsal;
        if (await db.Set<PracticeSeat>().SingleOrDefaultAsync(s => s.Id == id, cancellation) is not { } seat)
        {
            var free = Free(hall, await Of(session.Id, cancellation));
            if (free.Count == 0) return Result<PracticeSeat>.Refuse(Refusal.FloorRangeFull, "paddle");
            var given = paddle ?? free[0];
            if (!hall.Terms.IsFloor(given)) return Result<PracticeSeat>.Refuse(Refusal.NoFloorPaddle, "paddle");
            if (!free.Contains(given)) return Result<PracticeSeat>.Refuse(Refusal.PaddleTaken, "paddle");
            db.Add(seat = new PracticeSeat { Id = id, Session = session.Id, Paddle = given, Clerk = clerk, At = clock.GetUtcNow() });
            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException)
            {
                // Another clerk handed it out at the same moment.
                db.Entry(seat).State = EntityState.Detached;
                return Result<PracticeSeat>.Refuse(Refusal.PaddleTaken, "paddle");
            }
        }

        var lots = await db.LotsWithRehearsals().AsNoTracking().Where(l => l.Session == session.Id && l.Version > 0 && l.Outcome == null).OrderBy(l => l.Place).Select(l => l.Id).ToListAsync(cancellation);
        foreach (var lot in lots)
        {
            // A lot that ends in this moment is not practised on; the paddle stays for the others.
            var admitted = await grains.GetGrain<IAuctionGrain>(lot).Admit(seat.Paddle, null);
            if (!admitted.Done && admitted.Refusal != Refusal.AlreadyEnded) return admitted.Refusal.Value;
        }

        return seat;
    }
}
