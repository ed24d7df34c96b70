using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>What is done at the auctioneer's desk besides calling the lot up and entering bids.</summary>
public enum HallAct { Ask, Warn, Correct, Pause, GoOn, Hammer, Pass, Countersign, SignMinutes, AskHolders }

/// <summary>An act at the desk.</summary>
/// <param name="Id">Made by the console before sending, so that a repetition after a lost answer does nothing.</param>
/// <param name="By">The auctioneer's 资格证号, or the recorder by name.</param>
/// <param name="AmountFen">Of an ask.</param>
/// <param name="Number">Of a warning, 1 to 3, so that a key pressed twice warns once.</param>
/// <param name="Of">The line that is corrected or countersigned.</param>
/// <param name="Sha256">Of the minutes that are signed.</param>
public sealed record HallCommand(
    string Id, HallAct Act, string By, long? AmountFen = null, int? Number = null, long? Of = null, string? Reason = null, HallRole? Role = null, string? Sha256 = null);

/// <summary>
/// 拍卖 with floor and net in one queue: what the auctioneer and the recorder may do. Bids are in <see cref="HallBidding"/>.
/// Order of refusals: shape · repeated · not a hall · not called up, over, paused · the act's own.
/// </summary>
public static class Hall
{
    public const int MostReason = 200;

    public static Decision<bool> CallUp(Auction auction, HallPapers papers, DateTimeOffset at)
    {
        if (auction.Terms is not { } terms) return Refused(Refusal.UnknownAuction);
        if (terms.Hall is null) return Refused(Refusal.NotAHallLot);
        if (auction.InHall is { } called) return called.Called.Papers == papers ? Decision<bool>.Repeated(true) : Refused(Refusal.AlreadyCalledUp);
        if (auction.Result is not null) return Refused(Refusal.AlreadyEnded);
        if (auction.IsPaused) return Refused(Refusal.AuctionPaused);
        if (at < auction.OpensAt) return Refused(Refusal.NotOpenYet);
        if (HallGates.FirstOpen(papers, at, terms.RehearsalOf is not null) is { } gate) return Refused(Refusal.HallGateOpen, gate.ToString());
        return Accepted(new LotCalled(papers, terms.ReserveCommitment is not null, terms.StartPriceFen));
    }

    public static Decision<bool> Do(Auction auction, HallCommand command, DateTimeOffset at, KeptRefusals refusals = default)
    {
        if (!Bidding.IsBidId(command.Id)) return Refused(Refusal.BidIdInvalid);
        if (string.IsNullOrWhiteSpace(command.By) || command.Reason is { Length: > MostReason }) return Refused(Refusal.MalformedRequest);
        if (auction.Terms is not { } terms) return Refused(Refusal.UnknownAuction);
        if (terms.Hall is not { } hall) return Refused(Refusal.NotAHallLot);
        if (auction.Done.ContainsKey(HallFact.Key(command.Id))) return Decision<bool>.Repeated(true);
        if (auction.InHall is not { } desk) return Refused(Refusal.NotCalledUp);
        if (command.Act is HallAct.Countersign) return Countersign(desk, command, auction);
        if (command.Act is HallAct.SignMinutes) return SignMinutes(auction, desk, command);
        if (command.Act is HallAct.Hammer && desk.Hammer?.Id == command.Id || command.Act is HallAct.Pass && desk.Passed?.Id == command.Id) return Decision<bool>.Repeated(true);
        if (auction.Result is not null || desk.IsEnded) return Refused(Refusal.AlreadyEnded);
        if (command.Act is HallAct.GoOn)
            return !auction.IsPaused ? Refused(Refusal.NotPaused) : auction.IsStoppedInHall ? Refused(Refusal.StopStands) : Accepted(new HallWentOn(command.Id, command.By));
        if (auction.IsPaused) return Refused(Refusal.AuctionPaused);
        return command.Act switch
        {
            HallAct.Ask => Ask(auction, command),
            HallAct.Warn => Warn(auction, desk, hall, command, at),
            HallAct.AskHolders => AskHolders(auction, desk, command),
            HallAct.Correct => Correct(auction, desk, command),
            HallAct.Pause => string.IsNullOrWhiteSpace(command.Reason)
                ? Refused(Refusal.ReasonRequired, "reason")
                : Accepted(new HallPaused(command.Id, HallPauseCause.Auctioneer, command.Reason.Trim(), command.By)),
            HallAct.Hammer => Hammer(auction, desk, command, at, refusals),
            HallAct.Pass => Pass(auction, desk, command, at, refusals),
            HallAct.GoOn or HallAct.Countersign or HallAct.SignMinutes or _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };
    }

