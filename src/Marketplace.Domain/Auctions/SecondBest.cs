using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>
/// 第二顺位: in 竞价 only. Who agreed to it beforehand, is second and still waits when the winner defaults may have the
/// lot at its own last bid. Whoever verifies the record finds the same paddle and the same price.
/// </summary>
public static class SecondBest
{
    /// <summary>Only in 竞价, and only where somebody else made an offer that stands (domain.md §8a.6).</summary>
    public static bool Known(string format) => format is not (Formats.Hall or Formats.Dutch or Formats.HybridDutch);

    /// <summary>The text that is agreed to, by version.</summary>
    public const string CurrentConsent = "zjp-second.1";

    /// <summary>The second-best waits so many working days after the close (domain.md §6), unless it leaves.</summary>
    public const int WaitsWorkingDays = 10;

    /// <summary>An offer stands so many working days.</summary>
    public const int AnswersWithinWorkingDays = 3;

    /// <summary>Until when the second-best of this auction waits.</summary>
    public static DateTimeOffset WaitsUntil(DateTimeOffset closedAt) => Days.EndOf(Days.AfterWorkingDays(Days.Of(closedAt), WaitsWorkingDays));

    /// <summary>The bidder behind the winner with its own best offer; of equal offers the earlier. Null where there is none.</summary>
    /// <remarks>A maximum that was never beaten is worth what the record says of it: more of it stays closed. A falling price has one taker, and in the hybrid format the others bid against a price that he made.</remarks>
    public static (int Paddle, long PriceFen)? Of(Auction auction)
    {
        if (auction.Result is not { Outcome: Outcome.Sold, Winner: { } winner } || auction.Terms is not { Falls: false } terms) return null;
        var offers = terms.Format == Formats.Sealed
            ? auction.Offers.Where(o => o.AmountFen is not null).Select(o => (o.Paddle, AmountFen: o.AmountFen!.Value, o.Version))
            : Bids(auction);
        var others = offers.Where(o => o.Paddle != winner && !auction.Bidders[o.Paddle].Suspended).ToList();
        if (others.Count == 0) return null;
        var best = others.OrderByDescending(o => o.AmountFen).ThenBy(o => o.Version).First();
        return (best.Paddle, best.AmountFen);
    }

    private static IEnumerable<(int Paddle, long AmountFen, long Version)> Bids(Auction auction)
    {
        var stated = auction.Maxima.ToDictionary(m => m.Version, m => m.StatedFen(auction));
        var offers = auction.Answers.Offers().Select(o => o with { AmountFen = stated.GetValueOrDefault(o.Version, o.AmountFen) });
        // On a listed lot every intent has offered the posted price.
        return auction.Listed is null ? offers : offers.Concat(auction.Bidders.Values.Where(b => b.HasBid).Select(b => (b.Paddle, auction.Terms!.StartPriceFen, b.AdmittedAs)));
    }

    /// <summary>Who waits after this close, if the second-best agreed to and has not left.</summary>
    public static (int Paddle, long PriceFen)? Waits(Auction auction) =>
        Of(auction) is { } second && auction.Trouble.Waiting.Contains(second.Paddle) && (auction.Reserve is not { } reserve || second.PriceFen >= reserve.ValueFen) ? second : null;

    /// <summary>The deposit of the second-best stays bound now: it waits, or was asked and has not answered.</summary>
    public static int? Bound(Auction auction, DateTimeOffset at)
    {
        if (auction.Trouble is { Offer: { } offer, Answer: null, Void: null, SellerRefusal: null }) return offer.Paddle;
        if (auction.Trouble.Offer is not null || auction.Standing is null) return null;
        return Waits(auction) is { } second && at < WaitsUntil(auction.EndsAt) ? second.Paddle : null;
    }

    /// <summary>The offer that a default at this moment sets off; null when nobody waits.</summary>
    internal static SecondOffered? OfferNow(Auction auction, DateTimeOffset at) =>
        auction.Trouble.Offer is null && Waits(auction) is { } second && at < WaitsUntil(auction.EndsAt)
            ? new SecondOffered(second.Paddle, second.PriceFen, Days.EndOf(Days.AfterWorkingDays(Days.Of(at), AnswersWithinWorkingDays)))
            : null;

