using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>What the model says to a command: a refusal, the fact it becomes, or neither when it was carried out before.</summary>
internal readonly record struct Say(Refusal? Refusal, Fact? Fact)
{
    public static readonly Say Again = default;

    public static implicit operator Say(Refusal refusal) => new(refusal, null);

    public static implicit operator Say(Fact fact) => new(null, fact);

    public override string ToString() => Refusal?.ToString() ?? Fact?.ToString() ?? "the first answer";
}

/// <summary>
/// The rules once more, as one would explain them: one thing after the other on plain variables, no grain, no batch, no
/// crash, nothing of the state that is under test. Each format has its own price, leader and end.
/// </summary>
internal abstract partial class OneThreadModel(TermsFixed first)
{
    protected static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    protected sealed class Member
    {
        public long? Ceiling;
        public bool Suspended;
        public bool HasBid;
        public int Rank = 10;
    }

    private readonly HashSet<string> _done = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object> _content = new(StringComparer.Ordinal);

    protected Terms Terms { get; } = first.Terms;
    protected long? Reserve { get; } = first.Reserve?.ValueFen;
    protected Dictionary<int, Member> Members { get; } = [];
    protected DateTimeOffset Opens { get; set; } = first.Terms.OpensAt;
    protected DateTimeOffset End { get; set; } = first.Terms.CycleSeconds is { } cycle ? first.Terms.EndsAt.AddSeconds(cycle) : first.Terms.EndsAt;
    protected DateTimeOffset? Latest { get; private set; } = first.Terms.LatestEndsAt;
    protected DateTimeOffset At { get; private set; }
    protected long? Price { get; set; }
    protected int? Leader { get; set; }
    protected bool Paused { get; private set; }
    protected bool IsOver { get; set; }
    protected bool ForCause { get; private set; }
    protected DateTimeOffset? Since { get; private set; }
    protected bool OnlyEarlier { get; private set; }
    protected bool HasOpened { get; private set; }
    protected bool Matching { get; private set; }
    protected int Epoch { get; private set; }

    /// <summary>What the envelopes really hold, by paddle and bid id.</summary>
    public required IReadOnlyDictionary<(int Paddle, string BidId), Secret?> Contents { get; init; }

    /// <summary>The first and only answer to each bid, by its key.</summary>
    public Dictionary<string, BidAnswer> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the price rises by open bids and maxima now.</summary>
    protected virtual bool Rises => false;

    /// <summary>Envelopes wait to be opened, and nothing ends before.</summary>
    protected virtual bool Collects => false;

    /// <summary>From when on a silence takes the moments that decide.</summary>
    protected virtual DateTimeOffset WindowFrom => Later(End - (Rises ? Terms.Window : FiveMinutes), Opens);

    protected virtual int Competitors => Members.Values.Count(m => m.HasBid);

    protected virtual bool EndsByTheClock => true;

    /// <summary>A person closes it or its time is over; in a hall only a person.</summary>
    protected virtual bool IsPast(DateTimeOffset at) => at >= End;

    protected virtual bool IsBefore(DateTimeOffset at) => at < Opens;

    public static OneThreadModel Of(TermsFixed first, IReadOnlyDictionary<(int Paddle, string BidId), Secret?> contents) => first.Terms.Format switch
    {
        Formats.Sealed => new SealedModel(first) { Contents = contents },
        Formats.Dutch or Formats.HybridDutch => new FallingModel(first) { Contents = contents },
        Formats.Hall => new HallModel(first) { Contents = contents },
        _ => new RisingModel(first) { Contents = contents },
    };

    public Say Judge(Command command, DateTimeOffset at) => command switch
    {
        Bid c => JudgeBid(c, at),
        Seal c => JudgeSeal(c, at),
        Admit c => Members.ContainsKey(c.Paddle) ? Say.Again : IsSettled(at) ? Refusal.AlreadyEnded : new BidderAdmitted(c.Paddle, c.Ceiling, c.Ceiling?.Commitment()),
        MoveCeiling c => !Members.TryGetValue(c.Paddle, out var m) ? Refusal.NotAdmitted
            : m.Ceiling == c.Value.ValueFen || _done.Contains(c.Key) ? Say.Again
            : IsSettled(at) ? Refusal.AlreadyEnded
            : new CeilingSet(c.Paddle, c.Id, c.Value, c.Value.Commitment()),
        SuspendPaddle c => !Members.TryGetValue(c.Paddle, out var m) ? Refusal.NotAdmitted : m.Suspended ? Say.Again : IsSettled(at) ? Refusal.AlreadyEnded : new Suspended(c.Paddle),
        GrantRank c => !Members.TryGetValue(c.Paddle, out var m) ? Refusal.NotAdmitted
            : c.Rank is < 1 or > 9 ? Refusal.RankOutOfRange
            : m.Rank < 10 ? m.Rank == c.Rank ? Say.Again : Refusal.RankGiven
            : m.HasBid ? Refusal.RankAfterBid
            : IsOver || (!Paused && !IsBefore(at) && IsPast(at)) ? Refusal.AlreadyEnded
            : new PriorityGranted(c.Paddle, c.Rank),
        Pause c => _done.Contains(c.Key) ? Say.Again
            : IsOver || (!Paused && !IsBefore(at) && IsPast(at)) ? Refusal.AlreadyEnded
            : Paused && !IsStillStopped(c.By) ? Refusal.AuctionPaused
            : c.By != PausedBy.Platform ? new AuctionPaused(c.Id, c.By, c.By == PausedBy.Authority ? PauseCause.Order : c.Cause, TrueRules.Why, null)
            : at < WindowFrom || at < Opens ? Refusal.ProbeIsGood
            : new AuctionPaused(c.Id, c.By, c.Cause, "", c.Figures),
        Restart c => JudgeRestart(c, at),
        Lift c => _done.Contains(c.Key) ? Say.Again : JudgeLift(c),
        Cancel c => _done.Contains(c.Key) ? Say.Again : IsSettled(at) ? Refusal.AlreadyEnded : new Cancelled(c.Id, CancelGround.Fault, TrueRules.Why, 0, TrueRules.Digest),
        LinkEnd c => JudgeLink(c),
        Wait c => JudgeWait(c, at),
        Leave c => JudgeLeave(c),
        VoidResult c => JudgeResult(c, needsASale: false, () => new ResultVoided(c.Id, VoidGround.GraveBreach, TrueRules.Why)),
        BuyerDefaults c => JudgeResult(c, needsASale: true, () => new WinnerDefaulted(c.Id, Buyer!.Value, DefaultGround.NotPaid, TrueRules.Why, null)),
        SellerWithdraws c => JudgeResult(c, needsASale: true, () => new SellerRefused(c.Id, TrueRules.Why, null)),
        AnswerAsSecond c => JudgeAnswer(c, at),
        RecordSecondDeal c => JudgeSecondDeal(c),
        CallUp or AtDesk or LoseUplink => JudgeDesk(command, at),
        var other => throw new InvalidOperationException($"{other}"),
    };

