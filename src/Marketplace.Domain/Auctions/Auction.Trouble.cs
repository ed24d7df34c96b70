using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>A fact of the course with its moment, as pages tell it.</summary>
public sealed record CourseEvent(
    long Version, string Type, DateTimeOffset At, string? Ground = null, string? Text = null, int? Paddle = null, long? PriceFen = null, DateTimeOffset? Until = null,
    ProbeFigures? Figures = null, string? EvidenceSha256 = null);

/// <summary>A sale that stands.</summary>
/// <param name="Promoted">The second-best took the place of a winner who defaulted.</param>
public sealed record Sale(int Winner, long PriceFen, DateTimeOffset ConcludedAt, bool Promoted);

/// <summary>What went wrong with an auction so far.</summary>
public sealed record Trouble
{
    public static readonly Trouble None = new();

    /// <summary>Why it stands still now; null while it runs, and while only an outage stopped it.</summary>
    public AuctionPaused? Pause { get; init; }
    public Cancelled? Cancellation { get; init; }
    public ResultVoided? Void { get; init; }
    public ImmutableList<WinnerDefaulted> Defaults { get; init; } = [];
    public SellerRefused? SellerRefusal { get; init; }

    /// <summary>Who agreed to be asked as second-best and has not left.</summary>
    public ImmutableSortedSet<int> Waiting { get; init; } = [];
    public ImmutableSortedSet<int> Left { get; init; } = [];
    public SecondOffered? Offer { get; init; }
    public SecondAnswered? Answer { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
    public string? SecondDeal { get; init; }

    /// <summary>Everything above in its order.</summary>
    public ImmutableList<CourseEvent> Events { get; init; } = [];
}

public sealed partial record Auction
{
    public Trouble Trouble { get; private init; } = Trouble.None;

    /// <summary>A person outside the hall stopped this lot, and only the market lifts that. What its probe stopped the auctioneer may go on with.</summary>
    public bool IsStoppedInHall => InHall is not null && Trouble.Pause is { By: not PausedBy.Platform };

    /// <summary>It waits for its opening because a deposit's payment is being matched.</summary>
    public bool IsHeld => Trouble.Pause is { Cause: PauseCause.DepositMatching };

    /// <summary>The sale that stands now; null when there is none, or none any more.</summary>
    public Sale? Standing
    {
        get
        {
            if (Result is not { Outcome: Outcome.Sold } result || Trouble.Void is not null || Trouble.SellerRefusal is not null) return null;
            if (Trouble.Defaults.IsEmpty) return new Sale(result.Winner!.Value, result.PriceFen!.Value, EndsAt, Promoted: false);
            return Trouble is { Defaults.Count: 1, Offer: { } offer, Answer.Answer: SecondAnswer.Accepted, AnsweredAt: { } at }
                ? new Sale(offer.Paddle, offer.PriceFen, at, Promoted: true)
                : null;
        }
    }

    /// <summary>How it stands after the end, in one word for programs and pages; null before the end.</summary>
    public string? OutcomeName => Result is not { } result ? null
        : Trouble.Cancellation is not null ? "cancelled"
        : result.Outcome != Outcome.Sold ? "unsold"
        : Trouble.Void is not null ? "void"
        : Trouble.SellerRefusal is not null ? "refused"
        : Standing is null ? "defaulted"
        : "sold";

    private Auction AfterTrouble(FactLine line, TroubleFact fact) => fact switch
    {
        AuctionPaused f => (this with { IsPaused = true, SilentSince = IsHeld ? SilentSince : line.At, InHall = InHall is { } desk ? desk.Quiet with { IsLifted = false } : null, Done = Done.SetItem(f.CommandKey, f) })
            .Tell(line, t => t with { Pause = f }, ground: f.Cause.ToString(), text: f.Text, figures: f.Figures),
        Continued f => (Restarted(f.OpensAt, f.EndsAt) with { FreeUntil = FreeUntil + (f.EndsAt - EndsAt), Done = Done.SetItem(f.CommandKey, f) })
            .Tell(line, t => t with { Pause = null }, until: f.EndsAt),
        StopLifted f => (this with { SilentSince = null, InHall = InHall! with { IsLifted = true }, Done = Done.SetItem(f.CommandKey, f) }).Tell(line, t => t with { Pause = null }),
        Cancelled f => (this with
        {
            Result = new Closed(Outcome.Cancelled, null, null, f.RefusedCount, f.RefusedDigest),
            EndsAt = line.At,
            IsPaused = false,
            SilentSince = null,
            Done = Done.SetItem(f.CommandKey, f),
        }).Tell(line, t => t with { Cancellation = f, Pause = null }, ground: f.Ground.ToString(), text: f.Text),
        ResultVoided f => (this with { Done = Done.SetItem(f.CommandKey, f) }).Tell(line, t => t with { Void = f }, ground: f.Ground.ToString(), text: f.Text),
        WinnerDefaulted f => (this with { Done = Done.SetItem(f.CommandKey, f) })
            .Tell(line, t => t with { Defaults = t.Defaults.Add(f) }, ground: f.Ground.ToString(), text: f.Text, paddle: f.Paddle, evidence: f.EvidenceSha256),
        SellerRefused f => (this with { Done = Done.SetItem(f.CommandKey, f) })
            .Tell(line, t => t with { SellerRefusal = f }, text: f.Text, evidence: f.EvidenceSha256),
        WaitsAsSecond f => this with { Trouble = Trouble with { Waiting = Trouble.Waiting.Add(f.Paddle) } },
        LeftWaiting f => this with { Trouble = Trouble with { Waiting = Trouble.Waiting.Remove(f.Paddle), Left = Trouble.Left.Add(f.Paddle) } },
        SecondOffered f => Tell(line, t => t with { Offer = f }, paddle: f.Paddle, price: f.PriceFen, until: f.Until),
        SecondAnswered f => Tell(line, t => t with { Answer = f, AnsweredAt = line.At }, ground: f.Answer.ToString(), paddle: f.Paddle),
        SecondDealRecorded f => this with { Trouble = Trouble with { SecondDeal = f.Deal } },
        var unknown => throw new InvalidOperationException($"A fact that nobody folds: {unknown.Type}"),
    };

    /// <summary>A breakpoint ends whatever pause there was.</summary>
    private Auction AfterBreakpoint(FactLine line, BreakpointSet fact) => Tell(line, t => t with { Pause = null }, until: fact.EndsAt);

    private Auction Tell(
        FactLine line, Func<Trouble, Trouble> change, string? ground = null, string? text = null, int? paddle = null, long? price = null, DateTimeOffset? until = null,
        ProbeFigures? figures = null, string? evidence = null) => this with
        {
            Trouble = change(Trouble) with
            {
                Events = Trouble.Events.Add(new CourseEvent(line.Version, line.Fact.Type, line.At, ground, text, paddle, price, until, figures, evidence)),
            },
        };
}
