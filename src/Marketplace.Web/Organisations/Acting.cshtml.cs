using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Organisations;

/// <summary>选择身份: for which organisation the person acts. Who has one only passes through.</summary>
public sealed class ActingModel(CurrentActor actor) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    [BindProperty]
    public Guid Organisation { get; set; }

    public IReadOnlyList<IGrouping<Guid, Membership>> Organisations { get; private set; } = [];

    public async Task<IActionResult> OnGet(bool choose = false)
    {
        if (!(await Know()).SignedIn) return this.Refused(Refusal.NotSignedIn);
        return Organisations.Count > 1 && (choose || !IsChosen()) ? Page() : Onward();
    }

    public async Task<IActionResult> OnPost()
    {
        if (!(await Know()).SignedIn) return this.Refused(Refusal.NotSignedIn);
        if (Organisations.All(o => o.Key != Organisation)) return this.Refused(Refusal.NotAllowed);
        Response.Cookies.Append(CurrentActor.ActingCookie, Organisation.ToString(), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = Request.IsHttps,
            MaxAge = TimeSpan.FromDays(365),
            IsEssential = true,
        });
        return Onward();
    }

    private bool IsChosen() => Guid.TryParse(Request.Cookies[CurrentActor.ActingCookie], out var id) && Organisations.Any(o => o.Key == id);

    private IActionResult Onward() => LocalRedirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl! : "/desk");

    private async Task<Actor> Know()
    {
        var known = await actor.Get(HttpContext.RequestAborted);
        Organisations = [.. known.Memberships.GroupBy(m => m.Organisation)];
        return known;
    }
}
