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
/// The seller's page of a dossier: files and terms until the announcement, then addenda and withdrawals, and the log: codes
/// and times while anybody may still bid, names and copies afterwards.
/// </summary>
public sealed class DossierFormModel(MarketplaceDb db, Lots lots, LotDossiers dossiers, CurrentActor actor, Refusals refusals, TimeProvider clock) : PageModel
{
    private const int Shown = 500;

    public sealed record NdaLine(NdaRow Nda, int Views);

    /// <summary>One view as the seller may know it.</summary>
    /// <param name="Reader">The name or the code; null for the seller's own people and the operator.</param>
    public sealed record ViewLine(DateTimeOffset At, int Number, DossierReader As, string? Reader, string? Person, string? Copy);

    public Lot Lot { get; private set; } = null!;

    /// <summary>Null before anything was written, and for ever when the lot was announced without files.</summary>
    public DossierShown? Dossier { get; private set; }
    public DossierRow? Terms => Dossier?.Terms;
    public IReadOnlyList<DossierFileRow> Files => Dossier?.Files ?? [];
    public bool Open => Lot.State is LotState.Draft or LotState.Offered;
    public bool MayAdd => Open || Lot is { State: LotState.Announced, Outcome: null } && clock.GetUtcNow() < Lot.OpensAt;

    /// <summary>Names are open.</summary>
    public bool Named { get; private set; }
    public IReadOnlyList<NdaLine> Ndas { get; private set; } = [];
    public IReadOnlyList<ViewLine> Views { get; private set; } = [];
    public int Count { get; private set; }

    /// <summary>The copy that was asked for.</summary>
    public string? Copy { get; private set; }
    public Guid NewFile { get; private set; } = Guid.CreateVersion7();
    public FieldFaults Faults { get; } = new(refusals);
    public Dictionary<string, string?> Typed { get; } = [];

    public async Task<IActionResult> OnGetAsync(string id, string? copy, CancellationToken cancellation) => await Load(id, copy, cancellation) ?? Page();

    public async Task<IActionResult> OnPostTermsAsync(string id, string? ownText, string? years, CancellationToken cancellation)
    {
        if (await Load(id, null, cancellation) is { } refused) return refused;
        (Typed["ownText"], Typed["years"]) = (ownText, years);
        return await Answered(await dossiers.Write(Lot, ownText, int.TryParse(years, out var n) ? n : 0, cancellation), "terms", cancellation, "ownText", "years");
    }

    public async Task<IActionResult> OnPostAddAsync(string id, Guid newFile, string? title, IFormFile? upload, CancellationToken cancellation)
    {
        if (await Load(id, null, cancellation) is { } refused) return refused;
        if (newFile == Guid.Empty) return this.Refused(Refusal.MalformedRequest);
        Typed["title"] = title;
        await using var content = upload is { Length: > 0 } ? upload.OpenReadStream() : null;
        var person = (await actor.Get(cancellation)).Person!.Value;
        return await Answered(await dossiers.Add(Lot, newFile, person, title, upload?.FileName, content, cancellation), "files", cancellation, MayAdd ? ["title", "file"] : []);
    }

    public async Task<IActionResult> OnPostUpAsync(string id, Guid file, CancellationToken cancellation) =>
        await Load(id, null, cancellation) ?? await Answered(await dossiers.Up(Lot, file, cancellation), "files", cancellation);

    public async Task<IActionResult> OnPostRemoveAsync(string id, Guid file, CancellationToken cancellation) =>
        await Load(id, null, cancellation) ?? await Answered(await dossiers.Remove(Lot, file, cancellation), "files", cancellation);

    public async Task<IActionResult> OnPostWithdrawAsync(string id, Guid file, string? reason, CancellationToken cancellation)
    {
        if (await Load(id, null, cancellation) is { } refused) return refused;
        Typed[$"reason-{file}"] = reason;
        var person = (await actor.Get(cancellation)).Person!.Value;
        var done = await dossiers.Withdraw(Lot, file, person, reason, cancellation);
        if (done.Detail == "reason")
        {
            await Load(id, null, cancellation);
            Faults.Add(done.Refusal!.Value, $"reason-{file}");
            return Page();
        }

        return await Answered(done, "files", cancellation);
    }

    private async Task<IActionResult> Answered(Result<Nothing> result, string where, CancellationToken cancellation, params string[] fields)
    {
        if (result.Done) return Redirect($"/desk/lots/{Uri.EscapeDataString(Lot.Id)}/dossier#{where}");
        if (result.Refusal == Refusal.NotFound) return NotFound();
        if (await Load(Lot.Id, null, cancellation) is { } refused) return refused;
        Faults.Add(result, fields);
        return Page();
    }

    private async Task<IActionResult?> Load(string id, string? copy, CancellationToken cancellation)
    {
        var lot = await lots.Find(id, cancellation);
        var may = await actor.May(Act.KeepDossier, lot?.Seller, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (lot is null) return NotFound();
        (Lot, Dossier) = (lot, await dossiers.Of(lot, cancellation));
        if (Open || Dossier is null) return null;
        Named = await dossiers.NamesOpen(lot, cancellation);
        Copy = Named && !string.IsNullOrWhiteSpace(copy) ? copy.Trim() : null;
        Ndas = await db.Set<NdaRow>().AsNoTracking().Where(n => n.Lot == id).OrderBy(n => n.SignedAt)
            .Select(n => new NdaLine(n, db.Set<DossierViewRow>().Count(v => v.Nda == n.Id))).Take(Shown).ToListAsync(cancellation);
        var all = db.Set<DossierViewRow>().AsNoTracking().Where(v => v.Lot == id);
        Count = await all.CountAsync(cancellation);
        var rows = await (Copy is { } asked ? all.Where(v => v.Copy == asked) : all).OrderByDescending(v => v.At).ThenBy(v => v.Copy).Take(Shown).ToListAsync(cancellation);
        var codes = Ndas.ToDictionary(n => n.Nda.Id, n => n.Nda.Code);
        // The seller's own people and the operator are named by what they are; who of them is in the privileged reads.
        Views = [.. rows.Select(v => v.As == DossierReader.Signer
            ? new ViewLine(v.At, v.Number, v.As, Named ? v.OrganisationName : codes.GetValueOrDefault(v.Nda!.Value), Named ? v.PersonName : null, Named ? v.Copy : null)
            : new ViewLine(v.At, v.Number, v.As, null, v.As == DossierReader.Seller ? v.PersonName : null, Named ? v.Copy : null))];
        return null;
    }
}
