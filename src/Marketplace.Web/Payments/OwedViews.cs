using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Payments.Cards;

namespace Marketplace.Payments;

/// <summary>What is owed, as one of its two sides reads it and acts on it.</summary>
/// <param name="AvailableFen">By the book that the money is in.</param>
/// <param name="TakesCards">What is owed in a book of cards can be paid now.</param>
/// <param name="Fault">What was refused last, and of which obligation.</param>
public sealed record OwedView(
    IReadOnlyList<ObligationRow> Rows, Guid Organisation, bool MayPay, bool MayAgree, IReadOnlyDictionary<string, long> AvailableFen, IReadOnlyDictionary<Guid, string> References, DateTimeOffset Now,
    bool TakesCards, (Guid Obligation, Refusal Refusal)? Fault = null, string Back = "/desk/payments")
{
    /// <summary>A new id for each form, so that sending it twice pays once.</summary>
    public Guid NewPayment() => Guid.CreateVersion7(Now);
}

/// <summary>Gathers what the list of obligations shows to one of its sides.</summary>
public sealed class OwedViews(CurrentActor actor, DepositAccounts deposits, CardPayments cards, TimeProvider clock)
{
    /// <param name="organisation">The side that reads.</param>
    public async Task<OwedView> Of(
        IReadOnlyList<ObligationRow> rows, Guid organisation, (Guid, Refusal)? fault = null, string back = "/desk/payments", CancellationToken cancellation = default)
    {
        var may = (await actor.May(Act.PayOwed, organisation, cancellation)).Done;
        var references = new Dictionary<Guid, string>();
        var mine = rows.Where(r => r.Debtor == organisation && r.OutstandingFen > 0 && r.Release != ReleaseRule.OutOfPrice).ToImmutableArray();
        foreach (var row in mine.Where(r => !DepositAccounts.IsOfCards(r.Book))) references[row.Id] = await deposits.ReferenceOf(organisation, cancellation, row.Id);
        var available = new Dictionary<string, long>();
        foreach (var book in mine.Select(r => r.Book).Distinct()) available[book] = (await deposits.Account(organisation, book)).AvailableFen;
        // Who could with the second factor is shown the button, and is asked for it.
        var agrees = await actor.May(Act.AgreeRelease, organisation, cancellation) is { Done: true } or { Refusal: Refusal.SecondFactorRequired };
        return new OwedView(rows, organisation, may, agrees, available, references, clock.GetUtcNow(), cards.IsOffered, fault, back);
    }
}
