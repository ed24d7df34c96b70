using Marketplace.StandIns.Objects;

namespace Marketplace.StandIns.Engine;

internal sealed partial class World
{
    public Refund CreateRefund(Form form)
    {
        var (byCharge, byIntent, sum) = (form.Text("charge"), form.Text("payment_intent"), form.Sum("amount"));
        var reason = form.OneOf("reason", "duplicate", "fraudulent", "requested_by_customer");
        var metadata = form.Map("metadata") ?? [];
        if (byCharge is null && byIntent is null) throw StripeError.Invalid("One of the following params should be provided for this request: payment_intent or charge.", "parameter_missing", null);
        var charge = byCharge is not null ? Charges.Get(byCharge, "charge") : Intents.Get(byIntent!, "payment_intent").LatestCharge;
        if (charge is null || !charge.Captured) throw StripeError.Refused($"This PaymentIntent ({charge?.Intent.Id ?? byIntent}) does not have a successful charge to refund.", null, "payment_intent");
        if (byIntent is not null && byIntent != charge.Intent.Id) throw StripeError.Refused($"The charge {charge.Id} does not belong to {byIntent}.", null, "payment_intent");
        if (charge.Dispute is { Status: not "won" }) throw StripeError.Refused($"Charge {charge.Id} has been charged back; cannot issue a refund.", "charge_disputed");
        var left = charge.AmountCaptured - charge.AmountRefunded;
        if (left == 0) throw StripeError.Refused($"Charge {charge.Id} has already been refunded.", "charge_already_refunded");
        if (sum > left) throw StripeError.Refused($"Refund amount ({sum}) is greater than unrefunded amount on charge ({left})", null, "amount");

        var amount = sum ?? left;
        var refund = Refunds.Add(new Refund(NextId("re_"), Now, charge, amount) { Reason = reason, Metadata = metadata });
        refund.Transaction = Move("refund", -amount, charge.Currency, refund);
        charge.Refunds.Add(refund);
        charge.AmountRefunded += amount;
        var kind = charge.Method.Test.Refunds;
        refund.Status = kind == RefundOutcome.Later ? Statuses.Pending : Statuses.Succeeded;
        Emit("refund.created", refund);
        Emit("charge.refunded", charge);
        if (kind != RefundOutcome.AtOnce) After(options.RefundTime, () => DueRefund(refund, kind == RefundOutcome.Later));
        return refund;
    }

    public Refund UpdateRefund(string id, Form form)
    {
        var refund = Refunds.Get(id);
        refund.Metadata = form.Map("metadata", refund.Metadata) ?? refund.Metadata;
        Emit("refund.updated", refund);
        return refund;
    }

    /// <summary>The bank answers now: a pending refund succeeds or fails, one that had succeeded can still fail.</summary>
    public Refund FinishRefund(string id, bool succeeds)
    {
        var refund = Refunds.Get(id);
        if (refund.Status == Statuses.Failed || (refund.Status == Statuses.Succeeded && succeeds)) throw StripeError.Refused($"This refund has a status of {refund.Status}.", null);
        Finish(refund, succeeds);
        return refund;
    }

    private void DueRefund(Refund refund, bool succeeds)
    {
        // A control call may have been faster.
        if (refund.Status == (succeeds ? Statuses.Pending : Statuses.Succeeded)) Finish(refund, succeeds);
    }

    private void Finish(Refund refund, bool succeeds)
    {
        refund.Status = succeeds ? Statuses.Succeeded : Statuses.Failed;
        if (!succeeds)
        {
            refund.FailureReason = "expired_or_canceled_card";
            refund.FailureTransaction = Move("refund_failure", refund.Amount, refund.Charge.Currency, refund);
            refund.Charge.AmountRefunded -= refund.Amount;
            Emit("refund.failed", refund);
        }

        Emit("refund.updated", refund);
        Emit("charge.refund.updated", refund);
    }
}
