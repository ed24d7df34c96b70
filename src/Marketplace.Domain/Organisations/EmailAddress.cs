using Marketplace.Domain.Common;

namespace Marketplace.Domain.Organisations;

/// <summary>The shape of an e-mail address that can be a name to sign in with.</summary>
public static class EmailAddress
{
    /// <summary>RFC 5321: 254 characters in all, 64 before the @.</summary>
    public const int Most = 254;

    private const string LocalMarks = "!#$%&'*+-/=?^_`{|}~.";

    /// <summary>
    /// The address without surrounding blanks. ASCII only: two addresses that look alike must not be two people.
    /// </summary>
    public static Result<string> Read(string? text)
    {
        var address = text?.Trim() ?? "";
        if (address.Length == 0) return Result<string>.Refuse(Refusal.Required, "email");
        var at = address.IndexOf('@', StringComparison.Ordinal);
        return address.Length <= Most && at is > 0 and <= 64 && IsLocal(address.AsSpan(0, at)) && IsDomain(address.AsSpan(at + 1))
            ? address
            : Result<string>.Refuse(Refusal.EmailInvalid, "email");
    }

    private static bool IsLocal(ReadOnlySpan<char> local)
    {
        foreach (var c in local)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !LocalMarks.Contains(c, StringComparison.Ordinal)) return false;
        }

        return local[0] != '.' && local[^1] != '.' && local.IndexOf("..") < 0;
    }

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        var labels = 0;
        foreach (var range in domain.Split('.'))
        {
            var label = domain[range];
            labels++;
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-') return false;
            foreach (var c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-') return false;
            }
        }

        return labels > 1 && !char.IsAsciiDigit(domain[^1]);
    }
}
