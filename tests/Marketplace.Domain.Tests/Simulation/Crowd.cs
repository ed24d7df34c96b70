using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>The bidders: mostly near to what would be accepted, often beside it, sometimes nonsense, now and then the same again.</summary>
internal sealed class Crowd(World world, RandomLot lot)
{
    private readonly List<Command> _sent = [];

    /// <summary>What the envelopes hold, by paddle and bid id.</summary>
    public Dictionary<(int Paddle, string BidId), Secret?> Contents { get; } = [];

    /// <param name="seen">What the bidder sees: the state of some node.</param>
    public Command Next(Auction seen, DateTimeOffset now)
    {
        if (_sent.Count > 0 && world.OneIn(20)) return OldOne();
        var id = string.Create(CultureInfo.InvariantCulture, $"{_sent.Count}");
        var paddle = world.OneIn(60) ? 99 : lot.Paddles[world.Below(lot.Paddles.Count)];
        Command command = world.OneIn(100) ? Nonsense(paddle, id) : seen.Terms is null ? Open(paddle, id, lot.Terms.StartPriceFen) : seen.Stage switch
        {
            Stage.Falling => Falling(seen, paddle, id, now),
            Stage.Sealed when world.OneIn(10) => Open(paddle, id, 200),
            Stage.Sealed => Sealed(seen, paddle, id),
            Stage.LastWord => Open(world.OneIn(3) && seen.PriceTaker is { } taker ? taker : paddle, id, seen.NextMinFen + world.Pick(-1, 0, 5)),
            Stage.Matching => Open(paddle, id, seen.NextMinFen + world.Pick(0, 0, 1)),
            Stage.Rising or _ => seen.IsHall ? InHall(seen, paddle, id) : Rising(seen, paddle, id),
        };
        _sent.Add(command);
        return command;
    }

    /// <summary>Somebody sends an old one again, or its id with another amount.</summary>
    private Command OldOne()
    {
        var old = _sent[world.Below(_sent.Count)];
        if (!world.OneIn(4)) return old;
        return old switch
        {
            Bid bid => bid with { Placed = bid.Placed with { AmountFen = (bid.Placed.AmountFen ?? 0) + 1, ProxyMaxFen = null } },
            Seal seal => seal with { Sealed = seal.Sealed with { Commitment = RandomLot.Nonce("other") } },
            _ => old,
        };
    }

    private Bid Rising(Auction seen, int paddle, string id)
    {
        var step = seen.Terms!.StepAt(seen.PriceFen ?? seen.Terms.StartPriceFen);
        var offer = Math.Max(1, seen.NextMinFen + step * world.Pick(-1, 0, 0, 0, 1, 3) + (world.OneIn(15) ? 1 : 0));
        return world.OneIn(3) ? Hidden(paddle, id, offer + step * world.Below(6)) : Open(paddle, id, offer);
    }

    private Bid InHall(Auction seen, int paddle, string id)
    {
        var step = seen.Terms!.StepAt(seen.PriceFen ?? seen.Terms.StartPriceFen);
        var offer = Math.Max(1, seen.NextMinFen + step * world.Pick(-1, -1, 0, 0, 0, 1, 3) + (world.OneIn(15) ? 1 : 0));
        var floor = lot.Floor.Contains(paddle) != world.OneIn(40);
        return world.OneIn(40) ? Hidden(paddle, id, offer) with { Floor = floor } : Open(paddle, id, offer) with { Floor = floor, Because = floor && !world.OneIn(4) ? OverRuleReason.AnnouncedTie : null };
    }

    private Bid Falling(Auction seen, int paddle, string id, DateTimeOffset now)
    {
        var asked = seen.AskedFen(now);
        var takes = world.OneIn(lot.Terms.SealedSeconds is null ? 500 : 150);
        return world.OneIn(50) ? Hidden(paddle, id, asked) : Open(paddle, id, takes ? asked + world.Pick(0, 0, 500) : Math.Max(1, asked - 1 - world.Below(3_000)));
    }

    private Seal Sealed(Auction seen, int paddle, string id)
    {
        // Few amounts, so that equal offers are common.
        var least = seen.PriceFen is { } taken ? taken + 1 : seen.Terms!.StartPriceFen;
        var secret = new Secret(RandomLot.Nonce(id), Math.Max(1, least + world.Pick(-1, 0, 10, 20, 30, 30)));
        var inside = world.Below(20) switch { 0 => null, 1 => secret with { ValueFen = secret.ValueFen + 1 }, _ => secret };
        Contents.TryAdd((paddle, id), inside);
        return new Seal(new SealOffer(paddle, id, secret.Commitment(), FactLine.Genesis), inside);
    }

    private Bid Nonsense(int paddle, string id) => new(world.Below(4) switch
    {
        0 => new PlaceBid(paddle, "", 100, null, ""),
        1 => new PlaceBid(paddle, id + " ", 100, null, ""),
        2 => new PlaceBid(paddle, id, 100, 100, ""),
        _ => new PlaceBid(paddle, id, 0, null, ""),
    });

    private static Bid Open(int paddle, string id, long amount) => new(new PlaceBid(paddle, id, amount, null, ""));

    private static Bid Hidden(int paddle, string id, long maximum) => new(new PlaceBid(paddle, id, null, maximum, RandomLot.Nonce(id)));
}
