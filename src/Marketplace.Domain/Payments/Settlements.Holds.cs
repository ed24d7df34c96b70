using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments;

/// <summary>How a bound deposit ends: in the price, or down the waterfall.</summary>
public static partial class Settlements
{
    /// <summary>抵作价款: the bound deposit of the buyer pays the price, the parts that are due first before the others.</summary>
    /// <remarks>A deposit that covers several lots is used, or lost, as a whole for the first of them; for the others there is none any more.</remarks>
    public static Decision<Hold> UseForPrice(Book book, Guid hold, string about, DateTimeOffset at)
    {
        if (!book.Holds.TryGetValue(hold, out var held)) return Decision<Hold>.Refused(Refusal.UnknownHold);
        if (held.State == HoldState.Used) return Decision<Hold>.Repeated(held);
        if (!held.IsActive) return Decision<Hold>.Refused(Refusal.HoldEnded);
        if (held.State != HoldState.Bound) return Decision<Hold>.Refused(Refusal.HoldNotBound);
        // A letter is no money: the price is paid in full, and the letter stays bound until it is.
        if (held.Letter is not null) return Decision<Hold>.Repeated(held);
        var owed = book.ObligationsAbout(about).Where(o => o.Terms.Kind == ObligationKind.Price && o.Terms.Debtor == held.Organisation).OrderBy(o => o.Terms.Due).ToList();
        if (owed.Count == 0) return Decision<Hold>.Refused(Refusal.UnknownObligation);
        var shares = ImmutableArray.CreateBuilder<DepositShare>();
        var money = book.Holds[held.Money ?? hold];
        var left = money.AmountFen;
        foreach (var part in owed)
        {
            var share = Math.Min(left, part.OutstandingFen);
            if (share > 0) shares.Add(new DepositShare(part.Id, share));
            left -= share;
        }

        var fact = new HoldUsedForPrice(book.Name, money.Id, held.Organisation, held.Auction, money.AmountFen, owed[0].Terms.Creditor!.Value, shares.ToImmutable());
        return book.Ledger.Check(fact.Transfers) is { } refusal ? Decision<Hold>.Refused(refusal) : Decision<Hold>.Accepted(held with { State = HoldState.Used, EndedAt = at, EndedFor = held.Auction }, fact);
    }

    /// <summary>悔拍: the deposit goes down the waterfall of <see cref="Forfeiture"/>; what it leaves is the seller's.</summary>
    public static Decision<Hold> Forfeit(Book book, ForfeitHold command, Guid seller, DateTimeOffset at)
    {
        if (seller == Guid.Empty) return Decision<Hold>.Refused(Refusal.MalformedRequest);
        if (command.CostsFen is < 0 or > Fen.Most || command.ShortfallFen is < 0 or > Fen.Most) return Decision<Hold>.Refused(Refusal.AmountOutOfRange);
        if (!book.Holds.TryGetValue(command.Hold, out var held)) return Decision<Hold>.Refused(Refusal.UnknownHold);
        // Lost for another lot that it covered, it is there no more for this one.
        if (held.State == HoldState.Forfeited && held.EndedFor == held.Auction) return Decision<Hold>.Repeated(held);
        if (!held.IsActive) return Decision<Hold>.Refused(Refusal.HoldEnded);
        if (held.State != HoldState.Bound) return Decision<Hold>.Refused(Refusal.HoldNotBound);
        if (held.Letter is { } letter) return Guarantees.Call(book, command, held, letter, seller, at);
        var money = book.Holds[held.Money ?? held.Id];
        var shares = Forfeiture.Of(money.AmountFen, command.CostsFen, command.ShortfallFen);
        var fact = new HoldForfeitedTo(book.Name, money.Id, held.Organisation, held.Auction, money.AmountFen, seller, shares);
        return book.Ledger.Check(fact.Transfers) is { } refusal ? Decision<Hold>.Refused(refusal) : Decision<Hold>.Accepted(held with { State = HoldState.Forfeited, EndedAt = at, EndedFor = held.Auction }, fact);
    }

    /// <summary>悔拍 after the contract was signed: the deposit is kept in what was owed for the price, and goes down the waterfall from there.</summary>
    public static Decision<Nothing> ForfeitKept(Book book, string about, long costsFen, long shortfallFen, DateTimeOffset at)
    {
        if (costsFen is < 0 or > Fen.Most || shortfallFen is < 0 or > Fen.Most) return Decision<Nothing>.Refused(Refusal.AmountOutOfRange);
        var parts = book.ObligationsAbout(about).Where(o => o.Terms.Kind == ObligationKind.Price).ToList();
        var price = parts.Where(o => o.DepositFen > 0).ToList();
        if (price.Count == 0) return Decision<Nothing>.Refused(Refusal.UnknownObligation);
        // A sale that nobody ended, or that was paid in full, has no deposit to lose: it is a payment like any other. The part that has the deposit may be paid, and a later one not.
        if (price.Any(o => o.OutstandingFen > 0) || parts.All(o => o.Cancelled is null)) return Decision<Nothing>.Refused(Refusal.SaleStands);
        if (price.Any(o => o.KeptFen > 0 && Chargebacks.Stops(book, o))) return Decision<Nothing>.Refused(Refusal.ChargebackStopsRelease);
        var facts = new List<BookFact>();
        var (costs, shortfall) = (costsFen, shortfallFen);
        foreach (var part in price.Where(o => o.KeptFen > 0))
        {
            var amount = Math.Min(part.DepositFen, part.KeptFen);
            var shares = Forfeiture.Of(amount, costs, shortfall);
            (costs, shortfall) = (costs - shares.CostsFen, shortfall - shares.ShortfallFen);
            facts.Add(new DepositForfeited(book.Name, part.Id, part.Terms.Debtor, part.Terms.Creditor, amount, shares));
        }

        if (facts.Count == 0) return Decision<Nothing>.Repeated(default);
        return book.Ledger.Check(facts.SelectMany(f => f.Transfers)) is { } refusal ? Decision<Nothing>.Refused(refusal) : Decision<Nothing>.Accepted(default, facts);
    }
}
