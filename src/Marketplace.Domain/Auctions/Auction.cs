using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>A paddle in one auction.</summary>
/// <param name="CeilingFen">What the signatory allows; null when none is set or when the reader does not know it.</param>
/// <param name="AdmittedAs">The line that admitted it.</param>
public sealed record Bidder(int Paddle, long? CeilingFen, bool Suspended = false, bool HasBid = false, long AdmittedAs = 0);

/// <summary>Where an auction stands at a moment. Opening: the time for sealed offers is over and the envelopes wait.</summary>
public enum Phase { Announced, Open, Opening, Closing, Paused, Closed }

/// <summary>What is asked of the bidders now; most formats have one stage.</summary>
public enum Stage
{
    /// <summary>A posted price that whoever is admitted accepts; nothing is bid.</summary>
    Listing,

    /// <summary>Open bids and maxima, upwards.</summary>
    Rising,

    /// <summary>The price falls until somebody accepts it.</summary>
    Falling,

    /// <summary>One offer each under seal.</summary>
    Sealed,

    /// <summary>Who took the falling price may answer the best sealed offer.</summary>
    LastWord,

    /// <summary>The price is known; holders of 优先受让权 may match it.</summary>
    Matching,
}

/// <summary>
/// The state of an English auction: what folding its lines gives. Immutable, so that a failed append needs no undo and
/// a reader may look at it while a write is under way.
/// </summary>
public sealed partial record Auction
{
    public static readonly Auction Nothing = new();

    private Auction() { }

    public Terms? Terms { get; private init; }
    public Secret? Reserve { get; private init; }

    /// <summary>The number of the last line; lines count from 1 without a gap.</summary>
    public long Version { get; private init; }

    /// <summary>The moment of the last line; no later line is earlier.</summary>
    public DateTimeOffset At { get; private init; }

    public ImmutableDictionary<int, Bidder> Bidders { get; private init; } = ImmutableDictionary<int, Bidder>.Empty;
    public BidAnswers Answers { get; private init; } = BidAnswers.None;

    public long? PriceFen { get; private init; }
    public int? Leader { get; private init; }

    /// <summary>What the leader is good for; the price itself while it is an open bid.</summary>
    public long? LeaderMaxFen { get; private init; }

    public DateTimeOffset OpensAt { get; private init; }
    public DateTimeOffset EndsAt { get; private init; }
    public int Extensions { get; private init; }
    public long Bids { get; private init; }

    /// <summary>A reserve lifted the price at least once, so the price path follows from it.</summary>
    public bool ReserveLifted { get; private init; }

    public bool IsOpened { get; private init; }
    public int Epoch { get; private init; }
    public bool IsPaused { get; private init; }

    /// <summary>The last breakpoint and the id it was set with.</summary>
    public BreakpointSet? Breakpoint { get; private init; }

    /// <summary>Ceilings and breakpoints by command key, so that a late repetition is known even after later ones.</summary>
    public ImmutableDictionary<string, AuctionFact> Done { get; private init; } = ImmutableDictionary<string, AuctionFact>.Empty;

    /// <summary>After a breakpoint only those who had bid before may bid, and holders of 优先受让权, until the price is known.</summary>
    public bool OnlyEarlierBidders { get; private init; }

    /// <summary>The maxima in the order of their lines, with what each was worth while it stood.</summary>
    public ImmutableList<Maximum> Maxima { get; private init; } = [];

    /// <summary>Sealed offers in the order of receipt.</summary>
    public ImmutableList<SealedOffer> Offers { get; private init; } = [];

    public OffersOpened? Opening { get; private init; }

    /// <summary>Hybrid: who accepted the falling price.</summary>
    public int? PriceTaker { get; private init; }

    /// <summary>Since when nobody was served, while paused.</summary>
    public DateTimeOffset? SilentSince { get; private init; }

    /// <summary>Where the leader's maximum stands in <see cref="Maxima"/>; null when an open bid leads.</summary>
    private int? LeadingMaximum { get; init; }

    public Closed? Result { get; private init; }
    public bool AreSecretsOpened { get; private init; }
    public string? Deal { get; private init; }

    public Phase PhaseAt(DateTimeOffset now) =>
        Result is not null ? Phase.Closed
        : IsPaused ? Phase.Paused
        // In a hall a person opens and closes, no clock.
        : IsHall ? InHall is null ? Phase.Announced : Phase.Open
        // Until the end of a listing's notice is decided nobody bids, however late that is.
        : now < OpensAt || Stage is Stage.Listing ? Phase.Announced
        : now < EndsAt ? Phase.Open
        : Stage is Stage.Sealed && !Offers.IsEmpty ? Phase.Opening
        : Phase.Closing;

