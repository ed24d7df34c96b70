using Marketplace.Achievements;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Auctions.Dossiers;

/// <summary>What everybody may know of a lot's dossier: that it is there, how its files are called, what is signed.</summary>
/// <param name="Files">In their order, withdrawn ones in their places.</param>
public sealed record DossierShown(Lot Lot, DossierRow Terms, IReadOnlyList<DossierFileRow> Files);

/// <summary>保密资料 as the seller keeps it; the rules are in <see cref="Dossier"/>. Whoever calls has asked the policy.</summary>
public sealed class LotDossiers(MarketplaceDb db, FileStore store, TimeProvider clock)
{
    public const int DefaultYears = 5;
    private const int MostTries = 5;

    /// <summary>Null where the lot has none; an announced lot has one only if it was announced with files.</summary>
    public async Task<DossierShown?> Of(Lot lot, CancellationToken cancellation = default)
    {
        if (await db.Set<DossierRow>().AsNoTracking().SingleOrDefaultAsync(d => d.Lot == lot.Id, cancellation) is not { } terms) return null;
        var files = await FilesOf(lot.Id).AsNoTracking().ToListAsync(cancellation);
        var shown = new DossierShown(lot, terms, files);
        return Seen(shown).Agreed ? shown : null;
    }

    /// <summary>Null where everything was announced without a dossier: then none can be added any more.</summary>
    public static DossierLot Seen(DossierShown shown) => Seen(shown.Lot, shown.Files.Any(f => !f.Addendum));

    private static DossierLot Seen(Lot lot, bool hasFiles) =>
        new(lot.State, lot.State is LotState.Draft or LotState.Offered || hasFiles, lot.Seller, lot.Demo, lot.OpensAt, lot.Outcome);

    /// <summary>The text and the years. Order of refusals: that of <see cref="Dossier.Write"/>.</summary>
    public async Task<Result<Nothing>> Write(Lot lot, string? ownText, int years, CancellationToken cancellation = default)
    {
        var own = Dossier.Write(Seen(lot, hasFiles: false), ownText, years);
        if (!own.Done) return own.Then<Nothing>(_ => default(Nothing));
        var row = await Begun(lot, cancellation);
        (row.TextVersion, row.OwnText, row.Years) = (Dossier.CurrentText, own.Value, years);
        row.TextSha256 = NdaText.Sha256(row.TextVersion, row.OwnText);
        return await Save(lot, cancellation);
    }

    /// <summary>
    /// One more file at the end of the list. Order of refusals: those of <see cref="Dossier.Add"/>, NotAPdf, those of
    /// <see cref="FileCheck"/>, those of <see cref="PdfTrial"/>.
    /// </summary>
    public async Task<Result<Nothing>> Add(Lot lot, Guid id, Guid person, string? title, string? fileName, Stream? content, CancellationToken cancellation = default)
    {
        if (await db.Set<DossierFileRow>().AsNoTracking().SingleOrDefaultAsync(f => f.Id == id, cancellation) is { } before) return before.Lot == lot.Id ? default(Nothing) : Refusal.NotFound;
        var count = await FilesOf(lot.Id).CountAsync(cancellation);
        var said = Dossier.Add(Seen(lot, await FilesOf(lot.Id).AnyAsync(f => !f.Addendum, cancellation)), count, title, clock.GetUtcNow());
        if (!said.Done) return said.Then<Nothing>(_ => default(Nothing));
        if (content is null) return Result<Nothing>.Refuse(Refusal.Required, "file");
        var checkedFile = await Check(fileName ?? "", content, cancellation);
        if (!checkedFile.Done) return Result<Nothing>.Refuse(checkedFile.Refusal.Value, "file");
        var (kept, pages) = checkedFile.Value;
        for (var tries = 1; ; tries++)
        {
            await Begun(lot, cancellation);
            var last = await FilesOf(lot.Id).MaxAsync(f => (int?)f.Number, cancellation) ?? 0;
            db.Add(new DossierFileRow
            {
                Id = id,
                Lot = lot.Id,
                Number = last + 1,
                Title = said.Value.Trim(),
                Sha256 = kept.Sha256,
                FileName = kept.FileName,
                Length = kept.Length,
                Pages = pages,
                Addendum = lot.State == LotState.Announced,
                AddedAt = clock.GetUtcNow(),
                AddedBy = person,
            });
            try
            {
                return await Save(lot, cancellation);
            }
            catch (DbUpdateException) when (tries < MostTries)
            {
                // Another of the seller's people took the number, or this same form came twice.
                db.ChangeTracker.Clear();
                if (await db.Set<DossierFileRow>().AnyAsync(f => f.Id == id, cancellation)) return default(Nothing);
                lot = await db.Set<Lot>().SingleAsync(l => l.Id == lot.Id, cancellation);
                if (Dossier.Add(Seen(lot, await FilesOf(lot.Id).AnyAsync(f => !f.Addendum, cancellation)), last, title, clock.GetUtcNow()) is { Refusal: { } late }) return late;
            }
        }
    }

