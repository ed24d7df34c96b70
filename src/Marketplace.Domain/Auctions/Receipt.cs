using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>What a bidder keeps of an accepted bid: the hashes from the bid's line to a head that the platform signed.</summary>
/// <param name="Hashes">Of the bid's line first, of the signed head last.</param>
public sealed record Receipt(string Stream, long Version, IReadOnlyList<string> Hashes, long HeadVersion, string Alg, string Key, string Signature);

/// <summary>What a bidder keeps of a sealed offer: everything that was sealed, and its receipt.</summary>
/// <param name="OpeningKey">The lot's public opening key that it was sealed for, in hex.</param>
/// <param name="Envelope">In base64, as it was sent.</param>
public sealed record OfferCopy(
    string Format, string Auction, int Paddle, long AmountFen, string OpeningKey, string BidId, string Commitment, string Envelope, string Nonce, Receipt Receipt)
{
    public const string Name = "zjp-offer-copy.1";
}

/// <summary>What a receipt says against a transcript.</summary>
public enum ReceiptFinding
{
    /// <summary>The market signed it, and the transcript holds exactly this line.</summary>
    InTheRecord,

    NotAReceipt,
    OtherAuction,

    /// <summary>The market's key did not sign it.</summary>
    NotSigned,

    /// <summary>The market signed it, and the transcript holds something else: two histories.</summary>
    OtherHistory,

    /// <summary>The line is no offer of this copy.</summary>
    NotThisOffer,

    /// <summary>The offer is in the record, and what was opened for it is not what was sealed.</summary>
    OpenedOtherwise,

    /// <summary>Signed with a key that the reader did not give; nothing is decided.</summary>
    UnknownKey,

    /// <summary>The transcript ends before the line; nothing is decided.</summary>
    LaterThanTheRecord,
}

/// <summary>Holds receipts, and copies of sealed offers, against a transcript that was found good.</summary>
/// <remarks>Order of findings: the shape · the auction · the key and the signature · the lines · the offer.</remarks>
public static class ReceiptCheck
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <param name="keys">SubjectPublicKeyInfo of the keys that the reader trusts, beside the one that signed the transcript.</param>
    /// <param name="line">The line that it is about, when the transcript holds it.</param>
    public static ReceiptFinding Of(ReadOnlySpan<byte> file, TranscriptCheck record, IEnumerable<byte[]> keys, out FactLine? line)
    {
        line = null;
        var terms = ((TermsFixed)record.Lines[0].Fact).Terms;
        var (receipt, copy) = Read(file);
        if (receipt is null || !IsShaped(receipt)) return ReceiptFinding.NotAReceipt;
        if (receipt.Stream != Transcript.StreamOf(terms.Auction)) return ReceiptFinding.OtherAuction;
        if (keys.Append(record.Head!.PublicKey).FirstOrDefault(key => StreamHead.KeyId(key) == receipt.Key) is not { } signer) return ReceiptFinding.UnknownKey;
        if (!IsSigned(receipt, signer)) return ReceiptFinding.NotSigned;
        if (receipt.Version > record.Lines.Count) return record.Replayed is null ? ReceiptFinding.LaterThanTheRecord : ReceiptFinding.OtherHistory;
        // The head of a receipt may be younger than the transcript; as far as both go they are the same.
        var shared = record.Lines.Skip((int)receipt.Version - 1).Take(receipt.Hashes.Count).Select(l => l.Hash);
        if (!shared.SequenceEqual(receipt.Hashes.Take(record.Lines.Count - (int)receipt.Version + 1))) return ReceiptFinding.OtherHistory;
        line = record.Lines[(int)receipt.Version - 1];
        return copy is null ? ReceiptFinding.InTheRecord : Offer(copy, line, terms, record.Lines);
    }

    private static (Receipt? Receipt, OfferCopy? Copy) Read(ReadOnlySpan<byte> file)
    {
        try
        {
            using var document = JsonDocument.Parse(file.ToArray());
            if (!document.RootElement.TryGetProperty("format", out _)) return (JsonSerializer.Deserialize<Receipt>(file, Strict), null);
            var copy = JsonSerializer.Deserialize<OfferCopy>(file, Strict);
            return copy?.Format == OfferCopy.Name ? (copy.Receipt, copy) : (null, null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, null);
        }
    }

    private static bool IsShaped(Receipt receipt) =>
        receipt is { Version: >= 1, Hashes.Count: >= 1, Alg: StreamHead.Algorithm } && receipt.HeadVersion == receipt.Version + receipt.Hashes.Count - 1;

    private static bool IsSigned(Receipt receipt, byte[] publicKey)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(publicKey, out _);
            return StreamHead.Verifies(key, receipt.Stream, receipt.HeadVersion, receipt.Hashes[^1], Convert.FromBase64String(receipt.Signature));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false;
        }
    }

    private static ReceiptFinding Offer(OfferCopy copy, FactLine line, Terms terms, IReadOnlyList<FactLine> lines)
    {
        if (copy.Nonce is not { Length: 64 } || !copy.Nonce.All(char.IsAsciiHexDigitLower)) return ReceiptFinding.NotThisOffer;
        var bytes = new byte[copy.Envelope.Length];
        var isSame = Convert.TryFromBase64String(copy.Envelope, bytes, out var length)
            && line.Fact is OfferSealed made
            && (copy.Auction, copy.Paddle, copy.BidId, copy.Commitment) == (terms.Auction, made.Paddle, made.BidId, made.Commitment)
            && copy.OpeningKey == terms.OpeningKey?.PublicKey
            && new Secret(copy.Nonce, copy.AmountFen).Commitment() == made.Commitment
            && Envelope.Hash(bytes.AsSpan(0, length)) == made.EnvelopeSha256;
        if (!isSame) return ReceiptFinding.NotThisOffer;
        var opened = lines.Select(l => l.Fact).OfType<OffersOpened>().SelectMany(o => o.Items).FirstOrDefault(item => item.Of == line.Version);
        return opened is null || (opened.AmountFen, opened.Nonce) == (copy.AmountFen, copy.Nonce) ? ReceiptFinding.InTheRecord : ReceiptFinding.OpenedOtherwise;
    }
}
