using System.Globalization;
using System.Text.Json;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Microsoft.Extensions.Localization;

namespace Marketplace.Auctions;

/// <summary>The part of the form that differs by format. What a lot has not set yet is filled in from the market's profile.</summary>
public sealed partial class LotFormModel
{
    private const int ProfileDuration = 3600, ProfileSoftClose = 300, ProfileCycle = 300, ProfileInterval = 300, ProfileSealed = 600, ProfileLastWord = 300, ProfileCycles = 2;
    private const string ProfileFall = "1", ProfileSteps = "0 10000";

    private static void Fill(Writing input, Lot lot)
    {
        input.Format = lot.Format;
        input.Steps = Formats.HasLadder(lot.Format) ? lot.Steps : ProfileSteps;
        input.OnStep = Formats.Rises(lot.Format) ? lot.OnStep : OnStep.Multiple;
        input.Duration = Formats.Falls(lot.Format) ? ProfileDuration : lot.DurationSeconds;
        input.SoftClose = Formats.SoftCloses(lot.Format) ? lot.SoftCloseSeconds : ProfileSoftClose;
        input.Cycle = lot.CycleSeconds ?? ProfileCycle;
        input.LatestEnd = lot.LatestEndSeconds;
        input.MinBidders = lot.MinBidders;
        input.Floor = lot.FloorFen is { } floor ? Fen.Plain(floor) : null;
        input.FallBy = lot.FallFen is null ? FallBy.Percent : FallBy.Yuan;
        input.Fall = lot.FallFen is { } fall ? Fen.Plain(fall) : lot.FallBasisPoints is { } share ? (share / 100m).ToString("0.##", CultureInfo.InvariantCulture) : ProfileFall;
        input.Interval = lot.FallIntervalSeconds ?? ProfileInterval;
        input.Sealed = lot.SealedSeconds ?? ProfileSealed;
        input.LastWord = lot.LastWordSeconds ?? ProfileLastWord;
        input.Cycles = lot.ListingCycles ?? ProfileCycles;
    }

    /// <summary>The path as it was typed; what is no number is a fault at its field.</summary>
    private PricePath? PathOf(Writing input)
    {
        if (!Fen.TryRead(input.Floor, out var floor)) Faults.Add(Refusal.AmountOutOfRange, "floor");
        // Two decimals of a percent are whole basis points, read as money is.
        if (!Fen.TryRead(input.Fall, out var fall) || (input.FallBy == FallBy.Percent && fall > 10_000))
        {
            Faults.Add(Refusal.PricePathInvalid, "fall");
            return null;
        }

        return input.FallBy == FallBy.Percent ? new PricePath((int)fall, null, input.Interval ?? 0, floor) : new PricePath(null, fall, input.Interval ?? 0, floor);
    }

    /// <summary>What the settings mean, of what stands in the form now.</summary>
    public (string? Path, string? Ladder) Preview(IStringLocalizer<FormatTexts> texts)
    {
        if (!Fen.TryRead(Input.StartPrice, out var start)) return default;
        PricePath? path = null;
        if (Fen.TryRead(Input.Floor, out var floor) && Fen.TryRead(Input.Fall, out var fall) && Input.Interval is { } interval)
            path = Input.FallBy == FallBy.Percent ? new PricePath((int)Math.Min(fall, 10_001), null, interval, floor) : new PricePath(null, fall, interval, floor);
        var steps = Ladder.Read(Input.Steps);
        return (FormatSays.Preview(texts, path, start), steps.Done ? FormatSays.Preview(texts, steps.Value, start) : null);
    }

    /// <summary>The texts with which the script says the same while one types.</summary>
    public static string ScriptData(IStringLocalizer<FormatTexts> texts)
    {
        string[] names = ["Preview.Path", "Preview.NoPath", "Preview.Ladder", "Preview.NoLadder", "Days"];
        return JsonSerializer.Serialize(names.ToDictionary(n => n, n => texts[n].Value));
    }
}
