using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payments.Statements;
using Marketplace.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>What became of a file: the statements that were taken in, or every reason why nothing was.</summary>
public sealed record TakenStatements(IReadOnlyList<Guid> Statements, IReadOnlyList<StatementFault> Faults);

/// <summary>
/// 对账: statements of the bank are taken in whole, and every credit of theirs is entered into the book, once. What is
/// certainly an organisation's goes to its account, everything else into 暂收, so that the book has all the bank has.
/// </summary>
public sealed class BankStatements(IMarketplaceDbFactory databases, DepositAccounts deposits, Obligations obligations, CustodianAccount custodian, TimeProvider clock)
{
    /// <summary>Due work that enters the lines of a statement, a portion a turn; its key is the statement.</summary>
    public const string Work = "payments.enter";

    private const int Portion = 50;

    /// <summary>Written in one transaction, during which nobody else writes on SQLite: a longer one is exported by days.</summary>
    public const int MostLines = 5_000;

    /// <summary>A moment of two nodes' clocks.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>Takes a file in. Nothing of it is kept when a line contradicts what the bank said before.</summary>
    public async Task<TakenStatements> Take(string book, string fileName, byte[] content, Guid by, CancellationToken cancellation)
    {
        var reading = StatementFile.Read(content);
        if (!reading.Done) return new TakenStatements([], reading.Faults);
        var lines = reading.Statements.Sum(s => s.Lines.Length);
        if (lines > MostLines) return new TakenStatements([], [new StatementFault(0, "", Refusal.TooManyItems, $"{lines} > {MostLines}")]);
        if (reading.Statements.FirstOrDefault(s => !IsCustodian(s.Account, book)) is { } foreign) return new TakenStatements([], [new StatementFault(0, "", Refusal.StatementOfAnotherAccount, foreign.Account)]);
        try
        {
            return await Take(book, fileName, content, reading, by, cancellation);
        }
        catch (DbUpdateException)
        {
            // Another operator took the same lines in at this moment: now they are known.
            return await Take(book, fileName, content, reading, by, cancellation);
        }
    }

    private async Task<TakenStatements> Take(string book, string fileName, byte[] content, StatementReading reading, Guid by, CancellationToken cancellation)
    {
        var sha = Convert.ToHexStringLower(SHA256.HashData(content));
        var taken = new List<Guid>();
        await using var db = databases.Create();
        var faults = await db.WriteAsync(
            async token =>
            {
                taken.Clear();
                db.ChangeTracker.Clear();
                var wrong = new List<StatementFault>();
                foreach (var statement in reading.Statements)
                {
                    // Of the file's content, so that the same one sent twice, or by two at once, is one statement.
                    var id = IdOf($"{book}\n{sha}\n{taken.Count}");
                    taken.Add(id);
                    if (!await db.Set<BankStatementRow>().AnyAsync(s => s.Id == id, token)) wrong.AddRange(await Add(db, book, id, fileName, sha, statement, by, token));
                }

                if (wrong.Count > 0) return wrong;
                await db.SaveChangesAsync(token);
                foreach (var id in taken) await db.SaveWithWork(Work, KeyOf(book, id), clock.GetUtcNow(), token);
                return wrong;
            },
            cancellation);
        return faults.Count > 0 ? new TakenStatements([], faults) : new TakenStatements(taken, []);
    }

    /// <summary>Begins with the book, so that the demonstration's is known as such.</summary>
    private static string KeyOf(string book, Guid statement) => $"{book}/{statement}";

    /// <summary>Banks hide digits of an account's number, or leave it out; where both say one, it is the same.</summary>
    private bool IsCustodian(string? account, string book)
    {
        var (said, ours) = (Digits(account), Digits(custodian.Number));
        return book == DepositAccounts.DemoBook || said.Length == 0 || ours.Length == 0 || account!.Contains('*', StringComparison.Ordinal) || said == ours;
    }

    private static string Digits(string? text) => string.Concat((text ?? "").Where(char.IsAsciiDigit));

    /// <summary>Stops what is still entered; going on is <see cref="GoOn"/>.</summary>
    public Task Stop(Guid statement, CancellationToken cancellation) => Set(statement, s => s.StoppedAt ??= clock.GetUtcNow(), cancellation);

    public Task GoOn(Guid statement, CancellationToken cancellation) => Set(statement, s => s.StoppedAt = null, cancellation);

    /// <summary>Whom money may come from: every organisation with the reference of its account, and of what it still owes.</summary>
    public static async Task<Reconciliation> Expected(MarketplaceDb db, bool demo, CancellationToken cancellation)
    {
        var known = await (
            from r in db.Set<PaymentReferenceRow>().AsNoTracking()
            join o in db.Set<Organisation>().AsNoTracking() on r.Organisation equals o.Id
            join owed in db.Set<ObligationRow>().AsNoTracking() on r.Obligation equals owed.Id into about
            from owed in about.DefaultIfEmpty()
            where o.Demo == demo
            select new { r.Reference, o.Id, o.Name, r.Obligation, Left = owed == null || owed.Cancelled != null ? 0 : owed.AmountFen - owed.PaidFen }).ToListAsync(cancellation);
        // What comes for something that is paid already is its payer's all the same.
        return new Reconciliation([.. known.Select(k => k.Left == 0 ? new Expectation(k.Reference, k.Id, k.Name) : new Expectation(k.Reference, k.Id, k.Name, k.Obligation, k.Left))]);
    }

