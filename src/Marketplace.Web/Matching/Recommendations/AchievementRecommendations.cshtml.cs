using Marketplace.Achievements;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Matching.Recommendations;

/// <summary>与一项成果相近的需求, for its unit and the unit's agency: by the public facts of the demands alone.</summary>
public sealed class AchievementRecommendationsModel(MarketplaceDb db, CurrentActor actor, RecommendationLists lists) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Order { get; set; }

    /// <summary>The demand whose explanation is open.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? With { get; set; }

    public Achievement Row { get; private set; } = null!;
    public RecommendationOrder Shown { get; private set; }
    public IReadOnlyList<RecommendedNeed> Lines { get; private set; } = [];
    public RecommendedNeed? Selected { get; private set; }
    public bool Introduces { get; private set; }

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        if (await AchievementReading.Open(db, actor, id, cancellation) is not { } reading) return NotFound();
        var may = await lists.MayRead(reading.Row, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        (Row, Shown) = (reading.Row, lists.Order(Order));
        ViewData["Demo"] = Row.Demo;
        Lines = await lists.Of(Row, Shown, cancellation);
        Selected = Lines.FirstOrDefault(l => l.Need.Row.Id == With) ?? (Lines.Count > 0 ? Lines[0] : null);
        Introduces = may.Value.Kind == Domain.Organisations.OrganisationKind.Agency && (await actor.May(Domain.Organisations.Act.Introduce, may.Value.Organisation, cancellation)).Done;
        return Page();
    }
}
