using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payments.Statements;
using Marketplace.Organisations;
using Marketplace.Payments.Cards;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>
/// 结算台: what is due today, what is released by the clock, what is in dispute, what the custodian has to pay out. Obligations are
/// shown by their deal and never with its parties; a payout names whose bank account it goes to, because the bank must know.
/// </summary>
public sealed class SettlementModel(CurrentActor actor, PrivilegedReads reads, Obligations obligations, Forfeits forfeits, OwedViews views, MarketplaceDb db, TimeProvider clock) : PageModel
{
    public const int Shown = 100;

    /// <param name="Account">Null for the market's own.</param>
    public sealed record Payable(PayoutRow Row, PayoutAccountRow? Account);

    public IReadOnlyList<ObligationRow> Due { get; private set; } = [];

    /// <summary>Claimed and not objected to: the clock releases them.</summary>
    public IReadOnlyList<ObligationRow> Claimed { get; private set; } = [];

    public IReadOnlyList<ObligationRow> Disputed { get; private set; } = [];

    /// <summary>Cards whose banks ask, or took their money back, the next day of evidence first.</summary>
    public IReadOnlyList<CardDisputeRow> CardDisputes { get; private set; } = [];

    /// <summary>Deposits that defaulters lost, until two operators have divided them.</summary>
    public IReadOnlyList<ForfeitRow> Lost { get; private set; } = [];

    /// <summary>Those of them that rest on a letter of guarantee.</summary>
    public IReadOnlySet<Guid> OnLetter { get; private set; } = new HashSet<Guid>();

    /// <summary>Of a price that is paid in parts: which of how many.</summary>
    public IReadOnlyDictionary<Guid, (int Number, int Of)> Parts { get; private set; } = new Dictionary<Guid, (int Number, int Of)>();

    public IReadOnlyList<Payable> Payables { get; private set; } = [];

    public int DueCount { get; private set; }

    public long DueFen { get; private set; }

    public long KeptFen { get; private set; }

    public long PayableFen { get; private set; }

    public bool Demo { get; private set; }

    public DateTimeOffset Now { get; private set; }

    public Guid Me { get; private set; }

    /// <summary>What was refused last, of which obligation or payout.</summary>
    public (Guid About, Refusal Refusal)? Fault { get; private set; }

    /// <summary>What was typed with a proposal that was refused.</summary>
    public (string? Release, string? Reason) Typed { get; private set; }

