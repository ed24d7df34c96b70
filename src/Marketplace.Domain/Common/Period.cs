namespace Marketplace.Domain.Common;

/// <summary>Stored by name.</summary>
public enum PeriodUnit { WorkingDays, Days, Months }

/// <summary>How long after a day something is due.</summary>
public readonly record struct Period(int Count, PeriodUnit Unit)
{
    public DateOnly From(DateOnly day) => Unit switch
    {
        PeriodUnit.WorkingDays => Days.AfterWorkingDays(day, Count),
        PeriodUnit.Days => Days.After(day, Count),
        PeriodUnit.Months => Days.AfterMonths(day, Count),
    };
}
