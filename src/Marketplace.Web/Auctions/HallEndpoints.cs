using System.Text.Json;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>The console's and the hall screen's side of a lot in a hall.</summary>
public static class HallEndpoints
{
    public static void MapHallEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/hall/{session:guid}", Now).WithName("GetHall").WithSummary("The order of a hall session's lots and the picture of the one that is up");
        api.MapPost("/hall/lots/{id}/call", Call).WithName("CallLotUp").WithSummary("The auctioneer calls a lot up");
        api.MapPost("/hall/lots/{id}/acts", Act).WithName("ActAtDesk").WithSummary("An act of the auctioneer or the recorder; repeat with the same id when the answer is unknown");
        api.MapPost("/hall/lots/{id}/floor-bids", Floor).WithName("PlaceFloorBid").WithSummary("A raised paddle; repeat with the same bidId when the answer is unknown");
        api.MapPost("/hall/lots/{id}/beat", Beat).WithName("BeatHall").WithSummary("The console lives and gets what the desk sees");
    }

    private static async Task<IResult> Now(Guid session, MarketplaceDb db, IGrainFactory grains, TimeProvider clock, Refusals refusals, CancellationToken cancellation)
    {
        if (!await db.Set<HallSession>().AnyAsync(s => s.Session == session, cancellation)) return refusals.Problem(Refusal.NotFound);
        var lots = await Lots(db, session, cancellation);
        var buyers = await Buyers.Read(db, db.Set<Lot>().Where(l => l.Session == session), cancellation);
        var up = Up(lots);
        return Results.Json(
            new
            {
                serverNow = clock.GetUtcNow(),
                lots = lots.Select(l => HallPages.LotLine(l, buyers.GetValueOrDefault(l.Id))),
                up = up?.Id,
                picture = up is null ? null : await grains.GetGrain<IAuctionGrain>(up.Id).Look(),
            },
            AuctionJson.Options);
    }

    internal static Task<List<Lot>> Lots(MarketplaceDb db, Guid session, CancellationToken cancellation) =>
        db.LotsWithRehearsals().AsNoTracking().Where(l => l.Session == session && l.State == LotState.Announced && l.Version > 0).OrderBy(l => l.Place).ToListAsync(cancellation);

    /// <summary>The lot on the desk: the one that is called up, else the next to be called, else the last one.</summary>
    internal static Lot? Up(IReadOnlyList<Lot> lots) => lots.FirstOrDefault(l => l.Outcome is null) ?? lots.LastOrDefault();

    private static async Task<IResult> Call(string id, Halls halls, MarketplaceDb db, Refusals refusals, CancellationToken cancellation) =>
        Answer(refusals, await WithSeat(id, Domain.Organisations.Act.RunHall, halls, db, (hall, lot, seat) => halls.CallUp(hall, lot, seat, cancellation), cancellation));

    private static async Task<IResult> Act(string id, HttpContext http, Halls halls, MarketplaceDb db, IGrainFactory grains, Refusals refusals, CancellationToken cancellation)
    {
        if (await Read<ActRequest>(http, cancellation) is not { } request || !Enum.TryParse<HallAct>(request.Act, ignoreCase: true, out var act)) return refusals.Problem(Refusal.MalformedRequest, "act");
        var recorders = act is HallAct.Countersign || (act is HallAct.SignMinutes && request.Role == nameof(HallRole.Recorder));
        return Answer(refusals, await WithSeat(id, recorders ? Domain.Organisations.Act.KeepHallRecord : Domain.Organisations.Act.RunHall, halls, db, async (_, lot, seat) =>
        {
            // A lot is passed by somebody who means this lot.
            if (act is HallAct.Pass && request.Lot != lot.Id) return Refusal.LotNumberWrong;
            HallRole? role = act is HallAct.SignMinutes ? recorders ? HallRole.Recorder : HallRole.Auctioneer : null;
            var by = recorders ? seat.Officer.Name : seat.By;
            return await grains.GetGrain<IAuctionGrain>(lot.Id).AtDesk(
                new HallCommand(request.Id, act, by, request.AmountFen, request.Number, request.Of, request.Reason, role, request.Sha256));
        }, cancellation));
    }

    private static async Task<IResult> Floor(string id, HttpContext http, Halls halls, MarketplaceDb db, IGrainFactory grains, Refusals refusals, CancellationToken cancellation)
    {
        var receivedAt = http.Features.GetRequiredFeature<Received>().At;
        if (await Read<FloorBidRequest>(http, cancellation) is not { } request) return refusals.Problem(Refusal.MalformedRequest);
        OverRuleReason? because = null;
        if (request.Reason is not null)
        {
            if (!Enum.TryParse<OverRuleReason>(request.Reason, out var why) || why.ToString() != request.Reason) return refusals.Problem(Refusal.MalformedRequest, "reason");
            because = why;
        }

        var reply = await WithSeat(id, Domain.Organisations.Act.RunHall, halls, db, async (_, lot, _) =>
            Result<BidReply>.Of(await grains.GetGrain<IAuctionGrain>(lot.Id).PlaceFloorBid(new BidCommand(request.Paddle, request.BidId, request.AmountFen, null, receivedAt), because)), cancellation);
        if (!reply.Done) return Answer(refusals, reply);
        return reply.Value.Refusal is { } refusal
            ? refusals.Problem(refusal, reply.Value.Detail, new Dictionary<string, object?> { ["version"] = reply.Value.Version })
            : Results.Json(new { reply.Value.Version, reply.Value.ReceivedAt, reply.Value.PriceFen }, AuctionJson.Options);
    }

    /// <summary>Only the auctioneer's console keeps the hall's line up, and only it hears of the reserve.</summary>
    private static async Task<IResult> Beat(string id, Halls halls, MarketplaceDb db, IGrainFactory grains, Refusals refusals, CancellationToken cancellation)
    {
        var seen = await WithSeat(id, Domain.Organisations.Act.RunHall, halls, db, async (_, lot, _) => Result<HallDesk>.Of(await grains.GetGrain<IAuctionGrain>(lot.Id).Beat()), cancellation);
        if (!seen.Done)
        {
            seen = await WithSeat(id, Domain.Organisations.Act.KeepHallRecord, halls, db, async (_, lot, _) =>
                Result<HallDesk>.Of(await grains.GetGrain<IAuctionGrain>(lot.Id).LookAtDesk() with { ReserveReached = null }), cancellation);
        }

        return seen.Done ? Results.Json(seen.Value, AuctionJson.Options) : refusals.Problem(seen.Refusal.Value, seen.Detail);
    }

    private static IResult Answer<T>(Refusals refusals, Result<T> result) =>
        result.Done ? Results.Json(new { done = true }) : refusals.Problem(result.Refusal.Value, result.Detail);

    private static async Task<Result<T>> WithSeat<T>(
        string id, Act act, Halls halls, MarketplaceDb db, Func<HallSession, Lot, HallSeat, Task<Result<T>>> then, CancellationToken cancellation)
    {
        var lot = await db.LotsWithRehearsals().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id && l.Version > 0, cancellation);
        if (lot is null) return Refusal.UnknownAuction;
        if (await halls.OfLot(lot, cancellation) is not { } hall) return Refusal.NotAHallLot;
        var seat = await halls.Seat(hall, act, cancellation);
        return seat.Done ? await then(hall, lot, seat.Value) : Result<T>.Refuse(seat.Refusal.Value, seat.Detail);
    }

    private static async Task<T?> Read<T>(HttpContext http, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(http.Request.Body, AuctionJson.Strict, cancellation);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal sealed record ActRequest(
        string Id, string Act, long? AmountFen = null, int? Number = null, long? Of = null, string? Reason = null, string? Role = null, string? Sha256 = null, string? Lot = null);

    internal sealed record FloorBidRequest(string BidId, int Paddle, long AmountFen, string? Reason = null);
}
