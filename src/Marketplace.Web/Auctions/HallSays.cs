using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Auctions;

/// <summary>The sentence that tells a line of the record: its name among the texts, and its values.</summary>
public static class HallSays
{
    /// <summary>The values of a line's sentence, in the order of its text.</summary>
    public static object[] Values(Fact fact) => fact switch
    {
        LotCalled f => [f.Papers.Auctioneer, f.Papers.Qualification, Fen.Yuan(f.AskFen)],
        AskSet f => [Fen.Yuan(f.AskFen)],
        HallBid f => [Number(f.Paddle), Fen.Yuan(f.AmountFen), (f.OverRules ?? f.Matches) is { } beaten ? Number(beaten) : ""],
        HoldersAsked f => [Fen.Yuan(f.PriceFen)],
        PriorityGranted f => [Number(f.Paddle), f.Rank],
        WarningCalled f => [f.Number, f.PriceFen is { } price ? Fen.Yuan(price) : "—"],
        BidCorrected f => [f.Of, f.PriceFen is { } price ? Fen.Yuan(price) : "—"],
        HallPaused f => [f.Reason ?? ""],
        HammerFell f => [Number(f.Paddle), Fen.Yuan(f.PriceFen)],
        Countersigned f => [f.Of, f.By],
        Closed f => [f.RefusedCount],
        _ => [],
    };

    /// <summary>The name of a line's sentence.</summary>
    public static string Key(Fact fact) => fact switch
    {
        HallBid f => $"Line.hall-bid.{(f.Matches is not null ? "match" : f.OverRules is not null ? f.Because is { } why ? $"over.{why}" : "over" : f.IsFloor ? "floor" : "net")}",
        HallPaused f => $"Line.hall-paused.{f.Cause}",
        BidCorrected f => $"Line.bid-corrected.{f.Reason}",
        LotPassed f => $"Line.lot-passed.{f.Reason}",
        _ => $"Line.{fact.Type}",
    };

    private static string Number(int paddle) => paddle.ToString("000", CultureInfo.InvariantCulture);
}
