using Marketplace.Domain.Payments;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>What the tables say of a book, all of it at one line: balances, the sums of the transfers, deposit accounts, holds and credits.</summary>
internal sealed class StoredBook
{
    private readonly Dictionary<Account, Balance> _kept = [], _derived = [];
    private readonly Dictionary<Guid, (long AvailableFen, long FrozenFen)> _accounts = [];
    private readonly Dictionary<Guid, (Guid Organisation, string Auction, HoldState State, long AmountFen)> _holds = [];
    private readonly Dictionary<Guid, (Guid? Organisation, string BankReference, bool Reversed, bool Examined, long AmountFen, long CreditedAt)> _credits = [];

    private readonly Dictionary<Guid, (Guid Organisation, string Number, bool Ended, long AmountFen, long CalledFen)> _letters = [];
    private readonly Dictionary<Guid, StoredOwed> _owed = [];
    private readonly Dictionary<Guid, (Guid? Organisation, PayoutState State, string? BankReference, long AmountFen)> _payouts = [];

    private StoredBook() { }

    /// <summary>The line that the tables stand at; 0 when there is none.</summary>
    public long Version { get; private set; }

    public long DebitsFen => _kept.Values.Sum(b => b.DebitsFen);

    public long CreditsFen => _kept.Values.Sum(b => b.CreditsFen);

    public static async Task<StoredBook> Read(MarketplaceDb db, string book, CancellationToken cancellation)
    {
        // Moments lie in the two databases as they can; both sides are compared as whole microseconds.
        var micros = db is SqliteMarketplaceDb ? "credited_at" : "CAST(extract(epoch FROM credited_at) * 1000000 AS bigint)";
        // One statement is one picture on both databases: what commits while it runs is in none of its parts.
        var sql = $$"""
            SELECT 'version' AS what, '' AS name, '' AS owner, '' AS about, coalesce(max(version), 0) AS a, 0 AS b, 0 AS c, 0 AS d FROM facts WHERE stream = {0}
            UNION ALL SELECT 'kept', purpose, CAST(organisation AS text), '', debits_fen, credits_fen, pending_debits_fen, pending_credits_fen FROM ledger_accounts WHERE book = {1}
            UNION ALL SELECT 'debit', debit_purpose, CAST(debit_organisation AS text), kind, CAST(sum(amount_fen) AS bigint), 0, 0, 0 FROM ledger_transfers
              WHERE book = {1} GROUP BY kind, debit_purpose, debit_organisation
            UNION ALL SELECT 'credit', credit_purpose, CAST(credit_organisation AS text), kind, CAST(sum(amount_fen) AS bigint), 0, 0, 0 FROM ledger_transfers
              WHERE book = {1} GROUP BY kind, credit_purpose, credit_organisation
            UNION ALL SELECT 'account', '', CAST(organisation AS text), '', available_fen, frozen_fen, 0, 0 FROM deposit_accounts WHERE book = {1}
            UNION ALL SELECT 'hold/' || state, CAST(id AS text), CAST(organisation AS text), auction, amount_fen, 0, 0, 0 FROM deposit_holds WHERE book = {1}
            UNION ALL SELECT 'bank', CAST(id AS text), coalesce(CAST(organisation AS text), ''), bank_reference, amount_fen,
              CASE WHEN reversed_at IS NULL THEN 0 ELSE 1 END, {{micros}}, CASE WHEN examined_at IS NULL THEN 0 ELSE 1 END FROM bank_credits WHERE book = {1}
            UNION ALL SELECT 'owed/' || coalesce(CAST(creditor AS text), '') || '/' || kind || '/' || release || '/' || CASE WHEN cancelled IS NULL THEN '' ELSE 'x' END || '/' ||
              coalesce(CAST(claim AS text), '') || '/' || CASE WHEN objection IS NULL THEN '' ELSE 'x' END || '/' || coalesce(CAST(ruling AS text), ''), CAST(id AS text), CAST(debtor AS text), about,
              amount_fen, paid_fen, released_fen, refunded_fen FROM obligations WHERE book = {1}
            UNION ALL SELECT 'payout/' || state, CAST(id AS text), coalesce(CAST(organisation AS text), ''), coalesce(bank_reference, ''), amount_fen, 0, 0, 0 FROM payouts WHERE book = {1}
            UNION ALL SELECT 'letter', CAST(id AS text), CAST(organisation AS text), number, amount_fen, called_fen, CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, 0 FROM guarantees
              WHERE book = {1} AND confirmed_at IS NOT NULL
            """;
        var parts = await db.Database.SqlQueryRaw<Part>(sql, $"ledger/{book}", book).ToListAsync(cancellation);
        var stored = new StoredBook();
        foreach (var part in parts) stored.Take(part);
        return stored;
    }

