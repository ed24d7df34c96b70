using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Common;

namespace Marketplace.Payments.Cards;

/// <summary>The Stripe-Signature header: HMAC-SHA256 over "t.body". Stripe's own library reads this machine's clock, the market has one of its own.</summary>
internal static class StripeSignature
{
    /// <summary>As Stripe's libraries: a body that somebody recorded is worth nothing later.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    /// <returns>Why it is not Stripe's word of now; null when it is.</returns>
    public static Refusal? Check(string? header, ReadOnlySpan<byte> body, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        var items = (header ?? "").Split(',', StringSplitOptions.TrimEntries).Select(item => item.Split('=', 2)).Where(item => item.Length == 2).ToLookup(item => item[0], item => item[1]);
        if (items["t"].ToList() is not [var time] || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return Refusal.CardEventUnsigned;
        var signatures = items["v1"].Where(text => text.Length == 2 * SHA256.HashSizeInBytes && text.All(char.IsAsciiHexDigit)).Select(Convert.FromHexString).ToList();
        if (signatures.Count == 0) return Refusal.CardEventUnsigned;
        var signed = false;
        foreach (var secret in secrets)
        {
            var expected = Hash(secret, time, body);
            foreach (var signature in signatures) signed |= CryptographicOperations.FixedTimeEquals(expected, signature);
        }

        if (!signed) return Refusal.CardEventSignatureWrong;
        return Math.Abs(now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds ? Refusal.CardEventTooOld : null;
    }

    private static byte[] Hash(string secret, string time, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes($"{time}."));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }
}
