using Marketplace.Domain.Auctions;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions.Dossiers;

/// <summary>One signed undertaking with what was read under it: for the organisation that signed, and for the seller once names are open.</summary>
public sealed class InstrumentModel(MarketplaceDb db, Lots lots, LotDossiers dossiers, CurrentActor actor) : PageModel
{
    public const int MostViews = 1000;

    public DossierShown Dossier { get; private set; } = null!;
    public NdaRow Nda { get; private set; } = null!;
    public IReadOnlyList<DossierViewRow> Views { get; private set; } = [];

    /// <summary>The name of the text that says how it stands.</summary>
    public string State => StateOf(Nda);

    public static string StateOf(NdaRow nda) => nda.RevokedAt is not null ? "State.Revoked" : nda.WithdrawnAt is not null ? "State.Left" : "State.Stands";

    public async Task<IActionResult> OnGetAsync(string id, Guid nda, CancellationToken cancellation)
    {
        if (await lots.Find(id, cancellation) is not { State: LotState.Announced } lot || await dossiers.Of(lot, cancellation) is not { } dossier) return NotFound();
        if (await db.Set<NdaRow>().AsNoTracking().SingleOrDefaultAsync(n => n.Id == nda && n.Lot == id, cancellation) is not { } row) return NotFound();
        var own = (await actor.May(Act.ReadDossier, row.Organisation, cancellation)).Done;
        var sells = (await actor.May(Act.KeepDossier, lot.Seller, cancellation)).Done && await dossiers.NamesOpen(lot, cancellation);
        if (!own && !sells) return NotFound();
        (Dossier, Nda) = (dossier, row);
        Views = await db.Set<DossierViewRow>().AsNoTracking().Where(v => v.Nda == nda).OrderByDescending(v => v.At).Take(MostViews).ToListAsync(cancellation);
        return Page();
    }
}
