using System.Collections.Immutable;
using Marketplace.Domain.Auctions.Sealing;
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

/// <summary>Names of the formats as terms carry them.</summary>
public static class Formats
{
    /// <summary>增价: the price rises by steps until nobody goes on.</summary>
    public const string English = "english";

    /// <summary>动态报价: a free period, then limited cycles; the first silent cycle ends the auction.</summary>
    public const string Dynamic = "dynamic";

    /// <summary>一次密封报价: one offer each, unreadable until the opening; the highest wins.</summary>
    public const string Sealed = "sealed";

    /// <summary>降价: the price falls by steps; the first to accept wins.</summary>
    public const string Dutch = "dutch";

    /// <summary>降价 → 密封 → 最后报价: the others may beat the price taken, and who took it may beat the best of them.</summary>
    public const string HybridDutch = "hybrid-dutch";

    /// <summary>挂牌交易: a posted price for a notice period; one intent has it, several bid from it as in <see cref="English"/>.</summary>
    public const string Listed = "listed";

    /// <summary>拍卖 by a licensed house: floor and net in one queue, an auctioneer asks, warns and hammers.</summary>
    public const string Hall = "hall";

    /// <summary>The rules that this product runs for a format; null for a format it does not know.</summary>
    public static string? RulesOf(string format) => format switch
    {
        English or Dynamic or Sealed or Dutch or HybridDutch or Listed or Hall => $"zjp-{format}.1",
        _ => null,
    };

    /// <summary>Open bids and maxima upwards.</summary>
    public static bool Rises(string format) => format is English or Dynamic or Listed;

    /// <summary>A bid near the end moves it by the length of a soft close.</summary>
    public static bool SoftCloses(string format) => format is English or Listed;

    /// <summary>Lots of this format may end together. When bidding on a listed lot begins, and whether, nobody knows before.</summary>
    public static bool Links(string format) => format is English or Dynamic;

    /// <summary>Nothing is hidden below a public price, and one who takes it is a sale: no reserve, no least number of bidders.</summary>
    public static bool IsOpenPriced(string format) => Falls(format) || format == Listed;

    /// <summary>The price falls until somebody accepts it.</summary>
    public static bool Falls(string format) => format is Dutch or HybridDutch;

    /// <summary>Offers are sealed for an opening key that the announcement fixes.</summary>
    public static bool Seals(string format) => format is Sealed or HybridDutch;

    /// <summary>Some amount is asked for by steps of the ladder; in the hybrid it is the last word.</summary>
    public static bool HasLadder(string format) => Rises(format) || format == HybridDutch;
}

/// <summary>
/// What the announcement fixes for one auction. It never changes afterwards; the reserve itself stays secret and only
/// its commitment is part of the terms.
/// </summary>
public sealed record Terms
{
    // Windows and extensions are added to moments, so they stay away from the ends of the calendar.
    private const int EarliestYear = 1970;
    private const int LatestYear = 9000;
    private const int LongestStage = 30 * 86_400;

    public required string Auction { get; init; }

    /// <summary>The rule version; stored with every auction, so that an old one replays under its own.</summary>
    public string Rules { get; init; } = Formats.RulesOf(Formats.English)!;

    public string Format { get; init; } = Formats.English;
    public required long StartPriceFen { get; init; }
    public required ImmutableArray<Step> Steps { get; init; }
    public OnStep OnStep { get; init; } = OnStep.Multiple;
    public required DateTimeOffset OpensAt { get; init; }

    /// <summary>
    /// The end while nothing moves it. Listed: of the bidding, if there is one and the notice is not extended. Dynamic: the end of the free period, the first cycle follows. Dutch: when the price
    /// has stood at the floor for one interval. Hall: nobody knows the end before the hammer, so it is the moment of <see cref="OpensAt"/>.
    /// </summary>
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

    /// <summary>No bid moves the end beyond this moment; null when nothing limits the extensions.</summary>
    public DateTimeOffset? LatestEndsAt { get; init; }

    /// <summary>Dynamic: the length of a limited cycle.</summary>
    public int? CycleSeconds { get; init; }

    /// <summary>Dutch and hybrid: how the price falls.</summary>
    public PricePath? Path { get; init; }

    /// <summary>Hybrid: how long the others may offer under seal.</summary>
    public int? SealedSeconds { get; init; }

    /// <summary>Hybrid: how long the one who took the price may answer the best sealed offer.</summary>
    public int? LastWordSeconds { get; init; }

    /// <summary>Sealed and hybrid: what offers are sealed for, and who opens. Lots announced before it was asked for have none.</summary>
    public OpeningKey? OpeningKey { get; init; }

    /// <summary>Listed: how the notice goes on while nobody wants the lot.</summary>
    public ListingTerms? Listing { get; init; }

    /// <summary>Hall: what the announcement fixes about warnings, ties and the floor's paddles.</summary>
    public HallTerms? Hall { get; init; }

