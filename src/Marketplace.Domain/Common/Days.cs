using System.Collections.Frozen;
using System.Globalization;

namespace Marketplace.Domain.Common;

/// <summary>
/// Days as the law counts them, in Beijing time: a period runs from the day after the event to 24:00 of its last day, and
/// a last day that is a legal holiday moves to the next working day (民法典 201–203, domain §8a.3).
/// </summary>
/// <remarks>
/// For a year whose arrangement the State Council has announced, the table says which days are off and which weekends
/// are worked. For any other year only what is certain is known: weekends, and the 13 statutory days of
/// 《全国年节及纪念日放假办法》(2024), without the shifts that are announced each November. A date in such a year may
/// still move by some days, and must be shown as provisional (<see cref="IsAnnounced"/>).
/// </remarks>
public static class Days
{
    /// <summary>国务院办公厅关于2026年部分节假日安排的通知, 2025-11-04. The next year is one more entry here.</summary>
    private static readonly FrozenDictionary<int, (FrozenSet<DateOnly> Off, FrozenSet<DateOnly> Worked)> Announced =
        new Dictionary<int, (FrozenSet<DateOnly>, FrozenSet<DateOnly>)>
        {
            [2026] = (
                Span(2026, (1, 1, 3), (2, 15, 23), (4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27), (10, 1, 7)),
                Span(2026, (1, 4, 4), (2, 14, 14), (2, 28, 28), (5, 9, 9), (9, 20, 20), (10, 10, 10))),
        }.ToFrozenDictionary();

    /// <summary>The day of a moment in Beijing.</summary>
    public static DateOnly Of(DateTimeOffset moment) => DateOnly.FromDateTime(moment.ToOffset(Instant.Beijing).DateTime);

    /// <summary>24:00 of a day in Beijing: the first moment that is too late.</summary>
    public static DateTimeOffset EndOf(DateOnly day) => new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, Instant.Beijing).ToUniversalTime();

    /// <summary>The first moment after another at which it is this hour in Beijing.</summary>
    public static DateTimeOffset Next(TimeOnly hour, DateTimeOffset after)
    {
        var today = new DateTimeOffset(Of(after), hour, Instant.Beijing);
        return (today > after ? today : today.AddDays(1)).ToUniversalTime();
    }

    /// <summary>The State Council's arrangement of that year is in the table.</summary>
    public static bool IsAnnounced(int year) => Announced.ContainsKey(year);

    public static bool IsWorkingDay(DateOnly day)
    {
        var weekend = day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        return Announced.TryGetValue(day.Year, out var year)
            ? year.Worked.Contains(day) || (!weekend && !year.Off.Contains(day))
            : !weekend && !IsStatutoryHoliday(day);
    }

    /// <summary>The last day of a period in calendar days.</summary>
    public static DateOnly After(DateOnly from, int days) => NextWorkingDay(from.AddDays(days));

    /// <summary>The last day of a period in months: the same date, or the last day of a shorter month.</summary>
    public static DateOnly AfterMonths(DateOnly from, int months) => NextWorkingDay(from.AddMonths(months));

    /// <summary>The last day of a period in working days.</summary>
    public static DateOnly AfterWorkingDays(DateOnly from, int days)
    {
        var day = from;
        for (var left = days; left > 0;)
        {
            day = day.AddDays(1);
            if (IsWorkingDay(day)) left--;
        }

        return day;
    }

    private static DateOnly NextWorkingDay(DateOnly day)
    {
        while (!IsWorkingDay(day)) day = day.AddDays(1);
        return day;
    }

    private static bool IsStatutoryHoliday(DateOnly day)
    {
        if ((day.Month, day.Day) is (1, 1) or (5, 1 or 2) or (10, 1 or 2 or 3) || day == PureBrightness(day.Year)) return true;
        // 除夕 to 初三, 端午, 中秋. The eve is the day before the new year's first.
        return Lunar(day) is (1, 1 or 2 or 3) or (5, 5) or (8, 15) || Lunar(day.AddDays(1)) is (1, 1);
    }

    private static (int Month, int Day) Lunar(DateOnly day)
    {
        var calendar = new ChineseLunisolarCalendar();
        var date = day.ToDateTime(TimeOnly.MinValue);
        var (year, month) = (calendar.GetYear(date), calendar.GetMonth(date));
        var leap = calendar.GetLeapMonth(year);
        // A leap month repeats the one before it and has no feasts of its own.
        if (leap > 0 && month == leap) return (0, 0);
        return (leap > 0 && month > leap ? month - 1 : month, calendar.GetDayOfMonth(date));
    }

    /// <summary>清明, by the formula that holds from 2001 to 2099.</summary>
    private static DateOnly PureBrightness(int year)
    {
        var y = year % 100;
        return new DateOnly(year, 4, (int)(y * 0.2422m + 4.81m) - y / 4);
    }

    private static FrozenSet<DateOnly> Span(int year, params (int Month, int From, int To)[] spans) =>
        spans.SelectMany(s => Enumerable.Range(s.From, s.To - s.From + 1).Select(d => new DateOnly(year, s.Month, d))).ToFrozenSet();
}
