using System.Security.Cryptography;
using System.Text.Json;

namespace Marketplace.Domain.Tests.Auctions.Sealing;

/// <summary>What a box rests on, against published vectors: a platform that computes anything else is not to be trusted with it.</summary>
public sealed class PrimitiveTests
{
    private static readonly byte[] Ikm = [.. Enumerable.Repeat((byte)0x0b, 22)];

    /// <summary>RFC 5869, A.1 to A.3.</summary>
    [Fact]
    public void HKDF_is_the_one_of_RFC_5869()
    {
        Assert.Equal(
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
            Derived(Ikm, 42, Count(0x00, 13), Count(0xf0, 10)));
        Assert.Equal(
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
            Derived(Count(0x00, 80), 82, Count(0x60, 80), Count(0xb0, 80)));
        Assert.Equal("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8", Derived(Ikm, 42, [], []));
    }

    /// <summary>RFC 5903, 8.1.</summary>
    [Fact]
    public void ECDH_is_the_one_of_RFC_5903()
    {
        using var mine = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Convert.FromHexString("C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433"),
        });
        Assert.Equal("DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180", Convert.ToHexString(mine.ExportParameters(false).Q.X!));
        using var theirs = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Convert.FromHexString("D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63"),
                Y = Convert.FromHexString("56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB"),
            },
        });
        Assert.Equal("D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE", Convert.ToHexString(mine.DeriveRawSecretAgreement(theirs.PublicKey)));
    }

    /// <summary>Wycheproof (Apache-2.0, licence beside the file): the groups with the sizes that a box has.</summary>
    [Fact]
    public void AES_GCM_passes_Wycheproof()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "wycheproof-aes-gcm.json")));
        var tried = 0;
        foreach (var group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            if ((group.GetProperty("keySize").GetInt32(), group.GetProperty("ivSize").GetInt32(), group.GetProperty("tagSize").GetInt32()) != (256, 96, 128)) continue;
            foreach (var vector in group.GetProperty("tests").EnumerateArray())
            {
                byte[] Bytes(string name) => Convert.FromHexString(vector.GetProperty(name).GetString()!);
                using var aes = new AesGcm(Bytes("key"), 16);
                var content = new byte[Bytes("ct").Length];
                var opened = true;
                try
                {
                    aes.Decrypt(Bytes("iv"), Bytes("ct"), Bytes("tag"), content, Bytes("aad"));
                }
                catch (AuthenticationTagMismatchException)
                {
                    opened = false;
                }

                Assert.Equal(vector.GetProperty("result").GetString() == "valid", opened);
                if (opened) Assert.Equal(Bytes("msg"), content);
                tried++;
            }
        }

        Assert.Equal(66, tried);
    }

    private static byte[] Count(byte from, int length) => [.. Enumerable.Range(from, length).Select(i => (byte)i)];

    private static string Derived(byte[] ikm, int length, byte[] salt, byte[] info) =>
        Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, ikm, length, salt, info));
}
