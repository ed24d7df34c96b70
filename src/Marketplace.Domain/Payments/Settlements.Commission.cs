using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>佣金: what an agency has to get from its client for a sale, by what the records say now.</summary>
/// <param name="State">Names what the records say; what one state calls for is raised once.</param>
/// <param name="AmountFen">The whole of it; zero where the law gives no fee (技术合同解释 39–41).</param>
/// <param name="Raise">The id of what is owed in addition, when something is.</param>
/// <param name="Stands">The sale stands, so that what is raised may come out of its price.</param>
/// <param name="Back">The id of what the agency owes back, when it no longer has what it was paid.</param>
public sealed record SetCommission(string About, string State, Guid Client, Guid Agency, long AmountFen, DateOnly Due, bool Stands, Guid Raise, Guid Back)
{
    /// <summary>It names organisations.</summary>
    public override string ToString() => $"{nameof(SetCommission)} {About}";
}

/// <summary>Brings a commission to what the records call for, whatever became of it before.</summary>
public static partial class Settlements
{
    /// <summary>
    /// Less than is due: the rest is raised, out of the price where the client still gets enough of one, otherwise apart. More: what is unpaid is no longer owed,
    /// and what was paid goes back from the agency's account, or is owed back by it.
    /// </summary>
    /// <remarks>A fall of the sale alone changes nothing of it, unless the broker is at fault (技术合同解释 41): who calls says which amount stands.</remarks>
    public static Decision<Nothing> Commission(Book book, SetCommission command, DateTimeOffset at)
    {
        if (command.Client == Guid.Empty || command.Agency == Guid.Empty || command.Client == command.Agency || command.State.Length is 0 or > Deposits.LongestAuction) return Decision<Nothing>.Refused(Refusal.MalformedRequest);
        if (command.Raise == Guid.Empty || command.Back == Guid.Empty || command.Raise == command.Back) return Decision<Nothing>.Refused(Refusal.MalformedRequest);
        if (command.AmountFen is < 0 or > Fen.Most) return Decision<Nothing>.Refused(Refusal.AmountOutOfRange);
        var fees = book.ObligationsAbout(command.About)
            .Where(o => o.Terms.Kind == ObligationKind.BrokerFee && (o.Terms.Debtor, o.Terms.Creditor) == (command.Client, command.Agency)).Reverse().ToList();
        var owedBack = book.ObligationsAbout(command.About)
            .Where(o => o.Terms.Kind == ObligationKind.Restitution && (o.Terms.Debtor, o.Terms.Creditor) == (command.Agency, command.Client)).Sum(o => o.Terms.AmountFen);
        var (had, open) = (fees.Sum(o => o.ReleasedFen) - owedBack, fees.Sum(o => o.OutstandingFen));
        var facts = new List<BookFact>();
        if (had + open > command.AmountFen)
        {
            facts.AddRange(fees.Where(o => o.OutstandingFen > 0).Select(o => new ObligationCancelled(book.Name, o.Id, o.Terms.Debtor, o.Terms.Creditor, o.OutstandingFen, "commission")));
            open = 0;
            if (had > command.AmountFen)
            {
                facts.AddRange(GivenBack(book, fees, command, had - command.AmountFen));
                had = command.AmountFen;
            }
        }

        var missing = command.AmountFen - had - open;
        if (missing > 0 && !(book.Obligations.TryGetValue(command.Raise, out var before) && fees.Contains(before)))
        {
            facts.Add(new ObligationsRaised(
                book.Name, command.About, $"commission/{command.Raise:N}",
                [new Owed(command.Raise, ObligationKind.BrokerFee, command.Client, command.Agency, missing, command.Due, OutOfPriceFits(book, command, missing) ? ReleaseRule.OutOfPrice : ReleaseRule.AtOnce)]));
        }

        if (facts.Count == 0) return Decision<Nothing>.Repeated(default);
        if (facts.OfType<ObligationsRaised>().SelectMany(f => f.Owed).Any(o => book.Obligations.ContainsKey(o.Id))) return Decision<Nothing>.Refused(Refusal.ObligationIdReused);
        return book.Ledger.Check(facts.SelectMany(f => f.Transfers)) is { } refusal ? Decision<Nothing>.Refused(refusal) : Decision<Nothing>.Accepted(default, facts);
    }

    /// <summary>From the newest fee on, out of the agency's account; all of it is owed back when the account has less.</summary>
    private static IEnumerable<BookFact> GivenBack(Book book, List<Obligation> fees, SetCommission command, long amountFen)
    {
        if (book.Of(command.Agency).AvailableFen < amountFen)
        {
            return [new ObligationsRaised(
                book.Name, command.About, $"commission-back/{command.Back:N}",
                [new Owed(command.Back, ObligationKind.Restitution, command.Agency, command.Client, amountFen, command.Due, ReleaseRule.AtOnce)])];
        }

        var facts = new List<BookFact>();
        foreach (var fee in fees)
        {
            var part = Math.Min(amountFen, fee.ReleasedFen);
            if (part > 0) facts.Add(new ObligationRefunded(book.Name, command.Back, fee.Id, fee.Terms.Debtor, fee.Terms.Creditor, part, Kept: false, ReleaseGround.Decided, null));
            amountFen -= part;
        }

        return facts;
    }

    /// <summary>As <see cref="Raise"/> asks for: nobody else pays what is to come out of a price, so the price has to have it. What is kept of a sale that fell goes down the waterfall.</summary>
    private static bool OutOfPriceFits(Book book, SetCommission command, long amountFen)
    {
        var about = book.ObligationsAbout(command.About).ToList();
        return command.Stands && about.Where(o => o.Terms.Release == ReleaseRule.OutOfPrice && o.Terms.Debtor == command.Client).Sum(o => o.OutstandingFen) + amountFen
            <= about.Where(o => o.Terms.Kind == ObligationKind.Price && o.Terms.Creditor == command.Client).Sum(o => o.OutstandingFen + o.KeptFen);
    }
}
