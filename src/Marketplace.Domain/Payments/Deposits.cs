using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>The operator confirms money that stands on the bank's statement.</summary>
/// <param name="Credit">Made before the form was shown, so that sending it twice credits once.</param>
/// <param name="Organisation">Found by the payer's reference; null puts the money into 暂收.</param>
/// <param name="For">The obligation whose reference the payer wrote: what it still owes is paid at once, and what is over stays on the account.</param>
public sealed record ConfirmCredit(
    Guid Credit, Guid? Organisation, long AmountFen, DateTimeOffset CreditedAt, string BankReference, string? PayerReference, Guid By, Guid? For = null);

/// <summary>Money of unknown origin is given to its owner.</summary>
/// <param name="For">As in <see cref="ConfirmCredit"/>.</param>
public sealed record AssignCredit(Guid Credit, Guid Organisation, Guid By, Guid? For = null);

/// <summary>冲正: an operator takes a confirmed credit back, and says why.</summary>
public sealed record ReverseCredit(Guid Credit, string Reason, Guid By);

/// <summary>Two operators found that money in 暂收 is nobody's deposit.</summary>
public sealed record ExamineCredit(Guid Credit, string Reason, Guid ProposedBy, Guid By);

/// <summary>The organisation freezes part of its account for an auction.</summary>
/// <param name="CreditedBy">The auction's deadline; the bank's credit time decides against it, not the moment of this command.</param>
/// <param name="Then">Work that becomes due in the same transaction.</param>
public sealed record PlaceHold(Guid Hold, Guid Organisation, string Auction, long AmountFen, DateTimeOffset? CreditedBy = null, FollowUp? Then = null)
{
    /// <summary>The lots of the same session with which this one shares a deposit; empty where each has its own.</summary>
    public ImmutableArray<string> Beside { get; init; } = [];

    /// <summary>保函: the letter that the deposit rests on; null for money.</summary>
    public Guid? Letter { get; init; }

    /// <summary>The last day that the letter has to reach.</summary>
    public DateOnly? LastsUntil { get; init; }

    /// <summary>Never organisation and lot in one line: the silo writes the arguments of a call that did not return in time into its log.</summary>
    public override string ToString() => nameof(PlaceHold);
}

/// <summary>The winner defaulted; costs and shortfall are what the failed sale cost.</summary>
public sealed record ForfeitHold(Guid Hold, long CostsFen, long ShortfallFen)
{
    /// <summary>What becomes owed when the deposit rests on a letter; money needs none.</summary>
    public GuaranteeDemand? Demand { get; init; }
}

/// <summary>What may be done with deposits. Pure; the refusals are checked in the order of each body.</summary>
public static class Deposits
{
    public const int LongestReference = 64;
    public const int LongestAuction = 64;
    public const int LongestReason = 200;

    public static Decision<Credit> Confirm(Book book, ConfirmCredit command, DateTimeOffset at)
    {
        if (command.Credit == Guid.Empty || command.Organisation == Guid.Empty) return Decision<Credit>.Refused(Refusal.MalformedRequest);
        if (!Fen.IsAmount(command.AmountFen)) return Decision<Credit>.Refused(Refusal.AmountOutOfRange);
        if (Text.Require(command.BankReference, LongestReference, "bankReference") is { Done: false } bank) return Decision<Credit>.Refused(bank.Refusal.Value, bank.Detail);
        if (Text.Allow(command.PayerReference, LongestReference, "payerReference") is { Done: false } payer) return Decision<Credit>.Refused(payer.Refusal.Value, payer.Detail);
        var creditedAt = Instant.Cut(command.CreditedAt);
        if (book.Credits.TryGetValue(command.Credit, out var first))
        {
            // Who the money belongs to is no part of the comparison: it may have been found out since.
            var same = first.AmountFen == command.AmountFen && first.CreditedAt == creditedAt
                && first.BankReference == command.BankReference && first.PayerReference == command.PayerReference;
            return same ? Decision<Credit>.Repeated(first) : Decision<Credit>.Refused(Refusal.CreditIdReused);
        }

        if (book.BankReferences.Contains(command.BankReference)) return Decision<Credit>.Refused(Refusal.BankReferenceUsed, command.BankReference);
        if (creditedAt > at) return Decision<Credit>.Refused(Refusal.CreditInFuture);
        var fact = new Credited(
            book.Name, command.Credit, command.Organisation, command.AmountFen, creditedAt, command.BankReference, command.PayerReference, command.By);
        var credit = new Credit(
            command.Credit, command.Organisation, command.AmountFen, creditedAt, command.BankReference, command.PayerReference, at, command.By);
        return Accept(book, fact, PaymentFor(book, command.For, credit), credit);
    }

