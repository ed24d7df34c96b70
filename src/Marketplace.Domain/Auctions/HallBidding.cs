using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>
/// 应价 from the floor and over the net: one queue in the order in which the server received them. The same rules for
/// both; they differ only where both offer the same amount, and there the announcement says who goes before. A holder of
/// 优先受让权 may take the price that stands, from either side: then the better rank leads, of the same rank the earlier bid.
/// </summary>
/// <remarks>
/// Hidden maxima are not taken: a bid answers the ask of a person at the desk, who may ask what the ladder does not
/// foresee, so what a maximum would have bid could not be recomputed from the terms alone.
/// Order of refusals: shape · the same id with other content · admitted, suspended, phase · the paddle's side · maximum ·
/// ceiling · leading already · below the start, not above the price · below the ask · off the ladder.
/// </remarks>
public static class HallBidding
{
    public static Decision<BidAnswer> PlaceBid(Auction auction, PlaceBid bid, bool isFloor, DateTimeOffset at, OverRuleReason? because = null)
    {
        if (Bidding.Shape(bid) is { } malformed) return Refused(malformed);
        if (auction.Answers.Find(bid.Paddle, bid.BidId) is { } first)
        {
            return first.AmountFen == bid.AmountFen ? Decision<BidAnswer>.Repeated(first) : Refused(Refusal.BidIdReused);
        }

        if (auction.Terms is { Hall: null }) return Refused(Refusal.NotAHallLot);
        if (Bidding.MayBid(auction, bid.Paddle, at) is { } barred) return Refused(barred);
        var (terms, desk) = (auction.Terms!, auction.InHall!);
        if (terms.Hall!.IsFloor(bid.Paddle) != isFloor) return Refused(isFloor ? Refusal.NotAFloorPaddle : Refusal.FloorPaddleOnly);
        if (bid.AmountFen is not { } offer) return Refused(Refusal.NoMaximumHere);
        if (auction.Bidders[bid.Paddle].CeilingFen is { } ceiling && offer > ceiling) return Refused(Refusal.AboveCeiling);
        if (auction.Leader == bid.Paddle) return Refused(Refusal.AlreadyLeading);
        // A holder takes the price that stands, at any moment until the hammer (网络司法拍卖规定 21).
        int? matches = auction.Leader is { } beaten && offer == auction.PriceFen && Priority.Outranks(auction, bid.Paddle, beaten) ? beaten : null;
        var overRules = matches is null ? OverRuled(auction, desk, offer, isFloor) : null;
        if (matches is null && overRules is null)
        {
            if (auction.PriceFen is { } price ? offer <= price : offer < terms.StartPriceFen)
                return Refused(auction.PriceFen is null ? Refusal.BelowStartPrice : Refusal.NotAboveCurrentPrice, $"{desk.AskFen}");
            if (offer < desk.AskFen) return Refused(Refusal.BelowTheAsk, $"{desk.AskFen}");
            if (!IsOnStep(terms, desk.AskFen, offer)) return Refused(Refusal.NotOnStep, $"{desk.AskFen}");
        }

        var accepted = new HallBid(bid.Paddle, bid.BidId, isFloor, offer, overRules, Hall.LeastAsk(terms, offer), matches, overRules is not null && isFloor ? because : null);
        return Decision<BidAnswer>.Accepted(new BidAnswer(auction.Version + 1, at, offer, Leading: true, IsProxy: false, offer), accepted);
    }

    /// <summary>A bid that the auctioneer enters: what over-rules the net says why. Records from before the reason was asked for have none.</summary>
    public static Decision<BidAnswer> PlaceAtDesk(Auction auction, PlaceBid bid, DateTimeOffset at, OverRuleReason? because)
    {
        var decision = PlaceBid(auction, bid, isFloor: true, at, because);
        return decision.Facts is [HallBid { OverRules: not null, Because: null }] ? Refused(Refusal.ReasonRequired, "reason") : decision;
    }

    /// <summary>
    /// A tie is settled until the first warning on that price: then everybody heard who has it. Who has 优先受让权 is not
    /// beaten at the same amount by where somebody else sits.
    /// </summary>
    private static int? OverRuled(Auction auction, HallState desk, long offerFen, bool isFloor)
    {
        var wins = auction.Terms!.Hall!.TieGoesTo == (isFloor ? TieRule.Floor : TieRule.Net);
        return wins && desk is { Warnings: 0, Top: { } top } && top.AmountFen == offerFen && top.IsFloor != isFloor && auction.RankOf(top.Paddle) is null ? top.Paddle : null;
    }

    internal static bool IsOnStep(Terms terms, long fromFen, long offerFen) =>
        terms.OnStep == OnStep.Minimum || (offerFen - fromFen) % terms.StepAt(fromFen) == 0;

    private static Decision<BidAnswer> Refused(Refusal refusal, string? detail = null) => Decision<BidAnswer>.Refused(refusal, detail);
}