    /// <summary>Bidding had begun, was stopped, and the moment at which it goes on lies ahead; null otherwise.</summary>
    public DateTimeOffset? ResumesAt(DateTimeOffset now) => IsOpened && !IsHall && PhaseAt(now) is Phase.Announced ? OpensAt : null;

    public Stage Stage => Matching is not null ? Stage.Matching : Terms?.Format switch
    {
        Formats.Sealed => Opening is null ? Stage.Sealed : Stage.LastWord,
        Formats.Dutch => Stage.Falling,
        Formats.Listed => Listed is null or { Course: ListingCourse.Extended } ? Stage.Listing : Stage.Rising,
        Formats.HybridDutch => PriceTaker is null ? Stage.Falling : Opening is null ? Stage.Sealed : Stage.LastWord,
        _ => Stage.Rising,
    };

    /// <summary>The least that the next bidder must offer: the start price first, then the price plus its step; while a price is matched, the price.</summary>
    public long NextMinFen => InHall is { } desk ? desk.AskFen : PriceFen is { } price ? Stage is Stage.Matching ? price : price + Terms!.StepAt(price) : Terms!.StartPriceFen;

    /// <summary>What a falling price asks at this moment; otherwise the price, or the start price before the first bid.</summary>
    public long AskedFen(DateTimeOffset at) =>
        Terms is { Path: { } path } terms && Leader is null
            ? path.PriceAt(terms.StartPriceFen, at - PathBeganAt!.Value)
            : PriceFen ?? Terms!.StartPriceFen;

    /// <summary>From this moment on a silence of the platform counts: the closing window; of a falling price all of it.</summary>
    public DateTimeOffset WindowFrom => IsHall ? InHall?.CalledAt ?? DateTimeOffset.MaxValue : Stage is Stage.Falling && Leader is null
        ? OpensAt
        : Instant.Later(EndsAt - (Stage is Stage.Rising ? Terms!.Window : Resuming.SealedWindow), OpensAt);

    /// <summary>The state after this line. Total: it never refuses.</summary>
    public Auction Fold(FactLine line) => FoldFact(line) with { Version = line.Version, At = line.At };

    private Auction FoldFact(FactLine line) => (AuctionFact)line.Fact switch
    {
        TermsFixed f => WithClocks(f.Terms) with { Terms = f.Terms, Reserve = f.Reserve },
        BidderAdmitted f => this with { Bidders = Bidders.SetItem(f.Paddle, new Bidder(f.Paddle, f.Ceiling?.ValueFen, AdmittedAs: line.Version)) },
        CeilingSet f => this with
        {
            Bidders = Bidders.SetItem(f.Paddle, Bidders[f.Paddle] with { CeilingFen = f.Ceiling?.ValueFen }),
            Done = Done.SetItem(f.CommandKey, f),
        },
        Suspended f => this with { Bidders = Bidders.SetItem(f.Paddle, Bidders[f.Paddle] with { Suspended = true }) },
        Opened => this with { IsOpened = true },
        BidAccepted f => AfterBid(line, f.Paddle, f.BidId, f.After, f.AmountFen, isProxy: false),
        ProxyAccepted f => AfterBid(line, f.Paddle, f.BidId, f.After, f.Maximum?.ValueFen, isProxy: true),
        OfferSealed f => this with
        {
            Offers = Offers.Add(new SealedOffer(line.Version, f.Paddle, f.BidId, line.At, f.Commitment, f.EnvelopeSha256)),
            Bids = Bids + 1,
            Bidders = Bidders.SetItem(f.Paddle, Bidders[f.Paddle] with { HasBid = true }),
            Answers = Answers.Add(f.Paddle, f.BidId, new BidAnswer(line.Version, line.At, AskedFen(line.At), false, false, null)),
        },
        ShareGiven f => AfterShare(f, line.At),
        EnvelopesPublished f => this with { Published = f },
        OffersOpened f => this with
        {
            Opening = f,
            Offers = [.. Offers.Zip(f.Items, (offer, item) => item.Fault is null ? offer with { AmountFen = item.AmountFen } : offer)],
            PriceFen = f.After?.PriceFen ?? PriceFen,
            Leader = f.After?.Leader ?? Leader,
            LeaderMaxFen = f.After?.PriceFen ?? LeaderMaxFen,
            EndsAt = f.After?.EndsAt ?? EndsAt,
        },
        Resumed f => this with
        {
            Epoch = f.Epoch,
            EndsAt = f.EndsAt,
            // The window that a short silence gave back may lie beyond the limit.
            LatestEndsAt = LatestEndsAt < f.EndsAt ? f.EndsAt : LatestEndsAt,
            IsPaused = IsPaused || f.Paused,
            SilentSince = IsPaused ? SilentSince : f.Paused ? f.SilentSince : null,
            InHall = InHall?.Quiet,
        },
        BreakpointSet f => AfterBreakpoint(line, f).Restarted(f.RestartsAt, f.EndsAt) with
        {
            Breakpoint = f,
            // An offer under seal or an acceptance may still come from anybody admitted.
            OnlyEarlierBidders = Bids > 0 && Stage is Stage.Rising,
            Done = Done.SetItem(f.CommandKey, f),
        },
        PriorityGranted f => After(f),
        ListingDecided f => After(f),
        EndLinked f => this with { EndsAt = f.EndsAt, Extensions = Extensions + 1 },
        MatchingOpened f => After(f),
        Closed f => this with { Result = f },
        SecretsOpened => this with { AreSecretsOpened = true },
        DealRecorded f => this with { Deal = f.Deal },
        HallFact f => AfterHall(line, f),
        TroubleFact f => AfterTrouble(line, f),
        var unknown => throw new InvalidOperationException($"A fact that nobody folds: {unknown.Type}"),
    };

