using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>
/// Days of a statutory notice (民法典 201, 203; domain.md §8a.3): the first is the day after publication, the last ends at
/// 24:00 in Beijing, and a last day on a legal holiday moves to the next working day. Not "7 × 24 hours".
/// </summary>
public static class StatutoryDays
{
    /// <summary>The moment the notice is over: 24:00 of its last day, as UTC.</summary>
    /// <param name="publishedAt">The later publication when there are two.</param>
    /// <param name="days">At least one.</param>
    /// <param name="isHoliday">Whether a day in Beijing is one of rest; by default what <see cref="Days.IsWorkingDay"/> says.</param>
    public static DateTimeOffset EndOf(DateTimeOffset publishedAt, int days, Func<DateOnly, bool>? isHoliday = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(days);
        isHoliday ??= day => !Days.IsWorkingDay(day);
        var last = Days.Of(publishedAt).AddDays(days);
        while (isHoliday(last)) last = last.AddDays(1);
        return StartOf(last.AddDays(1));
    }

    public static DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(moment.ToOffset(Instant.Beijing).DateTime);

    /// <summary>0:00 in Beijing, as UTC.</summary>
    public static DateTimeOffset StartOf(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), Instant.Beijing).ToUniversalTime();

    /// <summary>Which day of the notice it is: 0 on the day of publication, 1 on the next.</summary>
    public static int DayNumber(DateTimeOffset publishedAt, DateTimeOffset now) => DayOf(now).DayNumber - DayOf(publishedAt).DayNumber;
}
