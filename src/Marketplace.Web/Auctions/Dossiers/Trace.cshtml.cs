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
/// A leaked copy: for whom it was made. For a stated purpose that the privileged reads keep. While anybody may still bid
/// the answer names no lot, and no other page of the operator shows the number of a copy.
/// </summary>
public sealed class TraceModel(MarketplaceDb db, LotDossiers dossiers, PrivilegedReads reads, CurrentActor actor, Refusals refusals) : PageModel
{
    public string? Copy { get; private set; }
    public string? Purpose { get; private set; }
    public DossierViewRow? Found { get; private set; }

    /// <summary>Null while names are closed there.</summary>
    public Lot? Lot { get; private set; }
    public FieldFaults Faults { get; } = new(refusals);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var may = await actor.May(Act.OverseeDossiers, cancellation: cancellation);
        return may.Done ? Page() : this.Refused(may.Refusal.Value);
    }

    /// <summary>Order of refusals: the policy, those of the number, those of the purpose, NotFound.</summary>
    public async Task<IActionResult> OnPostAsync(string? copy, string? purpose, CancellationToken cancellation)
    {
        var may = await actor.May(Act.OverseeDossiers, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        (Copy, Purpose) = (copy, purpose);
        var (number, said) = (Text.Require(copy, 20, "copy"), Text.Require(purpose, Dossier.MostReason, "purpose"));
        Faults.Add(number, "copy");
        Faults.Add(said, "purpose");
        if (Faults.Any) return Page();
        var asked = Text.Narrow(number.Value).Trim().ToUpperInvariant();
        // Written down before anything is looked up: a number that was guessed is noted too.
        await reads.Note((await actor.Get(cancellation)).Person!.Value, "copy", asked, said.Value.Trim(), cancellation);
        Found = await db.Set<DossierViewRow>().AsNoTracking().SingleOrDefaultAsync(v => v.Copy == asked, cancellation);
        if (Found is null)
        {
            Faults.Add(Refusal.NotFound, "copy");
            return Page();
        }

        var lot = await db.Set<Lot>().AsNoTracking().SingleAsync(l => l.Id == Found.Lot, cancellation);
        Lot = await dossiers.NamesOpen(lot, cancellation) ? lot : null;
        return Page();
    }
}