    /// <summary>The id of the credit that a line of the bank becomes: the same whoever enters it, and however often.</summary>
    public static Guid CreditOf(string book, string bankReference) => IdOf($"credit\n{book}\n{bankReference}");

    /// <summary>Due work: enters a portion.</summary>
    public static Task<DateTimeOffset?> Enter(IServiceProvider services, string key, CancellationToken cancellation) =>
        services.GetRequiredService<BankStatements>().Enter(Guid.Parse(key.Split('/')[^1]), cancellation);

    private async Task<DateTimeOffset?> Enter(Guid id, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        if (await db.Set<BankStatementRow>().FirstOrDefaultAsync(s => s.Id == id, cancellation) is not { StoppedAt: null, DoneAt: null } statement) return null;
        var (now, waiting) = (clock.GetUtcNow(), db.Set<BankLineRow>().Where(l => l.Statement == id && l.EnteredAt == null));
        var lines = await waiting.Where(l => l.CountsFrom <= now).OrderBy(l => l.Place).Take(Portion).ToListAsync(cancellation);
        var expected = lines.Count > 0 ? await Expected(db, statement.Book == DepositAccounts.DemoBook, cancellation) : null;
        var early = false;
        foreach (var row in lines)
        {
            if (await Enter(row, expected!, statement)) row.EnteredAt = now;
            else early = true;
        }

        await db.SaveChangesAsync(cancellation);
        if (early) return now + Soon;
        if (lines.Count == Portion) return now;
        // A day whose hour nobody proved has not ended: its lines are entered at its midnight.
        if (await waiting.MinAsync(l => (DateTimeOffset?)l.CountsFrom, cancellation) is { } next) return next;
        statement.DoneAt = now;
        await db.SaveChangesAsync(cancellation);
        return null;
    }

    /// <returns>False when the book's clock says that the bank's moment is still to come.</returns>
    private async Task<bool> Enter(BankLineRow row, Reconciliation expected, BankStatementRow statement)
    {
        // A reversal is somebody's decision.
        if (row.IsReversal) return true;
        if (row.Direction == Direction.Debit)
        {
            await EndPayout(row, statement);
            return true;
        }

        if (await CameBack(row, statement)) return true;
        var certain = (expected.Propose(row.ToLine()) as Proposal.Certain)?.For;
        // Everything but the owner and what it is for follows from the line alone, so that asking again, whatever changed meanwhile, is the same command.
        var answer = await deposits.ConfirmCredit(
            CreditOf(row.Book, row.BankReference), certain?.Organisation, row.AmountFen, row.CountsFrom, row.BankReference, Written(row.Remittance), statement.TakenBy, row.Book == DepositAccounts.DemoBook,
            certain?.Obligation);
        // Confirmed by hand before, or otherwise not as the bank says: the lines that the book does not have are shown (see Missing).
        return answer.Refusal != Refusal.CreditInFuture;
    }

    /// <summary>出款: a debit that names a payout under way, and has its amount, is that payout. Any other debit is shown.</summary>
    private async Task EndPayout(BankLineRow row, BankStatementRow statement)
    {
        if (await Named(row, PayoutState.Instructed) is { } payout) await obligations.MakePayout(payout.Id, row.BankReference, statement.TakenBy);
    }

    /// <summary>退汇: a credit that names a payout that was made, and has its amount, is that money coming back, and nobody's new money.</summary>
    private async Task<bool> CameBack(BankLineRow row, BankStatementRow statement)
    {
        return await Named(row, PayoutState.Made) is { } payout && (await obligations.CameBack(payout.Id, Written(row.Remittance)!, row.BankReference, statement.TakenBy)).Done;
    }

    /// <summary>The payout that a line names and has the amount of; null when there is none in this state, or several.</summary>
    private async Task<PayoutRow?> Named(BankLineRow row, PayoutState state)
    {
        await using var db = databases.Create();
        var named = Reconciliation.ReferencesIn(row.Remittance);
        var fits = (await db.Set<PayoutRow>().AsNoTracking().Where(p => p.Book == row.Book && p.State == state && p.AmountFen == row.AmountFen).ToListAsync()).FindAll(p => named.Contains(p.Code));
        return fits is [var payout] ? payout : null;
    }

