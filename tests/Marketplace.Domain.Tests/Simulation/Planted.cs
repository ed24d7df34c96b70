using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>The faults that the simulation must be able to find.</summary>
public enum Planted
{
    Nothing,

    // Of the node and the store.
    AnswersBeforeCommit,
    NoFence,
    StampsWhenItDecides,
    StampsWithoutKnowingTheTime,

    // Of a rising price.
    SoftCloseFromTheOldEnd,
    LeaderRaisedAgainstHimself,
    CycleFromTheOldEnd,
    EndBeyondTheLatest,
    ReserveForgotten,

    // Of who may bid, and what one is told.
    RefusesAGoodBid,
    RefusesWithAnotherName,
    AnswersAnotherBidWithTheFirst,
    AboveTheCeiling,
    ThoughSuspended,
    PauseLosesABidder,
    PauseLengthensTheAuction,

    // Of the other formats.
    BelowTheAskedPrice,
    TieToTheLaterEnvelope,
    SecondSealedOffer,
    LastWordWithoutAStep,
    PriceMatchedByAnybody,
    TieAgainstTheHallsRule,
    HammerAfterTwoWarnings,
    GoesOnThoughStopped,

    // Of what comes after the close.
    SecondAskedForMoreThanItSaid,
    SecondAcceptsTooLate,
    SecondAskedThoughItLeft,
    DefaultOfAVoidResult,
}

/// <summary>The true rules with one fault in them.</summary>
internal static class PlantedRules
{
    public static Decide With(Planted planted) => (auction, command, at, contents) =>
    {
        var ruling = TrueRules.Decide(auction, command, at, contents);
        return (planted, command) switch
        {
            (Planted.SoftCloseFromTheOldEnd, Bid) => Changed(ruling, after => after.EndsAt > auction.EndsAt && auction.Terms!.SoftCloseSeconds > 0 ? after with { EndsAt = auction.EndsAt + auction.Terms.SoftClose } : after),
            (Planted.CycleFromTheOldEnd, Bid) => Changed(ruling, after => after.EndsAt > auction.EndsAt && auction.Terms!.CycleSeconds is not null ? after with { EndsAt = auction.EndsAt + auction.Terms.Window } : after),
            (Planted.EndBeyondTheLatest, Bid) => Changed(ruling, after => auction.Terms!.LatestEndsAt is not null && at >= auction.EndsAt - auction.Terms.Window ? after with { EndsAt = Instant.Later(auction.EndsAt, at + auction.Terms.Window) } : after),
            (Planted.LeaderRaisedAgainstHimself, Bid { Placed: { ProxyMaxFen: { } most, Paddle: var paddle } }) =>
                Changed(ruling, after => auction.Leader == paddle ? after with { PriceFen = Math.Min(auction.NextMinFen, most) } : after),
            (Planted.ReserveForgotten, ByTheClock { Act: ClockAct.Close }) when ruling.Facts is [Closed { Outcome: Outcome.Unsold } closed, ..] && auction.Leader is not null && auction.PriceFen < auction.Reserve?.ValueFen =>
                ruling with { Facts = [closed with { Outcome = Outcome.Sold, PriceFen = auction.PriceFen, Winner = auction.Leader }] },
            (Planted.RefusesAGoodBid, Bid { Placed.AmountFen: { } amount }) when ruling.Facts.Count > 0 && amount % 7 == 0 => Ruling.Refused(Refusal.BelowNextMinimum),
            (Planted.RefusesWithAnotherName, Bid) when ruling.Refusal == Refusal.NotAboveCurrentPrice => Ruling.Refused(Refusal.BelowNextMinimum),
            (Planted.AnswersAnotherBidWithTheFirst, Bid { Placed: var bid }) when ruling.Refusal == Refusal.BidIdReused => new Ruling(null, auction.Answers.Find(bid.Paddle, bid.BidId), []),
            (Planted.AboveTheCeiling, Bid { Placed: var bid }) when ruling.Refusal == Refusal.AboveCeiling => Accepted(auction, bid, at, ruling),
            (Planted.ThoughSuspended, Bid { Placed: var bid }) when ruling.Refusal == Refusal.PaddleSuspended && auction.PhaseAt(at) is Phase.Open => Accepted(auction, bid, at, ruling),
            (Planted.PauseLosesABidder, Bid { Placed.Paddle: 1 }) when ruling.Facts.Count > 0 && auction.Breakpoint is not null => Ruling.Refused(Refusal.NotAdmitted),
            (Planted.PauseLengthensTheAuction, Restart) when ruling.Facts is [Continued on] => ruling with { Facts = [on with { EndsAt = on.EndsAt.AddSeconds(1) }] },
            (Planted.BelowTheAskedPrice, Bid { Placed: { AmountFen: { } amount } bid }) when ruling.Refusal == Refusal.BelowAskedPrice && amount > auction.AskedFen(at) - 50 =>
                new Ruling(null, Answer(auction, bid, at, amount), Facts(auction, new BidAccepted(bid.Paddle, bid.BidId, amount, Falling(auction, bid.Paddle, at) with { PriceFen = amount }))),
            (Planted.TieToTheLaterEnvelope, ByTheClock { Act: ClockAct.OpenEnvelopes }) when ruling.Facts is [OffersOpened { After: { } after } opened] =>
                ruling with { Facts = [opened with { After = after with { Leader = auction.Offers.Zip(opened.Items).Last(o => o.Second.Fault is null && o.Second.AmountFen == after.PriceFen).First.Paddle } }] },
            (Planted.SecondSealedOffer, Seal { Sealed: var offer }) when ruling.Refusal == Refusal.OfferAlreadyMade =>
                new Ruling(null, new BidAnswer(auction.Version + 1, at, auction.AskedFen(at), false, false, null), [new OfferSealed(offer.Paddle, offer.BidId, offer.Commitment, offer.EnvelopeSha256)]),
            (Planted.LastWordWithoutAStep, Bid { Placed: { AmountFen: { } amount } bid }) when ruling.Refusal == Refusal.BelowNextMinimum && auction.Stage is Stage.LastWord =>
                new Ruling(null, Answer(auction, bid, at, amount), [new BidAccepted(bid.Paddle, bid.BidId, amount, new Standing(amount, bid.Paddle, at))]),
            (Planted.PriceMatchedByAnybody, Bid { Placed: { AmountFen: { } amount } bid }) when ruling.Refusal == Refusal.OnlyPriorityHolders && amount == auction.PriceFen =>
                new Ruling(null, Answer(auction, bid, at, amount), [new BidAccepted(bid.Paddle, bid.BidId, amount, new Standing(amount, bid.Paddle, auction.EndsAt))]),
            (Planted.TieAgainstTheHallsRule, Bid { Placed: { AmountFen: { } amount } bid, Floor: var floor }) when auction.IsHall && ruling.Refusal == Refusal.NotAboveCurrentPrice && auction is { Leader: { } leader } && amount == auction.PriceFen =>
                new Ruling(null, new BidAnswer(auction.Version + 1, at, amount, true, false, amount), [new HallBid(bid.Paddle, bid.BidId, floor, amount, leader, amount + auction.Terms!.StepAt(amount))]),
            (Planted.HammerAfterTwoWarnings, AtDesk { Act: { Act: HallAct.Hammer } act }) when ruling.Refusal == Refusal.WarningOutOfOrder && auction is { InHall.Warnings: 2, Leader: { } leader, PriceFen: { } price } =>
                new Ruling(null, true, [new HammerFell(act.Id, price, leader, act.By), new Closed(Outcome.Sold, price, leader, 0, TrueRules.Digest)]),
            (Planted.GoesOnThoughStopped, AtDesk { Act: { Act: HallAct.GoOn } act }) when ruling.Refusal == Refusal.StopStands => new Ruling(null, true, [new HallWentOn(act.Id, act.By)]),
            (Planted.SecondAskedForMoreThanItSaid, BuyerDefaults) when ruling.Facts is [WinnerDefaulted fell, SecondOffered offer] => ruling with { Facts = [fell, offer with { PriceFen = offer.PriceFen + 1 }] },
            (Planted.SecondAcceptsTooLate, AnswerAsSecond { Accepts: true, Paddle: var paddle }) when ruling.Refusal == Refusal.SecondOfferExpired => new Ruling(null, true, [new SecondAnswered(paddle, SecondAnswer.Accepted)]),
            (Planted.SecondAskedThoughItLeft, BuyerDefaults) when ruling.Facts is [WinnerDefaulted fell] && SecondBest.Of(auction) is { } second && auction.Trouble.Left.Contains(second.Paddle) =>
                ruling with { Facts = [fell, new SecondOffered(second.Paddle, second.PriceFen, at.AddDays(3))] },
            (Planted.DefaultOfAVoidResult, BuyerDefaults c) when ruling.Refusal == Refusal.ResultIsVoid => new Ruling(null, true, [new WinnerDefaulted(c.Id, auction.Result!.Winner!.Value, DefaultGround.NotPaid, TrueRules.Why, null)]),
            _ => ruling,
        };
    };

