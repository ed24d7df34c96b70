using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>One version in the history, with what it changed; who and for which organisation only for the owner's desk.</summary>
public sealed record DemandEntry(DemandVersion Version, string? By, string? For, ImmutableArray<FieldChange> Changes);

/// <summary>All versions with their differences. The public sees editions and public texts; the owner's desk sees all, with who looked.</summary>
public sealed class HistoryModel(MarketplaceDb db, CurrentActor actor, PrivilegedReads reads, TimeProvider clock) : PageModel
{
    private static readonly DemandAct[] Known =
        [DemandAct.Publish, DemandAct.Extend, DemandAct.CloseIntake, DemandAct.Lapse, DemandAct.DeclareUnmet, DemandAct.Choose, DemandAct.EndNotice, DemandAct.StartWork, DemandAct.CloseStage, DemandAct.PassMilestone, DemandAct.Accept, DemandAct.Fail];

    public DemandReading Reading { get; private set; } = null!;

    public IReadOnlyList<DemandEntry> Entries { get; private set; } = [];

    public IReadOnlyList<(DemandView View, string Organisation, string Person)> Views { get; private set; } = [];

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        if (await DemandReading.Open(db, actor, id, cancellation) is not { } reading) return NotFound();
        Reading = reading;
        var all = reading.Works || reading.Decides;
        if (!all && reading.Row.Edition == 0 && !reading.Operates) return NotFound();
        await reading.Log(db, reads, "history", clock.GetUtcNow(), cancellation);
        var versions = await db.Set<DemandVersion>().AsNoTracking().Where(v => v.Demand == id).OrderBy(v => v.Number).ToListAsync(cancellation);
        if (!all && !reading.Operates) versions = [.. versions.Where(v => Known.Contains(v.Act) && v.Edition > 0)];
        var people = versions.Select(v => v.Person).Distinct().ToList();
        var actors = versions.Select(v => v.Actor).Distinct().ToList();
        var names = all ? await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation) : [];
        var organisations = all ? await db.Set<Organisation>().AsNoTracking().Where(o => actors.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation) : [];
        var entries = new List<DemandEntry>();
        DemandContent? before = null;
        foreach (var version in versions)
        {
            var content = DemandContent.Read(version.Content);
            // A change that waits is not public yet: what others read changes with the publication.
            var counts = all || reading.Operates || version.Act is DemandAct.Publish or DemandAct.Extend;
            var changes = counts && before is not null ? DemandDiff.Between(before, content).Where(c => !DemandDiff.IsClosed(c.Field, reading.Sight) && (c.Field != "region" || reading.Sight.Name)).ToImmutableArray() : [];
            entries.Add(new DemandEntry(version, names.GetValueOrDefault(version.Person), organisations.GetValueOrDefault(version.Actor), changes));
            if (counts) before = content;
        }

        entries.Reverse();
        Entries = entries;
        if (all) Views = await Looks(id, cancellation);
        ViewData["Demo"] = reading.Row.Demo;
        return Page();
    }

    private async Task<List<(DemandView, string, string)>> Looks(Guid id, CancellationToken cancellation)
    {
        var found = await (
            from v in db.Set<DemandView>().AsNoTracking()
            where v.Demand == id
            join o in db.Set<Organisation>().AsNoTracking() on v.Organisation equals o.Id
            join p in db.Set<Person>().AsNoTracking() on v.Person equals p.Id
            orderby v.At descending
            select new { View = v, o.Name, p.DisplayName }).Take(200).ToListAsync(cancellation);
        return found.ConvertAll(f => (f.View, f.Name, f.DisplayName));
    }
}
