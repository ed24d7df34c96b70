using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;

namespace Marketplace.Payments.Cards;

/// <summary>
/// Where Stripe and the ledger meet. Each turn asks the book what is to be done, Stripe what there is, and takes the next step; it
/// keeps nothing in memory between two steps, so that it may end anywhere and begin anew, also twice at once.
/// </summary>
/// <param name="books">A book by its name.</param>
public sealed partial class CardMoney(CardGateway gateway, ICardAttempts attempts, Func<string, ICardBook> books, TimeProvider clock, ILogger<CardMoney> log)
{
    /// <summary>A payment that nobody finished in this time is cancelled.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>How far back payments are compared with Stripe's own lists. Refunds fail weeks later at the latest.</summary>
    public static readonly TimeSpan Compared = TimeSpan.FromDays(35);

    /// <summary>What is not free at Stripe after so long never will be: the money is its owner's again.</summary>
    private static readonly TimeSpan LongestShort = TimeSpan.FromDays(14);

    /// <summary>A market rule: in how many working days a payer pays what its bank took back after it had gone on.</summary>
    private const int DaysToPay = 5;

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
        if (attempt.Intent is not { } intent) return null;
        var (fee, back) = (await Fee(book, order, intent, cancellation), await GiveBack(book, order, attempt, intent, cancellation));
        return fee is null || back < fee ? back : fee;
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
            case CardAnswer<CardTransfer>.Refused { Why: Refusal.CardBalanceShort or Refusal.CardsOff } when now - asked.InstructedAt < LongestShort:
                // What was charged is not free yet at Stripe, and the key keeps the refusal for a day.
                return now + TimeSpan.FromDays(1);
            case CardAnswer<CardTransfer>.Refused no:
                Expect(await book.FailPayout(payout, no.Code ?? no.Why.ToString(), null));
                return null;
            default:
                return now + Wait(Soon, asked.InstructedAt);
        }
    }

    private async Task<DateTimeOffset?> Collect(ICardBook book, CardOrder order, CardAttempt attempt, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        CardPayment? seen = null;
        if (attempt.Intent is not { } intent)
        {
            switch (await gateway.Create(new NewCardPayment(order.Id, attempt.Book, order.AmountFen, Manual: false), order.OpenedAt, now, cancellation))
            {
                case CardAnswer<CardPayment>.Done made:
                    (seen, intent) = (made.Found, made.Found.Id);
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

        var isOwed = await book.IsStillOwed(order.Id);
        var over = attempt.Withdrawn || !isOwed || now - order.OpenedAt >= Patience;
        var because = attempt.Withdrawn ? "withdrawn" : !isOwed ? "settled" : "expired";
        var answer = over || attempt is not { Method: { } method, ReturnUrl: { } back }
            ? seen is null ? await gateway.Look(intent, cancellation) : new CardAnswer<CardPayment>.Done(seen)
            : await gateway.Confirm(order.Id, intent, method, back, seen, cancellation);
        // It was cancelled, by an earlier turn perhaps that ended before it could say so.
        if (answer is CardAnswer<CardPayment>.Refused { Why: Refusal.CardPaymentNotInThisState }) answer = await gateway.Look(intent, cancellation);
        switch (answer)
        {
            case CardAnswer<CardPayment>.Done { Found: { State: CardState.Paid } paid }:
                await Enter(book, order, paid);
                return null;
            case CardAnswer<CardPayment>.Done { Found: { State: CardState.Cancelled } cancelled }:
                Expect(await book.EndCard(order.Id, Short(cancelled.Decline ?? (over ? because : "cancelled"))));
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
                return await Cancel(book, order, intent, found.Decline ?? because, cancellation);
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
            case CardAnswer<CardPayment>.Refused { Why: Refusal.CardPaymentNotInThisState }:
                // Paid at the last moment: the next look enters it.
                return clock.GetUtcNow();
            case CardAnswer<CardPayment>.Refused { Why: Refusal.UnknownCardPayment } when clock.GetUtcNow() - order.OpenedAt >= Patience:
                // Another account of Stripe's, or one that began anew: what is not there cannot be charged.
                Expect(await book.EndCard(order.Id, Short(because)));
                return null;
            default:
                return clock.GetUtcNow() + Wait(Soon, order.OpenedAt);
        }
    }

    private static string Short(string because) => because.Length > CardOrders.LongestReason ? because[..CardOrders.LongestReason] : because;

    private static async Task Enter(ICardBook book, CardOrder order, CardPayment paid)
    {
        if (paid.CapturedFen != order.AmountFen || paid.Charge is null || paid.ChargedAt is null) throw new InvalidOperationException($"{paid.Id} took {paid.CapturedFen} fen for {order.AmountFen}");
        Expect(await book.Charged(order.Id, paid.Charge, paid.ChargedAt.Value, FeeOf(paid.Movement)));
    }

    private static async Task EnterFee(ICardBook book, Guid payment, CardMovement? moved)
    {
        if (FeeOf(moved) is { } fee) Expect(await book.EnterFee(payment, fee));
    }

    private static ProviderFee? FeeOf(CardMovement? moved) => moved is { FeeFen: not 0 } ? new ProviderFee(moved.Id, moved.FeeFen) : null;

    /// <summary>What Stripe had not said when the charge was entered.</summary>
    private async Task<DateTimeOffset?> Fee(ICardBook book, CardOrder order, string intent, CancellationToken cancellation)
    {
        if (order is not { State: CardOrderState.Paid, FeeFen: 0 }) return null;
        if (await gateway.Look(intent, cancellation) is not CardAnswer<CardPayment>.Done { Found: var paid }) return clock.GetUtcNow() + Wait(Soon, order.EndedAt ?? order.OpenedAt);
        await EnterFee(book, order.Id, paid.Movement);
        return null;
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

    /// <summary>Two turns at once: the other one did it, and the book says so. Anything else is a bug.</summary>
    private static void Expect<T>(Result<T> result)
    {
        if (!result.Done) throw new InvalidOperationException($"The book refused what Stripe has: {result.Refusal} {result.Detail}");
    }
}
