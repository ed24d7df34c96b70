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

    /// <summary>The paddle holds 优先受让权 of this rank; before its first bid only.</summary>
    Task<Result<int>> GrantPriority(int paddle, int rank);

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

/// <summary>What only the holder of a paddle is shown.</summary>
[GenerateSerializer, Immutable]
public sealed record PaddleView(
    [property: Id(0)] int Paddle, [property: Id(1)] long? CeilingFen, [property: Id(2)] bool Suspended, [property: Id(3)] bool Leading, [property: Id(4)] long? MyMaxFen,
    [property: Id(5)] bool HasBid, [property: Id(6)] int? Rank)
{
    /// <summary>Without ceiling and maximum, for the same reason as <see cref="BidCommand"/>'s.</summary>
    public override string ToString() => nameof(PaddleView);
}
