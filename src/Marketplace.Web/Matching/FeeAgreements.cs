using Marketplace.Deals;
using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Notifications;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Matching;

/// <param name="ByName">The organisation for which the person acts, as the other side reads it.</param>
public sealed record FeeAgreementOrder(Guid Command, Guid Person, string ByName, string Deal, MandateRow Mandate, FeeAgreementStep Step);

/// <summary>商定佣金: what the two sides of a mandate say of the fee of a sale, in their order. Whoever calls has asked the policy.</summary>
public sealed class FeeAgreements(MarketplaceDb db, INotifier notifier, TimeProvider clock)
{
    /// <summary>The sale and what the mandate gives of it; null when this mandate led to no such sale.</summary>
    public async Task<(AttributedDeal Deal, FeeLine Fee)?> Find(Guid mandate, string deal, CancellationToken cancellation) =>
        await db.Set<DealRow>().AsNoTracking().FirstOrDefaultAsync(d => d.Auction == deal, cancellation) is { } row
        && await Attribution.Of(db, row, cancellation) is { } found && found.Fees.FirstOrDefault(f => f.Mandate?.Id == mandate) is { } fee
            ? (found, fee)
            : null;

    public Task<List<FeeAgreementRow>> History(Guid mandate, string deal, CancellationToken cancellation) =>
        db.Set<FeeAgreementRow>().AsNoTracking().Where(f => f.Deal == deal && f.Mandate == mandate).OrderBy(f => f.Number).ToListAsync(cancellation);

    public async Task<Result<Nothing>> Do(FeeAgreementOrder order, CancellationToken cancellation)
    {
        if (order.Command == Guid.Empty) return Refusal.MalformedRequest;
        if (await Answered(order, cancellation) is { } answered) return answered;
        if (await Find(order.Mandate.Id, order.Deal, cancellation) is not var (found, fee)) return Refusal.NotFound;
        var before = await History(order.Mandate.Id, order.Deal, cancellation);
        if (FeeAgreement.Of(before.Select(r => r.Read())).Check(order.Step, order.Mandate.Read().Terms.Fee, fee.Due, found.Deal.PriceFen) is { } fault) return Result<Nothing>.Refuse(fault.Why, fault.Field);
        var row = new FeeAgreementRow
        {
            Deal = order.Deal,
            Mandate = order.Mandate.Id,
            Number = before.Count + 1,
            Command = order.Command,
            Act = order.Step.Act,
            By = order.Step.By,
            Fen = order.Step.Fen,
            Person = order.Person,
            At = clock.GetUtcNow(),
        };
        db.Add(row);
        if (Told(order, row, found.Deal) is { } notice) notifier.Tell(db, [notice]);
        try
        {
            // What is owed for the sale follows what was agreed.
            await db.SaveWithWork(DealMoney.SettleWork, order.Deal, row.At, cancellation);
            return default(Nothing);
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear();
            // Two at once: the number, or the command, was taken first by the other.
            if (await Answered(order, cancellation) is { } now) return now;
            if (await db.Set<FeeAgreementRow>().AnyAsync(f => f.Deal == order.Deal && f.Mandate == order.Mandate.Id && f.Number == row.Number, cancellation)) return Refusal.ChangedMeanwhile;
            throw;
        }
    }

    /// <summary>To the other side of the mandate, and to nobody else.</summary>
    private static Notice? Told(FeeAgreementOrder order, FeeAgreementRow row, DealRow deal)
    {
        if (row.Act is FeeAgreementAct.Withdraw) return null;
        return new Notice(
            $"mandate/{row.Mandate}/fee/{row.Command}", row.Act is FeeAgreementAct.Propose ? NoticeKind.FeeProposed : NoticeKind.FeeAgreed,
            Recipient.Organisation(row.By is MandateParty.Agency ? order.Mandate.Client : order.Mandate.Agency), $"{row.Mandate}", $"/desk/mandates/{row.Mandate}/fee/{Uri.EscapeDataString(row.Deal)}", row.At,
            [NoticeValue.Text(deal.Title), NoticeValue.Text(order.Mandate.Number), NoticeValue.Text(order.ByName), NoticeValue.Money(row.Fen)]);
    }

    private async Task<Result<Nothing>?> Answered(FeeAgreementOrder order, CancellationToken cancellation) =>
        await db.Set<FeeAgreementRow>().AsNoTracking().FirstOrDefaultAsync(f => f.Command == order.Command, cancellation) is not { } made
            ? null
            : (made.Deal, made.Mandate, made.Read()) == (order.Deal, order.Mandate.Id, order.Step) ? default(Nothing) : Refusal.CommandIdReused;
}
