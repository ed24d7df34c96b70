using System.Text.Json.Serialization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform.Streams;
using Orleans.Concurrency;

namespace Marketplace.Auctions;

/// <summary>One live auction. Its key is the auction's id.</summary>
public interface IAuctionGrain : IGrainWithStringKey
{
    /// <summary>The announcement: terms and the hidden reserve enter the log. Answers the version.</summary>
    Task<Result<long>> FixTerms(Terms terms, Secret? reserve);

    /// <summary>Lets a paddle bid; who it is stays in Auctions' private table.</summary>
    Task<Result<int>> Admit(int paddle, Secret? ceiling);

    Task<Result<int>> SetCeiling(int paddle, string commandId, Secret ceiling);

    /// <summary>A provider reversed the paddle's deposit.</summary>
    Task<Result<int>> Suspend(int paddle);

    /// <summary>断点续拍 after a pause.</summary>
    Task<Result<BreakpointSet>> SetBreakpoint(string commandId, DateTimeOffset restartsAt);

    /// <summary>One bid. Answers only what is durable; throws <see cref="OutcomeUnknownException"/> when nobody knows.</summary>
    Task<BidReply> PlaceBid(BidCommand command);

    /// <summary>揭槌: the auctioneer calls the lot up with its papers.</summary>
    Task<Result<bool>> CallUp(HallPapers papers);

    /// <summary>An act of the auctioneer or the recorder.</summary>
    Task<Result<bool>> AtDesk(HallCommand command);

    /// <summary>A raised paddle, entered at the console.</summary>
    Task<BidReply> PlaceFloorBid(BidCommand command);

    /// <summary>The console lives, and sees what only the desk may see.</summary>
    Task<HallDesk> Beat();

    /// <summary>The same without being the console.</summary>
    Task<HallDesk> LookAtDesk();

    /// <summary>The public picture of this moment.</summary>
    Task<AuctionPicture> Look();

    /// <summary>What the holder of a paddle may know of it.</summary>
    Task<PaddleView?> LookAt(int paddle);

    /// <summary>Does what is due by the clock, and says when to come again; null when the auction is over.</summary>
    Task<DateTimeOffset?> Poke();

    /// <summary>The deal of a sold auction exists.</summary>
    Task<Result<string>> RecordDeal(string deal);

    /// <summary>Sends pictures to a web node for some seconds, and answers the current one.</summary>
    Task<AuctionPicture> Watch(IAuctionWatcher watcher);
}

/// <summary>A web node that shows an auction. For speed only; every renewal of the watch answers the truth.</summary>
public interface IAuctionWatcher : IGrainObserver
{
    [OneWay]
    Task Show(AuctionPicture picture);
}

/// <summary>A bid on its way to the grain.</summary>
/// <param name="ReceivedAt">When the request reached the platform, before its body was parsed.</param>
[GenerateSerializer, Immutable]
public sealed record BidCommand(
    [property: Id(0)] int Paddle,
    [property: Id(1)] string BidId,
    [property: Id(2)] long? AmountFen,
    [property: Id(3)] long? ProxyMaxFen,
    [property: Id(4)] DateTimeOffset ReceivedAt)
{
    /// <summary>Without the amounts: the silo writes the arguments of a call that did not return in time into its log.</summary>
    public override string ToString() => $"{nameof(BidCommand)} {BidId}";
}

/// <summary>The answer to a bid: a refusal with the version it was decided on, or the place of the bid in the log with its proof.</summary>
[GenerateSerializer, Immutable]
public sealed record BidReply(
    [property: Id(0)] Refusal? Refusal,
    [property: Id(1)] string? Detail,
    [property: Id(2)] long Version,
    [property: Id(3)] DateTimeOffset ReceivedAt,
    [property: Id(4)] long PriceFen,
    [property: Id(5)] bool Leading,
    [property: Id(6)] LineProof? Proof);

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
    [property: Id(40)] HallPicture? Hall = null)
{
    /// <summary>When it ends or ended; null in a hall, where nobody knows before the hammer.</summary>
    [JsonPropertyName("endsAt")]
    public DateTimeOffset? End => Hall is not null && Outcome is null ? null : EndsAt;

    public static AuctionPicture Of(string id, Auction auction, DateTimeOffset now)
    {
        var terms = auction.Terms!;
        return new AuctionPicture(
            id, auction.Version, Name(auction.PhaseAt(now)), auction.PriceFen, auction.Leader, terms.StartPriceFen, auction.NextMinFen,
            terms.StepAt(auction.PriceFen ?? terms.StartPriceFen), auction.OpensAt, auction.EndsAt, terms.SoftCloseSeconds, now,
            auction.Bids, auction.Bidders.Count, auction.Extensions,
            auction.Result is { } result ? result.Outcome == Domain.Auctions.Outcome.Sold ? "sold" : "unsold" : null, auction.Result?.Winner,
            HallPicture.Of(auction));
    }

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

/// <summary>What only the holder of a paddle is shown.</summary>
[GenerateSerializer, Immutable]
public sealed record PaddleView(
    [property: Id(0)] int Paddle, [property: Id(1)] long? CeilingFen, [property: Id(2)] bool Suspended, [property: Id(3)] bool Leading, [property: Id(4)] long? MyMaxFen)
{
    /// <summary>Without ceiling and maximum, for the same reason as <see cref="BidCommand"/>'s.</summary>
    public override string ToString() => nameof(PaddleView);
}
