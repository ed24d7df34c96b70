namespace Marketplace.Domain.Auctions.Sealing;

/// <summary>Shamir's secret sharing, byte by byte over GF(256) with the AES polynomial x⁸+x⁴+x³+x+1.</summary>
/// <remarks>
/// Each byte of the secret is the constant of its own polynomial of degree <c>needed − 1</c>; a share is the index followed by
/// the polynomials' values at it. Fewer shares than needed say nothing: for every secret there is one polynomial through them.
/// </remarks>
public static class Shamir
{
    /// <summary>Cuts a secret into shares.</summary>
    /// <param name="coefficients">Fresh random bytes, <c>secret.Length × (needed − 1)</c> of them; chance comes from the caller.</param>
    /// <returns>One share each: its index from 1, then as many bytes as the secret has.</returns>
    public static byte[][] Split(ReadOnlySpan<byte> secret, int needed, int shares, ReadOnlySpan<byte> coefficients)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(needed, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(needed, shares);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shares, 255);
        ArgumentOutOfRangeException.ThrowIfNotEqual(coefficients.Length, secret.Length * (needed - 1));
        var all = new byte[shares][];
        for (var s = 0; s < shares; s++)
        {
            var share = all[s] = new byte[1 + secret.Length];
            share[0] = (byte)(s + 1);
            for (var b = 0; b < secret.Length; b++)
            {
                // Horner, from the highest coefficient down to the secret itself.
                var value = (byte)0;
                for (var c = needed - 2; c >= 0; c--) value = (byte)(Multiply(value, share[0]) ^ coefficients[(b * (needed - 1)) + c]);
                share[1 + b] = (byte)(Multiply(value, share[0]) ^ secret[b]);
            }
        }

        return all;
    }

    /// <summary>The secret of at least as many shares as are needed; of fewer, or of others, bytes that say nothing.</summary>
    /// <exception cref="ArgumentException">No shares, or shares that cannot belong together.</exception>
    public static byte[] Combine(IReadOnlyList<byte[]> shares)
    {
        if (shares.Count == 0 || shares.Any(s => s.Length < 2 || s[0] == 0 || s.Length != shares[0].Length) || shares.Select(s => s[0]).Distinct().Count() != shares.Count)
            throw new ArgumentException("Shares have distinct indices from 1 and one length.", nameof(shares));
        var secret = new byte[shares[0].Length - 1];
        foreach (var share in shares)
        {
            // Lagrange's weight of this share at zero; minus is plus here.
            var weight = (byte)1;
            foreach (var other in shares)
            {
                if (other[0] != share[0]) weight = Multiply(weight, Multiply(other[0], Inverse((byte)(other[0] ^ share[0]))));
            }

            for (var b = 0; b < secret.Length; b++) secret[b] ^= Multiply(weight, share[1 + b]);
        }

        return secret;
    }

    /// <summary>The product in GF(256), without a table and without a branch on the factors.</summary>
    public static byte Multiply(byte a, byte b)
    {
        var product = 0;
        var factor = (int)a;
        for (var bit = 0; bit < 8; bit++)
        {
            product ^= -((b >> bit) & 1) & factor;
            factor = (factor << 1) ^ (-(factor >> 7) & 0x11b);
        }

        return (byte)product;
    }

    /// <summary>a⁻¹ = a²⁵⁴; 0 for 0.</summary>
    public static byte Inverse(byte a)
    {
        var result = (byte)1;
        var power = a;
        for (var bit = 1; bit < 8; bit++)
        {
            power = Multiply(power, power);
            result = Multiply(result, power);
        }

        return result;
    }
}
