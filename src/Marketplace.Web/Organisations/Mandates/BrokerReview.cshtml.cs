using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations.Mandates;

/// <summary>The operator confirms what agencies entered, or returns it with a reason.</summary>
public sealed class BrokerReviewModel(CurrentActor actor, BrokerRegister register, MarketplaceDb db) : PageModel
{
    public sealed record Line(BrokerRow Row, string Name, string Agency);

    [BindProperty]
    public Guid Id { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public IReadOnlyList<Line> Lines { get; private set; } = [];
    public Refusal? Refused { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        var may = await actor.May(Act.ConfirmBrokers, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        await Load(cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPost(int seen, string? decision, CancellationToken cancellation)
    {
        var may = await actor.May(Act.ConfirmBrokers, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (decision is not ("confirm" or "return")) return this.Refused(Refusal.MalformedRequest);
        var done = await register.Decide(Id, seen, decision == "confirm", Reason, (await actor.Get(cancellation)).Person!.Value, cancellation);
        if (done.Done) return LocalRedirect("/desk/brokers/review");
        Refused = done.Refusal;
        db.ChangeTracker.Clear();
        await Load(cancellation);
        return Page();
    }

    private async Task Load(CancellationToken cancellation) =>
        Lines = await (
            from b in db.Set<BrokerRow>().AsNoTracking()
            where b.State == BrokerState.Entered
            join p in db.Set<Person>() on b.Person equals p.Id
            join o in db.Set<Organisation>() on b.Agency equals o.Id
            orderby b.EnteredAt
            select new Line(b, p.DisplayName, o.Name)).Take(200).ToListAsync(cancellation);
}
