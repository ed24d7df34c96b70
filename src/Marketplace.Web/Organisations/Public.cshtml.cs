using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Organisations;

/// <summary>What everybody may know of an organisation: who it is, and how many public records bear its name.</summary>
public sealed class PublicModel(MarketplaceDb db, PublicOrganisations organisations, IStringLocalizerFactory texts) : PageModel
{
    public sealed record BrokerLine(Guid Id, string Name);

    public Organisation Row { get; private set; } = null!;

    public IReadOnlyList<NamedCount> Records { get; private set; } = [];

    /// <summary>Of an agency: its confirmed entries in the register.</summary>
    public IReadOnlyList<BrokerLine> Brokers { get; private set; } = [];

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        // Whoever is not shown is answered like an id that nobody has.
        if (await organisations.In(db).FirstOrDefaultAsync(o => o.Id == id, cancellation) is not { } row) return NotFound();
        Row = row;
        Records = await organisations.Count(db, id, cancellation);
        if (row.Kind == OrganisationKind.Agency)
        {
            Brokers = await (
                from b in db.Set<BrokerRow>().AsNoTracking()
                where b.Agency == id && b.State == BrokerState.Confirmed
                join p in db.Set<Person>() on b.Person equals p.Id
                orderby p.DisplayName, b.Id
                select new BrokerLine(b.Id, p.DisplayName)).ToListAsync(cancellation);
        }

        ViewData["Demo"] = row.Demo;
        return Page();
    }

    public string Name(NamedRecords records) => texts.Create(records.Texts)[records.Key].Value;
}