    public Guid NewRuling() => Guid.CreateVersion7(Now);

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var may = await actor.May(Act.OverseeSettlement, cancellation: cancellation);
        return may.Done ? await Show(may.Value, cancellation) : this.Refused(may.Refusal.Value);
    }

    /// <summary>One operator proposes how money in dispute is divided.</summary>
    public Task<IActionResult> OnPostPropose(Guid obligation, Guid ruling, string? release, string? reason, CancellationToken cancellation) => Do(
        obligation,
        async by => Fen.TryRead(release, out var fen) && fen >= 0 && fen <= (await obligations.Find(obligation, cancellation))?.KeptFen ? (await obligations.Propose(new ProposeRuling(ruling, obligation, fen, reason ?? "", by))).Refusal : Refusal.MoreThanKept,
        cancellation,
        (release, reason));

    /// <summary>A second one makes it so.</summary>
    public Task<IActionResult> OnPostConfirm(Guid obligation, Guid ruling, CancellationToken cancellation) =>
        Do(obligation, async by => (await obligations.ConfirmRuling(obligation, ruling, by)).Refusal, cancellation);

    /// <summary>One operator says what a failed sale cost.</summary>
    public Task<IActionResult> OnPostCosts(Guid hold, string? costs, string? reason, CancellationToken cancellation) => Do(
        hold,
        async by => Fen.TryRead(costs, out var fen) ? (await forfeits.Propose(Demo, hold, fen, reason, by, cancellation)).Refusal : Refusal.AmountOutOfRange,
        cancellation,
        (costs, reason));

    /// <summary>A second one confirms what was shown.</summary>
    public Task<IActionResult> OnPostForfeit(Guid hold, long costs, CancellationToken cancellation) =>
        Do(hold, async by => (await forfeits.Confirm(Demo, hold, costs, by, cancellation)).Refusal, cancellation);

    public Task<IActionResult> OnPostPaid(Guid payout, string? bankReference, CancellationToken cancellation) =>
        Do(payout, async by => (await obligations.MakePayout(payout, string.Concat(Text.Narrow(bankReference ?? "").Where(c => !char.IsWhiteSpace(c))), by)).Refusal, cancellation);

    /// <summary>Not while the bank's own statement says that it went out.</summary>
    public Task<IActionResult> OnPostFailed(Guid payout, string? reason, CancellationToken cancellation) => Do(
        payout,
        async by => await IsOnStatement(payout, cancellation) ? Refusal.PayoutOnStatement : (await obligations.FailPayout(payout, reason, by)).Refusal,
        cancellation);

    private async Task<bool> IsOnStatement(Guid payout, CancellationToken cancellation)
    {
        var debits = await db.Set<BankLineRow>().AsNoTracking().Where(l => l.Direction == Direction.Debit && db.Set<PayoutRow>().Any(p => p.Id == payout && p.Book == l.Book && p.AmountFen == l.AmountFen)).Select(l => l.Remittance).ToListAsync(cancellation);
        return debits.Exists(said => Reconciliation.ReferencesIn(said).Contains(PayoutRow.CodeOf(payout)));
    }

    private async Task<IActionResult> Do(Guid about, Func<Guid, Task<Refusal?>> act, CancellationToken cancellation, (string?, string?) typed = default)
    {
        var may = await actor.May(Act.OverseeSettlement, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Demo = may.Value.Demo;
        var (book, books) = (DepositAccounts.BookOf(Demo), DepositAccounts.BooksOf(Demo));
        var known = await db.Set<ForfeitRow>().AnyAsync(f => f.Hold == about && books.Contains(f.Book), cancellation) || await db.Set<ObligationRow>().AnyAsync(o => o.Id == about && books.Contains(o.Book), cancellation) || await db.Set<PayoutRow>().AnyAsync(p => p.Id == about && p.Book == book, cancellation);
        if (!known) return this.Refused(Refusal.NotFound);
        if (await act((await actor.Get(cancellation)).Person!.Value) is not { } refusal) return LocalRedirect("/desk/settlement");
        (Fault, Typed) = ((about, refusal), typed);
        return await Show(may.Value, cancellation);
    }

    private async Task<IActionResult> Show(Membership member, CancellationToken cancellation)
    {
        (Demo, Now, Me) = (member.Demo, clock.GetUtcNow(), (await actor.Get(cancellation)).Person!.Value);
        await reads.Note(Me, "settlement", Now.ToOffset(Instant.Beijing).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "settlement", cancellation);
        // What came by card goes out by itself: only the custodian has to be told.
        var (book, books) = (DepositAccounts.BookOf(Demo), DepositAccounts.BooksOf(Demo));
        var owed = db.Set<ObligationRow>().AsNoTracking().Where(o => books.Contains(o.Book));
        var open = owed.Where(o => o.Cancelled == null && o.PaidFen < o.AmountFen && o.Release != ReleaseRule.OutOfPrice);
        var kept = owed.Where(o => o.PaidFen > o.ReleasedFen + o.RefundedFen);
        (DueCount, DueFen) = (await open.CountAsync(cancellation), await open.SumAsync(o => o.AmountFen - o.PaidFen, cancellation));
        KeptFen = await kept.SumAsync(o => o.PaidFen - o.ReleasedFen - o.RefundedFen, cancellation);
        Due = await open.OrderBy(o => o.Due).ThenBy(o => o.Id).Take(Shown).ToListAsync(cancellation);
        Claimed = await kept.Where(o => o.Claim != null && o.Objection == null).OrderBy(o => o.ObjectUntil).Take(Shown).ToListAsync(cancellation);
        Disputed = await kept.Where(o => o.Objection != null).OrderBy(o => o.ObjectedAt).Take(Shown).ToListAsync(cancellation);
        Parts = await views.PartsOf([.. Due, .. Claimed], cancellation);
        CardDisputes = await db.Set<CardDisputeRow>().AsNoTracking().Where(d => books.Contains(d.Book) && (d.State == CardDisputeState.Open || d.State == CardDisputeState.Inquiry))
            .OrderBy(d => d.EvidenceDue == null).ThenBy(d => d.EvidenceDue).Take(Shown).ToListAsync(cancellation);
        Lost = await db.Set<ForfeitRow>().AsNoTracking().Where(f => books.Contains(f.Book) && f.DoneAt == null).OrderBy(f => f.OpenedAt).Take(Shown).ToListAsync(cancellation);
        var lost = Lost.Select(f => f.Hold).ToList();
        OnLetter = await db.Set<HoldRow>().AsNoTracking().Where(h => lost.Contains(h.Id) && h.Letter != null).Select(h => h.Id).ToHashSetAsync(cancellation);
        var payouts = db.Set<PayoutRow>().AsNoTracking().Where(p => p.Book == book && p.State == PayoutState.Instructed);
        PayableFen = await payouts.SumAsync(p => p.AmountFen, cancellation);
        var rows = await payouts.OrderBy(p => p.InstructedAt).Take(Shown).ToListAsync(cancellation);
        var ids = rows.ConvertAll(r => r.Account);
        var accounts = await db.Set<PayoutAccountRow>().AsNoTracking().Where(a => ids.Contains(a.Id)).ToDictionaryAsync(a => a.Id, cancellation);
        Payables = [.. rows.Select(r => new Payable(r, accounts.GetValueOrDefault(r.Account)))];
        return Page();
    }
}
