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

    [BindProperty]
    public bool Abroad { get; set; }

    [BindProperty]
    public string? Country { get; set; }

    [BindProperty]
    public string? RegistryNumber { get; set; }

    public OrganisationKind Kind { get; private set; }

    public RegisteredView Registered => new(Abroad, Uscc, Region, Country, RegistryNumber, Of) { Choice = NewOrganisation.MayBeAbroad(Kind) };

    public Refusal? Of(string field) => _refusals.FirstOrDefault(r => r.Field == field)?.Refusal;

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var mine = await Mine(cancellation);
        if (mine.Refusal is { } refusal) return this.Refused(refusal);
        (Version, Name, Uscc, Region) = (mine.Value.Version, mine.Value.Name, mine.Value.Uscc, mine.Value.Region);
        (Abroad, Country, RegistryNumber) = (mine.Value.IsAbroad, mine.Value.Country, mine.Value.RegistryNumber);
        return Page();
    }

    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        var mine = await Mine(cancellation);
        if (mine.Refusal is { } refusal) return this.Refused(refusal);
        var (corrected, wrong) = NewOrganisation.Read(Registered.Form(Kind, Name));
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
        Kind = row.Kind;
        return row.State is VerificationState.Verified ? Refusal.NotAllowed : row;
    }
}
