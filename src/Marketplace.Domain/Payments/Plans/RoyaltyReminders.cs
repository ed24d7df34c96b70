using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Plans;

/// <summary>The buyer is reminded of a declaration.</summary>
/// <param name="DaysLeft">10 or 3; 0 when the last day has passed, which the seller hears too.</param>
public sealed record RoyaltyReminder(RoyaltyPeriod Period, DateOnly Due, int DaysLeft);

/// <summary>Ten and three days before a declaration is due, never before its period is over, and once it is late.</summary>
public static class RoyaltyReminders
{
    private static readonly ImmutableArray<int> DaysBefore = [10, 3, 0];

    /// <summary>Of several moments that have passed only the last.</summary>
    public static ImmutableArray<RoyaltyReminder> Now(RoyaltyAgreement agreement, DateTimeOffset now) =>
    [
        .. from period in Waiting(agreement)
           let passed = DaysBefore.Where(days => now >= At(agreement.Account!, period, days)).ToList()
           where passed.Count > 0
           select new RoyaltyReminder(period, agreement.Account!.DeclarationDue(period), passed[^1]),
    ];

    /// <summary>When to look again, while nothing is said; null when nothing comes any more.</summary>
    public static DateTimeOffset? Next(RoyaltyAgreement agreement, DateTimeOffset now)
    {
        var moments = Waiting(agreement).SelectMany(period => DaysBefore.Select(days => At(agreement.Account!, period, days))).Where(at => at > now).ToList();
        return moments.Count == 0 ? null : moments.Min();
    }

    /// <summary>Not declared, and not being looked at by the seller anyway.</summary>
    private static IEnumerable<RoyaltyPeriod> Waiting(RoyaltyAgreement agreement) => agreement is { Ended: null, Account: { } account }
        ? account.Periods.Where(p => !account.Bases.ContainsKey(p.Number) && account.OpenInspection?.Covers(p.Number) != true)
        : [];

    private static DateTimeOffset At(RoyaltyAccount account, RoyaltyPeriod period, int daysBefore) =>
        Instant.Later(Days.EndOf(period.Until), Days.EndOf(account.DeclarationDue(period)).AddDays(-daysBefore));
}
