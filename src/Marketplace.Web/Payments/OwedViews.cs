using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;

namespace Marketplace.Payments;

/// <summary>What is owed, as one of its two sides reads it and acts on it.</summary>
/// <param name="Fault">What was refused last, and of which obligation.</param>
public sealed record OwedView(
    IReadOnlyList<ObligationRow> Rows, Guid Organisation, bool MayPay, bool MayAgree, long AvailableFen, IReadOnlyDictionary<Guid, string> References, DateTimeOffset Now,
    (Guid Obligation, Refusal Refusal)? Fault = null, string Back = "/desk/payments")
{
    /// <summary>A new id for each form, so that sending it twice pays once.</summary>
    public Guid NewPayment() => Guid.CreateVersion7(Now);
}

/// <summary>Gathers what the list of obligations shows to one of its sides.</summary>
public sealed class OwedViews(CurrentActor actor, DepositAccounts deposits, TimeProvider clock)
{
    /// <param name="organisation">The side that reads.</param>
    public async Task<OwedView> Of(
        IReadOnlyList<ObligationRow> rows, Guid organisation, (Guid, Refusal)? fault = null, string back = "/desk/payments", CancellationToken cancellation = default)
    {
        var may = (await actor.May(Act.PayOwed, organisation, cancellation)).Done;
        var references = new Dictionary<Guid, string>();
        var mine = rows.Where(r => r.Debtor == organisation && r.OutstandingFen > 0 && r.Release != ReleaseRule.OutOfPrice).ToImmutableArray();
        foreach (var row in mine) references[row.Id] = await deposits.ReferenceOf(organisation, cancellation, row.Id);
        var available = mine.IsEmpty ? 0 : (await deposits.Account(organisation)).AvailableFen;
        // Who could with the second factor is shown the button, and is asked for it.
        var agrees = await actor.May(Act.AgreeRelease, organisation, cancellation) is { Done: true } or { Refusal: Refusal.SecondFactorRequired };
        return new OwedView(rows, organisation, may, agrees, available, references, clock.GetUtcNow(), fault, back);
    }
}
