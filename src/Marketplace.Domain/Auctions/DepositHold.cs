using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>
/// The opening waits while money that was at the bank in time, and may be a deposit, has no owner (domain.md §8a.9). It is a pause
/// before the opening: the opening and everything after it move as a whole, and nobody loses time to bid.
/// </summary>
public static class DepositHold
{
    /// <summary>From so long before the opening on it is stopped in public; before that the market's people alone are told.</summary>
    public static readonly TimeSpan From = TimeSpan.FromHours(1);

    /// <summary>Whoever's money found its owner last has so long to freeze it.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromMinutes(30);

    /// <summary>In a demonstration, whose lots open within minutes.</summary>
    public static readonly TimeSpan DemoNotice = Resuming.RestartNotice;

    /// <summary>There is an opening yet: nobody has bid and nothing was called up. At the end of a listing's notice its decision is the opening.</summary>
    public static bool MayHold(Auction auction) =>
        auction is { Terms.RehearsalOf: null, Result: null, IsPaused: false, IsOpened: false, InHall: null, Bids: 0 } && (auction.Terms.Listing is null || auction.Stage is Stage.Listing);

    /// <summary>Order of refusals: UnknownAuction, AlreadyEnded, AuctionPaused, OpeningPassed.</summary>
    public static Decision<AuctionPaused> Hold(Auction auction, DateTimeOffset at) =>
        Pausing.Pause(auction, $"deposits-{auction.Version}", PausedBy.Platform, PauseCause.DepositMatching, null, null, at);

    /// <summary>Everything was matched: it opens as announced, or after the notice when that is later. Order of refusals: UnknownAuction, NotPaused.</summary>
    public static Decision<AuctionFact> GoOn(Auction auction, TimeSpan notice, DateTimeOffset at) =>
        auction.Terms is null ? Decision<AuctionFact>.Refused(Refusal.UnknownAuction)
        : !auction.IsHeld ? Decision<AuctionFact>.Refused(Refusal.NotPaused)
        : Pausing.Restart(auction, $"matched-{auction.Version}", at + notice, at);
}
