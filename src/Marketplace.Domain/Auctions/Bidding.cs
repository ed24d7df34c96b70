using System.Buffers;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>One offer: an exact open amount, or a hidden maximum that the system bids up to.</summary>
/// <param name="BidId">Made by the bidder's program before sending, at most 36 of [A-Za-z0-9-]; unique per paddle.</param>
/// <param name="Nonce">32 fresh random bytes in hex for the commitment of a maximum; unused for an open bid.</param>
public sealed record PlaceBid(int Paddle, string BidId, long? AmountFen, long? ProxyMaxFen, string Nonce);

/// <summary>Open bids and maxima, in every format that takes them. Pure: state, command and moment in, a refusal or facts out.</summary>
/// <remarks>
/// The refusals are checked in the order of <see cref="PlaceBid"/>'s body, so the same bid always gets the same reason.
/// </remarks>
public static class Bidding
{
    public const int LongestBidId = 36;

    private static readonly SearchValues<char> BidIdLetters = SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static string Key(int paddle, string bidId) => $"bid/{paddle}/{bidId}";

    public static Decision<BidAnswer> PlaceBid(Auction auction, PlaceBid bid, DateTimeOffset at)
    {
        if (auction.IsHall) return HallBidding.PlaceBid(auction, bid, isFloor: false, at);
        if (Shape(bid) is { } malformed) return Refused(malformed);
        if (auction.Answers.Find(bid.Paddle, bid.BidId) is { } first)
        {
            var same = first.IsProxy == bid.ProxyMaxFen.HasValue && first.AmountFen == (bid.AmountFen ?? bid.ProxyMaxFen);
            return same ? Decision<BidAnswer>.Repeated(first) : Refused(Refusal.BidIdReused);
        }

        if (MayBid(auction, bid.Paddle, at) is { } barred) return Refused(barred);
        var offer = (bid.AmountFen ?? bid.ProxyMaxFen)!.Value;
        if (auction.Bidders[bid.Paddle].CeilingFen is { } ceiling && offer > ceiling) return Refused(Refusal.AboveCeiling);
        if (Offer(auction, bid.Paddle, offer, bid.ProxyMaxFen.HasValue, at) is { } reason) return Refused(reason, AmountIn(auction, reason, at));

        var standing = After(auction, bid.Paddle, offer, bid.ProxyMaxFen.HasValue, at);
        AuctionFact accepted;
        if (bid.AmountFen.HasValue)
        {
            accepted = new BidAccepted(bid.Paddle, bid.BidId, offer, standing);
        }
        else
        {
            var secret = new Secret(bid.Nonce, offer);
            accepted = new ProxyAccepted(bid.Paddle, bid.BidId, secret, secret.Commitment(), standing);
        }

        // The opening is told before the first bid even when the timer that tells it is late.
        var answer = new BidAnswer(auction.Version + (auction.IsOpened ? 1 : 2), at, standing.PriceFen, standing.Leader == bid.Paddle, bid.ProxyMaxFen.HasValue, offer);
        return auction.IsOpened ? Decision<BidAnswer>.Accepted(answer, accepted) : Decision<BidAnswer>.Accepted(answer, new Opened(), accepted);
    }

    /// <summary>Why what is offered does not do; null when it does.</summary>
    internal static Refusal? Offer(Auction auction, int paddle, long offerFen, bool isProxy, DateTimeOffset at)
    {
        if (isProxy && auction.Stage is not (Stage.Rising or Stage.Listing)) return Refusal.NoMaximumHere;
        return auction.Stage switch
        {
            Stage.Listing => Refusal.NotOpenYet,
            Stage.Rising => isProxy ? Proxy(auction, paddle, offerFen) : OpenBid(auction, paddle, offerFen),
            Stage.Falling => Falling.Accept(auction, offerFen, at),
            Stage.Sealed => Refusal.NotInThisStage,
            Stage.LastWord => Falling.LastWord(auction, paddle, offerFen),
            Stage.Matching => Priority.Match(auction, paddle, offerFen),
        };
    }

    /// <summary>The amount that a refusal for an amount names, so that nobody has to guess.</summary>
    private static string? AmountIn(Auction auction, Refusal reason, DateTimeOffset at) => reason switch
    {
        Refusal.BelowAskedPrice => $"{auction.AskedFen(at)}",
        Refusal.OnlyThePriceItself or Refusal.BelowStartPrice or Refusal.NotAboveCurrentPrice or Refusal.BelowNextMinimum or Refusal.NotOnStep => $"{auction.NextMinFen}",
        _ => null,
    };

