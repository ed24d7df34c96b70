using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Common;

public sealed class DaysTests
{
    [Theory]
    [InlineData("2026-02-14", true)] // a Saturday worked for the Spring Festival
    [InlineData("2026-02-16", false)]
    [InlineData("2026-02-24", true)]
    [InlineData("2026-05-09", true)]
    [InlineData("2026-09-25", false)]
    [InlineData("2026-10-07", false)]
    [InlineData("2026-10-08", true)]
    [InlineData("2026-10-10", true)]
    [InlineData("2026-11-22", false)] // an ordinary Sunday
    // 2027 is not announced: weekends and the thirteen statutory days only.
    [InlineData("2027-01-01", false)]
    [InlineData("2027-02-05", false)] // 除夕
    [InlineData("2027-02-08", false)] // 初三
    [InlineData("2027-02-09", true)]
    [InlineData("2027-04-05", false)] // 清明
    [InlineData("2027-06-09", false)] // 端午
    [InlineData("2027-09-15", false)] // 中秋
    [InlineData("2027-10-01", false)]
    public void A_day_is_worked_or_not(string day, bool worked) => Assert.Equal(worked, Days.IsWorkingDay(DateOnly.Parse(day, null)));

    [Theory]
    [InlineData("2026-11-24", 5, "2026-12-01")] // Tuesday: 25, 26, 27, 30, 1
    [InlineData("2026-09-24", 5, "2026-10-09")] // over 中秋 and 国庆: 28, 29, 30, 8, 9
    [InlineData("2026-02-13", 1, "2026-02-14")]
    public void Working_days_skip_holidays_and_count_worked_weekends(string from, int days, string last) =>
        Assert.Equal(DateOnly.Parse(last, null), Days.AfterWorkingDays(DateOnly.Parse(from, null), days));

    [Theory]
    [InlineData("2026-11-10", 10, "2026-11-20")]
    [InlineData("2026-11-12", 10, "2026-11-23")] // the 22nd is a Sunday
    [InlineData("2026-09-21", 10, "2026-10-08")] // the 1st begins 国庆
    public void A_last_day_on_a_holiday_moves_past_it(string from, int days, string last) =>
        Assert.Equal(DateOnly.Parse(last, null), Days.After(DateOnly.Parse(from, null), days));

    [Fact]
    public void Months_end_on_the_same_date_or_the_last_of_a_shorter_month()
    {
        Assert.Equal(new DateOnly(2026, 9, 30), Days.AfterMonths(new DateOnly(2026, 3, 30), 6));
        Assert.Equal(new DateOnly(2026, 4, 30), Days.AfterMonths(new DateOnly(2026, 3, 31), 1));
    }

    [Fact]
    public void A_day_ends_at_midnight_in_Beijing()
    {
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 16, 0, 0, TimeSpan.Zero), Days.EndOf(new DateOnly(2026, 11, 24)));
        Assert.Equal(new DateOnly(2026, 11, 25), Days.Of(new DateTimeOffset(2026, 11, 24, 16, 0, 0, TimeSpan.Zero)));
    }
}
