using Marketplace.Domain.Common;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Organisations;

/// <summary>How a page as a whole answers a refusal.</summary>
public static class PageRefusals
{
    /// <summary>To the sign-in page or the second factor and back, or the error page with the status of the refusal.</summary>
    public static IActionResult Refused(this PageModel page, Refusal refusal) => refusal switch
    {
        Refusal.NotSignedIn => page.Challenge(),
        // Whoever asks for a page comes back to it; what was posted is not posted again by itself.
        Refusal.SecondFactorRequired when HttpMethods.IsGet(page.Request.Method) =>
            page.LocalRedirect($"/account/second-factor?returnUrl={Uri.EscapeDataString(page.Request.Path + page.Request.QueryString)}"),
        _ => page.StatusCode(Refusals.StatusOf(refusal)),
    };
}
