using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>What a lot says of its format before the announcement: lengths, not moments. The announcement makes terms of it.</summary>
public sealed record FormatSettings
{
    public const int LongestSeconds = 30 * 86_400;

    // In these formats no amount is asked for by steps: any whole fen will do.
    private static readonly ImmutableArray<Step> AnyFen = [new Step(0, 1)];

    public string Format { get; init; } = Formats.English;
    public required ImmutableArray<Step> Steps { get; init; }
    public OnStep OnStep { get; init; }

    /// <summary>Until the end that nothing has moved yet; dynamic: the free period. A falling price lasts as long as its path.</summary>
    public int DurationSeconds { get; init; }
    public int SoftCloseSeconds { get; init; }

    /// <summary>How long after the first end bids may still move it; null when nothing limits them.</summary>
    public int? LatestEndSeconds { get; init; }
    public int? CycleSeconds { get; init; }
    public PricePath? Path { get; init; }
    public int? SealedSeconds { get; init; }
    public int? LastWordSeconds { get; init; }
    public int MinBidders { get; init; } = 1;

    /// <summary>How often the notice of a listed lot is extended at most.</summary>
    public int? ListingCycles { get; init; }

    /// <summary>Without what belongs to other formats.</summary>
    public FormatSettings Trimmed() => this with
    {
        Steps = Formats.HasLadder(Format) ? Steps : AnyFen,
        OnStep = Formats.Rises(Format) ? OnStep : OnStep.Minimum,
        DurationSeconds = Formats.Falls(Format) ? 0 : DurationSeconds,
        SoftCloseSeconds = Formats.SoftCloses(Format) ? SoftCloseSeconds : 0,
        LatestEndSeconds = Formats.Rises(Format) ? LatestEndSeconds : null,
        CycleSeconds = Format == Formats.Dynamic ? CycleSeconds : null,
        Path = Formats.Falls(Format) ? Path : null,
        SealedSeconds = Format == Formats.HybridDutch ? SealedSeconds : null,
        LastWordSeconds = Format == Formats.HybridDutch ? LastWordSeconds : null,
        MinBidders = Formats.IsOpenPriced(Format) ? 1 : MinBidders,
        ListingCycles = Format == Formats.Listed ? ListingCycles : null,
    };

    /// <summary>From the opening to the end that nothing has moved; in the dynamic format without the first cycle.</summary>
    public TimeSpan Lasts(long startPriceFen) => Path?.Lasts(startPriceFen) ?? TimeSpan.FromSeconds(DurationSeconds);

    /// <summary>The least that the lot can be sold for in the open: the floor of a falling price, otherwise the start price.</summary>
    public long LeastPriceFen(long startPriceFen) => Path?.FloorFen ?? startPriceFen;

    /// <summary>The first field that is wrong, in the order of the form; of trimmed settings.</summary>
    /// <param name="depositFen">It is set off against the price, so a falling price stops above it.</param>
    /// <param name="leastSeconds">The shortest time from the opening to the end.</param>
    public Result<Nothing> Check(long startPriceFen, long depositFen, bool hasReserve, int leastSeconds)
    {
        if (Formats.RulesOf(Format) is null) return No(Refusal.FormatNotOffered, "format");
        if (MinBidders is < 1 or > 1000) return No(Refusal.TermsInvalid, "minBidders");
        if (Formats.IsOpenPriced(Format) && hasReserve) return No(Refusal.TermsInvalid, "reserve");
        if (Formats.Falls(Format)) return Falling(startPriceFen, depositFen, leastSeconds);
        if (Format == Formats.Listed && ListingCycles is not (>= 0 and <= ListingTerms.MostCycles)) return No(Refusal.ListingCyclesInvalid, "cycles");
        if (DurationSeconds < leastSeconds || DurationSeconds > LongestSeconds) return No(Refusal.TermsInvalid, "duration");
        if (SoftCloseSeconds is < 0 or > 3600) return No(Refusal.TermsInvalid, "softClose");
        if (Format == Formats.Dynamic && CycleSeconds is not (>= 1 and <= 3600)) return No(Refusal.CycleInvalid, "cycle");
        return LatestEndSeconds is < 1 or > LongestSeconds ? No(Refusal.LatestEndInvalid, "latestEnd") : default(Nothing);
    }

    private Result<Nothing> Falling(long startPriceFen, long depositFen, int leastSeconds)
    {
        if (Path is not { } path) return No(Refusal.PricePathInvalid, "fall");
        switch (path.FirstFault(startPriceFen))
        {
            case "path.intervalSeconds": return No(Refusal.PricePathInvalid, "interval");
            case "path.floorFen": return No(Refusal.PricePathInvalid, "floor");
            case not null: return No(Refusal.PricePathInvalid, "fall");
        }

        if (path.FloorFen < depositFen) return No(Refusal.PricePathInvalid, "floor");
        var lasts = path.Lasts(startPriceFen).TotalSeconds;
        if (lasts < leastSeconds || lasts > LongestSeconds) return No(Refusal.PricePathInvalid, "interval");
        if (Format != Formats.HybridDutch) return default(Nothing);
        if (SealedSeconds is not (>= 1 and <= LongestSeconds)) return No(Refusal.StageLengthInvalid, "sealed");
        return LastWordSeconds is not (>= 1 and <= LongestSeconds) ? No(Refusal.StageLengthInvalid, "lastWord") : default(Nothing);
    }

    /// <summary>These terms in this format, from its opening on.</summary>
    public Terms Fix(Terms terms)
    {
        var dated = terms.In(Format) with
        {
            Steps = Steps,
            OnStep = OnStep,
            EndsAt = terms.OpensAt + Lasts(terms.StartPriceFen),
            SoftCloseSeconds = SoftCloseSeconds,
            CycleSeconds = CycleSeconds,
            Path = Path,
            SealedSeconds = SealedSeconds,
            LastWordSeconds = LastWordSeconds,
            MinBidders = MinBidders,
            Listing = ListingCycles is { } cycles ? (terms.Listing ?? new ListingTerms(0, null, ListingTerms.CycleWorkingDays)) with { Cycles = cycles } : null,
        };
        return LatestEndSeconds is { } cap ? dated with { LatestEndsAt = dated.FirstEnd + TimeSpan.FromSeconds(cap) } : dated;
    }

    private static Result<Nothing> No(Refusal refusal, string field) => Result<Nothing>.Refuse(refusal, field);
}
