using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>Pauses, silences and the close, and what each line of a log must be.</summary>
internal abstract partial class OneThreadModel
{
    private Fact? _mustFollow;

    /// <summary>The clocks stood still before the moments that decide, or it never opened, so they go on where they stood.</summary>
    private bool GoesOn => Paused && (ForCause ? Since < Opens || Since < WindowFrom : !HasOpened && EndsByTheClock && Since < Opens);

    private Say JudgeRestart(Restart c, DateTimeOffset at)
    {
        if (_done.Contains(c.Key)) return Say.Again;
        var goesOn = GoesOn;
        if (!goesOn && !EndsByTheClock) return Refusal.NotInThisStage;
        if (!Paused) return Refusal.NotPaused;
        if (c.RestartsAt < at.AddSeconds(60)) return Refusal.RestartTooEarly;
        if (c.RestartsAt > at.AddDays(30)) return Refusal.RestartTooLate;
        if (goesOn)
        {
            var opens = Since < Opens ? Later(Opens, c.RestartsAt) : c.RestartsAt;
            return new Continued(c.Id, opens, opens + (End - Later(Since!.Value, Opens)));
        }

        var left = Rises ? TimeSpan.Zero : End - Later(Since!.Value, Opens);
        var window = left > TimeSpan.Zero ? left : Terms.Window > TimeSpan.Zero ? Terms.Window : FiveMinutes;
        return new BreakpointSet(c.Id, c.RestartsAt, c.RestartsAt + window);
    }

    private Say JudgeLink(LinkEnd c)
    {
        if (Terms.Linked is null || c.Lot == Terms.Auction) return Refusal.NotLinked;
        if (IsOver || !Rises) return Refusal.AlreadyEnded;
        if (Paused) return Refusal.AuctionPaused;
        var end = NotBeyondTheLatest(c.EndsAt);
        return end > End ? new EndLinked(c.Lot, c.Version, end) : Say.Again;
    }

    protected long StepAt(long amount) => Terms.Steps.Last(s => s.FromFen <= amount || s.FromFen == 0).StepFen;

    protected DateTimeOffset NotBeyondTheLatest(DateTimeOffset end) => Latest < end ? Latest.Value : end;

    /// <summary>With what a node takes the auction over, when it was served until then; null when it may not.</summary>
    private Resumed? TakeOver(DateTimeOffset served, DateTimeOffset at)
    {
        if (IsOver || at < Opens) return null;
        var same = new Resumed(Epoch + 1, served, End, Paused: false);
        if (Paused) return same;
        if (!EndsByTheClock) return WindowFrom == DateTimeOffset.MaxValue ? null : same with { Paused = at - served > TimeSpan.FromSeconds(10) };
        var silent = Later(served, WindowFrom);
        if (at <= WindowFrom || silent >= End) return same;
        if (at - silent > TimeSpan.FromSeconds(10)) return same with { Paused = true };
        return same with { EndsAt = Rises ? Later(End, at + Terms.Window) : End + (at - silent) };
    }

    private Closed Result()
    {
        var sold = Leader is not null && Competitors >= Terms.MinBidders && (Reserve is null || Price >= Reserve);
        return new Closed(sold ? Outcome.Sold : Outcome.Unsold, sold ? Price : null, sold ? Leader : null, 0, TrueRules.Digest);
    }

    private bool WaitsForHolders => Terms.Match is not null && !Matching && Result().Outcome == Outcome.Sold && Members[Leader!.Value].Rank > Terms.Match.BestRank;

    /// <summary>What is wrong with the next line, or null; afterwards the model stands after it.</summary>
    /// <param name="asked">What was ever sent with this line's key.</param>
    public string? Take(FactLine line, IReadOnlyList<Command> asked, IReadOnlySet<DateTimeOffset> witnessed)
    {
        var at = line.At;
        if (at < At) return "is earlier than the line before it";
        if (IsOver && line.Fact is not (SecretsOpened or Countersigned or TroubleFact) && _mustFollow is null) return "comes after the close";
        if (_mustFollow is { } next && !line.Fact.Equals(next)) return $"should be {next} and is {line.Fact}";
        var wrong = (AuctionFact)line.Fact switch
        {
            Opened => !HasOpened && at >= Opens && EndsByTheClock ? null : "opens what is not to be opened",
            Resumed f => f.SilentSince < At || (f.SilentSince != At && !witnessed.Contains(f.SilentSince)) ? "was silent since a moment that nobody saw"
                : TakeOver(f.SilentSince, at) is { } taken && taken == f ? null : $"should be {TakeOver(f.SilentSince, at)} and is {f}",
            MatchingOpened f => !WaitsForHolders || Paused || Collects ? "waits for nobody"
                : at == Later(End, At) && f == new MatchingOpened(Price!.Value, Leader!.Value, at.AddSeconds(Terms.Match!.Seconds!.Value)) ? null : $"is not the window after {End:O}",
            OffersOpened f => Paused || at < End.AddSeconds(1) || !Collects ? "opens what is not to be opened" : WrongOpening(f, at),
            Closed f when _mustFollow is not null => null,
            Closed f => Paused || Collects || WaitsForHolders || !EndsByTheClock ? "closes what is not to be closed"
                : at != Later(End, At) ? $"closes at {at:O}, the end was {End:O}"
                : f == Result() ? null : $"should be {Result()} and is {f}",
            SecondOffered => _mustFollow is not null ? null : "is offered to nobody who waits",
            SecondAnswered { Answer: SecondAnswer.Expired } f => WrongExpiry(f, at),
            SecretsOpened => IsOver ? null : "opens before the end",
            HallPaused { Cause: HallPauseCause.UplinkLost } f => Judge(new LoseUplink(f.Id), at).Fact is { } lost && lost.Equals(f) ? null : "pauses what does not run",
            var f => Asked(f, asked, at),
        };
        if (wrong is not null) return wrong;
        _mustFollow = null;
        if (line.Fact.CommandKey.StartsWith("bid/", StringComparison.Ordinal)) Answers.Add(line.Fact.CommandKey, AnswerTo(line));
        _done.Add(line.Fact.CommandKey);
        Apply(line);
        ApplyAfter(line);
        At = at;
        return null;
    }

