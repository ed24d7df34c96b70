using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;

namespace Marketplace.Payments.Cards;

/// <summary>
/// Where Stripe and the ledger meet. Each turn asks the book what is to be done, Stripe what there is, and takes the next step; it
/// keeps nothing in memory between two steps, so that it may end anywhere and begin anew, also twice at once.
/// </summary>
/// <param name="books">A book by its name.</param>
public sealed class CardMoney(CardGateway gateway, ICardAttempts attempts, Func<string, ICardBook> books, TimeProvider clock, ILogger<CardMoney> log)
{
    /// <summary>A payment that nobody finished in this time is cancelled.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>How far back payments are compared with Stripe's own lists. Refunds fail weeks later at the latest.</summary>
    public static readonly TimeSpan Compared = TimeSpan.FromDays(35);

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Seldom = TimeSpan.FromHours(6);
    private static readonly TimeSpan WhileThePayerIsAway = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WhileTheBankThinks = TimeSpan.FromHours(1);

    /// <summary>A payment, and everything that goes back to its card.</summary>
    /// <returns>When to look again; null when nothing is left to do.</returns>
    public async Task<DateTimeOffset?> Work(Guid payment, CancellationToken cancellation)
    {
        if (await attempts.Find(payment, cancellation) is not { } attempt) return null;
        var book = books(attempt.Book);
        if (await book.FindCard(payment) is not { } order) return null;
        if (order.State == CardOrderState.Open) return await Collect(book, order, attempt, cancellation);
        return attempt.Intent is { } intent ? await GiveBack(book, order, attempt, intent, cancellation) : null;
    }

    /// <summary>A payout to a connected account.</summary>
    /// <returns>When to look again; null when nothing is left to do.</returns>
    public async Task<DateTimeOffset?> Send(string bookName, Guid payout, CancellationToken cancellation)
    {
        var (book, now) = (books(bookName), clock.GetUtcNow());
        if (await book.FindPayout(payout) is not { State: PayoutState.Instructed } asked) return null;
        if (await attempts.ConnectedAccount(asked.Account, cancellation) is not { } account)
        {
            Expect(await book.FailPayout(payout, nameof(Refusal.PayoutAccountUnknown), null));
            return null;
        }

        switch (await gateway.Transfer(new NewCardTransfer(payout, bookName, account, asked.AmountFen), asked.InstructedAt, now, cancellation))
        {
            case CardAnswer<CardTransfer>.Done sent:
                Expect(await book.MakePayout(payout, sent.Found.Id, null));
                return null;
            case CardAnswer<CardTransfer>.Refused { Why: Refusal.CardBalanceShort or Refusal.CardsOff }:
                // What was charged is not free yet at Stripe, and the key keeps the refusal for a day.
                return now + TimeSpan.FromDays(1);
            case CardAnswer<CardTransfer>.Refused no:
                Expect(await book.FailPayout(payout, no.Code ?? no.Why.ToString(), null));
                return null;
            default:
                return now + Wait(Soon, asked.InstructedAt);
        }
    }

    /// <summary>What Stripe names by its own id: a dispute, or what bears no id of ours.</summary>
    public async Task<DateTimeOffset?> WorkOn(string stripeId, CancellationToken cancellation)
    {
        if (stripeId.StartsWith("tr_", StringComparison.Ordinal))
        {
            var transfer = await gateway.LookTransfer(stripeId, cancellation);
            if (transfer is CardAnswer<CardTransfer>.Done { Found: var sent }) return await Follow(sent, cancellation);
            return Next(stripeId, transfer);
        }

        var dispute = await gateway.LookDispute(stripeId, cancellation);
        if (dispute is CardAnswer<CardDispute>.Done { Found: var found })
        {
            log.Disputed(found.Id, found.State);
            await attempts.Disputed(found.Payment, found.State, cancellation);
            return null;
        }

        return Next(stripeId, dispute);
    }

    /// <summary>Everything that Stripe has of the last weeks, held against the books: what no event ever told is done now.</summary>
    /// <returns>Null when Stripe could not be asked.</returns>
    public async Task<CardComparison?> Compare(CancellationToken cancellation)
    {
        if (await gateway.Since(clock.GetUtcNow() - Compared, cancellation) is not CardAnswer<CardRecords>.Done { Found: var records }) return null;
        var (found, strangers) = (0, new List<string>(records.Strangers));
        foreach (var paid in records.Payments)
        {
            if (await attempts.Find(paid.Payment, cancellation) is not { } attempt || attempt.Book != paid.Book || await books(attempt.Book).FindCard(paid.Payment) is not { } order) strangers.Add(paid.Id);
            else if (order.State == CardOrderState.Open || (order.State == CardOrderState.Ended && paid.State == CardState.Paid)) found += await Again(order, paid, attempt, cancellation);
        }

        foreach (var refund in records.Refunds)
        {
            if (await attempts.Find(refund.Payment, cancellation) is not { } attempt || await books(attempt.Book).FindPayout(refund.Refund) is not { } payout) strangers.Add(refund.Id);
            else if (payout.State == PayoutState.Instructed || (payout.State == PayoutState.Made && refund.State is CardRefundState.Failed or CardRefundState.Cancelled))
            {
                await Work(refund.Payment, cancellation);
                found++;
            }
        }

        foreach (var transfer in records.Transfers)
        {
            if (await books(transfer.Book).FindPayout(transfer.Payout) is not { } payout) strangers.Add(transfer.Id);
            else if (payout.State == PayoutState.Instructed || (payout.State == PayoutState.Made && transfer.ReversedFen > 0))
            {
                await Follow(transfer, cancellation);
                found++;
            }
        }

        foreach (var dispute in records.Disputes) await attempts.Disputed(dispute.Payment, dispute.State, cancellation);
        foreach (var stranger in strangers) log.Stranger(stranger);
        return new CardComparison(found, strangers);
    }

