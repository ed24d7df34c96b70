using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>How a dispute of a payment by card stands in the book.</summary>
public enum ChargebackState
{
    /// <summary>The money is with the payer's bank until it has decided.</summary>
    Open,

    /// <summary>It came back.</summary>
    Won,
    Lost,
}

/// <summary>拒付: what a payer's bank took back of a payment by card.</summary>
/// <param name="Id">The provider's id of the dispute.</param>
/// <param name="Card">The payment.</param>
/// <param name="TakenFen">What the payer's account had of it when the dispute began.</param>
public sealed record Chargeback(
    string Id, Guid Card, Guid Organisation, long AmountFen, long TakenFen, string Reason, DateTimeOffset OpenedAt, ChargebackState State = ChargebackState.Open, DateTimeOffset? EndedAt = null)
{
    /// <summary>What the payer's account did not have.</summary>
    public long RestFen => AmountFen - TakenFen;

    /// <summary>It names the organisation.</summary>
    public override string ToString() => nameof(Chargeback);
}

/// <summary>
/// What a dispute does, from the moment the provider took the money: the payer's account pays as far as it can; the rest is owed by
/// the payer, and what is kept for its purchase waits. When it is won all is as before. When it is lost, what waited goes, and what it
/// did not cover because it had gone on is a debt of the payer to the market. Pure; the refusals are checked in the order of each body.
/// </summary>
public static class Chargebacks
{
    /// <summary>What raises the debt that a lost dispute leaves.</summary>
    private const string Cause = "chargeback";

    public static Decision<Chargeback> Open(Book book, Guid payment, string dispute, long amountFen, string reason, DateTimeOffset at)
    {
        if (Text.Require(dispute, CardOrders.LongestReason, "dispute") is { Done: false } id) return Refused(id.Refusal.Value, id.Detail);
        if (Text.Require(reason, CardOrders.LongestReason, "reason") is { Done: false } said) return Refused(said.Refusal.Value, said.Detail);
        if (!Fen.IsAmount(amountFen)) return Refused(Refusal.AmountOutOfRange);
        if (!book.Cards.TryGetValue(payment, out var order)) return Refused(Refusal.UnknownCardPayment);
        if (book.Chargebacks.TryGetValue(dispute, out var first)) return (first.Card, first.AmountFen) == (payment, amountFen) ? Decision<Chargeback>.Repeated(first) : Refused(Refusal.ChargebackIdReused);
        if (order.State != CardOrderState.Paid) return Refused(Refusal.CardPaymentNotInThisState);
        var taken = Math.Min(amountFen, book.Of(order.Organisation).AvailableFen);
        return Accept(
            book, new Chargeback(dispute, payment, order.Organisation, amountFen, taken, reason, at), new CardDisputed(book.Name, payment, order.Organisation, amountFen, dispute, taken, reason));
    }

    /// <summary>The provider has the money back.</summary>
    public static Decision<Chargeback> Win(Book book, string dispute, DateTimeOffset at)
    {
        if (!book.Chargebacks.TryGetValue(dispute, out var known)) return Refused(Refusal.UnknownChargeback);
        if (known.State == ChargebackState.Won) return Decision<Chargeback>.Repeated(known);
        if (known.State == ChargebackState.Lost) return Refused(Refusal.ChargebackEnded);
        return Accept(
            book, known with { State = ChargebackState.Won, EndedAt = at }, new CardDisputeWon(book.Name, known.Card, known.Organisation, known.AmountFen, dispute, known.TakenFen));
    }

    /// <param name="debt">The id of what the payer owes the market, when something is left.</param>
    /// <param name="due">Until when it is owed.</param>
    public static Decision<Chargeback> Lose(Book book, string dispute, Guid debt, DateOnly due, DateTimeOffset at)
    {
        if (debt == Guid.Empty) return Refused(Refusal.MalformedRequest);
        if (!book.Chargebacks.TryGetValue(dispute, out var known)) return Refused(Refusal.UnknownChargeback);
        if (known.State == ChargebackState.Lost) return Decision<Chargeback>.Repeated(known);
        if (known.State == ChargebackState.Won) return Refused(Refusal.ChargebackEnded);
        var taken = Math.Min(known.RestFen, book.Of(known.Organisation).AvailableFen);
        var left = known.RestFen - taken;
        var shares = ImmutableArray.CreateBuilder<TakenBack>();
        foreach (var kept in Stopped(book, known))
        {
            var share = Math.Min(left, kept.KeptFen);
            if (share > 0) shares.Add(new TakenBack(kept.Id, kept.Terms.Creditor!.Value, share));
            left -= share;
        }

        var lost = new CardDisputeLost(book.Name, known.Card, known.Organisation, known.AmountFen, dispute, taken, shares.ToImmutable());
        var answer = known with { State = ChargebackState.Lost, EndedAt = at };
        if (left == 0) return Accept(book, answer, lost);
        if (book.Obligations.ContainsKey(debt)) return Refused(Refusal.ObligationIdReused);
        return Accept(book, answer, lost, new ObligationsRaised(book.Name, dispute, Cause, [new Owed(debt, ObligationKind.Chargeback, known.Organisation, null, left, due, ReleaseRule.AtOnce)]));
    }

    /// <summary>What a dispute of the payer forbids to release: a purchase whose money may have to make it good.</summary>
    public static bool Stops(Book book, Obligation owed) => book.OpenChargebacksOf(owed.Terms.Debtor).Any(open => Stopped(book, open).Any(o => o.Id == owed.Id));

    /// <summary>What a dispute stops, in the order in which it would have to make it good.</summary>
    /// <remarks>The purchase that the card itself paid, where that is enough; otherwise all that the payer has in escrow, the latest first: what came onto the account has no name.</remarks>
    public static IEnumerable<Obligation> Stopped(Book book, Chargeback open)
    {
        if (open.RestFen == 0) return [];
        var direct = book.Payments.TryGetValue(open.Card, out var paid) ? book.Obligations[paid.Obligation] : null;
        if (direct is not null && direct.KeptFen >= open.RestFen) return [direct];
        return book.Obligations.Values.Where(o => o.Terms.Debtor == open.Organisation && o.KeptFen > 0)
            .OrderByDescending(o => o.Id == direct?.Id).ThenByDescending(o => o.RaisedAt).ThenBy(o => o.Id);
    }

    /// <summary>What a payer owes because of a dispute: all that it did not cover while it is open, then what is left of the debt.</summary>
    internal static long OwedFor(Book book, Chargeback chargeback) => chargeback.State switch
    {
        ChargebackState.Open => chargeback.RestFen,
        ChargebackState.Won => 0,
        ChargebackState.Lost => book.ObligationsAbout(chargeback.Id).Sum(o => o.OutstandingFen),
    };

    private static Decision<Chargeback> Accept(Book book, Chargeback answer, params IReadOnlyList<BookFact> facts) =>
        book.Ledger.Check(facts.SelectMany(f => f.Transfers)) is { } refusal ? Refused(refusal) : Decision<Chargeback>.Accepted(answer, facts);

    private static Decision<Chargeback> Refused(Refusal refusal, string? detail = null) => Decision<Chargeback>.Refused(refusal, detail);
}
