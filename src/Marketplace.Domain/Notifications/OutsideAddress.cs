using System.Net;
using System.Net.Sockets;
using System.Text;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Notifications;

/// <summary>Where a person may have notices sent to: never into the market's own network.</summary>
public static class OutsideAddress
{
    public const int LongestUrl = 500;
    public const int LongestSecret = 200;

    /// <summary>RFC 1035 2.3.4.</summary>
    private const int LongestLabel = 63;

    /// <summary>
    /// The address of a robot as somebody typed it: https on its usual port, without a name or password in it. What the name
    /// stands for is checked when it is connected to (<see cref="IsPublic"/>).
    /// </summary>
    /// <param name="allowsLoopback">A market under test may talk to itself, also without TLS and on any port.</param>
    public static Result<Uri> ReadUrl(string? typed, bool allowsLoopback = false)
    {
        var text = Text.Require(typed, LongestUrl, "address");
        if (!text.Done) return Result<Uri>.Refuse(text.Refusal.Value, text.Detail);
        if (!Uri.TryCreate(text.Value.Trim(), UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Host.Length == 0) return Refuse(Refusal.NoticeAddressInvalid);
        if (allowsLoopback && url.IsLoopback && url.Scheme is "http" or "https") return url;
        if (url.Scheme != "https" || !url.IsDefaultPort) return Refuse(Refusal.NoticeAddressInvalid);
        // Written as a number it is known now; brackets are how an address stands for a host.
        return IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && !IsPublic(address) ? Refuse(Refusal.NoticeAddressForbidden)
            : url.HostNameType is not UriHostNameType.Dns ? url
            : NameOf(url) is not { } name ? Refuse(Refusal.NoticeAddressInvalid)
            : !IsQualified(name) ? Refuse(Refusal.NoticeAddressForbidden)
            : url;
    }

    /// <summary>The name in the letters of the domain name system; null for one that cannot be written in them: nobody can be asked for it.</summary>
    private static string? NameOf(Uri url)
    {
        try
        {
            // Some systems write a label that is too long all the same.
            return url.IdnHost is var name && Ascii.IsValid(name) && name.Split('.').All(label => label.Length <= LongestLabel) ? name : null;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    /// <summary>A mobile number: eleven digits of the mainland, or a plus with the digits of any other country.</summary>
    public static Result<string> ReadPhone(string? typed)
    {
        var text = Text.Require(typed, 40, "address");
        if (!text.Done) return text;
        var narrow = Text.Narrow(text.Value);
        var digits = string.Concat(narrow.Where(char.IsAsciiDigit));
        var others = narrow.Any(c => !char.IsAsciiDigit(c) && c is not (' ' or '-' or '(' or ')' or '+'));
        var plus = narrow.TrimStart().StartsWith('+');
        if (others || narrow.Count(c => c == '+') > (plus ? 1 : 0)) return Result<string>.Refuse(Refusal.PhoneInvalid, "address");
        if (plus && digits.StartsWith("86", StringComparison.Ordinal)) (plus, digits) = (false, digits[2..]);
        if (!plus) return digits is ['1', >= '3' and <= '9', ..] && digits.Length == 11 ? digits : Result<string>.Refuse(Refusal.PhoneInvalid, "address");
        return digits.Length is >= 8 and <= 15 && digits[0] != '0' ? "+" + digits : Result<string>.Refuse(Refusal.PhoneInvalid, "address");
    }

    /// <summary>An address of the public internet by IANA's special-purpose registries: everything else is refused, known or not.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> b = stackalloc byte[16];
        address.TryWriteBytes(b, out _);
        if (address.AddressFamily == AddressFamily.InterNetwork) return IsPublic4(b);
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return false;
        // 64:ff9b::/96 is the IPv4 address inside it.
        if (b[..12].SequenceEqual((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0])) return IsPublic4(b[12..]);
        // Global unicast is 2000::/3; inside it protocols, documentation and 6to4 are none.
        if ((b[0] & 0xe0) != 0x20) return false;
        return !((b[0], b[1]) is (0x20, 0x01) && (b[2] < 2 || (b[2], b[3]) is (0x0d, 0xb8)))
            && (b[0], b[1]) is not (0x20, 0x02)
            && !((b[0], b[1]) is (0x3f, 0xff) && b[2] < 0x10);
    }

    private static bool IsPublic4(ReadOnlySpan<byte> b) => b[0] switch
    {
        0 or 10 or 127 or >= 224 => false,
        100 => (b[1] & 0xc0) != 64,
        169 => b[1] != 254,
        172 => (b[1] & 0xf0) != 16,
        192 => (b[1], b[2]) is not ((168, _) or (0, 0) or (0, 2) or (88, 99)),
        198 => (b[1] & 0xfe) != 18 && (b[1], b[2]) is not (51, 100),
        203 => (b[1], b[2]) is not (0, 113),
        _ => true,
    };

    /// <summary>A name of one label, or one that ends as names inside a network do, is somebody's own machine.</summary>
    private static bool IsQualified(string host)
    {
        var name = host.TrimEnd('.');
        string[] inside = [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".intranet", ".corp"];
        return name.Contains('.', StringComparison.Ordinal) && !inside.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));
    }

    private static Result<Uri> Refuse(Refusal refusal) => Result<Uri>.Refuse(refusal, "address");
}
