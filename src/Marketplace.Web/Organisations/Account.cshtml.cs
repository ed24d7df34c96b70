using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Organisations;

/// <summary>账号与安全: name, password, second factor, signing out everywhere.</summary>
public sealed class AccountModel(CurrentActor actor, UserManager<Person> people, SignInManager<Person> manager, SignInLimits limits) : PageModel
{
    [BindProperty]
    public string? Current { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public Person Person { get; private set; } = null!;

    public Actor Known { get; private set; } = Actor.Visitor;

    public Refusal? CurrentRefusal { get; private set; }

    public Refusal? PasswordRefusal { get; private set; }

    /// <summary>What was just done, the key of its text.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Done { get; set; }

    public async Task<IActionResult> OnGet() => await Know() ? Page() : this.Refused(Refusal.NotSignedIn);

    public async Task<IActionResult> OnPostPassword()
    {
        if (!await Know()) return this.Refused(Refusal.NotSignedIn);
        if (!limits.MaySignIn(HttpContext.Connection.RemoteIpAddress, Person.Email)) return this.Refused(Refusal.TooManyRequests);
        if (!await people.CheckPasswordAsync(Person, Current ?? "")) CurrentRefusal = Refusal.PasswordWrong;
        PasswordRefusal = Passwords.Check(Password, [Person.Email, Person.DisplayName, .. Known.Memberships.Select(m => m.OrganisationName)]);
        if (CurrentRefusal is not null || PasswordRefusal is not null) return Page();
        var changed = await people.ChangePasswordAsync(Person, Current!, Password!);
        if (!changed.Succeeded) throw new InvalidOperationException($"The password was not changed: {string.Join(", ", changed.Errors.Select(e => e.Code))}");
        await manager.RefreshSignInAsync(Person);
        return RedirectToPage(new { done = "password" });
    }

    /// <summary>Every browser and program that is signed in, this one apart, is out at its next request.</summary>
    public async Task<IActionResult> OnPostEverywhere()
    {
        if (!await Know()) return this.Refused(Refusal.NotSignedIn);
        await people.UpdateSecurityStampAsync(Person);
        await manager.RefreshSignInAsync(Person);
        return RedirectToPage(new { done = "everywhere" });
    }

    private async Task<bool> Know()
    {
        Known = await actor.Get(HttpContext.RequestAborted);
        if (!Known.SignedIn) return false;
        Person = (await people.GetUserAsync(User))!;
        return true;
    }
}
