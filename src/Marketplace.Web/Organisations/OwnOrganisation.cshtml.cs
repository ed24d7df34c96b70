using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>The owner corrects what the verification desk sent back.</summary>
public sealed class OwnOrganisationModel(CurrentActor actor, Verification verification, MarketplaceDb db) : PageModel
{
    private ImmutableArray<FieldRefusal> _refusals = [];

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Uscc { get; set; }

    [BindProperty]
    public string? Region { get; set; }

    public Refusal? Of(string field) => _refusals.FirstOrDefault(r => r.Field == field)?.Refusal;

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var mine = await Mine(cancellation);
        if (mine.Refusal is { } refusal) return this.Refused(refusal);
        (Version, Name, Uscc, Region) = (mine.Value.Version, mine.Value.Name, mine.Value.Uscc, mine.Value.Region);
        return Page();
    }

    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        var mine = await Mine(cancellation);
        if (mine.Refusal is { } refusal) return this.Refused(refusal);
        var (corrected, wrong) = NewOrganisation.Read(new OrganisationForm(mine.Value.Kind, Name, Uscc, Region));
        _refusals = wrong;
        if (corrected is null) return Page();
        if (await verification.Resubmit(mine.Value, Version, corrected, (await actor.Get(cancellation)).Person!.Value, cancellation) is not { } refused)
            return LocalRedirect("/desk");
        _refusals = [refused];
        return Page();
    }

    /// <summary>A verified organisation is not edited here: its name and code are what was verified.</summary>
    private async Task<Result<Organisation>> Mine(CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        var allowed = await actor.May(Act.EditOrganisation, actor.Acting?.Organisation, cancellation);
        if (allowed.Refusal is { } refusal) return refusal;
        var row = await db.Set<Organisation>().SingleAsync(o => o.Id == allowed.Value.Organisation, cancellation);
        return row.State is VerificationState.Verified ? Refusal.NotAllowed : row;
    }
}
