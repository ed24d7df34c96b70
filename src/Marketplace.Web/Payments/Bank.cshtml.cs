using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payments.Statements;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>
/// 入账确认: the operator confirms what stands on the bank's statement and finds owners for 暂收. It reads
/// <see cref="BankCreditRow"/> alone: no balance, no hold, no lot is within its reach.
/// </summary>
public sealed class BankModel(CurrentActor actor, PrivilegedReads reads, DepositAccounts deposits, Unmatched unmatched, OpeningsAhead openings, MarketplaceDb db, TimeProvider clock) : PageModel
{
    private const int Shown = 100;

    /// <param name="Candidates">Whose it may be, for money that waits: from the bank's line, the likeliest first.</param>
    /// <param name="Examination">That it is nobody's deposit, as one operator proposed and no other has confirmed yet.</param>
    public sealed record Entry(BankCreditRow Credit, string? Organisation, string? Payer = null, IReadOnlyList<Candidate>? Candidates = null, Approval? Examination = null);

    [BindProperty] public Guid Credit { get; set; }
    [BindProperty] public string? Amount { get; set; }
    [BindProperty] public string? CreditedAt { get; set; }
    [BindProperty] public string? BankReference { get; set; }
    [BindProperty] public string? Reference { get; set; }
    [BindProperty] public bool Suspense { get; set; }

    /// <summary>A bank's number that is looked for among all that was ever confirmed.</summary>
    [BindProperty(SupportsGet = true)] public string? Find { get; set; }

    /// <summary>What the operator has been shown and asked to confirm; anything changed since is shown again.</summary>
    [BindProperty] public string? Checked { get; set; }

    /// <summary>The field and what is wrong with it; the empty name stands for the whole form.</summary>
    public (string Field, Refusal Refusal)? Fault { get; private set; }

    /// <summary>Everything is in order and waits for the second look.</summary>
    public (string? Organisation, long AmountFen, DateTimeOffset CreditedAt)? ToConfirm { get; private set; }

    public Entry? Done { get; private set; }
    public Guid? AssignFault { get; private set; }
    public string? AssignTyped { get; private set; }
    public Refusal? AssignRefusal { get; private set; }

    /// <summary>The credit that could not be reversed, what was written as the reason, and why not.</summary>
    public (Guid Credit, string? Reason, Refusal Refusal)? ReverseFault { get; private set; }

    /// <summary>As <see cref="ReverseFault"/>, of an examination.</summary>
    public (Guid Credit, string? Reason, Refusal Refusal)? ExamineFault { get; private set; }

    /// <summary>How many openings wait, or will; no lot is named.</summary>
    public HeldOpenings Held { get; private set; } = HeldOpenings.None;
    public Guid Me { get; private set; }

    public IReadOnlyList<Entry> Waiting { get; private set; } = [];
    public IReadOnlyList<Entry> Confirmed { get; private set; } = [];
    public long TotalFen { get; private set; }
    public long SuspenseFen { get; private set; }
    public int Credits { get; private set; }
    public bool Demo { get; private set; }

    /// <summary>The text of a reason beside the others: who wrote a code that is nobody's did not write none.</summary>
    public static string SaysReason(DeskReason reason, IReadOnlyCollection<DeskReason> all) =>
        reason is DeskReason.PayerFits && all.Contains(DeskReason.ReferenceUnknown) ? "Reason.PayerFitsOnly" : $"Reason.{reason}";

    public Refusal? Of(string field) => Fault is { } fault && fault.Field == field ? fault.Refusal : null;

