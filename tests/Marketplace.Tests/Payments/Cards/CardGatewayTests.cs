using Marketplace.Domain.Common;
using Marketplace.Payments.Cards;
using Stripe;
using Fault = Marketplace.StandIns.Fault;

namespace Marketplace.Tests.Payments.Cards;

public sealed class CardGatewayTests : IAsyncLifetime
{
    private readonly Till _till = new();

    private CardGateway Gateway => _till.Gateway;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _till.DisposeAsync();

    [Fact]
    public async Task A_payment_is_made_confirmed_and_found_again()
    {
        var wanted = Till.Wanted(12_345);
        var made = await _till.Created(wanted);
        Assert.Equal((wanted.Payment, CardState.Unpaid, 12_345L, 0L, Till.Book, _till.Now), (made.Payment, made.State, made.AmountFen, made.CapturedFen, made.Book, made.CreatedAt));
        var paid = Till.Done(await _till.Confirm(made));
        Assert.Equal((made.Id, CardState.Paid, 12_345L, 0L), (paid.Id, paid.State, paid.CapturedFen, paid.RefundedFen));
        Assert.Equal(_till.Stripe.Charges().Single().Id, paid.Charge);
        Assert.Equal(paid, Till.Done(await Gateway.Look(made.Id)));
        Assert.Equal(paid, Till.Done(await Gateway.Find(wanted.Payment, _till.Now)));
        Assert.Equal(
            [$"zjp/{wanted.Payment}/create", $"zjp/{wanted.Payment}/confirm"],
            _till.Stripe.Requests.Where(r => r.Method == "POST").Select(r => r.Key));
        Assert.DoesNotContain("payment_method_types", _till.Stripe.Requests[0].Body.Replace("allowed_payment_method_types", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_seen_just_now_is_not_looked_at_again()
    {
        var (made, other) = (await _till.Created(Till.Wanted()), await _till.Created(Till.Wanted()));
        var before = _till.Stripe.Requests.Count;
        var paid = Till.Done(await Gateway.Confirm(made.Payment, made.Id, Till.Visa, Till.Back, made));
        Assert.Equal(paid, Till.Done(await Gateway.Confirm(made.Payment, made.Id, Till.Visa, Till.Back, paid)));
        Refused(Refusal.UnknownCardPayment, await Gateway.Confirm(other.Payment, made.Id, Till.Visa, Till.Back, made));
        Assert.Equal(["POST"], _till.Stripe.Requests.Skip(before).Select(r => r.Method));

        // It changed in the same moment.
        await Gateway.Cancel(other.Payment, other.Id);
        Refused(Refusal.CardPaymentNotInThisState, await Gateway.Confirm(other.Payment, other.Id, Till.Visa, Till.Back, other), "Cancelled");
        Assert.Single(_till.Stripe.Charges());
    }

    [Fact]
    public async Task An_id_of_another_payment_is_refused_at_once_and_after_the_keys_are_forgotten()
    {
        var (wanted, first) = (Till.Wanted(), _till.Now);
        await _till.Created(wanted);
        foreach (var other in (NewCardPayment[])[wanted with { AmountFen = 1 }, wanted with { Manual = true }, wanted with { Book = "demo:custodian" }])
            Refused(Refusal.CardIdReused, await Gateway.Create(other, first, _till.Now));
        _till.Time.Advance(TimeSpan.FromHours(25));
        Refused(Refusal.CardIdReused, await Gateway.Create(wanted with { AmountFen = 1 }, first, _till.Now));
        Assert.Single(await Intents());
    }

    [Fact]
    public async Task Keys_that_Stripe_forgot_make_nothing_a_second_time()
    {
        var (wanted, first, account) = (Till.Wanted(), _till.Now, await _till.Account());
        var made = await _till.Created(wanted);
        var paid = Till.Done(await _till.Confirm(made));
        var (refund, transfer) = (Till.Back10(paid), new NewCardTransfer(Guid.NewGuid(), Till.Book, account, 5_000, paid.Payment, paid.Charge));
        var (refunded, sent) = (Till.Done(await Gateway.Refund(refund, first, _till.Now)), Till.Done(await Gateway.Transfer(transfer, first, _till.Now)));
        foreach (var later in (double[])[22.9, 0.2, 1, 24, 24 * 30])
        {
            _till.Time.Advance(TimeSpan.FromHours(later));
            Assert.Equal(made.Id, Till.Done(await Gateway.Create(wanted, first, _till.Now)).Id);
            Assert.Equal(CardState.Paid, Till.Done(await Gateway.Confirm(made.Payment, made.Id, Till.Visa, Till.Back)).State);
            Assert.Equal(refunded.Id, Till.Done(await Gateway.Refund(refund, first, _till.Now)).Id);
            Assert.Equal(sent.Id, Till.Done(await Gateway.Transfer(transfer, first, _till.Now)).Id);
        }

        Assert.Equal(1, _till.Stripe.SucceededBy("zjp_payment")[wanted.Payment.ToString()]);
        Assert.Equal(10_000 - 1_000 - 5_000, _till.Stripe.TotalBalance("cny"));
    }

    [Fact]
    public async Task What_a_key_repeats_is_shown_as_it_is_now()
    {
        var (wanted, first) = (Till.Wanted(), _till.Now);
        await _till.Confirm(await _till.Created(wanted));
        Assert.Equal(CardState.Paid, Till.Done(await Gateway.Create(wanted, first, _till.Now)).State);
    }

    [Fact]
    public async Task A_declined_card_ends_the_payment_with_the_banks_reason()
    {
        var made = await _till.Created(Till.Wanted());
        for (var again = 0; again < 2; again++) Refused(Refusal.CardDeclined, await _till.Confirm(made, "pm_card_chargeDeclinedInsufficientFunds"), "insufficient_funds");
        Refused(Refusal.CardDeclined, await _till.Confirm(made), "insufficient_funds");
        Assert.Equal("insufficient_funds", Till.Done(await Gateway.Look(made.Id)).Decline);
        Assert.Equal(CardState.Cancelled, Till.Done(await Gateway.Cancel(made.Payment, made.Id)).State);
        Refused(Refusal.CardPaymentNotInThisState, await _till.Confirm(made), "Cancelled");
        Assert.Empty(_till.Stripe.Charges());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_bank_asks_the_payer_first(bool passes)
    {
        var made = await _till.Created(Till.Wanted());
        var asked = Till.Done(await _till.Confirm(made, "pm_card_authenticationRequired"));
        Assert.Equal((CardState.ActionNeeded, "hooks.stripe.com"), (asked.State, asked.Redirect?.Host));
        Assert.Equal(asked, Till.Done(await _till.Confirm(made, "pm_card_authenticationRequired")));
        _till.Stripe.CompleteAction(made.Id, passes);
        var answer = await _till.Confirm(made, "pm_card_authenticationRequired");
        if (passes) Assert.Equal((CardState.Paid, null), (Till.Done(answer).State, Till.Done(answer).Redirect));
        else Refused(Refusal.CardDeclined, answer, "payment_intent_authentication_failure");
        Assert.Equal(passes ? 1 : 0, _till.Stripe.Charges().Count);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(7_000)]
    public async Task What_is_held_is_captured_once_whole_or_in_part(long fen)
    {
        var held = await _till.Paid(10_000, manual: true);
        Assert.Equal((CardState.Authorised, 0L), (held.State, held.CapturedFen));
        Refused(Refusal.CardAmountTooLarge, await Gateway.Capture(held.Payment, held.Id, 10_001));
        _till.Time.Advance(TimeSpan.FromHours(24));
        var taken = Till.Done(await Gateway.Capture(held.Payment, held.Id, fen));
        Assert.Equal((CardState.Paid, fen, 0L), (taken.State, taken.CapturedFen, taken.RefundedFen));
        _till.Time.Advance(TimeSpan.FromHours(25));
        Assert.Equal(taken, Till.Done(await Gateway.Capture(held.Payment, held.Id, fen)));
        Refused(Refusal.CardPaymentNotInThisState, await Gateway.Capture(held.Payment, held.Id, fen - 1), "Paid");
        Refused(Refusal.CardPaymentNotInThisState, await Gateway.Cancel(held.Payment, held.Id), "Paid");
        Assert.Equal(fen, _till.Stripe.TotalBalance("cny"));
    }

    [Fact]
    public async Task What_is_held_is_let_go_by_hand_or_by_time_and_is_no_refund()
    {
        var (one, other) = (await _till.Paid(manual: true), await _till.Paid(manual: true));
        var cancelled = Till.Done(await Gateway.Cancel(one.Payment, one.Id));
        Assert.Equal((CardState.Cancelled, 0L, 0L), (cancelled.State, cancelled.CapturedFen, cancelled.RefundedFen));
        _till.Time.Advance(TimeSpan.FromDays(7));
        Refused(Refusal.CardPaymentNotInThisState, await Gateway.Capture(other.Payment, other.Id, 10_000), "Cancelled");
        Assert.Equal(CardState.Cancelled, Till.Done(await Gateway.Cancel(other.Payment, other.Id)).State);
        Assert.Empty(_till.Stripe.Holds());
        Assert.Empty(_till.Stripe.Charges());
    }

    [Fact]
    public async Task What_was_asked_too_early_is_done_when_its_time_has_come()
    {
        var made = await _till.Created(Till.Wanted(manual: true));
        Refused(Refusal.CardPaymentNotInThisState, await Gateway.Capture(made.Payment, made.Id, 10_000), "Unpaid");
        await _till.Confirm(made);
        Assert.Equal(CardState.Paid, Till.Done(await Gateway.Capture(made.Payment, made.Id, 10_000)).State);
    }

    [Fact]
    public async Task A_refusal_that_a_key_keeps_of_an_earlier_state_is_none_of_now()
    {
        var made = await _till.Created(Till.Wanted(manual: true));
        var early = await Assert.ThrowsAsync<StripeException>(() => _till.Client.V1.PaymentIntents.CaptureAsync(
            made.Id,
            new PaymentIntentCaptureOptions { AmountToCapture = 10_000, Expand = ["latest_charge.refunds", "latest_charge.balance_transaction"] },
            new RequestOptions { IdempotencyKey = $"zjp/{made.Payment}/capture" }));
        Assert.Equal("payment_intent_unexpected_state", early.StripeError.Code);
        await _till.Confirm(made);
        Assert.IsType<CardAnswer<CardPayment>.Unknown>(await Gateway.Capture(made.Payment, made.Id, 10_000));
        Assert.Equal(CardState.Paid, Till.Done(await _till.Until(_ => Gateway.Capture(made.Payment, made.Id, 10_000))).State);
    }

    [Fact]
    public async Task Money_goes_back_in_parts_until_none_is_left()
    {
        var (paid, first) = (await _till.Paid(13_000), _till.Now);
        // More than a charge shows of its refunds.
        for (var part = 1; part <= 12; part++)
        {
            Assert.Equal((CardRefundState.Succeeded, 1_000L), (Till.Done(await Gateway.Refund(Till.Back10(paid), first, _till.Now)) is var back ? back.State : default, back.AmountFen));
            Assert.Equal(part * 1_000, Till.Done(await Gateway.Look(paid.Id)).RefundedFen);
        }

        Refused(Refusal.CardAmountTooLarge, await Gateway.Refund(Till.Back10(paid, 1_001), first, _till.Now));
        Assert.Equal(paid.Payment, Till.Done(await Gateway.Refund(Till.Back10(paid), first, _till.Now)).Payment);
        Refused(Refusal.NothingToRefund, await Gateway.Refund(Till.Back10(paid, 1), first, _till.Now));
        Assert.Equal(0, _till.Stripe.TotalBalance("cny"));
    }

    [Fact]
    public async Task A_refund_of_the_whole_may_fail_later_and_then_it_does_not_count()
    {
        var paid = await _till.Paid(method: "pm_card_refundFail");
        var back = Till.Done(await Gateway.Refund(Till.Back10(paid, 10_000), _till.Now, _till.Now));
        Assert.Equal(10_000, Till.Done(await Gateway.Look(paid.Id)).RefundedFen);
        _till.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal((CardRefundState.Failed, "expired_or_canceled_card"), (Till.Done(await Gateway.LookRefund(back.Id)) is var failed ? failed.State : default, failed.Failure));
        Assert.Equal(0, Till.Done(await Gateway.Look(paid.Id)).RefundedFen);
    }

    [Fact]
    public async Task A_disputed_payment_is_not_refunded_and_its_dispute_names_it()
    {
        var paid = await _till.Paid(method: "pm_card_createDispute");
        Refused(Refusal.CardPaymentDisputed, await Gateway.Refund(Till.Back10(paid), _till.Now, _till.Now), "charge_disputed");
        var dispute = Till.Done(await Gateway.Since(_till.Now)).Disputes.Single();
        Assert.Equal((paid.Payment, paid.Id, paid.Charge, CardDisputeState.Open, 10_000L, Till.Book), (dispute.Payment, dispute.Intent, dispute.Charge, dispute.State, dispute.AmountFen, dispute.Book));
        _till.Stripe.CloseDispute(dispute.Id, won: false);
        Assert.Equal(CardDisputeState.Lost, Till.Done(await Gateway.LookDispute(dispute.Id)).State);
        Assert.True(Till.Done(await Gateway.Look(paid.Id)).Disputed);
    }

    [Fact]
    public async Task Money_goes_on_to_an_account_that_can_receive_it()
    {
        var (paid, account) = (await _till.Paid(), await _till.Account());
        var wanted = new NewCardTransfer(Guid.NewGuid(), Till.Book, account, 9_000, paid.Payment, paid.Charge, "lot");
        var sent = Till.Done(await Gateway.Transfer(wanted, _till.Now, _till.Now));
        Assert.Equal((wanted.Payout, paid.Payment, account, 9_000L, 0L), (sent.Payout, sent.Payment!.Value, sent.Account, sent.AmountFen, sent.ReversedFen));
        await _till.Client.V1.Transfers.Reversals.CreateAsync(sent.Id, new TransferReversalCreateOptions { Amount = 4_000 });
        Assert.Equal(4_000, Till.Done(await Gateway.LookTransfer(sent.Id)).ReversedFen);
        Refused(Refusal.PayeeNotReady, await Gateway.Transfer(wanted with { Payout = Guid.NewGuid(), Account = "acct_nobody" }, _till.Now, _till.Now), "resource_missing");
        Refused(Refusal.CardBalanceShort, await Gateway.Transfer(wanted with { Payout = Guid.NewGuid(), Charge = null }, _till.Now, _till.Now), "balance_insufficient");
        Refused(Refusal.CardAmountTooLarge, await Gateway.Transfer(wanted with { Payout = Guid.NewGuid() }, _till.Now, _till.Now));
    }

    [Fact]
    public async Task A_payment_of_somebody_else_is_not_touched()
    {
        var (one, other) = (await _till.Created(Till.Wanted()), await _till.Created(Till.Wanted()));
        Refused(Refusal.UnknownCardPayment, await Gateway.Confirm(one.Payment, other.Id, Till.Visa, Till.Back));
        Refused(Refusal.UnknownCardPayment, await Gateway.Cancel(one.Payment, "pi_nobody"), "resource_missing");
        Refused(Refusal.UnknownCardPayment, await Gateway.Find(Guid.NewGuid(), _till.Now));
        Assert.Equal(2, _till.Stripe.Requests.Count(r => r.Method == "POST"));
    }

    [Fact]
    public async Task Everything_since_a_moment_is_read_page_by_page_and_strangers_are_named()
    {
        await _till.Paid();
        _till.Time.Advance(TimeSpan.FromDays(1));
        var (from, account) = (_till.Now, await _till.Account());
        var payments = new List<CardPayment>();
        for (var i = 0; i < 205; i++) payments.Add(await _till.Paid());
        foreach (var paid in payments.Take(101))
        {
            Till.Done(await Gateway.Refund(Till.Back10(paid), _till.Now, _till.Now));
            Till.Done(await Gateway.Transfer(new NewCardTransfer(Guid.NewGuid(), Till.Book, account, 100, paid.Payment, paid.Charge), _till.Now, _till.Now));
        }

        var foreign = await _till.Client.V1.PaymentIntents.CreateAsync(new PaymentIntentCreateOptions { Amount = 1, Currency = "cny" });
        var byHand = await _till.Client.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = payments[0].Id, Amount = 1 });
        var dollars = await _till.Client.V1.PaymentIntents.CreateAsync(new PaymentIntentCreateOptions { Amount = 1, Currency = "usd", Metadata = new Dictionary<string, string> { ["zjp_payment"] = Guid.NewGuid().ToString() } });

        var all = Till.Done(await Gateway.Since(from));
        Assert.Equal(payments.Select(p => p.Id).Reverse(), all.Payments.Select(p => p.Id));
        Assert.Equal((101, 101), (all.Refunds.Count, all.Transfers.Count));
        Assert.Equal((101 * 1_000) + 1, all.Payments.Sum(p => p.RefundedFen));
        Assert.Equal([byHand.Id, dollars.Id, foreign.Id], all.Strangers);
        Refused(Refusal.UnknownCardPayment, await Gateway.Look(foreign.Id));

        _till.Stripe.Fail(Fault.Dropped, "GET /v1/transfers");
        Assert.IsType<CardAnswer<CardRecords>.Unknown>(await Gateway.Since(from));
    }

    [Fact]
    public async Task Without_a_key_everything_is_refused_by_name_and_nothing_is_sent()
    {
        using var http = new HttpClient(_till.Stripe.CreateHandler());
        var off = new CardGateway(Till.Settings(key: null), http);
        Assert.False(off.IsOn);
        Refused(Refusal.CardsOff, await off.Create(Till.Wanted(), _till.Now, _till.Now));
        Refused(Refusal.CardsOff, await off.Cancel(Guid.NewGuid(), "pi_1"));
        Refused(Refusal.CardsOff, await off.Since(_till.Now));
        Assert.Empty(_till.Stripe.Requests);
    }

    [Fact]
    public async Task A_caller_who_leaves_is_no_unknown_answer()
    {
        using var left = new CancellationTokenSource();
        await left.CancelAsync();
        _till.Stripe.Fail(Fault.Slow);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Gateway.Create(Till.Wanted(), _till.Now, _till.Now, left.Token));
    }

    private static void Refused<T>(Refusal why, CardAnswer<T> answer, string? code = null)
    {
        var refused = Assert.IsType<CardAnswer<T>.Refused>(answer);
        Assert.Equal(why, refused.Why);
        if (code is not null) Assert.Equal(code, refused.Code);
    }

    private async Task<List<PaymentIntent>> Intents() => (await _till.Client.V1.PaymentIntents.ListAsync(new PaymentIntentListOptions { Limit = 100 })).Data;
}
