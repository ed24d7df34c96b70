using Marketplace.Domain.Common;
using Stripe;

namespace Marketplace.Payments.Cards;

/// <summary>
/// The market's calls to Stripe. Every write bears a key that follows from the market's own id, so that repeating it is the same
/// request; Stripe forgets keys after a day, so what is older is looked for first. An answer that did not come, or that says no,
/// is looked after too: what is found counts.
/// </summary>
/// <remarks>
/// Confirming, capturing and cancelling look at the payment first, whatever their age, unless it was seen just now: Stripe keeps a
/// refusal under its key for a day, and what was refused too early could not be done when its time has come.
/// </remarks>
public sealed partial class CardGateway
{
    /// <summary>Name of the client of HTTP.</summary>
    public const string Client = "stripe";

    /// <summary>Younger than this a key is surely still kept: 24 hours, less what clocks and a slow network may eat.</summary>
    public static readonly TimeSpan KeysLast = TimeSpan.FromHours(23);

    private readonly StripeClient? _stripe;

    /// <param name="http">Neither repeats by itself nor follows redirects.</param>
    public CardGateway(CardSettings settings, HttpClient http)
    {
        if (settings.IsOn)
        {
            _stripe = new StripeClient(new StripeClientOptions
            {
                ApiKey = settings.SecretKey,
                ApiBase = settings.ApiBase.ToString().TrimEnd('/'),
                HttpClient = new SystemNetHttpClient(http, maxNetworkRetries: 0, enableTelemetry: false),
            });
        }
    }

    public bool IsOn => _stripe is not null;

    /// <summary>Makes the payment, without a card yet.</summary>
    public Task<CardAnswer<CardPayment>> Create(NewCardPayment wanted, DateTimeOffset firstTriedAt, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var options = new PaymentIntentCreateOptions
        {
            Amount = wanted.AmountFen,
            Currency = CardReading.Currency,
            CaptureMethod = wanted.Manual ? "manual" : "automatic",
            AllowedPaymentMethodTypes = ["card"],
            TransferGroup = wanted.TransferGroup,
            Metadata = Metadata(wanted.Book, (CardReading.PaymentKey, wanted.Payment)),
            Expand = Whole,
        };
        return Write(
            now - firstTriedAt >= KeysLast,
            () => Ask(stripe => Found(stripe, wanted.Payment, firstTriedAt, Judge, cancellation), cancellation),
            stripe => stripe.PaymentIntents.CreateAsync(options, Key($"{wanted.Payment}/create"), cancellation),
            (stripe, id) => Fetch(stripe, id, cancellation),
            (stripe, intent) => Judged(stripe, intent, Judge, cancellation),
            cancellation);

        CardAnswer<CardPayment> Judge(CardPayment found) => (found.AmountFen, found.Manual, found.Book) == (wanted.AmountFen, wanted.Manual, wanted.Book)
            ? new CardAnswer<CardPayment>.Done(found)
            : new CardAnswer<CardPayment>.Refused(Refusal.CardIdReused);
    }

    /// <summary>
    /// Charges the card, or holds the money on it. Once for each payment: a card that was declined ends it, and another card is
    /// another payment.
    /// </summary>
    /// <param name="id">The payment's id at Stripe.</param>
    /// <param name="method">Of the payer's browser (pm_…); the card itself never comes here.</param>
    /// <param name="returnUrl">Where the payer comes back to from the bank's check.</param>
    /// <param name="seen">The payment as it is, when it was looked at just now.</param>
    public Task<CardAnswer<CardPayment>> Confirm(Guid payment, string id, string method, Uri returnUrl, CardPayment? seen = null, CancellationToken cancellation = default)
    {
        var options = new PaymentIntentConfirmOptions { PaymentMethod = method, ReturnUrl = returnUrl.ToString(), Expand = Whole };
        return Act(payment, id, Judge, stripe => stripe.PaymentIntents.ConfirmAsync(id, options, Key($"{payment}/confirm"), cancellation), cancellation, seen);

        static CardAnswer<CardPayment>? Judge(CardPayment found) => found.State switch
        {
            CardState.Unpaid => found.Decline is { } code ? new CardAnswer<CardPayment>.Refused(Refusal.CardDeclined, code) : null,
            CardState.ActionNeeded or CardState.Processing or CardState.Authorised or CardState.Paid => new CardAnswer<CardPayment>.Done(found),
            CardState.Cancelled => NotInState(found),
        };
    }

