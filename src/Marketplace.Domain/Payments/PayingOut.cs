using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>出款: money leaves for an organisation's own bank account.</summary>
/// <param name="Payout">Made before the form was shown, so that sending it twice pays once.</param>
/// <param name="Organisation">Null for the fees of the market.</param>
/// <param name="Account">The bank account it goes to, as it was checked; for a refund to a card the id of the payment.</param>
public sealed record InstructPayout(Guid Payout, Guid? Organisation, long AmountFen, Guid Account, Guid? By);

/// <summary>What may be paid out, and how it ends. Pure; the refusals are checked in the order of each body.</summary>
public static class PayingOut
{
    /// <param name="disputable">In a book of cards, how long after a charge its bank may take it back; null in any other.</param>
    public static Decision<Payout> Instruct(Book book, InstructPayout command, DateTimeOffset at, TimeSpan? disputable = null)
    {
        if (command.Payout == Guid.Empty || command.Organisation == Guid.Empty || command.Account == Guid.Empty) return Refused(Refusal.MalformedRequest);
        if (!Fen.IsAmount(command.AmountFen)) return Refused(Refusal.AmountOutOfRange);
        if (book.Payouts.TryGetValue(command.Payout, out var first))
        {
            var same = (first.Organisation, first.AmountFen, first.Account) == (command.Organisation, command.AmountFen, command.Account);
            return same ? Decision<Payout>.Repeated(first) : Refused(Refusal.PayoutIdReused);
        }

        if (book.Cards.TryGetValue(command.Account, out var card) && ToCard(book, card, command) is { } no) return Refused(no);
        // The market bears what the provider keeps: its fees are its own only as far as nothing is missing for others.
        if (command.Organisation is null && command.AmountFen > book.Ledger[new Account(Purpose.Fee)].AvailableFen - book.ShortFen) return Refused(Refusal.InsufficientFunds);
        // What a payer owes because of its card stays here; a card that took money back by itself is not given any besides.
        if (command.Organisation is { } payer && book.Of(payer).AvailableFen is var free && command.AmountFen <= free && command.AmountFen > free - book.OwesForCards(payer)) return Refused(Refusal.ChargebackOwed);
        if (disputable is { } stays && command.Organisation is { } drawer && !book.Cards.ContainsKey(command.Account) && command.AmountFen <= book.Of(drawer).AvailableFen
            && command.AmountFen > book.MayLeave(drawer, at, stays)) return Refused(Refusal.CardMoneyStays);
        var fact = new PayoutInstructed(book.Name, command.Payout, command.Organisation, command.AmountFen, command.Account, command.By);
        return Accept(book, fact, new Payout(command.Payout, command.Organisation, command.AmountFen, command.Account, at));
    }

    /// <summary>The bank's statement shows it.</summary>
    /// <param name="by">Another person than the bank's own line cannot say so; who took the statement in, or matched the line.</param>
    public static Decision<Payout> Make(Book book, Guid payout, string bankReference, Guid? by, DateTimeOffset at)
    {
        if (Text.Require(bankReference, Deposits.LongestReference, "bankReference") is { Done: false } bank) return Refused(bank.Refusal.Value, bank.Detail);
        if (!book.Payouts.TryGetValue(payout, out var known)) return Refused(Refusal.UnknownPayout);
        if (known.State == PayoutState.Made) return known.BankReference == bankReference ? Decision<Payout>.Repeated(known) : Refused(Refusal.PayoutEnded);
        if (known.State != PayoutState.Instructed) return Refused(Refusal.PayoutEnded);
        if (book.PayoutReferences.Contains(bankReference)) return Refused(Refusal.BankReferenceUsed, bankReference);
        return Accept(
            book, new PayoutMade(book.Name, payout, known.Organisation, known.AmountFen, bankReference, by), known with { State = PayoutState.Made, BankReference = bankReference, EndedAt = at });
    }

    /// <summary>The bank did not pay.</summary>
    public static Decision<Payout> Fail(Book book, Guid payout, string? reason, Guid? by, DateTimeOffset at)
    {
        var said = Text.Require(reason?.Trim(), Deposits.LongestReason, "reason");
        if (!said.Done) return Refused(said.Refusal.Value, said.Detail);
        if (!book.Payouts.TryGetValue(payout, out var known)) return Refused(Refusal.UnknownPayout);
        if (known.State == PayoutState.Failed) return Decision<Payout>.Repeated(known);
        if (known.State != PayoutState.Instructed) return Refused(Refusal.PayoutEnded);
        return Accept(book, new PayoutFailed(book.Name, payout, known.Organisation, known.AmountFen, said.Value, by), known with { State = PayoutState.Failed, Failure = said.Value, EndedAt = at });
    }

    /// <summary>退汇: it was out, and came back.</summary>
    /// <param name="bankReference">The bank's number of the entry; it is no credit of anybody's then. Null of a card.</param>
    public static Decision<Payout> Return(Book book, Guid payout, string? reason, Guid? by, DateTimeOffset at, string? bankReference = null)
    {
        var said = Text.Require(reason?.Trim(), Deposits.LongestReason, "reason");
        if (!said.Done) return Refused(said.Refusal.Value, said.Detail);
        if (!book.Payouts.TryGetValue(payout, out var known)) return Refused(Refusal.UnknownPayout);
        if (known.State == PayoutState.Returned) return known.ReturnReference == bankReference ? Decision<Payout>.Repeated(known) : Refused(Refusal.PayoutEnded);
        if (known.State != PayoutState.Made) return Refused(Refusal.PayoutEnded);
        if (bankReference is not null && Text.Require(bankReference, Deposits.LongestReference, "bankReference") is { Done: false } bank) return Refused(bank.Refusal.Value, bank.Detail);
        if (bankReference is not null && book.BankReferences.Contains(bankReference)) return Refused(Refusal.BankReferenceUsed, bankReference);
        return Accept(
            book, new PayoutReturned(book.Name, payout, known.Organisation, known.AmountFen, said.Value, by, bankReference),
            known with { State = PayoutState.Returned, Failure = said.Value, EndedAt = at, ReturnReference = bankReference });
    }

    /// <summary>A card gets back what was taken from it, no more, and only by its own organisation.</summary>
    private static Refusal? ToCard(Book book, CardOrder card, InstructPayout command)
    {
        if (card.Organisation != command.Organisation) return Refusal.UnknownCardPayment;
        if (card.State != CardOrderState.Paid) return Refusal.CardPaymentNotInThisState;
        if (book.Credits[card.Id].ReversedAt is not null) return Refusal.CreditIsReversed;
        if (book.ChargedBack(card) > 0) return Refusal.CardPaymentDisputed;
        var back = book.PayoutsFor(card.Id).Where(p => p.State is PayoutState.Instructed or PayoutState.Made).Sum(p => p.AmountFen);
        return command.AmountFen > card.AmountFen - back ? Refusal.CardRefundTooMuch : null;
    }

    private static Decision<Payout> Accept(Book book, PayoutFact fact, Payout answer) =>
        book.Ledger.Check(fact.Transfers) is { } refusal ? Refused(refusal) : Decision<Payout>.Accepted(answer, fact);

    private static Decision<Payout> Refused(Refusal refusal, string? detail = null) => Decision<Payout>.Refused(refusal, detail);
}
