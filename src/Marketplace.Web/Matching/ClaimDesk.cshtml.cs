using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>竞争引荐: the operator decides on the records which of several claims on one pair stands.</summary>
public sealed class ClaimDeskModel(CurrentActor actor, MarketplaceDb db, IGrainFactory grains, PrivilegedReads reads, TimeProvider clock) : PageModel
{
    [BindProperty]
    public Guid Command { get; set; }

    [BindProperty]
    public Guid Stands { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public IReadOnlyList<IReadOnlyList<IntroductionRow>> Cases { get; private set; } = [];
    public IReadOnlyDictionary<Guid, string> Names { get; private set; } = new Dictionary<Guid, string>();
    public Refusal? Refused { get; private set; }

    public async Task<IActionResult> OnGet(CancellationToken cancellation) => await Open(cancellation) ?? Page();

    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        // Not among the open cases alone: what was decided by this command already gets the same answer again.
        var row = await db.Set<IntroductionRow>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == Stands, cancellation);
        var by = new By(Command, (await actor.Get(cancellation)).Person!.Value);
        var done = row is null ? Refusal.NothingToDecide : await grains.GetGrain<IPairGrain>(PairGrain.KeyOf(row.Demand, row.Achievement)).Decide(by, row.Id, Reason);
        if (done.Done) return LocalRedirect("/desk/claims");
        Refused = done.Refusal;
        return Page();
    }

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        var may = await actor.May(Act.DecideClaims, cancellation: cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Cases = await Claims.Competing(db, clock.GetUtcNow(), forOperator: true, cancellation);
        var person = (await actor.Get(cancellation)).Person!.Value;
        // Who introduced whom is between three; the operator reads it to decide, and that is kept.
        foreach (var one in Cases) await reads.Note(person, "claims", string.Join(" ", one.Select(i => i.Number)), "decide", cancellation);
        var ids = Cases.SelectMany(c => c).SelectMany(i => new[] { i.Agency, i.DemandOwner, i.AchievementOwner }).Distinct().ToList();
        Names = await db.Set<Organisation>().AsNoTracking().Where(o => ids.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        return null;
    }
}
