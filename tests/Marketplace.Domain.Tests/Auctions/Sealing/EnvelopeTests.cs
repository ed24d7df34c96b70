using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Domain.Auctions.Sealing;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions.Sealing;

public sealed class EnvelopeTests
{
    private const string Lot = "ZJP-2026-ABCDEF", Bid = "b-1";
    private static readonly byte[] Scalar = SHA256.HashData("opening key"u8), Once = SHA256.HashData("once"u8);
    private static readonly byte[] Point = SealedBox.PublicKeyOf(Scalar)!;
    private static readonly Secret Offer = new(Convert.ToHexStringLower(SHA256.HashData("nonce"u8)), 123_456_789_01);
    private static readonly byte[] Sealed = Envelope.Seal(Point, Once, Lot, 7, Bid, Offer);

    [Fact]
    public void It_opens_for_its_key_lot_paddle_and_bid_and_for_no_other()
    {
        Assert.Equal(Offer, Envelope.Open(Sealed, Scalar, Lot, 7, Bid));
        Assert.Null(Envelope.Open(Sealed, Once, Lot, 7, Bid));
        Assert.Null(Envelope.Open(Sealed, Scalar, "ZJP-2026-ABCDEG", 7, Bid));
        Assert.Null(Envelope.Open(Sealed, Scalar, Lot, 8, Bid));
        Assert.Null(Envelope.Open(Sealed, Scalar, Lot, 7, "b-2"));
        Assert.Null(Envelope.Open(Sealed, [], Lot, 7, Bid));
    }

    [Fact]
    public void A_change_of_any_bit_of_any_byte_and_any_cut_makes_it_unreadable()
    {
        for (var i = 0; i < Sealed.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = Sealed.ToArray();
                changed[i] ^= (byte)(1 << bit);
                Assert.Null(Envelope.Open(changed, Scalar, Lot, 7, Bid));
            }

            Assert.Null(Envelope.Open(Sealed.AsSpan(0, i), Scalar, Lot, 7, Bid));
        }

        Assert.Null(Envelope.Open([.. Sealed, 0], Scalar, Lot, 7, Bid));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Fen.Most)]
    [InlineData(long.MaxValue)]
    public void Its_length_says_nothing_of_the_amount(long fen)
    {
        var envelope = Envelope.Seal(Point, Once, Lot, 7, Bid, Offer with { ValueFen = fen });
        Assert.Equal(122, envelope.Length);
        Assert.True(Envelope.IsEnvelope(envelope));
        Assert.Equal(fen, Envelope.Open(envelope, Scalar, Lot, 7, Bid)!.ValueFen);
    }

    [Fact]
    public void Anything_else_is_no_envelope()
    {
        Assert.False(Envelope.IsEnvelope([]));
        Assert.False(Envelope.IsEnvelope(new byte[122]));
        var offTheCurve = Sealed.ToArray();
        offTheCurve[40] ^= 1;
        Assert.False(Envelope.IsEnvelope(offTheCurve));
        Assert.False(SealedBox.IsPublicKey([4, .. new byte[64]]));
        Assert.Null(SealedBox.PublicKeyOf(new byte[32]));
        Assert.Null(SealedBox.PublicKeyOf([.. Enumerable.Repeat((byte)0xff, 32)]));
    }

    [Fact]
    public void A_share_opens_for_its_holder_lot_and_index_only()
    {
        var share = Shamir.Split(Scalar, 2, 3, SHA256.HashData("chance"u8))[1];
        var box = KeyShare.Seal(Point, Once, Lot, share);
        Assert.Equal(KeyShare.BoxLength, box.Length);
        Assert.Equal(share, KeyShare.Open(box, Scalar, Lot, 2));
        Assert.Null(KeyShare.Open(box, Scalar, Lot, 1));
        Assert.Null(KeyShare.Open(box, Scalar, "another", 2));
        Assert.Null(KeyShare.Open(box, Once, Lot, 2));
        Assert.Null(KeyShare.Open(Sealed, Scalar, Lot, 2));
        Assert.NotEqual(KeyShare.Commitment(Lot, share), KeyShare.Commitment("another", share));
    }

    /// <summary>The page's script is held to the same file, so that both make the same bytes.</summary>
    [Fact]
    public void The_bytes_are_those_that_the_page_makes()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "sealing-vector.json")));
        var vector = document.RootElement;
        string Text(string name) => vector.GetProperty(name).GetString()!;
        byte[] Bytes(string name) => Convert.FromHexString(Text(name));
        var (lot, paddle, bid) = (Text("auction"), vector.GetProperty("paddle").GetInt32(), Text("bidId"));
        var offer = new Secret(Text("nonce"), vector.GetProperty("amountFen").GetInt64());
        Assert.Equal(Text("publicKey"), Convert.ToHexStringLower(SealedBox.PublicKeyOf(Bytes("scalar"))!));
        Assert.Equal(Text("ephemeralPublic"), Convert.ToHexStringLower(SealedBox.PublicKeyOf(Bytes("ephemeral"))!));
        Assert.Equal(Text("envelope"), Convert.ToHexStringLower(Envelope.Seal(Bytes("publicKey"), Bytes("ephemeral"), lot, paddle, bid, offer)));
        Assert.Equal(Text("commitment"), offer.Commitment());
        var shares = Shamir.Split(Bytes("scalar"), 2, 3, Bytes("coefficients"));
        Assert.Equal(vector.GetProperty("shares").EnumerateArray().Select(s => s.GetString()), shares.Select(Convert.ToHexStringLower));
        Assert.Equal(Text("shareCommitment"), KeyShare.Commitment(lot, shares[0]));
    }
}
