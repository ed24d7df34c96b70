using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions.Dossiers;

/// <summary>
/// The operator's view of all dossiers: counts, times and codes, never a name. It revokes a code, and reads a file for a
/// purpose that is written down first.
/// </summary>
public sealed class OversightModel(
    MarketplaceDb db, LotDossiers dossiers, Ndas ndas, DossierCopies copies, Approvals acts, PrivilegedReads reads, CurrentActor actor, Refusals refusals, TimeProvider clock) : PageModel
{
    private const int Shown = 200;

    public sealed record Row(Lot Lot, int Files, int Ndas, int Views);

    /// <summary>One undertaking without who signed it.</summary>
    public sealed record CodeLine(string Code, string State, DateTimeOffset SignedAt, string? Because, int Views);

    public IReadOnlyList<Row> Rows { get; private set; } = [];
    public DossierShown? Opened { get; private set; }
    public IReadOnlyList<CodeLine> Codes { get; private set; } = [];
    public FieldFaults Faults { get; } = new(refusals);
    public string? Purpose { get; private set; }
    public string? Reason { get; private set; }
    public int? Number { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? lot, CancellationToken cancellation) => await Load(lot, cancellation) ?? Page();

    public async Task<IActionResult> OnPostRevokeAsync(string? lot, string? code, string? reason, CancellationToken cancellation)
    {
        if (await Load(lot, cancellation) is { } refused) return refused;
        if (Opened is null || !Codes.Any(c => c.Code == code)) return NotFound();
        var person = (await actor.Get(cancellation)).Person!.Value;
        var revoked = await ndas.Revoke(code!, person, reason, cancellation);
        if (revoked.Done)
        {
            await acts.Note(Guid.CreateVersion7(clock.GetUtcNow()), "nda.revoke", Opened.Lot.Id, person, cancellation);
            return Redirect($"/desk/dossiers?lot={Uri.EscapeDataString(Opened.Lot.Id)}#codes");
        }

        await Load(lot, cancellation);
        Reason = reason;
        Faults.Add(revoked.Refusal.Value, revoked.Detail is null ? null : $"reason-{code}");
        return Page();
    }

    public async Task<IActionResult> OnPostReadAsync(string? lot, int number, string? purpose, CancellationToken cancellation)
    {
        if (await Load(lot, cancellation) is { } refused) return refused;
        (Purpose, Number) = (purpose, number);
        if (Opened?.Files.SingleOrDefault(f => f.Number == number) is not { } file) return NotFound();
        var may = await actor.May(Act.OverseeDossiers, cancellation: cancellation);
        var said = Text.Require(purpose, Dossier.MostReason, "purpose");
        if (!said.Done)
        {
            Faults.Add(said, "purpose");
            return Page();
        }

        await reads.Note((await actor.Get(cancellation)).Person!.Value, "dossier", $"{Opened.Lot.Id} · {number}", said.Value.Trim(), cancellation);
        var copy = await copies.Make(file, may.Value, DossierReader.Operator, null, cancellation);
        await copy.ExecuteAsync(HttpContext);
        return new EmptyResult();
    }

    private async Task<IActionResult?> Load(string? lot, CancellationToken cancellation)
    {
        var may = await actor.May(Act.OverseeDossiers, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var (files, signed, views) = (db.Set<DossierFileRow>(), db.Set<NdaRow>(), db.Set<DossierViewRow>());
        Rows = await db.Set<Lot>().AsNoTracking().Where(l => l.State == LotState.Announced && files.Any(f => f.Lot == l.Id && !f.Addendum)).OrderByDescending(l => l.AnnouncedAt)
            .Select(l => new Row(l, files.Count(f => f.Lot == l.Id && f.WithdrawnAt == null), signed.Count(n => n.Lot == l.Id && n.WithdrawnAt == null && n.RevokedAt == null), views.Count(v => v.Lot == l.Id)))
            .Take(Shown).ToListAsync(cancellation);
        if (lot is null) return null;
        if (await db.Set<Lot>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == lot && l.State == LotState.Announced, cancellation) is not { } one || await dossiers.Of(one, cancellation) is not { } dossier) return NotFound();
        Opened = dossier;
        var rows = await signed.AsNoTracking().Where(n => n.Lot == lot).OrderBy(n => n.SignedAt).Select(n => new { Nda = n, Views = views.Count(v => v.Nda == n.Id) }).Take(Shown).ToListAsync(cancellation);
        Codes = rows.ConvertAll(r => new CodeLine(r.Nda.Code, InstrumentModel.StateOf(r.Nda), r.Nda.SignedAt, r.Nda.RevokedBecause, r.Views));
        return null;
    }
}
