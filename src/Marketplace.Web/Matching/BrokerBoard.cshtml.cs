using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Organisations;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>经纪人工作台: an agency's mandates, introductions, pipeline and what came of them, on one page.</summary>
public sealed class BrokerBoardModel(CurrentActor actor, MarketplaceDb db, Leads leads, TimeProvider clock) : PageModel
{
    public const int Shown = 8;

    public sealed record MandateLine(MandateRow Row, Mandate Mandate, string Client);

    /// <param name="Competes">Another agency's claim stands against it.</param>
    public sealed record Line(IntroductionRow Row, Introduction Introduction, MandateFee? Fee, bool Competes);

    public Membership Member { get; private set; } = null!;
    public DateTimeOffset Now { get; private set; }
    public IReadOnlyList<MandateLine> Mandates { get; private set; } = [];
    public IReadOnlyList<Line> Lines { get; private set; } = [];
    public IReadOnlyList<PipelineStage> Stages { get; private set; } = [];
    public IReadOnlyList<LeadRow> Leads { get; private set; } = [];
    public IReadOnlyList<AttributedDeal> Deals { get; private set; } = [];

    /// <summary>Every introduction of the agency, not only the newest.</summary>
    [BindProperty(SupportsGet = true)]
    public bool All { get; set; }

    public int Total { get; private set; }
    public IReadOnlyList<IntroductionRow> Introductions { get; private set; } = [];

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        var may = await actor.May(Act.Introduce, actor.Acting?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        (Member, Now) = (may.Value, clock.GetUtcNow());
        ViewData["Demo"] = Member.Demo;
        var mine = Member.Organisation;
        Mandates = [.. (await (
            from m in HeldMandates.InForce(db, Days.Of(Now))
            where m.Agency == mine
            join o in db.Set<Organisation>() on m.Client equals o.Id
            orderby m.LastDay
            select new { m, o.Name }).ToListAsync(cancellation)).Select(r => new MandateLine(r.m, r.m.Read(), r.Name))];
        Introductions = await db.Set<IntroductionRow>().AsNoTracking().Where(i => i.Agency == mine).OrderByDescending(i => i.At).ToListAsync(cancellation);
        Total = Introductions.Count;
        var competing = (await Claims.Competing(db, Now, forOperator: false, cancellation)).SelectMany(c => c).Select(i => i.Id).ToHashSet();
        var named = Introductions.Select(i => i.Read()).SelectMany(i => new[] { i.DemandMandate, i.SupplyMandate }).OfType<Guid>().Distinct().ToList();
        var fees = await db.Set<MandateRow>().AsNoTracking().Where(m => named.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Read().Terms.Fee, cancellation);
        Lines = [.. (All ? Introductions : Introductions.Take(Shown)).Select(r => (r, i: r.Read())).Select(l => new Line(l.r, l.i, FeeOf(l.i), competing.Contains(l.r.Id)))];
        (Leads, _, Stages) = await leads.Board(mine, cancellation);
        Deals = await Attribution.Of(db, mine, cancellation);
        return Page();

        MandateFee? FeeOf(Introduction i) => (i.DemandMandate ?? i.SupplyMandate) is { } id ? fees.GetValueOrDefault(id) : null;
    }
}
