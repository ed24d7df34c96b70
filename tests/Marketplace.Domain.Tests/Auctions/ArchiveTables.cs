using Marketplace.Domain.Auctions;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>The honest figures, from records a reader can add up by hand.</summary>
public sealed class ArchiveTables
{
    private static readonly Guid A = new("00000000-0000-0000-0000-0000000000aa");
    private static readonly Guid B = new("00000000-0000-0000-0000-0000000000bb");

    // start, price, hundredths of a percent
    [Theory]
    [InlineData(100, 100, 0)]
    [InlineData(100, 156, 5_600)]
    [InlineData(3, 4, 3_333)]
    [InlineData(3, 5, 6_667)]
    [InlineData(20_000, 20_001, 1)] // 0.5 rounds away from zero
    [InlineData(20_001, 20_002, 0)]
    [InlineData(20_000, 19_999, -1)]
    [InlineData(1_000, 600, -4_000)]
    [InlineData(1, 100_000_000_000_000, 999_999_999_999_990_000)]
    public void A_premium_is_exact_and_rounded_once(long start, long price, long expected) => Assert.Equal(expected, Archive.Premium(start, price));

    [Fact]
    public void Figures_of_ten_deals_are_published()
    {
        // Ten sold at 110 … 200 of 100, two unsold of which one had a bidder, one taken out.
        var lots = Enumerable.Range(1, 10).Select(i => Lot($"s{i:00}", i <= 6 ? 2 : 1, 100, 100 + (i * 10)))
            .Append(Lot("u1", 1, 500, null)).Append(Lot("u2", 0, 500, null)).Append(Lot("c", 3, 900, null, Ending.Cancelled));
        var f = Archive.Figures(lots);
        Assert.Equal((12, 1, 10, 6, false), (f.Lots, f.Cancelled, f.Sold, f.Contested, f.Suppressed));
        Assert.Equal(8_333, f.SoldBasisPoints);
        Assert.Equal(5_000, f.ContestedBasisPoints);
        Assert.Equal(142, f.BiddersHundredths); // 17 bidders in 12 lots: 1.4166…
        Assert.Equal((1_000, 1_550), (f.StartFen, f.PriceFen));
        Assert.Equal(5_500, f.PremiumBasisPoints);
        Assert.Equal(5_500, f.MedianPremiumBasisPoints); // between 50 % and 60 %
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void Fewer_than_ten_deals_publish_no_share_and_no_sum(int sold, bool suppressed)
    {
        var f = Archive.Figures([.. Enumerable.Range(0, sold).Select(i => Lot($"s{i}", 2, 100, 120)), Lot("u", 0, 100, null)]);
        Assert.Equal((sold + 1, sold, suppressed), (f.Lots, f.Sold, f.Suppressed));
        Assert.Equal(sold >= 10, f.SoldBasisPoints is not null);
        Assert.Equal(sold >= 10, f.PremiumBasisPoints is not null);
        Assert.Equal(sold >= 10, f.PriceFen is not null);
    }

    [Fact]
    public void A_sale_that_was_undone_is_a_lot_without_a_sale()
    {
        var f = Archive.Figures([.. Enumerable.Range(0, 10).Select(i => Lot($"s{i}", 2, 100, 120)), Lot("x", 3, 100, null, Ending.Undone)]);
        Assert.Equal((11, 10, 11), (f.Lots, f.Sold, f.Contested));
    }

    [Fact]
    public void Nothing_has_no_figures_and_is_not_called_suppressed()
    {
        var f = Archive.Figures([]);
        Assert.Equal((0, 0, false), (f.Lots, f.Sold, f.Suppressed));
        Assert.Null(f.SoldBasisPoints);
    }

    [Fact]
    public void Groups_come_with_the_most_deals_first_and_leave_nobody_out_but_the_groupless()
    {
        var lots = new[] { Lot("1", 1, 100, 110, seller: A), Lot("2", 1, 100, 110, seller: B), Lot("3", 1, 100, 110, seller: B), Lot("4", 0, 100, null, seller: A) with { Field = "Agriculture" } };
        Assert.Equal([$"{B}", $"{A}"], Archive.By([.. lots, Lot("5", 1, 100, 110, seller: B)], l => $"{l.Seller}").Select(g => g.Key));
        Assert.Equal(["Agriculture"], Archive.By(lots, l => l.Field).Select(g => g.Key));
    }

    [Theory]
    [InlineData(false, Ending.Sold, null, ReserveSays.None)]
    [InlineData(true, Ending.Sold, null, ReserveSays.Reached)]
    [InlineData(true, Ending.Undone, null, ReserveSays.Reached)]
    [InlineData(true, Ending.Unsold, true, ReserveSays.Missed)]
    [InlineData(true, Ending.Unsold, false, ReserveSays.Unsaid)]
    [InlineData(true, Ending.Cancelled, true, ReserveSays.Unsaid)]
    public void Of_a_reserve_the_archive_says_no_more_than_the_record(bool has, Ending ending, bool? missed, ReserveSays expected) =>
        Assert.Equal(expected, Archive.Reserve(has, ending, missed));

    [Theory]
    [InlineData("sold", Ending.Sold)]
    [InlineData("unsold", Ending.Unsold)]
    [InlineData("cancelled", Ending.Cancelled)]
    [InlineData("void", Ending.Undone)]
    [InlineData("refused", Ending.Undone)]
    [InlineData("defaulted", Ending.Undone)]
    public void Every_outcome_has_its_ending(string outcome, Ending ending) => Assert.Equal(ending, Archive.EndingOf(outcome));

    private static EndedLot Lot(string id, int bidders, long start, long? price, Ending? ending = null, Guid? seller = null) =>
        new(id, null, seller ?? A, null, bidders, bidders, start, price, ending ?? (price is null ? Ending.Unsold : Ending.Sold));
}