    /// <summary>Takes what is held on the card, or a part of it; the rest is let go. Once.</summary>
    public Task<CardAnswer<CardPayment>> Capture(Guid payment, string id, long amountFen, CancellationToken cancellation = default)
    {
        var options = new PaymentIntentCaptureOptions { AmountToCapture = amountFen, Expand = Whole };
        return Act(payment, id, Judge, stripe => stripe.PaymentIntents.CaptureAsync(id, options, Key($"{payment}/capture"), cancellation), cancellation);

        CardAnswer<CardPayment>? Judge(CardPayment found) => found.State switch
        {
            CardState.Authorised or CardState.Processing => null,
            CardState.Paid when found.CapturedFen == amountFen => new CardAnswer<CardPayment>.Done(found),
            CardState.Paid or CardState.Unpaid or CardState.ActionNeeded or CardState.Cancelled => NotInState(found),
        };
    }

    /// <summary>Ends a payment that took nothing, and lets go what is held on the card.</summary>
    public Task<CardAnswer<CardPayment>> Cancel(Guid payment, string id, CancellationToken cancellation = default)
    {
        var options = new PaymentIntentCancelOptions { Expand = Whole };
        return Act(payment, id, Judge, stripe => stripe.PaymentIntents.CancelAsync(id, options, Key($"{payment}/cancel"), cancellation), cancellation);

        static CardAnswer<CardPayment>? Judge(CardPayment found) => found.State switch
        {
            CardState.Unpaid or CardState.ActionNeeded or CardState.Processing or CardState.Authorised => null,
            CardState.Cancelled => new CardAnswer<CardPayment>.Done(found),
            CardState.Paid => NotInState(found),
        };
    }

    /// <summary>Sends money back to the card. A refund may fail later: <see cref="CardRefundState.Failed"/>.</summary>
    public Task<CardAnswer<CardRefund>> Refund(NewCardRefund wanted, DateTimeOffset firstTriedAt, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var options = new RefundCreateOptions
        {
            PaymentIntent = wanted.Intent,
            Amount = wanted.AmountFen,
            Metadata = Metadata(wanted.Book, (CardReading.RefundKey, wanted.Refund), (CardReading.PaymentKey, wanted.Payment)),
        };
        return Write(
            now - firstTriedAt >= KeysLast,
            () => Ask(stripe => First(Refunds(stripe, wanted.Intent, cancellation), Judge), cancellation),
            stripe => stripe.Refunds.CreateAsync(options, Key($"refund/{wanted.Refund}"), cancellation),
            (stripe, id) => stripe.Refunds.GetAsync(id, cancellationToken: cancellation),
            (_, refund) => Task.FromResult(Judge(refund)),
            cancellation);

        CardAnswer<CardRefund>? Judge(Refund refund) => CardReading.IdOf(refund.Metadata, CardReading.RefundKey) != wanted.Refund ? null
            : CardReading.Refund(refund) is { } found && (found.AmountFen, found.Intent, found.Book) == (wanted.AmountFen, wanted.Intent, wanted.Book) ? new CardAnswer<CardRefund>.Done(found)
            : new CardAnswer<CardRefund>.Refused(Refusal.CardIdReused);
    }

    /// <summary>Sends money on to a connected account.</summary>
    public Task<CardAnswer<CardTransfer>> Transfer(NewCardTransfer wanted, DateTimeOffset firstTriedAt, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var options = new TransferCreateOptions
        {
            Destination = wanted.Account,
            Amount = wanted.AmountFen,
            Currency = CardReading.Currency,
            SourceTransaction = wanted.Charge,
            TransferGroup = wanted.TransferGroup,
            Metadata = Metadata(wanted.Book, (CardReading.PayoutKey, wanted.Payout), (CardReading.PaymentKey, wanted.Payment)),
        };
        var made = new TransferListOptions { Destination = wanted.Account, Created = From(firstTriedAt - Skew), Limit = PageSize };
        return Write(
            now - firstTriedAt >= KeysLast,
            () => Ask(stripe => First(stripe.Transfers.ListAutoPagingAsync(made, cancellationToken: cancellation), Judge), cancellation),
            stripe => stripe.Transfers.CreateAsync(options, Key($"transfer/{wanted.Payout}"), cancellation),
            (stripe, id) => stripe.Transfers.GetAsync(id, cancellationToken: cancellation),
            (_, transfer) => Task.FromResult(Judge(transfer)),
            cancellation);

        CardAnswer<CardTransfer>? Judge(Transfer transfer) => CardReading.IdOf(transfer.Metadata, CardReading.PayoutKey) != wanted.Payout ? null
            : CardReading.Transfer(transfer) is { } found && (found.AmountFen, found.Account, found.Book) == (wanted.AmountFen, wanted.Account, wanted.Book) ? new CardAnswer<CardTransfer>.Done(found)
            : new CardAnswer<CardTransfer>.Refused(Refusal.CardIdReused);
    }

