using Marketplace.Domain.Common;
using Marketplace.Domain.Services;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Services;

/// <summary>One service: what is done, what is delivered, for what, at which price, with which qualifications.</summary>
public sealed class DetailModel(MarketplaceDb db, CurrentActor actor, PrivilegedReads reads, TimeProvider clock) : PageModel
{
    public ServiceReading Reading { get; private set; } = null!;

    public ServiceContent Shown => Reading.Content;

    public DateOnly Today => Days.Of(clock.GetUtcNow());

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        if (await ServiceReading.Open(db, actor, id, cancellation) is not { } reading) return NotFound();
        Reading = reading;
        await reading.NoteOperator(reads, "review", cancellation);
        ViewData["Demo"] = reading.Row.Demo;
        return Page();
    }
}
