using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Domain.Deals;

/// <summary>A party is reminded of its part of a step.</summary>
/// <param name="DaysLeft">3 or 1; 0 when the last day has passed.</param>
public sealed record Reminder(Step Step, Party Party, DateOnly Due, int DaysLeft);

/// <summary>The buyer is reminded of a part of the price that is due after the first payment, which is a step of its own.</summary>
/// <param name="DaysLeft">As in <see cref="Reminder"/>.</param>
public sealed record PartReminder(PlannedPart Part, int DaysLeft);

/// <summary>Who is reminded of what, when: three days and one day before the last day ends, and once it has passed.</summary>
public static class Reminders
{
    private static readonly ImmutableArray<int> DaysBefore = [3, 1, 0];

    /// <summary>What the deal's parties are to be reminded of now; of several moments that have passed only the last.</summary>
    public static ImmutableArray<Reminder> Now(Deal deal, DateTimeOffset now) =>
    [
        .. from step in Open(deal)
           where Left(step.Due, now) is not null
           from party in step.Waiting
           select new Reminder(step.Rule.Step, party, step.Due, Left(step.Due, now)!.Value),
    ];

    /// <param name="unpaid">The parts after the first payment of which something is still owed.</param>
    public static ImmutableArray<PartReminder> Now(IEnumerable<PlannedPart> unpaid, DateTimeOffset now) =>
        [.. from part in unpaid where Left(part.Due, now) is not null select new PartReminder(part, Left(part.Due, now)!.Value)];

    /// <summary>When to look again, while the deal stays as it is; null when nothing comes any more.</summary>
    /// <param name="unpaid">As in <see cref="Now(IEnumerable{PlannedPart}, DateTimeOffset)"/>.</param>
    public static DateTimeOffset? Next(Deal deal, IEnumerable<PlannedPart> unpaid, DateTimeOffset now)
    {
        var moments = Open(deal).Select(step => step.Due).Concat(unpaid.Select(p => p.Due)).SelectMany(due => DaysBefore.Select(days => At(due, days))).Where(at => at > now).ToList();
        return moments.Count == 0 ? null : moments.Min();
    }

    /// <summary>Steps that one line made ready, with the parties it is the turn of.</summary>
    public static ImmutableArray<StepView> Began(Deal before, Deal after)
    {
        if (after.Opened is null || after.Ended is not null) return [];
        var known = before.Opened is null ? [] : before.Schedule().Where(s => s.IsReady).Select(s => s.Rule.Step).ToHashSet();
        return [.. after.Schedule().Where(s => s is { IsReady: true, IsDone: false } && !known.Contains(s.Rule.Step))];
    }

    private static IEnumerable<StepView> Open(Deal deal) =>
        deal is { Opened: not null, Ended: null } ? deal.Schedule().Where(s => s is { IsReady: true, IsDone: false }) : [];

    /// <summary>The days before the end of the last day that the latest moment which has passed stands for; null before the first.</summary>
    private static int? Left(DateOnly due, DateTimeOffset now) => DaysBefore.Where(days => now >= At(due, days)).Select(days => (int?)days).LastOrDefault();

    private static DateTimeOffset At(DateOnly due, int daysBefore) => Days.EndOf(due).AddDays(-daysBefore);
}
