using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Organisations;

/// <summary>主体注册: an organisation and its first member in one page; for somebody signed in, the organisation alone.</summary>
public sealed class SignUpModel(Registration registration, CurrentActor actor) : PageModel
{
    private ImmutableArray<FieldRefusal> _refusals = [];

    [BindProperty]
    public OrganisationKind? Kind { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Uscc { get; set; }

    [BindProperty]
    public string? Region { get; set; }

    /// <summary>The register abroad was chosen; what was typed for the other one is not asked.</summary>
    [BindProperty]
    public bool Abroad { get; set; }

    [BindProperty]
    public string? Country { get; set; }

    [BindProperty]
    public string? RegistryNumber { get; set; }

    [BindProperty]
    public string? PersonName { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public bool AddsToAccount { get; private set; }

    public RegisteredView Registered => new(Abroad, Uscc, Region, Country, RegistryNumber, Of);

    /// <summary>What is wrong with a field; the empty name stands for the whole form.</summary>
    public Refusal? Of(string field) => _refusals.FirstOrDefault(r => r.Field == field)?.Refusal;

    public async Task OnGet() => AddsToAccount = (await actor.Get()).SignedIn;

    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        var person = (await actor.Get(cancellation)).Person;
        AddsToAccount = person is not null;
        var organisation = Registered.Form(Kind, Name);
        _refusals = person is { } owner
            ? await registration.Register(organisation, owner, cancellation)
            : await registration.Register(organisation, new PersonForm(PersonName, Email, Password), cancellation);
        if (!_refusals.IsEmpty) return Page();
        return AddsToAccount ? LocalRedirect("/desk") : LocalRedirect("/sign-in?registered=true");
    }
}
