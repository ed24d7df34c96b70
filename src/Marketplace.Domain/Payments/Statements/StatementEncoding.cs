using System.Text;
using System.Text.RegularExpressions;

namespace Marketplace.Domain.Payments.Statements;

/// <summary>Bytes to text, strictly: a byte that does not fit is never replaced by a question mark.</summary>
internal static partial class StatementEncoding
{
    private static readonly Encoding Utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);
    // Asked of the provider itself, so that nothing is registered for the whole process.
    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding(54936, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;
    private static readonly Encoding Utf16 = new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true);
    private static readonly Encoding Utf16BigEndian = new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true);

    /// <summary>A table says nothing about its encoding: UTF-8, and GB18030 when it cannot be that. Null for neither.</summary>
    /// <remarks>Chinese text in GB18030 is practically never valid UTF-8; the other way round it often is, so UTF-8 is tried first.</remarks>
    public static string? OfTable(byte[] bytes) =>
        bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? Decode(Utf8, bytes, 3) : Decode(Utf8, bytes, 0) ?? Decode(Gb18030, bytes, 0);

    /// <summary>XML names its encoding and is read in no other. Null when it names another or is not what it says.</summary>
    public static string? OfXml(byte[] bytes)
    {
        ReadOnlySpan<byte> start = bytes;
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return Decode(Utf16, bytes, 2);
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return Decode(Utf16BigEndian, bytes, 2);
        if (start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) return Decode(Utf8, bytes, 3);
        var declared = Declaration().Match(Encoding.Latin1.GetString(bytes, 0, Math.Min(bytes.Length, 200)));
        if (!declared.Success) return Decode(Utf8, bytes, 0);
        return declared.Groups[1].Value.ToUpperInvariant() switch
        {
            "UTF-8" or "UTF8" or "US-ASCII" => Decode(Utf8, bytes, 0),
            "GB18030" or "GBK" or "GB2312" => Decode(Gb18030, bytes, 0),
            _ => null,
        };
    }

    private static string? Decode(Encoding encoding, byte[] bytes, int from)
    {
        try
        {
            return encoding.GetString(bytes, from, bytes.Length - from);
        }
        catch (DecoderFallbackException)
        {
            // The answer to the question that was asked: the bytes are not this encoding.
            return null;
        }
    }

    [GeneratedRegex("""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""", RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();
}