    public static Decision<Credit> Assign(Book book, AssignCredit command, DateTimeOffset at)
    {
        if (command.Organisation == Guid.Empty) return Decision<Credit>.Refused(Refusal.MalformedRequest);
        if (!book.Credits.TryGetValue(command.Credit, out var credit)) return Decision<Credit>.Refused(Refusal.UnknownCredit);
        if (credit.ReversedAt is not null) return Decision<Credit>.Refused(Refusal.CreditIsReversed);
        if (credit.Organisation is { } owner)
        {
            return owner == command.Organisation ? Decision<Credit>.Repeated(credit) : Decision<Credit>.Refused(Refusal.CreditAlreadyAssigned);
        }

        var fact = new CreditAssigned(book.Name, credit.Id, command.Organisation, credit.AmountFen, command.By);
        return Accept(book, fact, PaymentFor(book, command.For, credit with { Organisation = command.Organisation }), credit with { Organisation = command.Organisation, AssignedBy = command.By });
    }

    /// <summary>What a credit pays of what it came for; null when that is another's, or nothing of it is owed any more.</summary>
    /// <remarks>Who paid an obligation twice has the second payment on its account.</remarks>
    private static ObligationPaid? PaymentFor(Book book, Guid? obligation, Credit credit) =>
        obligation is { } id && book.Obligations.TryGetValue(id, out var owed) && owed.Terms.Debtor == credit.Organisation && owed.OutstandingFen > 0
        && owed.Terms.Release != ReleaseRule.OutOfPrice && !book.Payments.ContainsKey(credit.Id)
            ? Settlements.PaymentOf(book.Name, new PayObligation(credit.Id, id, Math.Min(credit.AmountFen, owed.OutstandingFen), null), owed) with { CreditedAt = credit.CreditedAt }
            : null;

    /// <summary>Only money that nothing rests on: neither is it frozen, nor does a hold need it for its deadline.</summary>
    public static Decision<Credit> Reverse(Book book, ReverseCredit command, DateTimeOffset at)
    {
        if (Text.Require(command.Reason?.Trim(), LongestReason, "reason") is var reason && !reason.Done) return Decision<Credit>.Refused(reason.Refusal.Value, reason.Detail);
        if (!book.Credits.TryGetValue(command.Credit, out var credit)) return Decision<Credit>.Refused(Refusal.UnknownCredit);
        if (credit.ReversedAt is not null) return Decision<Credit>.Repeated(credit);
        if (command.By == credit.ConfirmedBy || command.By == credit.AssignedBy) return Decision<Credit>.Refused(Refusal.ConfirmerMayNotReverse);
        // What a card's bank took back, or is deciding on, is not taken back a second time.
        if (book.Cards.TryGetValue(credit.Id, out var card) && book.ChargedBack(card) > 0) return Decision<Credit>.Refused(Refusal.CardPaymentDisputed);
        if (credit.Organisation is { } owner && !Spares(book.View(owner), credit)) return Decision<Credit>.Refused(Refusal.CreditInUse);
        return Accept(book, new CreditReversed(book.Name, credit.Id, credit.Organisation, credit.AmountFen, reason.Value, command.By), credit with { ReversedAt = at });
    }

    /// <summary>Order of refusals: the reason, UnknownCredit, CreditIsReversed, CreditAlreadyAssigned, ProposerMayNotConfirm.</summary>
    public static Decision<Credit> Examine(Book book, ExamineCredit command, DateTimeOffset at)
    {
        if (Text.Require(command.Reason?.Trim(), LongestReason, "reason") is var reason && !reason.Done) return Decision<Credit>.Refused(reason.Refusal.Value, reason.Detail);
        if (!book.Credits.TryGetValue(command.Credit, out var credit)) return Decision<Credit>.Refused(Refusal.UnknownCredit);
        if (credit.ExaminedAt is not null) return Decision<Credit>.Repeated(credit);
        if (credit.ReversedAt is not null) return Decision<Credit>.Refused(Refusal.CreditIsReversed);
        if (credit.Organisation is not null) return Decision<Credit>.Refused(Refusal.CreditAlreadyAssigned);
        if (command.By == command.ProposedBy) return Decision<Credit>.Refused(Refusal.ProposerMayNotConfirm);
        return Accept(book, new CreditExamined(book.Name, credit.Id, reason.Value, command.ProposedBy, command.By), credit with { ExaminedAt = at });
    }

    /// <summary>What is frozen stays covered without this credit, by money that was there in time. What was spent and came back binds nothing any more.</summary>
    private static bool Spares(AccountView account, Credit credit)
    {
        var without = account with { Credits = account.Credits.Remove(credit) };
        return account.AvailableFen >= credit.AmountFen && account.Holds.Where(h => h.IsFrozen && h.Letter is null).All(h => without.LeftAt(h.NeededBy ?? DateTimeOffset.MaxValue) >= 0);
    }

