using System.Globalization;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>职务成果披露 of the one who is signed in: tell of a result, see what the unit decided.</summary>
public sealed class DisclosuresModel(MarketplaceDb db, CurrentActor actor, IGrainFactory grains, TimeProvider clock) : PageModel
{
    /// <summary>The disclosure's id to be: the form sent twice tells once.</summary>
    [BindProperty]
    public Guid Id { get; set; }

    [BindProperty]
    public string? Title { get; set; }

    [BindProperty]
    public string? Summary { get; set; }

    [BindProperty]
    public string? Field { get; set; }

    [BindProperty]
    public string? Trl { get; set; }

    /// <summary>One person a line, or between semicolons.</summary>
    [BindProperty]
    public string? Completers { get; set; }

    [BindProperty]
    public string? Funding { get; set; }

    [BindProperty]
    public string? Project { get; set; }

    public List<Fault> Faults { get; } = [];

    public Refusal? Refused { get; private set; }

    public Membership Membership { get; private set; } = null!;

    public IReadOnlyList<Disclosure> Own { get; private set; } = [];

    /// <summary>Those of them that anybody can read by now.</summary>
    public IReadOnlySet<Guid> Published { get; private set; } = new HashSet<Guid>();

    public ILookup<Guid, DisclosureDecisionRow> Decisions { get; private set; } = Enumerable.Empty<DisclosureDecisionRow>().ToLookup(d => d.Disclosure);

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        return await Show(cancellation);
    }

    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        var told = Read();
        var today = DateOnly.FromDateTime(clock.GetUtcNow().ToOffset(Instant.Beijing).DateTime);
        Faults.AddRange(ContentCheck.Shape(told.ToContent(Membership.OrganisationName, null), today));
        if (string.IsNullOrWhiteSpace(told.Summary)) Faults.Add(new Fault("summary", Refusal.Required));
        if (told.Completers.Length == 0) Faults.Add(new Fault("completers", Refusal.Required));
        if (Faults.Count > 0 || Id == Guid.Empty) return await Show(cancellation);
        var person = (await actor.Get(cancellation)).Person!.Value;
        var done = await grains.GetGrain<IAchievementGrain>(Id).Disclose(new By(Id, person), Membership.Organisation, told);
        if (done.Done) return Redirect("/desk/disclosures?done=told");
        Refused = done.Refusal;
        return await Show(cancellation);
    }

    public Refusal? FaultOf(string field) => Faults.Find(f => f.Field == field || f.Field.StartsWith(field + "[", StringComparison.Ordinal))?.Why;

    private DisclosedResult Read() => new()
    {
        Title = Title ?? "",
        Summary = Summary ?? "",
        Field = Enum.TryParse<TechField>(Field, out var field) && Enum.IsDefined(field) ? field : null,
        Trl = int.TryParse(Trl, NumberStyles.None, CultureInfo.InvariantCulture, out var trl) ? trl : null,
        Funding = Enum.TryParse<FundingSource>(Funding, out var funding) && Enum.IsDefined(funding) ? funding : null,
        FundingProject = string.IsNullOrWhiteSpace(Project) ? null : Project,
        Completers = Completers is null ? [] : [.. Completers.Split(['\n', '\r', ';', '；', '、']).Select(n => n.Trim()).Where(n => n.Length > 0).Select(n => new Completer(n, Membership.OrganisationName))],
    };

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        var may = await actor.May(Act.Disclose, null, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Membership = may.Value;
        ViewData["Demo"] = Membership.Demo;
        return null;
    }

    private async Task<IActionResult> Show(CancellationToken cancellation)
    {
        ModelState.Clear();
        var person = (await actor.Get(cancellation)).Person!.Value;
        if (Id == Guid.Empty || Refused is not null) Id = Guid.CreateVersion7();
        Own = await db.Set<Disclosure>().AsNoTracking().Where(d => d.Person == person).OrderByDescending(d => d.ToldAt).Take(200).ToListAsync(cancellation);
        var ids = Own.Select(d => d.Id).ToList();
        Decisions = (await db.Set<DisclosureDecisionRow>().AsNoTracking().Where(d => ids.Contains(d.Disclosure)).OrderBy(d => d.Number).ToListAsync(cancellation)).ToLookup(d => d.Disclosure);
        Published = (await db.Set<Achievement>().AsNoTracking().Where(a => ids.Contains(a.Id) && a.PublishedVersion != null).ToListAsync(cancellation)).Where(a => a.Standing.IsPublic).Select(a => a.Id).ToHashSet();
        Completers ??= actor.PersonName;
        return Page();
    }
}
