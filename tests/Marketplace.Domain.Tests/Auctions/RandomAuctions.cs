using CsCheck;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>A thing that happens in a random auction; the numbers are read against the state it meets.</summary>
public readonly record struct Move(int Kind, int Paddle, int Size, int Wait, bool Off);

/// <summary>Random auctions: few bidders and small numbers, so that ties, caps, lifts and outages happen all the time.</summary>
public sealed class RandomAuction(Terms terms, long? reserveFen, IReadOnlyList<Move> moves, IReadOnlyList<int> ranks)
{
    private static readonly Gen<Terms> GenTerms =
        from ladder in OneOf<Step[]>([new(0, 10)], [new(0, 5), new(150, 20), new(220, 50)], [new(0, 40), new(130, 3)], [new(0, 1)])
        from onStep in OneOf(OnStep.Multiple, OnStep.Minimum)
        from soft in OneOf(0, 5, 30, 300)
        from least in OneOf(1, 1, 1, 2)
        from opens in Gen.Bool
        from match in OneOf<MatchWindow?>(null, null, new MatchWindow(60, null), MatchWindow.Statutory with { BestRank = 2 })
        select Live.Terms with
        {
            StartPriceFen = 100,
            Steps = [.. ladder],
            OnStep = onStep,
            EndsAt = Live.Noon.AddMinutes(10),
            SoftCloseSeconds = soft,
            MinBidders = least,
            OpensReserve = opens,
            Match = match,
        };

    private static readonly Gen<Move> GenMove =
        from kind in Gen.Int[0, 99]
        from paddle in Gen.Int[1, 4]
        from size in Gen.Int[-2, 12]
        from wait in Gen.Frequency((6, Gen.Int[0, 5_000]), (3, Gen.Int[0, 60_000]), (1, Gen.Int[0, 400_000]))
        from off in Gen.Frequency((5, Gen.Const(false)), (1, Gen.Const(true)))
        select new Move(kind, paddle, size, wait, off);

    public static Gen<RandomAuction> Any { get; } =
        from terms in GenTerms
        from reserve in Gen.Frequency((1, Gen.Const((long?)null)), (2, Gen.Long[100, 260].Select(r => (long?)r)))
        from moves in GenMove.List[0, 60]
        from ranks in OneOf<int[]>([], [0, 1], [1, 0, 2], [2, 2, 0], [1, 1, 1])
        select new RandomAuction(terms, reserve, moves, ranks);

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    public Live Live { get; } = new();

    /// <summary>The bids that were accepted, in their order.</summary>
    public List<(int Paddle, long OfferFen, bool IsProxy, Standing Before, Standing After)> Accepted { get; } = [];

    /// <summary>All commands as they were sent, to be sent again.</summary>
    public List<(Func<Auction, DateTimeOffset, (object? Answer, Refusal? Refusal, int Facts)> Send, object? Answer)> Sent { get; } = [];

    public override string ToString() => $"{terms} reserve {reserveFen}\n{string.Join('\n', moves)}";

    /// <param name="each">Called after every move.</param>
    public RandomAuction Play(Action? each = null)
    {
        Live.Announce(terms, reserveFen, bidders: 3);
        var now = Live.Noon.AddSeconds(-20);
        for (var i = 0; i < ranks.Count; i++)
        {
            var (paddle, rank) = (i + 1, ranks[i]);
            if (rank > 0) Send(now, (auction, at) => Priority.Grant(auction, paddle, rank, at));
        }

        for (var i = 0; i < moves.Count; i++)
        {
            now = now.AddMilliseconds(moves[i].Wait);
            Play(moves[i], i, now);
            each?.Invoke();
        }

        if (Live.Auction.IsPaused) Send(now, (auction, at) => Pausing.Restart(auction, "last", at.AddSeconds(60), at));
        if (!Priority.IsWindowDue(Live.Auction)) return this;
        Live.OpenWindow();
        for (var paddle = 1; paddle <= 4; paddle++)
        {
            Bid(Live.Auction.At.AddSeconds(paddle), paddle, $"match{paddle}", Live.Auction.PriceFen!.Value + (paddle == moves.Count % 4 ? 1 : 0), null);
            each?.Invoke();
        }

        return this;
    }

    private void Play(Move move, int number, DateTimeOffset now)
    {
        switch (move.Kind)
        {
            case < 40:
                Bid(now, move.Paddle, $"{number}", Offer(move), null);
                break;
            case < 80:
                Bid(now, move.Paddle, $"{number}", null, Offer(move with { Size = move.Size * 2 }));
                break;
            case < 88:
                // Silent for up to the whole wait, sometimes known, sometimes not.
                Live.Resume(move.Off ? null : now.AddMilliseconds(-move.Wait), now);
                break;
            case < 92:
                Send(now, (auction, at) => Pausing.Restart(auction, $"{move.Size}", at.AddSeconds(50 + move.Size * 5), at));
                break;
            case < 95:
                var secret = new Secret(Live.Nonce(), 100 + move.Size * 20);
                Send(now, (auction, at) => Announcing.SetCeiling(auction, move.Paddle, $"{move.Size}", secret, at));
                break;
            case < 97:
                var ceiling = new Secret(Live.Nonce(), 100 + move.Size * 20);
                Send(now, (auction, at) => Announcing.Admit(auction, 4, move.Off ? ceiling : null, at));
                break;
            case < 98:
                Send(now, (auction, at) => Announcing.Suspend(auction, move.Paddle, at));
                break;
            default:
                Send(now, Announcing.Open);
                break;
        }
    }

    private long Offer(Move move)
    {
        var auction = Live.Auction;
        var step = terms.StepAt(auction.PriceFen ?? terms.StartPriceFen);
        return Math.Max(1, auction.NextMinFen + move.Size * step + (move.Off ? 1 : 0));
    }

    private void Bid(DateTimeOffset now, int paddle, string bidId, long? amount, long? maximum)
    {
        var auction = Live.Auction;
        var before = new Standing(auction.PriceFen ?? 0, auction.Leader ?? 0, auction.EndsAt);
        var bid = new PlaceBid(paddle, bidId, amount, maximum, Live.Nonce());
        if (!Send(now, (state, at) => Bidding.PlaceBid(state, bid, at))) return;
        auction = Live.Auction;
        Accepted.Add((paddle, (amount ?? maximum)!.Value, maximum.HasValue, before, new Standing(auction.PriceFen!.Value, auction.Leader!.Value, auction.EndsAt)));
    }

    private bool Send<T>(DateTimeOffset now, Func<Auction, DateTimeOffset, Decision<T>> decide)
    {
        var decision = Live.Do(now, decide);
        if (decision.Refusal is not null) return false;
        Sent.Add((
            (auction, at) =>
            {
                var again = decide(auction, at);
                return (again.Answer, again.Refusal, again.Facts.Count);
            },
            decision.Answer));
        return decision.Facts.Count > 0;
    }
}
