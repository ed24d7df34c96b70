using System.Collections.Immutable;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>One version in the history, with what it changed.</summary>
/// <param name="Agency">The agency that did it for the unit under a mandate.</param>
public sealed record HistoryEntry(AchievementVersion Version, string? By, string? Agency, ImmutableArray<FieldChange> Changes);

/// <summary>All versions with their differences. The public sees the published ones and the public tier; the unit and the operator see all.</summary>
public sealed class HistoryModel(MarketplaceDb db, CurrentActor actor, PrivilegedReads reads) : PageModel
{
    private static readonly string[] RegisteredFields = ["details", "price", "licences", "files", "fileTiers", "consents"];

    public AchievementReading Reading { get; private set; } = null!;

    public IReadOnlyList<HistoryEntry> Entries { get; private set; } = [];

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        if (await AchievementReading.Open(db, actor, id, cancellation) is not { } reading) return NotFound();
        Reading = reading;
        await reading.NoteOperator(reads, "history", cancellation);
        var versions = await db.Set<AchievementVersion>().AsNoTracking().Where(v => v.Achievement == id).OrderBy(v => v.Number).ToListAsync(cancellation);
        // What strangers may know: that it was published, entered trade, was traded. Reasons stay between the unit and the desk.
        if (!reading.Works) versions = [.. versions.Where(v => v.Act is AchievementAct.Publish or AchievementAct.EnterTrade or AchievementAct.LeaveTrade or AchievementAct.MarkTraded)];
        var people = versions.Select(v => v.Person).Distinct().ToList();
        var names = reading.Works ? await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation) : [];
        var agencies = versions.Select(v => v.Agency).OfType<Guid>().Distinct().ToList();
        var acted = await db.Set<Organisation>().AsNoTracking().Where(o => agencies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        var entries = new List<HistoryEntry>();
        AchievementContent? before = null;
        foreach (var version in versions)
        {
            var content = AchievementContent.Read(version.Content);
            // In trade the working version may be ahead of the public one; only a publication changes what strangers read.
            var changes = reading.Works || version.Act == AchievementAct.Publish ? ContentDiff.Between(before, content) : [];
            if (!reading.Works) changes = [.. changes.Where(c => !RegisteredFields.Contains(c.Field))];
            entries.Add(new HistoryEntry(version, names.GetValueOrDefault(version.Person), reading.Works && version.Agency is { } agency ? acted[agency] : null, before is null ? [] : changes));
            if (reading.Works || version.Act == AchievementAct.Publish) before = content;
        }

        entries.Reverse();
        Entries = entries;
        ViewData["Demo"] = reading.Row.Demo;
        return Page();
    }
}
