using Marketplace.Domain.Auctions;

namespace Marketplace.Auctions;

/// <summary>The format of a lot between its row and the rules.</summary>
public static class LotFormats
{
    public static FormatSettings Settings(this Lot lot) => new()
    {
        Format = lot.Format,
        Steps = Ladder.Read(lot.Steps).Value,
        OnStep = lot.OnStep,
        DurationSeconds = lot.DurationSeconds,
        SoftCloseSeconds = lot.SoftCloseSeconds,
        LatestEndSeconds = lot.LatestEndSeconds,
        CycleSeconds = lot.CycleSeconds,
        Path = lot.Path,
        SealedSeconds = lot.SealedSeconds,
        LastWordSeconds = lot.LastWordSeconds,
        MinBidders = lot.MinBidders,
        ListingCycles = lot.ListingCycles,
    };

    public static void Set(this Lot lot, FormatSettings settings)
    {
        (lot.Format, lot.Steps, lot.OnStep) = (settings.Format, Ladder.Write(settings.Steps), settings.OnStep);
        (lot.DurationSeconds, lot.SoftCloseSeconds, lot.LatestEndSeconds) = (settings.DurationSeconds, settings.SoftCloseSeconds, settings.LatestEndSeconds);
        (lot.CycleSeconds, lot.SealedSeconds, lot.LastWordSeconds) = (settings.CycleSeconds, settings.SealedSeconds, settings.LastWordSeconds);
        (lot.FallBasisPoints, lot.FallFen) = (settings.Path?.StepBasisPoints, settings.Path?.StepFen);
        (lot.FallIntervalSeconds, lot.FloorFen) = (settings.Path?.IntervalSeconds, settings.Path?.FloorFen);
        (lot.MinBidders, lot.ListingCycles) = (settings.MinBidders, settings.ListingCycles);
    }

    /// <summary>
    /// What a falling lot asks at this moment, from the read model alone; null when nothing falls now. While it is paused the
    /// price stands, which only the auction itself knows.
    /// </summary>
    public static long? AskedFen(this Lot lot, DateTimeOffset now) =>
        lot is { Path: { } path, Leader: null, EndsAt: { } ends, Phase: "announced" or "open" or "closing" }
            ? path.PriceAt(lot.StartPriceFen, now - (ends - path.Lasts(lot.StartPriceFen)))
            : null;

    /// <summary>The price a list shows: asked, bid, or where it begins.</summary>
    public static long ShownFen(this Lot lot, DateTimeOffset now) => lot.AskedFen(now) ?? lot.PriceFen ?? lot.StartPriceFen;

    /// <summary>Bidding had begun, was stopped, and goes on at the hour that was announced.</summary>
    public static bool Resumes(this Lot lot) => lot is { Phase: "announced", Opened: true };

    /// <summary>The phase as lists say it: applications, the time between them and the opening, and the wait for a restart are three things.</summary>
    public static string PhaseSays(this Lot lot, DateTimeOffset now) => lot.Phase != "announced" ? lot.Phase : lot.Resumes() ? "resuming" : lot.ApplyUntil > now ? "announced" : "coming";

    /// <summary>Its hour has come and the auctioneer has not called it up yet: no clock opens a lot in a hall.</summary>
    public static bool WaitsForCall(this Lot lot, DateTimeOffset now) => lot is { Format: Formats.Hall, Phase: "announced", OpensAt: { } opens } && opens <= now;
}
