using System.Numerics;
using System.Security.Cryptography;

namespace Marketplace.Domain.Tests.Proofs;

/// <summary>Checks Ed25519 signatures by RFC 8032 §5.1.7, slowly: only to read logs that others signed.</summary>
internal static class Ed25519
{
    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger L = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);
    private static readonly BigInteger D = Mod(-121665 * Inverse(121666));
    private static readonly Point Base = Decode(Convert.FromHexString("5866666666666666666666666666666666666666666666666666666666666666"))!;

    public static bool Verifies(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 64 || Decode(publicKey) is not { } key || Decode(signature[..32]) is not { } r) return false;
        var s = new BigInteger(signature[32..], isUnsigned: true);
        if (s >= L) return false;
        byte[] hashed = [.. signature[..32], .. publicKey, .. message];
        var k = new BigInteger(SHA512.HashData(hashed), isUnsigned: true) % L;
        var (left, right) = (Times(s, Base), Add(r, Times(k, key)));
        return Mod(left.X * right.Z - right.X * left.Z).IsZero && Mod(left.Y * right.Z - right.Y * left.Z).IsZero;
    }

    private static Point? Decode(ReadOnlySpan<byte> bytes)
    {
        var y = new BigInteger(bytes, isUnsigned: true);
        var odd = !(y >> 255).IsZero;
        y &= BigInteger.Pow(2, 255) - 1;
        if (y >= P) return null;
        var square = Mod((y * y - 1) * Inverse(D * y * y + 1));
        var x = BigInteger.ModPow(square, (P + 3) / 8, P);
        if (!Mod(x * x - square).IsZero) x = Mod(x * BigInteger.ModPow(2, (P - 1) / 4, P));
        if (!Mod(x * x - square).IsZero || (x.IsZero && odd)) return null;
        if (x.IsEven == odd) x = P - x;
        return new Point(x, y, 1, Mod(x * y));
    }

    private static Point Add(Point p, Point q)
    {
        var (a, b) = (Mod((p.Y - p.X) * (q.Y - q.X)), Mod((p.Y + p.X) * (q.Y + q.X)));
        var (c, d) = (Mod(2 * p.T * q.T * D), Mod(2 * p.Z * q.Z));
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new Point(Mod(e * f), Mod(g * h), Mod(f * g), Mod(e * h));
    }

    private static Point Times(BigInteger scalar, Point point)
    {
        var sum = new Point(0, 1, 1, 0);
        for (; !scalar.IsZero; scalar >>= 1, point = Add(point, point))
        {
            if (!scalar.IsEven) sum = Add(sum, point);
        }

        return sum;
    }

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(Mod(value), P - 2, P);

    private static BigInteger Mod(BigInteger value) => (value % P + P) % P;

    private sealed record Point(BigInteger X, BigInteger Y, BigInteger Z, BigInteger T);
}
