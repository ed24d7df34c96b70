using System.Security.Cryptography;
using Marketplace.Domain.Auctions.Sealing;

namespace Marketplace.Domain.Tests.Auctions.Sealing;

public sealed class ShamirTests
{
    /// <summary>FIPS 197, figure 7: the inverse in this field, followed by a known affine map.</summary>
    private const string SBox = """
        637c777bf26b6fc53001672bfed7ab76 ca82c97dfa5947f0add4a2af9ca472c0 b7fd9326363ff7cc34a5e5f171d83115 04c723c31896059a071280e2eb27b275
        09832c1a1b6e5aa0523bd6b329e32f84 53d100ed20fcb15b6acbbe394a4c58cf d0efaafb434d338545f9027f503c9fa8 51a3408f929d38f5bcb6da2110fff3d2
        cd0c13ec5f974417c4a77e3d645d1973 60814fdc222a908846eeb814de5e0bdb e0323a0a4906245cc2d3ac629195e479 e7c8376d8dd54ea96c56f4ea657aae08
        ba78252e1ca6b4c6e8dd741f4bbd8b8a 703eb5664803f60e613557b986c11d9e e1f8981169d98e949b1e87e9ce5528df 8ca1890dbfe6426841992d0fb054bb16
        """;

    [Theory]
    [InlineData(0x57, 0x83, 0xc1)]
    [InlineData(0x57, 0x13, 0xfe)]
    [InlineData(0x57, 0x02, 0xae)]
    [InlineData(0x53, 0xca, 0x01)]
    [InlineData(0xff, 0x00, 0x00)]
    public void The_field_is_the_one_of_AES(byte a, byte b, byte product)
    {
        Assert.Equal(product, Shamir.Multiply(a, b));
        Assert.Equal(product, Shamir.Multiply(b, a));
    }

    [Fact]
    public void Every_inverse_is_the_one_behind_the_AES_table()
    {
        var table = Convert.FromHexString(string.Concat(SBox.Where(c => !char.IsWhiteSpace(c))));
        for (var a = 0; a < 256; a++)
        {
            var x = Shamir.Inverse((byte)a);
            var mapped = x ^ byte.RotateLeft(x, 1) ^ byte.RotateLeft(x, 2) ^ byte.RotateLeft(x, 3) ^ byte.RotateLeft(x, 4) ^ 0x63;
            Assert.Equal(table[a], (byte)mapped);
            Assert.Equal(a == 0 ? 0 : 1, Shamir.Multiply((byte)a, x));
        }
    }

    [Fact]
    public void Every_choice_of_enough_shares_gives_the_secret_and_of_fewer_another()
    {
        var secret = SHA256.HashData("secret"u8);
        for (var n = 2; n <= 6; n++)
        {
            for (var k = 2; k <= n; k++)
            {
                var shares = Shamir.Split(secret, k, n, Chance(secret.Length * (k - 1), n, k));
                for (var choice = 1; choice < 1 << n; choice++)
                {
                    var chosen = shares.Where((_, i) => (choice >> i & 1) == 1).Reverse().ToArray();
                    Assert.Equal(chosen.Length >= k, Shamir.Combine(chosen).AsSpan().SequenceEqual(secret));
                }
            }
        }
    }

    /// <summary>One byte, two of three: whatever one share says, each of the 256 secrets is behind it equally often.</summary>
    [Fact]
    public void One_share_of_two_says_nothing()
    {
        for (var index = 0; index < 3; index++)
        {
            var seen = new int[256, 256];
            for (var secret = 0; secret < 256; secret++)
            {
                for (var chance = 0; chance < 256; chance++) seen[Shamir.Split([(byte)secret], 2, 3, [(byte)chance])[index][1], secret]++;
            }

            foreach (var times in seen) Assert.Equal(1, times);
        }
    }

    /// <summary>One byte, three of three: of two shares the same, over all 65,536 coefficients of each of some secrets.</summary>
    [Fact]
    public void Two_shares_of_three_say_nothing()
    {
        foreach (byte secret in (byte[])[0, 1, 0x7f, 0xff])
        {
            var seen = new int[65_536];
            for (var chance = 0; chance < 65_536; chance++)
            {
                var shares = Shamir.Split([secret], 3, 3, [(byte)chance, (byte)(chance >> 8)]);
                seen[(shares[0][1] << 8) | shares[2][1]]++;
            }

            Assert.All(seen, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public void Shares_that_cannot_belong_together_are_no_secret()
    {
        Assert.Throws<ArgumentException>(() => Shamir.Combine([]));
        Assert.Throws<ArgumentException>(() => Shamir.Combine([[1, 5], [1, 6]]));
        Assert.Throws<ArgumentException>(() => Shamir.Combine([[0, 5], [1, 6]]));
        Assert.Throws<ArgumentException>(() => Shamir.Combine([[1, 5], [2, 6, 7]]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Shamir.Split([1], 2, 3, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Shamir.Split([1], 3, 2, [1, 2]));
    }

    private static byte[] Chance(int length, params ReadOnlySpan<int> seeds)
    {
        var chance = new byte[length];
        HKDF.Expand(HashAlgorithmName.SHA256, SHA256.HashData([.. seeds.ToArray().Select(s => (byte)s)]), chance, "chance"u8);
        return chance;
    }
}
