using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>佣金: what mandates, confirmed introductions and deals give by the agreed scale and the law; no number without an agreement.</summary>
public sealed class CommissionDeskModel(CurrentActor actor, MarketplaceDb db, TimeProvider clock) : PageModel
{
    public Membership Member { get; private set; } = null!;
    public IReadOnlyList<AttributedDeal> Deals { get; private set; } = [];

    /// <summary>Introductions whose protection ended, or that fell, without a deal: no success, no fee.</summary>
    public IReadOnlyList<IntroductionRow> Without { get; private set; } = [];
    public IReadOnlyDictionary<Guid, string> Names { get; private set; } = new Dictionary<Guid, string>();

    /// <summary>What was raised of it in the ledger, by deal and client.</summary>
    public ILookup<(string Deal, Guid Client), ObligationRow> Owed { get; private set; } = Enumerable.Empty<ObligationRow>().ToLookup(o => (o.About, o.Debtor));

    /// <summary>The sum of what is agreed, by stage.</summary>
    public long AgreedFen(Func<AttributedDeal, bool> which) => Deals.Where(which).SelectMany(d => d.Fees).Sum(f => f.Due.Fen ?? 0);

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        var may = await actor.May(Act.Introduce, actor.Acting?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Member = may.Value;
        ViewData["Demo"] = Member.Demo;
        Deals = await Attribution.Of(db, Member.Organisation, cancellation);
        var about = Deals.Select(d => d.Deal.Auction).ToList();
        Owed = (await db.Set<ObligationRow>().AsNoTracking().Where(o => o.Creditor == Member.Organisation && o.Kind == ObligationKind.BrokerFee && about.Contains(o.About)).ToListAsync(cancellation))
            .ToLookup(o => (o.About, o.Debtor));
        var led = Deals.Select(d => d.Row.Id).ToHashSet();
        var now = clock.GetUtcNow();
        Without = [.. (await db.Set<IntroductionRow>().AsNoTracking().Where(i => i.Agency == Member.Organisation && i.State == IntroductionState.Confirmed).OrderByDescending(i => i.ConfirmedAt).ToListAsync(cancellation))
            .Where(i => !led.Contains(i.Id) && !i.Read().IsProtected(now))];
        var clients = Deals.SelectMany(d => d.Fees).Select(f => f.Mandate?.Client).OfType<Guid>().Distinct().ToList();
        Names = await db.Set<Organisation>().AsNoTracking().Where(o => clients.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        return Page();
    }
}
