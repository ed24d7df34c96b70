using Marketplace.Domain.Common;
using Marketplace.Domain.Deals;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Deals;

/// <summary>我的交易: the deals of an organisation by what is due next; for an operator all of them, without the parties.</summary>
public sealed class DealDeskModel(CurrentActor actor, Deals deals, TimeProvider clock) : PageModel
{
    private const int Shown = 200;

    /// <param name="Next">The first step that is ready and not done; null when the deal is finished.</param>
    public sealed record Row(OpenDeal Deal, Party? Side, StepView? Next, int Done, int Steps, bool IsMine);

    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public bool IsOperator { get; private set; }

    public bool Demo { get; private set; }

    public DateTimeOffset Now { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        Now = clock.GetUtcNow();
        var may = await actor.May(Act.ReadDeal, cancellation: cancellation);
        IsOperator = !may.Done;
        if (IsOperator) may = await actor.May(Act.InspectDeal, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var organisation = may.Value.Organisation;
        Demo = may.Value.Demo;
        var found = await deals.List(IsOperator ? null : organisation, 0, Shown, cancellation);
        Rows = [.. found.Where(d => d.Opened!.Demo == Demo).Select(d => RowOf(d, organisation)).OrderBy(r => r.Next is null).ThenBy(r => r.Next?.Due)];
        return Page();
    }

    private Row RowOf(Deal deal, Guid organisation)
    {
        Party? side = deal.Opened!.Seller == organisation ? Party.Seller : deal.Opened.Buyer == organisation ? Party.Buyer : null;
        var steps = deal.Schedule().Where(s => !s.Rule.SellerOnly || side == Party.Seller).ToList();
        var ready = steps.Where(s => s is { IsDone: false, IsReady: true }).OrderBy(s => s.Due).ToList();
        var mine = ready.FirstOrDefault(s => side is { } me && s.Waiting.Contains(me));
        return new Row(deal.Opened, side, mine ?? ready.FirstOrDefault(), steps.Count(s => s.IsDone), steps.Count, mine is not null);
    }
}
