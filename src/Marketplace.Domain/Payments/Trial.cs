using System.Collections.Immutable;

namespace Marketplace.Domain.Payments;

/// <summary>What a proof of a book looks at. Stored and published by the names that <see cref="Trials"/> gives them; all of them, always in this order.</summary>
public enum BookCheck
{
    /// <summary>Every stored line names the one before it, has the hash that is stored beside it, and the last one is signed.</summary>
    Chain,

    /// <summary>What all stored accounts were debited is what all were credited.</summary>
    DebitsEqualCredits,

    /// <summary>Every balance is what the transfers give when they are added up anew.</summary>
    BalancesFollow,

    /// <summary>Every reservation stands on both sides, and is of a hold that has not ended.</summary>
    ReservationsPaired,

    /// <summary>No account owes anything but the bank's, the guarantors', what the provider kept and what payers' banks took back, and settlement is empty.</summary>
    NothingNegative,

    /// <summary>What the bank holds is what was credited and paid in, and neither reversed, paid out nor kept by the provider; what guarantors answer for is what was confirmed and neither demanded nor ended.</summary>
    BankAgrees,

    /// <summary>The tables that pages read say what the lines say.</summary>
    TablesAgree,

    /// <summary>What is kept in escrow is what was paid for obligations and neither released nor given back.</summary>
    EscrowFollows,

    /// <summary>What the provider of cards kept is its fees, less what the market paid in; what payers owe because of their cards is what disputes left.</summary>
    CostsFollow,
}

/// <summary>What all accounts of one purpose hold together.</summary>
/// <param name="PostedFen">Credits less debits: what the bank holds stands here as a negative number.</param>
public sealed record PurposeTotal(Purpose Purpose, long PostedFen);

/// <summary>A book at one line, looked at as a whole.</summary>
/// <param name="Failed">What does not hold; empty for a book in order.</param>
public sealed record Trial(long DebitsFen, long CreditsFen, ImmutableArray<PurposeTotal> Totals, ImmutableArray<BookCheck> Failed);

/// <summary>The trial balance of a book (试算平衡), taken from its transfers and not from what the ledger keeps beside them.</summary>
/// <remarks>
/// It says nothing of reservations in numbers: how much is frozen would tell an operator how many bidders a lot has, and
/// what is posted does not change while money is frozen and let go.
/// </remarks>
public static class Trials
{
    public static readonly ImmutableArray<BookCheck> All = [.. Enum.GetValues<BookCheck>()];

    public static string NameOf(BookCheck check) => check switch
    {
        BookCheck.Chain => "chain",
        BookCheck.DebitsEqualCredits => "debits-equal-credits",
        BookCheck.BalancesFollow => "balances-follow",
        BookCheck.ReservationsPaired => "reservations-paired",
        BookCheck.NothingNegative => "nothing-negative",
        BookCheck.BankAgrees => "bank-agrees",
        BookCheck.TablesAgree => "tables-agree",
        BookCheck.EscrowFollows => "escrow-follows",
        BookCheck.CostsFollow => "costs-follow",
    };

    public static string NameOf(Purpose purpose) => purpose switch
    {
        Purpose.Deposit => "deposit",
        Purpose.CustodianBank => "custodian-bank",
        Purpose.Suspense => "suspense",
        Purpose.Settlement => "settlement",
        Purpose.Price => "price",
        Purpose.Fee => "fee",
        Purpose.Forfeited => "forfeited",
        Purpose.Escrow => "escrow",
        Purpose.ProviderCosts => "provider-costs",
        Purpose.Receivable => "receivable",
        Purpose.Guarantee => "guarantee",
        Purpose.Guarantors => "guarantors",
    };

    /// <exception cref="FormatException">No check has this name.</exception>
    public static BookCheck ReadCheck(string name) => All.Where(c => NameOf(c) == name).Select(c => (BookCheck?)c).SingleOrDefault() ?? throw new FormatException(name);

    /// <exception cref="FormatException">No purpose has this name.</exception>
    public static Purpose ReadPurpose(string name) =>
        Enum.GetValues<Purpose>().Where(p => NameOf(p) == name).Select(p => (Purpose?)p).SingleOrDefault() ?? throw new FormatException(name);

    /// <summary>Everything that the lines alone can show; chain, tables and what is stored beside them are looked at where they lie.</summary>
    public static Trial Of(Book book)
    {
        var accounts = Derive(book.Ledger.Transfers.Values);
        var (debits, credits) = (accounts.Values.Sum(b => b.DebitsFen), accounts.Values.Sum(b => b.CreditsFen));
        var failed = ImmutableArray.CreateBuilder<BookCheck>();
        if (!Same(accounts, book.Ledger.Accounts)) failed.Add(BookCheck.BalancesFollow);
        if (!Paired(book, accounts)) failed.Add(BookCheck.ReservationsPaired);
        if (accounts.Any(a => (!a.Key.MayGoNegative && a.Value.AvailableFen < 0) || (a.Key.Purpose == Purpose.Settlement && a.Value.PostedFen != 0))) failed.Add(BookCheck.NothingNegative);
        var atBank = book.Credits.Values.Where(c => c.ReversedAt is null).Sum(c => c.AmountFen) - book.Payouts.Values.Where(p => p.State == PayoutState.Made).Sum(p => p.AmountFen);
        atBank -= book.Chargebacks.Values.Where(c => c.State != ChargebackState.Won).Sum(c => c.AmountFen);
        var costs = book.ProviderFees.Values.Sum() - book.TopUps.Values.Sum();
        if (accounts.GetValueOrDefault(new Account(Purpose.CustodianBank)).PostedFen != costs - atBank || !Answered(book, accounts)) failed.Add(BookCheck.BankAgrees);
        if (!Kept(book, accounts)) failed.Add(BookCheck.EscrowFollows);
        if (accounts.GetValueOrDefault(new Account(Purpose.ProviderCosts)).PostedFen != -costs || !Owing(book, accounts)) failed.Add(BookCheck.CostsFollow);
        // An account that money was only ever reserved on says that somebody froze some.
        var totals = accounts.Where(a => a.Value.DebitsFen + a.Value.CreditsFen > 0).GroupBy(a => a.Key.Purpose).OrderBy(g => g.Key).Select(g => new PurposeTotal(g.Key, g.Sum(a => a.Value.PostedFen)));
        return new Trial(debits, credits, [.. totals], failed.ToImmutable());
    }

