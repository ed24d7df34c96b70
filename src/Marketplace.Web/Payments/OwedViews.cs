using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Payments.Cards;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments;

/// <summary>What is owed, as one of its two sides reads it and acts on it.</summary>
/// <param name="AvailableFen">By the book that the money is in.</param>
/// <param name="TakesCards">What is owed in a book of cards can be paid now.</param>
/// <param name="Parts">Of a price that is paid in parts: which of how many.</param>
/// <param name="Fault">What was refused last, and of which obligation.</param>
public sealed record OwedView(
    IReadOnlyList<ObligationRow> Rows, Guid Organisation, bool MayPay, bool MayAgree, IReadOnlyDictionary<string, long> AvailableFen, IReadOnlyDictionary<Guid, string> References, DateTimeOffset Now,
    bool TakesCards, IReadOnlyDictionary<Guid, (int Number, int Of)> Parts, (Guid Obligation, Refusal Refusal)? Fault = null, string Back = "/desk/payments")
{
    /// <summary>What each is for, where its page knows more than the ledger.</summary>
    public IReadOnlyDictionary<Guid, string> Notes { get; init; } = new Dictionary<Guid, string>();

    /// <summary>A new id for each form, so that sending it twice pays once.</summary>
    public Guid NewPayment() => Guid.CreateVersion7(Now);
}

/// <summary>Gathers what the list of obligations shows to one of its sides.</summary>
public sealed class OwedViews(CurrentActor actor, DepositAccounts deposits, CardPayments cards, MarketplaceDb db, TimeProvider clock)
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
        return new OwedView(rows, organisation, may, agrees, available, references, clock.GetUtcNow(), cards.IsOffered, await PartsOf(rows, cancellation), fault, back);
    }

    /// <summary>Of the prices among them that are paid in parts: which of how many each is.</summary>
    public async Task<IReadOnlyDictionary<Guid, (int Number, int Of)>> PartsOf(IReadOnlyList<ObligationRow> rows, CancellationToken cancellation)
    {
        var deals = rows.Where(r => r.Kind == ObligationKind.Price).Select(r => r.About).Distinct().ToList();
        var prices = await db.Set<ObligationRow>().AsNoTracking().Where(o => deals.Contains(o.About) && o.Kind == ObligationKind.Price).Select(o => new { o.Id, o.About }).ToListAsync(cancellation);
        return prices.GroupBy(p => p.About).Where(of => of.Count() > 1)
            .SelectMany(of => Enumerable.Range(1, of.Count()).Select(number => (Id: Obligations.PartIdOf(of.Key, number), Part: (number, of.Count()))))
            .ToDictionary(part => part.Id, part => part.Part);
    }
}