    private async Task<int> Again(CardOrder order, CardPayment paid, CardAttempt attempt, CancellationToken cancellation)
    {
        if (order.State == CardOrderState.Open) await Work(order.Id, cancellation);
        else await Enter(books(attempt.Book), order, paid);
        return 1;
    }

    private async Task<DateTimeOffset?> Follow(CardTransfer transfer, CancellationToken cancellation)
    {
        if (transfer.ReversedFen == 0) return await Send(transfer.Book, transfer.Payout, cancellation);
        // Somebody took it back at Stripe. A part of it is for a person to understand.
        if (transfer.ReversedFen == transfer.AmountFen) Expect(await books(transfer.Book).ReturnPayout(transfer.Payout, "reversed", null));
        else log.Stranger(transfer.Id);
        return null;
    }

    private async Task<DateTimeOffset?> Collect(ICardBook book, CardOrder order, CardAttempt attempt, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (attempt.Intent is not { } intent)
        {
            switch (await gateway.Create(new NewCardPayment(order.Id, attempt.Book, order.AmountFen, Manual: false), order.OpenedAt, now, cancellation))
            {
                case CardAnswer<CardPayment>.Done made:
                    intent = made.Found.Id;
                    await attempts.Made(order.Id, intent, cancellation);
                    break;
                case CardAnswer<CardPayment>.Refused { Why: Refusal.CardsOff }:
                    return now + WhileTheBankThinks;
                case CardAnswer<CardPayment>.Refused no:
                    Expect(await book.EndCard(order.Id, no.Code ?? no.Why.ToString()));
                    return null;
                default:
                    return now + Wait(Soon, order.OpenedAt);
            }
        }

        var over = attempt.Withdrawn || now - order.OpenedAt >= Patience;
        var answer = over || attempt is not { Method: { } method, ReturnUrl: { } back }
            ? await gateway.Look(intent, cancellation)
            : await gateway.Confirm(order.Id, intent, method, back, cancellation);
        // It was cancelled, by an earlier turn perhaps that ended before it could say so.
        if (answer is CardAnswer<CardPayment>.Refused { Why: Refusal.CardPaymentNotInThisState }) answer = await gateway.Look(intent, cancellation);
        switch (answer)
        {
            case CardAnswer<CardPayment>.Done { Found: { State: CardState.Paid } paid }:
                await Enter(book, order, paid);
                return null;
            case CardAnswer<CardPayment>.Done { Found: { State: CardState.Cancelled } cancelled }:
                Expect(await book.EndCard(order.Id, Short(cancelled.Decline ?? (attempt.Withdrawn ? "withdrawn" : over ? "expired" : "cancelled"))));
                return null;
            case CardAnswer<CardPayment>.Done { Found: var found } when found.State == CardState.Processing || !over:
                await attempts.Saw(order.Id, found.State, found.Redirect, cancellation);
                return Instant.Later(now, found.State switch
                {
                    CardState.Processing => now + Wait(WhileTheBankThinks, order.OpenedAt),
                    CardState.ActionNeeded => now + Wait(WhileThePayerIsAway, order.OpenedAt),
                    _ => order.OpenedAt + Patience,
                });
            case CardAnswer<CardPayment>.Done { Found: var found }:
                return await Cancel(book, order, intent, found.Decline ?? (attempt.Withdrawn ? "withdrawn" : "expired"), cancellation);
            case CardAnswer<CardPayment>.Refused { Why: Refusal.CardDeclined } no:
                return await Cancel(book, order, intent, no.Code ?? nameof(Refusal.CardDeclined), cancellation);
            case CardAnswer<CardPayment>.Refused no:
                // The card itself is not the reason: a wrong key or a method that Stripe does not take.
                return no.Why == Refusal.CardsOff ? now + WhileTheBankThinks : await Cancel(book, order, intent, no.Code ?? no.Why.ToString(), cancellation);
            default:
                return now + Wait(Soon, order.OpenedAt);
        }
    }