    /// <summary>The balances that transfers give, in whatever order they are added up.</summary>
    public static IReadOnlyDictionary<Account, Balance> Derive(IEnumerable<Transfer> transfers)
    {
        var accounts = new Dictionary<Account, Balance>();
        foreach (var transfer in transfers)
        {
            var (posted, pending) = MovementOf(transfer.Kind, transfer.AmountFen);
            var debit = accounts.GetValueOrDefault(transfer.Debit);
            accounts[transfer.Debit] = debit with { DebitsFen = debit.DebitsFen + posted, PendingDebitsFen = debit.PendingDebitsFen + pending };
            var credit = accounts.GetValueOrDefault(transfer.Credit);
            accounts[transfer.Credit] = credit with { CreditsFen = credit.CreditsFen + posted, PendingCreditsFen = credit.PendingCreditsFen + pending };
        }

        return accounts;
    }

    /// <summary>By how much a transfer moves what is posted and what is reserved, on both of its sides.</summary>
    public static (long PostedFen, long PendingFen) MovementOf(TransferKind kind, long amountFen) => kind switch
    {
        TransferKind.Posted => (amountFen, 0),
        TransferKind.Pending => (0, amountFen),
        TransferKind.PostPending => (amountFen, -amountFen),
        TransferKind.VoidPending => (0, -amountFen),
    };

    /// <summary>The same balances; an account that nothing ever moved through may be missing on either side.</summary>
    public static bool Same(IReadOnlyDictionary<Account, Balance> one, IReadOnlyDictionary<Account, Balance> other) =>
        one.All(a => other.GetValueOrDefault(a.Key) == a.Value) && other.All(a => one.GetValueOrDefault(a.Key) == a.Value);

    private static bool Paired(Book book, IReadOnlyDictionary<Account, Balance> accounts)
    {
        var reserved = book.Holds.Values.Where(h => h.IsFrozen).Select(h => (Id: HoldFact.FrozenBy(h.Id), Account: h.Of, h.AmountFen))
            .Concat(book.Payouts.Values.Where(p => p.State == PayoutState.Instructed).Select(p => (Id: PayoutFact.ReservedBy(p.Id), Account: ObligationFact.OwnOf(p.Organisation), p.AmountFen))).ToList();
        var sum = reserved.Sum(r => r.AmountFen);
        if (accounts.Values.Sum(b => b.PendingDebitsFen) != sum || accounts.Values.Sum(b => b.PendingCreditsFen) != sum) return false;
        if (!book.Ledger.Open.SetEquals(reserved.Select(r => r.Id))) return false;
        return reserved.GroupBy(r => r.Account).All(g => accounts.GetValueOrDefault(g.Key).PendingDebitsFen == g.Sum(r => r.AmountFen));
    }

    private static bool Owing(Book book, IReadOnlyDictionary<Account, Balance> accounts)
    {
        var owing = book.Chargebacks.Values.GroupBy(c => c.Organisation).ToDictionary(g => g.Key, g => g.Sum(c => Chargebacks.OwedFor(book, c)));
        return owing.All(o => accounts.GetValueOrDefault(CardDisputed.Owing(o.Key)).PostedFen == -o.Value)
            && accounts.All(a => a.Key.Purpose != Purpose.Receivable || a.Value.PostedFen == -owing.GetValueOrDefault(a.Key.Organisation));
    }

    private static bool Answered(Book book, IReadOnlyDictionary<Account, Balance> accounts)
    {
        var good = book.Guarantees.Values.ToDictionary(g => g.Id, g => g.Ended is null ? g.AmountFen - g.CalledFen : 0);
        return good.All(g => accounts.GetValueOrDefault(new Account(Purpose.Guarantee, g.Key)).PostedFen == g.Value)
            && accounts.Keys.All(a => a.Purpose != Purpose.Guarantee || good.ContainsKey(a.Organisation))
            && accounts.GetValueOrDefault(new Account(Purpose.Guarantors)).PostedFen == -good.Values.Sum();
    }

    private static bool Kept(Book book, IReadOnlyDictionary<Account, Balance> accounts)
    {
        var kept = book.Obligations.Values.Where(o => o.KeptFen != 0).GroupBy(o => o.Terms.Creditor ?? Guid.Empty).ToDictionary(g => g.Key, g => g.Sum(o => o.KeptFen));
        return book.Obligations.Values.All(o => o.KeptFen >= 0 && o.ReleasedFen >= 0 && o.PaidFen <= o.Terms.AmountFen)
            && kept.All(k => accounts.GetValueOrDefault(new Account(Purpose.Escrow, k.Key)).PostedFen == k.Value)
            && accounts.All(a => a.Key.Purpose != Purpose.Escrow || a.Value.PostedFen == kept.GetValueOrDefault(a.Key.Organisation));
    }
}
