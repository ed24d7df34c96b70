using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>After the close: a buyer who defaults, the second who is asked, a result that is void.</summary>
internal abstract partial class OneThreadModel
{
    private readonly HashSet<int> _waiting = [];
    private readonly HashSet<int> _left = [];
    private Closed? _closed;
    private SecondOffered? _offer;
    private SecondAnswer? _answer;
    private string? _secondDeal;
    private int _defaults;
    private bool _void;
    private bool _sellerRefused;

    /// <summary>Whether the format knows a second-best at all.</summary>
    protected virtual bool HasSecond => false;

    /// <summary>Every offer that counts after the close, with what the record says of it.</summary>
    protected virtual IEnumerable<(long Line, int Paddle, long Fen)> Stated => [];

    private int? Buyer => _closed is not { Outcome: Outcome.Sold, Winner: { } winner } || _void || _sellerRefused ? null
        : _defaults == 0 ? winner
        : _defaults == 1 && _answer == SecondAnswer.Accepted ? _offer!.Paddle
        : null;

    private Say JudgeWait(Wait c, DateTimeOffset at) =>
        !Members.ContainsKey(c.Paddle) ? Refusal.NotAdmitted
        : !HasSecond ? Refusal.NotInThisStage
        : _waiting.Contains(c.Paddle) || _left.Contains(c.Paddle) ? Say.Again
        : IsSettled(at) ? Refusal.AlreadyEnded
        : new WaitsAsSecond(c.Paddle, SecondBest.CurrentConsent);

    private Say JudgeLeave(Leave c) =>
        _left.Contains(c.Paddle) ? Say.Again
        : !_waiting.Contains(c.Paddle) ? Refusal.NotWaiting
        : _offer?.Paddle == c.Paddle ? Refusal.SecondOfferOpen
        : new LeftWaiting(c.Paddle);

    private Say JudgeResult(Command c, bool needsASale, Func<Fact> fact) =>
        _done.Contains(c.Key) ? Say.Again
        : !IsOver ? Refusal.NoResultYet
        : _closed?.Outcome != Outcome.Sold ? Refusal.NothingSold
        : _void ? Refusal.ResultIsVoid
        : needsASale && Buyer is null ? Refusal.NoStandingSale
        : fact();

    private Say JudgeAnswer(AnswerAsSecond c, DateTimeOffset at)
    {
        if (_offer is not { } offer || _void || _sellerRefused) return Refusal.NoSecondOffer;
        if (offer.Paddle != c.Paddle) return Refusal.NotAdmitted;
        var wanted = c.Accepts ? SecondAnswer.Accepted : SecondAnswer.Declined;
        if (_answer is { } given) return given == wanted ? Say.Again : Refusal.SecondOfferAnswered;
        return at >= offer.Until ? Refusal.SecondOfferExpired : new SecondAnswered(c.Paddle, wanted);
    }

    private Say JudgeSecondDeal(RecordSecondDeal c) =>
        _secondDeal is not null ? Say.Again : _answer == SecondAnswer.Accepted ? new SecondDealRecorded(c.Deal) : Refusal.NotFound;

    /// <summary>An offer that nobody answered in time.</summary>
    private string? WrongExpiry(SecondAnswered f, DateTimeOffset at) =>
        _offer is not { } offer || _answer is not null || _void || _sellerRefused ? "answers what nobody was asked"
        : at < offer.Until || f.Paddle != offer.Paddle ? $"expires before {offer.Until:O}"
        : null;

    /// <summary>The second behind the winner, when it agreed to be asked, still waits and reaches the reserve.</summary>
    private SecondOffered? OfferAt(DateTimeOffset at)
    {
        if (_offer is not null || at >= Days.EndOf(Days.AfterWorkingDays(Days.Of(End), 10))) return null;
        var others = Stated.Where(o => o.Paddle != _closed!.Winner && !Members[o.Paddle].Suspended).OrderByDescending(o => o.Fen).ThenBy(o => o.Line).ToList();
        if (others.Count == 0 || !_waiting.Contains(others[0].Paddle) || others[0].Fen < Reserve) return null;
        return new SecondOffered(others[0].Paddle, others[0].Fen, Days.EndOf(Days.AfterWorkingDays(Days.Of(at), 3)));
    }

    private void ApplyAfter(FactLine line)
    {
        switch (line.Fact)
        {
            case WaitsAsSecond f:
                _waiting.Add(f.Paddle);
                break;
            case LeftWaiting f:
                _waiting.Remove(f.Paddle);
                _left.Add(f.Paddle);
                break;
            case Closed f:
                _closed = f;
                break;
            case ResultVoided:
                _void = true;
                break;
            case SellerRefused:
                _sellerRefused = true;
                break;
            case WinnerDefaulted:
                _mustFollow = OfferAt(line.At);
                _defaults++;
                break;
            case SecondOffered f:
                _offer = f;
                break;
            case SecondAnswered f:
                _answer = f.Answer;
                break;
            case SecondDealRecorded f:
                _secondDeal = f.Deal;
                break;
            default:
                break;
        }
    }
}