    /// <summary>Before the announcement: one place up.</summary>
    public Task<Result<Nothing>> Up(Lot lot, Guid file, CancellationToken cancellation = default) => Reorder(lot, file, remove: false, cancellation);

    /// <summary>Before the announcement: away, and the others move up.</summary>
    public Task<Result<Nothing>> Remove(Lot lot, Guid file, CancellationToken cancellation = default) => Reorder(lot, file, remove: true, cancellation);

    /// <summary>After the announcement: unreadable from now on, its number stays with the reason.</summary>
    public async Task<Result<Nothing>> Withdraw(Lot lot, Guid file, Guid person, string? reason, CancellationToken cancellation = default)
    {
        var row = await FilesOf(lot.Id).SingleOrDefaultAsync(f => f.Id == file, cancellation);
        if (row is null) return Refusal.NotFound;
        var because = Dossier.Withdraw(Seen(lot, hasFiles: true), row.WithdrawnAt is not null, reason);
        if (!because.Done) return because.Then<Nothing>(_ => default(Nothing));
        (row.WithdrawnAt, row.WithdrawnBecause, row.WithdrawnBy) = (clock.GetUtcNow(), because.Value.Trim(), person);
        row.Version++;
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Refusal.DossierFileWithdrawn;
        }

        return default(Nothing);
    }

    /// <summary>What the announcement says of it; null where there are no files.</summary>
    public async Task<AnnouncedDossier?> Announced(string lot, CancellationToken cancellation = default)
    {
        var terms = await db.Set<DossierRow>().AsNoTracking().SingleOrDefaultAsync(d => d.Lot == lot, cancellation);
        var files = await FilesOf(lot).AsNoTracking().ToListAsync(cancellation);
        return terms is null || files.Count == 0 ? null
            : new AnnouncedDossier(terms.TextVersion, terms.TextSha256, terms.Years, [.. files.Select(f => new AnnouncedFile(f.Number, f.Title, f.Sha256))]);
    }

    /// <summary>For a later round of a lot: the same text and what was not withdrawn. Everybody signs anew.</summary>
    public static async Task Copy(MarketplaceDb db, string from, string to, CancellationToken cancellation)
    {
        if (await db.Set<DossierRow>().AsNoTracking().SingleOrDefaultAsync(d => d.Lot == from, cancellation) is not { } terms) return;
        db.Add(new DossierRow { Lot = to, TextVersion = terms.TextVersion, OwnText = terms.OwnText, Years = terms.Years, TextSha256 = terms.TextSha256 });
        var number = 0;
        foreach (var f in await db.Set<DossierFileRow>().AsNoTracking().Where(f => f.Lot == from && f.WithdrawnAt == null).OrderBy(f => f.Number).ToListAsync(cancellation))
        {
            db.Add(new DossierFileRow
            {
                Id = Guid.CreateVersion7(),
                Lot = to,
                Number = ++number,
                Title = f.Title,
                Sha256 = f.Sha256,
                FileName = f.FileName,
                Length = f.Length,
                Pages = f.Pages,
                Addendum = false,
                AddedAt = f.AddedAt,
                AddedBy = f.AddedBy,
            });
        }
    }

    /// <summary>Whether readers may be named to the seller and the operator.</summary>
    public async Task<bool> NamesOpen(Lot lot, CancellationToken cancellation = default) =>
        Dossier.NamesOpen(lot.Outcome, await db.Set<Achievement>().AnyAsync(a => a.Id == lot.Achievement && a.State == AchievementState.InTrade, cancellation));

    private IQueryable<DossierFileRow> FilesOf(string lot) => db.Set<DossierFileRow>().Where(f => f.Lot == lot).OrderBy(f => f.Number);

    private async Task<DossierRow> Begun(Lot lot, CancellationToken cancellation)
    {
        if (await db.Set<DossierRow>().SingleOrDefaultAsync(d => d.Lot == lot.Id, cancellation) is { } row) return row;
        row = new DossierRow { Lot = lot.Id, TextVersion = Dossier.CurrentText, Years = DefaultYears, TextSha256 = NdaText.Sha256(Dossier.CurrentText, null) };
        db.Add(row);
        return row;
    }

    /// <summary>With the lot's edition while it is open: an announcement that was composed before meets it.</summary>
    private async Task<Result<Nothing>> Save(Lot lot, CancellationToken cancellation)
    {
        if (lot.State != LotState.Announced)
        {
            if (db.Entry(lot).State == EntityState.Detached) db.Attach(lot);
            lot.Edition++;
        }

        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            return Refusal.ChangedMeanwhile;
        }

        return default(Nothing);
    }

    private async Task<Result<Nothing>> Reorder(Lot lot, Guid file, bool remove, CancellationToken cancellation)
    {
        if (!Seen(lot, hasFiles: true).Open) return Refusal.LotFixed;
        var files = await FilesOf(lot.Id).AsNoTracking().ToListAsync(cancellation);
        var at = files.FindIndex(f => f.Id == file);
        if (at < 0) return Refusal.NotFound;
        var order = files.ConvertAll(f => f.Id);
        order.RemoveAt(at);
        if (!remove) order.Insert(Math.Max(0, at - 1), file);
        return await db.WriteAsync(
            async token =>
            {
                var saved = await Save(lot, token);
                if (!saved.Done) return saved;
                if (remove) await FilesOf(lot.Id).Where(f => f.Id == file).ExecuteDeleteAsync(token);
                // Numbers are unique at every moment, so all of them step aside first.
                foreach (var sign in new[] { -1, 1 })
                {
                    for (var i = 0; i < order.Count; i++)
                    {
                        var (id, number) = (order[i], sign * (i + 1));
                        await FilesOf(lot.Id).Where(f => f.Id == id).ExecuteUpdateAsync(set => set.SetProperty(f => f.Number, number), token);
                    }
                }

                return default(Nothing);
            },
            cancellation);
    }

    private async Task<Result<(KeptFile Kept, int Pages)>> Check(string fileName, Stream content, CancellationToken cancellation)
    {
        var read = await FileStore.ReadAll(content, cancellation);
        if (!read.Done) return read.Refusal.Value;
        var name = FileCheck.CleanName(fileName);
        if (!name.Done) return name.Refusal.Value;
        if (!name.Value.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase)) return Refusal.NotAPdf;
        var type = FileCheck.Check(read.Value, name.Value);
        if (!type.Done) return type.Refusal.Value;
        var tried = await PdfTrial.Run(read.Value, cancellation);
        if (!tried.Done) return tried.Refusal.Value;
        using var bytes = new MemoryStream(read.Value, writable: false);
        var kept = await store.Keep(bytes, name.Value, cancellation);
        return kept.Then<(KeptFile, int)>(k => (k, tried.Value));
    }
}
