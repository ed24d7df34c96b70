using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>
/// Pause for cause and its end (domain.md §2.4, §8a.8). While it lasts no bid is in and no clock runs; deposits and
/// accepted bids stay. Bidders who lose their connection never pause anything.
/// </summary>
public static class Pausing
{
    public const int MostText = 500;

    /// <summary>The rules want the auction resumed within so many days (网络司法拍卖规定 28).</summary>
    public const int ResumeWithinDays = 5;

    /// <summary>The last moment to resume after a pause that began then: days as the law counts them.</summary>
    public static DateTimeOffset ResumeBy(DateTimeOffset pausedAt) => Days.EndOf(Days.After(Days.Of(pausedAt), ResumeWithinDays));

    /// <summary>
    /// Order of refusals: UnknownAuction, AlreadyEnded, AuctionPaused, Required or what else is wrong with the text. The
    /// platform itself pauses only with a failing probe's figures and only in the closing window (ProbeIsGood), and for
    /// <see cref="DepositHold"/> before the opening (OpeningPassed).
    /// </summary>
    public static Decision<AuctionPaused> Pause(
        Auction auction, string commandId, PausedBy by, PauseCause cause, string? text, ProbeFigures? figures, DateTimeOffset at)
    {
        if (auction.Terms is null) return Refused(Refusal.UnknownAuction);
        if (auction.Done.TryGetValue(AuctionPaused.Key(commandId), out var before)) return Decision<AuctionPaused>.Repeated((AuctionPaused)before);
        if (auction.PhaseAt(at) is Phase.Opening or Phase.Closing or Phase.Closed) return Refused(Refusal.AlreadyEnded);
        // In a hall a stop weighs more than the auctioneer's own pause or a lost uplink, because he may not lift it.
        // A person's pause takes the place of a wait for deposits, which would end by itself; where the opening had come already there is only the wait.
        var waits = auction is { IsHeld: true, SilentSince: { } since } && since < auction.OpensAt;
        if (auction.IsPaused && (by == PausedBy.Platform || (!waits && (auction.InHall is null || auction.IsStoppedInHall)))) return Refused(Refusal.AuctionPaused);
        if (cause == PauseCause.DepositMatching)
        {
            if (by != PausedBy.Platform) return Refused(Refusal.MalformedRequest);
            if (!DepositHold.MayHold(auction)) return Refused(Refusal.OpeningPassed);
            var held = new AuctionPaused(commandId, by, cause, "", null);
            return Decision<AuctionPaused>.Accepted(held, held);
        }

        if (by == PausedBy.Platform)
        {
            if (figures is null or { IsEmpty: true } || cause != PauseCause.Fault || at < auction.WindowFrom || at < auction.OpensAt) return Refused(Refusal.ProbeIsGood);
            var failed = new AuctionPaused(commandId, by, cause, "", figures);
            return Decision<AuctionPaused>.Accepted(failed, failed);
        }

        var said = Text.Require(text, MostText, "text");
        if (!said.Done) return Decision<AuctionPaused>.Refused(said.Refusal.Value, said.Detail);
        var paused = new AuctionPaused(commandId, by, by == PausedBy.Authority ? PauseCause.Order : cause, said.Value, null);
        return Decision<AuctionPaused>.Accepted(paused, paused);
    }

    /// <summary>
    /// It was paused for cause before the closing window, or an outage kept it from ever opening: nobody was stopped in the
    /// moments that decide, so the clocks go on where they stood and everybody admitted may bid. Otherwise the breakpoint rule
    /// gives one window to those who had bid.
    /// </summary>
    public static bool GoesOnWhereItStood(Auction auction) =>
        auction is { IsPaused: true, SilentSince: { } since }
        && (auction.IsHeld || (auction.Trouble.Pause is not null ? since < auction.OpensAt || since < auction.WindowFrom : !auction.IsOpened && !auction.IsHall && since < auction.OpensAt));

    /// <summary>
    /// Ends a pause. Order of refusals as in <see cref="Resuming.SetBreakpoint"/>: UnknownAuction, NotPaused,
    /// RestartTooEarly, RestartTooLate.
    /// </summary>
    public static Decision<AuctionFact> Restart(Auction auction, string commandId, DateTimeOffset restartsAt, DateTimeOffset at)
    {
        if (auction.Done.TryGetValue(Continued.Key(commandId), out var before)) return Decision<AuctionFact>.Repeated(before);
        if (!GoesOnWhereItStood(auction))
        {
            var set = Resuming.SetBreakpoint(auction, commandId, restartsAt, at);
            return set.Refusal is { } no ? Decision<AuctionFact>.Refused(no, set.Detail) : Decision<AuctionFact>.Accepted(set.Answer!, set.Facts);
        }

        if (restartsAt < at + Resuming.RestartNotice) return Decision<AuctionFact>.Refused(Refusal.RestartTooEarly);
        if (restartsAt > at + Resuming.LatestRestart) return Decision<AuctionFact>.Refused(Refusal.RestartTooLate);
        // Not yet open: it opens as announced, or at the restart when that is later, and lasts as long as announced. A listing gets its days back.
        // A wait for deposits leaves the days of a listing as they are: applications were not stopped.
        var opens = auction.IsHeld ? Instant.Later(auction.OpensAt, restartsAt)
            : auction.Stage is Stage.Listing ? auction.OpensAt + (restartsAt - auction.SilentSince!.Value)
            : auction.SilentSince < auction.OpensAt ? Instant.Later(auction.OpensAt, restartsAt) : restartsAt;
        var continued = new Continued(commandId, opens, opens + Left(auction));
        return Decision<AuctionFact>.Accepted(continued, continued);
    }

    /// <summary>Ends a stop of a lot that lies before the auctioneer, who goes on when the floor is ready. Order of refusals: UnknownAuction, NotAHallLot, AlreadyEnded, NotPaused.</summary>
    public static Decision<StopLifted> Lift(Auction auction, string commandId)
    {
        if (auction.Terms is null) return Decision<StopLifted>.Refused(Refusal.UnknownAuction);
        if (auction.Done.TryGetValue(StopLifted.Key(commandId), out var before)) return Decision<StopLifted>.Repeated((StopLifted)before);
        if (auction.InHall is null) return Decision<StopLifted>.Refused(Refusal.NotAHallLot);
        if (auction.Result is not null) return Decision<StopLifted>.Refused(Refusal.AlreadyEnded);
        if (!auction.IsStoppedInHall) return Decision<StopLifted>.Refused(Refusal.NotPaused);
        var lifted = new StopLifted(commandId);
        return Decision<StopLifted>.Accepted(lifted, lifted);
    }

    /// <summary>How long bidding lasts after the restart of a paused auction.</summary>
    public static TimeSpan Left(Auction auction) => auction.IsHeld ? auction.EndsAt - auction.OpensAt : GoesOnWhereItStood(auction)
        ? auction.EndsAt - Instant.Later(auction.SilentSince!.Value, auction.OpensAt)
        : Resuming.WindowAfter(auction, auction.Terms!);

    private static Decision<AuctionPaused> Refused(Refusal refusal) => Decision<AuctionPaused>.Refused(refusal);
}
