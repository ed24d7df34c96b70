using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>拍卖 with floor and net: an ask, three warnings, the hammer.</summary>
internal sealed class HallModel(TermsFixed first) : OneThreadModel(first)
{
    private readonly HallTerms _hall = first.Terms.Hall!;
    private readonly List<(long Line, int Paddle, bool Floor, long Amount)> _bids = [];
    private readonly HashSet<long> _unsigned = [];
    private readonly HashSet<string> _acts = new(StringComparer.Ordinal);
    private LotCalled? _called;
    private DateTimeOffset? _calledAt;
    private DateTimeOffset? _warnedAt;
    private DateTimeOffset? _holdersAskedAt;
    private HallFact? _ended;
    private long _ask;
    private int _warnings;
    private bool _mayCorrect;
    private bool _stopped;

    protected override bool Rises => true;

    protected override bool EndsByTheClock => false;

    protected override DateTimeOffset WindowFrom => _calledAt ?? DateTimeOffset.MaxValue;

    protected override bool IsPast(DateTimeOffset at) => false;

    protected override bool IsBefore(DateTimeOffset at) => _called is null;

    private long Next => Price is { } price ? price + StepAt(price) : Terms.StartPriceFen;

    private bool IsSold => Leader is not null && (Reserve is null || Price >= Reserve) && Competitors >= Terms.MinBidders;

    protected override (Refusal? Refusal, Standing After) Weigh(int paddle, long offer, bool isMaximum, DateTimeOffset at) => throw new InvalidOperationException("The desk weighs.");

    protected override Say JudgeDesk(Command command, DateTimeOffset at) => command switch
    {
        CallUp c => _called is { } called ? called.Papers == c.Papers ? Say.Again : Refusal.AlreadyCalledUp
            : IsOver ? Refusal.AlreadyEnded
            : Paused ? Refusal.AuctionPaused
            : at < Opens ? Refusal.NotOpenYet
            : new LotCalled(c.Papers, Reserve is not null, Terms.StartPriceFen),
        LoseUplink c => _called is null || Paused || IsOver ? Say.Again : new HallPaused(c.Id, HallPauseCause.UplinkLost, null, null),
        AtDesk { Act: var act } => JudgeAct(act, at),
        _ => throw new InvalidOperationException($"{command}"),
    };

    protected override Say JudgeLift(Lift c) =>
        _called is null ? Refusal.NotAHallLot : IsOver ? Refusal.AlreadyEnded : _stopped ? new StopLifted(c.Id) : Refusal.NotPaused;

    protected override bool IsStillStopped(PausedBy by) => _called is not null && !_stopped && by != PausedBy.Platform;

    protected override Say JudgeBid(Bid c, DateTimeOffset at)
    {
        var bid = c.Placed;
        if (Malformed(bid) is { } malformed) return malformed;
        if (Before(c.Key, bid.AmountFen ?? -1) is { } before) return before;
        if (Barred(bid.Paddle, at) is { } barred) return barred;
        var isFloor = bid.Paddle >= _hall.FloorFrom && bid.Paddle <= _hall.FloorTo;
        if (isFloor != c.Floor) return c.Floor ? Refusal.NotAFloorPaddle : Refusal.FloorPaddleOnly;
        if (bid.AmountFen is not { } offer) return Refusal.NoMaximumHere;
        if (Members[bid.Paddle].Ceiling < offer) return Refusal.AboveCeiling;
        if (Leader == bid.Paddle) return Refusal.AlreadyLeading;
        var favoured = _hall.TieGoesTo == (isFloor ? TieRule.Floor : TieRule.Net);
        int? overRules = favoured && _warnings == 0 && _bids.Count > 0 && _bids[^1].Amount == offer && _bids[^1].Floor != isFloor ? _bids[^1].Paddle : null;
        int? matches = Leader is { } first && offer == Price && Members[bid.Paddle].Rank < Members[first].Rank ? first : null;
        if (matches is not null || (overRules is { } held && Members[held].Rank < 10)) overRules = null;
        if (matches is null && overRules is null)
        {
            if (Price is null ? offer < Terms.StartPriceFen : offer <= Price) return Price is null ? Refusal.BelowStartPrice : Refusal.NotAboveCurrentPrice;
            if (offer < _ask) return Refusal.BelowTheAsk;
            if (!IsOnStep(_ask, offer)) return Refusal.NotOnStep;
        }

        if (isFloor && overRules is not null && c.Because is null) return Refusal.ReasonRequired;
        return new HallBid(bid.Paddle, bid.BidId, isFloor, offer, overRules, offer + StepAt(offer), matches, isFloor && overRules is not null ? c.Because : null);
    }

