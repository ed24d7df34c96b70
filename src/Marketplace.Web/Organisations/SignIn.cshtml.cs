using Marketplace.Domain.Common;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Organisations;

/// <summary>E-mail and password; then the second factor, then the organisation, where there is one to ask for.</summary>
public sealed class SignInModel(SignIns signIns) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Registered { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public Refusal? Refusal { get; private set; }

    public IActionResult OnGet()
    {
        KeepLocal();
        return Page();
    }

    public async Task<IActionResult> OnPost()
    {
        KeepLocal();
        var step = await signIns.ByPassword(Email, Password, IdentityConstants.ApplicationScheme);
        if (step.Refusal is { } refusal)
        {
            Refusal = refusal;
            if (refusal is Domain.Common.Refusal.TooManyRequests) Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Page();
        }

        return RedirectToPage(step.Value is SignInStep.SecondFactor ? "/Organisations/SecondFactor" : "/Organisations/Acting", new { ReturnUrl });
    }

    /// <summary>A link in a message must not send somebody who has just signed in to another site.</summary>
    private void KeepLocal()
    {
        if (!Url.IsLocalUrl(ReturnUrl)) ReturnUrl = null;
    }
}
