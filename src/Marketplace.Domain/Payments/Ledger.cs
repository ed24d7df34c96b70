using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>What an account of a book is for.</summary>
public enum Purpose
{
    /// <summary>保证金账户: what the custodian keeps for one organisation, and it may freeze, pay with or have paid out.</summary>
    Deposit,

    /// <summary>What the bank says it holds: the other side of all other accounts together.</summary>
    CustodianBank,

    /// <summary>暂收: money at the bank whose owner is not known yet.</summary>
    Suspense,

    /// <summary>Where a hold that ended for good passes through; empty after every fact.</summary>
    Settlement,

    /// <summary>Deposits that became part of a price, before prices were kept in <see cref="Escrow"/>.</summary>
    Price,

    /// <summary>The market's own: fees, and costs of a sale that a forfeited deposit pays.</summary>
    Fee,

    /// <summary>What a forfeited deposit left to the seller, before sellers had accounts of their own.</summary>
    Forfeited,

    /// <summary>托管: paid for what somebody is owed, and kept until the ground of its release comes.</summary>
    Escrow,

    /// <summary>What the provider of cards kept for itself, less what the market paid in for it: in debit, it is the market's expense.</summary>
    ProviderCosts,

    /// <summary>What a payer owes because the bank of its card took back what had gone on; in debit.</summary>
    Receivable,

    /// <summary>保函: what a letter is good for, under the id of the letter. None of it is at the bank.</summary>
    Guarantee,

    /// <summary>Those who answer for the letters: the other side of all of them.</summary>
    Guarantors,
}

/// <summary>An account: a purpose, and the organisation (of <see cref="Payments.Purpose.Guarantee"/> the letter) it belongs to when it is not the book's own.</summary>
public readonly record struct Account(Purpose Purpose, Guid Organisation = default)
{
    /// <summary>The bank's account and the guarantors' are in debit: they say what is there, all others say whose it is. What the provider kept, and what a payer's bank took back, is not there.</summary>
    public bool MayGoNegative => Purpose is Purpose.CustodianBank or Purpose.Guarantors or Purpose.ProviderCosts or Purpose.Receivable;
}

/// <summary>What a transfer does: moves money at once, reserves it, or ends a reservation one way or the other.</summary>
public enum TransferKind { Posted, Pending, PostPending, VoidPending }

/// <summary>One movement inside a book. Its id comes from the caller and happens at most once.</summary>
/// <param name="Of">The pending transfer that this one ends; null otherwise.</param>
public sealed record Transfer(string Id, Account Debit, Account Credit, long AmountFen, TransferKind Kind = TransferKind.Posted, string? Of = null);

/// <summary>The four sums of an account. They only grow, except that an ended reservation leaves the pending ones.</summary>
public readonly record struct Balance(long DebitsFen, long CreditsFen, long PendingDebitsFen, long PendingCreditsFen)
{
    public long PostedFen => CreditsFen - DebitsFen;

    /// <summary>What can still be moved or reserved; money that is only expected does not count.</summary>
    public long AvailableFen => PostedFen - PendingDebitsFen;
}

/// <summary>
/// Double entry: every transfer debits one account and credits another by the same amount, so the sum of all accounts
/// is always zero. The state never needs undoing: what <see cref="Check(Transfer)"/> refuses was not applied.
/// </summary>
public sealed record Ledger
{
    public static readonly Ledger Empty = new();

    private Ledger() { }

    public ImmutableDictionary<Account, Balance> Accounts { get; private init; } = ImmutableDictionary<Account, Balance>.Empty;

    public ImmutableDictionary<string, Transfer> Transfers { get; private init; } = ImmutableDictionary<string, Transfer>.Empty;

    /// <summary>The reservations that are neither posted nor voided.</summary>
    public ImmutableHashSet<string> Open { get; private init; } = [];

    public Balance this[Account account] => Accounts.GetValueOrDefault(account);

    /// <summary>Null when the transfer can be applied. A repeated id is refused here; who repeats a command is answered before.</summary>
    public Refusal? Check(Transfer transfer)
    {
        if (transfer.Id.Length == 0 || transfer.Debit == transfer.Credit) return Refusal.MalformedRequest;
        if (!Fen.IsAmount(transfer.AmountFen)) return Refusal.AmountOutOfRange;
        if (Transfers.ContainsKey(transfer.Id)) return Refusal.TransferIdReused;
        if (transfer.Kind is TransferKind.PostPending or TransferKind.VoidPending)
        {
            if (transfer.Of is null || !Transfers.TryGetValue(transfer.Of, out var pending) || pending.Kind != TransferKind.Pending) return Refusal.UnknownHold;
            if (!Open.Contains(transfer.Of)) return Refusal.HoldEnded;
            return pending.Debit == transfer.Debit && pending.Credit == transfer.Credit && pending.AmountFen == transfer.AmountFen ? null : Refusal.TransferIdReused;
        }

        if (transfer.Of is not null) return Refusal.MalformedRequest;
        if (!transfer.Debit.MayGoNegative && this[transfer.Debit].AvailableFen < transfer.AmountFen) return Refusal.InsufficientFunds;
        // The sums stay far inside a long and exact for every reader.
        return Grows(transfer.Debit, transfer.AmountFen) && Grows(transfer.Credit, transfer.AmountFen) ? null : Refusal.AmountOutOfRange;
    }

    /// <summary>The first refusal of transfers that follow one another; null when all can be applied.</summary>
    public Refusal? Check(IEnumerable<Transfer> transfers)
    {
        var ledger = this;
        foreach (var transfer in transfers)
        {
            if (ledger.Check(transfer) is { } refusal) return refusal;
            ledger = ledger.Apply(transfer);
        }

        return null;
    }

    /// <summary>The ledger after the transfer. Total: what may not be is refused before it becomes a fact.</summary>
    public Ledger Apply(Transfer transfer)
    {
        var (posted, pending) = Trials.MovementOf(transfer.Kind, transfer.AmountFen);
        var (debit, credit) = (this[transfer.Debit], this[transfer.Credit]);
        debit = debit with { DebitsFen = debit.DebitsFen + posted, PendingDebitsFen = debit.PendingDebitsFen + pending };
        credit = credit with { CreditsFen = credit.CreditsFen + posted, PendingCreditsFen = credit.PendingCreditsFen + pending };
        return this with
        {
            Accounts = Accounts.SetItem(transfer.Debit, debit).SetItem(transfer.Credit, credit),
            Transfers = Transfers.SetItem(transfer.Id, transfer),
            Open = transfer.Kind == TransferKind.Pending ? Open.Add(transfer.Id) : transfer.Of is { } of ? Open.Remove(of) : Open,
        };
    }

    private bool Grows(Account account, long amountFen)
    {
        var balance = this[account];
        var most = Math.Max(balance.DebitsFen + balance.PendingDebitsFen, balance.CreditsFen + balance.PendingCreditsFen);
        return most <= Fen.Most - amountFen;
    }
}
