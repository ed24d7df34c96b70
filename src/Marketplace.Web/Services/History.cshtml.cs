using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Services;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Services;

/// <summary>One version in the history, with what it changed.</summary>
public sealed record ServiceHistoryEntry(ServiceVersion Version, string? By, ImmutableArray<FieldChange> Changes);

/// <summary>All versions with their differences. Strangers see the listed ones, without who and why; the provider and the operator see all.</summary>
public sealed class HistoryModel(MarketplaceDb db, CurrentActor actor, PrivilegedReads reads) : PageModel
{
    public ServiceReading Reading { get; private set; } = null!;

    public IReadOnlyList<ServiceHistoryEntry> Entries { get; private set; } = [];

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        if (await ServiceReading.Open(db, actor, id, cancellation) is not { } reading) return NotFound();
        Reading = reading;
        await reading.NoteOperator(reads, "history", cancellation);
        var versions = await db.Set<ServiceVersion>().AsNoTracking().Where(v => v.Service == id && (reading.Works || v.Act == ServiceAct.List)).OrderBy(v => v.Number).ToListAsync(cancellation);
        var people = versions.Select(v => v.Person).Distinct().ToList();
        var names = reading.Works ? await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation) : [];
        var entries = new List<ServiceHistoryEntry>();
        ServiceContent? before = null;
        foreach (var version in versions)
        {
            var content = ServiceContent.Read(version.Content);
            entries.Add(new ServiceHistoryEntry(version, names.GetValueOrDefault(version.Person), before is null ? [] : ServiceDiff.Between(before, content)));
            before = content;
        }

        entries.Reverse();
        Entries = entries;
        ViewData["Demo"] = reading.Row.Demo;
        return Page();
    }
}
