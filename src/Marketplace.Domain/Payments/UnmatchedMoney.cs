using System.Collections.Immutable;

namespace Marketplace.Domain.Payments;

/// <summary>Money in 暂收 that nobody has examined yet.</summary>
/// <param name="Payer">Whom the bank names as the payer, or what the payer wrote; null when nothing is known.</param>
public sealed record UnmatchedCredit(Guid Id, long AmountFen, DateTimeOffset CreditedAt, DateTimeOffset ConfirmedAt, string? Payer);

/// <summary>
/// Money that the bank had credited in time may be a deposit that was paid with a wrong reference: a lot does not open before it
/// has an owner or was found to be nobody's deposit (domain.md §8a.9).
/// </summary>
public static class UnmatchedMoney
{
    /// <summary>The credits that may be the deposit of a lot: credited by its deadline, and of one payer as much together as the deposit.</summary>
    /// <remarks>
    /// Less holds nothing, or anybody could stop every opening with one fen. Where nothing is known of the payer an entry stands by itself.
    /// What only tops up an account that has a part of the deposit already is below the line, too: nobody can tell it from any other small sum.
    /// </remarks>
    public static ImmutableArray<UnmatchedCredit> Holding(IEnumerable<UnmatchedCredit> unmatched, long depositFen, DateTimeOffset deadline) =>
        depositFen <= 0 ? [] : [.. unmatched.Where(c => c.CreditedAt <= deadline).GroupBy(c => c.Payer ?? $"{c.Id}").Where(g => g.Sum(c => c.AmountFen) >= depositFen).SelectMany(g => g)];
}
