using Marketplace.Domain.Common;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Organisations;

/// <summary>Six digits of the authenticator, or a recovery code.</summary>
public sealed class SecondFactorModel(SignIns signIns) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Recovery { get; set; }

    [BindProperty]
    public string? Code { get; set; }

    [BindProperty]
    public bool Remember { get; set; }

    public Refusal? Refusal { get; private set; }

    /// <summary>Enough of the e-mail to see whose account it is.</summary>
    public string Masked { get; private set; } = "";

    public async Task<IActionResult> OnGet() => await Know() ? Page() : RedirectToPage("/Organisations/SignIn");

    public async Task<IActionResult> OnPost()
    {
        if (!await Know()) return RedirectToPage("/Organisations/SignIn");
        var step = await signIns.BySecondFactor(Code, Remember, IdentityConstants.ApplicationScheme);
        if (step.Done) return RedirectToPage("/Organisations/Acting", new { ReturnUrl });
        Refusal = step.Refusal;
        return Page();
    }

    private async Task<bool> Know()
    {
        if (!Url.IsLocalUrl(ReturnUrl)) ReturnUrl = null;
        if (await signIns.WaitingForSecondFactor() is not { Email: { } email }) return false;
        var at = email.IndexOf('@', StringComparison.Ordinal);
        Masked = $"{email[..Math.Min(3, at)]}****{email[at..]}";
        return true;
    }
}