    /// <summary>An act on a payment, by what the payment is before and after.</summary>
    /// <param name="judge">The answer that a state is; null while the act can still be done.</param>
    private async Task<CardAnswer<CardPayment>> Act(
        Guid payment, string id, Func<CardPayment, CardAnswer<CardPayment>?> judge, Func<V1Services, Task<PaymentIntent>> act, CancellationToken cancellation, CardPayment? seen = null)
    {
        if (seen is not null && Own(seen) is { } known) return known;
        return await Write(
            lookFirst: seen is null,
            () => Ask(async stripe => await Judged(stripe, await Fetch(stripe, id, cancellation), Own, cancellation), cancellation),
            act,
            (stripe, _) => Fetch(stripe, id, cancellation),
            (stripe, intent) => Judged(stripe, intent, Own, cancellation),
            cancellation);

        CardAnswer<CardPayment>? Own(CardPayment found) => found.Payment == payment ? judge(found) : new CardAnswer<CardPayment>.Refused(Refusal.UnknownCardPayment);
    }

    /// <param name="look">What is there of it, as an answer; null while nothing is.</param>
    /// <param name="fetch">As it is now: what a key repeats is as it was then.</param>
    private async Task<CardAnswer<T>> Write<TStripe, T>(
        bool lookFirst,
        Func<Task<CardAnswer<T>?>> look,
        Func<V1Services, Task<TStripe>> write,
        Func<V1Services, string, Task<TStripe>> fetch,
        Func<V1Services, TStripe, Task<CardAnswer<T>?>> read,
        CancellationToken cancellation)
        where TStripe : StripeEntity, IHasId
    {
        if (_stripe is null) return new CardAnswer<T>.Refused(Refusal.CardsOff);
        if (lookFirst && await look() is { } before) return before;
        var answer = await Ask(
            async stripe =>
            {
                var written = await write(stripe);
                return await read(stripe, written.StripeResponse.Headers.Contains("Idempotent-Replayed") ? await fetch(stripe, written.Id) : written);
            },
            cancellation) ?? new CardAnswer<T>.Unknown("done, and not seen yet");
        if (answer is CardAnswer<T>.Done) return answer;
        var seen = await look();
        return (answer, seen) switch
        {
            (_, CardAnswer<T>.Done or CardAnswer<T>.Refused) => seen,
            // It might be done, and refused a second time for that very reason.
            (CardAnswer<T>.Refused, CardAnswer<T>.Unknown) => seen,
            (CardAnswer<T>.Refused { Why: Refusal.CardPaymentNotInThisState }, null) => new CardAnswer<T>.Unknown("the key keeps a refusal of an earlier state"),
            _ => answer,
        };
    }

    /// <summary>Turns what the connection and Stripe throw into an answer.</summary>
    private async Task<CardAnswer<T>?> Ask<T>(Func<V1Services, Task<CardAnswer<T>?>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask(_stripe!.V1);
        }
        catch (StripeException said)
        {
            return CardReading.Said<T>(said);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or InvalidDataException || (lost is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new CardAnswer<T>.Unknown(lost.Message);
        }
    }

    private static CardAnswer<CardPayment>.Refused NotInState(CardPayment found) => new(Refusal.CardPaymentNotInThisState, found.State.ToString());

    private static RequestOptions Key(string act) => new() { IdempotencyKey = $"zjp/{act}" };

    private static Dictionary<string, string> Metadata(string book, params ReadOnlySpan<(string Key, Guid? Id)> ids)
    {
        var metadata = new Dictionary<string, string> { [CardReading.BookKey] = book };
        foreach (var (key, id) in ids)
        {
            if (id is { } known) metadata[key] = known.ToString();
        }

        return metadata;
    }
}