    /// <summary>
    /// Credits of the bank that the book does not have as the bank says them: none, reversed, of another amount, or by hand with
    /// a time that the bank's does not bear out.
    /// </summary>
    public static IQueryable<BankLineRow> Missing(MarketplaceDb db, string book)
    {
        var (credits, payouts) = (db.Set<BankCreditRow>(), db.Set<PayoutRow>());
        return db.Set<BankLineRow>().AsNoTracking().Where(l => l.Book == book && l.EnteredAt != null && l.Direction == Direction.Credit && !l.IsReversal
            && !credits.Any(c => c.Book == book && c.BankReference == l.BankReference && c.ReversedAt == null && c.AmountFen == l.AmountFen && c.CreditedAt >= l.BookedAt && c.CreditedAt <= l.CountsFrom)
            && !payouts.Any(p => p.Book == book && p.ReturnReference == l.BankReference && p.AmountFen == l.AmountFen));
    }

    private async Task<List<StatementFault>> Add(MarketplaceDb db, string book, Guid id, string fileName, string sha, BankStatement statement, Guid by, CancellationToken token)
    {
        var entries = statement.Lines.Select(l => BankLineRow.EntryOf(l.BankReference)).Distinct(StringComparer.Ordinal).ToList();
        var known = new Dictionary<string, BankLineRow>(StringComparer.Ordinal);
        var credited = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in entries.Chunk(500))
        {
            foreach (var row in await db.Set<BankLineRow>().Where(l => l.Book == book && part.Contains(l.Entry)).ToListAsync(token)) known.Add(row.BankReference, row);
            credited.UnionWith(await db.Set<BankCreditRow>().Where(c => c.Book == book && c.ReversedAt == null && part.Contains(c.BankReference)).Select(c => c.BankReference).ToListAsync(token));
        }

        // A batch that came whole once and in parts another time would be entered twice.
        var parts = known.Values.Where(r => r.Entry != r.BankReference).Select(r => r.Entry).ToHashSet(StringComparer.Ordinal);
        bool Contradicts(StatementLine line) => known.TryGetValue(line.BankReference, out var row)
            ? !row.Says(line)
            : BankLineRow.EntryOf(line.BankReference) is var entry && entry != line.BankReference ? known.ContainsKey(entry) || credited.Contains(entry) : parts.Contains(entry);
        var wrong = statement.Lines.Where(Contradicts).Select(l => new StatementFault(l.Number, "", Refusal.BankReferenceUsed, l.BankReference)).ToList();
        if (wrong.Count > 0) return wrong;
        foreach (var line in statement.Lines.Where(l => known.ContainsKey(l.BankReference))) known[line.BankReference].Sharpen(line);
        var fresh = statement.Lines.Where(l => !known.ContainsKey(l.BankReference)).OrderBy(l => l.BookedAt).ThenBy(l => l.Number).ToList();
        db.Add(new BankStatementRow
        {
            Id = id,
            Book = book,
            FileName = fileName,
            FileSha256 = sha,
            Format = statement.Format,
            Account = statement.Account,
            // Where the file does not say it, the days that it has lines of.
            From = statement.From ?? (statement.Lines.IsEmpty ? null : statement.Lines.Min(l => Days.Of(l.BookedAt))),
            To = statement.To ?? (statement.Lines.IsEmpty ? null : statement.Lines.Max(l => Days.Of(l.BookedAt))),
            OpeningFen = statement.OpeningFen,
            ClosingFen = statement.ClosingFen,
            Lines = statement.Lines.Length,
            Known = statement.Lines.Length - fresh.Count,
            TakenAt = clock.GetUtcNow(),
            TakenBy = by,
        });
        db.AddRange(fresh.Select((l, i) => new BankLineRow
        {
            Book = book,
            BankReference = l.BankReference,
            Entry = BankLineRow.EntryOf(l.BankReference),
            Statement = id,
            Place = i + 1,
            Number = l.Number,
            AmountFen = l.AmountFen,
            Direction = l.Direction,
            BookedAt = l.BookedAt,
            Given = l.Given,
            PayerName = l.PayerName,
            PayerAccount = l.PayerAccount,
            Remittance = l.Remittance,
            IsReversal = l.IsReversal,
            CountsFrom = l.CreditedNoLaterThan,
        }));
        return wrong;
    }

    private async Task Set(Guid statement, Action<BankStatementRow> set, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        if (await db.Set<BankStatementRow>().FirstOrDefaultAsync(s => s.Id == statement && s.DoneAt == null, cancellation) is not { } row) return;
        set(row);
        await db.SaveWithWork(Work, KeyOf(row.Book, statement), clock.GetUtcNow(), cancellation);
    }

    /// <summary>What the payer wrote, as far as the book keeps it.</summary>
    private static string? Written(string? remittance)
    {
        if (string.IsNullOrWhiteSpace(remittance)) return null;
        var text = remittance.Trim();
        if (text.Length <= Domain.Payments.Deposits.LongestReference) return text;
        // Never half of a character.
        var most = Domain.Payments.Deposits.LongestReference - 1;
        return text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + "…";
    }

    private static Guid IdOf(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