    private Say JudgeAct(HallCommand act, DateTimeOffset at)
    {
        if (_acts.Contains(act.Id)) return Say.Again;
        if (_called is null) return Refusal.NotCalledUp;
        if (act.Act is HallAct.Countersign) return JudgeSignature(act);
        if (act.Act is HallAct.Hammer && _ended is HammerFell h && h.Id == act.Id) return Say.Again;
        if (act.Act is HallAct.Pass && _ended is LotPassed p && p.Id == act.Id) return Say.Again;
        if (IsOver) return Refusal.AlreadyEnded;
        if (act.Act is HallAct.GoOn) return !Paused ? Refusal.NotPaused : _stopped ? Refusal.StopStands : new HallWentOn(act.Id, act.By);
        if (Paused) return Refusal.AuctionPaused;
        switch (act.Act)
        {
            case HallAct.Ask:
                return act.AmountFen < Next ? Refusal.BelowNextMinimum : IsOnStep(Price ?? Terms.StartPriceFen, act.AmountFen!.Value) ? new AskSet(act.Id, act.AmountFen.Value, act.By) : Refusal.NotOnStep;
            case HallAct.Warn:
                return act.Number != _warnings + 1 || act.Number > 3 ? Refusal.WarningOutOfOrder : IsTooEarly(at, _warnedAt) ? Refusal.WarningTooEarly : new WarningCalled(act.Id, act.Number.Value, Price, act.By);
            case HallAct.Correct:
                if (_bids.Count == 0 || !_mayCorrect || _bids[^1].Line != act.Of) return Refusal.NothingToCorrect;
                (long Amount, int Paddle)? before = _bids.Count > 1 ? (_bids[^2].Amount, _bids[^2].Paddle) : null;
                return new BidCorrected(act.Id, act.Of!.Value, Enum.Parse<CorrectionReason>(act.Reason!), before?.Amount, before?.Paddle, before is { } b ? b.Amount + StepAt(b.Amount) : Terms.StartPriceFen, act.By);
            case HallAct.Pause:
                return new HallPaused(act.Id, HallPauseCause.Auctioneer, act.Reason, act.By);
            case HallAct.AskHolders or HallAct.Hammer or HallAct.Pass when _warnings < 3:
                return Refusal.WarningOutOfOrder;
            case HallAct.AskHolders:
                return MustAskHolders ? new HoldersAsked(act.Id, Price!.Value, act.By) : Refusal.NothingToMatch;
            case HallAct.Hammer or HallAct.Pass when IsTooEarly(at, _holdersAskedAt ?? _warnedAt):
                return Refusal.WarningTooEarly;
            case HallAct.Hammer:
                return Leader is null ? Refusal.NobodyLeads : Price < Reserve ? Refusal.ReserveNotReached : !IsSold ? Refusal.TooFewBidders : MustAskHolders ? Refusal.HoldersNotAsked : new HammerFell(act.Id, Price!.Value, Leader.Value, act.By);
            default:
                return IsSold ? Refusal.WouldBeSold : new LotPassed(act.Id, Leader is null ? PassReason.NoBid : Price < Reserve ? PassReason.ReserveNotReached : PassReason.TooFewBidders, act.By);
        }
    }

    private Say JudgeSignature(HallCommand act) =>
        _acts.Contains($"countersigned/{act.Of}") ? Say.Again
        : act.By == _called!.Papers.Auctioneer ? Refusal.OwnEntry
        : _unsigned.Contains(act.Of!.Value) ? new Countersigned(act.Of.Value, act.By)
        : Refusal.NothingToCountersign;

    /// <summary>Somebody could still take this price, and was not asked.</summary>
    private bool MustAskHolders => _holdersAskedAt is null && Leader is { } leader && Members.Values.Any(m => !m.Suspended && m.Rank < Members[leader].Rank);

    private bool IsTooEarly(DateTimeOffset at, DateTimeOffset? said) => said is { } last && at < last.AddSeconds(_hall.WarningSeconds);

    protected override void Apply(FactLine line)
    {
        base.Apply(line);
        switch (line.Fact)
        {
            case LotCalled f:
                (_called, _calledAt, _ask, End) = (f, line.At, f.AskFen, line.At);
                break;
            case AskSet f:
                _ask = f.AskFen;
                break;
            case HallBid f:
                if (f is { OverRules: not null, IsFloor: true }) _unsigned.Add(line.Version);
                _bids.Add((line.Version, f.Paddle, f.IsFloor, f.AmountFen));
                (Price, Leader, _ask, _mayCorrect, Members[f.Paddle].HasBid) = (f.AmountFen, f.Paddle, f.AskFen, f.IsFloor, true);
                Remember(f.CommandKey, f.AmountFen);
                break;
            case BidCorrected f:
                var wrong = _bids[^1].Paddle;
                _bids.RemoveAt(_bids.Count - 1);
                _unsigned.Add(line.Version);
                (Price, Leader, _ask, _mayCorrect, Members[wrong].HasBid) = (f.PriceFen, f.Leader, f.AskFen, false, _bids.Exists(b => b.Paddle == wrong));
                break;
            case Countersigned f:
                _unsigned.Remove(f.Of);
                break;
            case AuctionPaused f:
                _stopped = _called is not null && f.By != PausedBy.Platform;
                break;
            case StopLifted:
                _stopped = false;
                break;
            case HammerFell f:
                (_ended, End) = (f, line.At);
                MustFollow(sold: true, Price, Leader);
                break;
            case LotPassed f:
                (_ended, End) = (f, line.At);
                _unsigned.Add(line.Version);
                MustFollow(sold: false, null, null);
                break;
            default:
                break;
        }

        if (line.Fact is WarningCalled warned) (_warnings, _warnedAt) = (warned.Number, line.At);
        else if (line.Fact is HoldersAsked) _holdersAskedAt = line.At;
        else if (line.Fact is AskSet or HallBid or BidCorrected or HallPaused or HallWentOn or Resumed or AuctionPaused) (_warnings, _warnedAt, _holdersAskedAt) = (0, null, null);
        if (line.Fact is HallFact or Countersigned) _acts.Add(line.Fact.CommandKey.Replace("hall/", "", StringComparison.Ordinal));
    }

    private bool IsOnStep(long from, long offer) => Terms.OnStep == OnStep.Minimum || (offer - from) % StepAt(from) == 0;
}
