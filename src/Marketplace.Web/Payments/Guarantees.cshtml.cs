using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>保函 for operators: whose issuer has to be asked, which are good, what is demanded. No lot and no hold.</summary>
public sealed class GuaranteesModel(CurrentActor actor, PrivilegedReads reads, GuaranteeLetters letters, MarketplaceDb db, TimeProvider clock) : PageModel
{
    public const int Shown = 100;

    /// <param name="Expires">Its last day is near or over, and something rests on it.</param>
    public sealed record Entry(GuaranteeRow Letter, string Organisation, bool Expires);

    public IReadOnlyList<Entry> Waiting { get; private set; } = [];
    public IReadOnlyList<Entry> Good { get; private set; } = [];
    public IReadOnlyList<Entry> Over { get; private set; } = [];
    public IReadOnlyList<IssuerDemand> Demands { get; private set; } = [];
    public bool Demo { get; private set; }

    /// <summary>What was refused last, of which letter, and what was typed with it.</summary>
    public (Guid Letter, Refusal Refusal, string? Reason)? Fault { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var may = await actor.May(Act.ConfirmBankCredit, cancellation: cancellation);
        return may.Done ? await Show(may.Value, cancellation) : this.Refused(may.Refusal.Value);
    }

    /// <summary>The issuer was asked and answers for it.</summary>
    public Task<IActionResult> OnPostConfirm(Guid letter, CancellationToken cancellation) => Do(letter, null, (by, demo) => letters.Confirm(demo, letter, by, cancellation), cancellation);

    public Task<IActionResult> OnPostRefuse(Guid letter, string? reason, CancellationToken cancellation) => Do(letter, reason, (by, demo) => letters.Refuse(demo, letter, reason, by, cancellation), cancellation);

    private async Task<IActionResult> Do(Guid letter, string? reason, Func<Guid, bool, Task<Result<Nothing>>> act, CancellationToken cancellation)
    {
        var may = await actor.May(Act.ConfirmBankCredit, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var done = await act((await actor.Get(cancellation)).Person!.Value, may.Value.Demo);
        if (done.Done) return LocalRedirect("/desk/guarantees");
        if (done.Refusal == Refusal.UnknownGuarantee) return this.Refused(Refusal.NotFound);
        Fault = (letter, done.Refusal.Value, reason);
        return await Show(may.Value, cancellation);
    }

    private async Task<IActionResult> Show(Membership member, CancellationToken cancellation)
    {
        Demo = member.Demo;
        var now = clock.GetUtcNow();
        await reads.Note((await actor.Get(cancellation)).Person!.Value, "bank", now.ToOffset(Instant.Beijing).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "verification", cancellation);
        var book = DepositAccounts.BookOf(Demo);
        var all = db.Set<GuaranteeRow>().AsNoTracking().Where(g => g.Book == book);
        Waiting = await Entries(all.Where(g => g.DecidedAt == null).OrderBy(g => g.SubmittedAt), now, cancellation);
        Good = await Entries(all.Where(g => g.DecidedAt != null && g.RefusedBecause == null && g.EndedAt == null).OrderBy(g => g.ValidUntil), now, cancellation);
        Over = await Entries(all.Where(g => g.RefusedBecause != null || g.EndedAt != null).OrderByDescending(g => g.EndedAt ?? g.DecidedAt), now, cancellation);
        Demands = await letters.Demands(Demo, Shown, cancellation);
        return Page();
    }

    private async Task<IReadOnlyList<Entry>> Entries(IQueryable<GuaranteeRow> of, DateTimeOffset now, CancellationToken cancellation)
    {
        var rows = await of.Take(Shown).ToListAsync(cancellation);
        var ids = rows.Select(r => r.Organisation).Distinct().ToList();
        var names = await db.Set<Organisation>().AsNoTracking().Where(o => ids.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        var entries = new List<Entry>();
        foreach (var row in rows)
        {
            var near = row is { ConfirmedAt: not null, EndedAt: null } && now >= GuaranteeLetters.WarnAt(row.ValidUntil);
            entries.Add(new Entry(row, names.GetValueOrDefault(row.Organisation, ""), near && await letters.IsInUse(row.Id, cancellation)));
        }

        return entries;
    }
}
