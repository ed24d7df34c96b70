using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Common;

public sealed class SecretTests
{
    private static readonly string Nonce = string.Concat(Enumerable.Repeat("0f", 32));

    [Fact]
    public void A_commitment_is_the_hash_of_nonce_and_digits_as_anyone_can_compute_it()
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)0x0F, 32), .. Encoding.ASCII.GetBytes("296000000")];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), new Secret(Nonce, 296_000_000).Commitment());
    }

    [Fact]
    public void Another_value_or_another_nonce_commits_to_something_else()
    {
        var commitment = new Secret(Nonce, 1).Commitment();
        Assert.NotEqual(commitment, new Secret(Nonce, 2).Commitment());
        Assert.NotEqual(commitment, new Secret("1" + Nonce[1..], 1).Commitment());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0f")]
    [InlineData("zz0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f")]
    public void A_nonce_that_is_not_32_bytes_of_hex_is_a_bug(string nonce) =>
        Assert.Throws<InvalidOperationException>(() => new Secret(nonce, 1).Commitment());
}
