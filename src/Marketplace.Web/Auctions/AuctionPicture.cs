using System.Text.Json.Serialization;
using Marketplace.Domain.Auctions;

namespace Marketplace.Auctions;

/// <summary>The complete small picture of an auction: what every push carries. Amounts in fen.</summary>
[GenerateSerializer, Immutable]
public sealed record AuctionPicture(
    [property: Id(0)] string Id,
    [property: Id(1)] long Version,
    [property: Id(2)] string Phase,
    [property: Id(3)] long? PriceFen,
    [property: Id(4)] int? LeaderPaddle,
    [property: Id(5)] long StartPriceFen,
    [property: Id(6)] long NextMinFen,
    [property: Id(7)] long StepFen,
    [property: Id(8)] DateTimeOffset OpensAt,
    [property: Id(9), JsonIgnore] DateTimeOffset EndsAt,
    [property: Id(10)] int SoftCloseSeconds,
    [property: Id(11)] DateTimeOffset ServerNow,
    [property: Id(12)] long Bids,
    [property: Id(13)] int Bidders,
    [property: Id(14)] int Extensions,
    [property: Id(15)] string? Outcome,
    [property: Id(16)] int? WinnerPaddle,
    [property: Id(17)] string Format,
    [property: Id(18)] string Rules,
    [property: Id(19)] string Stage,
    [property: Id(20)] long? AskedFen,
    [property: Id(21)] FallingPath? Path,
    [property: Id(22)] Cycles? Cycles,
    [property: Id(23)] int? PriceTaker,
    [property: Id(24)] DateTimeOffset? LatestEndsAt,
    [property: Id(25)] Envelopes? Sealed,
    [property: Id(26)] int? LeaderRank,
    [property: Id(40)] HallPicture? Hall = null,
    [property: Id(41)] DateTimeOffset? ResumesAt = null,
    [property: Id(42)] ListingPicture? Listing = null)
{
    /// <summary>When it ends or ended; null in a hall, where nobody knows before the hammer.</summary>
    [JsonPropertyName("endsAt")]
    public DateTimeOffset? End => Hall is not null && Outcome is null ? null : EndsAt;

    /// <summary>The phase as pages say it: bidding that was stopped and is to go on is more than announced.</summary>
    [JsonIgnore]
    public string PhaseSays => ResumesAt is null ? Phase : "resuming";

    public static AuctionPicture Of(string id, Auction auction, DateTimeOffset now)
    {
        var terms = auction.Terms!;
        return new AuctionPicture(
            id, auction.Version, Name(auction.PhaseAt(now)), auction.Standing?.PriceFen ?? auction.PriceFen, auction.Leader, terms.StartPriceFen, auction.NextMinFen,
            terms.StepAt(auction.PriceFen ?? terms.StartPriceFen), auction.OpensAt, auction.EndsAt, terms.SoftCloseSeconds, now,
            auction.Bids, auction.Bidders.Count, auction.Extensions,
            auction.OutcomeName, auction.Standing?.Winner,
            terms.Format, terms.Rules, Name(auction.Stage), FallingPath.AskedFen(auction, now), FallingPath.Of(auction, now), Cycles.Of(auction, now),
            auction.PriceTaker, auction.LatestEndsAt, Envelopes.Of(auction),
            auction.Leader is { } leader ? auction.RankOf(leader) : null,
            HallPicture.Of(auction), auction.ResumesAt(now), ListingPicture.Of(auction));
    }

    public static string Name(Stage stage) => stage switch
    {
        Domain.Auctions.Stage.Listing => "listing",
        Domain.Auctions.Stage.Rising => "rising",
        Domain.Auctions.Stage.Falling => "falling",
        Domain.Auctions.Stage.Sealed => "sealed",
        Domain.Auctions.Stage.LastWord => "last-word",
        Domain.Auctions.Stage.Matching => "matching",
    };

    public static string Name(Phase phase) => phase switch
    {
        Domain.Auctions.Phase.Announced => "announced",
        Domain.Auctions.Phase.Open => "open",
        Domain.Auctions.Phase.Opening => "opening",
        Domain.Auctions.Phase.Closing => "closing",
        Domain.Auctions.Phase.Paused => "paused",
        Domain.Auctions.Phase.Closed => "closed",
    };
}

