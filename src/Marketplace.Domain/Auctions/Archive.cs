using System.Collections.Immutable;

namespace Marketplace.Domain.Auctions;

/// <summary>How a lot ended, as it stands now.</summary>
public enum Ending
{
    Sold,
    Unsold,

    /// <summary>Taken out before its end: it counts in no rate.</summary>
    Cancelled,

    /// <summary>There was a winner, and no sale came of it: void, the winner's default, the seller's refusal.</summary>
    Undone,
}

/// <summary>The reserve of an ended lot, as far as the record says it.</summary>
public enum ReserveSays { None, Reached, Missed, Unsaid }

/// <summary>An ended lot as the archive counts it. Amounts in fen.</summary>
/// <param name="Bidders">Those who bid; whoever was admitted and stayed silent is none.</param>
/// <param name="PriceFen">The price of a sale; null without one.</param>
public sealed record EndedLot(string Id, Guid? Session, Guid Seller, string? Field, int Bidders, int Bids, long StartPriceFen, long? PriceFen, Ending Ending)
{
    public bool Counts => Ending is not Ending.Cancelled;
    public bool Sold => Ending is Ending.Sold && PriceFen is not null;
}

/// <summary>
/// What the archive says of a group of lots. A share or a sum that nobody may publish, because it rests on fewer than
/// <see cref="Archive.LeastDeals"/> deals, is null, and so is one that rests on nothing.
/// </summary>
/// <param name="Lots">Lots that came to their end.</param>
/// <param name="Cancelled">Lots taken out before; in none of the other numbers.</param>
/// <param name="Contested">Lots for which two or more bid.</param>
/// <param name="Suppressed">There are deals, but too few.</param>
/// <param name="SoldBasisPoints">Deals per lot.</param>
/// <param name="ContestedBasisPoints">Contested lots per lot.</param>
/// <param name="BiddersHundredths">Bidders per lot, in hundredths of a bidder.</param>
/// <param name="StartFen">Start prices of the deals together.</param>
/// <param name="PriceFen">Prices of the deals together.</param>
/// <param name="PremiumBasisPoints">溢价率 of all deals together.</param>
/// <param name="MedianPremiumBasisPoints">The premium in the middle of the deals' premiums.</param>
public sealed record ArchiveFigures(
    int Lots, int Cancelled, int Sold, int Contested, bool Suppressed, long? SoldBasisPoints, long? ContestedBasisPoints, long? BiddersHundredths, long? StartFen, long? PriceFen,
    long? PremiumBasisPoints, long? MedianPremiumBasisPoints);

/// <summary>
/// The figures of ended auctions, in whole numbers from whole numbers: whoever has the records gets the same ones. A
/// rounded figure is rounded once, half away from zero.
/// </summary>
public static class Archive
{
    /// <summary>The method's version, as the page, CSV and JSON name it.</summary>
    public const string Method = "zjp-archive.1";

    /// <summary>Groups with fewer deals publish no shares and no sums (domain.md §8a.11).</summary>
    public const int LeastDeals = 10;

    /// <summary>溢价率: (price − start price) ÷ start price, in hundredths of a percent; below zero where a price fell.</summary>
    public static long Premium(long startFen, long priceFen) => Ratio((Int128)priceFen - startFen, startFen);

    public static ArchiveFigures Figures(IEnumerable<EndedLot> lots)
    {
        var all = lots.ToList();
        var counted = all.Where(l => l.Counts).ToList();
        var sold = counted.Where(l => l.Sold).ToList();
        var contested = counted.Count(l => l.Bidders >= 2);
        var figures = new ArchiveFigures(counted.Count, all.Count - counted.Count, sold.Count, contested, sold.Count is > 0 and < LeastDeals, null, null, null, null, null, null, null);
        if (sold.Count < LeastDeals) return figures;
        var (start, price) = (sold.Sum(l => l.StartPriceFen), sold.Sum(l => l.PriceFen!.Value));
        return figures with
        {
            SoldBasisPoints = Ratio(sold.Count, counted.Count),
            ContestedBasisPoints = Ratio(contested, counted.Count),
            BiddersHundredths = Ratio(counted.Sum(l => l.Bidders), counted.Count, 100),
            StartFen = start,
            PriceFen = price,
            PremiumBasisPoints = Premium(start, price),
            MedianPremiumBasisPoints = Median([.. sold.Select(l => Premium(l.StartPriceFen, l.PriceFen!.Value)).Order()]),
        };
    }

    /// <summary>One line per group, those with the most deals first; lots without a group are in none.</summary>
    public static ImmutableArray<(string Key, ArchiveFigures Figures)> By(IEnumerable<EndedLot> lots, Func<EndedLot, string?> group) =>
        [.. lots.Select(l => (Lot: l, Key: group(l))).Where(l => l.Key is not null).GroupBy(l => l.Key!, l => l.Lot)
            .Select(g => (g.Key, Figures: Figures(g)))
            .OrderByDescending(g => g.Figures.Sold).ThenByDescending(g => g.Figures.Lots).ThenBy(g => g.Key, StringComparer.Ordinal)];

    /// <summary>What the record says about the reserve: of an unsold lot only that it was missed, where that is why.</summary>
    public static ReserveSays Reserve(bool hasReserve, Ending ending, bool? missed) =>
        !hasReserve ? ReserveSays.None
        : ending is Ending.Sold or Ending.Undone ? ReserveSays.Reached
        : ending is Ending.Unsold && missed == true ? ReserveSays.Missed
        : ReserveSays.Unsaid;

    /// <summary>The name under which the read model keeps how an auction ended.</summary>
    public static Ending EndingOf(string outcome) => outcome switch
    {
        "sold" => Ending.Sold,
        "cancelled" => Ending.Cancelled,
        "void" or "refused" or "defaulted" => Ending.Undone,
        _ => Ending.Unsold,
    };

    private static long Median(IReadOnlyList<long> sorted) =>
        sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : Ratio((Int128)sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2], 2, 1);

    /// <summary>Rounded half away from zero.</summary>
    private static long Ratio(Int128 part, Int128 whole, int times = 10_000)
    {
        var rounded = ((Int128.Abs(part) * times * 2) + whole) / (whole * 2);
        return (long)(part < 0 ? -rounded : rounded);
    }
}