    public static Decision<Hold> Place(Book book, PlaceHold command, DateTimeOffset at)
    {
        if (command.Hold == Guid.Empty || command.Organisation == Guid.Empty) return Refused(Refusal.MalformedRequest);
        if (!Fen.IsAmount(command.AmountFen)) return Refused(Refusal.AmountOutOfRange);
        if (Text.Require(command.Auction, LongestAuction, "auction") is { Done: false } auction) return Refused(auction.Refusal.Value, auction.Detail);
        DateTimeOffset? creditedBy = command.CreditedBy is { } deadline ? Instant.Cut(deadline) : null;
        if (book.Holds.TryGetValue(command.Hold, out var first))
        {
            var same = first.Organisation == command.Organisation && first.Auction == command.Auction
                && first.AmountFen == command.AmountFen && first.CreditedBy == creditedBy && first.Letter == command.Letter;
            return same ? Decision<Hold>.Repeated(first) : Refused(Refusal.HoldIdReused);
        }

        if (book.HoldsFor(command.Organisation).Any(h => h.IsActive && h.Auction == command.Auction)) return Refused(Refusal.AlreadyFrozen);
        if (command.Letter is { } letter) return Guarantees.Place(book, command, letter, creditedBy, at);
        if (Covering(book, command, creditedBy) is { } money)
        {
            var covers = new HoldCovers(book.Name, command.Hold, command.Organisation, command.Auction, command.AmountFen, money.Id, creditedBy) { Then = command.Then };
            return Accept(book, covers, new Hold(command.Hold, command.Organisation, command.Auction, command.AmountFen, creditedBy, at, HoldState.Placed, null) { Money = money.Id });
        }

        if (book.Of(command.Organisation).AvailableFen < command.AmountFen) return Refused(Refusal.InsufficientFunds);
        if (book.View(command.Organisation).AvailableFor(creditedBy) < command.AmountFen) return Refused(Refusal.CreditedTooLate);
        var fact = new HoldPlaced(book.Name, command.Hold, command.Organisation, command.Auction, command.AmountFen, creditedBy) { Then = command.Then };
        return Accept(book, fact, new Hold(command.Hold, command.Organisation, command.Auction, command.AmountFen, creditedBy, at, HoldState.Placed, null));
    }

    /// <summary>What is frozen already for another of the lots beside, is as much, and was at the bank by this lot's deadline too; null when there is none.</summary>
    private static Hold? Covering(Book book, PlaceHold command, DateTimeOffset? creditedBy)
    {
        if (command.Beside.IsDefaultOrEmpty) return null;
        var account = book.View(command.Organisation);
        return account.Holds.FirstOrDefault(h => h is { IsActive: true, Money: null, Letter: null } && h.AmountFen >= command.AmountFen && h.Auction != command.Auction && command.Beside.Contains(h.Auction)
            && (creditedBy is not { } deadline || h.NeededBy <= deadline || (account with { Holds = account.Holds.Remove(h) }).AvailableFor(deadline) >= h.AmountFen));
    }

    /// <summary>The hold admitted a bidder: the organisation can no longer take it back.</summary>
    public static Decision<Hold> Bind(Book book, Guid hold, DateTimeOffset at)
    {
        if (!book.Holds.TryGetValue(hold, out var held)) return Refused(Refusal.UnknownHold);
        if (held.State == HoldState.Bound) return Decision<Hold>.Repeated(held);
        if (!held.IsActive) return Refused(Refusal.HoldEnded);
        return Accept(book, new HoldBound(book.Name, hold, held.Organisation, held.Auction, held.AmountFen), held with { State = HoldState.Bound });
    }

    /// <param name="byAuction">The auction's own work lets it go after the close; otherwise the organisation takes back what is not bound.</param>
    public static Decision<Hold> Release(Book book, Guid hold, bool byAuction, DateTimeOffset at)
    {
        if (!book.Holds.TryGetValue(hold, out var held)) return Refused(Refusal.UnknownHold);
        if (held.State == HoldState.Released) return Decision<Hold>.Repeated(held);
        if (!held.IsActive) return Refused(Refusal.HoldEnded);
        if (held.State == HoldState.Bound && !byAuction) return Refused(Refusal.HoldIsBound);
        var released = held with { State = HoldState.Released, EndedAt = at };
        var money = book.Holds[held.Money ?? hold];
        // The money is free when the last of the lots that it covers has let it go.
        return book.HoldsOn(money.Id).Any(h => h.IsActive && h.Id != hold)
            ? Accept(book, new HoldLetGo(book.Name, hold, held.Organisation, held.Auction, held.AmountFen, byAuction), released)
            : Accept(book, new HoldReleased(book.Name, money.Id, held.Organisation, held.Auction, money.AmountFen, byAuction) { Letter = held.Letter }, released);
    }

    private static Decision<T> Accept<T>(Book book, BookFact fact, T answer) =>
        book.Ledger.Check(fact.Transfers) is { } refusal ? Decision<T>.Refused(refusal) : Decision<T>.Accepted(answer, fact);

    private static Decision<Credit> Accept(Book book, BookFact fact, ObligationPaid? then, Credit answer)
    {
        if (then is null) return Accept(book, fact, answer);
        return book.Ledger.Check(fact.Transfers.AddRange(then.Transfers)) is { } refusal ? Decision<Credit>.Refused(refusal) : Decision<Credit>.Accepted(answer, fact, then);
    }

    private static Decision<Hold> Refused(Refusal refusal, string? detail = null) => Decision<Hold>.Refused(refusal, detail);
}
