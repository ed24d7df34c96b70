using System.Collections.Immutable;
using System.Text.Json;

namespace Marketplace.Domain.Auctions.Sealing;

/// <summary>A share as the announcement names it: who keeps it, for which of its keys, and what it will be compared with.</summary>
/// <param name="HolderKey">Fingerprint of the holder's public key that the share was encrypted for.</param>
public sealed record HeldShare(ShareHolder Holder, string HolderKey, string Commitment);

/// <summary>
/// The key that offers of a lot are sealed for, as the terms fix it. Nobody has its private half: it was cut into shares in
/// the browser of the person who announced, and comes together again after the end.
/// </summary>
/// <param name="PublicKey">The uncompressed point in lower-case hex.</param>
/// <param name="Needed">How many shares open.</param>
/// <param name="Shares">Share 1 first.</param>
public sealed record OpeningKey(string PublicKey, int Needed, ImmutableArray<HeldShare> Shares)
{
    public const int Fewest = 2, Most = 9;

    public byte[] Point => Convert.FromHexString(PublicKey);

    public string Fingerprint => SealedBox.Fingerprint(Point);

    /// <summary>Whether one can announce with it: a point of the curve, two shares needed at least, each with its own commitment.</summary>
    public bool IsSound =>
        IsHex(PublicKey, 2 * SealedBox.PublicKeyLength) && SealedBox.IsPublicKey(Point)
        && !Shares.IsDefault && Shares.Length is >= Fewest and <= Most && Needed >= Fewest && Needed <= Shares.Length
        && Shares.All(s => Enum.IsDefined(s.Holder) && IsHex(s.HolderKey, 64) && IsHex(s.Commitment, 64))
        && Shares.Select(s => s.Holder).Distinct().Count() == Shares.Length
        && Shares.Select(s => s.Commitment).Distinct().Count() == Shares.Length;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("openingKey");
        json.WriteString("publicKey", PublicKey);
        json.WriteNumber("needed", Needed);
        json.WriteStartArray("shares");
        foreach (var share in Shares)
        {
            json.WriteStartObject();
            json.WriteString("holder", KeyShare.Word(share.Holder));
            json.WriteString("holderKey", share.HolderKey);
            json.WriteString("commitment", share.Commitment);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static OpeningKey Read(JsonElement json) => new(
        json.GetProperty("publicKey").GetString()!,
        json.GetProperty("needed").GetInt32(),
        [.. json.GetProperty("shares").EnumerateArray().Select(s => new HeldShare(
            KeyShare.Read(s.GetProperty("holder").GetString()), s.GetProperty("holderKey").GetString()!, s.GetProperty("commitment").GetString()!))]);

    public bool Equals(OpeningKey? other) => other is not null && (PublicKey, Needed) == (other.PublicKey, other.Needed) && Shares.SequenceEqual(other.Shares);

    public override int GetHashCode() => HashCode.Combine(PublicKey, Needed);

    private static bool IsHex(string? text, int length) => text?.Length == length && text.All(char.IsAsciiHexDigitLower);
}