/// <summary>How the price falls, so that whoever watches can count it by the server's clock: <see cref="PricePath.PriceAt"/>.</summary>
/// <param name="BeganAt">The path is counted from here; an outage moves it.</param>
/// <param name="StandsSince">While bidding is paused the price stands as of this moment.</param>
/// <param name="NextFallAt">Null at the floor, after an acceptance and while it stands.</param>
[GenerateSerializer, Immutable]
public sealed record FallingPath(
    [property: Id(0)] int? StepBasisPoints,
    [property: Id(1)] long? StepFen,
    [property: Id(2)] int IntervalSeconds,
    [property: Id(3)] long FloorFen,
    [property: Id(4)] long Steps,
    [property: Id(5)] DateTimeOffset BeganAt,
    [property: Id(6)] DateTimeOffset? StandsSince,
    [property: Id(7)] DateTimeOffset? NextFallAt)
{
    /// <summary>What is asked now; null when no price falls here or one was accepted.</summary>
    public static long? AskedFen(Auction auction, DateTimeOffset now) =>
        auction is { Stage: Stage.Falling, Leader: null, Result: null } ? auction.AskedFen(auction.SilentSince ?? now) : null;

    public static FallingPath? Of(Auction auction, DateTimeOffset now)
    {
        if (auction.Terms is not { Path: { } path } terms) return null;
        var began = auction.PathBeganAt!.Value;
        var steps = path.Steps(terms.StartPriceFen);
        DateTimeOffset? next = null;
        if (auction is { Leader: null, Result: null, IsPaused: false })
        {
            var passed = now < began ? 0 : (now - began).Ticks / path.Interval.Ticks;
            if (passed < steps) next = began + (path.Interval * (passed + 1));
        }

        return new FallingPath(path.StepBasisPoints, path.StepFen, path.IntervalSeconds, path.FloorFen, steps, began, auction.SilentSince, next);
    }
}

/// <summary>动态报价: until <paramref name="FreeUntil"/> the free period, then limited cycles of which the end of the picture ends the present one.</summary>
/// <param name="Number">0 in the free period and before, then the number of the present cycle.</param>
[GenerateSerializer, Immutable]
public sealed record Cycles([property: Id(0)] int Seconds, [property: Id(1)] DateTimeOffset FreeUntil, [property: Id(2)] int Number)
{
    public static Cycles? Of(Auction auction, DateTimeOffset now) =>
        auction is { Terms.CycleSeconds: { } seconds, FreeUntil: { } free } ? new Cycles(seconds, free, auction.CycleAt(now)!.Value) : null;
}

/// <summary>挂牌: how often the notice was extended, how often it may be, and what its end came to once it is over.</summary>
[GenerateSerializer, Immutable]
public sealed record ListingPicture([property: Id(0)] int Extended, [property: Id(1)] int Cycles, [property: Id(2)] string? Course)
{
    public static ListingPicture? Of(Auction auction)
    {
        if (auction.Terms?.Listing is not { } terms) return null;
        var ended = auction.Listed is { Course: not ListingCourse.Extended };
        return new ListingPicture((auction.Listed?.Number ?? 0) - (ended ? 1 : 0), terms.Cycles, ended ? auction.Listed!.Course.ToString().ToLowerInvariant() : null);
    }
}

/// <summary>Sealed offers: how many were handed in, and after the opening how many counted.</summary>
[GenerateSerializer, Immutable]
public sealed record Envelopes([property: Id(0)] int Offers, [property: Id(1)] bool Opened, [property: Id(2)] int? Valid)
{
    public static Envelopes? Of(Auction auction) =>
        auction.Terms?.Format is Formats.Sealed or Formats.HybridDutch
            ? new Envelopes(auction.Offers.Count, auction.Opening is not null, auction.Opening?.Items.Count(i => i.Fault is null))
            : null;
}