    /// <summary>The tables say what follows from the lines, and nothing else.</summary>
    /// <remarks>A removed lot of the demonstration takes its ended holds and obligations with it; of what is real nothing is ever missing.</remarks>
    public bool Says(Book book) =>
        Trials.Same(_kept, book.Ledger.Accounts) && Trials.Same(_derived, book.Ledger.Accounts)
        && _credits.Count == book.Credits.Count
        && book.Credits.Values.All(c => _credits.GetValueOrDefault(c.Id) == (c.Organisation, c.BankReference, c.ReversedAt is not null, c.ExaminedAt is not null, c.AmountFen, SqliteMoment.Write(c.CreditedAt)))
        && _holds.Keys.All(book.Holds.ContainsKey)
        && book.Holds.Values.All(h => _holds.TryGetValue(h.Id, out var row) ? row == (h.Organisation, h.Auction, h.State, h.AmountFen) : !h.IsActive && DepositAccounts.IsOfDemo(book.Name))
        && _owed.Keys.All(book.Obligations.ContainsKey)
        && book.Obligations.Values.All(o => _owed.TryGetValue(o.Id, out var row)
            ? row == StoredOwed.Of(o)
            : o.KeptFen == 0 && DepositAccounts.IsOfDemo(book.Name))
        && _payouts.Count == book.Payouts.Count
        && book.Payouts.Values.All(p => _payouts.GetValueOrDefault(p.Id) == (p.Organisation, p.State, p.BankReference, p.AmountFen))
        && _letters.Count == book.Guarantees.Count
        && book.Guarantees.Values.All(g => _letters.GetValueOrDefault(g.Id) == (g.Organisation, g.Number, g.Ended is not null, g.AmountFen, g.CalledFen))
        && _accounts.All(a => book.Of(a.Key) is var balance && (balance.AvailableFen, balance.PendingDebitsFen) == a.Value)
        && book.Ledger.Accounts.Keys.All(a => a.Purpose != Purpose.Deposit || _accounts.ContainsKey(a.Organisation));

    private void Take(Part part)
    {
        if (part.What == "version") Version = part.A;
        else if (part.What == "kept") _kept[AccountOf(part)] = new Balance(part.A, part.B, part.C, part.D);
        else if (part.What is "debit" or "credit") Add(part);
        else if (part.What == "account") _accounts[Guid.Parse(part.Owner)] = (part.A, part.B);
        else if (part.What == "letter") _letters[Guid.Parse(part.Name)] = (Guid.Parse(part.Owner), part.About, part.C == 1, part.A, part.B);
        else if (part.What == "bank") _credits[Guid.Parse(part.Name)] = (part.Owner.Length == 0 ? null : Guid.Parse(part.Owner), part.About, part.B == 1, part.D == 1, part.A, part.C);
        else if (part.What.StartsWith("owed/", StringComparison.Ordinal))
        {
            var said = part.What.Split('/');
            _owed[Guid.Parse(part.Name)] = new StoredOwed(
                Guid.Parse(part.Owner), IdOrNull(said[1]), part.About, Enum.Parse<ObligationKind>(said[2]), Enum.Parse<ReleaseRule>(said[3]), part.A, part.B, part.C, part.D, said[4].Length > 0,
                IdOrNull(said[5]), said[6].Length > 0, IdOrNull(said[7]));
        }
        else if (part.What.StartsWith("payout/", StringComparison.Ordinal))
        {
            _payouts[Guid.Parse(part.Name)] = (IdOrNull(part.Owner), Enum.Parse<PayoutState>(part.What["payout/".Length..]), part.About.Length == 0 ? null : part.About, part.A);
        }
        else _holds[Guid.Parse(part.Name)] = (Guid.Parse(part.Owner), part.About, Enum.Parse<HoldState>(part.What["hold/".Length..]), part.A);
    }

    private void Add(Part part)
    {
        var (posted, pending) = Trials.MovementOf(Enum.Parse<TransferKind>(part.About), part.A);
        var balance = _derived.GetValueOrDefault(AccountOf(part));
        _derived[AccountOf(part)] = part.What == "debit"
            ? balance with { DebitsFen = balance.DebitsFen + posted, PendingDebitsFen = balance.PendingDebitsFen + pending }
            : balance with { CreditsFen = balance.CreditsFen + posted, PendingCreditsFen = balance.PendingCreditsFen + pending };
    }

    private static Guid? IdOrNull(string text) => text.Length == 0 ? null : Guid.Parse(text);

    private static Account AccountOf(Part part) => new(Enum.Parse<Purpose>(part.Name), Guid.Parse(part.Owner));

    /// <summary>What the table says of an obligation, as far as anything is decided by it.</summary>
    private sealed record StoredOwed(
        Guid Debtor, Guid? Creditor, string About, ObligationKind Kind, ReleaseRule Release, long AmountFen, long PaidFen, long ReleasedFen, long RefundedFen, bool Cancelled, Guid? Claim, bool Objected, Guid? Ruling)
    {
        public static StoredOwed Of(Obligation o) => new(
            o.Terms.Debtor, o.Terms.Creditor, o.About, o.Terms.Kind, o.Terms.Release, o.Terms.AmountFen, o.PaidFen, o.ReleasedFen, o.RefundedFen, o.Cancelled is not null, o.Claim?.Id,
            o.Claim?.Objection is not null, o.Claim?.Ruling?.Id);
    }

    /// <summary>A row of any of the tables.</summary>
    private sealed record Part(string What, string Name, string Owner, string About, long A, long B, long C, long D);
}
