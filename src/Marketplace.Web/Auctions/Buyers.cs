using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>
/// Who bought, for everybody. The one way from a paddle to a name that is open to the public: it starts from lots that are
/// sold and reads the row of the winner alone, so that no loser's name is ever loaded.
/// </summary>
public static class Buyers
{
    public static void MapResults(this IEndpointRouteBuilder api) =>
        api.MapGet("/auctions/{id}/result", Result).WithName("GetResult").Produces<AuctionResult>().ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("How an auction ended and who bought; 409 before the end. The buyer's name is public unless the announcement agreed confidentiality, all other bidders remain paddle numbers");

    /// <param name="lots">Any lots; those without a sale that stands, and rehearsals, are not in the answer.</param>
    public static async Task<IReadOnlyDictionary<string, PublicBuyer>> Read(MarketplaceDb db, IQueryable<Lot> lots, CancellationToken cancellation)
    {
        var rows = await (
            from l in lots
            where l.Outcome == "sold" && l.Winner != null && l.RehearsalOf == null
            join p in db.Set<PaddleRow>() on new { Auction = l.Id, Paddle = l.Winner!.Value } equals new { p.Auction, p.Paddle }
            join o in db.Set<Organisation>() on p.Organisation equals o.Id
            // Whoever stands on the floor may have declared before it came.
            from a in db.Set<Application>().Where(a => a.Auction == l.Id && a.Organisation == p.Organisation).DefaultIfEmpty()
            select new { l.Id, l.Outcome, l.Winner, Rehearsal = l.RehearsalOf != null, l.BuyerNameConfidential, o.Name, Interest = (Interest?)a!.Interest, a.InterestOf }).AsNoTracking().ToListAsync(cancellation);
        return rows.ToDictionary(r => r.Id, r => PublicBuyer.Of(r.Outcome, r.Winner, r.Rehearsal, r.BuyerNameConfidential, r.Name, r.Interest ?? Interest.None, r.InterestOf)!);
    }

    public static async Task<PublicBuyer?> Read(MarketplaceDb db, Lot lot, CancellationToken cancellation) =>
        (await Read(db, db.Set<Lot>().Where(l => l.Id == lot.Id), cancellation)).GetValueOrDefault(lot.Id);

    private static async Task<IResult> Result(string id, MarketplaceDb db, IGrainFactory grains, Refusals refusals, CancellationToken cancellation)
    {
        if (await db.LotsWithRehearsals().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id && l.Version > 0, cancellation) is not { } lot) return refusals.Problem(Refusal.UnknownAuction);
        var course = await grains.GetGrain<IAuctionGrain>(id).Course();
        if (course.Outcome is not { } outcome) return refusals.Problem(Refusal.NoResultYet);
        var (sale, buyer) = (course.Standing, await Read(db, lot, cancellation));
        // Between the two readings the sale may have fallen.
        if (buyer?.Paddle != sale?.Winner) buyer = null;
        return Results.Json(
            new AuctionResult(id, outcome, course.EndsAt, sale?.PriceFen, sale?.ConcludedAt, sale?.Promoted == true, lot.RehearsalOf, ResultBuyer.Of(buyer)), AuctionJson.Options);
    }
}

/// <summary>The result of an auction for programs. Amounts in fen.</summary>
/// <param name="Outcome">sold, unsold, cancelled, void, defaulted or refused.</param>
/// <param name="Promoted">The second-best took the place of a winner who defaulted.</param>
/// <param name="Buyer">Null without a sale that stands, and for a rehearsal.</param>
public sealed record AuctionResult(
    string Auction, string Outcome, DateTimeOffset EndedAt, long? PriceFen, DateTimeOffset? ConcludedAt, bool Promoted, string? RehearsalOf, ResultBuyer? Buyer);

/// <summary>The buyer as files and programs get it.</summary>
/// <param name="Name">Null where it is confidential by agreement.</param>
/// <param name="Interest"><c>inventor</c>: a 完成人 holds a share or a post in the buyer, as declared before the bidding; null when nothing was declared.</param>
/// <param name="InterestOf">Who that is, by the names that the achievement publishes; null where the buyer is confidential.</param>
public sealed record ResultBuyer(int Paddle, string? Name, bool Confidential, string? Interest, string? InterestOf)
{
    public static ResultBuyer? Of(PublicBuyer? buyer) =>
        buyer is null ? null : new ResultBuyer(buyer.Paddle, buyer.Name, buyer.Confidential, buyer.Interest is null ? null : "inventor", buyer.Interest?.Of);
}
