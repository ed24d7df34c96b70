using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>工作台: the organisation one acts for, where its verification stands, and what its roles may do.</summary>
public sealed class DeskModel(CurrentActor actor, MarketplaceDb db, IEnumerable<DeskLink> links, IServiceProvider services) : PageModel
{
    public Membership? Acting { get; private set; }

    public Organisation? Organisation { get; private set; }

    public IReadOnlyList<MemberRole> Roles { get; private set; } = [];

    /// <summary>What one may do here with how much of it waits; what waits comes first.</summary>
    public IReadOnlyList<(DeskLink Link, int Waits)> Links { get; private set; } = [];

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
        // A desk that asks for the second factor stands here all the same: it asks at its door.
        var asThis = known with { Memberships = [.. mine], SecondFactor = true };
        var open = new List<(DeskLink Link, int Waits)>();
        foreach (var link in links)
        {
            if (Policy.Check(asThis, link.Act) is not { Done: true } may || open.Exists(o => o.Link.Route == link.Route)) continue;
            open.Add((link, link.Waits is { } waits ? await waits(services, may.Value, cancellation) : 0));
        }

        Links = [.. open.OrderBy(o => o.Waits == 0).ThenBy(o => o.Link.Act == Act.ManageMembers)];
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
