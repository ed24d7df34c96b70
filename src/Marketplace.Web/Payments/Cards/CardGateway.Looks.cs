using Marketplace.Domain.Common;
using Stripe;

namespace Marketplace.Payments.Cards;

/// <summary>
/// What is there. Lost ids are found by lists over a window of time, never by Stripe's search: the search sees what was written
/// only a minute later, in bad hours much later, and "not found" would then mean a second payment.
/// </summary>
public sealed partial class CardGateway
{
    private const int PageSize = 100;

    /// <summary>A payment with what went back of it and what Stripe kept.</summary>
    private static readonly List<string> Whole = ["latest_charge.refunds", "latest_charge.balance_transaction"];

    private static readonly List<string> WholeInList = [.. Whole.Select(part => $"data.{part}")];

    /// <summary>How far Stripe's clock and ours may be apart, on the safe side.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    public Task<CardAnswer<CardPayment>> Look(string id, CancellationToken cancellation = default) => Seen(
        async stripe => await Judged(stripe, await Fetch(stripe, id, cancellation), found => new CardAnswer<CardPayment>.Done(found), cancellation), cancellation);

    /// <summary>A payment whose id at Stripe was lost.</summary>
    /// <param name="createdFrom">When it was first tried to be made.</param>
    public Task<CardAnswer<CardPayment>> Find(Guid payment, DateTimeOffset createdFrom, CancellationToken cancellation = default) => Seen(
        stripe => Found(stripe, payment, createdFrom, found => new CardAnswer<CardPayment>.Done(found), cancellation), cancellation);

    public Task<CardAnswer<CardRefund>> LookRefund(string id, CancellationToken cancellation = default) => Seen(
        async stripe => Known(CardReading.Refund(await stripe.Refunds.GetAsync(id, cancellationToken: cancellation))), cancellation);

    public Task<CardAnswer<CardTransfer>> LookTransfer(string id, CancellationToken cancellation = default) => Seen(
        async stripe => Known(CardReading.Transfer(await stripe.Transfers.GetAsync(id, cancellationToken: cancellation))), cancellation);

    public Task<CardAnswer<CardDispute>> LookDispute(string id, CancellationToken cancellation = default) => Seen(
        async stripe => Known(CardReading.Dispute(await stripe.Disputes.GetAsync(id, new DisputeGetOptions { Expand = ["payment_intent"] }, cancellationToken: cancellation))), cancellation);

    /// <summary>Everything that was created from a moment on, as it is now: whole, or not at all.</summary>
    public Task<CardAnswer<CardRecords>> Since(DateTimeOffset from, CancellationToken cancellation = default) => Seen<CardRecords>(
        async stripe =>
        {
            var (payments, refunds, transfers, disputes, topUps, strangers) = (new List<CardPayment>(), new List<CardRefund>(), new List<CardTransfer>(), new List<CardDispute>(), new List<CardTopUp>(), new List<string>());
            await foreach (var refund in stripe.Refunds.ListAutoPagingAsync(new RefundListOptions { Created = From(from), Limit = PageSize }, cancellationToken: cancellation))
                if (!CardReading.IsRelease(refund)) Sort(CardReading.Refund(refund), refund.Id, refunds);
            await foreach (var transfer in stripe.Transfers.ListAutoPagingAsync(new TransferListOptions { Created = From(from), Limit = PageSize }, cancellationToken: cancellation))
                Sort(CardReading.Transfer(transfer), transfer.Id, transfers);
            await foreach (var dispute in stripe.Disputes.ListAutoPagingAsync(new DisputeListOptions { Created = From(from), Limit = PageSize, Expand = ["data.payment_intent"] }, cancellationToken: cancellation))
                Sort(CardReading.Dispute(dispute), dispute.Id, disputes);
            await foreach (var moved in stripe.BalanceTransactions.ListAutoPagingAsync(new BalanceTransactionListOptions { Created = From(from), Type = "topup", Limit = PageSize }, cancellationToken: cancellation))
                Sort(CardReading.TopUp(moved), moved.Id, topUps);
            // Last, for theirs are by far the largest pages, and one list that fails makes all of them useless.
            await foreach (var intent in stripe.PaymentIntents.ListAutoPagingAsync(new PaymentIntentListOptions { Created = From(from), Limit = PageSize, Expand = WholeInList }, cancellationToken: cancellation))
                Sort(await Read(stripe, intent, cancellation), intent.Id, payments);
            return new CardAnswer<CardRecords>.Done(new CardRecords(payments, refunds, transfers, disputes, topUps, strangers));

            void Sort<T>(T? known, string id, List<T> own)
                where T : class
            {
                if (known is null) strangers.Add(id);
                else own.Add(known);
            }
        },
        cancellation);

    private async Task<CardAnswer<T>> Seen<T>(Func<V1Services, Task<CardAnswer<T>?>> look, CancellationToken cancellation) =>
        _stripe is null ? new CardAnswer<T>.Refused(Refusal.CardsOff) : await Ask(look, cancellation) ?? new CardAnswer<T>.Refused(Refusal.UnknownCardPayment);

    private static CardAnswer<T>? Known<T>(T? found)
        where T : class => found is null ? null : new CardAnswer<T>.Done(found);

    private static Task<PaymentIntent> Fetch(V1Services stripe, string id, CancellationToken cancellation) =>
        stripe.PaymentIntents.GetAsync(id, new PaymentIntentGetOptions { Expand = Whole }, cancellationToken: cancellation);

    /// <summary>Of all that is in the list only the one is read whole.</summary>
    private static Task<CardAnswer<CardPayment>?> Found(V1Services stripe, Guid payment, DateTimeOffset createdFrom, Func<CardPayment, CardAnswer<CardPayment>?> judge, CancellationToken cancellation)
    {
        var made = new PaymentIntentListOptions { Created = From(createdFrom - Skew), Limit = PageSize };
        return First(
            stripe.PaymentIntents.ListAutoPagingAsync(made, cancellationToken: cancellation),
            async intent => CardReading.IdOf(intent.Metadata, CardReading.PaymentKey) != payment ? null
                : await Judged(stripe, intent.LatestChargeId is null ? intent : await Fetch(stripe, intent.Id, cancellation), judge, cancellation));
    }

    /// <summary>The answer that a payment is; a stranger's is none of ours.</summary>
    private static async Task<CardAnswer<CardPayment>?> Judged(V1Services stripe, PaymentIntent intent, Func<CardPayment, CardAnswer<CardPayment>?> judge, CancellationToken cancellation) =>
        await Read(stripe, intent, cancellation) is { } found ? judge(found) : new CardAnswer<CardPayment>.Refused(Refusal.UnknownCardPayment);

    private static async Task<CardPayment?> Read(V1Services stripe, PaymentIntent intent, CancellationToken cancellation)
    {
        var refunded = 0L;
        // A charge shows its ten newest refunds only.
        if (intent.LatestCharge?.Refunds is { HasMore: true }) await foreach (var refund in Refunds(stripe, intent.Id, cancellation)) refunded += CardReading.Counts(refund) ? refund.Amount : 0;
        else refunded = intent.LatestCharge?.Refunds?.Where(CardReading.Counts).Sum(r => r.Amount) ?? 0;
        return CardReading.Payment(intent, refunded);
    }

    private static IAsyncEnumerable<Refund> Refunds(V1Services stripe, string intent, CancellationToken cancellation) =>
        stripe.Refunds.ListAutoPagingAsync(new RefundListOptions { PaymentIntent = intent, Limit = PageSize }, cancellationToken: cancellation);

    private static Task<CardAnswer<T>?> First<TStripe, T>(IAsyncEnumerable<TStripe> all, Func<TStripe, CardAnswer<T>?> judge) => First(all, item => Task.FromResult(judge(item)));

    private static async Task<CardAnswer<T>?> First<TStripe, T>(IAsyncEnumerable<TStripe> all, Func<TStripe, Task<CardAnswer<T>?>> judge)
    {
        await foreach (var item in all)
        {
            if (await judge(item) is { } answer) return answer;
        }

        return null;
    }

    private static DateRangeOptions From(DateTimeOffset moment) => new() { GreaterThanOrEqual = moment.UtcDateTime };
}