    /// <summary>
    /// How long holders of 优先受让权 may match once the price is known; null when all were told with proof and can match while
    /// bidding runs.
    /// </summary>
    public MatchWindow? Match { get; init; }

    /// <summary>The group of the session whose lots end together; null for a lot that ends by itself.</summary>
    public string? Linked { get; init; }

    /// <summary>彩排: the auction that this one is a rehearsal of; null for an auction that counts.</summary>
    public string? RehearsalOf { get; init; }

    public TimeSpan SoftClose => TimeSpan.FromSeconds(SoftCloseSeconds);

    /// <summary>A bid this near to the end moves the end to its own moment plus as much.</summary>
    public TimeSpan Window => CycleSeconds is { } cycle ? TimeSpan.FromSeconds(cycle) : SoftClose;

    /// <summary>The end before anybody has bid: in the dynamic format one cycle follows the free period in any case.</summary>
    public DateTimeOffset FirstEnd => CycleSeconds is null ? EndsAt : EndsAt + Window;

    /// <summary>Offers of this format are sealed, so a lot is not announced without an opening key.</summary>
    public bool Seals => Formats.Seals(Format);

    public bool Falls => Formats.Falls(Format);

    /// <summary>The least that the lot can be sold for in the open: the floor of a falling price, otherwise the start price.</summary>
    public long LeastPriceFen => Path?.FloorFen ?? StartPriceFen;

    /// <summary>The same terms in a format, under the rules that this product runs for it.</summary>
    public Terms In(string format) => this with { Format = format, Rules = Formats.RulesOf(format) ?? "" };

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
        if (Formats.RulesOf(Format) is not { } rules) return "format";
        if (Rules != rules) return "rules";
        if (!Fen.IsAmount(StartPriceFen)) return "startPriceFen";
        if (reserveFen is { } reserve && (!Fen.IsAmount(reserve) || reserve < StartPriceFen)) return "reserveFen";
        if (Steps.IsDefaultOrEmpty || Steps[0].FromFen != 0) return "steps";
        for (var i = 0; i < Steps.Length; i++)
        {
            if (!Fen.IsAmount(Steps[i].StepFen)) return "steps";
            if (i > 0 && Steps[i].FromFen <= Steps[i - 1].FromFen) return "steps";
        }

        if (OpensAt.Year < EarliestYear) return "opensAt";
        if ((Format == Formats.Hall ? EndsAt != OpensAt : EndsAt <= OpensAt) || EndsAt.Year > LatestYear) return "endsAt";
        if (SoftCloseSeconds is < 0 or > 3600) return "softCloseSeconds";
        if (MinBidders is < 1 or > 1000) return "minBidders";
        if (Match is { IsSound: false }) return "match";
        if (Rehearsal.Fault(this) is { } practice) return practice;
        return DepositFen is < 0 or > Fen.Most ? "depositFen" : FormatFault();
    }

    /// <summary>What a format needs is there, and nothing that belongs to another one.</summary>
    private string? FormatFault()
    {
        if (LatestEndsAt is { } latest && (latest < FirstEnd || latest.Year > LatestYear || !Formats.Rises(Format))) return "latestEndsAt";
        if (Format == Formats.Dynamic ? CycleSeconds is not (>= 1 and <= 3600) : CycleSeconds is not null) return "cycleSeconds";
        if (Linked is { } group && (!Auctions.Linked.IsName(group) || !Formats.Links(Format))) return "linked";
        if (!Formats.SoftCloses(Format) && SoftCloseSeconds != 0) return "softCloseSeconds";
        if (Format == Formats.HybridDutch ? SealedSeconds is not (>= 1 and <= LongestStage) : SealedSeconds is not null) return "sealedSeconds";
        if (Format == Formats.HybridDutch ? LastWordSeconds is not (>= 1 and <= LongestStage) : LastWordSeconds is not null) return "lastWordSeconds";
        if (OpeningKey is { } key && !(Seals && key.IsSound)) return "openingKey";
        if (Format == Formats.Hall ? Hall is null : Hall is not null) return "hall";
        if (Hall?.FirstFault() is { } inHall) return inHall;
        // The hammer concludes the contract, so there is no price that could be matched after it.
        if (Hall is not null && Match is not null) return "match";
        if (Format == Formats.Listed ? Listing is not { IsSound: true } : Listing is not null) return "listing";
        if (!Falls && Path is not null) return "path";
        if (Falls && Path?.FirstFault(StartPriceFen) is { } fault) return fault;
        if (!Formats.IsOpenPriced(Format)) return null;
        if (ReserveCommitment is not null) return "reserveFen";
        if (MinBidders != 1) return "minBidders";
        if (Path is not { } path) return Falls ? "path" : null;
        return EndsAt == OpensAt + path.Lasts(StartPriceFen) ? null : "endsAt";
    }
}
