using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments.Statements;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>How far a statement is.</summary>
/// <param name="Entered">Of its own lines.</param>
/// <param name="ToEnter">Its own lines: those that no earlier statement had.</param>
/// <param name="Missing">Of the entered ones: those that the book does not have as the bank says.</param>
/// <param name="Gap">It does not begin with the balance that the account's statement before ended with.</param>
public sealed record StatementLook(BankStatementRow Row, int Entered, int ToEnter, int Missing, bool Gap)
{
    public bool Running => Row.DoneAt is null && Row.StoppedAt is null;
}

/// <summary>银行对账单: taking one in, and how far each is.</summary>
[RequestSizeLimit(FileCheck.MostBytes + 1024 * 1024)]
[RequestFormLimits(MultipartBodyLengthLimit = FileCheck.MostBytes + 1024 * 1024)]
public sealed class StatementsModel(CurrentActor actor, PrivilegedReads reads, BankStatements statements, MarketplaceDb db, TimeProvider clock) : PageModel
{
    private const int Shown = 50, MostFaults = 100;

    public IReadOnlyList<StatementLook> Statements { get; private set; } = [];

    /// <summary>Credits of the bank that the book does not have as they are, with what the book has instead.</summary>
    public IReadOnlyList<(BankLineRow Line, BankCreditRow? Instead)> Missing { get; private set; } = [];

    /// <summary>Money out that is no payout of the book, and reversals by the bank.</summary>
    public IReadOnlyList<BankLineRow> Others { get; private set; } = [];
    public IReadOnlyList<StatementFault> Faults { get; private set; } = [];
    public int MoreFaults { get; private set; }
    public Refusal? Refused { get; private set; }
    public bool Demo { get; private set; }

    private string Book => DepositAccounts.BookOf(Demo);

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        if (await May(cancellation) is { } refused) return refused;
        await reads.Note((await actor.Get(cancellation)).Person!.Value, "bank", Days.Of(clock.GetUtcNow()).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "reconciliation", cancellation);
        await Load(cancellation);
        // Lines that wait for their midnight are no reason to look each second.
        if (Statements.Any(s => s.Running && s.Entered < s.ToEnter && s.Row.TakenAt > clock.GetUtcNow().AddMinutes(-10))) Response.Headers["Refresh"] = "1";
        return Page();
    }

    public async Task<IActionResult> OnPost(IFormFile? file, CancellationToken cancellation)
    {
        if (await May(cancellation) is { } refused) return refused;
        if (file is null || file.Length == 0) return await Wrong(Refusal.FileEmpty, cancellation);
        await using var stream = file.OpenReadStream();
        var content = await FileStore.ReadAll(stream, cancellation);
        if (!content.Done) return await Wrong(content.Refusal.Value, cancellation);
        var name = FileCheck.CleanName(file.FileName);
        if (!name.Done) return await Wrong(name.Refusal.Value, cancellation);
        var taken = await statements.Take(Book, name.Value, content.Value, (await actor.Get(cancellation)).Person!.Value, cancellation);
        if (taken.Faults.Count == 0) return LocalRedirect("/desk/bank/statements");
        (Faults, MoreFaults) = ([.. taken.Faults.Take(MostFaults)], Math.Max(0, taken.Faults.Count - MostFaults));
        await Load(cancellation);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    public Task<IActionResult> OnPostStop(Guid statement, CancellationToken cancellation) => On(statement, statements.Stop, cancellation);

    public Task<IActionResult> OnPostGoOn(Guid statement, CancellationToken cancellation) => On(statement, statements.GoOn, cancellation);

    private async Task<IActionResult> On(Guid statement, Func<Guid, CancellationToken, Task> act, CancellationToken cancellation)
    {
        if (await May(cancellation) is { } refused) return refused;
        if (!await db.Set<BankStatementRow>().AnyAsync(s => s.Id == statement && s.Book == Book, cancellation)) return this.Refused(Refusal.NotFound);
        await act(statement, cancellation);
        return LocalRedirect("/desk/bank/statements");
    }

    private async Task<IActionResult> Wrong(Refusal refusal, CancellationToken cancellation)
    {
        Refused = refusal;
        await Load(cancellation);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private async Task Load(CancellationToken cancellation)
    {
        var (book, lines, missing) = (Book, db.Set<BankLineRow>().AsNoTracking(), BankStatements.Missing(db, Book));
        var all = db.Set<BankStatementRow>().AsNoTracking().Where(s => s.Book == book);
        Statements =
        [
            .. (await all.OrderByDescending(s => s.TakenAt).Take(Shown).Select(s => new
            {
                Row = s,
                Entered = lines.Count(l => l.Statement == s.Id && l.EnteredAt != null),
                All = lines.Count(l => l.Statement == s.Id),
                Missing = missing.Count(l => l.Statement == s.Id),
                Before = all.Where(b => b.Account == s.Account && b.To < s.From).OrderByDescending(b => b.To).Select(b => b.ClosingFen).FirstOrDefault(),
            }).ToListAsync(cancellation)).Select(s => new StatementLook(s.Row, s.Entered, s.All, s.Missing, s.Before is { } closed && s.Row.OpeningFen is { } opened && opened != closed)),
        ];
        var open = await missing.OrderByDescending(l => l.BookedAt).Take(Shown).ToListAsync(cancellation);
        var references = open.Select(l => l.BankReference).ToList();
        var instead = await db.Set<BankCreditRow>().AsNoTracking().Where(c => c.Book == book && references.Contains(c.BankReference)).OrderBy(c => c.ConfirmedAt).ToListAsync(cancellation);
        Missing = [.. open.Select(l => (l, instead.LastOrDefault(c => c.BankReference == l.BankReference)))];
        Others = await lines.Where(l => l.Book == book && l.EnteredAt != null && (l.IsReversal || l.Direction == Direction.Debit)
            && !db.Set<PayoutRow>().Any(p => p.Book == book && p.BankReference == l.BankReference && p.AmountFen == l.AmountFen)).OrderByDescending(l => l.BookedAt).Take(Shown).ToListAsync(cancellation);
    }

    private async Task<IActionResult?> May(CancellationToken cancellation)
    {
        var may = await actor.May(Act.ConfirmBankCredit, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Demo = may.Value.Demo;
        return null;
    }
}
