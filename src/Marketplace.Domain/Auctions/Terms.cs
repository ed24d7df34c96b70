using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>How an open bid must lie to the step of the ladder at the current price.</summary>
public enum OnStep
{
    /// <summary>Above the current price by a whole multiple of the step (产权交易 practice; the default).</summary>
    Multiple,

    /// <summary>Above the current price by at least the step.</summary>
    Minimum,
}

/// <summary>From this price on, the price rises by this step.</summary>
public readonly record struct Step(long FromFen, long StepFen);

/// <summary>
/// What the announcement fixes for one auction. It never changes afterwards; the reserve itself stays secret and only
/// its commitment is part of the terms.
/// </summary>
public sealed record Terms
{
    /// <summary>The rules this product runs; stored with every auction, so that an old one replays under its own.</summary>
    public const string CurrentRules = "zjp-english.1";

    // Windows and extensions are added to moments, so they stay away from the ends of the calendar.
    private const int EarliestYear = 1970;
    private const int LatestYear = 9000;

    public required string Auction { get; init; }
    public string Rules { get; init; } = CurrentRules;
    public string Format { get; init; } = "english";
    public required long StartPriceFen { get; init; }
    public required ImmutableArray<Step> Steps { get; init; }
    public OnStep OnStep { get; init; } = OnStep.Multiple;
    public required DateTimeOffset OpensAt { get; init; }
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>Window and extension: an accepted bid in the last so many seconds moves the end to bid time + so many.</summary>
    public required int SoftCloseSeconds { get; init; }

    /// <summary>With fewer bidders who bid, there is no sale. 1 by 网络司法拍卖规定 art. 11.</summary>
    public int MinBidders { get; init; } = 1;

    /// <summary>SHA-256 commitment of the reserve, or null when the start price is the reserve.</summary>
    public string? ReserveCommitment { get; init; }

    /// <summary>The terms promise to open the reserve after the close whatever happens.</summary>
    public bool OpensReserve { get; init; }

    public long DepositFen { get; init; }

    /// <summary>SHA-256 of the announcement, which fixes contract text, deliverables, tax basis and fees (domain §8a.2).</summary>
    public string? AnnouncementSha256 { get; init; }

    public TimeSpan SoftClose => TimeSpan.FromSeconds(SoftCloseSeconds);

    /// <summary>The step of the ladder at this amount.</summary>
    public long StepAt(long amountFen)
    {
        var step = Steps[0].StepFen;
        foreach (var s in Steps)
        {
            if (s.FromFen > amountFen) break;
            step = s.StepFen;
        }

        return step;
    }

    /// <summary>Null when these terms can be announced, otherwise the first field that is wrong.</summary>
    public string? FirstFault(long? reserveFen)
    {
        if (Format != "english") return "format";
        if (!Fen.IsAmount(StartPriceFen)) return "startPriceFen";
        if (reserveFen is { } reserve && (!Fen.IsAmount(reserve) || reserve < StartPriceFen)) return "reserveFen";
        if (Steps.IsDefaultOrEmpty || Steps[0].FromFen != 0) return "steps";
        for (var i = 0; i < Steps.Length; i++)
        {
            if (!Fen.IsAmount(Steps[i].StepFen)) return "steps";
            if (i > 0 && Steps[i].FromFen <= Steps[i - 1].FromFen) return "steps";
        }

        if (OpensAt.Year < EarliestYear) return "opensAt";
        if (EndsAt <= OpensAt || EndsAt.Year > LatestYear) return "endsAt";
        if (SoftCloseSeconds is < 0 or > 3600) return "softCloseSeconds";
        if (MinBidders is < 1 or > 1000) return "minBidders";
        return DepositFen is < 0 or > Fen.Most ? "depositFen" : null;
    }
}
