using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations.Mandates;

/// <summary>委托: of an agency its clients, of a client its agencies; what waits for a signature comes first.</summary>
public sealed class MandateDeskModel(CurrentActor actor, MarketplaceDb db, TimeProvider clock) : PageModel
{
    private const int Most = 500;

    public sealed record Line(MandateRow Row, Mandate Mandate, string Other, bool Waits);

    public Membership Member { get; private set; } = null!;
    public IReadOnlyList<Line> Lines { get; private set; } = [];
    public DateTimeOffset Now { get; private set; }
    public bool IsAgency => Member.Kind is OrganisationKind.Agency;

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        var may = await actor.May(Act.KeepMandates, actor.Acting?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        (Member, Now) = (may.Value, clock.GetUtcNow());
        var mine = Member.Organisation;
        var rows = await (
            from m in db.Set<MandateRow>().AsNoTracking()
            where m.Agency == mine || m.Client == mine
            join o in db.Set<Organisation>() on m.Agency == mine ? m.Client : m.Agency equals o.Id
            orderby m.Year descending, m.Ordinal descending
            select new { m, o.Name }).Take(Most).ToListAsync(cancellation);
        var side = IsAgency ? MandateParty.Agency : MandateParty.Client;
        Lines = [.. rows.Select(r => (r.m, r.Name, Mandate: r.m.Read())).Select(r => new Line(r.m, r.Mandate, r.Name, Waits(r.Mandate, side)))
            .OrderBy(l => !l.Waits).ThenBy(l => l.Mandate.State is not (MandateState.Signed or MandateState.Proposed)).ThenBy(l => l.Mandate.LastDay)];
        return Page();
    }

    private bool Waits(Mandate mandate, MandateParty side) =>
        (mandate.IsOpen(Now) && mandate.SignatureOf(side) is null) || (mandate.Stands(Days.Of(Now)) && mandate.EndAskedBy is { } asked && asked != side);
}
