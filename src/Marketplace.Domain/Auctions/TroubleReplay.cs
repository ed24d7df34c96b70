using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>Compares the lines of trouble in a transcript with what the rules make of them.</summary>
internal static class TroubleReplay
{
    public static TranscriptFault? Check(Auction auction, TroubleFact fact, DateTimeOffset at) => fact switch
    {
        AuctionPaused f => Same(Pausing.Pause(auction, f.CommandId, f.By, f.Cause, f.Text, f.Figures, at), f),
        Continued f => auction.OpensAt > f.OpensAt
            ? new TranscriptFault(0, Unsound.WrongBreakpoint)
            : Restart(auction, f, at),
        StopLifted f => Same(Pausing.Lift(auction, f.CommandId), f),
        Cancelled f => Same(Breaking.Cancel(auction, f.CommandId, f.Ground, f.Text, f.RefusedCount, f.RefusedDigest, at), f),
        ResultVoided f => Same(Breaking.Void(auction, f.CommandId, f.Ground, f.Text), f),
        WinnerDefaulted f => Same(Breaking.Default(auction, f.CommandId, f.Ground, f.Text, f.EvidenceSha256, at), f),
        SellerRefused f => Same(Breaking.SellerRefuses(auction, f.CommandId, f.Text, f.EvidenceSha256), f),
        WaitsAsSecond f => Same(SecondBest.Wait(auction, f.Paddle, f.Consent, at)),
        LeftWaiting f => Same(SecondBest.Leave(auction, f.Paddle)),
        SecondOffered f => Offered(auction, f, at),
        SecondAnswered { Answer: SecondAnswer.Expired } f => Same(SecondBest.Expire(auction, at), f),
        SecondAnswered f => Same(SecondBest.Answer(auction, f.Paddle, f.Answer == SecondAnswer.Accepted, at), f),
        SecondDealRecorded f => Same(SecondBest.RecordDeal(auction, f.Deal)),
        var unknown => new TranscriptFault(0, Unsound.NotALine, unknown.Type),
    };

    /// <summary>An announced opening that stays is a restart at any moment before it; the restart itself is not in the line.</summary>
    private static TranscriptFault? Restart(Auction auction, Continued claimed, DateTimeOffset at)
    {
        var restartsAt = auction is { Stage: Stage.Listing, IsHeld: false, SilentSince: { } since } ? since + (claimed.OpensAt - auction.OpensAt)
            : claimed.OpensAt == auction.OpensAt ? at + Resuming.RestartNotice : claimed.OpensAt;
        var decision = Pausing.Restart(auction, claimed.CommandId, restartsAt, at);
        return decision.Refusal is { } refusal ? Against(refusal) : decision.Answer!.Equals(claimed) ? null : new TranscriptFault(0, Unsound.WrongBreakpoint);
    }

    /// <summary>Made in the same append as the default, to the one whom the log itself names second.</summary>
    private static TranscriptFault? Offered(Auction auction, SecondOffered claimed, DateTimeOffset at) =>
        auction.Trouble.Defaults.IsEmpty || SecondBest.OfferNow(auction, at) != claimed ? new TranscriptFault(0, Unsound.WrongResult, "second") : null;

    private static TranscriptFault? Same<T>(Decision<T> decision, T claimed)
        where T : AuctionFact =>
        decision.Refusal is { } refusal ? Against(refusal) : decision.Answer!.Equals(claimed) ? null : new TranscriptFault(0, Unsound.AgainstTheRules);

    private static TranscriptFault? Same<T>(Decision<T> decision) => decision.Refusal is { } refusal ? Against(refusal) : null;

    private static TranscriptFault Against(Refusal refusal) => new(0, Unsound.AgainstTheRules, refusal.ToString());
}
