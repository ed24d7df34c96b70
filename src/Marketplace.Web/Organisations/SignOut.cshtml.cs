using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Organisations;

/// <summary>Signs this browser out.</summary>
public sealed class SignOutModel(SignInManager<Person> manager) : PageModel
{
    public async Task<IActionResult> OnPost()
    {
        await manager.SignOutAsync();
        Response.Cookies.Delete(CurrentActor.ActingCookie);
        return LocalRedirect("/");
    }
}
