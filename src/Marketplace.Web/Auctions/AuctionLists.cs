using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>An auction in a list, from the read model that its grain keeps in step. Amounts in fen.</summary>
/// <param name="AskedFen">What a falling price asks at this moment; null where no price falls.</param>
/// <param name="Buyer">Who bought, as far as everybody may know it; null without a sale that stands.</param>
public sealed record AuctionItem(
    string Id, string Title, string Organisation, string Phase, long? PriceFen, long StartPriceFen, DateTimeOffset? OpensAt, DateTimeOffset? EndsAt, int Bids, int Bidders,
    Guid? Session, string? Outcome, int? WinnerPaddle, bool Demo, string Format, long? AskedFen, ResultBuyer? Buyer)
{
    public static AuctionItem Of(Lot l, DateTimeOffset now, PublicBuyer? buyer) => new(
        l.Id, l.Title, l.SellerName, l.Phase, l.PriceFen, l.StartPriceFen, l.OpensAt, l.EndsAt, l.Bids, l.Bidders, l.Session, l.Outcome, l.Winner, l.Demo, l.Format, l.AskedFen(now), ResultBuyer.Of(buyer));
}

/// <summary>The list of auctions for programs and for the first page.</summary>
public static class AuctionLists
{
    private const int MostPerPage = 100;

    /// <summary>The phases of what goes on: a sealed lot that waits for its envelopes to be opened is one of them.</summary>
    public static readonly string[] LivePhases = ["open", "opening", "closing", "paused"];

    public static void MapAuctionLists(this IEndpointRouteBuilder api) =>
        api.MapGet("/auctions", List).WithName("ListAuctions").WithSummary("Auctions that are live, coming or ended");

    /// <summary>Announced auctions of a state, in the order in which one looks for them; null when the state is no word.</summary>
    public static IQueryable<Lot>? Of(IQueryable<Lot> lots, string? state)
    {
        var announced = lots.Where(l => l.Version > 0);
        return state switch
        {
            null or "" => announced.OrderByDescending(l => l.OpensAt).ThenBy(l => l.Id),
            "live" => announced.Where(l => LivePhases.Contains(l.Phase)).OrderBy(l => l.EndsAt).ThenBy(l => l.Id),
            "coming" => announced.Where(l => l.Phase == "announced").OrderBy(l => l.OpensAt).ThenBy(l => l.Id),
            "ended" => announced.Where(l => l.Phase == "closed").OrderByDescending(l => l.EndsAt).ThenBy(l => l.Id),
            _ => null,
        };
    }

    private static async Task<IResult> List(string? state, int? page, int? size, MarketplaceDb db, TimeProvider clock, Refusals refusals, CancellationToken cancellation)
    {
        var (number, length) = (page ?? 1, size ?? 50);
        if (Of(db.Set<Lot>().AsNoTracking(), state) is not { } lots) return refusals.Problem(Refusal.MalformedRequest, "state");
        if (number is < 1 or > 1_000_000 || length is < 1 or > MostPerPage) return refusals.Problem(Refusal.MalformedRequest, "page | size");
        var total = await lots.CountAsync(cancellation);
        var rows = await lots.Skip((number - 1) * length).Take(length).ToListAsync(cancellation);
        var now = clock.GetUtcNow();
        var shown = rows.ConvertAll(l => l.Id);
        var buyers = await Buyers.Read(db, db.Set<Lot>().Where(l => shown.Contains(l.Id)), cancellation);
        var items = rows.ConvertAll(l => AuctionItem.Of(l, now, buyers.GetValueOrDefault(l.Id)));
        return Results.Json(new { total, items }, AuctionJson.Options);
    }
}
