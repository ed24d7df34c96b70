using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>Plays an act at the desk again and compares.</summary>
internal static class HallReplay
{
    /// <summary>Why the rules would not have written this line; null when they would.</summary>
    public static TranscriptFault? Check(Auction auction, HallFact fact, DateTimeOffset at) => fact switch
    {
        LotCalled f => Compare(Hall.CallUp(auction, f.Papers, at), f),
        HallBid f => Compare(HallBidding.PlaceBid(auction, new PlaceBid(f.Paddle, f.BidId, f.AmountFen, null, ""), f.IsFloor, at, f.Because), f),
        AskSet f => Act(auction, new HallCommand(f.Id, HallAct.Ask, f.By, f.AskFen), f, at),
        WarningCalled f => Act(auction, new HallCommand(f.Id, HallAct.Warn, f.By, Number: f.Number), f, at),
        HoldersAsked f => Act(auction, new HallCommand(f.Id, HallAct.AskHolders, f.By), f, at),
        BidCorrected f => Act(auction, new HallCommand(f.Id, HallAct.Correct, f.By, Of: f.Of, Reason: f.Reason.ToString()), f, at),
        HallPaused { Cause: HallPauseCause.UplinkLost } f => Compare(Hall.LoseUplink(auction, f.Id, at), f),
        HallPaused f => Act(auction, new HallCommand(f.Id, HallAct.Pause, f.By ?? "", Reason: f.Reason), f, at),
        HallWentOn f => Act(auction, new HallCommand(f.Id, HallAct.GoOn, f.By), f, at),
        HammerFell f => Act(auction, new HallCommand(f.Id, HallAct.Hammer, f.By), f, at),
        LotPassed f => Act(auction, new HallCommand(f.Id, HallAct.Pass, f.By), f, at),
        Countersigned f => Act(auction, new HallCommand("countersign", HallAct.Countersign, f.By, Of: f.Of), f, at),
        MinutesSigned f => Act(auction, new HallCommand("minutes", HallAct.SignMinutes, f.By, Role: f.Role, Sha256: f.Sha256), f, at),
        var unknown => new TranscriptFault(0, Unsound.NotALine, unknown.Type),
    };

    private static TranscriptFault? Act(Auction auction, HallCommand command, HallFact claimed, DateTimeOffset at) =>
        Compare(Hall.Do(auction, command, at), claimed);

    private static TranscriptFault? Compare<T>(Decision<T> decision, HallFact claimed) =>
        decision.Refusal is { } refusal ? new TranscriptFault(0, Unsound.AgainstTheRules, refusal.ToString())
        : decision.Facts.Count > 0 && decision.Facts[0].Equals(claimed) ? null
        : new TranscriptFault(0, Unsound.WrongStanding, claimed.Type);
}
