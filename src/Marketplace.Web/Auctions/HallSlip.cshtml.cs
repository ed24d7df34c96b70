using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions;

/// <summary>缴款通知: how a walk-in pays its deposit, printed at the check-in desk. The reference names no lot.</summary>
public sealed class HallSlipModel(MarketplaceDb db, Halls halls, CurrentActor actor, DepositAccounts deposits, CustodianAccount custodian) : PageModel
{
    public Session Session { get; private set; } = null!;
    public string HouseName { get; private set; } = "";
    public string Organisation { get; private set; } = "";
    public string Reference { get; private set; } = "";
    public CustodianAccount Custodian => custodian;
    public IReadOnlyList<Lot> Lots { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(Guid number, CancellationToken cancellation)
    {
        if (await db.Set<WalkInRow>().AsNoTracking().SingleOrDefaultAsync(w => w.Number == number, cancellation) is not { } row) return NotFound();
        var (session, organisation) = (row.Session, row.Organisation);
        if (await halls.Find(session, cancellation) is not { } hall) return NotFound();
        var may = await actor.May(Act.CheckInBidders, hall.House, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        HouseName = may.Value.OrganisationName;
        Session = await db.Set<Session>().AsNoTracking().SingleAsync(s => s.Id == session, cancellation);
        Organisation = await db.Set<Organisation>().Where(o => o.Id == organisation).Select(o => o.Name).SingleAsync(cancellation);
        Reference = await deposits.ReferenceOf(organisation, cancellation);
        Lots = [.. (await HallEndpoints.Lots(db, session, cancellation)).Where(l => l.Outcome is null)];
        return Page();
    }
}
