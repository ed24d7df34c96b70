using System.Collections.Immutable;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>What an import is going to do, row by row, and what is wrong with the rows it leaves out.</summary>
internal sealed class ImportPlan(Organisation unit, ImportOrder order, DateTimeOffset now)
{
    private readonly List<ImportFault> _faults = [];
    private readonly List<ImportFault> _warnings = [];
    private readonly List<RowChange> _changes = [];
    private readonly Dictionary<string, string> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _idsInFile = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _patentsInFile = new(StringComparer.Ordinal);
    private Dictionary<string, Achievement> _known = [];
    private ILookup<string, (Guid Achievement, Guid Organisation, string Title)> _patents = Enumerable.Empty<(Guid, Guid, string)>().ToLookup(_ => "");
    private ImmutableArray<string> _unknownColumns = [];
    private int _added;
    private int _updated;
    private int _unchanged;

    public IReadOnlyList<RowChange> Changes => _changes;

    private DateOnly Today { get; } = DateOnly.FromDateTime(now.ToOffset(Instant.Beijing).DateTime);

    /// <summary>Which names stand for which columns; returns necessary columns that no row has.</summary>
    public ImmutableArray<string> ReadHeader(IReadOnlyList<ImportLine> lines)
    {
        var names = lines.SelectMany(l => l.Columns.Keys).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        foreach (var name in names)
        {
            if (ImportColumns.Known(name) is { } column) _columns[name] = column;
        }

        _unknownColumns = [.. names.Where(n => !_columns.ContainsKey(n)).Select(ImportFile.Shorten).Take(50)];
        return names.Count == 0 ? [] : [.. ImportColumns.Necessary.Except(_columns.Values)];
    }

    /// <summary>Reads what the organisation has already and who carries which patent.</summary>
    public async Task ReadMarket(MarketplaceDb db, CancellationToken token)
    {
        _known = await db.Set<Achievement>().AsNoTracking().Where(a => a.Organisation == unit.Id && a.ExternalId != null).ToDictionaryAsync(a => a.ExternalId!, StringComparer.Ordinal, token);
        var patents = await (
            from p in db.Set<AchievementPatent>().AsNoTracking()
            join a in db.Set<Achievement>().AsNoTracking() on p.Achievement equals a.Id
            where a.Demo == unit.Demo
            select new { p.Number, a.Id, a.Organisation, a.Title }).ToListAsync(token);
        _patents = patents.ToLookup(p => p.Number, p => (p.Id, p.Organisation, p.Title));
    }

    public void Check(ImportLine line)
    {
        if (line.Broken is { } broken)
        {
            _faults.Add(new ImportFault(line.Line, null, new Fault("", broken, line.Detail)));
            return;
        }

        var row = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (name, values) in line.Columns)
        {
            if (_columns.TryGetValue(name, out var column)) row.TryAdd(column, values);
        }

        var faults = new List<Fault>();
        var id = ImportColumns.ExternalId(row);
        if (!id.Done) faults.Add(new Fault("externalId", id.Refusal.Value));
        else if (!_idsInFile.TryAdd(id.Value, line.Line)) faults.Add(new Fault("externalId", Refusal.ExternalIdTwice, $"#{_idsInFile[id.Value]}"));
        var known = id.Done ? _known.GetValueOrDefault(id.Value) : null;
        var before = known is null ? First() : AchievementContent.Read(known.Content);
        var content = ImportColumns.Fill(before, row, faults);
        var shape = order.Publish ? ContentCheck.Showable(content, Today) : ContentCheck.Shape(content, Today);
        // The file's own complaint about a field is enough.
        faults.AddRange(shape.Where(f => faults.TrueForAll(g => g.Field != f.Field)));
        if (!order.Publish && string.IsNullOrWhiteSpace(content.Summary)) faults.Add(new Fault("summary", Refusal.Required));
        var warnings = new List<Fault>();
        Patents(content, known, line.Line, faults, warnings);
        var acts = known is null ? Result<ImmutableArray<AchievementAct>>.Of(order.Publish ? [AchievementAct.List, AchievementAct.Publish] : [AchievementAct.List]) : Acts(known, before, content);
        if (!acts.Done) faults.Add(new Fault("state", acts.Refusal.Value));
        var shown = id.Done ? id.Value : null;
        _faults.AddRange(faults.Select(f => new ImportFault(line.Line, shown, f)));
        _warnings.AddRange(warnings.Select(f => new ImportFault(line.Line, shown, f)));
        if (faults.Count > 0) return;
        if (acts.Value.Length == 0)
        {
            _unchanged++;
            return;
        }

