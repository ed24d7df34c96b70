using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions.Dossiers;

/// <summary>What an enterprise has signed to keep silent about. Its own eyes only.</summary>
public sealed class NdaDeskModel(MarketplaceDb db, CurrentActor actor) : PageModel
{
    private const int Shown = 200;

    public sealed record Row(NdaRow Nda, string Title, string? Outcome, int Views);

    public IReadOnlyList<Row> Rows { get; private set; } = [];
    public bool Demo { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var may = await actor.May(Act.ReadDossier, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Demo = may.Value.Demo;
        var own = may.Value.Organisation;
        Rows = await (
            from n in db.Set<NdaRow>().AsNoTracking()
            join l in db.Set<Lot>().AsNoTracking() on n.Lot equals l.Id
            where n.Organisation == own
            orderby n.SignedAt descending
            select new Row(n, l.Title, l.Outcome, db.Set<DossierViewRow>().Count(v => v.Nda == n.Id))).Take(Shown).ToListAsync(cancellation);
        return Page();
    }
}
