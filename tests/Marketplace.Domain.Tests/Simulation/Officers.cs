using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Tests.Auctions;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>Everybody who acts besides the bidders: operators, signatories, the bank, the auctioneer and the recorder.</summary>
internal sealed class Officers(World world, RandomLot lot)
{
    private int _acts;

    private string NextId => string.Create(CultureInfo.InvariantCulture, $"o{_acts++}");

    /// <summary>Something that happens to the lot from outside, at any time.</summary>
    public Command Trouble(Auction seen, DateTimeOffset now) => world.Below(20) switch
    {
        < 4 => new Pause(NextId, world.Pick(PausedBy.Operator, PausedBy.Authority), PauseCause.Request, null),
        < 6 => new Pause(NextId, PausedBy.Platform, PauseCause.Fault, new ProbeFigures(AppendMs: 3_001)),
        < 7 => new SuspendPaddle(Somebody()),
        < 12 => new MoveCeiling(Somebody(), NextId, new Secret(RandomLot.Nonce($"c{_acts}"), (seen.PriceFen ?? lot.Terms.StartPriceFen) + world.Below(2_000))),
        < 14 => new Admit(lot.Net.Count + 1 + world.Below(2), world.OneIn(2) ? new Secret(RandomLot.Nonce("late"), 500) : null),
        < 16 => new GrantRank(lot.Net.Count + 1 + world.Below(2), world.Pick(0, 1, 2)),
        < 19 => new LinkEnd(world.Pick("s2", RandomLot.Id), world.Below(50), (world.OneIn(3) ? now : seen.EndsAt).AddSeconds(world.Below(30) - 10)),
        _ => world.OneIn(4) ? new Cancel(NextId) : new SuspendPaddle(98),
    };

    /// <summary>Who waits as second, and who does not any more.</summary>
    public Command Second() => world.OneIn(3) ? new Leave(Somebody()) : new Wait(Somebody());

    /// <summary>What may come after the close, right and wrong.</summary>
    public Command Afterwards(Auction seen) => world.Below(seen.Trouble.Offer is null ? 9 : 14) switch
    {
        0 => new VoidResult(NextId),
        1 or 2 or 3 or 4 => new BuyerDefaults(NextId),
        5 => new SellerWithdraws(NextId),
        6 => new RecordSecondDeal("deal"),
        7 => Second(),
        8 or 9 => seen.Trouble.Offer is { } open ? new Leave(open.Paddle) : Second(),
        _ => new AnswerAsSecond(seen.Trouble.Offer is { } offer && !world.OneIn(5) ? offer.Paddle : Somebody(), !world.OneIn(3)),
    };

    /// <summary>The operator ends a pause, sometimes against the rules at first.</summary>
    public Command EndPause(DateTimeOffset now) => new Restart(NextId, now + world.Pick(TimeSpan.FromSeconds(62), TimeSpan.FromSeconds(62), TimeSpan.FromSeconds(62), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(30), TimeSpan.FromDays(31)));

    /// <summary>A stop is lifted; the rest of a pause in a hall is the auctioneer's.</summary>
    public Command EndStop() => new Lift(NextId);

    /// <summary>What is done at the desk of a hall.</summary>
    /// <param name="toTheEnd">Nobody bids any more: the three warnings and the hammer.</param>
    public Command AtTheDesk(Auction seen, bool toTheEnd)
    {
        if (seen.InHall is not { } desk) return new CallUp(HallScript.Papers);
        if (toTheEnd)
        {
            if (seen.IsPaused) return Act(HallAct.GoOn);
            if (desk.Warnings < 3 && !world.OneIn(6)) return Act(HallAct.Warn, number: desk.Warnings + 1);
            // Whichever is not right is refused, and another one comes next.
            return Act(world.Pick(HallAct.Hammer, HallAct.Pass, HallAct.AskHolders));
        }

        return world.Below(12) switch
        {
            0 => Act(HallAct.Ask, amount: Math.Max(1, seen.NextMinFen + world.Pick(-20, 0, 10, 100))),
            1 or 2 or 3 or 4 => Act(HallAct.Warn, number: desk.Warnings + world.Pick(1, 1, 1, 2)),
            5 => Act(HallAct.Correct, of: desk.Top?.Version ?? 1, reason: nameof(CorrectionReason.WrongAmount)),
            6 => world.OneIn(4) ? Act(HallAct.Pause, reason: "核对") : Act(HallAct.GoOn),
            7 => Act(HallAct.GoOn),
            8 => Act(world.OneIn(3) ? HallAct.Hammer : HallAct.Warn, number: 1),
            9 => Act(world.Pick(HallAct.Pass, HallAct.GoOn, HallAct.AskHolders)),
            10 => new AtDesk(new HallCommand(NextId, HallAct.Countersign, world.OneIn(4) ? HallScript.Papers.Auctioneer : HallScript.Papers.Recorder, Of: desk.Unsigned.IsEmpty ? 1 : desk.Unsigned[0])),
            _ => new CallUp(HallScript.Papers),
        };
    }

    private AtDesk Act(HallAct act, long? amount = null, int? number = null, long? of = null, string? reason = null) =>
        new(new HallCommand(NextId, act, HallScript.Papers.Qualification, amount, number, of, reason));

    private int Somebody() => lot.Paddles[world.Below(lot.Paddles.Count)];
}
