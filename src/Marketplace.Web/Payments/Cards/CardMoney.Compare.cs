using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;

namespace Marketplace.Payments.Cards;

/// <summary>What Stripe has and nobody told, or told by its own id.</summary>
public sealed partial class CardMoney
{
    /// <summary>What Stripe names by its own id: a dispute, or what bears no id of ours.</summary>
    public async Task<DateTimeOffset?> WorkOn(string stripeId, CancellationToken cancellation)
    {
        if (stripeId.StartsWith("tr_", StringComparison.Ordinal))
        {
            var transfer = await gateway.LookTransfer(stripeId, cancellation);
            if (transfer is CardAnswer<CardTransfer>.Done { Found: var sent } && await attempts.HasPayout(sent.Book, sent.Payout, cancellation)) return await Follow(sent, cancellation);
            return Next(stripeId, transfer);
        }

        var dispute = await gateway.LookDispute(stripeId, cancellation);
        if (dispute is CardAnswer<CardDispute>.Done { Found: var found })
        {
            return (await Follow(found, cancellation)).Next;
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
            else if (order is { State: CardOrderState.Paid, FeeFen: 0 } && paid.Movement is { FeeFen: not 0 } kept)
            {
                await EnterFee(books(attempt.Book), order.Id, kept);
                found++;
            }
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
            if (!await attempts.HasPayout(transfer.Book, transfer.Payout, cancellation) || await books(transfer.Book).FindPayout(transfer.Payout) is not { } payout) strangers.Add(transfer.Id);
            else if (payout.State == PayoutState.Instructed || (payout.State == PayoutState.Made && transfer.ReversedFen > 0))
            {
                await Follow(transfer, cancellation);
                found++;
            }
        }

        foreach (var topUp in records.TopUps) Expect(await books(topUp.Book).TopUp(topUp.Id, topUp.AmountFen));
        foreach (var dispute in records.Disputes) if ((await Follow(dispute, cancellation)).Changed) found++;
        foreach (var stranger in strangers) log.Stranger(stranger);
        return new CardComparison(found, strangers);
    }

    private async Task<int> Again(CardOrder order, CardPayment paid, CardAttempt attempt, CancellationToken cancellation)
    {
        if (order.State == CardOrderState.Open) await Work(order.Id, cancellation);
        else
        {
            // Refunds to the card need its id.
            await attempts.Made(order.Id, paid.Id, cancellation);
            await Enter(books(attempt.Book), order, paid);
        }

        return 1;
    }

    /// <summary>A dispute acts on the book by what moved at Stripe, never by its name alone.</summary>
    private async Task<(bool Changed, DateTimeOffset? Next)> Follow(CardDispute dispute, CancellationToken cancellation)
    {
        if (await attempts.Find(dispute.Payment, cancellation) is not { Intent: { } intent } attempt || attempt.Book != dispute.Book || await books(attempt.Book).FindCard(dispute.Payment) is not { } order)
        {
            log.Stranger(dispute.Id);
            return (false, null);
        }

        var book = books(attempt.Book);
        // It may be told before its charge is.
        if (order.State != CardOrderState.Paid && await Work(order.Id, cancellation) is not null) return (false, clock.GetUtcNow() + Soon);
        if (await book.FindCard(order.Id) is not { State: CardOrderState.Paid } paid) return (false, clock.GetUtcNow() + WhileTheBankThinks);
        if (await Fee(book, paid, intent, cancellation) is { } later) return (false, later);
        var before = await book.FindChargeback(dispute.Id);
        foreach (var moved in dispute.Movements) await EnterFee(book, order.Id, moved);
        if (dispute.WithdrawnFen > 0)
        {
            Expect(await book.OpenChargeback(order.Id, dispute.Id, dispute.WithdrawnFen, Short(dispute.Reason)));
            await End(book, dispute, before);
        }

        await attempts.Disputed(dispute, cancellation);
        var after = await book.FindChargeback(dispute.Id);
        if (before?.State != after?.State) log.Disputed(dispute.Id, dispute.State);
        // What was won comes back a little later.
        return (before?.State != after?.State, after?.State == ChargebackState.Open && dispute.State == CardDisputeState.Won ? clock.GetUtcNow() + WhileTheBankThinks : null);
    }

    private async Task End(ICardBook book, CardDispute dispute, Chargeback? before)
    {
        // An end that the book has stands; a bank that decides twice, or gives back a part, is for a person to understand.
        if (before is { State: not ChargebackState.Open } ended)
        {
            if (ended.State == ChargebackState.Lost && dispute.ReinstatedFen > 0) log.Stranger(dispute.Id);
        }
        else if (dispute.State == CardDisputeState.Lost)
        {
            var due = Days.AfterWorkingDays(Days.Of(clock.GetUtcNow()), DaysToPay);
            Expect(await book.LoseChargeback(dispute.Id, Obligations.IdOf($"chargeback\n{dispute.Id}"), due));
        }
        else if (dispute.ReinstatedFen == dispute.WithdrawnFen) Expect(await book.WinChargeback(dispute.Id));
        else if (dispute.ReinstatedFen > 0) log.Stranger(dispute.Id);
    }

    private async Task<DateTimeOffset?> Follow(CardTransfer transfer, CancellationToken cancellation)
    {
        if (transfer.ReversedFen == 0) return await Send(transfer.Book, transfer.Payout, cancellation);
        // Somebody took it back at Stripe. A part of it is for a person to understand.
        if (transfer.ReversedFen == transfer.AmountFen) Expect(await books(transfer.Book).ReturnPayout(transfer.Payout, "reversed", null));
        else log.Stranger(transfer.Id);
        return null;
    }

    private DateTimeOffset? Next<T>(string stripeId, CardAnswer<T> answer)
    {
        if (answer is CardAnswer<T>.Unknown) return clock.GetUtcNow() + Soon;
        log.Stranger(stripeId);
        return null;
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
