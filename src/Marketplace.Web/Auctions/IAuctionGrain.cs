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

    /// <summary>A linked lot ends later now, and this one with it.</summary>
    Task<Result<DateTimeOffset>> ExtendLinked(string lot, long version, DateTimeOffset endsAt);

    /// <summary>The end once all that was decided so far is durable: what a linked lot asks before it closes.</summary>
    Task<LinkedEnd> EndAsOfNow();

    /// <summary>A provider reversed the paddle's deposit.</summary>
    Task<Result<int>> Suspend(int paddle);

    /// <summary>断点续拍 after a pause.</summary>
    Task<Result<BreakpointSet>> SetBreakpoint(string commandId, DateTimeOffset restartsAt);

    /// <summary>Stops the clocks, with a public reason. Answers the version.</summary>
    Task<Result<long>> Pause(string commandId, PausedBy by, PauseCause cause, string? text);

    /// <summary>Ends a pause: the clocks go on where they stood, or the breakpoint rule holds. Answers the new end.</summary>
    Task<Result<DateTimeOffset>> Restart(string commandId, DateTimeOffset restartsAt);

    /// <summary>The opening waits for a deposit's payment that is being matched.</summary>
    Task<Result<bool>> HoldOpening();

    /// <summary>Everything was matched: it opens as announced, or after the notice.</summary>
    Task<Result<bool>> OpenAfterMatching(TimeSpan notice);

    /// <summary>Ends a stop of a lot that lies before the auctioneer, who then goes on. Answers the version.</summary>
    Task<Result<long>> LiftStop(string commandId);

    /// <summary>Carries out what two persons decided. Answers the name of the fact.</summary>
    Task<Result<string>> Carry(Measure measure);

    /// <summary>A paddle agrees to be asked as second-best.</summary>
    Task<Result<int>> WaitAsSecond(int paddle, string consent);

    /// <summary>A paddle that waits takes its deposit back.</summary>
    Task<Result<int>> LeaveWaiting(int paddle);

    /// <summary>The second-best answers its offer. True when it takes the lot.</summary>
    Task<Result<bool>> AnswerOffer(int paddle, bool accepts);

    /// <summary>Notes that nobody answered in time; changes nothing before.</summary>
    Task ExpireOffer();

    /// <summary>The deal of the second-best exists.</summary>
    Task<Result<string>> RecordSecondDeal(string deal);

    /// <summary>Where the course stands, and what may be done.</summary>
    Task<Course> Course();

    /// <summary>One bid. Answers only what is durable; throws <see cref="OutcomeUnknownException"/> when nobody knows.</summary>
    Task<BidReply> PlaceBid(BidCommand command);

    /// <summary>One sealed offer.</summary>
    Task<BidReply> SealOffer(OfferCommand command);

    /// <summary>Why this share of the opening key cannot be brought now; null when it can. Asked before a share is even read.</summary>
    Task<Refusal?> MayGiveShare(int number);

    /// <summary>A holder brings its share; answers how many are there.</summary>
    Task<Result<int>> GiveShare(ShareCommand command);

    /// <summary>揭槌: the auctioneer calls the lot up with its papers.</summary>
    Task<Result<bool>> CallUp(HallPapers papers);

    /// <summary>An act of the auctioneer or the recorder.</summary>
    Task<Result<bool>> AtDesk(HallCommand command);

    /// <summary>A raised paddle, entered at the console.</summary>
    Task<BidReply> PlaceFloorBid(BidCommand command, OverRuleReason? because = null);

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

/// <summary>A sealed offer on its way to the grain.</summary>
[GenerateSerializer, Immutable]
public sealed record OfferCommand(
    [property: Id(0)] int Paddle,
    [property: Id(1)] string BidId,
    [property: Id(2)] string Commitment,
    [property: Id(3)] byte[] Envelope,
    [property: Id(4)] DateTimeOffset ReceivedAt)
{
    public override string ToString() => $"{nameof(OfferCommand)} {BidId}";
}

/// <summary>A share of the opening key on its way to the grain.</summary>
[GenerateSerializer, Immutable]
public sealed record ShareCommand([property: Id(0)] int Number, [property: Id(1)] byte[] Share, [property: Id(2)] DateTimeOffset ReceivedAt)
{
    /// <summary>Without the share: the silo writes the arguments of a call that did not return in time into its log.</summary>
    public override string ToString() => $"{nameof(ShareCommand)} {Number}";
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

/// <summary>The end of a lot as its group sees it.</summary>
/// <param name="Runs">Neither closed nor paused, nor waiting for who may match its price.</param>
[GenerateSerializer, Immutable]
public sealed record LinkedEnd([property: Id(0)] long Version, [property: Id(1)] DateTimeOffset EndsAt, [property: Id(2)] bool Runs);

/// <summary>What only the holder of a paddle is shown.</summary>
[GenerateSerializer, Immutable]
public sealed record PaddleView(
    [property: Id(0)] int Paddle, [property: Id(1)] long? CeilingFen, [property: Id(2)] bool Suspended, [property: Id(3)] bool Leading, [property: Id(4)] long? MyMaxFen,
    [property: Id(5)] bool HasBid, [property: Id(6)] int? Rank)
{
    /// <summary>Without ceiling and maximum, for the same reason as <see cref="BidCommand"/>'s.</summary>
    public override string ToString() => nameof(PaddleView);
}
