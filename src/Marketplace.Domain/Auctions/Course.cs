using System.Collections.Immutable;

namespace Marketplace.Domain.Auctions;

/// <summary>What may be done now about a lot in trouble; who may is the policy's to say.</summary>
[Flags]
public enum Remedies
{
    None = 0,
    Pause = 1,
    Restart = 2,
    Cancel = 4,
    Void = 8,
    Default = 16,
    SellerRefuses = 32,
    Lift = 64,
}

/// <summary>Where the course of an auction stands, for pages and for what follows from it. Paddles only, no names.</summary>
public sealed record Course
{
    /// <summary>The newest line it follows from.</summary>
    public required long Version { get; init; }
    public required Phase Phase { get; init; }
    public required string? Outcome { get; init; }

    /// <summary>How many refused bids the end names; null before the end.</summary>
    public long? RefusedCount { get; init; }
    public required DateTimeOffset OpensAt { get; init; }
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>Since when nobody was served, while paused.</summary>
    public DateTimeOffset? PausedAt { get; init; }
    public DateTimeOffset? ResumeBy { get; init; }

    /// <summary>The event of the pause; null while running and while only an outage stopped it.</summary>
    public CourseEvent? Pause { get; init; }

    /// <summary>When bidding goes on, once that was announced and until it does.</summary>
    public DateTimeOffset? ResumesAt { get; init; }

    /// <summary>After the restart the clocks go on where they stood; otherwise the breakpoint rule holds.</summary>
    public bool GoesOn { get; init; }

    /// <summary>How long bidding, or the notice of a listing, lasts after the restart.</summary>
    public TimeSpan Left { get; init; }

    /// <summary>It waits for its opening because a deposit's payment is being matched, and opens by itself.</summary>
    public bool IsHeld => Pause?.Ground == nameof(PauseCause.DepositMatching);

    /// <summary>After the restart only those who had bid may bid.</summary>
    public bool OnlyEarlier { get; init; }
    public int EarlierBidders { get; init; }

    /// <summary>Called up in a hall: no clock goes on by itself.</summary>
    public bool IsBeforeTheAuctioneer { get; init; }
    public required ImmutableArray<CourseEvent> Events { get; init; }
    public Sale? Standing { get; init; }

    /// <summary>The paddle whose deposit stays bound as second-best.</summary>
    public int? SecondBound { get; init; }
    public DateTimeOffset? SecondWaitsUntil { get; init; }
    public ImmutableArray<int> Waiting { get; init; } = [];
    public CourseEvent? Offer { get; init; }
    public SecondAnswer? Answer { get; init; }

    /// <summary>Who defaulted, in order.</summary>
    public ImmutableArray<int> Defaulters { get; init; } = [];

    /// <summary>The buyer whom the seller let down.</summary>
    public int? LetDown { get; init; }
    public string? Deal { get; init; }
    public string? SecondDeal { get; init; }
    public Remedies May { get; init; }

    public static Course Of(Auction auction, DateTimeOffset now)
    {
        var trouble = auction.Trouble;
        var second = SecondBest.Waits(auction);
        return new Course
        {
            Version = auction.Version,
            Phase = auction.PhaseAt(now),
            Outcome = auction.OutcomeName,
            RefusedCount = auction.Result?.RefusedCount,
            OpensAt = auction.OpensAt,
            EndsAt = auction.EndsAt,
            PausedAt = auction.IsPaused ? auction.SilentSince : null,
            ResumeBy = auction is { IsPaused: true, SilentSince: { } since } ? Pausing.ResumeBy(since) : null,
            Pause = trouble.Pause is null ? null : trouble.Events.Last(e => e.Type == trouble.Pause.Type),
            ResumesAt = auction.ResumesAt(now),
            GoesOn = Pausing.GoesOnWhereItStood(auction),
            Left = !auction.IsPaused ? default : auction is { Stage: Stage.Listing, IsHeld: false } ? auction.OpensAt - auction.SilentSince!.Value : Pausing.Left(auction),
            OnlyEarlier = auction.IsPaused ? !Pausing.GoesOnWhereItStood(auction) && auction.Bids > 0 && auction.Stage is Stage.Rising : auction.OnlyEarlierBidders,
            EarlierBidders = auction.Bidders.Values.Count(b => b.HasBid),
            IsBeforeTheAuctioneer = auction.InHall is not null,
            Events = [.. trouble.Events],
            Standing = auction.Standing,
            SecondBound = SecondBest.Bound(auction, now),
            SecondWaitsUntil = second is null ? null : SecondBest.WaitsUntil(auction.EndsAt),
            Waiting = [.. trouble.Waiting],
            Offer = trouble.Offer is null ? null : trouble.Events.Last(e => e.Type == trouble.Offer.Type),
            Answer = trouble.Answer?.Answer,
            Defaulters = [.. trouble.Defaults.Select(d => d.Paddle)],
            LetDown = trouble.SellerRefusal is null ? null : trouble.Answer?.Answer == SecondAnswer.Accepted ? trouble.Offer!.Paddle : auction.Result!.Winner,
            Deal = auction.Deal,
            SecondDeal = trouble.SecondDeal,
            May = MayNow(auction, now),
        };
    }

    private static Remedies MayNow(Auction auction, DateTimeOffset now)
    {
        var may = Remedies.None;
        if (auction.Terms is null) return may;
        var phase = auction.PhaseAt(now);
        if (phase is Phase.Announced or Phase.Open || (phase is Phase.Paused && (auction.IsHeld || auction is { InHall: not null, IsStoppedInHall: false }))) may |= Remedies.Pause;
        if (phase is Phase.Paused && !auction.IsHeld) may |= auction.InHall is null ? Remedies.Restart : auction.IsStoppedInHall ? Remedies.Lift : Remedies.None;
        if (phase is not (Phase.Closing or Phase.Closed)) may |= Remedies.Cancel;
        if (auction.Result?.Outcome == Domain.Auctions.Outcome.Sold && auction.Trouble.Void is null) may |= Remedies.Void;
        if (auction.Standing is not null) may |= Remedies.Default | Remedies.SellerRefuses;
        return may;
    }
}