    /// <summary>Why this paddle may not bid at all now.</summary>
    protected Refusal? Barred(int paddle, DateTimeOffset at) =>
        !Members.TryGetValue(paddle, out var member) ? Refusal.NotAdmitted
        : member.Suspended ? Refusal.PaddleSuspended
        : IsOver ? Refusal.AlreadyEnded
        : Paused ? Refusal.AuctionPaused
        : IsBefore(at) ? Refusal.NotOpenYet
        : IsPast(at) ? Refusal.AlreadyEnded
        : OnlyEarlier && !member.HasBid && member.Rank == 10 ? Refusal.NotAdmitted
        : null;

    protected static Refusal? Malformed(PlaceBid bid)
    {
        if (bid.BidId.Length is 0 or > 36 || !bid.BidId.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) return Refusal.BidIdInvalid;
        if (bid.AmountFen.HasValue == bid.ProxyMaxFen.HasValue) return Refusal.MalformedRequest;
        return (bid.AmountFen ?? bid.ProxyMaxFen) is > 0 and <= 100_000_000_000_000 ? null : Refusal.AmountOutOfRange;
    }

    /// <summary>The first answer once more, or that the id stands for something else; null when it is new.</summary>
    protected Say? Before(string key, object content) =>
        !_content.TryGetValue(key, out var was) ? (Say?)null : was.Equals(content) ? Say.Again : Refusal.BidIdReused;

    protected virtual Say JudgeBid(Bid c, DateTimeOffset at)
    {
        var bid = c.Placed;
        if (Malformed(bid) is { } malformed) return malformed;
        if (Before(c.Key, (bid.AmountFen, bid.ProxyMaxFen)) is { } before) return before;
        if (c.Floor) return Refusal.NotAHallLot;
        if (Barred(bid.Paddle, at) is { } barred) return barred;
        var offer = (bid.AmountFen ?? bid.ProxyMaxFen)!.Value;
        if (Members[bid.Paddle].Ceiling < offer) return Refusal.AboveCeiling;
        var isMaximum = bid.ProxyMaxFen.HasValue;
        if (isMaximum && !Rises) return Refusal.NoMaximumHere;
        var (refusal, after) = Matching ? Match(bid.Paddle, offer) : Weigh(bid.Paddle, offer, isMaximum, at);
        return refusal is { } no ? no
            : isMaximum ? new ProxyAccepted(bid.Paddle, bid.BidId, new Secret(bid.Nonce, offer), new Secret(bid.Nonce, offer).Commitment(), after)
            : new BidAccepted(bid.Paddle, bid.BidId, offer, after);
    }

    protected virtual Say JudgeSeal(Seal c, DateTimeOffset at) => Barred(c.Sealed.Paddle, at) ?? Refusal.NotInThisStage;

    protected virtual Say JudgeLift(Lift c) => Refusal.NotAHallLot;

    /// <summary>Whether whoever says so may stop what stands still already.</summary>
    protected virtual bool IsStillStopped(PausedBy by) => false;

    protected virtual Say JudgeDesk(Command command, DateTimeOffset at) => command is LoseUplink ? Say.Again : Refusal.NotAHallLot;

    /// <summary>What the format makes of an offer: why it does not do, or price, leader and end after it.</summary>
    protected abstract (Refusal? Refusal, Standing After) Weigh(int paddle, long offer, bool isMaximum, DateTimeOffset at);

    /// <summary>What an auction is asked for at a moment.</summary>
    protected virtual long Asked(DateTimeOffset at) => Price ?? Terms.StartPriceFen;

    private (Refusal?, Standing) Match(int paddle, long offer) =>
        Leader == paddle ? (Refusal.AlreadyLeading, default)
        : Members[paddle].Rank >= Members[Leader!.Value].Rank ? (Refusal.OnlyPriorityHolders, default)
        : offer != Price ? (Refusal.OnlyThePriceItself, default)
        : (null, new Standing(offer, paddle, End));

    private bool IsSettled(DateTimeOffset at) => IsOver || (!Paused && !IsBefore(at) && IsPast(at) && !Collects);

    protected static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