    /// <summary>Order of refusals: UnknownAuction, NotAdmitted, NotInThisStage (a sale in a hall and a falling price know no second-best), AlreadyEnded.</summary>
    public static Decision<int> Wait(Auction auction, int paddle, string consent, DateTimeOffset at)
    {
        if (auction.Terms is null) return Decision<int>.Refused(Refusal.UnknownAuction);
        if (!auction.Bidders.ContainsKey(paddle)) return Decision<int>.Refused(Refusal.NotAdmitted);
        if (!Known(auction.Terms.Format)) return Decision<int>.Refused(Refusal.NotInThisStage);
        if (auction.Trouble.Waiting.Contains(paddle) || auction.Trouble.Left.Contains(paddle)) return Decision<int>.Repeated(paddle);
        if (auction.PhaseAt(at) is Phase.Closing or Phase.Closed) return Decision<int>.Refused(Refusal.AlreadyEnded);
        return Decision<int>.Accepted(paddle, new WaitsAsSecond(paddle, consent));
    }

    /// <summary>Order of refusals: UnknownAuction, NotWaiting, SecondOfferOpen (answer it instead).</summary>
    public static Decision<int> Leave(Auction auction, int paddle)
    {
        if (auction.Terms is null) return Decision<int>.Refused(Refusal.UnknownAuction);
        if (auction.Trouble.Left.Contains(paddle)) return Decision<int>.Repeated(paddle);
        if (!auction.Trouble.Waiting.Contains(paddle)) return Decision<int>.Refused(Refusal.NotWaiting);
        return auction.Trouble.Offer?.Paddle == paddle
            ? Decision<int>.Refused(Refusal.SecondOfferOpen)
            : Decision<int>.Accepted(paddle, new LeftWaiting(paddle));
    }

    /// <summary>Order of refusals: UnknownAuction, NoSecondOffer, NotAdmitted, SecondOfferAnswered, SecondOfferExpired.</summary>
    public static Decision<SecondAnswered> Answer(Auction auction, int paddle, bool accepts, DateTimeOffset at)
    {
        if (auction.Terms is null) return Decision<SecondAnswered>.Refused(Refusal.UnknownAuction);
        if (auction.Trouble is not { Offer: { } offer, Void: null, SellerRefusal: null }) return Decision<SecondAnswered>.Refused(Refusal.NoSecondOffer);
        if (offer.Paddle != paddle) return Decision<SecondAnswered>.Refused(Refusal.NotAdmitted);
        var wanted = accepts ? SecondAnswer.Accepted : SecondAnswer.Declined;
        if (auction.Trouble.Answer is { } before)
            return before.Answer == wanted ? Decision<SecondAnswered>.Repeated(before) : Decision<SecondAnswered>.Refused(Refusal.SecondOfferAnswered);
        if (at >= offer.Until) return Decision<SecondAnswered>.Refused(Refusal.SecondOfferExpired);
        var answered = new SecondAnswered(paddle, wanted);
        return Decision<SecondAnswered>.Accepted(answered, answered);
    }

    /// <summary>Nobody answered in time. Refused while there is time, or nothing to answer.</summary>
    public static Decision<SecondAnswered> Expire(Auction auction, DateTimeOffset at)
    {
        if (auction.Trouble is not { Offer: { } offer, Void: null, SellerRefusal: null }) return Decision<SecondAnswered>.Refused(Refusal.NoSecondOffer);
        if (auction.Trouble.Answer is { } before) return Decision<SecondAnswered>.Repeated(before);
        if (at < offer.Until) return Decision<SecondAnswered>.Refused(Refusal.SecondOfferOpen);
        var expired = new SecondAnswered(offer.Paddle, SecondAnswer.Expired);
        return Decision<SecondAnswered>.Accepted(expired, expired);
    }

    /// <summary>The deal of the second-best exists.</summary>
    public static Decision<string> RecordDeal(Auction auction, string deal) =>
        auction.Trouble.SecondDeal is { } recorded ? Decision<string>.Repeated(recorded)
        : auction.Trouble.Answer?.Answer != SecondAnswer.Accepted ? Decision<string>.Refused(Refusal.NotFound)
        : Decision<string>.Accepted(deal, new SecondDealRecorded(deal));
}