    private string? Asked(AuctionFact fact, IReadOnlyList<Command> asked, DateTimeOffset at)
    {
        var said = asked.Select(command => Judge(command, at)).ToList();
        return said.Exists(s => s.Fact is { } f && f.Equals(fact)) ? null : said.Count == 0 ? $"was asked for by nobody: {fact}" : $"should be {string.Join(" or ", said)} and is {fact}";
    }

    private BidAnswer AnswerTo(FactLine line) => line.Fact switch
    {
        BidAccepted f => new BidAnswer(line.Version, line.At, f.After.PriceFen, f.After.Leader == f.Paddle, false, f.AmountFen),
        ProxyAccepted f => new BidAnswer(line.Version, line.At, f.After.PriceFen, f.After.Leader == f.Paddle, true, f.Maximum!.ValueFen),
        HallBid f => new BidAnswer(line.Version, line.At, f.AmountFen, true, false, f.AmountFen),
        _ => new BidAnswer(line.Version, line.At, Asked(line.At), false, false, null),
    };

    protected virtual string? WrongOpening(OffersOpened opened, DateTimeOffset at) => "opens what nobody sealed";

    protected virtual void Apply(FactLine line)
    {
        switch (line.Fact)
        {
            case BidderAdmitted f:
                Members.Add(f.Paddle, new Member { Ceiling = f.Ceiling?.ValueFen });
                break;
            case CeilingSet f:
                Members[f.Paddle].Ceiling = f.Ceiling!.ValueFen;
                break;
            case Suspended f:
                Members[f.Paddle].Suspended = true;
                break;
            case PriorityGranted f:
                Members[f.Paddle].Rank = f.Rank;
                break;
            case Opened:
                HasOpened = true;
                break;
            case BidAccepted f:
                Stand(line, f.Paddle, f.CommandKey, (f.AmountFen, null), f.After);
                break;
            case ProxyAccepted f:
                Stand(line, f.Paddle, f.CommandKey, (null, f.Maximum!.ValueFen), f.After);
                break;
            case EndLinked f:
                End = f.EndsAt;
                break;
            case MatchingOpened f:
                (Matching, End, OnlyEarlier) = (true, f.Until, false);
                break;
            case AuctionPaused:
                (Paused, ForCause, Since) = (true, true, line.At);
                break;
            case Resumed f:
                if (f.Paused) (Paused, ForCause, Since) = (true, false, f.SilentSince);
                (Epoch, End) = (f.Epoch, f.EndsAt);
                if (Latest < End) Latest = End;
                break;
            case Continued f:
                GoOn(f.OpensAt, f.EndsAt);
                break;
            case BreakpointSet f:
                OnlyEarlier = Rises && Members.Values.Any(m => m.HasBid);
                GoOn(f.RestartsAt, f.EndsAt);
                break;
            case StopLifted:
                (ForCause, Since) = (false, null);
                break;
            case HallPaused:
                (Paused, ForCause, Since) = (true, false, null);
                break;
            case HallWentOn:
                (Paused, ForCause, Since) = (false, false, null);
                break;
            case Closed:
                IsOver = true;
                break;
            case Cancelled:
                (IsOver, Paused) = (true, false);
                break;
            default:
                break;
        }
    }

    protected virtual void GoOn(DateTimeOffset opens, DateTimeOffset ends)
    {
        // As much room is left to the latest end as before.
        Latest += ends - End;
        (Opens, End, Paused, ForCause, Since) = (opens, ends, false, false, null);
    }

    /// <summary>The next line can only be this one.</summary>
    protected void MustFollow(bool sold, long? price, int? winner) =>
        _mustFollow = new Closed(sold ? Outcome.Sold : Outcome.Unsold, sold ? price : null, sold ? winner : null, 0, TrueRules.Digest);

    protected void Remember(string key, object content) => _content.Add(key, content);

    private void Stand(FactLine line, int paddle, string key, (long? Open, long? Hidden) content, Standing after)
    {
        Settle(line, paddle, content.Open ?? content.Hidden!.Value, after);
        Members[paddle].HasBid = true;
        Remember(key, content);
        (Price, Leader, End) = (after.PriceFen, after.Leader, after.EndsAt);
    }

    /// <summary>What a format keeps of an accepted offer besides price, leader and end.</summary>
    protected virtual void Settle(FactLine line, int paddle, long offer, Standing after) { }
}
