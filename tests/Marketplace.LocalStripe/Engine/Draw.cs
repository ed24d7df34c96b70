namespace Marketplace.StandIns.Engine;

/// <summary>SplitMix64: the same seed draws the same, whatever the version of the runtime.</summary>
internal sealed class Draw(ulong seed)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private ulong _state = seed;

    public string Id(string prefix) => string.Create(prefix.Length + 24, (prefix, this), static (span, given) =>
    {
        given.prefix.CopyTo(span);
        foreach (ref var letter in span[given.prefix.Length..]) letter = Letters[given.Item2.Below(Letters.Length)];
    });

    /// <summary>From 0 to under 1.</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

    public int Below(int bound) => (int)(Next() % (ulong)bound);

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
