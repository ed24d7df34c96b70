using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>The outage rule. Nothing ever closes silently.</summary>
public static class Resuming
{
    /// <summary>A silence in the closing window up to this long moves the end; a longer one pauses the auction.</summary>
    public static readonly TimeSpan ShortSilence = TimeSpan.FromSeconds(10);

    /// <summary>Of a stage without soft close, sealed offers or the last word, this last part counts as its closing window.</summary>
    public static readonly TimeSpan SealedWindow = TimeSpan.FromMinutes(5);

    /// <summary>How long before a breakpoint restart the earlier bidders must be told.</summary>
    public static readonly TimeSpan RestartNotice = TimeSpan.FromSeconds(60);

    /// <summary>How far ahead a breakpoint restart may be set.</summary>
    public static readonly TimeSpan LatestRestart = TimeSpan.FromDays(30);

    /// <summary>
    /// The fact with which a node takes an open auction over; none when the auction has not begun or is over.
    /// </summary>
    /// <param name="servedUntil">
    /// Until when the auction was certainly served: written every second in the closing window, otherwise unknown.
    /// </param>
    /// <remarks>
    /// Only the part of the silence that lies inside the closing window counts: an outage that ended before the window
    /// left every bidder the whole window. A silence after the end took nobody's time to bid. A falling price stood
    /// still while nobody could accept it, so there every silence counts and moves the path by its own length.
    /// </remarks>
    public static Resumed? Resume(Auction auction, DateTimeOffset? servedUntil, DateTimeOffset at)
    {
        if (auction.Terms is null || auction.Result is not null || at < auction.OpensAt) return null;
        var served = Instant.Later(servedUntil ?? auction.At, auction.At);
        var epoch = auction.Epoch + 1;
        var unchanged = new Resumed(epoch, served, auction.EndsAt, Paused: false);
        if (auction.IsPaused || auction.Stage is Stage.Listing) return unchanged;
        // In a hall nobody but the auctioneer goes on after a silence in which the floor was not heard; warnings never survive one.
        if (auction.IsHall) return auction.InHall is null ? null : unchanged with { Paused = at - served > ShortSilence };
        var windowFrom = auction.WindowFrom;
        var silentFrom = Instant.Later(served, windowFrom);
        if (at <= windowFrom || silentFrom >= auction.EndsAt) return unchanged;
        return at - silentFrom <= ShortSilence
            ? unchanged with { EndsAt = AfterSilence(auction, silentFrom, at) }
            : unchanged with { Paused = true };
    }

    /// <summary>For how long a node may not know the time before that counts as a silence.</summary>
    public static readonly TimeSpan ShortBlindness = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A node that did not know the time, and so turned everybody away, knows it again: the same rule as for a silence. Nothing
    /// happens where that took nobody's time, and in a hall, where the console's own silence counts.
    /// </summary>
    public static Decision<bool> SeeAgain(Auction auction, DateTimeOffset? servedUntil, DateTimeOffset at) =>
        !auction.IsPaused && !auction.IsHall && Resume(auction, servedUntil, at) is { } resumed && (resumed.Paused || resumed.EndsAt != auction.EndsAt)
            ? Decision<bool>.Accepted(true, resumed)
            : Decision<bool>.Repeated(false);

    private static DateTimeOffset AfterSilence(Auction auction, DateTimeOffset silentFrom, DateTimeOffset at) => auction.Stage switch
    {
        Stage.Rising => Instant.Later(auction.EndsAt, at + auction.Terms!.Window),
        _ => auction.EndsAt + (at - silentFrom),
    };

    /// <summary>断点续拍: the operator sets when bidding goes on after a pause.</summary>
    public static Decision<BreakpointSet> SetBreakpoint(Auction auction, string commandId, DateTimeOffset restartsAt, DateTimeOffset at)
    {
        if (auction.Terms is not { } terms) return Decision<BreakpointSet>.Refused(Refusal.UnknownAuction);
        if (auction.Done.TryGetValue(BreakpointSet.Key(commandId), out var before)) return Decision<BreakpointSet>.Repeated((BreakpointSet)before);
        if (auction.IsHall) return Decision<BreakpointSet>.Refused(Refusal.NotInThisStage);
        if (!auction.IsPaused) return Decision<BreakpointSet>.Refused(Refusal.NotPaused);
        if (Pausing.GoesOnWhereItStood(auction)) return Decision<BreakpointSet>.Refused(Refusal.ClockGoesOn);
        if (restartsAt < at + RestartNotice) return Decision<BreakpointSet>.Refused(Refusal.RestartTooEarly);
        if (restartsAt > at + LatestRestart) return Decision<BreakpointSet>.Refused(Refusal.RestartTooLate);
        var set = new BreakpointSet(commandId, restartsAt, restartsAt + WindowAfter(auction, terms));
        return Decision<BreakpointSet>.Accepted(set, set);
    }

    /// <summary>One window for those who bid before; a stage of another kind gets back what the silence took.</summary>
    internal static TimeSpan WindowAfter(Auction auction, Terms terms)
    {
        if (auction.Stage is not Stage.Rising && auction.SilentSince is { } since && auction.EndsAt - Instant.Later(since, auction.OpensAt) is { Ticks: > 0 } left) return left;
        return terms.Window > TimeSpan.Zero ? terms.Window : TimeSpan.FromMinutes(5);
    }
}
