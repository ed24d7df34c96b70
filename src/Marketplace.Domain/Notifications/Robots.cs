using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Marketplace.Domain.Notifications;

/// <summary>The bodies, signatures and answers of group robots and of an SMS gateway, as their owners document them.</summary>
public static class Robots
{
    /// <summary>企业微信 takes 2,048 bytes of text; 钉钉 more.</summary>
    private const int MostBytes = 2048;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary><c>{"msgtype":"text","text":{"content":…}}</c>, the same for both.</summary>
    public static byte[] Body(string text) => JsonSerializer.SerializeToUtf8Bytes(new { msgtype = "text", text = new { content = Fit(text) } }, Readable);

    /// <summary>钉钉 加签: <c>timestamp</c> in milliseconds and <c>sign</c> = Base64(HMAC-SHA256(secret, timestamp ⏎ secret)), in the query.</summary>
    public static Uri Signed(Uri robot, string? secret, DateTimeOffset at)
    {
        if (string.IsNullOrEmpty(secret)) return robot;
        var stamp = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var sign = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{stamp}\n{secret}")));
        return new UriBuilder(robot) { Query = $"{robot.Query.TrimStart('?')}{(robot.Query.Length > 1 ? "&" : "")}timestamp={stamp}&sign={Uri.EscapeDataString(sign)}" }.Uri;
    }

    /// <summary>Both answer 200 with an <c>errcode</c>; only 0 means that the message is there.</summary>
    public static SendAnswer Read(ReadOnlySpan<byte> answer)
    {
        try
        {
            var reader = new Utf8JsonReader(answer);
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("errcode", out var code)
                || code.ValueKind != JsonValueKind.Number || !code.TryGetInt32(out var number)) return SendAnswer.Again("no-errcode");
            return number switch
            {
                0 => SendAnswer.Sent,
                // 群机器人 gone or its address or signature wrong: it will not be better later.
                93000 or 40001 or 40014 or 40056 or 300001 or 310000 or 400013 or 400102 => SendAnswer.Never($"errcode-{number}"),
                _ => SendAnswer.Again($"errcode-{number}"),
            };
        }
        catch (JsonException)
        {
            return SendAnswer.Again("no-json");
        }
    }

    /// <summary>What an HTTP status says to an attempt; null where the body has the last word.</summary>
    public static SendAnswer? OfStatus(int status, TimeSpan? retryAfter) => status switch
    {
        >= 200 and < 300 => null,
        408 or 425 or 429 or >= 500 => SendAnswer.Again($"http-{status}", retryAfter),
        _ => SendAnswer.Never($"http-{status}"),
    };

    /// <summary>The market's template with the number and the text in the places <c>{phone}</c> and <c>{text}</c>, escaped as JSON wants it.</summary>
    public static byte[] Sms(string template, string phone, string text) =>
        Encoding.UTF8.GetBytes(template.Replace("{phone}", Escaped(phone), StringComparison.Ordinal).Replace("{text}", Escaped(text), StringComparison.Ordinal));

    /// <summary>The template is JSON with both places.</summary>
    public static bool IsTemplate(string template)
    {
        if (!template.Contains("{phone}", StringComparison.Ordinal) || !template.Contains("{text}", StringComparison.Ordinal)) return false;
        try
        {
            using var filled = JsonDocument.Parse(Sms(template, "1", "\"\n"));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Escaped(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.Create(UnicodeRanges.All)).ToString();

    private static string Fit(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= MostBytes) return text;
        var (bytes, fits) = (0, new StringBuilder());
        foreach (var rune in text.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > MostBytes - 3) break;
            fits.Append(rune);
        }

        return fits.Append('…').ToString();
    }
}
