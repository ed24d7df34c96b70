using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Search;

/// <summary>The operator's look at the index: how far it is behind, what failed, and making it anew.</summary>
public sealed class DeskIndexModel(CurrentActor actor, IndexFeeder feeder, Rebuilding rebuilding) : PageModel
{
    public IndexState Index { get; private set; } = null!;

    public Rebuilding Last => rebuilding;

    public async Task<IActionResult> OnGet(CancellationToken cancellation)
    {
        if (await Refuse(cancellation) is { } refused) return refused;
        Index = await feeder.State(cancellation);
        if (rebuilding.Running) Response.Headers["Refresh"] = "1";
        return Page();
    }

    public async Task<IActionResult> OnPostRebuild(CancellationToken cancellation)
    {
        if (await Refuse(cancellation) is { } refused) return refused;
        rebuilding.Start();
        return Redirect("/desk/index");
    }

    public async Task<IActionResult> OnPostStop(CancellationToken cancellation)
    {
        if (await Refuse(cancellation) is { } refused) return refused;
        rebuilding.Stop();
        return Redirect("/desk/index");
    }

    private async Task<IActionResult?> Refuse(CancellationToken cancellation) =>
        await actor.May(Act.SeeOperations, null, cancellation) is { Done: false } may ? this.Refused(may.Refusal.Value) : null;
}
