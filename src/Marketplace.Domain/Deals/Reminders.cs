using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Deals;

/// <summary>A party is reminded of its part of a step.</summary>
/// <param name="DaysLeft">3 or 1; 0 when the last day has passed.</param>
public sealed record Reminder(Step Step, Party Party, DateOnly Due, int DaysLeft);

/// <summary>Who is reminded of what, when: three days and one day before the last day ends, and once it has passed.</summary>
public static class Reminders
{
    private static readonly ImmutableArray<int> DaysBefore = [3, 1, 0];

    /// <summary>What the deal's parties are to be reminded of now; of several moments that have passed only the last.</summary>
    public static ImmutableArray<Reminder> Now(Deal deal, DateTimeOffset now) =>
    [
        .. from step in Open(deal)
           let passed = DaysBefore.Where(days => now >= At(step, days)).ToList()
           where passed.Count > 0
           from party in step.Waiting
           select new Reminder(step.Rule.Step, party, step.Due, passed[^1]),
    ];

    /// <summary>When to look again, while the deal stays as it is; null when nothing comes any more.</summary>
    public static DateTimeOffset? Next(Deal deal, DateTimeOffset now)
    {
        var moments = Open(deal).SelectMany(step => DaysBefore.Select(days => At(step, days))).Where(at => at > now).ToList();
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

    private static DateTimeOffset At(StepView step, int daysBefore) => Days.EndOf(step.Due).AddDays(-daysBefore);
}
