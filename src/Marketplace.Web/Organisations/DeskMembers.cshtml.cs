using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>A member with all roles.</summary>
public sealed record MemberLine(Guid Person, string Name, string Email, bool SecondFactor, IReadOnlyList<MemberRole> Roles, DateTimeOffset Since);

/// <summary>成员与邀请: the owner of an organisation says who acts for it, and as what.</summary>
public sealed class DeskMembersModel(CurrentActor actor, Members members, MarketplaceDb db, TimeProvider clock) : PageModel
{
    [BindProperty]
    public Guid Person { get; set; }

    [BindProperty]
    public Guid Invitation { get; set; }

    [BindProperty]
    public MemberRole Role { get; set; } = MemberRole.Staff;

    [BindProperty]
    public string? Email { get; set; }

    public string OrganisationName { get; private set; } = "";

    /// <summary>The roles that exist in such an organisation.</summary>
    public IReadOnlyList<MemberRole> Open { get; private set; } = [];

    public IReadOnlyList<MemberLine> Lines { get; private set; } = [];

    public IReadOnlyList<InvitationRow> Invitations { get; private set; } = [];

    /// <summary>The link of the invitation just made; it is shown this once.</summary>
    public string? Link { get; private set; }

    public Refusal? Refusal { get; private set; }

    /// <summary>The refusal is about the e-mail of an invitation.</summary>
    public bool AboutEmail { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var mine = await Mine(cancellation);
        return mine.Refusal is { } refusal ? this.Refused(refusal) : await Show(mine.Value, cancellation);
    }

    public Task<IActionResult> OnPostGive(CancellationToken cancellation) =>
        Change(
            async (mine, by) => Policy.RolesIn(mine.Kind).Contains(Role)
                ? await members.GiveRole(mine.Organisation, Person, Role, by, cancellation)
                : Domain.Common.Refusal.MalformedRequest,
            cancellation);

    public Task<IActionResult> OnPostTake(CancellationToken cancellation) =>
        Change((mine, by) => members.TakeRole(mine.Organisation, Person, Role, by, cancellation), cancellation);

    public Task<IActionResult> OnPostRemove(CancellationToken cancellation) =>
        Change((mine, by) => members.Remove(mine.Organisation, Person, by, cancellation), cancellation);

    public Task<IActionResult> OnPostWithdraw(CancellationToken cancellation) =>
        Change((mine, by) => members.Withdraw(mine.Organisation, Invitation, by, cancellation), cancellation);

    public async Task<IActionResult> OnPostInvite(CancellationToken cancellation)
    {
        var mine = await Mine(cancellation);
        if (mine.Refusal is { } refusal) return this.Refused(refusal);
        if (!ModelState.IsValid || !Policy.RolesIn(mine.Value.Kind).Contains(Role)) return this.Refused(Domain.Common.Refusal.MalformedRequest);
        var token = await members.Invite(mine.Value.Organisation, Email, Role, (await actor.Get(cancellation)).Person!.Value, cancellation);
        if (token.Done) (Link, Email) = ($"{Request.Scheme}://{Request.Host}/join?code={token.Value}", null);
        else (Refusal, AboutEmail) = (token.Refusal, true);
        return await Show(mine.Value, cancellation);
    }

    private async Task<IActionResult> Change(Func<Membership, Guid, Task<Result<Nothing>>> change, CancellationToken cancellation)
    {
        var mine = await Mine(cancellation);
        if (mine.Refusal is { } refusal) return this.Refused(refusal);
        if (!ModelState.IsValid) return this.Refused(Domain.Common.Refusal.MalformedRequest);
        var done = await change(mine.Value, (await actor.Get(cancellation)).Person!.Value);
        if (done.Done) return RedirectToPage();
        Refusal = done.Refusal;
        Response.StatusCode = Shared.Refusals.StatusOf(done.Refusal.Value);
        db.ChangeTracker.Clear();
        return await Show(mine.Value, cancellation);
    }

    /// <summary>The page is about the organisation one acts for, never about another one where one is owner.</summary>
    private async Task<Result<Membership>> Mine(CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        return await actor.May(Act.ManageMembers, actor.Acting?.Organisation, cancellation);
    }

    private async Task<IActionResult> Show(Membership mine, CancellationToken cancellation)
    {
        (OrganisationName, Open) = (mine.OrganisationName, Policy.RolesIn(mine.Kind));
        var rows = await (
            from m in db.Set<MembershipRow>().AsNoTracking()
            join p in db.Set<Person>().AsNoTracking() on m.Person equals p.Id
            where m.Organisation == mine.Organisation
            select new { p.Id, p.DisplayName, p.Email, p.TwoFactorEnabled, m.Role, m.Since }).ToListAsync(cancellation);
        Lines = [.. rows.GroupBy(r => r.Id)
            .Select(g => new MemberLine(g.Key, g.First().DisplayName, g.First().Email!, g.First().TwoFactorEnabled, [.. g.Select(r => r.Role).Order()], g.Min(r => r.Since)))
            .OrderBy(l => l.Since)];
        var now = clock.GetUtcNow();
        Invitations = await db.Set<InvitationRow>().AsNoTracking()
            .Where(i => i.Organisation == mine.Organisation && i.SpentAt == null && i.ExpiresAt > now)
            .OrderByDescending(i => i.At).Take(200).ToListAsync(cancellation);
        return Page();
    }
}
