using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Marketplace.Domain.Common;

/// <summary>Moments are UTC with whole microseconds, the finest that PostgreSQL keeps; written one way everywhere.</summary>
public static class Instant
{
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>Beijing time, without daylight saving since 1991: the time that pages and statutory days use.</summary>
    public static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    /// <summary>The same moment in UTC, cut to whole microseconds.</summary>
    public static DateTimeOffset Cut(DateTimeOffset moment)
    {
        var utc = moment.UtcTicks;
        return new DateTimeOffset(utc - utc % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
    }

    /// <summary>As <see cref="Format"/> says.</summary>
    public static string Write(DateTimeOffset moment)
    {
        // The round-trip format has one digit more and is written many times faster than a custom one.
        Span<char> text = stackalloc char[28];
        moment.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[26] = 'Z';
        return new string(text[..27]);
    }

    public static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a >= b ? a : b;

    /// <summary>Reads ISO 8601 with a zone; a moment without zone is not accepted, because it could mean two things.</summary>
    public static bool TryRead(string text, out DateTimeOffset moment)
    {
        moment = default;
        if (text.Length < 11 || !(text.EndsWith('Z') || text.AsSpan(10).ContainsAny('+', '-'))) return false;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var read)) return false;
        moment = Cut(read);
        return true;
    }

    /// <summary>The same from a line; what the market writes itself is read without making a string of it.</summary>
    public static bool TryRead(JsonElement value, out DateTimeOffset moment)
    {
        if (value.ValueKind != JsonValueKind.String || JsonMarshal.GetRawUtf8Value(value)[^2] != (byte)'Z' || !value.TryGetDateTimeOffset(out var read))
        {
            return TryRead(value.GetString() ?? "", out moment);
        }

        moment = Cut(read);
        return true;
    }
}