    /// <summary>Nobody at the console was heard of: the lot waits, so that the net does not run on without the floor.</summary>
    public static Decision<bool> LoseUplink(Auction auction, string id, DateTimeOffset at) =>
        auction.InHall is null || auction.PhaseAt(at) is not Phase.Open
            ? Decision<bool>.Repeated(false)
            : Accepted(new HallPaused(id, HallPauseCause.UplinkLost, null, null));

    /// <summary>The least that may be asked: the start price first, then the price and its step.</summary>
    internal static long LeastAsk(Terms terms, long? priceFen) => priceFen is { } price ? price + terms.StepAt(price) : terms.StartPriceFen;

    /// <summary>When the next warning, or after the third the hammer, may come.</summary>
    public static DateTimeOffset? NextAt(Auction auction) => (auction.InHall?.HoldersAskedAt ?? auction.InHall?.WarnedAt) is { } said ? said + auction.Terms!.Hall!.Warning : null;

    /// <summary>The paddles that may take the price that stands: they have a better rank than whoever leads. Ceilings are not asked, they are nobody's business.</summary>
    public static ImmutableArray<int> HoldersBefore(Auction auction) => auction.Leader is not { } leader ? []
        : [.. auction.Ranks.Keys.Where(p => p != leader && !auction.Bidders[p].Suspended && Priority.Outranks(auction, p, leader)).Order()];

    /// <summary>Before the hammer the holders who could still take this price are asked.</summary>
    public static bool MustAskHolders(Auction auction) => auction.InHall is { HoldersAskedAt: null } && !HoldersBefore(auction).IsEmpty;

    /// <summary>For the auctioneer alone: whether what leads reaches the reserve.</summary>
    public static bool ReachesReserve(Auction auction) => auction.Reserve is not { } reserve || auction.PriceFen >= reserve.ValueFen;

    private static Decision<bool> Ask(Auction auction, HallCommand command)
    {
        if (command.AmountFen is not { } ask || !Fen.IsAmount(ask)) return Refused(Refusal.AmountOutOfRange);
        var least = LeastAsk(auction.Terms!, auction.PriceFen);
        if (ask < least) return Refused(Refusal.BelowNextMinimum, $"{least}");
        if (!HallBidding.IsOnStep(auction.Terms!, auction.PriceFen ?? auction.Terms!.StartPriceFen, ask)) return Refused(Refusal.NotOnStep, $"{least}");
        return Accepted(new AskSet(command.Id, ask, command.By));
    }

    private static Decision<bool> Warn(Auction auction, HallState desk, HallTerms hall, HallCommand command, DateTimeOffset at)
    {
        if (command.Number != desk.Warnings + 1 || command.Number > 3) return Refused(Refusal.WarningOutOfOrder, $"{desk.Warnings + 1}");
        if (desk.WarnedAt is { } last && at < last + hall.Warning) return Refused(Refusal.WarningTooEarly, Instant.Write(last + hall.Warning));
        return Accepted(new WarningCalled(command.Id, command.Number.Value, auction.PriceFen, command.By));
    }

    private static Decision<bool> AskHolders(Auction auction, HallState desk, HallCommand command)
    {
        if (desk.Warnings < 3) return Refused(Refusal.WarningOutOfOrder, $"{desk.Warnings + 1}");
        if (!MustAskHolders(auction)) return Refused(Refusal.NothingToMatch);
        return Accepted(new HoldersAsked(command.Id, auction.PriceFen!.Value, command.By));
    }

    private static Decision<bool> Correct(Auction auction, HallState desk, HallCommand command)
    {
        if (!Enum.TryParse<CorrectionReason>(command.Reason, out var reason) || reason.ToString() != command.Reason) return Refused(Refusal.ReasonRequired, "reason");
        // A bid over the net was sent by its bidder: there is nothing that the desk could have entered wrongly, and no bid is withdrawn (拍卖法 36).
        if (desk.Top is not { IsFloor: true } wrong || !desk.MayCorrect || command.Of != wrong.Version) return Refused(Refusal.NothingToCorrect);
        var before = desk.Entries.Count > 1 ? desk.Entries[^2] : null;
        return Accepted(new BidCorrected(command.Id, wrong.Version, reason, before?.AmountFen, before?.Paddle, LeastAsk(auction.Terms!, before?.AmountFen), command.By));
    }

