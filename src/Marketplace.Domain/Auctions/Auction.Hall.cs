using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

public sealed partial record Auction
{
    /// <summary>拍卖 with a floor: the auctioneer ends it, no clock does.</summary>
    public bool IsHall => Terms?.Hall is not null;

    /// <summary>What happened at the desk; null before the lot is called up and in every other format.</summary>
    public HallState? InHall { get; private init; }

    /// <summary>When it ends or ended; null in a hall before the hammer.</summary>
    public DateTimeOffset? End => IsHall && Result is null ? null : EndsAt;

    private Auction AfterHall(FactLine line, HallFact fact) => fact switch
    {
        // Nothing ends by the clock, so the end is the moment of whatever was last said to be it: the hammer.
        LotCalled f => this with { InHall = new HallState(f, line.At, f.AskFen), IsOpened = true, EndsAt = line.At },
        AskSet f => this with { InHall = InHall!.Quiet with { AskFen = f.AskFen } },
        HallBid f => this with
        {
            PriceFen = f.AmountFen,
            Leader = f.Paddle,
            LeaderMaxFen = f.AmountFen,
            Bids = Bids + 1,
            Bidders = Bidders.SetItem(f.Paddle, Bidders[f.Paddle] with { HasBid = true }),
            Answers = Answers.Add(f.Paddle, f.BidId, new BidAnswer(line.Version, line.At, f.AmountFen, true, false, f.AmountFen)),
            InHall = InHall!.After(line, f),
        },
        WarningCalled f => this with { InHall = InHall! with { Warnings = f.Number, WarnedAt = line.At } },
        HoldersAsked => this with { InHall = InHall! with { HoldersAskedAt = line.At } },
        BidCorrected f => Corrected(line, f),
        HallPaused f => this with { IsPaused = true, InHall = InHall!.Quiet with { Pause = f } },
        HallWentOn => this with { IsPaused = false, SilentSince = null, Trouble = Trouble with { Pause = null }, InHall = InHall!.Quiet with { Pause = null, IsLifted = false } },
        HammerFell f => this with { EndsAt = line.At, InHall = InHall! with { Hammer = f } },
        LotPassed f => this with { EndsAt = line.At, InHall = InHall! with { Passed = f, Unsigned = InHall.Unsigned.Add(line.Version) } },
        Countersigned f => this with { InHall = InHall! with { Unsigned = InHall.Unsigned.Remove(f.Of) } },
        MinutesSigned f => this with { InHall = InHall! with { Minutes = InHall.Minutes.Add(f) } },
        var unknown => throw new InvalidOperationException($"A fact that nobody folds: {unknown.Type}"),
    } with
    {
        Done = fact is HallBid ? Done : Done.SetItem(fact.CommandKey, fact),
    };

    private Auction Corrected(FactLine line, BidCorrected f)
    {
        var wrong = InHall!.Entries[^1];
        var left = InHall.Entries.RemoveAt(InHall.Entries.Count - 1);
        return this with
        {
            PriceFen = f.PriceFen,
            Leader = f.Leader,
            LeaderMaxFen = f.PriceFen,
            Bids = Bids - 1,
            Bidders = Bidders.SetItem(wrong.Paddle, Bidders[wrong.Paddle] with { HasBid = left.Exists(e => e.Paddle == wrong.Paddle) }),
            InHall = InHall.Quiet with
            {
                AskFen = f.AskFen,
                Entries = left,
                MayCorrect = false,
                Unsigned = InHall.Unsigned.Add(line.Version),
                Tellings = InHall.Tellings.AddRange(Told(line, f, wrong.Paddle)),
            },
        };
    }

    private static IEnumerable<HallTelling> Told(FactLine line, BidCorrected f, int wrong)
    {
        yield return new HallTelling(line.Version, line.At, wrong, HallTold.BidTakenBack, f.PriceFen);
        if (f.Leader is { } restored) yield return new HallTelling(line.Version, line.At, restored, HallTold.LeadRestored, f.PriceFen);
    }
}

/// <summary>What a paddle is told when another's line changed its place.</summary>
public enum HallTold
{
    /// <summary>The same amount of the other side went before, by the rule for ties in the announcement.</summary>
    OverRuled,

    /// <summary>The auctioneer corrected an entry under this paddle.</summary>
    BidTakenBack,

    /// <summary>After a correction this paddle leads again.</summary>
    LeadRestored,

    /// <summary>A holder of 优先受让权 took the same amount.</summary>
    Matched,
}

/// <summary>A message to one paddle. It says nothing that the public lines do not.</summary>
public sealed record HallTelling(long Version, DateTimeOffset At, int Paddle, HallTold What, long? PriceFen);

/// <summary>A bid that stands: the last one leads.</summary>
public sealed record HallEntry(long Version, DateTimeOffset At, int Paddle, bool IsFloor, long AmountFen, bool IsMatch = false);

/// <summary>The lot at the auctioneer's desk.</summary>
/// <param name="AskFen">叫价: what the next bidder is asked for.</param>
public sealed record HallState(LotCalled Called, DateTimeOffset CalledAt, long AskFen)
{
    /// <summary>0 to 3; a bid between takes them back.</summary>
    public int Warnings { get; init; }

    public DateTimeOffset? WarnedAt { get; init; }

    /// <summary>When the holders of 优先受让权 were asked about this price, after the third warning on it.</summary>
    public DateTimeOffset? HoldersAskedAt { get; init; }

    public ImmutableList<HallEntry> Entries { get; init; } = [];

    /// <summary>The last line that moved the price was a bid, not a correction.</summary>
    public bool MayCorrect { get; init; }

    /// <summary>Lines that wait for the recorder.</summary>
    public ImmutableList<long> Unsigned { get; init; } = [];

    public ImmutableList<HallTelling> Tellings { get; init; } = [];
    public ImmutableList<MinutesSigned> Minutes { get; init; } = [];
    public HallPaused? Pause { get; init; }

    /// <summary>A stop from outside is over and the auctioneer has not gone on yet.</summary>
    public bool IsLifted { get; init; }

    public HammerFell? Hammer { get; init; }
    public LotPassed? Passed { get; init; }

    public bool IsEnded => Hammer is not null || Passed is not null;

    public HallEntry? Top => Entries.IsEmpty ? null : Entries[^1];

    /// <summary>The same without warnings.</summary>
    public HallState Quiet => this with { Warnings = 0, WarnedAt = null, HoldersAskedAt = null };

    internal HallState After(FactLine line, HallBid f) => Quiet with
    {
        AskFen = f.AskFen,
        Entries = Entries.Add(new HallEntry(line.Version, line.At, f.Paddle, f.IsFloor, f.AmountFen, f.Matches is not null)),
        MayCorrect = f.IsFloor,
        Unsigned = f is { OverRules: not null, IsFloor: true } ? Unsigned.Add(line.Version) : Unsigned,
        Tellings = (f.OverRules ?? f.Matches) is not { } beaten ? Tellings
            : Tellings.Add(new HallTelling(line.Version, line.At, beaten, f.Matches is null ? HallTold.OverRuled : HallTold.Matched, f.AmountFen)),
    };
}