    /// <summary>What a bid does to price, leader and end.</summary>
    /// <remarks>
    /// The price is the second-highest offer plus one step of the ladder at that amount, capped at the leader's maximum;
    /// of equal offers the earlier leads, unless the later has priority, which needs no step either; the leader's own raise moves nothing; a maximum that reaches the reserve lifts
    /// the price to it. Every accepted bid in the window moves the end to its own moment plus the window.
    /// </remarks>
    public static Standing After(Auction auction, int paddle, long offerFen, bool isProxy, DateTimeOffset at)
    {
        var terms = auction.Terms!;
        if (auction.Stage is Stage.Falling) return Falling.AfterAccept(auction, paddle, at);
        if (auction.Stage is Stage.LastWord) return Falling.AfterLastWord(paddle, offerFen, at);
        if (auction.Stage is Stage.Matching) return new Standing(offerFen, paddle, auction.EndsAt);
        var (leader, leaderMax, price) = (paddle, offerFen, 0L);
        if (auction.Leader is not { } current)
        {
            price = isProxy ? terms.StartPriceFen : offerFen;
        }
        else if (current == paddle)
        {
            price = auction.PriceFen!.Value;
        }
        else
        {
            var standing = auction.LeaderMaxFen!.Value;
            if (offerFen > standing || (offerFen == standing && Priority.Outranks(auction, paddle, current)))
            {
                price = isProxy ? Math.Min(offerFen, standing + Priority.StepOver(auction, paddle, current, standing)) : offerFen;
            }
            else
            {
                (leader, leaderMax) = (current, standing);
                price = Math.Min(standing, offerFen + Priority.StepOver(auction, current, paddle, offerFen));
            }
        }

        if (auction.Reserve is { } reserve && leaderMax >= reserve.ValueFen && price < reserve.ValueFen) price = reserve.ValueFen;
        var end = at >= auction.EndsAt - terms.Window ? Instant.Later(auction.EndsAt, auction.Capped(at + terms.Window)) : auction.EndsAt;
        return new Standing(price, leader, end);
    }

    /// <summary>What makes a request no bid at all, whatever the auction.</summary>
    public static Refusal? Shape(PlaceBid bid)
    {
        if (!IsBidId(bid.BidId)) return Refusal.BidIdInvalid;
        if (bid.AmountFen.HasValue == bid.ProxyMaxFen.HasValue) return Refusal.MalformedRequest;
        return Fen.IsAmount((bid.AmountFen ?? bid.ProxyMaxFen)!.Value) ? null : Refusal.AmountOutOfRange;
    }

    /// <summary>1 to 36 of [A-Za-z0-9-].</summary>
    public static bool IsBidId(string id) => id.Length is > 0 and <= LongestBidId && !id.AsSpan().ContainsAnyExcept(BidIdLetters);

    /// <summary>Why this paddle may not bid at this moment, whatever it offers; null when it may.</summary>
    public static Refusal? MayBid(Auction auction, int paddle, DateTimeOffset at)
    {
        if (auction.Terms is null) return Refusal.UnknownAuction;
        if (!auction.Bidders.TryGetValue(paddle, out var bidder)) return Refusal.NotAdmitted;
        if (bidder.Suspended) return Refusal.PaddleSuspended;
        return auction.PhaseAt(at) switch
        {
            Phase.Announced => Refusal.NotOpenYet,
            Phase.Paused => Refusal.AuctionPaused,
            Phase.Opening or Phase.Closing or Phase.Closed => Refusal.AlreadyEnded,
            // No breakpoint takes a statutory right: a holder may have waited for the others' last price.
            Phase.Open => auction.OnlyEarlierBidders && !bidder.HasBid && auction.RankOf(paddle) is null ? Refusal.NotAdmitted : null,
        };
    }

    internal static Refusal? OpenBid(Auction auction, int paddle, long amountFen)
    {
        var terms = auction.Terms!;
        if (auction.Leader == paddle) return Refusal.AlreadyLeading;
        if (TooLow(auction, paddle, amountFen) is { } low) return low;
        var from = auction.PriceFen ?? terms.StartPriceFen;
        return terms.OnStep == OnStep.Multiple && (amountFen - from) % terms.StepAt(from) != 0 ? Refusal.NotOnStep : null;
    }

    internal static Refusal? Proxy(Auction auction, int paddle, long maximumFen)
    {
        if (auction.Leader == paddle) return maximumFen > auction.LeaderMaxFen ? null : Refusal.MaximumNotRaised;
        return TooLow(auction, paddle, maximumFen);
    }

    private static Refusal? TooLow(Auction auction, int paddle, long offerFen)
    {
        if (auction.PriceFen is not { } price) return offerFen < auction.Terms!.StartPriceFen ? Refusal.BelowStartPrice : null;
        if (offerFen == price && Priority.Outranks(auction, paddle, auction.Leader!.Value)) return null;
        if (offerFen <= price) return Refusal.NotAboveCurrentPrice;
        return offerFen < auction.NextMinFen ? Refusal.BelowNextMinimum : null;
    }

    private static Decision<BidAnswer> Refused(Refusal refusal, string? detail = null) => Decision<BidAnswer>.Refused(refusal, detail);
}
