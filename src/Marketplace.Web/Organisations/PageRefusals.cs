using Marketplace.Domain.Common;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Organisations;

/// <summary>How a page as a whole answers a refusal.</summary>
public static class PageRefusals
{
    /// <summary>To the sign-in page and back, or the error page with the status of the refusal.</summary>
    public static IActionResult Refused(this PageModel page, Refusal refusal) => refusal switch
    {
        Refusal.NotSignedIn => page.Challenge(),
        _ => page.StatusCode(Refusals.StatusOf(refusal)),
    };
}
