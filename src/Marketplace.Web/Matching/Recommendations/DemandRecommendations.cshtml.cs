using Marketplace.Demands;
using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching.Recommendations;

/// <summary>推荐给一条需求的成果: the list, why each stands in it, and what the demand's side says of it.</summary>
public sealed class DemandRecommendationsModel(MarketplaceDb db, CurrentActor actor, RecommendationLists lists, Judgements judgements) : PageModel
{
    /// <summary>What was said of a pair, with names.</summary>
    public sealed record Told(RecommendationJudgementRow Row, string Title, string Person, string Organisation);

    [BindProperty(SupportsGet = true)]
    public string? Order { get; set; }

    /// <summary>The achievement whose explanation is open.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? With { get; set; }

    [BindProperty]
    public Guid Command { get; set; }

    [BindProperty]
    public Guid Achievement { get; set; }

    [BindProperty]
    public Verdict? Verdict { get; set; }

    [BindProperty]
    public BadReason? Reason { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    public Demand Row { get; private set; } = null!;
    public RecommendationOrder Shown { get; private set; }
    public IReadOnlyList<RecommendedWork> Lines { get; private set; } = [];
    public RecommendedWork? Selected { get; private set; }
    public IReadOnlyList<Told> Said { get; private set; } = [];

    /// <summary>The reader is a broker who may bring the two together.</summary>
    public bool Introduces { get; private set; }
    public Refusal? Refused { get; private set; }
    public string? Field { get; private set; }

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation) => await Open(id, cancellation) ?? Page();

    public async Task<IActionResult> OnPost(Guid id, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        var may = await actor.MayOn(Act.JudgeRecommendations, Row.Organisation, id, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var person = (await actor.Get(cancellation)).Person!.Value;
        var said = Verdict is { } verdict
            ? await judgements.Say(Command, id, Achievement, person, may.Value.Organisation, verdict, Reason, Note, cancellation)
            : Result<Nothing>.Refuse(Refusal.UnknownWord, "verdict");
        if (said.Done) return LocalRedirect($"/demands/{id}/recommendations{(Verdict == Domain.Matching.Verdict.Good ? $"?with={Achievement}" : "")}");
        (Refused, Field, With) = (said.Refusal, said.Detail, Achievement);
        Response.StatusCode = Shared.Refusals.StatusOf(said.Refusal.Value);
        return await Open(id, cancellation) ?? Page();
    }

    /// <summary>A demand that the reader may not know of is none; one that it may know of has a list for its own side alone.</summary>
    private async Task<IActionResult?> Open(Guid id, CancellationToken cancellation)
    {
        if (await DemandReading.Open(db, actor, id, cancellation) is not { } reading) return NotFound();
        var may = await lists.MayRead(reading.Row, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        (Row, Shown) = (reading.Row, lists.Order(Order));
        ViewData["Demo"] = Row.Demo;
        Lines = await lists.Of(Row, Shown, cancellation);
        Selected = Lines.FirstOrDefault(l => l.Work.Id == With) ?? (Lines.Count > 0 ? Lines[0] : null);
        Introduces = may.Value.Kind == OrganisationKind.Agency && (await actor.May(Act.Introduce, may.Value.Organisation, cancellation)).Done;
        Said = await SaidOf(id, cancellation);
        return null;
    }

    private async Task<IReadOnlyList<Told>> SaidOf(Guid id, CancellationToken cancellation)
    {
        var said = (await lists.Said(id, cancellation)).Values.Where(j => j.Verdict != Domain.Matching.Verdict.TakenBack).OrderByDescending(j => j.At).ToList();
        var (works, people, organisations) = (said.Select(j => j.Achievement).ToList(), said.Select(j => j.Person).Distinct().ToList(), said.Select(j => j.Organisation).Distinct().ToList());
        // By what it is called in public: the work may have been withdrawn since.
        var titles = await db.Set<Achievements.Achievement>().AsNoTracking().Where(a => works.Contains(a.Id)).ToDictionaryAsync(a => a.Id, a => a.Standing.IsPublic ? a.Title : null, cancellation);
        var names = await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation);
        var units = await db.Set<Organisation>().AsNoTracking().Where(o => organisations.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        return [.. said.Select(j => new Told(j, titles.GetValueOrDefault(j.Achievement) ?? "—", names.GetValueOrDefault(j.Person, "—"), units.GetValueOrDefault(j.Organisation, "—")))];
    }
}