    private async Task<DateTimeOffset?> Cancel(ICardBook book, CardOrder order, string intent, string because, CancellationToken cancellation)
    {
        switch (await gateway.Cancel(order.Id, intent, cancellation))
        {
            case CardAnswer<CardPayment>.Done:
                Expect(await book.EndCard(order.Id, Short(because)));
                return null;
            case CardAnswer<CardPayment>.Refused:
                // Paid at the last moment: the next look enters it.
                return clock.GetUtcNow();
            default:
                return clock.GetUtcNow() + Wait(Soon, order.OpenedAt);
        }
    }

    private static string Short(string because) => because.Length > CardOrders.LongestReason ? because[..CardOrders.LongestReason] : because;

    private static async Task Enter(ICardBook book, CardOrder order, CardPayment paid)
    {
        if (paid.CapturedFen != order.AmountFen || paid.Charge is null || paid.ChargedAt is null) throw new InvalidOperationException($"{paid.Id} took {paid.CapturedFen} fen for {order.AmountFen}");
        Expect(await book.Charged(order.Id, paid.Charge, paid.ChargedAt.Value));
    }

    private async Task<DateTimeOffset?> GiveBack(ICardBook book, CardOrder order, CardAttempt attempt, string intent, CancellationToken cancellation)
    {
        DateTimeOffset? next = null;
        var now = clock.GetUtcNow();
        foreach (var payout in await book.PayoutsFor(order.Id))
        {
            var answer = payout.State switch
            {
                PayoutState.Instructed => await gateway.Refund(new NewCardRefund(payout.Id, order.Id, attempt.Book, intent, payout.AmountFen), payout.InstructedAt, now, cancellation),
                // It may fail after it had succeeded, for some weeks.
                PayoutState.Made when now - payout.EndedAt < Compared => await gateway.LookRefund(payout.BankReference!, cancellation),
                _ => null,
            };
            TimeSpan? wait = answer switch
            {
                null => null,
                CardAnswer<CardRefund>.Done { Found.State: CardRefundState.Pending or CardRefundState.ActionNeeded } => Wait(WhileTheBankThinks, payout.InstructedAt),
                CardAnswer<CardRefund>.Done { Found: var refund } => await Settle(book, payout, refund),
                CardAnswer<CardRefund>.Refused { Why: Refusal.CardsOff } => WhileTheBankThinks,
                CardAnswer<CardRefund>.Refused no when payout.State == PayoutState.Instructed => await Failed(book, payout, no.Code ?? no.Why.ToString()),
                _ => Wait(Soon, payout.EndedAt ?? payout.InstructedAt),
            };
            if (wait is { } some && (next is null || now + some < next)) next = now + some;
        }

        return next;
    }

    private static async Task<TimeSpan?> Settle(ICardBook book, Payout payout, CardRefund refund)
    {
        var (why, asked) = (refund.Failure ?? refund.State.ToString(), payout.State == PayoutState.Instructed);
        if (refund.State != CardRefundState.Succeeded) return asked ? await Failed(book, payout, why) : await Returned(book, payout, why);
        if (asked) Expect(await book.MakePayout(payout.Id, refund.Id, null));
        return null;
    }

    private static async Task<TimeSpan?> Failed(ICardBook book, Payout payout, string why)
    {
        Expect(await book.FailPayout(payout.Id, why, null));
        return null;
    }

    private static async Task<TimeSpan?> Returned(ICardBook book, Payout payout, string why)
    {
        Expect(await book.ReturnPayout(payout.Id, why, null));
        return null;
    }

    /// <summary>The longer it has been going on, the longer until the next try: a key can keep a failure for a day.</summary>
    private TimeSpan Wait(TimeSpan least, DateTimeOffset since)
    {
        var half = (clock.GetUtcNow() - since) / 2;
        return half < least ? least : half < Seldom ? half : Seldom;
    }

    private DateTimeOffset? Next<T>(string stripeId, CardAnswer<T> answer)
    {
        if (answer is CardAnswer<T>.Unknown) return clock.GetUtcNow() + Soon;
        log.Stranger(stripeId);
        return null;
    }

    /// <summary>Two turns at once: the other one did it, and the book says so. Anything else is a bug.</summary>
    private static void Expect<T>(Result<T> result)
    {
        if (!result.Done) throw new InvalidOperationException($"The book refused what Stripe has: {result.Refusal} {result.Detail}");
    }
}

/// <param name="Found">How many payments, refunds and transfers were behind.</param>
/// <param name="Strangers">Stripe's ids of what no book knows.</param>
public sealed record CardComparison(int Found, IReadOnlyList<string> Strangers);

internal static partial class CardMoneyLog
{
    [LoggerMessage(97, LogLevel.Warning, "Stripe has {Id}, and no book knows of it")]
    public static partial void Stranger(this ILogger log, string id);

    [LoggerMessage(98, LogLevel.Warning, "The dispute {Id} of a payment by card is {State}")]
    public static partial void Disputed(this ILogger log, string id, CardDisputeState state);
}
