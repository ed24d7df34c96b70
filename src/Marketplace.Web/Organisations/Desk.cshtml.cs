using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>工作台: the organisation one acts for, where its verification stands, and what its roles may do.</summary>
public sealed class DeskModel(CurrentActor actor, MarketplaceDb db, IEnumerable<DeskLink> links) : PageModel
{
    public Membership? Acting { get; private set; }

    public Organisation? Organisation { get; private set; }

    public IReadOnlyList<MemberRole> Roles { get; private set; } = [];

    public IReadOnlyList<DeskLink> Links { get; private set; } = [];

    /// <summary>Why the desk sent it back, while it is rejected.</summary>
    public string? Reason { get; private set; }

    /// <summary>The person belongs to several organisations.</summary>
    public bool Several { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var known = await actor.Get(cancellation);
        if (!known.SignedIn) return this.Refused(Refusal.NotSignedIn);
        Acting = actor.Acting;
        if (Acting is null) return Page();
        var mine = known.Memberships.Where(m => m.Organisation == Acting.Organisation).ToList();
        Several = mine.Count < known.Memberships.Length;
        Roles = [.. mine.Select(m => m.Role).Order()];
        var asThis = known with { Memberships = [.. mine] };
        Links = [.. links.Where(l => Policy.Check(asThis, l.Act).Done)];
        Organisation = await db.Set<Organisation>().AsNoTracking().SingleAsync(o => o.Id == Acting.Organisation, cancellation);
        if (Organisation.State is VerificationState.Rejected)
        {
            Reason = await db.Set<OrganisationHistoryRow>().AsNoTracking()
                .Where(h => h.Organisation == Acting.Organisation && h.Event == OrganisationEvent.Rejected)
                .OrderByDescending(h => h.At).Select(h => h.Detail).FirstOrDefaultAsync(cancellation);
        }

        return Page();
    }
}
