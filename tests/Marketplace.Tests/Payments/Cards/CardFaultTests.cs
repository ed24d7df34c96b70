using Marketplace.Domain.Common;
using Marketplace.Payments.Cards;
using Marketplace.StandIns;
using Fault = Marketplace.StandIns.Fault;

namespace Marketplace.Tests.Payments.Cards;

/// <summary>Whatever goes wrong on the way: one object for one id, and the right answer in the end.</summary>
public sealed class CardFaultTests
{
    public enum Act
    {
        Create,
        Confirm,
        ConfirmDeclined,
        Capture,
        CapturePart,
        Cancel,
        Refund,
        Transfer,
    }

    private static readonly Fault[] Faults = [Fault.Dropped, Fault.FailedAfter, Fault.FailedBefore, Fault.FailedForGood, Fault.Conflict, Fault.RateLimited, Fault.Slow];

    public static TheoryData<Fault, Act> Everything
    {
        get
        {
            var data = new TheoryData<Fault, Act>();
            foreach (var fault in Faults) foreach (var act in Enum.GetValues<Act>()) data.Add(fault, act);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task One_object_and_the_right_answer(Fault fault, Act act)
    {
        await using var till = new Till();
        var made = act == Act.Create ? null : await till.Created(Till.Wanted(manual: act is Act.Capture or Act.CapturePart or Act.Cancel));
        if (act is not (Act.Create or Act.Confirm or Act.ConfirmDeclined)) made = Till.Done(await till.Confirm(made!));
        var account = await till.Account();
        var begun = till.Stripe.Requests.Count;
        till.Stripe.Fail(fault, "POST ");
        switch (act)
        {
            case Act.Create:
                var wanted = Till.Wanted();
                var created = await till.Created(wanted);
                Assert.Equal((wanted.Payment, CardState.Unpaid), (created.Payment, created.State));
                Assert.Equal(created.Id, Assert.Single(await till.Client.V1.PaymentIntents.ListAsync()).Id);
                break;
            case Act.Confirm:
                Assert.Equal(CardState.Paid, Till.Done(await till.Confirm(made!)).State);
                Assert.Equal(10_000, Assert.Single(till.Stripe.Charges()).Captured);
                break;
            case Act.ConfirmDeclined:
                Assert.Equal(new CardAnswer<CardPayment>.Refused(Refusal.CardDeclined, "generic_decline"), await till.Confirm(made!, "pm_card_chargeDeclined"));
                Assert.Single(await till.Client.V1.Charges.ListAsync());
                Assert.Empty(till.Stripe.Charges());
                break;
            case Act.Capture or Act.CapturePart:
                var fen = act == Act.Capture ? 10_000 : 6_000;
                Assert.Equal(fen, Till.Done(await till.Until(_ => till.Gateway.Capture(made!.Payment, made.Id, fen))).CapturedFen);
                Assert.Equal(fen, Assert.Single(till.Stripe.Charges()).Captured);
                break;
            case Act.Cancel:
                Assert.Equal(CardState.Cancelled, Till.Done(await till.Until(_ => till.Gateway.Cancel(made!.Payment, made.Id))).State);
                Assert.Empty(till.Stripe.Charges());
                Assert.Empty(till.Stripe.Holds());
                break;
            case Act.Refund:
                var back = Till.Back10(made!);
                Assert.Equal(back.Refund, Till.Done(await till.Until(first => till.Gateway.Refund(back, first, till.Now))).Refund);
                Assert.Equal(1_000, Assert.Single(till.Stripe.Charges()).Refunded);
                Assert.Single(await till.Client.V1.Refunds.ListAsync());
                break;
            case Act.Transfer:
                var on = new NewCardTransfer(Guid.NewGuid(), Till.Book, account, 9_000, made!.Payment, made.Charge);
                Assert.Equal(on.Payout, Till.Done(await till.Until(first => till.Gateway.Transfer(on, first, till.Now))).Payout);
                Assert.Single(await till.Client.V1.Transfers.ListAsync());
                break;
        }

        // The fault did happen, and what was done by then needed no second try.
        Assert.Equal(fault, till.Stripe.Requests.Skip(begun).First(r => r.Method == "POST").Fault);
        if (fault is Fault.Dropped or Fault.FailedAfter or Fault.Slow) Assert.Single(till.Stripe.Requests.Skip(begun), r => r.Method == "POST");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Under_faults_of_every_kind_everything_comes_out_once(ulong seed)
    {
        await using var till = new Till(o => o with { Seed = seed });
        var account = await till.Account();
        till.Stripe.Faults = new FaultPlan { Dropped = 0.1, FailedAfter = 0.1, FailedBefore = 0.1, FailedForGood = 0.05, Conflict = 0.05, RateLimited = 0.1, Slow = 0.05 };
        const int Runs = 60;
        var balance = 0L;
        for (var run = 0; run < Runs; run++)
        {
            var manual = run % 2 == 0;
            var paid = await till.Paid(10_000 + run, manual);
            if (manual) paid = Till.Done(await till.Until(_ => till.Gateway.Capture(paid.Payment, paid.Id, 8_000)));
            var (back, on) = (Till.Back10(paid), new NewCardTransfer(Guid.NewGuid(), Till.Book, account, 5_000, paid.Payment, paid.Charge));
            Till.Done(await till.Until(first => till.Gateway.Refund(back, first, till.Now)));
            Till.Done(await till.Until(first => till.Gateway.Transfer(on, first, till.Now)));
            balance += paid.CapturedFen - 1_000 - 5_000;
        }

        till.Stripe.Faults = FaultPlan.None;
        Assert.Equal(Enumerable.Repeat(1, Runs), till.Stripe.SucceededBy("zjp_payment").Values);
        Assert.Empty(till.Stripe.Holds());
        Assert.Equal(balance, till.Stripe.TotalBalance("cny"));
        var all = Till.Done(await till.Gateway.Since(DateTimeOffset.UnixEpoch));
        Assert.Equal((Runs, Runs, Runs, 0), (all.Payments.Count, all.Refunds.Count, all.Transfers.Count, all.Strangers.Count));
        foreach (var fault in Faults) Assert.Contains(till.Stripe.Requests, r => r.Fault == fault);
    }
}