    private static Ruling Accepted(Auction auction, PlaceBid bid, DateTimeOffset at, Ruling refused)
    {
        if (auction.Stage is not Stage.Rising || auction.IsHall || bid.AmountFen is not { } amount || amount < auction.NextMinFen || auction.Leader == bid.Paddle) return refused;
        return new Ruling(null, Answer(auction, bid, at, amount), Facts(auction, new BidAccepted(bid.Paddle, bid.BidId, amount, Bidding.After(auction, bid.Paddle, amount, false, at))));
    }

    private static Standing Falling(Auction auction, int paddle, DateTimeOffset at) => Bidding.After(auction, paddle, auction.AskedFen(at), false, at);

    private static BidAnswer Answer(Auction auction, PlaceBid bid, DateTimeOffset at, long amount) =>
        new(auction.Version + (auction.IsOpened ? 1 : 2), at, amount, true, bid.ProxyMaxFen.HasValue, amount);

    private static Fact[] Facts(Auction auction, Fact fact) => auction.IsOpened ? [fact] : [new Opened(), fact];

    private static Ruling Changed(Ruling ruling, Func<Standing, Standing> lie)
    {
        if (ruling.Facts.Count == 0) return ruling;
        Fact changed = ruling.Facts[^1] switch
        {
            BidAccepted f => f with { After = lie(f.After) },
            ProxyAccepted f => f with { After = lie(f.After) },
            var other => other,
        };
        return ruling with { Facts = [.. ruling.Facts.SkipLast(1), changed] };
    }
}
