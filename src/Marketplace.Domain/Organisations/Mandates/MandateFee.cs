using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Organisations.Mandates;

/// <summary>How a broker's fee is measured. Stored by name.</summary>
public enum FeeKind
{
    /// <summary>未约定: reasonable, from the client, agreed afterwards; never a number that the market works out.</summary>
    Unagreed,

    /// <summary>A share of 成交额.</summary>
    Share,

    /// <summary>A fixed sum.</summary>
    Fixed,

    /// <summary>A share for each band of 成交额; every band only for the part of the amount that lies in it.</summary>
    Tiers,
}

/// <summary>Who pays the fee. The other side pays only what it has itself agreed to. Stored by name.</summary>
public enum FeePayer { Client, OtherSide, Halves }

/// <summary>A band of a fee in tiers.</summary>
/// <param name="UpToFen">Where the band ends; null for the last one.</param>
/// <param name="ShareBp">Basis points of what lies in the band.</param>
public sealed record FeeTier(long? UpToFen, int ShareBp);

/// <summary>佣金约定: the scale and who pays.</summary>
public sealed record MandateFee(FeeKind Kind, FeePayer Payer = FeePayer.Client, int ShareBp = 0, long FixedFen = 0)
{
    /// <summary>30 %: above it nobody here calls it a broker's fee.</summary>
    public const int MostBp = 3000;

    public const int MostTiers = 5;

    public static readonly MandateFee Unagreed = new(FeeKind.Unagreed);

    public ImmutableArray<FeeTier> Tiers { get; init; } = [];

    /// <summary>Compared by what it says; an array would compare by where it lies.</summary>
    public bool Equals(MandateFee? other) =>
        other is not null && (Kind, Payer, ShareBp, FixedFen) == (other.Kind, other.Payer, other.ShareBp, other.FixedFen) && Tiers.SequenceEqual(other.Tiers);

    public override int GetHashCode() => HashCode.Combine(Kind, Payer, ShareBp, FixedFen);

    /// <summary>What is wrong with the scale; null when it can be signed.</summary>
    public (Refusal Why, string Field)? Fault() => Kind switch
    {
        FeeKind.Unagreed => null,
        FeeKind.Share => ShareBp is > 0 and <= MostBp ? null : (Refusal.FeeScaleInvalid, "share"),
        FeeKind.Fixed => Fen.IsAmount(FixedFen) ? null : (Refusal.FeeScaleInvalid, "fixed"),
        FeeKind.Tiers => AreTiers() ? null : (Refusal.FeeScaleInvalid, "tiers"),
    };

    /// <summary>The fee on an amount, rounded down to the fen; null while nothing is agreed.</summary>
    public long? On(long dealFen) => Kind switch
    {
        FeeKind.Unagreed => null,
        FeeKind.Share => Part(dealFen, ShareBp),
        FeeKind.Fixed => FixedFen,
        FeeKind.Tiers => OverTiers(dealFen),
    };

    private bool AreTiers()
    {
        if (Tiers.Length is < 2 or > MostTiers || Tiers.Any(t => t.ShareBp is < 0 or > MostBp) || Tiers.All(t => t.ShareBp == 0)) return false;
        long from = 0;
        foreach (var tier in Tiers[..^1])
        {
            if (tier.UpToFen is not { } end || end <= from || !Fen.IsAmount(end)) return false;
            from = end;
        }

        return Tiers[^1].UpToFen is null;
    }

    private long OverTiers(long dealFen)
    {
        // One rounding over all bands, so that a finer cut of the same scale gives the same fee.
        var (from, sum) = (0L, 0m);
        foreach (var tier in Tiers)
        {
            var end = Math.Min(dealFen, tier.UpToFen ?? dealFen);
            if (end > from) sum += (decimal)(end - from) * tier.ShareBp;
            from = Math.Max(from, end);
        }

        return (long)decimal.Floor(sum / 10_000m);
    }

    private static long Part(long fen, int bp) => (long)decimal.Floor((decimal)fen * bp / 10_000m);
}
