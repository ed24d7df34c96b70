using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations.Mandates;

/// <summary>The register of brokers: entered by the agency, confirmed by the operator. Whoever calls has asked the policy.</summary>
public sealed class BrokerRegister(MarketplaceDb db, TimeProvider clock)
{
    /// <summary>Enters a member, or corrects the entry; either waits for the operator.</summary>
    public async Task<Result<Guid>> Enter(Guid agency, Guid person, BrokerEntry entry, Guid by, int? seen, CancellationToken cancellation)
    {
        var house = await db.Set<Organisation>().AsNoTracking().FirstAsync(o => o.Id == agency, cancellation);
        if (!await db.Set<MembershipRow>().AnyAsync(m => m.Organisation == agency && m.Person == person, cancellation)) return Result<Guid>.Refuse(Refusal.NotAMember, "person");
        var now = clock.GetUtcNow();
        var row = await db.Set<BrokerRow>().FirstOrDefaultAsync(b => b.Agency == agency && b.Person == person, cancellation);
        if (row is not null && seen is null && row.State is not BrokerState.Left) return Result<Guid>.Refuse(Refusal.BrokerEnteredAlready, "person");
        if (row is not null && seen is { } version && version != row.Version) return Refusal.ChangedMeanwhile;
        if (row is null)
        {
            row = new BrokerRow { Id = Guid.CreateVersion7(now), Agency = agency, Person = person, EnteredAt = now, Demo = house.Demo };
            db.Add(row);
        }

        (row.Grade, row.Certificate, row.ValidUntil, row.Specialities) = (entry.Grade, entry.Certificate, entry.ValidUntil, entry.Specialities);
        (row.EnteredAt, row.ConfirmedAt) = (now, null);
        return (await Save(row, BrokerState.Entered, null, by, now, cancellation)).Then<Guid>(_ => row.Id);
    }

    /// <summary>The operator has looked at the certificate.</summary>
    public async Task<Result<Nothing>> Decide(Guid id, int seen, bool confirm, string? reason, Guid by, CancellationToken cancellation)
    {
        if (await db.Set<BrokerRow>().FirstOrDefaultAsync(b => b.Id == id, cancellation) is not { } row) return Refusal.NotFound;
        if (row.Version != seen) return Refusal.ChangedMeanwhile;
        if (row.State is not BrokerState.Entered) return Refusal.AlreadyDecided;
        // Nobody confirms an entry of their own.
        if (row.Person == by) return Refusal.NotAllowed;
        var why = Text.Allow(reason, BrokerEntry.MostReason, "reason");
        if (!why.Done) return Result<Nothing>.Refuse(why.Refusal.Value, "reason");
        if (!confirm && why.Value is null) return Result<Nothing>.Refuse(Refusal.ReasonRequired, "reason");
        var now = clock.GetUtcNow();
        if (confirm) row.ConfirmedAt = now;
        return await Save(row, confirm ? BrokerState.Confirmed : BrokerState.Returned, why.Value, by, now, cancellation);
    }

    /// <summary>The person is no longer a broker of this agency.</summary>
    public async Task<Result<Nothing>> Leave(Guid agency, Guid id, int seen, Guid by, CancellationToken cancellation)
    {
        if (await db.Set<BrokerRow>().FirstOrDefaultAsync(b => b.Id == id && b.Agency == agency, cancellation) is not { } row) return Refusal.NotFound;
        if (row.Version != seen) return Refusal.ChangedMeanwhile;
        return row.State is BrokerState.Left ? new Nothing() : await Save(row, BrokerState.Left, null, by, clock.GetUtcNow(), cancellation);
    }

    private Task<Result<Nothing>> Save(BrokerRow row, BrokerState state, string? reason, Guid by, DateTimeOffset now, CancellationToken cancellation)
    {
        (row.State, row.Reason) = (state, reason);
        row.Version++;
        db.Add(new BrokerVersionRow
        {
            Broker = row.Id,
            Number = row.Version,
            State = state,
            Grade = row.Grade,
            Certificate = row.Certificate,
            ValidUntil = row.ValidUntil,
            Specialities = row.Specialities,
            By = by,
            Reason = reason,
            At = now,
        });
        return db.SaveUnlessChanged(cancellation);
    }
}
