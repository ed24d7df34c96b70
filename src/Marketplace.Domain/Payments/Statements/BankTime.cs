using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>A day, a time of day, or both, as a bank writes them; Beijing unless an offset stands with it.</summary>
internal readonly partial record struct BankTime(DateOnly? Day, TimeOnly? Time, bool MinuteOnly, TimeSpan? Offset)
{
    public static bool TryRead(string text, out BankTime read)
    {
        read = default;
        if (text.Length is 0 or > 64) return false;
        var match = Pattern().Match(BankText.Fold(text).Trim());
        if (!match.Success) return false;
        DateOnly? day = null;
        if (match.Groups["y"].Success)
        {
            var (year, month, date) = (Int("y"), Int("m"), Int("d"));
            if (year is < 2000 or > 2099 || month is < 1 or > 12 || date < 1 || date > DateTime.DaysInMonth(year, month)) return false;
            day = new DateOnly(year, month, date);
        }

        TimeOnly? time = null;
        if (match.Groups["h"].Success)
        {
            var (hour, minute, second) = (Int("h"), Int("n"), match.Groups["s"].Success ? Int("s") : 0);
            if (hour > 23 || minute > 59 || second > 59) return false;
            var ticks = match.Groups["f"].Success ? Number(match.Groups["f"].Value.PadRight(7, '0')) : 0;
            time = new TimeOnly(hour, minute, second).Add(TimeSpan.FromTicks(ticks));
        }

        if (day is null && time is null) return false;
        TimeSpan? offset = null;
        if (match.Groups["z"].Success)
        {
            var zone = match.Groups["z"].Value.Trim().Replace(":", "", StringComparison.Ordinal);
            var minutes = zone == "Z" ? 0 : (zone[0] == '-' ? -1 : 1) * (Number(zone[1..3]) * 60 + Number(zone[3..5]));
            if (minutes is < -14 * 60 or > 14 * 60 || (zone != "Z" && Number(zone[3..5]) > 59)) return false;
            offset = TimeSpan.FromMinutes(minutes);
        }

        read = new BankTime(day, time, time is not null && !match.Groups["s"].Success, offset);
        return true;

        int Int(string group) => Number(match.Groups[group].Value);
    }

    /// <summary>The moment of a day and a time of it.</summary>
    /// <remarks>
    /// Midnight to the second is how exports write a day whose time they do not keep; taken for a time it would make
    /// every such line early. It is read as the day.
    /// </remarks>
    public (DateTimeOffset At, TimeGiven Given) On(DateOnly day) =>
        Time is not { } time || time == TimeOnly.MinValue
            ? (new DateTimeOffset(day, TimeOnly.MinValue, Instant.Beijing).ToUniversalTime(), TimeGiven.Day)
            : (Instant.Cut(new DateTimeOffset(day, time, Offset ?? Instant.Beijing)), MinuteOnly ? TimeGiven.Minute : TimeGiven.Second);

    /// <summary>The first two days in a text, as in 2026-11-01至2026-11-30.</summary>
    public static (DateOnly From, DateOnly To)? Span(string text)
    {
        var days = Dates().Matches(text).Select(m => TryRead(m.Value, out var read) ? read.Day : null).OfType<DateOnly>().Take(2).ToList();
        return days.Count == 2 && days[0] <= days[1] ? (days[0], days[1]) : null;
    }

    private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        """
        ^(?:(?<y>[0-9]{4})(?:[-/.年](?<m>[0-9]{1,2})[-/.月](?<d>[0-9]{1,2})日?|(?<m>[0-9]{2})(?<d>[0-9]{2})))?
        (?:[T\x20]*(?:(?<h>[0-9]{1,2})[:时](?<n>[0-9]{2})(?:[:分](?<s>[0-9]{2})(?:\.(?<f>[0-9]{1,7})[0-9]{0,5})?秒?|分)?|(?<h>[0-9]{2})(?<n>[0-9]{2})(?<s>[0-9]{2})))?
        (?<z>\x20?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?$
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Pattern();

    [GeneratedRegex("[0-9]{4}(?:[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?|[0-9]{4})", RegexOptions.CultureInvariant)]
    private static partial Regex Dates();
}
