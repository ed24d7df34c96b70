using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Organisations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Notifications;

/// <summary>消息: newest first, what is unread first to be seen.</summary>
public sealed class InboxModel(CurrentActor actor, Inbox inbox, NoticeAddresses addresses, NoticeSays says, TimeProvider clock) : PageModel
{
    public IReadOnlyList<Inbox.Entry> Entries { get; private set; } = [];

    public NoticeGroup? Only { get; private set; }

    public bool OnlyUnread { get; private set; }

    public int At { get; private set; } = 1;

    public int Pages { get; private set; }

    public int Total { get; private set; }

    public int Unread { get; private set; }

    public bool Demo { get; private set; }

    /// <summary>What binds does not come by mail yet.</summary>
    public bool MailIsUnproven { get; private set; }

    /// <summary>Several organisations speak here, so each entry says which.</summary>
    public bool Several { get; private set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public NoticeWords Say(Inbox.Entry entry) => says.Of(entry.Row);

    public async Task<IActionResult> OnGet(string? show, int at = 1, CancellationToken cancellation = default)
    {
        var known = await actor.Get(cancellation);
        if (known.Person is not { } person) return this.Refused(Refusal.NotSignedIn);
        Select(show);
        At = Math.Clamp(at, 1, 10_000);
        (Entries, Total) = await inbox.Page(person, Only, OnlyUnread, At, cancellation);
        Pages = (Total + Inbox.Size - 1) / Inbox.Size;
        Unread = await inbox.Unread(person, cancellation);
        Several = known.Memberships.Select(m => m.Organisation).Distinct().Count() > 1;
        Demo = actor.Acting?.Demo == true;
        MailIsUnproven = !Demo && await addresses.MailIsUnproven(person, cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPostRead(Guid notice, string? show, int at, CancellationToken cancellation)
    {
        if ((await actor.Get(cancellation)).Person is not { } person) return this.Refused(Refusal.NotSignedIn);
        if (await inbox.Find(person, notice, cancellation) is null) return this.Refused(Refusal.NotFound);
        await inbox.Mark(person, notice, cancellation);
        return Back(show, at);
    }

    public async Task<IActionResult> OnPostAll(string? show, CancellationToken cancellation)
    {
        if ((await actor.Get(cancellation)).Person is not { } person) return this.Refused(Refusal.NotSignedIn);
        await inbox.MarkAll(person, cancellation);
        return Back(show, 1);
    }

    /// <summary>What the address of this view says.</summary>
    public string Show => OnlyUnread ? "unread" : Only?.ToString() ?? "";

    private void Select(string? show)
    {
        OnlyUnread = show == "unread";
        Only = Enum.TryParse<NoticeGroup>(show, out var group) && group.ToString() == show ? group : null;
    }

    private RedirectToPageResult Back(string? show, int at)
    {
        Select(show);
        return RedirectToPage(new { show = Show.Length == 0 ? null : Show, at = at > 1 ? at : (int?)null });
    }
}
