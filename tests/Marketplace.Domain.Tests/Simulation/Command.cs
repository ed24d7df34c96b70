using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>Something that somebody wants of one auction.</summary>
/// <param name="Key">What makes it happen at most once: the stored key of the fact that it becomes.</param>
internal abstract record Command(string Key);

/// <param name="Floor">Entered at the desk of a hall for a raised paddle.</param>
/// <param name="Because">Why the floor goes before the net at the same amount.</param>
internal sealed record Bid(PlaceBid Placed, bool Floor = false, OverRuleReason? Because = null) : Command($"bid/{Placed.Paddle}/{Placed.BidId}");

/// <param name="Content">What the envelope turns out to hold; null for one that cannot be read.</param>
internal sealed record Seal(SealOffer Sealed, Secret? Content) : Command($"bid/{Sealed.Paddle}/{Sealed.BidId}");

internal sealed record MoveCeiling(int Paddle, string Id, Secret Value) : Command($"ceiling/{Paddle}/{Id}");

internal sealed record SuspendPaddle(int Paddle) : Command($"suspend/{Paddle}");

internal sealed record Admit(int Paddle, Secret? Ceiling) : Command($"admit/{Paddle}");

internal sealed record GrantRank(int Paddle, int Rank) : Command($"priority/{Paddle}");

internal sealed record Pause(string Id, PausedBy By, PauseCause Cause, ProbeFigures? Figures) : Command($"pause/{Id}");

internal sealed record Restart(string Id, DateTimeOffset RestartsAt) : Command($"breakpoint/{Id}");

internal sealed record Lift(string Id) : Command($"lift/{Id}");

internal sealed record Cancel(string Id) : Command($"cancel/{Id}");

internal sealed record Wait(int Paddle) : Command($"waits/{Paddle}");

internal sealed record Leave(int Paddle) : Command($"left/{Paddle}");

internal sealed record VoidResult(string Id) : Command($"void/{Id}");

internal sealed record BuyerDefaults(string Id) : Command($"default/{Id}");

internal sealed record SellerWithdraws(string Id) : Command($"seller-refused/{Id}");

internal sealed record AnswerAsSecond(int Paddle, bool Accepts) : Command("second-answer");

internal sealed record RecordSecondDeal(string Deal) : Command("second-deal");

internal sealed record LinkEnd(string Lot, long Version, DateTimeOffset EndsAt) : Command($"linked/{Lot}/{Version}");

internal sealed record CallUp(HallPapers Papers) : Command("called");

internal sealed record AtDesk(HallCommand Act) : Command(Act.Act switch
{
    HallAct.Hammer or HallAct.Pass => "hammer",
    HallAct.Countersign => $"countersigned/{Act.Of}",
    _ => $"hall/{Act.Id}",
});

internal enum ClockAct { Open, OpenEnvelopes, OpenWindow, Close, ExpireOffer, SeeAgain }

/// <summary>What is due by the clock; nobody sends it.</summary>
internal sealed record ByTheClock(ClockAct Act, DateTimeOffset? ServedUntil = null) : Command("");

/// <summary>Nobody at the console was heard of.</summary>
internal sealed record LoseUplink(string Id) : Command($"hall/{Id}");

/// <summary>What the rules say to a command.</summary>
internal readonly record struct Ruling(Refusal? Refusal, object? Answer, IReadOnlyList<Fact> Facts)
{
    public static Ruling Refused(Refusal refusal) => new(refusal, null, []);
}

/// <param name="contents">What the envelopes hold, by paddle and bid id.</param>
internal delegate Ruling Decide(Auction auction, Command command, DateTimeOffset at, IReadOnlyDictionary<(int, string), Secret?> contents);

/// <summary>The rules under test.</summary>
internal static class TrueRules
{
    public const string Digest = FactLine.Genesis;
    public const string Why = "系统故障";

    public static Ruling Decide(Auction auction, Command command, DateTimeOffset at, IReadOnlyDictionary<(int, string), Secret?> contents) => command switch
    {
        Bid { Floor: true } c => Of(HallBidding.PlaceAtDesk(auction, c.Placed, at, c.Because)),
        Bid c => Of(Bidding.PlaceBid(auction, c.Placed, at)),
        Seal c => Of(Sealed.Offer(auction, c.Sealed, at)),
        MoveCeiling c => Of(Announcing.SetCeiling(auction, c.Paddle, c.Id, c.Value, at)),
        SuspendPaddle c => Of(Announcing.Suspend(auction, c.Paddle, at)),
        Admit c => Of(Announcing.Admit(auction, c.Paddle, c.Ceiling, at)),
        GrantRank c => Of(Priority.Grant(auction, c.Paddle, c.Rank, at)),
        Pause c => Of(Pausing.Pause(auction, c.Id, c.By, c.Cause, Why, c.Figures, at)),
        Restart c => Of(Pausing.Restart(auction, c.Id, c.RestartsAt, at)),
        Lift c => Of(Pausing.Lift(auction, c.Id)),
        Cancel c => Of(Breaking.Cancel(auction, c.Id, CancelGround.Fault, Why, 0, Digest, at)),
        LinkEnd c => Of(Linked.Extend(auction, c.Lot, c.Version, c.EndsAt)),
        Wait c => Of(SecondBest.Wait(auction, c.Paddle, SecondBest.CurrentConsent, at)),
        Leave c => Of(SecondBest.Leave(auction, c.Paddle)),
        VoidResult c => Of(Breaking.Void(auction, c.Id, VoidGround.GraveBreach, Why)),
        BuyerDefaults c => Of(Breaking.Default(auction, c.Id, DefaultGround.NotPaid, Why, null, at)),
        SellerWithdraws c => Of(Breaking.SellerRefuses(auction, c.Id, Why, null)),
        AnswerAsSecond c => Of(SecondBest.Answer(auction, c.Paddle, c.Accepts, at)),
        RecordSecondDeal c => Of(SecondBest.RecordDeal(auction, c.Deal)),
        CallUp c => Of(Hall.CallUp(auction, c.Papers, at)),
        AtDesk c => Of(Hall.Do(auction, c.Act, at, new KeptRefusals(0, Digest))),
        LoseUplink c => Of(Hall.LoseUplink(auction, c.Id, at)),
        ByTheClock { Act: ClockAct.Open } => Of(Announcing.Open(auction, at)),
        ByTheClock { Act: ClockAct.OpenEnvelopes } => Of(Sealed.Open(auction, auction.Offers.ToDictionary(o => o.Version, o => contents[(o.Paddle, o.BidId)]), at)),
        ByTheClock { Act: ClockAct.OpenWindow } => Of(Priority.OpenWindow(auction, at)),
        ByTheClock { Act: ClockAct.SeeAgain } c => Of(Resuming.SeeAgain(auction, c.ServedUntil, at)),
        ByTheClock { Act: ClockAct.ExpireOffer } => Of(SecondBest.Expire(auction, at)),
        ByTheClock => Of(Closing.Close(auction, 0, Digest, at)),
        var unknown => throw new InvalidOperationException($"{unknown}"),
    };

    private static Ruling Of<T>(Decision<T> decision) => new(decision.Refusal, decision.Answer, decision.Facts);
}
