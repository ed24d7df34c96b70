using System.Collections.Immutable;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Plans;

/// <summary>提成约定 as it is announced: <see cref="RoyaltyTerms"/> that begin on the day on which both have signed the contract.</summary>
/// <param name="Months">How long they run.</param>
public sealed record AnnouncedRoyalty(RoyaltyBase Base, int Months, RoyaltyCycle Cycle = RoyaltyCycle.Quarter)
{
    public const int MostMonths = RoyaltyTerms.MostYears * 12;

    public ImmutableArray<RoyaltyBand> Bands { get; init; } = [];
    public long? MinimumFen { get; init; }
    public long? CapFen { get; init; }
    public int DeclareDays { get; init; } = 30;
    public int PayDays { get; init; } = 15;
    public int NoticeDays { get; init; } = 15;

    public RoyaltyTerms From(DateOnly signed) => new(Base, signed, signed.AddMonths(Months).AddDays(-1), Cycle)
    {
        Bands = Bands,
        MinimumFen = MinimumFen,
        CapFen = CapFen,
        DeclareDays = DeclareDays,
        PayDays = PayDays,
        NoticeDays = NoticeDays,
    };

    /// <summary>Compared by what it says; an array would compare by where it lies.</summary>
    public bool Equals(AnnouncedRoyalty? other) => other is not null && Bands.SequenceEqual(other.Bands)
        && (Base, Months, Cycle, MinimumFen, CapFen) == (other.Base, other.Months, other.Cycle, other.MinimumFen, other.CapFen)
        && (DeclareDays, PayDays, NoticeDays) == (other.DeclareDays, other.PayDays, other.NoticeDays);

    public override int GetHashCode() => HashCode.Combine(Base, Months, Cycle, MinimumFen, CapFen);
}

/// <summary>Bands as people write them, one a line: up to where, which rate; the last line the rate alone.</summary>
public static class RoyaltyBands
{
    /// <summary>Sales in yuan and their rate in percent; pieces, and yuan for each. Refuses RoyaltyRatesInvalid.</summary>
    public static Result<ImmutableArray<RoyaltyBand>> Read(string? text, RoyaltyBase on)
    {
        var lines = (text ?? "").Split(['\n', ';', '；'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var bands = ImmutableArray.CreateBuilder<RoyaltyBand>();
        foreach (var line in lines)
        {
            var words = line.TrimEnd('%').Split([' ', '\t', ':', '：', '　'], StringSplitOptions.RemoveEmptyEntries);
            // Two decimals of a percent are whole basis points, read as money is.
            if (words.Length is 0 or > 2 || !Fen.TryRead(words[^1], out var rate)) return Refusal.RoyaltyRatesInvalid;
            long? upTo = null;
            if (words.Length == 2)
            {
                if (!Fen.TryRead(words[0], out var end) || (on == RoyaltyBase.Units && end % 100 != 0)) return Refusal.RoyaltyRatesInvalid;
                upTo = on == RoyaltyBase.Units ? end / 100 : end;
            }

            bands.Add(new RoyaltyBand(upTo, rate));
        }

        return bands.ToImmutable();
    }

    /// <summary>The same bands for the form: what <see cref="Read"/> reads back.</summary>
    public static string Write(IEnumerable<RoyaltyBand> bands, RoyaltyBase on) =>
        string.Join('\n', bands.Select(b => b.UpTo is { } end ? $"{(on == RoyaltyBase.Units ? end : Fen.Plain(end))} {Fen.Plain(b.Rate)}" : Fen.Plain(b.Rate)));
}