        if (known is null) _added++;
        else _updated++;
        _changes.Add(new RowChange(known, unit, id.Value, content, acts.Value, order.Person, now));
    }

    public ImportReport Report(int rows) => new()
    {
        Rows = rows,
        Added = _added,
        Updated = _updated,
        Unchanged = _unchanged,
        Faults = [.. _faults],
        Warnings = [.. _warnings],
        UnknownColumns = _unknownColumns,
    };

    /// <summary>A work of the unit belongs to the unit until somebody says otherwise.</summary>
    private AchievementContent First() => new() { Owners = [new RightHolder(unit.Name, 10_000, Consent.Own)], Region = unit.Region };

    /// <summary>What has to be done with a known achievement so that it says what the row says.</summary>
    private Result<ImmutableArray<AchievementAct>> Acts(Achievement known, AchievementContent before, AchievementContent after)
    {
        var acts = ImmutableArray.CreateBuilder<AchievementAct>();
        var standing = known.Standing;
        if (before.Write() != after.Write())
        {
            var edited = Lifecycle.Next(standing, AchievementAct.Edit);
            if (!edited.Done) return Result<ImmutableArray<AchievementAct>>.Refuse(edited.Refusal.Value);
            standing = edited.Value;
            acts.Add(AchievementAct.Edit);
        }

        // What was withdrawn or delisted does not come back because the old file is imported once more.
        if (order.Publish && (standing.State == AchievementState.Draft || standing.Revision == Revision.Draft)) acts.Add(AchievementAct.Publish);
        return acts.DrainToImmutable();
    }

    private void Patents(AchievementContent content, Achievement? known, int line, List<Fault> faults, List<Fault> warnings)
    {
        foreach (var number in content.Ip.Where(i => !string.IsNullOrWhiteSpace(i.Number)).Select(i => PatentNumber.Normalise(i.Number!)))
        {
            if (number.CheckDigitAgrees == false) warnings.Add(new Fault("patents", Refusal.NumberInvalid, number.Value));
            if (!_patentsInFile.TryAdd(number.Stem, line)) faults.Add(new Fault("patents", Refusal.PatentTwice, $"{number.Value} #{_patentsInFile[number.Stem]}"));
            foreach (var (other, organisation, title) in _patents[number.Stem].Where(p => p.Achievement != known?.Id))
            {
                // Two units may own one patent together; one unit lists a right once.
                (organisation == unit.Id ? faults : warnings).Add(new Fault("patents", Refusal.PatentTwice, $"{number.Value} · {ImportFile.Shorten(title)} · {other}"));
            }
        }
    }
}

/// <summary>One row on its way into the database.</summary>
internal sealed class RowChange(
    Achievement? known, Organisation unit, string externalId, AchievementContent content, ImmutableArray<AchievementAct> acts, Guid person, DateTimeOffset now)
{
    public async Task Put(MarketplaceDb db, CancellationToken token)
    {
        var row = known ?? new Achievement { Id = Guid.CreateVersion7(now), Organisation = unit.Id, ExternalId = externalId, Demo = unit.Demo, CreatedAt = now };
        var entry = known is null ? db.Add(row) : db.Attach(row);
        foreach (var act in acts)
        {
            // The operator's word on the command line or the desk stands for the review; the version says that it was an import.
            var next = act switch
            {
                AchievementAct.List => new Standing(AchievementState.Draft),
                AchievementAct.Publish => new Standing(AchievementState.Published),
                _ => Lifecycle.Next(row.Standing, act).Value,
            };
            db.Add(AchievementWriting.Apply(row, next, act, act == AchievementAct.Publish ? null : content, Guid.CreateVersion7(now), person, null, now));
        }

        if (known is null) db.AddRange(AchievementWriting.Stems(content).Select(n => new AchievementPatent { Achievement = row.Id, Number = n }));
        else await AchievementWriting.KeepPatents(db, row, content, token);
        entry.DetectChanges();
    }
}