    public async Task<IActionResult> OnGet(Guid? done, CancellationToken cancellation)
    {
        var may = await actor.May(Act.ConfirmBankCredit, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Credit = Guid.CreateVersion7(clock.GetUtcNow());
        await reads.Note((await actor.Get(cancellation)).Person!.Value, "bank", clock.GetUtcNow().ToOffset(Instant.Beijing).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "reconciliation", cancellation);
        await Load(may.Value, cancellation);
        Done = Confirmed.Concat(Waiting).FirstOrDefault(e => e.Credit.Id == done);
        return Page();
    }

    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        var may = await actor.May(Act.ConfirmBankCredit, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var (command, organisation) = await Read(may.Value, cancellation);
        if (command is not null)
        {
            var shown = $"{command.AmountFen}|{Instant.Write(command.CreditedAt)}|{command.BankReference}|{command.PayerReference}|{command.Organisation}|{command.For}";
            if (Checked == shown)
            {
                var credited = await deposits.ConfirmCredit(
                    command.Credit, command.Organisation, command.AmountFen, command.CreditedAt, command.BankReference, command.PayerReference, command.By, may.Value.Demo, command.For);
                if (credited.Done) return LocalRedirect($"/desk/bank?done={command.Credit}");
                Fault = (FieldOf(credited.Refusal.Value), credited.Refusal.Value);
            }
            else
            {
                (Checked, ToConfirm) = (shown, (organisation, command.AmountFen, command.CreditedAt));
            }
        }

        await Load(may.Value, cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPostAssign(Guid waiting, string? owner, CancellationToken cancellation)
    {
        var may = await actor.May(Act.ConfirmBankCredit, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var found = await deposits.FindByReference(owner, may.Value.Demo, cancellation);
        AssignRefusal = found is { } organisation
            ? (await deposits.AssignCredit(waiting, organisation.Id, (await actor.Get(cancellation)).Person!.Value, may.Value.Demo, organisation.Obligation)).Refusal
            : Refusal.UnknownPaymentReference;
        if (AssignRefusal is null) return LocalRedirect($"/desk/bank?done={waiting}");
        (AssignFault, AssignTyped) = (waiting, owner);
        Credit = Guid.CreateVersion7(clock.GetUtcNow());
        await Load(may.Value, cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPostReverse(Guid reversed, string? reason, CancellationToken cancellation)
    {
        var may = await actor.May(Act.ConfirmBankCredit, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        // Refusing says that money is bound: who asks is kept, whatever the answer.
        await reads.Note((await actor.Get(cancellation)).Person!.Value, "credit", $"{reversed}", "reversal", cancellation);
        var answer = await deposits.ReverseCredit(reversed, reason ?? "", (await actor.Get(cancellation)).Person!.Value, may.Value.Demo);
        if (answer.Done) return LocalRedirect($"/desk/bank?done={reversed}");
        ReverseFault = (reversed, reason, answer.Refusal.Value);
        Credit = Guid.CreateVersion7(clock.GetUtcNow());
        await Load(may.Value, cancellation);
        return Page();
    }

    public Task<IActionResult> OnPostExamine(Guid proposal, Guid examined, string? reason, CancellationToken cancellation) =>
        OnExamination(examined, reason, (person, demo) => unmatched.Propose(proposal, examined, reason, person, demo, cancellation), cancellation);

    public Task<IActionResult> OnPostConfirmExamination(Guid proposal, Guid examined, CancellationToken cancellation) =>
        OnExamination(examined, null, (person, demo) => unmatched.Confirm(proposal, person, demo, cancellation), cancellation);

    public Task<IActionResult> OnPostWithdrawExamination(Guid proposal, Guid examined, CancellationToken cancellation) =>
        OnExamination(examined, null, (person, demo) => unmatched.Withdraw(proposal, person, demo, cancellation), cancellation);

    private async Task<IActionResult> OnExamination(Guid examined, string? reason, Func<Guid, bool, Task<Result<Approval>>> act, CancellationToken cancellation)
    {
        var may = await actor.May(Act.ConfirmBankCredit, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var answer = await act((await actor.Get(cancellation)).Person!.Value, may.Value.Demo);
        if (answer.Done) return LocalRedirect("/desk/bank");
        ExamineFault = (examined, reason, answer.Refusal.Value);
        Credit = Guid.CreateVersion7(clock.GetUtcNow());
        await Load(may.Value, cancellation);
        return Page();
    }

    private static string FieldOf(Refusal refusal) => refusal switch
    {
        Refusal.AmountOutOfRange => nameof(Amount),
        Refusal.BankReferenceUsed => nameof(BankReference),
        Refusal.CreditInFuture => nameof(CreditedAt),
        _ => "",
    };

    private async Task<(ConfirmCredit? Command, string? Organisation)> Read(Membership operatorMember, CancellationToken cancellation)
    {
        if (Credit == Guid.Empty) Credit = Guid.CreateVersion7(clock.GetUtcNow());
        if (!Fen.TryRead(Amount, out var fen) || !Fen.IsAmount(fen)) return Wrong(nameof(Amount), Refusal.AmountOutOfRange);
        if (!DateTime.TryParse(CreditedAt, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return Wrong(nameof(CreditedAt), Refusal.Required);
        var creditedAt = Instant.Cut(new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), Instant.Beijing));
        if (creditedAt > clock.GetUtcNow()) return Wrong(nameof(CreditedAt), Refusal.CreditInFuture);
        var bank = Text.Require(Plain(BankReference), Domain.Payments.Deposits.LongestReference, nameof(BankReference));
        if (!bank.Done) return Wrong(nameof(BankReference), bank.Refusal.Value);
        var payer = Text.Allow(Reference?.Trim(), Domain.Payments.Deposits.LongestReference, nameof(Reference));
        if (!payer.Done) return Wrong(nameof(Reference), payer.Refusal.Value);
        var owner = Suspense ? null : await deposits.FindByReference(payer.Value, operatorMember.Demo, cancellation);
        if (!Suspense && owner is null) return Wrong(nameof(Reference), payer.Value is null ? Refusal.Required : Refusal.UnknownPaymentReference);
        var by = (await actor.Get(cancellation)).Person!.Value;
        return (new ConfirmCredit(Credit, owner?.Id, fen, creditedAt, bank.Value, payer.Value, by, owner?.Obligation), owner?.Name);
    }

    /// <summary>The bank's number as the statement will have it, however it was typed.</summary>
    private static string? Plain(string? typed) => typed is null ? null : string.Concat(Text.Narrow(typed).Where(c => !char.IsWhiteSpace(c)));

    private (ConfirmCredit?, string?) Wrong(string field, Refusal refusal)
    {
        Fault = (field, refusal);
        return (null, null);
    }

    private async Task Load(Membership operatorMember, CancellationToken cancellation)
    {
        Demo = operatorMember.Demo;
        Me = (await actor.Get(cancellation)).Person!.Value;
        Held = await openings.Of(HttpContext.RequestServices, Demo, cancellation);
        var book = DepositAccounts.BookOf(Demo);
        var credits = db.Set<BankCreditRow>().AsNoTracking().Where(c => c.Book == book);
        var standing = credits.Where(c => c.ReversedAt == null);
        Credits = await standing.CountAsync(cancellation);
        TotalFen = await standing.SumAsync(c => c.AmountFen, cancellation);
        SuspenseFen = await standing.Where(c => c.Organisation == null).SumAsync(c => c.AmountFen, cancellation);
        var examinations = await unmatched.Proposed(Demo, clock.GetUtcNow(), cancellation);
        // What was examined waits for its owner still, behind what was not.
        Waiting = [.. (await Proposed(await Entries(standing.Where(c => c.Organisation == null).OrderBy(c => c.ExaminedAt != null).ThenBy(c => c.CreditedAt), cancellation), book, cancellation))
            .Select(w => w with { Examination = examinations.Find(a => a.Subject == $"{w.Credit.Id}") })];
        var sought = Plain(Find);
        var confirmed = string.IsNullOrEmpty(sought) ? credits.Where(c => c.Organisation != null || c.ReversedAt != null) : credits.Where(c => c.BankReference == sought);
        Confirmed = await Entries(confirmed.OrderByDescending(c => c.ConfirmedAt), cancellation);
    }

    /// <summary>Money that waits, with whom the bank's line speaks of.</summary>
    private async Task<IReadOnlyList<Entry>> Proposed(IReadOnlyList<Entry> waiting, string book, CancellationToken cancellation)
    {
        var references = waiting.Select(w => w.Credit.BankReference).ToList();
        var lines = await db.Set<BankLineRow>().AsNoTracking().Where(l => l.Book == book && references.Contains(l.BankReference)).ToDictionaryAsync(l => l.BankReference, cancellation);
        if (lines.Count == 0) return waiting;
        var expected = await BankStatements.Expected(db, Demo, cancellation);
        return
        [
            .. waiting.Select(w => lines.GetValueOrDefault(w.Credit.BankReference) is not { } line ? w : w with
            {
                Payer = line.PayerName,
                Candidates = expected.Propose(line.ToLine()) switch
                {
                    Proposal.Certain certain => [new Candidate(certain.For, [])],
                    Proposal.ForDesk desk => desk.Candidates,
                    _ => [],
                },
            }),
        ];
    }

    private async Task<IReadOnlyList<Entry>> Entries(IQueryable<BankCreditRow> credits, CancellationToken cancellation)
    {
        var rows = await credits.Take(Shown).ToListAsync(cancellation);
        var ids = rows.Select(r => r.Organisation).OfType<Guid>().Distinct().ToList();
        var names = await db.Set<Organisation>().AsNoTracking().Where(o => ids.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        return [.. rows.Select(r => new Entry(r, r.Organisation is { } id ? names.GetValueOrDefault(id) : null))];
    }
}
