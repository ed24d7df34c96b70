using Marketplace.Auctions;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>竞买代理: the lots in which a client's application names the agency. Its own eyes only.</summary>
public sealed class ClientBidsModel(MarketplaceDb db, BuyerAgencies agencies, CurrentActor actor, TimeProvider clock) : PageModel
{
    private const int Shown = 100;

    /// <param name="Key">The name of the text that says where the agency stands.</param>
    /// <param name="Why">What keeps it from bidding.</param>
    public sealed record Row(Lot Lot, string Client, int? Paddle, string Key, string Tone, Refusal? Why);

    public IReadOnlyList<Row> Rows { get; private set; } = [];
    public DateTimeOffset Now { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var may = await May(cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        (Now, ViewData["Demo"]) = (clock.GetUtcNow(), may.Value.Demo);
        var agency = may.Value.Organisation;
        var found = await (
            from r in db.Set<BuyerAgencyRow>().AsNoTracking()
            where r.Agency == agency
            join l in db.Set<Lot>().AsNoTracking() on r.Auction equals l.Id
            join a in db.Set<Application>().AsNoTracking() on r.Application equals a.Id
            join o in db.Set<Organisation>().AsNoTracking() on a.Organisation equals o.Id
            from p in db.Set<PaddleRow>().Where(p => p.Application == a.Id && p.AdmittedAt != null).DefaultIfEmpty()
            orderby l.EndsAt descending, l.Id
            select new { Named = r, Lot = l, Application = a, o.Name, Paddle = (int?)p!.Paddle }).Take(Shown).ToListAsync(cancellation);
        var rows = new List<Row>();
        foreach (var f in found)
        {
            var stands = f.Named.EndedAt is null && f.Lot.Phase != "closed";
            var why = stands ? await agencies.Fault(f.Application, agency, cancellation) : null;
            var (key, tone) = f.Named.EndedAt is not null ? ("Ended", "off") : !stands ? ("Over", "off") : why is not null ? ("Barred", "bad") : f.Paddle is null ? ("Waits", "plan") : ("Stands", "ok");
            rows.Add(new Row(f.Lot, f.Name, f.Paddle, key, tone, why));
        }

        Rows = rows;
        return Page();
    }

    /// <summary>辞去.</summary>
    public async Task<IActionResult> OnPostResignAsync(string lot, CancellationToken cancellation)
    {
        var may = await May(cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var agency = may.Value.Organisation;
        if (await db.Set<BuyerAgencyRow>().AsNoTracking().SingleOrDefaultAsync(r => r.Auction == lot && r.Agency == agency, cancellation) is not { } named) return NotFound();
        var ended = await agencies.End(named.Application, agency, byAgency: true, cancellation);
        return ended.Done ? Redirect("/desk/broker/bids") : this.Refused(ended.Refusal.Value);
    }

    private async Task<Result<Membership>> May(CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        return await actor.May(Act.BidForClient, actor.Acting?.Organisation, cancellation);
    }
}
