using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>The signatory's page: rewards that its organisation is to promise, each with the sum to be repeated by hand.</summary>
public sealed class PromisesModel(MarketplaceDb db, CurrentActor actor, IGrainFactory grains) : PageModel
{
    public Membership Member { get; private set; } = null!;

    public IReadOnlyList<(Demand Row, long RewardFen)> Rows { get; private set; } = [];

    public Refusal? Refused { get; private set; }

    public Guid? RefusedFor { get; private set; }

    public string? Typed { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation) => await Open(cancellation) ?? await Show(cancellation);

    public async Task<IActionResult> OnPost(Guid id, Guid command, int seen, string? amount, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        var row = await db.Set<Demand>().AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellation);
        var may = await actor.May(Act.PromiseReward, row?.Organisation ?? Guid.Empty, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var done = Fen.TryRead(amount, out var fen)
            ? await grains.GetGrain<IDemandGrain>(id).PromiseReward(new ActedBy(command, (await actor.Get(cancellation)).Person!.Value, may.Value.Organisation, seen), fen)
            : Refusal.NumberInvalid;
        if (done.Done) return Redirect("/desk/demands/promises?done=promised");
        (Refused, RefusedFor, Typed) = (done.Refusal, id, amount);
        return await Show(cancellation);
    }

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        var may = await actor.May(Act.PromiseReward, null, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Member = may.Value;
        ViewData["Demo"] = Member.Demo;
        return null;
    }

    private async Task<IActionResult> Show(CancellationToken cancellation)
    {
        ModelState.Clear();
        var rows = await db.Set<Demand>().AsNoTracking()
            .Where(d => d.Organisation == Member.Organisation && d.Kind != DemandKind.Problem && d.State != DemandState.Withdrawn)
            .OrderBy(d => d.PromisedFen != null).ThenByDescending(d => d.UpdatedAt).Take(100).ToListAsync(cancellation);
        Rows = [.. rows.Select(d => (d, DemandContent.Read(d.Content).RewardFen ?? 0)).Where(r => r.Item2 > 0)];
        return Page();
    }
}
