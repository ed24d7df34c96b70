using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Shared;
using Microsoft.Extensions.Localization;

namespace Marketplace.Auctions;

/// <summary>How pages say what the format of a lot fixes: the same rows at the announcement, in the notice and in the room.</summary>
public static class FormatSays
{
    /// <summary>The settings that announced terms came from.</summary>
    public static FormatSettings SettingsOf(Terms terms) => new()
    {
        Format = terms.Format,
        Steps = terms.Steps,
        OnStep = terms.OnStep,
        DurationSeconds = (int)(terms.EndsAt - terms.OpensAt).TotalSeconds,
        SoftCloseSeconds = terms.SoftCloseSeconds,
        LatestEndSeconds = terms.LatestEndsAt is { } latest ? (int)(latest - terms.FirstEnd).TotalSeconds : null,
        CycleSeconds = terms.CycleSeconds,
        Path = terms.Path,
        SealedSeconds = terms.SealedSeconds,
        LastWordSeconds = terms.LastWordSeconds,
        MinBidders = terms.MinBidders,
        ListingCycles = terms.Listing?.Cycles,
    };

    /// <summary>Label and value of each setting that this format has, in the order in which it comes into play.</summary>
    public static IEnumerable<(string Label, string[] Values)> Rows(IStringLocalizer texts, FormatSettings settings, long startPriceFen)
    {
        (string, string[]) Row(string key, params string[] values) => (texts[$"Row.{key}"].Value, values);
        if (settings.Path is { } path)
        {
            yield return Row("Floor", $"¥{Fen.Yuan(path.FloorFen)}");
            yield return Row("Fall", FallOf(texts, path, startPriceFen), texts["Row.FallEvery", Long(texts, path.IntervalSeconds)]);
            yield return Row("Path", texts.Count("Row.PathText", path.Steps(startPriceFen)), texts["Row.PathLasts", Show.Left(path.Lasts(startPriceFen))]);
        }

        if (settings.ListingCycles is { } extended) yield return Row("Listing", texts["Row.ListingText"], extended == 0 ? texts["Row.ListingOnce"].Value : texts.Count("Row.ListingCycles", extended));
        if (settings.Format == Formats.Dynamic) yield return Row("Free", Long(texts, settings.DurationSeconds));
        else if (!Formats.Falls(settings.Format) && settings.Format != Formats.Hall) yield return Row("Duration", Long(texts, settings.DurationSeconds));
        if (settings.CycleSeconds is { } cycle) yield return Row("Cycle", Long(texts, cycle), texts["Row.CycleText"]);
        if (Formats.SoftCloses(settings.Format)) yield return Row("SoftClose", settings.SoftCloseSeconds == 0 ? texts["Row.None"].Value : texts["Row.SoftCloseText", Long(texts, settings.SoftCloseSeconds)]);
        if (Formats.Rises(settings.Format)) yield return Row("LatestEnd", settings.LatestEndSeconds is { } cap ? texts["Row.LatestEndText", Long(texts, cap)] : texts["Row.NoLatestEnd"].Value);
        if (settings.SealedSeconds is { } under) yield return Row("Sealed", Long(texts, under));
        if (settings.LastWordSeconds is { } last) yield return Row("LastWord", Long(texts, last), texts["Row.LastWordText"]);
        if (Formats.HasLadder(settings.Format))
        {
            IEnumerable<string> rungs = settings.Steps.Select(s => s.FromFen == 0 ? $"¥{Fen.Yuan(s.StepFen)}" : texts["Row.Rung", Fen.Yuan(s.FromFen), Fen.Yuan(s.StepFen)].Value);
            yield return Row("Steps", [.. rungs, .. Formats.Rises(settings.Format) ? [texts[$"OnStep.{settings.OnStep}"].Value] : Array.Empty<string>()]);
        }

        if (!Formats.IsOpenPriced(settings.Format)) yield return Row("MinBidders", texts.Count("Row.MinBiddersText", settings.MinBidders));
    }

    /// <summary>What the first fall takes away, and as which share.</summary>
    public static string FallOf(IStringLocalizer texts, PricePath path, long startPriceFen) => path.StepBasisPoints is { } share
        ? texts["Row.FallShare", (share / 100m).ToString("0.##", CultureInfo.InvariantCulture), Fen.Yuan(startPriceFen - path.PriceAfter(startPriceFen, 1))]
        : $"¥{Fen.Yuan(path.StepFen!.Value)}";

    /// <summary>The path in one sentence, as the script beside the form says it while one types.</summary>
    public static string? Preview(IStringLocalizer texts, PricePath? path, long startPriceFen) =>
        path is null || !Fen.IsAmount(startPriceFen) || path.FirstFault(startPriceFen) is not null ? null
        : texts.Count("Preview.Path", path.Steps(startPriceFen), Fen.Yuan(startPriceFen), Show.Left(path.Interval), Fen.Yuan(startPriceFen - path.PriceAfter(startPriceFen, 1)), Fen.Yuan(path.FloorFen), Show.Left(path.Lasts(startPriceFen)));

    /// <summary>The first valid amounts on a ladder.</summary>
    public static string? Preview(IStringLocalizer texts, IReadOnlyList<Step> steps, long startPriceFen)
    {
        if (!Fen.IsAmount(startPriceFen) || steps.Count == 0) return null;
        var amounts = new List<long> { startPriceFen };
        while (amounts.Count < 5) amounts.Add(amounts[^1] + steps.Last(s => s.FromFen <= amounts[^1]).StepFen);
        return texts["Preview.Ladder", string.Join(" → ", amounts.Select(Fen.Yuan))];
    }

    /// <summary>A length in its largest whole unit.</summary>
    private static string Long(IStringLocalizer texts, int seconds) =>
        seconds >= 86_400 && seconds % 86_400 == 0 ? texts.Count("Long.Days", seconds / 86_400)
        : seconds >= 3600 && seconds % 3600 == 0 ? texts.Count("Long.Hours", seconds / 3600)
        : seconds >= 60 && seconds % 60 == 0 ? texts.Count("Long.Minutes", seconds / 60)
        : texts.Count("Long.Seconds", seconds);
}
