using Marketplace.Deals;
using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Notifications;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <summary>What is asked for: a finding on the fee of a deal, or that it falls away.</summary>
public sealed record FindingOrder(Guid Command, Guid Person, string Deal, FeeFinding Finding, bool Made, string? Reason);

/// <summary>佣金认定: findings are facts in their order; what stands is the newest of each kind. Whoever calls has asked the policy.</summary>
public sealed class FeeFindingDesk(MarketplaceDb db, INotifier notifier, TimeProvider clock)
{
    public async Task<Result<Nothing>> Find(FindingOrder order, CancellationToken cancellation)
    {
        if (order.Command == Guid.Empty) return Refusal.MalformedRequest;
        if (await Answered(order, cancellation) is { } answered) return answered;
        if (await db.Set<DealRow>().AsNoTracking().FirstOrDefaultAsync(d => d.Auction == order.Deal, cancellation) is not { } deal) return Refusal.NotFound;
        if (await Attribution.Of(db, deal, cancellation) is not { } found) return Refusal.NotFound;
        var before = await db.Set<FeeFindingRow>().AsNoTracking().Where(f => f.Deal == order.Deal).OrderBy(f => f.Number).ToListAsync(cancellation);
        if (FeeFindings.Check(order.Finding, order.Made, Standing(before), deal.EndedBecause is not null, found.Fees.Any(f => f.Mandate is not null), order.Reason) is { } fault)
            return Result<Nothing>.Refuse(fault.Why, fault.Field);
        var row = new FeeFindingRow
        {
            Deal = order.Deal,
            Number = before.Count + 1,
            Command = order.Command,
            Introduction = found.Row.Id,
            Finding = order.Finding,
            Made = order.Made,
            Reason = order.Reason!.Trim(),
            Person = order.Person,
            At = clock.GetUtcNow(),
        };
        db.Add(row);
        notifier.Tell(db, IntroductionNotices.Found(found.Row, row));
        try
        {
            // What is owed for the deal follows what was found.
            await db.SaveWithWork(DealMoney.SettleWork, order.Deal, row.At, cancellation);
            return default(Nothing);
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear();
            // Two at once: the number, or the command, was taken first by the other.
            if (await Answered(order, cancellation) is { } now) return now;
            if (await db.Set<FeeFindingRow>().AnyAsync(f => f.Deal == order.Deal && f.Number == row.Number, cancellation)) return Refusal.ChangedMeanwhile;
            throw;
        }
    }

    /// <summary>Of the findings in their order, those that stand.</summary>
    internal static IReadOnlySet<FeeFinding> Standing(IEnumerable<FeeFindingRow> rows) => rows.GroupBy(r => r.Finding).Where(g => g.Last().Made).Select(g => g.Key).ToHashSet();

    private async Task<Result<Nothing>?> Answered(FindingOrder order, CancellationToken cancellation) =>
        await db.Set<FeeFindingRow>().AsNoTracking().FirstOrDefaultAsync(f => f.Command == order.Command, cancellation) is not { } made
            ? null
            : (made.Deal, made.Finding, made.Made, made.Reason) == (order.Deal, order.Finding, order.Made, order.Reason?.Trim() ?? "") ? default(Nothing) : Refusal.CommandIdReused;
}
