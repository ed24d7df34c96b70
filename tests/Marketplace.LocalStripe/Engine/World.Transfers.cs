using Marketplace.StandIns.Objects;

namespace Marketplace.StandIns.Engine;

/// <summary>What goes on to connected accounts, and what comes back: reversals and disputes.</summary>
internal sealed partial class World
{
    public Account CreateAccount(Form form)
    {
        var metadata = form.Map("metadata") ?? [];
        var wanted = (ReadOnlySpan<string>)["card_payments", "transfers"];
        var capabilities = new List<string>();
        foreach (var capability in wanted) if (form.Flag($"capabilities[{capability}][requested]")) capabilities.Add(capability);
        var account = new Account(NextId("acct_"), Now)
        {
            Kind = form.OneOf("type", "standard", "express", "custom") ?? "express",
            Country = form.Text("country") ?? "US",
            Currency = form.Text("default_currency") ?? "usd",
            Email = form.Text("email"),
            BusinessType = form.OneOf("business_type", "company", "government_entity", "individual", "non_profit"),
            Capabilities = capabilities,
            Metadata = metadata,
        };
        return Accounts.Add(account);
    }

    public Transfer CreateTransfer(Form form)
    {
        var currency = Currency(form);
        var (sum, group, metadata) = (form.Sum("amount"), form.Text("transfer_group"), form.Map("metadata") ?? []);
        var destination = Accounts.Get(form.Required("destination"), "destination");
        var source = form.Text("source_transaction") is { } named ? Charges.Get(named, "source_transaction") : null;
        var amount = sum ?? source?.AmountCaptured ?? throw StripeError.Invalid("Missing required param: amount.", "parameter_missing", "amount");
        if (!destination.TakesTransfers) throw StripeError.Refused("Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments", "insufficient_capabilities_for_transfer");
        if (source is null && amount > Available(currency)) throw StripeError.Refused("You have insufficient available funds in your Stripe account.", "balance_insufficient");
        if (source is not null) CheckSource(source, amount, currency, group);

        var transfer = new Transfer(NextId("tr_"), Now, destination, amount, currency, NextId("py_"))
        {
            Description = form.Text("description"),
            // Stripe groups what has a source by the source's payment.
            TransferGroup = group ?? source?.TransferGroup ?? (source is null ? null : $"group_{source.Intent.Id}"),
            Source = source,
            Metadata = metadata,
        };
        // With a source the transfer waits until that money is there.
        var pending = source?.Transaction is { } incoming && incoming.AvailableOn > Now ? incoming.AvailableOn - Now : TimeSpan.Zero;
        transfer.Transaction = Move("transfer", -amount, currency, transfer, pending);
        if (source is not null) source.Transferred += amount;
        Transfers.Add(transfer);
        Emit("transfer.created", transfer);
        return transfer;
    }

    public Reversal Reverse(string id, Form form)
    {
        var (sum, metadata) = (form.Sum("amount"), form.Map("metadata") ?? []);
        var transfer = Transfers.Get(id);
        var left = transfer.Amount - transfer.AmountReversed;
        if (left == 0) throw StripeError.Refused($"Transfer {id} is already fully reversed.", null);
        if (sum > left) throw StripeError.Refused($"Transfer reversal amount ({sum}) is greater than the amount left to reverse ({left})", null, "amount");
        var reversal = new Reversal(NextId("trr_"), Now, transfer, sum ?? left) { Metadata = metadata };
        reversal.Transaction = Move("transfer_cancel", reversal.Amount, transfer.Currency, reversal);
        transfer.AmountReversed += reversal.Amount;
        transfer.Reversals.Add(reversal);
        Emit("transfer.reversed", transfer);
        return reversal;
    }

    public Dispute OpenDispute(string chargeId, string reason)
    {
        var charge = Charges.Get(chargeId);
        var amount = charge.AmountCaptured - charge.AmountRefunded;
        if (charge.Dispute is not null || amount == 0) throw StripeError.Refused($"Charge {chargeId} has nothing left to dispute.", null);
        var dispute = Disputes.Add(new Dispute(NextId("dp_"), Now, charge, amount, reason));
        dispute.Transactions.Add(Move("adjustment", -amount, charge.Currency, dispute, fee: options.DisputeFee));
        charge.Dispute = dispute;
        Emit("charge.dispute.created", dispute);
        Emit("charge.dispute.funds_withdrawn", dispute);
        return dispute;
    }

    /// <summary>The bank decides, or the account gives up (lost).</summary>
    public Dispute CloseDispute(string id, bool won)
    {
        var dispute = Disputes.Get(id);
        if (dispute.Status is "won" or "lost") throw StripeError.Refused("This dispute is already closed", null);
        dispute.Status = won ? "won" : "lost";
        if (won)
        {
            dispute.Transactions.Add(Move("adjustment", dispute.Amount, dispute.Charge.Currency, dispute));
            Emit("charge.dispute.funds_reinstated", dispute);
        }

        Emit("charge.dispute.closed", dispute);
        return dispute;
    }

    private static void CheckSource(Charge source, long amount, string currency, string? group)
    {
        if (source.Status != Statuses.Succeeded || !source.Captured) throw StripeError.Refused($"The charge {source.Id} cannot be used as a source_transaction: it is not captured.", null, "source_transaction");
        if (source.Currency != currency) throw StripeError.Refused($"The currency of source_transaction's balance transaction ({source.Currency}) must be the same as the transfer currency ({currency})", null, "currency");
        if (group is not null && source.TransferGroup is not null && group != source.TransferGroup) throw StripeError.Refused($"The transfer_group must be that of the source_transaction ({source.TransferGroup}).", null, "transfer_group");
        if (amount > source.AmountCaptured - source.Transferred) throw StripeError.Refused("Transfers using this transaction as a source must not exceed the source amount.", null, "amount");
    }
}
