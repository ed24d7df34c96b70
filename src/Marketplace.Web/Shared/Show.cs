using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;

namespace Marketplace.Shared;

/// <summary>How pages write moments and amounts: Beijing time, exact yuan, and the short form of the reader's language.</summary>
public static class Show
{
    public static bool Chinese => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";

    /// <summary><c>15:24:17</c></summary>
    public static string Time(DateTimeOffset at) => Beijing(at, "HH:mm:ss");

    /// <summary><c>.402</c></summary>
    public static string Millis(DateTimeOffset at) => Beijing(at, ".fff");

    /// <summary><c>11-24</c></summary>
    public static string Day(DateTimeOffset at) => Beijing(at, "MM-dd");

    /// <summary><c>2026-11-24</c></summary>
    public static string Date(DateTimeOffset at) => Beijing(at, "yyyy-MM-dd");

    /// <summary><c>11-24 14:00</c></summary>
    public static string DayTime(DateTimeOffset at) => Beijing(at, "MM-dd HH:mm");

    /// <summary><c>2026-11-24 15:39</c>, where the day may lie in another year.</summary>
    public static string Minute(DateTimeOffset at) => Beijing(at, "yyyy-MM-dd HH:mm");

    /// <summary><c>2026-11-24 15:39:48.118</c></summary>
    public static string Exact(DateTimeOffset at) => Beijing(at, "yyyy-MM-dd HH:mm:ss.fff");

    /// <summary>The number of a short amount: ten-thousands in Chinese, millions in English; the unit is in the text around it.</summary>
    public static string Short(long fen) => Chinese
        ? Fen.TenThousandYuan(fen)
        : (fen / 100_000_000m).ToString("#,##0.######", CultureInfo.InvariantCulture);

    /// <summary>A region's name in the reader's script; the code where no name is known.</summary>
    public static string RegionName(string code) => Chinese ? Region.NameOf(code) : Region.LatinOf(code);

    /// <summary>A country or territory in the reader's language; the code where no name is known.</summary>
    public static string CountryName(string code) => Chinese ? Country.NameOf(code) : Country.EnglishOf(code);

    /// <summary>境外: the countries and territories outside mainland China by their names, in the order that the reader's language sorts them.</summary>
    public static IEnumerable<(string Code, string Name)> CountriesAbroad() => Country.Abroad
        .Select(c => (c.Code, Name: Chinese ? c.Name : c.English))
        .OrderBy(c => c.Name, StringComparer.Create(CultureInfo.CurrentUICulture, CompareOptions.None));

    /// <summary>A name that has a Chinese and perhaps an English form.</summary>
    public static string Name(string chinese, string? english) => Chinese || string.IsNullOrEmpty(english) ? chinese : english;

    /// <summary>Today the time alone, with seconds; another day also its date: <c>07:58:21</c>, <c>11-24 14:00</c>.</summary>
    public static string Near(DateTimeOffset at, DateTimeOffset now) => Day(at) == Day(now) ? Time(at) : DayTime(at);

    /// <summary>A paddle has three digits so that no number is read as part of another.</summary>
    public static string Paddle(int paddle) => paddle.ToString("000", CultureInfo.InvariantCulture);

    /// <summary>What is left, in whole seconds rounded up: 00:00 means over. The same form that the script counts in.</summary>
    public static string Left(TimeSpan left)
    {
        var seconds = Math.Max(0, (long)Math.Ceiling(left.TotalSeconds));
        var (d, h, m, s) = (seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        return string.Create(CultureInfo.InvariantCulture, $"{(d > 0 ? $"{d}{(Chinese ? "天" : "d")} " : "")}{(d > 0 ? $"{h:00}:{m:00}" : h > 0 ? $"{h}:{m:00}:{s:00}" : $"{m:00}:{s:00}")}");
    }

    private static string Beijing(DateTimeOffset at, string format) => at.ToOffset(Instant.Beijing).ToString(format, CultureInfo.InvariantCulture);
}
