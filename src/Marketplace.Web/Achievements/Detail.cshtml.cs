using Marketplace.Domain.Achievements;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Achievements;

/// <summary>One achievement: summary, evidence, rights, facts, files by tier.</summary>
public sealed class DetailModel(MarketplaceDb db, CurrentActor actor, PrivilegedReads reads, IEnumerable<AchievementSection> sections, IServiceProvider services, TimeProvider clock) : PageModel
{
    public AchievementReading Reading { get; private set; } = null!;

    public AchievementContent Shown => Reading.Content;

    /// <summary>What other rooms show here, with their views.</summary>
    public IReadOnlyList<(string View, object Content)> Sections { get; private set; } = [];

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        if (await AchievementReading.Open(db, actor, id, cancellation) is not { } reading) return NotFound();
        Reading = reading;
        await reading.NoteOperator(reads, "review", cancellation);
        if (reading.Registered && reading.HasMore) await reading.Log(db, "fields", clock.GetUtcNow(), cancellation);
        var shown = new List<(string, object)>();
        foreach (var section in sections)
        {
            if (await section.Read(services, reading, cancellation) is { } content) shown.Add((section.View, content));
        }

        Sections = shown;
        ViewData["Demo"] = reading.Row.Demo;
        return Page();
    }

    /// <summary>How much of a term is over, in hundredths, for the bar of a right's life.</summary>
    public int Elapsed(IpItem item)
    {
        if (item.AppliedOn is not { } from || IpLife.Ends(item.Kind, from) is not { } end) return 0;
        var today = DateOnly.FromDateTime(clock.GetUtcNow().DateTime);
        return Math.Clamp((int)((today.DayNumber - from.DayNumber) * 100L / Math.Max(1, end.DayNumber - from.DayNumber)), 0, 100);
    }

    public bool Over(IpItem item) => IpLife.Ends(item.Kind, item.AppliedOn) is { } end && end < DateOnly.FromDateTime(clock.GetUtcNow().DateTime);
}