    private static Decision<bool> Hammer(Auction auction, HallState desk, HallCommand command, DateTimeOffset at, KeptRefusals refusals)
    {
        if (TooEarly(auction, desk, at) is { } early) return early;
        if (auction is not { Leader: { } paddle, PriceFen: { } price }) return Refused(Refusal.NobodyLeads);
        if (!ReachesReserve(auction)) return Refused(Refusal.ReserveNotReached);
        if (!HasEnoughBidders(auction)) return Refused(Refusal.TooFewBidders);
        if (MustAskHolders(auction)) return Refused(Refusal.HoldersNotAsked);
        var closed = new Closed(Outcome.Sold, price, paddle, refusals.Count, refusals.Digest ?? "");
        return End(auction, new HammerFell(command.Id, price, paddle, command.By), closed);
    }

    private static Decision<bool> Pass(Auction auction, HallState desk, HallCommand command, DateTimeOffset at, KeptRefusals refusals)
    {
        if (TooEarly(auction, desk, at) is { } early) return early;
        PassReason? reason = auction.Leader is null ? PassReason.NoBid
            : !ReachesReserve(auction) ? PassReason.ReserveNotReached
            : !HasEnoughBidders(auction) ? PassReason.TooFewBidders
            : null;
        // Somebody has the right to the hammer.
        if (reason is not { } why) return Refused(Refusal.WouldBeSold);
        return End(auction, new LotPassed(command.Id, why, command.By), new Closed(Outcome.Unsold, null, null, refusals.Count, refusals.Digest ?? ""));
    }

    private static Decision<bool> End(Auction auction, HallFact ended, Closed closed)
    {
        var items = Closing.Openings(auction, closed);
        return items.IsEmpty ? Accepted(ended, closed) : Accepted(ended, closed, new SecretsOpened(items));
    }

    private static Decision<bool>? TooEarly(Auction auction, HallState desk, DateTimeOffset at) =>
        desk.Warnings < 3 ? Refused(Refusal.WarningOutOfOrder, $"{desk.Warnings + 1}")
        : NextAt(auction) is { } next && at < next ? Refused(Refusal.WarningTooEarly, Instant.Write(next))
        : null;

    private static bool HasEnoughBidders(Auction auction) => auction.Bidders.Values.Count(b => b.HasBid) >= auction.Terms!.MinBidders;

    private static Decision<bool> Countersign(HallState desk, HallCommand command, Auction auction)
    {
        if (command.Of is not { } of) return Refused(Refusal.MalformedRequest, "of");
        var signed = new Countersigned(of, command.By);
        if (auction.Done.ContainsKey(signed.CommandKey)) return Decision<bool>.Repeated(true);
        if (command.By == desk.Called.Papers.Qualification || command.By == desk.Called.Papers.Auctioneer) return Refused(Refusal.OwnEntry);
        return desk.Unsigned.Contains(of) ? Accepted(signed) : Refused(Refusal.NothingToCountersign);
    }

    private static Decision<bool> SignMinutes(Auction auction, HallState desk, HallCommand command)
    {
        if (command.Role is not { } role || command.Sha256 is not { Length: 64 } hash || !hash.All(char.IsAsciiHexDigitLower)) return Refused(Refusal.MalformedRequest, "sha256");
        var signed = new MinutesSigned(role, command.By, hash);
        if (desk.Minutes.Find(m => m.Role == role) is { } before) return before.Sha256 == hash ? Decision<bool>.Repeated(true) : Refused(Refusal.AlreadyDecided);
        if (auction.Result is null) return Refused(Refusal.NotEndedYet);
        // Whoever signs the minutes signs the same text, with nothing left open in it.
        if (!desk.Unsigned.IsEmpty) return Refused(Refusal.NotCountersigned);
        return desk.Minutes.Exists(m => m.Sha256 != hash) ? Refused(Refusal.ChangedMeanwhile) : Accepted(signed);
    }

    private static Decision<bool> Accepted(params IReadOnlyList<Fact> facts) => Decision<bool>.Accepted(true, facts);

    private static Decision<bool> Refused(Refusal refusal, string? detail = null) => Decision<bool>.Refused(refusal, detail);
}
