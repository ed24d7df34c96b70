using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Marketplace.Tests.Auctions.Sealing;

/// <summary>
/// A bidder's own program, written from the description of the interface alone and with nothing but .NET's cryptography: no
/// type of the market is used here.
/// </summary>
public static class BidderProgram
{
    public sealed record Offer(string BidId, string Commitment, string Envelope);

    public static Offer Seal(string publicKeyHex, string auction, int paddle, string bidId, long amountFen)
    {
        var recipient = Convert.FromHexString(publicKeyHex);
        var nonce = RandomNumberGenerator.GetBytes(32);

        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var q = ephemeral.ExportParameters(false).Q;
        byte[] point = [0x04, .. q.X!, .. q.Y!];
        using var theirs = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = recipient[1..33], Y = recipient[33..] },
        });
        var z = ephemeral.DeriveRawSecretAgreement(theirs.PublicKey);
        var name = $"zjp-envelope.1\n{auction}\n";
        var derived = HKDF.DeriveKey(HashAlgorithmName.SHA256, z, 44, [.. point, .. recipient], Encoding.UTF8.GetBytes(name));

        var content = new byte[40];
        nonce.CopyTo(content, 0);
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(32), amountFen);
        var (cipher, tag) = (new byte[40], new byte[16]);
        using var aes = new AesGcm(derived.AsSpan(0, 32), 16);
        aes.Encrypt(derived.AsSpan(32), content, cipher, tag, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}{paddle}\n{bidId}\n")));

        var commitment = SHA256.HashData([.. nonce, .. Encoding.ASCII.GetBytes(amountFen.ToString(CultureInfo.InvariantCulture))]);
        return new Offer(bidId, Convert.ToHexStringLower(commitment), Convert.ToBase64String([0x01, .. point, .. cipher, .. tag]));
    }

    /// <summary>Reads the opening key and its own paddle, seals, sends.</summary>
    public static async Task<HttpResponseMessage> Send(HttpClient api, string auction, string bidId, long amountFen, CancellationToken cancellation)
    {
        var opening = await api.GetFromJsonAsync<JsonElement>($"/api/auctions/{auction}/opening", cancellation);
        var mine = await api.GetFromJsonAsync<JsonElement>($"/api/auctions/{auction}/mine", cancellation);
        var offer = Seal(opening.GetProperty("publicKey").GetString()!, auction, mine.GetProperty("paddle").GetInt32(), bidId, amountFen);
        return await api.PostAsJsonAsync($"/api/auctions/{auction}/offers", new { bidId = offer.BidId, commitment = offer.Commitment, envelope = offer.Envelope }, cancellation);
    }
}