    private Auction AfterBid(FactLine line, int paddle, string bidId, Standing after, long? amount, bool isProxy)
    {
        var leads = after.Leader == paddle;
        var bidder = Bidders[paddle];
        var maxima = Maxima;
        var leading = LeadingMaximum;
        if (leads && leading is { } last)
        {
            // Replaced by its owner it stays closed and counts for the price so far; beaten by another it opens. Who matches
            // the known price beats nobody's maximum.
            maxima = maxima.SetItem(last, maxima[last] with { InForce = false, Beaten = Leader != paddle && Stage is not Stage.Matching, WorthFen = PriceFen!.Value });
            leading = null;
        }

        if (line.Fact is ProxyAccepted { Maximum: { } secret })
        {
            if (leads) leading = maxima.Count;
            maxima = maxima.Add(new Maximum(line.Version, secret, InForce: leads, Beaten: !leads, after.PriceFen));
        }

        return this with
        {
            PriceFen = after.PriceFen,
            Leader = after.Leader,
            LeaderMaxFen = leads ? amount : LeaderMaxFen,
            EndsAt = after.EndsAt,
            Extensions = after.EndsAt > EndsAt ? Extensions + 1 : Extensions,
            Bids = Bids + 1,
            PriceTaker = Stage is Stage.Falling ? paddle : PriceTaker,
            TakenPathBeganAt = Stage is Stage.Falling ? PathBeganAt : TakenPathBeganAt,
            ReserveLifted = ReserveLifted || (isProxy && leads && Reserve?.ValueFen == after.PriceFen && Lifts(paddle, amount!.Value, after.PriceFen, line.At)),
            Bidders = bidder.HasBid ? Bidders : Bidders.SetItem(paddle, bidder with { HasBid = true }),
            Answers = Answers.Add(paddle, bidId, new BidAnswer(line.Version, line.At, after.PriceFen, leads, isProxy, amount)),
            Maxima = maxima,
            LeadingMaximum = leading,
        };
    }

    /// <summary>Without the reserve the price would be lower: only then did the reserve decide anything and must open.</summary>
    private bool Lifts(int paddle, long offerFen, long priceFen, DateTimeOffset at) =>
        Bidding.After(this with { Reserve = null }, paddle, offerFen, isProxy: true, at).PriceFen < priceFen;
}

/// <summary>A hidden maximum in the log and what became of it.</summary>
/// <param name="Version">Its line.</param>
/// <param name="InForce">It is the leader's.</param>
/// <param name="Beaten">Another bidder went beyond it or met it first, so the price follows from it and it opens.</param>
/// <param name="WorthFen">The price it had reached when it stopped being in force.</param>
public sealed record Maximum(long Version, Secret Secret, bool InForce, bool Beaten, long WorthFen)
{
    /// <summary>What the record says of it after the close: all of it when it was beaten, otherwise no more than the price it reached.</summary>
    internal long StatedFen(Auction auction) => Beaten ? Secret.ValueFen : InForce ? auction.PriceFen!.Value : WorthFen;
}
