using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>Accepting an invitation, with an account or by making one.</summary>
public sealed class JoinModel(Members members, CurrentActor actor, UserManager<Person> people, SignInManager<Person> manager, MarketplaceDb db) : PageModel
{
    private ImmutableArray<FieldRefusal> _refusals = [];

    /// <summary>The token of the link.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Code { get; set; }

    [BindProperty]
    public string? PersonName { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public InvitationRow? Invitation { get; private set; }

    public string OrganisationName { get; private set; } = "";

    public bool SignedIn { get; private set; }

    public Refusal? Refusal { get; private set; }

    public Refusal? Of(string field) => _refusals.FirstOrDefault(r => r.Field == field)?.Refusal;

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        if (!await Find(cancellation)) Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }

    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        if (!await Find(cancellation)) return Page();
        var joined = SignedIn ? await JoinAsMyself(cancellation) : await JoinAsSomebodyNew(cancellation);
        if (joined is { Done: true, Value: true }) return LocalRedirect("/desk");
        Refusal = joined.Refusal;
        return Page();
    }

    private async Task<Result<bool>> JoinAsMyself(CancellationToken cancellation)
    {
        var person = (await people.GetUserAsync(User))!;
        return (await members.Join(Invitation!, person, cancellation)).Then(_ => Result<bool>.Of(true));
    }

    private async Task<Result<bool>> JoinAsSomebodyNew(CancellationToken cancellation)
    {
        var (person, wrong) = NewPerson.Read(new PersonForm(PersonName, Invitation!.Email, Password), OrganisationName);
        _refusals = wrong;
        if (person is null) return false;
        var account = new Person { Id = Guid.CreateVersion7(), DisplayName = person.Name, UserName = person.Email, Email = person.Email };
        var joined = await members.Join(Invitation, account, person.Password, cancellation);
        if (joined.Refusal is { } refusal) return refusal;
        await manager.SignInAsync(account, isPersistent: false);
        return true;
    }

    private async Task<bool> Find(CancellationToken cancellation)
    {
        SignedIn = (await actor.Get(cancellation)).SignedIn;
        var found = await members.Find(Code, cancellation);
        Refusal = found.Refusal;
        if (!found.Done) return false;
        Invitation = found.Value;
        OrganisationName = await db.Set<Organisation>().Where(o => o.Id == Invitation.Organisation).Select(o => o.Name).SingleAsync(cancellation);
        return true;
    }
}
