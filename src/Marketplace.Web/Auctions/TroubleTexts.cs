using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform;
using Microsoft.Extensions.Localization;

namespace Marketplace.Auctions;

/// <summary>Texts of what happens when things go wrong, for the market's people, bidders and everybody.</summary>
public sealed class TroubleTexts;

/// <summary>The course of a lot as a page tells it.</summary>
/// <param name="Mine">The reader's own paddle.</param>
/// <param name="Brief">Only what holds now, without the list of what happened.</param>
/// <param name="InRecord">The page is the record itself.</param>
public sealed record CourseView(Lot Lot, Course Course, DateTimeOffset Now, int? Mine = null, bool Brief = false, bool InRecord = false)
{
    /// <summary>There is something to tell.</summary>
    public bool IsTrouble => Course.PausedAt is not null || !Course.Events.IsEmpty;

    /// <summary>What it means for the reader's own bid and money; null when it changes nothing for it.</summary>
    public string? MeansForMe =>
        Mine is not { } paddle ? null
        : Course.PausedAt is not null ? "Mine.paused"
        : Course.Offer is { } offer && offer.Paddle == paddle ? Course.Answer switch
        {
            null => Course.Outcome == "defaulted" ? "Mine.offered" : null,
            SecondAnswer.Accepted => "Mine.accepted",
            _ => "Mine.declined",
        }
        : Course.Defaulters.Contains(paddle) ? "Mine.defaulter"
        : Course.LetDown == paddle ? "Mine.letDown"
        : Course.SecondBound == paddle ? "Mine.waits"
        : Course.Outcome is "cancelled" or "void" or "defaulted" or "refused" ? "Mine.released"
        : null;

    /// <summary>What the end of a pause will be like.</summary>
    public static string GoesOnKey(Lot lot, Course course) =>
        course.IsHeld ? "GoesOn.Matched" : course.IsBeforeTheAuctioneer ? "GoesOn.Auctioneer" : course.GoesOn ? lot is { Format: Formats.Listed, Opened: false } ? "GoesOn.Listing" : "GoesOn.Clock" : course.OnlyEarlier ? "GoesOn.Breakpoint" : "GoesOn.All";

    /// <summary>Names of things in an event's own list.</summary>
    public static string? GroundKey(CourseEvent e) => e.Ground is null ? null : e.Type switch
    {
        "paused" => $"Cause.{e.Ground}",
        "cancelled" => $"CancelGround.{e.Ground}",
        "result-voided" => $"VoidGround.{e.Ground}",
        "winner-defaulted" => $"DefaultGround.{e.Ground}",
        "second-answered" => $"Answer.{e.Ground}",
        _ => null,
    };

    public static IEnumerable<string> Figures(IStringLocalizer texts, ProbeFigures figures)
    {
        if (figures.AppendMs is { } append) yield return texts["Figures.Append", append, ProbeRule.SlowAppendMs];
        if (figures.AppendsFailed is { } failed) yield return texts["Figures.AppendsFailed", failed, ProbeRule.InARow];
        if (figures.ClockOffsetMs is { } offset) yield return texts["Figures.Clock", offset, (long)MarketClock.WorstOffset.TotalMilliseconds];
        if (figures.ClockSilentMs is { } silent) yield return texts["Figures.ClockSilent", silent, (long)MarketClock.Holds.TotalMilliseconds];
        if (figures.HubSilentMs is { } hub) yield return texts["Figures.Hub", hub, ProbeRule.SilentHubMs];
    }

    /// <summary>The last event of a kind.</summary>
    public CourseEvent? Last(string type) => Course.Events.LastOrDefault(e => e.Type == type);
}
