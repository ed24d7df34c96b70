using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>How an import is to be done.</summary>
/// <param name="Publish">The operator publishes at once, without a review of each.</param>
/// <param name="Strict">One bad row and nothing goes in.</param>
public sealed record ImportOrder(Guid Organisation, Guid Person, bool Publish, bool Strict);

/// <summary>What is wrong with a row, or worth knowing of it.</summary>
public sealed record ImportFault(int Line, string? ExternalId, Fault Fault);

/// <summary>How far an import is.</summary>
public readonly record struct ImportProgress(int Rows, int Checked, int Written);

/// <summary>What an import did, or would do.</summary>
public sealed record ImportReport
{
    public int Rows { get; init; }
    public int Added { get; init; }
    public int Updated { get; init; }
    public int Unchanged { get; init; }
    public ImmutableArray<ImportFault> Faults { get; init; } = [];
    public ImmutableArray<ImportFault> Warnings { get; init; } = [];
    public ImmutableArray<string> UnknownColumns { get; init; } = [];

    /// <summary>Rows left out; a row may have several faults.</summary>
    public int Bad => Faults.Select(f => f.Line).Distinct().Count();

    /// <summary>The good rows are in the market.</summary>
    public bool Done { get; init; }
}

/// <summary>
/// Brings the listings of one organisation in from a file. Everything is checked before anything is written; good rows
/// go in in one transaction. The organisation and the row's external id say which achievement a row is, so that the same
/// file twice changes nothing.
/// </summary>
public sealed class AchievementImport(IMarketplaceDbFactory databases, TimeProvider clock)
{
    /// <summary>Only checks: what the import would do.</summary>
    public Task<Result<ImportReport>> Preview(byte[] content, string fileName, ImportOrder order, CancellationToken cancellation = default) =>
        Run(content, fileName, order, write: false, null, cancellation);

    public Task<Result<ImportReport>> Import(
        byte[] content, string fileName, ImportOrder order, IProgress<ImportProgress>? progress = null, CancellationToken cancellation = default) =>
        Run(content, fileName, order, write: true, progress, cancellation);

    private async Task<Result<ImportReport>> Run(
        byte[] content, string fileName, ImportOrder order, bool write, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        var read = ImportFile.Read(content, fileName);
        if (!read.Done) return Result<ImportReport>.Refuse(read.Refusal.Value, read.Detail);
        await using var db = databases.Create();
        try
        {
            var unit = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == order.Organisation, cancellation);
            if (unit is null) return Refusal.NotFound;
            var plan = new ImportPlan(unit, order, clock.GetUtcNow());
            var missing = plan.ReadHeader(read.Value);
            if (missing.Length > 0) return Result<ImportReport>.Refuse(Refusal.ColumnsMissing, string.Join(", ", missing));
            // The look at what is there and the writing are one transaction; a preview only looks.
            return write
                ? await db.WriteAsync(token => CheckAndWrite(db, plan, read.Value, order, true, progress, token), cancellation)
                : await CheckAndWrite(db, plan, read.Value, order, false, progress, cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Refusal.ChangedMeanwhile;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Refusal.ImportStopped;
        }
    }

    private static async Task<Result<ImportReport>> CheckAndWrite(
        MarketplaceDb db, ImportPlan plan, IReadOnlyList<ImportLine> lines, ImportOrder order, bool write, IProgress<ImportProgress>? progress, CancellationToken token)
    {
        await plan.ReadMarket(db, token);
        for (var i = 0; i < lines.Count; i++)
        {
            token.ThrowIfCancellationRequested();
            plan.Check(lines[i]);
            if (i % 100 == 99 || i == lines.Count - 1) progress?.Report(new ImportProgress(lines.Count, i + 1, 0));
        }

        var report = plan.Report(lines.Count);
        if (!write || order.Strict && report.Bad > 0) return report;
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var written = 0;
        foreach (var batch in plan.Changes.Chunk(250))
        {
            token.ThrowIfCancellationRequested();
            foreach (var change in batch) await change.Put(db, token);
            await db.SaveChangesAsync(token);
            db.ChangeTracker.Clear();
            progress?.Report(new ImportProgress(lines.Count, lines.Count, written += batch.Length));
        }

        token.ThrowIfCancellationRequested();
        return report with { Done = true };
    }
}
