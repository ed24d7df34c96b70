using Marketplace.Domain.Common;
using Marketplace.Organisations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Notifications;

/// <summary>Opens what a notice is about. Addresses in mails lead here, because they name no lot.</summary>
public sealed class InboxOpenModel(CurrentActor actor, Inbox inbox) : PageModel
{
    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        if ((await actor.Get(cancellation)).Person is not { } person) return this.Refused(Refusal.NotSignedIn);
        if (await inbox.Find(person, id, cancellation) is not { } notice) return this.Refused(Refusal.NotFound);
        await inbox.Mark(person, id, cancellation);
        return LocalRedirect(notice.Url);
    }
}
