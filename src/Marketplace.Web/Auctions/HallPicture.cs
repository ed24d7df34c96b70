using Marketplace.Domain.Auctions;

namespace Marketplace.Auctions;

/// <summary>What everybody may see of a lot in a hall, beside price and leader.</summary>
/// <param name="CalledAt">揭槌; null while it waits for its turn.</param>
/// <param name="Warnings">0 to 3.</param>
/// <param name="NextAt">When the next warning, or the hammer, may come; null without a warning.</param>
/// <param name="LeaderFrom"><c>floor</c> or <c>net</c>.</param>
/// <param name="Paused"><c>Stopped</c> from outside, <c>Probe</c>, <c>Matching</c> while a deposit waits for its owner, <c>Lifted</c> until the auctioneer goes on, <c>Auctioneer</c>, <c>UplinkLost</c>, or <c>Silence</c> after an outage of the market; null while it runs.</param>
/// <param name="PausedBecause">The public reason of whoever stopped or paused it.</param>
/// <param name="Last">The last bids that stand, newest first.</param>
/// <param name="Told">What was said to single paddles, newest first.</param>
/// <param name="Holders">The paddles with 优先受让权 and their ranks; who they are is not public.</param>
/// <param name="MayMatch">Those of them who may take the price that stands.</param>
/// <param name="HoldersAsked">After the third warning on this price they were asked.</param>
[GenerateSerializer, Immutable]
public sealed record HallPicture(
    [property: Id(0)] DateTimeOffset? CalledAt,
    [property: Id(1)] int WarningSeconds,
    [property: Id(2)] string TieGoesTo,
    [property: Id(3)] int Warnings,
    [property: Id(4)] DateTimeOffset? WarnedAt,
    [property: Id(5)] DateTimeOffset? NextAt,
    [property: Id(6)] string? LeaderFrom,
    [property: Id(7)] bool HasReserve,
    [property: Id(8)] string? Paused,
    [property: Id(9)] string? PausedBecause,
    [property: Id(10)] string? Auctioneer,
    [property: Id(11)] string? House,
    [property: Id(12)] IReadOnlyList<HallBidView> Last,
    [property: Id(13)] IReadOnlyList<HallTold> Told,
    [property: Id(14)] int FloorFrom,
    [property: Id(15)] int FloorTo,
    [property: Id(16)] IReadOnlyList<HallHolder> Holders,
    [property: Id(17)] IReadOnlyList<int> MayMatch,
    [property: Id(18)] bool HoldersAsked)
{
    private const int LastBids = 5, LastTold = 20;

    /// <summary>Null in every other format.</summary>
    public static HallPicture? Of(Auction auction)
    {
        if (auction.Terms?.Hall is not { } terms) return null;
        var desk = auction.InHall;
        return new HallPicture(
            desk?.CalledAt, terms.WarningSeconds, terms.TieGoesTo.ToString(), desk?.Warnings ?? 0, desk?.WarnedAt, Hall.NextAt(auction),
            desk?.Top is { } top ? From(top.IsFloor) : null, auction.Terms.ReserveCommitment is not null,
            PausedWord(auction, desk), auction.Trouble.Pause is { } stop ? stop.Text : desk?.Pause?.Reason,
            desk?.Called.Papers.Auctioneer, desk?.Called.Papers.House,
            desk is null ? [] : [.. Enumerable.Reverse(desk.Entries).Take(LastBids).Select(e => new HallBidView(e.Version, e.At, e.Paddle, From(e.IsFloor), e.AmountFen, e.IsMatch))],
            desk is null ? [] : [.. Enumerable.Reverse(desk.Tellings).Take(LastTold).Select(t => new HallTold(t.Version, t.At, t.Paddle, t.What.ToString(), t.PriceFen))],
            terms.FloorFrom, terms.FloorTo,
            [.. auction.Ranks.OrderBy(r => r.Value).ThenBy(r => r.Key).Select(r => new HallHolder(r.Key, r.Value))],
            auction.Result is null ? Hall.HoldersBefore(auction) : [], desk?.HoldersAskedAt is not null);
    }

    private static string? PausedWord(Auction auction, HallState? desk) =>
        !auction.IsPaused ? null
        : auction.Trouble.Pause is { } stop ? auction.IsHeld ? "Matching" : stop.By == PausedBy.Platform ? "Probe" : "Stopped"
        : desk is { IsLifted: true } ? "Lifted"
        : desk?.Pause?.Cause.ToString() ?? "Silence";

    private static string From(bool isFloor) => isFloor ? "floor" : "net";
}

/// <summary>A bid that stands.</summary>
/// <param name="IsMatch">A holder of 优先受让权 took the price that stood.</param>
[GenerateSerializer, Immutable]
public sealed record HallBidView(
    [property: Id(0)] long Version, [property: Id(1)] DateTimeOffset At, [property: Id(2)] int Paddle, [property: Id(3)] string From, [property: Id(4)] long AmountFen, [property: Id(5)] bool IsMatch);

/// <summary>A paddle with 优先受让权.</summary>
[GenerateSerializer, Immutable]
public sealed record HallHolder([property: Id(0)] int Paddle, [property: Id(1)] int Rank);

/// <summary>A message to one paddle: OverRuled, BidTakenBack, LeadRestored or Matched.</summary>
[GenerateSerializer, Immutable]
public sealed record HallTold(
    [property: Id(0)] long Version, [property: Id(1)] DateTimeOffset At, [property: Id(2)] int Paddle, [property: Id(3)] string What, [property: Id(4)] long? PriceFen);

/// <summary>What only the desk sees: whether the reserve is reached, what waits for the recorder, and the bids that were refused.</summary>
/// <param name="ReserveReached">Never its amount; null for whoever may not know even this.</param>
/// <param name="MayCorrect">The line that a correction would take back.</param>
[GenerateSerializer, Immutable]
public sealed record HallDesk(
    [property: Id(0)] AuctionPicture Picture,
    [property: Id(1)] bool? ReserveReached,
    [property: Id(2)] long? MayCorrect,
    [property: Id(3)] IReadOnlyList<long> Unsigned,
    [property: Id(4)] IReadOnlyList<int> FloorPaddles,
    [property: Id(5)] IReadOnlyList<HallRefused> Refused,
    [property: Id(6)] IReadOnlyList<string> MinutesSignedBy)
{
    public static HallDesk Of(AuctionPicture picture, Auction auction, IReadOnlyList<RefusedBidRow> refused) => new(
        picture,
        Hall.ReachesReserve(auction),
        auction.InHall is { MayCorrect: true, Top: { } top } ? top.Version : null,
        [.. auction.InHall?.Unsigned ?? []],
        [.. auction.Bidders.Values.Where(b => auction.Terms!.Hall!.IsFloor(b.Paddle) && !b.Suspended).Select(b => b.Paddle).Order()],
        [.. refused.Select(r => new HallRefused(r.Paddle, r.AmountFen, r.At, r.Reason))],
        [.. auction.InHall?.Minutes.Select(m => m.Role.ToString()) ?? []]);
}

/// <summary>A bid that did not get into the queue.</summary>
[GenerateSerializer, Immutable]
public sealed record HallRefused([property: Id(0)] int Paddle, [property: Id(1)] long? AmountFen, [property: Id(2)] DateTimeOffset At, [property: Id(3)] string Reason);
