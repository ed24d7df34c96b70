using System.Collections.Immutable;

namespace Marketplace.Domain.Payments;

/// <summary>From a moment on so much may leave for somewhere else than the card it came from.</summary>
public readonly record struct Leaving(DateTimeOffset From, long AmountFen);

/// <summary>Money of cards stays as long as their banks may take it back, whoever has it by then.</summary>
/// <remarks>
/// Money has no name: of what is free on an account so much stays as came not long enough ago, from its own cards or from whoever
/// paid it. Only what a card paid for a sale directly is known to be gone. So all that has left a book for accounts is never more
/// than all that was charged long enough ago.
/// </remarks>
public sealed partial record Book
{
    /// <summary>What may leave at a moment, of what the account has now.</summary>
    /// <param name="disputable">How long after a charge its bank may take it back.</param>
    public long MayLeave(Guid organisation, DateTimeOffset at, TimeSpan disputable) =>
        Math.Max(0, Of(organisation).AvailableFen - OwesForCards(organisation) - ChargedFor(organisation).Where(c => c.By + disputable > at).Sum(c => c.AmountFen));

    /// <summary>What may leave now, and each later moment from which more may.</summary>
    public ImmutableArray<Leaving> LeavesFrom(Guid organisation, DateTimeOffset at, TimeSpan disputable)
    {
        var steps = ImmutableArray.CreateBuilder<Leaving>();
        foreach (var from in ChargedFor(organisation).Select(c => c.By + disputable).Where(m => m > at).Distinct().Order().Prepend(at))
        {
            var amount = MayLeave(organisation, from, disputable);
            if (steps.Count == 0 || amount > steps[^1].AmountFen) steps.Add(new Leaving(from, amount));
        }

        return steps.ToImmutable();
    }

    /// <summary>What came, by the latest moment at which a card was charged for it.</summary>
    private IEnumerable<ChargedMoney> ChargedFor(Guid organisation) => CreditsFor(organisation).Select(c => new ChargedMoney(c.CreditedAt, Cards.TryGetValue(c.Id, out var order) ? StaysOf(order) : c.AmountFen))
        .Concat(MovesOf.GetValueOrDefault(organisation, []).Where(m => m.ChargedBy is not null).Select(m => new ChargedMoney(m.ChargedBy!.Value, m.AmountFen)));

    /// <summary>What of a payment neither went back to its card, nor was taken back, nor paid for a sale that stands.</summary>
    private long StaysOf(CardOrder order)
    {
        var gone = ChargedBack(order) + PayoutsFor(order.Id).Where(p => p.State is PayoutState.Instructed or PayoutState.Made).Sum(p => p.AmountFen);
        if (Payments.TryGetValue(order.Id, out var direct) && Obligations[direct.Obligation].RefundedFen == 0) gone += direct.AmountFen;
        return Math.Max(0, order.AmountFen - gone);
    }

    private readonly record struct ChargedMoney(DateTimeOffset By, long AmountFen);
}
