using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments.Royalties;

/// <summary>提成: the royalties of an organisation by what is next in them.</summary>
public sealed class RoyaltyDeskModel(CurrentActor actor, MarketplaceDb db, TimeProvider clock) : PageModel
{
    public const int Shown = 200;

    public IReadOnlyList<RoyaltyRow> Rows { get; private set; } = [];

    public bool More { get; private set; }

    public bool Demo { get; private set; }

    public Guid Organisation { get; private set; }

    public DateOnly Today { get; private set; }

    /// <summary>What is next, as a text: the step of an inspection, or the declaration.</summary>
    public string NextOf(RoyaltyRow row) =>
        row.EndedAt is not null ? "Next.Ended"
        : row.Turn != InspectionTurn.Nobody ? $"Next.{row.Turn}"
        : row.DeclarationDue is null ? "Next.Done"
        : row.PeriodEnds < Today ? "Next.Declare"
        : "Next.Runs";

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var may = await actor.May(Act.ReadDeal, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        (Demo, Organisation, Today) = (may.Value.Demo, may.Value.Organisation, Days.Of(clock.GetUtcNow()));
        var rows = await db.Set<RoyaltyRow>().AsNoTracking().Where(r => (r.Seller == Organisation || r.Buyer == Organisation) && r.Demo == Demo)
            .OrderBy(r => r.EndedAt != null).ThenBy(r => r.DeclarationDue == null).ThenBy(r => r.DeclarationDue).ThenBy(r => r.Deal).Take(Shown + 1).ToListAsync(cancellation);
        More = rows.Count > Shown;
        Rows = [.. rows.Take(Shown).OrderByDescending(r => r.EndedAt is null && r.Waits(Organisation, Today))];
        return Page();
    }
}
