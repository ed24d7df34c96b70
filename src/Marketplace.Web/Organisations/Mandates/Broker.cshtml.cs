using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations.Mandates;

/// <summary>One broker's public record: the certificate, and what the market's own records count.</summary>
public sealed class BrokerModel(MarketplaceDb db, IServiceProvider services, IEnumerable<BrokerRecord> records, TimeProvider clock) : PageModel
{
    public BrokerRow Row { get; private set; } = null!;
    public string Name { get; private set; } = "";
    public Organisation Agency { get; private set; } = null!;
    public IReadOnlyList<BrokerStage> Stages { get; private set; } = [];
    public DateOnly Today => Days.Of(clock.GetUtcNow());

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        var found = await (
            from b in db.Set<BrokerRow>().AsNoTracking()
            where b.Id == id && (b.State == BrokerState.Confirmed || b.State == BrokerState.Left && b.ConfirmedAt != null)
            join p in db.Set<Person>() on b.Person equals p.Id
            join o in db.Set<Organisation>() on b.Agency equals o.Id
            select new { b, p.DisplayName, o }).FirstOrDefaultAsync(cancellation);
        if (found is null) return NotFound();
        (Row, Name, Agency) = (found.b, found.DisplayName, found.o);
        var stages = new List<BrokerStage>();
        foreach (var record in records) stages.AddRange(await record.Of(services, Row, cancellation));
        Stages = stages;
        ViewData["Demo"] = Row.Demo;
        return Page();
    }
}
